//! How a run may spread, and how its items came out in numbers.

use super::fact::FinalState;

/// How a run may spread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Items that must go well one by one before others start.
    pub canary: usize,
    /// Conversations at a time.
    pub max_parallel: usize,
}

/// Counts of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Planned.
    pub planned: usize,
    /// Final states, in the order of [`FinalState::ALL`].
    pub settled: [usize; 7],
    /// Begun and not final.
    pub running: usize,
    /// Not begun.
    pub waiting: usize,
    /// Final with an incident.
    pub incidents: usize,
    /// Requests sent for its items.
    pub requests: u32,
}

impl Tally {
    /// How many ended in this state.
    pub fn of(&self, state: FinalState) -> usize {
        FinalState::ALL
            .iter()
            .position(|other| *other == state)
            .map_or(0, |index| self.settled[index])
    }

    /// How many have any final state.
    pub fn finals(&self) -> usize {
        self.settled.iter().sum()
    }

    /// Everything that was asked for is true, and no incident happened.
    pub fn is_all_done(&self) -> bool {
        self.of(FinalState::Ended) + self.of(FinalState::EndedElsewhere) == self.planned
            && self.incidents == 0
    }
}
