//! What a diagnosis rests on, in words and each with its source: what keeps it open, who spoke last, what is owed, what runs, who is there.
//! The same lines stand in inspect, beside the list and under `show`.

use jiff::Timestamp;

use super::astray::not_known;
use crate::domain::conversation::{Conversation, LegState, Participant, Purpose, Side, WrapUp};
use crate::domain::evidence::who;
use crate::domain::moment::{short, since};
use crate::domain::recorded::{Recorded, RecordedFlow};
use crate::domain::roster::Row;

/// A label and what is to be said under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// One word, at most nine characters; empty where the line goes on with what the one before it says.
    pub label: &'static str,
    /// The words.
    pub words: String,
}

/// How the name of a person is shown: as it is, or masked.
pub type Naming<'a> = &'a dyn Fn(&str) -> String;

/// The lines of a row, at a moment of this machine's clock. Before a read there is little to say.
pub fn lines(row: &Row, naming: Naming<'_>, now: Timestamp) -> Vec<Line> {
    let mut page = Page(Vec::new());
    let at = row.platform_time(now);
    if let Some(reading) = &row.reading {
        let conversation = &reading.conversation;
        page.all("open", open_legs(conversation, naming, at));
        page.one("last", Some(last_spoke(conversation, at)));
        page.all("wrap-up", owed(conversation, naming, at));
        page.one("timer", timer(conversation, at));
        page.all("parked", parked(conversation, naming, at));
        page.one("transfer", transfer(conversation, at));
        page.one("agent", agent(row, conversation, now));
    }
    if let Some(missing) = row.beside.missing_since {
        page.one("missing", Some(not_known(missing, now)));
    }
    page.all("sent", sent(row, at));
    if let Some(record) = row.listed.recorded.as_deref() {
        page.one("flow", flow(record));
        page.one("analytics", Some(recorded(record, now)));
    }
    page.0
}

/// The lines so far.
struct Page(Vec<Line>);

impl Page {
    fn one(&mut self, label: &'static str, words: Option<String>) {
        self.all(label, words.into_iter().collect());
    }

    fn all(&mut self, label: &'static str, words: Vec<String>) {
        let labels = std::iter::once(label).chain(std::iter::repeat(""));
        let lines = labels.zip(words);
        self.0
            .extend(lines.map(|(label, words)| Line { label, words }));
    }
}

/// A party with the name that it goes by.
fn called(party: &Participant, naming: Naming<'_>) -> String {
    let name = if party.purpose == Purpose::Queue {
        party.queue.as_ref().or(party.name.as_ref())
    } else {
        party.name.as_ref()
    };
    let name = name.map(|name| {
        if party.purpose.is_human() {
            naming(name.as_str())
        } else {
            name.to_string()
        }
    });
    let name = name.map(|name| format!(" {name}")).unwrap_or_default();
    format!("{}{name}", who(&party.purpose))
}

fn open_legs(conversation: &Conversation, naming: Naming<'_>, now: Timestamp) -> Vec<String> {
    let legs = conversation.open_legs().map(|(party, leg)| {
        let from = match leg.state {
            LegState::Alerting => leg.alerting_since.or(leg.since),
            _ => leg.since,
        };
        let from = from
            .map(|from| format!(" for {}", short(since(from, now))))
            .unwrap_or_default();
        format!("{}: {}{from}", called(party, naming), leg.state.word())
    });
    let legs: Vec<String> = legs.collect();
    match (legs.is_empty(), conversation.owes_wrap_up()) {
        (false, _) => legs,
        (true, true) => vec!["no leg; after-call work keeps it open".to_owned()],
        (true, false) => vec!["nothing: no leg is open, nothing is owed".to_owned()],
    }
}

fn last_spoke(conversation: &Conversation, now: Timestamp) -> String {
    match conversation.newest_of_all() {
        Some(message) => {
            let side = match message.from {
                Side::Customer => "customer",
                Side::Agent => "agent",
            };
            format!("{side}, {} ago", short(since(message.at, now)))
        }
        None => "nobody wrote yet".to_owned(),
    }
}

