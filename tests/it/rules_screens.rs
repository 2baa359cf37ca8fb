//! Rules and guards on the screen: the list, one chat, the plan, the box for the phrase; and at the check, where nobody looks.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use unstick::app::{Configured, Effect, Key, Screen};
use unstick::domain::diagnosis::Thresholds;
use unstick::domain::fact::FinalState;
use unstick::domain::feed::Command;
use unstick::domain::kind::Severity;
use unstick::domain::names::{NameKind, Named, Names};
use unstick::domain::plan::Choices;
use unstick::domain::roster::{Listed, Roster};
use unstick::domain::rules::{Guard, Power, Rule, Rules, Wording};
use unstick::domain::run::Pace;
use unstick::domain::text::Text;
use unstick::engine::ports::Clock;

use crate::console_desk::Desk;
use crate::console_world::settings;
use crate::model::{MemoryJournal, Model, engine_over, plan_for, sends};

fn wording<'a>(name: &'a str, when: &'a str, power: Power) -> Wording<'a> {
    Wording {
        name,
        when,
        severity: None,
        power: Some(power),
        hint: None,
    }
}

/// A guard that forbids, with words for why.
fn worded(name: &str, when: &str, hint: &str) -> Guard {
    let wording = Wording {
        hint: Some(hint),
        ..wording(name, when, Power::Never)
    };
    Guard::new(&wording).unwrap()
}

/// A guard that forbids.
pub(crate) fn guard(name: &str, when: &str) -> Guard {
    Guard::new(&wording(name, when, Power::Never)).unwrap()
}

/// Rules as whoever judges by them is handed them.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the shape in which rules are handed on"
)]
pub(crate) fn rules(rules: Vec<Rule>, guards: Vec<Guard>) -> Option<Arc<Rules>> {
    Some(Arc::new(Rules::new(rules, guards, TimeZone::UTC)))
}

/// A desk whose list is there and read, under these.
fn desk(rules: Option<Arc<Rules>>, width: u16, height: u16) -> Desk {
    let mut settings = settings("PROD", true);
    settings.configured = Configured {
        rules,
        ..Configured::default()
    };
    let mut desk = Desk::new(settings, width, height);
    desk.fill();
    desk
}

/// Reads what was asked to be read again.
fn reread(desk: &mut Desk) {
    for chat in crate::console_world::chats() {
        let fact = chat.read(desk.now);
        desk.fact(fact);
    }
}

#[test]
fn a_guard_keeps_a_marked_chat_out_of_the_plan_and_says_its_name() {
    let guards = vec![guard("vip-desk", "queue:Billing")];
    let mut desk = desk(rules(Vec::new(), guards), 140, 40);
    desk.keys("2*x");
    reread(&mut desk);
    let text = desk.text();
    assert!(text.contains("guard vip-desk"), "{text}");
    let Some(Screen::Plan(planning)) = desk.app.screens.last() else {
        panic!("{text}");
    };
    let plan = planning.plan.clone().unwrap();
    assert!(!plan.items.is_empty() && plan.skipped.len() >= 2);
    for item in &plan.items {
        let row = desk.app.roster.row(item.id).unwrap();
        let queue = unstick::domain::shown::queue(&row).map(ToString::to_string);
        assert!(!queue.unwrap_or_default().contains("Billing"));
    }
}

#[test]
fn what_is_to_be_warned_of_is_counted_aloud_in_the_plan_and_in_the_box() {
    for (width, height) in [(140, 40), (80, 24), (64, 16)] {
        let warn = Rule::new(&wording("look-twice", "kind:orphan", Power::Warn)).unwrap();
        let mut desk = desk(rules(vec![warn], Vec::new()), width, height);
        desk.keys("2 x");
        reread(&mut desk);
        let text = desk.text();
        assert!(
            text.contains("1 warned of by look-twice"),
            "{width}: {text}"
        );
        desk.keys("nticket\rT");
        let text = desk.text();
        assert!(
            text.contains("1 warned of by look-twice"),
            "{width}: {text}"
        );
    }
}

