//! What a conversation is made of, and the few questions everybody asks of it.
//!
//! Knows no wire shape: REST and analytics are projections made elsewhere.

pub(in crate::sandbox) use super::after_call_work::{ChosenCode, Prompt, WrapUp};
pub(in crate::sandbox) use super::leg::{Disconnect, Leg, Medium};
pub(in crate::sandbox) use super::transfer::{Destination, Transfer, TransferState};

use crate::sandbox::kind::Kind;
use jiff::Timestamp;
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
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
    /// How its messages travel.
    pub(in crate::sandbox) message_type: MessageType,
    /// Oldest first; the newest is shown first.
    pub(in crate::sandbox) transfers: Vec<Transfer>,
    /// Which endings it takes.
    pub(in crate::sandbox) resistance: Resistance,
    /// The conversation service has lost it: every call that names it is answered 404.
    pub(in crate::sandbox) lost: bool,
    /// What analytics has wrong about it.
    pub(in crate::sandbox) stray: Option<Stray>,
    /// Its guest came back once from an ending; see `aftermath.rs`.
    pub(in crate::sandbox) returned: bool,
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

/// How messages travel: `Message.type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::sandbox) enum MessageType {
    #[default]
    WebMessaging,
    WhatsApp,
    Sms,
    Facebook,
    Open,
}

/// Which endings that the API accepts are never applied to a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) enum Resistance {
    #[default]
    Nothing,
    /// All but the teardown.
    AllButTeardown,
    Everything,
}

/// What a participant is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Purpose {
    Customer,
    Workflow,
    Botflow,
    Acd,
    Agent,
    /// A supervisor who listens in.
    User,
}

/// Participant data, as flows and clients set it.
pub(in crate::sandbox) type Attributes = BTreeMap<String, String>;

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
    /// The participant it listens in on.
    pub(in crate::sandbox) monitors: Option<Uuid>,
    /// Nothing where nobody set any; most parties have none.
    pub(in crate::sandbox) attributes: Option<Box<Attributes>>,
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

impl Content {
    /// The platform's word for what a file is, by its MIME type.
    pub(in crate::sandbox) fn media_type(&self) -> &'static str {
        let Self::File { media, .. } = self else {
            return "Link";
        };
        match media.split('/').next() {
            Some("image") => "Image",
            Some("video") => "Video",
            Some("audio") => "Audio",
            _ => "File",
        }
    }
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
            Self::User => "user",
        }
    }

    pub(in crate::sandbox) fn is_bot(self) -> bool {
        matches!(self, Self::Workflow | Self::Botflow)
    }

    pub(in crate::sandbox) fn is_machine(self) -> bool {
        matches!(self, Self::Workflow | Self::Botflow | Self::Acd)
    }
}

impl MessageType {
    /// The word of both the conversation service and analytics.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::WebMessaging => "webmessaging",
            Self::WhatsApp => "whatsapp",
            Self::Sms => "sms",
            Self::Facebook => "facebook",
            Self::Open => "open",
        }
    }
}

impl Participant {
    /// A party that has no leg yet.
    pub(in crate::sandbox) fn new(id: Uuid, purpose: Purpose, name: &str, at: Timestamp) -> Self {
        Self {
            id,
            purpose,
            name: name.to_owned(),
            user: None,
            queue: None,
            flow: None,
            joined: at,
            legs: Vec::new(),
            wrap_up: WrapUp::default(),
            monitors: None,
            attributes: None,
        }
    }

    pub(in crate::sandbox) fn is_open(&self) -> bool {
        self.legs.iter().any(Leg::is_open)
    }

    /// A message leg of it is open.
    pub(in crate::sandbox) fn is_in_chat(&self) -> bool {
        self.legs.iter().any(Leg::is_open_message)
    }

    /// The open legs of one medium, or of all.
    pub(in crate::sandbox) fn open_legs(&self, medium: Option<Medium>) -> Vec<Uuid> {
        let open = self.legs.iter().filter(|leg| leg.is_open());
        open.filter(|leg| medium.is_none_or(|medium| leg.medium == medium))
            .map(|leg| leg.id)
            .collect()
    }

