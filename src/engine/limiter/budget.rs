//! The arithmetic of the budget: what may leave now, or how long to wait. Pure: the time is told, nothing waits, nothing is locked.
//!
//! A request is in the window from the moment it is granted until 60 s after its answer. It reaches the service some time between the two,
//! so no 60 seconds hold more than the allowance at our end or at the service's, however slow the network is and however late a timer
//! fires. A slow service is asked a little less for it: with answers that take a second, 98.4 % of the rate is used.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

/// The window over which the platform counts.
pub const WINDOW: Duration = Duration::from_secs(60);
/// Tenths of the advertised allowance that are used: others use the same client.
const SHARE: u64 = 9;
/// The most requests that may leave at once, from an empty window.
const BURST: u32 = 20;
/// How late a timer may fire without costing anything: what a sleeper missed leaves with the next.
const LATE: Duration = Duration::from_millis(250);
/// The whole of the rate, what a 429 leaves of it in tenths, the least that is left, and what each clean half minute gives back.
const WHOLE: u32 = 1000;
const CUT: u32 = 7;
const LEAST: u32 = 100;
const REGROWTH: u32 = 50;
const CLEAN: Duration = Duration::from_secs(30);
/// The first wait after a 429 that names no time, in seconds; it doubles with each further one, three times.
const UNTOLD: u32 = 5;
/// How much older than said the service's window may be: its seconds are rounded up, and the answer was on its way.
const OLDER: Duration = Duration::from_secs(2);

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

/// What was granted, what is out, and what the service said of it.
#[derive(Debug)]
pub struct Budget {
    configured: u32,
    advertised: Option<u32>,
    /// What trouble left of the rate, in thousandths.
    factor: u32,
    grown_at: Instant,
    /// Half the pace until then: others use the same window up.
    crowded_until: Option<Instant>,
    /// The GCRA's theoretical arrival time: when the burst would be whole again.
    full_at: Instant,
    /// Granted, and not answered yet.
    open: u32,
    /// When each request of the last window was answered.
    landed: VecDeque<Instant>,
    gate: Option<Instant>,
    /// 429s in a row that named no time.
    untold: u32,
}

impl Budget {
    /// At most `per_minute` requests in any 60 seconds.
    pub fn new(per_minute: u32, now: Instant) -> Self {
        Self {
            configured: per_minute.max(1),
            advertised: None,
            factor: WHOLE,
            grown_at: now,
            crowded_until: None,
            full_at: now,
            open: 0,
            landed: VecDeque::new(),
            gate: None,
            untold: 0,
        }
    }

    /// The smaller of the configured rate and nine tenths of the advertised one.
    fn most(&self) -> u32 {
        let advertised = self
            .advertised
            .and_then(|allowed| u32::try_from(u64::from(allowed) * SHARE / 10).ok());
        advertised.map_or(self.configured, |most| most.min(self.configured))
    }

    /// Requests allowed in any window now; at least one.
    pub fn cap(&self) -> u32 {
        let left = u64::from(self.most()) * u64::from(self.factor) / u64::from(WHOLE);
        u32::try_from(left).unwrap_or(self.configured).max(1)
    }

    /// Requests in the window: granted and not answered yet, or answered in the last 60 s.
    pub fn used(&self) -> u32 {
        let landed = u32::try_from(self.landed.len()).unwrap_or(u32::MAX);
        self.open.saturating_add(landed)
    }

    /// Until when nothing leaves, after a 429.
    pub fn shut_until(&self, now: Instant) -> Option<Instant> {
        self.gate.filter(|gate| *gate > now)
    }

    /// Takes `count` requests, at most a whole window's; answers how many were taken, or how long to wait at least.
    pub fn take(&mut self, now: Instant, count: u32) -> Result<u32, Duration> {
        self.catch_up(now);
        if let Some(gate) = self.shut_until(now) {
            return Err(gate - now);
        }
        let cap = self.cap();
        let count = count.clamp(1, cap);
        let room = cap.saturating_sub(self.used());
        if room < count {
            return Err(self.frees_in(now, count - room));
        }
        let pace = self.pace(now);
        // The fuller the window, the smaller the burst: at the full rate requests leave evenly, and never stand still at the window's end.
        let burst = pace * BURST.min(cap / 4) * room / cap;
        let latest = now + burst.max(pace * count + LATE);
        let full_at = self.full_at.max(now) + pace * count;
        if full_at > latest {
            return Err(full_at - latest);
        }
        self.full_at = full_at;
        self.open += count;
        Ok(count)
    }

