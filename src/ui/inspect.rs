//! One chat: its pages' names, the page in view with what is looked for marked, and the search bar.

use jiff::Timestamp;

use super::pen::Pen;
use super::{footer, header};
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::extent::Class;
use crate::app::inspect::{self, Inspect, Tab, left_width};
use crate::app::mouse::Spot;
use crate::app::severity::severity_glyph;
use crate::app::text_view::{Hit, Page, PageLine, Room, TextView, marked, wrapped};
use crate::app::tone::{Tone, Words};
use crate::domain::text::cells;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Inspect, now: Timestamp) {
    header::draw(pen, app, now);
    let (width, height) = (pen.width(), pen.height());
    let page = inspect::page(app, screen, now);
    let room = inspect::room(app, screen);
    let below = inspect::below(screen, &page, room);
    let head = heading(pen, app, screen, below);
    let said = inspect::said(app, screen, now);
    footer::draw(pen, app, height.saturating_sub(2), &said, now);
    let mut body = pen.part(0, head, width, height.saturating_sub(head + 2));
    if screen.has_find_bar() {
        find_bar(&mut body, screen, &page);
    }
    let rows = u16::try_from(room.rows).unwrap_or(u16::MAX);
    let mut body = body.part(0, 0, width, rows);
    columns(&mut body, screen, &page, room);
}

/// The rows above the page; how many they are. What stands below its last row is said there too: no row of the page is lost for it.
fn heading(
    pen: &mut Pen<'_>,
    app: &App,
    screen: &Inspect,
    below: Option<(usize, Vec<String>)>,
) -> u16 {
    let class = app.extent.class();
    let pages = app.key(Mode::Inspect, Action::PageDown);
    let shown = app.chats.shown();
    let at = app.chats.line_of(screen.id);
    let word = app.chats.kind(screen.id).map_or_else(String::new, |kind| {
        let severity = app.chats.severity(screen.id);
        format!(
            "   {} {} {}",
            severity_glyph(severity),
            severity.word().to_uppercase(),
            kind.word()
        )
    });
    let whole = format!("Chats / {}{word}", screen.id.short());
    let title = if class < Class::Compact {
        &format!("{}{word}", screen.id.short())
    } else {
        &whole
    };
    let end = pen.line(1, 1, title, Tone::Strong);
    if class < Class::Normal {
        let name = format!("{} {}", screen.tab.index() + 1, screen.tab.title());
        let more = below.map(|_| format!("{pages} more"));
        let both = more.as_ref().map(|more| format!("{more}   {name}"));
        let room = usize::from(pen.width().saturating_sub(end + 2));
        let mut forms = both.into_iter().chain(more).chain([name]);
        if let Some(place) = forms.find(|form| cells(form) <= room) {
            pen.right(1, &place, Tone::Dim);
        }
        return 2;
    }
    let place = at.map_or_else(String::new, |at| {
        format!(
            "{} of {}   {} next   {} prev",
            at + 1,
            shown.len(),
            app.key(Mode::Inspect, Action::NextChat),
            app.key(Mode::Inspect, Action::PreviousChat)
        )
    });
    pen.right(1, &place, Tone::Dim);
    tabs(pen, screen.tab);
    pen.rule(3);
    if let Some((count, headings)) = below {
        let what = headings.join(", ");
        let what = if what.is_empty() {
            what
        } else {
            format!(": {what}")
        };
        pen.right(3, &format!("{pages} {count} more{what} "), Tone::Dim);
    }
    4
}

/// `[1 Overview]  2 Transcript …`: the one in view in brackets.
fn tabs(pen: &mut Pen<'_>, chosen: Tab) {
    let mut x = 1;
    for tab in Tab::ALL {
        let name = format!("{} {}", tab.index() + 1, tab.title());
        let (text, tone) = if tab == chosen {
            (format!("[{name}]"), Tone::Strong)
        } else {
            (format!(" {name} "), Tone::Dim)
        };
        let from = x;
        x = pen.line(x, 2, &text, tone);
        pen.spot_at(from, 2, x - from, Spot::Does(key_of(tab)));
    }
}

/// The key of a page.
fn key_of(tab: Tab) -> Action {
    match tab {
        Tab::Overview => Action::Tab1,
        Tab::Transcript => Action::Tab2,
        Tab::Json => Action::Tab3,
        Tab::Requests => Action::Tab4,
        Tab::Attributes => Action::Tab5,
        Tab::Analytics => Action::Tab6,
    }
}

fn columns(body: &mut Pen<'_>, screen: &Inspect, page: &Page, room: Room) {
    let view = screen.view();
    let hits = page.hits(&view.needle);
    let (width, height) = (body.width(), body.height());
    if page.right.is_empty() {
        column(body, &page.left, view, &hits, page, room);
        return;
    }
    let left = u16::try_from(left_width(usize::from(width))).unwrap_or(width);
    let beside: Vec<Hit> = hits
        .iter()
        .filter(|hit| hit.line >= page.left.len())
        .map(|hit| Hit {
            line: hit.line - page.left.len(),
            ..*hit
        })
        .collect();
    column(
        &mut body.part(0, 0, left, height),
        &page.left,
        view,
        &hits,
        page,
        room,
    );
    for y in 0..height {
        body.line(left, y, "│", Tone::Dim);
    }
    let mut right = body.part(left + 1, 0, width, height);
    column(&mut right, &page.right, view, &beside, page, room);
}

fn column(
    pen: &mut Pen<'_>,
    lines: &[PageLine],
    view: &TextView,
    hits: &[Hit],
    page: &Page,
    room: Room,
) {
    let mut y = 0;
    for (at, line) in lines.iter().enumerate().skip(view.top) {
        if y >= pen.height() {
            break;
        }
        let here: Vec<Hit> = hits.iter().filter(|hit| hit.line == at).copied().collect();
        // Where there is no cursor, what was found is where somebody goes.
        let is_found = !page.has_cursor && !here.is_empty() && at == view.line;
        let is_chosen = page.has_cursor && at == view.line || is_found;
        let shown = PageLine {
            words: marked(&line.words, &here).chosen(is_chosen),
            hang: line.hang,
            ..PageLine::default()
        };
        let is_wrapped = room.wraps && page.has_cursor;
        let rows: Vec<Words> = if is_wrapped {
            wrapped(&shown, room.width)
        } else {
            vec![shown.words]
        };
        for words in rows {
            pen.words(y, &words);
            if page.has_cursor {
                pen.spot(y, Spot::Line(at));
            }
            y += 1;
        }
    }
}

/// What is looked for, or typed, and which match it is.
fn find_bar(body: &mut Pen<'_>, screen: &Inspect, page: &Page) {
    let y = body.height().saturating_sub(1);
    let view = screen.view();
    if let Some(input) = &screen.typing {
        let text = format!("/ {}│", input.value());
        body.line(1, y, &text, Tone::Strong);
        return;
    }
    body.line(1, y, &format!("/ {}", view.needle), Tone::Accent);
    let count = format!("{}   n next   N previous", view.count_words(page));
    body.right(y, &count, Tone::Plain);
}
