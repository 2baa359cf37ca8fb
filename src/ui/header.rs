//! Row 0: who, where, what is allowed, and how old the data is. The same on every screen.

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::action::{Action, Mode};
use crate::app::clock_text::{clock, elapsed, exact, minute, tenths};
use crate::app::extent::Class;
use crate::app::link::{Link, Standing};
use crate::app::tone::Tone;
use crate::app::{App, Screen, board, report};
use crate::domain::hearing::Hearing;
use crate::domain::moment::since;
use crate::domain::text::cells;

/// What stands at the left: who, where, and what is allowed.
pub(crate) struct Head<'a> {
    pub(crate) label: &'a str,
    pub(crate) profile: &'a str,
    pub(crate) place: &'a str,
    pub(crate) writes: bool,
}

/// Draws row 0.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let settings = &app.settings;
    let head = Head {
        label: &settings.label,
        profile: &settings.scope.profile,
        place: &settings.place,
        writes: settings.writes,
    };
    let right = right_words(app, now);
    let short = || short_words(app, now);
    row(pen, app.extent.class(), &head, right, short);
}

/// The row with this at its left, and words at its right, or others that take less room.
pub(crate) fn row(
    pen: &mut Pen<'_>,
    class: Class,
    head: &Head<'_>,
    (mut right, tone): (String, Tone),
    short: impl FnOnce() -> String,
) {
    let badge = format!("[{} {}]", head.label, head.profile);
    let mode = match (head.writes, class) {
        (true, Class::Wide | Class::Normal) => "READ-WRITE",
        (false, Class::Wide | Class::Normal) => "READ-ONLY",
        (true, _) => "RW",
        (false, _) => "RO",
    };
    // What does not fit goes whole: first the place, then the program's name; label and mode stay.
    let whole = match class {
        Class::Wide | Class::Normal => vec![
            format!(" unstick  {badge}  {}  {mode}", head.place),
            format!(" unstick  {badge}  {mode}"),
            format!(" {badge}  {mode}"),
        ],
        Class::Compact => vec![format!(" {badge} {mode}")],
        Class::Mini | Class::TooSmall => vec![badge],
    };
    let width = usize::from(pen.width());
    let least = whole.last().map_or(0, |words| cells(words));
    if least + cells(&right) + 2 > width {
        right = short();
    }
    if least + cells(&right) + 1 > width {
        right.clear();
    }
    // Two blanks at least between left and right, one after both.
    let room = width.saturating_sub(cells(&right) + 3);
    let left = whole
        .iter()
        .find(|words| cells(words) <= room)
        .or(whole.last())
        .map_or("", String::as_str);
    pen.line(0, 0, left, Tone::Strong);
    if !right.is_empty() {
        pen.right(0, &right, tone);
    }
    if head.label == "PROD" {
        pen.choose(0);
    }
}

/// What stands at the right: how the screen's data stands.
fn right_words(app: &App, now: Timestamp) -> (String, Tone) {
    let is_small = app.extent.class() <= Class::Compact;
    match app.screens.last() {
        Some(Screen::Plan(planning)) => {
            let words = if let Some(plan) = planning.plan.as_ref().filter(|_| planning.is_read()) {
                let frozen = clock(plan.made_at, &app.settings.zone, now);
                let read = planning.oldest_read(now).map(exact);
                let read = read.map_or_else(String::new, |age| format!(", read {age} ago"));
                format!("plan {frozen}{read}")
            } else {
                let (done, all) = planning.progress();
                format!("re-reading {done} of {all}")
            };
            return (words, Tone::Strong);
        }
        Some(Screen::Report(screen)) => {
            if let Some(log) = app.run_log(screen.whose) {
                let took = report::took_words(log, now);
                return (format!("run {}  {took}", log.run.header.id), Tone::Strong);
            }
        }
        Some(Screen::Board(_) | Screen::Trace(_)) => {
            if let Some(log) = app.live.as_ref().filter(|log| log.is_active()) {
                let (took, _) = board::times(log, now);
                let words = format!("run {}   {} elapsed", log.run.header.id, elapsed(took));
                return (words, Tone::Strong);
            }
        }
        _ => {}
    }
    if let Some(log) = app.live.as_ref().filter(|log| log.is_active()) {
        let tally = log.run.tally();
        let words = format!("RUN {}/{}", tally.finals(), tally.planned);
        return (words, Tone::Accent);
    }
    let (words, tone) = link_words(&app.link, app, now);
    if !is_small {
        return (words, tone);
    }
    let age = app.link.listed_at.map_or_else(
        || "no data yet".to_owned(),
        |at| format!("{} ago", exact(since(at, now))),
    );
    if app.mode() == Mode::Chats && app.extent.class() == Class::Mini {
        let counts = app.chats.counts;
        let more = if counts.gap().is_some() { "+" } else { "" };
        (format!("{}{more} stuck {age}", counts.stuck), tone)
    } else if tone == Tone::Plain {
        (age, tone)
    } else {
        (words, tone)
    }
}

