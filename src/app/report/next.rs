//! What to do next about a chat that needs somebody, with the keys that do it.

use crate::app::action::keymap::Keymap;
use crate::app::action::{Action, Mode};
use crate::domain::evidence::who;
use crate::domain::fact::FinalState;
use crate::domain::item::Item;
use crate::domain::plan::Plan;
use crate::domain::recipe::STANDARD;

/// What to do next about a chat of this plan; nothing while it has no final state.
pub(crate) fn next_step(keys: &Keymap, plan: &Plan, item: &Item) -> String {
    let Some((settled, _)) = &item.settled else {
        return String::new();
    };
    let open = keys.name(Mode::Report, Action::Open);
    if settled.incident.is_some() {
        return format!("somebody was cut off: tell their queue; {open} shows the requests");
    }
    let again = keys.name(Mode::Report, Action::PlanAgain);
    if let Some(words) = after_a_recipe(keys, plan, item, settled.state) {
        return words;
    }
    match settled.state {
        FinalState::Held => format!("decide again on what is true now: {again} plans it anew"),
        FinalState::WrapUpOwed => {
            format!("tell the agent, or plan it again with a wrap-up code: {again}")
        }
        FinalState::Unresolved if item.is_seen_open() => {
            // What was refused for good is seen to first: planned again it would be refused again.
            let refused = item.refused().filter(|(_, failure)| !failure.is_passing());
            let first = refused.map(|(_, failure)| format!("{}, then ", failure.remedy()));
            format!("{}{again} plans it again", first.unwrap_or_default())
        }
        FinalState::Unresolved => format!(
            "{}, then {} reads it again and sends nothing",
            keys.name(Mode::Chats, Action::Runs),
            keys.name(Mode::Runs, Action::Resume)
        ),
        FinalState::Escalate if keys.is_spoken() => {
            format!("ask Genesys support; {open} says the correlation ids")
        }
        FinalState::Escalate => format!(
            "ask Genesys support; {open} then {} copies the correlation ids",
            keys.name(Mode::Trace, Action::Copy)
        ),
        FinalState::Cancelled => format!("{again} plans it again"),
        FinalState::Ended | FinalState::EndedElsewhere => "nothing".to_owned(),
    }
}

/// What a recipe left behind is ended in the published way: a plan made anew takes no recipe by itself. What was accepted and did nothing
/// is planned alone, which several of a report are not.
fn after_a_recipe(keys: &Keymap, plan: &Plan, item: &Item, state: FinalState) -> Option<String> {
    plan.recipe.recipe()?;
    let again = keys.name(Mode::Report, Action::PlanAgain);
    let standard = format!("{again} plans it again, by {STANDARD}");
    match state {
        FinalState::Escalate => {
            let how = if plan.items.len() == 1 {
                standard
            } else {
                let unmark = keys.name(Mode::Chats, Action::Unmark);
                let alone = keys.name(Mode::Chats, Action::Plan);
                format!("in the list {unmark}, then {alone} plans it alone, by {STANDARD}")
            };
            Some(match left(item) {
                Some(who) => format!("{who} still connected, whatever was accepted: {how}"),
                None => how,
            })
        }
        FinalState::Held | FinalState::Cancelled => Some(standard),
        FinalState::Unresolved if item.is_seen_open() => Some(standard),
        _ => None,
    }
}

/// Who was still there when it was read last: `the customer is`, `agent and customer are`.
fn left(item: &Item) -> Option<String> {
    let seen = item.last_seen.as_ref()?;
    let mut left: Vec<&str> = Vec::new();
    for leg in seen.evidence.message_legs() {
        let who = who(&leg.purpose);
        if !left.contains(&who) {
            left.push(who);
        }
    }
    match left.as_slice() {
        [] => None,
        [who] => Some(format!("the {who} is")),
        all => Some(format!("{} are", all.join(" and "))),
    }
}
