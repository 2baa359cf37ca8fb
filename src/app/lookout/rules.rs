//! Rules and guards as a list: the operator's own, which come first, and the kinds, which always hold; each with what it fits, how many
//! chats that is now, and whether they may be ended.

mod entry;

pub use entry::{Entry, Sort};

use jiff::Timestamp;

use super::{Lookout, pointed};
use crate::app::App;
use crate::app::action::Action;
use crate::app::extent::{Class, Extent};
use crate::app::scroll::follow;
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::{Tone, Words};
use crate::app::update::step_of;
use crate::domain::kind::{Kind, Severity};
use crate::domain::text::{cells, fit as padded};
use entry::add;
pub(super) use entry::count;

/// Said where there are none but the kinds.
pub const NONE_OWN: &str = "No rules or guards of your own: unstick config example";

/// The screen's own state: what was counted last, and where somebody is in it.
#[derive(Debug)]
pub struct Rulebook {
    /// Rules, then guards, then kinds.
    pub entries: Vec<Entry>,
    /// The cursor.
    pub at: usize,
    /// The first line on screen.
    pub top: usize,
    /// When it was counted; absent until everything was counted once.
    pub counted_at: Option<Timestamp>,
}

impl Rulebook {
    /// Everything that is in force; nothing is counted yet.
    pub(super) fn new(app: &App) -> Self {
        let mut entries = Vec::new();
        if let Some(rules) = &app.settings.configured.rules {
            add(&mut entries, rules, false);
            for earlier in rules.earlier() {
                add(&mut entries, earlier, true);
            }
        }
        entries.extend(Kind::ALL.iter().map(|kind| Entry::of_kind(*kind, app)));
        // Stable: within a sort the order is that of the file, and of kinds the one in which they are tried.
        entries.sort_by_key(|entry| {
            let gravest_first = (entry.sort == Sort::Kind).then_some(entry.severity);
            (entry.sort, std::cmp::Reverse(gravest_first))
        });
        Self {
            entries,
            at: 0,
            top: 0,
            counted_at: None,
        }
    }

    /// Takes new figures in; the cursor stays on what it is on.
    pub(super) fn show(&mut self, counted: Vec<Entry>, at: Timestamp) {
        let on = self.chosen().cloned();
        self.entries = counted;
        self.counted_at = Some(at);
        let found = on.and_then(|on| {
            let mut entries = self.entries.iter();
            entries.position(|entry| entry.is_same(&on))
        });
        self.at = found.unwrap_or(self.at);
    }

    /// What the cursor is on.
    pub fn chosen(&self) -> Option<&Entry> {
        self.entries.get(self.at)
    }

    pub(super) fn fit(&mut self, extent: Extent) {
        self.at = self.at.min(self.entries.len().saturating_sub(1));
        let lines = self.layout();
        let at = lines.iter().position(|line| *line == Line::Entry(self.at));
        // A heading comes into view with the first line below it.
        let at = at.map_or(0, |at| if self.at == 0 { 0 } else { at });
        self.top = follow(self.top, at, rows(extent), lines.len());
    }

    fn layout(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut sort = None;
        if !self.entries.iter().any(|entry| entry.sort != Sort::Kind) {
            lines.push(Line::None);
        }
        for (at, entry) in self.entries.iter().enumerate() {
            if sort != Some(entry.sort) {
                sort = Some(entry.sort);
                if !lines.is_empty() {
                    lines.push(Line::Blank);
                }
                lines.push(Line::Head(entry.sort));
            }
            lines.push(Line::Entry(at));
        }
        lines
    }
}

/// A line of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// There is nothing of the operator's own.
    None,
    Blank,
    Head(Sort),
    Entry(usize),
}

/// Lines below the heads of the columns.
fn rows(extent: Extent) -> usize {
    extent.page_rows().saturating_sub(1).max(1)
}

/// How wide its columns are.
struct Columns {
    name: usize,
    when: usize,
    severity: usize,
}

impl Columns {
    fn of(extent: Extent) -> Self {
        let width = usize::from(extent.width);
        let (name, severity) = match extent.class() {
            Class::Wide => (24, 8),
            Class::Normal => (16, 4),
            Class::Compact => (14, 4),
            Class::Mini | Class::TooSmall => (10, 2),
        };
        // The cursor, blanks between, the count, what may be done.
        let taken = 3 + severity + name + 1 + 6 + 11;
        Self {
            name,
            when: width.saturating_sub(taken),
            severity,
        }
    }
}

