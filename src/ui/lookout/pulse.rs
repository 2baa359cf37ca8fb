//! The organisation at a glance: figures, minutes, bars by kind and by queue, ages, the rate. Where there is little room one column of
//! bars below the figures.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::app::clock_text::clock;
use crate::app::extent::Class;
use crate::app::lookout::bars::{bar, blocks};
use crate::app::lookout::counting::BEING_COUNTED;
use crate::app::lookout::pointed;
use crate::app::lookout::pulse::{
    ABOVE, BELOW, Bar, Oldest, Ours, Pulse, bar_rows, changed_rows, is_small,
};
use crate::app::mouse::Spot;
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::{Tone, Words};
use crate::domain::kind::Severity;
use crate::domain::moment::short;
use crate::domain::text::fit;
use crate::ui::pages::frame;
use crate::ui::pen::Pen;

/// The columns of figures at the head.
const HEADS: [&str; 5] = ["ACTIVE", "STUCK", "STALE", "WAITING", "ENDED BY US"];

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Pulse, now: Timestamp) {
    let right = (Tone::Plain, app.minutes.span_words(now));
    let said = match app.chats.counts.gap() {
        Some(gap) => (
            Tone::Warn,
            format!("{gap}: stuck, stale and waiting count what was read alone."),
        ),
        None => (
            Tone::Dim,
            "Every bar has its number beside it. Nothing here depends on colour.".to_owned(),
        ),
    };
    let mut body = frame(pen, app, "Pulse", &right, &said, now);
    if screen.counted_at.is_none() {
        body.line(1, 0, BEING_COUNTED, Tone::Dim);
        return;
    }
    if is_small(app.extent) {
        small(&mut body, app, screen);
        return;
    }
    figures(&mut body, app, screen, now);
    let width = body.width();
    body.rule(3);
    history(&mut body, app);
    body.rule(6);
    let height = u16::try_from(bar_rows(app.extent)).unwrap_or(u16::MAX);
    let half = width / 2;
    let mut left = body.part(0, ABOVE, half, height + 1);
    left.line(1, 0, "BY KIND", Tone::Strong);
    bars(
        &mut left.part(0, 1, half.saturating_sub(1), height),
        &screen.figures.kinds,
        screen.tops[0],
        0,
        Some(screen.at),
    );
    let mut right = body.part(half, ABOVE, width - half, height + 1);
    let by = screen.figures.by.word().to_uppercase();
    right.line(1, 0, &format!("BY {by}"), Tone::Strong);
    right.right(0, "stuck / all", Tone::Dim);
    bars(
        &mut right.part(0, 1, width - half, height),
        &screen.figures.groups,
        screen.tops[1],
        screen.figures.kinds.len(),
        screen.at.checked_sub(screen.figures.kinds.len()),
    );
    let changed_rows = changed_rows(app.extent);
    let foot = body.height().saturating_sub(BELOW + changed_rows);
    body.rule(foot);
    let below = [oldest(screen), ages(screen, usize::from(width)), rate(app)];
    body.part(0, foot + 1, width, BELOW - 1).page(&below, 0);
    if changed_rows > 0 {
        body.rule(foot + BELOW);
        body.part(0, foot + BELOW + 1, width, changed_rows - 1)
            .page(&changed(app, now), 0);
    }
}

/// The oldest stuck chat.
fn oldest(screen: &Pulse) -> Words {
    match &screen.figures.oldest_stuck {
        None => Words::new(Tone::Dim, " OLDEST  nothing is stuck, as far as was read"),
        Some(Oldest {
            id,
            age,
            kind,
            place,
        }) => Words::plain(format!(
            " OLDEST  {}  {}  {}  {place}",
            id.short(),
            short(*age),
            kind.word()
        )),
    }
}

