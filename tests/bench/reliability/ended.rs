//! What ending one conversation costs: the real client, engine and journal against the sandbox over HTTP, without trouble and with one
//! request in ten going wrong.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use unstick::domain::draft::draft;
use unstick::domain::fact::FinalState;
use unstick::domain::feed::{Command, Fact};
use unstick::domain::guard::Terms;
use unstick::domain::ids::ConversationId;
use unstick::domain::item::{Item, Timings};
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan};
use unstick::domain::roster::Roster;
use unstick::domain::run::{Pace, Run, RunState};
use unstick::engine::gather::{Gather, gather};
use unstick::engine::ports::{Clock as _, Lane};
use unstick::engine::{Engine, Parts};
use unstick::genesys::{Timeouts, WritingClient};
use unstick::journal::{Journal, JournalOptions};

use super::organisation::Organisation;
use super::report::Row;

/// What is ended, and how many requests it may take without trouble.
const SORTS: [(&str, Kind, f64); 3] = [
    ("one person's leg", Kind::Orphan, 4.0),
    ("one, and a bot's", Kind::BotLoop, 7.0),
    ("two people's", Kind::Idle, 7.0),
];
/// How much more it may take when one request in ten goes wrong.
const MORE: f64 = 1.25;

/// The ways in which requests go wrong, each of two in a hundred.
const TROUBLE: [&str; 5] = [
    "drop = true",
    "drop = true\nwhen = \"after\"",
    "status = 503",
    "status = 500\nwhen = \"after\"",
    "status = 504",
];

/// Both organisations at once.
pub(crate) async fn requests_each(is_quick: bool) -> Vec<Row> {
    let each = if is_quick { 20 } else { 100 };
    let began = Instant::now();
    let (sound, troubled) = tokio::join!(end_all(each, false), end_all(each, true));
    let mut rows = Vec::new();
    for (sort, kind, bound) in SORTS {
        for (run, trouble, most) in [
            (&sound, "no trouble", bound),
            (&troubled, "10 % trouble", bound * MORE),
        ] {
            let (ended, mean) = mean(run, kind);
            rows.push(Row {
                promise: "few requests for each conversation (HTTP)",
                tried: format!("{ended} ended, {sort}, {trouble}: {mean:.2}, at most {most:.2}"),
                broke: Some(usize::from(mean > most || ended == 0)),
                took: began.elapsed(),
                seeds: "1".to_owned(),
            });
        }
    }
    rows
}

/// How many of a kind were ended, and what each took, of those that came to their end.
#[expect(clippy::cast_precision_loss, reason = "hundreds")]
fn mean(run: &Run, kind: Kind) -> (usize, f64) {
    let is_ended = |item: &&Item| {
        let state = item.settled.as_ref().map(|(settled, _)| settled.state);
        item.plan.kind == kind && state == Some(FinalState::Ended)
    };
    let requests: Vec<u32> = run
        .items
        .iter()
        .filter(is_ended)
        .map(|item| item.requests)
        .collect();
    (
        requests.len(),
        f64::from(requests.iter().sum::<u32>()) / requests.len().max(1) as f64,
    )
}

async fn end_all(each: usize, is_troubled: bool) -> Run {
    let timeouts = Timeouts {
        read: Duration::from_secs(5),
        ..Timeouts::default()
    };
    let place = Organisation::start(&scenario(each), 3_000, timeouts).await;
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
        .filter(|row| SORTS.iter().any(|(_, kind, _)| row.kind(now) == *kind))
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
    if is_troubled {
        order_trouble(&place).await;
    }
    let folder = Folder::new(is_troubled);
    let journal =
        Journal::open_at(&folder.0.join("journal.db"), JournalOptions::default()).unwrap();
    let parts = Parts {
        org: client,
        recorder: journal,
        clock: place.clock,
        limiter: place.limiter.clone(),
        scope,
        pace: Pace {
            canary: 1,
            max_parallel: 24,
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
    carry_out(parts, plan).await
}

/// Chats of each sort, at a rate that nobody waits for.
fn scenario(each: usize) -> String {
    let chat = |kind: &str, more: &str| {
        format!("[[chat]]\nkind = \"{kind}\"\nlabel = \"{kind}\"\ncount = {each}\n{more}\n")
    };
    format!(
        "description = \"what one end costs\"\n[platform]\nrate_limit = 100000\n{}{}{}",
        chat("orphan", ""),
        chat("bot-loop", "bot_stays = true"),
        chat("idle", "")
    )
}

async fn order_trouble(place: &Organisation) {
    let rules = TROUBLE.iter().enumerate().map(|(number, how)| {
        format!("[[fault]]\npath = \"/conversations/\"\nprobability = 0.02\ntimes = 0\nseed = {number}\n{how}\n")
    });
    let text: String = rules.collect();
    let orders: toml::Value = toml::from_str(&text).unwrap();
    let url = format!("{}/sandbox/faults", place.sandbox.welcome().url);
    let answer = reqwest::Client::new()
        .post(url)
        .json(&orders)
        .send()
        .await
        .unwrap();
    assert!(
        answer.status().is_success(),
        "{}",
        answer.text().await.unwrap()
    );
}

/// Carries a plan out; a run that pauses goes on.
async fn carry_out<C: unstick::engine::ports::Clock>(
    parts: Parts<WritingClient, Journal, C>,
    plan: Plan,
) -> Run {
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
    fn new(is_troubled: bool) -> Self {
        let name = format!("unstick-reliability-{}-{is_troubled}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
