//! The second wall: what a fact means as rows of the guarded tables. The same rows are inserted when a fact is recorded and looked for
//! when the journal is verified, so the two cannot drift apart.

use jiff::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use sha2::{Digest, Sha256};

use super::chain::canonical;
use super::fold::Folded;
use crate::domain::decide;
use crate::domain::evidence::{Evidence, OpenLeg, hex};
use crate::domain::fact::{Class, ItemEvent, RunEvent, RunFact, Settled};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::run::RunHeader;
use crate::domain::step::Action;

/// The tables whose rows follow from facts and plans.
pub(super) const TABLES: [&str; 11] = [
    "plan_item",
    "plan_leg",
    "plan_wrap_up",
    "turn",
    "observation",
    "stranger",
    "absence",
    "ending",
    "intent",
    "outcome",
    "final",
];

/// A row of one table.
#[derive(Debug)]
pub(super) struct Row {
    /// The table.
    pub(super) table: &'static str,
    cells: Vec<(&'static str, Value)>,
}

impl Row {
    pub(super) fn new(
        table: &'static str,
        cells: impl IntoIterator<Item = (&'static str, Value)>,
    ) -> Self {
        Self {
            table,
            cells: cells.into_iter().collect(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.cells.push((name, value.into()));
        self
    }

    /// Writes it.
    pub(super) fn insert(&self, connection: &Connection) -> rusqlite::Result<()> {
        let names: Vec<&str> = self.cells.iter().map(|(name, _)| *name).collect();
        let marks = vec!["?"; names.len()].join(",");
        let text = format!(
            "INSERT INTO {}({}) VALUES({marks})",
            self.table,
            names.join(",")
        );
        connection
            .prepare_cached(&text)?
            .execute(self.values())
            .map(drop)
    }

    /// It is there, with these very values.
    pub(super) fn is_stored(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let tests: Vec<String> = self
            .cells
            .iter()
            .map(|(name, _)| format!("{name} IS ?"))
            .collect();
        let text = format!(
            "SELECT EXISTS(SELECT 1 FROM {} WHERE {})",
            self.table,
            tests.join(" AND ")
        );
        connection
            .prepare_cached(&text)?
            .query_row(self.values(), |row| row.get(0))
    }

    fn values(&self) -> impl rusqlite::Params + '_ {
        params_from_iter(self.cells.iter().map(|(_, value)| value))
    }
}

/// The rows of a run and its plan; what only the recording knows (`header`, `chain`, `verify_gap_ms`) is not in them.
pub(super) fn rows_of_header(header: &RunHeader) -> Vec<Row> {
    let plan = &header.plan;
    let run = i64::from(header.id.0);
    let mut rows = vec![Row::new(
        "run",
        [
            ("id", Value::from(run)),
            ("org_id", plan.org_id.clone().into()),
            ("api_host", plan.api_host.clone().into()),
            ("client_id", plan.client_id.clone().into()),
            ("profile", plan.profile.clone().into()),
            ("label", header.label.clone().into()),
            ("operator", header.operator.clone().into()),
            ("rung", plan.rung.word().to_owned().into()),
            ("wrap_up", plan.wrap_up.clone().into()),
            ("plan_sha256", plan.hash.clone().into()),
            ("max_items", count(plan.items.len())),
            ("created_ms", millis(header.created)),
        ],
    )];
    for item in &plan.items {
        let of_item = |table: &'static str| {
            Row::new(
                table,
                [
                    ("run_id", Value::from(run)),
                    ("conversation_id", item.id.to_string().into()),
                ],
            )
        };
        rows.push(
            of_item("plan_item")
                .with("kind", item.kind.word().to_owned())
                .with("read_ms", millis(item.read_at))
                .with("fingerprint", item.evidence.fingerprint()),
        );
        for leg in &item.evidence.legs {
            rows.push(
                of_item("plan_leg")
                    .with("participant_id", leg.participant.to_string())
                    .with("communication_id", leg.communication.to_string())
                    .with("purpose", leg.purpose.word().to_owned())
                    .with("state", leg.state.word().to_owned())
                    .with("medium", String::from(leg.medium.clone()))
                    .with("since_ms", leg.since.map(millis)),
            );
        }
        for owed in &item.evidence.wrap_up {
            rows.push(
                of_item("plan_wrap_up")
                    .with("participant_id", owed.participant.to_string())
                    .with("communication_id", owed.communication.to_string()),
            );
        }
    }
    rows
}

/// The rows that the next fact of a run brings with it, given everything before it.
pub(super) fn rows_of_fact(folded: &Folded, fact: &RunFact) -> Vec<Row> {
    let RunEvent::Item { conversation, what } = &fact.event else {
        return vec![Row::new(
            "turn",
            [
                ("run_id", Value::from(i64::from(folded.run.header.id.0))),
                ("seq", Value::from(folded.seq + 1)),
                ("at_ms", millis(fact.at)),
                ("event", turn(&fact.event).to_owned().into()),
            ],
        )];
    };
    let row = |table: &'static str| {
        Row::new(
            table,
            [
                ("run_id", Value::from(i64::from(folded.run.header.id.0))),
                ("seq", Value::from(folded.seq + 1)),
                ("conversation_id", conversation.to_string().into()),
                ("at_ms", millis(fact.at)),
            ],
        )
    };
    let trail = folded.trail(*conversation);
    match what {
        ItemEvent::Observed {
            read_at,
            evidence,
            ended,
            receipt,
            ..
        } => folded
            .run
            .item(*conversation)
            .map_or_else(Vec::new, |item| {
                let seen = observation(
                    row("observation"),
                    item,
                    *read_at,
                    evidence,
                    *ended,
                    receipt,
                );
                let strangers = strangers(item, evidence);
                std::iter::once(seen)
                    .chain(strangers.map(|leg| stranger(row("stranger"), leg)))
                    .collect()
            }),
        ItemEvent::Intended { action, attempt } => {
            vec![
                intent(row("intent"), *conversation, action)
                    .with("attempt", i64::from(*attempt))
                    .with("evidence_seq", trail.observed),
            ]
        }
        ItemEvent::Answered {
            class,
            receipt,
            failure,
        } => {
            vec![
                outcome(row("outcome"), *class, receipt.as_ref(), failure.as_ref())
                    .with("intent_seq", trail.intended),
            ]
        }
        ItemEvent::Settled(settled) => {
            vec![finality(row("final"), settled).with("number", trail.finals + 1)]
        }
        ItemEvent::ReadFailed { failure } if failure.kind == FailureKind::NotFound => {
            vec![figures(row("absence"), Some(&failure.receipt))]
        }
        ItemEvent::ReadFailed { .. } | ItemEvent::LateEffect { .. } | ItemEvent::Sighted(_) => {
            Vec::new()
        }
        ItemEvent::EndSought {
            ended,
            receipt,
            failure,
            ..
        } => {
            let receipt = receipt
                .as_ref()
                .or(failure.as_ref().map(|failure| &failure.receipt));
            let item = folded.run.item(*conversation);
            let agrees = item
                .zip(*ended)
                .is_some_and(|(item, ended)| decide::is_its_end(item, ended));
            vec![
                figures(row("ending"), receipt)
                    .with("ended_ms", ended.map(millis))
                    .with("agrees", agrees),
            ]
        }
    }
}

/// What a run as a whole was told, in the word of its fact.
fn turn(event: &RunEvent) -> &'static str {
    match event {
        RunEvent::Confirmed => "confirmed",
        RunEvent::Paused { .. } => "paused",
        RunEvent::Resumed => "resumed",
        RunEvent::Stopped { .. } => "stopped",
        RunEvent::Halted { .. } => "halted",
        RunEvent::Recovered => "recovered",
        RunEvent::Finished => "finished",
        RunEvent::Item { .. } => "item",
    }
}

