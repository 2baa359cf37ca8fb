//! Every invariant of the engine has a test of its name, and here are those that no other module holds: what a read-only profile is made
//! of, text from outside, and who must be known before a whole conversation is closed.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;
use proptest::prelude::*;
use tokio::sync::mpsc;
use unstick::domain::conversation::Purpose;
use unstick::domain::fact::FinalState;
use unstick::domain::feed::{Command, Fact};
use unstick::domain::plan::Choices;
use unstick::domain::step::{Action, Rung};
use unstick::domain::text::Text;
use unstick::engine::Engine;
use unstick::engine::ports::{Clock, Limiter, Org, Terminator};
use unstick::genesys::{Client, WritingClient};

use crate::model::*;

/// Every Rust file below a folder.
pub(crate) fn sources(folder: &str) -> Vec<(PathBuf, String)> {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|kind| kind == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path, text));
            }
        }
    }
    files
}

/// What is built where tests are run.
const BUILT: [&str; 3] = [
    "#[cfg(test)]",
    "#[cfg(unix)]",
    "#[cfg(target_os = \"linux\")]",
];

/// The names of all tests: functions behind an attribute that makes them one, or within `proptest!`. What is ignored is none, and neither is
/// what is built for other systems alone.
pub(crate) fn tests() -> Vec<String> {
    let mut names = Vec::new();
    for (_, text) in sources("src").into_iter().chain(sources("tests")) {
        let (mut is_test, mut is_left_out) = (false, false);
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                is_test = true;
            } else if line.starts_with("#[ignore") || line.starts_with("#[cfg") {
                is_left_out |= !BUILT.contains(&line);
            } else if let Some((before, name)) = line.split_once("fn ") {
                if is_test && !is_left_out && (before.is_empty() || before == "async ") {
                    names.push(name.split('(').next().unwrap_or_default().to_owned());
                }
                (is_test, is_left_out) = (false, false);
            }
        }
    }
    names
}

#[test]
fn every_invariant_has_a_test_of_its_name() {
    let tests = tests();
    assert!(
        tests.len() > 300,
        "the tests were not found: {}",
        tests.len()
    );
    let missing: Vec<String> = (1..=28)
        .map(|number| format!("i{number:02}_"))
        .filter(|name| {
            let inside = format!("_{name}");
            !tests
                .iter()
                .any(|test| test.starts_with(name.as_str()) || test.contains(&inside))
        })
        .collect();
    assert!(missing.is_empty(), "no test is named after {missing:?}");
}

/// Two ways to this name for whoever can end conversations, so that asking for the one does not compile; one way for everybody else.
trait CannotEnd<Way> {
    fn is_so() -> bool {
        true
    }
}

impl<T: ?Sized> CannotEnd<()> for T {}

struct AsTerminator;

impl<T: Terminator> CannotEnd<AsTerminator> for T {}

#[test]
fn i24_the_client_of_a_read_only_profile_is_no_terminator() {
    // The day that `Client` becomes one, this line has two meanings and the tests no longer compile.
    assert!(<Client as CannotEnd<_>>::is_so());
    // It is the line that says so: for what can end conversations, which way must be said.
    assert!(<WritingClient as CannotEnd<AsTerminator>>::is_so());
}

#[test]
fn i24_only_one_file_sends_what_changes_something_and_only_a_right_to_write_opens_it() {
    let only = |what: &str, place: &str| {
        for (path, text) in sources("src") {
            let file = path.display().to_string().replace('\\', "/");
            if file.contains("/src/sandbox/") {
                continue;
            }
            let code: Vec<&str> = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
                .collect();
            let is_there = code.iter().any(|line| line.contains(what));
            assert_eq!(is_there, file.ends_with(place), "{what} in {file}");
        }
    };
    only("funnel.act(", "src/genesys/terminator.rs");
    only("fn act(", "src/genesys/send.rs");
    only("Method::from_bytes(", "src/genesys/send.rs");
    only("WritingClient::new(", "src/cli/connect.rs");
    // Signing out ends this program's own token and nothing of the organisation.
    only("Method::DELETE", "src/genesys/sign_out.rs");
    for (path, text) in sources("src/genesys") {
        let text = text.replace("Method::DELETE, \"/api/v2/tokens/me\"", "sign out");
        for method in [
            "Method::PATCH",
            "Method::PUT",
            "Method::DELETE",
            ".patch(",
            ".put(",
            ".delete(",
        ] {
            assert!(!text.contains(method), "{method} in {}", path.display());
        }
    }
}

/// The engine of a read-only profile, of nothing but what reads: neither a terminator nor a journal goes in.
fn looking<O: Org, C: Clock>(org: O, clock: C, facts: mpsc::Sender<Fact>) -> Engine {
    Engine::spawn_read_only(org, clock, Limiter::new(200), 93, facts).0
}

