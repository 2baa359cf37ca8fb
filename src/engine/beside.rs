//! What other sources say of conversations that were read, for commands without a screen: analytics by id, agents' standings, how long an
//! ended conversation can be brought back. A question that is not answered leaves a fact unknown, and nothing else.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::domain::beside::Learned;
use crate::domain::diagnosis::wants_record;
use crate::domain::failure::FailureKind;
use crate::domain::ids::ConversationId;
use crate::domain::roster::{Roster, Row, agents_in_question};
use crate::domain::text::Text;

use super::ports::{Clock, Lane, Limiter, Org};
use super::standings::{AT_ONCE, told};

/// How long these questions may take in all, beside the reads.
const PATIENCE: Duration = Duration::from_secs(10);
/// Ids of one question to analytics, at most: the customary figure, which nobody has verified.
const RECORDS_AT_ONCE: usize = 100;

/// Asks what the rows of these conversations depend on. `is_unlisted`: they were named by id, so that the list said nothing of them.
pub(super) async fn look_beside<O: Org, C: Clock>(
    org: &O,
    clock: &C,
    limiter: &Limiter,
    ids: &[ConversationId],
    is_unlisted: bool,
    roster: &mut Roster,
) {
    let deadline = Instant::now() + PATIENCE;
    let asking = async {
        ask_for_records(org, clock, limiter, ids, is_unlisted, roster).await;
        ask_for_standings(org, clock, limiter, ids, roster).await;
        ask_for_threading(org, limiter, ids, roster).await;
    };
    // What was not answered in time is not known.
    let _ = timeout_at(deadline, asking).await;
}

async fn ask_for_records<O: Org, C: Clock>(
    org: &O,
    clock: &C,
    limiter: &Limiter,
    ids: &[ConversationId],
    is_unlisted: bool,
    roster: &mut Roster,
) {
    let now = clock.now();
    let is_wanted = |row: &Row| {
        let is_new = is_unlisted && row.listed.recorded.is_none();
        is_new || wants_record(row, now)
    };
    let wanted: Vec<ConversationId> = rows(ids, roster)
        .filter(is_wanted)
        .map(|row| row.listed.id)
        .collect();
    let mut waiting: Vec<&[ConversationId]> = wanted.chunks(RECORDS_AT_ONCE).rev().collect();
    let mut has_passed_over = false;
    while let Some(some) = waiting.pop() {
        let pass = limiter.acquire(Lane::Read, 1).await;
        match org.records(some.to_vec(), pass).await {
            Ok(records) => {
                has_passed_over = false;
                for listed in records {
                    roster.absorb_record(listed);
                }
            }
            Err(failure) if is_for_its_size(&failure.kind) => match some.len() {
                // One that is refused alone may be to blame itself; two in a row are not.
                0 | 1 if has_passed_over => return,
                0 | 1 => has_passed_over = true,
                // Perhaps fewer at once would do.
                many => {
                    let (first, second) = some.split_at(many / 2);
                    waiting.extend([second, first]);
                }
            },
            Err(_) => return,
        }
    }
}

/// A question may have been turned down for how much it asked: 400, 413, 414, or an answer that is longer than is read.
fn is_for_its_size(kind: &FailureKind) -> bool {
    use FailureKind::{Odd, Refused, TooLarge};
    matches!(kind, Refused | Odd | TooLarge)
}

async fn ask_for_standings<O: Org, C: Clock>(
    org: &O,
    clock: &C,
    limiter: &Limiter,
    ids: &[ConversationId],
    roster: &mut Roster,
) {
    let (now, away) = (clock.now(), roster.thresholds().away);
    let mut users: Vec<Text> = rows(ids, roster)
        .filter_map(|row| row.reading)
        .flat_map(|reading| agents_in_question(&reading, now, away))
        .collect();
    users.sort_unstable();
    users.dedup();
    for some in users.chunks(AT_ONCE) {
        let pass = limiter.acquire(Lane::Read, 1).await;
        let result = org.standings(some.to_vec(), pass).await;
        let is_refused = result.is_err();
        roster.learn(&Learned::Standings(told(some.to_vec(), result)));
        if is_refused {
            return;
        }
    }
}

/// Only where something that has ended is shown.
async fn ask_for_threading<O: Org>(
    org: &O,
    limiter: &Limiter,
    ids: &[ConversationId],
    roster: &mut Roster,
) {
    let has_ended = rows(ids, roster).any(|row| {
        let reading = row.reading.as_ref();
        reading.is_some_and(|reading| reading.conversation.ended.is_some())
    });
    if !has_ended || roster.knows_threading() {
        return;
    }
    let pass = limiter.acquire(Lane::Read, 1).await;
    if let Ok(Some(window)) = org.threading(pass).await {
        roster.learn(&Learned::Threading(window));
    }
}

fn rows<'r>(ids: &'r [ConversationId], roster: &'r Roster) -> impl Iterator<Item = Row> {
    ids.iter().filter_map(|id| roster.row(*id))
}
