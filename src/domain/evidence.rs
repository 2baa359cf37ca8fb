//! What one read of one conversation showed, in the terms that decide: the open legs, the newest message of each side, the wrap-up
//! that is owed. A plan is made on evidence, and every request that changes anything rests on evidence that still fits it.

use std::fmt::Write as _;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::conversation::{
    Conversation, Leg, LegState, Medium, Message, Participant, Purpose, Side, WrapUp,
};
use super::ids::{CommunicationId, ParticipantId};

/// What a read showed. Two reads that show the same compare equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The open legs, in a fixed order.
    pub legs: Vec<OpenLeg>,
    /// The customer's newest message.
    pub customer: Option<Message>,
    /// The newest message of a human agent.
    pub agent: Option<Message>,
    /// Parties that still owe wrap-up.
    pub wrap_up: Vec<OwedWrapUp>,
}

/// A leg that was open.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenLeg {
    /// The party.
    pub participant: ParticipantId,
    /// The leg.
    pub communication: CommunicationId,
    /// What the party is there for.
    pub purpose: Purpose,
    /// The leg's state.
    pub state: LegState,
    /// When it connected, else began to alert. Absent equals only absent.
    pub since: Option<Timestamp>,
    /// What it carries.
    pub medium: Medium,
}

impl OpenLeg {
    /// A leg as evidence shows it.
    pub fn of(participant: &Participant, leg: &Leg) -> Self {
        Self {
            participant: participant.id,
            communication: leg.id,
            purpose: participant.purpose.clone(),
            state: leg.state.clone(),
            since: leg.since,
            medium: leg.medium.clone(),
        }
    }

    /// The same leg, whatever else the service says of it now: while it is open, nothing of the kind is over.
    pub fn is_same_communication(&self, other: &Self) -> bool {
        self.participant == other.participant && self.communication == other.communication
    }

    /// The same leg of the same party, connected at the same time: what a request may be aimed at.
    pub fn is_same_leg(&self, other: &Self) -> bool {
        self.participant == other.participant
            && self.communication == other.communication
            && self.since == other.since
            && self.medium == other.medium
            && self.purpose == other.purpose
    }

    /// A web messaging leg.
    pub fn is_message(&self) -> bool {
        self.medium == Medium::WebMessaging
    }
}

/// A party whose after-call work is not done.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwedWrapUp {
    /// The party.
    pub participant: ParticipantId,
    /// Its newest message leg, which the wrap-up request names.
    pub communication: CommunicationId,
}

impl Evidence {
    /// The evidence that a read gives.
    pub fn of(conversation: &Conversation) -> Self {
        let mut legs: Vec<OpenLeg> = conversation
            .open_legs()
            .map(|(participant, leg)| OpenLeg::of(participant, leg))
            .collect();
        legs.sort();
        let mut wrap_up: Vec<OwedWrapUp> = conversation
            .participants
            .iter()
            .filter(|participant| matches!(participant.wrap_up, WrapUp::Owed { .. }))
            .filter_map(|participant| {
                let newest = participant
                    .legs
                    .iter()
                    .filter(|leg| leg.medium == Medium::WebMessaging)
                    .max_by_key(|leg| leg.since)?;
                Some(OwedWrapUp {
                    participant: participant.id,
                    communication: newest.id,
                })
            })
            .collect();
        wrap_up.sort();
        Self {
            legs,
            customer: conversation.newest(Side::Customer).cloned(),
            agent: conversation.newest(Side::Agent).cloned(),
            wrap_up,
        }
    }

    /// The open web messaging legs.
    pub fn message_legs(&self) -> impl Iterator<Item = &OpenLeg> {
        self.legs.iter().filter(|leg| leg.is_message())
    }

    /// No web messaging leg is open.
    pub fn is_clear(&self) -> bool {
        self.message_legs().next().is_none()
    }

    /// A word on an open leg that this program does not know: such a conversation is left alone.
    pub fn unknown_word(&self) -> Option<&str> {
        self.legs
            .iter()
            .find_map(|leg| match (&leg.purpose, &leg.state) {
                (Purpose::Other(word), _) | (_, LegState::Other(word)) => Some(word.as_str()),
                _ => None,
            })
    }

    /// SHA-256 over the evidence, in hex: the journal compares fingerprints, never contents.
    pub fn fingerprint(&self) -> String {
        hex(&Sha256::digest(
            serde_json::to_vec(self).unwrap_or_default(),
        ))
    }

