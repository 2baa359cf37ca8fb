//! Looks at what a run has let go of, for ten minutes after its end: a request whose effect was never seen may take effect late. Only an
//! open console has the time for it. Reads, records what it saw, tells it; sends nothing.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Parts;
use super::ports::{Clock, Lane, RecordFailure, Recorder, Terminator};
use crate::domain::fact::{ItemEvent, RunEvent, RunFact};
use crate::domain::feed::Fact;
use crate::domain::ids::RunId;
use crate::domain::item::Item;
use crate::domain::run::Run;
use crate::domain::watch::{is_loose, late_effect};

/// Between two tries to record where another process holds the journal.
const RETRY: Duration = Duration::from_secs(5);

/// Watches what a finished run has let go of.
pub(super) async fn watch<T: Terminator, R: Recorder, C: Clock>(
    parts: Parts<T, R, C>,
    run: Run,
    facts: mpsc::Sender<Fact>,
) {
    let began = Instant::now();
    let id = run.header.id;
    let loose = run.items.into_iter().filter(is_loose);
    let mut loose: Vec<Item> = loose.collect();
    for wait in &parts.timings.watch {
        if loose.is_empty() {
            return;
        }
        let wait = Duration::try_from(*wait).unwrap_or_default();
        tokio::time::sleep_until(began + wait).await;
        let mut still = Vec::new();
        for item in loose {
            match look(&parts, &item).await {
                Some(event) => tell(&parts, id, event, &facts).await,
                None => still.push(item),
            }
        }
        loose = still;
    }
}

/// Reads one, and says what it shows that must be known. A read that fails shows nothing; the next comes.
async fn look<T: Terminator, R, C>(parts: &Parts<T, R, C>, item: &Item) -> Option<RunEvent> {
    let pass = parts.limiter.acquire(Lane::Poll, 1).await;
    let reading = parts.org.read(item.plan.id, pass).await.ok()?;
    let incident = late_effect(item, &reading)?;
    Some(RunEvent::Item {
        conversation: item.plan.id,
        what: ItemEvent::LateEffect {
            incident,
            receipt: reading.receipt,
        },
    })
}

async fn tell<T, R: Recorder, C: Clock>(
    parts: &Parts<T, R, C>,
    run: RunId,
    event: RunEvent,
    facts: &mpsc::Sender<Fact>,
) {
    let fact = RunFact {
        at: parts.clock.now(),
        event,
    };
    loop {
        match parts.recorder.record_after(run, fact.clone()).await {
            Ok(()) => break,
            Err(RecordFailure::Locked(_)) => tokio::time::sleep(RETRY).await,
            Err(failure) => {
                tracing::error!(%run, ?fact, %failure, "a late effect could not be recorded");
                return;
            }
        }
    }
    let _ = facts.send(Fact::Run(run, fact)).await;
}
