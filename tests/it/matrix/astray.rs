//! The teardown of what is over in truth and open in analytics, led by hand at the pure core: nothing but analytics' own word, and only one
//! that is fresh, lets it leave or calls it over.

use jiff::{SignedDuration, Timestamp};
use unstick::domain::conversation::{Message, Purpose, Side};
use unstick::domain::decide::{READINGS, reading_of};
use unstick::domain::evidence::{Evidence, OpenLeg};
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, Settled};
use unstick::domain::failure::{Failure, FailureKind, Receipt};
use unstick::domain::roster::Ending;
use unstick::domain::run::machine::Todo;
use unstick::domain::step::{Action, Rung};

use super::bench::Bench;
use crate::journal_stage::{at, conversation, crowd, evidence, leg, receipt};
use crate::model::failure;

/// The customer writes once the teardown has taken effect, and who is there then.
fn written(legs: Vec<OpenLeg>) -> Evidence {
    let message = Message {
        id: "m-new".into(),
        at: at(3_600_000),
        from: Side::Customer,
    };
    Evidence {
        customer: Some(message),
        ..evidence(legs)
    }
}

/// Analytics, asked first, has it as open.
fn asked() -> Bench {
    let mut bench = Bench::stray();
    seeks(&mut bench, None);
    bench
}

/// The next thing is that analytics is asked.
#[track_caller]
fn seeks(bench: &mut Bench, ended: Option<Timestamp>) {
    let todo = bench.read_on();
    assert_eq!(todo, Todo::SeekEnd(conversation(1)));
    bench.sought(conversation(1), ended);
}

/// It was sent, and accepted.
fn torn_down() -> Bench {
    let mut bench = asked();
    let (id, action) = bench.send();
    assert_eq!(action, Action::Teardown);
    bench.accept(id);
    bench
}

/// Goes on to the end of the run, where analytics says this whenever it is asked.
fn settled(bench: &mut Bench, ended: Option<Timestamp>) -> Settled {
    while ended.is_some() {
        match bench.read_on() {
            Todo::SeekEnd(id) => bench.sought(id, ended),
            Todo::Record(event) => {
                bench.recorded_as(Todo::Record(event));
                break;
            }
            todo => panic!("{todo:?}"),
        }
    }
    if ended.is_none() {
        return bench.end_without_a_send();
    }
    let item = &bench.machine.run().items[0];
    item.settled.as_ref().expect("a final state").0.clone()
}

#[test]
fn a_customer_who_writes_after_a_teardown_does_not_stand_in_for_analytics() {
    let mut bench = torn_down();
    bench.shown = written(Vec::new());
    let settled = settled(&mut bench, None);
    assert_eq!(settled.state, FinalState::Escalate, "{}", settled.reason);
    assert!(
        settled.reason.contains("still knows of no end"),
        "{}",
        settled.reason
    );
}

#[test]
fn a_customer_who_writes_after_a_teardown_is_told_of_once_analytics_knows_of_the_end() {
    let mut bench = torn_down();
    bench.shown = written(Vec::new());
    let ended = bench.now;
    let settled = settled(&mut bench, Some(ended));
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    assert!(settled.reopened && settled.incident.is_none());
    assert!(
        settled.reason.starts_with("analytics knows of its end now"),
        "{}",
        settled.reason
    );
}

#[test]
fn a_customer_who_is_back_after_a_teardown_holds_it() {
    for purpose in [Purpose::Customer, Purpose::Bot] {
        let mut bench = torn_down();
        bench.shown = written(vec![OpenLeg {
            since: Some(at(3_600_000)),
            ..leg(purpose, 9)
        }]);
        let settled = settled(&mut bench, None);
        assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    }
}

/// Where legs were planned, reads are the proof as before.
#[test]
fn what_had_a_leg_open_is_ended_by_reads() {
    let mut bench = Bench::with(Rung::Teardown, &crowd(), 1);
    let (id, _) = bench.send();
    bench.accept(id);
    bench.shown = written(Vec::new());
    assert!(matches!(bench.next(), Todo::Read { .. }));
    bench.see(id);
    let run = bench.machine.run();
    let row = reading_of(run.item(id).unwrap(), &run.situation(bench.now)).unwrap();
    assert_eq!(row.shows, READINGS[4].shows);
    let settled = bench.end_without_a_send();
    assert!(settled.state == FinalState::Ended && settled.reopened);
}

/// What may pass between analytics' answer and the request that rests on it.
#[derive(Debug, Clone, Copy)]
enum Between {
    /// Time alone: the read took so long, or its turn came so late.
    Nothing,
    /// Somebody paused the run, and let it go on.
    Pause,
    /// The program ended, and the run was taken up again.
    Crash,
    /// The machine's clock was set back.
    SetBack,
}

impl Between {
    fn pass(self, bench: &mut Bench, seconds: i64) {
        let time = SignedDuration::from_secs(seconds);
        match self {
            Self::Nothing => bench.now += time,
            Self::SetBack => bench.now -= time,
            Self::Pause => {
                let why = "by a test".to_owned();
                bench.fold(RunEvent::Paused { why });
                assert!(matches!(bench.machine.next(bench.now), Todo::Wait(_)));
                bench.now += time;
                bench.fold(RunEvent::Resumed);
            }
            Self::Crash => {
                bench.now += time;
                bench.fold(RunEvent::Recovered);
            }
        }
    }
}

