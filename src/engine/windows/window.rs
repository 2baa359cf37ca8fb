//! One window: the conversations that began on some days and are open, as far as the list has named them; and when it is worth asking
//! again, and for what.
//!
//! Nothing new can begin in the past: what a past window holds ends, one by one, and comes back only where a customer writes again. Its
//! count therefore nearly always tells whether anything changed. In the present one an end and a beginning leave the count as it is; so
//! it is asked for its newest page, which names what began, and whose count then no longer fits. Both are listed whole now and then.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::scan::{Scan, pages};
use super::span::Span;
use crate::domain::ids::ConversationId;
use crate::engine::ports::{ListedPage, PAGE_SIZE};

/// When a window is asked again after it showed something new; each look that shows nothing doubles it.
const SOON: Duration = Duration::from_secs(60);
/// The same for one in which nothing is open.
const SOON_EMPTY: Duration = Duration::from_secs(300);
/// The longest, with open conversations and without.
const SELDOM: Duration = Duration::from_secs(600);
const SELDOM_EMPTY: Duration = Duration::from_secs(3600);
/// A window whose count never changes is listed whole this often all the same: equal counts do not prove equal sets.
const WHOLE: Duration = Duration::from_secs(3600);
/// How late the list may be with an end that a read has shown.
const LATE: Duration = Duration::from_secs(300);

/// The time on both clocks: of the list's rows, and of this machine's waiting.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Now {
    pub(in crate::engine) at: Timestamp,
    pub(in crate::engine) instant: Instant,
}

/// How fast it may go.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine) struct Tempo {
    /// The least time between two looks at the present.
    pub(in crate::engine) every: Duration,
    /// What a page takes at listing's share of the rate.
    pub(in crate::engine) per_page: Duration,
}

/// What a window is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum What {
    /// How many there are.
    Count,
    /// Its newest page, by number.
    Newest(u32),
    /// A page of its whole list.
    Page(u32),
}

/// A window.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what was asked, what is known and what is doubtful come and go independently of each other"
)]
pub(super) struct Window {
    pub(super) number: u64,
    pub(super) span: Span,
    pub(super) is_present: bool,
    /// What the list named and is not known to be gone, and when it began.
    pub(super) named: HashMap<ConversationId, Timestamp>,
    /// Of those, what reads have shown to be over, and since when.
    over: HashMap<ConversationId, Instant>,
    /// How many the service counts; unknown before it was asked.
    pub(super) total: Option<u32>,
    /// An answer is under way.
    pub(super) is_asked: bool,
    /// It was listed to its end at least once.
    pub(super) is_whole: bool,
    /// The newest whole list may have gaps.
    is_doubtful: bool,
    /// A gap was found just now: the list is made again at once, and not again after that.
    is_mending: bool,
    pub(super) scan: Option<Scan>,
    wants_scan: bool,
    newest: Option<u32>,
    /// Looks in a row that showed nothing new.
    quiet: u32,
    pub(super) due: Instant,
    /// When it was listed whole, and in how many pages.
    scanned: Option<(Instant, u32)>,
    /// It is left alone until then, because the service did not give it.
    aside_until: Option<Instant>,
    /// The service refused it, which is no passing trouble.
    pub(super) is_refused: bool,
}

impl Window {
    pub(super) fn new(number: u64, span: Span, is_present: bool, due: Instant) -> Self {
        Self {
            number,
            span,
            is_present,
            named: HashMap::new(),
            over: HashMap::new(),
            total: None,
            is_asked: false,
            is_whole: false,
            is_doubtful: false,
            is_mending: false,
            scan: None,
            wants_scan: false,
            newest: None,
            quiet: 0,
            due,
            scanned: None,
            aside_until: None,
            is_refused: false,
        }
    }

    fn is_aside(&self, now: Now) -> bool {
        self.aside_until.is_some_and(|until| now.instant < until)
    }

    /// What a look asks for, if one is due: a single request that tells whether there is anything new.
    pub(super) fn look(&self, now: Now) -> Option<What> {
        if self.is_asked || self.is_aside(now) {
            return None;
        }
        if let Some(page) = self.newest {
            return Some(What::Newest(page));
        }
        let is_waiting = self.wants_scan || self.scan.is_some();
        if now.instant < self.due || (is_waiting && !self.is_present) {
            return None;
        }
        match self.total {
            None if self.is_present => Some(What::Newest(1)),
            None => Some(What::Count),
            Some(total) if self.is_present => Some(What::Newest(pages(total))),
            // Its whole list costs no more than its count.
            Some(total) if total <= PAGE_SIZE && self.named.len() <= 100 => Some(What::Newest(1)),
            Some(_) => Some(What::Count),
        }
    }