/// What became stuck and what is not any more, newest first.
fn changed(app: &App, now: Timestamp) -> Vec<Words> {
    let head = Words::new(Tone::Strong, " WHAT CHANGED").and(
        Tone::Dim,
        "   what is known to be stuck, minute by minute since the console was opened",
    );
    let lines = app.minutes.changes().map(|change| {
        let at = clock(change.at, &app.settings.zone, now);
        let tone = if change.by > 0 { Tone::Bad } else { Tone::Good };
        Words::new(Tone::Dim, format!(" {at:<8} "))
            .and(tone, format!("{:+} stuck", change.by))
            .and(Tone::Plain, format!("   {}", change.words))
    });
    let mut lines: Vec<Words> = lines.collect();
    if lines.is_empty() {
        lines.push(Words::new(Tone::Dim, " nothing yet"));
    }
    lines.insert(0, head);
    lines
}

/// Counts, and below them how they changed, how old the oldest are, in how many runs.
fn figures(body: &mut Pen<'_>, app: &App, screen: &Pulse, now: Timestamp) {
    let step = body.width() / 5;
    let room = usize::from(step).saturating_sub(1);
    let (counts, figures) = (app.chats.counts, &screen.figures);
    // While some were not read, the number says out of how many it is.
    let stuck = match counts.gap() {
        Some(_) => format!("{} of {} read", counts.stuck, counts.read),
        None => counts.stuck.to_string(),
    };
    let ours = figures.ours;
    let numbers = [
        counts.open.to_string(),
        stuck,
        counts.stale.to_string(),
        figures.waiting.to_string(),
        ours.map_or_else(|| "?".to_owned(), |ours| ours.ended.to_string()),
    ];
    for (place, (head, number)) in (0..).zip(HEADS.into_iter().zip(numbers)) {
        body.line(1 + step * place, 0, head, Tone::Dim);
        body.put(1 + step * place, 1, room, &number, Tone::Strong);
    }
    if let Some(words) = app.minutes.open_change(counts.open, now) {
        body.put(1, 2, room, &words, Tone::Plain);
    }
    let groups = [Some(Severity::Stuck), Some(Severity::Stale), None];
    for (place, (severity, age)) in (1..).zip(groups.into_iter().zip(figures.oldest)) {
        let Some(age) = age else { continue };
        let glyph = severity.map_or_else(String::new, |severity| {
            format!("{} ", severity_glyph(severity))
        });
        let tone = severity.map_or(Tone::Plain, severity_tone);
        let words = format!("{glyph}oldest {}", short(age));
        let end = body.put(1 + step * place, 2, room, &words, tone);
        let change = app.minutes.stuck_change(counts.stuck, now);
        let change = change.filter(|_| severity == Some(Severity::Stuck));
        if let Some(change) = change.filter(|_| app.extent.class() == Class::Wide) {
            body.line(end, 2, &format!(", {change}"), Tone::Plain);
        }
    }
    let words = match ours {
        None if app.history.error.is_some() => "journal unread".to_owned(),
        None => BEING_COUNTED.to_owned(),
        Some(Ours { runs: 1, .. }) => "1 run here, 1h".to_owned(),
        Some(Ours { runs, .. }) => format!("{runs} runs here, 1h"),
    };
    body.put(1 + step * 4, 2, room, &words, Tone::Plain);
}

/// Two lines of blocks, a block for each minute, as many as fit.
fn history(body: &mut Pen<'_>, app: &App) {
    let room = usize::from(body.width()).saturating_sub(16);
    let skipped = app.minutes.len().saturating_sub(room);
    let counts = app.chats.counts;
    let rows = [
        (
            "active",
            blocks(app.minutes.open().skip(skipped)),
            counts.open,
            Tone::Plain,
        ),
        (
            "stuck",
            blocks(app.minutes.stuck().skip(skipped)),
            counts.stuck,
            Tone::Bad,
        ),
    ];
    for (y, (name, blocks, count, tone)) in (4..).zip(rows) {
        body.line(1, y, name, Tone::Plain);
        let end = body.line(9, y, &blocks, tone);
        body.line(end + 2, y, &count.to_string(), Tone::Strong);
    }
}

