//! The rows of the list: their columns, their heads, and one row in words before it is placed.

use jiff::Timestamp;
use ratatui::style::{Modifier, Style};

use super::column;
use crate::app::App;
use crate::app::chats::{Chats, Column, Sort};
use crate::app::extent::Class;
use crate::app::mouse::Spot;
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

/// A column with its width in cells, the blank behind it included.
type Place = (Column, usize);

/// Cursor and mark, before every column.
const MARGIN: usize = 4;

/// The columns of a list of this width: those that were chosen, else all that the room allows. The names share what the others leave;
/// what does not fit any more goes whole, from the right.
fn places(width: usize, chosen: &[Column]) -> Vec<Place> {
    let all = if chosen.is_empty() {
        &Column::ALL[..]
    } else {
        chosen
    };
    let taken: usize = all.iter().filter_map(|column| fixed(*column)).sum();
    let free = width.saturating_sub(MARGIN + taken + 1);
    // By itself the customer's name comes where there is room for three.
    let is_left_out = |column: &Column| {
        chosen.is_empty() && free < 36 && *column == Column::Key(SortKey::Customer)
    };
    let shown = all.iter().copied().filter(|column| !is_left_out(column));
    let names = shown.clone().filter(|column| fixed(*column).is_none());
    let each = free / names.count().max(1);
    let mut from = MARGIN;
    let sized = shown.map(|column| (column, fixed(column).unwrap_or_else(|| name(column, each))));
    sized
        .take_while(|(_, wide)| {
            from += wide;
            from <= width
        })
        .collect()
}

/// The width of a column that is always as wide; nothing for names.
fn fixed(column: Column) -> Option<usize> {
    match column {
        Column::Key(SortKey::Severity) => Some(4),
        Column::Key(SortKey::Age | SortKey::Idle) => Some(7),
        Column::Parties | Column::Key(SortKey::Kind) => Some(10),
        // The blank behind an id may be cut off: it is the last column mostly.
        Column::Key(SortKey::Id) => Some(9),
        Column::Key(SortKey::Queue | SortKey::Agent | SortKey::Customer) => None,
    }
}

/// The width of a column of names of which each may have so much.
fn name(column: Column, each: usize) -> usize {
    match column {
        Column::Key(SortKey::Queue) => (each + 1).min(20),
        Column::Key(SortKey::Agent) => each.min(18),
        _ => each.min(20),
    }
}

/// The width of the queue's name where there is room for five columns only.
fn narrow_queue(width: usize) -> usize {
    width.saturating_sub(43).clamp(8, 13)
}

/// The columns where there is room for five only.
fn narrow_places(width: usize) -> [Place; 6] {
    [
        (Column::Key(SortKey::Severity), 4),
        (Column::Key(SortKey::Age), 6),
        (Column::Parties, 10),
        (Column::Key(SortKey::Queue), narrow_queue(width)),
        (Column::Key(SortKey::Kind), 10),
        (Column::Key(SortKey::Id), 9),
    ]
}

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
        let Some(row) = app.roster.row(*id) else {
            continue;
        };
        let line = app.chats.top + index;
        let y = first + u16::try_from(index).unwrap_or(u16::MAX);
        let in_range = range.is_some_and(|(from, to)| (from..=to).contains(&line));
        let view = RowView::of(app, row, in_range, now);
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
    let head = |key: SortKey| {
        if sort.key == key {
            format!("{} {arrow}", column(key))
        } else {
            column(key).to_owned()
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
            Column::Key(key @ (SortKey::Age | SortKey::Idle)) => {
                format!("{:>1$} ", head(*key), wide - 1)
            }
            Column::Key(key) => fit(&head(*key), *wide),
            Column::Parties => fit("PARTIES", *wide),
        };
        let taken = u16::try_from(*wide).unwrap_or(u16::MAX);
        pen.line(x, 0, cell.trim_end(), Tone::Plain);
        if let Column::Key(key) = column {
            pen.spot_at(x, 0, taken, Spot::Head(*key));
        }
        x = x.saturating_add(taken);
    }
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

    fn draw(&self, pen: &mut Pen<'_>, y: u16, places: &[Place]) {
        let (plain, tone) = if self.is_faint {
            (Tone::Dim, Tone::Dim)
        } else {
            (Tone::Plain, self.tone)
        };
        self.draw_margin(pen, y);
        let mut at = MARGIN;
        let place = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let (mut text, mut from) = (String::new(), at);
        for (column, wide) in places {
            if *column == Column::Key(SortKey::Severity) {
                pen.line(place(from), y, &text, plain);
                pen.line(place(at + 1), y, self.sign, tone);
                text.clear();
                from = at + wide;
            } else {
                text.push_str(&self.cell(*column, *wide));
            }
            at += wide;
        }
        pen.line(place(from), y, text.trim_end(), plain);
        self.embolden(pen, y);
    }

    /// What stands in a column, as wide as that is.
    fn cell(&self, column: Column, wide: usize) -> String {
        let words = match column {
            Column::Key(SortKey::Age) => return format!("{:>6} ", self.age),
            Column::Key(SortKey::Idle) => return format!("{:>6} ", self.idle),
            Column::Parties => return fit(&self.parties, wide),
            Column::Key(SortKey::Kind) => return fit(self.why, wide),
            Column::Key(SortKey::Severity) => self.sign,
            Column::Key(SortKey::Queue) => &self.queue,
            Column::Key(SortKey::Agent) => &self.agent,
            Column::Key(SortKey::Customer) => &self.customer,
            Column::Key(SortKey::Id) => &self.id,
        };
        format!("{} ", fit(words, wide.saturating_sub(1)))
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
