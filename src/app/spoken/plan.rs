//! A plan in words: what will be ended and how, what is left out and why, what it costs; and the question before it starts.

use std::sync::Arc;

use jiff::Timestamp;

use super::chat::{self, labelled, short};
use super::list::many;
use super::numbers::{self, Of};
use super::waiting::Awaited;
use super::{say, say_all, sentence, span, wait_for};
use crate::app::action::{Action, Mode};
use crate::app::confirm::Deed;
use crate::app::planning::recipes::first_words;
use crate::app::planning::{NOTE_LIMIT, codes, note_key, recipes};
use crate::app::update::done as act;
use crate::app::{App, Effect, Overlay};
use crate::domain::ids::ConversationId;
use crate::domain::moment::round;
use crate::domain::plan::Plan;
use crate::domain::recipe::Recipe;
use crate::domain::shown::queue_words;
use crate::domain::step::Rung;
use crate::domain::told;
use tui_input::Input;

/// The most chats that are left out of which each is named.
const NAMED: usize = 10;

/// What the plan says so far. Its rows have the numbers from here on.
pub(super) fn summary(app: &mut App, now: Timestamp) -> Vec<String> {
    let Some(planning) = app.planning() else {
        return vec!["There is no plan.".to_owned()];
    };
    if let Some(why) = planning.refused.as_ref().filter(|_| planning.is_read()) {
        return vec![format!("This cannot be planned: {why}.")];
    }
    let Some(plan) = planning.plan.clone().filter(|_| planning.is_read()) else {
        let (done, all) = planning.progress();
        return vec![format!("Re-reading {done} of {all}.")];
    };
    let mut lines = parts(app, &plan, now);
    lines.push(last_words(app, now));
    let ids = plan.items.iter().map(|item| item.id).collect();
    numbers::number(app, Of::Plan, ids);
    lines
}

fn parts(app: &App, plan: &Plan, now: Timestamp) -> Vec<String> {
    let settings = &app.settings;
    let recent = settings.configured.recent_reply;
    let replies = match plan.recent_replies(recent, now) {
        0 => String::new(),
        count => format!(
            " {count} with a reply in the last {}.",
            span::spelled(&round(recent))
        ),
    };
    let mut lines = vec![
        format!(
            "Will end {}.{replies} Skip {}. Up to {}. Nothing sent yet.",
            many(plan.items.len(), "chat"),
            plan.skipped.len(),
            many(plan.request_bound(), "request")
        ),
        way(plan),
    ];
    if let Some(planning) = app.planning().filter(|planning| planning.hidden > 0) {
        lines.push(format!(
            "{} not visible in your filter, numbered first.",
            planning.hidden
        ));
    }
    let code = plan.wrap_up.as_deref();
    let code = code.map_or_else(|| "no code".to_owned(), |id| app.code_words(id));
    lines.push(labelled("Wrap-up", &code));
    let guests = told::of_plan(plan, |item| app.roster.row(item.id));
    lines.extend(guests.map(|words| labelled("Guests", &words)));
    lines.extend(
        app.warned(plan, now)
            .map(|words| sentence(&span::spelled(&words))),
    );
    let note = app
        .planning()
        .map(|planning| planning.note.as_str())
        .unwrap_or_default();
    lines.push(match (note, settings.require_note) {
        ("", true) => "A note is required here: \"note TEXT\" writes down why.".to_owned(),
        ("", false) => "No note; \"note TEXT\" writes down why.".to_owned(),
        (note, _) => format!("Note: {note}"),
    });
    let left_out = plan.skipped.iter().take(NAMED);
    lines.extend(left_out.map(|one| {
        format!(
            "Skipped: {}, {}",
            short(one.id),
            sentence(&span::spelled(&one.reason))
        )
    }));
    if plan.skipped.len() > NAMED {
        lines.push(format!(
            "And {} more are skipped.",
            plan.skipped.len() - NAMED
        ));
    }
    lines
}

/// What comes next: the phrase, or why it cannot be typed yet.
fn last_words(app: &App, now: Timestamp) -> String {
    let settings = &app.settings;
    let locked = app.planning().and_then(|planning| {
        planning.why_locked(settings.require_note, &settings.configured.keys, now)
    });
    match locked {
        Some(why) => format!("\"terminate\" is locked: {}", span::spelled(&why)),
        None => "\"terminate\" asks for the phrase; \"drop N\" leaves a row out; \"back\" leaves the plan.".to_owned(),
    }
}