    /// The first thing in which `now` differs from this evidence; nothing when they are equal.
    pub fn change_to(&self, now: &Self) -> Option<Change> {
        self.news_in(now).or_else(|| {
            if let Some(leg) = self
                .legs
                .iter()
                .find(|leg| !now.legs.iter().any(|open| open.is_same_leg(leg)))
            {
                return Some(Change::LegClosed {
                    purpose: leg.purpose.clone(),
                });
            }
            let moved = self.legs.iter().find_map(|leg| {
                now.legs
                    .iter()
                    .find(|open| open.is_same_leg(leg) && open.state != leg.state)
            });
            if let Some(leg) = moved {
                return Some(Change::LegMoved {
                    purpose: leg.purpose.clone(),
                    to: leg.state.clone(),
                });
            }
            (self != now).then_some(Change::WrapUp)
        })
    }

    /// Somebody arrived on a leg that this evidence does not show.
    pub fn arrival(&self, leg: &OpenLeg) -> Change {
        let is_back = self
            .legs
            .iter()
            .any(|known| known.participant == leg.participant);
        let purpose = leg.purpose.clone();
        if is_back {
            Change::LegReborn { purpose }
        } else {
            Change::LegJoined {
                purpose,
                since: leg.since,
            }
        }
    }

    /// The first thing that `now` shows and this evidence does not: a leg, or a message. Closed legs are no news.
    pub fn news_in(&self, now: &Self) -> Option<Change> {
        for open in &now.legs {
            if self.legs.iter().any(|leg| leg.is_same_leg(open)) {
                continue;
            }
            return Some(if open.is_message() {
                self.arrival(open)
            } else {
                Change::OtherMedium {
                    medium: open.medium.clone(),
                }
            });
        }
        if is_newer(self.customer.as_ref(), now.customer.as_ref()) {
            return Some(Change::Wrote {
                side: Side::Customer,
                at: now.customer.as_ref().map(|m| m.at),
            });
        }
        if is_newer(self.agent.as_ref(), now.agent.as_ref()) {
            return Some(Change::Wrote {
                side: Side::Agent,
                at: now.agent.as_ref().map(|m| m.at),
            });
        }
        None
    }
}

/// Any difference in the newest message counts, not only a later time: a message that vanished or changed is no evidence either.
fn is_newer(planned: Option<&Message>, seen: Option<&Message>) -> bool {
    planned != seen
}

/// What changed between the plan and a read. Each variant has its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "kebab-case")]
pub enum Change {
    /// Somebody or something is there that was not.
    LegJoined {
        /// What it is there for.
        purpose: Purpose,
        /// Since when.
        since: Option<Timestamp>,
    },
    /// A party came back on another leg or connected anew.
    LegReborn {
        /// What it is there for.
        purpose: Purpose,
    },
    /// A leg of the plan is closed already.
    LegClosed {
        /// Whose.
        purpose: Purpose,
    },
    /// A leg of the plan is in another state.
    LegMoved {
        /// Whose.
        purpose: Purpose,
        /// The state now.
        to: LegState,
    },
    /// A call, a callback or another medium is open that the plan does not show.
    OtherMedium {
        /// Which.
        medium: Medium,
    },
    /// Somebody wrote.
    Wrote {
        /// Which side.
        side: Side,
        /// When; absent when the message that the plan knew is gone.
        at: Option<Timestamp>,
    },
    /// The wrap-up that is owed is not what the plan shows.
    WrapUp,
}

impl Change {
    /// The change in words, for rows, the journal and JSON alike.
    pub fn words(&self) -> String {
        match self {
            Self::LegJoined { purpose, .. } => format!("{} joined", who(purpose)),
            Self::LegReborn { purpose } => format!("{} came back on another leg", who(purpose)),
            Self::LegClosed { purpose } => format!("{} had left already", who(purpose)),
            Self::LegMoved { purpose, to } => format!("{} is {} now", who(purpose), to.word()),
            Self::OtherMedium { medium } => {
                format!("another medium is open: {}", String::from(medium.clone()))
            }
            Self::Wrote {
                side: Side::Customer,
                ..
            } => "customer wrote".to_owned(),
            Self::Wrote {
                side: Side::Agent, ..
            } => "agent wrote".to_owned(),
            Self::WrapUp => "the wrap-up that is owed changed".to_owned(),
        }
    }
}

/// A party in plain words.
pub fn who(purpose: &Purpose) -> &str {
    match purpose {
        Purpose::Queue => "queue",
        Purpose::Flow => "flow",
        Purpose::Bot => "bot",
        other => other.word(),
    }
}

/// Bytes in lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
            let _ = write!(out, "{byte:02x}");
            out
        })
}
