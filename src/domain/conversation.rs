//! One conversation as the conversation service told it: parties, their legs, who wrote when.
//! Facts only; why a conversation is still open is for `diagnosis`, what may be done about it for `guard`.

mod messages;
mod over;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

pub use messages::{ListedMessage, Message, Side, attribute};

use super::ids::{CommunicationId, ConversationId, ParticipantId};
use super::text::Text;

/// A conversation as one read showed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// When it began, by the platform's clock.
    pub started: Timestamp,
    /// When it ended; absent while any segment is open.
    pub ended: Option<Timestamp>,
    /// When the queue's inactivity timer will end it, if one runs.
    pub inactivity_timeout: Option<Timestamp>,
    /// A transfer that is pending or active, and when it was asked for.
    pub transfer_since: Option<Timestamp>,
    /// The divisions it belongs to, by id.
    pub divisions: Vec<Text>,
    /// Every party there ever was, in the platform's order.
    pub participants: Vec<Participant>,
    /// Text and structured messages of the customer and of human agents, each once, oldest first.
    pub messages: Vec<Message>,
}

/// One party of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Its id.
    pub id: ParticipantId,
    /// What it is there for.
    pub purpose: Purpose,
    /// The name it goes by: a guest's, an agent's, a flow's.
    pub name: Option<Text>,
    /// The agent's user id.
    pub user: Option<Text>,
    /// The queue this party belongs to, by name, else by id.
    pub queue: Option<Text>,
    /// The same queue's id.
    pub queue_id: Option<Text>,
    /// What flows and programs noted down about it (participant attributes), sorted by key. Personal: never in the journal.
    pub attributes: Vec<(Text, Text)>,
    /// Where its after-call work stands.
    pub wrap_up: WrapUp,
    /// How long an alert may ring before it goes elsewhere.
    pub alerting_timeout: Option<SignedDuration>,
    /// Its legs, open and closed.
    pub legs: Vec<Leg>,
}

impl Participant {
    /// A party of whom nothing else is known.
    pub fn new(id: ParticipantId, purpose: Purpose) -> Self {
        Self {
            id,
            purpose,
            name: None,
            user: None,
            queue: None,
            queue_id: None,
            attributes: Vec::new(),
            wrap_up: WrapUp::NotOwed,
            alerting_timeout: None,
            legs: Vec::new(),
        }
    }
}

/// What a party is there for. The service owns this vocabulary; a word we do not know is kept and shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Purpose {
    /// The person outside (`customer`).
    Customer,
    /// A person outside, brought in by someone else (`external`).
    External,
    /// A person of ours, reached through a queue (`agent`).
    Agent,
    /// A person of ours, reached directly (`user`).
    User,
    /// The queue itself (`acd`).
    Queue,
    /// A bot (`botflow`).
    Bot,
    /// A flow (`workflow`).
    Flow,
    /// An older menu (`ivr`).
    Ivr,
    /// A program (`api`).
    Api,
    /// A word this program does not know.
    Other(Text),
}

/// A word that this program does not know, marked where making it safe changed it: it must never be read back as one it knows.
fn foreign(word: &str) -> Text {
    let clean = Text::clean(word);
    if clean.as_str() == word || clean.as_str().contains('\u{fffd}') {
        clean
    } else {
        Text::clean(&format!("{clean}\u{fffd}"))
    }
}

impl Purpose {
    /// The service's own word.
    pub fn word(&self) -> &str {
        match self {
            Self::Customer => "customer",
            Self::External => "external",
            Self::Agent => "agent",
            Self::User => "user",
            Self::Queue => "acd",
            Self::Bot => "botflow",
            Self::Flow => "workflow",
            Self::Ivr => "ivr",
            Self::Api => "api",
            Self::Other(word) => word.as_str(),
        }
    }

    /// A person: somebody who could be cut off.
    pub fn is_human(&self) -> bool {
        self.is_customer() || self.is_staff()
    }

    /// A person outside.
    pub fn is_customer(&self) -> bool {
        matches!(self, Self::Customer | Self::External)
    }

    /// A person of ours.
    pub fn is_staff(&self) -> bool {
        matches!(self, Self::Agent | Self::User)
    }

    /// A bot, flow, menu or program; not the queue.
    pub fn is_automaton(&self) -> bool {
        matches!(self, Self::Bot | Self::Flow | Self::Ivr | Self::Api)
    }
}

impl<W: AsRef<str>> From<W> for Purpose {
    fn from(word: W) -> Self {
        let word = word.as_ref();
        match word {
            "customer" => Self::Customer,
            "external" => Self::External,
            "agent" => Self::Agent,
            "user" => Self::User,
            "acd" => Self::Queue,
            "botflow" => Self::Bot,
            "workflow" => Self::Flow,
            "ivr" => Self::Ivr,
            "api" => Self::Api,
            _ => Self::Other(foreign(word)),
        }
    }
}

impl From<Purpose> for String {
    fn from(purpose: Purpose) -> Self {
        purpose.word().to_owned()
    }
}

/// Where a party's after-call work stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum WrapUp {
    /// Nothing is owed.
    #[default]
    NotOwed,
    /// Owed since then; `timeout` is how long the platform itself would wait, zero when it would wait for ever.
    Owed {
        /// When after-call work began, if the platform said.
        since: Option<Timestamp>,
        /// The platform's own limit.
        timeout: SignedDuration,
    },
}