/// A line for each: name, bar, number; so many bars stand before these. The chosen one has the cursor; its bar is not turned around, for it
/// would read the other way, nor is the blank between them: without colours it would look like the bar's beginning.
fn bars(pen: &mut Pen<'_>, bars: &[Bar], top: usize, before: usize, chosen: Option<usize>) {
    let width = pen.width();
    let most = bars.iter().map(|bar| bar.of).max().unwrap_or(0);
    let in_view = bars.iter().enumerate().skip(top);
    for (y, (at, bar)) in (0..pen.height()).zip(in_view) {
        let is_chosen = chosen == Some(at);
        let words = pointed(line(bar, most, usize::from(width)).chosen(is_chosen), 0);
        pen.words(y, &words.chosen(false));
        pen.spot(y, Spot::Line(before + at));
        if is_chosen {
            let name = u16::try_from(3 + name_room(bar)).unwrap_or(width);
            pen.part(0, y, name, 1).choose(0);
        }
    }
}

/// The room of its name.
fn name_room(bar: &Bar) -> usize {
    if bar.severity.is_some() { 10 } else { 14 }
}

fn line(one: &Bar, most: usize, width: usize) -> Words {
    let (glyph, tone) = one.severity.map_or((" ", Tone::Plain), |severity| {
        (severity_glyph(severity), severity_tone(severity))
    });
    let numbers = match one.severity {
        Some(_) => format!("{:>7}", one.count),
        None => format!("{:>5} / {:<5}", one.count, one.of),
    };
    let name = name_room(one);
    let room = width.saturating_sub(4 + name + numbers.len());
    let part = if one.severity.is_some() {
        bar(room, one.count, most)
    } else {
        bar(room, one.count, one.of)
    };
    Words::new(tone, format!(" {glyph} "))
        .and(Tone::Plain, format!("{} ", fit(&one.name, name)))
        .and(tone, part)
        .and(Tone::Strong, numbers)
}

/// How old chats are, in three groups.
fn ages(screen: &Pulse, width: usize) -> Words {
    let all: usize = screen.figures.ages.iter().sum();
    let room = (width.saturating_sub(44) / 3).min(20);
    let names = ["<5m", "5-30m", ">30m"];
    let groups = names.into_iter().zip(screen.figures.ages);
    let words = groups.map(|(name, count)| format!("{name} {} {count}", bar(room, count, all)));
    let words: Vec<String> = words.collect();
    Words::new(Tone::Plain, format!(" AGE     {}", words.join("   ")))
}

/// What of the rate is used, and how requests go.
fn rate(app: &App) -> Words {
    let gauge = &app.link.gauge;
    let cells = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let figures = app.requests.figures();
    let p95 = figures
        .p95
        .map_or_else(String::new, |took| format!("   p95 {took} ms"));
    Words::plain(format!(
        " API     {} {} of {} a minute{p95}   failed {}",
        bar(16, cells(gauge.used), cells(gauge.allowed)),
        gauge.used,
        gauge.allowed,
        figures.failed
    ))
}

/// One line of figures, one of ages, and a column of bars.
fn small(body: &mut Pen<'_>, app: &App, screen: &Pulse) {
    let counts = app.chats.counts;
    let oldest = |age: Option<SignedDuration>| {
        age.map_or_else(String::new, |age| format!(" ({})", short(age)))
    };
    let [stuck, ..] = screen.figures.oldest;
    let of_read = match counts.gap() {
        Some(_) => format!(" of {} read", counts.read),
        None => String::new(),
    };
    let ours = screen.figures.ours;
    let ours = ours.map_or_else(|| "?".to_owned(), |ours| ours.ended.to_string());
    let words = format!(
        " {} active  {}{of_read} stuck{}  {} stale  {ours} by us",
        counts.open,
        counts.stuck,
        oldest(stuck),
        counts.stale
    );
    body.line(0, 0, &words, Tone::Strong);
    let [new, young, old] = screen.figures.ages;
    let gauge = &app.link.gauge;
    let words = format!(
        " <5m {new}  5-30m {young}  >30m {old}  API {} of {}",
        gauge.used, gauge.allowed
    );
    body.line(0, 1, &words, Tone::Plain);
    let (width, height) = (body.width(), body.height());
    let all: Vec<Bar> = screen
        .figures
        .kinds
        .iter()
        .chain(&screen.figures.groups)
        .cloned()
        .collect();
    bars(
        &mut body.part(0, 2, width, height.saturating_sub(2)),
        &all,
        screen.tops[0],
        0,
        Some(screen.at),
    );
}