fn owed(conversation: &Conversation, naming: Naming<'_>, now: Timestamp) -> Vec<String> {
    let owing = conversation.participants.iter().filter_map(|party| {
        let WrapUp::Owed {
            since: from,
            timeout,
        } = party.wrap_up
        else {
            return None;
        };
        let from = from
            .map(|from| format!(" for {}", short(since(from, now))))
            .unwrap_or_default();
        let limit = if timeout.is_zero() {
            "the platform waits for ever".to_owned()
        } else {
            format!("the platform waits {}", short(timeout))
        };
        Some(format!(
            "{} has owed it{from}; {limit}",
            called(party, naming)
        ))
    });
    owing.collect()
}

fn timer(conversation: &Conversation, now: Timestamp) -> Option<String> {
    let late = since(conversation.inactivity_timeout?, now);
    Some(if late.is_negative() {
        format!("inactivity ends it in {}", short(-late))
    } else {
        format!("inactivity was to end it {} ago", short(late))
    })
}

fn parked(conversation: &Conversation, naming: Naming<'_>, now: Timestamp) -> Vec<String> {
    let parked = conversation
        .open_legs()
        .filter(|(_, leg)| leg.state == LegState::Parked);
    let words = parked.map(|(party, leg)| {
        let party = called(party, naming);
        match leg.resumes.map(|resumes| since(resumes, now)) {
            None => format!("by {party}, with no time to come back"),
            Some(late) if late.is_negative() => {
                format!("by {party}, due back in {}", short(-late))
            }
            Some(late) => format!("by {party}, was due back {} ago", short(late)),
        }
    });
    words.collect()
}

fn transfer(conversation: &Conversation, now: Timestamp) -> Option<String> {
    let under_way = since(conversation.transfer_since?, now);
    Some(format!("under way for {}", short(under_way)))
}

/// The standing of the agent whose leg is up: known, or not and why.
fn agent(row: &Row, conversation: &Conversation, now: Timestamp) -> Option<String> {
    let is_up = conversation
        .open_legs()
        .any(|(party, _)| party.purpose.is_staff());
    if !is_up {
        return None;
    }
    let Some(standing) = &row.beside.agent else {
        let why = row.beside.no_standing.as_ref();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        return Some(format!("presence not known{why}"));
    };
    let at = row.platform_time(now);
    let ago = |from: Option<Timestamp>| {
        from.map(|from| format!(" for {}", short(since(from, at))))
            .unwrap_or_default()
    };
    let presence = standing.presence.as_ref().map_or_else(
        || "presence not known".to_owned(),
        |word| format!("{word}{}", ago(standing.presence_since)),
    );
    let routing = standing
        .routing
        .as_ref()
        .map(|word| format!(", {word}{}", ago(standing.routing_since)))
        .unwrap_or_default();
    let read = short(since(standing.read_at, now));
    Some(format!("{presence}{routing} (asked {read} ago)"))
}

fn sent(row: &Row, now: Timestamp) -> Vec<String> {
    let accepted = row.beside.accepted.iter().map(|accepted| {
        let aim = if accepted.target.is_some() {
            "one party's legs"
        } else {
            "all of it"
        };
        let ago = short(since(accepted.at, now));
        format!("our request to end {aim} was accepted {ago} ago")
    });
    accepted.collect()
}

/// The flow that held it last, with its version.
fn flow(record: &Recorded) -> Option<String> {
    let RecordedFlow {
        id, name, version, ..
    } = record.newest_flow()?;
    let name = name.as_ref().or(id.as_ref())?;
    let version = version.as_ref();
    let version = version.map(|said| format!(", version {said}"));
    Some(format!("{name}{}", version.unwrap_or_default()))
}

fn recorded(record: &Recorded, now: Timestamp) -> String {
    let asked = short(since(record.asked_at, now));
    if let Some(ended) = record.ended {
        return format!("ended at {ended:.0} (asked {asked} ago)");
    }
    let open: Vec<&str> = record.open_legs().map(|leg| who(&leg.purpose)).collect();
    let open = if open.is_empty() {
        "no session".to_owned()
    } else {
        open.join(", ")
    };
    format!("still open: {open} (asked {asked} ago)")
}
