//! The plan screen: what will be ended, what is left out and why, what it costs. Nothing has been sent while it is in view.
//! The summary is one fact a line, guests among them, at every width: two columns would hide which of them belong together.

mod brief;
pub(crate) mod codes;
mod left_out;
mod manner;
pub(crate) mod recipes;
mod steps;

use std::fmt::Write as _;

use jiff::Timestamp;
use ratatui::style::{Modifier, Style};

use super::pen::Pen;
use super::{footer, header};
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::clock_text::exact;
use crate::app::extent::Class;
use crate::app::mouse::Spot;
use crate::app::pace::waiting_words;
use crate::app::planning::left_out::{said as reason, skip_words};
use crate::app::planning::recipes::{first_words, head_lines, then_words};
use crate::app::planning::{Planning, room};
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::{Tone, glyph};
use crate::domain::kind::Severity;
use crate::domain::moment::{round, short};
use crate::domain::parties::Parties;
use crate::domain::plan::{Plan, PlanItem};
use crate::domain::shown::{agent, customer, place_words};
use crate::domain::text::{Text, cells, cut, fit};
use crate::domain::told;

/// Draws the screen.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, planning: &Planning, now: Timestamp) {
    header::draw(pen, app, now);
    let height = pen.height();
    let foot = height.saturating_sub(2);
    let is_roomy = app.extent.class() >= Class::Normal;
    let head = if is_roomy {
        pen.line(1, 1, "Termination plan", Tone::Strong);
        pen.right(1, "NOTHING HAS BEEN SENT", Tone::Strong);
        pen.rule(2);
        summary(pen, app, planning, now);
        let below = recipe_lines(pen, app, planning, 9);
        pen.rule(below);
        below + 1
    } else {
        brief::summary(pen, app, planning, now);
        recipe_lines(pen, app, planning, 3)
    };
    let terminate = app.key(Mode::Plan, Action::Terminate);
    let said = match planning.why_locked(
        app.settings.require_note,
        &app.settings.configured.keys,
        now,
    ) {
        Some(why) => (Tone::Warn, format!("{terminate} is locked: {why}")),
        None => (Tone::Plain, next_words(app, planning, &terminate)),
    };
    // The whole reason under the cursor, the last line of it in the status row.
    let mut reason = reason(planning, app.extent);
    let said = reason.pop().map_or(said, |last| (Tone::Warn, last));
    footer::draw(pen, app, foot, &said, now);
    let end = foot.saturating_sub(u16::try_from(reason.len()).unwrap_or(foot));
    for (y, line) in (end..foot).zip(&reason) {
        pen.line(1, y, line, Tone::Warn);
    }
    let width = pen.width();
    let body = &mut pen.part(0, head, width, end.saturating_sub(head));
    match &planning.plan {
        Some(plan) if planning.is_read() => items(body, app, planning, plan, now),
        _ => waiting(body, app, planning, now),
    }
}

/// What there is to say of the plan's recipe, from this row on; the row below it.
fn recipe_lines(pen: &mut Pen<'_>, app: &App, planning: &Planning, y: u16) -> u16 {
    let lines = head_lines(app, planning);
    let count = u16::try_from(lines.len()).unwrap_or(u16::MAX);
    let width = pen.width();
    pen.part(0, y, width, count).page(&lines, 0);
    y + count
}

/// What can be done next.
fn next_words(app: &App, planning: &Planning, terminate: &str) -> String {
    let skipped = planning.plan.as_ref().map_or(0, |plan| plan.skipped.len());
    if skipped == 0 {
        return format!("Dropped rows stay marked. {terminate} opens the box for the phrase.");
    }
    let down = app.key(Mode::Plan, Action::Down);
    if app.extent.class() <= Class::Mini {
        return format!("{terminate} opens the box; {down}: those left out");
    }
    format!("{terminate} opens the box for the phrase; {down} goes on to those left out")
}

fn waiting(pen: &mut Pen<'_>, app: &App, planning: &Planning, now: Timestamp) {
    let (done, all) = planning.progress();
    let top = pen.height() / 3;
    match &planning.refused {
        Some(why) if planning.is_read() => {
            pen.centre(top, "This cannot be planned", Tone::Strong);
            pen.centre(top + 2, why, Tone::Warn);
        }
        _ => {
            let what = if planning.rehearsing.is_some() {
                "Dry run: checking"
            } else {
                "Re-reading"
            };
            pen.centre(top, &format!("{what} {done} of {all}"), Tone::Strong);
            let bar = super::board::bar(done, all, 40);
            pen.centre(top + 2, &bar, Tone::Good);
            pen.centre(
                top + 4,
                "A plan is made on what is true now. Only reads are sent.",
                Tone::Dim,
            );
            if let Some(why) = waiting_words(app, all - done, now) {
                pen.centre(top + 5, &why, Tone::Dim);
            }
        }
    }
}

