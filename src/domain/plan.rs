//! The plan: the frozen list of what will be ended, how, and on what evidence. Its hash is what the operator saw, and what runs.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::cause::{Cause, Refusal};
use super::evidence::{Evidence, OpenLeg};
use super::ids::{ConversationId, DeploymentId, ParticipantId};
use super::kind::Kind;
use super::moment::since;
use super::recipe::{Recipe, Way};
use super::step::{Rung, Step};

mod sealed;
mod sense;

pub(super) use sealed::sealed;

/// The `format` word of a plan file that this version writes and reads.
pub const FORMAT: &str = "unstick-plan/1";

/// A frozen plan. Everything but `hash` is under the hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Always [`FORMAT`].
    pub format: String,
    /// SHA-256 in hex of the rest, as compact JSON with sorted keys.
    pub hash: String,
    /// The organisation it was made on.
    pub org_id: String,
    /// The API host it was made on, with its port if that is not the scheme's.
    pub api_host: String,
    /// The OAuth client that read the evidence.
    pub client_id: String,
    /// The profile's name; part of the phrase.
    pub profile: String,
    /// When it was frozen.
    pub made_at: Timestamp,
    /// The filter it was drawn from, if any.
    pub filter: Option<String>,
    /// How hard it may push.
    pub rung: Rung,
    /// The wrap-up code's id, if one is to be applied.
    pub wrap_up: Option<String>,
    /// One healthy conversation, named by its id, is to be ended.
    pub allow_live: bool,
    /// The way: `standard` is the ladder, anything else a recipe, which is in the plan whole.
    pub recipe: Way,
    /// The hash of the standing policy that it carries out; absent where a person made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sweep: Option<String>,
    /// What will be ended.
    pub items: Vec<PlanItem>,
    /// What was asked for and left out, with the reason.
    pub skipped: Vec<Skipped>,
}

/// One conversation of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanItem {
    /// The conversation.
    pub id: ConversationId,
    /// Why it was open.
    pub kind: Kind,
    /// When the evidence was read.
    pub read_at: Timestamp,
    /// What was seen.
    pub evidence: Evidence,
    /// The deployment that its guest came by: only where the plan's recipe opens a socket of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment: Option<DeploymentId>,
}

/// A conversation that was asked for and is not planned.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Skipped {
    /// The conversation.
    pub id: ConversationId,
    /// Why it is left out, in words.
    pub reason: String,
    /// The same to count by; no part of the plan's JSON, and so not under its hash.
    #[serde(skip)]
    pub cause: Cause,
}

/// A plan that was read from a file is the same plan, though it has no causes.
impl PartialEq for Skipped {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.reason == other.reason
    }
}

impl Eq for Skipped {}

impl Skipped {
    /// Left out for this.
    pub fn new(id: ConversationId, why: Refusal) -> Self {
        Self {
            id,
            reason: why.reason,
            cause: why.cause,
        }
    }
}

/// For whom and where a plan is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The organisation.
    pub org_id: String,
    /// The API host.
    pub api_host: String,
    /// The OAuth client.
    pub client_id: String,
    /// The profile's name.
    pub profile: String,
}

/// What the operator chose for a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// The filter it is drawn from.
    pub filter: Option<String>,
    /// How hard it may push.
    pub rung: Rung,
    /// The wrap-up code's id.
    pub wrap_up: Option<String>,
    /// One healthy conversation may be ended.
    pub allow_live: bool,
    /// The ladder, or a recipe.
    pub recipe: Way,
}

/// Why a plan from outside is not accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    /// Not a plan at all.
    #[error("this is not an unstick plan: {0}")]
    NotAPlan(String),
    /// A later or other format.
    #[error("the plan has the format `{0}`; this version reads `{FORMAT}`")]
    OtherFormat(String),
    /// Changed after it was frozen.
    #[error("the plan was edited after it was made: its hash does not fit. Make a new plan")]
    Edited,
    /// Made elsewhere.
    #[error("the plan was made on {what} `{planned}`, and this is `{here}`. Make a new plan here")]
    Elsewhere {
        /// What differs: the organisation, host, client or profile.
        what: &'static str,
        /// The plan's.
        planned: String,
        /// Ours.
        here: String,
    },
    /// Something in it makes no sense.
    #[error("the plan cannot be run: {0}")]
    Unusable(String),
}

