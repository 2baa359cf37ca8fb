//! The steps of a plan: what follows the first request of a chat, and what each of them does.

use crate::app::tone::Tone;
use crate::domain::plan::{Plan, PlanItem};
use crate::domain::step::{Rung, Step};
use crate::ui::pen::Pen;

/// What follows the first request, if it is needed.
pub(super) fn then_words(plan: &Plan, item: &PlanItem) -> String {
    let has_legs = !item.leg_targets().is_empty();
    let mut steps: Vec<&str> = Vec::new();
    if plan.rung == Rung::Close && has_legs {
        steps.push("close");
    }
    if plan.rung == Rung::Close
        && plan.wrap_up.is_some()
        && item.first_action(plan.rung) != "apply wrap-up"
    {
        steps.push("wrap-up");
    }
    steps.push("verify");
    steps.join(", ")
}

/// What each step of the plan's rung does.
pub(super) fn explain(pen: &mut Pen<'_>, plan: &Plan, y: u16) {
    pen.line(3, y + 1, "WHAT EACH STEP DOES", Tone::Strong);
    for ((number, y), step) in (1..).zip(y + 2..).zip(plan.steps()) {
        let words = match step {
            Step::Check => {
                "read the chat again; if anyone joined, left or wrote since the plan, hold it and say so"
            }
            Step::Legs => "disconnect the planned open legs one by one, agents first",
            Step::Close => "disconnect the conversation, only if a planned leg is still open",
            Step::WrapUp => "apply the wrap-up code, where one is owed and the plan names one",
            Step::Verify => "read twice, at least two seconds apart: both must show no open leg",
            Step::Teardown => "tear the conversation down",
        };
        let x = pen.line(
            3,
            y,
            &format!("{number} {:<9}", step.word().to_uppercase()),
            Tone::Plain,
        );
        pen.line(x, y, words, Tone::Dim);
    }
}
