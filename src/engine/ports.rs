//! What the engine needs from outside: an organisation to read, one to act on, a journal, a clock. Real and scripted ones look alike.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{mpsc, watch};

use crate::domain::beside::AgentStanding;
use crate::domain::fact::RunFact;
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::hearing::Hearing;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::names::{NameKind, Named};
use crate::domain::plan::{Plan, Scope};
use crate::domain::raw_read::RawRead;
use crate::domain::request_line::RequestLine;
use crate::domain::roster::{Ending, Listed, Reading};
use crate::domain::run::{Run, RunHeader};
use crate::domain::sighting::Event;
use crate::domain::step::Action;
use crate::domain::text::Text;
use crate::domain::transcript::TranscriptLine;

pub use super::limiter::{Lane, Limiter, Pass, RateHeaders, Waited};

/// One page of the list of open conversations that began in an interval of at most 31 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageWanted {
    /// The interval's beginning.
    pub from: Timestamp,
    /// The interval's end.
    pub to: Timestamp,
    /// Which page, from 1.
    pub number: u32,
    /// How many conversations a page holds: [`PAGE_SIZE`] at most, and 1 where only their number is wanted.
    pub size: u32,
}

/// The most conversations that a page of the list holds.
pub const PAGE_SIZE: u32 = 100;

/// The most requests that are told at once, to whoever looks at all of them.
pub const REQUESTS_TOLD: usize = 500;

/// A page of the list.
#[derive(Debug, Clone)]
pub struct ListedPage {
    /// Its rows, oldest conversation first.
    pub rows: Vec<Listed>,
    /// How many conversations the interval holds in all.
    pub total: u32,
    /// The service did not say how many, so that there are at least so many.
    pub is_least: bool,
    /// Rows beside these that cannot be understood.
    pub unreadable: u32,
}

impl ListedPage {
    /// A page whose rows are sound, of a list that is counted.
    pub fn new(rows: Vec<Listed>, total: u32) -> Self {
        Self {
            rows,
            total,
            is_least: false,
            unreadable: 0,
        }
    }
}

/// A question for the names of ids of one sort. Each costs one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamesWanted {
    /// What they name.
    pub kind: NameKind,
    /// At most [`NAMES_AT_ONCE`] of them.
    pub ids: Vec<Text>,
    /// The first way was not permitted: the second one is taken, which needs another permission.
    pub is_second_way: bool,
    /// Where the page before ended, in a listing of everything.
    pub after: Option<String>,
}

/// The ids that one question for names may hold: the platform's own limit for users.
pub const NAMES_AT_ONCE: usize = 100;

/// What these are called.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NamesPage {
    /// The names; more than was asked for where everything is listed.
    pub named: Vec<Named>,
    /// Where this page ends, if there is another. Only after the last one are those that no page named nobody's.
    pub next: Option<String>,
}

/// What was heard of the notification service.
#[derive(Debug, Clone)]
pub enum Heard {
    /// Something happened in a conversation. A reason to look, and never a proof.
    Event(Event),
    /// How listening stands changed.
    Hearing(Hearing),
    /// Events may have been missed, though listening never stopped.
    Missed,
    /// The sign-in was revoked; in words.
    Revoked(String),
}

/// What listening is done with.
#[derive(Debug)]
pub struct Ears {
    /// The queues that matter, by id; more of them as time goes by. When their sender is gone nobody listens any more.
    pub queues: watch::Receiver<BTreeSet<Text>>,
    /// Where to say what was heard.
    pub heard: mpsc::Sender<Heard>,
}

