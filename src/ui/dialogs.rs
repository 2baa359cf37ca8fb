//! Dialogs for choices: the sort menu, the copy menu, and leaving while a run goes on. The copy menu has the whole id, which can be
//! picked up from there where no clipboard is.

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::App;
use crate::app::action::Mode;
use crate::app::copying;
use crate::app::mouse::Spot;
use crate::app::tone::{Tone, Words, glyph};
use crate::domain::ids::ConversationId;
use crate::domain::sorting::SortKey;

/// What could be typed next in the filter bar, with how many chats it fits.
pub(crate) fn offers(pen: &mut Pen<'_>, app: &App) {
    let offers = &app.chats.filter.offers;
    if offers.is_empty() {
        return;
    }
    let tall = u16::try_from(offers.len()).unwrap_or(1) + 2;
    let (width, height) = (pen.width().min(42), pen.height().min(tall));
    let mut place = pen.part(14, 0, width, height);
    let mut inside = place.dialog(width, height, false, "complete", "Tab puts the first in");
    for (y, (place, offer)) in (0..).zip(offers.iter().enumerate()) {
        let cursor = if place == 0 { glyph::CURSOR } else { " " };
        inside.line(1, y, &format!("{cursor} {}", offer.insert), Tone::Plain);
        if let Some(count) = offer.count {
            let word = if count == 1 { "chat" } else { "chats" };
            inside.right(y, &format!("{count} {word}"), Tone::Dim);
        }
    }
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
    // Where not all fit, the chosen one does.
    let first = (chosen + 1).saturating_sub(usize::from(inside.height()));
    for (y, (line, key)) in (0..).zip(SortKey::ALL.iter().enumerate().skip(first)) {
        let words = match key {
            SortKey::Severity => "gravest first, then oldest",
            SortKey::Age => "oldest first",
            SortKey::Idle => "longest silence first",
            SortKey::Queue => "by queue",
            SortKey::Agent => "by agent",
            SortKey::Kind => "by kind",
            SortKey::Customer => "by customer",
            SortKey::Id => "by id",
            SortKey::Wait => "longest in queue first",
        };
        let cursor = if line == chosen { glyph::CURSOR } else { " " };
        let now = if *key == app.chats.sort.key {
            glyph::DONE
        } else {
            " "
        };
        let text = format!(" {cursor} {now} {:<7}{words}", key.word().to_uppercase());
        inside.words(y, &Words::plain(text).chosen(line == chosen));
        inside.spot(y, Spot::Choice(line));
    }
}

/// What to copy, what that would be, and which way it would go.
pub(crate) fn copy(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    let id = copying::target(app).map_or_else(String::new, ConversationId::short);
    let offers = copying::offers(app, now);
    let rows = u16::try_from(offers.len()).unwrap_or(7);
    let title = format!("Copy from {id}");
    let foot = "a letter copies and closes";
    let look = *pen.look;
    // A blank row, the way, and the border.
    let mut inside = pen.dialog(68, rows + 4, false, &title, foot);
    for (y, offer) in (0..).zip(offers) {
        let keys = app.settings.configured.keys.keys(Mode::Copy, offer.row);
        let key = keys
            .first()
            .map_or_else(String::new, |key| look.spelled(*key));
        let tone = if offer.is_on { Tone::Plain } else { Tone::Dim };
        let line = Words::new(Tone::Strong, format!(" {key}  "))
            .and(tone, format!("{:<9} {}", offer.name, offer.words));
        inside.words(y, &line);
        inside.spot(y, Spot::Does(offer.row.action));
    }
    if inside.height() > rows {
        let last = inside.height() - 1;
        inside.line(1, last, &app.settings.clipboard, Tone::Dim);
    }
}

/// Leaving while a run goes on.
pub(crate) fn quit(pen: &mut Pen<'_>, app: &App) {
    let tally = app.live.as_ref().map(|log| log.run.tally());
    let (finals, planned, running, waiting) = tally.map_or((0, 0, 0, 0), |tally| {
        (tally.finals(), tally.planned, tally.running, tally.waiting)
    });
    let mut inside = pen.dialog(58, 12, true, "A run is still going", "Esc keep watching");
    if inside.width() < 56 {
        let short = [
            format!("{finals} of {planned} settled, {running} in flight."),
            "s  stop, then quit".to_owned(),
            "w  wait, then quit".to_owned(),
            "Ctrl-C stops it, again quits now".to_owned(),
        ];
        for (y, line) in (0..).zip(short) {
            inside.line(1, y + 1, &line, Tone::Plain);
        }
        return;
    }
    let lines = [
        format!("{finals} of {planned} settled, {running} in flight, {waiting} not started."),
        String::new(),
        match running {
            0 => "  s  stop now, then quit".to_owned(),
            _ => format!("  s  stop after the {running} in flight, then quit"),
        },
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
