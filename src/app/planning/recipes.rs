//! The recipe of a plan (`R`): the ladder, or a sequence of a forum thread where the organisation answers it, which only a sandbox can. What
//! is chosen is in the plan whole, so another recipe makes another plan of the same reads, with another hash; and it goes with the plan.

use std::sync::Arc;

use jiff::Timestamp;

use super::Planning;
use super::keys::refreeze;
use crate::app::action::keymap::Keymap;
use crate::app::action::{Action, Mode};
use crate::app::extent::{Class, Extent};
use crate::app::scroll::follow;
use crate::app::tone::{Tone, Words, folded};
use crate::app::update::step_of;
use crate::app::{App, Overlay};
use crate::domain::plan::{Plan, PlanItem};
use crate::domain::recipe::{ONLY_STANDARD, Recipe, RecipeStep, STANDARD, Slot, Way};
use crate::domain::step::Rung;

/// So many lines of a verdict stand in a plan's head where there is little room; the list of recipes has all of it.
const SHORT: usize = 2;

/// The recipes that plans can take here: known at the start, by whoever knows the organisation.
#[derive(Debug, Clone, Default)]
pub struct Recipes {
    /// All of them, the ladder as `standard` among them; none where there is no choice.
    known: Vec<Arc<Recipe>>,
    /// Why there is none.
    why_not: Option<String>,
    /// So many files of the operator's own cannot be used.
    unusable: usize,
}

impl Recipes {
    /// These can be chosen.
    pub fn of(known: Vec<Arc<Recipe>>, unusable: usize) -> Self {
        Self {
            known,
            why_not: None,
            unusable,
        }
    }

    /// There is no choice, and why.
    pub fn none(why: impl Into<String>) -> Self {
        Self {
            why_not: Some(why.into()),
            ..Self::default()
        }
    }

    /// There is one.
    pub fn is_choice(&self) -> bool {
        !self.known.is_empty()
    }

    /// All that can be chosen.
    pub fn known(&self) -> &[Arc<Recipe>] {
        &self.known
    }

    /// How many there are, and what is amiss with others.
    pub fn words(&self) -> String {
        let count = self.known.len();
        match self.unusable {
            0 => format!("{count} recipes"),
            1 => format!("{count} recipes; 1 file cannot be used: unstick recipes"),
            more => format!("{count} recipes; {more} files cannot be used: unstick recipes"),
        }
    }
}

/// The list that is open.
#[derive(Debug, Clone, Copy)]
pub struct RecipeMenu {
    /// The line of the cursor.
    pub line: usize,
    /// The first line on screen.
    pub top: usize,
}

impl Planning {
    /// How hard the plan pushes: a recipe says itself what is sent, and stands on the rung `close`.
    pub fn rung(&self) -> Rung {
        match self.choices.recipe {
            Way::Standard => self.choices.rung,
            Way::Recipe(_) => Rung::Close,
        }
    }

    /// A code is of use to the plan: beside what a recipe sends itself none is sent.
    pub fn sends_code(&self) -> bool {
        self.recipe().is_none_or(Recipe::needs_wrap_up)
    }

    /// The recipe that was chosen.
    pub fn recipe(&self) -> Option<&Recipe> {
        self.choices.recipe.recipe()
    }
}

/// Why none can be chosen now.
pub(crate) fn why_not(app: &App, planning: &Planning) -> Option<String> {
    let recipes = &app.settings.recipes;
    if !recipes.is_choice() {
        let why = recipes.why_not.clone();
        return Some(why.unwrap_or_else(|| ONLY_STANDARD.to_owned()));
    }
    (planning.choices.rung == Rung::Teardown).then(|| "a teardown takes no recipe".to_owned())
}

/// Why the rung cannot be changed.
pub(crate) fn why_no_rung(app: &App, planning: &Planning) -> Option<String> {
    let recipe = planning.recipe()?;
    let key = app.key(Mode::Plan, Action::Recipe);
    Some(format!(
        "the recipe {} says itself what is sent; {key} chooses another, or standard",
        recipe.name
    ))
}

/// Why its phrase cannot be typed yet: what a recipe needs is in the plan, or it is refused when it starts.
pub(super) fn why_locked(plan: &Plan, keys: &Keymap) -> Option<String> {
    let recipe = plan.recipe.recipe()?;
    if recipe.needs(Slot::WrapUp) && plan.wrap_up.is_none() {
        let key = keys.name(Mode::Plan, Action::WrapUp);
        return Some(format!(
            "the recipe {} sends a wrap-up code: {key} chooses one",
            recipe.name
        ));
    }
    plan.check_sense().err().map(|why| why.to_string())
}

