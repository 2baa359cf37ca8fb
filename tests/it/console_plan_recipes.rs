//! The recipe of a plan on the screen and as lines: where there is a choice, what it makes of the plan, and where there is none.

use std::sync::Arc;

use unstick::app::planning::recipes::Recipes;
use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::plan::Plan;
use unstick::domain::recipe::{ONLY_STANDARD, Recipe, Way};
use unstick::domain::step::{Rung, Step};
use unstick::settings::recipes;

use crate::console_desk::{Desk, line_with};
use crate::console_planning::plan;
use crate::console_screens::shoot;
use crate::console_world::settings;

/// Where a sandbox is: nowhere else does a plan with a recipe make sense.
pub(crate) const HERE: &str = "127.0.0.1:8080";

/// Every recipe that comes with the program, as a sandbox offers them that speaks the forum's dialect.
pub(crate) fn shipped() -> Recipes {
    let read = recipes::shipped().into_iter().map(|source| source.read);
    Recipes::of(read.map(|read| Arc::new(read.unwrap())).collect(), 0)
}

/// A list that is read, where plans can take recipes; without a wrap-up code, if so.
fn forum(width: u16, height: u16, has_code: bool) -> Desk {
    let mut settings = settings("SANDBOX", true);
    settings.recipes = shipped();
    HERE.clone_into(&mut settings.scope.api_host);
    settings.wrap_up = settings.wrap_up.filter(|_| has_code);
    let mut desk = Desk::new(settings, width, height);
    desk.fill();
    desk
}

/// Goes to the recipe of this name in the list that `R` opens.
fn go_to(desk: &mut Desk, name: &str) {
    let known = shipped();
    let place = known.known().iter().position(|recipe| recipe.name == name);
    desk.keys("Rg");
    desk.keys(&"j".repeat(place.unwrap()));
}

/// Plans what is stuck, by this recipe.
fn planned_by(desk: &mut Desk, name: &str) {
    desk.plan();
    go_to(desk, name);
    desk.keys("\r");
}

fn recipe_of(plan: &Plan) -> &Recipe {
    plan.recipe.recipe().unwrap()
}

#[test]
fn the_list_of_recipes() {
    shoot("plan_recipes", |width, height| {
        let mut desk = forum(width, height, true);
        desk.plan();
        go_to(&mut desk, "5-patch-wrapper");
        desk
    });
}

#[test]
fn a_plan_by_a_recipe() {
    shoot("plan_by_recipe", |width, height| {
        let mut desk = forum(width, height, true);
        planned_by(&mut desk, "1-put-closed");
        desk
    });
}

#[test]
fn the_box_of_a_plan_by_a_recipe() {
    shoot("confirm_recipe", |width, height| {
        let mut desk = forum(width, height, true);
        planned_by(&mut desk, "5-participant-then-wrapper");
        desk.keys("T");
        desk
    });
}

#[test]
fn a_recipe_that_is_chosen_makes_another_plan_and_is_what_runs() {
    let mut desk = forum(80, 24, true);
    desk.plan();
    let before = plan(&desk);
    go_to(&mut desk, "5-patch-wrapper");
    let text = desk.text();
    assert!(text.contains("…/webchat/{conversation}"), "{text}");
    assert!(
        text.contains("Not published, and web chat is gone"),
        "{text}"
    );
    desk.keys("\r");
    let after = plan(&desk);
    assert_eq!(recipe_of(&after).name, "5-patch-wrapper");
    assert_ne!(after.hash, before.hash);
    assert_eq!(after.hash, after.computed_hash());
    // Where no leg is open the recipe has nothing to send, and it sends no code.
    assert_eq!((before.items.len(), after.items.len()), (8, 7));
    assert_eq!(after.wrap_up, None);
    desk.pass(7000);
    let text = desk.text();
    assert!(text.contains("Recipe     5-patch-wrapper"), "{text}");
    assert!(text.contains("wrapper; then the proof"), "{text}");
    assert!(
        text.contains("Not published, and web chat is gone"),
        "{text}"
    );
    let bound = after.request_bound();
    let cost = format!("up to {bound} requests");
    assert!(text.contains(&cost), "{text}");
    let row = line_with(&text, "3f2a9c41");
    assert!(row.contains("orphan    wrapper"), "{row}");
    assert!(
        text.contains("Wrap-up  none: the recipe sends none"),
        "{text}"
    );
    desk.keys("T");
    desk.pass(500);
    let text = desk.text();
    assert!(text.contains("by the recipe 5-patch-wrapper"), "{text}");
    desk.keys("sandbox 7\r");
    desk.pass(3100);
    let (started, _) = desk.started().unwrap();
    assert_eq!(started.hash, after.hash);
    assert_eq!(started.recipe, after.recipe);
}

