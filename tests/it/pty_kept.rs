//! What the console finds again at its next start, in a real terminal: view, order, columns and saved views; and what becomes of them when
//! it is killed, when nothing may be saved, and when the file is broken.

use std::fs;

use rustix::process::Signal;

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

const STATE: &str = "home/state/state.toml";

fn open(home: &Home, more: &[&str]) -> Pty {
    open_told(home, more, &[])
}

/// On the sandbox that is served in this home: it outlives the console, so that its view is worth keeping.
fn open_told(home: &Home, more: &[&str], told: &[(&str, &str)]) -> Pty {
    let arguments: Vec<&str> = ["--sandbox"].iter().chain(more).copied().collect();
    let mut pty = Pty::start(Home::binary(), &arguments, home, told);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty
}

fn leave(mut pty: Pty) {
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
}

fn line(pty: &Pty, number: usize) -> String {
    let text = pty.text();
    let line = text.lines().nth(number).unwrap();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn state(home: &Home) -> String {
    fs::read_to_string(home.path(STATE)).unwrap_or_default()
}

/// Chooses the view of stuck chats, by silence the other way round, without PARTIES; and saves that as a view.
fn choose(pty: &mut Pty) {
    pty.keys("2");
    pty.wait_for_text("[2 Stuck 3]");
    pty.keys("Cjjss");
    pty.wait_for_text("sort IDLE reversed");
    pty.keys("j \r");
    pty.wait_for("the column gone", |screen| {
        !screen.contents().contains("PARTIES")
    });
    pty.keys("VSilent");
    pty.wait_for_text("Silent");
    pty.keys("\r");
    pty.wait_for_text("view Silent is saved: 4 opens it");
}

#[test]
fn view_order_columns_and_a_saved_view_are_there_again_after_a_restart() {
    let home = Home::new();
    let _served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &[]);
    choose(&mut pty);
    let (heads, rows) = (line(&pty, 4), line(&pty, 5));
    leave(pty);
    let pty = open(&home, &[]);
    let text = pty.text();
    assert!(text.contains("[4 Silent 3]"), "{text}");
    assert!(text.contains("sort IDLE reversed"), "{text}");
    assert_eq!(line(&pty, 4), heads, "{text}");
    assert_eq!(
        line(&pty, 5).split(' ').next_back(),
        rows.split(' ').next_back()
    );
    leave(pty);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(home.path(STATE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    // The operator's own file was neither made nor touched.
    assert!(!home.path("home/config/config.toml").exists());
}

#[test]
fn what_the_configuration_says_since_is_newer_and_its_views_come_first() {
    let home = Home::new();
    let _served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &[]);
    choose(&mut pty);
    leave(pty);
    let config = "[ui]\nsort = \"-id\"\n\n[[view]]\nname = \"Old\"\nfilter = \"age>1h\"\n";
    let file = home.write("home/config/config.toml", config);
    let mut pty = open(&home, &[]);
    let text = pty.text();
    assert!(text.contains("sort ID reversed"), "{text}");
    assert!(
        text.contains("4 Old") && text.contains("[5 Silent 3]"),
        "{text}"
    );
    // The saved view has its own columns; the others have the configuration's again.
    pty.keys("1");
    pty.wait_for_text("PARTIES");
    leave(pty);
    assert_eq!(fs::read_to_string(file).unwrap(), config);
}

#[test]
fn killed_at_any_moment_of_writing_it_finds_what_was_whole() {
    let home = Home::new();
    let _served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &[]);
    choose(&mut pty);
    leave(pty);
    let before = state(&home);
    for point in ["state-half", "state-written"] {
        let mut pty = open_told(&home, &[], &[("UNSTICK_CRASH_AT", point)]);
        // This is what it dies of, a second later at most.
        pty.keys("3");
        pty.ended();
        assert_eq!(state(&home), before, "{point}");
        let pty = open(&home, &[]);
        assert!(pty.text().contains("[4 Silent 3]"), "{}", pty.text());
        leave(pty);
    }
    // And killed outright, once a change is on disk.
    let mut pty = open(&home, &[]);
    pty.keys("3");
    pty.wait_for("the change on disk", |_| state(&home).contains("Stale"));
    pty.signal(Signal::KILL);
    pty.ended();
    let pty = open(&home, &[]);
    assert!(pty.text().contains("[3 Stale 1]"), "{}", pty.text());
    leave(pty);
    let files = fs::read_dir(home.path("home/state")).unwrap();
    let mut names: Vec<String> = files
        .map(|one| one.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("state"))
        .collect();
    names.sort();
    assert_eq!(names, ["state.lock", "state.toml"]);
}

