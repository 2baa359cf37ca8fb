//! Run after run on one client and one journal, with two faults in a hundred: F48. In a process of its own, so that its memory is its own.
//!
//! The ordinary test is short. A long one: `UNSTICK_SOAK_RUNS=2000 cargo test --test it f48_ -- --nocapture`; a run ends five chats, so 2,400
//! of them are as many chats as come in a day at 500 an hour.

use std::process::Command;

use serde_json::json;
use unstick::domain::fact::FinalState;

use super::place::{Place, Staging, orphans};
use crate::support::{Home, served::Served};

const RUNS: &str = "UNSTICK_SOAK_RUNS";
/// Set for the process that does it: where the sandbox is.
const INSIDE: &str = "UNSTICK_SOAK_INSIDE";
/// Chats in a run.
const EACH: usize = 5;

/// How many runs; in the first fifth memory grows to its usual size.
fn runs() -> usize {
    let said = std::env::var(RUNS).ok().and_then(|said| said.parse().ok());
    said.unwrap_or(20).max(10)
}

/// Memory of this process now, in KiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn f48_run_after_run_memory_stays_flat_and_the_journal_small() {
    let home = Home::new();
    let chats = orphans(runs() * EACH);
    let text = format!(
        "description = \"a soak\"\n[platform]\nrate_limit = 60000\napply_ms = [20, 160]\n{chats}"
    );
    let scenario = home.write("soak.toml", &text);
    let served = Served::start(&home, &[scenario.to_str().unwrap()]);
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "faults::soak::inside", "--nocapture"])
        .env(INSIDE, served.welcome.to_string())
        .env(RUNS, runs().to_string())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let troubles = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{troubles}");
    let line = said.lines().find(|line| line.contains("soak: "));
    println!("{}", line.expect("it did nothing"));
}

/// Does nothing unless the test above starts it, with the start line of the sandbox.
#[tokio::test]
async fn inside() {
    let Some(welcome) = std::env::var_os(INSIDE) else {
        return;
    };
    let welcome = serde_json::from_str(welcome.to_str().unwrap()).unwrap();
    let runs = runs();
    let mut staging = Staging::orphans(1);
    staging.per_minute = 50_000;
    let place = Place::joining(welcome, staging).await;
    place
        .order_trouble(json!({ "fault": [
            { "path": "/api/v2/conversations", "probability": 0.01, "seed": 1, "status": 503 },
            { "path": "/api/v2/conversations", "probability": 0.01, "seed": 2, "drop": true, "when": "after" },
        ]}))
        .await;
    let ids: Vec<_> = (1..=runs * EACH)
        .map(|number| match number {
            1 => place.id("orphan"),
            other => place.id(&format!("orphan-{other}")),
        })
        .collect();
    let (mut grown, mut now, mut asked, mut ended) = (0, 0, 0, 0);
    for (number, some) in ids.chunks(EACH).enumerate() {
        let plan = place.plan_of_these(some).await;
        asked += plan.items.len();
        let carried = place.carry_out(plan).await;
        ended += carried.count(FinalState::Ended);
        if number == runs / 5 {
            grown = memory();
        }
        if number + 1 == runs {
            // Judging takes memory of its own: the truth of the whole soak.
            now = memory();
            place.judge(&carried);
        }
        place.forget_output();
    }
    // The log that SQLite writes first, and an empty journal.
    let first = 5_000_000;
    let size = place.journal_size();
    let each = size.saturating_sub(first) / u64::try_from(ended).unwrap();
    println!(
        "soak: {runs} runs, {ended} of {asked} ended, memory {grown} to {now} KiB, the journal {size} bytes"
    );
    assert!(ended * 100 >= asked * 95, "{ended} of {asked} ended");
    assert!(now <= grown + grown / 10, "{grown} KiB grew to {now} KiB");
    // 50 MB for a day of 12,000 chats of which three in ten are stuck.
    assert!(
        each <= 45_000_000 / 3600,
        "{each} bytes of the journal for each chat"
    );
}