#[test]
fn the_ladder_is_one_of_the_list_and_taking_it_again_brings_the_plan_back() {
    let mut desk = forum(80, 24, true);
    desk.plan();
    let before = plan(&desk);
    go_to(&mut desk, "2-post-empty");
    desk.keys("\r");
    assert_ne!(plan(&desk).hash, before.hash);
    // The list opens on the plan's own.
    desk.keys("R");
    let text = desk.text();
    let row = line_with(&text, "▸ ✓");
    assert!(row.contains("2-post-empty"), "{row}");
    desk.keys("\u{1b}");
    assert_eq!(recipe_of(&plan(&desk)).name, "2-post-empty");
    go_to(&mut desk, "standard");
    desk.keys("\r");
    assert_eq!(*plan(&desk), *before);
    desk.keys("R\r");
    assert_eq!(plan(&desk).hash, before.hash);
    let text = desk.text();
    assert!(text.contains("the plan is the same"), "{text}");
}

#[test]
fn where_there_is_no_choice_the_key_says_why_and_nothing_changes() {
    let no_forum = "this sandbox does not speak the forum's dialect: --sandbox=forum does";
    let places = [
        ("PROD", Recipes::default(), ONLY_STANDARD),
        ("PROD", Recipes::none(ONLY_STANDARD), ONLY_STANDARD),
        ("SANDBOX", Recipes::none(no_forum), no_forum),
    ];
    for (label, recipes, why) in places {
        let mut settings = settings(label, true);
        settings.recipes = recipes;
        let mut desk = Desk::new(settings, 100, 24);
        desk.fill();
        desk.plan();
        let before = plan(&desk);
        let hints = desk.text();
        assert!(!hints.contains("R recipe"), "{hints}");
        desk.keys("R");
        let text = desk.text();
        assert!(text.contains(&format!("R: {why}")), "{text}");
        assert!(desk.app.overlay.is_none());
        desk.keys("j");
        assert_eq!(plan(&desk).hash, before.hash);
        // The palette says the same, as far as there is room.
        desk.keys(":recipe");
        assert!(desk.text().contains(&why[..30]), "{}", desk.text());
        let said = Desk::new(desk.app.settings.clone(), 100, 24).aloud();
        let said = refused_as_lines(said);
        assert!(said.contains(why), "{said}");
    }
}

/// As somebody begins who has heard the list.
fn heard(mut desk: Desk) -> Desk {
    desk.fill();
    desk.pass(3000);
    desk.tell(Msg::Drawn);
    desk
}

fn refused_as_lines(desk: Desk) -> String {
    let mut desk = heard(desk);
    desk.line("mark 3f2a9c41");
    desk.line("plan");
    desk.reread(usize::MAX);
    let said = desk.line("recipe 5-patch-wrapper");
    assert_eq!(plan(&desk).recipe, Way::Standard);
    said
}

