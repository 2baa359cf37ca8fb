//! What a conversation is made of, and the few questions everybody asks of it.
//!
//! Knows no wire shape: REST and analytics are projections made elsewhere.

use crate::sandbox::kind::Kind;
use jiff::Timestamp;
use serde::Deserialize;
use std::borrow::Cow;
use uuid::Uuid;

/// One conversation, open or ended.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Conversation {
    pub(in crate::sandbox) id: Uuid,
    /// A name for faults, events and tests.
    pub(in crate::sandbox) label: Option<String>,
    /// The deployment that its guest came by.
    pub(in crate::sandbox) deployment: Uuid,
    /// What it was staged as; nothing for chats that arrived.
    pub(in crate::sandbox) kind: Option<Kind>,
    pub(in crate::sandbox) started: Timestamp,
    pub(in crate::sandbox) ended: Option<Timestamp>,
    /// When it was over for the last time before its guest brought it back, and when that was.
    pub(in crate::sandbox) revived: Option<(Timestamp, Timestamp)>,
    /// In the order in which they joined; the customer is the first.
    pub(in crate::sandbox) participants: Vec<Participant>,
    /// In the order of their times.
    pub(in crate::sandbox) messages: Vec<Message>,
    /// When the inactivity timer will end it.
    pub(in crate::sandbox) inactivity_timeout: Option<Timestamp>,
    /// The machine legs do not follow the customer's: only ending the whole conversation frees it.
    pub(in crate::sandbox) bot_stays: bool,
    /// What analytics has wrong about it.
    pub(in crate::sandbox) stray: Option<Stray>,
}

/// An error of analytics' index about one conversation; the conversation service is right meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Stray {
    pub(in crate::sandbox) how: Straying,
    /// Nothing that happened after this has reached the index.
    pub(in crate::sandbox) since: Timestamp,
    /// When the index was brought back in line; see `World::mend`.
    pub(in crate::sandbox) mended: Option<Timestamp>,
}

/// Which way the index is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Straying {
    /// It shows open what is over: kinds `ghost` and `desync`.
    Open,
    /// It shows over what is open.
    Over,
}

/// What a participant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Purpose {
    Customer,
    Workflow,
    Botflow,
    Acd,
    Agent,
}

/// One party.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Participant {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) purpose: Purpose,
    pub(in crate::sandbox) name: String,
    /// The agent's user id.
    pub(in crate::sandbox) user: Option<Uuid>,
    /// The queue it waits in or was drawn from, an index of the directory.
    pub(in crate::sandbox) queue: Option<usize>,
    /// The flow that runs it.
    pub(in crate::sandbox) flow: Option<Uuid>,
    pub(in crate::sandbox) joined: Timestamp,
    /// One, or more for a guest who came back.
    pub(in crate::sandbox) legs: Vec<Leg>,
    pub(in crate::sandbox) wrap_up: WrapUp,
}

/// After-call work of an agent.
#[derive(Clone, Debug, Default)]
pub(in crate::sandbox) struct WrapUp {
    pub(in crate::sandbox) required: bool,
    pub(in crate::sandbox) started: Option<Timestamp>,
    pub(in crate::sandbox) ended: Option<Timestamp>,
    pub(in crate::sandbox) skipped: bool,
    pub(in crate::sandbox) code: Option<ChosenCode>,
}

/// The code a wrap-up was settled with.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct ChosenCode {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) notes: Option<String>,
}

/// One media leg.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Leg {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) alerting: Option<Timestamp>,
    pub(in crate::sandbox) connected: Option<Timestamp>,
    /// Parked since, and until.
    pub(in crate::sandbox) parked: Option<(Timestamp, Timestamp)>,
    pub(in crate::sandbox) ended: Option<(Timestamp, Disconnect)>,
}

/// How a leg came down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Disconnect {
    Client,
    Peer,
    System,
    Expired,
    Inactivity,
    Transfer,
    NoAnswer,
}

