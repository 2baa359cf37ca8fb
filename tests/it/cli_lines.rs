//! The console spoken as lines, by the real binary over pipes: from the list to the report, and what the sandbox says really happened.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use unstick::domain::fact::FinalState;

use crate::support::Home;
use crate::support::ledger::{Broken, Ledger, reckon};
use crate::support::served::Served;

/// No condition may take longer: a test that waits this long has failed.
const PATIENCE: Duration = Duration::from_secs(120);
/// How long an answer to a phrase is waited for before it is typed again: the question is deaf at first.
const DEAF: Duration = Duration::from_millis(600);

/// Somebody who talks to the program.
pub(crate) struct Talk {
    child: Child,
    input: Option<ChildStdin>,
    bytes: Receiver<Vec<u8>>,
    /// Everything that it wrote.
    pub(crate) raw: Vec<u8>,
    /// How much of it was waited for already.
    heard: usize,
}

impl Talk {
    /// Starts it, without a terminal on any side.
    pub(crate) fn start(home: &Home, arguments: &[&str], more: &[(&str, &str)]) -> Self {
        let mut command = home.command(arguments);
        command.envs(more.iter().copied());
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut output = child.stdout.take().unwrap();
        let (told, bytes) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = output.read(&mut buffer) {
                if told.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            input: child.stdin.take(),
            child,
            bytes,
            raw: Vec::new(),
            heard: 0,
        }
    }

    /// Opens it on a served sandbox, and waits for the first prompt.
    pub(crate) fn open(home: &Home, served: &Served) -> Self {
        let mut talk = Self::start(home, &["--accessible", &served.flag()], &[]);
        talk.wait("Command (help for list):");
        talk
    }

    /// Types a line.
    pub(crate) fn line(&mut self, line: &str) {
        writeln!(self.input.as_mut().unwrap(), "{line}").unwrap();
    }

    /// Types a line, and gives what is said until the next prompt.
    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.line(line);
        self.wait("Command:")
    }

    /// Waits until these words are said, and gives everything since what was waited for last.
    #[track_caller]
    pub(crate) fn wait(&mut self, words: &str) -> String {
        match self.said_until(words, Instant::now() + PATIENCE) {
            Some(said) => said,
            None => panic!("never said: {words}\n{}", self.text()),
        }
    }

    fn said_until(&mut self, words: &str, deadline: Instant) -> Option<String> {
        loop {
            let new = String::from_utf8_lossy(&self.raw[self.heard..]).into_owned();
            if let Some(at) = new.find(words) {
                self.heard += at + words.len();
                return Some(new[..at + words.len()].to_owned());
            }
            match self
                .bytes
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.raw.extend_from_slice(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    /// Types the phrase until it is taken, as the question is deaf at first.
    pub(crate) fn phrase(&mut self, phrase: &str, taken: &str) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.line(phrase);
            if self.said_until(taken, Instant::now() + DEAF).is_some() {
                return;
            }
            assert!(
                Instant::now() < deadline,
                "the phrase is not taken:\n{}",
                self.text()
            );
        }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.raw).into_owned()
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Nobody types any more.
    pub(crate) fn hang_up(&mut self) {
        drop(self.input.take());
    }

    /// Waits for its end: the exit code.
    pub(crate) fn ended(&mut self) -> Option<i32> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self
                .bytes
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(bytes) => self.raw.extend_from_slice(&bytes),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().unwrap().code(),
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.text()),
            }
        }
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Text and line ends, and nothing that a terminal would obey.
#[track_caller]
pub(crate) fn are_plain_lines(raw: &[u8]) {
    let text = std::str::from_utf8(raw).unwrap();
    let odd: Vec<char> = text
        .chars()
        .filter(|letter| letter.is_control() && *letter != '\n')
        .collect();
    assert!(odd.is_empty(), "{odd:?} in:\n{text}");
}

/// From the list to the question about the three stuck chats.
fn ask_for_three(talk: &mut Talk) {
    let said = talk.ask("view stuck");
    assert!(said.contains("filter is:stuck: 3 chats."), "{said}");
    let said = talk.ask("mark all");
    assert!(said.contains("3 marked."), "{said}");
    let said = talk.ask("plan");
    assert!(said.contains("Will end 3 chats. Skip 0."), "{said}");
    talk.line("terminate");
    talk.wait("Type sandbox 3 and Enter to do it.");
    talk.wait("Phrase:");
}

/// The same with the phrase, and the run under way.
fn start_run(talk: &mut Talk) {
    ask_for_three(talk);
    talk.phrase("sandbox 3", "Starting in 3 seconds.");
    talk.wait("Run 1 began: 3 chats.");
}

