//! The rules in force: they count requests, and say which one is hit.

use super::fault::{Fault, Step};
use super::memory::Memory;
use super::pattern;
use crate::sandbox::random::Random;
use std::collections::HashMap;
use std::sync::Arc;

/// What is known of a request when rules are looked up.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct Subject<'a> {
    pub(in crate::sandbox) method: &'a str,
    pub(in crate::sandbox) path: &'a str,
    pub(in crate::sandbox) step: Option<Step>,
    /// Id and label of the conversation.
    pub(in crate::sandbox) conversation: Option<(&'a str, Option<&'a str>)>,
}

/// Every rule in force, in the order in which they were ordered.
#[derive(Debug)]
pub(in crate::sandbox) struct Faults {
    armed: Vec<Armed>,
    seed: u64,
    /// What reads that lag behind are answered from.
    pub(in crate::sandbox) memory: Memory,
}

/// A rule and what it has seen.
#[derive(Debug)]
struct Armed {
    fault: Arc<Fault>,
    /// Requests seen, of each conversation where those are counted by themselves.
    seen: HashMap<String, u32>,
    random: Random,
}

impl Faults {
    pub(in crate::sandbox) fn new(seed: u64) -> Self {
        Self {
            armed: Vec::new(),
            seed,
            memory: Memory::default(),
        }
    }

    pub(in crate::sandbox) fn len(&self) -> usize {
        self.armed.len()
    }

    pub(in crate::sandbox) fn clear(&mut self) {
        self.armed.clear();
        self.memory = Memory::default();
    }

    pub(in crate::sandbox) fn add(&mut self, fault: Fault) {
        let seed = fault.seed.unwrap_or(self.seed);
        let purpose = format!("fault-{}", self.armed.len());
        self.armed.push(Armed {
            fault: Arc::new(fault),
            seen: HashMap::new(),
            random: Random::stream(seed, &purpose),
        });
    }

    /// Looks a request up. Each matching rule counts it; the first that strikes decides.
    pub(in crate::sandbox) fn strike(&mut self, subject: Subject<'_>) -> Option<Arc<Fault>> {
        let mut decided = None;
        for armed in &mut self.armed {
            if armed.strikes(subject) && decided.is_none() {
                decided = Some(Arc::clone(&armed.fault));
            }
        }
        decided
    }
}

impl Armed {
    /// Counts a request, and says whether it is hit.
    fn strikes(&mut self, subject: Subject<'_>) -> bool {
        let fault = &self.fault;
        if !fault.matches(subject) {
            return false;
        }
        let counted = match subject.conversation {
            Some((id, _)) if fault.per_conversation => id,
            Some(_) | None => "",
        };
        let seen = self.seen.entry(counted.to_owned()).or_default();
        *seen = seen.saturating_add(1);
        let first = fault.nth.unwrap_or(1);
        let all = u32::from(fault.probability.is_none());
        let last = match fault.times.unwrap_or(all) {
            0 => u32::MAX,
            times => first.saturating_add(times - 1),
        };
        (first..=last).contains(seen)
            && fault
                .probability
                .is_none_or(|probability| self.random.chance(probability))
    }
}

impl Fault {
    fn matches(&self, subject: Subject<'_>) -> bool {
        let conversation = self.conversation.as_deref().is_none_or(|wanted| {
            subject
                .conversation
                .is_some_and(|(id, label)| id == wanted || label == Some(wanted))
        });
        let method = self.method.as_deref();
        let path = self.path.as_deref();
        conversation
            && method.is_none_or(|one| one.eq_ignore_ascii_case(subject.method))
            && path.is_none_or(|pattern| pattern::fits(pattern, subject.path))
            && self.step.is_none_or(|step| Some(step) == subject.step)
    }
}