/// How it is done: by the ladder, or by which recipe, what that sends and what it is worth.
fn way(plan: &Plan) -> String {
    match plan.recipe.recipe() {
        None => format!("Rung {}.", rung(plan.rung)),
        Some(recipe) => recipe_words(recipe),
    }
}

fn recipe_words(recipe: &Recipe) -> String {
    let steps: Vec<&str> = recipe.steps.iter().map(|step| step.name.as_str()).collect();
    format!(
        "Recipe {}: {}. It sends {}, then the proof by reading. Verdict: {}",
        recipe.name,
        recipe.title,
        steps.join(", "),
        sentence(&recipe.verdict)
    )
}

/// Takes the recipe of this name; without one, or where there is none of it, says which there are.
pub(super) fn choose_recipe(app: &mut App, name: &str, now: Timestamp) {
    act(app, Mode::Plan, Action::Recipe, "recipe", now);
    if !matches!(app.overlay, Some(Overlay::Recipe(_))) {
        return;
    }
    app.overlay = None;
    let known = app.settings.recipes.known();
    let called = |recipe: &&Arc<Recipe>| recipe.name.eq_ignore_ascii_case(name);
    if let Some(recipe) = known.iter().find(called).cloned() {
        recipes::plan_with(app, &recipe, now);
        let lines = summary(app, now);
        say_all(app, lines);
        return;
    }
    let mut lines = Vec::new();
    if !name.is_empty() {
        lines.push(format!("There is no recipe {name}."));
    }
    lines.push(format!(
        "{}. \"recipe\" with a name chooses one.",
        app.settings.recipes.words()
    ));
    let planned = app
        .planning()
        .map(|planning| planning.choices.recipe.name());
    lines.extend(known.iter().map(|recipe| {
        let now = if planned == Some(recipe.name.as_str()) {
            ", the plan's now"
        } else {
            ""
        };
        format!("{}{now}: {}.", recipe.name, recipe.title)
    }));
    say_all(app, lines);
}

fn rung(rung: Rung) -> &'static str {
    match rung {
        Rung::Legs => "legs: legs only, never the whole chat",
        Rung::Close => "close: legs first, then the whole chat where a leg is left",
        Rung::Teardown => "teardown",
    }
}

/// A row of the plan as a sentence.
pub(super) fn row(app: &App, id: ConversationId, now: Timestamp) -> String {
    let planned = app.planning().and_then(|planning| {
        let plan = planning.plan.as_ref()?;
        let item = plan.items.iter().find(|item| item.id == id)?;
        Some((plan, item))
    });
    let Some((plan, item)) = planned else {
        return format!("{}, not in the plan any more.", short(id));
    };
    let mut parts = vec![
        app.severity_of(item).word().to_owned(),
        item.kind.word().to_owned(),
    ];
    if let Some(row) = app.roster.row(id) {
        parts.insert(1, format!("age {}", span::words(row.age(now))));
        parts.extend(chat::who_is_there(app, &row));
        parts.extend(queue_words(&row));
    }
    let first = first_words(plan, item).replace("cust ", "customer ");
    parts.push(format!("first {first}"));
    parts.push(format!("id {}", short(id)));
    format!("{}.", parts.join(", "))
}

/// Puts the plan's cursor on a row.
pub(super) fn choose(app: &mut App, id: ConversationId) -> Result<(), String> {
    let planning = app.planning_mut().ok_or("There is no plan.")?;
    let plan = planning.plan.as_ref();
    let line = plan.and_then(|plan| plan.items.iter().position(|item| item.id == id));
    planning.line = line.ok_or_else(|| format!("{} is not in the plan.", short(id)))?;
    Ok(())
}

