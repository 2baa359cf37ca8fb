//! Was the guest told? For a plan, for one conversation, and after a run: with the deployment's setting as it was read with the plan, and a
//! witness where there is one.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::connect::Connection;
use super::pretend;
use crate::domain::ids::ConversationId;
use crate::domain::plan::Plan;
use crate::domain::roster::{Roster, Row};
use crate::domain::run::Run;
use crate::domain::told::{self, Guest, Telling, Told};
use crate::settings::Paths;

/// Reasons of single guests that are printed at most.
const SINGLE: usize = 20;

/// Somebody who saw what was written to guests' windows: only a pretend organisation has one.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    /// Where it is asked.
    pub(super) url: String,
    /// Where word of whom to trust there is kept.
    pub(super) paths: Paths,
}

/// A line of the ground truth, as far as it tells of guests.
#[derive(Deserialize)]
struct Seen {
    at: Timestamp,
    conversation: ConversationId,
    frame: Option<Frame>,
}

#[derive(Deserialize)]
struct Frame {
    kind: String,
}

impl Witness {
    /// Who was told since then that the conversation is over; nothing where it does not answer.
    async fn told_since(&self, since: Timestamp) -> Option<HashSet<ConversationId>> {
        let truth = pretend::get(&self.url, "/sandbox/truth", &self.paths).await;
        let truth = truth.ok()?;
        let lines = truth
            .lines()
            .filter_map(|line| serde_json::from_str::<Seen>(line).ok());
        let told = lines.filter(|seen| {
            let frame = seen.frame.as_ref();
            seen.at >= since && frame.is_some_and(|frame| frame.kind == "presence-disconnect")
        });
        Some(told.map(|seen| seen.conversation).collect())
    }
}

/// What was known of a plan's guests when it was made.
#[derive(Debug, Default)]
pub(super) struct Guests(HashMap<ConversationId, Guest>);

impl Guests {
    /// Those of a plan, from what was read for it.
    pub(super) fn of(plan: &Plan, seen: &Roster) -> Self {
        let items = plan.items.iter();
        let known = items.filter_map(|item| Some((item.id, Guest::of(Some(&seen.row(item.id)?)))));
        Self(known.collect())
    }

    /// What is known to the guests of a run, for each conversation that it ended.
    pub(super) async fn after(
        &self,
        run: &Run,
        connection: &Connection,
    ) -> Vec<(ConversationId, Telling)> {
        let seen = match (&connection.witness, run.confirmed) {
            (Some(witness), Some(since)) => witness.told_since(since).await,
            _ => None,
        };
        let unknown = Guest::of(None);
        let items = run.items.iter().filter_map(|item| {
            let id = item.plan.id;
            let guest = self.0.get(&id).unwrap_or(&unknown);
            let witnessed = seen.as_ref().map(|seen| seen.contains(&id));
            Some((id, told::done(item, guest, witnessed)?))
        });
        items.collect()
    }
}

/// What the guests of a run know, in words: the counts, and from what for each.
pub(super) fn page(tellings: &[(ConversationId, Telling)]) -> String {
    if tellings.is_empty() {
        return String::new();
    }
    let all: Vec<Telling> = tellings.iter().map(|(_, one)| one.clone()).collect();
    let mut text = format!("Guests: {}\n", told::in_words(&all, Told::words));
    let is_one_reason = all
        .iter()
        .all(|one| Some(&one.from) == all.first().map(|first| &first.from));
    if !is_one_reason {
        for (id, one) in tellings.iter().take(SINGLE) {
            let _ = writeln!(text, "  {id}  {}: {}", one.told.words(), one.from);
        }
        if tellings.len() > SINGLE {
            let _ = writeln!(text, "  and {} more", tellings.len() - SINGLE);
        }
    }
    text
}

/// The same as data.
pub(super) fn data(tellings: &[(ConversationId, Telling)]) -> Value {
    let items = tellings.iter().map(|(id, one)| {
        json!({ "id": id, "told": one.told.word(), "from": one.from, "seen": one.is_seen })
    });
    items.collect()
}

/// What would be known to the guest of one conversation if it were ended now, the agent's leg first.
pub(super) fn of_row(row: &Row) -> Option<Telling> {
    let reading = row.reading.as_ref()?;
    let conversation = &reading.conversation;
    conversation.open_legs().next()?;
    let item = crate::domain::plan::PlanItem {
        id: conversation.id,
        kind: crate::domain::kind::Kind::Unknown,
        read_at: reading.read_at,
        evidence: crate::domain::evidence::Evidence::of(conversation),
        deployment: None,
    };
    Some(told::planned(
        &item,
        crate::domain::step::Rung::Close,
        Some(row),
    ))
}
