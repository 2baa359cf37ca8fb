//! The limiter in virtual time, and what those who wait for it cost.

use std::time::{Duration, Instant};

use unstick::engine::ports::{Lane, Limiter};

use super::report::{Report, Row};
use super::traffic::{Flow, Stretch, flow, stretch};

const A_SEED: usize = 25_000;

/// No 60 seconds hold more requests than are allowed.
pub(crate) fn never_above_the_allowance(report: &mut Report, is_quick: bool) {
    let began = Instant::now();
    let seeds = if is_quick { 40 } else { 400 };
    let all = (0..seeds)
        .map(|seed| flow(seed, A_SEED))
        .fold(Flow::default(), Flow::and);
    report.row(&Row {
        promise: "no 60 s above the allowance (model)",
        tried: format!(
            "{} requests, {} windows, {} 429s",
            all.requests, all.windows, all.limited
        ),
        broke: Some(all.broken),
        took: began.elapsed(),
        seeds: format!("0 to {}", seeds - 1),
    });
}

/// At least 98 % of the rate is used, and no 429 is drawn.
pub(crate) fn nearly_all_is_used(report: &mut Report) {
    for (configured, allowed) in [(270, 300), (200, 300), (3_000, 3_000)] {
        let began = Instant::now();
        let wanted = Stretch {
            configured,
            allowed,
            others: 0,
            latency: Duration::from_millis(200),
            minutes: 30,
        };
        let used = stretch(1, wanted);
        let too_little = usize::from(used.percent < 98.0);
        report.row(&Row {
            promise: "98 % of the rate is used, no 429 (model)",
            tried: format!(
                "30 min, {configured}/min of {allowed} allowed: {:.1} %, {} 429s",
                used.percent, used.refused
            ),
            broke: Some(too_little + used.refused as usize),
            took: began.elapsed(),
            seeds: "1".to_owned(),
        });
    }
}

/// What ten thousand waiting reads cost of a core, in real time.
pub(crate) fn ten_thousand_wait(report: &mut Report) {
    const FOR: Duration = Duration::from_secs(5);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let began = Instant::now();
    let (turns, share) = runtime.block_on(async {
        let limiter = Limiter::new(3_000);
        let mut waiting = tokio::task::JoinSet::new();
        for _ in 0..10_000 {
            let limiter = limiter.clone();
            waiting.spawn(async move { limiter.acquire(Lane::Read, 1).await });
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let (before, at) = (processor_time(), Instant::now());
        tokio::time::sleep(FOR).await;
        let used = processor_time().saturating_sub(before);
        (
            limiter.standing().used,
            used.as_secs_f64() / at.elapsed().as_secs_f64(),
        )
    });
    runtime.shutdown_background();
    report.row(&Row {
        promise: "10,000 waiting reads cost under 2 % of a core",
        tried: format!(
            "{:.1} % for {} s, {turns} turns",
            share * 100.0,
            FOR.as_secs()
        ),
        broke: None,
        took: began.elapsed(),
        seeds: String::new(),
    });
}

/// Processor time of this process so far, to the hundredth of a second; none where the system does not say.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    let ticks: u64 = fields
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}
