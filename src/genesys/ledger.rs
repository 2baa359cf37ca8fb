//! The newest requests of this program, those for tokens included, in memory and bounded, so that a page can show all of them, or those
//! about one conversation, with the ids by which the platform's support finds them. Shared by all copies of a client; no bodies, no queries, no tokens.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
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
    newest: VecDeque<Kept>,
    /// How many of them are alike. Counted as they come and go: whoever sends asks before each request, and to look through all of
    /// them took longer than the request itself.
    alike: HashMap<Likeness, u32>,
}

/// What requests have in common that are the same one, sent again: method, path, and whom it is about where the path does not say so.
type Likeness = (String, String, Option<ConversationId>);

/// A request, and the conversation that it was about where its path does not say so.
struct Kept {
    line: RequestLine,
    about: Option<ConversationId>,
}

/// A request that is about to leave.
pub(super) struct Leaving {
    at: Timestamp,
    method: String,
    path: String,
    about: Option<ConversationId>,
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
            about: None,
            errand,
        }
    }

    /// A frame on a socket, whose path names no conversation.
    pub(super) fn frame(
        at: Timestamp,
        method: &str,
        path: String,
        about: ConversationId,
        errand: Errand,
    ) -> Self {
        Self {
            at,
            method: method.to_owned(),
            path,
            about: Some(about),
            errand,
        }
    }
}

impl Lines {
    /// Keeps the newest, and lets go of the oldest where that are too many.
    fn keep(&mut self, kept: Kept) {
        *self.alike.entry(kept.likeness()).or_insert(0) += 1;
        self.newest.push_back(kept);
        if self.newest.len() <= KEPT {
            return;
        }
        let Some(oldest) = self.newest.pop_front() else {
            return;
        };
        if let Entry::Occupied(mut alike) = self.alike.entry(oldest.likeness()) {
            *alike.get_mut() -= 1;
            if *alike.get() == 0 {
                alike.remove();
            }
        }
    }
}

impl Kept {
    fn likeness(&self) -> Likeness {
        (self.line.method.clone(), self.line.path.clone(), self.about)
    }
}

impl Ledger {
    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often the same request was sent so far, as far as is kept; `about` is for what does not name its conversation.
    pub(super) fn tries(&self, method: &str, path: &str, about: Option<ConversationId>) -> u32 {
        let likeness = (method.to_owned(), path.to_owned(), about);
        self.lock().alike.get(&likeness).copied().unwrap_or(0)
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
        let about = leaving.about;
        lines.keep(Kept { line, about });
    }

    /// All requests that came after that many, oldest first: the newest ones, at most so many.
    pub(super) fn newest(&self, after: u64, most: usize) -> Vec<RequestLine> {
        let lines = self.lock();
        let newer = lines.newest.iter().rev().map(|kept| &kept.line);
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
        let named = id.to_string();
        let lines = self.lock();
        let newer = lines
            .newest
            .iter()
            .rev()
            .take_while(|kept| kept.line.number > after);
        let mut found: Vec<RequestLine> = newer
            .filter(|kept| kept.about == Some(id) || kept.line.path.contains(&named))
            .map(|kept| kept.line.clone())
            .collect();
        found.reverse();
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::failure::FailureKind;

    fn note(ledger: &Ledger, method: &str, path: &str) {
        let leaving = Leaving {
            at: Timestamp::UNIX_EPOCH,
            method: method.to_owned(),
            path: path.to_owned(),
            about: None,
            errand: Errand::token(),
        };
        ledger.note(leaving, Err(&Failure::local(FailureKind::TimedOut, "")));
    }

    #[test]
    fn what_was_sent_before_is_counted_as_far_as_it_is_kept() {
        let ledger = Ledger::default();
        note(&ledger, "PATCH", "/a");
        note(&ledger, "PATCH", "/a");
        note(&ledger, "GET", "/a");
        assert_eq!(ledger.tries("PATCH", "/a", None), 2);
        assert_eq!(ledger.tries("PATCH", "/b", None), 0);
        for _ in 0..KEPT - 2 {
            note(&ledger, "GET", "/other");
        }
        assert_eq!(ledger.tries("PATCH", "/a", None), 1);
        note(&ledger, "GET", "/other");
        assert_eq!(ledger.tries("PATCH", "/a", None), 0);
        assert_eq!(ledger.lock().newest.len(), KEPT);
        assert_eq!(
            ledger.lock().alike.len(),
            2,
            "nothing is kept of what is gone"
        );
    }
}
