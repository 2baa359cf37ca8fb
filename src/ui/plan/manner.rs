//! How a plan's chats are ended, in the plan's head: rung or recipe, and the wrap-up code.

use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::planning::Planning;
use crate::app::tone::Tone;
use crate::domain::step::Rung;

/// How it is done: by the ladder, as far up as its rung; where there is a choice, by which recipe.
pub(super) fn row(app: &App, planning: &Planning) -> (&'static str, String, Tone) {
    let code = code_words(app, planning);
    let key = app.key(Mode::Plan, Action::Recipe);
    match planning.recipe() {
        Some(recipe) => {
            let words = format!("{}; {key} chooses     Wrap-up  {code}", recipe.name);
            ("Recipe", words, Tone::Strong)
        }
        None if app.settings.recipes.is_choice() => {
            let rung = planning.rung().word();
            let words = format!("standard, rung {rung}; {key} chooses     Wrap-up  {code}");
            ("Recipe", words, Tone::Plain)
        }
        None => {
            let rung = rung_words(planning.rung());
            ("Rung", format!("{rung}     Wrap-up  {code}"), Tone::Plain)
        }
    }
}

/// The plan's code, as far as it counts under this rung.
fn code_words(app: &App, planning: &Planning) -> String {
    if !planning.sends_code() {
        return "none: the recipe sends none".to_owned();
    }
    match (planning.rung(), &planning.choices.wrap_up) {
        (Rung::Close, Some(code)) => app.code_words(code),
        (Rung::Close, None) => {
            let key = app.key(Mode::Plan, Action::WrapUp);
            format!("no code; {key} chooses one")
        }
        _ => "none under this rung".to_owned(),
    }
}

fn rung_words(rung: Rung) -> &'static str {
    match rung {
        Rung::Legs => "legs (never the whole chat)",
        Rung::Close => "close (legs first)",
        Rung::Teardown => "teardown",
    }
}
