//! Traffic through a budget in virtual time: any mix of lanes, costs, refunds, slow answers, changing headers and 429s. Nothing waits, so
//! a million requests take a second or two. The bench prints what this finds.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::time::Duration;

use crate::support::dice::Dice;
use tokio::time::Instant;
use unstick::engine::limiter::budget::{Budget, RateHeaders, WINDOW};

/// Dice for traffic.
struct Chance(Dice);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0.below(end)
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn small(&mut self, end: u64) -> u32 {
        u32::try_from(self.below(end)).unwrap()
    }

    fn span(&mut self, most: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(most.as_micros()).unwrap()))
    }

    /// How long half an exchange takes: mostly little, now and then as long as a timeout.
    fn latency(&mut self) -> Duration {
        let most = match self.below(1000) {
            0..900 => 150,
            900..995 => 2_000,
            _ => 30_000,
        };
        self.span(Duration::from_millis(most))
    }
}

/// One request that was made, in the order of grants.
#[derive(Debug, Clone, Copy)]
struct Made {
    /// What the budget allowed in a window when it was granted.
    cap: u32,
    left: Instant,
    arrived: Instant,
    landed: Instant,
}

/// What traffic came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Requests made.
    pub(crate) requests: usize,
    /// 60-second windows looked at: one from each request, at each of three places.
    pub(crate) windows: usize,
    /// Windows with more requests than were allowed when their last was granted.
    pub(crate) broken: usize,
    /// 429s that were made up.
    pub(crate) limited: usize,
}

impl Flow {
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            requests: self.requests + other.requests,
            windows: self.windows + other.windows,
            broken: self.broken + other.broken,
            limited: self.limited + other.limited,
        }
    }
}

/// Something that is to happen to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Landed,
    GivenBack,
}

/// So many requests of one seed, whose dice choose the rate, the demand and the trouble.
pub(crate) fn flow(seed: u64, requests: usize) -> Flow {
    let mut dice = Chance(Dice::new(seed));
    let rates = [1, 2, 3, 10, 54, 60, 200, 270, 300, 1_000, 3_000];
    let mut now = Instant::now();
    let mut budget = Budget::new(rates[dice.small(11) as usize], now);
    let gap = Duration::from_millis([0, 1, 50, 400][dice.small(4) as usize]);
    let mut due: BinaryHeap<Reverse<(Instant, Due)>> = BinaryHeap::new();
    let mut made: Vec<Made> = Vec::with_capacity(requests);
    let mut limited = 0;
    while made.len() < requests {
        while let Some(Reverse((at, what))) = due.peek().copied().filter(|next| next.0.0 <= now) {
            due.pop();
            match what {
                Due::Landed => budget.land(at, 1),
                Due::GivenBack => budget.give_back(at, 1),
            }
        }
        if dice.one_in(60) {
            let headers = said(&mut dice);
            limited += usize::from(headers.limited.is_some());
            budget.observe(now, headers);
        }
        match budget.take(now, 1 + dice.small(2)) {
            Ok(taken) => {
                for number in 0..taken {
                    let held = if number == 0 { 0 } else { 2_000 };
                    let left = now + dice.span(Duration::from_millis(held));
                    if dice.one_in(10) {
                        due.push(Reverse((left, Due::GivenBack)));
                        continue;
                    }
                    let arrived = left + dice.latency();
                    let landed = arrived + dice.latency();
                    let cap = budget.cap();
                    made.push(Made {
                        cap,
                        left,
                        arrived,
                        landed,
                    });
                    due.push(Reverse((landed, Due::Landed)));
                }
                now += dice.span(gap);
            }
            // Timers fire late, and to the millisecond.
            Err(wait) => {
                let whole = u64::try_from(wait.as_micros().div_ceil(1000)).unwrap();
                now += Duration::from_millis(whole) + dice.span(Duration::from_millis(3));
            }
        }
        if dice.one_in(500) {
            now += dice.span(2 * WINDOW);
        }
    }
    Flow {
        requests: made.len(),
        windows: 3 * made.len(),
        broken: over(&made, |one| one.left)
            + over(&made, |one| one.arrived)
            + over(&made, |one| one.landed),
        limited,
    }
}

/// What a service may say of its rate, sense and nonsense.
fn said(dice: &mut Chance) -> RateHeaders {
    let allowed = [10, 60, 300, 300, 300, 1_000, 3_000][dice.small(7) as usize];
    let limited = match dice.below(12) {
        0 => Some(None),
        1 => Some(Some(dice.small(20))),
        _ => None,
    };
    RateHeaders {
        count: Some(dice.small(400)),
        allowed: (!dice.one_in(3)).then_some(allowed),
        reset: Some(dice.small(61)),
        limited,
    }
}

