//! The recipes on the console: what each is worth, what each really did once they were compared, and that a comparison is a thing beside
//! whatever organisation is open.

use std::sync::Arc;

use unstick::app::lookout::recipes::{RecipeNews, RecipeWish};
use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::fact::{FinalState, Settled};
use unstick::domain::recipe::{Compared, Really, Recipe, Refused, WrapUp};
use unstick::settings::recipes;

use crate::console_desk::{Desk, line_with};
use crate::console_screens::shoot;
use crate::console_world::settings;
use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

fn shipped() -> Vec<Arc<Recipe>> {
    let all = recipes::shipped().into_iter();
    all.map(|source| Arc::new(source.read.unwrap())).collect()
}

fn news(desk: &mut Desk, news: RecipeNews) {
    desk.tell(Msg::Recipes(Box::new(news)));
}

/// The screen is open, and the recipes are there.
fn on_recipes(mut desk: Desk) -> Desk {
    desk.keys("F");
    news(&mut desk, RecipeNews::Known(shipped(), Vec::new()));
    desk
}

/// What a recipe did, by a table that is written here.
fn did(recipe: &Recipe, said: FinalState, left: &[&str], refused: Option<(u16, &str)>) -> Compared {
    let touched = left.len() < 2;
    let really = Really {
        ended: said == FinalState::Ended,
        left: left.iter().map(|&purpose| purpose.to_owned()).collect(),
        by_us: touched,
        guest_told: touched.then_some(true),
        wrap_up: match (said, touched) {
            (FinalState::Ended, _) => WrapUp::Recorded,
            (_, true) => WrapUp::Owed,
            (_, false) => WrapUp::None,
        },
        others_changed: false,
    };
    let reason = match said {
        FinalState::Ended => "two reads 2 s apart show no open leg",
        FinalState::WrapUpOwed => "no leg is open; an agent still owes wrap-up",
        FinalState::Escalate => {
            "every step of the recipe was carried out and a leg is still open: customer"
        }
        _ => "the service does not accept it: 409 conflict: Conversation is active.",
    };
    Compared {
        recipe: recipe.name.clone(),
        is_published: recipe.is_published(),
        requests: 6,
        sends: 1,
        took_ms: Some(15_020),
        refused: refused.map(|(status, code)| Refused {
            status: Some(status),
            code: code.to_owned(),
        }),
        said: Settled::new(said, reason),
        really: really.clone(),
        untold: really,
        differs: Vec::new(),
    }
}

/// What this one of the shipped ones did.
fn row(recipe: &Recipe) -> RecipeNews {
    let row = match recipe.name.as_str() {
        "standard" | "2-post-empty" => did(recipe, FinalState::Ended, &[], None),
        "3-routing-status" => did(recipe, FinalState::WrapUpOwed, &[], None),
        "5-patch-wrapper" => did(recipe, FinalState::Escalate, &["customer"], None),
        _ => did(
            recipe,
            FinalState::Held,
            &["customer", "agent"],
            Some((409, "conflict")),
        ),
    };
    RecipeNews::Row(Box::new(row))
}

/// A comparison is under way, of which so many have come.
fn under_way(mut desk: Desk, came: usize) -> Desk {
    desk.keys("c");
    for recipe in shipped().iter().take(came) {
        news(&mut desk, row(recipe));
    }
    desk
}

fn compared(desk: Desk) -> Desk {
    let mut desk = under_way(on_recipes(desk), 14);
    news(&mut desk, RecipeNews::Over(Ok(())));
    desk
}

fn wishes(desk: &Desk) -> Vec<&RecipeWish> {
    let wishes = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Recipes(wish) => Some(wish),
        _ => None,
    });
    wishes.collect()
}

#[test]
fn the_recipes() {
    shoot("recipes", |width, height| {
        let mut desk = on_recipes(Desk::full(width, height));
        desk.keys("jj");
        desk
    });
}

#[test]
fn the_recipes_while_they_are_compared() {
    shoot("recipes_under_way", |width, height| {
        under_way(on_recipes(Desk::full(width, height)), 5)
    });
}

#[test]
fn the_recipes_and_what_each_really_did() {
    shoot("recipes_compared", |width, height| {
        let mut desk = compared(Desk::full(width, height));
        desk.keys("Gk");
        desk
    });
}

#[test]
fn a_recipe_whole() {
    shoot("recipe_whole", |width, height| {
        let mut desk = on_recipes(Desk::full(width, height));
        desk.keys("jj\r");
        desk
    });
}

#[test]
fn a_comparison_is_asked_for_once_and_of_nothing_that_is_open_even_where_nothing_may_be_ended() {
    for (label, writes) in [("PROD", false), ("PROD", true), ("SANDBOX", true)] {
        let mut desk = Desk::new(settings(label, writes), 80, 24);
        desk.fill();
        let mut desk = on_recipes(desk);
        let here = match desk.app.settings.scope.profile.as_str() {
            "sandbox" => "this one",
            profile => profile,
        };
        let place = format!("runs on a sandbox of its own, not on {here}");
        assert!(desk.text().contains(&place), "{}", desk.text());
        desk.effects.clear();
        desk.keys("cc");
        let [RecipeWish::Compare(asked)] = wishes(&desk)[..] else {
            panic!("{:?}", desk.effects)
        };
        assert_eq!(asked.len(), 14);
        let asks_engine = |effect: &Effect| matches!(effect, Effect::Engine(_));
        assert!(!desk.effects.iter().any(asks_engine), "{:?}", desk.effects);
        assert!(!desk.app.is_running());
        let text = desk.text();
        assert!(text.contains("c: they are being compared"), "{text}");
    }
}