#[test]
fn a_rule_raises_a_chat_on_the_list_and_its_page_says_which_and_why() {
    let wording = Wording {
        severity: Some(Severity::Stuck),
        hint: Some("quiet for {idle}"),
        ..wording("sleepers", "kind:idle", Power::Allow)
    };
    let before = desk(None, 140, 40).app.chats.counts;
    let mut desk = desk(
        rules(vec![Rule::new(&wording).unwrap()], Vec::new()),
        140,
        40,
    );
    let counts = desk.app.chats.counts;
    assert!(counts.stuck > before.stuck && counts.stale < before.stale);
    desk.keys("/rule:sleepers\r");
    assert_eq!(desk.app.chats.shown().len(), counts.stuck - before.stuck);
    desk.press(Key::char('g'));
    desk.keys("\r");
    let text = desk.text();
    assert!(text.contains("RULE"), "{text}");
    assert!(text.contains("stuck sleepers: quiet for "), "{text}");
}

#[test]
fn the_page_of_a_guarded_chat_says_that_it_is_left_alone_and_by_which_guard() {
    let guards = vec![guard("vip-desk", "kind:orphan")];
    let mut desk = desk(rules(Vec::new(), guards), 80, 24);
    desk.keys("/kind:orphan\r\r");
    let mut text = desk.text();
    for _ in 0..3 {
        desk.press(Key::ctrl('d'));
        text.push_str(&desk.text());
    }
    assert!(
        text.contains("PLAN      is left alone: see below"),
        "{text}"
    );
    assert!(text.contains("GUARD     vip-desk; left alone"), "{text}");
}

