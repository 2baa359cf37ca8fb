//! Notifications: one channel per profile, reused and never churned, subscribed to the queues that matter; its socket, watched over; and what
//! its events show. An event is handed on and decides nothing here. Whatever goes wrong, polling goes on, and how listening stands is said.
//!
//! | question | where |
//! | --- | --- |
//! | which channel, and how often one may be opened | `kept.rs`, `channel.rs` |
//! | what it is subscribed to | `listener.rs`, `channel.rs` |
//! | where its socket may be, how it is dialled | `address.rs`, `socket.rs` |
//! | heartbeats, silence, closings, coming back | `hearing.rs` |
//! | what a frame says, what an event shows | `frame.rs`, `event.rs` |

mod address;
mod channel;
mod event;
mod frame;
mod hearing;
mod kept;
mod listener;
mod socket;

use std::path::PathBuf;
use std::time::Duration;

use super::client::Client;
use crate::engine::ports::Ears;
use crate::settings::Profile;
use listener::Listener;

/// How a client listens.
#[derive(Debug, Clone, Default)]
pub struct Listening {
    /// Where the channel's id is kept; in memory alone where there is no such folder.
    pub folder: Option<PathBuf>,
    /// The organisation, as far as it is known: a channel that was kept for another is not looked for.
    pub org_id: String,
    /// Waiting times.
    pub pulse: Pulse,
}

/// The waiting times of listening. Parameters, so that tests need not wait; never settings.
#[derive(Debug, Clone)]
pub struct Pulse {
    /// How often the service is asked whether it is there.
    pub ping: Duration,
    /// How long it may say nothing at all.
    pub silence: Duration,
    /// The first wait before a connection is tried again; doubled each time.
    pub retry: Duration,
    /// The longest such wait; a connection that held for so long begins anew with the first.
    pub longest_retry: Duration,
    /// How long more queues are waited for before they are subscribed to together.
    pub gather: Duration,
    /// How long nothing is asked where nothing was permitted.
    pub refused: Duration,
    /// How often a subscription is renewed: a channel lives for 24 h after its last.
    pub renew: Duration,
}

impl Default for Pulse {
    fn default() -> Self {
        Self {
            ping: Duration::from_secs(30),
            silence: Duration::from_secs(90),
            retry: Duration::from_secs(1),
            longest_retry: Duration::from_secs(60),
            gather: Duration::from_secs(2),
            refused: Duration::from_secs(300),
            renew: Duration::from_secs(12 * 3600),
        }
    }
}

impl Client {
    /// The same client, which listens where its profile wants that. The channel's id is kept in this folder, from one start to the next.
    pub fn listening_as(self, profile: &Profile, folder: PathBuf) -> Self {
        if !profile.notifications {
            return self;
        }
        self.listening(Listening {
            folder: Some(folder),
            org_id: profile.org_id.clone().unwrap_or_default(),
            pulse: Pulse::default(),
        })
    }

    /// Listens for events until it is dropped, where this client does.
    pub(super) async fn hear(&self, ears: Ears) {
        if let Some(listening) = &self.listening {
            Listener::new(self.clone(), listening, ears).run().await;
        }
    }
}