/// How many chats of the run ended, were cancelled, and have no final state; the journal is whole, and agrees with the truth.
fn states(home: &Home, served: &Served) -> [usize; 3] {
    let ledger = Ledger::of(home);
    let run = ledger.newest().unwrap();
    let mut broken = Broken::default();
    ledger.verify(&mut broken);
    let left = run.open_items().count();
    if left == 0 {
        reckon(&run, &served.told("truth"), &mut broken);
    }
    assert!(broken.is_nothing(), "{broken:#?}");
    let tally = run.tally();
    [
        tally.of(FinalState::Ended),
        tally.of(FinalState::Cancelled),
        left,
    ]
}

#[test]
fn from_the_list_to_the_report_as_lines_and_it_is_so() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut talk = Talk::open(&home, &served);
    let first = talk.text();
    assert!(
        first.starts_with("sandbox. 7 chats, 3 stuck, 1 stale. Updated "),
        "{first}"
    );
    let said = talk.ask("show 1");
    for words in ["Who is there:", "What happened:", "Silence for "] {
        assert!(said.contains(words), "{said}");
    }
    let said = talk.ask("transcript");
    assert!(
        said.contains(" characters]") && said.contains("\"unmask\" shows the words"),
        "{said}"
    );
    let said = talk.ask("unmask");
    assert!(!said.contains(" characters]"), "{said}");
    assert!(talk.ask("why 2").contains("What to do: "));
    start_run(&mut talk);
    let said = talk.wait("Done. 3 chats: 3 ended.");
    for line in ["1 of 3, ", "2 of 3, ", "3 of 3, "] {
        assert!(said.contains(line), "{said}");
    }
    let said = talk.wait("Command:");
    assert!(said.contains("Nothing needs you"), "{said}");
    assert!(said.contains("Recorded as run 1, sandbox, "), "{said}");
    assert!(talk.ask("more").contains("3. "));
    assert!(talk.ask("requests 1").contains("answer to"));
    assert!(talk.ask("runs").contains("Run 1, sandbox, today"));
    assert!(talk.ask("run 1").contains("Done. 3 chats: 3 ended."));
    for line in [
        "help",
        "status",
        "views",
        "messages",
        "list",
        "privacy on",
        "list",
        "mark 1",
        "marks",
        "explain 1",
        "filter id:zz",
        "link 1",
    ] {
        talk.ask(line);
    }
    talk.line("quit");
    assert_eq!(talk.ended(), Some(0));
    are_plain_lines(&talk.raw);
    assert_eq!(states(&home, &served), [3, 0, 0]);
    assert_eq!(served.ended(&home).len(), 3);
}

#[test]
fn whatever_is_not_the_phrase_ends_nothing() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut talk = Talk::open(&home, &served);
    ask_for_three(&mut talk);
    talk.phrase("y", "That is not the phrase: nothing was sent.");
    talk.wait("Command:");
    for wrong in ["sandbox 4", "sandbox", "SANDBOX 3", "yes", ""] {
        talk.line("terminate");
        talk.wait("Phrase:");
        talk.phrase(wrong, "othing was sent.");
        talk.wait("Command:");
    }
    // In one go, as a paste comes.
    talk.line("terminate\nsandbox 3");
    talk.wait("it does not count");
    talk.hang_up();
    assert_eq!(talk.ended(), Some(0));
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn the_seconds_before_the_start_are_stopped_by_any_line() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut talk = Talk::open(&home, &served);
    ask_for_three(&mut talk);
    talk.phrase("sandbox 3", "Starting in 3 seconds.");
    talk.line("");
    talk.wait("Stopped before the start: nothing was sent.");
    talk.hang_up();
    assert_eq!(talk.ended(), Some(0));
    assert!(served.changed_by_us(&home).is_empty());
}

/// A run whose first request that ends something was applied and is not answered.
fn in_flight() -> (Home, Served, Talk) {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut talk = Talk::open(&home, &served);
    let fault = json!({ "step": "legs", "hold": true, "when": "after" });
    served.order(&json!({ "fault": [fault] }));
    start_run(&mut talk);
    served.wait_until_held("/api/v2/conversations/");
    (home, served, talk)
}

fn release(served: &Served) {
    served.order(&json!({ "clear": true, "release": true }));
}

