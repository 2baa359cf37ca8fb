//! The rows of the list: their columns, their heads, and one row in words before it is placed.

use std::fmt::Write as _;

use jiff::Timestamp;
use ratatui::style::{Modifier, Style};

use super::column;
use crate::app::App;
use crate::app::chats::{Chats, Sort};
use crate::app::extent::Class;
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::{Tone, glyph};
use crate::domain::kind::Kind;
use crate::domain::moment::short;
use crate::domain::parties::Parties;
use crate::domain::roster::Row;
use crate::domain::shown::{agent, customer, place_words};
use crate::domain::sorting::SortKey;
use crate::domain::text::Text;
use crate::domain::text::fit;
use crate::ui::pen::Pen;

/// The columns of the list by the names that a configuration gives them.
pub const COLUMNS: [&str; 9] = [
    "sev", "age", "idle", "parties", "queue", "agent", "cust", "kind", "id",
];

/// Where the columns of a list of this width begin and how wide they are.
struct Columns {
    idle: bool,
    queue: usize,
    agent: usize,
    customer: usize,
}

impl Columns {
    /// Fixed are mark, severity, age, idle, parties, why and id; the names share what is left.
    fn of(width: usize, class: Class) -> Self {
        if class <= Class::Compact {
            return Self {
                idle: false,
                queue: width.saturating_sub(43).clamp(8, 13),
                agent: 0,
                customer: 0,
            };
        }
        let free = width.saturating_sub(52);
        let with_customer = free >= 36;
        let each = if with_customer { free / 3 } else { free / 2 };
        let queue = (each + 1).min(20);
        Self {
            idle: true,
            queue,
            agent: each.min(18),
            customer: if with_customer { each.min(20) } else { 0 },
        }
    }
}

/// Draws the column heads and the rows that are on screen.
pub(super) fn list(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let class = app.extent.class();
    let columns = Columns::of(usize::from(pen.width()), class);
    let first = if class > Class::Mini {
        heads(pen, app.chats.sort, &columns, class);
        1
    } else {
        0
    };
    let range = app.chats.range_lines();
    let rows = app.extent.chat_rows();
    for (index, id) in app.chats.on_screen(rows).iter().enumerate() {
        let Some(row) = app.roster.row(*id) else {
            continue;
        };
        let line = app.chats.top + index;
        let y = first + u16::try_from(index).unwrap_or(u16::MAX);
        let in_range = range.is_some_and(|(from, to)| (from..=to).contains(&line));
        let view = RowView::of(app, row, in_range, now);
        if class > Class::Mini {
            view.draw(pen, y, &columns, class);
        } else {
            view.draw_mini(pen, y);
        }
        if line == app.chats.line() {
            pen.choose(y);
        }
    }
}

fn heads(pen: &mut Pen<'_>, sort: Sort, columns: &Columns, class: Class) {
    let head = |key: SortKey| {
        let arrow = if sort.is_reversed { "▴" } else { "▾" };
        if sort.key == key {
            format!("{} {arrow}", column(key))
        } else {
            column(key).to_owned()
        }
    };
    let mut text = if class <= Class::Compact {
        format!(
            "    {:<4}{:>5} ",
            if sort.key == SortKey::Severity {
                "▾"
            } else {
                ""
            },
            head(SortKey::Age).trim_end()
        )
    } else {
        let severity = if sort.key == SortKey::Severity {
            "SEV▾"
        } else {
            "SEV "
        };
        format!("    {severity}{:>6} ", head(SortKey::Age))
    };
    if columns.idle {
        let _ = write!(text, "{:>6} ", head(SortKey::Idle));
    }
    text.push_str(&fit("PARTIES", 10));
    text.push_str(&fit(&head(SortKey::Queue), columns.queue));
    text.push_str(&fit(&head(SortKey::Agent), columns.agent));
    text.push_str(&fit(&head(SortKey::Customer), columns.customer));
    text.push_str(&fit(&head(SortKey::Kind), 10));
    text.push_str(&head(SortKey::Id));
    pen.line(0, 0, &text, Tone::Plain);
    pen.underline(0);
}