/// An organisation that can be read. Every request costs a pass of the shared limiter.
pub trait Org: Clone + Send + Sync + 'static {
    /// One page of open web messaging conversations.
    fn list(
        &self,
        page: PageWanted,
        pass: Pass,
    ) -> impl Future<Output = Result<ListedPage, Failure>> + Send;

    /// The truth about one conversation.
    fn read(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> impl Future<Output = Result<Reading, Failure>> + Send;

    /// The same with the answer itself, for somebody who looks into it. Where no answers are kept there is none.
    fn read_closely(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> impl Future<Output = Result<(Reading, Option<RawRead>), Failure>> + Send {
        async move { Ok((self.read(id, pass).await?, None)) }
    }

    /// What was said in these messages, oldest first: personal data, asked for only when somebody wants to see it.
    fn transcript(
        &self,
        id: ConversationId,
        messages: Vec<Text>,
        pass: Pass,
    ) -> impl Future<Output = Result<Vec<TranscriptLine>, Failure>> + Send {
        let _ = (id, messages, pass);
        async { Ok(Vec::new()) }
    }

    /// Requests about a conversation after the one of this number, oldest first, as far as they are kept.
    fn requests_about(&self, id: ConversationId, after: u64) -> Vec<RequestLine> {
        let _ = (id, after);
        Vec::new()
    }

    /// All requests after the one of this number, oldest first: the newest [`REQUESTS_TOLD`] of those that are kept.
    fn requests_after(&self, after: u64) -> Vec<RequestLine> {
        let _ = after;
        Vec::new()
    }

    /// What ids are called. An organisation that knows no names says so.
    fn names(
        &self,
        wanted: NamesWanted,
        pass: Pass,
    ) -> impl Future<Output = Result<NamesPage, Failure>> + Send {
        drop((wanted, pass));
        async {
            Err(Failure::local(
                FailureKind::NotSent,
                "nobody knows names here",
            ))
        }
    }

    /// A page of the wrap-up codes that there are, or that a queue offers, from 1. An organisation that knows none says so.
    fn codes(
        &self,
        queue: Option<Text>,
        page: u32,
        pass: Pass,
    ) -> impl Future<Output = Result<NamesPage, Failure>> + Send {
        drop((queue, page, pass));
        let why = "nobody knows codes here";
        async move { Err(Failure::local(FailureKind::NotSent, why)) }
    }

    /// What analytics recorded of these, at most 100, as the list would say it: late. What it does not know is absent.
    fn records(
        &self,
        ids: Vec<ConversationId>,
        pass: Pass,
    ) -> impl Future<Output = Result<Vec<Listed>, Failure>> + Send {
        let _ = ids;
        pass.refund();
        async { Ok(Vec::new()) }
    }

    /// Where these users stand, at most 100, by id. Whoever is not known is absent.
    fn standings(
        &self,
        users: Vec<Text>,
        pass: Pass,
    ) -> impl Future<Output = Result<Vec<AgentStanding>, Failure>> + Send {
        let _ = users;
        pass.refund();
        async { Ok(Vec::new()) }
    }

    /// How long after its end a message of the customer brings a web messaging conversation back; absent where that is not said.
    fn threading(
        &self,
        pass: Pass,
    ) -> impl Future<Output = Result<Option<SignedDuration>, Failure>> + Send {
        pass.refund();
        async { Ok(None) }
    }

    /// How far the platform's clock is ahead of this machine's, as the newest answer was dated, to a second or so; unknown before the first.
    fn clock_ahead(&self) -> Option<SignedDuration> {
        None
    }

    /// When a conversation ended, by analytics: late, and a second source where reads say that it is not there.
    fn end_of(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> impl Future<Output = Result<Ending, Failure>> + Send;

    /// Listens for events until it is dropped; returns at once where there is nothing to listen to.
    fn listen(&self, ears: Ears) -> impl Future<Output = ()> + Send {
        drop(ears);
        std::future::ready(())
    }
}

/// An organisation on which conversations can be ended. A read-only profile has no value of such a type.
pub trait Terminator: Org {
    /// Sends a request that the journal has recorded. Never retried below this line.
    fn send(
        &self,
        permit: SendPermit,
        pass: Pass,
    ) -> impl Future<Output = Result<Receipt, Failure>> + Send;

    /// The organisation, host and client that the token stands for now, asked anew.
    fn identity(&self, pass: Pass) -> impl Future<Output = Result<Scope, Failure>> + Send;

    /// How often it signed in so far: a new token may stand for somebody else.
    fn sign_ins(&self) -> u64 {
        0
    }
}

/// The right to send one request: only a journal hands it out, after the intent is durable.
#[derive(Debug)]
pub struct SendPermit {
    conversation: ConversationId,
    action: Action,
}

impl SendPermit {
    /// For journals alone: the intent of this action is durable.
    pub fn granted(conversation: ConversationId, action: Action) -> Self {
        Self {
            conversation,
            action,
        }
    }

    /// Which conversation.
    pub fn conversation(&self) -> ConversationId {
        self.conversation
    }

    /// What may be sent.
    pub fn action(&self) -> &Action {
        &self.action
    }
}

/// Why the journal did not take something. Nothing is sent and nothing is shown that it did not take.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordFailure {
    /// It cannot be written: disk full, read-only, gone.
    #[error(
        "the journal cannot be written: {0}. Nothing more is sent. Free space or mend the file, then resume the run"
    )]
    Unwritable(String),
    /// It cannot be written any more, after a send: what became of the request is kept elsewhere.
    #[error(
        "the journal cannot be written: {why}. Nothing more is sent. What became of the request is kept in {kept}. Free space or mend the \
         file, then resume the run: it is taken in first"
    )]
    Spilled {
        /// Why it cannot be written.
        why: String,
        /// The file that keeps what it did not take.
        kept: String,
    },
    /// It cannot be written any more, after a send, and what became of the request cannot be kept elsewhere either.
    #[error(
        "the journal cannot be written: {why}. Nothing more is sent. What became of the request cannot be kept elsewhere either: {also}. \
         It is printed as a line of JSON: put that into {file}, or resume without it, which reads what became of the chat"
    )]
    Unkept {
        /// Why the journal cannot be written.
        why: String,
        /// Why the file cannot.
        also: String,
        /// The file.
        file: String,
    },
    /// Its own rules refused it: a bug in the engine, caught by the second wall.
    #[error("the journal refused a step: {0}. Nothing was sent. Please report this")]
    Refused(String),
    /// Another process is carrying out a run.
    #[error("another unstick holds the journal ({0}). Wait for it, or stop it")]
    Locked(String),
    /// No such run.
    #[error("there is no run {0} in the journal. `unstick runs` lists them")]
    NoSuchRun(RunId),
}