fn counts(app: &App, plan: &Plan) -> String {
    let count = |severity| {
        plan.items
            .iter()
            .filter(|item| app.severity_of(item) == severity)
            .count()
    };
    let (stuck, stale) = (count(Severity::Stuck), count(Severity::Stale));
    let mut words = format!(
        "{} {stuck} stuck   {} {stale} stale",
        glyph::STUCK,
        glyph::STALE
    );
    let other = plan.items.len() - stuck - stale;
    if other > 0 {
        let _ = write!(words, "   {} {other} healthy", glyph::FRESH);
    }
    words
}

fn summary(pen: &mut Pen<'_>, app: &App, planning: &Planning, now: Timestamp) {
    let settings = &app.settings;
    let end = planning.plan.as_ref().map_or(0, |plan| plan.items.len());
    let known = planning.plan.as_deref();
    let mut rows: [(&str, String, Tone); 6] = [
        (
            "Will end",
            known.map_or_else(String::new, |plan| {
                let recent = settings.configured.recent_reply;
                format!(
                    "{end:<5}{}   {} with a reply in the last {}",
                    counts(app, plan),
                    plan.recent_replies(recent, now),
                    round(recent)
                )
            }),
            Tone::Strong,
        ),
        (
            "Will skip",
            known.map_or_else(String::new, |plan| skip_words(&plan.skipped)),
            Tone::Plain,
        ),
        (
            "Cost",
            known.filter(|_| end > 0).map_or_else(String::new, |plan| {
                format!(
                    "up to {} requests, usually {}; {} at a time, about {} at {}/min",
                    plan.request_bound(),
                    plan.usual_requests().min(plan.request_bound()),
                    settings.max_parallel,
                    round(plan.usual_time(settings.max_parallel, settings.per_minute)),
                    settings.per_minute
                )
            }),
            Tone::Plain,
        ),
        manner::row(app, planning),
        ("Guests", guest_words(app, planning), Tone::Plain),
        ("Note", note_words(app, planning), Tone::Plain),
    ];
    if planning.hidden > 0 {
        let _ = write!(
            rows[0].1,
            "   {} not visible in your filter, listed first",
            planning.hidden
        );
    }
    if let Some(warned) = known.and_then(|plan| app.warned(plan, now)) {
        let _ = write!(rows[1].1, "     {warned}");
        rows[1].2 = Tone::Warn;
    }
    // Row 0 has it, too: here it goes where there is no room for all of it.
    let read = planning.oldest_read(now).map(exact);
    let read = read.map_or_else(String::new, |age| format!("     oldest read {age} ago"));
    if cells(&rows[1].1) + cells(&read) + 13 <= usize::from(pen.width()) {
        rows[1].1.push_str(&read);
    }
    for (y, (label, words, tone)) in (3..).zip(rows) {
        pen.line(1, y, label, Tone::Dim);
        pen.line(12, y, &words, tone);
    }
    if let Some(input) = &planning.typing {
        let x = pen.line(12, 8, input.value(), Tone::Strong);
        pen.put_styled(x, 8, 1, " ", Style::new().add_modifier(Modifier::REVERSED));
    }
}

/// What guests would be told, as their deployments are set.
fn guest_words(app: &App, planning: &Planning) -> String {
    let plan = planning.plan.as_deref();
    let words = plan.and_then(|plan| told::of_plan(plan, |item| app.roster.row(item.id)));
    words.unwrap_or_default()
}

fn note_words(app: &App, planning: &Planning) -> String {
    let key = app.key(Mode::Plan, Action::Note);
    match (
        planning.typing.is_some(),
        planning.note.as_str(),
        app.settings.require_note,
    ) {
        (true, ..) => String::new(),
        (false, "", true) => format!("required here: {key} writes down why"),
        (false, "", false) => format!("none; {key} writes down why"),
        (false, note, _) => note.to_owned(),
    }
}

