//! Names of things on the platform and in the journal. Ids are parsed once, at the edge; what is not a UUID never becomes one,
//! so an id can be put into a request path as it is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Why a text is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{said}` is not a {what} id. An id has 36 characters, like 3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20"
)]
pub struct NotAnId {
    /// The text that was given, cut to 60 characters.
    pub said: String,
    /// What kind of id was wanted.
    pub what: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id of these 128 bits.
            pub const fn from_u128(bits: u128) -> Self {
                Self(Uuid::from_u128(bits))
            }

            /// The 128 bits of the id: for seeds and compact keys.
            pub const fn as_u128(self) -> u128 {
                self.0.as_u128()
            }

            /// The first eight characters, as shown in lists.
            pub fn short(self) -> String {
                format!("{:08x}", self.as_u128() >> 96)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let refused = || NotAnId { said: text.chars().take(60).collect(), what: $what };
                // Only the hyphenated form: braces, URNs and bare digits are other people's spellings.
                if text.len() != 36 {
                    return Err(refused());
                }
                Uuid::try_parse(text).map(Self).map_err(|_| refused())
            }
        }
    };
}

id!(
    /// A conversation on the platform ("chat" on screen).
    ConversationId,
    "conversation"
);
id!(
    /// A party of a conversation.
    ParticipantId,
    "participant"
);
id!(
    /// One party's media leg.
    CommunicationId,
    "communication"
);
id!(
    /// The messenger deployment that a guest came by.
    DeploymentId,
    "deployment"
);

/// Something of each of many conversations. The hash is a fast one: long lists look up every row of theirs, many times. It is no defence
/// against keys that somebody chose, which ids are not: the platform draws them. Names, which guests choose, are hashed as usual.
pub type ByConversation<V> = foldhash::HashMap<ConversationId, V>;

/// Many conversations, in no order.
pub type Conversations = foldhash::HashSet<ConversationId>;

/// A run's number in the journal of this machine, from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub u32);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_an_id() {
        let good = "3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20";
        assert_eq!(good.parse::<ConversationId>().unwrap().to_string(), good);
        assert_eq!(good.parse::<ConversationId>().unwrap().short(), "3f2a9c41");
        for bad in [
            "",
            "3f2a9c41",
            "3f2a9c4177b04d8e9a510e6c2f6b1d20",
            "../../oauth/token",
            "{3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20}",
        ] {
            let error = bad.parse::<ConversationId>().unwrap_err().to_string();
            assert!(error.contains("is not a conversation id"), "{error}");
        }
    }
}
