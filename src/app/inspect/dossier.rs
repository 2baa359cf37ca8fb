//! What is gathered about a chat while somebody looks into it: the first answer, the newest, the one before the newest change, and the
//! requests. Forgotten with the screen.

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::Timestamp;

use crate::domain::raw_read::RawRead;
use crate::domain::request_line::RequestLine;

/// How many requests are kept.
const REQUESTS: usize = 200;

/// The dossier.
#[derive(Debug, Default)]
pub struct Dossier {
    /// What the first read was answered.
    pub first: Option<Arc<RawRead>>,
    /// What the newest read was answered.
    pub newest: Option<Arc<RawRead>>,
    /// What the read before the newest change was answered.
    pub before: Option<Arc<RawRead>>,
    /// When the read left that showed the newest change.
    pub changed_at: Option<Timestamp>,
    /// Requests about the chat, oldest first.
    pub requests: VecDeque<RequestLine>,
}

impl Dossier {
    /// A read was answered.
    pub(crate) fn take_read(&mut self, read: &Arc<RawRead>) {
        let known = self.newest.replace(Arc::clone(read));
        match known {
            None => self.first = Some(Arc::clone(read)),
            Some(known) if known.body != read.body => {
                self.before = Some(known);
                self.changed_at = Some(read.read_at);
            }
            Some(_) => {}
        }
    }

    /// Requests that were not told before.
    pub(crate) fn take_requests(&mut self, lines: Vec<RequestLine>) {
        let known = self.requests.back().map_or(0, |line| line.number);
        let news = lines.into_iter().filter(|line| line.number > known);
        self.requests.extend(news);
        let surplus = self.requests.len().saturating_sub(REQUESTS);
        self.requests.drain(..surplus);
    }
}
