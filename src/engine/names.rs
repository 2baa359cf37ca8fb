//! Asks what ids are called: in bulk, one question at a time, in the politest lane, never while a run goes on. No row waits for a name.
//! An id is asked for once, a name again after a day when its id is seen again, and what is not known or not permitted more rarely still.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::names::{NameKey, NameKind, Named, Names};
use crate::domain::text::Text;

use super::ports::{Clock, Lane, Limiter, NAMES_AT_ONCE, NamesPage, NamesWanted, Org};

/// Questions start at least this far apart, so that ids of several pages gather: at most 30 of them a minute.
const APART: Duration = Duration::from_secs(2);
/// After a question that failed for a passing reason, and while a sort of names is closed.
const AFTER_TROUBLE: Duration = Duration::from_secs(60);
const CLOSED: Duration = Duration::from_secs(600);
/// Pages of one listing of everything, at most: 3,000 deployments.
const PAGES: u32 = 10;
/// Questions of one pass for a command, at most.
const PASS: usize = 24;

/// What is known, and what is to be asked.
#[derive(Debug, Default)]
pub(super) struct Asking {
    names: Arc<Names>,
    wanted: BTreeMap<NameKind, BTreeSet<Text>>,
    /// The next page of a listing of everything, and how many there were.
    further: Option<NamesWanted>,
    pages: u32,
    /// Sorts of names whose first way is not permitted.
    second_way: HashSet<NameKind>,
    closed_until: HashMap<NameKind, Instant>,
    not_before: Option<Instant>,
    in_flight: usize,
}

impl Asking {
    /// What is known so far.
    pub(super) fn of(names: Arc<Names>) -> Self {
        Self {
            names,
            ..Self::default()
        }
    }

    /// Takes what is known from an earlier start.
    pub(super) fn know(&mut self, names: Arc<Names>) {
        self.names = names;
    }

    /// What is known now.
    pub(super) fn names(&self) -> &Arc<Names> {
        &self.names
    }

    /// Everything of a sort was listed, for somebody who chooses among it.
    pub(super) fn hear(&mut self, kind: NameKind, named: Vec<Named>, now: Timestamp) {
        Arc::make_mut(&mut self.names).add(kind, named, now);
    }

    /// Ids were seen: those that are not known are asked for.
    pub(super) fn note<'t>(
        &mut self,
        seen: impl Iterator<Item = (NameKind, &'t Text)>,
        now: Timestamp,
    ) {
        for (kind, id) in seen {
            if self.names.is_wanted(kind, id, now) {
                let ids = self.wanted.entry(kind).or_default();
                if !ids.contains(id) {
                    ids.insert(id.clone());
                }
            }
        }
    }

    /// The next question, if there is one and it is time; at most one is under way.
    pub(super) fn next_in_turn(&mut self, at: Instant) -> Option<NamesWanted> {
        let is_time = self.in_flight == 0 && self.not_before.is_none_or(|from| from <= at);
        is_time.then(|| self.next(at)).flatten()
    }

    /// When the next question may be asked, while one waits. Those of a sort that is closed wait until it is tried again.
    pub(super) fn due(&self) -> Option<Instant> {
        let not_before = self.not_before.filter(|_| self.in_flight == 0)?;
        if self.further.is_some() {
            return Some(not_before);
        }
        let waiting = self.wanted.iter().filter(|(_, ids)| !ids.is_empty());
        let opens = waiting.map(|(kind, _)| self.closed_until.get(kind));
        opens
            .map(|until| until.map_or(not_before, |until| not_before.max(*until)))
            .min()
    }

    fn next(&mut self, at: Instant) -> Option<NamesWanted> {
        let question = self.further.take().or_else(|| self.fresh(at))?;
        self.in_flight += 1;
        self.not_before = Some(at + APART);
        Some(question)
    }

    fn fresh(&mut self, at: Instant) -> Option<NamesWanted> {
        let is_open =
            |kind: &NameKind| self.closed_until.get(kind).is_none_or(|until| *until <= at);
        let kind = NameKind::ALL.into_iter().find(|kind| {
            is_open(kind) && self.wanted.get(kind).is_some_and(|ids| !ids.is_empty())
        })?;
        let waiting = self.wanted.get_mut(&kind)?;
        let ids: Vec<Text> = waiting.iter().take(NAMES_AT_ONCE).cloned().collect();
        waiting.retain(|id| !ids.contains(id));
        Some(NamesWanted {
            kind,
            ids,
            is_second_way: self.second_way.contains(&kind),
            after: None,
        })
    }

