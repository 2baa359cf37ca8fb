//! One window: the conversations that began on some days and are open, as far as the list has named them; and when it is worth asking
//! again, and for what.
//!
//! Nothing new can begin in the past: what a past window holds ends, one by one, and comes back only where a customer writes again. Its
//! count therefore nearly always tells whether anything changed. In the present one an end and a beginning leave the count as it is; so
//! it is asked for its newest page, which names what began, and whose count then no longer fits. Both are listed whole now and then.

use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use super::absent::Absent;
use super::aside::Aside;
use super::ask::What;
use super::rhythm::{self, Now, SELDOM, Tempo};
use super::scan::{Scan, pages};
use super::span::{self, Span};
use crate::domain::failure::Failure;
use crate::domain::ids::{ByConversation, ConversationId};
use crate::engine::ports::{ListedPage, PAGE_SIZE};

/// A window whose count never changes is listed whole this often all the same: equal counts do not prove equal sets.
const WHOLE: Duration = Duration::from_secs(3600);
/// How late the list may be with an end that a read has shown.
const LATE: Duration = Duration::from_secs(300);

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
    /// What the list named and is not known to be gone, and on which day it began.
    pub(super) named: ByConversation<i32>,
    /// Of those, what reads have shown to be over, and since when.
    over: ByConversation<Now>,
    /// Of those, what the newest whole list did not name.
    absent: Absent,
    /// How many the service counts; unknown before it was asked.
    pub(super) total: Option<u32>,
    /// Rows of its newest whole list that could not be understood, beside those that may be of what is named already.
    pub(super) unreadable: u32,
    /// An answer is under way.
    pub(super) is_asked: bool,
    /// When the newest question was asked.
    asked_at: Timestamp,
    /// It was listed to its end at least once.
    pub(super) is_whole: bool,
    /// The newest whole list may have gaps.
    is_doubtful: bool,
    /// A gap was found just now: the list is made again at once, and not again after that.
    is_mending: bool,
    pub(super) scan: Option<Scan>,
    wants_scan: bool,
    /// The page that a look wants beside the one it began with.
    newest: Option<u32>,
    /// Looks in a row that showed nothing new.
    quiet: u32,
    pub(super) due: Instant,
    /// When it was listed whole, and in how many pages.
    scanned: Option<(Instant, u32)>,
    /// How it stands with the service, which may not give it.
    pub(super) aside: Aside,
}

impl Window {
    pub(super) fn new(number: u64, span: Span, is_present: bool, due: Instant) -> Self {
        Self {
            number,
            span,
            is_present,
            named: ByConversation::default(),
            over: ByConversation::default(),
            absent: Absent::default(),
            total: None,
            unreadable: 0,
            is_asked: false,
            asked_at: Timestamp::MIN,
            is_whole: false,
            is_doubtful: false,
            is_mending: false,
            scan: None,
            wants_scan: false,
            newest: None,
            quiet: 0,
            due,
            scanned: None,
            aside: Aside::default(),
        }
    }

    /// The service does not give it, which is no passing trouble.
    pub(super) fn is_refused(&self) -> bool {
        self.aside.given_up.is_some()
    }

