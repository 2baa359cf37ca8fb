//! A run in words: each outcome as it comes, how far it is every few seconds, why it stands still, and the report with what needs somebody
//! first.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use super::list::{self, many};
use super::numbers::{self, Of};
use super::{chat::short, say, say_all, sentence, span};
use crate::app::board::{settled_words, times};
use crate::app::clock_text::tenths;
use crate::app::link::Standing;
use crate::app::report::{next_step, order, span_words};
use crate::app::run_log::{RunLog, Whose, needs_eye};
use crate::app::{App, Screen, trace};
use crate::domain::fact::FinalState;
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::item::Item;
use crate::domain::moment::since;
use crate::domain::run::RunState;

/// How often it is said how far the run is.
const PROGRESS: SignedDuration = SignedDuration::from_secs(5);
/// How wide lines may be: none is folded.
pub(super) const WIDE: usize = 400;
pub(super) const WIDE_PAGE: u16 = 400;

/// What was said of a run so far.
#[derive(Debug, Default)]
pub(super) struct Heard {
    is_opening: bool,
    run: Option<RunId>,
    told: HashSet<ConversationId>,
    state: Option<RunState>,
    spoke_at: Option<Timestamp>,
    is_over: bool,
}

/// Says what is new of the run.
pub(super) fn follow(app: &mut App, now: Timestamp) {
    let Some(spoken) = &mut app.spoken else {
        return;
    };
    let mut heard = std::mem::take(&mut spoken.run);
    let lines = news(app, &mut heard, now);
    if !lines.is_empty() {
        heard.spoke_at = Some(now);
    }
    let is_news_of_end = heard.run.is_some() && !heard.is_over;
    let is_over = is_news_of_end && !app.is_running();
    heard.is_over |= is_over;
    if let Some(spoken) = &mut app.spoken {
        spoken.run = heard;
    }
    say_all(app, lines);
    if is_over && whose(app) == Some(Whose::Live) {
        read_report(app, now);
    }
}

fn news(app: &App, heard: &mut Heard, now: Timestamp) -> Vec<String> {
    if app.awaited.is_some() {
        let was_opening = std::mem::replace(&mut heard.is_opening, true);
        if was_opening {
            return Vec::new();
        }
        *heard = Heard {
            is_opening: true,
            ..Heard::default()
        };
        return vec!["Confirmed. The run is being opened.".to_owned()];
    }
    heard.is_opening = false;
    let Some(log) = &app.live else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    if heard.run != Some(log.run.header.id) {
        heard.run = Some(log.run.header.id);
        heard.state = None;
        heard.is_over = false;
        // What was final before it was taken up again is no news.
        heard.told = settled(log).map(|item| item.plan.id).collect();
        lines.push(began(log));
    }
    lines.extend(outcomes(log, heard));
    lines.extend(standing(app, log, heard));
    let is_due = heard.spoke_at.is_none_or(|at| since(at, now) >= PROGRESS);
    if log.is_active() && lines.is_empty() && is_due {
        lines.push(progress(app, log, now));
    }
    lines
}

fn settled(log: &RunLog) -> impl Iterator<Item = &Item> {
    log.run.items.iter().filter(|item| item.is_settled())
}

fn began(log: &RunLog) -> String {
    let plan = &log.run.header.plan;
    // One that is new is confirmed only after it was opened.
    let began = if log.run.confirmed.is_some() {
        "is taken up again"
    } else {
        "began"
    };
    let recipe = plan.recipe.recipe();
    let way = recipe.map_or_else(String::new, |recipe| {
        format!(", by the recipe {}", recipe.name)
    });
    format!(
        "Run {} {began}: {}{way}. \"stop\" or Ctrl-C stops it, \"status\" says how far it is.",
        log.run.header.id.0,
        many(plan.items.len(), "chat")
    )
}

/// A line for each chat that is final since: which, how it came out, how long that took.
fn outcomes(log: &RunLog, heard: &mut Heard) -> Vec<String> {
    let mut new: Vec<&Item> = settled(log)
        .filter(|item| !heard.told.contains(&item.plan.id))
        .collect();
    new.sort_by_key(|item| item.settled.as_ref().map(|(_, at)| *at));
    let all = log.run.items.len();
    let mut lines = Vec::new();
    for item in new {
        heard.told.insert(item.plan.id);
        lines.push(format!("{} of {all}, {}.", heard.told.len(), outcome(item)));
    }
    lines
}