    /// Takes what came of a question; answers whether anything is known now that was not.
    pub(super) fn absorb(
        &mut self,
        wanted: NamesWanted,
        result: Result<NamesPage, Failure>,
        now: Timestamp,
        at: Instant,
    ) -> bool {
        self.in_flight = self.in_flight.saturating_sub(1);
        match result {
            Ok(page) => {
                self.learn(wanted, page, now);
                true
            }
            Err(failure) if is_closed(&failure) => self.close(wanted, &failure, now, at),
            Err(failure) => {
                tracing::debug!(kind = wanted.kind.word(), why = %failure.short(), "names cannot be asked for");
                if failure.is_passing() || failure.is_offline() {
                    self.not_before = Some(at + AFTER_TROUBLE);
                } else {
                    // A route that is not served, an answer that cannot be read: the next question would fare no better.
                    self.closed_until.insert(wanted.kind, at + CLOSED);
                }
                self.wanted
                    .entry(wanted.kind)
                    .or_default()
                    .extend(wanted.ids);
                false
            }
        }
    }

    fn learn(&mut self, wanted: NamesWanted, page: NamesPage, now: Timestamp) {
        let names = Arc::make_mut(&mut self.names);
        self.pages = if wanted.after.is_some() {
            self.pages + 1
        } else {
            1
        };
        match page.next {
            Some(next) if self.pages < PAGES => {
                names.add(wanted.kind, page.named, now);
                self.further = Some(NamesWanted {
                    after: Some(next),
                    ..wanted
                });
            }
            // A listing that is too long to be read whole says nothing of those it has not named.
            Some(_) => names.add(wanted.kind, page.named, now),
            None => names.learn(wanted.kind, &wanted.ids, page.named, now),
        }
        // One answer may have named others that wait.
        if let Some(waiting) = self.wanted.get_mut(&wanted.kind) {
            let names = &self.names;
            waiting.retain(|id| names.is_wanted(wanted.kind, id, now));
        }
    }

    /// The first way is closed: the second is tried. The second one is, too: that is known now.
    fn close(
        &mut self,
        wanted: NamesWanted,
        failure: &Failure,
        now: Timestamp,
        at: Instant,
    ) -> bool {
        let NamesWanted {
            kind,
            ids,
            is_second_way,
            ..
        } = wanted;
        if kind.has_second_way() && !is_second_way {
            self.second_way.insert(kind);
            self.wanted.entry(kind).or_default().extend(ids);
            return false;
        }
        // The first way may be given by then.
        self.second_way.remove(&kind);
        self.closed_until.insert(kind, at + CLOSED);
        let permission = match &failure.kind {
            FailureKind::NotPermitted { permissions } => permissions.first(),
            _ => None,
        };
        Arc::make_mut(&mut self.names).close(kind, &ids, permission, now);
        true
    }
}

/// This client may not ask.
fn is_closed(failure: &Failure) -> bool {
    matches!(
        failure.kind,
        FailureKind::NotPermitted { .. } | FailureKind::Forbidden
    )
}

/// One pass for a command without a screen: asks for these, several questions at a time, and for no longer than `patience`. What is not
/// known by then goes by its id.
pub async fn resolve<O: Org, C: Clock>(
    org: &O,
    clock: &C,
    limiter: &Limiter,
    known: Arc<Names>,
    keys: &[NameKey],
    patience: Duration,
) -> Arc<Names> {
    let mut asking = Asking::of(known);
    let seen = keys.iter().map(|(kind, id)| (*kind, id));
    asking.note(seen, clock.now());
    let deadline = Instant::now() + patience;
    let mut jobs = JoinSet::new();
    let mut asked = 0;
    loop {
        while asked < PASS
            && let Some(wanted) = asking.next(Instant::now())
        {
            asked += 1;
            let (org, limiter) = (org.clone(), limiter.clone());
            jobs.spawn(async move {
                let pass = limiter.acquire(Lane::Read, 1).await;
                let result = org.names(wanted.clone(), pass).await;
                (wanted, result)
            });
        }
        match tokio::time::timeout_at(deadline, jobs.join_next()).await {
            Ok(Some(Ok((wanted, result)))) => {
                // A command does not wait for a passing trouble to pass.
                let is_trouble = result.as_ref().is_err_and(|failure| !is_closed(failure));
                asking.absorb(wanted, result, clock.now(), Instant::now());
                asked = if is_trouble { PASS } else { asked };
            }
            Ok(Some(Err(_))) => {}
            Ok(None) | Err(_) => return asking.names,
        }
    }
}

#[cfg(test)]
mod tests;
