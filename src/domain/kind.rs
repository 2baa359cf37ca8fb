//! Kinds: why a conversation is still open, how grave that is, and what may be done about it. One table, from `decisions.md`.

use serde::{Deserialize, Serialize};

/// How grave a kind is, mildest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing known.
    Unknown,
    /// Healthy.
    Fresh,
    /// Worth an eye.
    Watch,
    /// Old; a person may still be there.
    Stale,
    /// Nobody can be helped by it any more.
    Stuck,
}

impl Severity {
    /// The word on screen and in filters.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Fresh => "fresh",
            Self::Watch => "watch",
            Self::Stale => "stale",
            Self::Stuck => "stuck",
        }
    }
}

/// When a kind may be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bulk {
    /// With others.
    Yes,
    /// One at a time, chosen by id.
    OneByOne,
    /// One at a time, by id, and only where live conversations are allowed by name.
    Live,
    /// Not at all.
    Never,
}

macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $name:ident, $word:literal, $severity:ident, $bulk:ident, $remedy:literal;)*) => {
        /// Why a conversation is still open.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind { $($(#[doc = $doc])* $name,)* }

        impl Kind {
            /// Every kind, in the order in which they are tried.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The kind's name everywhere; at most nine characters.
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it means, in a sentence: what its documentation says.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*).trim_ascii(),)* }
            }

            /// How grave it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// When it may be planned.
            pub fn bulk(self) -> Bulk {
                match self { $(Self::$name => Bulk::$bulk,)* }
            }

            /// What to do about it, in words.
            pub fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)* }
            }
        }
    };
}

kinds! {
    /// Not read yet.
    Unread, "unread", Unknown, Never, "read it first";
    /// Not there, unreadable, or a word this program does not know.
    Unknown, "unknown", Unknown, Never, "leave it; it is not there, cannot be read, or says a word we do not know";
    /// Another medium is on the conversation.
    Mixed, "mixed", Fresh, OneByOne, "message legs only, one at a time";
    /// Parked by an agent until later.
    Parked, "parked", Fresh, Live, "leave it until its time";
    /// The inactivity timer is running.
    Closing, "closing", Fresh, Live, "leave it; it closes by itself";
    /// Both sides are there and somebody wrote lately.
    Live, "live", Fresh, Live, "leave it";
    /// Our request was accepted, and it is still open.
    Stubborn, "stubborn", Stuck, OneByOne, "collect the correlation ids and ask Genesys support";
    /// A leg is in error.
    Error, "error", Stuck, OneByOne, "collect the correlation ids and ask Genesys support";
    /// Open in analytics, over in truth.
    Desync, "desync", Stuck, OneByOne, "nobody is there; ask Genesys support, or plan a teardown of its own";
    /// A queue leg is open in analytics, in truth over, or 404 to a console for 30m.
    Ghost, "ghost", Stuck, OneByOne, "nobody is there; ask Genesys support with the correlation ids";
    /// Only after-call work is open.
    WrapUp, "wrap-up", Stuck, Yes, "tell the agent, or apply a wrap-up code";
    /// The customer is gone, an agent's leg is up.
    Orphan, "orphan", Stuck, Yes, "end the agent's leg";
    /// Parked, and its time has passed.
    Overdue, "overdue", Stuck, Yes, "requeue it if the customer waits, else close";
    /// The inactivity timer passed and nothing happened.
    Timer, "timer", Stuck, Yes, "close";
    /// Rings without an end.
    Ringing, "ringing", Stuck, Yes, "requeue it if the customer waits, else close";
    /// A transfer hangs.
    Transfer, "transfer", Stuck, Yes, "requeue it if the customer waits, else close";
    /// The agent is offline.
    Away, "away", Stuck, Yes, "requeue it if the customer waits, else close";
    /// The customer wrote last and waits for us.
    IdleUs, "idle-us", Stale, OneByOne, "requeue it: somebody waits for an answer";
    /// We wrote last; silence since.
    Idle, "idle", Stale, Yes, "close";
    /// Really in queue, for too long.
    LongWait, "long-wait", Stale, OneByOne, "assign it: somebody waits in the queue";
    /// A bot or flow holds it.
    BotLoop, "bot-loop", Stuck, Yes, "close; tell the flow's owner";
    /// The customer never took part.
    NoShow, "no-show", Stuck, Yes, "close";
    /// The customer's leg is up and nobody else is there.
    Alone, "alone", Stuck, OneByOne, "close, one at a time";
    /// With an agent.
    Serving, "serving", Fresh, Live, "leave it";
    /// In queue.
    Waiting, "waiting", Fresh, Live, "leave it";
    /// With a bot or flow.
    InBot, "in-bot", Fresh, Live, "leave it";
    /// Ended; a message of the customer would bring it back.
    Reopen, "reopen", Fresh, Never, "nothing to end";
}

impl Kind {
    /// Analytics has it as open, and there is no conversation any more: it counts as no chat.
    pub fn is_astray(self) -> bool {
        matches!(self, Self::Desync | Self::Ghost)
    }

    /// The kind of this name.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}