#[tokio::test(start_paused = true)]
async fn i24_an_engine_that_only_looks_refuses_to_carry_out_a_plan() {
    let model = Model::new();
    let id = model.orphan(1);
    let plan = plan_for(&model, &[id], &Choices::default());
    let (sender, mut facts) = mpsc::channel(64);
    let engine = looking(model.clone(), model.clock, sender);
    engine.send(Command::Start {
        plan: plan.into(),
        note: None,
    });
    let why = loop {
        let fact = tokio::time::timeout(Duration::from_secs(60), facts.recv()).await;
        if let Some(Fact::RunRefused { why }) = fact.expect("an answer") {
            break why;
        }
    };
    assert!(why.contains("read-only"), "{why}");
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert!(sends(&model).is_empty());
    assert!(model.is_open(id));
}

#[tokio::test(start_paused = true)]
async fn i24_an_engine_that_was_made_to_only_look_ends_its_run_and_begins_no_other() {
    let model = Model::new();
    let ids = [model.orphan(1), model.orphan(2)];
    let pace = unstick::domain::run::Pace {
        canary: 1,
        max_parallel: 2,
    };
    let mut carried = console_engine_over(&model, &MemoryJournal::default(), pace);
    carried.engine.send(Command::Start {
        plan: plan_for(&model, &ids[..1], &Choices::default()).into(),
        note: None,
    });
    carried.until(|run| !run.items.is_empty()).await;
    carried.engine.send(Command::OnlyLook);
    carried.until(|run| run.finished.is_some()).await;
    assert!(!model.is_open(ids[0]), "what was confirmed before is done");
    let sent = sends(&model).len();
    carried.engine.send(Command::Start {
        plan: plan_for(&model, &ids[1..], &Choices::default()).into(),
        note: None,
    });
    let why = loop {
        let fact = tokio::time::timeout(Duration::from_secs(60), carried.facts.recv()).await;
        if let Some(Fact::RunRefused { why }) = fact.expect("an answer") {
            break why;
        }
    };
    assert!(why.contains("made read-only"), "{why}");
    // It goes on to look.
    carried.engine.send(Command::Read(vec![ids[1]]));
    let is_read = |fact: &Fact| matches!(fact, Fact::Read { id, .. } if *id == ids[1]);
    loop {
        let fact = tokio::time::timeout(Duration::from_secs(60), carried.facts.recv()).await;
        if is_read(&fact.expect("an answer").expect("an engine")) {
            break;
        }
    }
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(sends(&model).len(), sent);
    assert!(model.is_open(ids[1]));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn i25_no_text_from_outside_keeps_what_a_terminal_obeys_or_what_reorders_and_hides(
        raw in "(\\PC|\\pC|[\u{0}-\u{9f}\u{ad}\u{61c}\u{200b}-\u{200f}\u{2028}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{e0001}-\u{e007f}]){0,60}",
    ) {
        let clean = Text::clean(&raw);
        let bad = |c: char| {
            c.is_control()
                || matches!(
                    c,
                    '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                    | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
                )
        };
        prop_assert!(!clean.as_str().contains(bad), "{:?} of {raw:?}", clean.as_str());
        prop_assert!(clean.as_str().chars().count() <= Text::MAX);
    }
}

#[tokio::test(start_paused = true)]
async fn i28_a_conversation_is_not_closed_while_somebody_is_there_whom_the_plan_does_not_show() {
    // The agent joins after the legs of the plan were closed and before `close` would end the bot that stays.
    let model = Model::new();
    model.machines_stay();
    let id = model.chat(1, &[(Purpose::Customer, true), (Purpose::Bot, true)]);
    model.later(SignedDuration::from_secs(5), Effect::AgentJoins(id));
    let (settled, _) = carry_one(&model, id).await;
    assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    assert!(
        !sends(&model)
            .iter()
            .any(|request| request.action == Some(Action::Close))
    );
    assert!(model.is_open(id));
}

#[tokio::test(start_paused = true)]
async fn i28_two_conversations_are_not_torn_down_in_one_run() {
    let model = Model::new();
    let ids = [model.orphan(1), model.orphan(2)];
    let choices = Choices {
        rung: Rung::Teardown,
        ..Choices::default()
    };
    let pace = unstick::domain::run::Pace {
        canary: 1,
        max_parallel: 4,
    };
    let mut carried = engine_over(&model, &MemoryJournal::default(), pace);
    carried.carry_out(plan_for(&model, &ids, &choices)).await;
    assert!(carried.refused.is_some());
    assert!(model.requests().is_empty());
}
