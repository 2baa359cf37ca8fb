//! What the engine tells whoever watches: facts about the list, about single conversations, about runs and about the rate.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::beside::Learned;
use super::fact::RunFact;
use super::failure::Failure;
use super::hearing::Hearing;
use super::ids::{ConversationId, RunId};
use super::names::{NameKey, Named, Names};
use super::plan::Plan;
use super::raw_read::RawRead;
use super::reach::Reach;
use super::request_line::RequestLine;
use super::roster::{Listed, Reading, Roster};
use super::rules::Rules;
use super::run::Run;
use super::text::Text;
use super::transcript::TranscriptLine;

/// Something that happened, for the screen and for printed output.
#[derive(Debug, Clone)]
pub enum Fact {
    /// The list.
    Listing(Listing),
    /// One conversation was read.
    Read {
        /// Which.
        id: ConversationId,
        /// What came of it.
        result: Result<Arc<Reading>, Failure>,
        /// When.
        at: Timestamp,
    },
    /// Another source said something that stands beside the reads.
    Learned(Learned),
    /// A run exists now, with what happened in it before, if it is resumed; its further facts follow.
    RunOpened(Box<Run>),
    /// A run was not opened, or it cannot go on, and why. Nothing more is sent; where it had been opened, the journal knows it as
    /// unfinished.
    RunRefused {
        /// Why, in words, with what to do.
        why: String,
    },
    /// Something happened in a run. Durable in the journal before it is told.
    Run(RunId, RunFact),
    /// How the rate stands.
    Gauge(Gauge),
    /// What exactly the newest read of the conversation was answered that somebody looks into.
    Raw {
        /// Which.
        id: ConversationId,
        /// The answer.
        read: Arc<RawRead>,
    },
    /// Requests about the conversation that somebody looks into, oldest first: those that were not told yet.
    Requests {
        /// Which conversation.
        id: ConversationId,
        /// The requests.
        lines: Vec<RequestLine>,
    },
    /// Requests of this program, oldest first: those that were not told yet to somebody who asked for all of them.
    AllRequests(Vec<RequestLine>),
    /// What was said, as it was asked for.
    Transcript {
        /// In which conversation.
        id: ConversationId,
        /// The words, oldest first, or why there are none.
        result: Result<Vec<TranscriptLine>, Failure>,
    },
    /// Names came: everything that is known of them now.
    Names(Arc<Names>),
    /// The wrap-up codes that there are, or that a queue offers, as they were asked for.
    Codes {
        /// Of which queue, by its id; without one all of them.
        queue: Option<Text>,
        /// The codes, or why they are not known.
        result: Result<Vec<Named>, Failure>,
    },
    /// How it stands with notifications.
    Events(Hearing),
}

/// How a listing goes.
#[derive(Debug, Clone)]
pub enum Listing {
    /// A round began: a look at what is new, and at first at everything.
    Started,
    /// A page came.
    Page {
        /// The rows of the page.
        rows: Vec<Listed>,
        /// Which page of the round, from 1.
        page: u32,
        /// How many conversations there are in all, as far as the service was asked.
        total: u32,
    },
    /// The list was made anew where these were, and no longer names them.
    Gone {
        /// Which.
        ids: Vec<ConversationId>,
        /// When.
        at: Timestamp,
    },
    /// How far the list reaches has changed.
    Reach(Reach),
    /// Everything that the round was for is there.
    Done {
        /// When.
        at: Timestamp,
    },
    /// It failed; what was known stays, and grows old.
    Failed {
        /// Why.
        failure: Failure,
        /// When the next try is due.
        retry_at: Timestamp,
    },
}

/// How the rate stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gauge {
    /// Requests sent in the last 60 seconds.
    pub used: u32,
    /// Requests that this program allows itself in 60 seconds.
    pub allowed: u32,
    /// The gate is shut until then: the service said 429.
    pub shut_until: Option<Timestamp>,
    /// How far the platform's clock is ahead, in whole seconds and only where it is worth saying.
    pub clock_ahead: Option<SignedDuration>,
}

/// The most wrap-up codes that one list is asked for.
pub const MOST_CODES: usize = 2_000;

/// What the engine is asked to do.
#[derive(Debug, Clone)]
pub enum Command {
    /// List now.
    Refresh,
    /// What is on screen and what is marked: read first.
    Attend {
        /// Rows on screen, top first.
        visible: Vec<ConversationId>,
        /// Marked rows.
        marked: Vec<ConversationId>,
    },
    /// Read these now, before anything else but a run's own reads.
    Read(Vec<ConversationId>),
    /// Somebody looks into this one from now on, or into none: its reads are told with the whole answer, and requests about it are told.
    Inspect(Option<ConversationId>),
    /// Every request is to be told from now on, those first that left before; or none any more.
    TellRequests(bool),
    /// Fetch what was said in these messages, now and for the eye alone.
    Transcript {
        /// In which conversation.
        id: ConversationId,
        /// The messages.
        messages: Vec<Text>,
    },
    /// What is known of names from an earlier start.
    KnowNames(Arc<Names>),
    /// Names that the screen needs beside those of the list: asked for when their turn comes.
    Name(Vec<NameKey>),
    /// Which wrap-up codes there are, the first [`MOST_CODES`], and which of them these queues offer: somebody chooses one.
    ListCodes {
        /// The queues, by their ids.
        queues: Vec<Text>,
    },
    /// Poll no more, or again.
    PausePolling(bool),
    /// Somebody looks, or nobody has for a while: then the list is polled once a minute.
    Watch(bool),
    /// What planning knows of the conversations of the run that is started or resumed next: figures, names, what other sources say. Guards
    /// at the check judge by it as planning did.
    KnowRows(Box<Roster>),
    /// Carry out this very plan, whose phrase was typed.
    Start {
        /// The plan.
        plan: Arc<Plan>,
        /// Why, in the operator's words.
        note: Option<String>,
    },
    /// Continue an unfinished run from the journal, whose phrase was typed.
    Resume(RunId),
    /// Pause or resume the run under way.
    PauseRun(bool),
    /// Start nothing new; let what is in flight settle.
    StopRun {
        /// Who asked.
        by: String,
    },
    /// From now on these rules and guards hold, for the run under way too.
    Follow(Option<Arc<Rules>>),
    /// End everything: as `StopRun`, then no more facts.
    Shutdown,
    /// Only look from now on, for good: a run under way is carried to its end, no other is begun, and after it the engine has no word for a
    /// request that changes something.
    OnlyLook,
}
