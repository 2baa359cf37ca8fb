//! A plan carried out by the real engine, client and journal on a pretend organisation, over HTTP.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use unstick::domain::draft::draft;
use unstick::domain::feed::{Command, Fact};
use unstick::domain::guard::Terms;
use unstick::domain::ids::ConversationId;
use unstick::domain::item::Timings;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan, Scope};
use unstick::domain::roster::Roster;
use unstick::domain::run::{Pace, Run, RunState};
use unstick::engine::gather::{Gather, gather};
use unstick::engine::ports::{Clock, Lane};
use unstick::engine::{Engine, Parts};
use unstick::genesys::WritingClient;
use unstick::journal::{Journal, JournalOptions};

use super::organisation::Organisation;

/// A plan, and as whom it was made.
pub(crate) struct Planned {
    plan: Plan,
    scope: Scope,
}

/// Reads every chat, and plans those of these kinds.
pub(crate) async fn planned(place: &Organisation, kinds: &[Kind]) -> Planned {
    let client = WritingClient::new(place.client.clone());
    let pass = place.limiter.acquire(Lane::Act, 2).await;
    let scope = place.client.scope(pass).await.unwrap();
    let wanted = Gather {
        read_for: Duration::from_secs(120),
        only: None,
        known: Roster::default(),
        horizon_days: 93,
        worth_reading: None,
    };
    let roster = gather(&client, &place.clock, &place.limiter, wanted, |_| {})
        .await
        .unwrap();
    let now = place.clock.now();
    let ids: Vec<ConversationId> = roster
        .rows()
        .filter(|row| kinds.contains(&row.kind(now)))
        .map(|row| row.listed.id)
        .collect();
    let choices = Choices::default();
    let terms = Terms {
        choices: &choices,
        from_filter: false,
        max_batch: 500,
        allow_teardown: false,
        escalated: &[],
        now,
        max_read_age: None,
        still_matches: None,
    };
    let plan = draft(&ids, &roster, &scope, &terms).unwrap();
    Planned { plan, scope }
}

/// Carries it out with so many chats under way at once; a run that pauses goes on.
pub(crate) async fn carried_out(
    place: &Organisation,
    planned: Planned,
    max_parallel: usize,
) -> Run {
    let folder = Folder::new();
    let journal =
        Journal::open_at(&folder.0.join("journal.db"), JournalOptions::default()).unwrap();
    let parts = Parts {
        org: WritingClient::new(place.client.clone()),
        recorder: journal,
        clock: place.clock,
        limiter: place.limiter.clone(),
        scope: planned.scope,
        pace: Pace {
            canary: 1,
            max_parallel,
        },
        max_batch: 500,
        operator: "bench".to_owned(),
        label: "SANDBOX".to_owned(),
        api_url: place.sandbox.welcome().url.clone(),
        timings: Timings::default(),
        polls: false,
        rules: None,
        horizon_days: 93,
    };
    carry_out(parts, planned.plan).await
}

async fn carry_out<C: Clock>(parts: Parts<WritingClient, Journal, C>, plan: Plan) -> Run {
    let (sender, mut facts) = mpsc::channel(256);
    let (engine, _task) = Engine::spawn(parts, sender);
    engine.send(Command::Start {
        plan: Arc::new(plan),
        note: None,
    });
    let mut run: Option<Run> = None;
    loop {
        let fact = tokio::time::timeout(Duration::from_secs(300), facts.recv()).await;
        match fact.expect("the run hangs").expect("the engine ended") {
            Fact::RunOpened(opened) => run = Some(*opened),
            Fact::RunRefused { why } => panic!("{why}"),
            Fact::Run(_, fact) => {
                let run = run.as_mut().unwrap();
                run.apply(&fact);
                if matches!(run.state, RunState::Paused(_)) {
                    engine.send(Command::PauseRun(false));
                }
                if run.finished.is_some() {
                    return run.clone();
                }
            }
            _ => {}
        }
    }
}

/// Where a journal is kept, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = std::env::temp_dir().join(format!("unstick-bench-{}", uuid::Uuid::new_v4()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
