//! The newest requests of this program, those for tokens included, in memory and bounded, so that a page can show all of them, or those
//! about one conversation, with the ids by which the platform's support finds them. Shared by all copies of a client; no bodies, no queries, no tokens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;

use crate::domain::failure::{Failure, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::request_line::{Asker, RequestLine};
use crate::domain::text::Text;
use crate::engine::ports::Lane;

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
    by: Asker,
    attempt: u32,
}

impl Leaving {
    pub(super) fn new(at: Timestamp, request: &reqwest::Request, by: Asker, attempt: u32) -> Self {
        Self {
            at,
            method: request.method().as_str().to_owned(),
            path: request.url().path().to_owned(),
            by,
            attempt,
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
    pub(super) fn note(&self, leaving: Leaving, outcome: Result<&Receipt, &Failure>) {
        let (receipt, trouble) = match outcome {
            Ok(receipt) => (receipt.clone(), None),
            Err(failure) => (failure.receipt.clone(), Some(Text::clean(&failure.short()))),
        };
        let mut lines = self.lock();
        lines.count += 1;
        let line = RequestLine {
            number: lines.count,
            at: leaving.at,
            method: leaving.method,
            path: leaving.path,
            by: leaving.by,
            attempt: leaving.attempt,
            receipt,
            trouble,
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
