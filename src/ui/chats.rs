//! The list of chats. Only the rows in view are made.
//!
//! ```text
//! 0  identity                       (every size)
//! 1  views, sort                    (normal, wide)
//! 2  filter                         (compact: row 1)
//! 3  rule
//! 4  column heads, then rows │ preview (wide)
//! …  rule, two lines of peek        (normal)
//!    status, hints
//! ```

use jiff::Timestamp;
use ratatui::style::{Modifier, Style};

use super::pen::{Pen, fit};
use super::{dialogs, empty, footer, header, preview};
use crate::app::chats::{Chats, VIEWS};
use crate::app::extent::Class;
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::{Tone, glyph};
use crate::app::{App, chats};
use crate::domain::kind::Kind;
use crate::domain::moment::short;
use crate::domain::parties::Parties;
use crate::domain::roster::Row;
use crate::domain::shown::{agent, bot, customer, queue};
use crate::domain::sorting::SortKey;
use crate::domain::text::Text;

/// How wide the preview beside a wide list is, with its line.
const PREVIEW: u16 = 47;

/// Draws the screen.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    header::draw(pen, app, now);
    let class = app.extent.class();
    let body = match class {
        Class::Wide | Class::Normal => {
            views(pen, app, 1);
            filter(pen, app, 2);
            pen.rule(3);
            4
        }
        Class::Compact => {
            filter(pen, app, 1);
            pen.rule(2);
            3
        }
        Class::Mini | Class::TooSmall => 1,
    };
    let (height, width) = (pen.height(), pen.width());
    let foot = height.saturating_sub(2);
    let end = if class == Class::Normal {
        foot.saturating_sub(3)
    } else {
        foot
    };
    let list_width = if class == Class::Wide {
        width.saturating_sub(PREVIEW)
    } else {
        width
    };
    let room = end.saturating_sub(body);
    if app.chats.shown().is_empty() {
        empty::draw(&mut pen.part(0, body, width, room), app, now);
    } else {
        list(&mut pen.part(0, body, list_width, room), app, now);
        if class == Class::Wide {
            preview::draw(&mut pen.part(list_width, body, PREVIEW, room), app, now);
        }
    }
    if app.chats.filter.typing.is_some() && class > Class::Mini {
        dialogs::offers(&mut pen.part(0, body.saturating_sub(1), width, height), app);
    }
    if class == Class::Normal {
        pen.rule(end);
        peek(&mut pen.part(0, end + 1, width, 2), app, now);
    }
    if class <= Class::Mini {
        return mini_foot(pen, app, foot, now);
    }
    footer::draw(pen, app, foot, &footer::list_words(app, now), now);
}

fn mini_foot(pen: &mut Pen<'_>, app: &App, y: u16, now: Timestamp) {
    let marked = app.chats.marks.len();
    let words = app.notices.current(now).map_or_else(
        || format!("{marked} marked  ↵ open  ␣ mark  ? keys"),
        |notice| notice.text.clone(),
    );
    pen.line(0, y, &words, Tone::Plain);
    pen.line(0, y + 1, "x off: too small to show a plan", Tone::Dim);
}

fn views(pen: &mut Pen<'_>, app: &App, y: u16) {
    let mut x = 1;
    for (index, (name, filter)) in VIEWS.iter().enumerate() {
        let is_on = app.chats.filter.text() == *filter && !app.chats.only_marked;
        let count = app.chats.counts.of_view(index);
        let words = format!("{} {name} {count}", index + 1);
        let (words, tone) = if is_on {
            (format!("[{words}]"), Tone::Strong)
        } else {
            (words, Tone::Plain)
        };
        x = pen.line(x, y, &words, tone) + 2;
    }
    if app.chats.only_marked {
        pen.line(x, y, "[only marked]", Tone::Strong);
    }
    let sort = app.chats.sort;
    let arrow = if sort.is_reversed { "reversed" } else { "▾" };
    pen.right(
        y,
        &format!("sort {} {arrow}", column(sort.key)),
        Tone::Plain,
    );
}