/// `3f2a9c41, ended, 2.2 seconds`.
fn outcome(item: &Item) -> String {
    let words = item.settled.as_ref().map_or_else(
        || "no final state".to_owned(),
        |(settled, _)| settled_words(settled).1,
    );
    let took = item
        .span
        .map(|(first, last)| format!(", {} seconds", tenths(since(first, last).as_millis())));
    let words = span::spelled(&words);
    format!(
        "{}, {}{}",
        short(item.plan.id),
        words.trim_end_matches('.'),
        took.unwrap_or_default()
    )
}

/// How the run stands, where that has changed.
fn standing(app: &App, log: &RunLog, heard: &mut Heard) -> Option<String> {
    let state = &log.run.state;
    if heard.state.as_ref() == Some(state) {
        return None;
    }
    let was_paused = matches!(heard.state, Some(RunState::Paused(_)));
    heard.state = Some(state.clone());
    match state {
        RunState::Paused(why) => Some(format!(
            "Paused: {}. \"pause\" lets it go on, \"stop\" stops it.",
            span::spelled(why)
        )),
        RunState::Stopping(_) if app.is_leaving => Some(
            "Stopping, then leaving: nothing new is started, what is in flight settles, 35 seconds at most.".to_owned(),
        ),
        RunState::Stopping(_) => Some(
            "Stopping: nothing new is started, what is in flight settles, 35 seconds at most. Ctrl-C leaves at once.".to_owned(),
        ),
        RunState::Halted(_, why) => Some(format!("Halted: {}.", span::spelled(why))),
        RunState::Running if was_paused => Some("The run goes on.".to_owned()),
        RunState::Running | RunState::Unconfirmed | RunState::Finished => None,
    }
}

fn progress(app: &App, log: &RunLog, now: Timestamp) -> String {
    let tally = log.run.tally();
    let (so_far, left) = times(log, now);
    let left = left.map(|left| format!(", about {} left", span::words(left)));
    let waits = match &log.run.state {
        RunState::Paused(why) => format!(" Paused: {}.", span::spelled(why)),
        _ if app.link.standing(now) == Standing::RateLimited => {
            " Genesys slows us: the rate is used up for now.".to_owned()
        }
        _ => String::new(),
    };
    format!(
        "Run {}: {} of {} done, {} in work, {} so far{}.{waits}",
        log.run.header.id.0,
        tally.finals(),
        tally.planned,
        tally.running,
        span::words(so_far),
        left.unwrap_or_default()
    )
}

/// How far the run is; without one how the list stands.
pub(super) fn status(app: &App, now: Timestamp) -> Vec<String> {
    if let Some(log) = app.live.as_ref().filter(|log| log.is_active()) {
        return vec![progress(app, log, now)];
    }
    let words = match app.link.standing(now) {
        Standing::SignedOut => "signed out",
        Standing::NotPermitted => "not permitted",
        Standing::Offline => "offline",
        Standing::RateLimited => "slowed by Genesys",
        Standing::Slow => "slow",
        Standing::Paused => "paused",
        Standing::Connecting => "connecting",
        Standing::Loading => "loading",
        Standing::Partial => "live in part",
        Standing::Live => "live",
    };
    let mut lines = vec![
        list::summary(app, now),
        sentence(&format!("{words}, {}", list::age(app, now))),
    ];
    let trouble = app.link.trouble.as_ref();
    lines.extend(trouble.map(|trouble| sentence(&span::spelled(&trouble.failure.words()))));
    lines.extend(app.link.reach.words(now).map(|words| sentence(&words)));
    lines
}

/// Whose report is in view.
pub(super) fn whose(app: &App) -> Option<Whose> {
    match app.screens.last() {
        Some(Screen::Report(report)) => Some(report.whose),
        _ => None,
    }
}

/// Reads the report out: how it came out, what needs somebody, and from what it is known. Its rows have the numbers from here on.
pub(super) fn read_report(app: &mut App, now: Timestamp) {
    let Some((whose, log)) = whose(app).and_then(|whose| Some((whose, app.run_log(whose)?))) else {
        return;
    };
    let ids: Vec<ConversationId> = order(log).iter().map(|item| item.plan.id).collect();
    let needs = log.needs_you().len();
    let (head, facts) = (head(log, needs), facts(app, log));
    let done = ids.len() - needs;
    numbers::number(app, Of::Report(whose), ids);
    say_all(app, head);
    let left = if needs > 0 {
        numbers::read(app, needs, now)
    } else {
        done
    };
    say_all(app, facts);
    if left > 0 && left == done {
        say(
            app,
            format!("{} done: \"more\" reads on.", many(done, "chat")),
        );
    } else {
        numbers::say_left(app, left);
    }
}

