//! Dialogs for choices: help, the sort menu, and leaving while a run goes on.

use super::look::Look;
use super::pen::Pen;
use crate::app::App;
use crate::app::action::{Action, Group, Mode, in_mode};
use crate::app::chats::View;
use crate::app::copying;
use crate::app::mouse::Spot;
use crate::app::tone::{Tone, Words, glyph};
use crate::domain::ids::ConversationId;
use crate::domain::sorting::SortKey;
use crate::domain::text::fit;

/// The keys of the screen below, read from the table, from the line `top` on.
pub(crate) fn help(pen: &mut Pen<'_>, app: &App, top: usize) {
    let mode = app.screen_mode();
    let lines = help_lines(app, *pen.look, mode);
    let is_wide = pen.width() >= 76;
    let (width, most) = (pen.width().min(80), pen.height().saturating_sub(2));
    let first = if is_wide {
        first_column(&lines, usize::from(most).saturating_sub(LEGEND.len() + 2))
    } else {
        lines.len()
    };
    let tall = first.max(lines.len() - first) + LEGEND.len() + 3;
    let height = u16::try_from(tall).unwrap_or(most).min(most);
    let title = format!("Keys for: {}", mode.words());
    let mut inside = pen.dialog(width, height, false, &title, "j k scroll   Esc close");
    let legend = if inside.height() > 12 { 3 } else { 0 };
    let room = inside.height().saturating_sub(legend);
    // Read like a newspaper: what does not fit stands at the end, not at the foot of each column.
    let first = first.min(usize::from(room));
    let second = if is_wide { usize::from(room) } else { 0 };
    let top = top.min(lines.len().saturating_sub(first + second));
    let column = if is_wide { 40 } else { width };
    let left = lines.get(top..top + first).unwrap_or_default();
    inside.part(0, 0, column, room).page(left, 0);
    if is_wide {
        inside
            .part(column + 1, 0, width, room)
            .page(&lines, top + first);
    }
    for (y, words) in (room..).zip(LEGEND) {
        inside.line(0, y, words, Tone::Dim);
    }
}

/// How many lines stand in the first of two columns of at most `room`: the half, where it can be with a heading atop the second.
fn first_column(lines: &[Words], room: usize) -> usize {
    if lines.len() > 2 * room {
        return room;
    }
    let half = lines.len().div_ceil(2);
    let is_heading = |line: &Words| line.pieces.iter().all(|piece| piece.tone == Tone::Dim);
    (lines.len().saturating_sub(room)..=room.min(lines.len()))
        .filter(|at| lines.get(*at).is_some_and(is_heading))
        .min_by_key(|at| at.abs_diff(half))
        .unwrap_or(half)
}

/// What codes and glyphs mean.
const LEGEND: [&str; 3] = [
    " PARTIES  C customer A agent Q queue B bot E other  + open - left . never",
    "          ! ringing  ~ parked  w owes wrap-up  ? not read",
    " SEV      ∙ fresh  ◦ watch  ▴ stale  ▪ stuck  ? unknown",
];

fn help_lines(app: &App, look: Look, mode: Mode) -> Vec<Words> {
    // Moving comes last: it is what people know already.
    let groups = [Group::Act, Group::Select, Group::Look, Group::Move];
    groups
        .into_iter()
        .flat_map(|group| group_lines(app, look, mode, group))
        .collect()
}

fn group_lines(app: &App, look: Look, mode: Mode, group: Group) -> Vec<Words> {
    let title = match group {
        Group::Move => "MOVE",
        Group::Select => "SELECT",
        Group::Look => "LOOK",
        Group::Act => "ACT",
    };
    let mut lines: Vec<Words> = in_mode(mode)
        .filter(|row| row.group == group && own_view(app, row.action) != Some(None))
        .map(|row| {
            let keys = app.settings.configured.keys.keys(mode, row);
            let keys: Vec<String> = keys.iter().map(|key| look.spelled(*key)).collect();
            let words = match own_view(app, row.action) {
                Some(Some(view)) => format!("view: {}", view.name),
                _ => row.words.to_owned(),
            };
            Words::new(Tone::Strong, format!(" {} ", fit(&keys.join(" "), 7)))
                .and(Tone::Plain, words)
        })
        .collect();
    if !lines.is_empty() {
        lines.insert(0, Words::new(Tone::Dim, format!(" {title}")));
    }
    lines
}

/// Of a key for a view of the operator's own: that view, if there is one.
fn own_view(app: &App, action: Action) -> Option<Option<&View>> {
    let place = match action {
        Action::View4 => 0,
        Action::View5 => 1,
        Action::View6 => 2,
        Action::View7 => 3,
        Action::View8 => 4,
        Action::View9 => 5,
        _ => return None,
    };
    Some(app.settings.configured.views.get(place))
}

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
    for (y, (line, key)) in (0..).zip(SortKey::ALL.iter().enumerate()) {
        let words = match key {
            SortKey::Severity => "gravest first, then oldest",
            SortKey::Age => "oldest first",
            SortKey::Idle => "longest silence first",
            SortKey::Queue => "by queue",
            SortKey::Agent => "by agent",
            SortKey::Kind => "by kind",
            SortKey::Customer => "by customer",
            SortKey::Id => "by id",
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

/// What to copy.
pub(crate) fn copy(pen: &mut Pen<'_>, app: &App) {
    let id = copying::target(app).map_or_else(String::new, ConversationId::short);
    let rows: Vec<_> = in_mode(Mode::Copy)
        .filter(|row| row.id.starts_with("copy-"))
        .collect();
    let height = u16::try_from(rows.len()).unwrap_or(7) + 2;
    let title = format!("Copy from {id}");
    let foot = "a letter copies and closes";
    let look = *pen.look;
    let mut inside = pen.dialog(46, height, false, &title, foot);
    let marked = app.chats.marks.len();
    for (y, row) in (0..).zip(rows) {
        let keys = app.settings.configured.keys.keys(Mode::Copy, row);
        let key = keys
            .first()
            .map_or_else(String::new, |key| look.spelled(*key));
        let words = match row.action {
            Action::CopyMarked => format!("ids of {marked} marked"),
            _ => row.words.to_owned(),
        };
        let line = Words::new(Tone::Strong, format!(" {key}  ")).and(Tone::Plain, words);
        inside.words(y, &line);
        inside.spot(y, Spot::Does(row.action));
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
