//! What was asked for and is on its way: lines that are typed meanwhile wait, and what came is said when it is there, or why it did not come.

use jiff::{SignedDuration, Timestamp};

use super::commands::Verb;
use super::numbers::{self, Of};
use super::{Spoken, chat, commands, list, lookouts, past, plan, run, say, say_all};
use crate::app::action::{Action, Mode};
use crate::app::planning::{Planning, codes};
use crate::app::update::done as act;
use crate::app::{App, Effect, Screen};
use crate::domain::ids::ConversationId;
use crate::domain::moment::since;

/// How long an answer is waited for, before the next line has its turn without it.
const PATIENCE: SignedDuration = SignedDuration::from_secs(20);
/// How long the rows of a list that is there are waited for: they are judged only when they are read.
const READING: SignedDuration = SignedDuration::from_secs(5);
/// How often it is said how far it is.
const PROGRESS: i64 = 5;

/// Something on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Awaited {
    /// The list, newer than the question.
    List,
    /// The rows that are read out next.
    Rows,
    /// A chat, to be read out.
    Chat(ConversationId),
    /// A chat, to say why it is open.
    Why(ConversationId),
    /// A chat, to make its packet.
    Packet(ConversationId),
    /// What was said in a chat.
    Transcript(ConversationId),
    /// The re-reading of a plan.
    Plan,
    /// What a check of the plan would make of it.
    DryRun,
    /// Which wrap-up codes there are, to choose one.
    Codes,
    /// The journal's runs, after so many answers of the journal.
    Runs(u32),
    /// A run of the journal.
    PastRun,
    /// What this console has requested.
    Requests,
}

impl App {
    /// What is typed is taken now. Where lines are, they wait where they are typed while too many wait here.
    pub fn takes_input(&self) -> bool {
        self.spoken.as_deref().is_none_or(Spoken::takes_lines)
    }
}

/// A line that waits for no answer: it is about the run under way.
pub(super) fn is_urgent(app: &App, line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    let is_about_it = commands::find(&word.to_lowercase()).is_some_and(|command| {
        matches!(
            command.verb,
            Verb::Stop | Verb::Pause | Verb::Status | Verb::Quit
        )
    });
    is_about_it && app.is_running()
}

/// A line that need not wait: it leaves what is waited for.
pub(super) fn may_break_off(app: &mut App, line: &str) -> bool {
    let Some(spoken) = &mut app.spoken else {
        return false;
    };
    let is_plan = matches!(spoken.awaited, Some((Awaited::Plan, _)));
    let leaves = commands::find(&line.trim().to_lowercase())
        .is_some_and(|command| matches!(command.verb, Verb::Back | Verb::Quit));
    let may = is_plan && leaves && spoken.queue.is_empty();
    if may {
        spoken.awaited = None;
    }
    may
}

/// Looks whether it has come, and says it.
pub(super) fn look(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some((awaited, asked)) = app.spoken.as_deref().and_then(|spoken| spoken.awaited) else {
        return Vec::new();
    };
    let waited = since(asked, now);
    let is_reading = matches!(awaited, Awaited::Plan | Awaited::DryRun);
    let is_late = waited >= PATIENCE && !is_reading;
    if !has_come(app, awaited, asked, now) && !is_late {
        if is_reading {
            tell_progress(app, waited);
        }
        return Vec::new();
    }
    if let Some(spoken) = &mut app.spoken {
        spoken.awaited = None;
        spoken.progress = 0;
    }
    tell(app, awaited, is_late, now)
}

fn tell_progress(app: &mut App, waited: SignedDuration) {
    let Some((done, all)) = app.planning().map(Planning::progress) else {
        return;
    };
    let due = waited.as_secs() / PROGRESS;
    let is_due = app
        .spoken
        .as_deref()
        .is_some_and(|spoken| spoken.progress < due);
    if let Some(spoken) = app.spoken.as_mut().filter(|_| is_due) {
        spoken.progress = due;
        spoken.say(format!("Re-reading {done} of {all}."));
    }
}

fn has_come(app: &App, awaited: Awaited, asked: Timestamp, now: Timestamp) -> bool {
    match awaited {
        Awaited::List => {
            let is_new = app.link.listed_at.is_some_and(|at| at >= asked);
            let is_judged = app.chats.counts.gap().is_none();
            let is_long = since(asked, now) >= READING;
            app.link.trouble.is_some() || (is_new && (is_judged || is_long))
        }
        Awaited::Rows => numbers::unread(app).is_empty() || since(asked, now) >= READING,
        Awaited::Chat(id) | Awaited::Why(id) | Awaited::Packet(id) => was_read(app, id, asked),
        Awaited::Transcript(_) => chat::transcript_came(app) && app.screens.last().is_some(),
        Awaited::Codes => codes::are_known(app),
        Awaited::Plan | Awaited::DryRun => app.planning().is_none_or(Planning::is_read),
        Awaited::Runs(answers) => app.history.answers() > answers,
        Awaited::PastRun => !app.history.is_waiting(),
        Awaited::Requests => lookouts::requests_came(app),
    }
}

/// The chat was read since, or could not be.
fn was_read(app: &App, id: ConversationId, asked: Timestamp) -> bool {
    app.roster.row(id).is_none_or(|row| {
        let read = row
            .reading
            .as_ref()
            .is_some_and(|reading| reading.arrived >= asked);
        read || row
            .failed_read
            .as_ref()
            .is_some_and(|failed| failed.at >= asked)
    })
}

fn tell(app: &mut App, awaited: Awaited, is_late: bool, now: Timestamp) -> Vec<Effect> {
    if is_late {
        say(app, "That takes long; what is known so far:");
    }
    match awaited {
        Awaited::List => return list::read_out(app, now),
        Awaited::Rows => numbers::read_on(app, now),
        Awaited::Chat(id) => {
            let lines = chat::whole(app, id, now);
            say_all(app, lines);
        }
        Awaited::Why(id) => {
            let lines = chat::why(app, id, now);
            say_all(app, lines);
        }
        Awaited::Packet(_) => return act(app, Mode::Inspect, Action::Packet, "packet", now),
        Awaited::Transcript(id) => {
            let lines = chat::transcript(app, id, now);
            say_all(app, lines);
        }
        Awaited::Plan => {
            let lines = plan::summary(app, now);
            say_all(app, lines);
            if numbers::are_of(app, Of::Plan) {
                numbers::read_on(app, now);
            }
        }
        // The page that opens is read out.
        Awaited::DryRun => {}
        Awaited::Codes => return plan::choose_code(app, now),
        Awaited::Runs(_) => past::read_out(app, now),
        Awaited::Requests => lookouts::read_requests(app, now),
        Awaited::PastRun => {
            if matches!(app.screens.last(), Some(Screen::Report(_))) {
                run::read_report(app, now);
            }
        }
    }
    Vec::new()
}
