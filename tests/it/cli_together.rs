//! Two programs at a time on one journal or on two, and parts of one program that fall over in mid-run: one of them carries a run out, and
//! whatever happens can be resumed to its true end.

use std::process::{Child, Stdio};
use std::thread;

use serde_json::json;
use unstick::domain::fact::FinalState;

use crate::pty_console::start_run;
use crate::support::ledger::{Broken, Ledger, reckon};
use crate::support::pty::Pty;
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// The first request that ends something: applied, and not answered.
fn hold_a_request(served: &Served) {
    let held = json!({ "step": "legs", "hold": true, "when": "after" });
    served.order(&json!({ "fault": [held] }));
}

fn release(served: &Served) {
    served.order(&json!({ "clear": true, "release": true }));
}

/// Starts to end one chat.
fn terminate(home: &Home, served: &Served, id: &str) -> Child {
    let flag = served.flag();
    home.start(&["terminate", &flag, "--ids", id, "--confirm", "sandbox 1"])
}

fn end(child: Child) -> Ran {
    Ran::of(&child.wait_with_output().unwrap())
}

/// The newest run came to this end, and what is on record is so.
fn came_out(home: &Home, served: &Served, state: FinalState) {
    let ledger = Ledger::of(home);
    let run = ledger.newest().unwrap();
    let mut broken = Broken::default();
    ledger.verify(&mut broken);
    reckon(&run, &served.told("truth"), &mut broken);
    assert!(broken.is_nothing(), "{broken:#?}");
    for item in &run.items {
        let (settled, _) = item.settled.clone().unwrap();
        assert_eq!(settled.state, state, "{}", settled.reason);
    }
}

#[test]
fn f31_a_second_program_on_this_machine_is_told_who_holds_the_journal() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let (first, second) = (served.id("orphan"), served.id("bot-loop"));
    served.order(&json!({ "fault": [{ "step": "legs", "hold": true }] }));
    let running = terminate(&home, &served, &first);
    served.wait_until_held(&first);
    let ran = end(terminate(&home, &served, &second));
    let holder = format!("pid {} on ", running.id());
    ran.refused(5, &["another unstick holds the journal", &holder]);
    // A console is told the same, and stays open.
    let mut pty = Pty::unstick(&[&served.flag()], &home);
    pty.wait_for_text("2 Stuck 3");
    for (keys, then) in [
        ("2", "[2 Stuck"),
        ("*x", "T opens the box"),
        ("T", "Type   sandbox 3"),
    ] {
        pty.keys(keys);
        pty.wait_for_text(then);
    }
    pty.phrase("sandbox 3");
    pty.keys("\r");
    pty.wait_for_text("another unstick holds the journal");
    pty.keys("q");
    pty.ended();
    release(&served);
    end(running).expect(0);
    came_out(&home, &served, FinalState::Ended);
    assert_eq!(served.ended(&home), [first]);
}

#[test]
fn f31_what_a_second_machine_ended_meanwhile_is_ended_elsewhere() {
    let homes = [Home::new(), Home::new()];
    let served = Served::start(&homes[0], &["quiet"]);
    let id = served.id("orphan");
    // The first machine's check stands still, after two reads for its plan.
    let check = json!({ "step": "read", "conversation": id, "nth": 3, "hold": true });
    served.order(&json!({ "fault": [check] }));
    let late = terminate(&homes[0], &served, &id);
    assert_eq!(served.wait_until_held(&id), "unapplied");
    end(terminate(&homes[1], &served, &id)).expect(0);
    came_out(&homes[1], &served, FinalState::Ended);
    release(&served);
    end(late).expect(0);
    let run = Ledger::of(&homes[0]).newest().unwrap();
    let (settled, _) = run.items[0].settled.clone().unwrap();
    assert_eq!(settled.state, FinalState::EndedElsewhere, "{settled:?}");
    assert!(run.items[0].sends.is_empty());
}

#[test]
fn f32_of_two_resumes_one_wins() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let id = served.id("orphan");
    hold_a_request(&served);
    let mut killed = terminate(&home, &served, &id);
    served.wait_until_held(&id);
    killed.kill().unwrap();
    killed.wait().unwrap();
    let flag = served.flag();
    let resume = ["runs", "resume", "1", &flag, "--confirm", "sandbox 1"];
    // The first holds the journal while its read stands still.
    let read = json!({ "step": "read", "hold": true });
    served.order(&json!({ "clear": true, "release": true, "fault": [read] }));
    let first = home.start(&resume);
    served.wait_until_held(&id);
    let holder = format!("pid {} on ", first.id());
    let second = end(home.start(&resume));
    second.refused(5, &["another unstick holds the journal", &holder]);
    release(&served);
    end(first).expect(0);
    came_out(&home, &served, FinalState::Ended);
}