impl Plan {
    /// Freezes a plan.
    pub fn freeze(
        scope: &Scope,
        choices: &Choices,
        made_at: Timestamp,
        items: Vec<PlanItem>,
        skipped: Vec<Skipped>,
    ) -> Self {
        // Beside what a recipe sends itself no code is sent: a plan names none that is not.
        let is_sent = |_: &&String| choices.recipe.recipe().is_none_or(Recipe::needs_wrap_up);
        let wrap_up = choices.wrap_up.as_ref().filter(is_sent);
        let mut plan = Self {
            format: FORMAT.to_owned(),
            hash: String::new(),
            org_id: scope.org_id.clone(),
            api_host: scope.api_host.clone(),
            client_id: scope.client_id.clone(),
            profile: scope.profile.clone(),
            made_at,
            filter: choices.filter.clone(),
            rung: choices.rung,
            wrap_up: wrap_up.cloned(),
            allow_live: choices.allow_live,
            recipe: choices.recipe.clone(),
            sweep: None,
            items,
            skipped,
        };
        plan.hash = plan.computed_hash();
        plan
    }

    /// Reads a plan file, and refuses one whose hash does not fit.
    pub fn parse(text: &str) -> Result<Self, PlanRefused> {
        let plan: Self =
            serde_json::from_str(text).map_err(|error| PlanRefused::NotAPlan(error.to_string()))?;
        if plan.format != FORMAT {
            return Err(PlanRefused::OtherFormat(plan.format));
        }
        if plan.computed_hash() != plan.hash {
            return Err(PlanRefused::Edited);
        }
        plan.check_sense()?;
        Ok(plan)
    }

    /// Refuses a plan that was made on another organisation, host, client or profile.
    pub fn check_scope(&self, here: &Scope) -> Result<(), PlanRefused> {
        let pairs = [
            ("the organisation", &self.org_id, &here.org_id),
            ("the host", &self.api_host, &here.api_host),
            ("the client", &self.client_id, &here.client_id),
            ("the profile", &self.profile, &here.profile),
        ];
        pairs
            .into_iter()
            .find(|(_, planned, ours)| planned != ours)
            .map_or(Ok(()), |(what, planned, ours)| {
                Err(PlanRefused::Elsewhere {
                    what,
                    planned: planned.clone(),
                    here: ours.clone(),
                })
            })
    }

