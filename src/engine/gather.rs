//! The list for commands without a screen: list everything once, then read, oldest first, for as long as the caller allows. The windows
//! are those of the console, without its rhythm: each is listed once, and once more where it moved under way.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::reach::Reach;
use crate::domain::roster::{Reading, Roster, Row};

use super::beside::look_beside;
use super::ports::{Clock, Lane, Limiter, ListedPage, Org};
use super::windows::{Ask, Meaning, Now, Tempo, Windows};

/// Reads under way at a time, and questions to the list.
const LANES: usize = 6;
/// Tries of a page or a read that failed for a passing reason.
const TRIES: u32 = 3;
/// Questions to the list that may fail in all, whatever they ask; then what is listed has to do.
const TROUBLES: u32 = 100;
/// Nothing rests between one page and the next.
const TEMPO: Tempo = Tempo {
    every: Duration::from_secs(3600),
    per_page: Duration::ZERO,
};

/// What is to be gathered.
#[derive(Clone)]
pub struct Gather<'a> {
    /// How long reading may take; reading stops then, and what is unread stays unread.
    pub read_for: Duration,
    /// Only these, read without listing first.
    pub only: Option<Vec<ConversationId>>,
    /// What is known already: a read alone does not say what the list says (whether the customer ever took part).
    pub known: Roster,
    /// How many days back conversations are looked for.
    pub horizon_days: u32,
    /// Which of those that were listed are read; all of them where nothing is said.
    pub worth_reading: Option<&'a (dyn Fn(&Row) -> bool + Sync)>,
}

impl fmt::Debug for Gather<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Gather")
            .field("read_for", &self.read_for)
            .field("only", &self.only.as_ref().map(Vec::len))
            .field("horizon_days", &self.horizon_days)
            .finish_non_exhaustive()
    }
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// How far the list reaches.
    pub reach: Reach,
    /// Conversations to read.
    pub wanted: usize,
    /// Of those, how many were read.
    pub read: usize,
}

/// Lists and reads. A list that cannot be had is the failure; a read that fails is kept in its row.
pub async fn gather<O: Org, C: Clock>(
    org: &O,
    clock: &C,
    limiter: &Limiter,
    wanted: Gather<'_>,
    mut progress: impl FnMut(Progress),
) -> Result<Roster, Failure> {
    let mut roster = wanted.known;
    let is_unlisted = wanted.only.is_some();
    let ids = if let Some(ids) = wanted.only {
        ids
    } else {
        let tell = |reach: &Reach| {
            progress(Progress {
                reach: reach.clone(),
                wanted: 0,
                read: 0,
            });
        };
        list(org, clock, limiter, wanted.horizon_days, &mut roster, tell).await?;
        oldest_first(&roster, wanted.worth_reading)
    };
    let count = ids.len();
    let deadline = Instant::now() + wanted.read_for;
    let mut rest = ids.iter().copied();
    let mut jobs: JoinSet<(ConversationId, Result<Arc<_>, Failure>)> = JoinSet::new();
    let mut read = 0;
    loop {
        while jobs.len() < LANES && Instant::now() < deadline {
            let Some(id) = rest.next() else { break };
            let (org, limiter) = (org.clone(), limiter.clone());
            jobs.spawn(async move { (id, read_once(&org, &limiter, id).await.map(Arc::new)) });
        }
        let Some(done) = tokio::time::timeout_at(deadline, jobs.join_next())
            .await
            .ok()
            .flatten()
        else {
            break;
        };
        let Ok((id, result)) = done else { continue };
        read += 1;
        match result {
            Ok(reading) => roster.absorb_reading(id, &reading),
            Err(failure) => {
                roster.expect(id, clock.now());
                roster.absorb_failed_read(id, failure, clock.now());
            }
        }
        progress(Progress {
            reach: roster.reach.clone(),
            wanted: count,
            read,
        });
    }
    look_beside(org, clock, limiter, &ids, is_unlisted, &mut roster).await;
    Ok(roster)
}

fn oldest_first(
    roster: &Roster,
    worth_reading: Option<&(dyn Fn(&Row) -> bool + Sync)>,
) -> Vec<ConversationId> {
    let is_wanted = |row: &Row| worth_reading.is_none_or(|worth| worth(row));
    let mut order: Vec<(Timestamp, ConversationId)> = roster
        .rows()
        .filter(is_wanted)
        .map(|row| (row.listed.started, row.listed.id))
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(_, id)| id).collect()
}

/// Lists every window to its end.
async fn list<O: Org, C: Clock>(
    org: &O,
    clock: &C,
    limiter: &Limiter,
    horizon_days: u32,
    roster: &mut Roster,
    mut tell: impl FnMut(&Reach),
) -> Result<(), Failure> {
    let now = || Now {
        at: clock.now(),
        instant: Instant::now(),
    };
    let mut windows = Windows::new(horizon_days, now());
    let mut newest = None;
    let mut jobs: JoinSet<(Ask, Result<ListedPage, Failure>)> = JoinSet::new();
    let (mut failures, mut troubles) = (0, 0);
    loop {
        while jobs.len() < LANES
            && let Some((ask, wanted)) = windows.next(now(), TEMPO)
        {
            let (org, limiter) = (org.clone(), limiter.clone());
            jobs.spawn(async move {
                let pass = limiter.acquire(Lane::Read, 1).await;
                (ask, org.list(wanted, pass).await)
            });
        }
        let Some(Ok((ask, answer))) = jobs.join_next().await else {
            break;
        };
        match answer {
            Ok(page) => {
                failures = 0;
                let gone = windows.absorb(ask, &page, now(), TEMPO, &|_, _| false);
                roster.absorb_page(&page.rows);
                roster.lose(&gone, clock.now());
            }
            Err(failure) => {
                let is_of_the_present = windows.is_of_the_present(ask);
                let meaning = windows.fail(ask, &failure, now(), Duration::ZERO);
                // Where the present is given, the service works: what it does not give beside that is given up, and said.
                let may_work = windows.has_present() || !is_of_the_present;
                let is_theirs = may_work && Meaning::is_of_answers(&failure);
                if meaning == Meaning::Everything && !is_theirs {
                    failures += 1;
                    if failures >= TRIES || !failure.is_passing() {
                        return Err(failure);
                    }
                }
                troubles += 1;
                newest = Some(failure);
            }
        }
        roster.reach = windows.reach(now());
        if !windows.is_whole() {
            roster.reach.why = roster.reach.why.take().or_else(|| newest.clone());
        }
        tell(&roster.reach);
        if windows.is_whole() || troubles >= TROUBLES {
            break;
        }
    }
    roster.finish_listing(clock.now());
    Ok(())
}

async fn read_once<O: Org>(
    org: &O,
    limiter: &Limiter,
    id: ConversationId,
) -> Result<Reading, Failure> {
    let mut tries = 0;
    loop {
        let pass = limiter.acquire(Lane::Read, 1).await;
        match org.read(id, pass).await {
            Err(failure) if tries + 1 < TRIES && failure.is_passing() => tries += 1,
            result => return result,
        }
    }
}