/// A row in words, decided before it is placed.
struct RowView {
    cursor: &'static str,
    mark: &'static str,
    sign: &'static str,
    tone: Tone,
    age: String,
    idle: String,
    parties: String,
    queue: String,
    agent: String,
    customer: String,
    why: &'static str,
    id: String,
    /// Over, or not to be trusted now: drawn dim.
    is_faint: bool,
    is_marked: bool,
}

impl RowView {
    fn of(app: &App, row: &Row, in_range: bool, now: Timestamp) -> Self {
        let id = row.listed.id;
        let kind = app
            .chats
            .diagnosis(id)
            .map_or(Kind::Unread, |diagnosis| diagnosis.kind);
        let chats: &Chats = &app.chats;
        let is_marked = chats.marks.contains(id);
        let is_ghost = row.over_since.is_some();
        let is_ended = row
            .reading
            .as_ref()
            .is_some_and(|reading| reading.conversation.ended.is_some());
        let known = |text: Option<&Text>| match (text, &row.reading) {
            (Some(text), _) => text.to_string(),
            (None, Some(_)) => "none".to_owned(),
            (None, None) => "?".to_owned(),
        };
        let person = |text: Option<&Text>| {
            text.map_or_else(|| known(None), |name| app.privacy.name(name.as_str()))
        };
        Self {
            cursor: if chats.cursor == Some(id) {
                glyph::CURSOR
            } else {
                " "
            },
            mark: match (is_marked, in_range) {
                (true, _) => glyph::DONE,
                (false, true) => glyph::WATCH,
                (false, false) => " ",
            },
            sign: severity_glyph(chats.severity(id)),
            tone: severity_tone(chats.severity(id)),
            age: short(row.age(now)),
            idle: row.idle(now).map_or_else(|| "?".to_owned(), short),
            parties: row
                .reading
                .as_ref()
                .map_or(Parties::UNREAD, |reading| {
                    Parties::of(&reading.conversation)
                })
                .to_string(),
            queue: place_words(row).unwrap_or_else(|| known(None)),
            agent: person(agent(row)),
            customer: person(customer(row)),
            why: match (is_ghost, is_ended) {
                (true, true) => "ended",
                (true, false) => "unlisted",
                (false, _) => kind.word(),
            },
            id: id.short(),
            is_faint: is_ghost || app.link.is_down(now),
            is_marked,
        }
    }

    fn draw(&self, pen: &mut Pen<'_>, y: u16, columns: &Columns, class: Class) {
        let plain = if self.is_faint {
            Tone::Dim
        } else {
            Tone::Plain
        };
        pen.line(0, y, self.cursor, Tone::Strong);
        if self.mark != " " {
            pen.line(2, y, self.mark, Tone::Good);
        }
        let (sign_at, age_at) = if class <= Class::Compact {
            (4, 6)
        } else {
            (5, 8)
        };
        pen.line(
            sign_at,
            y,
            self.sign,
            if self.is_faint { Tone::Dim } else { self.tone },
        );
        let mut text = format!("{:>6} ", self.age);
        if columns.idle {
            let _ = write!(text, "{:>6} ", self.idle);
        }
        text.push_str(&fit(&self.parties, 10));
        for (value, width) in [
            (&self.queue, columns.queue),
            (&self.agent, columns.agent),
            (&self.customer, columns.customer),
        ] {
            if width > 0 {
                text.push_str(&fit(value, width - 1));
                text.push(' ');
            }
        }
        text.push_str(&fit(self.why, 10));
        text.push_str(&self.id);
        pen.line(age_at, y, &text, plain);
        self.embolden(pen, y);
    }

    fn draw_mini(&self, pen: &mut Pen<'_>, y: u16) {
        pen.line(0, y, self.cursor, Tone::Strong);
        if self.mark != " " {
            pen.line(1, y, self.mark, Tone::Good);
        }
        pen.line(2, y, self.sign, self.tone);
        let text = format!("{:>6} {} {}", self.age, fit(self.why, 9), self.id);
        pen.line(4, y, &text, Tone::Plain);
        self.embolden(pen, y);
    }

    fn embolden(&self, pen: &mut Pen<'_>, y: u16) {
        if self.is_marked {
            pen.over(y, Style::new().add_modifier(Modifier::BOLD));
        }
    }
}
