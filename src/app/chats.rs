//! The list of chats: what is shown, in which order, where the cursor is, what is marked. Cursor and marks are ids, never line numbers.
//! The order is worked out when something changed (`survey.rs`), never while drawing, and is held while somebody is choosing.

mod amend;
mod column;
mod counts;
mod field;
mod in_view;
mod kept;
mod keys;
pub mod nothing;
mod own;
mod past;
mod pauses;
mod survey;
mod view;

use amend::AMENDED;
pub use column::{Column, head};
pub use counts::Counts;
pub use field::FilterBar;
pub(crate) use field::Seen;
use in_view::InView;
use kept::Kept;
pub(crate) use keys::{press, view};
pub use own::{OwnCount, OwnCounts};
pub(crate) use pauses::counting_pause;
use pauses::{judging_pause, patience};
pub(crate) use survey::AT_ONCE;
use survey::{Choice, Survey};
pub(crate) use view::view_place;
pub use view::{OWN_VIEWS, Sort, VIEW_ACTIONS, VIEWS, View};

use jiff::{SignedDuration, Timestamp};

use super::scroll::{Move, follow};
use crate::domain::ids::{ConversationId, Conversations};
use crate::domain::kind::{Kind, Severity};
use crate::domain::marks::Marks;
use crate::domain::moment::since;
use crate::domain::roster::Roster;

/// How long the order is held after the cursor moved.
const HOLD: SignedDuration = SignedDuration::from_secs(3);

/// The list.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "what is to be done to it anew, each for itself"
)]
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
    shown_by: Choice,
    shown_sort: Sort,
    /// The list that comes next.
    survey: Option<Box<Survey>>,
    kept: Kept,
    in_view: InView,
    /// How many lists there were so far.
    lists: u64,
    /// How many marked chats are not shown; for which marks, and for which list.
    hidden: (u64, u64, usize),
    line: usize,
    /// The chat that was under the cursor and is no longer shown.
    pub(crate) lost: Option<ConversationId>,
    moved_at: Option<Timestamp>,
    ticked_at: Option<Timestamp>,
    judged_at: Option<Timestamp>,
    built_at: Option<Timestamp>,
    /// For which marks the list in view was worked out, or the next one is.
    built_for: u64,
    /// Chats that are to be looked at again.
    changed: Conversations,
    /// Something of the list in view was told anew.
    is_outdated: bool,
    /// All of it is to be worked out anew.
    is_void: bool,
    /// What rows are judged by has changed.
    is_unjudged: bool,
    /// No row stands elsewhere than the order has it.
    is_in_order: bool,
}

