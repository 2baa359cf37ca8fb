//! How it stands with notifications: whether changes are told as they happen, or found by polling alone. Polling never stops for them.

use jiff::{SignedDuration, Timestamp};

use super::moment::{short, since};
use super::text::Text;

/// How listening for events stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Hearing {
    /// Nobody listens: switched off, or nothing to listen to.
    #[default]
    Off,
    /// A channel is being opened.
    Connecting,
    /// Events come in as they happen.
    Live {
        /// Queues that are listened to.
        queues: usize,
        /// Queues that are not: closed to this sign-in, or more than a channel holds.
        deaf: usize,
    },
    /// The socket is open and says nothing.
    Silent {
        /// When something was heard last.
        since: Timestamp,
    },
    /// No queue may be listened to.
    NotPermitted {
        /// The permissions that are missing, as the service names them.
        missing: Text,
    },
    /// There is no connection.
    Down {
        /// Since when.
        since: Timestamp,
        /// Why, in words.
        why: Text,
    },
}

impl Hearing {
    /// Events come in.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Live { .. })
    }

    /// A few words for row 0; nothing where there is nothing to say.
    pub fn short_words(&self, now: Timestamp) -> Option<String> {
        let ago = |at: &Timestamp| short(since(*at, now).max(SignedDuration::ZERO));
        Some(match self {
            Self::Off | Self::Connecting => return None,
            Self::Live { deaf: 0, .. } => "events live".to_owned(),
            Self::Live { queues, deaf } => format!("events of {queues}/{}", queues + deaf),
            Self::Silent { since } => format!("events silent {}", ago(since)),
            Self::NotPermitted { .. } => "no events".to_owned(),
            Self::Down { since, .. } => format!("events down {}", ago(since)),
        })
    }

    /// The whole story in one sentence, where something is not as it should be.
    pub fn warning(&self) -> Option<String> {
        match self {
            Self::Off | Self::Connecting | Self::Live { .. } => None,
            Self::Silent { .. } => {
                Some("events: the service has fallen silent; polling goes on".to_owned())
            }
            Self::NotPermitted { missing } => Some(format!(
                "events: not permitted ({missing}); polling goes on"
            )),
            Self::Down { why, .. } => Some(format!("events: {why}; polling goes on")),
        }
    }
}
