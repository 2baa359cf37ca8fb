//! The one budget of requests, shared by polling and runs and fed by the service's headers. A GCRA spreads requests out and allows a
//! small burst; a log of the last 60 seconds caps every window, whatever the rate was while it filled.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

/// The window over which the platform counts.
const WINDOW: Duration = Duration::from_secs(60);
/// The share of the advertised limit that is used: others use the same client.
const SHARE: f64 = 0.9;
/// The most requests that may leave at once.
const BURST: u32 = 20;
/// What a 429 leaves of the rate, and what each clean half minute adds to it.
const CUT: f64 = 0.7;
const REGROWTH: f64 = 0.05;
const CLEAN: Duration = Duration::from_secs(30);

/// What a request is for; earlier lanes go first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Reads that look for an effect or verify it.
    Verify,
    /// A check together with the request that rests on it.
    Act,
    /// Reads that somebody waits for: a plan's, the screen's.
    Read,
    /// The list, and reads that nobody waits for.
    Poll,
}

/// The right to make requests; consumed one by one.
#[derive(Debug)]
pub struct Pass {
    left: u32,
    /// When it was given: its place in the window.
    at: Instant,
}

impl Pass {
    /// Splits one request off, if there is more than one.
    pub fn split(&mut self) -> Option<Pass> {
        (self.left > 1).then(|| {
            self.left -= 1;
            Pass {
                left: 1,
                at: self.at,
            }
        })
    }
}

/// The three rate headers and `Retry-After`, as an answer carried them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RateHeaders {
    /// `inin-ratelimit-count`: used in the window.
    pub count: Option<u32>,
    /// `inin-ratelimit-allowed`: allowed in the window.
    pub allowed: Option<u32>,
    /// `inin-ratelimit-reset`: seconds left in the window.
    pub reset: Option<u32>,
    /// The answer was 429; how many seconds to wait, if it said.
    pub limited: Option<Option<u32>>,
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
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    budget: Mutex<Budget>,
    changed: Notify,
}

/// The arithmetic, without waiting.
#[derive(Debug)]
struct Budget {
    configured: u32,
    advertised: Option<u32>,
    /// What trouble left of the rate, 0.1 to 1.
    factor: f64,
    grown_at: Instant,
    /// Half the refill until then: others use the same window up.
    crowded_until: Option<Instant>,
    /// The GCRA's theoretical arrival time: when the burst would be whole again.
    full_at: Instant,
    /// When each request of the last window left.
    log: VecDeque<Instant>,
    gate: Option<Instant>,
    /// 429s in a row without a usable `Retry-After`.
    unexplained: u32,
    waiting: [u32; 4],
}

impl Limiter {
    /// At most `per_minute` requests in any 60 seconds.
    pub fn new(per_minute: u32) -> Self {
        let now = Instant::now();
        let budget = Budget {
            configured: per_minute.max(1),
            advertised: None,
            factor: 1.0,
            grown_at: now,
            crowded_until: None,
            full_at: now,
            log: VecDeque::new(),
            gate: None,
            unexplained: 0,
            waiting: [0; 4],
        };
        Self {
            shared: Arc::new(Shared {
                budget: Mutex::new(budget),
                changed: Notify::new(),
            }),
        }
    }

