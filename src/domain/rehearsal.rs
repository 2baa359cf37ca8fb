//! A dry run: what a run of this plan would do first for each conversation, if its check showed just this. It is decided by what a run
//! itself decides with, on the plan's own evidence; nothing is sent for it but reads, and a rehearsal promises nothing: a run reads anew.

use jiff::{SignedDuration, Timestamp};

use super::decide::{self, Next, Situation};
use super::fact::{FinalState, ItemEvent, Settled};
use super::failure::Failure;
use super::ids::ConversationId;
use super::item::{Item, Timings};
use super::moment::after;
use super::plan::{Plan, PlanItem};
use super::roster::{Reading, Row};
use super::step::Action;

/// How often the same read is shown again, at most, where a run would look again: verification takes two.
const LOOKS: usize = 8;

/// What a run would do for one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// Which.
    pub id: ConversationId,
    /// What.
    pub verdict: Verdict,
}

/// What comes of the check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It fits the plan, and this would be sent first.
    Goes(String),
    /// It would be left alone, or is over: this state, for this reason.
    Ends(FinalState, String),
    /// It could not be read, and why. A run would try again.
    Unread(String),
}

impl Verdict {
    /// In words: `fits the plan; first: end agent leg`, `held: customer wrote`.
    pub fn words(&self) -> String {
        match self {
            Self::Goes(first) => format!("fits the plan; first: {first}"),
            Self::Ends(state, reason) => format!("{}: {reason}", state.word()),
            Self::Unread(why) => format!("could not be read: {why}"),
        }
    }

    /// Something would be sent for it.
    pub fn goes(&self) -> bool {
        matches!(self, Self::Goes(_))
    }
}

/// Rehearses a plan on what was read of its conversations just now.
pub fn rehearse(
    plan: &Plan,
    row: impl Fn(ConversationId) -> Option<Row>,
    timings: &Timings,
    now: Timestamp,
) -> Vec<Rehearsed> {
    let rehearsed = plan.items.iter().map(|item| Rehearsed {
        id: item.id,
        verdict: row(item.id).map_or_else(
            || Verdict::Unread("it is not known".to_owned()),
            |row| of_row(plan, item, &row, timings, now),
        ),
    });
    rehearsed.collect()
}

fn of_row(plan: &Plan, item: &PlanItem, row: &Row, timings: &Timings, now: Timestamp) -> Verdict {
    match (&row.failed_read, &row.reading) {
        (Some(failed), _) => unread(plan, item, &failed.failure, timings, now),
        (None, None) => Verdict::Unread("it was not read".to_owned()),
        (None, Some(reading)) => {
            let is_open = reading.conversation.open_legs().next().is_some();
            match row.forbidden(now).filter(|_| is_open) {
                // As at the check of a run: what a guard forbids is held, whatever else fits.
                Some(reason) => Verdict::Ends(FinalState::Held, reason),
                None => checked(plan, item, reading, timings),
            }
        }
    }
}

/// Nothing of it is known but that it could not be read.
fn unread(
    plan: &Plan,
    item: &PlanItem,
    failure: &Failure,
    timings: &Timings,
    now: Timestamp,
) -> Verdict {
    let mut acted = Item::new(item.clone());
    let failure = failure.clone();
    let why = failure.short();
    acted.apply(now, &ItemEvent::ReadFailed { failure }, timings);
    match decide::next(&acted, &situation(plan, timings, now)) {
        Next::Settle(settled) => ended(settled),
        _ => Verdict::Unread(why),
    }
}

/// The check, and as many further looks as a run would take, each of which shows the same.
fn checked(plan: &Plan, item: &PlanItem, reading: &Reading, timings: &Timings) -> Verdict {
    let mut acted = Item::new(item.clone());
    let took = reading.arrived.duration_since(reading.read_at);
    let mut sent = reading.read_at;
    for _ in 0..LOOKS {
        let mut looked = reading.clone();
        looked.read_at = sent;
        looked.arrived = after(sent, took);
        acted.apply(looked.arrived, &ItemEvent::observed(&looked, item), timings);
        match decide::next(&acted, &situation(plan, timings, looked.arrived)) {
            Next::Send { action, .. } => return Verdict::Goes(words(&action, item, plan)),
            Next::Settle(settled) => return ended(settled),
            Next::Wait { until, .. } => sent = until,
            Next::Read => sent = after(looked.arrived, SignedDuration::from_millis(1)),
            Next::Idle => break,
            Next::SeekEnd => {
                let why = "it cannot be found; a run would ask analytics for its end";
                return Verdict::Unread(why.to_owned());
            }
        }
    }
    Verdict::Unread("a run would look again and again".to_owned())
}

fn ended(settled: Settled) -> Verdict {
    Verdict::Ends(settled.state, settled.reason)
}

fn situation<'a>(plan: &'a Plan, timings: &'a Timings, now: Timestamp) -> Situation<'a> {
    Situation {
        now,
        rung: plan.rung,
        wrap_up: plan.wrap_up.as_deref(),
        recipe: plan.recipe.recipe(),
        timings,
        is_told: false,
        is_stopping: false,
        is_paused: false,
    }
}

/// The first request in the plan's own words, where it is the one that the plan names; a recipe's by its step and method.
fn words(action: &Action, item: &PlanItem, plan: &Plan) -> String {
    let word = match action {
        Action::Legs { .. } => item.first_action(plan.rung),
        Action::Close => "close",
        Action::WrapUp { .. } => "apply wrap-up",
        Action::Teardown => "tear down",
        Action::Recipe(sending) => return sending.brief(),
    };
    word.to_owned()
}
