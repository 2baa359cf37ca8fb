//! The operator's pager in a real terminal: it gets the page and the keys, and gives the terminal back however it ends.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::support::Home;
use crate::support::pty::Pty;

/// A pager that says what it got and from where, and waits for Enter on the terminal.
const STAND_IN: &str = "#!/bin/sh
cat > \"$UNSTICK_HOME/paged\"
echo $$ > \"$UNSTICK_HOME/pager\"
ls -lL /proc/self/fd/0 > \"$UNSTICK_HOME/input\" 2>&1
env > \"$UNSTICK_HOME/environment\"
echo \"$#\" > \"$UNSTICK_HOME/arguments\"
printf 'THE PAGER IS HERE'
read answer < /dev/tty
";

/// The console over a sandbox of its own, with this pager, on the page of messages.
fn open(home: &Home, pager: &str) -> Pty {
    let secret = ("UNSTICK_CLIENT_SECRET", "canary-secret");
    let told = [("PAGER", pager), secret];
    let mut pty = Pty::start(Home::binary(), &["--sandbox=quiet"], home, &told);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("\r");
    pty.wait_for_text("[1 Overview]");
    pty
}

fn stand_in(home: &Home, script: &str) -> String {
    let file = home.write("bin/pager", script);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    file.display().to_string()
}

/// The number of the stand-in's process.
fn number(home: &Home) -> Pid {
    let said = fs::read_to_string(home.path("home/pager")).unwrap();
    Pid::from_raw(said.trim().parse().unwrap()).unwrap()
}

fn leave(pty: &mut Pty) {
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
}

#[test]
fn the_pager_gets_the_page_and_every_key_and_gives_the_terminal_back() {
    let home = Home::new();
    let pager = stand_in(&home, STAND_IN);
    // What stands behind the name is not handed over, and no shell reads it.
    let said = format!("{pager} -x $(touch {})", home.path("touched").display());
    let mut pty = open(&home, &said);
    pty.keys("e");
    pty.wait_for_text("THE PAGER IS HERE");
    assert!(!pty.text().contains("[1 Overview]"), "{}", pty.text());
    // Keys are the pager's: here they would close the page, plan and quit.
    pty.keys("qxq\r");
    pty.wait_for("the console again", |screen| {
        screen.alternate_screen() && screen.contents().contains("[1 Overview]")
    });
    let text = fs::read_to_string(home.path("home/paged")).unwrap();
    assert!(
        text.starts_with("Chat ") && text.contains(": Overview"),
        "{text}"
    );
    assert!(!text.contains('\u{1b}'));
    assert_eq!(
        fs::read_to_string(home.path("home/arguments"))
            .unwrap()
            .trim(),
        "0"
    );
    let environment = fs::read_to_string(home.path("home/environment")).unwrap();
    assert!(environment.contains("LESSSECURE=1"), "{environment}");
    assert!(!environment.contains("canary-secret"), "{environment}");
    let input = fs::read_to_string(home.path("home/input")).unwrap();
    assert!(input.starts_with("-rw-------"), "{input}");
    // The file that it read has no name any more.
    for entry in fs::read_dir(home.path("home/run")).unwrap() {
        let name = entry.unwrap().file_name().display().to_string();
        assert!(!name.contains("page"), "{name}");
    }
    assert!(!home.path("touched").exists());
    // The keyboard is ours again, and so is the mouse.
    pty.keys("3");
    pty.wait_for_text("[3 JSON]");
    leave(&mut pty);
}

#[test]
fn less_opens_a_page_that_fits_whatever_its_own_settings_say_and_keeps_ctrl_c_to_itself() {
    let home = Home::new();
    let told = [("LESS", "-FRX")];
    let mut pty = Pty::start(Home::binary(), &["--sandbox=quiet"], &home, &told);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys(":messages\r");
    pty.wait_for_text("Messages");
    pty.keys("e");
    pty.wait_for_text("Messages, newest first");
    pty.wait_for_text("(END)");
    pty.keys("\x03");
    // It may throw away what was typed with it: this is typed until it is heard, and does no harm.
    pty.until("=", "lines 1-");
    pty.keys("q");
    pty.wait_for("the console again", |screen| {
        screen.contents().contains("? help") && !screen.contents().contains("(END)")
    });
    pty.keys("q");
    pty.wait_for_text("3 stuck and 1 stale of 7");
    leave(&mut pty);
}

#[test]
fn a_pager_that_is_missing_fails_or_comes_back_at_once_is_told_in_words() {
    let home = Home::new();
    let fails = stand_in(&home, "#!/bin/sh\nstty raw -echo < /dev/tty\nexit 3\n");
    for (pager, words) in [
        ("/nowhere/pager", "/nowhere/pager cannot be started"),
        (fails.as_str(), "failed (exit status: 3)"),
        ("true", "true came back at once"),
    ] {
        let mut pty = open(&home, pager);
        pty.keys("e");
        pty.wait_for_text(words);
        assert!(pty.text().contains("[1 Overview]"), "{}", pty.text());
        pty.keys("3");
        pty.wait_for_text("[3 JSON]");
        leave(&mut pty);
    }
}

#[test]
fn a_console_that_is_told_to_leave_takes_its_pager_with_it() {
    let home = Home::new();
    let pager = stand_in(&home, &format!("{STAND_IN}read more < /dev/tty\n"));
    let mut pty = open(&home, &pager);
    pty.keys("e");
    pty.wait_for_text("THE PAGER IS HERE");
    let process = number(&home);
    pty.signal(Signal::TERM);
    pty.ended();
    pty.is_as_found();
    assert!(
        test_kill_process(process).is_err(),
        "the pager is an orphan"
    );
}

#[test]
fn a_pager_that_is_killed_leaves_the_line_as_the_console_needs_it() {
    let home = Home::new();
    let pager = stand_in(&home, &format!("{STAND_IN}read more < /dev/tty\n"));
    let mut pty = open(&home, &pager);
    pty.keys("e");
    pty.wait_for_text("THE PAGER IS HERE");
    kill_process(number(&home), Signal::KILL).unwrap();
    pty.wait_for_text("failed (signal: 9");
    leave(&mut pty);
}

/// A shell gets its terminal back only when all of a job has stopped.
#[test]
fn a_pager_that_stops_stops_the_console_with_it_until_both_are_continued() {
    let home = Home::new();
    let more = "kill -STOP $$\nprintf 'IT WENT ON'\nread more < /dev/tty\n";
    let pager = stand_in(&home, &format!("{STAND_IN}{more}"));
    let mut pty = open(&home, &pager);
    pty.keys("e");
    pty.wait_for_text("THE PAGER IS HERE");
    // Asked to stop alone, as by Ctrl-Z in a pager that does not take it, it goes on.
    pty.signal(Signal::TSTP);
    pty.keys("\r");
    pty.stopped();
    pty.signal(Signal::CONT);
    kill_process(number(&home), Signal::CONT).unwrap();
    pty.wait_for_text("IT WENT ON");
    pty.keys("\r");
    pty.wait_for_text("[1 Overview]");
    leave(&mut pty);
}
