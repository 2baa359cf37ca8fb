//! The console for the ear (`--accessible`): the same state and the same rules, spoken as lines. A line that is typed becomes the action
//! that a key would be; what came of it, and what changes by itself, is said once, in its order. Nothing here starts a run: the phrase
//! goes through `confirm`.
//!
//! Lines wait while something that was asked for is on its way, so that answers come in the order of the questions, typed or piped. A
//! line that waited is never a phrase.

mod chat;
pub mod commands;
mod doing;
mod leaving;
mod list;
mod looking;
mod lookouts;
mod numbers;
mod past;
mod plan;
mod run;
mod span;
mod waiting;

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::action::Mode;
use super::{App, Effect, Overlay, confirm};
use crate::domain::moment::since;
use crate::domain::text::whole;
pub(crate) use leaving::{ended, note_interrupt, was_known};
use numbers::Numbered;
use waiting::Awaited;

/// What asks for the phrase.
pub const QUESTION: &str = "Phrase:";
/// The most lines that are kept for the shell, which writes them after every few messages.
const KEPT: usize = 4096;
/// The most typed lines that wait for an answer to come; more are not taken before there is room.
const WAITING: usize = 256;
/// So many lines may have been said that are not out yet, before the next one that was typed has its turn.
const AHEAD: u64 = 512;
/// How often a change of the counts is told,
const CHANGES: SignedDuration = SignedDuration::from_secs(30);
/// and how often while chats are still being read, which changes them all the time.
const SLOW_CHANGES: SignedDuration = SignedDuration::from_secs(120);

/// What is said, and what was heard.
#[derive(Debug)]
pub struct Spoken {
    /// The newest lines.
    said: VecDeque<String>,
    /// How many there were, and how many of them are out.
    count: u64,
    shown: u64,
    typed: u64,
    interrupted: u64,
    /// Typed lines whose turn has not come, and when each was read.
    queue: VecDeque<(String, Timestamp)>,
    /// Nobody types any more.
    is_ending: bool,
    /// The end of input has stopped a run, and a signal that says the same may be on its way.
    is_signal_due: bool,
    /// What numbers mean now.
    numbered: Numbered,
    /// What is on its way.
    awaited: Option<(Awaited, Timestamp)>,
    /// How often it was said how far that is.
    progress: i64,
    /// The number of the newest message that was told.
    notice: u64,
    /// The counts as they were told last, and when.
    counts: Option<(list::Told, Timestamp)>,
    /// The question that was asked last.
    asked: Option<Asked>,
    run: run::Heard,
    has_prompted: bool,
}

/// A question that stands above everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Phrase,
    Starting,
    Quit,
}

impl Spoken {
    /// Nothing was said yet, and the list is on its way.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            said: VecDeque::new(),
            count: 0,
            shown: 0,
            typed: 0,
            interrupted: 0,
            queue: VecDeque::new(),
            is_ending: false,
            is_signal_due: false,
            numbered: Numbered::default(),
            awaited: Some((Awaited::List, now)),
            progress: 0,
            notice: 0,
            counts: None,
            asked: None,
            run: run::Heard::default(),
            has_prompted: false,
        }
    }

    /// Says a line.
    fn say(&mut self, line: impl Into<String>) {
        self.said.push_back(line.into());
        self.count += 1;
        if self.said.len() > KEPT {
            self.said.pop_front();
        }
    }

    /// The lines that were said after the first so many.
    pub fn after(&self, told: u64) -> impl Iterator<Item = &str> {
        let new = usize::try_from(self.count.saturating_sub(told)).unwrap_or(usize::MAX);
        let from = self.said.len().saturating_sub(new);
        self.said.iter().skip(from).map(String::as_str)
    }

    /// How many of them are not kept any more.
    pub fn lost(&self, told: u64) -> u64 {
        let kept = u64::try_from(self.said.len()).unwrap_or(u64::MAX);
        self.count.saturating_sub(told).saturating_sub(kept)
    }

    /// How many lines were said.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Some of them are not out yet.
    pub fn is_ahead(&self) -> bool {
        self.count > self.shown
    }

    /// Lines are taken: they have not ended, and not too many wait.
    pub fn takes_lines(&self) -> bool {
        !self.is_ending && self.queue.len() < WAITING
    }

    /// How many lines were typed.
    pub fn typed(&self) -> u64 {
        self.typed
    }

    /// How often Ctrl-C was pressed.
    pub fn interrupted(&self) -> u64 {
        self.interrupted
    }

    /// What asks for the next line; nothing while an answer is on its way, or a run is in view that needs none.
    pub fn prompt(&self, app: &App) -> Option<&'static str> {
        match app.mode() {
            Mode::Confirm => Some(QUESTION),
            Mode::Quit => Some("Answer:"),
            Mode::Starting | Mode::Board => None,
            _ if self.awaited.is_some() || self.is_ending => None,
            _ if self.has_prompted => Some("Command:"),
            _ => Some("Command (help for list):"),
        }
    }
}

