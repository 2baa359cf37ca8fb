//! The list of chats: what is shown, in which order, where the cursor is, what is marked. Cursor and marks are ids, never line numbers.
//! The order is worked out when something changed, never while drawing, and is held while somebody is choosing.

mod column;
mod counts;
mod field;
mod keys;
pub mod nothing;
mod own;
mod past;
mod pauses;
mod view;

pub use column::{Column, head};
pub use counts::Counts;
pub use field::FilterBar;
pub(crate) use field::Seen;
pub(crate) use keys::{press, view};
pub use own::{OwnCount, OwnCounts};
pub(crate) use pauses::judging_pause;
use pauses::patience;
pub(crate) use view::view_place;
pub use view::{OWN_VIEWS, Sort, VIEW_ACTIONS, VIEWS, View};

use std::collections::{HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::scroll::{Move, follow};
use crate::domain::diagnosis::Diagnosis;
use crate::domain::ids::ConversationId;
use crate::domain::kind::Severity;
use crate::domain::marks::Marks;
use crate::domain::moment::since;
use crate::domain::roster::{Roster, Row};
use crate::domain::sorting::sorted;

/// How long the order is held after the cursor moved.
const HOLD: SignedDuration = SignedDuration::from_secs(3);

/// The list.
#[derive(Debug)]
pub struct Chats {
    /// What the operator chose.
    pub marks: Marks,
    /// The row under the cursor.
    pub cursor: Option<ConversationId>,
    /// The first line on screen.
    pub top: usize,
    /// The order.
    pub sort: Sort,
    /// The columns of the view that is open; none are those that the room allows.
    pub columns: Vec<Column>,
    /// The columns of every view that has none of its own.
    pub usual: Vec<Column>,
    /// The view that was opened last, from 0.
    pub opened: Option<usize>,
    /// The filter.
    pub filter: FilterBar,
    /// Where a range began.
    pub range: Option<ConversationId>,
    /// Only marked rows are shown.
    pub only_marked: bool,
    /// Rows that came while the order was held; they stand last.
    pub late: usize,
    /// How many there are.
    pub counts: Counts,
    /// How many each view of the operator's own has.
    pub own: OwnCounts,
    shown: Vec<ConversationId>,
    /// What narrowed it down to these: the filter, or that they are marked.
    shown_by: (String, bool),
    diagnoses: HashMap<ConversationId, Diagnosis>,
    /// What a rule raised above its kind.
    raised: HashMap<ConversationId, Severity>,
    line: usize,
    /// The chat that was under the cursor and is no longer shown.
    pub(crate) lost: Option<ConversationId>,
    moved_at: Option<Timestamp>,
    judged_at: Option<Timestamp>,
    built_at: Option<Timestamp>,
    is_outdated: bool,
}

/// What a rebuild needs from around the list.
pub(crate) struct Around<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) zone: &'a jiff::tz::TimeZone,
    pub(crate) rows: usize,
    pub(crate) is_dialog_open: bool,
    pub(crate) now: Timestamp,
}

impl Chats {
    pub(crate) fn new(sort: Sort, columns: Vec<Column>) -> Self {
        Self {
            marks: Marks::default(),
            cursor: None,
            top: 0,
            sort,
            usual: columns.clone(),
            columns,
            opened: None,
            filter: FilterBar::default(),
            range: None,
            only_marked: false,
            late: 0,
            counts: Counts::default(),
            own: OwnCounts::default(),
            shown: Vec::new(),
            shown_by: Default::default(),
            diagnoses: HashMap::new(),
            raised: HashMap::new(),
            line: 0,
            lost: None,
            moved_at: None,
            judged_at: None,
            built_at: None,
            is_outdated: false,
        }
    }

    /// The ids that are shown, in their order.
    pub fn shown(&self) -> &[ConversationId] {
        &self.shown
    }

    /// The ids on screen, given how many lines there are.
    pub fn on_screen(&self, rows: usize) -> &[ConversationId] {
        let from = self.top.min(self.shown.len());
        let to = (from + rows).min(self.shown.len());
        self.shown.get(from..to).unwrap_or_default()
    }

    /// Why a chat is still open, as it was judged last.
    pub fn diagnosis(&self, id: ConversationId) -> Option<&Diagnosis> {
        self.diagnoses.get(&id)
    }

