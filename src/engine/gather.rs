//! The list for commands without a screen: list everything once, then read, oldest first, for as long as the caller allows.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::roster::Roster;

use super::listing::ListingRun;
use super::ports::{Clock, Lane, Limiter, Org};

/// Reads under way at a time.
const LANES: usize = 6;
/// Tries of a page or a read that failed for a passing reason.
const TRIES: u32 = 3;

/// What is to be gathered.
#[derive(Debug, Clone)]
pub struct Gather {
    /// How long reading may take; reading stops then, and what is unread stays unread.
    pub read_for: Duration,
    /// Only these, read without listing first.
    pub only: Option<Vec<ConversationId>>,
    /// What is known already: a read alone does not say what the list says (whether the customer ever took part).
    pub known: Roster,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Conversations listed.
    pub listed: usize,
    /// Conversations read.
    pub read: usize,
}

/// Lists and reads. A list that cannot be had is the failure; a read that fails is kept in its row.
pub async fn gather<O: Org, C: Clock>(
    org: &O,
    clock: &C,
    limiter: &Limiter,
    wanted: Gather,
    mut progress: impl FnMut(Progress),
) -> Result<Roster, Failure> {
    let mut roster = wanted.known;
    let ids = match wanted.only {
        Some(ids) => ids,
        None => list(org, clock, limiter, &mut roster, &mut progress).await?,
    };
    let listed = ids.len();
    let deadline = Instant::now() + wanted.read_for;
    let mut rest = ids.into_iter();
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
            Ok(reading) => roster.absorb_reading(id, reading),
            Err(failure) => {
                roster.expect(id, clock.now());
                roster.absorb_failed_read(id, failure, clock.now());
            }
        }
        progress(Progress { listed, read });
    }
    Ok(roster)
}

async fn list<O: Org, C: Clock>(
    org: &O,
    clock: &C,
    limiter: &Limiter,
    roster: &mut Roster,
    progress: &mut impl FnMut(Progress),
) -> Result<Vec<ConversationId>, Failure> {
    let mut listing = ListingRun::begin(clock.now());
    let mut seen = HashSet::new();
    let mut ids = Vec::new();
    roster.begin_listing();
    loop {
        let mut tries = 0;
        let page = loop {
            let pass = limiter.acquire(Lane::Read, 1).await;
            match org.list(listing.wanted(), pass).await {
                Ok(page) => break page,
                Err(failure) if tries + 1 < TRIES && failure.is_passing() => tries += 1,
                Err(failure) => return Err(failure),
            }
        };
        ids.extend(
            page.rows
                .iter()
                .map(|listed| listed.id)
                .filter(|id| seen.insert(*id)),
        );
        roster.absorb_page(&page.rows);
        progress(Progress {
            listed: ids.len(),
            read: 0,
        });
        let is_more = listing.absorb(&page);
        roster.count(listing.total);
        if !is_more {
            roster.finish_listing(clock.now());
            return Ok(ids);
        }
    }
}

async fn read_once<O: Org>(
    org: &O,
    limiter: &Limiter,
    id: ConversationId,
) -> Result<crate::domain::roster::Reading, Failure> {
    let mut tries = 0;
    loop {
        let pass = limiter.acquire(Lane::Read, 1).await;
        match org.read(id, pass).await {
            Err(failure) if tries + 1 < TRIES && failure.is_passing() => tries += 1,
            result => return result,
        }
    }
}
