//! Every cell of the matrix at the pure core: a run in which this step is due, this outcome, and what the machine does then.

use jiff::SignedDuration;
use unstick::domain::fact::{Class, FinalState, HaltCause, ItemEvent, RunEvent};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::ids::ConversationId;
use unstick::domain::roster::Ending;
use unstick::domain::rulings::{Case, OUTCOMES, Outcome, ReadRuling, Sign, Streak, Then};
use unstick::domain::run::machine::Todo;
use unstick::domain::step::{Action, Step};

use super::bench::{Bench, due};
use super::{PERMISSION, SENDING, failure_of};
use crate::journal_stage::{conversation, evidence, receipt};

#[track_caller]
fn halted(event: RunEvent, expected: HaltCause, failure: &Failure) {
    let RunEvent::Halted { cause, why } = event else {
        panic!("not halted: {event:?}")
    };
    assert_eq!(cause, expected);
    assert!(why.contains(&failure.short()), "{why}");
    if matches!(failure.kind, FailureKind::NotPermitted { .. }) {
        assert!(why.contains(PERMISSION), "{why}");
    }
}

#[track_caller]
fn paused(event: RunEvent, failure: &Failure) {
    let RunEvent::Paused { why } = event else {
        panic!("not paused: {event:?}")
    };
    assert!(why.contains(&failure.short()), "{why}");
    if let FailureKind::RateLimited {
        retry_after: Some(seconds),
    } = failure.kind
    {
        assert!(why.contains(&seconds.to_string()), "{why}");
    }
}

/// Every outcome with its case for a send, for each step that sends.
fn sends() -> impl Iterator<Item = (&'static Outcome, Case, Step)> {
    OUTCOMES.iter().flat_map(|outcome| {
        let cases = outcome.send.into_iter();
        cases.flat_map(move |case| SENDING.map(|step| (outcome, case, step)))
    })
}

/// A run in which this step was sent and came to this.
fn after(
    outcome: &Outcome,
    case: Case,
    step: Step,
    items: u128,
) -> (Bench, ConversationId, Failure) {
    let mut bench = Bench::of(step, items);
    let failure = failure_of(outcome, case);
    let (id, action) = bench.send();
    assert_eq!(action.step(), step);
    bench.answer(id, &failure);
    (bench, id, failure)
}

#[test]
fn every_outcome_of_every_step_is_recorded_by_its_class_and_followed_as_the_matrix_says() {
    for (outcome, case, step) in sends() {
        let rule = case.rule();
        let (mut bench, id, failure) = after(outcome, case, step, 1);
        let item = bench.machine.run().item(id).unwrap();
        let class = item.sends[0].answer.as_ref().unwrap().class;
        assert_eq!(class, rule.class, "{} at {step:?}", outcome.name);
        let answered = bench.now;
        match rule.then(step) {
            Then::Read | Then::ReadQuietly => {
                assert!(
                    matches!(bench.next(), Todo::Read { .. }),
                    "{} at {step:?}: a read comes first",
                    outcome.name
                );
                bench.see(id);
                if step == Step::Teardown && class == Class::Ambiguous {
                    let settled = bench.end_without_a_send();
                    assert_eq!(settled.state, FinalState::Escalate, "{}", outcome.name);
                    continue;
                }
                let (_, again) = bench.send();
                assert_eq!(again.step(), step, "{}", outcome.name);
                let silence = bench.now.duration_since(answered) >= SignedDuration::from_secs(15);
                assert_eq!(
                    silence,
                    rule.then(step) == Then::ReadQuietly,
                    "{} at {step:?}",
                    outcome.name
                );
            }
            Then::Hold => {
                let settled = bench.end_without_a_send();
                let state = if step == Step::WrapUp {
                    FinalState::WrapUpOwed
                } else {
                    assert!(settled.reason.contains(&failure.short()), "{settled:?}");
                    FinalState::Held
                };
                assert_eq!(settled.state, state, "{} at {step:?}", outcome.name);
            }
            Then::SkipLegs => {
                assert_eq!(bench.send().1, Action::Close, "{}", outcome.name);
            }
            Then::Pause(_) => {
                paused(bench.recorded(), &failure);
                assert_eq!(bench.read_on(), Todo::Wait(None), "{}", outcome.name);
                bench.fold(RunEvent::Resumed);
                assert_eq!(bench.send().1.step(), step, "{}", outcome.name);
            }
            Then::Halt(cause) => {
                halted(bench.recorded(), cause, &failure);
                let settled = bench.end_without_a_send();
                let state = if step == Step::WrapUp {
                    FinalState::WrapUpOwed
                } else {
                    FinalState::Unresolved
                };
                assert_eq!(settled.state, state, "{} at {step:?}", outcome.name);
            }
        }
    }
}

