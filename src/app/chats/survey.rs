//! The list worked out piece by piece: every row is judged where that is due, counted, asked whether it is wanted, and given its place; then
//! the places are put in order. The list in view stays until the new one is whole, so that no key and no frame ever waits for it. A short
//! list is worked out in one go.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::vec::IntoIter;

use jiff::Timestamp;

use super::counts::Share;
use super::kept::Judged;
use super::own::OwnCount;
use super::{Around, Chats, Counts, Seen, Sort};
use crate::domain::horizon::Horizon;
use crate::domain::ids::ConversationId;
use crate::domain::roster::Row;
use crate::domain::sorting::{Place, SortOrder};

/// The longest list that is worked out in one go.
pub(crate) const AT_ONCE: usize = 4_096;
/// Rows that are looked at in one piece: half a millisecond, a rule or a filter of many words counted in. A key waits for one.
const LOOKED_AT: usize = 64;
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

/// What a look at a row goes by.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) order: SortOrder,
    pub(super) is_held: bool,
    /// What is over stays a while where it was, and comes into no other list.
    pub(super) is_same_list: bool,
    /// What rows are judged by has changed: how they were judged says nothing.
    pub(super) is_judging: bool,
    /// One time for all rows.
    pub(super) at: Timestamp,
}

/// A list that is being worked out.
#[derive(Debug)]
pub(super) struct Survey {
    choice: Choice,
    sort: Sort,
    /// What it counts by is no more: it begins again.
    pub(super) is_stale: bool,
    sort_anew: bool,
    asked: Asked,
    counts: Counts,
    own: Vec<OwnCount>,
    /// The rows that there are, and how many of them were looked at.
    ids: Vec<ConversationId>,
    looked_at: usize,
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
        self.begin(around, sort_anew, before);
        if around.is_at_once || around.roster.len() <= AT_ONCE {
            while self.is_surveying() {
                self.go_on(around);
            }
        }
    }

    /// Begins, perhaps in the place of one that did not come to its end: its room is used again, for each letter of a filter begins anew.
    fn begin(&mut self, around: &Around<'_>, sort_anew: bool, before: Option<Box<Survey>>) {
        let was_judging = before.as_ref().is_some_and(|it| it.asked.is_judging);
        let is_judging = std::mem::take(&mut self.is_unjudged) || was_judging;
        if is_judging {
            self.own.forget_all();
        }
        for id in self.changed.drain() {
            self.own.forget(id);
            if !around.roster.has(id) {
                self.kept.forget(id);
            }
        }
        (self.is_outdated, self.is_void) = (false, false);
        self.built_for = self.marks.changes();
        let (mut ids, mut places) = before.map_or_else(Default::default, |it| (it.ids, it.places));
        ids.clear();
        ids.extend(around.roster.ids());
        places.clear();
        let choice = self.choice();
        self.survey = Some(Box::new(Survey {
            asked: Asked {
                order: self.sort.order(),
                is_held: !sort_anew && self.is_held(around.is_dialog_open, around.now),
                is_same_list: choice == self.shown_by,
                is_judging,
                at: around.now,
            },
            choice,
            sort: self.sort,
            is_stale: false,
            sort_anew,
            counts: Counts::default(),
            own: self.own.none(),
            ids,
            looked_at: 0,
            fresh: 0,
            places,
            runs: Vec::new(),
            firsts: BinaryHeap::new(),
            shown: Vec::new(),
        }));
    }

    /// A list is being worked out.
    pub(crate) fn is_surveying(&self) -> bool {
        self.survey.is_some()
    }

    pub(super) fn choice(&self) -> Choice {
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
        (!is_asked).then(|| survey.map_or(0, Survey::percent))
    }

    /// The next piece of the list that is being worked out.
    pub(crate) fn go_on(&mut self, around: &Around<'_>) {
        let Some(mut survey) = self.survey.take() else {
            return;
        };
        if survey.is_stale || survey.sort != self.sort || survey.choice != self.choice() {
            self.begin(around, survey.sort_anew, Some(survey));
            return;
        }
        if survey.is_looking() {
            self.look_at_rows(&mut survey, around);
        } else if !survey.firsts.is_empty() {
            for _ in 0..SORTED {
                let Some(id) = survey.next() else { break };
                self.kept.place(id, survey.shown.len());
                survey.shown.push(id);
            }
        }
        if survey.is_looking() || !survey.firsts.is_empty() {
            self.survey = Some(survey);
        } else {
            self.show(*survey, around);
        }
    }

    fn look_at_rows(&mut self, survey: &mut Survey, around: &Around<'_>) {
        let asked = &survey.asked;
        let piece = survey.ids.iter().skip(survey.looked_at).take(LOOKED_AT);
        for id in piece.copied() {
            let Some(row) = around.roster.row(id) else {
                // It went meanwhile, and was not counted.
                self.own.forget(id);
                self.kept.forget(id);
                continue;
            };
            let line = self.line_of(id);
            let place = self.look_at(&row, asked, around, &mut survey.counts, &mut survey.own);
            let Some(place) = place else { continue };
            survey.fresh += usize::from(line.is_none());
            let held = line.filter(|_| asked.is_held);
            survey.places.push(match held.map(u32::try_from) {
                Some(Ok(line)) => (line, Place::nowhere(id)),
                _ => (u32::MAX, place),
            });
        }
        survey.looked_at += LOOKED_AT;
        if !survey.is_looking() {
            survey.ids = Vec::new();
        }
        if survey.places.len() >= SORTED || !survey.is_looking() {
            survey.sort();
        }
    }

    /// Looks at a row: judges it where that is due, counts it, and says where it belongs if it is wanted.
    pub(super) fn look_at(
        &mut self,
        row: &Row,
        asked: &Asked,
        around: &Around<'_>,
        counts: &mut Counts,
        own: &mut [OwnCount],
    ) -> Option<Place> {
        let id = row.listed.id;
        let known = self.kept.judged(id);
        let stands = !asked.is_judging && !self.kept.is_due(id, asked.at);
        let judged = if let Some(judged) = known.filter(|_| stands) {
            judged
        } else {
            self.own.forget(id);
            self.kept.judge(row, asked.at)
        };
        let share = Share::of(row, judged.kind, judged.severity);
        self.kept.count(id, share);
        counts.add(share);
        let seen = Seen {
            now: asked.at,
            zone: around.zone,
            marks: &self.marks,
            horizon: Horizon::default(),
        };
        self.own.add(own, row, judged, &seen);
        let is_ghost = asked.is_same_list && row.over_since.is_some() && self.line_of(id).is_some();
        let is_wanted = if self.only_marked {
            self.marks.contains(id)
        } else {
            is_ghost || self.filter.accepts(row, judged, &seen)
        };
        self.kept.stands(id, seen.horizon.until());
        let Judged { kind, severity } = judged;
        is_wanted.then(|| Place::of(row, &asked.order, || severity, || kind))
    }

    /// The new list is whole, and is the one in view from now on.
    fn show(&mut self, survey: Survey, around: &Around<'_>) {
        let is_held = self.is_held(around.is_dialog_open, around.now);
        if is_held && !survey.asked.is_held && !survey.sort_anew {
            // Somebody began to choose meanwhile: it begins again, with the order held.
            self.begin(around, false, None);
            return;
        }
        self.is_in_order = !survey.asked.is_held;
        let late = if survey.asked.is_held {
            self.late + survey.fresh
        } else {
            0
        };
        self.late = late.min(survey.shown.len());
        self.shown = survey.shown;
        self.shown_by = survey.choice;
        self.shown_sort = survey.sort;
        self.kept.turn();
        self.counts = survey.counts;
        self.own.show(survey.own);
        self.built_at = Some(around.now);
        self.lists += 1;
        self.place_cursor(around.rows);
    }
}

impl Survey {
    /// There are rows that were not looked at.
    fn is_looking(&self) -> bool {
        self.looked_at < self.ids.len()
    }

    /// How many of a hundred rows were looked at.
    fn percent(&self) -> usize {
        if self.is_looking() {
            self.looked_at * 100 / self.ids.len()
        } else {
            100
        }
    }

    /// Puts the places so far in order; after the last of them the first of all can be told.
    fn sort(&mut self) {
        let mut run = std::mem::take(&mut self.places);
        run.sort_unstable();
        self.runs.push(run.into_iter());
        if !self.is_looking() {
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