/// Says a line, where anybody listens.
fn say(app: &mut App, line: impl Into<String>) {
    if let Some(spoken) = &mut app.spoken {
        spoken.say(line);
    }
}

/// Says lines.
fn say_all(app: &mut App, lines: Vec<String>) {
    for line in lines {
        say(app, line);
    }
}

/// From now on an answer is waited for.
fn wait_for(app: &mut App, what: Awaited, now: Timestamp) {
    if let Some(spoken) = &mut app.spoken {
        spoken.awaited = Some((what, now));
    }
}

/// A line was typed, and read then. Questions are answered at once, everything else in its order.
pub(crate) fn heard(app: &mut App, line: &str, read: Timestamp, now: Timestamp) -> Vec<Effect> {
    // Whole, however long: half of a filter is another filter.
    let line = whole(line).trim().to_owned();
    let Some(spoken) = &mut app.spoken else {
        return Vec::new();
    };
    spoken.typed += 1;
    spoken.has_prompted = true;
    let is_free = spoken.queue.is_empty();
    let is_answer = match app.mode() {
        Mode::Confirm | Mode::Starting => is_free,
        Mode::Quit => true,
        _ => false,
    };
    if is_answer || waiting::is_urgent(app, &line) || waiting::may_break_off(app, &line) {
        return taken(app, &line, read, now);
    }
    if let Some(spoken) = &mut app.spoken {
        spoken.queue.push_back((line, read));
    }
    Vec::new()
}

/// A line whose turn has come.
fn taken(app: &mut App, line: &str, read: Timestamp, now: Timestamp) -> Vec<Effect> {
    app.notices.key_pressed(true);
    match app.mode() {
        Mode::Confirm => confirm::entered(app, line, read, now),
        Mode::Starting => {
            confirm::call_off(app, now);
            Vec::new()
        }
        Mode::Quit => doing::answer_quit(app, line, now),
        _ if app.deaf_until.is_some_and(|until| until > now) => {
            let words = "that line was not taken: the question before it had just closed";
            app.notices.warn(words, now);
            Vec::new()
        }
        _ => doing::done(app, line, now),
    }
}

/// Everything that was said is out.
pub(crate) fn shown(app: &mut App) {
    if let Some(spoken) = &mut app.spoken {
        spoken.shown = spoken.count;
    }
}

/// After every message: says what came of it, and takes the lines whose turn has come.
pub(crate) fn go_on(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    if app.spoken.is_none() {
        return effects;
    }
    effects.extend(follow(app, now));
    while let Some((line, read)) = next_line(app) {
        effects.extend(taken(app, &line, read, now));
        effects.extend(follow(app, now));
    }
    let is_done =
        |spoken: &Spoken| spoken.is_ending && spoken.awaited.is_none() && spoken.queue.is_empty();
    if app.spoken.as_deref().is_some_and(is_done) && !app.is_running() {
        effects.push(Effect::Quit);
    }
    effects
}

fn next_line(app: &mut App) -> Option<(String, Timestamp)> {
    // Whoever is asked whether to leave answers that, and what was typed before goes on afterwards.
    let is_asked = app.mode() == Mode::Quit;
    let spoken = app.spoken.as_mut()?;
    let is_far_ahead = spoken.count.saturating_sub(spoken.shown) > AHEAD;
    if spoken.awaited.is_some() || is_asked || is_far_ahead {
        return None;
    }
    spoken.queue.pop_front()
}

