//! The 46 columns beside a wide list: the chat under the cursor at a glance. How old that is stands second, for everything below rests
//! on it; what was said is not there, for texts are fetched by a key and shown by another.

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::App;
use crate::app::if_ended;
use crate::app::inspect::{legs, parties, timeline};
use crate::app::severity::{severity_glyph, severity_tone};
use crate::app::tone::{Tone, Words, folded, wrap};
use crate::domain::diagnosis::words;
use crate::domain::roster::Row;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    for y in 0..pen.height() {
        pen.line(0, y, "│", Tone::Dim);
    }
    let (width, height) = (pen.width().saturating_sub(2), pen.height());
    let Some(row) = app.chats.row_under_cursor(&app.roster) else {
        return;
    };
    let diagnosis = row.diagnosis(now);
    let severity = row.severity_of(diagnosis.kind, now);
    let mut lines = vec![
        Words::new(Tone::Strong, row.listed.id.to_string()),
        Words::new(Tone::Dim, row.source().words(now)),
        Words::blank(),
        Words::new(
            severity_tone(severity),
            format!(
                "{} {}",
                severity_glyph(severity),
                severity.word().to_uppercase()
            ),
        )
        .and(Tone::Strong, format!("  {}", diagnosis.kind.word())),
    ];
    lines.extend(wrapped(
        &diagnosis.why,
        usize::from(width).saturating_sub(2),
    ));
    lines.extend(rests_on(app, &row, usize::from(width), now));
    lines.push(Words::blank());
    if let Some(reading) = &row.reading {
        let (conversation, zone) = (&reading.conversation, &app.settings.zone);
        lines.extend(trimmed(legs(conversation, zone, now, usize::from(width))));
        lines.push(Words::blank());
        lines.push(Words::new(Tone::Strong, "PARTIES"));
        lines.extend(trimmed(
            parties(conversation, app.privacy, now, usize::from(width))
                .into_iter()
                .skip(1)
                .collect(),
        ));
        lines.push(Words::blank());
        lines.push(Words::new(Tone::Strong, "LAST EVENTS"));
        let story = timeline(conversation, app.privacy, zone, now);
        let from = story.len().saturating_sub(7);
        lines.extend(trimmed(story.into_iter().skip(from).collect()));
        lines.push(Words::blank());
    }
    lines.push(Words::new(Tone::Strong, "REMEDY"));
    lines.extend(wrapped(
        diagnosis.kind.remedy(),
        usize::from(width).saturating_sub(2),
    ));
    if let Some(steps) = if_ended::steps(app, &row, now) {
        lines.push(Words::blank());
        lines.push(Words::new(Tone::Strong, "IF ENDED"));
        lines.extend(wrapped(&steps, usize::from(width).saturating_sub(2)));
    }
    pen.part(2, 0, width, height).page(&lines, 0);
}

/// What the diagnosis rests on, but for who is there and who spoke last, which the parties and the events below say.
fn rests_on(app: &App, row: &Row, width: usize, now: Timestamp) -> Vec<Words> {
    let naming = |name: &str| app.privacy.name(name);
    let lines = words::lines(row, &naming, now);
    let is_said_below = |label: &str| matches!(label, "open" | "last");
    let mut label = "";
    let mut shown = Vec::new();
    for line in &lines {
        if !line.label.is_empty() {
            label = line.label;
        }
        if !is_said_below(label) {
            let head = Words::new(Tone::Dim, format!("  {:<9} ", line.label));
            shown.extend(folded(head, &line.words, Tone::Plain, width));
        }
    }
    shown
}

/// Without the margin that a page of its own has.
fn trimmed(lines: Vec<Words>) -> Vec<Words> {
    lines
        .into_iter()
        .map(|mut words| {
            if let Some(first) = words.pieces.first_mut()
                && let Some(rest) = first.text.strip_prefix(' ')
            {
                first.text = rest.to_owned();
            }
            words
        })
        .collect()
}

/// A sentence in lines, two blanks in.
fn wrapped(text: &str, room: usize) -> Vec<Words> {
    wrap(text, room)
        .into_iter()
        .map(|line| Words::plain(format!("  {line}")))
        .collect()
}