#[test]
fn read_only_saves_nothing_and_says_so() {
    let home = Home::new();
    let _served = Served::start(&home, &["quiet"]);
    for told in [&[][..], &[("UNSTICK_READ_ONLY", "1")]] {
        let flags: &[&str] = if told.is_empty() {
            &["--read-only"]
        } else {
            &[]
        };
        let mut pty = open_told(&home, flags, told);
        pty.keys("2S");
        pty.wait_for_text("reversed");
        pty.keys("V");
        pty.wait_for_text("V: --read-only saves nothing");
        leave(pty);
        assert!(!home.path(STATE).exists());
        assert!(!home.path("home/state/state.lock").exists());
    }
    // A broken file is told, and stays where it is.
    home.write(STATE, "format = 1\nviews = 3\n");
    let mut pty = Pty::unstick(&["--sandbox", "--read-only"], &home);
    pty.wait_for_text("state.toml:2: ");
    leave(pty);
    assert_eq!(state(&home), "format = 1\nviews = 3\n");
    assert!(!home.path("home/state/state.toml.broken-1").exists());
}

#[test]
fn a_broken_file_is_told_with_its_line_put_aside_and_stops_nothing() {
    let home = Home::new();
    let _served = Served::start(&home, &["quiet"]);
    let broken = "format = 1\n\n[[view]]\nname = \"Mine\"\nfilter = \"idle>45\"\nsort = \"age\"\n";
    home.write(STATE, broken);
    let mut pty = Pty::start(Home::binary(), &["--sandbox"], &home, &[]);
    pty.wait_for_text("state.toml:5: filter: idle needs a unit");
    pty.keys("2");
    pty.wait_for_text("[2 Stuck 3]");
    leave(pty);
    let aside = home.path("home/state/state.toml.broken-1");
    assert_eq!(fs::read_to_string(aside).unwrap(), broken);
    assert!(
        state(&home).contains("view = \"Stuck\""),
        "{}",
        state(&home)
    );
}

#[test]
fn two_consoles_at_once_keep_what_both_saved() {
    let home = Home::new();
    let _served = Served::start(&home, &["quiet"]);
    let (mut one, mut other) = (open(&home, &[]), open(&home, &[]));
    one.keys("Vfirst");
    one.wait_for_text("first");
    other.keys("Vsecond");
    other.wait_for_text("second");
    one.keys("\r");
    one.wait_for_text("view first is saved");
    other.keys("\r");
    other.wait_for_text("view second is saved: 5 opens it");
    // What the other saved meanwhile is not written over without a word.
    one.keys("V\x15second\r");
    one.wait_for_text("a view second was saved elsewhere meanwhile");
    leave(one);
    leave(other);
    let pty = open(&home, &[]);
    let text = pty.text();
    assert!(
        text.contains("4 first 7") && text.contains("5 second 7"),
        "{text}"
    );
    leave(pty);
}

#[test]
fn a_sandbox_of_its_own_opens_on_the_first_view_whatever_was_open_on_the_one_before() {
    let home = Home::new();
    let open = || {
        let mut pty = Pty::unstick(&["--sandbox=quiet"], &home);
        pty.wait_for_text("3 stuck and 1 stale of 7");
        pty
    };
    let mut pty = open();
    pty.keys("3S");
    pty.wait_for_text("[3 Stale 1]");
    pty.wait_for_text("reversed");
    leave(pty);
    assert!(state(&home).contains("Stale"), "{}", state(&home));
    let pty = open();
    assert!(pty.text().contains("[1 All 7]"), "{}", pty.text());
    assert!(pty.text().contains("reversed"), "{}", pty.text());
    leave(pty);
}
