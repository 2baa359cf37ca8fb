//! Whole runs: simulated with crashes in between, and the real binary killed.

use std::time::Instant;

use super::journal_commits;
use super::report::{Report, Row};
use super::simulator::{Settings, Total, simulate_all};
use super::support::Home;
use super::support::killing::{kill_at_random, seed};

/// A tenth of the requests goes wrong, or three tenths.
pub(crate) fn simulated(report: &mut Report, is_quick: bool) {
    let (conversations, seeds, hard) = if is_quick {
        (500, 100, 10)
    } else {
        (10_000, 100, 20)
    };
    for (faults, seeds) in [(100, seeds), (300, hard)] {
        let began = Instant::now();
        let settings = Settings {
            conversations,
            faults,
            crashes: 2,
            // A run over half an hour old is only read after a crash: long ones go side by side, so that they stay young.
            least_parallel: if is_quick { 1 } else { 64 },
            sabotage: None,
        };
        let Total {
            verdict,
            counts,
            broken,
        } = simulate_all(0..seeds, settings);
        let promises = [
            ("never the wrong conversation (model)", verdict.outside),
            (
                "never \"ended\" when it is not so (model)",
                verdict.falsely_ended,
            ),
            ("nothing lost (model)", verdict.lost),
            ("nothing applied twice (model)", verdict.twice),
            ("nobody cut off in silence (model)", verdict.unreported),
        ];
        for (promise, broke) in promises {
            report.row(&Row {
                promise,
                tried: format!(
                    "{} chats, {} % trouble, {} crashes, {} sends",
                    conversations * usize::try_from(seeds).unwrap(),
                    faults / 10,
                    counts.crashes,
                    counts.sends
                ),
                broke: Some(usize::try_from(broke).unwrap()),
                took: began.elapsed(),
                seeds: format!("0 to {}{}", seeds - 1, also(&broken)),
            });
        }
    }
}

fn also(broken: &[u64]) -> String {
    if broken.is_empty() {
        return String::new();
    }
    format!(", broken {broken:?}")
}

/// What it costs that every fact is durable before anything follows from it.
pub(crate) fn recorded(report: &mut Report) {
    let began = Instant::now();
    let cost = journal_commits::measure(Home::binary());
    let row = |promise, tried| Row {
        promise,
        tried,
        broke: None,
        took: began.elapsed(),
        seeds: String::new(),
    };
    let one = format!(
        "2,000 commits: p50 {:.1?}, p99 {:.1?}",
        cost.median, cost.p99
    );
    report.row(&row("a commit takes under 25 ms, p99, on an SSD", one));
    let all = format!(
        "{} facts in {:.1?}: {:.2} %",
        cost.facts, cost.span, cost.share
    );
    report.row(&row("commits are under 5 % of a chat's time", all));
}

/// `kill -9` at random moments of runs against a served sandbox.
pub(crate) fn killed(report: &mut Report, is_quick: bool) {
    const LANES: u64 = 10;
    let began = Instant::now();
    let seed = seed();
    let figures = kill_at_random(if is_quick { 10 } else { 1_000 }, LANES, seed);
    let broken = &figures.broken;
    let broke = [
        &broken.lost,
        &broken.twice,
        &broken.unreconciled,
        &broken.damaged,
    ];
    let broke = broke.iter().map(|list| list.len()).sum();
    report.row(&Row {
        promise: "nothing lost by kill -9 (real binary)",
        tried: figures.to_string(),
        broke: Some(broke),
        took: began.elapsed(),
        seeds: seed.to_string(),
    });
}