fn head(log: &RunLog, needs: usize) -> Vec<String> {
    let tally = log.run.tally();
    let counts: Vec<String> = FinalState::ALL
        .into_iter()
        .filter(|state| tally.of(*state) > 0 || *state == FinalState::Ended)
        .map(|state| format!("{} {}", tally.of(state), state.word()))
        .collect();
    let open = tally.planned - tally.finals();
    let done = if open == 0 { "Done" } else { "Not finished" };
    let mut lines = Vec::new();
    if tally.incidents > 0 {
        lines.push(format!(
            "{}: a person was there whom the check had not shown.",
            many(tally.incidents, "INCIDENT")
        ));
    }
    let planned = many(tally.planned, "chat");
    lines.push(format!("{done}. {planned}: {}.", counts.join(", ")));
    match &log.run.cut_short {
        Some(RunState::Stopping(by)) => lines.push(format!("Cut short: stopped by {by}.")),
        Some(RunState::Halted(_, why)) => lines.push(format!("Cut short: {}.", span::spelled(why))),
        _ => {}
    }
    lines.push(match (needs, open) {
        (0, 0) => {
            "Nothing needs you: every chat of the plan is over, and was read twice.".to_owned()
        }
        (0, open) => format!(
            "What became of {open} is not known: \"resume\" takes the run up again, by its phrase."
        ),
        (needs, _) => format!(
            "{} you:",
            if needs == 1 {
                "1 needs".to_owned()
            } else {
                format!("{needs} need")
            }
        ),
    });
    lines
}

fn facts(app: &App, log: &RunLog) -> Vec<String> {
    let header = &log.run.header;
    let tally = log.run.tally();
    let mut lines = vec![
        format!(
            "{} sent.",
            many(
                usize::try_from(tally.requests).unwrap_or(usize::MAX),
                "request"
            )
        ),
        sentence(&format!("guests: {}", log.guest_words())),
    ];
    if log.watched() > 0 {
        lines.push(format!(
            "{} let go of while a request may yet take effect: looked at for 10 minutes, while this console is open.",
            log.watched()
        ));
    }
    lines.extend(header.note.as_ref().map(|note| format!("Note: {note}")));
    lines.push(format!(
        "Recorded as run {}, {}, {}, without texts, and without names but what note and filter say.",
        header.id.0,
        header.plan.profile,
        span_words(log, &app.settings.zone)
    ));
    lines
}

/// A row of the report: how it came out, and what to do next where somebody has to.
pub(super) fn row(app: &App, whose: Whose, id: ConversationId) -> Vec<String> {
    let log = app.run_log(whose);
    let Some((log, item)) = log.and_then(|log| Some((log, log.run.item(id)?))) else {
        return vec![format!("{}, not in this run.", short(id))];
    };
    let name = match log.customer(id) {
        "" => String::new(),
        name => format!(", customer {name}"),
    };
    let mut lines = vec![format!(
        "{}{name}, {}.",
        outcome(item),
        item.plan.kind.word()
    )];
    if let Some((settled, _)) = item.settled.as_ref().filter(|_| needs_eye(item)) {
        // Of the others the outcome says why.
        let is_bare = matches!(
            settled.state,
            FinalState::WrapUpOwed | FinalState::Cancelled
        );
        if settled.incident.is_none() && is_bare {
            let why = sentence(&span::spelled(&settled.reason));
            lines.push(format!("Why: {why}"));
        }
        lines.push(format!(
            "Next: {}",
            sentence(&next_step(&log.keys, &log.run.header.plan, item))
        ));
    }
    lines
}

/// Every read and every request of a chat of a run, a line each.
pub(super) fn requests(app: &App, whose: Whose, id: ConversationId) -> Vec<String> {
    let Some(log) = app.run_log(whose) else {
        return Vec::new();
    };
    let lines = trace::lines(log, id, &app.settings.zone, WIDE_PAGE);
    let plain = lines.iter().map(|line| plain(&line.text()));
    plain.filter(|line| !line.is_empty()).collect()
}

/// A line without signs and room beside its words: they say nothing that the words do not.
pub(super) fn plain(text: &str) -> String {
    let is_said = |letter: &char| letter.is_ascii() || letter.is_alphanumeric();
    let text: String = text.chars().filter(is_said).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
