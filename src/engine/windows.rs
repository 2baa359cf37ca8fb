//! Finding everything: the time back to the horizon in windows, each listed, probed and left alone by its own rhythm. Pure: it is told the
//! time, says what to ask for next, and folds the answers.
//!
//! First every window is counted, oldest first, a request each; those with anything in them are then listed, oldest first, page by page.
//! From then on the present is looked at all the time and the past ever more rarely ([`window`]). A window that is too much for one
//! answer is parted.

mod absent;
mod aside;
mod ask;
mod meaning;
mod rhythm;
mod scan;
mod span;
mod window;

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::Instant;

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::ids::ConversationId;
use crate::domain::reach::Reach;
use crate::engine::ports::{ListedPage, PAGE_SIZE, PageWanted};

use ask::What;
use meaning::{Whose, whose};
use scan::{LAST_PAGE, pages};
use span::Span;
use window::Window;

pub(super) use ask::Ask;
pub(super) use meaning::Meaning;
pub(super) use rhythm::{Now, Tempo};

/// A list of so many pages is waited for before a look at the present counts as done.
const SHORT: u32 = 10;
/// So many windows may fail, one after the other and nothing between, of their own; with the next one it is everybody's trouble.
const OWN: usize = 2;

/// All windows, oldest first; the last is the present.
#[derive(Debug)]
pub(super) struct Windows {
    days_back: u32,
    today: i64,
    list: Vec<Window>,
    next_number: u64,
    /// Windows that failed since the last answer.
    failed: BTreeSet<u64>,
}

impl Windows {
    /// Windows back to so many days ago, of which nothing is known.
    pub(super) fn new(days_back: u32, now: Now) -> Self {
        let mut windows = Self {
            days_back,
            today: i64::MIN,
            list: Vec::new(),
            next_number: 0,
            failed: BTreeSet::new(),
        };
        windows.follow_the_day(now);
        windows
    }

    /// The question that matters most now, if there is one.
    pub(super) fn next(&mut self, now: Now, tempo: Tempo) -> Option<(Ask, PageWanted)> {
        self.follow_the_day(now);
        let (place, what) = self.choose(now, tempo)?;
        let window = self.list.get_mut(place)?;
        window.begin(what, now);
        let (from, to) = window.span.interval(now.at);
        let (number, size) = match what {
            What::Count => (1, 1),
            What::Newest(page) | What::Page(page) => (page, PAGE_SIZE),
        };
        let ask = Ask {
            window: window.number,
            what,
        };
        let wanted = PageWanted {
            from,
            to,
            number,
            size,
        };
        Some((ask, wanted))
    }

    fn choose(&self, now: Now, tempo: Tempo) -> Option<(usize, What)> {
        let look = |(place, window): (usize, &Window)| Some((place, window.look(now)?));
        let is_counted = |window: &Window| window.total.is_some() || window.is_refused();
        let mut windows = self.list.iter().enumerate();
        if self.present().is_some_and(is_counted)
            && let Some(found) = windows.next_back().and_then(look)
        {
            return Some(found);
        }
        if let Some(found) = self.list.iter().enumerate().find_map(look) {
            return Some(found);
        }
        // Oldest first: where what is older has not been counted, nothing is listed yet; and one list is made at a time. What failed before
        // comes last, so that it keeps nothing else waiting.
        let (sound, suspect): (Vec<_>, Vec<_>) = self
            .list
            .iter()
            .enumerate()
            .partition(|(_, window)| !window.aside.is_suspect());
        for (place, window) in sound.into_iter().chain(suspect) {
            if window.is_asked && !window.is_present {
                return None;
            }
            if let Some(what) = window.page(now, tempo) {
                return Some((place, what));
            }
        }
        None
    }

    /// Folds an answer; gives what is gone.
    pub(super) fn absorb(
        &mut self,
        ask: Ask,
        page: &ListedPage,
        now: Now,
        tempo: Tempo,
        is_open_since: &dyn Fn(ConversationId, Timestamp) -> bool,
    ) -> Vec<ConversationId> {
        self.failed.clear();
        let Some(place) = self.place(ask) else {
            return Vec::new();
        };
        let Some(window) = self.list.get_mut(place) else {
            return Vec::new();
        };
        let gone = window.absorb(ask.what, page, now, tempo, is_open_since);
        if page.total > LAST_PAGE * PAGE_SIZE {
            self.part(place, now);
        }
        gone
    }

    /// A question was not answered.
    pub(super) fn fail(
        &mut self,
        ask: Ask,
        failure: &Failure,
        now: Now,
        wait: Duration,
    ) -> Meaning {
        self.failed.insert(ask.window);
        let is_own = self.failed.len() <= OWN;
        let Some(place) = self.place(ask) else {
            return Meaning::OneWindow;
        };
        let Some(window) = self.list.get_mut(place) else {
            return Meaning::OneWindow;
        };
        window.fail(ask.what);
        let is_present = window.is_present;
        let meaning = match whose(&failure.kind) {
            // The others are to have their turn before this one is asked again.
            Whose::Services if !is_present => {
                window.aside.rest(now, wait + wait);
                return Meaning::Everything;
            }
            Whose::Everybodys | Whose::Services => return Meaning::Everything,
            Whose::Perhaps if !is_own => Meaning::Everything,
            Whose::Perhaps | Whose::Its => Meaning::OneWindow,
        };
        if ask.what == What::Count && meaning == Meaning::OneWindow {
            return meaning;
        }
        let is_first_page = matches!(ask.what, What::Page(1) | What::Newest(1));
        let is_refused = failure.kind == FailureKind::Refused;
        let is_too_much = match failure.kind {
            FailureKind::GatewayGaveUp | FailureKind::TooLarge | FailureKind::TimedOut => true,
            _ => is_refused && !is_first_page,
        };
        if is_too_much && self.part(place, now) {
            let parts = self.list.iter_mut().skip(place).take(2);
            parts.for_each(Window::suspect);
            return meaning;
        }
        let Some(window) = self.list.get_mut(place) else {
            return meaning;
        };
        if is_present && is_first_page {
            // Where not even the newest can be had, nothing can.
            window.aside.rest(now, wait + wait);
            return Meaning::Everything;
        }
        // Where its first page is refused, nothing is wrong with its size: perhaps it lies too far back, and will tomorrow.
        let is_final = is_refused && is_first_page;
        window.failed(failure, is_final, now, wait + wait);
        meaning
    }