/// What a rebuild needs from around the list.
pub(crate) struct Around<'a> {
    pub(crate) roster: &'a Roster,
    pub(crate) zone: &'a jiff::tz::TimeZone,
    pub(crate) rows: usize,
    pub(crate) is_dialog_open: bool,
    /// Long lists too are worked out in one go: what is said next is about the new one.
    pub(crate) is_at_once: bool,
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
            shown_by: Choice::default(),
            shown_sort: sort,
            survey: None,
            kept: Kept::default(),
            in_view: InView::default(),
            lists: 0,
            hidden: (0, 0, 0),
            line: 0,
            lost: None,
            moved_at: None,
            ticked_at: None,
            judged_at: None,
            built_at: None,
            built_for: 0,
            changed: Conversations::default(),
            is_outdated: false,
            is_void: false,
            is_unjudged: false,
            is_in_order: true,
        }
    }

    /// The ids that are shown, in their order.
    pub fn shown(&self) -> &[ConversationId] {
        &self.shown
    }

    /// The marks, to be set by what is shown.
    pub(crate) fn marking(&mut self) -> (&mut Marks, &[ConversationId]) {
        (&mut self.marks, &self.shown)
    }

    /// The ids on screen, given how many lines there are.
    pub fn on_screen(&self, rows: usize) -> &[ConversationId] {
        let from = self.top.min(self.shown.len());
        let to = (from + rows).min(self.shown.len());
        self.shown.get(from..to).unwrap_or_default()
    }

    /// Why a chat is still open, as it was judged last.
    pub fn kind(&self, id: ConversationId) -> Option<Kind> {
        self.kept.judged(id).map(|judged| judged.kind)
    }

    /// How grave a chat is, as it was judged last.
    pub fn severity(&self, id: ConversationId) -> Severity {
        let judged = self.kept.judged(id);
        judged.map_or(Severity::Unknown, |judged| judged.severity)
    }

    /// Chats that were judged so grave, in no order; some of them may be gone.
    pub(crate) fn so_grave(&self, severity: Severity) -> impl Iterator<Item = ConversationId> {
        self.kept.so_grave(severity)
    }

    /// On which line a chat is shown.
    pub fn line_of(&self, id: ConversationId) -> Option<usize> {
        self.kept.line(id, &self.shown)
    }

    /// Which list is in view, with so many other changes, and what is said of the next one: the screen changes with them.
    pub(crate) fn progress(&self, others: u64) -> (u64, Option<usize>) {
        (self.lists + others, self.filtering())
    }

    /// The line of the cursor.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The lines of a range that was begun and not yet taken.
    pub fn range_lines(&self) -> Option<(usize, usize)> {
        let anchor = self.range?;
        let from = self.line_of(anchor)?;
        Some((from.min(self.line), from.max(self.line)))
    }

    /// Marked chats that the filter hides.
    pub fn hidden_marks(&self) -> usize {
        self.hidden.2
    }

    /// Counts them anew, where marks or list have changed since.
    pub(crate) fn count_hidden(&mut self) {
        let (changes, lists) = (self.marks.changes(), self.lists);
        if (self.hidden.0, self.hidden.1) != (changes, lists) {
            let marked = self.marks.ids().iter();
            let hidden = marked.filter(|id| self.line_of(**id).is_none()).count();
            self.hidden = (changes, lists, hidden);
        }
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
            self.kept.judge(&row, now);
        }
        self.changed.insert(id);
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
    pub(crate) fn note_gone(&mut self, ids: Vec<ConversationId>) {
        self.is_outdated |= !ids.is_empty();
        self.changed.extend(ids);
    }

    /// What every row is judged by has changed.
    pub(crate) fn note_list(&mut self) {
        self.is_outdated = true;
        self.is_void = true;
        self.is_unjudged = true;
    }

    /// These are the operator's own views now.
    pub(crate) fn follow_views<'v>(&mut self, views: impl Iterator<Item = &'v View>) {
        self.own.follow(views);
        if let Some(survey) = &mut self.survey {
            survey.is_stale = true;
        }
        self.is_outdated = true;
        self.is_void = true;
    }

    /// Works the list out again if something changed and it is time: short lists at once, long ones a few times a second. What only time
    /// changed waits longer there.
    pub(crate) fn freshen(&mut self, around: &Around<'_>) {
        let is_held = self.is_held(around.is_dialog_open, around.now);
        let rows = around.roster.len();
        let pause = if self.is_outdated {
            patience(rows)
        } else if self.is_void || !self.changed.is_empty() || !(self.is_in_order || is_held) {
            counting_pause(rows)
        } else {
            return;
        };
        let is_due = |at: Timestamp| since(at, around.now) >= pause;
        if self.is_surveying() || !self.built_at.is_none_or(is_due) {
            return;
        }
        if self.can_amend(is_held) {
            self.amend(around, is_held);
        } else {
            self.rebuild(around, false);
        }
    }

    /// A second went by: what time has made of chats is judged, of those alone of which it may have made something else.
    pub(crate) fn tick(&mut self, around: &Around<'_>) {
        let before = self.ticked_at.replace(around.now);
        if before.is_some_and(|before| around.now < before) {
            // The clock was put back: nothing that was judged until a time stands.
            self.note_list();
            (self.built_at, self.judged_at) = (None, None);
        }
        let pause = judging_pause(around.roster.len());
        let due = if self
            .judged_at
            .is_none_or(|at| since(at, around.now) >= pause)
        {
            self.judged_at = Some(around.now);
            self.kept.due(around.now)
        } else {
            Vec::new()
        };
        let are_many = due.len() > AMENDED;
        for id in due.iter().filter(|_| !are_many) {
            if let Some(row) = around.roster.row(*id) {
                self.kept.judge(&row, around.now);
            }
            self.changed.insert(*id);
        }
        // Many are judged piece by piece, with the list.
        self.is_void |=
            are_many || (self.ask_about_marks() && self.built_for != self.marks.changes());
        self.freshen(around);
    }

    /// Marks decide about more than what is marked.
    fn ask_about_marks(&self) -> bool {
        self.only_marked || self.filter.asks_about_marks() || self.own.ask_about_marks()
    }

    /// The cursor follows its id; when that is gone, it stays on its line. Until somebody moves it, it rests on the first line.
    fn place_cursor(&mut self, rows: usize) {
        let found = self
            .cursor
            .filter(|_| self.moved_at.is_some())
            .and_then(|id| self.line_of(id));
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
        if let Some(line) = self.line_of(id) {
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
        let mut asked: Vec<ConversationId> = self.marks.ids().to_vec();
        asked.sort_by_cached_key(|id| self.line_of(*id).map_or(0, |line| line + 1));
        let hidden = asked
            .iter()
            .filter(|id| self.line_of(**id).is_none())
            .count();
        (asked, hidden)
    }
}
