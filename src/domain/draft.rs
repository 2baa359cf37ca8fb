//! Drafting a plan: of the conversations asked for, which are planned and which are left out, and why. Pure; the roster is only
//! looked at, and nothing is sent for a draft.

use std::collections::HashSet;

use super::cause::{Cause, Refusal};
use super::guard::{self, Terms};
use super::ids::ConversationId;
use super::plan::{Plan, PlanItem, Scope, Skipped};
use super::roster::Roster;
use super::step::Rung;

/// Why no plan is made at all. Exit code 5 without a screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftRefused {
    /// More conversations than one plan may hold.
    #[error(
        "{count} is over the batch limit of {limit}. Narrow the filter, or raise limits.max_batch"
    )]
    TooMany {
        /// How many could be planned.
        count: usize,
        /// The limit.
        limit: usize,
    },
    /// A live conversation among others, or from a filter.
    #[error(
        "a live conversation is ended on its own, by its id, never from a filter: name exactly one"
    )]
    LiveIsAlone,
    /// A teardown among others, or from a filter.
    #[error("a teardown is planned for one conversation, by its id: name exactly one")]
    TeardownIsAlone,
    /// The profile does not allow teardowns.
    #[error("teardown is off for the profile `{profile}`. Set allow_teardown = true to allow it")]
    TeardownIsOff {
        /// The profile.
        profile: String,
    },
    /// No run left it `escalate`, and it is no stray either.
    #[error(
        "{id} may not be torn down: no run on record left it `escalate`, and {why}. End it with the rung `close` first"
    )]
    NotEscalated {
        /// The conversation.
        id: ConversationId,
        /// Why it is no stray of analytics.
        why: String,
    },
}

/// Drafts a plan of these conversations, in this order; each counts once. A plan may come out with no items.
pub fn draft(
    asked: &[ConversationId],
    roster: &Roster,
    scope: &Scope,
    terms: &Terms<'_>,
) -> Result<Plan, DraftRefused> {
    let asked = each_once(asked);
    check_choices(&asked, roster, scope, terms)?;
    let is_bulk = asked.len() > 1 || terms.from_filter;
    let mut sorted = Sorted::default();
    for id in asked {
        sorted.put(id, verdict(id, roster, is_bulk, terms));
    }
    sorted.freeze(scope, terms)
}

/// Drafts the plan anew on fresh reads. What differs from the evidence that the operator saw is left out, with what changed; what
/// was left out before stays out. A plan of many stays bulk when few remain.
pub fn redraft(plan: &Plan, roster: &Roster, terms: &Terms<'_>) -> Result<Plan, DraftRefused> {
    let scope = Scope {
        org_id: plan.org_id.clone(),
        api_host: plan.api_host.clone(),
        client_id: plan.client_id.clone(),
        profile: plan.profile.clone(),
    };
    let asked: Vec<ConversationId> = plan
        .items
        .iter()
        .map(|item| item.id)
        .chain(plan.skipped.iter().map(|skipped| skipped.id))
        .collect();
    check_choices(&asked, roster, &scope, terms)?;
    let is_bulk = asked.len() > 1 || terms.from_filter;
    let mut sorted = Sorted {
        items: Vec::new(),
        skipped: plan.skipped.clone(),
    };
    for seen in &plan.items {
        let fresh = verdict(seen.id, roster, is_bulk, terms);
        sorted.put(seen.id, unchanged(seen, roster, fresh));
    }
    sorted.freeze(&scope, terms)
}

/// The plan without this conversation, which the operator dropped from it.
pub fn leave_out(plan: &Plan, id: ConversationId, terms: &Terms<'_>) -> Result<Plan, DraftRefused> {
    let mut rest = plan.clone();
    rest.items.retain(|item| item.id != id);
    if rest.items.len() < plan.items.len() {
        let why = Refusal::new(Cause::Dropped, "left out by you");
        rest.skipped.push(Skipped::new(id, why));
    }
    let scope = Scope {
        org_id: rest.org_id,
        api_host: rest.api_host,
        client_id: rest.client_id,
        profile: rest.profile,
    };
    Sorted {
        items: rest.items,
        skipped: rest.skipped,
    }
    .freeze(&scope, terms)
}

