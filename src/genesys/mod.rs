//! The real organisation over HTTP: the only layer that holds a token or opens a connection to it. Knows requests and answers;
//! decides nothing. [`Client`] can only read; [`WritingClient`] exists only where a profile may write.
#![doc = ""]
#![doc = include_str!("unverified.md")]

mod answer;
mod attempt;
mod carrier;
mod certificate;
mod client;
mod conversations;
mod decode;
mod ending;
mod frame;
mod grant;
mod identity;
mod join;
mod ledger;
mod listing;
mod loopback;
mod names;
mod notifications;
mod parse;
mod recorded;
mod rights;
mod send;
mod sign_in;
mod sign_out;
mod standings;
mod terminator;
mod threading;
mod token;
mod transcript;
mod trials;
mod upgrade;
mod wire;
mod wrap_up_codes;

pub use attempt::{Attempt, NotSignedIn, PATIENCE};
pub use client::{Access, Client, Timeouts};
pub use decode::{page_of_body, read_of_body};
pub use grant::{Code, Grant};
pub use identity::{Identity, TokenFacts};
pub use join::join;
pub use notifications::{Listening, Pulse};
pub use terminator::WritingClient;
pub use trials::{Glimpse, Topic, Tried};
pub use wrap_up_codes::{WrapUpCode, WrapUpCodes, WrapUpUnresolved};