    /// Parts a window in two, unless it is a single day.
    fn part(&mut self, place: usize, now: Now) -> bool {
        let Some(halves) = self.list.get(place).and_then(|window| window.span.halves()) else {
            return false;
        };
        let window = self.list.remove(place);
        for (offset, span) in [halves.0, halves.1].into_iter().enumerate() {
            let is_present = window.is_present && offset == 1;
            let mut part = self.fresh(span, is_present, now);
            let own = window.named.iter().filter(|(_, day)| span.has(**day));
            part.named = own.map(|(id, day)| (*id, *day)).collect();
            self.list.insert(place + offset, part);
        }
        true
    }

    fn fresh(&mut self, span: Span, is_present: bool, now: Now) -> Window {
        self.next_number += 1;
        Window::new(self.next_number, span, is_present, now.instant)
    }

    /// A new day has begun: the windows end with it. Those that stay as they are keep what is known of them.
    fn follow_the_day(&mut self, now: Now) {
        let today = span::today(now.at);
        if today == self.today {
            return;
        }
        self.today = today;
        let mut old = std::mem::take(&mut self.list);
        for span in span::stretches(today, self.days_back) {
            let is_present = span.to > today;
            let inside =
                |window: &Window| window.span.from >= span.from && window.span.to <= span.to;
            let covered: i64 = old
                .iter()
                .filter(|one| inside(one))
                .map(|one| one.span.days())
                .sum();
            let is_kept = |window: &Window| inside(window) && !window.is_present && !is_present;
            if covered == span.days() && old.iter().filter(|one| inside(one)).all(is_kept) {
                let (kept, rest) = old.into_iter().partition(is_kept);
                self.list.extend::<Vec<Window>>(kept);
                old = rest;
                continue;
            }
            let mut window = self.fresh(span, is_present, now);
            let known = old.iter().flat_map(|one| one.named.iter());
            let own = known.filter(|(_, day)| span.has(**day));
            window.named = own.map(|(id, day)| (*id, *day)).collect();
            self.list.push(window);
        }
    }

    fn place(&self, ask: Ask) -> Option<usize> {
        self.list
            .iter()
            .position(|window| window.number == ask.window)
    }

    fn present(&self) -> Option<&Window> {
        self.list.last()
    }

    /// The service gave the present, so that it works.
    pub(super) fn has_present(&self) -> bool {
        self.present().is_some_and(|window| window.total.is_some())
    }

    /// Whether a question is about the present.
    pub(super) fn is_of_the_present(&self, ask: Ask) -> bool {
        self.present()
            .is_some_and(|window| window.number == ask.window)
    }

    /// A read has shown that this one is over.
    pub(super) fn note_end(&mut self, id: ConversationId, now: Now) {
        for window in &mut self.list {
            window.note_end(id, now);
        }
    }

    /// Somebody wants to know now.
    pub(super) fn hurry(&mut self, now: Now) {
        for window in &mut self.list {
            window.hurry(now);
        }
    }

    /// Every window was listed once, as far as the service gives it.
    pub(super) fn is_whole(&self) -> bool {
        let is_done = |window: &Window| window.is_whole || window.is_refused();
        self.list.iter().all(is_done)
    }

    /// The present was looked at, and what was found there is listed.
    pub(super) fn is_settled(&self, now: Now, tempo: Tempo) -> bool {
        self.present().is_none_or(|window| {
            now.instant < window.due && !window.is_about_to_list(now, tempo, SHORT)
        })
    }

    /// When the present is looked at next.
    pub(super) fn due(&self) -> Option<Instant> {
        self.present().map(|window| window.due)
    }

    /// Conversations that the service counts.
    pub(super) fn counted(&self) -> u32 {
        self.list.iter().filter_map(|window| window.total).sum()
    }

    /// How far the list reaches.
    pub(super) fn reach(&mut self, now: Now) -> Reach {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let unreadable = self.list.iter().map(|window| window.unreadable).sum();
        let is_exact = self.list.iter_mut().all(|window| window.is_exact(now));
        let under_way = self.list.iter().find(|window| window.scan.is_some());
        let (page, pages) = under_way.map_or((0, 0), |window| {
            let scan = window.scan.as_ref();
            let taken = scan.map_or(0, |scan| scan.taken);
            (taken, pages(window.total.unwrap_or(0)))
        });
        Reach {
            from: under_way
                .filter(|window| !window.is_present)
                .map(|window| window.span.begin()),
            page,
            pages,
            named: self
                .list
                .iter()
                .map(|window| count(window.named.len()))
                .sum(),
            counted: self.counted(),
            windows: count(self.list.len()),
            refused: count(
                self.list
                    .iter()
                    .filter(|window| window.is_refused())
                    .count(),
            ),
            unreadable,
            why: self
                .list
                .iter()
                .rev()
                .find_map(|window| window.aside.given_up.clone()),
            is_whole: self.is_whole(),
            is_exact: is_exact && unreadable == 0,
        }
    }
}

#[cfg(test)]
mod law;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod trouble;