    /// How grave a chat is, as it was judged last.
    pub fn severity(&self, id: ConversationId) -> Severity {
        let by_kind = self.diagnosis(id).map(|judged| judged.kind.severity());
        let raised = self.raised.get(&id).copied();
        raised.or(by_kind).unwrap_or(Severity::Unknown)
    }

    /// Judges one row.
    fn judge(&mut self, row: &Row, now: Timestamp) {
        let id = row.listed.id;
        let diagnosis = row.diagnosis(now);
        let severity = row.severity_of(diagnosis.kind, now);
        if severity > diagnosis.kind.severity() {
            self.raised.insert(id, severity);
        } else {
            self.raised.remove(&id);
        }
        self.diagnoses.insert(id, diagnosis);
    }

    /// The line of the cursor.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The lines of a range that was begun and not yet taken.
    pub fn range_lines(&self) -> Option<(usize, usize)> {
        let anchor = self.range?;
        let from = self.shown.iter().position(|id| *id == anchor)?;
        Some((from.min(self.line), from.max(self.line)))
    }

    /// Marked chats that the filter hides.
    pub fn hidden_marks(&self) -> usize {
        if self.marks.is_empty() {
            return 0;
        }
        let shown: HashSet<ConversationId> = self.shown.iter().copied().collect();
        self.marks
            .ids()
            .iter()
            .filter(|id| !shown.contains(id))
            .count()
    }

    /// Whether new rows go to the end instead of to their place.
    pub fn is_held(&self, is_dialog_open: bool, now: Timestamp) -> bool {
        !self.marks.is_empty()
            || is_dialog_open
            || self.range.is_some()
            || self.moved_at.is_some_and(|at| since(at, now) < HOLD)
    }

    /// One chat was read, or its read failed.
    pub(crate) fn note_row(&mut self, roster: &Roster, id: ConversationId, now: Timestamp) {
        if let Some(row) = roster.row(id) {
            self.judge(&row, now);
        }
        self.own.forget(id);
        self.is_outdated = true;
    }

    /// The list named these anew, or no more.
    pub(crate) fn note_rows(
        &mut self,
        roster: &Roster,
        ids: impl Iterator<Item = ConversationId>,
        now: Timestamp,
    ) {
        for id in ids {
            self.note_row(roster, id, now);
        }
        self.is_outdated = true;
    }

    /// Rows were forgotten: their lines would be blank.
    pub(crate) fn note_gone(&mut self) {
        self.is_outdated = true;
    }

    /// What every row is judged by has changed.
    pub(crate) fn note_list(&mut self) {
        self.is_outdated = true;
        self.judged_at = None;
    }

