//! What the journal costs: how long one durable commit takes, and its share of the time that a chat's way to its end takes.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use unstick::domain::aside::Aside;
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{ItemEvent, RunEvent, RunFact};
use unstick::domain::failure::Receipt;
use unstick::domain::ids::ConversationId;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan, PlanItem, Scope};
use unstick::engine::ports::{Recorder, RunDraft};
use unstick::journal::{Journal, JournalOptions};

/// How many commits are measured.
const COMMITS: usize = 2_000;

/// What was measured.
pub(crate) struct Cost {
    /// Half of the commits took no longer.
    pub(crate) median: Duration,
    /// All but one in a hundred took no longer.
    pub(crate) p99: Duration,
    /// How many facts one chat took on its way to its end.
    pub(crate) facts: u32,
    /// How long that was.
    pub(crate) span: Duration,
    /// The commits' share of it, in per cent.
    pub(crate) share: f64,
}

/// Measures. `binary` is the program, for the run whose steps are timed.
pub(crate) fn measure(binary: &Path) -> Cost {
    let folder = std::env::temp_dir().join(format!("unstick-bench-journal-{}", std::process::id()));
    let mut took = commits(&folder.join("commits"));
    took.sort();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    let (facts, span) = one_chat(binary, &folder.join("run"));
    let mean = took.iter().sum::<Duration>() / u32::try_from(took.len()).unwrap();
    let _ = std::fs::remove_dir_all(folder);
    Cost {
        median: at(50),
        p99: at(99),
        facts,
        span,
        share: mean.as_secs_f64() * f64::from(facts) / span.as_secs_f64() * 100.0,
    }
}

/// Records reads of one chat, each in a commit of its own.
pub(crate) fn commits(folder: &Path) -> Vec<Duration> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let options = JournalOptions::default();
        let journal = Journal::open_at(&folder.join("journal.db"), options).unwrap();
        let at = Timestamp::UNIX_EPOCH;
        let run = journal.open(draft(at), at).await.unwrap().id;
        let confirmed = RunFact {
            at,
            event: RunEvent::Confirmed,
        };
        journal.record(run, confirmed).await.unwrap();
        let mut took = Vec::with_capacity(COMMITS);
        for _ in 0..COMMITS {
            let event = RunEvent::Item {
                conversation: ConversationId::from_u128(1),
                what: ItemEvent::Observed {
                    read_at: at,
                    evidence: empty(),
                    aside: Aside::default(),
                    ended: false,
                    receipt: Receipt::default(),
                },
            };
            let began = Instant::now();
            journal.record(run, RunFact { at, event }).await.unwrap();
            took.push(began.elapsed());
        }
        journal.release().await;
        took
    })
}

fn empty() -> Evidence {
    Evidence {
        legs: Vec::new(),
        customer: None,
        agent: None,
        wrap_up: Vec::new(),
    }
}

fn draft(at: Timestamp) -> RunDraft {
    let scope = Scope {
        org_id: "org".to_owned(),
        api_host: "api.example.com".to_owned(),
        client_id: "client".to_owned(),
        profile: "bench".to_owned(),
    };
    let item = PlanItem {
        id: ConversationId::from_u128(1),
        kind: Kind::Orphan,
        read_at: at,
        evidence: empty(),
        deployment: None,
    };
    let plan = Plan::freeze(&scope, &Choices::default(), at, vec![item], Vec::new());
    RunDraft {
        plan: plan.into(),
        operator: "bench".to_owned(),
        label: "BENCH".to_owned(),
        note: None,
        api_url: String::new(),
    }
}

/// Ends one chat of a sandbox with the program itself; how many facts that took, and how long from the first to the last.
fn one_chat(binary: &Path, home: &Path) -> (u32, Duration) {
    let run = |arguments: &[&str]| {
        let output = Command::new(binary)
            .args(arguments)
            .env("UNSTICK_HOME", home)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    run(&[
        "terminate",
        "--sandbox=quiet",
        "--filter",
        "kind:orphan",
        "--confirm",
        "sandbox 1",
    ]);
    let told = run(&["runs", "export", "1"]);
    let facts: Vec<RunFact> = told
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|fact: &RunFact| matches!(fact.event, RunEvent::Item { .. }))
        .collect();
    let (first, last) = (facts.first().unwrap().at, facts.last().unwrap().at);
    let span = Duration::try_from(last.duration_since(first)).unwrap();
    (u32::try_from(facts.len()).unwrap(), span)
}
