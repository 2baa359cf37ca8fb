//! The newest requests of this program, those for tokens included, in memory and bounded, so that a page can show all of them, or those
//! about one conversation, with the ids by which the platform's support finds them. Shared by all copies of a client; no bodies, no queries, no tokens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use super::carrier::Exchange;
use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::request_line::{Asker, LIST, Passage, RequestLine, purpose};
use crate::domain::text::Text;
use crate::engine::ports::{Lane, Waited};

/// For whom a request is made that leaves in this lane.
pub(super) fn asker(lane: Lane) -> Asker {
    match lane {
        Lane::Verify | Lane::Act => Asker::Run,
        Lane::Read => Asker::Asked,
        Lane::Poll => Asker::Poll,
    }
}

/// How many are kept: about ten minutes at the highest rate.
const KEPT: usize = 3000;

/// The requests.
#[derive(Clone, Default)]
pub(super) struct Ledger(Arc<Mutex<Lines>>);

#[derive(Default)]
struct Lines {
    count: u64,
    newest: VecDeque<RequestLine>,
}

/// A request that is about to leave.
pub(super) struct Leaving {
    at: Timestamp,
    method: String,
    path: String,
    errand: Errand,
}

/// Why it leaves now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Errand {
    /// For whom.
    pub(super) by: Asker,
    /// Which try it is, from 1.
    pub(super) attempt: u32,
    /// How its turn was waited for.
    pub(super) waited: Waited,
}

impl Errand {
    /// To fetch a token. How long its turn was waited for is told of the request that wants it.
    pub(super) fn token() -> Self {
        Self {
            by: Asker::Token,
            attempt: 1,
            waited: Waited::default(),
        }
    }
}

impl Leaving {
    pub(super) fn new(at: Timestamp, request: &reqwest::Request, errand: Errand) -> Self {
        Self {
            at,
            method: request.method().as_str().to_owned(),
            path: request.url().path().to_owned(),
            errand,
        }
    }
}

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often the same request was sent so far, as far as is kept.
    pub(super) fn tries(&self, method: &str, path: &str) -> u32 {
        let lines = self.lock();
        let alike = lines.newest.iter();
        let count = alike.filter(|line| line.method == method && line.path == path);
        u32::try_from(count.count()).unwrap_or(u32::MAX)
    }

    /// It was answered, or not.
    pub(super) fn note(&self, leaving: Leaving, outcome: Result<&Exchange, &Failure>) {
        let (receipt, trouble) = match outcome {
            Ok(answer) => (answer.receipt.clone(), None),
            Err(failure) => (failure.receipt.clone(), Some(Text::clean(&failure.short()))),
        };
        let Errand {
            by,
            attempt,
            waited,
        } = leaving.errand;
        let body = outcome.ok().and_then(|answer| answer.body.as_ref().ok());
        let passage = Passage {
            bytes: body.map_or(0, |body| body.len().try_into().unwrap_or(u64::MAX)),
            waited_ms: waited.span.as_millis().try_into().unwrap_or(u64::MAX),
            was_shut: waited.was_shut,
            retry_after: outcome.ok().and_then(|answer| answer.retry_after),
        };
        let mut lines = self.lock();
        lines.count += 1;
        // Listing has the lane of those who wait, within its share of the rate; nobody waits for it.
        let is_list = by == Asker::Asked && purpose(&leaving.method, &leaving.path) == LIST;
        let by = if is_list { Asker::Poll } else { by };
        let line = RequestLine {
            number: lines.count,
            at: leaving.at,
            method: leaving.method,
            path: leaving.path,
            by,
            attempt,
            receipt,
            trouble,
            passage,
        };
        lines.newest.push_back(line);
        if lines.newest.len() > KEPT {
            lines.newest.pop_front();
        }
    }

    /// All requests that came after that many, oldest first: the newest ones, at most so many.
    pub(super) fn newest(&self, after: u64, most: usize) -> Vec<RequestLine> {
        let lines = self.lock();
        let newer = lines.newest.iter().rev();
        let mut found: Vec<RequestLine> = newer
            .take_while(|line| line.number > after)
            .take(most)
            .cloned()
            .collect();
        found.reverse();
        found
    }

    /// Requests about a conversation that came after that many, oldest first.
    pub(super) fn about(&self, id: ConversationId, after: u64) -> Vec<RequestLine> {
        let id = id.to_string();
        let lines = self.lock();
        let newer = lines
            .newest
            .iter()
            .rev()
            .take_while(|line| line.number > after);
        let mut found: Vec<RequestLine> = newer
            .filter(|line| line.path.contains(&id))
            .cloned()
            .collect();
        found.reverse();
        found
    }
}
