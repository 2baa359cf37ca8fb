//! Whom the processor is given to: the loop of a console comes before the threads behind it, and before nobody else.

use std::collections::BTreeMap;
use std::fs;

use rustix::process::getpriority_process;

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;
use crate::support::waiting::wait_until;

/// How far threads of the runtime stand behind, as `nice` counts.
const BEHIND: i32 = 5;

/// What each thread of a process is called, and its priority by its number.
fn threads(process: impl std::fmt::Display) -> BTreeMap<String, (String, i32)> {
    let tasks = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let read = tasks.filter_map(|task| {
        let number = task.unwrap().file_name().into_string().unwrap();
        // One may have ended meanwhile.
        let told = fs::read_to_string(format!("/proc/{process}/task/{number}/stat")).ok()?;
        let (before, behind) = told.rsplit_once(')').unwrap();
        let (_, name) = before.split_once('(').unwrap();
        // The nineteenth of all, the second of which is the name.
        let nice = behind.split_whitespace().nth(16).unwrap().parse().unwrap();
        Some((number, (name.to_owned(), nice)))
    });
    read.collect()
}

fn is_of_runtime(name: &str) -> bool {
    name.starts_with("tokio")
}

#[test]
fn behind_a_console_only_threads_of_the_runtime_stand_back() {
    let home = Home::new();
    let mut pty = Pty::unstick(&["--sandbox=quiet"], &home);
    pty.wait_for_text("orphan");
    let ours = getpriority_process(None).unwrap();
    let process = pty.process_id();
    let due = |name: &str| {
        if is_of_runtime(name) {
            ours + BEHIND
        } else {
            ours
        }
    };
    // A thread that has only just begun has not stood back yet.
    wait_until(
        || {
            threads(process)
                .values()
                .all(|(name, nice)| *nice == due(name))
        },
        || format!("{:?}", threads(process)),
    );
    let all = threads(process);
    let of_runtime = all.values().filter(|(name, _)| is_of_runtime(name));
    assert!(of_runtime.count() >= 2, "{all:?}");
    for named in ["unstick", "keyboard", "browser", "journal"] {
        assert!(
            all.values().any(|(name, _)| name == named),
            "{named}: {all:?}"
        );
    }
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}

#[test]
fn without_a_console_no_thread_stands_back() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let ours = getpriority_process(None).unwrap();
    let all = threads(served.child.id());
    assert!(all.values().any(|(name, _)| is_of_runtime(name)), "{all:?}");
    assert!(all.values().all(|(_, nice)| *nice == ours), "{all:?}");
}
