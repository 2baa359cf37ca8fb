//! What the console asks of a terminal and sends to it: whole frames, the mouse, a title, a bell; and what it costs while nothing happens.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::pty_console::{open, start_run};
use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;
use crate::support::waiting::wait_until;

/// How long nothing happens.
const IDLE: Duration = Duration::from_secs(4);
/// An idle console takes less of a core than one part in so many: far too much still, and far less than a loop that spins takes.
const SHARE: u64 = 8;
/// A tick of the system's clock that processes are measured by.
const TICKS_A_SECOND: u64 = 100;

/// A click at a place, counted from 1, as a terminal reports it.
fn click(button: u8, x: usize, y: usize) -> String {
    format!("\x1b[<{button};{x};{y}M\x1b[<{button};{x};{y}m")
}

/// Where these words are on the screen, counted from 1.
fn place(pty: &Pty, words: &str) -> (usize, usize) {
    let text = pty.text();
    let mut rows = text.lines().enumerate();
    let found =
        rows.find_map(|(y, row)| Some((row[..row.find(words)?].chars().count() + 1, y + 1)));
    found.unwrap_or_else(|| panic!("{words} is not there:\n{text}"))
}

fn configure(home: &Home, ui: &str) {
    home.write("home/config/config.toml", &format!("[ui]\n{ui}\n"));
}

#[test]
fn frames_are_sent_whole_and_modes_are_asked_for_in_the_alternate_screen() {
    let home = Home::new();
    let mut pty = Pty::unstick(&["--sandbox=quiet"], &home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert_eq!(
        pty.count("\x1b[?2026h") + 1,
        pty.count("\x1b[?2026l"),
        "one more on leaving"
    );
    let entered = raw.find("\x1b[?1049h").unwrap();
    let left = raw.find("\x1b[?1049l").unwrap();
    for mode in ["\x1b[?2004h", "\x1b[?1004h", "\x1b[?1000h", "\x1b[?1006h"] {
        let at = raw
            .find(mode)
            .unwrap_or_else(|| panic!("{mode:?} is not asked for"));
        assert!((entered..left).contains(&at), "{mode:?}");
    }
    // No keyboard protocol of kitty's, and no report of every move of the mouse.
    for never in ["\x1b[>", "\x1b[=", "\x1b[?1003h", "\x1b[?1002h"] {
        assert!(!raw.contains(never), "{never:?}");
    }
    assert!(raw.contains("\x1b]0;unstick SANDBOX sandbox 3 stuck\x07"));
}

/// What asks a terminal something, of what was sent to it: its place, its kind, its modes, its size, its colours.
fn questions(raw: &str) -> Vec<String> {
    let is_question = |parameters: &str, end: char| match end {
        'n' | 'c' | 'x' => true,
        'p' => parameters.ends_with('$'),
        'u' => parameters.starts_with('?'),
        'q' => parameters.starts_with('>'),
        // Pushing and popping the title asks for nothing.
        't' => !parameters.starts_with("22") && !parameters.starts_with("23"),
        _ => false,
    };
    let commands = raw.split("\x1b[").skip(1).filter_map(|rest| {
        let at = rest.find(|c: char| matches!(c, '@'..='~'))?;
        let (parameters, end) = (&rest[..at], rest[at..].chars().next()?);
        is_question(parameters, end).then(|| format!("ESC[{parameters}{end}"))
    });
    let texts = raw.split("\x1b]").skip(1).filter_map(|rest| {
        let text = rest.split(['\x07', '\x1b']).next()?;
        text.ends_with('?').then(|| format!("ESC]{text}"))
    });
    let strings = raw.matches("\x1bP").map(|_| "ESC P".to_owned());
    commands.chain(texts).chain(strings).collect()
}

#[test]
fn the_console_asks_its_terminal_nothing_from_its_start_to_its_end() {
    for asked in [
        "\x1b[6n",
        "\x1b[c",
        "\x1b]11;?\x07",
        "\x1b[?u",
        "\x1b[?2026$p",
        "\x1b[>q",
    ] {
        let among = format!("\x1b[?1049h{asked}\x1b[1;1H");
        assert_eq!(questions(&among).len(), 1, "{asked:?}");
    }
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served);
    for (keys, words) in [("?", "Keys for"), (":", "Commands")] {
        pty.keys(keys);
        pty.leave(words);
    }
    pty.resize(24, 80);
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    let raw = String::from_utf8_lossy(&pty.raw).into_owned();
    assert_eq!(questions(&raw), Vec::<String>::new());
}