/// The right side where there is little room: a run's place, or the data's age.
fn short_words(app: &App, now: Timestamp) -> String {
    if let Some(log) = app.live.as_ref().filter(|log| log.is_active()) {
        let tally = log.run.tally();
        return format!("RUN {}/{}", tally.finals(), tally.planned);
    }
    let age = match app.screens.last() {
        Some(Screen::Plan(planning)) => planning.oldest_read(now),
        _ => app.link.listed_at.map(|at| since(at, now)),
    };
    age.map_or_else(
        || "no data yet".to_owned(),
        |age| format!("{} ago", exact(age)),
    )
}

/// How the link stands, with the data's age.
pub(crate) fn link_words(link: &Link, app: &App, now: Timestamp) -> (String, Tone) {
    let age = link.listed_at.map(|at| exact(since(at, now)));
    let aged = age.as_ref().map_or_else(
        || ", no data yet".to_owned(),
        |age| format!(", data {age} old"),
    );
    let retry = link
        .trouble
        .as_ref()
        .map(|trouble| exact(since(now, trouble.retry_at)))
        .unwrap_or_default();
    match link.standing(now) {
        Standing::Connecting => {
            let waited = since(link.began, now).as_millis();
            (format!("connecting {}s", tenths(waited)), Tone::Plain)
        }
        Standing::Loading => {
            let page = link.pages.map_or(0, |pages| pages.count);
            let words = link.reach.words(now).filter(|_| link.reach.windows > 0);
            (
                words.unwrap_or_else(|| format!("loading, page {page}")),
                Tone::Plain,
            )
        }
        Standing::Live => {
            let next = match (link.pages, link.next_at()) {
                (Some(pages), _) => format!("page {} of the next", pages.count),
                (None, Some(at)) if at > now => format!("next in {}", exact(since(now, at))),
                _ => "next is due".to_owned(),
            };
            let live = format!("live {} ago, {next}", age.unwrap_or_default());
            match link.hearing.short_words(now) {
                // Where there is little room, only what is not as it should be.
                Some(events) if app.extent.class() >= needed(&link.hearing) => {
                    (format!("{events}, {live}"), Tone::Plain)
                }
                _ => (live, Tone::Plain),
            }
        }
        Standing::Paused => (format!("paused{aged}"), Tone::Warn),
        Standing::Partial => {
            let reach = &link.reach;
            let pages = link.pages.map_or((0, 0), |pages| (pages.rows, pages.total));
            let words = match reach.gap() {
                Some(gap) => format!("live {} ago, {gap}", age.unwrap_or_default()),
                None if reach.pages > 1 => {
                    format!("live, {} of {} pages", reach.page, reach.pages)
                }
                None => format!("live, {} of {} chats", pages.0, pages.1),
            };
            (words, Tone::Warn)
        }
        Standing::Slow => (format!("slow, next in {retry}{aged}"), Tone::Warn),
        Standing::RateLimited => {
            let until = link
                .gauge
                .shut_until
                .filter(|until| *until > now)
                .map_or(retry, |until| exact(since(now, until)));
            (
                format!("rate limited, resumes in {until}{aged}"),
                Tone::Warn,
            )
        }
        Standing::Offline => {
            let since_when = age.unwrap_or_else(|| "no data".to_owned());
            (format!("OFFLINE {since_when}, retry in {retry}"), Tone::Bad)
        }
        Standing::SignedOut => {
            let from = link
                .trouble
                .as_ref()
                .map(|trouble| minute(trouble.since, &app.settings.zone))
                .unwrap_or_default();
            // Where there is little room the list says it, and that somebody is signed out goes first.
            let key = if app.extent.class() > Class::Compact {
                format!(", {} signs in", app.key(Mode::Chats, Action::Refresh))
            } else {
                String::new()
            };
            let old = age.map_or_else(|| "no data yet".to_owned(), |age| format!("{age} old"));
            let words = format!("signed out since {from}{key}, {old}");
            (words, Tone::Bad)
        }
        Standing::NotPermitted => (format!("not permitted{aged}"), Tone::Bad),
    }
}

/// The least screen that says how it stands with notifications.
fn needed(hearing: &Hearing) -> Class {
    if hearing.warning().is_some() {
        Class::Normal
    } else {
        Class::Wide
    }
}
