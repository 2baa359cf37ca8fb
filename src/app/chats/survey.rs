//! The list worked out piece by piece: every row is judged where that is due, counted, asked whether it is wanted, and given its place; then
//! the places are put in order. The list in view stays until the new one is whole, so that no key and no frame ever waits for it. A short
//! list is worked out in one go.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::vec::IntoIter;

use jiff::Timestamp;

use super::own::OwnCount;
use super::{Around, Chats, Counts, Seen, Sort};
use crate::domain::ids::ConversationId;
use crate::domain::sorting::{Place, SortOrder};

/// The longest list that is worked out in one go.
pub(crate) const AT_ONCE: usize = 4_096;
/// Rows that are looked at in one piece: about a millisecond, a rule or a filter of many words counted in.
const LOOKED_AT: usize = 128;
/// Places that are sorted in one piece, and put in order in one piece: less than a millisecond.
const SORTED: usize = 2_048;

/// Which chats a list shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Choice {
    filter: String,
    only_marked: bool,
}

/// A place in the list: while the order is held, the line on which it stood goes first.
type Standing = (u32, Place);

/// A list that is being worked out.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what was asked of it, each for itself"
)]
pub(super) struct Survey {
    choice: Choice,
    sort: Sort,
    order: SortOrder,
    /// What it counts by is no more: it begins again.
    pub(super) is_stale: bool,
    is_held: bool,
    is_judging: bool,
    sort_anew: bool,
    is_same_list: bool,
    /// One time for all rows.
    at: Timestamp,
    counts: Counts,
    own: Vec<OwnCount>,
    /// The rows that are still to be looked at, of so many.
    ids: IntoIter<ConversationId>,
    all: usize,
    /// How many were not in the list before.
    fresh: usize,
    places: Vec<Standing>,
    /// Places in order, each row of them for itself; and the first of each.
    runs: Vec<IntoIter<Standing>>,
    firsts: BinaryHeap<Reverse<(Standing, usize)>>,
    shown: Vec<ConversationId>,
}

impl Chats {
    /// Works out what is shown and in which order. With `sort_anew` also while the order is held: what the operator asks for is no surprise,
    /// and what another filter brings is not new.
    pub(crate) fn rebuild(&mut self, around: &Around<'_>, sort_anew: bool) {
        let before = self.survey.take();
        let sort_anew = sort_anew || before.as_ref().is_some_and(|survey| survey.sort_anew);
        let is_judging = before.is_some_and(|survey| survey.is_judging);
        self.begin(around, sort_anew, is_judging);
        if around.is_at_once || around.roster.len() <= AT_ONCE {
            while self.is_surveying() {
                self.go_on(around);
            }
        }
    }

    fn begin(&mut self, around: &Around<'_>, sort_anew: bool, is_judging: bool) {
        let is_judging = is_judging || self.is_judging_due(around);
        if is_judging {
            self.own.forget_all();
            self.judged_at = Some(around.now);
        }
        self.is_outdated = false;
        let ids: Vec<ConversationId> = around.roster.ids().collect();
        let choice = self.choice();
        self.survey = Some(Box::new(Survey {
            // What is over stays a while where it was, and comes into no other list.
            is_same_list: choice == self.shown_by,
            choice,
            sort: self.sort,
            order: self.sort.order(),
            is_stale: false,
            is_held: !sort_anew && self.is_held(around.is_dialog_open, around.now),
            is_judging,
            sort_anew,
            at: around.now,
            counts: Counts::default(),
            own: self.own.none(),
            all: ids.len(),
            ids: ids.into_iter(),
            fresh: 0,
            places: Vec::new(),
            runs: Vec::new(),
            firsts: BinaryHeap::new(),
            shown: Vec::new(),
        }));
    }

    /// A list is being worked out.
    pub(crate) fn is_surveying(&self) -> bool {
        self.survey.is_some()
    }

    fn choice(&self) -> Choice {
        Choice {
            filter: self.filter.text().to_owned(),
            only_marked: self.only_marked,
        }
    }

    /// While the list in view is not the one that was asked for: how many of a hundred rows were looked at for that one. Nothing may be
    /// done then to what is shown.
    pub fn filtering(&self) -> Option<usize> {
        let shown = &self.shown_by;
        let is_asked = shown.filter == self.filter.text() && shown.only_marked == self.only_marked;
        let survey = self.survey.as_deref();
        (!is_asked).then(|| survey.map_or(0, |survey| survey.looked_at() * 100 / survey.all.max(1)))
    }