#[test]
fn what_is_over_after_a_failed_request_is_ours_only_where_it_may_have_been_applied() {
    for (outcome, case, step) in sends() {
        let (mut bench, _, _) = after(outcome, case, step, 1);
        bench.shown = evidence(Vec::new());
        let settled = loop {
            let todo = bench.read_on();
            match todo {
                Todo::Record(RunEvent::Paused { .. }) => {
                    bench.recorded_as(todo);
                    bench.fold(RunEvent::Resumed);
                }
                Todo::Record(RunEvent::Item {
                    what: ItemEvent::Settled(settled),
                    ..
                }) => break settled,
                todo => bench.recorded_as(todo),
            }
        };
        let state = match case.rule().class {
            Class::NotApplied => FinalState::EndedElsewhere,
            _ => FinalState::Ended,
        };
        assert_eq!(settled.state, state, "{} at {step:?}", outcome.name);
    }
}

#[test]
fn not_applied_five_times_is_given_up_and_in_doubt_twice_is_too() {
    for (outcome, case, step) in sends() {
        let rule = case.rule();
        if !matches!(rule.then(step), Then::Read | Then::ReadQuietly) || rule.send_streak.is_some()
        {
            continue;
        }
        let (mut bench, _, failure) = after(outcome, case, step, 1);
        let mut count = 1;
        let settled = loop {
            match bench.read_on() {
                Todo::Send {
                    id,
                    action,
                    attempt,
                    ..
                } => {
                    if action.step() != step {
                        // A leg that stays open leads on to close; that is another row's.
                        break None;
                    }
                    count += 1;
                    assert_eq!(attempt, count);
                    bench.item(id, ItemEvent::Intended { action, attempt });
                    bench.answer(id, &failure);
                }
                Todo::Record(RunEvent::Item {
                    what: ItemEvent::Settled(settled),
                    ..
                }) => break Some(settled),
                todo => panic!("{}: {todo:?}", outcome.name),
            }
        };
        let most = match (rule.class, step) {
            (Class::NotApplied, _) => 5,
            (_, Step::Teardown) => 1,
            _ => 2,
        };
        assert_eq!(count, most, "{} at {step:?}", outcome.name);
        if rule.class == Class::NotApplied {
            assert_eq!(settled.unwrap().state, FinalState::Unresolved);
        }
    }
}

#[test]
fn so_many_alike_in_a_row_halt_the_run_and_one_fewer_do_not() {
    for (outcome, case, step) in sends().filter(|(_, _, step)| *step != Step::Teardown) {
        let Some(Streak { times, cause }) = case.rule().send_streak else {
            continue;
        };
        let (mut bench, _, failure) = after(outcome, case, step, 4);
        for count in 2..=times {
            loop {
                match bench.read_on() {
                    Todo::Record(event) => {
                        assert!(
                            matches!(event, RunEvent::Item { .. }),
                            "{} halted after {}: {event:?}",
                            outcome.name,
                            count - 1
                        );
                        bench.fold(event);
                    }
                    Todo::Send {
                        id,
                        action,
                        attempt,
                        ..
                    } => {
                        bench.item(id, ItemEvent::Intended { action, attempt });
                        bench.answer(id, &failure);
                        break;
                    }
                    todo => panic!("{todo:?}"),
                }
            }
        }
        halted(bench.recorded(), cause, &failure);
    }
}

#[test]
fn an_accepted_request_in_between_begins_the_count_anew() {
    for (outcome, case, _) in sends().filter(|(_, _, step)| *step == Step::Legs) {
        if case.rule().send_streak.is_none() {
            continue;
        }
        let (mut bench, _, failure) = after(outcome, case, Step::Legs, 6);
        let mut turns = 0;
        while turns < 4 {
            match bench.read_on() {
                Todo::Record(event) => {
                    assert!(matches!(event, RunEvent::Item { .. }), "{event:?}");
                    bench.fold(event);
                    bench.shown = due(Step::Legs).1;
                }
                Todo::Send {
                    id,
                    action,
                    attempt,
                    ..
                } => {
                    bench.item(id, ItemEvent::Intended { action, attempt });
                    turns += 1;
                    if turns % 2 == 0 {
                        bench.answer(id, &failure);
                    } else {
                        bench.accept(id);
                        bench.shown = evidence(Vec::new());
                    }
                }
                todo => panic!("{todo:?}"),
            }
        }
    }
}

/// Every outcome with its case for a read, before and after a request of ours.
fn reads() -> impl Iterator<Item = (&'static Outcome, Case, bool)> {
    OUTCOMES.iter().flat_map(|outcome| {
        let cases = outcome.read.into_iter();
        cases.flat_map(move |case| [false, true].map(|sent| (outcome, case, sent)))
    })
}

