//! Bodies that no client should swallow: F26. What becomes of the chat is seen on the engine; what it costs in memory, on the real program as
//! a process of its own, whose peak the system counts.

use std::fs;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use unstick::domain::fact::{FinalState, ItemEvent};

use super::place::{Place, Staging};
use crate::support::{Home, Ran, served::Served};

/// A body, what the chat comes to, and how often it is read.
const BODIES: [(&str, FinalState, &str, usize); 5] = [
    ("huge", FinalState::Unresolved, "answer too large", 1),
    ("crowd", FinalState::Unresolved, "answer too large", 1),
    ("deep", FinalState::Unresolved, "cannot be read", 5),
    (
        "lone-surrogate",
        FinalState::Unresolved,
        "cannot be read",
        5,
    ),
    // Harmless once it is made safe.
    ("nul", FinalState::Ended, "two reads show no open leg", 0),
];

/// The most that a process may take, in KiB: 200 MB.
const MEMORY: u64 = 200_000;

#[tokio::test]
async fn f26_a_hostile_body_leaves_its_chat_unresolved_and_the_rest_of_the_run_alone() {
    for (body, state, words, reads) in BODIES {
        let place = Place::of(Staging::orphans(3)).await;
        let plan = place.plan_of_orphans().await;
        // Not the first one: that would pause the run, as the first one does that cannot be ended.
        let id = plan.items[1].id;
        place
            .order_fault(json!({
                "step": "read", "conversation": id.to_string(), "times": 0, "body_like": body,
            }))
            .await;
        let carried = place.carry_out(plan).await;
        carried.came_out(id, state, words);
        let events = carried.events(id);
        let failed = events
            .iter()
            .filter(|(_, what)| matches!(what, ItemEvent::ReadFailed { .. }));
        assert_eq!(failed.count(), reads, "{body}");
        let others = carried.count(FinalState::Ended) - usize::from(state == FinalState::Ended);
        assert_eq!(others, 2, "{body}: {:?}", carried.cut_short());
        assert_eq!(carried.exit, u8::from(state != FinalState::Ended), "{body}");
        place.judge(&carried);
    }
}

/// The most memory that a process took, in KiB, and how it came out.
fn peak_of(home: &Home, arguments: &[&str]) -> (u64, Ran) {
    let child = home.start(arguments);
    let status = format!("/proc/{}/status", child.id());
    let (told, ended) = channel();
    thread::spawn(move || told.send(child.wait_with_output().unwrap()));
    let mut peak = 0;
    // The system keeps the peak; it only has to be asked before the process is gone.
    loop {
        let said = fs::read_to_string(&status).unwrap_or_default();
        let line = said.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let size = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
        peak = peak.max(size.unwrap_or(0));
        if let Ok(output) = ended.recv_timeout(Duration::from_millis(5)) {
            return (peak, Ran::of(&output));
        }
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn f26_a_hostile_body_costs_little_memory() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let id = served.of_kind(&home, "orphan").remove(0);
    let planned = home.run(&["plan", &served.flag(), "--ids", &id]).expect(0);
    let plan = home.write("plan.json", &planned.stdout);
    let plan = plan.to_str().unwrap();
    for body in ["huge", "crowd", "deep"] {
        let orders = json!({ "clear": true, "fault": [
            { "step": "read", "times": 0, "body_like": body },
        ]});
        order(&served, &orders).await;
        let flag = served.flag();
        let arguments = [
            "terminate",
            &flag,
            "--plan",
            plan,
            "--confirm",
            "sandbox 1",
            "--json",
        ];
        let (peak, ran) = peak_of(&home, &arguments);
        let ran = ran.expect(1);
        assert!(
            ran.stdout.contains("\"state\":\"unresolved\""),
            "{body}: {}",
            ran.stdout
        );
        // A debug build of the program that reads nothing takes some 40 MB.
        assert!((10_000..MEMORY).contains(&peak), "{body}: {peak} KiB");
    }
    assert!(served.changed_by_us(&home).is_empty());
}

async fn order(served: &Served, orders: &Value) {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/sandbox/faults", served.url);
    let answer = client.post(url).json(orders).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}
