//! Facts of a run: what happened, in the past tense. They are what the journal keeps, what the screen folds, and what `--json` prints;
//! nothing else changes the state of a run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::evidence::{Change, Evidence};
use super::failure::{Failure, Receipt};
use super::ids::ConversationId;
use super::plan::PlanItem;
use super::roster::{Ending, Reading};
use super::rulings;
use super::sighting::Sighting;
use super::step::Action;

/// One thing that happened in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFact {
    /// When, by this machine's clock.
    pub at: Timestamp,
    /// What.
    #[serde(flatten)]
    pub event: RunEvent,
}

/// What can happen in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[expect(
    clippy::large_enum_variant,
    reason = "nearly every fact of a run is the large one"
)]
pub enum RunEvent {
    /// The phrase was typed; from here on requests may be sent.
    Confirmed,
    /// Something about one conversation.
    Item {
        /// Which.
        conversation: ConversationId,
        /// What.
        #[serde(flatten)]
        what: ItemEvent,
    },
    /// Nothing new is started until somebody resumes.
    Paused {
        /// Why, in words.
        why: String,
    },
    /// Started again after a pause.
    Resumed,
    /// The operator asked to stop: nothing new is started.
    Stopped {
        /// Who or what asked: `operator`, a signal.
        by: String,
    },
    /// The run cannot go on: nothing new is started, and what was begun is read once more.
    Halted {
        /// Why.
        cause: HaltCause,
        /// Why, in words.
        why: String,
    },
    /// The program found this run unfinished and continues it.
    Recovered,
    /// Every item has a final state.
    Finished,
}

/// Why a run cannot go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HaltCause {
    /// A permission is missing, or the sign-in is refused.
    Permission,
    /// A route or an answer is not what the platform documents.
    Contract,
    /// The service cannot be reached.
    Offline,
    /// The organisation, host or client is not the plan's.
    Organisation,
    /// Too many items ended badly.
    TooMuchTrouble,
}

/// What can happen to one conversation of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum ItemEvent {
    /// It was read. `read_at` is when the read was sent, so that its age is never understated.
    Observed {
        /// When the request left.
        read_at: Timestamp,
        /// What it showed.
        evidence: Evidence,
        /// What it showed beside the evidence.
        #[serde(default)]
        aside: Aside,
        /// The service says that the conversation has ended.
        ended: bool,
        /// How the request went.
        receipt: Receipt,
    },
    /// A read gave nothing.
    ReadFailed {
        /// Why.
        failure: Failure,
    },
    /// Reads say that it is not there, so analytics was asked whether it ended.
    EndSought {
        /// When the question was sent that was answered; absent in old journals.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        asked_at: Option<Timestamp>,
        /// When it ended, as analytics has it; absent while it knows of no end.
        ended: Option<Timestamp>,
        /// How the request went when it was answered.
        receipt: Option<Receipt>,
        /// Why it was not.
        failure: Option<Failure>,
    },
    /// A notification showed somebody, or a message, that the plan does not show. It proves nothing; it may hold the item back.
    Sighted(Sighting),
    /// A request that changes something is about to be sent. Durable before its first byte leaves.
    Intended {
        /// What is sent.
        action: Action,
        /// Which send at this target it is, from 1.
        attempt: u32,
    },
    /// What became of the request intended last.
    Answered {
        /// What is known of its effect.
        class: Class,
        /// How it went when it was accepted.
        receipt: Option<Receipt>,
        /// Why it was not.
        failure: Option<Failure>,
    },
    /// It has a final state; nothing more is sent for it in this run.
    Settled(Settled),
    /// After its final state, and even after the run's end, a request of ours seems to have taken effect: an incident.
    LateEffect {
        /// What was seen, in words.
        incident: String,
        /// How the read went that showed it.
        receipt: Receipt,
    },
}

impl ItemEvent {
    /// What a read showed of an item of a plan.
    pub fn observed(reading: &Reading, plan: &PlanItem) -> Self {
        Self::Observed {
            read_at: reading.read_at,
            evidence: Evidence::of(&reading.conversation),
            aside: Aside::of(&reading.conversation, plan),
            ended: reading.conversation.ended.is_some(),
            receipt: reading.receipt.clone(),
        }
    }

    /// What analytics said of a conversation that cannot be found.
    pub fn sought(result: Result<Ending, Failure>) -> Self {
        match result {
            Ok(Ending {
                asked_at,
                ended,
                receipt,
            }) => Self::EndSought {
                asked_at: Some(asked_at),
                ended,
                receipt: Some(receipt),
                failure: None,
            },
            Err(failure) => Self::EndSought {
                asked_at: None,
                ended: None,
                receipt: None,
                failure: Some(failure),
            },
        }
    }

    /// What an answer, or its absence, says of the effect of this request.
    pub fn answered(action: Option<&Action>, result: Result<Receipt, Failure>) -> Self {
        match result {
            Ok(receipt) => Self::Answered {
                class: Class::Accepted,
                receipt: Some(receipt),
                failure: None,
            },
            Err(failure) => Self::Answered {
                class: action.map_or(Class::Ambiguous, |action| {
                    rulings::of_send(action, &failure).class
                }),
                receipt: None,
                failure: Some(failure),
            },
        }
    }
}

/// What is known of the effect of a request that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Class {
    /// Taken; not yet true.
    Accepted,
    /// Known not to have been applied.
    NotApplied,
    /// It may have been applied, or may yet be.
    Ambiguous,
}

impl Class {
    /// The word in the journal.
    pub fn word(self) -> &'static str {
        match self {
            Self::Accepted => "ACCEPTED",
            Self::NotApplied => "NOT_APPLIED",
            Self::Ambiguous => "AMBIGUOUS",
        }
    }
}

/// A final state with its reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The state.
    pub state: FinalState,
    /// Why, in words.
    pub reason: String,
    /// The customer wrote after our last accepted request: the conversation lives on, and nothing more is sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reopened: bool,
    /// Somebody was there when our request took effect whom the check had not shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<String>,
    /// What differed from the plan, when that is why it is held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

impl Settled {
    /// A final state without notes.
    pub fn new(state: FinalState, reason: impl Into<String>) -> Self {
        Self {
            state,
            reason: reason.into(),
            reopened: false,
            incident: None,
            change: None,
        }
    }
}

/// How a conversation of a run came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FinalState {
    /// Two reads showed no open leg, and a request of ours was accepted or may have been applied.
    Ended,
    /// Two reads showed no open leg, and nothing of ours did it.
    EndedElsewhere,
    /// No leg is open; an agent still owes wrap-up.
    WrapUpOwed,
    /// It was not as planned, so nothing more was sent.
    Held,
    /// Unreadable, ambiguous, or not applied five times: its state is not known.
    Unresolved,
    /// Every request the rung allows was accepted, and a leg is still open.
    Escalate,
    /// Stopped before anything was sent for it.
    Cancelled,
}

impl FinalState {
    /// Every final state, in the order of a report.
    pub const ALL: [Self; 7] = [
        Self::Ended,
        Self::EndedElsewhere,
        Self::WrapUpOwed,
        Self::Held,
        Self::Unresolved,
        Self::Escalate,
        Self::Cancelled,
    ];

    /// The word on screen, in the journal and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ended => "ended",
            Self::EndedElsewhere => "ended-elsewhere",
            Self::WrapUpOwed => "wrap-up-owed",
            Self::Held => "held",
            Self::Unresolved => "unresolved",
            Self::Escalate => "escalate",
            Self::Cancelled => "cancelled",
        }
    }

    /// What was asked for is true: the conversation is over.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Ended | Self::EndedElsewhere)
    }
}