#[test]
fn rows_come_one_by_one_and_are_there_when_somebody_comes_back() {
    let mut desk = under_way(on_recipes(Desk::full(80, 24)), 1);
    let text = desk.text();
    assert!(line_with(&text, " standard ").contains(" yes "), "{text}");
    assert!(
        line_with(&text, " 2-post-empty ").contains("under way"),
        "{text}"
    );
    assert!(text.contains("1 of 14 are there."), "{text}");
    desk.keys("q");
    for recipe in shipped().iter().skip(1) {
        news(&mut desk, row(recipe));
    }
    news(&mut desk, RecipeNews::Over(Ok(())));
    desk.keys("F");
    let text = desk.text();
    assert!(
        text.contains("2 of 14 ended the chat and proved it"),
        "{text}"
    );
    let line = line_with(&text, " 5-patch-wrapper ");
    let cells: Vec<&str> = line.split_whitespace().skip(1).collect();
    assert_eq!(
        cells,
        ["6", "1", "15s", "-", "no", "no", "guest", "yes", "owed"]
    );
    // Which recipes there are is asked again then, as files may have changed; nothing is compared again.
    assert!(matches!(wishes(&desk).last(), Some(RecipeWish::List)));
    desk.press(Key::plain(KeyCode::Tab));
    assert!(desk.text().contains("WHAT IT DOES"));
    desk.keys("y");
    let copied = desk.copied().last().map(|text| (*text).to_owned()).unwrap();
    assert!(copied.starts_with("RECIPE\tREQ\tSENT"), "{copied}");
    assert!(
        copied.contains("\n5-patch-wrapper\t6\t1\t15s\t-\tno\tno\tguest\tyes\towed\n"),
        "{copied}"
    );
}

#[test]
fn what_a_run_said_that_is_not_so_cannot_be_overlooked() {
    let mut desk = under_way(on_recipes(Desk::full(80, 24)), 0);
    let recipe = &shipped()[0];
    let lied = Compared {
        differs: vec!["it said `ended`, and still in it: customer".to_owned()],
        ..did(recipe, FinalState::Ended, &["customer"], None)
    };
    news(&mut desk, RecipeNews::Row(Box::new(lied)));
    news(
        &mut desk,
        RecipeNews::Without(
            "1-post-close".to_owned(),
            "the socket is\u{1b}[31m gone".to_owned(),
        ),
    );
    news(&mut desk, RecipeNews::Over(Ok(())));
    let text = desk.text();
    assert!(line_with(&text, " standard ").contains(" FALSE "), "{text}");
    assert!(
        text.contains("wrong  it said `ended`, and still in it: customer"),
        "{text}"
    );
    assert!(text.contains("1 of them said what is not so"), "{text}");
    assert!(
        line_with(&text, " 1-post-close ").contains("not compared: the socket is"),
        "{text}"
    );
    assert!(
        line_with(&text, " 2-post-empty ").contains("not compared yet"),
        "{text}"
    );
}

#[test]
fn a_file_of_one_s_own_that_is_not_taken_is_said_with_its_line() {
    let mut desk = Desk::full(80, 24);
    desk.keys("F");
    let wrong = vec![
        "mine.toml:7:1: unknown key `acepted`".to_owned(),
        "b".to_owned(),
    ];
    news(&mut desk, RecipeNews::Known(shipped(), wrong));
    let text = desk.text();
    assert!(
        text.contains("mine.toml:7:1: unknown key `acepted`; and 1 more"),
        "{text}"
    );
}

#[test]
fn the_real_console_compares_beside_an_organisation_that_hears_nothing_of_it() {
    let (home, elsewhere) = (Home::new(), Home::new());
    let served = Served::start(&elsewhere, &["demo"]);
    let mut pty = Pty::unstick(&["--read-only", &served.flag()], &home);
    pty.wait_for_text("30 chats");
    pty.keys("F");
    pty.wait_for_text("5-socket-event");
    pty.keys("c");
    pty.wait_for_text("of 14 are there.");
    pty.wait_for_text("2 of 14 ended the chat and proved it");
    assert!(pty.text().contains("not on this one"), "{}", pty.text());
    assert_eq!(served.changed_by_us(&elsewhere).len(), 0);
    // A second one is left in the middle, and nobody waits for it.
    pty.keys("c");
    pty.wait_for_text("of 14 are there.");
    pty.keys("\u{3}");
    assert!(pty.ended().success());
    assert_eq!(served.changed_by_us(&elsewhere).len(), 0);
    let journal = home.path("home/data/journal.db");
    let runs = home.run(&["runs", "list", "--json"]).expect(0);
    assert_eq!(runs.json_lines().len(), 0, "{}", journal.display());
}