    /// These are the operator's own views now.
    pub(crate) fn follow_views<'v>(&mut self, views: impl Iterator<Item = &'v View>) {
        self.own.follow(views);
        self.is_outdated = true;
    }

    /// Works the order out again if something changed and it is time: short lists at once, long ones a few times a second.
    pub(crate) fn freshen(&mut self, around: &Around<'_>) {
        let patience = patience(around.roster.len());
        let is_due = self
            .built_at
            .is_none_or(|at| since(at, around.now) >= patience);
        if self.is_outdated && is_due {
            self.rebuild(around, false);
        }
    }

    /// A second went by: kinds change with time, so they are judged again, in long lists less often.
    pub(crate) fn tick(&mut self, around: &Around<'_>) {
        if self.is_judging_due(around) {
            self.rebuild(around, false);
        } else {
            self.freshen(around);
        }
    }

    fn is_judging_due(&self, around: &Around<'_>) -> bool {
        let every = judging_pause(around.roster.len());
        self.judged_at
            .is_none_or(|at| since(at, around.now) >= every)
    }

    /// Works out what is shown and in which order. With `sort_anew` also while the order is held: what the operator asks for is no surprise,
    /// and what another filter brings is not new.
    pub(crate) fn rebuild(&mut self, around: &Around<'_>, sort_anew: bool) {
        let now = around.now;
        if self.is_judging_due(around) {
            self.diagnoses.clear();
            self.raised.clear();
            self.own.forget_all();
            for row in around.roster.rows() {
                self.judge(&row, now);
            }
            self.judged_at = Some(now);
        }
        let before: HashSet<ConversationId> = self.shown.iter().copied().collect();
        let by = (self.filter.text().to_owned(), self.only_marked);
        // What is over stays a while where it was, and comes into no other list.
        let is_same_list = std::mem::replace(&mut self.shown_by, by.clone()) == by;
        self.counts = Counts::default();
        self.own.begin();
        let mut matching: Vec<ConversationId> = Vec::new();
        let seen = Seen {
            now,
            zone: around.zone,
            marks: &self.marks,
        };
        for row in around.roster.rows() {
            let id = row.listed.id;
            let Some(diagnosis) = self.diagnoses.get(&id) else {
                continue;
            };
            let severity = self.raised.get(&id).copied();
            self.counts.add(
                &row,
                diagnosis.kind,
                severity.unwrap_or(diagnosis.kind.severity()),
            );
            self.own.add(&row, diagnosis, &seen);
            let is_ghost = is_same_list && row.over_since.is_some() && before.contains(&id);
            let is_wanted = if self.only_marked {
                self.marks.contains(id)
            } else {
                is_ghost || self.filter.accepts(&row, &seen)
            };
            if is_wanted {
                matching.push(id);
            }
        }
        let is_held = !sort_anew && self.is_held(around.is_dialog_open, now);
        if is_held {
            let wanted: HashSet<ConversationId> = matching.iter().copied().collect();
            self.shown.retain(|id| wanted.contains(id));
            matching.retain(|id| !before.contains(id));
            self.late = (self.late + matching.len()).min(self.shown.len() + matching.len());
            let fresh = self.sorted(&matching, around);
            self.shown.extend(fresh);
        } else {
            self.late = 0;
            self.shown = self.sorted(&matching, around);
        }
        self.is_outdated = false;
        self.built_at = Some(now);
        self.place_cursor(around.rows);
    }

    fn sorted(&self, ids: &[ConversationId], around: &Around<'_>) -> Vec<ConversationId> {
        let rows = ids.iter().filter_map(|id| around.roster.row(*id));
        let severity = |row: &Row| self.severity(row.listed.id);
        sorted(rows, &self.sort.order(), around.now, severity)
    }

    /// The cursor follows its id; when that is gone, it stays on its line. Until somebody moves it, it rests on the first line.
    fn place_cursor(&mut self, rows: usize) {
        let found = self
            .cursor
            .filter(|_| self.moved_at.is_some())
            .and_then(|id| self.shown.iter().position(|shown| *shown == id));
        let line = if self.moved_at.is_some() {
            found.unwrap_or(self.line)
        } else {
            0
        };
        if self.moved_at.is_some() && found.is_none() {
            self.lost = self.cursor;
        }
        self.line = line.min(self.shown.len().saturating_sub(1));
        self.cursor = self.shown.get(self.line).copied();
        self.top = follow(self.top, self.line, rows, self.shown.len());
    }

    /// Moves the cursor.
    pub(crate) fn go(&mut self, step: Move, rows: usize, now: Timestamp) {
        self.line = step.from(self.line, rows, self.shown.len());
        self.cursor = self.shown.get(self.line).copied();
        self.moved_at = Some(now);
        self.top = follow(self.top, self.line, rows, self.shown.len());
    }

    /// Puts the cursor on a chat that is shown.
    pub(crate) fn go_to(&mut self, id: ConversationId, rows: usize, now: Timestamp) {
        if let Some(line) = self.shown.iter().position(|shown| *shown == id) {
            self.line = line;
            self.cursor = Some(id);
            self.moved_at = Some(now);
            self.top = follow(self.top, line, rows, self.shown.len());
        }
    }

    /// The room changed.
    pub(crate) fn fit(&mut self, rows: usize) {
        self.top = follow(self.top, self.line, rows, self.shown.len());
    }

    /// What a plan is asked for: marked chats, hidden ones first; without marks the chat under the cursor. And how many are hidden.
    pub(crate) fn asked(&self) -> (Vec<ConversationId>, usize) {
        if self.marks.is_empty() {
            return (self.cursor.into_iter().collect(), 0);
        }
        let place: HashMap<ConversationId, usize> = self
            .shown
            .iter()
            .enumerate()
            .map(|(line, id)| (*id, line))
            .collect();
        let mut asked: Vec<ConversationId> = self.marks.ids().to_vec();
        asked.sort_by_key(|id| place.get(id).map_or(0, |line| line + 1));
        let hidden = asked.iter().filter(|id| !place.contains_key(id)).count();
        (asked, hidden)
    }
}