#[test]
fn every_outcome_of_every_read_is_followed_as_the_matrix_says() {
    for (outcome, case, sent) in reads() {
        let rule = case.rule();
        let failure = failure_of(outcome, case);
        let mut bench = Bench::of(Step::Legs, 1);
        if sent {
            let (id, _) = bench.send();
            bench.accept(id);
        }
        let id = conversation(1);
        let fail = |bench: &mut Bench| {
            bench.item(
                id,
                ItemEvent::ReadFailed {
                    failure: failure.clone(),
                },
            );
        };
        assert!(matches!(bench.next(), Todo::Read { .. }));
        fail(&mut bench);
        let name = format!("{} sent={sent}", outcome.name);
        match rule.read {
            ReadRuling::Retry => {
                let mut count = 1;
                let event = loop {
                    match bench.next() {
                        Todo::Read { .. } => {
                            count += 1;
                            fail(&mut bench);
                        }
                        Todo::Record(event) => break event,
                        todo => panic!("{name}: {todo:?}"),
                    }
                };
                match (rule.read_streak, case) {
                    (Some(streak), _) => {
                        assert_eq!(count, streak.times, "{name}");
                        halted(event, streak.cause, &failure);
                    }
                    (None, Case::Unreachable) => {
                        assert_eq!(count, 3, "{name}");
                        assert!(
                            matches!(event, RunEvent::Paused { .. }),
                            "{name}: {event:?}"
                        );
                    }
                    (None, _) => {
                        assert_eq!(count, 5, "{name}");
                        assert_eq!(state_of(&event), Some(FinalState::Unresolved), "{name}");
                    }
                }
            }
            ReadRuling::Hold => {
                let event = bench.recorded();
                assert_eq!(state_of(&event), Some(FinalState::Held), "{name}");
            }
            ReadRuling::Gone => {
                assert!(matches!(bench.next(), Todo::Read { .. }), "{name}");
                fail(&mut bench);
                if sent {
                    assert_eq!(bench.next(), Todo::SeekEnd(id), "{name}");
                    let known = Ending {
                        asked_at: bench.now,
                        ended: Some(bench.now),
                        receipt: receipt(200),
                    };
                    bench.item(id, ItemEvent::sought(Ok(known)));
                }
                let event = bench.recorded();
                let state = if sent {
                    FinalState::Ended
                } else {
                    FinalState::Held
                };
                assert_eq!(state_of(&event), Some(state), "{name}");
            }
            ReadRuling::Pause(_) => {
                paused(bench.recorded(), &failure);
                assert_eq!(bench.next(), Todo::Wait(None), "{name}");
                bench.fold(RunEvent::Resumed);
                assert!(matches!(bench.next(), Todo::Read { .. }), "{name}");
            }
            ReadRuling::Halt(cause) => {
                halted(bench.recorded(), cause, &failure);
                let state = if sent {
                    FinalState::Unresolved
                } else {
                    FinalState::Cancelled
                };
                assert_eq!(bench.end_without_a_send().state, state, "{name}");
            }
            ReadRuling::Unreadable => {
                let event = bench.recorded();
                assert_eq!(state_of(&event), Some(FinalState::Unresolved), "{name}");
            }
        }
    }
}

fn state_of(event: &RunEvent) -> Option<FinalState> {
    match event {
        RunEvent::Item {
            what: ItemEvent::Settled(settled),
            ..
        } => Some(settled.state),
        _ => None,
    }
}

#[test]
fn reads_that_fail_alike_for_one_chat_after_the_other_halt_the_run() {
    for (outcome, case, _) in reads().filter(|(_, _, sent)| !sent) {
        let rule = case.rule();
        let Some(Streak { times, cause }) = rule.read_streak else {
            continue;
        };
        let failure = failure_of(outcome, case);
        let mut bench = Bench::of(Step::Legs, 5);
        for count in 1..=times {
            let Todo::Read { id, .. } = bench.next() else {
                panic!("no read")
            };
            bench.item(
                id,
                ItemEvent::ReadFailed {
                    failure: failure.clone(),
                },
            );
            if count == times {
                halted(bench.recorded(), cause, &failure);
            } else if rule.read == ReadRuling::Hold {
                assert_eq!(state_of(&bench.recorded()), Some(FinalState::Held));
            }
        }
        assert_eq!(
            bench.end_without_a_send().state,
            FinalState::Cancelled,
            "{}",
            outcome.name
        );
    }
}

#[test]
fn a_sign_in_that_fails_leaves_no_doubt_about_the_request_that_wanted_it() {
    for (outcome, case, _) in reads().filter(|(_, _, sent)| !sent) {
        if matches!(outcome.sign, Sign::NoAnswer) && case == Case::NotSent {
            continue;
        }
        let told = failure_of(outcome, case);
        let failure = Failure {
            kind: unstick::domain::rulings::of_sign_in(told.kind.clone()),
            ..told
        };
        let mut bench = Bench::of(Step::Legs, 1);
        let (id, _) = bench.send();
        bench.answer(id, &failure);
        assert!(
            !bench.machine.run().item(id).unwrap().has_acted(),
            "{}",
            outcome.name
        );
    }
}
