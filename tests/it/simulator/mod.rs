//! The simulator: the machine of a run, a model of the service, seeded dice and virtual time. Requests fail in every way, people come and
//! write at the worst moment, the process is killed and started again; afterwards an oracle holds the journal against the truth.
//!
//! The same machine runs in the product (`src/domain/run/machine.rs`); only its shell is another. `tests/bench/` includes this folder too.

mod faults;
mod oracle;
mod service;
mod shell;

use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) use oracle::Verdict;
pub(crate) use shell::{Counts, World};

/// What is simulated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// How many conversations a run has.
    pub(crate) conversations: usize,
    /// How many requests in a thousand go wrong.
    pub(crate) faults: u64,
    /// How many steps in a thousand kill the process.
    pub(crate) crashes: u64,
    /// At least so many conversations at a time.
    pub(crate) least_parallel: usize,
    /// A mistake that is made on purpose, to see that the oracle sees it.
    pub(crate) sabotage: Option<Sabotage>,
}

/// Mistakes that the product must not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sabotage {
    /// A request goes to another conversation than the intent says.
    SendToAnother,
    /// Another request goes out than the intent says.
    CloseInsteadOfLegs,
    /// A request goes out twice on one intent.
    SendTwice,
    /// A kill takes facts along that were said to be durable.
    ForgetWhatWasKept,
    /// Open legs are taken for closed.
    SeeNoLegs,
    /// Whoever came is not seen.
    SeeNoStrangers,
}

/// One seed, from its first fact to its verdict.
pub(crate) fn simulate(seed: u64, settings: Settings) -> (Verdict, Counts, World) {
    let mut world = World::new(seed, settings);
    world.live();
    (oracle::judge(&world), world.counts, world)
}

/// What many seeds came to.
#[derive(Debug, Default)]
pub(crate) struct Total {
    pub(crate) verdict: Verdict,
    pub(crate) counts: Counts,
    /// Seeds that broke a promise.
    pub(crate) broken: Vec<u64>,
}

/// Simulates these seeds on all cores.
pub(crate) fn simulate_all(seeds: std::ops::Range<u64>, settings: Settings) -> Total {
    let next = AtomicU64::new(seeds.start);
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let mut total = Total::default();
    std::thread::scope(|scope| {
        let work = || {
            let mut own = Total::default();
            loop {
                let seed = next.fetch_add(1, Ordering::Relaxed);
                if seed >= seeds.end {
                    return own;
                }
                let (verdict, counts, _) = simulate(seed, settings);
                if !verdict.is_sound() {
                    own.broken.push(seed);
                }
                own.add(&verdict, counts);
            }
        };
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        for thread in threads {
            let own = thread.join().unwrap();
            total.broken.extend(own.broken);
            total.add(&own.verdict, own.counts);
        }
    });
    total.broken.sort_unstable();
    total
}

impl Total {
    fn add(&mut self, verdict: &Verdict, counts: Counts) {
        self.verdict.add(verdict);
        self.counts.crashes += counts.crashes;
        self.counts.facts += counts.facts;
        self.counts.reads += counts.reads;
        self.counts.sends += counts.sends;
    }
}
