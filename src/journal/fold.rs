//! A run folded from its facts as the journal follows it: the domain's run, and what only the tables need to know beside it.

use std::collections::HashMap;

use crate::domain::fact::{ItemEvent, RunEvent, RunFact};
use crate::domain::ids::ConversationId;
use crate::domain::item::Timings;
use crate::domain::run::{Run, RunHeader};

/// A run and where its facts stand.
#[derive(Debug)]
pub(super) struct Folded {
    /// The run.
    pub(super) run: Run,
    /// The number of the newest fact; 0 before the first.
    pub(super) seq: i64,
    /// The chain so far.
    pub(super) chain: String,
    trails: HashMap<ConversationId, Trail>,
}

/// The numbers of one conversation's newest facts; 0 where there is none.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Trail {
    /// Its newest read.
    pub(super) observed: i64,
    /// Its newest intent.
    pub(super) intended: i64,
    /// How many final states it had.
    pub(super) finals: i64,
}

impl Folded {
    /// A run of which nothing has happened yet.
    pub(super) fn new(header: RunHeader, chain: String, timings: &Timings) -> Self {
        Self {
            run: Run::new(header, timings.clone()),
            seq: 0,
            chain,
            trails: HashMap::new(),
        }
    }

    /// Where one conversation stands.
    pub(super) fn trail(&self, conversation: ConversationId) -> Trail {
        self.trails.get(&conversation).copied().unwrap_or_default()
    }

    /// Folds the next fact. `false` when it cannot follow what happened.
    pub(super) fn push(&mut self, fact: &RunFact, chain: String) -> bool {
        self.seq += 1;
        self.chain = chain;
        if let RunEvent::Item { conversation, what } = &fact.event {
            let trail = self.trails.entry(*conversation).or_default();
            match what {
                ItemEvent::Observed { .. } => trail.observed = self.seq,
                ItemEvent::Intended { .. } => trail.intended = self.seq,
                ItemEvent::Settled(_) => trail.finals += 1,
                ItemEvent::Answered { .. }
                | ItemEvent::ReadFailed { .. }
                | ItemEvent::EndSought { .. }
                | ItemEvent::Sighted(_)
                | ItemEvent::LateEffect { .. } => {}
            }
        }
        self.run.apply(fact)
    }
}