fn each_once(asked: &[ConversationId]) -> Vec<ConversationId> {
    let mut known = HashSet::new();
    asked
        .iter()
        .copied()
        .filter(|id| known.insert(*id))
        .collect()
}

/// Choices that hold for exactly one conversation, named by its id.
fn check_choices(
    asked: &[ConversationId],
    roster: &Roster,
    scope: &Scope,
    terms: &Terms<'_>,
) -> Result<(), DraftRefused> {
    let is_alone = asked.len() <= 1 && !terms.from_filter;
    if terms.choices.allow_live && !is_alone {
        return Err(DraftRefused::LiveIsAlone);
    }
    if terms.choices.rung != Rung::Teardown {
        return Ok(());
    }
    if !terms.allow_teardown {
        return Err(DraftRefused::TeardownIsOff {
            profile: scope.profile.clone(),
        });
    }
    if !is_alone {
        return Err(DraftRefused::TeardownIsAlone);
    }
    match asked.first() {
        Some(id) if !terms.escalated.contains(id) => may_tear_down(*id, roster, terms),
        _ => Ok(()),
    }
}

/// A stray of analytics may be torn down without a run before it.
fn may_tear_down(
    id: ConversationId,
    roster: &Roster,
    terms: &Terms<'_>,
) -> Result<(), DraftRefused> {
    let unknown = || Err("it is not known".to_owned());
    roster
        .row(id)
        .map_or_else(unknown, |row| guard::may_tear_down(&row, terms.now))
        .map_err(|why| DraftRefused::NotEscalated { id, why })
}

fn verdict(
    id: ConversationId,
    roster: &Roster,
    is_bulk: bool,
    terms: &Terms<'_>,
) -> Result<PlanItem, Refusal> {
    let unknown = "not among the conversations that are known now";
    roster.row(id).map_or_else(
        || Err(Refusal::new(Cause::Gone, unknown)),
        |row| guard::admit(&row, is_bulk, terms),
    )
}

/// A fresh read must show what the operator saw. The change is named even where the guard refuses it too: it is the better reason.
fn unchanged(
    seen: &PlanItem,
    roster: &Roster,
    fresh: Result<PlanItem, Refusal>,
) -> Result<PlanItem, Refusal> {
    let now = roster
        .row(seen.id)
        .filter(|row| row.failed_read.is_none())
        .and_then(|row| row.reading)
        .map(|reading| super::evidence::Evidence::of(&reading.conversation));
    let change = now.and_then(|now| seen.evidence.change_to(&now));
    match change {
        Some(change) => Err(Refusal::new(
            Cause::Changed,
            format!("{} since it was planned", change.words()),
        )),
        None => fresh,
    }
}

/// What is planned and what is left out, so far.
#[derive(Default)]
struct Sorted {
    items: Vec<PlanItem>,
    skipped: Vec<Skipped>,
}

impl Sorted {
    fn put(&mut self, id: ConversationId, verdict: Result<PlanItem, Refusal>) {
        match verdict {
            Ok(item) => self.items.push(item),
            Err(why) => self.skipped.push(Skipped::new(id, why)),
        }
    }

    fn freeze(self, scope: &Scope, terms: &Terms<'_>) -> Result<Plan, DraftRefused> {
        if self.items.len() > terms.max_batch {
            return Err(DraftRefused::TooMany {
                count: self.items.len(),
                limit: terms.max_batch,
            });
        }
        Ok(Plan::freeze(
            scope,
            terms.choices,
            terms.now,
            self.items,
            self.skipped,
        ))
    }
}

#[cfg(test)]
mod tests;