#[test]
fn whom_a_guard_or_a_rule_names_goes_by_initials_while_privacy_is_on() {
    let hint = "{agent.name} keeps {cust.name} in {queue.name}";
    let guards = vec![worded("vip-desk", "kind:orphan", hint)];
    let reason = Wording {
        hint: Some("ask {agent.name} of {cust.name}"),
        ..wording("known", "kind:orphan", Power::Allow)
    };
    let reasons = vec![Rule::new(&reason).unwrap()];
    let mut desk = desk(rules(reasons, guards), 140, 40);
    desk.keys("/kind:orphan\r\r");
    let text = desk.text();
    assert!(
        text.contains("vip-desk: Ana Lima keeps M. Okafor in Billing EU"),
        "{text}"
    );
    assert!(text.contains("known: ask Ana Lima of M. Okafor"), "{text}");
    desk.keys("z");
    let text = desk.text();
    assert!(
        text.contains("vip-desk: A. L. keeps M. O. in Billing EU"),
        "{text}"
    );
    assert!(text.contains("known: ask A. L. of M. O."), "{text}");
    assert!(!text.contains("Lima") && !text.contains("Okafor"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn what_a_guard_holds_at_the_check_goes_on_record_without_the_names_of_people() {
    let model = Model::new();
    let ids = [model.orphan(1), model.orphan(2)];
    for id in ids {
        model.rewrite(id, |chat| {
            for party in &mut chat.participants {
                party.name = Some(Text::clean("Canary Finch"));
            }
        });
    }
    let pace = Pace {
        canary: 1,
        max_parallel: 1,
    };
    let journal = MemoryJournal::default();
    let mut carried = engine_over(&model, &journal, pace);
    let plan = plan_for(&model, &ids, &Choices::default());
    let hint = "{cust.name} waits for {agent.name}";
    let guards = vec![worded("late", "agent:on", hint)];
    carried.engine.send(Command::Follow(rules(
        vec![Rule::new(&wording("r", "agent:on", Power::Allow)).unwrap()],
        guards,
    )));
    carried.engine.send(Command::Start {
        plan: Arc::new(plan),
        note: None,
    });
    carried.until(|_| false).await;
    for id in ids {
        let held = &carried.finals()[&id];
        assert_eq!(held.state, FinalState::Held);
        assert_eq!(held.reason, "guard late: [name] waits for [name]");
    }
    let kept = format!("{:?}", journal.facts());
    assert!(!kept.contains("Canary") && !kept.contains("Finch"));
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_comes_after_the_confirmation_holds_at_the_check_and_nothing_is_sent() {
    let model = Model::new();
    let ids = [model.orphan(1), model.orphan(2)];
    let pace = Pace {
        canary: 1,
        max_parallel: 1,
    };
    let mut carried = engine_over(&model, &MemoryJournal::default(), pace);
    let plan = plan_for(&model, &ids, &Choices::default());
    carried.engine.send(Command::Start {
        plan: Arc::new(plan),
        note: None,
    });
    let first = ids[0];
    carried
        .until(|run| {
            run.items
                .iter()
                .any(|item| item.plan.id == first && item.settled.is_some())
        })
        .await;
    let guards = vec![guard("too-late", "agent:on")];
    carried
        .engine
        .send(Command::Follow(rules(Vec::new(), guards)));
    carried.until(|_| false).await;
    let finals = carried.finals();
    assert_eq!(finals[&first].state, FinalState::Ended);
    let held = &finals[&ids[1]];
    assert_eq!(held.state, FinalState::Held);
    assert_eq!(held.reason, "guard too-late");
    assert!(sends(&model).iter().all(|sent| sent.conversation == first));
    assert!(model.is_open(ids[1]));
}

#[tokio::test(start_paused = true)]
async fn a_guard_judges_at_the_check_by_the_figures_names_and_requests_that_planning_had() {
    let model = Model::new();
    let patient = Thresholds {
        gone: SignedDuration::from_hours(24),
        ..Thresholds::default()
    };
    let mut names = Names::default();
    let division = Text::clean("d1");
    let sales = Named {
        id: division.clone(),
        name: Text::clean("Sales"),
        on_disconnect: None,
    };
    names.add(NameKind::Division, vec![sales], model.clock.now());
    let cases = [
        ("kind:serving", true),
        ("kind:orphan", false),
        ("division:Sales", true),
        ("division:Claims", false),
    ];
    for (bits, (when, is_held)) in (1..).zip(cases) {
        let id = model.orphan(bits);
        model.rewrite(id, |chat| chat.divisions = vec![division.clone()]);
        let mut known = Roster::judging_by(patient.clone());
        known.absorb_page(&[Listed::new(id, model.conversation(id).started)]);
        known.absorb_names(&Arc::new(names.clone()));
        let pace = Pace {
            canary: 1,
            max_parallel: 1,
        };
        let mut carried = engine_over(&model, &MemoryJournal::default(), pace);
        let guards = rules(Vec::new(), vec![guard("g", when)]);
        carried.engine.send(Command::Follow(guards));
        carried.engine.send(Command::KnowRows(Box::new(known)));
        let finals = carried
            .carry_out(plan_for(&model, &[id], &Choices::default()))
            .await;
        let settled = &finals[&id];
        let found = (settled.state, settled.reason.as_str());
        if is_held {
            assert_eq!(found, (FinalState::Held, "guard g"), "{when}");
        } else {
            assert_eq!(settled.state, FinalState::Ended, "{when}: {}", found.1);
        }
    }
}

#[test]
fn a_console_hands_the_engine_what_its_plan_was_judged_by() {
    let mut desk = Desk::full(80, 24);
    let id = crate::console_world::id("3f2a9c41");
    desk.confirm();
    desk.pass(3100);
    let planned = desk.started().unwrap().0;
    let known = desk.effects.iter().find_map(|effect| match effect {
        Effect::Engine(Command::KnowRows(known)) => Some(known),
        _ => None,
    });
    let known = known.unwrap();
    assert_eq!(known.len(), planned.items.len());
    assert_eq!(known.row(id), desk.app.roster.row(id));
}

#[test]
fn an_earlier_guard_that_still_holds_is_listed_beside_the_new_one_of_its_name() {
    let old = rules(Vec::new(), vec![guard("quiet-please", "queue:Claims")]);
    let new = rules(Vec::new(), vec![guard("quiet-please", "queue:Triage")]);
    let (both, _) = Rules::tightened(old.as_ref(), new);
    let mut desk = desk(both, 140, 40);
    desk.keys("W");
    let text = desk.text();
    let line = |filter: &str| {
        let mut lines = text.lines();
        let found = lines.find(|line| line.contains("quiet-please") && line.contains(filter));
        found.unwrap_or_else(|| panic!("{filter} is not there:\n{text}"))
    };
    assert!(
        line("queue:Triage").trim_end().ends_with("0+2? never"),
        "{text}"
    );
    assert!(
        line("queue:Claims").trim_end().ends_with("3 never"),
        "{text}"
    );
    desk.keys("j");
    assert!(
        desk.text()
            .contains("from an earlier file, until a restart")
    );
    desk.pass(3000);
    assert!(
        desk.text()
            .contains("from an earlier file, until a restart")
    );
    desk.keys("\r");
    assert_eq!(desk.app.chats.filter.text(), "queue:Claims");
}

#[test]
fn the_list_of_rules_says_when_a_change_of_the_file_applies() {
    let mut desk = desk(None, 80, 24);
    desk.keys("W");
    let text = desk.text();
    let words = "what forbids more applies at once; less, after a restart";
    let head = text.lines().nth(1).unwrap_or_default();
    assert!(
        head.contains("Rules and guards") && head.contains(words),
        "{text}"
    );
}