    /// What a look asks for, if one is due: a single request that tells whether there is anything new.
    pub(super) fn look(&self, now: Now) -> Option<What> {
        if self.is_asked || self.aside.is_on(now) {
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
        if self.is_asked || self.newest.is_some() || self.aside.is_on(now) {
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
        (self.is_asked, self.asked_at) = (true, now.at);
        if matches!(what, What::Page(_)) && self.scan.is_none() {
            self.scan = Some(if self.is_backward() {
                Scan::backward(now.at, self.total.unwrap_or(0))
            } else {
                Scan::forward(now.at)
            });
        }
    }

    /// Takes an answer; gives what is gone. `is_open_since` says of a conversation whether a read after a time showed it open, and wins.
    pub(super) fn absorb(
        &mut self,
        what: What,
        page: &ListedPage,
        now: Now,
        tempo: Tempo,
        is_open_since: &dyn Fn(ConversationId, Timestamp) -> bool,
    ) -> Vec<ConversationId> {
        self.is_asked = false;
        self.aside.answered(matches!(what, What::Page(_)));
        let is_over = match what {
            What::Count => self.judge(page, now, tempo),
            What::Newest(number) => self.absorb_newest(number, page, now, tempo),
            What::Page(number) => {
                self.take_in(page);
                self.count(page);
                let scan = self.scan.as_mut();
                scan.is_some_and(|scan| !scan.absorb(number, page))
            }
        };
        if is_over {
            self.finish(now, tempo, is_open_since)
        } else {
            Vec::new()
        }
    }

    /// These are named; answers whether one of them was before.
    fn take_in(&mut self, page: &ListedPage) -> bool {
        let mut is_known = false;
        for listed in &page.rows {
            let day = span::day(listed.started);
            is_known |= self.named.insert(listed.id, day).is_some();
            self.absent.found(listed.id);
        }
        is_known
    }

    /// The newest page. A single page is the whole list; the first of several begins it. Of a list that is known, the end is looked at,
    /// wherever it is by now, and so many pages before it that one names what was known: what began since then is all after that.
    fn absorb_newest(&mut self, number: u32, page: &ListedPage, now: Now, tempo: Tempo) -> bool {
        let is_first = self.newest.take().is_none();
        let is_all = number == 1 && page.total <= PAGE_SIZE;
        if is_all || (number == 1 && !self.is_whole && self.scan.is_none()) {
            self.take_in(page);
            let mut scan = Scan::forward(self.asked_at);
            let is_over = !scan.absorb(number, page);
            self.scan = Some(scan);
            self.count(page);
            self.due = now.instant + self.cadence(tempo);
            return is_over;
        }
        let last = pages(page.total);
        if is_first && number != last {
            self.count(page);
            self.newest = Some(last);
            return false;
        }
        let is_known = self.take_in(page);
        if let Some(scan) = &mut self.scan {
            scan.seen.extend(page.rows.iter().map(|listed| listed.id));
        }
        if self.is_whole && !is_known && number > 1 {
            self.count(page);
            self.newest = Some(number - 1);
            return false;
        }
        self.judge(page, now, tempo)
    }

    /// So many there are; where the service does not say, at least so many.
    fn count(&mut self, page: &ListedPage) {
        let least = self.total.filter(|_| page.is_least).unwrap_or(0);
        self.total = Some(page.total.max(least));
    }

    /// The service counts so many: is that what is known? Answers whether its whole list is known with that.
    fn judge(&mut self, page: &ListedPage, now: Now, tempo: Tempo) -> bool {
        self.count(page);
        let is_stale = self
            .scanned
            .is_some_and(|(at, _)| now.instant.duration_since(at) >= WHOLE);
        if page.total == 0 && self.scan.is_none() {
            let mut scan = Scan::forward(self.asked_at);
            scan.taken = 1;
            self.scan = Some(scan);
            return true;
        }
        let is_certain = self.is_whole && !self.is_doubtful && self.absent.is_empty();
        if !is_certain || page.is_least || is_stale || !self.explains(page.total, now) {
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
            let is_late = now.instant.duration_since(since.instant) < LATE;
            if !is_late {
                named.remove(id);
            }
            is_late && named.contains_key(id)
        });
        let all = count(self.named.len()).saturating_add(self.unreadable);
        let over = count(self.over.len());
        if over > 0 && total == all - over {
            for (id, _) in self.over.drain() {
                self.named.remove(&id);
            }
        }
        (all - over..=all).contains(&total)
    }

    /// The whole list is there. Forward, of several pages and in the present, where as many begin as end, its count shows no gap: such a
    /// one is made again, from the next look on.
    fn finish(
        &mut self,
        now: Now,
        tempo: Tempo,
        is_open_since: &dyn Fn(ConversationId, Timestamp) -> bool,
    ) -> Vec<ConversationId> {
        let Some(scan) = self.scan.take() else {
            return Vec::new();
        };
        let may_hide = self.is_present && !scan.is_backward && scan.taken > 1;
        let (is_doubtful, was_whole) = (scan.is_doubtful(), self.is_whole);
        let mut gone = Vec::new();
        if !is_doubtful && !may_hide {
            let over_since = |id| self.over.get(&id).map(|now| now.at);
            let named = self.named.keys().copied();
            gone = self.absent.listed(&scan, named, over_since, is_open_since);
        }
        for id in &gone {
            self.named.remove(id);
            self.over.remove(id);
        }
        self.aside.answered(true);
        self.total = Some(scan.total);
        let unseen = self.named.keys().filter(|id| !scan.seen.contains(id));
        self.unreadable = scan.unreadable.saturating_sub(count(unseen.count()));
        self.scanned = Some((now.instant, scan.taken));
        self.is_mending = is_doubtful && !self.is_mending && !self.is_doubtful;
        self.is_doubtful = is_doubtful || may_hide;
        self.is_whole |= !self.is_mending;
        self.wants_scan = self.is_mending;
        self.quiet = if gone.is_empty() && was_whole && self.absent.is_empty() {
            self.quiet + 1
        } else {
            0
        };
        self.due = now.instant + self.cadence(tempo);
        gone
    }

    fn cadence(&self, tempo: Tempo) -> Duration {
        if self.is_present {
            tempo.every
        } else {
            rhythm::past(self.named.is_empty(), self.quiet)
        }
    }

    /// A read has shown that it is over.
    pub(super) fn note_end(&mut self, id: ConversationId, now: Now) {
        if self.named.contains_key(&id) {
            self.over.entry(id).or_insert(now);
        }
    }

    /// A question was not answered. A count that could not be had is no reason to skip: the list is asked for instead.
    pub(super) fn fail(&mut self, what: What) {
        self.is_asked = false;
        self.wants_scan |= what == What::Count;
    }

    /// Part of one that was too much: nobody counts it, and it is listed when nothing else is left to list.
    pub(super) fn suspect(&mut self) {
        self.aside.suspect();
        self.wants_scan = true;
    }

    /// It could not be had: it is left alone for so long, or given up.
    pub(super) fn failed(&mut self, failure: &Failure, is_final: bool, now: Now, wait: Duration) {
        let manner = (self.is_present, is_final);
        if self.aside.failed(failure, now, wait, manner) {
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
            self.aside.end();
        }
    }

    /// Everything that is known of it is certain.
    pub(super) fn is_exact(&mut self, now: Now) -> bool {
        let is_certain = self.is_whole && !self.is_doubtful && self.absent.is_empty();
        let is_settled = is_certain && !self.is_refused();
        let total = self.total;
        is_settled && total.is_some_and(|total| self.explains(total, now))
    }

    /// Its whole list is being made, or is about to be, and it is short.
    pub(super) fn is_about_to_list(&self, now: Now, tempo: Tempo, most: u32) -> bool {
        let is_short = self.total.is_some_and(|total| pages(total) <= most);
        let is_coming = self.scan.is_some() || (self.wants_scan && !self.is_resting(now, tempo));
        let is_listing = self.newest.is_some() || (is_short && is_coming);
        self.is_asked || (is_listing && !self.aside.is_on(now))
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
