//! A run of a recipe that is killed in the middle: what was sent without a known answer is read first, the recipe goes on where the reads
//! show it to be, nothing is applied twice, and nothing is called ended that is not. And what is said of its requests meanwhile.

use std::thread;

use unstick::domain::fact::{Class, FinalState};
use unstick::domain::item::Sent;
use unstick::domain::recipe::Way;
use unstick::domain::step::Action;

use crate::support::ledger::{Broken, Ledger, reckon};
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// What was accepted is applied before anybody can look.
const SCENARIO: &str = "
description = \"chats for recipes\"
dialect = \"forum\"
[platform]
apply_ms = [0, 0]
[[chat]]
kind = \"idle\"
count = 8
";

/// Ends everybody in two steps: the guest's party, then the wrapper.
const BOTH: &str = "5-participant-then-wrapper";
/// Is answered 200, and changes nothing.
const NOTHING: &str = "4-patch-200";

/// The recipe, where it dies, and what becomes of the chat.
const CASES: [(&str, &str, FinalState); 7] = [
    (BOTH, "after-intent:1", FinalState::Ended),
    (BOTH, "before-outcome:1", FinalState::Ended),
    (BOTH, "after-outcome:1", FinalState::Ended),
    (BOTH, "after-intent:2", FinalState::Ended),
    (BOTH, "before-outcome:2", FinalState::Ended),
    (NOTHING, "before-outcome:1", FinalState::Escalate),
    (NOTHING, "after-outcome:2", FinalState::Escalate),
];

#[test]
fn killed_in_the_middle_of_a_recipe_it_goes_on_by_what_is_read_and_nothing_is_applied_twice() {
    let home = Home::new();
    let scenario = home.write("recipes.toml", SCENARIO);
    let served = Served::start(&home, &[scenario.to_str().unwrap()]);
    let ids = served.of_kind(&home, "idle");
    thread::scope(|scope| {
        for (case, id) in CASES.iter().zip(&ids) {
            let served = &served;
            scope.spawn(move || killed(served, *case, id));
        }
    });
}

fn killed(served: &Served, (recipe, point, expected): (&str, &str, FinalState), id: &str) {
    let home = Home::new();
    let flag = served.flag();
    let mut arguments = vec!["terminate", &flag, "--ids", id, "--recipe", recipe];
    arguments.extend(["--json", "--confirm", "sandbox 1"]);
    let mut command = home.command(&arguments);
    command.env("UNSTICK_CRASH_AT", point);
    let died = Ran::of(&command.output().unwrap());
    assert_eq!(died.code, None, "{recipe} at {point}: {died:#?}");

    let ledger = Ledger::of(&home);
    let mut broken = Broken::default();
    ledger.keeps(&died.stdout, &mut broken);
    let before = served.about(id).len();
    home.run(&["show", id, &flag]).expect(0);
    assert_eq!(served.about(id).len(), before, "it went on by itself");

    let is_done = expected == FinalState::Ended;
    let resume = ["runs", "resume", "1", &flag, "--confirm", "sandbox 1"];
    let resumed = home.run(&resume).expect(i32::from(!is_done));
    let run = ledger.newest().unwrap();
    let (settled, _) = run.items[0].settled.clone().unwrap();
    assert_eq!(settled.state, expected, "{recipe} at {point}: {settled:?}");
    assert!(
        is_done || !resumed.stdout.contains("1 ended"),
        "{resumed:#?}"
    );
    assert!(matches!(&run.header.plan.recipe, Way::Recipe(kept) if kept.name == recipe));
    let sends = &run.items[0].sends;
    for sent in sends {
        let may_count = |other: &&Sent| {
            let class = other.answer.as_ref().map(|answer| answer.class);
            other.action.is_same_target(&sent.action) && class != Some(Class::NotApplied)
        };
        let count = sends.iter().filter(may_count).count();
        assert!(count <= 2, "{recipe} at {point}: {sends:#?}");
        assert!(matches!(
            sent.action,
            Action::Recipe(_) | Action::WrapUp { .. }
        ));
    }
    // What an answer was lost of was applied, or not: never once more.
    reckon(&run, &served.told("truth"), &mut broken);
    ledger.verify(&mut broken);
    assert!(broken.is_nothing(), "{recipe} at {point}: {broken:#?}");
}

#[test]
fn what_a_recipe_sends_is_said_by_step_and_request_before_and_while_it_does() {
    let home = Home::new();
    let scenario = home.write("recipes.toml", SCENARIO);
    let served = Served::start(&home, &[scenario.to_str().unwrap()]);
    let (flag, id) = (served.flag(), served.of_kind(&home, "idle").swap_remove(0));
    let of = |more: &[&str]| {
        let all = ["terminate", &flag, "--ids", &id, "--recipe", NOTHING];
        home.run(&[&all, more].concat())
    };
    let dry = of(&["--dry-run"]).expect(0);
    assert!(dry.stdout.contains("patch PATCH"), "{dry:#?}");
    assert!(!dry.stdout.contains("leg"), "{dry:#?}");
    let data = of(&["--dry-run", "--json"]).expect(0).json_lines();
    assert_eq!(data[0]["rehearsed"][0]["first"], "patch PATCH");
    assert_eq!(served.told("truth").len(), 0);

    let ran = of(&["--confirm", "sandbox 1"]).expect(1);
    let short = &id[..8];
    for words in [
        format!("close    patch PATCH /api/v2/conversations/messaging/{short}…"),
        format!("close    delete DELETE /api/v2/conversations/messaging/{short}…"),
        "To the recipe: ".to_owned(),
    ] {
        assert!(ran.stderr.contains(&words), "{words} is not in {ran:#?}");
    }
    assert!(!ran.stderr.contains(".."), "{ran:#?}");
}
