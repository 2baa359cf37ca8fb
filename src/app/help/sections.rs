//! What the help says, group by group.

use jiff::Timestamp;

use super::layout::column_width;
use super::{Help, LEGEND, Line};
use crate::app::action::keymap::written;
use crate::app::action::listing::{in_turn, is_anywhere, joined};
use crate::app::action::{Action, Binding, Group, Mode, TABLE, in_mode};
use crate::app::chats::{VIEWS, view_place};
use crate::app::msg::Key;
use crate::app::palette::also;
use crate::app::tone::{Tone, wrap};
use crate::app::why_not::why_not;
use crate::app::{App, copying};
use crate::domain::filter;
use crate::domain::ids::ConversationId;

/// What an action does, about what is marked or under the cursor now.
pub fn words_of(app: &App, mode: Mode, row: &Binding, now: Timestamp) -> String {
    let marked = app.chats.marks.len();
    let under = || copying::target(app).map(ConversationId::short);
    match (mode, row.action) {
        (_, Action::CopyMarked) => format!("ids of {marked} marked"),
        (Mode::Chats, Action::Plan) if marked > 0 => {
            format!("plan to end {marked} marked; sends nothing")
        }
        (Mode::Chats | Mode::Inspect, Action::Plan) => under().map_or_else(
            || row.words.to_owned(),
            |id| format!("plan to end {id}; sends nothing"),
        ),
        (Mode::Chats, Action::MarkAll) if why_not(app, mode, row.action, now).is_none() => {
            format!("mark all {} shown", app.chats.shown().len())
        }
        (Mode::Chats, action) => own_view(app, action).unwrap_or_else(|| row.words.to_owned()),
        _ => row.words.to_owned(),
    }
}

/// Of a key for a view of the operator's own: that view.
fn own_view(app: &App, action: Action) -> Option<String> {
    let place = view_place(action)?.checked_sub(VIEWS.len())?;
    let view = app.own_views().nth(place)?;
    Some(format!("view: {}", view.name))
}

/// Of a view that nobody has: its key, or what would be done to it.
fn is_vacant(app: &App, action: Action) -> bool {
    if matches!(action, Action::RenameView | Action::RemoveView) {
        return app.keeping.saved.is_empty();
    }
    view_place(action).is_some_and(|place| place >= VIEWS.len()) && own_view(app, action).is_none()
}

/// The keys of the screen; while something is looked for, all that fits it.
pub(super) fn sections(app: &App, help: &Help, now: Timestamp) -> Vec<Vec<Line>> {
    let mode = app.screen_mode();
    if help.is_searching() {
        return found(app, help, mode, now);
    }
    let group =
        |title, wanted: fn(&Binding) -> bool| section(title, together(app, mode, wanted, now));
    // What a screen is for comes first: where not all fits on one page, it is on the first.
    let mut sections = vec![
        group("ACT", |row| row.group == Group::Act && !is_anywhere(row)),
        group("SELECT", |row| row.group == Group::Select),
        group("MOVE", |row| row.group == Group::Move),
        group("LOOK", |row| row.group == Group::Look && !is_anywhere(row)),
        group("ANYWHERE", is_anywhere),
        off(app, help, mode, now),
    ];
    sections.retain(|section| !section.is_empty());
    sections
}

fn section(title: &str, lines: Vec<Line>) -> Vec<Line> {
    let heading = (!lines.is_empty()).then(|| Line::Heading(title.to_owned()));
    heading.into_iter().chain(lines).collect()
}

fn rows_of(app: &App, mode: Mode) -> impl Iterator<Item = &'static Binding> {
    in_mode(mode).filter(move |row| !is_vacant(app, row.action))
}

/// The rows of a group, with those on one line that belong together.
fn together(app: &App, mode: Mode, wanted: fn(&Binding) -> bool, now: Timestamp) -> Vec<Line> {
    let rows: Vec<&'static Binding> = rows_of(app, mode).filter(|row| wanted(row)).collect();
    let keys = |row| app.settings.configured.keys.keys(mode, row).to_vec();
    let mut lines = Vec::new();
    for row in &rows {
        let is_here = |action: &Action| rows.iter().any(|other| other.action == *action);
        let joined = joined(row).filter(|(actions, _)| actions.iter().all(is_here));
        match joined {
            Some((actions, words)) if actions.first() == Some(&row.action) => {
                let members = actions
                    .iter()
                    .filter_map(|action| rows.iter().find(|row| row.action == *action));
                let keys: Vec<Vec<Key>> = members.map(|row| keys(row)).collect();
                let keys = in_turn(&keys);
                lines.push(line(keys, row, words.to_owned(), Tone::Plain));
            }
            Some(_) => {}
            None => lines.push(one(app, mode, row, now)),
        }
    }
    lines
}

