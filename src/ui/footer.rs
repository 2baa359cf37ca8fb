//! The two last rows: what is to be said now, and which keys do what. Hints are dropped whole, from the right; help stays.

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::action::{Action, Binding, Mode, in_mode};
use crate::app::chats::VIEWS;
use crate::app::clock_text::clock;
use crate::app::extent::Class;
use crate::app::inspect::Tab;
use crate::app::pace::reading_words;
use crate::app::tone::{Tone, wrap};
use crate::app::{App, Screen, history};
use crate::domain::text::cells;

/// Draws the status row at `y` and the hints below it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, y: u16, said: &(Tone, String), now: Timestamp) {
    let (tone, words) = match (app.notices.current(now), app.exporting) {
        (Some(notice), _) => (notice.tone, notice.text.clone()),
        (None, Some(progress)) => (Tone::Accent, progress.words()),
        (None, None) => said.clone(),
    };
    if app.notices.stays() {
        // Whoever reads it presses a key next, whichever: what does not fit takes the row of the hints as well.
        let mut rows = wrap(&words, usize::from(pen.width()).saturating_sub(2)).into_iter();
        let first = rows.next().unwrap_or_default();
        let rest: Vec<String> = rows.collect();
        if !rest.is_empty() {
            pen.line(1, y, &first, tone);
            pen.line(1, y + 1, &rest.join(" "), tone);
            return;
        }
    }
    pen.line(1, y, &words, tone);
    hints(pen, app, y + 1, now);
}

fn is_offered(app: &App, mode: Mode, row: &Binding, now: Timestamp) -> bool {
    match row.action {
        action if mode == Mode::Chats && app.chats.shown().is_empty() => is_of_empty(app, action),
        action if mode == Mode::Chats && app.link.is_down(now) => is_of_old(action),
        Action::Resume => {
            mode == Mode::Runs || app.history.unfinished(&app.settings.scope.org_id).is_some()
        }
        // Where no plan can be shown, none is offered.
        Action::Plan | Action::Terminate if app.extent.class() <= Class::Mini => false,
        // Elsewhere the key says why not.
        Action::Recipe => app.settings.recipes.is_choice(),
        _ if mode == Mode::Inspect => !row.hint.is_empty() && is_of_page(app, row.action),
        _ => !row.hint.is_empty(),
    }
}

/// Keys of a list that shows no chat: what may bring one, and where to look for the reason.
fn is_of_empty(app: &App, action: Action) -> bool {
    match action {
        Action::Plan => !app.chats.marks.is_empty(),
        Action::Resume => app.history.unfinished(&app.settings.scope.org_id).is_some(),
        Action::Filter
        | Action::Profiles
        | Action::Requests
        | Action::Palette
        | Action::Help
        | Action::Quit => true,
        _ => false,
    }
}

/// Keys of a list that grows old: it cannot be read now, so nothing can be planned.
fn is_of_old(action: Action) -> bool {
    matches!(
        action,
        Action::Open
            | Action::Mark
            | Action::Requests
            | Action::Refresh
            | Action::Palette
            | Action::Help
            | Action::Quit
    )
}

/// The words of a hint; of a key that is hinted at only where something is amiss, its own for that.
fn hint_of(row: &Binding) -> &'static str {
    match row.action {
        Action::Refresh => "retry now",
        Action::Requests => "requests",
        _ if row.hint.is_empty() => row.words,
        _ => row.hint,
    }
}

/// Keys that only some pages of a chat have a use for.
fn is_of_page(app: &App, action: Action) -> bool {
    let Some(Screen::Inspect(inspect)) = app.screens.last() else {
        return true;
    };
    let tab = inspect.tab;
    match action {
        Action::Unmask => matches!(tab, Tab::Transcript | Tab::Json | Tab::Attributes),
        Action::More => tab == Tab::Transcript,
        Action::Fold | Action::Unfold => tab == Tab::Json,
        Action::CopyValue => !matches!(tab, Tab::Overview | Tab::Analytics),
        Action::NextHit => !inspect.view().needle.is_empty(),
        _ => true,
    }
}

/// Hints that stay however little room there is: what the screen is for, the help, and the way back or out.
fn is_kept(mode: Mode, row: &Binding, class: Class) -> bool {
    match row.action {
        Action::Help | Action::Plan | Action::Terminate | Action::StopRun | Action::Back => true,
        // What else is done with a plan stands beside it: note and code with their keys.
        Action::DryRun | Action::Reread => class >= Class::Compact,
        Action::Quit | Action::Palette => mode == Mode::Chats,
        _ => false,
    }
}