    /// The page of its whole list that is wanted now.
    pub(super) fn page(&self, now: Now, tempo: Tempo) -> Option<What> {
        if self.is_asked || self.newest.is_some() || self.is_aside(now) {
            return None;
        }
        if let Some(scan) = &self.scan {
            return Some(What::Page(scan.next));
        }
        let is_due = self.wants_scan && !self.is_resting(now, tempo);
        is_due.then(|| What::Page(self.first_page()))
    }

    /// A list that was made rests for as long as it took, so that listing never takes all of its share for what is known already.
    fn is_resting(&self, now: Now, tempo: Tempo) -> bool {
        let rest = |pages| tempo.per_page.saturating_mul(pages);
        !self.is_mending
            && self
                .scanned
                .is_some_and(|(at, pages)| now.instant < at + rest(pages))
    }

    fn is_backward(&self) -> bool {
        self.is_whole || self.is_mending
    }

    fn first_page(&self) -> u32 {
        if self.is_backward() {
            pages(self.total.unwrap_or(0))
        } else {
            1
        }
    }

    /// A question is on its way.
    pub(super) fn begin(&mut self, what: What, now: Now) {
        self.is_asked = true;
        if matches!(what, What::Page(_)) && self.scan.is_none() {
            self.scan = Some(if self.is_backward() {
                Scan::backward(now.at, self.total.unwrap_or(0))
            } else {
                Scan::forward(now.at)
            });
        }
    }

    /// Takes an answer; gives what is gone. `is_read_since` says of a conversation whether a read is newer than a time, and wins.
    pub(super) fn absorb(
        &mut self,
        what: What,
        page: &ListedPage,
        now: Now,
        tempo: Tempo,
        is_read_since: &dyn Fn(ConversationId, Timestamp) -> bool,
    ) -> Vec<ConversationId> {
        self.is_asked = false;
        self.is_refused = false;
        self.aside_until = None;
        if what != What::Count {
            let rows = page.rows.iter().map(|listed| (listed.id, listed.started));
            self.named.extend(rows);
        }
        let is_over = match what {
            What::Count => self.judge(page.total, now, tempo),
            What::Newest(number) => self.absorb_newest(number, page, now, tempo),
            What::Page(number) => {
                self.total = Some(page.total);
                let scan = self.scan.as_mut();
                scan.is_some_and(|scan| !scan.absorb(number, page))
            }
        };
        if is_over {
            self.finish(now, tempo, is_read_since)
        } else {
            Vec::new()
        }
    }

    /// The newest page. A single page is the whole list; the first of several begins it.
    fn absorb_newest(&mut self, number: u32, page: &ListedPage, now: Now, tempo: Tempo) -> bool {
        self.newest = None;
        let is_all = number == 1 && page.total <= PAGE_SIZE;
        if is_all || (number == 1 && !self.is_whole && self.scan.is_none()) {
            let mut scan = Scan::forward(now.at);
            let is_over = !scan.absorb(number, page);
            self.scan = Some(scan);
            self.total = Some(page.total);
            self.due = now.instant + self.cadence(tempo);
            return is_over;
        }
        if let Some(scan) = &mut self.scan {
            let rows = page.rows.iter().map(|listed| (listed.id, listed.started));
            scan.seen.extend(rows);
        }
        if number < pages(page.total) {
            self.total = Some(page.total);
            self.newest = Some(number + 1);
            return false;
        }
        self.judge(page.total, now, tempo)
    }

    /// The service counts so many: is that what is known? Answers whether its whole list is known with that.
    fn judge(&mut self, total: u32, now: Now, tempo: Tempo) -> bool {
        self.total = Some(total);
        let is_stale = self
            .scanned
            .is_some_and(|(at, _)| now.instant.duration_since(at) >= WHOLE);
        if total == 0 && self.scan.is_none() {
            let mut scan = Scan::forward(now.at);
            scan.taken = 1;
            self.scan = Some(scan);
            return true;
        }
        if !self.is_whole || self.is_doubtful || is_stale || !self.explains(total, now) {
            self.wants_scan = true;
            self.quiet = 0;
        } else {
            self.quiet += 1;
        }
        self.due = now.instant + self.cadence(tempo);
        false
    }

