//! A journal in trouble, with the real binary: a full disk, a damaged file, a newer one, a folder that takes nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

use rusqlite::Connection;
use serde_json::Value;

use crate::support::pty::Pty;
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// Chats that nobody is in, on a sandbox where what was accepted is applied before anybody can look.
fn orphans(home: &Home, count: usize) -> (Served, String) {
    let scenario = format!(
        "description = \"orphans\"\n[platform]\napply_ms = [0, 0]\n[[chat]]\nkind = \"orphan\"\ncount = {count}\n"
    );
    let scenario = home.write("orphans.toml", &scenario);
    let served = Served::start(home, &[scenario.to_str().unwrap()]);
    let ids = served.of_kind(home, "orphan").join(",");
    (served, ids)
}

fn terminate(home: &Home, served: &Served, ids: &str, count: usize) -> Command {
    let phrase = format!("sandbox {count}");
    let flag = served.flag();
    home.command(&["terminate", &flag, "--ids", ids, "--confirm", &phrase])
}

fn resume(home: &Home, served: &Served, count: usize) -> Ran {
    let phrase = format!("sandbox {count}");
    home.run(&["runs", "resume", "1", &served.flag(), "--confirm", &phrase])
}

fn journal(home: &Home) -> PathBuf {
    home.path("home/data/journal.db")
}

fn spill(home: &Home) -> PathBuf {
    home.path("home/state/spill-0001.jsonl")
}

/// Facts of the first run that say this of themselves.
fn facts(home: &Home, what: &str) -> Vec<Value> {
    let told = home.run(&["runs", "export", "1"]).expect(0);
    let mut facts = told.json_lines();
    facts.retain(|fact| fact["what"] == what);
    facts
}

/// Conversations without a final state.
fn unsettled(home: &Home) -> usize {
    let shown = home.run(&["runs", "show", "1", "--json"]).expect(0);
    let items = shown.json_lines()[0]["items"].clone();
    let items = items.as_array().unwrap();
    items
        .iter()
        .filter(|item| item["settled"].is_null())
        .count()
}

/// How many requests of ours took effect; one may show in several changes.
fn sent(home: &Home, served: &Served) -> usize {
    let changes = served.changed_by_us(home);
    let requests: BTreeSet<String> = changes
        .iter()
        .map(|change| change["request"].to_string())
        .collect();
    requests.len()
}

/// Outcomes on record of what was sent. What had leave to be sent when the journal broke was not sent any more, and says so.
fn answered(home: &Home) -> Vec<Value> {
    let mut outcomes = facts(home, "answered");
    outcomes.retain(|fact| fact["failure"]["kind"]["kind"] != "not-sent");
    outcomes
}

/// The truth and the journal agree: everything ended, by one accepted request each, and no outcome had to be guessed.
fn all_ended_once(home: &Home, served: &Served, count: usize, case: &str) {
    assert_eq!(served.ended(home).len(), count, "{case}");
    assert_eq!(sent(home, served), count, "{case}");
    let outcomes = answered(home);
    assert_eq!(outcomes.len(), count, "{case}");
    let is_accepted = |fact: &Value| fact["class"] == "ACCEPTED";
    assert!(outcomes.iter().all(is_accepted), "{case}");
    home.run(&["runs", "verify"]).expect(0);
}

#[test]
fn f27_a_disk_that_is_full_for_an_intent_lets_nothing_out() {
    let home = Home::new();
    let (served, ids) = orphans(&home, 2);
    let mut command = terminate(&home, &served, &ids, 2);
    let ran = Ran::of(&command.env("UNSTICK_FAIL_AT", "intent").output().unwrap()).expect(1);
    assert!(
        ran.stderr.contains("the journal cannot be written"),
        "{ran:?}"
    );
    assert!(served.changed_by_us(&home).is_empty());
    assert!(!spill(&home).exists());
    resume(&home, &served, 2).expect(0);
    all_ended_once(&home, &served, 2, "intent");
}