    /// Requests that were taken have been answered, or are given up.
    pub fn land(&mut self, now: Instant, count: u32) {
        self.catch_up(now);
        self.open = self.open.saturating_sub(count);
        self.landed.extend(std::iter::repeat_n(
            now,
            usize::try_from(count).unwrap_or(0),
        ));
    }

    /// Requests that were taken were never made.
    pub fn give_back(&mut self, now: Instant, count: u32) {
        self.open = self.open.saturating_sub(count);
        let earlier = self.full_at.checked_sub(self.pace(now) * count);
        self.full_at = earlier.unwrap_or(now);
    }

    /// Folds what an answer said about the rate.
    pub fn observe(&mut self, now: Instant, headers: RateHeaders) {
        self.catch_up(now);
        self.advertised = headers
            .allowed
            .filter(|allowed| *allowed > 0)
            .or(self.advertised);
        self.notice_others(now, headers);
        match headers.limited {
            Some(told) => self.shut(now, told, headers),
            // An answer to what left before the gate shut says nothing about what was found after it.
            None if self.shut_until(now).is_none() => self.untold = 0,
            None => {}
        }
    }

    /// Forgets what has left the window, and lets a rate that was cut grow back.
    pub fn catch_up(&mut self, now: Instant) {
        let is_over = |at: &Instant| now.duration_since(*at) >= WINDOW;
        while self.landed.front().is_some_and(is_over) {
            self.landed.pop_front();
        }
        while self.factor < WHOLE && now.duration_since(self.grown_at) >= CLEAN {
            self.factor = (self.factor + REGROWTH).min(WHOLE);
            self.grown_at += CLEAN;
        }
    }

    /// The time between two requests at the full rate.
    fn pace(&self, now: Instant) -> Duration {
        let is_crowded = self.crowded_until.is_some_and(|until| until > now);
        WINDOW * (1 + u32::from(is_crowded)) / self.cap()
    }

    /// How long until so many requests have left the window, at least: one that is not answered yet stays for a whole window.
    fn frees_in(&self, now: Instant, count: u32) -> Duration {
        let nth = usize::try_from(count).unwrap_or(usize::MAX) - 1;
        let landed = self.landed.get(nth);
        landed.map_or(WINDOW, |at| (*at + WINDOW).saturating_duration_since(now))
    }

    /// Others use the same client up: the service counts more than we sent, by more than we leave free, and its window is nearly full.
    /// Our own requests are in its count too, so the count alone would halve the pace of whoever uses what is theirs.
    fn notice_others(&mut self, now: Instant, headers: RateHeaders) {
        let (Some(count), Some(allowed), Some(reset)) =
            (headers.count, headers.allowed, headers.reset)
        else {
            return;
        };
        let reset = Duration::from_secs(u64::from(reset)).min(WINDOW);
        let others = count.saturating_sub(self.since(now, WINDOW.saturating_sub(reset) + OLDER));
        let is_nearly_full = u64::from(count) * 5 > u64::from(allowed) * 4;
        let is_crowded = is_nearly_full && others > allowed.saturating_sub(self.most());
        self.crowded_until = is_crowded.then(|| now + reset);
    }

    /// The most requests of ours that can have reached the service in the last so many seconds.
    fn since(&self, now: Instant, ago: Duration) -> u32 {
        let before = now.checked_sub(ago).map_or(0, |from| {
            self.landed.partition_point(|landed| *landed < from)
        });
        self.used()
            .saturating_sub(u32::try_from(before).unwrap_or(u32::MAX))
    }

    /// One gate for everybody, never shortened. What was in flight when it shut is part of the same trouble: it cuts the rate no further.
    fn shut(&mut self, now: Instant, told: Option<u32>, headers: RateHeaders) {
        if self.shut_until(now).is_none() {
            self.factor = (self.factor * CUT / 10).max(LEAST);
            self.grown_at = now;
            self.untold = if told.is_none() {
                (self.untold + 1).min(4)
            } else {
                self.untold
            };
        }
        let is_window_full = headers.count.is_some() && headers.count >= headers.allowed;
        let wait = told.unwrap_or_else(|| {
            let ladder = UNTOLD << self.untold.saturating_sub(1);
            ladder.max(headers.reset.filter(|_| is_window_full).unwrap_or(0))
        });
        let until = now + Duration::from_secs(u64::from(wait.max(1)));
        self.gate = Some(self.gate.map_or(until, |gate| gate.max(until)));
    }
}
