//! One request of a recipe, with its ids in it: what is recorded before it leaves, what leaves, and how its refusals are understood.

use serde::{Deserialize, Serialize};

use super::{Each, Fill as _, Means, Method, Recipe, RecipeStep, Refusal, Values};
use crate::domain::evidence::OpenLeg;
use crate::domain::failure::Failure;
use crate::domain::ids::ParticipantId;
use crate::domain::plan::PlanItem;

/// A request of a recipe.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sending {
    /// The step's name.
    pub name: String,
    /// For whom it is; nobody where it is for the conversation.
    pub participant: Option<ParticipantId>,
    /// How it is sent.
    pub method: Method,
    /// Where to.
    pub path: String,
    /// Its body.
    pub body: Option<serde_json::Value>,
    /// Headers beside those of every request.
    pub headers: Vec<(String, String)>,
    /// Answers that count as accepted.
    pub accepted: Vec<u16>,
    /// How refusals are understood.
    pub refusals: Vec<Refusal>,
    /// The rest goes on without it.
    pub is_optional: bool,
}

impl Sending {
    /// Its step and method: `participant POST`.
    pub fn brief(&self) -> String {
        format!("{} {}", self.name, self.method.word())
    }

    /// What a refusal means to its recipe; nothing where it says nothing of it.
    pub fn means(&self, failure: &Failure) -> Option<Means> {
        let status = failure.receipt.status?;
        let code = failure.code.as_ref().map_or("", |code| code.as_str());
        let said = format!("{code} {}", failure.said).to_lowercase();
        self.refusals
            .iter()
            .filter(|refusal| refusal.status == status)
            .find(|refusal| {
                refusal
                    .says
                    .as_ref()
                    .is_none_or(|words| said.contains(&words.to_lowercase()))
            })
            .map(|refusal| refusal.means)
    }
}

impl RecipeStep {
    /// For whom it is sent in this conversation: parties of the plan, or nobody in particular, which is once.
    pub fn targets(&self, item: &PlanItem) -> Vec<Option<ParticipantId>> {
        let is_meant = |participant: &ParticipantId| {
            let mut legs = item.evidence.legs.iter();
            legs.any(|leg| {
                leg.participant == *participant
                    && leg.purpose.is_staff() == (self.each == Each::Agent)
            })
        };
        match self.each {
            Each::Conversation => vec![None],
            Each::Customer | Each::Agent => item
                .leg_targets()
                .into_iter()
                .filter(is_meant)
                .map(Some)
                .collect(),
        }
    }

    /// The request, for one of them. Nothing where an id is wanted that is not there.
    pub fn sending(
        &self,
        item: &PlanItem,
        participant: Option<ParticipantId>,
        wrap_up: Option<&str>,
    ) -> Option<Sending> {
        let conversation = item.id.to_string();
        let party = participant.map(|participant| participant.to_string());
        let is_theirs = |leg: &&OpenLeg| Some(leg.participant) == participant && leg.is_message();
        let leg = item.evidence.legs.iter().find(is_theirs);
        let communication = leg.map(|leg| leg.communication.to_string());
        let deployment = item.deployment.map(|deployment| deployment.to_string());
        let values = Values {
            conversation: &conversation,
            participant: party.as_deref(),
            communication: communication.as_deref(),
            wrap_up,
            deployment: deployment.as_deref(),
        };
        let body = match &self.body {
            Some(body) => Some(body.fill(&values)?),
            None => None,
        };
        Some(Sending {
            name: self.name.clone(),
            participant,
            method: self.method,
            path: self.path.fill(&values)?,
            body,
            headers: self.headers.clone(),
            accepted: self.accepted.clone(),
            refusals: self.refusals.clone(),
            is_optional: self.is_optional,
        })
    }
}

/// How often it is looked, at most, for the effect of what was accepted: as often as a run's waiting times say, and once more at the end of
/// a step's own wait.
const LOOKS: usize = 5;

impl Recipe {
    /// What ending a conversation in this way costs where each step does what it is to do: a check and a proof of two reads, the first of
    /// which shows what the last step did, and for each send the read that shows its effect.
    pub fn usual_requests(&self, item: &PlanItem) -> usize {
        let sends = |step: &RecipeStep| step.targets(item).len();
        2 + 2 * self.steps.iter().map(sends).sum::<usize>()
    }

    /// The most requests that it costs where every request is answered: each step is sent as often as it may be, each time on a read of its
    /// own, and then looked for to the end.
    pub fn request_bound(&self, item: &PlanItem) -> usize {
        let of_step = |step: &RecipeStep| {
            let each = 2 * usize::from(step.retry.times) + LOOKS;
            step.targets(item).len() * each
        };
        2 + self.steps.iter().map(of_step).sum::<usize>()
    }
}