/// How many windows of a minute hold more than was allowed when the last of their requests was granted.
fn over(made: &[Made], when: impl Fn(&Made) -> Instant) -> usize {
    let mut times: Vec<(Instant, usize)> = made
        .iter()
        .enumerate()
        .map(|(number, one)| (when(one), number))
        .collect();
    times.sort_unstable();
    // The newest grant of a window first: each is dropped when a newer one comes.
    let mut newest: VecDeque<usize> = VecDeque::new();
    let (mut first, mut broken) = (0, 0);
    for (last, (at, number)) in times.iter().enumerate() {
        while newest.back().is_some_and(|place| times[*place].1 < *number) {
            newest.pop_back();
        }
        newest.push_back(last);
        while at.duration_since(times[first].0) >= WINDOW {
            first += 1;
        }
        while newest[0] < first {
            newest.pop_front();
        }
        let cap = made[times[newest[0]].1].cap;
        broken += usize::from(last + 1 - first > cap as usize);
    }
    broken
}

/// A stretch in which somebody always has a request to make, against a service with a fixed window.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    pub(crate) configured: u32,
    pub(crate) allowed: u32,
    /// Requests a minute that others make with the same client.
    pub(crate) others: u32,
    /// How long an answer takes.
    pub(crate) latency: Duration,
    pub(crate) minutes: u32,
}

/// How a stretch went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Used {
    /// Requests made, of those that the smaller of the configured rate and nine tenths of the allowance would have been, in percent.
    pub(crate) percent: f64,
    /// 429s drawn.
    pub(crate) refused: u32,
}

/// The service's count: a fixed window that begins with the first request after the last.
struct Window {
    since: Instant,
    count: u32,
}

impl Window {
    fn count(&mut self, now: Instant, allowed: u32) -> RateHeaders {
        if now.duration_since(self.since) >= WINDOW {
            *self = Self {
                since: now,
                count: 0,
            };
        }
        let is_over = self.count >= allowed;
        self.count += u32::from(!is_over);
        let left = WINDOW.saturating_sub(now.duration_since(self.since));
        let reset = u32::try_from(left.as_millis().div_ceil(1000)).unwrap();
        RateHeaders {
            count: Some(self.count),
            allowed: Some(allowed),
            reset: Some(reset),
            limited: is_over.then_some(Some(reset)),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Arrives,
    Answered(RateWords),
    Other,
}

/// Headers in an order, so that a heap can hold them.
type RateWords = (Option<u32>, Option<u32>, Option<u32>, Option<Option<u32>>);

/// Drives a stretch. What happens in its first two minutes, before it is steady, counts for refusals only.
pub(crate) fn stretch(seed: u64, wanted: Stretch) -> Used {
    let mut dice = Chance(Dice::new(seed));
    let start = Instant::now();
    let steady = start + 2 * WINDOW;
    let end = steady + WINDOW * wanted.minutes;
    let mut now = start;
    let mut budget = Budget::new(wanted.configured, now);
    let mut service = Window {
        since: now,
        count: 0,
    };
    let mut due: BinaryHeap<Reverse<(Instant, Moment)>> = BinaryHeap::new();
    for number in 0..wanted.others * (wanted.minutes + 2) {
        let at = start + WINDOW * number / wanted.others;
        due.push(Reverse((at, Moment::Other)));
    }
    let (mut made, mut refused) = (0_u32, 0);
    while now < end {
        while let Some(Reverse((at, what))) = due.peek().copied().filter(|next| next.0.0 <= now) {
            due.pop();
            match what {
                Moment::Other => drop(service.count(at, wanted.allowed)),
                Moment::Arrives => {
                    let said = service.count(at, wanted.allowed);
                    refused += u32::from(said.limited.is_some());
                    let words = (said.count, said.allowed, said.reset, said.limited);
                    let back = at + wanted.latency / 4 + dice.span(wanted.latency / 2);
                    due.push(Reverse((back, Moment::Answered(words))));
                }
                Moment::Answered((count, allowed, reset, limited)) => {
                    let said = RateHeaders {
                        count,
                        allowed,
                        reset,
                        limited,
                    };
                    budget.observe(at, said);
                    budget.land(at, 1);
                }
            }
        }
        match budget.take(now, 1 + dice.small(2)) {
            Ok(taken) => {
                made += if now >= steady { taken } else { 0 };
                for _ in 0..taken {
                    let there = now + wanted.latency / 4 + dice.span(wanted.latency / 2);
                    due.push(Reverse((there, Moment::Arrives)));
                }
            }
            Err(wait) => {
                let late = dice.span(Duration::from_millis(20));
                let next = due.peek().map_or(end, |next| next.0.0);
                now = (now + wait + late).min(next.max(now + Duration::from_micros(1)));
            }
        }
    }
    let most = wanted.configured.min(wanted.allowed * 9 / 10) * wanted.minutes;
    Used {
        percent: 100.0 * f64::from(made) / f64::from(most),
        refused,
    }
}
