//! The real client at its full rate against the sandbox over HTTP, whose fixed window is the platform's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use unstick::domain::failure::FailureKind;
use unstick::domain::ids::ConversationId;
use unstick::engine::ports::{Lane, Org as _};
use unstick::genesys::Timeouts;

use super::organisation::Organisation;
use super::report::Row;

/// How many ask at once: enough for a second that an answer takes.
const ASKING: usize = 48;
/// A machine on which answers take longer, in milliseconds, is too busy to judge by: a request is in the window until it is answered.
const BUSY: u64 = 500;

#[derive(Default)]
struct Counted {
    made: AtomicU32,
    limited: AtomicU32,
    failed: AtomicU32,
    /// How long all answers took together, in milliseconds.
    waited: AtomicU64,
}

/// Both rates at once.
pub(crate) async fn real_requests(is_quick: bool) -> Vec<Row> {
    let (few, many) = tokio::join!(at_rate(300, is_quick), at_rate(3_000, is_quick));
    vec![few, many]
}

/// Asks as fast as it may; the client is told nothing of the limit beforehand. In the first minute, a burst is paid back: where there is
/// time, the minutes after it are counted.
async fn at_rate(allowed: u32, is_quick: bool) -> Row {
    let (settles, minutes) = if is_quick { (0, 1) } else { (1, 2) };
    let began = Instant::now();
    let scenario = format!(
        "description = \"as many requests as are allowed\"\n[platform]\nrate_limit = {allowed}\n[[chat]]\nkind = \"orphan\"\ncount = 5\n"
    );
    let place = Organisation::start(&scenario, 3_000, Timeouts::default()).await;
    let staged = place.sandbox.staged();
    let ids: Vec<ConversationId> = staged
        .iter()
        .map(|one| one.conversation.to_string().parse().unwrap())
        .collect();
    let counted = Arc::new(Counted::default());
    let (mut before, mut at) = (0, Instant::now());
    let mut asking = JoinSet::new();
    for number in 0..ASKING {
        let (client, limiter, counted) = (
            place.client.clone(),
            place.limiter.clone(),
            Arc::clone(&counted),
        );
        let id = ids[number % ids.len()];
        asking.spawn(async move {
            loop {
                // As a run does: a check with what may rest on it, which is used or given back.
                let (lane, count) = if number % 4 == 0 {
                    (Lane::Act, 2)
                } else {
                    (Lane::Read, 1)
                };
                let mut pass = limiter.acquire(lane, count).await;
                if let Some(spare) = pass.split() {
                    spare.refund();
                }
                let asked = Instant::now();
                let answered = client.read(id, pass).await;
                let took = u64::try_from(asked.elapsed().as_millis()).unwrap();
                counted.waited.fetch_add(took, Ordering::Relaxed);
                counted.made.fetch_add(1, Ordering::Relaxed);
                match answered.map_err(|failure| failure.kind) {
                    Ok(_) => {}
                    Err(FailureKind::RateLimited { .. }) => {
                        counted.limited.fetch_add(1, Ordering::Relaxed);
                    }
                    Err(_) => {
                        counted.failed.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
        });
    }
    if settles > 0 {
        tokio::time::sleep(Duration::from_secs(60) * settles).await;
        before = counted.made.load(Ordering::Relaxed);
        at = Instant::now();
    }
    tokio::time::sleep(Duration::from_secs(60) * minutes).await;
    let made = counted.made.load(Ordering::Relaxed) - before;
    let most = f64::from(allowed * 9 / 10) * at.elapsed().as_secs_f64() / 60.0;
    asking.shutdown().await;
    let percent = 100.0 * f64::from(made) / most;
    let limited = counted.limited.load(Ordering::Relaxed);
    let failed = counted.failed.load(Ordering::Relaxed);
    let all = u64::from(counted.made.load(Ordering::Relaxed));
    let took = counted.waited.load(Ordering::Relaxed) / all.max(1);
    let too_little = usize::from(percent < 98.0 && took < BUSY);
    Row {
        promise: "98 % of the rate is used, no 429 (HTTP)",
        tried: format!(
            "{minutes} min of {allowed}/min: {made} requests, {percent:.1} %, {limited} 429s, in {took} ms each"
        ),
        broke: Some(too_little + (limited + failed) as usize),
        took: began.elapsed(),
        seeds: String::new(),
    }
}