/// One message of a person or a bot.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Message {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) at: Timestamp,
    pub(in crate::sandbox) side: Side,
    pub(in crate::sandbox) text: Cow<'static, str>,
    /// What it holds beside the text.
    pub(in crate::sandbox) content: Option<Box<Content>>,
}

/// What a message holds beside its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Content {
    /// A guest pressed a button that was offered.
    QuickReply { text: String, payload: String },
    /// A file.
    File {
        id: String,
        name: String,
        media: String,
        size: u64,
        url: String,
    },
}

/// Who wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Side {
    Customer,
    Agent,
    Bot,
}

impl Purpose {
    /// The word of both the conversation service and analytics.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Workflow => "workflow",
            Self::Botflow => "botflow",
            Self::Acd => "acd",
            Self::Agent => "agent",
        }
    }

    pub(in crate::sandbox) fn is_machine(self) -> bool {
        matches!(self, Self::Workflow | Self::Botflow | Self::Acd)
    }
}

impl Leg {
    pub(in crate::sandbox) fn connected(id: Uuid, at: Timestamp) -> Self {
        Self {
            id,
            alerting: None,
            connected: Some(at),
            parked: None,
            ended: None,
        }
    }

    pub(in crate::sandbox) fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// When it came up, connected or not.
    pub(in crate::sandbox) fn began(&self) -> Option<Timestamp> {
        self.alerting.or(self.connected)
    }

    /// The state in the words of `Message.state`.
    pub(in crate::sandbox) fn state(&self) -> &'static str {
        if self.ended.is_some() {
            "disconnected"
        } else if self.parked.is_some() {
            "parked"
        } else if self.connected.is_some() {
            "connected"
        } else {
            "alerting"
        }
    }
}

impl WrapUp {
    pub(in crate::sandbox) fn is_owed(&self) -> bool {
        self.required && self.started.is_some() && self.ended.is_none()
    }
}

impl Participant {
    pub(in crate::sandbox) fn is_open(&self) -> bool {
        self.legs.iter().any(Leg::is_open)
    }

    /// When its last leg went down; nothing while one is up.
    pub(in crate::sandbox) fn ended(&self) -> Option<(Timestamp, Disconnect)> {
        self.legs.last().and_then(|leg| leg.ended)
    }
}

impl Conversation {
    pub(in crate::sandbox) fn participant(&self, id: Uuid) -> Option<&Participant> {
        self.participants.iter().find(|one| one.id == id)
    }

    /// The customer's open leg, or an agent's.
    pub(in crate::sandbox) fn open(&self, purpose: Purpose) -> Option<&Participant> {
        let mut all = self.participants.iter();
        all.find(|one| one.purpose == purpose && one.is_open())
    }

    /// The ids of all open legs.
    pub(in crate::sandbox) fn open_legs(&self) -> Vec<Uuid> {
        let legs = self.participants.iter().flat_map(|one| &one.legs);
        legs.filter(|leg| leg.is_open()).map(|leg| leg.id).collect()
    }

    /// Nothing keeps it open: no leg, no wrap-up.
    pub(in crate::sandbox) fn is_settled(&self) -> bool {
        let mut all = self.participants.iter();
        all.all(|one| !one.is_open() && !one.wrap_up.is_owed())
    }
}

impl Disconnect {
    /// As the conversation service spells it.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Peer => "peer",
            Self::System => "system",
            Self::Expired => "session.expired",
            Self::Inactivity => "inactivity",
            Self::Transfer => "transfer",
            Self::NoAnswer => "transfer.noanswer",
        }
    }

    /// As analytics spells it.
    pub(in crate::sandbox) fn analytics_word(self) -> &'static str {
        match self {
            Self::Expired => "sessionExpired",
            Self::NoAnswer => "noAnswerTransfer",
            other => other.word(),
        }
    }
}