/// Opens the list, on the plan's own.
pub(super) fn open(app: &mut App) {
    let now = app.planning().map(|planning| place(app, planning));
    let line = now.unwrap_or_default();
    app.overlay = Some(Overlay::Recipe(RecipeMenu { line, top: 0 }));
    fit(app);
}

/// Where the plan's own stands.
fn place(app: &App, planning: &Planning) -> usize {
    let mut known = app.settings.recipes.known().iter();
    let name = planning.choices.recipe.name();
    known
        .position(|recipe| recipe.name == name)
        .unwrap_or_default()
}

/// Does an action of the list.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) {
    let (rows, count) = (room(app.extent), app.settings.recipes.known().len());
    let Some(Overlay::Recipe(menu)) = &mut app.overlay else {
        return;
    };
    if let Some(step) = step_of(action) {
        menu.line = step.from(menu.line, rows, count);
        fit(app);
        return;
    }
    let line = menu.line;
    app.overlay = None;
    let chosen = app.settings.recipes.known().get(line).cloned();
    if let (Action::Accept, Some(recipe)) = (action, chosen) {
        plan_with(app, &recipe, now);
    }
}

/// The plan is frozen anew with this recipe.
pub(crate) fn plan_with(app: &mut App, recipe: &Arc<Recipe>, now: Timestamp) {
    let Some(planning) = app.planning_mut() else {
        return;
    };
    let way = Way::of(recipe);
    if planning.choices.recipe == way {
        let words = format!("recipe: {}, as it was; the plan is the same", recipe.name);
        app.notices.tell(words, now);
        return;
    }
    planning.choices.recipe = way;
    if planning.is_read() {
        refreeze(app, now);
    }
    let words = format!("recipe: {}; this is another plan now", recipe.name);
    app.notices.tell(words, now);
}

/// How wide and high the box is, with its border.
pub fn size(extent: Extent) -> (u16, u16) {
    match extent.class() {
        Class::Wide => (104, 30),
        Class::Normal => (78, extent.height.saturating_sub(2)),
        _ => (extent.width, extent.height.saturating_sub(2)),
    }
}

/// How many recipes there is room for; below a rule stands what there is to say of the chosen one.
pub fn room(extent: Extent) -> usize {
    let inside = usize::from(size(extent).1).saturating_sub(2);
    let said = match extent.class() {
        Class::Wide => 14,
        Class::Normal => 12,
        Class::Compact => 7,
        Class::Mini | Class::TooSmall => 0,
    };
    inside.saturating_sub(said).max(1)
}

/// Keeps the cursor in view.
fn fit(app: &mut App) {
    let (rows, count) = (room(app.extent), app.settings.recipes.known().len());
    if let Some(Overlay::Recipe(menu)) = &mut app.overlay {
        menu.line = menu.line.min(count.saturating_sub(1));
        menu.top = follow(menu.top, menu.line, rows, count);
    }
}

/// What there is to say of one, what matters most first. What does not fit into so many lines is left out whole.
pub fn about(app: &App, recipe: &Recipe, width: usize, rows: usize) -> Vec<Words> {
    let mut lines = Vec::new();
    for (label, text, tone) in facts(app, recipe) {
        let label = match label {
            "" => Words::plain(" "),
            label => Words::new(Tone::Dim, format!(" {label:<9}")),
        };
        let more = folded(label, &text, tone, width);
        if lines.len() + more.len() <= rows {
            lines.extend(more);
        }
    }
    lines
}

fn facts(app: &App, recipe: &Recipe) -> Vec<(&'static str, String, Tone)> {
    let mut facts = vec![
        ("", recipe.title.clone(), Tone::Strong),
        ("Verdict", recipe.verdict.clone(), Tone::Plain),
    ];
    if recipe.name != STANDARD {
        if recipe.needs(Slot::WrapUp) {
            facts.push(wrap_up(app));
        }
        let heads = std::iter::once("Sends").chain(std::iter::repeat("then"));
        let steps = recipe.steps.iter().map(step_words);
        facts.extend(
            heads
                .zip(steps)
                .map(|(head, step)| (head, step, Tone::Plain)),
        );
    }
    facts.push(("Claim", recipe.claim.clone(), Tone::Dim));
    facts
}