fn line(keys: Vec<Key>, row: &Binding, words: String, tone: Tone) -> Line {
    Line::Keys {
        keys,
        typed: format!(":{}", row.id),
        words,
        tone,
    }
}

fn one(app: &App, mode: Mode, row: &'static Binding, now: Timestamp) -> Line {
    let keys = app.settings.configured.keys.keys(mode, row).to_vec();
    let is_off = why_not(app, mode, row.action, now).is_some();
    let tone = if is_off { Tone::Dim } else { Tone::Plain };
    line(keys, row, words_of(app, mode, row, now), tone)
}

/// What cannot be done now, and why.
fn off(app: &App, help: &Help, mode: Mode, now: Timestamp) -> Vec<Line> {
    let room = column_width(app, help).saturating_sub(4);
    let mut lines = Vec::new();
    for row in rows_of(app, mode) {
        let Some(why) = why_not(app, mode, row.action, now) else {
            continue;
        };
        lines.push(one(app, mode, row, now));
        let why = wrap(&why, room);
        lines.extend(
            why.into_iter()
                .map(|why| Line::Text(Tone::Dim, format!("  {why}"))),
        );
    }
    section("OFF NOW", lines)
}

/// The filter language, from its own table.
pub(super) fn syntax() -> Vec<Vec<Line>> {
    let examples = |examples: &[(&str, &str)]| {
        let line = |(example, means): &(&str, &str)| {
            Line::Example((*example).to_owned(), (*means).to_owned())
        };
        examples.iter().map(line).collect::<Vec<_>>()
    };
    vec![
        section("FIELDS", examples(&filter::FIELDS)),
        section("COMPARED AND JOINED", examples(&filter::GRAMMAR)),
    ]
}

/// All that fits what is looked for: on this screen, on others, in the filter language, among the codes.
fn found(app: &App, help: &Help, mode: Mode, now: Timestamp) -> Vec<Vec<Line>> {
    let wanted = help.typed.value().to_lowercase();
    let fits = |text: &str| {
        let text = text.to_lowercase();
        wanted.split_whitespace().all(|word| text.contains(word))
    };
    let names_key = |mode, row| {
        let keys = app.settings.configured.keys.keys(mode, row);
        keys.iter()
            .any(|key| written(*key) == help.typed.value().trim())
    };
    let is_wanted = |mode, row: &'static Binding| {
        let words = words_of(app, mode, row, now);
        let text = format!(
            "{words} {} {} {}",
            row.words,
            row.id.replace('-', " "),
            also(row.action)
        );
        names_key(mode, row) || fits(&text)
    };
    let here = rows_of(app, mode).filter(|row| is_wanted(mode, row));
    let here: Vec<Line> = here.map(|row| one(app, mode, row, now)).collect();
    let mut elsewhere = Vec::new();
    for row in TABLE.iter().filter(|row| !row.modes.contains(&mode)) {
        let there = row.modes.iter().copied().find(|mode| mode.is_screen());
        let Some(there) = there.or(row.modes.first().copied()) else {
            continue;
        };
        if is_wanted(there, row) && !is_vacant(app, row.action) {
            let keys = app.settings.configured.keys.keys(there, row).to_vec();
            let words = format!("{} ({})", row.words, there.words());
            elsewhere.push(line(keys, row, words, Tone::Plain));
        }
    }
    let examples = filter::FIELDS.iter().chain(&filter::GRAMMAR);
    let examples = examples.filter(|(example, means)| fits(&format!("{example} {means}")));
    let examples =
        examples.map(|(example, means)| Line::Example((*example).to_owned(), (*means).to_owned()));
    let codes = LEGEND.iter().filter(|line| fits(line));
    let codes = codes.map(|line| Line::Text(Tone::Plain, (*line).to_owned()));
    let mut sections = vec![
        section("HERE", here),
        section("ELSEWHERE", elsewhere),
        section("FILTER", examples.collect()),
        section("CODES", codes.collect()),
    ];
    sections.retain(|section| !section.is_empty());
    if sections.is_empty() {
        let words = "nothing in the help has these words".to_owned();
        sections.push(vec![Line::Text(Tone::Warn, words)]);
    }
    sections
}
