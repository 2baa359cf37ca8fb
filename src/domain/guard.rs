//! What may be planned: the operator's guards and rules first, then the bulk rule of `decisions.md`, for one conversation at a time. It
//! judges a row as it is known; it neither reads nor sends, and what it refuses it refuses in words for the plan's list.

use jiff::{SignedDuration, Timestamp};

use super::cause::{Cause, Refusal};
use super::evidence::Evidence;
use super::ids::{ConversationId, DeploymentId};
use super::kind::{Bulk, Kind};
use super::moment::{short, since};
use super::plan::{Choices, PlanItem};
use super::recipe::Slot;
use super::roster::{Reading, Row};
use super::shown;
use super::step::Rung;

/// What a conversation is planned under.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// What the operator chose.
    pub choices: &'a Choices,
    /// The conversations were drawn from a filter or a sweep, not named by id. That makes even a single one bulk.
    pub from_filter: bool,
    /// The most conversations in one plan.
    pub max_batch: usize,
    /// The profile allows teardowns.
    pub allow_teardown: bool,
    /// Conversations that a run on record left `escalate`: only these may be torn down.
    pub escalated: &'a [ConversationId],
    /// The time now.
    pub now: Timestamp,
    /// How old a read may be; no limit for a first look, 60 s for what is about to be confirmed.
    pub max_read_age: Option<SignedDuration>,
    /// The filter once more, for the reads the plan is made on.
    pub still_matches: Option<&'a dyn Fn(&Row) -> bool>,
}

/// The list is late: that it names a conversation no more contradicts only a read that is older than this.
const LIST_LAG: SignedDuration = SignedDuration::from_secs(60);

/// The item that a row may become, or why it may not, in words. `is_bulk`: more than one conversation was asked for, or a filter.
pub fn admit(row: &Row, is_bulk: bool, terms: &Terms<'_>) -> Result<PlanItem, Refusal> {
    let reading = current_reading(row, terms)?;
    if let Some(why) = row.refused(terms.now) {
        return Err(why);
    }
    let diagnosis = row.diagnosis(terms.now);
    check_kind(diagnosis.kind, &diagnosis.why, is_bulk, terms.choices)?;
    if terms.still_matches.is_some_and(|matches| !matches(row)) {
        let why = "no longer matches the filter";
        return Err(Refusal::new(Cause::Filter, why));
    }
    let item = PlanItem {
        id: row.listed.id,
        kind: diagnosis.kind,
        read_at: reading.read_at,
        evidence: Evidence::of(&reading.conversation),
        deployment: deployment_for(row, terms.choices)?,
    };
    check_work(&item, terms.choices).map_err(|why| Refusal::new(Cause::Work, why))?;
    Ok(item)
}

/// The reading a plan may rest on: there, not overtaken by a failure or by the list, and young enough.
fn current_reading<'a>(row: &'a Row, terms: &Terms<'_>) -> Result<&'a Reading, Refusal> {
    if let Some(failed) = &row.failed_read {
        let why = format!("could not be read: {}", failed.failure.short());
        return Err(Refusal::new(Cause::Unread, why));
    }
    let Some(reading) = row.reading.as_deref() else {
        return Err(Refusal::new(Cause::Unread, "not read yet"));
    };
    let is_contradicted = row
        .over_since
        .is_some_and(|over| since(reading.read_at, over) > LIST_LAG);
    if is_contradicted && row.kind(terms.now) != Kind::Reopen {
        let why = "no longer listed as open, and not read since";
        return Err(Refusal::new(Cause::Gone, why));
    }
    let age = since(reading.read_at, terms.now);
    match terms.max_read_age {
        Some(limit) if age > limit => {
            let why = format!("its read is {} old", short(age));
            Err(Refusal::new(Cause::Unread, why))
        }
        _ => Ok(reading),
    }
}

/// The bulk rule: what the table of kinds allows, for this many.
fn check_kind(kind: Kind, why: &str, is_bulk: bool, choices: &Choices) -> Result<(), Refusal> {
    let word = kind.word();
    let reason = match kind.bulk() {
        Bulk::Never => format!("{word}: {why}"),
        Bulk::OneByOne if is_bulk => format!("{word} is ended one at a time, chosen by its id"),
        Bulk::Live if is_bulk => format!("{word}: {why}"),
        Bulk::Live if !choices.allow_live => {
            format!("{word} is left alone unless a live conversation is allowed by name")
        }
        Bulk::Yes | Bulk::OneByOne | Bulk::Live => return Ok(()),
    };
    Err(Refusal::new(Cause::of(kind), reason))
}

/// Whether what no run left `escalate` may be torn down: it can be read, is over, shows no open leg, and analytics has had it as open for
/// longer than it may lag. What it is not, in words.
///
/// # Errors
///
/// What is missing. On a 404 nothing is ever sent.
pub fn may_tear_down(row: &Row, now: Timestamp) -> Result<(), String> {
    let refused = |why: &str| Err(why.to_owned());
    if row.beside.missing_since.is_some() {
        return refused(
            "the service knows no such conversation, and to what cannot be read nothing is sent",
        );
    }
    let Some(reading) = &row.reading else {
        return refused("it was not read");
    };
    if reading.conversation.open_legs().next().is_some() {
        return refused("a leg of it is open");
    }
    if row.kind(now).is_astray() {
        return Ok(());
    }
    refused("analytics is not known to have it as open long after its end")
}

/// The deployment that the guest came by, where the recipe opens a socket of it.
fn deployment_for(row: &Row, choices: &Choices) -> Result<Option<DeploymentId>, Refusal> {
    let recipe = choices.recipe.recipe();
    if !recipe.is_some_and(|recipe| recipe.needs(Slot::Deployment)) {
        return Ok(None);
    }
    let known = shown::address(row).and_then(|address| address.as_str().parse().ok());
    let unknown = "the recipe opens a socket of its deployment, and nothing says which that is";
    known
        .map(Some)
        .ok_or_else(|| Refusal::new(Cause::Work, unknown))
}

/// There must be something that the chosen rung can do for it.
fn check_work(item: &PlanItem, choices: &Choices) -> Result<(), String> {
    let rung = choices.rung;
    let refused = |reason: &str| Err(reason.to_owned());
    match item.kind {
        Kind::Mixed if rung != Rung::Legs => {
            refused("another medium is open on it: only the rung `legs` may be used")
        }
        Kind::WrapUp if rung != Rung::Close => refused("wrap-up needs the rung `close`"),
        Kind::WrapUp if choices.wrap_up.is_none() => refused("needs a code"),
        Kind::WrapUp if item.evidence.wrap_up.is_empty() => {
            refused("no leg is known that the wrap-up code could be put on")
        }
        Kind::WrapUp => Ok(()),
        kind if kind.is_astray() && rung == Rung::Teardown => Ok(()),
        kind if kind.is_astray() => refused(
            "no leg is open, there is nothing to end; analytics may be brought in line by the rung `teardown`",
        ),
        _ if item.evidence.is_clear() => refused("no message leg is open, there is nothing to end"),
        _ if rung == Rung::Legs && item.leg_targets().is_empty() => {
            refused("no leg can be ended by itself: try the rung `close`")
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