/// People's open legs that the plan does not show.
fn strangers<'a>(item: &'a Item, evidence: &'a Evidence) -> impl Iterator<Item = &'a OpenLeg> {
    let planned = &item.plan.evidence.legs;
    evidence.legs.iter().filter(|open| {
        open.purpose.is_human() && !planned.iter().any(|leg| leg.is_same_communication(open))
    })
}

fn stranger(row: Row, leg: &OpenLeg) -> Row {
    row.with("participant_id", leg.participant.to_string())
        .with("communication_id", leg.communication.to_string())
        .with("purpose", leg.purpose.word().to_owned())
}

fn observation(
    row: Row,
    item: &Item,
    read_at: Timestamp,
    evidence: &Evidence,
    ended: bool,
    receipt: &Receipt,
) -> Row {
    let planned = &item.plan.evidence;
    let change = if item.has_acted() {
        planned.news_in(evidence)
    } else {
        planned.change_to(evidence)
    };
    let fits = change.is_none() && evidence.unknown_word().is_none();
    let planned_legs = evidence
        .legs
        .iter()
        .filter(|open| {
            planned
                .message_legs()
                .any(|leg| leg.is_same_communication(open))
        })
        .count();
    let message_legs = evidence.message_legs().count();
    let row = row
        .with("read_ms", millis(read_at))
        .with("fits", fits)
        .with("planned_legs", count(planned_legs))
        .with("message_legs", count(message_legs))
        .with("other_legs", count(evidence.legs.len() - message_legs))
        .with("ended", ended)
        .with("fingerprint", evidence.fingerprint());
    figures(row, Some(receipt))
}

