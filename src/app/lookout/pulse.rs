//! How the organisation stands at a glance: how many chats of which kind, in which queue, how old, and what of the rate is used. Every bar
//! stands beside its number.

use std::collections::{BTreeMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use super::Lookout;
use crate::app::App;
use crate::app::action::Action;
use crate::app::extent::{Class, Extent};
use crate::app::scroll::follow;
use crate::app::update::step_of;
use crate::domain::kind::{Kind, Severity};
use crate::domain::moment::since;
use crate::domain::roster::Row;
use crate::domain::shown::{queue, queue_id, queue_words};
use crate::domain::text::Text;

/// What Enter says on a queue that cannot be asked for.
const UNWRITABLE: &str = "no filter can hold this name: it has a quotation mark in it";
/// How many minutes are kept.
const MINUTES: usize = 60;
/// The rows of figures above the bars, with their rules.
pub const ABOVE: u16 = 7;
/// The rows below the bars, with their rule.
pub const BELOW: u16 = 3;
/// The same where there is little room.
const ABOVE_SMALL: u16 = 2;

/// How many chats there were, minute by minute, for as long as the console is open.
#[derive(Debug, Default)]
pub struct Minutes {
    counted: VecDeque<(usize, usize)>,
    at: Option<Timestamp>,
}

impl Minutes {
    /// Notes how many there are, once a minute.
    pub(super) fn note(&mut self, open: usize, stuck: usize, now: Timestamp) {
        let minute = SignedDuration::from_mins(1);
        if self.at.is_some_and(|at| since(at, now) < minute) {
            return;
        }
        self.at = Some(now);
        if self.counted.len() >= MINUTES {
            self.counted.pop_front();
        }
        self.counted.push_back((open, stuck));
    }

    /// Chats that were not over, oldest minute first.
    pub fn open(&self) -> impl Iterator<Item = usize> + Clone {
        self.counted.iter().map(|(open, _)| *open)
    }

    /// Stuck ones.
    pub fn stuck(&self) -> impl Iterator<Item = usize> + Clone {
        self.counted.iter().map(|(_, stuck)| *stuck)
    }

    /// How many minutes there are.
    pub fn len(&self) -> usize {
        self.counted.len()
    }

    /// There is none yet.
    pub fn is_empty(&self) -> bool {
        self.counted.is_empty()
    }
}

/// A kind or a queue with its chats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its name.
    pub name: String,
    /// How grave it is; of a queue nothing.
    pub severity: Option<Severity>,
    /// Its chats; of a queue the stuck ones.
    pub count: usize,
    /// Of a queue: all its chats.
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
    /// Queues, those with the most stuck chats first.
    pub queues: Vec<Bar>,
}

impl Figures {
    fn of(app: &App, now: Timestamp) -> Self {
        let mut figures = Self::default();
        let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut queues = Queues::default();
        for row in app.roster.rows().filter(|row| row.over_since.is_none()) {
            let id = row.listed.id;
            let Some(kind) = app.chats.diagnosis(id).map(|judged| judged.kind) else {
                continue;
            };
            *kinds.entry(kind).or_default() += 1;
            let severity = app.chats.severity(id);
            queues.count(row, severity == Severity::Stuck);
            figures.note(kind, severity, row.age(now));
        }
        figures.kinds = kinds.into_iter().map(of_kind).collect();
        figures
            .kinds
            .sort_by_key(|bar| std::cmp::Reverse((bar.severity, bar.count)));
        figures.queues = queues.0.into_values().map(Queue::bar).collect();
        figures.queues.sort_by(|one, other| {
            let most = (other.count, other.of).cmp(&(one.count, one.of));
            most.then_with(|| one.name.cmp(&other.name))
        });
        figures
    }

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

/// The chats of a queue.
struct Queue {
    /// Its name, else the beginning of its id.
    words: String,
    id: Option<Text>,
    /// What each of its chats is found by is its name.
    is_named: bool,
    stuck: usize,
    all: usize,
}

impl Queue {
    /// What shows its chats and no other queue's. A quotation mark cannot be written in a filter.
    fn filter(&self) -> Option<String> {
        if self.is_named && !self.words.contains('"') {
            return Some(format!("queue=\"{}\"", self.words));
        }
        self.id.as_ref().map(|id| format!("queue:{id}"))
    }