#[test]
fn clicks_come_through_a_terminal_and_end_nothing() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served);
    let (x, y) = place(&pty, "wrap-up");
    pty.keys(&click(0, x, y));
    pty.wait_for("the cursor there", |screen| {
        let rows = screen.contents();
        rows.lines()
            .any(|row| row.starts_with('▸') && row.contains("wrap-up"))
    });
    pty.keys(&format!("{}{}", click(0, x, y), click(0, x, y)));
    pty.leave("[1 Overview]");
    pty.keys(&click(2, x, y));
    pty.leave("Copy from");
    let (x, y) = place(&pty, "AGE");
    pty.keys(&click(0, x, y));
    pty.wait_for_text("sort AGE");
    // Suspended and continued, it is reported again; switched off, it stays off.
    pty.keys("M");
    pty.wait_for_text("mouse off");
    assert_eq!(pty.count("\x1b[?1000l"), 1);
    pty.keys("\x1a");
    pty.suspended();
    pty.signal(rustix::process::Signal::CONT);
    pty.wait_for_text("sort AGE");
    assert_eq!(pty.count("\x1b[?1000h"), 1);
    pty.keys("M");
    pty.wait_for_text("Shift and drag selects text");
    pty.keys("\x1a");
    pty.suspended();
    pty.signal(rustix::process::Signal::CONT);
    pty.wait_for_text("sort AGE");
    assert_eq!(pty.count("\x1b[?1000h"), 3);
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn the_configuration_keeps_mouse_and_title_out() {
    let home = Home::new();
    configure(&home, "mouse = false\ntitle = false");
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served);
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
    assert_eq!(pty.count("\x1b[?1000h"), 0);
    assert_eq!(pty.count("\x1b]0;"), 0);
}

#[test]
fn the_end_of_a_run_rings_as_the_configuration_says() {
    for (notify, bells, messages) in [("none", 0, 0), ("bell", 1, 0), ("osc9", 0, 1)] {
        let home = Home::new();
        configure(&home, &format!("notify = \"{notify}\"\ntitle = false"));
        let served = Served::start(&home, &["quiet"]);
        let mut pty = open(&home, &served);
        start_run(&mut pty);
        pty.wait_for_text("Run 0001 report");
        pty.keys("\x03");
        assert_eq!(pty.ended().exit_code(), 0);
        pty.is_as_found();
        assert_eq!(
            pty.count("\x1b]9;unstick sandbox: run 0001 is done: 3 of 3 ended\x07"),
            messages,
            "{notify}"
        );
        assert_eq!(pty.count("\x07") - messages, bells, "{notify}");
    }
}

