//! The one budget of requests, shared by polling and runs and fed by the service's headers: everybody waits here for a turn. The
//! arithmetic is in `budget`, the order of turns in `lanes`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

pub mod budget;
pub mod lanes;

pub use budget::RateHeaders;
pub use lanes::Lane;

use budget::Budget;
use lanes::{Lanes, Ticket};

/// Whoever is first looks again after this long at the latest: a rate that grew back is used.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The right to make requests, which are in the window until 60 s after this is dropped: keep it until the answer is there.
#[derive(Debug)]
pub struct Pass {
    limiter: Limiter,
    lane: Lane,
    left: u32,
    waited: Waited,
}

/// How a turn was waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Waited {
    /// For how long.
    pub span: Duration,
    /// The gate was shut meanwhile, after a 429.
    pub was_shut: bool,
}

impl Pass {
    /// What the requests are for.
    pub fn lane(&self) -> Lane {
        self.lane
    }

    /// How its turn was waited for; asked again, it was not.
    pub fn waited(&mut self) -> Waited {
        std::mem::take(&mut self.waited)
    }

    /// Splits one request off, if there is more than one.
    pub fn split(&mut self) -> Option<Pass> {
        (self.left > 1).then(|| {
            self.left -= 1;
            Pass {
                limiter: self.limiter.clone(),
                lane: self.lane,
                left: 1,
                waited: Waited::default(),
            }
        })
    }

    /// Gives back what was reserved and not used.
    pub fn refund(mut self) {
        let left = std::mem::take(&mut self.left);
        let mut state = self.limiter.lock();
        state.budget.give_back(Instant::now(), left);
        state.wake_first();
    }

    /// One request was made and answered, or given up.
    pub fn spend(&mut self) {
        if self.left > 0 {
            self.left -= 1;
            self.limiter.lock().budget.land(Instant::now(), 1);
        }
    }

    /// Waits for another turn in the same lane, if this one is spent. Nothing of it is held meanwhile, so nobody waits for a waiter. How
    /// the spent one was waited for, if nobody asked, counts as well: it was the same request that waited.
    pub async fn ready(&mut self) {
        if self.left == 0 {
            let mut next = self.limiter.acquire(self.lane, 1).await;
            next.waited.span += self.waited.span;
            next.waited.was_shut |= self.waited.was_shut;
            std::mem::swap(self, &mut next);
        }
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if self.left > 0 {
            self.limiter.lock().budget.land(Instant::now(), self.left);
        }
    }
}

/// How the budget stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Requests in the last 60 s.
    pub used: u32,
    /// Requests allowed in 60 s.
    pub allowed: u32,
    /// How long the gate stays shut after a 429.
    pub shut_for: Option<Duration>,
}

/// The budget. Cheap to clone; all clones are one.
#[derive(Debug, Clone)]
pub struct Limiter {
    state: Arc<Mutex<State>>,
    stirred: Arc<Notify>,
}

#[derive(Debug)]
struct State {
    budget: Budget,
    lanes: Lanes<Arc<Notify>>,
}

impl State {
    /// Only who is first is ever woken, so ten thousand who wait cost no more than one.
    fn wake_first(&self) {
        if let Some(first) = self.lanes.first() {
            first.notify_one();
        }
    }
}

impl Limiter {
    /// At most `per_minute` requests in any 60 seconds.
    pub fn new(per_minute: u32) -> Self {
        Self {
            state: Arc::new(Mutex::new(State {
                budget: Budget::new(per_minute, Instant::now()),
                lanes: Lanes::default(),
            })),
            stirred: Arc::default(),
        }
    }

    /// Waits for `count` requests at once; where a whole window allows fewer, for those. Whoever is first must go on being polled, or drop
    /// the wait: the others are behind.
    pub async fn acquire(&self, lane: Lane, count: u32) -> Pass {
        let place = Place::enter(self, lane, count.max(1));
        let asked = Instant::now();
        let mut was_shut = false;
        loop {
            let turn = place.turn();
            if let Turn::Now(left) = turn {
                return Pass {
                    limiter: self.clone(),
                    lane,
                    left,
                    waited: Waited {
                        span: asked.elapsed(),
                        was_shut,
                    },
                };
            }
            was_shut |= self.lock().budget.shut_until(Instant::now()).is_some();
            match turn {
                Turn::In(wait) => {
                    let _ = tokio::time::timeout(wait.min(LOOK_AGAIN), place.wake.notified()).await;
                }
                Turn::Now(_) | Turn::Behind => place.wake.notified().await,
            }
        }
    }

    /// What an answer said about the rate.
    pub fn observe(&self, headers: RateHeaders) {
        let mut state = self.lock();
        state.budget.observe(Instant::now(), headers);
        state.wake_first();
        self.stirred.notify_one();
    }

    /// Waits until something was taken or observed since this was waited for last. One may wait.
    pub(in crate::engine) async fn stirred(&self) {
        self.stirred.notified().await;
    }

    /// How the budget stands now.
    pub fn standing(&self) -> Standing {
        let now = Instant::now();
        let mut state = self.lock();
        state.budget.catch_up(now);
        Standing {
            used: state.budget.used(),
            allowed: state.budget.cap(),
            shut_for: state.budget.shut_until(now).map(|gate| gate - now),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a look at one's place says.
enum Turn {
    /// So many requests are taken.
    Now(u32),
    /// First, but not before this long.
    In(Duration),
    /// Somebody else is first.
    Behind,
}

/// A place in a lane, left again however the wait ends.
struct Place<'a> {
    limiter: &'a Limiter,
    ticket: Ticket,
    count: u32,
    wake: Arc<Notify>,
}

impl<'a> Place<'a> {
    fn enter(limiter: &'a Limiter, lane: Lane, count: u32) -> Self {
        let wake = Arc::new(Notify::new());
        let ticket = limiter.lock().lanes.enter(lane, count, Arc::clone(&wake));
        Self {
            limiter,
            ticket,
            count,
            wake,
        }
    }

    fn turn(&self) -> Turn {
        let mut state = self.limiter.lock();
        if !state.lanes.is_first(self.ticket) {
            return Turn::Behind;
        }
        match state.budget.take(Instant::now(), self.count) {
            Ok(taken) => {
                state.lanes.serve(self.ticket, taken);
                self.limiter.stirred.notify_one();
                Turn::Now(taken)
            }
            Err(wait) => Turn::In(wait),
        }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        state.lanes.leave(self.ticket);
        state.wake_first();
    }
}

#[cfg(test)]
mod tests;