fn items(pen: &mut Pen<'_>, app: &App, planning: &Planning, plan: &Plan, now: Timestamp) {
    let class = app.extent.class();
    let (rows, below) = room(app, planning);
    let head = match class {
        Class::Wide => format!(
            "     # SEV ID          AGE   IDLE PARTIES   {:<14}{:<12}{:<11}{:<10}{:<15}THEN, IF NEEDED",
            "QUEUE", "CUSTOMER", "AGENT", "WHY", "FIRST ACTION"
        ),
        Class::Normal => format!(
            "   # SEV ID          AGE PARTIES   {:<11}{:<11}{:<10}FIRST ACTION",
            "QUEUE", "CUSTOMER", "WHY"
        ),
        _ => format!("   # SEV ID          AGE {:<10}FIRST ACTION", "WHY"),
    };
    pen.line(0, 0, &head, Tone::Plain);
    pen.underline(0);
    let shown = plan.items.iter().enumerate().skip(planning.top).take(rows);
    for (y, (line, item)) in (1..).zip(shown) {
        item_row(pen, app, plan, line, item, y, now);
        if line == planning.line {
            pen.choose(y);
        }
        pen.spot(y, Spot::Chat(item.id));
    }
    let mut y = 1 + u16::try_from(rows).unwrap_or(u16::MAX);
    if class >= Class::Normal {
        pen.rule(y);
        let hidden = plan.items.len().saturating_sub(planning.top + rows);
        if hidden > 0 {
            pen.line(3, y, &format!(" {hidden} more below "), Tone::Strong);
        }
        y += 1;
    }
    let skipped = plan.skipped.len();
    y = left_out::draw(pen, planning, plan, y, below);
    if class == Class::Wide && pen.height() > y + 7 {
        if skipped > 0 {
            pen.rule(y);
        }
        steps::explain(pen, plan, y);
    }
}

fn item_row(
    pen: &mut Pen<'_>,
    app: &App,
    plan: &Plan,
    line: usize,
    item: &PlanItem,
    y: u16,
    now: Timestamp,
) {
    let class = app.extent.class();
    let row = app.roster.row(item.id);
    let row = row.as_ref();
    let shift = if class == Class::Wide { 2 } else { 0 };
    let planning_line = app.planning().map_or(0, |planning| planning.line);
    let cursor = if line == planning_line {
        glyph::CURSOR
    } else {
        " "
    };
    pen.line(shift / 2, y, cursor, Tone::Strong);
    pen.line(1 + shift, y, &format!("{:>3}", line + 1), Tone::Dim);
    let severity = app.severity_of(item);
    pen.line(
        6 + shift,
        y,
        severity_glyph(severity),
        severity_tone(severity),
    );
    let age = row.map_or_else(|| "?".to_owned(), |row| short(row.age(now)));
    let mut text = format!("{} {age:>6} ", item.id.short());
    let parties = row
        .and_then(|row| row.reading.as_ref())
        .map_or(Parties::UNREAD, |reading| {
            Parties::of(&reading.conversation)
        });
    let named = |name: Option<&Text>| {
        name.map_or_else(|| "none".to_owned(), |name| app.privacy.name(name.as_str()))
    };
    let (queue, customer, agent) = (
        row.and_then(place_words)
            .unwrap_or_else(|| "none".to_owned()),
        named(row.and_then(customer)),
        named(row.and_then(agent)),
    );
    let cell = |text: &str, width: usize| format!("{} ", fit(text, width - 1));
    if class == Class::Wide {
        let idle = row
            .and_then(|row| row.idle(now))
            .map_or_else(|| "?".to_owned(), short);
        let _ = write!(text, "{idle:>6} ");
    }
    if class >= Class::Normal {
        let _ = write!(text, "{:<10}", parties.to_string());
        let (queue_width, customer_width) = if class == Class::Wide {
            (14, 12)
        } else {
            (11, 11)
        };
        text.push_str(&cell(&queue, queue_width));
        text.push_str(&cell(&customer, customer_width));
    }
    if class == Class::Wide {
        text.push_str(&cell(&agent, 11));
    }
    let _ = write!(text, "{:<10}", item.kind.word());
    let x = pen.line(9 + shift, y, &text, Tone::Plain);
    let first = first_words(plan, item);
    if class == Class::Wide {
        let then = pen.line(x, y, &cell(first, 15), Tone::Plain);
        pen.line(then, y, &then_words(plan, item), Tone::Dim);
    } else {
        let room = usize::from(pen.width().saturating_sub(x));
        pen.line(x, y, &cut(first, room), Tone::Plain);
    }
}
