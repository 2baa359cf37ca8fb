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

mod places;
mod rows;

pub(crate) use places::shown_columns;
use places::{PREVIEW, list_width};

use jiff::Timestamp;

use super::pen::Pen;
use super::{dialogs, empty, footer, header, preview};
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::chats::{VIEW_ACTIONS, VIEWS, head};
use crate::app::extent::Class;
use crate::app::mouse::Spot;
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::Tone;
use crate::domain::diagnosis::Diagnosis;
use crate::domain::shown::{agent, customer, queue_words};
use crate::domain::text::{Text, cells};

/// From which row to which the list goes, its column heads among them.
pub(crate) fn body(class: Class, height: u16) -> (u16, u16) {
    let foot = height.saturating_sub(2);
    match class {
        Class::Wide => (4, foot),
        Class::Normal => (4, foot.saturating_sub(3)),
        Class::Compact => (3, foot),
        Class::Mini | Class::TooSmall => (1, foot),
    }
}

/// Draws the screen.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    header::draw(pen, app, now);
    let class = app.extent.class();
    match class {
        Class::Wide | Class::Normal => {
            views(pen, app, 1);
            filter(pen, app, 2);
            pen.rule(3);
        }
        Class::Compact => {
            filter(pen, app, 1);
            pen.rule(2);
        }
        Class::Mini | Class::TooSmall => {}
    }
    let (height, width) = (pen.height(), pen.width());
    let foot = height.saturating_sub(2);
    let (body, end) = body(class, height);
    let list_width = list_width(app.extent);
    let room = end.saturating_sub(body);
    if app.chats.shown().is_empty() {
        empty::draw(&mut pen.part(0, body, width, room), app, now);
    } else {
        rows::list(&mut pen.part(0, body, list_width, room), app, now);
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
    let keys = &app.settings.configured.keys;
    let spelled = |action| {
        let key = keys.first(Mode::Chats, action);
        key.map_or_else(String::new, |key| pen.look.spelled(key))
    };
    let [open, mark, help] = [Action::Open, Action::Mark, Action::Help].map(spelled);
    let quit = spelled(Action::Quit);
    let words = match app.notices.current(now) {
        Some(notice) => notice.text.clone(),
        None if app.chats.shown().is_empty() => format!("{help} keys  {quit} quit"),
        None => filtering(app)
            .unwrap_or_else(|| format!("{marked} marked  {open} open  {mark} mark  {help} keys")),
    };
    if let Some(input) = &app.chats.filter.typing {
        let x = pen.line(0, y, "/ ", Tone::Strong);
        let room = usize::from(pen.width().saturating_sub(x + 1));
        pen.typed(x, y, room, input);
    } else {
        pen.line(0, y, &words, Tone::Plain);
    }
    let plan = app.key(Mode::Chats, Action::Plan);
    let words = match &app.chats.filter.error {
        Some(error) => format!("not applied: {error}"),
        None => format!("{plan} off: too small to show a plan"),
    };
    pen.line(0, y + 1, &words, Tone::Dim);
}

fn views(pen: &mut Pen<'_>, app: &App, y: u16) {
    let sort = app.chats.sort;
    let arrow = if sort.is_reversed { "reversed" } else { "▾" };
    let sorted = format!("sort {} {arrow}", head(sort.key));
    let room = usize::from(pen.width()).saturating_sub(cells(&sorted) + 3);
    let open = app.open_view();
    let mut x = 1;
    for (index, (name, _)) in app.views().enumerate() {
        let is_on = open == Some(index);
        let key = app.key(
            Mode::Chats,
            VIEW_ACTIONS.get(index).copied().unwrap_or(Action::View1),
        );
        let words = match count(app, index).filter(|_| has_list(app)) {
            Some(count) => format!("{key} {name} {count}"),
            None => format!("{key} {name}"),
        };
        let (words, tone) = if is_on {
            (format!("[{words}]"), Tone::Strong)
        } else {
            (words, Tone::Plain)
        };
        // What does not fit goes whole, from the right; its key still opens it.
        if usize::from(x) + cells(&words) > room {
            break;
        }
        let end = pen.line(x, y, &words, tone);
        if let Some(key) = VIEW_ACTIONS.get(index) {
            pen.spot_at(x, y, end - x, Spot::Does(*key));
        }
        x = end + 2;
    }
    if app.chats.only_marked {
        pen.line(x, y, "[only marked]", Tone::Strong);
    }
    pen.right(y, &sorted, Tone::Plain);
}

