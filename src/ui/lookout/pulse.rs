//! The organisation at a glance: figures, minutes, bars by kind and by queue, ages, the rate. Where there is little room one column of
//! bars below the figures.

use jiff::{SignedDuration, Timestamp};

use crate::app::App;
use crate::app::lookout::bars::{bar, blocks};
use crate::app::lookout::pointed;
use crate::app::lookout::pulse::{ABOVE, BELOW, Bar, Pulse, bar_rows, is_small};
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::{Tone, Words};
use crate::domain::kind::Severity;
use crate::domain::moment::short;
use crate::domain::text::fit;
use crate::ui::pages::frame;
use crate::ui::pen::Pen;

/// The columns of figures at the head.
const HEADS: [&str; 5] = ["ACTIVE", "STUCK", "STALE", "WAITING", "NOT READ"];

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, screen: &Pulse, now: Timestamp) {
    let minutes = app.minutes.len();
    let right = (
        Tone::Plain,
        match minutes {
            0 | 1 => "counted from now on, minute by minute".to_owned(),
            _ => format!("last {minutes} minutes"),
        },
    );
    let said = (
        Tone::Dim,
        "Every bar has its number beside it. Nothing here depends on colour.".to_owned(),
    );
    let mut body = frame(pen, app, "Pulse", &right, &said, now);
    if is_small(app.extent) {
        small(&mut body, app, screen);
        return;
    }
    figures(&mut body, app, screen);
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
        Some(screen.at),
    );
    let mut right = body.part(half, ABOVE, width - half, height + 1);
    right.line(1, 0, "BY QUEUE", Tone::Strong);
    right.right(0, "stuck / all", Tone::Dim);
    bars(
        &mut right.part(0, 1, width - half, height),
        &screen.figures.queues,
        screen.tops[1],
        screen.at.checked_sub(screen.figures.kinds.len()),
    );
    let foot = body.height().saturating_sub(BELOW);
    body.rule(foot);
    let below = [ages(screen, usize::from(width)), rate(app)];
    body.part(0, foot + 1, width, BELOW - 1).page(&below, 0);
}

/// Counts, and below them how old the oldest are.
fn figures(body: &mut Pen<'_>, app: &App, screen: &Pulse) {
    let step = body.width() / 5;
    let counts = app.chats.counts;
    let unread = counts.listed.saturating_sub(counts.read);
    let numbers = [
        counts.open,
        counts.stuck,
        counts.stale,
        screen.figures.waiting,
        unread,
    ];
    for (place, (head, number)) in (0..).zip(HEADS.into_iter().zip(numbers)) {
        body.line(1 + step * place, 0, head, Tone::Dim);
        body.line(1 + step * place, 1, &number.to_string(), Tone::Strong);
    }
    let groups = [Some(Severity::Stuck), Some(Severity::Stale), None];
    for (place, (severity, age)) in (1..).zip(groups.into_iter().zip(screen.figures.oldest)) {
        let Some(age) = age else { continue };
        let glyph = severity.map_or_else(String::new, |severity| {
            format!("{} ", severity_glyph(severity))
        });
        let tone = severity.map_or(Tone::Plain, severity_tone);
        let words = format!("{glyph}oldest {}", short(age));
        body.put(1 + step * place, 2, usize::from(step) - 1, &words, tone);
    }
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

/// A line for each: name, bar, number. The chosen one has the cursor; its bar is not turned around, for it would read the other way, nor is
/// the blank between them: without colours it would look like the bar's beginning.
fn bars(pen: &mut Pen<'_>, bars: &[Bar], top: usize, chosen: Option<usize>) {
    let width = pen.width();
    let most = bars.iter().map(|bar| bar.of).max().unwrap_or(0);
    let in_view = bars.iter().enumerate().skip(top);
    for (y, (at, bar)) in (0..pen.height()).zip(in_view) {
        let is_chosen = chosen == Some(at);
        let words = pointed(line(bar, most, usize::from(width)).chosen(is_chosen), 0);
        pen.words(y, &words.chosen(false));
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
        age.map_or_else(String::new, |age| format!(" (oldest {})", short(age)))
    };
    let [stuck, ..] = screen.figures.oldest;
    let words = format!(
        " {} active  {} stuck{}  {} stale",
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
        .chain(&screen.figures.queues)
        .cloned()
        .collect();
    bars(
        &mut body.part(0, 2, width, height.saturating_sub(2)),
        &all,
        screen.tops[0],
        Some(screen.at),
    );
}
