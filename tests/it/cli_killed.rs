//! Killed at any point of a run, in every step: the journal tells the truth about it, nothing happens by itself, and a resume brings it to
//! a true end.

use std::process::Child;
use std::thread;

use serde_json::json;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::ids::RunId;
use unstick::domain::plan::{Choices, Plan, PlanItem, Scope};
use unstick::domain::run::Run;
use unstick::domain::step::{Rung, Step};
use unstick::engine::ports::{Recorder, RunDraft};
use unstick::journal::{Journal, JournalOptions};

use crate::support::killing;
use crate::support::ledger::{Broken, Ledger, reckon};
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// A chat for each step, under its word. What was accepted is applied before anybody can look, so that only a request can change anything
/// more. Where other people's legs are closed to the token, the conversation is closed instead.
const SCENARIO: &str = r#"
description = "a chat for each step"

[platform]
apply_ms = [0, 0]

[[chat]]
kind = "orphan"
label = "check"

[[chat]]
kind = "orphan"
label = "legs"

[[chat]]
kind = "orphan"
label = "close"

[[fault]]
step = "legs"
conversation = "close"
times = 0
status = 403
code = "conversation.error.forbidden.not.active.participant"

[[chat]]
kind = "wrap-up"
label = "wrap-up"

[[chat]]
kind = "orphan"
label = "verify"

[[chat]]
kind = "orphan"
label = "teardown"
"#;

/// Reads of a chat while it is planned: one for the draft, one for the plan that is confirmed.
const PLANNED: u32 = 2;
/// The reads of a run that are its check and the second of its verification.
const CHECK: u32 = 1;
const VERIFY: u32 = 3;