#[test]
fn f32_resumes_at_the_same_moment_end_a_chat_once() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let id = served.id("orphan");
    let killed = home
        .command(&[
            "terminate",
            &served.flag(),
            "--ids",
            &id,
            "--confirm",
            "sandbox 1",
        ])
        .env("UNSTICK_CRASH_AT", "after-confirm")
        .output()
        .unwrap();
    assert_eq!(killed.status.code(), None);
    let flag = served.flag();
    let resume = ["runs", "resume", "1", &flag, "--confirm", "sandbox 1"];
    let codes: Vec<Option<i32>> = thread::scope(|scope| {
        let all: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| home.run(&resume).code))
            .collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    // Whoever came when all was done already found nothing to do, or only its end to record.
    assert!(codes.contains(&Some(0)), "{codes:?}");
    let others = codes.iter().filter(|code| **code != Some(0));
    assert!(
        others.clone().all(|code| matches!(code, Some(5 | 6))),
        "{codes:?}"
    );
    assert!(others.count() >= 1, "{codes:?}");
    came_out(&home, &served, FinalState::Ended);
    let run = Ledger::of(&home).newest().unwrap();
    assert_eq!(run.items[0].sends.len(), 1, "it was sent twice");
}

/// The tasks in which a panic is tried while a run goes on.
const TASKS: [&str; 3] = ["request", "run", "journal"];

/// A run that fell over is resumed to its end, if it did not get there.
fn resumed(home: &Home, served: &Served, chats: usize) {
    let ledger = Ledger::of(home);
    let run = ledger.newest().expect("the run is on record");
    let flag = served.flag();
    if run.confirmed.is_none() {
        assert!(served.changed_by_us(home).is_empty(), "sent unconfirmed");
        return;
    }
    if run.finished.is_none() {
        let left = run.open_items().count();
        assert!(left <= chats);
        let phrase = format!("sandbox {left}");
        let resume = ["runs", "resume", "1", &flag, "--confirm", &phrase];
        home.run(&resume).expect(0);
    }
    let mut broken = Broken::default();
    let run = ledger.newest().unwrap();
    ledger.verify(&mut broken);
    reckon(&run, &served.told("truth"), &mut broken);
    assert!(broken.is_nothing(), "{broken:#?}");
    assert!(run.finished.is_some());
}

#[test]
fn f47_a_panic_in_any_task_of_a_command_leaves_with_70_and_can_be_resumed() {
    thread::scope(|scope| {
        for task in TASKS {
            scope.spawn(move || {
                let home = Home::new();
                let served = Served::start(&home, &["quiet"]);
                let id = served.id("orphan");
                let child = home
                    .command(&[
                        "terminate",
                        &served.flag(),
                        "--ids",
                        &id,
                        "--confirm",
                        "sandbox 1",
                    ])
                    .env("UNSTICK_CRASH_AT", format!("panic-in-{task}"))
                    .stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap();
                let ran = end(child).expect(70);
                assert!(ran.stderr.contains("internal error"), "{task}: {ran:?}");
                assert!(ran.stderr.contains("unstick runs"), "{task}: {ran:?}");
                resumed(&home, &served, 1);
            });
        }
    });
}

#[test]
fn f47_a_panic_in_any_task_of_the_console_gives_the_terminal_back_leaves_with_70_and_can_be_resumed()
 {
    thread::scope(|scope| {
        for task in TASKS {
            scope.spawn(move || {
                let home = Home::new();
                let served = Served::start(&home, &["quiet"]);
                let told = format!("panic-in-{task}");
                let told = [("UNSTICK_CRASH_AT", told.as_str())];
                let mut pty = Pty::start(Home::binary(), &[&served.flag()], &home, &told);
                pty.wait_for_text("3 stuck and 1 stale of 7");
                start_run(&mut pty);
                assert_eq!(pty.ended().exit_code(), 70, "{task}: {}", pty.text());
                pty.is_as_found();
                let text = pty.text();
                assert!(text.contains("internal error"), "{task}: {text}");
                resumed(&home, &served, 3);
            });
        }
    });
}

#[test]
fn f47_a_panic_of_whoever_reads_the_keyboard_gives_the_terminal_back_and_leaves_with_70() {
    let home = Home::new();
    let told = [("UNSTICK_CRASH_AT", "panic-in-keyboard")];
    let mut pty = Pty::start(Home::binary(), &["--sandbox=quiet"], &home, &told);
    pty.wait_for_text("orphan");
    pty.keys("j");
    assert_eq!(pty.ended().exit_code(), 70, "{}", pty.text());
    pty.is_as_found();
}
