//! How the organisation stands at a glance: how many chats of which kind, in which queue, how old, and what of the rate is used. Every bar
//! stands beside its number.

mod groups;
mod minutes;
mod ours;

pub use groups::GroupBy;
pub use minutes::{Change, Minutes};
pub use ours::Ours;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Lookout, counting};
use crate::app::action::{Action, Mode};
use crate::app::chats::view_place;
use crate::app::extent::{Class, Extent};
use crate::app::privacy::Privacy;
use crate::app::scroll::follow;
use crate::app::update::step_of;
use crate::app::{App, Effect, chats};
use crate::domain::ids::ConversationId;
use crate::domain::kind::{Kind, Severity};
use crate::domain::roster::Row;
use crate::domain::shown::place_words;
use groups::Groups;

/// What Enter says on a queue or an agent that cannot be asked for.
const UNWRITABLE: &str = "no filter can hold this name: it has a quotation mark in it";
/// The rows of figures above the bars, with their rules.
pub const ABOVE: u16 = 7;
/// The rows below the bars, with their rule.
pub const BELOW: u16 = 4;
/// The rows of what changed, with its rule and its head, where there is much room.
pub const CHANGED: u16 = 9;
/// The same where there is little room.
const ABOVE_SMALL: u16 = 2;

/// A kind, a queue or an agent with its chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its name.
    pub name: String,
    /// How grave it is; only of a kind.
    pub severity: Option<Severity>,
    /// The chats of a kind; else the stuck ones.
    pub count: usize,
    /// All its chats.
    pub of: usize,
    /// The filter that shows them; absent where none can.
    pub filter: Option<String>,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// In queue, long or not.
    pub waiting: usize,
    /// The oldest stuck chat's age, the oldest stale one's, and of those in queue.
    pub oldest: [Option<SignedDuration>; 3],
    /// Ages: under 5 minutes, up to 30, and above.
    pub ages: [usize; 3],
    /// Kinds, gravest first, then those with the most chats.
    pub kinds: Vec<Bar>,
    /// Queues or agents, those with the most stuck chats first.
    pub groups: Vec<Bar>,
    /// Which of both.
    pub by: GroupBy,
    /// The stuck chat that is the oldest, with its kind and its place.
    pub oldest_stuck: Option<Oldest>,
    /// What runs of this profile ended; nothing where the journal did not answer.
    pub ours: Option<Ours>,
}

/// The oldest stuck chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Oldest {
    /// Which.
    pub id: ConversationId,
    /// How old.
    pub age: SignedDuration,
    /// Why it is open still.
    pub kind: Kind,
    /// Its queue or bot.
    pub place: String,
}

/// Figures that are being counted.
#[derive(Debug)]
pub(super) struct Tally {
    figures: Figures,
    kinds: BTreeMap<Kind, usize>,
    groups: Groups,
}

impl Tally {
    /// Nothing is counted yet but what the journal knows.
    pub(super) fn begin(app: &App, by: GroupBy, now: Timestamp) -> Self {
        let figures = Figures {
            by,
            ours: ours::count(app, now),
            ..Figures::default()
        };
        Self {
            figures,
            kinds: BTreeMap::new(),
            groups: Groups::new(by),
        }
    }

    /// Counts a chat that is not over.
    pub(super) fn count(&mut self, app: &App, row: &Row, now: Timestamp) {
        let id = row.listed.id;
        let Some(kind) = app.chats.kind(id) else {
            return;
        };
        *self.kinds.entry(kind).or_default() += 1;
        let (severity, age) = (app.chats.severity(id), row.age(now));
        let is_stuck = severity == Severity::Stuck;
        self.groups.count(row, is_stuck);
        self.figures.note(kind, severity, age);
        let oldest = self.figures.oldest_stuck.as_ref();
        if is_stuck && oldest.is_none_or(|oldest| oldest.age < age) {
            self.figures.oldest_stuck = Some(Oldest {
                id,
                age,
                kind,
                place: place_words(row).unwrap_or_default(),
            });
        }
    }

    /// All were counted.
    fn figures(self, privacy: Privacy) -> Figures {
        let mut figures = self.figures;
        figures.kinds = self.kinds.into_iter().map(of_kind).collect();
        figures
            .kinds
            .sort_by_key(|bar| std::cmp::Reverse((bar.severity, bar.count)));
        figures.groups = self.groups.bars(privacy);
        figures
    }
}

impl Figures {
    fn note(&mut self, kind: Kind, severity: Severity, age: SignedDuration) {
        let is_waiting = matches!(kind, Kind::Waiting | Kind::LongWait);
        self.waiting += usize::from(is_waiting);
        let [stuck, stale, waiting] = &mut self.oldest;
        let groups = [
            (severity == Severity::Stuck, stuck),
            (severity == Severity::Stale, stale),
            (is_waiting, waiting),
        ];
        for (counts, oldest) in groups {
            if counts {
                *oldest = (*oldest).max(Some(age));
            }
        }
        let [new, young, old] = &mut self.ages;
        let group = match age.as_mins() {
            ..5 => new,
            5..30 => young,
            _ => old,
        };
        *group += 1;
    }
}