/// What becomes of a code that it sends.
fn wrap_up(app: &App) -> (&'static str, String, Tone) {
    let code = app
        .planning()
        .and_then(|plan| plan.choices.wrap_up.as_ref());
    let Some(code) = code else {
        let key = app.key(Mode::Plan, Action::WrapUp);
        let words = format!("it sends a code, and the plan has none: {key} chooses one");
        return ("Wrap-up", words, Tone::Warn);
    };
    let words = format!("it sends the plan's code: {}", app.code_words(code));
    ("Wrap-up", words, Tone::Plain)
}

/// `PATCH …/webchat/{conversation}`: a step with what its path begins with left out, as it is the same for all.
pub fn step_words(step: &RecipeStep) -> String {
    let path = step.path.to_string();
    let short = path
        .strip_prefix("/api/v2/conversations/")
        .map(|rest| format!("…/{rest}"));
    format!("{} {}", step.method.word(), short.unwrap_or(path))
}

/// The names of the steps that are for this chat, in their order: none where no leg is open and only wrap-up is owed.
fn steps_for<'r>(recipe: &'r Recipe, item: &PlanItem) -> Vec<&'r str> {
    let mut steps: Vec<&RecipeStep> = recipe.steps.iter().collect();
    steps.retain(|step| !item.evidence.is_clear() && !step.targets(item).is_empty());
    steps.iter().map(|step| step.name.as_str()).collect()
}

/// What a run does first for a chat.
pub fn first_words<'p>(plan: &'p Plan, item: &PlanItem) -> &'p str {
    match plan.recipe.recipe() {
        Some(recipe) if !item.evidence.is_clear() => {
            let first = steps_for(recipe, item).first().copied();
            first.unwrap_or("nothing")
        }
        _ => item.first_action(plan.rung),
    }
}

/// What follows the first request, if it is needed.
pub fn then_words(plan: &Plan, item: &PlanItem) -> String {
    let mut steps: Vec<&str> = match plan.recipe.recipe() {
        Some(recipe) if !item.evidence.is_clear() => {
            let steps = steps_for(recipe, item).into_iter().skip(1);
            // What is owed once no leg is open is settled with the plan's code, whoever closed the last leg.
            steps
                .chain(plan.wrap_up.is_some().then_some("wrap-up"))
                .collect()
        }
        _ => ladder_steps(plan, item),
    };
    steps.push("verify");
    steps.join(", ")
}

fn ladder_steps(plan: &Plan, item: &PlanItem) -> Vec<&'static str> {
    let has_legs = !item.leg_targets().is_empty();
    let mut steps = Vec::new();
    if plan.rung == Rung::Close && has_legs {
        steps.push("close");
    }
    let is_wrap_up = item.first_action(plan.rung) == "apply wrap-up";
    if plan.rung == Rung::Close && plan.wrap_up.is_some() && !is_wrap_up {
        steps.push("wrap-up");
    }
    steps
}

/// What the head of the plan says of its recipe, below its other lines: what is sent, and what that is worth.
pub fn head_lines(app: &App, planning: &Planning) -> Vec<Words> {
    let (Some(recipe), extent) = (planning.recipe(), app.extent) else {
        return Vec::new();
    };
    let width = usize::from(extent.width);
    let mut lines = Vec::new();
    let sends: Vec<&str> = recipe.steps.iter().map(|step| step.name.as_str()).collect();
    let sends = format!("{}; then the proof by reading", sends.join(", "));
    let label = |text: &str| Words::new(Tone::Dim, format!(" {text:<11}"));
    match extent.class() {
        Class::Wide | Class::Normal => {
            lines.extend(folded(label("Sends"), &sends, Tone::Plain, width));
            lines.extend(folded(label("Verdict"), &recipe.verdict, Tone::Warn, width));
        }
        Class::Compact => {
            let verdict = folded(Words::plain(" "), &recipe.verdict, Tone::Warn, width);
            let more = verdict.len() > SHORT;
            lines.extend(verdict.into_iter().take(SHORT));
            if let Some(last) = lines.pop_if(|_| more) {
                lines.push(last.and(Tone::Warn, " …"));
            }
        }
        Class::Mini | Class::TooSmall => {}
    }
    lines
}