fn filter(pen: &mut Pen<'_>, app: &App, y: u16) {
    let bar = &app.chats.filter;
    let x = pen.line(1, y, "/ ", Tone::Strong);
    if let Some(input) = &bar.typing {
        let room = usize::from(pen.width().saturating_sub(16));
        let from = input.visual_scroll(room);
        let shown: String = input.value().chars().skip(from).collect();
        let end = pen.put(x, y, room, &shown, Tone::Plain);
        let at = u16::try_from(input.visual_cursor().saturating_sub(from)).unwrap_or(0);
        let under = input.value().chars().nth(input.cursor()).unwrap_or(' ');
        let style = Style::new().add_modifier(Modifier::REVERSED);
        pen.put_styled((x + at).min(end), y, 1, &under.to_string(), style);
    } else if bar.text().is_empty() {
        pen.line(x, y, "press / to filter", Tone::Dim);
    } else {
        pen.line(x, y, bar.text(), Tone::Plain);
    }
    let (shown, all) = (app.chats.shown().len(), app.chats.counts.listed);
    let words = if shown == all {
        format!("{all} chats")
    } else {
        format!("{shown} of {all}")
    };
    pen.right(y, &words, Tone::Plain);
}

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
        let spare = width.saturating_sub(52);
        let with_customer = spare >= 36;
        let share = if with_customer { spare / 3 } else { spare / 2 };
        let queue = (share + 1).min(20);
        Self {
            idle: true,
            queue,
            agent: share.min(18),
            customer: if with_customer { share.min(20) } else { 0 },
        }
    }
}

fn list(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
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

/// The head of the column that a key sorts by.
fn column(key: SortKey) -> &'static str {
    match key {
        SortKey::Severity => "SEV",
        SortKey::Age => "AGE",
        SortKey::Idle => "IDLE",
        SortKey::Kind => "WHY",
        SortKey::Queue => "QUEUE",
        SortKey::Agent => "AGENT",
        SortKey::Customer => "CUSTOMER",
        SortKey::Id => "ID",
    }
}

fn heads(pen: &mut Pen<'_>, sort: chats::Sort, columns: &Columns, class: Class) {
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
        text.push_str(&format!("{:>6} ", head(SortKey::Idle)));
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
    is_ghost: bool,
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
            sign: severity_glyph(kind.severity()),
            tone: severity_tone(kind.severity()),
            age: short(row.age(now)),
            idle: row.idle(now).map_or_else(|| "?".to_owned(), short),
            parties: row
                .reading
                .as_ref()
                .map_or(Parties::UNREAD, |reading| {
                    Parties::of(&reading.conversation)
                })
                .to_string(),
            queue: match (queue(row), bot(row)) {
                (None, Some(bot)) => format!("(bot) {bot}"),
                (queue, _) => known(queue),
            },
            agent: known(agent(row)),
            customer: known(customer(row)),
            why: match (is_ghost, is_ended) {
                (true, true) => "ended",
                (true, false) => "unlisted",
                (false, _) => kind.word(),
            },
            id: id.short(),
            is_ghost,
            is_marked,
        }
    }

    fn draw(&self, pen: &mut Pen<'_>, y: u16, columns: &Columns, class: Class) {
        let plain = if self.is_ghost {
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
            if self.is_ghost { Tone::Dim } else { self.tone },
        );
        let mut text = format!("{:>6} ", self.age);
        if columns.idle {
            text.push_str(&format!("{:>6} ", self.idle));
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

/// Two lines about the chat under the cursor.
fn peek(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let Some(row) = app.chats.cursor.and_then(|id| app.roster.row(id)) else {
        return;
    };
    let started = crate::app::clock_text::clock(row.listed.started, &app.settings.zone, now);
    let with = agent(row).map_or_else(String::new, |name| format!(" with {name}"));
    let queue = queue(row).map_or_else(String::new, |name| format!("  {name}"));
    let who = customer(row).map_or_else(|| "customer unknown".to_owned(), ToString::to_string);
    pen.line(
        1,
        0,
        &format!(
            "{}  {who}{with}{queue}  started {started}",
            row.listed.id.short()
        ),
        Tone::Plain,
    );
    let (kind, why) = app
        .chats
        .diagnosis(row.listed.id)
        .map_or((Kind::Unread, ""), |diagnosis| {
            (diagnosis.kind, diagnosis.why.as_str())
        });
    let severity = kind.severity();
    let x = pen.line(1, 1, severity_glyph(severity), severity_tone(severity));
    let x = pen.line(x + 1, 1, kind.word(), Tone::Strong);
    if let Some(failed) = &row.failed_read {
        pen.line(
            x,
            1,
            &format!(": its last read failed: {}", failed.failure.short()),
            Tone::Warn,
        );
    } else {
        pen.line(x, 1, &format!(": {why}"), Tone::Plain);
    }
}