#[test]
fn ctrl_c_in_a_run_starts_nothing_new_and_leads_to_its_report() {
    let (home, served, mut talk) = in_flight();
    talk.signal(Signal::INT);
    talk.wait("Stopping: nothing new is started");
    release(&served);
    let said = talk.wait("Command:");
    assert!(
        said.contains("Done. 3 chats: 1 ended, 2 cancelled."),
        "{said}"
    );
    assert!(said.contains("2 need you:"), "{said}");
    assert_eq!(states(&home, &served), [1, 2, 0]);
    talk.signal(Signal::INT);
    assert_eq!(talk.ended(), Some(0));
}

#[test]
fn ctrl_c_twice_in_a_run_leaves_at_once_and_says_how_to_go_on() {
    let (home, served, mut talk) = in_flight();
    talk.signal(Signal::INT);
    talk.wait("Stopping: nothing new is started");
    talk.signal(Signal::INT);
    release(&served);
    talk.ended();
    let [ended, cancelled, left] = states(&home, &served);
    assert_eq!(ended + cancelled + left, 3);
    assert!(ended <= 1, "something new was started");
}

#[test]
fn sigterm_and_the_end_of_input_stop_a_run_say_how_it_came_out_and_leave() {
    type Way = fn(&mut Talk);
    let ways: [(&str, Way); 2] = [
        ("Stopping, then leaving", |talk| talk.signal(Signal::TERM)),
        ("Input has ended: the run is stopped.", Talk::hang_up),
    ];
    for (words, way) in ways {
        let (home, served, mut talk) = in_flight();
        way(&mut talk);
        talk.wait(words);
        release(&served);
        assert_eq!(talk.ended(), Some(0));
        let text = talk.text();
        assert!(
            text.contains("Done. 3 chats: 1 ended, 2 cancelled."),
            "{text}"
        );
        assert!(text.ends_with('\n'), "{text}");
        assert_eq!(states(&home, &served), [1, 2, 0]);
    }
}

#[test]
fn what_was_asked_before_the_end_of_input_is_answered_and_then_it_leaves() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    // The variable does what the flag does.
    let mut talk = Talk::start(&home, &[&flag], &[("UNSTICK_ACCESSIBLE", "1")]);
    talk.line("filter kind:orphan\nshow 1\nmark 1\nplan");
    talk.hang_up();
    assert_eq!(talk.ended(), Some(0));
    let text = talk.text();
    let place = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("no {words}: {text}"))
    };
    assert!(place("filter kind:orphan: 1 chat.") < place("Who is there:"));
    assert!(place("Who is there:") < place("1 marked."));
    assert!(place("1 marked.") < place("Will end 1 chat."));
    are_plain_lines(&talk.raw);
    assert!(served.changed_by_us(&home).is_empty());
    // Turned off it prints the list once, as ever.
    let listed = home
        .command(&[&flag])
        .env("UNSTICK_ACCESSIBLE", "0")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&listed.stderr).contains("This is the list, once."));
}

#[test]
fn ten_thousand_chats_are_read_out_page_by_page() {
    let home = Home::new();
    let served = Served::start(&home, &["ten-thousand"]);
    let mut talk = Talk::open(&home, &served);
    let first = talk.text();
    let rows = |said: &str| {
        said.lines()
            .filter(|line| {
                line.split_once(". ")
                    .is_some_and(|(number, _)| number.parse::<u32>().is_ok())
            })
            .count()
    };
    assert_eq!(rows(&first), 10, "{first}");
    assert!(first.contains(" more: \"more\" reads on."), "{first}");
    let said = talk.ask("more");
    assert_eq!(rows(&said), 10, "{said}");
    assert!(
        said.contains("\n20. ") && !said.contains("\n21. "),
        "{said}"
    );
    let said = talk.ask("mark all");
    assert!(said.contains("over the batch limit"), "{said}");
    talk.line("quit");
    assert_eq!(talk.ended(), Some(0));
}

#[test]
fn a_run_that_was_left_is_taken_up_again_by_its_phrase() {
    let (home, served, mut talk) = in_flight();
    talk.child.kill().unwrap();
    talk.ended();
    release(&served);
    let mut talk = Talk::open(&home, &served);
    let said = talk.ask("runs");
    assert!(
        said.contains("cut short, 3 without a final state"),
        "{said}"
    );
    talk.line("resume 1");
    talk.wait("This resumes run 0001 of sandbox, SANDBOX: 3 chats");
    talk.phrase("sandbox 3", "Starting in 3 seconds.");
    let said = talk.wait("Done. 3 chats: ");
    assert!(said.contains("3 of 3, "), "{said}");
    talk.line("quit");
    assert_eq!(talk.ended(), Some(0));
    let [ended, _, left] = states(&home, &served);
    assert!(ended >= 2 && left == 0, "{ended} {left}");
}