/// Where a program dies.
#[derive(Clone, Copy)]
enum Point {
    /// At a commit of the journal.
    Commit(&'static str),
    /// While its request stands still: not applied yet.
    Unapplied,
    /// Applied, and before the head of the answer.
    BeforeHead,
    /// After the head of the answer, and before its body.
    BeforeBody,
    /// In the body of the answer.
    InBody,
}

const READS: &[Step] = &[Step::Check, Step::Verify];
const SENDS: &[Step] = &[Step::Legs, Step::Close, Step::WrapUp, Step::Teardown];
const ALL: &[Step] = &[
    Step::Check,
    Step::Legs,
    Step::Close,
    Step::WrapUp,
    Step::Verify,
    Step::Teardown,
];
const ANY: &[Step] = &[Step::Legs];

/// Every point, and the steps in which it is died at.
macro_rules! points {
    ($($name:ident: $point:expr, $steps:expr;)*) => {
        $(
            #[test]
            fn $name() {
                killed_in_all($point, $steps);
            }
        )*
    };
}

points! {
    f30_killed_before_the_confirmation: Point::Commit("before-confirm"), ANY;
    f30_killed_after_the_confirmation: Point::Commit("after-confirm"), ANY;
    f30_killed_before_an_observation: Point::Commit("before-observation"), READS;
    f30_killed_after_an_observation: Point::Commit("after-observation"), READS;
    f30_killed_before_an_intent: Point::Commit("before-intent"), SENDS;
    f30_killed_after_an_intent_and_before_the_first_byte: Point::Commit("after-intent"), SENDS;
    f30_killed_after_the_last_byte_of_a_request_that_was_not_applied: Point::Unapplied, ALL;
    f30_killed_after_a_request_was_applied_and_before_the_head_of_its_answer: Point::BeforeHead, ALL;
    f30_killed_after_the_head_of_an_answer: Point::BeforeBody, ALL;
    f30_killed_in_the_body_of_an_answer: Point::InBody, ALL;
    f30_killed_before_an_outcome: Point::Commit("before-outcome"), SENDS;
    f30_killed_after_an_outcome: Point::Commit("after-outcome"), SENDS;
    f30_killed_before_a_final_state: Point::Commit("before-final"), SENDS;
    f30_killed_after_a_final_state: Point::Commit("after-final"), SENDS;
    f30_killed_before_the_end_of_the_run: Point::Commit("before-finish"), ANY;
    f30_killed_after_the_end_of_the_run: Point::Commit("after-finish"), ANY;
    f30_killed_before_an_outcome_is_kept_elsewhere: Point::Commit("before-spill"), SENDS;
    f30_killed_after_an_outcome_is_kept_elsewhere: Point::Commit("after-spill"), SENDS;
    f30_killed_before_a_checkpoint: Point::Commit("before-checkpoint"), ANY;
    f30_killed_after_a_checkpoint: Point::Commit("after-checkpoint"), ANY;
}

/// All steps at a time, each with a journal of its own: what they do is mostly waiting.
fn killed_in_all(point: Point, steps: &[Step]) {
    let home = Home::new();
    let scenario = home.write("steps.toml", SCENARIO);
    let served = Served::start(&home, &[scenario.to_str().unwrap()]);
    thread::scope(|scope| {
        for step in steps {
            let served = &served;
            scope.spawn(move || killed(served, point, *step));
        }
    });
}

/// Dies while it ends a chat, is resumed, and is held against the truth.
fn killed(served: &Served, point: Point, step: Step) {
    let home = Home::new();
    let id = served.id(step.word());
    if step == Step::Teardown {
        left_escalated(&home, served, &id);
    }
    let printed = die(&home, served, point, step, &id);

    let ledger = Ledger::of(&home);
    let mut broken = Broken::default();
    ledger.keeps(&printed, &mut broken);
    ledger.verify(&mut broken);
    let run = ledger.newest().expect("the run was created");
    let number = run.header.id.0.to_string();
    is_where_it_should_be(&run, point, step, &ledger.facts(run.header.id));

    // Nothing more happens by itself: looking at it sends nothing.
    let flag = served.flag();
    let before = served.about(&id).len();
    home.run(&["show", &id, &flag]).expect(0);
    assert_eq!(served.about(&id).len(), before, "it went on by itself");
    let resume = |phrase: &str| home.run(&["runs", "resume", &number, &flag, "--confirm", phrase]);
    let name = point.name();
    if name == "before-confirm" {
        resume("sandbox 1").expect(5);
        assert_eq!(before, 0, "it was never confirmed");
        return;
    }
    if is_over(name) {
        resume("sandbox 0").expect(6);
    } else {
        resume("sandbox 99").expect(5);
        let left = run.open_items().count();
        resume(&format!("sandbox {left}")).expect(i32::from(is_lost(point, step)));
    }

    let run = ledger.run(run.header.id);
    assert!(run.finished.is_some());
    let (settled, _) = run.items[0].settled.clone().unwrap();
    let expected = if is_lost(point, step) {
        FinalState::Escalate
    } else {
        FinalState::Ended
    };
    assert_eq!(settled.state, expected, "{settled:?}");
    reckon(&run, &served.told("truth"), &mut broken);
    ledger.verify(&mut broken);
    assert!(broken.is_nothing(), "{step:?} at {name}: {broken:#?}");
}

/// A teardown is sent once: one that may have been sent, and was not, is not sent again.
fn is_lost(point: Point, step: Step) -> bool {
    step == Step::Teardown && matches!(point.name(), "after-intent" | "unapplied")
}

/// Nothing is left to do for a resume.
fn is_over(name: &str) -> bool {
    ["after-finish", "before-checkpoint", "after-checkpoint"].contains(&name)
}

impl Point {
    fn name(self) -> &'static str {
        match self {
            Self::Commit(name) => name,
            Self::Unapplied => "unapplied",
            Self::BeforeHead => "applied",
            Self::BeforeBody | Self::InBody => "answering",
        }
    }
}

/// Starts to end the chat, dies there, and answers with what was printed before.
fn die(home: &Home, served: &Served, point: Point, step: Step, id: &str) -> String {
    let flag = served.flag();
    let mut arguments = vec!["terminate", &flag, "--ids", id, "--json", "--confirm"];
    let phrase = if step == Step::Teardown {
        arguments.splice(1..1, ["--rung", "teardown"]);
        format!("sandbox teardown {}", &id[..8])
    } else {
        "sandbox 1".to_owned()
    };
    arguments.push(&phrase);
    let nth = nth(point, step);
    if let Point::Commit(name) = point {
        let mut command = home.command(&arguments);
        if name.ends_with("spill") {
            // The disk is full for the outcome, which is then kept elsewhere.
            command.env("UNSTICK_FAIL_AT", format!("outcome:{nth}"));
            command.env("UNSTICK_CRASH_AT", name);
        } else {
            command.env("UNSTICK_CRASH_AT", format!("{name}:{nth}"));
        }
        let ran = Ran::of(&command.output().unwrap());
        assert_eq!(ran.code, None, "{step:?} at {name}: {ran:#?}");
        return ran.stdout;
    }
    let word = if READS.contains(&step) {
        "read"
    } else {
        step.word()
    };
    let mut fault = json!({ "step": word, "conversation": id, "nth": nth, "hold": true });
    let more = match point {
        Point::Commit(_) | Point::Unapplied => ("when", json!("before")),
        Point::BeforeHead => ("when", json!("after")),
        Point::BeforeBody => ("hold_after", json!(0)),
        Point::InBody => ("hold_after", json!(1)),
    };
    fault[more.0] = more.1;
    served.order(&json!({ "fault": [fault] }));
    let mut child: Child = home.start(&arguments);
    assert_eq!(served.wait_until_held(id), point.name());
    child.kill().unwrap();
    let ran = Ran::of(&child.wait_with_output().unwrap());
    assert_eq!(ran.code, None, "{ran:#?}");
    ran.stdout
}