    /// Waits for `count` requests at once. Lanes ahead of this one go first; within a lane, whoever asks first.
    pub async fn acquire(&self, lane: Lane, count: u32) -> Pass {
        let _turn = Turn::take(self, lane);
        loop {
            let changed = self.shared.changed.notified();
            let wait = {
                let mut budget = self.lock();
                let is_behind = budget.waiting[..lane as usize]
                    .iter()
                    .any(|waiting| *waiting > 0);
                let at = Instant::now();
                match budget.take(at, count) {
                    None if !is_behind => return Pass { left: count, at },
                    None => {
                        budget.give_back(at, count);
                        Duration::from_millis(20)
                    }
                    Some(wait) => wait,
                }
            };
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Counts a request that could not wait its turn: a token.
    pub fn charge(&self) {
        self.lock().force(Instant::now());
    }

    /// Gives back what was reserved and not used.
    pub fn refund(&self, pass: &Pass) {
        self.lock().give_back(pass.at, pass.left);
        self.shared.changed.notify_waiters();
    }

    /// What an answer said about the rate.
    pub fn observe(&self, headers: RateHeaders) {
        self.lock().observe(Instant::now(), headers);
        self.shared.changed.notify_waiters();
    }

    /// How the budget stands now.
    pub fn standing(&self) -> Standing {
        let now = Instant::now();
        let mut budget = self.lock();
        budget.forget(now);
        Standing {
            used: u32::try_from(budget.log.len()).unwrap_or(u32::MAX),
            allowed: budget.cap(),
            shut_for: budget
                .gate
                .filter(|gate| *gate > now)
                .map(|gate| gate - now),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Budget> {
        self.shared
            .budget
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place in a lane's queue, left again however the wait ends.
struct Turn<'a> {
    limiter: &'a Limiter,
    lane: usize,
}

impl<'a> Turn<'a> {
    fn take(limiter: &'a Limiter, lane: Lane) -> Self {
        limiter.lock().waiting[lane as usize] += 1;
        Self {
            limiter,
            lane: lane as usize,
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.limiter.lock().waiting[self.lane] -= 1;
        self.limiter.shared.changed.notify_waiters();
    }
}

impl Budget {
    /// Requests allowed in any window.
    fn cap(&self) -> u32 {
        let advertised = self
            .advertised
            .map_or(f64::from(self.configured), |allowed| {
                f64::from(allowed) * SHARE
            });
        // Positive and at most the configured rate, so the cast keeps its value.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 1..=configured before"
        )]
        let cap = (advertised.min(f64::from(self.configured)) * self.factor)
            .floor()
            .clamp(1.0, f64::from(self.configured)) as u32;
        cap
    }

    fn burst(&self) -> u32 {
        BURST.min(self.cap() / 4).max(1)
    }

    /// The spacing of requests once the burst is used: the burst and a window's refill together stay within the cap.
    fn interval(&self, now: Instant) -> Duration {
        let refill = self.cap().saturating_sub(self.burst()).max(1);
        let crowd = if self.crowded_until.is_some_and(|until| until > now) {
            2
        } else {
            1
        };
        WINDOW * crowd / refill
    }

    /// Takes `count` requests, or says how long to wait.
    fn take(&mut self, now: Instant, count: u32) -> Option<Duration> {
        if let Some(gate) = self.gate.filter(|gate| *gate > now) {
            return Some(gate - now);
        }
        self.forget(now);
        let room = self
            .cap()
            .saturating_sub(u32::try_from(self.log.len()).unwrap_or(u32::MAX));
        if room < count.min(self.cap()) {
            let excess = usize::try_from(count.min(self.cap()) - room).unwrap_or(usize::MAX);
            let frees = self
                .log
                .get(excess.saturating_sub(1))
                .map_or(now, |at| *at + WINDOW);
            return Some(
                frees
                    .saturating_duration_since(now)
                    .max(Duration::from_millis(1)),
            );
        }
        let interval = self.interval(now);
        let base = self.full_at.max(now);
        let after = base + interval * count;
        let latest = now + interval * self.burst().max(count);
        if after > latest {
            return Some(after - latest);
        }
        self.full_at = after;
        self.log.extend(std::iter::repeat_n(
            now,
            usize::try_from(count).unwrap_or(0),
        ));
        None
    }

    fn force(&mut self, now: Instant) {
        self.forget(now);
        self.full_at = self.full_at.max(now) + self.interval(now);
        self.log.push_back(now);
    }

    /// Takes requests that were not made out of the window again, each from its own place: others' requests stay counted.
    fn give_back(&mut self, at: Instant, count: u32) {
        let now = Instant::now();
        let interval = self.interval(now);
        for _ in 0..count {
            let Ok(place) = self.log.binary_search(&at) else {
                return;
            };
            self.log.remove(place);
            self.full_at = self.full_at.checked_sub(interval).unwrap_or(now);
        }
    }

    fn forget(&mut self, now: Instant) {
        while self
            .log
            .front()
            .is_some_and(|at| now.duration_since(*at) >= WINDOW)
        {
            self.log.pop_front();
        }
        if self.factor < 1.0 && now.duration_since(self.grown_at) >= CLEAN {
            self.factor = (self.factor + REGROWTH).min(1.0);
            self.grown_at = now;
        }
    }

    fn observe(&mut self, now: Instant, headers: RateHeaders) {
        self.advertised = headers
            .allowed
            .filter(|allowed| *allowed > 0)
            .or(self.advertised);
        if let (Some(count), Some(allowed), Some(reset)) =
            (headers.count, headers.allowed, headers.reset)
        {
            let is_crowded = u64::from(count) * 5 > u64::from(allowed) * 4;
            self.crowded_until = is_crowded.then(|| now + Duration::from_secs(u64::from(reset)));
        }
        let Some(told) = headers.limited else {
            self.unexplained = 0;
            return;
        };
        let wait = told.or(headers.reset).unwrap_or_else(|| {
            self.unexplained = (self.unexplained + 1).min(4);
            5 << (self.unexplained - 1)
        });
        let until = now + Duration::from_secs(u64::from(wait.max(1)));
        self.gate = Some(self.gate.map_or(until, |gate| gate.max(until)));
        self.factor = (self.factor * CUT).max(0.1);
        self.grown_at = now;
    }
}

#[cfg(test)]
mod tests;
