//! One chat in words: who is there, why it is open and on what that rests, what happened in which order, and what was said.

use jiff::Timestamp;

use super::{numbers, sentence, span};
use crate::app::clock_text::{clock, full};
use crate::app::inspect::{Tab, happenings, has_come, said, said_in_it, standing};
use crate::app::{App, Screen};
use crate::domain::conversation::{Conversation, LegState, Participant, Purpose};
use crate::domain::diagnosis::words;
use crate::domain::evidence::who;
use crate::domain::ids::ConversationId;
use crate::domain::kind::Bulk;
use crate::domain::roster::Row;
use crate::domain::shown::{deployment_words, division_words, queue_words};

/// The first letters of an id, as they are said.
pub(super) fn short(id: ConversationId) -> String {
    id.short()
}

/// Who is there and who has left, of those that count: the customer, the newest of our own people, a bot where nobody of ours was.
pub(super) fn who_is_there(app: &App, row: &Row) -> Vec<String> {
    let Some(reading) = &row.reading else {
        return Vec::new();
    };
    let conversation = &reading.conversation;
    let customer = conversation.newest_party(Purpose::is_customer);
    let staff = conversation.newest_party(Purpose::is_staff);
    let bot = conversation
        .newest_party(Purpose::is_automaton)
        .filter(|_| staff.is_none());
    let told = [customer, staff, bot].into_iter().flatten();
    told.map(|party| party_words(app, party)).collect()
}

fn party_words(app: &App, party: &Participant) -> String {
    let name = party.name.as_ref().map(|name| {
        if party.purpose.is_human() {
            format!(" {}", app.privacy.name(name.as_str()))
        } else {
            format!(" {name}")
        }
    });
    let open = party.legs.iter().rev().find(|leg| leg.is_open());
    let state = match open.map(|leg| &leg.state) {
        Some(LegState::Connected) => "open",
        Some(state) => state.word(),
        None if party.legs.is_empty() => "never there",
        None => "left",
    };
    format!(
        "{}{} {state}",
        who(&party.purpose),
        name.unwrap_or_default()
    )
}

/// Everything about it but what was said.
pub(super) fn whole(app: &App, id: ConversationId, now: Timestamp) -> Vec<String> {
    let Some(row) = app.roster.row(id) else {
        return vec![numbers::gone(id)];
    };
    let mut lines = vec![format!("Chat {id}.")];
    lines.extend(diagnosed(app, &row, now));
    let Some(reading) = &row.reading else {
        return lines;
    };
    let conversation = &reading.conversation;
    lines.push("Who is there:".to_owned());
    lines.extend(parties(app, conversation, now));
    lines.push("What happened:".to_owned());
    lines.extend(happened(app, conversation, now));
    lines.extend(facts(app, &row, conversation, now));
    lines
}

/// Why it is open, and what that rests on.
pub(super) fn why(app: &App, id: ConversationId, now: Timestamp) -> Vec<String> {
    match app.roster.row(id) {
        Some(row) => diagnosed(app, &row, now),
        None => vec![numbers::gone(id)],
    }
}

fn diagnosed(app: &App, row: &Row, now: Timestamp) -> Vec<String> {
    let diagnosis = row.diagnosis(now);
    let kind = diagnosis.kind;
    let id = short(row.listed.id);
    let severity = row.severity_of(kind, now).word();
    let mut lines = vec![
        format!(
            "{id}, {severity}, age {}, {}.",
            span::words(row.age(now)),
            kind.word()
        ),
        labelled("Why", &diagnosis.why),
        labelled("What to do", kind.remedy()),
        labelled("Plan", may(kind.bulk())),
    ];
    if let Some(why) = row.forbidden(now) {
        lines.push(labelled("Left alone", &why));
    }
    let naming = |name: &str| app.privacy.name(name);
    for line in words::lines(row, &naming, now) {
        let label = if line.label.is_empty() {
            "and"
        } else {
            line.label
        };
        lines.push(labelled(label, &line.words));
    }
    if let Some(failed) = &row.failed_read {
        lines.push(labelled("The last read failed", &failed.failure.words()));
    }
    lines.push(sentence(&span::spelled(&row.source().words(now))));
    lines
}

fn may(bulk: Bulk) -> &'static str {
    match bulk {
        Bulk::Yes => "may be ended, alone or with others",
        Bulk::OneByOne => "may be ended one at a time, chosen by itself",
        Bulk::Live => "healthy: ended only alone, with the live phrase",
        Bulk::Never => "is left alone",
    }
}

/// `Why: customer left 6 hours ago.`
pub(super) fn labelled(label: &str, words: &str) -> String {
    let words = span::spelled(words);
    let mut letters = label.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    let stop = if words.ends_with(['.', '?', '!']) {
        ""
    } else {
        "."
    };
    format!(
        "{}{}: {words}{stop}",
        first.unwrap_or_default(),
        letters.as_str()
    )
}

fn parties(app: &App, conversation: &Conversation, now: Timestamp) -> Vec<String> {
    let parties = conversation.participants.iter();
    parties
        .map(|party| sentence(&span::spelled(&standing(party, app.privacy, now))))
        .collect()
}

fn happened(app: &App, conversation: &Conversation, now: Timestamp) -> Vec<String> {
    let zone = &app.settings.zone;
    let mut lines: Vec<String> = happenings(conversation, app.privacy)
        .into_iter()
        .map(|one| {
            format!(
                "{}, {} {}.",
                clock(one.at, zone, now),
                one.role,
                one.words.trim()
            )
        })
        .collect();
    let quiet = crate::domain::moment::since(conversation.quiet_since(), now);
    lines.push(format!("Silence for {} so far.", span::words(quiet)));
    lines
}

fn facts(app: &App, row: &Row, conversation: &Conversation, now: Timestamp) -> Vec<String> {
    let zone = &app.settings.zone;
    let divisions = division_words(row);
    let began = format!(
        "{}, {} ago",
        full(conversation.started, zone),
        span::words(row.age(now))
    );
    let told = [
        ("Began", Some(began)),
        ("Queue", queue_words(row)),
        ("Deployment", deployment_words(row)),
        (
            "Divisions",
            Some(divisions.join(", ")).filter(|all| !all.is_empty()),
        ),
    ];
    told.into_iter()
        .filter_map(|(label, words)| Some(format!("{label}: {}.", words?)))
        .collect()
}

/// The page of what was said is open.
pub(super) fn has_transcript(app: &App) -> bool {
    matches!(app.screens.last(), Some(Screen::Inspect(inspect)) if inspect.tab == Tab::Transcript)
}

/// It was fetched, or there is nothing to fetch any more.
pub(super) fn transcript_came(app: &App) -> bool {
    match app.screens.last() {
        Some(Screen::Inspect(inspect)) => has_come(app, inspect),
        _ => true,
    }
}

/// What was said, as far as it may be said aloud.
pub(super) fn transcript(app: &App, id: ConversationId, now: Timestamp) -> Vec<String> {
    let Some(Screen::Inspect(inspect)) = app.screens.last() else {
        return vec!["The transcript was left.".to_owned()];
    };
    let mut lines = vec![format!("What was said in {}:", short(id))];
    lines.extend(said_in_it(app, inspect, now));
    let (_, words) = said(app, inspect, now);
    lines.push(sentence(&span::spelled(&words)));
    lines
}
