//! The rows of the list: their columns, their heads, and one row in words before it is placed.

use std::borrow::Cow;

use jiff::Timestamp;
use ratatui::style::{Modifier, Style};

use super::places::{MARGIN, Place, narrow_places, narrow_queue, places};
use crate::app::App;
use crate::app::chats::{Chats, Column, Sort};
use crate::app::clock_text::clock;
use crate::app::extent::Class;
use crate::app::mouse::Spot;
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::{Tone, glyph};
use crate::domain::conversation::Side;
use crate::domain::kind::Kind;
use crate::domain::masking::length;
use crate::domain::moment::{short, since};
use crate::domain::parties::Parties;
use crate::domain::roster::Row;
use crate::domain::shown::{agent, attribute, customer, place_words};
use crate::domain::sorting::SortKey;
use crate::domain::text::{Text, cells, fit};
use crate::ui::pen::Pen;

/// Draws the column heads and the rows that are on screen.
pub(super) fn list(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let class = app.extent.class();
    let places = places(usize::from(pen.width()), &app.chats.columns);
    let first = if class > Class::Mini {
        heads(pen, app.chats.sort, &places, class);
        1
    } else {
        0
    };
    let range = app.chats.range_lines();
    let rows = app.extent.chat_rows();
    for (index, id) in app.chats.on_screen(rows).iter().enumerate() {
        let Some(row) = app.chats.row(&app.roster, *id) else {
            continue;
        };
        let line = app.chats.top + index;
        let y = first + u16::try_from(index).unwrap_or(u16::MAX);
        let in_range = range.is_some_and(|(from, to)| (from..=to).contains(&line));
        let view = RowView::of(app, &row, in_range, now);
        match class {
            Class::Wide | Class::Normal => view.draw(pen, y, &places),
            Class::Compact => view.draw_compact(pen, y),
            Class::Mini | Class::TooSmall => view.draw_mini(pen, y),
        }
        if line == app.chats.line() {
            pen.choose(y);
        }
        pen.spot(y, Spot::Chat(*id));
    }
}

fn heads(pen: &mut Pen<'_>, sort: Sort, places: &[Place], class: Class) {
    let arrow = if sort.is_reversed { "▴" } else { "▾" };
    let head = |column: &Column| {
        if *column == Column::Key(sort.key) {
            format!("{} {arrow}", column.head())
        } else {
            column.head().to_owned()
        }
    };
    let severity = match (class <= Class::Compact, sort.key == SortKey::Severity) {
        (true, true) => "▾",
        (true, false) => "",
        (false, true) => "SEV▾",
        (false, false) => "SEV",
    };
    let narrow = narrow_places(usize::from(pen.width()));
    let places = if class <= Class::Compact {
        &narrow[..]
    } else {
        places
    };
    let mut x = u16::try_from(MARGIN).unwrap_or(0);
    for (column, wide) in places {
        let cell = match column {
            Column::Key(SortKey::Severity) => severity.to_owned(),
            Column::Key(SortKey::Age | SortKey::Idle | SortKey::Wait) => {
                format!("{:>1$} ", head(column), wide - 1)
            }
            Column::Key(_) | Column::Parties => fit(&head(column), *wide),
            column => fit(&head(column), wide - 1),
        };
        let taken = u16::try_from(*wide).unwrap_or(u16::MAX);
        pen.line(x, 0, cell.trim_end(), Tone::Plain);
        if let Some(key) = column.key() {
            pen.spot_at(x, 0, taken, Spot::Head(key));
        }
        x = x.saturating_add(taken);
    }
    pen.underline(0);
}

/// A row in words, decided before it is placed.
struct RowView<'a> {
    app: &'a App,
    row: &'a Row,
    now: Timestamp,
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