/// Says what is new.
fn follow(app: &mut App, now: Timestamp) -> Vec<Effect> {
    tell_notices(app);
    let effects = waiting::look(app, now);
    run::follow(app, now);
    read_sheet(app);
    ask(app, now);
    tell_changes(app, now);
    effects
}

fn tell_notices(app: &mut App) {
    let Some(spoken) = &mut app.spoken else {
        return;
    };
    let told = spoken.notice;
    let new: Vec<(u64, String)> = app
        .notices
        .kept()
        .take_while(|notice| notice.number > told)
        // What happens in the run is said in words of its own.
        .filter(|notice| !notice.is_of_run)
        .map(|notice| (notice.number, sentence(&span::spelled(&notice.text))))
        .collect();
    for (number, words) in new.into_iter().rev() {
        spoken.notice = spoken.notice.max(number);
        spoken.say(words);
    }
}

/// A page that opened by itself is read out, and closed again.
fn read_sheet(app: &mut App) {
    let is_sheet = |overlay: &mut Overlay| matches!(overlay, Overlay::Sheet(_));
    let Some(Overlay::Sheet(sheet)) = app.overlay.take_if(is_sheet) else {
        return;
    };
    say(app, sentence(&sheet.title));
    for line in sheet.lines(run::WIDE) {
        let words = run::plain(&line.text());
        if !words.is_empty() {
            say(app, words);
        }
    }
}

/// A question that has just come up is asked; each once.
fn ask(app: &mut App, now: Timestamp) {
    let asked = match app.mode() {
        Mode::Confirm => Some(Asked::Phrase),
        Mode::Starting => Some(Asked::Starting),
        Mode::Quit => Some(Asked::Quit),
        _ => None,
    };
    let before = app
        .spoken
        .as_mut()
        .map(|spoken| std::mem::replace(&mut spoken.asked, asked));
    if before == Some(asked) {
        return;
    }
    let lines = match (asked, &app.overlay) {
        (Some(Asked::Phrase), Some(Overlay::Confirm(confirm))) => {
            plan::question(app, &confirm.deed, now)
        }
        (Some(Asked::Starting), _) => vec!["Starting in 3 seconds. Enter stops it.".to_owned()],
        (Some(Asked::Quit), _) => doing::quit_question(),
        _ => Vec::new(),
    };
    say_all(app, lines);
}

/// Other counts than those that were told, now and then, where nobody is being asked anything.
fn tell_changes(app: &mut App, now: Timestamp) {
    let told = list::Told::of(app);
    let is_quiet = app.overlay.is_none() && !app.is_running() && app.link.listed_at.is_some();
    let pause = if app.chats.counts.gap().is_none() {
        CHANGES
    } else {
        SLOW_CHANGES
    };
    let is_due = |spoken: &Spoken| {
        let before = spoken.counts.as_ref();
        let is_other =
            before.is_some_and(|(before, at)| *before != told && since(*at, now) >= pause);
        spoken.awaited.is_none() && is_other
    };
    if !is_quiet || !app.spoken.as_deref().is_some_and(is_due) {
        return;
    }
    let words = format!("Changed: {}.", told.words(app));
    if let Some(spoken) = &mut app.spoken {
        spoken.counts = Some((told, now));
        spoken.say(words);
    }
}

/// With a capital at its beginning and a stop at its end.
fn sentence(words: &str) -> String {
    let words = words.trim();
    let mut letters = words.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let stop = if words.ends_with(['.', '?', '!', ':']) {
        ""
    } else {
        "."
    };
    // An id keeps its letters.
    let is_word = words
        .split([' ', ':', ',', ';'])
        .next()
        .is_some_and(|word| {
            word.chars()
                .all(|letter| letter.is_alphabetic() || "-'".contains(letter))
        });
    if is_word {
        format!("{}{}{stop}", first.to_uppercase(), letters.as_str())
    } else {
        format!("{words}{stop}")
    }
}