#[test]
fn a_storm_of_sizes_ends_in_a_whole_screen_and_few_frames() {
    let home = Home::new();
    let mut pty = Pty::unstick(&["--sandbox=quiet"], &home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    let before = pty.count("\x1b[?2026h");
    let since = Instant::now();
    for step in 0..200_u16 {
        pty.resize(10 + step % 40, 30 + step % 90);
    }
    pty.resize(24, 80);
    pty.keys("G");
    pty.wait_for("the whole list at its size", |screen| {
        let rows = screen.contents();
        rows.contains("3 stuck and 1 stale of 7")
            && rows.contains("? help")
            && screen.size().1.get() == 80
    });
    // The frames of the wait are among them, and so is its time.
    let took = since.elapsed();
    let frames = pty.count("\x1b[?2026h") - before;
    let most = 6 + usize::try_from(took.as_millis() / 300).unwrap();
    assert!(frames <= most, "{frames} frames for 200 sizes in {took:?}");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
}

#[test]
fn a_key_that_comes_together_with_a_new_size_is_heard_at_once() {
    let home = Home::new();
    let mut pty = Pty::unstick(&["--sandbox=quiet"], &home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    for step in 0..40_u16 {
        for width in 0..20 {
            pty.resize(24, 100 - width - step % 2);
        }
        pty.keys("?");
        pty.wait_for_text("Keys for");
        for width in 0..20 {
            pty.resize(24, 81 + width - step % 2);
        }
        pty.leave("Keys for");
    }
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
}

/// What a process has taken of a core, in ticks, and whose child it is.
fn stat(process: i32) -> Option<(u64, i32)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // Its name stands in brackets, and may hold blanks.
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    Some((number(11)? + number(12)?, fields.get(1)?.parse().ok()?))
}

#[test]
fn doing_nothing_costs_next_to_nothing() {
    if !Path::new("/proc/self/stat").exists() {
        return;
    }
    // Whether it polls or not.
    for pauses in [false, true] {
        costs_next_to_nothing(pauses);
    }
}

fn costs_next_to_nothing(pauses: bool) {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = open(&home, &served);
    if pauses {
        pty.keys("p");
        pty.wait_for_text("paused");
    } else {
        pty.wait_for_text("read 0s ago");
    }
    let before = stat(pty.process_id()).unwrap().0;
    let (written, frames) = (pty.raw.len(), pty.count("\x1b[?2026h"));
    let until = Instant::now() + IDLE;
    // What it draws meanwhile is taken from it, or it would wait for the terminal.
    while Instant::now() < until {
        pty.drain(until);
    }
    let taken = stat(pty.process_id()).unwrap().0 - before;
    let whole = IDLE.as_secs() * TICKS_A_SECOND;
    let (written, frames) = (pty.raw.len() - written, pty.count("\x1b[?2026h") - frames);
    // The age of what is shown goes on, once a second; the first one may have been under way.
    let seconds = usize::try_from(IDLE.as_secs()).unwrap();
    // What a poll brings is drawn as it comes: the list, and reads behind it.
    let drawn = if pauses { seconds + 2 } else { 2 * seconds + 2 };
    assert!(frames <= drawn, "{frames} frames, pauses {pauses}");
    assert!(written < (seconds + 2) * 2048, "{written} bytes");
    assert!(taken * SHARE < whole, "{taken} of {whole} ticks");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn a_lost_connection_leaves_no_orphan_behind_its_shell() {
    if !Path::new("/proc/self/stat").exists() {
        return;
    }
    let home = Home::new();
    let line = format!("{} --sandbox=quiet; true", Home::binary().display());
    let mut pty = Pty::start(Path::new("/bin/sh"), &["-c", &line], &home, &[]);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    let shell = pty.process_id();
    let children: Vec<i32> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|process| stat(*process).is_some_and(|(_, parent)| parent == shell))
        .collect();
    let [console] = children[..] else {
        panic!("{children:?}");
    };
    pty.hang_up();
    let since = Instant::now();
    let is_gone = || stat(console).is_none();
    wait_until(is_gone, || "it is still there".to_owned());
    assert!(since.elapsed() < Duration::from_secs(20), "it went late");
}

#[test]
fn without_a_terminal_the_list_is_printed_once_and_says_how_the_console_is_opened() {
    let home = Home::new();
    let told = home.run(&["--sandbox=quiet"]).expect(0);
    assert!(told.stdout.contains("orphan"), "{}", told.stdout);
    assert!(
        told.stderr
            .contains("`unstick` in a terminal opens the console"),
        "{}",
        told.stderr
    );
    assert!(!told.stdout.contains('\u{1b}'));
}
