//! The console spoken as lines, by the real binary over pipes: from the list to the report, and what the sandbox says really happened.

use unstick::domain::fact::FinalState;

use crate::support::Home;
use crate::support::ledger::{Broken, Ledger, reckon};
use crate::support::served::Served;
use crate::support::talk::Talk;

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
pub(crate) fn start_run(talk: &mut Talk) {
    ask_for_three(talk);
    talk.phrase("sandbox 3", "Starting in 3 seconds.");
    talk.wait("Run 1 began: 3 chats.");
}

/// How many chats of the run ended, were cancelled, and have no final state; the journal is whole, and agrees with the truth.
pub(crate) fn states(home: &Home, served: &Served) -> [usize; 3] {
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
fn hundreds_of_lines_that_are_piped_at_once_are_all_answered() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let mut talk = Talk::start(&home, &["--accessible", &flag], &[]);
    let lines = [
        "filter\n".repeat(400),
        "help\n".repeat(120),
        "marks\n".to_owned(),
    ];
    talk.line(&lines.concat());
    talk.hang_up();
    assert_eq!(talk.ended(), Some(0));
    let text = talk.text();
    assert!(text.starts_with("sandbox. 7 chats, 3 stuck"), "{text}");
    assert_eq!(text.matches("The list, no filter: 7 chats.").count(), 400);
    assert_eq!(text.matches("\nOne chat:\n").count(), 120);
    assert!(text.contains("No chat is marked."), "{text}");
    assert!(!text.contains("left out"), "{text}");
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