#[test]
fn f27_an_outcome_that_finds_the_disk_full_is_kept_elsewhere_and_taken_in() {
    for (point, open) in [("outcome", 3), ("outcome:2", 2), ("final", 3)] {
        let home = Home::new();
        let (served, ids) = orphans(&home, 3);
        let mut command = terminate(&home, &served, &ids, 3);
        let ran = Ran::of(&command.env("UNSTICK_FAIL_AT", point).output().unwrap()).expect(1);
        let file = spill(&home).display().to_string();
        assert!(ran.stderr.contains("Nothing more is sent"), "{ran:?}");
        assert!(ran.stderr.contains(&file), "{ran:?}");
        let sent = sent(&home, &served);
        let spilt = fs::read_to_string(&file).unwrap();
        let was_sent = |line: &&str| !line.contains(r#""kind":"not-sent""#);
        let kept = spilt.lines().filter(was_sent).count();
        let recorded = answered(&home).len();
        match point {
            "final" => assert_eq!((kept, recorded, sent), (1, 1, 1), "{point}"),
            _ => assert_eq!(
                kept + recorded,
                sent,
                "{point}: nothing that was sent is without its outcome"
            ),
        }
        assert_eq!(unsettled(&home), open, "{point}");
        // What was kept of a final state settles it before the phrase counts.
        let left = if point == "final" { 2 } else { open };
        let ran = resume(&home, &served, left).expect(0);
        assert!(ran.stderr.contains("were taken in"), "{ran:?}");
        assert!(!spill(&home).exists());
        all_ended_once(&home, &served, 3, point);
    }
}

#[test]
fn f27_where_nothing_can_be_kept_the_outcome_is_printed() {
    for is_put_back in [false, true] {
        let home = Home::new();
        let (served, ids) = orphans(&home, 1);
        let mut command = terminate(&home, &served, &ids, 1);
        let told = command
            .env("UNSTICK_FAIL_AT", "outcome,spill")
            .output()
            .unwrap();
        let ran = Ran::of(&told).expect(1);
        let lines: Vec<Value> = ran
            .stderr
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        assert_eq!(lines.len(), 1, "{ran:?}");
        assert_eq!(lines[0]["fact"]["class"], "ACCEPTED");
        if is_put_back {
            let line = ran
                .stderr
                .lines()
                .find(|line| line.starts_with('{'))
                .unwrap();
            home.write("home/state/spill-0001.jsonl", &format!("{line}\n"));
        }
        resume(&home, &served, 1).expect(0);
        let outcomes = facts(&home, "answered");
        let class = if is_put_back { "ACCEPTED" } else { "AMBIGUOUS" };
        assert_eq!(outcomes.len(), 1);
        assert_eq!(outcomes[0]["class"], class);
        assert_eq!(sent(&home, &served), 1, "it was not sent again");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn f27_a_disk_without_room_is_found_before_anybody_types_a_phrase() {
    let home = Home::new();
    // A journal is there, and what its opening needs has room; what a run needs has not.
    let (served, id) = with_a_run(&home);
    let before = sent(&home, &served);
    let mut command = with_a_limit(&home, 200);
    command.args(["terminate", &served.flag(), "--ids", &id]);
    let refused = Ran::of(&command.output().unwrap()).expect(2);
    assert!(refused.stderr.contains("cannot be used"), "{refused:?}");
    assert!(refused.stderr.contains("the free space"), "{refused:?}");
    assert_eq!(sent(&home, &served), before);
}

/// The binary, that can make no file larger than so many KiB.
#[cfg(target_os = "linux")]
fn with_a_limit(home: &Home, kib: u64) -> Command {
    let mut command = Command::new("prlimit");
    command
        .arg(format!("--fsize={}", kib * 1024))
        .args(["env", "--ignore-signal=XFSZ"])
        .arg(Home::binary())
        .args(["--log-level", "off"])
        .env_clear()
        .envs(home.variables());
    command
}

/// A limit on the size of files is a full disk that needs no rights: whatever write meets it, what is on record is true.
#[cfg(target_os = "linux")]
#[test]
fn f27_whichever_write_meets_the_limit_nothing_is_lost_and_nothing_sent_twice() {
    let cases = thread::scope(|scope| {
        let started: Vec<_> = (0..8)
            .map(|step| scope.spawn(move || limited(262 + 20 * step)))
            .collect();
        let ended: Vec<_> = started
            .into_iter()
            .map(|case| case.join().unwrap())
            .collect();
        ended
    });
    assert!(
        cases.contains(&true),
        "some limit was met after a request had been sent"
    );
}

/// Ends three chats with files of so many KiB at most, then resumes without a limit. Answers whether it was cut short after a send.
#[cfg(target_os = "linux")]
fn limited(kib: u64) -> bool {
    let home = Home::new();
    let (served, ids) = orphans(&home, 3);
    let mut command = with_a_limit(&home, kib);
    let flag = served.flag();
    command.args(["terminate", &flag, "--ids", &ids, "--confirm", "sandbox 3"]);
    let ran = Ran::of(&command.output().unwrap());
    let sent = sent(&home, &served);
    let is_known = !home.run(&["runs"]).expect(0).stdout.is_empty()
        && home.run(&["runs", "show", "1"]).code == Some(0);
    if !is_known || ran.code == Some(5) {
        assert_eq!(sent, 0, "{kib}: {ran:?}");
        return false;
    }
    if ran.code != Some(0) {
        let _ = resume(&home, &served, 0);
        let left = unsettled(&home);
        let resumed = (left > 0).then(|| resume(&home, &served, left));
        if resumed.as_ref().is_some_and(|ran| ran.code == Some(5)) {
            // It was never confirmed.
            assert_eq!(sent, 0, "{kib}: {ran:?}");
            return false;
        }
        resumed.map(|ran| ran.expect(0));
    }
    all_ended_once(&home, &served, 3, &format!("{kib} KiB: {ran:?}"));
    ran.code != Some(0) && sent > 0
}

/// A journal with one finished run, on a sandbox with one orphan left.
fn with_a_run(home: &Home) -> (Served, String) {
    let (served, ids) = orphans(home, 2);
    let (first, second) = ids.split_once(',').unwrap();
    let done = terminate(home, &served, first, 1).output().unwrap();
    Ran::of(&done).expect(0);
    (served, second.to_owned())
}

/// Overwrites the first page of a table or an index.
fn damage(home: &Home, name: &str) {
    let (page, size): (i64, i64) = Connection::open(journal(home))
        .unwrap()
        .query_row(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name=?",
            [name],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    let mut bytes = fs::read(journal(home)).unwrap();
    let from = usize::try_from((page - 1) * size).unwrap();
    for byte in &mut bytes[from..from + 64] {
        *byte ^= 0x5a;
    }
    fs::write(journal(home), bytes).unwrap();
}

/// Nothing is armed: headless commands leave with 2 and the reason, the console lists, looks and refuses. Answers what the list of runs says.
fn is_read_only(home: &Home, served: &Served, id: &str, why: &str, short: &str) -> Ran {
    let before = served.changed_by_us(home).len();
    let refused = Ran::of(&terminate(home, served, id, 1).output().unwrap()).expect(2);
    assert!(refused.stderr.contains(why), "{refused:?}");
    let refused = resume(home, served, 0).expect(2);
    assert!(refused.stderr.contains(why), "{refused:?}");

    let mut pty = Pty::unstick(&[&served.flag()], home);
    pty.wait_for_text(&format!("Read-only: {short}."));
    pty.wait_for_text("READ-ONLY");
    pty.wait_for_text("All 1]");
    pty.keys("x");
    pty.wait_for_text(&format!("x: read-only, {short}"));
    assert!(
        !pty.text().contains("NOTHING HAS BEEN SENT"),
        "{}",
        pty.text()
    );
    pty.keys("H");
    pty.wait_for_text("RUN");
    pty.keys("\x1b");
    pty.wait_for_text("All 1]");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    assert_eq!(served.changed_by_us(home).len(), before, "nothing was sent");
    home.run(&["runs"])
}

#[test]
fn f28_a_damaged_journal_is_only_read_and_says_why() {
    let home = Home::new();
    let (served, id) = with_a_run(&home);
    damage(&home, "outcome_of");
    let runs = is_read_only(&home, &served, &id, "is damaged", "the journal is damaged").expect(0);
    assert!(
        runs.stdout.contains("0001"),
        "past runs can still be read: {runs:?}"
    );
    let verified = home.run(&["runs", "verify"]).expect(2);
    assert!(
        verified.stderr.contains("Put a backup in its place"),
        "{verified:?}"
    );
    // Where the damage hits what a run says, the run is named, and nothing is guessed.
    damage(&home, "fact");
    let runs = home.run(&["runs"]).expect(2);
    assert!(runs.stderr.contains("run 0001:"), "{runs:?}");
}

#[test]
fn a_journal_of_a_newer_version_is_only_read() {
    let home = Home::new();
    let (served, id) = with_a_run(&home);
    Connection::open(journal(&home))
        .unwrap()
        .execute_batch("PRAGMA user_version=99")
        .unwrap();
    let short = "the journal is a newer version's";
    let runs = is_read_only(&home, &served, &id, "written by a newer unstick", short).expect(0);
    assert!(runs.stdout.contains("0001"), "{runs:?}");
}

/// Whoever runs the tests as root could write anywhere; so the binary is then run as nobody.
#[cfg(unix)]
#[test]
fn a_folder_that_takes_nothing_is_told_before_anything_is_sent_and_the_runs_in_it_can_be_read() {
    use std::os::unix::fs::{PermissionsExt, chown};
    use std::os::unix::process::CommandExt as _;
    const NOBODY: u32 = 65_534;
    let home = Home::new();
    let (served, id) = with_a_run(&home);
    let is_root = rustix::process::geteuid().is_root();
    let data = home.path("home/data");
    if is_root {
        let mut folders = vec![home.path("home")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
                folders.extend(path.is_dir().then_some(path));
            }
        }
        chown(home.path("home"), Some(NOBODY), Some(NOBODY)).unwrap();
    }
    fs::set_permissions(&data, PermissionsExt::from_mode(0o500)).unwrap();
    let run = |mut command: Command| {
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().map(|output| Ran::of(&output))
    };
    let before = served.changed_by_us(&home).len();
    let Ok(refused) = run(terminate(&home, &served, &id, 1)) else {
        // Nobody may not even start the binary where it lies here.
        return;
    };
    let refused = refused.expect(2);
    assert!(refused.stderr.contains("cannot be used"), "{refused:?}");
    let listed = run(home.command(&["runs"])).unwrap().expect(0);
    assert!(listed.stdout.contains("0001"), "{listed:?}");
    fs::set_permissions(&data, PermissionsExt::from_mode(0o700)).unwrap();
    assert_eq!(served.changed_by_us(&home).len(), before);
}