/// How many chats a view has. A plus: not all there are, or not all of them are known well enough to say.
fn count(app: &App, view: usize) -> Option<String> {
    let chats = &app.chats;
    if let Some(count) = chats.counts.of_view(view) {
        // Among what is not read may be more that is stuck or stale; how many are open is known.
        let is_open_question = view > 0 && chats.counts.gap().is_some();
        let more = if is_open_question { "+" } else { more(app) };
        return Some(format!("{count}{more}"));
    }
    let own = chats.own.of(view.checked_sub(VIEWS.len())?)?;
    let more = if own.unknown > 0 { "+" } else { more(app) };
    Some(format!("{}{more}", own.fitting))
}

fn filter(pen: &mut Pen<'_>, app: &App, y: u16) {
    let bar = &app.chats.filter;
    let x = pen.line(1, y, "/ ", Tone::Strong);
    if let Some(input) = &bar.typing {
        let room = usize::from(pen.width().saturating_sub(16));
        pen.typed(x, y, room, input);
    } else if bar.text().is_empty() {
        let words = format!("press {} to filter", app.key(Mode::Chats, Action::Filter));
        pen.line(x, y, &words, Tone::Dim);
    } else {
        let end = pen.line(x, y, bar.text(), Tone::Plain);
        // How a filter is taken back, where nothing has to give way for it.
        let words = format!("{} clears it", app.key(Mode::Chats, Action::Back));
        if usize::from(end) + cells(&words) + 24 <= usize::from(pen.width()) {
            pen.line(end + 3, y, &words, Tone::Dim);
        }
    }
    let (shown, all) = (app.chats.shown().len(), app.chats.counts.rows);
    let about = if app.roster.partial().is_some() {
        "~"
    } else {
        ""
    };
    let more = more(app);
    let words = if let Some(words) = filtering(app) {
        words
    } else if !has_list(app) {
        return;
    } else if shown == all {
        format!("{about}{all}{more} chats")
    } else {
        format!("{shown} of {about}{all}{more}")
    };
    pen.right(y, &words, Tone::Plain);
}

/// How far the list is that was asked for, while another one is in view.
fn filtering(app: &App) -> Option<String> {
    let percent = app.chats.filtering()?;
    Some(format!("filtering… {percent} %"))
}

/// What stands behind a number that is not all there is.
fn more(app: &App) -> &'static str {
    if app.roster.reach.is_short() { "+" } else { "" }
}

/// Whether anything was listed: before that no number is true.
fn has_list(app: &App) -> bool {
    app.link.listed_at.is_some() || app.chats.counts.listed > 0
}

/// Two lines about the chat under the cursor.
fn peek(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let Some(row) = app.chats.row_under_cursor(&app.roster) else {
        return;
    };
    let started = crate::app::clock_text::clock(row.listed.started, &app.settings.zone, now);
    let named = |name: &Text| app.privacy.name(name.as_str());
    let with = agent(&row).map_or_else(String::new, |name| format!(" with {}", named(name)));
    let queue = queue_words(&row).map_or_else(String::new, |name| format!("  {name}"));
    let who = customer(&row).map_or_else(|| "customer unknown".to_owned(), named);
    let age = row.source().words(now);
    let id = row.listed.id.short();
    let room = usize::from(pen.width()).saturating_sub(cells(&age) + 4);
    // What does not fit goes whole: first what the row itself says.
    let forms = [
        format!("{id}  {who}{with}{queue}  started {started}"),
        format!("{id}  {who}{with}  started {started}"),
        format!("{id}  {who}  started {started}"),
    ];
    let about = forms.iter().find(|form| cells(form) <= room);
    let about = about.or(forms.last()).map_or("", String::as_str);
    pen.put(1, 0, room, about, Tone::Plain);
    pen.right(0, &age, Tone::Dim);
    let Diagnosis { kind, why } = row.diagnosis(now);
    let severity = app.chats.severity(row.listed.id);
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
