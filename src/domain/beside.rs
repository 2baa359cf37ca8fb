//! What is known of a conversation beside the list and the read: facts of other sources that a diagnosis needs. Absent means not known.

use jiff::{SignedDuration, Timestamp};

use super::fact::{Class, FinalState};
use super::ids::ParticipantId;
use super::item::Item;
use super::step::Action;
use super::text::Text;

/// Facts of other sources about one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// Requests of ours to end it that were accepted, as our own runs recorded them; the newest of each target.
    pub accepted: Vec<Accepted>,
    /// Where the agent stands whose leg is up; of several the one who is most there.
    pub agent: Option<AgentStanding>,
    /// Why the agent's standing could not be asked for, when it was asked for last.
    pub no_standing: Option<String>,
    /// Since when reads have answered that it is not there (404).
    pub missing_since: Option<Timestamp>,
    /// How long after its end a message of the customer brings a conversation back, as the organisation set it.
    pub threading: Option<SignedDuration>,
}

/// A request of ours that was accepted, and what it was aimed at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Whose legs; absent where it was the whole conversation.
    pub target: Option<ParticipantId>,
    /// When it was answered, by the platform's clock where it said.
    pub at: Timestamp,
}

impl Accepted {
    /// What an item of a run says of the requests that were accepted for its conversation, the newest of each target. None are left of
    /// one that came to its end: whatever is open on it now began afterwards. One that had nothing accepted says nothing: what is known
    /// from before stands.
    pub fn of(item: &Item) -> Option<Vec<Self>> {
        let is_done = item.settled.as_ref().is_some_and(|(settled, _)| {
            settled.state.is_done() || settled.state == FinalState::WrapUpOwed
        });
        if is_done {
            return Some(Vec::new());
        }
        let mut newest: Vec<Self> = Vec::new();
        for sent in &item.sends {
            let target = match &sent.action {
                Action::Legs { participant } => Some(*participant),
                Action::Recipe(sending) => sending.participant,
                Action::Close | Action::Teardown => None,
                // It ends no leg.
                Action::WrapUp { .. } => continue,
            };
            let Some(answer) = sent.answer.as_ref().filter(|a| a.class == Class::Accepted) else {
                continue;
            };
            newest.retain(|known| known.target != target);
            newest.push(Self {
                target,
                at: answer.receipt.date.unwrap_or(answer.at),
            });
        }
        (!newest.is_empty()).then_some(newest)
    }
}

/// An agent's presence and routing status, as read from the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentStanding {
    /// The user's id.
    pub user: Text,
    /// The system presence (`Available`, `Offline`, …), in the service's word.
    pub presence: Option<Text>,
    /// Since when.
    pub presence_since: Option<Timestamp>,
    /// The routing status (`OFF_QUEUE`, `IDLE`, …). `OFF_QUEUE` is also said of users that do not exist.
    pub routing: Option<Text>,
    /// Since when.
    pub routing_since: Option<Timestamp>,
    /// When this was read, by this machine's clock.
    pub read_at: Timestamp,
}

/// Presences of people who are not at their desk. Whoever is `Available` or `Busy` may work messages without being on queue.
const NOT_AT_THE_DESK: [&str; 6] = ["Away", "Break", "Idle", "Meal", "Meeting", "Training"];

impl AgentStanding {
    /// A user of whom nothing else is known.
    pub fn new(user: Text, read_at: Timestamp) -> Self {
        Self {
            user,
            presence: None,
            presence_since: None,
            routing: None,
            routing_since: None,
            read_at,
        }
    }

    /// In words that the agent is not there, and since when: offline, or off queue and not at the desk. `OFF_QUEUE` alone proves nothing:
    /// it is also said of users that do not exist, and agents can work messages off queue.
    pub fn away(&self) -> Option<(String, Option<Timestamp>)> {
        let presence = self.presence.as_ref()?.as_str();
        if presence == "Offline" {
            return Some(("offline".to_owned(), self.presence_since));
        }
        let is_off_queue = self.routing.as_ref().map(Text::as_str) == Some("OFF_QUEUE");
        (is_off_queue && NOT_AT_THE_DESK.contains(&presence)).then(|| {
            let since = self.presence_since.max(self.routing_since);
            (format!("off queue ({presence})"), since)
        })
    }
}

/// What a question about agents' standings brought: of those asked about, those who are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standings {
    /// The users that were asked about, by id.
    pub asked: Vec<Text>,
    /// What is known of them; whoever is absent is not known.
    pub found: Vec<AgentStanding>,
    /// Why nothing is known, where the question was not answered.
    pub failure: Option<String>,
}

/// What other sources said, for the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Learned {
    /// Where agents stand.
    Standings(Standings),
    /// How long after its end a message of the customer brings a conversation back.
    Threading(SignedDuration),
}