    /// Whether a count is that of what is known: less, at most, what reads have shown to be over, since the list is late.
    pub(super) fn explains(&mut self, total: u32, now: Now) -> bool {
        let named = &mut self.named;
        self.over.retain(|id, since| {
            let is_late = now.instant.duration_since(*since) < LATE;
            if !is_late {
                named.remove(id);
            }
            is_late && named.contains_key(id)
        });
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (all, over) = (count(self.named.len()), count(self.over.len()));
        if over > 0 && total == all - over {
            for (id, _) in self.over.drain() {
                self.named.remove(&id);
            }
        }
        (all - over..=all).contains(&total)
    }

    /// The whole list is there.
    fn finish(
        &mut self,
        now: Now,
        tempo: Tempo,
        is_read_since: &dyn Fn(ConversationId, Timestamp) -> bool,
    ) -> Vec<ConversationId> {
        let Some(scan) = self.scan.take() else {
            return Vec::new();
        };
        let (is_doubtful, was_whole) = (scan.is_doubtful(), self.is_whole);
        let mut gone = Vec::new();
        if !is_doubtful {
            let unnamed = self.named.keys().filter(|id| !scan.seen.contains_key(id));
            gone.extend(unnamed.filter(|id| !is_read_since(**id, scan.began)));
        }
        for id in &gone {
            self.named.remove(id);
            self.over.remove(id);
        }
        self.total = Some(scan.total);
        self.scanned = Some((now.instant, scan.taken));
        self.is_mending = is_doubtful && !self.is_mending && !self.is_doubtful;
        self.is_doubtful = is_doubtful;
        self.is_whole |= !self.is_mending;
        self.wants_scan = self.is_mending;
        self.quiet = if gone.is_empty() && was_whole {
            self.quiet + 1
        } else {
            0
        };
        self.due = now.instant + self.cadence(tempo);
        gone
    }

    fn cadence(&self, tempo: Tempo) -> Duration {
        let is_empty = self.named.is_empty();
        match (self.is_present, is_empty) {
            (true, _) => tempo.every,
            (false, true) => SOON_EMPTY
                .saturating_mul(1 << self.quiet.min(8))
                .min(SELDOM_EMPTY),
            (false, false) => SOON.saturating_mul(1 << self.quiet.min(8)).min(SELDOM),
        }
    }

    /// A read has shown that it is over.
    pub(super) fn note_end(&mut self, id: ConversationId, now: Now) {
        if self.named.contains_key(&id) {
            self.over.entry(id).or_insert(now.instant);
        }
    }

    /// A question was not answered. A count that could not be had is no reason to skip: the list is asked for instead.
    pub(super) fn fail(&mut self, what: What) {
        self.is_asked = false;
        self.wants_scan |= what == What::Count;
    }

    /// It is left alone for so long; the others go on.
    pub(super) fn set_aside(&mut self, until: Instant, is_refused: bool) {
        self.is_refused = is_refused;
        self.aside_until = Some(until);
        if is_refused {
            self.scan = None;
            self.newest = None;
            self.wants_scan = true;
        }
    }

    /// Somebody wants to know now. What was empty a while ago is still.
    pub(super) fn hurry(&mut self, now: Now) {
        let is_fresh = self
            .scanned
            .is_some_and(|(at, _)| now.instant.duration_since(at) < SELDOM);
        if self.is_present || !self.named.is_empty() || !is_fresh {
            self.due = self.due.min(now.instant);
            self.aside_until = None;
        }
    }

    /// Everything that is known of it is certain.
    pub(super) fn is_exact(&mut self, now: Now) -> bool {
        let is_settled = self.is_whole && !self.is_doubtful && !self.is_refused;
        let total = self.total;
        is_settled && total.is_some_and(|total| self.explains(total, now))
    }

    /// Its whole list is being made, or is about to be, and it is short.
    pub(super) fn is_about_to_list(&self, now: Now, tempo: Tempo, most: u32) -> bool {
        let is_short = self.total.is_some_and(|total| pages(total) <= most);
        let is_coming = self.scan.is_some() || (self.wants_scan && !self.is_resting(now, tempo));
        let is_listing = self.newest.is_some() || (is_short && is_coming);
        self.is_asked || (is_listing && !self.is_aside(now))
    }
}