/// The heads of its columns.
pub fn head(extent: Extent) -> String {
    let columns = Columns::of(extent);
    let severity = if columns.severity < 4 { "" } else { "SEV" };
    format!(
        "   {}{} {}{:>5} TERMINATE",
        padded(severity, columns.severity),
        padded("NAME", columns.name),
        padded("WHEN", columns.when),
        "NOW"
    )
}

/// What stands on a line, for the mouse.
pub fn entry_at(screen: &Rulebook, line: usize) -> Option<usize> {
    match screen.layout().get(line) {
        Some(Line::Entry(at)) => Some(*at),
        _ => None,
    }
}

/// Its lines.
pub fn lines(extent: Extent, screen: &Rulebook) -> Vec<Words> {
    let columns = Columns::of(extent);
    let lines = screen.layout().into_iter();
    lines
        .map(|line| match line {
            Line::Blank => Words::blank(),
            Line::None => Words::new(Tone::Dim, format!("   {NONE_OWN}")),
            Line::Head(Sort::Rule) => heading(
                "RULES",
                "yours; the gravest that fits names the chat",
                &columns,
            ),
            Line::Head(Sort::Guard) => {
                heading("GUARDS", "yours; these win over every rule", &columns)
            }
            Line::Head(Sort::Kind) => heading("KINDS", "always there; gravest first", &columns),
            Line::Entry(at) => screen
                .entries
                .get(at)
                .map_or_else(Words::blank, |entry| entry_line(entry, &columns))
                .chosen(at == screen.at),
        })
        .map(|words| pointed(words, 1))
        .collect()
}

fn heading(name: &str, words: &str, columns: &Columns) -> Words {
    let indent = " ".repeat(3 + columns.severity);
    Words::new(
        Tone::Strong,
        format!("{indent}{} ", padded(name, columns.name)),
    )
    .and(Tone::Dim, words)
}

fn entry_line(entry: &Entry, columns: &Columns) -> Words {
    let (glyph, word) = if entry.sort == Sort::Guard || entry.severity == Severity::Unknown {
        (" ", "")
    } else {
        (severity_glyph(entry.severity), entry.severity.word())
    };
    let severity = if columns.severity > 4 {
        format!("{glyph} {word}")
    } else {
        glyph.to_owned()
    };
    let plain = if entry.count == 0 {
        Tone::Dim
    } else {
        Tone::Plain
    };
    let count = if entry.in_doubt > 0 {
        format!("{}+{}?", entry.count, entry.in_doubt)
    } else {
        entry.count.to_string()
    };
    // A count with its doubt may be wider than its column: it takes the room from what stands before it.
    let wide = cells(&count).max(5);
    let when = padded(&entry.when, columns.when.saturating_sub(wide - 5));
    Words::new(
        severity_tone(entry.severity),
        format!("   {}", padded(&severity, columns.severity)),
    )
    .and(plain, format!("{} ", padded(&entry.name, columns.name)))
    .and(plain, when)
    .and(
        if entry.count > 0 {
            Tone::Strong
        } else {
            Tone::Dim
        },
        format!("{count:>5} "),
    )
    .and(plain, entry.power)
}

/// What the status row says of what the cursor is on.
pub fn said(screen: &Rulebook) -> (Tone, String) {
    let Some(entry) = screen.chosen() else {
        return (Tone::Dim, String::new());
    };
    let doubt = match entry.in_doubt {
        0 => String::new(),
        count => format!("; and {count} of which nobody knows, which it holds too"),
    };
    (
        Tone::Plain,
        format!("{}: {}{doubt}.", entry.name, entry.more),
    )
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action, now: Timestamp) {
    let rows = rows(app.extent);
    let Some(Lookout::Rules(screen)) = super::in_view(app) else {
        return;
    };
    if let Some(step) = step_of(action) {
        screen.at = step.from(screen.at, rows, screen.entries.len());
        return;
    }
    let chosen = screen.chosen().map(|entry| entry.filter.clone());
    match (action, chosen) {
        (Action::Open, Some(Some(filter))) => super::show_matches(app, &filter, now),
        (Action::Open, Some(None)) => app.notices.tell(super::UNREAD, now),
        _ => {}
    }
}