    /// When its last leg went down, and how; nothing while one is up.
    pub(in crate::sandbox) fn ended(&self) -> Option<(Timestamp, Disconnect)> {
        if self.is_open() {
            return None;
        }
        let ends = self.legs.iter().filter_map(|leg| leg.ended);
        ends.max_by_key(|(at, _)| *at)
    }

    /// The message leg that came up last.
    pub(in crate::sandbox) fn last_leg(&self) -> Option<&Leg> {
        let mut legs = self.legs.iter();
        legs.rfind(|leg| leg.medium == Medium::Message)
    }
}

impl Conversation {
    /// A conversation that begins, with nobody in it.
    pub(in crate::sandbox) fn new(id: Uuid, deployment: Uuid, at: Timestamp) -> Self {
        Self {
            id,
            label: None,
            deployment,
            kind: None,
            started: at,
            ended: None,
            revived: None,
            participants: Vec::new(),
            messages: Vec::new(),
            inactivity_timeout: None,
            bot_stays: false,
            message_type: MessageType::default(),
            transfers: Vec::new(),
            resistance: Resistance::Nothing,
            lost: false,
            stray: None,
            returned: false,
        }
    }

    pub(in crate::sandbox) fn participant(&self, id: Uuid) -> Option<&Participant> {
        self.participants.iter().find(|one| one.id == id)
    }

    pub(super) fn participant_mut(&mut self, id: Uuid) -> Option<&mut Participant> {
        self.participants.iter_mut().find(|one| one.id == id)
    }

    /// A leg and whose it is.
    pub(in crate::sandbox) fn leg(&self, id: Uuid) -> Option<(&Participant, &Leg)> {
        let mut all = self
            .participants
            .iter()
            .flat_map(|party| party.legs.iter().map(move |leg| (party, leg)));
        all.find(|(_, leg)| leg.id == id)
    }

    pub(super) fn leg_mut(&mut self, id: Uuid) -> Option<&mut Leg> {
        let mut all = self.participants.iter_mut().flat_map(|one| &mut one.legs);
        all.find(|leg| leg.id == id)
    }

    /// The party of a purpose whose message leg is open.
    pub(in crate::sandbox) fn open(&self, purpose: Purpose) -> Option<&Participant> {
        let mut all = self.participants.iter();
        all.find(|one| one.purpose == purpose && one.is_in_chat())
    }

    /// The leg that is parked, and until when.
    pub(in crate::sandbox) fn parked(&self) -> Option<(Uuid, Timestamp)> {
        let mut legs = self.participants.iter().flat_map(|one| &one.legs);
        let leg = legs.find(|leg| leg.is_parked())?;
        leg.parked.map(|(_, until)| (leg.id, until))
    }

    /// Whether some leg, open or not, is of a medium.
    pub(in crate::sandbox) fn carries(&self, medium: Medium) -> bool {
        let mut legs = self.participants.iter().flat_map(|one| &one.legs);
        legs.any(|leg| leg.medium == medium)
    }

    /// The queue it is in or was in last, an index of the directory.
    pub(in crate::sandbox) fn queue(&self) -> Option<usize> {
        self.participants.iter().rev().find_map(|one| one.queue)
    }

    /// The ids of all open legs.
    pub(in crate::sandbox) fn open_legs(&self) -> Vec<Uuid> {
        self.open_legs_of(None)
    }

    /// The same of one medium, or of all.
    pub(in crate::sandbox) fn open_legs_of(&self, medium: Option<Medium>) -> Vec<Uuid> {
        let parties = self.participants.iter();
        parties.flat_map(|one| one.open_legs(medium)).collect()
    }

    /// Nothing keeps it open: no leg, no wrap-up.
    pub(in crate::sandbox) fn is_settled(&self) -> bool {
        let mut all = self.participants.iter();
        all.all(|one| !one.is_open() && !one.wrap_up.is_owed())
    }
}