impl<'a> RowView<'a> {
    fn of(app: &'a App, row: &'a Row, in_range: bool, now: Timestamp) -> Self {
        let id = row.listed.id;
        let kind = app.chats.kind(id).unwrap_or(Kind::Unread);
        let chats: &Chats = &app.chats;
        let is_marked = chats.marks.contains(id);
        let is_ghost = row.over_since.is_some();
        let is_ended = row
            .reading
            .as_ref()
            .is_some_and(|reading| reading.conversation.ended.is_some());
        let person = |text: Option<&Text>| {
            text.map_or_else(|| absent(row), |name| app.privacy.name(name.as_str()))
        };
        Self {
            app,
            row,
            now,
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
            queue: place_words(row).unwrap_or_else(|| absent(row)),
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

    fn draw(&self, pen: &mut Pen<'_>, y: u16, places: &[Place]) {
        let (plain, tone) = if self.is_faint {
            (Tone::Dim, Tone::Dim)
        } else {
            (Tone::Plain, self.tone)
        };
        self.draw_margin(pen, y);
        let mut at = MARGIN;
        for (column, wide) in places {
            let words = self.words(column);
            // A cell stays blank before the next column.
            let narrow = wide.saturating_sub(1);
            let (from, room, tone) = match column {
                // Ages stand at the right of theirs.
                Column::Key(SortKey::Age | SortKey::Idle | SortKey::Wait) => {
                    (at + narrow.saturating_sub(cells(&words)), narrow, plain)
                }
                Column::Key(SortKey::Severity) => (at + 1, narrow, tone),
                Column::Parties | Column::Key(SortKey::Kind) => (at, *wide, plain),
                _ => (at, narrow, plain),
            };
            let x = u16::try_from(from).unwrap_or(u16::MAX);
            pen.put(x, y, room, &words, tone);
            at += wide;
        }
        self.embolden(pen, y);
    }

    /// What stands in a column.
    fn words(&self, column: &Column) -> Cow<'_, str> {
        let words: &str = match column {
            Column::Key(SortKey::Age) => &self.age,
            Column::Key(SortKey::Idle) => &self.idle,
            Column::Key(SortKey::Wait) => return wait(self.row, self.now).into(),
            Column::Parties => &self.parties,
            Column::Key(SortKey::Kind) => self.why,
            Column::Key(SortKey::Severity) => self.sign,
            Column::Key(SortKey::Queue) => &self.queue,
            Column::Key(SortKey::Agent) => &self.agent,
            Column::Key(SortKey::Customer) => &self.customer,
            Column::Key(SortKey::Id) => &self.id,
            Column::Last => last(self.row),
            Column::Started => {
                let zone = &self.app.settings.zone;
                return clock(self.row.listed.started, zone, self.now).into();
            }
            Column::Attribute(key) => return noted(self.app, self.row, key).into(),
        };
        Cow::Borrowed(words)
    }

    fn draw_margin(&self, pen: &mut Pen<'_>, y: u16) {
        pen.line(0, y, self.cursor, Tone::Strong);
        if self.mark != " " {
            pen.line(2, y, self.mark, Tone::Good);
        }
    }

    fn draw_compact(&self, pen: &mut Pen<'_>, y: u16) {
        let (plain, tone) = if self.is_faint {
            (Tone::Dim, Tone::Dim)
        } else {
            (Tone::Plain, self.tone)
        };
        self.draw_margin(pen, y);
        pen.line(4, y, self.sign, tone);
        let queue = narrow_queue(usize::from(pen.width()));
        let text = format!(
            "{:>6} {}{} {}{}",
            self.age,
            fit(&self.parties, 10),
            fit(&self.queue, queue - 1),
            fit(self.why, 10),
            self.id
        );
        pen.line(6, y, &text, plain);
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

/// What stands where nothing does: it is known to be nothing, or not known yet.
fn absent(row: &Row) -> String {
    let word = if row.reading.is_some() { "none" } else { "?" };
    word.to_owned()
}

/// How long it has been in queue; nothing where it waits in none.
fn wait(row: &Row, now: Timestamp) -> String {
    let Some(reading) = &row.reading else {
        return absent(row);
    };
    match reading.conversation.queue_leg() {
        None => "–".to_owned(),
        Some(leg) => leg
            .since
            .map_or_else(|| "?".to_owned(), |from| short(since(from, now))),
    }
}

/// Who wrote last.
fn last(row: &Row) -> &'static str {
    let Some(reading) = &row.reading else {
        return "?";
    };
    match reading
        .conversation
        .newest_of_all()
        .map(|message| message.from)
    {
        Some(Side::Customer) => "cust",
        Some(Side::Agent) => "agent",
        None => "nobody",
    }
}

/// What was noted down under a key: its length where names and texts are masked.
fn noted(app: &App, row: &Row, key: &Text) -> String {
    match attribute(row, key) {
        None => absent(row),
        Some(value) if app.privacy.is_on => length(value.as_str()),
        Some(value) => value.to_string(),
    }
}