    /// The next piece of the list that is being worked out.
    pub(crate) fn go_on(&mut self, around: &Around<'_>) {
        let Some(mut survey) = self.survey.take() else {
            return;
        };
        if survey.is_stale || survey.sort != self.sort || survey.choice != self.choice() {
            self.begin(around, survey.sort_anew, survey.is_judging);
            return;
        }
        if survey.ids.len() > 0 {
            self.look_at_rows(&mut survey, around);
        } else if !survey.firsts.is_empty() {
            for _ in 0..SORTED {
                let Some(id) = survey.next() else { break };
                self.kept.place(id, survey.shown.len());
                survey.shown.push(id);
            }
        }
        if survey.ids.len() > 0 || !survey.firsts.is_empty() {
            self.survey = Some(survey);
        } else {
            self.show(*survey, around);
        }
    }

    fn look_at_rows(&mut self, survey: &mut Survey, around: &Around<'_>) {
        let seen = Seen {
            now: survey.at,
            zone: around.zone,
            marks: &self.marks,
        };
        for id in survey.ids.by_ref().take(LOOKED_AT) {
            let Some(row) = around.roster.row(id) else {
                continue;
            };
            let judged = if survey.is_judging {
                Some(self.kept.judge(&row, survey.at))
            } else {
                self.kept.judged(id)
            };
            let Some(judged) = judged else { continue };
            survey.counts.add(&row, judged.kind, judged.severity);
            self.own.add(&mut survey.own, &row, judged, &seen);
            let line = self.kept.line(id, &self.shown);
            let is_ghost = survey.is_same_list && row.over_since.is_some() && line.is_some();
            let is_wanted = if self.only_marked {
                self.marks.contains(id)
            } else {
                is_ghost || self.filter.accepts(&row, judged, &seen)
            };
            if !is_wanted {
                continue;
            }
            survey.fresh += usize::from(line.is_none());
            let held = line.filter(|_| survey.is_held);
            let standing = if let Some(Ok(line)) = held.map(u32::try_from) {
                (line, Place::nowhere(id))
            } else {
                let (severity, kind) = (|| judged.severity, || judged.kind);
                (u32::MAX, Place::of(&row, &survey.order, severity, kind))
            };
            survey.places.push(standing);
        }
        if survey.places.len() >= SORTED || survey.ids.len() == 0 {
            survey.sort();
        }
    }

    /// The new list is whole, and is the one in view from now on.
    fn show(&mut self, survey: Survey, around: &Around<'_>) {
        let is_held = self.is_held(around.is_dialog_open, around.now);
        if is_held && !survey.is_held && !survey.sort_anew {
            // Somebody began to choose meanwhile: it begins again, with the order held.
            self.begin(around, false, false);
            return;
        }
        let late = if survey.is_held {
            self.late + survey.fresh
        } else {
            0
        };
        self.late = late.min(survey.shown.len());
        self.shown = survey.shown;
        self.shown_by = survey.choice;
        self.kept.turn();
        self.kept.forget_gone(around.roster);
        self.counts = survey.counts;
        self.own.show(survey.own);
        self.built_at = Some(around.now);
        self.lists += 1;
        self.place_cursor(around.rows);
    }
}

impl Survey {
    fn looked_at(&self) -> usize {
        self.all - self.ids.len()
    }

    /// Puts the places so far in order; after the last of them the first of all can be told.
    fn sort(&mut self) {
        let mut run = std::mem::take(&mut self.places);
        run.sort_unstable();
        self.runs.push(run.into_iter());
        if self.ids.len() == 0 {
            let runs = self.runs.iter_mut().enumerate();
            let firsts = runs.filter_map(|(at, run)| Some(Reverse((run.next()?, at))));
            self.firsts = firsts.collect();
        }
    }

    /// The next in the order.
    fn next(&mut self) -> Option<ConversationId> {
        let mut first = self.firsts.peek_mut()?;
        let at = first.0.1;
        let behind = self.runs.get_mut(at).and_then(Iterator::next);
        let (standing, _) = match behind {
            Some(behind) => std::mem::replace(&mut *first, Reverse((behind, at))).0,
            None => PeekMut::pop(first).0,
        };
        Some(standing.1.id)
    }
}

#[cfg(test)]
mod tests;
