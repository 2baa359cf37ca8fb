//! The box in which the phrase is typed. Double lines: danger has a shape, not only a colour.

use std::collections::HashSet;

use jiff::Timestamp;
use ratatui::style::{Modifier, Style};

use super::pen::Pen;
use crate::app::App;
use crate::app::clock_text::tenths;
use crate::app::confirm::{Confirm, Deed, GRACE, PASTED, WRONG};
use crate::app::extent::Class;
use crate::app::tone::Tone;
use crate::domain::ids::RunId;
use crate::domain::kind::Severity;
use crate::domain::moment::{round, short, since};
use crate::domain::plan::Plan;
use crate::domain::shown::{agent, queue_words};
use crate::domain::step::Rung;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, confirm: &Confirm, now: Timestamp) {
    let is_small = app.extent.class() == Class::Compact;
    let (width, height) = if is_small { (56, 12) } else { (66, 16) };
    let recipe = confirm.deed.recipe(&app.history);
    let height = height + u16::from(recipe.is_some() && !is_small);
    let count = confirm.deed.count();
    let chats = if count == 1 {
        "1 chat".to_owned()
    } else {
        format!("{count} chats")
    };
    let place = format!("{} {}", app.settings.label, app.settings.scope.profile);
    let title = match &confirm.deed {
        Deed::Start { .. } => format!("Terminate {chats} in {place}"),
        Deed::Resume {
            count: 0,
            unresolved: 0,
            ..
        } => format!("Finish the run in {place}"),
        Deed::Resume {
            count: 0,
            unresolved,
            ..
        } => format!("Read {unresolved} unresolved again in {place}"),
        Deed::Resume { .. } => format!("Resume the run for {chats} in {place}"),
    };
    let foot = if confirm.starting.is_some() {
        "any key stops it"
    } else {
        "Esc cancel   type the text, then press ↵"
    };
    let mut inside = pen.dialog(width, height, true, &title, foot);
    if let Some(at) = confirm.starting {
        return starting(&mut inside, confirm, at, now);
    }
    let mut y = u16::from(!is_small);
    let mut lines = said(app, confirm, now);
    if let Some(name) = recipe {
        // Where it is short of lines, ages and queues are what can be done without.
        if is_small && matches!(confirm.deed, Deed::Start { .. }) {
            lines.remove(3);
        }
        let beside = if is_small { "" } else { ", not the ladder" };
        let words = format!("  by the recipe {name}{beside}");
        lines.insert(2, (Tone::Warn, words));
    }
    if is_small {
        lines.retain(|(tone, line)| !line.is_empty() && *tone != Tone::Dim);
        for (_, line) in &mut lines {
            *line = line.trim_start().replacen("This ends", "Ends", 1);
        }
    }
    for (tone, line) in lines {
        inside.line(if is_small { 1 } else { 3 }, y, &line, tone);
        y += 1;
    }
    y += 1;
    let x = inside.line(3, y, "Type   ", Tone::Plain);
    let x = inside.line(x, y, &confirm.deed.phrase(), Tone::Strong);
    inside.line(x + 3, y, "to continue", Tone::Plain);
    y += 2;
    let x = inside.line(5, y, "> ", Tone::Strong);
    let x = inside.line(x, y, confirm.typed.value(), Tone::Strong);
    inside.put_styled(x, y, 1, " ", Style::new().add_modifier(Modifier::REVERSED));
    if confirm.is_disarmed(now) {
        inside.line(x + 2, y, PASTED, Tone::Warn);
    } else if confirm.is_wrong {
        inside.line(x + 2, y, WRONG, Tone::Warn);
    }
    let buttons = inside.height().saturating_sub(if is_small { 1 } else { 2 });
    let button = confirm.deed.button();
    let right = if is_small { 24 } else { 31 };
    if confirm.is_complete() {
        inside.line(9, buttons, "  Cancel  ", Tone::Plain);
        inside.put_styled(
            right,
            buttons,
            40,
            &format!("[ {button} ]"),
            Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED),
        );
    } else {
        inside.put_styled(
            9,
            buttons,
            40,
            "[ Cancel ]",
            Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED),
        );
        inside.line(right, buttons, &format!("  {button}   (locked)"), Tone::Dim);
    }
}

