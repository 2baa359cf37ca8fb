//! The steps of a plan, and what each of them does.

use crate::app::planning::recipes::step_words;
use crate::app::tone::Tone;
use crate::domain::plan::Plan;
use crate::domain::recipe::Recipe;
use crate::domain::step::Step;
use crate::domain::text::fit;
use crate::ui::pen::Pen;

const CHECK: &str =
    "read the chat again; if anyone joined, left or wrote since the plan, hold it and say so";
const WRAP_UP: &str = "apply the wrap-up code, where one is owed and the plan names one";
const VERIFY: &str = "read twice, at least two seconds apart: both must show no open leg";

/// What each step of the plan's rung does.
pub(super) fn explain(pen: &mut Pen<'_>, plan: &Plan, y: u16) {
    pen.line(3, y + 1, "WHAT EACH STEP DOES", Tone::Strong);
    if let Some(recipe) = plan.recipe.recipe() {
        return explain_recipe(pen, plan, recipe, y + 2);
    }
    for ((number, y), step) in (1..).zip(y + 2..).zip(plan.steps()) {
        let words = match step {
            Step::Check => CHECK,
            Step::Legs => "disconnect the planned open legs one by one, agents first",
            Step::Close => "disconnect the conversation, only if a planned leg is still open",
            Step::WrapUp => WRAP_UP,
            Step::Verify => VERIFY,
            Step::Teardown => "tear the conversation down",
        };
        line(pen, y, (number, step.word(), 8), words);
    }
}

/// The same of a recipe: what is sent, and what for.
fn explain_recipe(pen: &mut Pen<'_>, plan: &Plan, recipe: &Recipe, y: u16) {
    let steps = recipe.steps.iter();
    let steps = steps.map(|step| {
        let words = format!("{}   {}", step_words(step), step.does);
        (step.name.as_str(), words)
    });
    let all = [("check", CHECK.to_owned())].into_iter().chain(steps);
    let wrap_up = plan
        .wrap_up
        .as_ref()
        .map(|_| ("wrap-up", WRAP_UP.to_owned()));
    let all = all.chain(wrap_up);
    let all = all.chain([("verify", VERIFY.to_owned())]);
    for ((number, y), (name, words)) in (1..).zip(y..).zip(all) {
        line(pen, y, (number, name, 11), &words);
    }
}

/// A step with its number and its name, which is so wide.
fn line(pen: &mut Pen<'_>, y: u16, (number, name, wide): (usize, &str, usize), words: &str) {
    let name = format!("{number} {} ", fit(&name.to_uppercase(), wide));
    let x = pen.line(3, y, &name, Tone::Plain);
    pen.line(x, y, words, Tone::Dim);
}