#[test]
fn a_recipe_says_itself_what_is_sent_so_the_rung_waits_and_is_as_it_was_afterwards() {
    let mut desk = forum(80, 24, true);
    desk.plan();
    desk.keys("s");
    let before = plan(&desk);
    assert_eq!(before.rung, Rung::Legs);
    go_to(&mut desk, "5-patch-participant");
    desk.keys("\r");
    let by_recipe = plan(&desk);
    assert_eq!(by_recipe.rung, Rung::Close);
    by_recipe.check_sense().unwrap();
    desk.keys("s");
    let text = desk.text();
    assert!(
        text.contains("s: the recipe 5-patch-participant says"),
        "{text}"
    );
    assert_eq!(plan(&desk).hash, by_recipe.hash);
    go_to(&mut desk, "standard");
    desk.keys("\r");
    assert_eq!(plan(&desk).hash, before.hash);
}

#[test]
fn a_recipe_that_sends_a_code_waits_for_one() {
    let mut desk = forum(80, 24, false);
    desk.plan();
    go_to(&mut desk, "1-put-closed");
    let text = desk.text();
    assert!(text.contains("the plan has none: w chooses one"), "{text}");
    desk.keys("\r");
    desk.pass(7000);
    desk.keys("T");
    let text = desk.text();
    let why = "the recipe 1-put-closed sends a wrap-up code: w chooses one";
    assert!(text.contains(why), "{text}");
    assert!(desk.app.overlay.is_none());
    desk.keys("w33333333-77b0-4d8e-9a51-0e6c2f6b1d20\r");
    assert!(plan(&desk).steps().contains(&Step::WrapUp));
    desk.pass(7000);
    desk.keys("T");
    assert!(desk.app.overlay.is_some(), "{}", desk.text());
}

#[test]
fn a_recipe_goes_with_its_plan_and_nothing_of_it_is_kept() {
    let mut desk = forum(80, 24, true);
    planned_by(&mut desk, "4-patch-200");
    desk.keys("\u{1b}x");
    desk.reread(usize::MAX);
    assert_eq!(plan(&desk).recipe, Way::Standard);
    let is_kept = |effect: &Effect| matches!(effect, Effect::Keep(_));
    assert!(!desk.effects.iter().any(is_kept));
}

#[test]
fn a_plan_by_a_recipe_never_starts_without_its_phrase() {
    let mut desk = forum(80, 24, true);
    planned_by(&mut desk, "5-disposition");
    desk.keys("T");
    desk.pass(500);
    for wrong in ["sandbox 5-disposition\r", "5-disposition 8\r", "\r"] {
        desk.keys(wrong);
        desk.press(Key::ctrl('u'));
    }
    desk.press(Key::plain(KeyCode::Esc));
    desk.pass(5000);
    assert!(desk.started().is_none());
}

#[test]
fn as_lines_the_recipes_are_read_out_one_is_chosen_and_said_before_the_phrase() {
    let mut desk = heard(forum(80, 24, true).aloud());
    desk.line("mark 3f2a9c41");
    desk.line("plan");
    desk.reread(usize::MAX);
    let said = desk.line("recipe");
    assert!(said.contains("14 recipes."), "{said}");
    assert!(
        said.contains("standard, the plan's now: The published way"),
        "{said}"
    );
    assert!(
        said.contains("\n5-patch-wrapper: PATCH the web chat conversation alone."),
        "{said}"
    );
    let said = desk.line("recipe 6-magic");
    assert!(said.contains("There is no recipe 6-magic."), "{said}");
    assert_eq!(plan(&desk).recipe, Way::Standard);
    let said = desk.line("recipe 5-patch-wrapper");
    assert!(said.contains("Recipe 5-patch-wrapper: PATCH"), "{said}");
    assert!(
        said.contains("Not published, and web chat is gone"),
        "{said}"
    );
    assert_eq!(recipe_of(&plan(&desk)).name, "5-patch-wrapper");
    assert!(desk.line("rung").contains("says itself what is sent"));
    let said = desk.line("terminate");
    let (recipe, phrase) = (
        said.find("Recipe 5-patch-wrapper"),
        said.find("Type sandbox 1"),
    );
    assert!(recipe.is_some() && recipe < phrase, "{said}");
    desk.pass(500);
    desk.line("no");
    let said = desk.line("recipe standard");
    assert!(said.contains("Rung close"), "{said}");
    assert_eq!(plan(&desk).recipe, Way::Standard);
}