/// Writes down why; nothing is cut off.
pub(super) fn note(app: &mut App, text: &str, now: Timestamp) -> Result<Vec<Effect>, String> {
    let count = text.chars().count();
    if count > NOTE_LIMIT {
        return Err(format!(
            "A note has {NOTE_LIMIT} characters at most, and that has {count}: it was not kept."
        ));
    }
    let effects = act(app, Mode::Plan, Action::Note, "note", now);
    if let Some(planning) = app
        .planning_mut()
        .filter(|planning| planning.typing.is_some())
    {
        planning.typing = Some(Input::new(text.to_owned()));
        note_key(app, Action::Accept);
    }
    let words = match app.planning().map(|planning| planning.note.as_str()) {
        Some(note) if !note.is_empty() => format!("Note: {note}"),
        _ => "No note.".to_owned(),
    };
    say(app, words);
    let words = last_words(app, now);
    say(app, words);
    Ok(effects)
}

/// Asks which codes there are, to choose the one that is called so.
pub(super) fn ask_for_code(app: &mut App, name: &str, now: Timestamp) -> Vec<Effect> {
    let effects = act(app, Mode::Plan, Action::WrapUp, "wrap-up", now);
    if matches!(app.overlay, Some(Overlay::Codes(_))) {
        codes::typed(app, |typed| {
            *typed = Input::new(name.to_owned());
            true
        });
        wait_for(app, Awaited::Codes, now);
    }
    effects
}

/// Takes the one code that has these words; where there are none or several, says which there are.
pub(super) fn choose_code(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let Some(Overlay::Codes(menu)) = &app.overlay else {
        return Vec::new();
    };
    let typed = menu.typed.value().to_lowercase();
    let entries = codes::entries(app, menu);
    let mut called = entries
        .iter()
        .filter(|entry| entry.name.to_lowercase() == typed);
    let (whole, is_of_several) = (called.next(), called.next().is_some());
    let whole = whole.filter(|_| !is_of_several);
    let only = entries
        .first()
        .filter(|_| entries.len() == 1 && !typed.is_empty());
    if let Some(entry) = whole.or(only) {
        let chosen = entry.id.clone();
        if let Some(Overlay::Codes(menu)) = &mut app.overlay {
            menu.chosen = chosen;
        }
        let effects = codes::press(app, Action::Accept, now);
        let lines = summary(app, now);
        say_all(app, lines);
        return effects;
    }
    let names: Vec<String> = entries
        .iter()
        .take(NAMED)
        .map(|entry| code_name(&entries, entry))
        .collect();
    let words = match entries.len() {
        0 => "No code has these words. \"wrap-up\" alone says which there are.".to_owned(),
        count => format!(
            "{}: {}. \"wrap-up\" with a name chooses one{}.",
            many(count, "choice"),
            names.join("; "),
            if is_of_several {
                ", with an id one of several"
            } else {
                ""
            }
        ),
    };
    let state = (!codes::are_listed(app)).then(|| sentence(&codes::state_words(app)));
    app.overlay = None;
    say(app, words);
    say_all(app, state.into_iter().collect());
    Vec::new()
}

/// What a code is called; where others are called so too, with its id.
fn code_name(all: &[codes::Entry], one: &codes::Entry) -> String {
    let name = one.name.to_lowercase();
    let same = all.iter().filter(|other| other.name.to_lowercase() == name);
    match &one.id {
        Some(id) if same.count() > 1 => format!("{}, id {id}", one.name),
        _ => one.name.clone(),
    }
}

/// The question before anything is sent.
pub(super) fn question(app: &App, deed: &Deed, now: Timestamp) -> Vec<String> {
    let settings = &app.settings;
    let whose = format!("{}, {}", settings.scope.profile, settings.label);
    let mut lines = Vec::new();
    match deed {
        Deed::Start { plan, note } => {
            lines.push(format!("This ends {} of {whose}.", many(plan.items.len(), "chat")));
            lines.extend(plan.recipe.recipe().map(recipe_words));
            lines.extend(app.warned(plan, now).map(|words| sentence(&span::spelled(&words))));
            lines.extend(note.as_ref().map(|note| format!("Note: {note}")));
        }
        Deed::Resume { run, count, unresolved, .. } => lines.push(format!(
            "This resumes run {} of {whose}: {} without a final state, {unresolved} only read again.",
            run.0,
            many(*count, "chat")
        )),
    }
    if let (Deed::Resume { .. }, Some(name)) = (deed, deed.recipe(&app.history)) {
        lines.push(format!("By the recipe {name}."));
    }
    lines.push(format!(
        "Type {} and Enter to do it. Any other line cancels, and nothing is sent.",
        deed.phrase()
    ));
    lines
}
