//! What a notification showed of one conversation. Notifications may be late, false, doubled, shuffled or missing, so a sighting only ever
//! narrows: it asks for a read, and it holds a chat back in which somebody was seen whom neither the plan nor the read shows. It never
//! proves that anything is over.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::aside::Aside;
use super::conversation::{Message, Purpose, Side};
use super::evidence::{Change, Evidence, OpenLeg, who};
use super::ids::{ConversationId, ParticipantId};
use super::moment::{after, since};

/// How long a sighting holds a chat back: reads lag by seconds, and what was seen longer ago is theirs to show (`threats.md` T38).
pub const HOLDS: SignedDuration = SignedDuration::from_secs(60);

/// An event and a read date the same connection alike, to this much.
const SAME: SignedDuration = SignedDuration::from_secs(2);

/// What one event showed: people only, as nobody else can be cut off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// When the event came, by this machine's clock.
    pub heard: Timestamp,
    /// People with an open leg.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub people: Vec<Person>,
    /// The newest message of each side.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<Message>,
}

/// Somebody whose leg was open. Events name no leg, only whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The party.
    pub participant: ParticipantId,
    /// What it is there for.
    pub purpose: Purpose,
    /// When it connected, by the platform's clock; events do not say it of a leg that rings.
    pub since: Option<Timestamp>,
}

/// A sighting, and of which conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The conversation.
    pub conversation: ConversationId,
    /// What the event showed of it.
    pub sighting: Sighting,
}

impl Person {
    /// A leg that a plan or a read shows may be this one: the same party's, connected at the same time or later.
    fn is(&self, leg: &OpenLeg) -> bool {
        leg.participant == self.participant
            && match (self.since, leg.since) {
                (Some(seen), Some(known)) => seen <= after(known, SAME),
                _ => true,
            }
    }

    fn is_among<'a>(&self, legs: impl IntoIterator<Item = &'a OpenLeg>) -> bool {
        legs.into_iter().any(|leg| self.is(leg))
    }

    fn change(&self, planned: &Evidence) -> Change {
        let purpose = self.purpose.clone();
        let mut known = planned.legs.iter();
        if known.any(|leg| leg.participant == self.participant) {
            return Change::LegReborn { purpose };
        }
        Change::LegJoined {
            purpose,
            since: self.since,
        }
    }
}

impl Sighting {
    /// The part of it that a plan does not show; nothing where it shows no more than the plan.
    pub fn beyond(&self, planned: &Evidence) -> Option<Self> {
        let people = self
            .people
            .iter()
            .filter(|one| !one.is_among(&planned.legs));
        let written = self.written.iter().filter(|one| is_news(one, planned));
        let rest = Self {
            heard: self.heard,
            people: people.cloned().collect(),
            written: written.cloned().collect(),
        };
        (!rest.people.is_empty() || !rest.written.is_empty()).then_some(rest)
    }

    /// It still holds a chat back.
    pub fn holds(&self, now: Timestamp) -> bool {
        since(self.heard, now) <= HOLDS
    }

    /// Who or what neither the plan nor the newest read knows of. Of somebody whose leg the read shows closed it knows more than the event.
    pub fn unexplained(
        &self,
        planned: &Evidence,
        read: &Evidence,
        aside: &Aside,
    ) -> Option<Change> {
        let rest = self.beyond(planned)?;
        let mut people = rest.people.iter();
        let somebody = people.find(|one| !one.is_among(read.legs.iter().chain(&aside.closed)));
        somebody.map(|one| one.change(planned)).or_else(|| {
            let mut written = rest.written.iter();
            let message = written.find(|one| is_news(one, read))?;
            Some(Change::Wrote {
                side: message.from,
                at: Some(message.at),
            })
        })
    }

    /// What it shows, in words.
    pub fn words(&self) -> String {
        let people = self.people.iter();
        let people = people.map(|one| format!("{} is there", who(&one.purpose)));
        let written = self.written.iter().map(|message| match message.from {
            Side::Customer => "customer wrote".to_owned(),
            Side::Agent => "agent wrote".to_owned(),
        });
        people.chain(written).collect::<Vec<_>>().join(", ")
    }

    /// The same, whenever it was heard.
    pub fn is_same(&self, other: &Self) -> bool {
        self.people == other.people && self.written == other.written
    }
}

/// Written after everything of its side that this evidence shows.
fn is_news(message: &Message, shown: &Evidence) -> bool {
    let newest = match message.from {
        Side::Customer => shown.customer.as_ref(),
        Side::Agent => shown.agent.as_ref(),
    };
    newest.is_none_or(|newest| message.at > newest.at && message.id != newest.id)
}

#[cfg(test)]
mod tests;
