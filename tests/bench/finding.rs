//! How long it takes to find everything, measured through the real client against a sandbox in a process of its own, with the console's own
//! folding and no screen: `cargo bench --bench finding`. It takes twenty minutes at 100,000 open chats and 200 requests a minute;
//! `-- --quick` has 2,000 and takes two.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]

mod console;
mod served;

use std::time::{Duration, Instant};

use console::{Console, PER_MINUTE, of_all_ages, processor_time, told};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let is_quick = std::env::args().any(|word| word == "--quick");
    let (chats, idle) = if is_quick {
        (2_000, Duration::from_secs(60))
    } else {
        (100_000, Duration::from_secs(300))
    };
    let served = of_all_ages(chats);
    let mut console = Console::of(&served);
    let before = memory_mib();
    let begun = Instant::now();
    println!("{chats} open chats back to 350 days ago, {PER_MINUTE} requests a minute");
    let until = begun + Duration::from_secs(3600);
    console.watch(|app| !app.roster.is_empty(), until).await;
    told("first page on screen", &format!("{:.1?}", begun.elapsed()));
    let used = processor_time();
    console
        .watch(|app| app.link.listed_at.is_some(), until)
        .await;
    let took = begun.elapsed();
    told("all listed", &format!("{took:.0?}"));
    told("rows known", &console.app.roster.len().to_string());
    console.shares(took, used);
    let (used, from) = (processor_time(), Instant::now());
    console.watch(|_| false, from + idle).await;
    println!("afterwards, for {idle:?}:");
    console.shares(from.elapsed(), used);
    told("rows read", &console.app.chats.counts.read.to_string());
    told("most requests in a minute", &console.most.to_string());
    told(
        "resident",
        &format!("{} MiB, {before} before", memory_mib()),
    );
    let busiest = console.slowest;
    told("longest fold of one turn", &format!("{busiest:.0?}"));
}

/// Resident memory; 0 where the system does not say.
fn memory_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let figure = line.and_then(|line| line.split_whitespace().nth(1));
    figure
        .and_then(|text| text.parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
