//! The steps of our runs for one conversation, as the journal has them.

use std::fmt::Write as _;

use super::{Packet, table, time};
use crate::domain::evidence::{Evidence, who};
use crate::domain::fact::{ItemEvent, RunEvent, RunFact};
use crate::domain::failure::{Failure, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::run::RunHeader;
use crate::domain::text::{Text, code};

/// What was done, run by run.
pub(super) fn write(out: &mut String, packet: &Packet) {
    let _ = writeln!(out, "\n## Steps of our runs");
    if let Some(why) = &packet.no_runs {
        let _ = writeln!(out, "\nThe journal cannot be read: {}", code(why));
    }
    if packet.runs.is_empty() {
        let _ = writeln!(
            out,
            "\nNo run of this machine's journal had it in its plan."
        );
    }
    for (header, facts) in &packet.runs {
        run(out, packet.id(), header, facts);
    }
}

fn run(out: &mut String, id: ConversationId, header: &RunHeader, facts: &[RunFact]) {
    let _ = writeln!(
        out,
        "\n### Run {}, created {}, rung {}\n",
        header.id,
        header.created,
        header.plan.rung.word()
    );
    let planned = header.plan.items.iter().find(|item| item.id == id);
    if let Some(item) = planned {
        let _ = writeln!(
            out,
            "Planned as {} on a read of {}: {}\n",
            code(item.kind.word()),
            item.read_at,
            code(&evidence(&item.evidence))
        );
    }
    let steps = facts.iter().filter_map(|fact| match &fact.event {
        RunEvent::Item { conversation, what } if *conversation == id => Some(step(id, fact, what)),
        _ => None,
    });
    table(
        out,
        ["at", "what", "detail", "status", "ms", "correlation id"],
        steps,
    );
}

fn step(id: ConversationId, fact: &RunFact, what: &ItemEvent) -> [String; 6] {
    let (name, detail, receipt) = match what {
        ItemEvent::Observed {
            evidence: seen,
            receipt,
            ended,
            ..
        } => {
            let over = if *ended { "ended; " } else { "" };
            ("read", format!("{over}{}", evidence(seen)), Some(receipt))
        }
        ItemEvent::ReadFailed { failure } => {
            ("read failed", failure.words(), Some(&failure.receipt))
        }
        ItemEvent::EndSought {
            ended,
            receipt,
            failure,
            ..
        } => {
            let said = failure
                .as_ref()
                .map_or_else(|| time(*ended), Failure::words);
            ("analytics asked for the end", said, receipt.as_ref())
        }
        ItemEvent::Intended { action, attempt } => {
            let request = format!("{} {}, try {attempt}", action.method(), action.path(id));
            ("intended", request, None)
        }
        ItemEvent::Answered {
            class,
            receipt,
            failure,
        } => {
            let said = failure.as_ref().map_or_else(String::new, Failure::words);
            let figures = receipt
                .as_ref()
                .or(failure.as_ref().map(|failure| &failure.receipt));
            ("answered", format!("{} {said}", class.word()), figures)
        }
        ItemEvent::Settled(settled) => {
            let words = format!("{}: {}", settled.state.word(), settled.reason);
            ("settled", words, None)
        }
        ItemEvent::Sighted(sighting) => ("a notification said", sighting.words(), None),
        ItemEvent::LateEffect { incident, receipt } => {
            ("late effect", incident.clone(), Some(receipt))
        }
    };
    let figure =
        |say: &dyn Fn(&Receipt) -> Option<String>| receipt.and_then(say).unwrap_or_default();
    [
        code(&fact.at.to_string()),
        name.to_owned(),
        code(&detail),
        figure(&|receipt| receipt.status.map(|status| status.to_string())),
        figure(&|receipt| Some(receipt.took_ms.to_string())),
        figure(&|receipt| {
            receipt
                .correlation
                .as_ref()
                .map(|id| code(Text::as_str(id)))
        }),
    ]
}

/// Open legs and the newest message of each side, with their ids and times.
fn evidence(seen: &Evidence) -> String {
    let legs: Vec<String> = seen
        .legs
        .iter()
        .map(|leg| {
            format!(
                "{} {} leg {} since {}",
                who(&leg.purpose),
                leg.state.word(),
                leg.communication,
                time(leg.since)
            )
        })
        .collect();
    let legs = if legs.is_empty() {
        "no open leg".to_owned()
    } else {
        legs.join(", ")
    };
    let wrote = [("customer", &seen.customer), ("agent", &seen.agent)];
    let wrote: String = wrote
        .into_iter()
        .filter_map(|(side, message)| {
            let message = message.as_ref()?;
            Some(format!("; {side} wrote {} ({})", message.at, message.id))
        })
        .collect();
    let owed = if seen.wrap_up.is_empty() {
        ""
    } else {
        "; wrap-up owed"
    };
    format!("{legs}{owed}{wrote}")
}