fn of_kind((kind, count): (Kind, usize)) -> Bar {
    Bar {
        name: kind.word().to_owned(),
        severity: Some(kind.severity()),
        count,
        of: count,
        filter: (kind != Kind::Unread).then(|| format!("kind:{}", kind.word())),
    }
}

/// The screen's own state.
#[derive(Debug)]
pub struct Pulse {
    /// What was counted last.
    pub figures: Figures,
    /// When that was; absent until everything was counted once.
    pub counted_at: Option<Timestamp>,
    /// The cursor: kinds first, then queues or agents.
    pub at: usize,
    /// The first kind on screen, and the first queue or agent.
    pub tops: [usize; 2],
}

impl Pulse {
    /// Nothing is counted yet.
    pub(super) fn new() -> Self {
        Self {
            figures: Figures::default(),
            counted_at: None,
            at: 0,
            tops: [0, 0],
        }
    }

    /// Takes new figures in; the cursor stays on what it is on, while that is there. By another sort of groups it goes to the first of them.
    pub(super) fn show(&mut self, counted: Tally, privacy: Privacy, at: Timestamp) {
        let figures = counted.figures(privacy);
        self.counted_at = Some(at);
        if figures.by != self.figures.by {
            self.figures = figures;
            self.at = self.figures.kinds.len();
            self.tops[1] = 0;
            return;
        }
        let on = self.chosen().cloned();
        let is_same = |bar: &Bar| {
            let on = on.as_ref();
            on.is_some_and(|on| on.name == bar.name && on.severity == bar.severity)
        };
        self.figures = figures;
        let found = self.bars().position(is_same);
        self.at = found.unwrap_or(self.at);
    }

    fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.figures.kinds.iter().chain(&self.figures.groups)
    }

    /// What the cursor is on.
    pub fn chosen(&self) -> Option<&Bar> {
        self.bars().nth(self.at)
    }

    pub(super) fn fit(&mut self, extent: Extent) {
        let (kinds, queues) = (self.figures.kinds.len(), self.figures.groups.len());
        self.at = self.at.min((kinds + queues).saturating_sub(1));
        let rows = bar_rows(extent);
        let [top_kind, top_queue] = self.tops;
        if is_small(extent) {
            self.tops = [follow(top_kind, self.at, rows, kinds + queues), 0];
            return;
        }
        // What the cursor is not on stays where it is.
        let kind = if self.at < kinds { self.at } else { top_kind };
        let queue = self.at.checked_sub(kinds).unwrap_or(top_queue);
        self.tops = [
            follow(top_kind, kind, rows, kinds),
            follow(top_queue, queue, rows, queues),
        ];
    }
}

/// One column of bars, without the minutes.
pub fn is_small(extent: Extent) -> bool {
    extent.class() < Class::Normal
}

/// How many bars fit below each other.
pub fn bar_rows(extent: Extent) -> usize {
    let taken = if is_small(extent) {
        ABOVE_SMALL
    } else {
        // The heads of the columns.
        ABOVE + 1 + BELOW + changed_rows(extent)
    };
    extent.page_rows().saturating_sub(usize::from(taken)).max(1)
}

/// The rows of what changed: none but where there is much room.
pub fn changed_rows(extent: Extent) -> u16 {
    if extent.class() == Class::Wide {
        CHANGED
    } else {
        0
    }
}

/// Leaves for the list in this view. Where something else lies above the list, that stays in view.
fn view(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    super::close(app);
    if !app.screens.is_empty() {
        let back = app.key(Mode::Inspect, Action::Back);
        let words = format!("the list is in that view now; {back} leads there");
        app.notices.tell(words, now);
    }
    chats::press(app, action, now)
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    match action {
        Action::Pause => return chats::press(app, action, now),
        action if view_place(action).is_some() => return view(app, action, now),
        action => look(app, action, now),
    }
    Vec::new()
}

fn look(app: &mut App, action: Action, now: Timestamp) {
    let rows = bar_rows(app.extent);
    let is_masked = app.privacy.is_on;
    let Some(Lookout::Pulse(screen)) = super::in_view(app) else {
        return;
    };
    let (kinds, count) = (screen.figures.kinds.len(), screen.bars().count());
    if let Some(step) = step_of(action) {
        screen.at = step.from(screen.at, rows, count);
        return;
    }
    match action {
        Action::GroupBy => {
            let by = screen.figures.by.other();
            counting::pulse(app, by, now);
        }
        Action::NextTab => screen.at = if screen.at < kinds { kinds } else { 0 },
        Action::Open => match screen.chosen().cloned() {
            Some(Bar {
                filter: Some(filter),
                ..
            }) => super::show_matches(app, &filter, now),
            Some(bar) if bar.severity.is_none() && is_masked => {
                let key = app.key(Mode::Pulse, Action::Privacy);
                let words =
                    format!("names are masked, and a filter would show this one; {key} shows all");
                app.notices.tell(words, now);
            }
            Some(bar) if bar.severity.is_none() => app.notices.tell(UNWRITABLE, now),
            Some(_) => app.notices.tell(super::UNREAD, now),
            None => {}
        },
        _ => {}
    }
}
