//! One line for each step of a run, for people who watch.

use crate::domain::fact::{ItemEvent, RunEvent, RunFact};
use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::run::Run;
use crate::domain::step::Action;

/// The line of a fact that was just folded; nothing for facts that say nothing to a person.
pub(super) fn line(run: &Run, fact: &RunFact) -> Option<String> {
    match &fact.event {
        RunEvent::Item { conversation, what } => item(run, *conversation, what),
        RunEvent::Confirmed => Some(format!(
            "run {}: {} to end, {}",
            run.header.id,
            run.items.len(),
            run.header.plan.manner()
        )),
        RunEvent::Paused { why } => Some(format!("paused: {why}")),
        RunEvent::Resumed => Some("goes on".to_owned()),
        RunEvent::Stopped { by } => Some(format!("stopped ({by})")),
        RunEvent::Halted { why, .. } => Some(format!("halted: {why}")),
        RunEvent::Recovered => Some(format!("run {} goes on", run.header.id)),
        RunEvent::Finished => None,
    }
}

fn item(run: &Run, conversation: ConversationId, what: &ItemEvent) -> Option<String> {
    let place = run
        .items
        .iter()
        .position(|item| item.plan.id == conversation)?
        + 1;
    let words = match what {
        ItemEvent::Observed {
            evidence, receipt, ..
        } => format!(
            "read     {} {} ms, {} open",
            status(receipt.status),
            receipt.took_ms,
            evidence.legs.len()
        ),
        ItemEvent::ReadFailed { failure } => format!("read     {}", failure.words()),
        ItemEvent::Sighted(sighting) => format!("notification: {}", sighting.words()),
        ItemEvent::LateEffect { incident, .. } => format!("incident {incident}"),
        ItemEvent::EndSought {
            failure: Some(failure),
            ..
        } => format!("analytics {}", failure.words()),
        ItemEvent::EndSought { ended, .. } => match ended {
            Some(ended) => format!("analytics says that it ended at {ended:.0}"),
            None => "analytics knows of no end".to_owned(),
        },
        ItemEvent::Intended { action, attempt } => {
            let again = if *attempt > 1 {
                format!(", attempt {attempt}")
            } else {
                String::new()
            };
            let step = action.step().word();
            match action {
                Action::Recipe(sending) => format!(
                    "{step:<8} {} {}{again}",
                    sending.brief(),
                    short(&sending.path)
                ),
                _ => format!("{step:<8} {}{again}", action.method()),
            }
        }
        ItemEvent::Answered {
            class,
            receipt,
            failure,
        } => match (receipt, failure) {
            (_, Some(failure)) => {
                let means = understood(run, conversation, failure);
                format!("         {}: {}{means}", class.word(), failure.words())
            }
            (Some(receipt), None) => format!(
                "         {} {} {} ms",
                class.word(),
                status(receipt.status),
                receipt.took_ms
            ),
            (None, None) => format!("         {}", class.word()),
        },
        ItemEvent::Settled(settled) => {
            format!("{}: {}", settled.state.word(), settled.reason)
        }
    };
    Some(format!(
        "{place}/{} {} {words}",
        run.items.len(),
        conversation.short()
    ))
}

/// What a recipe makes of the refusal of its request.
fn understood(run: &Run, conversation: ConversationId, failure: &Failure) -> String {
    let newest = run.item(conversation).and_then(|item| item.sends.last());
    let means = newest.and_then(|sent| match &sent.action {
        Action::Recipe(sending) => sending.means(failure),
        _ => None,
    });
    means.map_or_else(String::new, |means| {
        format!(". To the recipe: {}", means.words())
    })
}

/// A path with the beginnings of its ids.
fn short(path: &str) -> String {
    let piece = |piece: &str| match piece.parse::<ConversationId>() {
        Ok(id) => format!("{}…", id.short()),
        Err(_) => piece.to_owned(),
    };
    let pieces: Vec<String> = path.split('/').map(piece).collect();
    pieces.join("/")
}

fn status(status: Option<u16>) -> String {
    status.map_or_else(|| "-".to_owned(), |status| status.to_string())
}