    fn bar(self) -> Bar {
        Bar {
            filter: self.filter(),
            name: self.words,
            severity: None,
            count: self.stuck,
            of: self.all,
        }
    }
}

/// Queues by their ids, for the beginnings of two ids may be alike; by their names where no id is known.
#[derive(Default)]
struct Queues(BTreeMap<String, Queue>);

impl Queues {
    fn count(&mut self, row: &Row, is_stuck: bool) {
        let Some(words) = queue_words(row) else {
            return;
        };
        let (id, is_named) = (queue_id(row), queue(row).is_some());
        let key = id.map_or_else(|| words.clone(), ToString::to_string);
        let entry = self.0.entry(key).or_insert_with(|| Queue {
            words: words.clone(),
            id: id.cloned(),
            is_named,
            stuck: 0,
            all: 0,
        });
        if is_named {
            entry.words = words;
        }
        entry.is_named &= is_named;
        entry.stuck += usize::from(is_stuck);
        entry.all += 1;
    }
}

/// The screen's own state.
#[derive(Debug)]
pub struct Pulse {
    /// What was counted last.
    pub figures: Figures,
    /// When that was.
    pub counted_at: Timestamp,
    /// The cursor: kinds first, then queues.
    pub at: usize,
    /// The first kind on screen, and the first queue.
    pub tops: [usize; 2],
}

impl Pulse {
    /// Counted now.
    pub(super) fn of(app: &App, now: Timestamp) -> Self {
        Self {
            figures: Figures::of(app, now),
            counted_at: now,
            at: 0,
            tops: [0, 0],
        }
    }

    /// Takes new figures in; the cursor stays on what it is on, while that is there.
    pub(super) fn count_anew(&mut self, counted: Self) {
        let on = self.chosen().cloned();
        let is_same = |bar: &Bar| {
            let on = on.as_ref();
            on.is_some_and(|on| on.name == bar.name && on.severity == bar.severity)
        };
        self.figures = counted.figures;
        self.counted_at = counted.counted_at;
        let found = self.bars().position(is_same);
        self.at = found.unwrap_or(self.at);
    }

    fn bars(&self) -> impl Iterator<Item = &Bar> {
        self.figures.kinds.iter().chain(&self.figures.queues)
    }

    /// What the cursor is on.
    pub fn chosen(&self) -> Option<&Bar> {
        self.bars().nth(self.at)
    }

    pub(super) fn fit(&mut self, extent: Extent) {
        let (kinds, queues) = (self.figures.kinds.len(), self.figures.queues.len());
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
        ABOVE + 1 + BELOW
    };
    extent.page_rows().saturating_sub(usize::from(taken)).max(1)
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action, now: Timestamp) {
    let rows = bar_rows(app.extent);
    let Some(Lookout::Pulse(screen)) = super::in_view(app) else {
        return;
    };
    let (kinds, count) = (screen.figures.kinds.len(), screen.bars().count());
    if let Some(step) = step_of(action) {
        screen.at = step.from(screen.at, rows, count);
        return;
    }
    match action {
        Action::NextTab => screen.at = if screen.at < kinds { kinds } else { 0 },
        Action::Open => match screen.chosen().cloned() {
            Some(Bar {
                filter: Some(filter),
                ..
            }) => super::show_matches(app, &filter, now),
            Some(bar) if bar.severity.is_none() => app.notices.tell(UNWRITABLE, now),
            Some(_) => app.notices.tell(super::UNREAD, now),
            None => {}
        },
        _ => {}
    }
}
