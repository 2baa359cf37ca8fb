//! What a read showed beside the evidence: legs that are closed, and messages that are not the newest. It never makes a request fit; it
//! tells who came and was gone again between two reads, and whether a leg of the plan is closed or merely not mentioned.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::conversation::{Conversation, Message, Side};
use super::evidence::{Change, Evidence, OpenLeg};
use super::ids::{CommunicationId, ParticipantId};
use super::moment::after;
use super::plan::PlanItem;

/// How far the platform's clock may lag behind this machine's, by which the plan's read is dated.
const SKEW: SignedDuration = SignedDuration::from_mins(10);

/// What a read showed beside the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Aside {
    /// Legs that it showed closed, as evidence would show them open: those the plan shows open, and people's that closed since the plan was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<OpenLeg>,
    /// Messages newer than the newest of their side that the plan shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub written: Vec<Message>,
}

impl Aside {
    /// What a read shows beside the evidence of a plan's item.
    pub fn of(conversation: &Conversation, plan: &PlanItem) -> Self {
        let from = after(plan.read_at, -SKEW);
        let closed = conversation
            .legs()
            .filter(|(_, leg)| !leg.is_open())
            .filter(|(party, leg)| {
                let is_late = leg.ended.is_none_or(|at| at >= from);
                is_planned(&plan.evidence, party.id, leg.id) || party.purpose.is_human() && is_late
            })
            .map(|(party, leg)| OpenLeg::of(party, leg))
            .collect();
        let is_new = |message: &&Message| {
            let known = match message.from {
                Side::Customer => plan.evidence.customer.as_ref(),
                Side::Agent => plan.evidence.agent.as_ref(),
            };
            known.is_none_or(|known| message.at > known.at)
        };
        let written = conversation.messages.iter().filter(is_new);
        Self {
            closed,
            written: written.cloned().collect(),
        }
    }

    /// A message leg of the plan that a read shows neither open nor closed: nothing may be concluded from its absence.
    pub fn missing<'a>(&self, planned: &'a Evidence, now: &Evidence) -> Option<&'a OpenLeg> {
        planned.message_legs().find(|leg| {
            let mut shown = now.legs.iter().chain(&self.closed);
            !shown.any(|other| other.is_same_communication(leg))
        })
    }

    /// People who were there, or wrote, no later than `taken`, whom neither the plan nor the read before our first request showed; and
    /// people who came and are gone again, whenever that was: a request may take effect long after it was answered.
    pub fn unseen_people(
        &self,
        planned: &Evidence,
        before: &Self,
        now: &Evidence,
        taken: Timestamp,
    ) -> Option<Change> {
        let is_news = |leg: &&OpenLeg| {
            let mut known = planned.legs.iter().chain(&before.closed);
            leg.purpose.is_human() && !known.any(|other| other.is_same_leg(leg))
        };
        let was_there = |leg: &&OpenLeg| leg.since.is_none_or(|since| since <= taken);
        let here = now.legs.iter().filter(is_news).find(was_there);
        let came = here
            .or_else(|| self.closed.iter().find(is_news))
            .map(|leg| planned.arrival(leg));
        came.or_else(|| {
            let wrote = self.written.iter().find(|message| message.at <= taken)?;
            Some(Change::Wrote {
                side: wrote.from,
                at: Some(wrote.at),
            })
        })
    }
}

fn is_planned(
    planned: &Evidence,
    participant: ParticipantId,
    communication: CommunicationId,
) -> bool {
    planned
        .legs
        .iter()
        .any(|leg| leg.participant == participant && leg.communication == communication)
}