fn said(app: &App, confirm: &Confirm, now: Timestamp) -> Vec<(Tone, String)> {
    match &confirm.deed {
        Deed::Start { plan, note } => {
            let mut lines = vec![
                (Tone::Strong, consequence(plan)),
                (Tone::Plain, String::new()),
            ];
            lines.push((Tone::Plain, format!("  {}", severities(app, plan, now))));
            lines.push((Tone::Plain, format!("  {}", spread(app, plan, now))));
            let skipped = plan.skipped.len();
            let left_out = (skipped > 0).then(|| format!("{skipped} marked will be left out"));
            let warned = app.warned(plan, now);
            lines.extend(warned.map(|words| (Tone::Warn, format!("  {words}"))));
            lines.extend(left_out.map(|words| (Tone::Plain, format!("  {words}"))));
            if let Some(note) = note {
                lines.push((Tone::Dim, format!("  note: {note}")));
            }
            lines
        }
        Deed::Resume {
            run,
            count,
            unresolved,
            ..
        } => resumption(*run, *count, *unresolved),
    }
}

/// What a resume does, in words.
fn resumption(run: RunId, count: usize, unresolved: usize) -> Vec<(Tone, String)> {
    let (first, then) = match count {
        0 if unresolved == 0 => (
            format!("Run {run}: all is settled, and its end is not on record."),
            "It is recorded. Nothing is sent.",
        ),
        0 => (
            format!("Run {run}: what became of these is not known."),
            "They are read again. Nothing is sent for them.",
        ),
        1 => (
            format!("Run {run} goes on: 1 chat has no final state."),
            "It is read again before anything is sent for it.",
        ),
        _ => (
            format!("Run {run} goes on: {count} chats have no final state."),
            "Each is read again before anything is sent for it.",
        ),
    };
    vec![
        (Tone::Strong, first),
        (Tone::Plain, String::new()),
        (Tone::Plain, format!("  {then}")),
        (
            Tone::Plain,
            "  Over 30m after its confirmation a run only reads.".to_owned(),
        ),
    ]
}

fn consequence(plan: &Plan) -> String {
    match (plan.rung, plan.allow_live, plan.items.len()) {
        (Rung::Teardown, ..) => "This tears a conversation down. It cannot be undone.".to_owned(),
        (_, true, _) => "This chat is LIVE, with people in it. It cannot be undone.".to_owned(),
        (_, _, 1) => "This ends 1 customer conversation. It cannot be undone.".to_owned(),
        (_, _, count) => format!("This ends {count} customer conversations. It cannot be undone."),
    }
}

fn severities(app: &App, plan: &Plan, now: Timestamp) -> String {
    let count = |severity| {
        plan.items
            .iter()
            .filter(|item| app.severity_of(item) == severity)
            .count()
    };
    let (stuck, stale) = (count(Severity::Stuck), count(Severity::Stale));
    let other = plan.items.len() - stuck - stale;
    let healthy = if other > 0 {
        format!("   {other} healthy")
    } else {
        String::new()
    };
    let within = app.settings.configured.recent_reply;
    let recent = plan.recent_replies(within, now);
    format!(
        "{stuck} stuck   {stale} stale{healthy}   {recent} with a reply in the last {}",
        round(within)
    )
}

/// Oldest and youngest, and over how many queues and agents it spreads.
fn spread(app: &App, plan: &Plan, now: Timestamp) -> String {
    let rows: Vec<_> = plan
        .items
        .iter()
        .filter_map(|item| app.roster.row(item.id))
        .collect();
    let ages = rows.iter().map(|row| row.age(now));
    let (Some(oldest), Some(youngest)) = (ages.clone().max(), ages.min()) else {
        return String::new();
    };
    let queues: HashSet<_> = rows.iter().filter_map(queue_words).collect();
    let agents: HashSet<_> = rows.iter().filter_map(|row| agent(row)).collect();
    let of =
        |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    format!(
        "oldest {}   youngest {}   {}   {}",
        short(oldest),
        short(youngest),
        of(queues.len(), "queue"),
        of(agents.len(), "agent")
    )
}

fn starting(pen: &mut Pen<'_>, confirm: &Confirm, at: Timestamp, now: Timestamp) {
    let gone = since(at, now);
    let left = (GRACE - gone).as_millis().max(0);
    let middle = pen.height() / 2;
    let word = match confirm.deed {
        Deed::Start { .. } => "Starting",
        Deed::Resume { .. } => "Resuming",
    };
    pen.centre(
        middle.saturating_sub(2),
        &format!("{word} in {}s", tenths(left)),
        Tone::Strong,
    );
    let total = usize::try_from(GRACE.as_millis()).unwrap_or(1);
    let done = usize::try_from(gone.as_millis().max(0)).unwrap_or(0);
    let bar = super::board::bar(done, total, 40);
    pen.centre(middle, &bar, Tone::Warn);
    pen.centre(
        middle + 2,
        "Any key stops it. Nothing has been sent.",
        Tone::Plain,
    );
}
