//! One chat: who is there and since when, what happened in which order, why it is still open, and on what evidence. No message texts.

mod story;

pub use story::{LEG_LABEL, legs, parties, timeline};

use jiff::Timestamp;

use super::action::Action;
use super::caught::caught;
use super::clock_text::{clock, exact, full};
use super::extent::Class;
use super::page::scroll;
use super::severity::{severity_glyph, severity_tone};
use super::tone::{Tone, Words};
use super::{App, Effect, Screen, planning};
use crate::domain::conversation::{Conversation, Side};
use crate::domain::evidence::Evidence;
use crate::domain::feed::Command;
use crate::domain::ids::ConversationId;
use crate::domain::kind::{Bulk, Kind};
use crate::domain::moment::{short, since};
use crate::domain::roster::Row;
use crate::domain::shown::queue;

/// The screen's own state.
#[derive(Debug)]
pub struct Inspect {
    /// Which chat.
    pub id: ConversationId,
    /// The first line on screen.
    pub top: usize,
}

impl Inspect {
    pub(crate) fn new(id: ConversationId) -> Self {
        Self { id, top: 0 }
    }
}

/// The page in one column: parties, legs, why, timeline, facts, evidence.
pub fn lines(app: &App, id: ConversationId, now: Timestamp) -> Vec<Words> {
    let width = usize::from(app.extent.width);
    let mut lines = beside(app, id, width, now);
    lines.push(Words::blank());
    lines.extend(story_lines(app, id, now));
    lines
}

/// The left column of a wide page: everything but the timeline.
pub fn beside(app: &App, id: ConversationId, width: usize, now: Timestamp) -> Vec<Words> {
    let Some(row) = app.roster.row(id) else {
        return vec![Words::new(Tone::Dim, " this chat is no longer on the list")];
    };
    let Some(reading) = &row.reading else {
        return unread(row, now);
    };
    let conversation = &reading.conversation;
    let zone = &app.settings.zone;
    let mut lines = parties(conversation, now, width);
    lines.push(Words::blank());
    lines.extend(legs(conversation, zone, now, width));
    lines.push(Words::blank());
    lines.extend(why(app, row, now));
    lines.push(Words::blank());
    lines.extend(facts(row, conversation, zone, now));
    lines
}

/// The timeline with its heading.
pub fn story_lines(app: &App, id: ConversationId, now: Timestamp) -> Vec<Words> {
    let Some(reading) = app.roster.row(id).and_then(|row| row.reading.as_ref()) else {
        return Vec::new();
    };
    let mut lines = vec![Words::new(Tone::Strong, " TIMELINE")];
    lines.extend(timeline(&reading.conversation, &app.settings.zone, now));
    lines
}

fn unread(row: &Row, now: Timestamp) -> Vec<Words> {
    let mut lines = vec![
        Words::new(Tone::Accent, " not read yet"),
        Words::plain(format!(
            " The list says only that it began {} ago. Who is there, who wrote last and why it is open are not known.",
            short(row.age(now))
        )),
    ];
    if let Some(failed) = &row.failed_read {
        lines.push(Words::new(
            Tone::Warn,
            format!(" The read failed: {}", failed.failure.words()),
        ));
    }
    lines
}

fn why(app: &App, row: &Row, now: Timestamp) -> Vec<Words> {
    let diagnosis = row.diagnosis(now);
    let kind = diagnosis.kind;
    let may = match kind.bulk() {
        Bulk::Yes => "may be ended, alone or with others",
        Bulk::OneByOne => "may be ended one at a time, chosen by itself",
        Bulk::Live => "healthy: ended only alone, with the live phrase",
        Bulk::Never => "is left alone",
    };
    let owes_code = kind == Kind::WrapUp && app.settings.wrap_up.is_none();
    let may = if owes_code {
        "needs a wrap-up code in the profile"
    } else {
        may
    };
    let severity = row.severity_of(kind, now);
    let may = if row.forbidden(now).is_some() {
        "is left alone: see below"
    } else {
        may
    };
    let mut lines = vec![
        Words::new(Tone::Strong, " WHY       ")
            .and(
                severity_tone(severity),
                format!("{} {}", severity_glyph(severity), kind.word()),
            )
            .and(Tone::Plain, format!("  {}", diagnosis.why)),
        Words::plain(format!(" REMEDY    {}", kind.remedy())),
        Words::plain(format!(" PLAN      {may}")),
    ];
    lines.extend(caught(row, now));
    if let Some(failed) = &row.failed_read {
        lines.push(Words::new(
            Tone::Warn,
            format!(" LAST READ {}", failed.failure.words()),
        ));
    }
    lines
}

