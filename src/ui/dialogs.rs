//! Dialogs for choices: help, the sort menu, and leaving while a run goes on.

use super::pen::{Pen, fit};
use crate::app::App;
use crate::app::action::{Group, Mode, in_mode, key_name};
use crate::app::chats::SortKey;
use crate::app::tone::{Tone, Words, glyph};

/// The keys of the screen below, read from the table.
pub(crate) fn help(pen: &mut Pen<'_>, app: &App) {
    let mode = app.screen_mode();
    let (width, height) = (pen.width().min(78), pen.height().saturating_sub(2).min(40));
    let title = format!("Keys for: {}", mode.words());
    let mut inside = pen.dialog(width, height, false, &title, "Esc close");
    let halves = [[Group::Move, Group::Select], [Group::Look, Group::Act]];
    let half = inside.width() / 2;
    let (tall, is_narrow) = (inside.height().saturating_sub(3), inside.width() < 66);
    for (place, groups) in (0..).zip(halves) {
        let mut lines: Vec<Words> = Vec::new();
        for group in groups {
            lines.extend(group_lines(mode, group));
        }
        if is_narrow {
            let top = place * (tall / 2);
            inside.part(0, top, width, tall / 2).page(&lines, 0);
        } else {
            inside.part(place * half, 0, half, tall).page(&lines, 0);
        }
    }
    let legend = [
        " PARTIES  C customer A agent Q queue B bot E other   + open - left . never",
        "          ! ringing  ~ parked  w owes wrap-up  ? not read",
        " SEV      ∙ fresh  ◦ watch  ▴ stale  ▪ stuck  ? unknown",
    ];
    if !is_narrow {
        for (y, words) in (tall..).zip(legend) {
            inside.line(0, y, words, Tone::Dim);
        }
    }
}

fn group_lines(mode: Mode, group: Group) -> Vec<Words> {
    let title = match group {
        Group::Move => "MOVE",
        Group::Select => "SELECT",
        Group::Look => "LOOK",
        Group::Act => "ACT",
    };
    let mut lines: Vec<Words> = in_mode(mode)
        .filter(|row| row.group == group)
        .map(|row| {
            let keys: Vec<String> = row.keys.iter().map(|key| key_name(*key)).collect();
            Words::new(Tone::Strong, format!(" {}", fit(&keys.join(" "), 9)))
                .and(Tone::Plain, row.words)
        })
        .collect();
    if !lines.is_empty() {
        lines.insert(0, Words::new(Tone::Dim, format!(" {title}")));
        lines.push(Words::blank());
    }
    lines
}

/// What to sort by.
pub(crate) fn sort(pen: &mut Pen<'_>, app: &App, chosen: usize) {
    let count = u16::try_from(SortKey::ALL.len()).unwrap_or(7);
    let mut inside = pen.dialog(
        44,
        count + 2,
        false,
        "Sort by",
        "j k choose   ↵ sort   Esc close",
    );
    for (y, (line, key)) in (0..).zip(SortKey::ALL.iter().enumerate()) {
        let words = match key {
            SortKey::Severity => "gravest first, then oldest",
            SortKey::Age => "oldest first",
            SortKey::Idle => "longest silence first",
            SortKey::Queue => "by queue",
            SortKey::Agent => "by agent",
            SortKey::Kind => "by kind",
            SortKey::Id => "by id",
        };
        let cursor = if line == chosen { glyph::CURSOR } else { " " };
        let now = if *key == app.chats.sort.key {
            glyph::DONE
        } else {
            " "
        };
        let text = format!(" {cursor} {now} {:<7}{words}", key.word());
        inside.words(y, &Words::plain(text).chosen(line == chosen));
    }
}

/// Leaving while a run goes on.
pub(crate) fn quit(pen: &mut Pen<'_>, app: &App) {
    let tally = app.live.as_ref().map(|log| log.run.tally());
    let (finals, planned, running, waiting) = tally.map_or((0, 0, 0, 0), |tally| {
        (tally.finals(), tally.planned, tally.running, tally.waiting)
    });
    let mut inside = pen.dialog(58, 12, true, "A run is still going", "Esc keep watching");
    let lines = [
        format!("{finals} of {planned} settled, {running} in flight, {waiting} not started."),
        String::new(),
        format!("  s  stop after the {running} in flight, then quit"),
        "  w  keep it in view until it has settled, then quit".to_owned(),
        String::new(),
        "Ctrl-C stops it, and again quits now. Chats in flight".to_owned(),
        "may then be left half done; the journal says which,".to_owned(),
        "and the next start offers to resume.".to_owned(),
    ];
    for (y, line) in (0..).zip(lines) {
        inside.line(2, y + 1, &line, Tone::Plain);
    }
}