/// What a run needs to exist.
#[derive(Debug, Clone)]
pub struct RunDraft {
    /// The plan whose phrase was typed.
    pub plan: Arc<Plan>,
    /// Who typed it.
    pub operator: String,
    /// The profile's label.
    pub label: String,
    /// Why.
    pub note: Option<String>,
    /// The API base URL.
    pub api_url: String,
}

/// A journal: facts are durable when these return.
pub trait Recorder: Clone + Send + Sync + 'static {
    /// Creates a run and takes the lock under which one process at a time carries out runs.
    fn open(
        &self,
        draft: RunDraft,
        at: Timestamp,
    ) -> impl Future<Output = Result<RunHeader, RecordFailure>> + Send;

    /// Takes the lock and gives back an unfinished run with everything that happened in it.
    fn reopen(&self, run: RunId) -> impl Future<Output = Result<Run, RecordFailure>> + Send;

    /// Records a fact.
    fn record(
        &self,
        run: RunId,
        fact: RunFact,
    ) -> impl Future<Output = Result<(), RecordFailure>> + Send;

    /// Records the intent to send a request (`ItemEvent::Intended`), and grants it.
    fn intend(
        &self,
        run: RunId,
        fact: RunFact,
    ) -> impl Future<Output = Result<SendPermit, RecordFailure>> + Send;

    /// Records what was seen of a run after its end.
    fn record_after(
        &self,
        run: RunId,
        fact: RunFact,
    ) -> impl Future<Output = Result<(), RecordFailure>> + Send;

    /// Gives the lock back.
    fn release(&self) -> impl Future<Output = ()> + Send;
}

/// A clock whose ages are never understated: it takes the larger of the wall clock's and the monotonic clock's advance, so that a
/// suspended machine and a clock set back both make evidence old.
pub trait Clock: Clone + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}
