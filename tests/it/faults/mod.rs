//! The catalogue of faults (`engine.md` 4), each as a named scenario on the real client, engine and journal and the sandbox over HTTP.
//! Every scenario asserts what its row says is to be seen, and then what must hold whatever goes wrong: the `oracle`.
//!
//! Waiting times are a fifth of those in earnest, and so are the sandbox's: see `staging.rs`.

mod captured;
mod catalogue;
mod control;
mod edges;
mod gone;
mod host;
mod hostile;
mod liars;
mod limits;
mod lists;
mod lost_answers;
mod notifications;
pub(crate) mod oracle;
mod oracle_objects;
pub(crate) mod place;
mod relay;
mod sign_in;
mod soak;
pub(crate) mod staging;
mod storms;
mod who_comes;

use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::ids::ConversationId;
use unstick::domain::step::Step;

use place::Carried;

impl Carried {
    /// How a conversation came out.
    #[track_caller]
    fn settled(&self, id: ConversationId) -> &Settled {
        let item = self.run.item(id).unwrap();
        &item.settled.as_ref().expect("no final state").0
    }

    /// It came out like this, with these words in its reason.
    #[track_caller]
    fn came_out(&self, id: ConversationId, state: FinalState, words: &str) {
        let settled = self.settled(id);
        assert_eq!(settled.state, state, "{settled:#?}");
        assert!(settled.reason.contains(words), "no `{words}`: {settled:#?}");
    }

    /// Why it paused first; empty where it did not.
    fn pause(&self) -> String {
        let mut facts = self.facts.iter();
        let why = facts.find_map(|fact| match &fact.event {
            RunEvent::Paused { why } => Some(why.clone()),
            _ => None,
        });
        why.unwrap_or_default()
    }

    /// How many came out like this.
    fn count(&self, state: FinalState) -> usize {
        self.run.tally().of(state)
    }

    /// Everything that was sent for a conversation, as step and attempt.
    fn sends(&self, id: ConversationId) -> Vec<(Step, u32)> {
        let sends = self.run.item(id).unwrap().sends.iter();
        sends
            .map(|sent| (sent.action.step(), sent.attempt))
            .collect()
    }

    /// How many requests that change something left in all.
    fn all_sends(&self) -> usize {
        self.run.items.iter().map(|item| item.sends.len()).sum()
    }

    /// What happened to a conversation, oldest first.
    fn events(&self, id: ConversationId) -> Vec<(&RunFact, &ItemEvent)> {
        let facts = self.facts.iter();
        facts
            .filter_map(|fact| match &fact.event {
                RunEvent::Item { conversation, what } if *conversation == id => Some((fact, what)),
                _ => None,
            })
            .collect()
    }
}