fn facts(
    row: &Row,
    conversation: &Conversation,
    zone: &jiff::tz::TimeZone,
    now: Timestamp,
) -> Vec<Words> {
    let count = |side| {
        conversation
            .messages
            .iter()
            .filter(|message| message.from == side)
            .count()
    };
    let newest = conversation.newest_of_all().map_or_else(
        || "none".to_owned(),
        |message| {
            let who = match message.from {
                Side::Customer => "customer",
                Side::Agent => "agent",
            };
            format!(
                "{who} {} ({} ago)",
                clock(message.at, zone, now),
                short(since(message.at, now))
            )
        },
    );
    let evidence = Evidence::of(conversation);
    let print: String = evidence.fingerprint().chars().take(12).collect();
    vec![
        Words::new(Tone::Strong, " FACTS"),
        Words::plain(format!(" id        {}", conversation.id)),
        Words::plain(format!(
            " started   {} ({} ago)",
            full(conversation.started, zone),
            short(row.age(now))
        )),
        Words::plain(format!(
            " messages  {} customer, {} agent; newest {newest}",
            count(Side::Customer),
            count(Side::Agent)
        )),
        Words::plain(format!(
            " queue     {}",
            queue(row).map_or_else(|| "none".to_owned(), ToString::to_string)
        )),
        Words::plain(" EVIDENCE  ").and(Tone::Plain, super::trace::evidence_words(&evidence, zone)),
        Words::new(Tone::Dim, format!("           fingerprint {print}")),
    ]
}

/// How fresh the page is, for its status row.
pub fn freshness(row: &Row, now: Timestamp) -> String {
    let Some(reading) = &row.reading else {
        return "not read yet".to_owned();
    };
    let correlation = reading
        .receipt
        .correlation
        .as_ref()
        .map(|id| format!(", correlation {id}"))
        .unwrap_or_default();
    format!(
        "Read {} ago: 1 request, {} ms{correlation}",
        exact(since(reading.read_at, now)),
        reading.receipt.took_ms
    )
}

/// Does an action of the page.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let Some(Screen::Inspect(inspect)) = app.screens.last() else {
        return Vec::new();
    };
    let (id, top) = (inspect.id, inspect.top);
    match action {
        Action::Back => {
            app.screens.pop();
        }
        Action::Copy => return vec![Effect::Copy(id.to_string())],
        Action::Refresh => return vec![Effect::Engine(Command::Read(vec![id]))],
        Action::Plan if app.planning().is_some() => app
            .notices
            .tell("x: a plan is open already; Esc goes back to it", now),
        Action::Plan => return planning::open_for(app, vec![id], 0, now),
        Action::NextChat | Action::PreviousChat => return neighbour(app, id, action, now),
        action => {
            let to = scroll(
                top,
                action,
                app.extent.page_rows(),
                line_count(app, id, now),
            );
            if let Some(Screen::Inspect(inspect)) = app.screens.last_mut() {
                inspect.top = to;
            }
        }
    }
    Vec::new()
}

fn line_count(app: &App, id: ConversationId, now: Timestamp) -> usize {
    if app.extent.class() == Class::Wide {
        let left = beside(app, id, 74, now).len();
        left.max(story_lines(app, id, now).len())
    } else {
        lines(app, id, now).len()
    }
}

fn neighbour(app: &mut App, id: ConversationId, action: Action, now: Timestamp) -> Vec<Effect> {
    let shown = app.chats.shown();
    let at = shown.iter().position(|other| *other == id).unwrap_or(0);
    let to = if action == Action::NextChat {
        at + 1
    } else {
        at.wrapping_sub(1)
    };
    let Some(next) = shown.get(to).copied() else {
        app.notices.tell("no further chat in this direction", now);
        return Vec::new();
    };
    app.chats.go_to(next, app.extent.chat_rows(), now);
    if let Some(Screen::Inspect(inspect)) = app.screens.last_mut() {
        *inspect = Inspect::new(next);
    }
    vec![Effect::Engine(Command::Read(vec![next]))]
}

/// Keeps the scrolling within the page.
pub(crate) fn fit(app: &mut App) {
    let Some(Screen::Inspect(inspect)) = app.screens.last() else {
        return;
    };
    let id = inspect.id;
    let now = app
        .roster
        .row(id)
        .and_then(|row| row.reading.as_ref())
        .map_or(app.settings.started, |reading| reading.arrived);
    let lowest = line_count(app, id, now).saturating_sub(app.extent.page_rows());
    if let Some(Screen::Inspect(inspect)) = app.screens.last_mut() {
        inspect.top = inspect.top.min(lowest);
    }
}