/// One party's media leg.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leg {
    /// The communication's id.
    pub id: CommunicationId,
    /// What kind of media it carries.
    pub medium: Medium,
    /// Its state now.
    pub state: LegState,
    /// When it connected, else when it began to alert.
    pub since: Option<Timestamp>,
    /// When its alert began.
    pub alerting_since: Option<Timestamp>,
    /// When it was disconnected.
    pub ended: Option<Timestamp>,
    /// How it was disconnected, in the service's word (`peer`, `client`, `transfer.noanswer`, …).
    pub disconnect: Option<Text>,
    /// When a parked leg is to come back.
    pub resumes: Option<Timestamp>,
    /// The platform marked the leg with an error.
    pub is_broken: bool,
    /// To whom it leads (`toAddress`): a customer's probably to the deployment, which nobody has verified.
    pub address_to: Option<Text>,
}

impl Leg {
    /// A web messaging leg in this state, of which nothing else is known.
    pub fn new(id: CommunicationId, state: LegState) -> Self {
        Self {
            id,
            medium: Medium::WebMessaging,
            state,
            since: None,
            alerting_since: None,
            ended: None,
            disconnect: None,
            resumes: None,
            is_broken: false,
            address_to: None,
        }
    }

    /// Any state but disconnected or terminated is open; parked and alerting are open.
    pub fn is_open(&self) -> bool {
        !matches!(self.state, LegState::Disconnected | LegState::Terminated)
    }
}

/// What a leg carries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Medium {
    /// Web messaging: what this program is for.
    WebMessaging,
    /// Anything else: a call, a callback, an e-mail, another kind of message.
    Other(Text),
}

impl<W: AsRef<str>> From<W> for Medium {
    fn from(word: W) -> Self {
        let word = word.as_ref();
        if word == "webmessaging" {
            Self::WebMessaging
        } else {
            Self::Other(foreign(word))
        }
    }
}

impl From<Medium> for String {
    fn from(medium: Medium) -> Self {
        match medium {
            Medium::WebMessaging => "webmessaging".to_owned(),
            Medium::Other(word) => word.into(),
        }
    }
}

/// The state of a leg, in the service's words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum LegState {
    /// Ringing.
    Alerting,
    /// Being set up (`dialing`, `contacting`, `offering` count as this).
    Contacting,
    /// In use.
    Connected,
    /// Set aside on purpose.
    Parked,
    /// Over.
    Disconnected,
    /// Over.
    Terminated,
    /// A word this program does not know.
    Other(Text),
}

impl LegState {
    /// The service's own word.
    pub fn word(&self) -> &str {
        match self {
            Self::Alerting => "alerting",
            Self::Contacting => "contacting",
            Self::Connected => "connected",
            Self::Parked => "parked",
            Self::Disconnected => "disconnected",
            Self::Terminated => "terminated",
            Self::Other(word) => word.as_str(),
        }
    }
}

impl<W: AsRef<str>> From<W> for LegState {
    fn from(word: W) -> Self {
        let word = word.as_ref();
        match word {
            "alerting" => Self::Alerting,
            "dialing" | "contacting" | "offering" => Self::Contacting,
            "connected" => Self::Connected,
            "parked" => Self::Parked,
            "disconnected" => Self::Disconnected,
            "terminated" => Self::Terminated,
            _ => Self::Other(foreign(word)),
        }
    }
}

impl From<LegState> for String {
    fn from(state: LegState) -> Self {
        state.word().to_owned()
    }
}

impl Conversation {
    /// A conversation that began then, with nobody in it yet.
    pub fn new(id: ConversationId, started: Timestamp) -> Self {
        Self {
            id,
            started,
            ended: None,
            inactivity_timeout: None,
            transfer_since: None,
            divisions: Vec::new(),
            participants: Vec::new(),
            messages: Vec::new(),
        }
    }

    /// Every leg with the party it belongs to.
    pub fn legs(&self) -> impl Iterator<Item = (&Participant, &Leg)> {
        self.participants
            .iter()
            .flat_map(|participant| participant.legs.iter().map(move |leg| (participant, leg)))
    }

    /// The legs that are open.
    pub fn open_legs(&self) -> impl Iterator<Item = (&Participant, &Leg)> {
        self.legs().filter(|(_, leg)| leg.is_open())
    }

    /// The open leg of the queue that it waits in, if it does.
    pub fn queue_leg(&self) -> Option<&Leg> {
        let mut legs = self.open_legs();
        legs.find(|(party, _)| party.purpose == Purpose::Queue)
            .map(|(_, leg)| leg)
    }

    /// The newest message of one side.
    pub fn newest(&self, side: Side) -> Option<&Message> {
        self.messages
            .iter()
            .rev()
            .find(|message| message.from == side)
    }

    /// The newest message of either side.
    pub fn newest_of_all(&self) -> Option<&Message> {
        self.messages.last()
    }

    /// Since when nobody has written; the start when nobody ever did.
    pub fn quiet_since(&self) -> Timestamp {
        self.newest_of_all()
            .map_or(self.started, |message| message.at)
    }

    /// The newest party that fits, for a name to show.
    pub fn newest_party(&self, fits: impl Fn(&Purpose) -> bool) -> Option<&Participant> {
        let open = self
            .participants
            .iter()
            .rev()
            .find(|party| fits(&party.purpose) && party.legs.iter().any(Leg::is_open));
        open.or_else(|| {
            self.participants
                .iter()
                .rev()
                .find(|party| fits(&party.purpose))
        })
    }
}
