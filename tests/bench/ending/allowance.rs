//! Ending at the platform's usual allowance: how many are ended and verified a minute, and what the sandbox's own record says of the rate.

use jiff::{SignedDuration, Timestamp};
use unstick::domain::fact::FinalState;
use unstick::domain::kind::Kind;
use unstick::domain::run::Run;
use unstick::genesys::Timeouts;

use super::carrying::{carried_out, planned};
use super::organisation::Organisation;
use super::report::Row;

/// What the platform allows in a minute, and what of it the program uses: nine tenths.
const ALLOWED: u32 = 300;
const USED: u32 = 270;
/// Requests that the end of a chat takes in which one person's leg is open: check, end, and two reads as proof.
const EACH: f64 = 4.0;
/// What a run does in its first seconds does not count: the canary goes alone.
const BEGINNING: SignedDuration = SignedDuration::from_secs(10);

/// With the sandbox's own setting, four at once, and with more.
pub(crate) async fn at_the_allowance(is_quick: bool) -> Vec<Row> {
    let (few, many) = tokio::join!(with(4, is_quick), with(24, is_quick));
    few.into_iter().chain(many).collect()
}

async fn with(max_parallel: usize, is_quick: bool) -> Vec<Row> {
    let count = if is_quick { 130 } else { 250 };
    let scenario = format!(
        "description = \"many to end\"\n[platform]\nrate_limit = {ALLOWED}\n[[chat]]\nkind = \"orphan\"\ncount = {count}\n"
    );
    let place = Organisation::start(&scenario, USED, Timeouts::default()).await;
    let planned = planned(&place, &[Kind::Orphan]).await;
    let run = carried_out(&place, planned, max_parallel).await;
    let ends = ends(&run);
    let best = f64::from(USED) / EACH;
    let rate = a_minute(&ends, max_parallel);
    let percent = 100.0 * rate / best;
    let arrivals = place.sandbox.arrivals();
    let times: Vec<Timestamp> = arrivals.iter().map(|one| one.at).collect();
    let most = most_in_a_minute(&times);
    let limited = arrivals
        .iter()
        .filter(|one| one.status == Some(429))
        .count();
    let how = format!("{max_parallel} at once, {ALLOWED}/min allowed");
    vec![
        Row::promise(
            &format!("ended and verified a minute, {how}"),
            format!(
                "{rate:.1}, {percent:.1} % of {best}; {} of {count} ended",
                ends.len()
            ),
            "at least 98 %, all ended",
            percent >= 98.0 && ends.len() == count,
        ),
        Row::promise(
            &format!("most requests in any 60 s, {how}"),
            format!("{most} of {} by the sandbox's record", times.len()),
            &format!("at most {USED}"),
            most <= USED as usize,
        ),
        Row::promise(
            &format!("429s, {how}"),
            limited.to_string(),
            "none",
            limited == 0,
        ),
    ]
}

/// When each chat had its proof, oldest first.
fn ends(run: &Run) -> Vec<Timestamp> {
    let settled = run.items.iter().filter_map(|item| item.settled.as_ref());
    let ended = settled.filter(|(settled, _)| settled.state == FinalState::Ended);
    let mut times: Vec<Timestamp> = ended.map(|(_, at)| *at).collect();
    times.sort();
    times
}

/// How many a minute, from the first one after the beginning to the last one before the run runs out of chats.
#[expect(clippy::cast_precision_loss, reason = "hundreds")]
fn a_minute(ends: &[Timestamp], max_parallel: usize) -> f64 {
    let first = ends.first().copied().unwrap_or_default();
    let steady: Vec<&Timestamp> = ends[..ends.len().saturating_sub(max_parallel)]
        .iter()
        .filter(|at| at.duration_since(first) >= BEGINNING)
        .collect();
    match steady[..] {
        [first, .., last] => {
            60.0 * (steady.len() - 1) as f64 / last.duration_since(*first).as_secs_f64()
        }
        _ => 0.0,
    }
}

/// The most requests in 60 seconds, wherever these begin.
fn most_in_a_minute(times: &[Timestamp]) -> usize {
    let within = |from: usize| {
        let end = times[from] + SignedDuration::from_secs(60);
        times[from..].iter().take_while(|at| **at < end).count()
    };
    (0..times.len()).map(within).max().unwrap_or(0)
}