#[test]
fn a_teardown_leaves_on_a_fresh_word_of_analytics_only() {
    for between in [
        Between::Nothing,
        Between::Pause,
        Between::Crash,
        Between::SetBack,
    ] {
        for seconds in [6, 60, 1200] {
            let mut bench = asked();
            between.pass(&mut bench, seconds);
            let todo = bench.read_on();
            let seek = Todo::SeekEnd(conversation(1));
            assert_eq!(todo, seek, "{between:?}, {seconds} s");
            // It ended for analytics as well meanwhile: nothing is sent.
            let ended = bench.now;
            bench.sought(conversation(1), Some(ended));
            let settled = bench.end_without_a_send();
            assert_eq!(settled.state, FinalState::EndedElsewhere);
        }
    }
}

#[test]
fn a_teardown_leaves_once_a_word_of_analytics_that_grew_old_was_asked_for_again() {
    let mut bench = asked();
    Between::Pause.pass(&mut bench, 1200);
    seeks(&mut bench, None);
    let (_, action) = bench.send();
    assert_eq!(action, Action::Teardown);
}

/// A read that comes right after the answer does not make it old: analytics is asked once.
#[test]
fn analytics_is_asked_once_where_nothing_takes_long() {
    for seconds in [0, 3] {
        let mut bench = asked();
        Between::Nothing.pass(&mut bench, seconds);
        let (_, action) = bench.send();
        assert_eq!(action, Action::Teardown);
    }
}

/// Answers that always grow old before a read is there, and reads before an answer: it ends, and nothing was sent.
#[test]
fn what_is_always_too_slow_is_let_go_and_not_asked_for_ever() {
    let mut bench = Bench::stray();
    for _ in 0..200 {
        match bench.next() {
            Todo::Read { id, .. } => {
                bench.see(id);
                bench.now += SignedDuration::from_secs(6);
            }
            Todo::SeekEnd(id) => {
                bench.sought(id, None);
                bench.now += SignedDuration::from_secs(4);
            }
            Todo::Finished => return,
            todo => bench.recorded_as(todo),
        }
    }
    panic!("it does not end");
}

/// An answer is as old as its question: one that took long is old when it comes.
#[test]
fn an_answer_of_analytics_that_took_long_carries_nothing() {
    let mut bench = Bench::stray();
    let mut asked = 0;
    let settled = loop {
        match bench.read_on() {
            Todo::SeekEnd(id) => {
                asked += 1;
                let slow = Receipt {
                    took_ms: 6_000,
                    ..receipt(200)
                };
                let known = Ending {
                    asked_at: bench.now - SignedDuration::from_secs(6),
                    ended: None,
                    receipt: slow,
                };
                bench.item(id, ItemEvent::sought(Ok(known)));
            }
            Todo::Record(event) => {
                bench.fold(event);
                let item = &bench.machine.run().items[0];
                break item.settled.clone().expect("a final state").0;
            }
            todo => panic!("{todo:?}"),
        }
    };
    assert_eq!(settled.state, FinalState::Unresolved, "{}", settled.reason);
    assert_eq!(asked, 5);
}

/// Its question left long before the answer was recorded, however little the request itself took: another request went before it.
#[test]
fn an_answer_of_analytics_is_as_old_as_its_question_and_not_as_its_request_took() {
    let mut bench = Bench::stray();
    assert_eq!(bench.read_on(), Todo::SeekEnd(conversation(1)));
    let known = Ending {
        asked_at: bench.now - SignedDuration::from_secs(6),
        ended: None,
        receipt: receipt(200),
    };
    bench.item(conversation(1), ItemEvent::sought(Ok(known)));
    assert_eq!(bench.read_on(), Todo::SeekEnd(conversation(1)));
}

/// A journal of before says nothing of when analytics was asked: what the request took stands in for that.
#[test]
fn where_it_is_not_recorded_when_analytics_was_asked_what_the_request_took_counts() {
    for (took_ms, is_old) in [(6_000, true), (40, false)] {
        let mut bench = Bench::stray();
        assert_eq!(bench.read_on(), Todo::SeekEnd(conversation(1)));
        let before = ItemEvent::EndSought {
            asked_at: None,
            ended: None,
            receipt: Some(Receipt {
                took_ms,
                ..receipt(200)
            }),
            failure: None,
        };
        let kept = serde_json::to_string(&before).unwrap();
        assert!(!kept.contains("asked_at"), "{kept}");
        bench.item(conversation(1), serde_json::from_str(&kept).unwrap());
        let asks_again = bench.read_on() == Todo::SeekEnd(conversation(1));
        assert_eq!(asks_again, is_old);
    }
}

/// Analytics gives no answer.
fn unanswered(bench: &mut Bench) {
    assert_eq!(bench.read_on(), Todo::SeekEnd(conversation(1)));
    let failure = Failure::local(FailureKind::TimedOut, "no luck");
    bench.item(conversation(1), ItemEvent::sought(Err(failure)));
}

#[test]
fn analytics_that_fails_once_after_good_answers_is_asked_again_and_holds_it_the_second_time() {
    let mut bench = asked();
    Between::Nothing.pass(&mut bench, 60);
    unanswered(&mut bench);
    // An answer in between begins the count anew.
    seeks(&mut bench, None);
    Between::Nothing.pass(&mut bench, 60);
    unanswered(&mut bench);
    unanswered(&mut bench);
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    assert!(
        settled.reason.contains("gave no answer"),
        "{}",
        settled.reason
    );
}

#[test]
fn a_teardown_that_was_turned_down_and_then_stopped_says_so_and_speaks_of_no_open_leg() {
    let mut bench = asked();
    let (id, _) = bench.send();
    let slow = failure(FailureKind::RateLimited { retry_after: None }, Some(429));
    bench.answer(id, &slow);
    bench.fold(RunEvent::Stopped {
        by: "a test".to_owned(),
    });
    let settled = bench.end_without_a_send();
    assert_eq!(settled.state, FinalState::Unresolved);
    assert_eq!(
        settled.reason,
        "stopped before the teardown was carried out"
    );
}
