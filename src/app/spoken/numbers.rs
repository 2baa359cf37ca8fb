//! What numbers mean: the rows of the list that was read out last, whatever has moved since; and numbers and ids as they are typed.

use jiff::Timestamp;

use super::waiting::Awaited;
use super::{chat, list, plan, run, say, say_all, wait_for};
use crate::app::run_log::Whose;
use crate::app::{App, Effect, Screen};
use crate::domain::feed::Command;
use crate::domain::ids::ConversationId;

/// How many rows are read out at once.
const PAGE: usize = 10;
/// The least letters of an id that are taken for one, where there is a letter among them.
const LEAST: usize = 4;
/// From so many on digits alone are an id.
const ALL_DIGITS: usize = 8;

/// Which rows have numbers now, and from which on they were not read out yet.
#[derive(Debug, Default)]
pub(super) struct Numbered {
    pub(super) of: Of,
    ids: Vec<ConversationId>,
    next: usize,
}

/// Of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Of {
    /// The list of chats.
    #[default]
    Chats,
    /// What a plan will end.
    Plan,
    /// A run's report.
    Report(Whose),
}

impl Of {
    /// In words, for whoever means something else.
    fn words(self) -> &'static str {
        match self {
            Self::Chats => "the list",
            Self::Plan => "the plan",
            Self::Report(_) => "the report",
        }
    }
}

impl Numbered {
    /// The rows in the order of their numbers.
    pub(super) fn ids(&self) -> &[ConversationId] {
        &self.ids
    }
}

/// From now on numbers mean these.
pub(super) fn number(app: &mut App, of: Of, ids: Vec<ConversationId>) {
    if let Some(spoken) = &mut app.spoken {
        spoken.numbered = Numbered { of, ids, next: 0 };
    }
}

/// Numbers mean the rows of this still, or nothing yet does.
pub(super) fn are_of(app: &App, of: Of) -> bool {
    app.spoken
        .as_deref()
        .is_some_and(|spoken| spoken.numbered.of == of)
}

/// Reads the next rows out. Rows of the list that nobody has read yet are read first, and waited for.
pub(super) fn turn(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let unread = unread(app);
    if unread.is_empty() || app.link.is_down(now) {
        read_on(app, now);
        return Vec::new();
    }
    wait_for(app, Awaited::Rows, now);
    vec![Effect::Engine(Command::Read(unread))]
}

/// The rows that come next and were never read, where they are rows of the list.
pub(super) fn unread(app: &App) -> Vec<ConversationId> {
    let Some(spoken) = app.spoken.as_deref() else {
        return Vec::new();
    };
    let numbered = &spoken.numbered;
    let next = numbered.ids.iter().copied().skip(numbered.next).take(PAGE);
    let is_unread = |id: &ConversationId| {
        let row = app.roster.row(*id);
        row.is_some_and(|row| row.reading.is_none() && row.failed_read.is_none())
    };
    match numbered.of {
        Of::Chats => next.filter(is_unread).collect(),
        Of::Plan | Of::Report(_) => Vec::new(),
    }
}

/// Reads the next rows out.
pub(super) fn read_on(app: &mut App, now: Timestamp) {
    let left = read(app, PAGE, now);
    say_left(app, left);
}

/// How many more there are, where there are any.
pub(super) fn say_left(app: &mut App, left: usize) {
    if left > 0 {
        say(app, format!("{left} more: \"more\" reads on."));
    }
}

/// The same, so many of them, and never more than a page; answers how many are left.
pub(super) fn read(app: &mut App, most: usize, now: Timestamp) -> usize {
    let Some(spoken) = &mut app.spoken else {
        return 0;
    };
    let numbered = &mut spoken.numbered;
    let (of, from, all) = (numbered.of, numbered.next, numbered.ids.len());
    let page: Vec<ConversationId> = numbered
        .ids
        .iter()
        .copied()
        .skip(from)
        .take(most.min(PAGE))
        .collect();
    numbered.next = from + page.len();
    let left = all - numbered.next;
    if page.is_empty() {
        let words = if all == 0 {
            "There are no rows."
        } else {
            "That was the last row."
        };
        say(app, words);
        return 0;
    }
    for (number, id) in (from + 1..).zip(page) {
        let lines = match of {
            Of::Chats => vec![list::row(app, id, now)],
            Of::Plan => vec![plan::row(app, id, now)],
            Of::Report(whose) => run::row(app, whose, id),
        };
        let mut lines = lines.into_iter();
        let first = lines.next().unwrap_or_default();
        say(app, format!("{number}. {first}"));
        say_all(app, lines.collect());
    }
    left
}

/// How many of these rows have a number, but were not read out.
pub(super) fn unheard(app: &App, ids: &[ConversationId]) -> usize {
    let numbered = app.spoken.as_deref().map(|spoken| &spoken.numbered);
    let rest = numbered
        .iter()
        .flat_map(|numbered| numbered.ids.iter().skip(numbered.next));
    rest.filter(|id| ids.contains(id)).count()
}

