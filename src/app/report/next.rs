//! What to do next about a chat that needs somebody, with the keys that do it.

use crate::app::action::keymap::Keymap;
use crate::app::action::{Action, Mode};
use crate::domain::fact::FinalState;
use crate::domain::item::Item;

/// What to do next about a chat; nothing while it has no final state.
pub(crate) fn next_step(keys: &Keymap, item: &Item) -> String {
    let Some((settled, _)) = &item.settled else {
        return String::new();
    };
    let open = keys.name(Mode::Report, Action::Open);
    if settled.incident.is_some() {
        return format!("somebody was cut off: tell their queue; {open} shows the requests");
    }
    let again = keys.name(Mode::Report, Action::PlanAgain);
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