/// Which of those that are alike it is: which read of the chat, which commit of the run.
fn nth(point: Point, step: Step) -> u32 {
    let is_commit = matches!(point, Point::Commit(_));
    match (step, point) {
        (_, Point::Commit("before-final" | "after-final")) => 1,
        (Step::Check, _) if is_commit => CHECK,
        (Step::Verify, _) if is_commit => VERIFY,
        (Step::Check, _) => PLANNED + CHECK,
        (Step::Verify, _) => PLANNED + VERIFY,
        // The first is for the legs, and is refused.
        (Step::Close, _) if is_commit => 2,
        _ => 1,
    }
}

/// The test did what it says: the journal ends in the step that it is about.
fn is_where_it_should_be(run: &Run, point: Point, step: Step, facts: &[RunFact]) {
    let item = &run.items[0];
    let pending = item.pending().map(|sent| sent.action.step());
    let is_unanswered = match point {
        Point::Commit(name) => {
            let all = [
                "after-intent",
                "before-outcome",
                "before-spill",
                "after-spill",
            ];
            all.contains(&name)
        }
        _ => !READS.contains(&step),
    };
    assert_eq!(pending, is_unanswered.then_some(step), "{facts:#?}");
    if READS.contains(&step) {
        let is_read = |fact: &&RunFact| {
            let RunEvent::Item { what, .. } = &fact.event else {
                return false;
            };
            matches!(what, ItemEvent::Observed { .. })
        };
        let reads = facts.iter().filter(is_read).count();
        let all = if step == Step::Check { CHECK } else { VERIFY };
        let is_kept = point.name() == "after-observation";
        assert_eq!(reads + usize::from(!is_kept), usize::try_from(all).unwrap());
    }
}

/// A run on record that left the chat `escalate`, without which no teardown is planned.
fn left_escalated(home: &Home, served: &Served, id: &str) {
    let word = |name: &str| served.welcome[name].as_str().unwrap().to_owned();
    let scope = Scope {
        org_id: word("org_id"),
        api_host: served.url["http://".len()..].to_owned(),
        client_id: word("client_id"),
        profile: "sandbox".to_owned(),
    };
    let now = jiff::Timestamp::now();
    let item = PlanItem {
        id: id.parse().unwrap(),
        kind: unstick::domain::kind::Kind::Orphan,
        read_at: now,
        evidence: unstick::domain::evidence::Evidence {
            legs: Vec::new(),
            customer: None,
            agent: None,
            wrap_up: Vec::new(),
        },
        deployment: None,
    };
    let choices = Choices {
        filter: None,
        rung: Rung::Close,
        wrap_up: None,
        allow_live: false,
        recipe: unstick::domain::recipe::Way::default(),
    };
    let draft = RunDraft {
        plan: Plan::freeze(&scope, &choices, now, vec![item], Vec::new()).into(),
        operator: "tester".to_owned(),
        label: "SANDBOX".to_owned(),
        note: None,
        api_url: served.url.clone(),
    };
    let about = |what| RunEvent::Item {
        conversation: id.parse().unwrap(),
        what,
    };
    let events = [
        RunEvent::Confirmed,
        about(ItemEvent::Settled(Settled::new(
            FinalState::Escalate,
            "every request was accepted and a leg is still open",
        ))),
        RunEvent::Finished,
    ];
    let file = home.path("home/data/journal.db");
    let journal = Journal::open_at(&file, JournalOptions::default()).unwrap();
    let record = async {
        journal.open(draft, now).await.unwrap();
        for event in events {
            let fact = RunFact { at: now, event };
            journal.record(RunId(1), fact).await.unwrap();
        }
        journal.release().await;
    };
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(record);
}

#[test]
fn f30_killed_at_random_moments_nothing_is_lost_or_done_twice_and_everything_comes_to_its_end() {
    let seed = killing::seed();
    let figures = killing::kill_at_random(200, 10, seed);
    assert!(
        figures.broken.is_nothing(),
        "{figures}; again with UNSTICK_KILLS_SEED={seed}: {:#?}",
        figures.broken
    );
}