/// The chats that a text names: `1-3,5`, `all`, the beginning of an id. Numbers are those that were read out last.
pub(super) fn chosen(app: &App, text: &str) -> Result<Vec<ConversationId>, String> {
    let ids = app
        .spoken
        .as_deref()
        .map_or(&[][..], |spoken| spoken.numbered.ids());
    if text == "all" {
        return Ok(ids.to_vec());
    }
    let mut chosen: Vec<ConversationId> = Vec::new();
    for part in text.split([',', ' ']).filter(|part| !part.is_empty()) {
        for id in named(app, ids, part)? {
            if !chosen.contains(&id) {
                chosen.push(id);
            }
        }
    }
    if chosen.is_empty() {
        return Err("Say which: numbers like 1-3,5, or the beginning of an id.".to_owned());
    }
    Ok(chosen)
}

/// The one chat that a text names, for what is about these rows alone: a number has to be one of theirs. An id means the same anywhere.
pub(super) fn one_of(app: &App, of: Of, text: &str) -> Result<ConversationId, String> {
    of_these(app, of, text)?;
    one(app, text)
}

/// Refuses numbers, where they mean other rows than these.
pub(super) fn of_these(app: &App, of: Of, text: &str) -> Result<(), String> {
    let mut parts = text.split([',', ' ']).filter(|part| !part.is_empty());
    match why_not_of(app, of) {
        Some(why) if !parts.all(is_id) => Err(why),
        _ => Ok(()),
    }
}

/// The one chat that a text names; without a text the one that is open.
pub(super) fn one(app: &App, text: &str) -> Result<ConversationId, String> {
    if text.is_empty() {
        return open(app)
            .ok_or_else(|| "Say which: a number, or the beginning of an id.".to_owned());
    }
    match chosen(app, text)?.as_slice() {
        [only] => Ok(*only),
        several => Err(format!("That names {} chats: name one.", several.len())),
    }
}

/// The chat that is looked into.
pub(super) fn open(app: &App) -> Option<ConversationId> {
    match app.screens.last() {
        Some(Screen::Inspect(inspect)) => Some(inspect.id),
        _ => None,
    }
}

fn named(app: &App, ids: &[ConversationId], part: &str) -> Result<Vec<ConversationId>, String> {
    if is_id(part) {
        return of_id(app, part).map(|id| vec![id]);
    }
    let (from, to) = part.split_once('-').unwrap_or((part, part));
    let place = |word: &str| {
        let number: Option<usize> = word.trim().parse().ok();
        let number = number.ok_or_else(|| no_number(part))?;
        if number == 0 || number > ids.len() {
            let of = app
                .spoken
                .as_deref()
                .map_or(Of::default(), |spoken| spoken.numbered.of);
            return Err(format!(
                "There is no {number} in {}: it has {} rows.",
                of.words(),
                ids.len()
            ));
        }
        Ok(number)
    };
    let (from, to) = (place(from)?, place(to)?);
    if from > to {
        return Err(format!("{part} goes backwards: say {to}-{from}."));
    }
    Ok(ids
        .iter()
        .copied()
        .skip(from - 1)
        .take(to + 1 - from)
        .collect())
}

fn no_number(part: &str) -> String {
    format!(
        "{part} is no number and no id: numbers are read out before each row, an id has eight letters or more at its end."
    )
}

/// Hex digits, and enough of them; digits alone are a number unless there are many.
fn is_id(part: &str) -> bool {
    let is_hex = part
        .chars()
        .all(|letter| letter.is_ascii_hexdigit() || letter == '-');
    let has_letter = part.chars().any(|letter| letter.is_ascii_alphabetic());
    let digits = part.chars().filter(char::is_ascii_hexdigit).count();
    is_hex
        && ((has_letter && digits >= LEAST)
            || (digits >= ALL_DIGITS && !part.contains('-'))
            || part.len() == 36)
}

fn of_id(app: &App, part: &str) -> Result<ConversationId, String> {
    let part = part.to_lowercase();
    let mut found = app
        .roster
        .rows()
        .map(|row| row.listed.id)
        .filter(|id| id.to_string().starts_with(&part));
    match (found.next(), found.next()) {
        (Some(id), None) => Ok(id),
        (Some(_), Some(_)) => Err(format!("Several ids begin with {part}: type more of it.")),
        (None, _) => Err(format!(
            "No chat that is known has an id that begins with {part}."
        )),
    }
}

/// Why numbers do not mean these rows now, if they do not.
pub(super) fn why_not_of(app: &App, of: Of) -> Option<String> {
    let now = app.spoken.as_deref()?.numbered.of;
    (now != of).then(|| {
        format!(
            "Numbers mean the rows of {} now, which were read out last: \"list\" reads the list out.",
            now.words()
        )
    })
}

/// What is said of a chat that is gone.
pub(super) fn gone(id: ConversationId) -> String {
    format!("{}, no longer on the list.", chat::short(id))
}