/// The hints of the mode in view.
fn hints(pen: &mut Pen<'_>, app: &App, y: u16, now: Timestamp) {
    let mode = match app.mode() {
        // The dialog says its own keys; below it the screen's hints stay as they are.
        Mode::Confirm
        | Mode::Starting
        | Mode::Sort
        | Mode::Quit
        | Mode::Copy
        | Mode::Help
        | Mode::Palette
        | Mode::Explain
        | Mode::Columns
        | Mode::Attribute
        | Mode::ViewName
        | Mode::Codes
        | Mode::Recipe
        | Mode::Sheet
        | Mode::Export => app.screen_mode(),
        mode => mode,
    };
    let class = app.extent.class();
    let gap = if class >= Class::Normal { 2 } else { 1 };
    let look = *pen.look;
    let first = |row: &Binding| {
        app.settings
            .configured
            .keys
            .keys(mode, row)
            .first()
            .copied()
    };
    let wide = |row: &Binding| {
        let key = first(row).map_or_else(String::new, |key| look.spelled(key));
        cells(&key) + cells(hint_of(row)) + 1 + gap
    };
    let rows: Vec<&Binding> = in_mode(mode)
        .filter(|row| is_offered(app, mode, row, now))
        .collect();
    let reserved: usize = rows
        .iter()
        .filter(|row| is_kept(mode, row, class))
        .map(|row| wide(row))
        .sum();
    let room = usize::from(pen.width()).saturating_sub(1 + reserved);
    let mut used = 0;
    let mut x = 1;
    let mut is_full = false;
    for row in rows {
        if !is_kept(mode, row, class) {
            is_full |= used + wide(row) > room + gap;
            if is_full {
                continue;
            }
            used += wide(row);
        }
        let Some(key) = first(row) else {
            continue;
        };
        x = pen.line(x, y, &look.spelled(key), Tone::Strong);
        x = pen.line(x + 1, y, hint_of(row), Tone::Dim);
        x += u16::try_from(gap).unwrap_or(1);
    }
}

/// What the list says when nothing else is to be said.
pub(crate) fn list_words(app: &App, now: Timestamp) -> (Tone, String) {
    let chats = &app.chats;
    if let Some(error) = &chats.filter.error {
        return (Tone::Warn, format!("Filter not applied: {error}"));
    }
    // Before a run that could go on: nothing can while the service is away.
    if app.link.is_down(now) {
        let from = data_from(app, "Showing data", now);
        return (
            Tone::Warn,
            format!("{from} Terminate is off until chats can be read again."),
        );
    }
    if let Some(run) = app.history.unfinished(&app.settings.scope.org_id)
        && !app.is_running()
    {
        return (Tone::Warn, history::offer(app, run));
    }
    if let Some(fails) = app.link.failing(&app.settings.zone, now) {
        let words = match chats.marks.len() {
            0 => format!("{fails} {}", data_from(app, "Data", now)),
            marked => format!("{marked} marked. {fails}"),
        };
        return (Tone::Warn, words);
    }
    if app.link.listed_at.is_none() && chats.counts.listed == 0 {
        return (Tone::Dim, "The first list is on its way.".to_owned());
    }
    let again = app.key(Mode::Chats, Action::Refresh);
    let late = if chats.late > 0 {
        format!("{} new, {again} re-sorts. ", chats.late)
    } else {
        String::new()
    };
    if chats.range.is_some() {
        return (
            Tone::Accent,
            format!(
                "Range: move, then {} marks it; Esc drops it",
                app.key(Mode::Chats, Action::Mark)
            ),
        );
    }
    if !chats.marks.is_empty() {
        let hidden = chats.hidden_marks();
        let marked = if hidden > 0 {
            format!(
                "{} marked, {hidden} not shown by this filter. ",
                chats.marks.len()
            )
        } else {
            format!("{} marked of {}. ", chats.marks.len(), chats.shown().len())
        };
        let held = if chats.late > 0 {
            "Order is held.".to_owned()
        } else {
            format!("Order is held while rows are marked ({again} re-sorts).")
        };
        return (Tone::Plain, format!("{marked}{late}{held}"));
    }
    let counts = chats.counts;
    let words = if let Some((fitting, gap)) = of_own_view(app).zip(counts.gap()) {
        format!("{late}{fitting} of {} read; {gap}", counts.read)
    } else if let Some(gap) = counts.gap() {
        format!(
            "{late}{} stuck of {} read; {gap}{}",
            counts.stuck,
            counts.read,
            reading_words(app, now)
        )
    } else {
        format!(
            "{late}{} stuck and {} stale of {}",
            counts.stuck, counts.stale, counts.open
        )
    };
    (Tone::Plain, words)
}

/// From when what is shown is.
fn data_from(app: &App, what: &str, now: Timestamp) -> String {
    app.link.listed_at.map_or_else(
        || "No data yet.".to_owned(),
        |at| format!("{what} from {}.", clock(at, &app.settings.zone, now)),
    )
}

/// What the operator's own view that is open has, in words: `4 in Billing`.
fn of_own_view(app: &App) -> Option<String> {
    let name = &app.open_own_view()?.name;
    let own = app.open_view()?.checked_sub(VIEWS.len())?;
    let count = app.chats.own.of(own)?;
    Some(format!("{} in {name}", count.fitting))
}