/// How a request went.
fn figures(row: Row, receipt: Option<&Receipt>) -> Row {
    let http = receipt.and_then(|receipt| receipt.status);
    row.with("http", http.map(i64::from))
        .with("correlation_id", receipt.and_then(correlation))
}

fn intent(row: Row, conversation: ConversationId, action: &Action) -> Row {
    let (participant, communication, code) = match action {
        Action::Legs { participant } => (participant.to_string(), String::new(), None),
        Action::WrapUp {
            participant,
            communication,
            code,
        } => (
            participant.to_string(),
            communication.to_string(),
            Some(code.clone()),
        ),
        Action::Close | Action::Teardown => (String::new(), String::new(), None),
        Action::Recipe(sending) => (
            sending
                .participant
                .map(|who| who.to_string())
                .unwrap_or_default(),
            String::new(),
            None,
        ),
    };
    // A body that has no canonical form would be a body of ours that is no JSON: there is none.
    let body = action
        .body()
        .and_then(|body| canonical(&body).ok())
        .unwrap_or_default();
    row.with("step", action.step().word().to_owned())
        .with("participant_id", participant)
        .with("communication_id", communication)
        .with("code", code)
        .with("method", action.method().to_owned())
        .with("path", action.path(conversation))
        .with("body_sha256", hex(&Sha256::digest(body.as_bytes())))
}

fn outcome(row: Row, class: Class, receipt: Option<&Receipt>, failure: Option<&Failure>) -> Row {
    let receipt = receipt.or(failure.map(|failure| &failure.receipt));
    let code = failure
        .and_then(|failure| failure.code.as_ref())
        .map(|code| code.as_str().to_owned());
    let row = row
        .with("class", class.word().to_owned())
        .with("code", code);
    figures(row, receipt)
}

fn finality(row: Row, settled: &Settled) -> Row {
    row.with("state", settled.state.word().to_owned())
        .with("reason", settled.reason.clone())
        .with("reopened", settled.reopened)
        .with("incident", settled.incident.clone())
}

fn correlation(receipt: &Receipt) -> Option<String> {
    receipt
        .correlation
        .as_ref()
        .map(|id| id.as_str().to_owned())
}

/// Milliseconds since 1970, rounded down: rounding may only make an age longer by less than it is granted.
pub(super) fn millis(at: Timestamp) -> Value {
    let whole = at.as_millisecond();
    // `as_millisecond` rounds towards 1970, which for times before it is up.
    Value::from(if at.subsec_nanosecond() % 1_000_000 < 0 {
        whole - 1
    } else {
        whole
    })
}

fn count(number: usize) -> Value {
    Value::from(i64::try_from(number).unwrap_or(i64::MAX))
}
