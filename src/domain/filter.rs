//! The filter language: the same in the filter bar, in views, and on the command line.
//!
//! ```text
//! query   = or ;  or = and { "or" and } ;  and = not { ["and"] not } ;
//! not     = [ "not" | "-" ] atom ;
//! atom    = "(" query ")" | field op value { "," value } | "is:" word | text ;
//! op      = ":" (has) | "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" or "like" (regex) ;
//! value   = word | "quoted text" | number | duration | clock ;
//! duration= 45s 30m 2h 3d 1h30m        clock = 14:05  yesterday  2026-03-02T09:00
//! ```
//!
//! Logic has three values: what is asked of a conversation that was not read yet is *unknown*, `not` keeps it unknown, and only what is
//! true matches. So a filter never draws in a conversation by what nobody knows about it.
//!
//! `is:mine` is part of the language, but its facts are not known to this version: it is unknown for
//! every conversation. `rule:NAME` asks for the operator's rules (`rules.rs`), which raise what `is:` says as well. The text of messages is not kept either, so bare text looks at ids, names and queues.
//!
//! `agent`, `queue`, `bot`, `division` and `deployment` fit by name, or by id (six characters of its beginning, or all of it). The party
//! counts that is shown; what fits only another, one who left too, is unknown, so that filters act on where a chat is and guards hold it
//! wherever it was. As long as a name is not known that could fit, or was read more than a day ago, they are unknown, too.
//!
//! Pure: time, time zone, marks and changes are handed in ([`Surroundings`]).

mod asks;
mod called;
mod complete;
mod errors;
mod explain;
mod length;
mod lexer;
mod manual;
mod matches;
mod meant;
mod nearest;
mod parse;
mod pattern;
mod print;
mod query;
#[cfg(test)]
mod tests;
mod texts;
mod vocabulary;

pub use complete::{Completion, complete};
pub use errors::{FilterError, Wrong};
pub use explain::{Removal, explain};
pub use manual::{FIELDS, GRAMMAR};
pub use matches::{Surroundings, Truth};
pub use meant::{Meant, did_you_mean};
pub use nearest::nearest;
pub use query::Query;