    /// The steps that a board shows.
    pub fn steps(&self) -> &'static [Step] {
        match &self.recipe {
            Way::Standard => self.rung.steps(),
            // What is owed once no leg is open is settled with the plan's code, whoever closed the last leg.
            Way::Recipe(_) if self.wrap_up.is_some() => Rung::Close.steps(),
            Way::Recipe(_) => &[Step::Check, Step::Legs, Step::Close, Step::Verify],
        }
    }

    /// How it is done, in words: `rung close`, `recipe 5-patch-wrapper`.
    pub fn manner(&self) -> String {
        match &self.recipe {
            Way::Standard => format!("rung {}", self.rung.word()),
            Way::Recipe(recipe) => format!("recipe {}", recipe.name),
        }
    }

    /// In how many of its conversations somebody wrote lately: counted aloud before anything is confirmed.
    pub fn recent_replies(&self, within: SignedDuration, now: Timestamp) -> usize {
        let is_recent = |item: &&PlanItem| {
            let newest = [&item.evidence.customer, &item.evidence.agent];
            let mut newest = newest.into_iter().flatten();
            newest.any(|message| since(message.at, now) < within)
        };
        self.items.iter().filter(is_recent).count()
    }

    /// The words that must be typed before this plan runs.
    pub fn phrase(&self) -> String {
        match self.items.first() {
            Some(item) if self.rung == Rung::Teardown => {
                format!("{} teardown {}", self.profile, item.id.short())
            }
            Some(item) if self.allow_live => format!("{} live {}", self.profile, item.id.short()),
            _ => format!("{} {}", self.profile, self.items.len()),
        }
    }

    /// What it usually costs: no leg needs a second request, and wrap-up is settled where it is owed already.
    pub fn usual_requests(&self) -> usize {
        let of = |item: &PlanItem| {
            if let Some(recipe) = self.recipe.recipe() {
                return recipe.usual_requests(item);
            }
            let legs = item.leg_targets().len();
            let close = usize::from(legs == 0 && item.evidence.wrap_up.is_empty()) * 2;
            let wrap_up = usize::from(!item.evidence.wrap_up.is_empty()) * 2;
            2 + 2 * legs + close + wrap_up
        };
        self.items.iter().map(of).sum()
    }

    /// About how long it takes: a chat about five seconds, as many at a time as may be, and never more requests than the rate allows.
    pub fn usual_time(&self, at_a_time: usize, per_minute: u32) -> SignedDuration {
        let whole = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let by_lanes = whole(self.items.len()).saturating_mul(5) / whole(at_a_time.max(1));
        let requests = whole(self.usual_requests());
        let by_rate = requests.saturating_mul(60) / i64::from(per_minute.max(1));
        SignedDuration::from_secs(by_lanes.max(by_rate).max(5))
    }

    /// The most requests this plan can cost when nothing goes wrong.
    pub fn request_bound(&self) -> usize {
        self.items.iter().map(|item| item.request_bound(self)).sum()
    }
}

impl PlanItem {
    /// The participants whose legs are ended one by one: open human legs, agents before customers, each participant once, and only
    /// where all its open legs are web messaging legs.
    pub fn leg_targets(&self) -> Vec<ParticipantId> {
        let mut human: Vec<&OpenLeg> = self
            .evidence
            .message_legs()
            .filter(|leg| leg.purpose.is_human())
            .collect();
        human.sort_by_key(|leg| !leg.purpose.is_staff());
        let mut targets: Vec<ParticipantId> = Vec::new();
        for leg in human {
            let has_other_media = self
                .evidence
                .legs
                .iter()
                .any(|other| other.participant == leg.participant && !other.is_message());
            if !has_other_media && !targets.contains(&leg.participant) {
                targets.push(leg.participant);
            }
        }
        targets
    }

    /// It is over in truth, and only analytics has it as open.
    pub fn is_stray(&self) -> bool {
        self.kind.is_astray() && self.evidence.legs.is_empty()
    }

    /// Requests of this item, counted from confirmation: 2, 2 more for each human leg, 3 for `close`, 2 for `wrap-up`.
    pub fn request_bound(&self, plan: &Plan) -> usize {
        let wrap_up = if plan.wrap_up.is_some() && plan.rung == Rung::Close {
            2
        } else {
            0
        };
        if let Some(recipe) = plan.recipe.recipe() {
            return recipe.request_bound(self) + wrap_up;
        }
        let close = if plan.rung == Rung::Close && self.kind != Kind::WrapUp {
            3
        } else {
            0
        };
        // A teardown where no leg is open: analytics is asked before it and for ten minutes after it.
        let stray = if plan.rung == Rung::Teardown && self.is_stray() {
            10
        } else {
            0
        };
        2 + 2 * self.leg_targets().len() + close + wrap_up + stray
    }

    /// What a run will do first, in words for the plan's list.
    pub fn first_action(&self, rung: Rung) -> &'static str {
        let Some(first) = self.leg_targets().first().copied() else {
            return match (rung, self.evidence.wrap_up.is_empty()) {
                (Rung::Teardown, _) => "tear down",
                (_, false) => "apply wrap-up",
                _ => "close",
            };
        };
        if rung == Rung::Teardown {
            return "tear down";
        }
        let is_staff = self
            .evidence
            .legs
            .iter()
            .any(|leg| leg.participant == first && leg.purpose.is_staff());
        if is_staff {
            "end agent leg"
        } else {
            "end cust leg"
        }
    }
}
