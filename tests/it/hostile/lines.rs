//! F41 where the console is spoken as lines: whatever customers, agents, queues and those who type send, only text and line ends come out.

use crate::support::Home;
use crate::support::talk::Talk;

use super::oracle::{Licence, expect_clean};
use super::payloads;
use super::program::{hostile_scenario, served};

#[test]
fn f41_no_line_carries_a_byte_that_somebody_else_sent_raw() {
    let home = Home::new();
    let served = served(&home, &hostile_scenario());
    let mut talk = Talk::open(&home, &served);
    for _ in 0..6 {
        talk.ask("more");
    }
    for line in [
        "show 1",
        "transcript 1",
        "unmask",
        "show 2",
        "why 3",
        "marks",
    ] {
        talk.ask(line);
    }
    for payload in payloads().iter().step_by(4) {
        // What breaks the line is another line.
        let typed: String = payload
            .raw()
            .chars()
            .filter(|letter| !matches!(letter, '\n' | '\r'))
            .collect();
        talk.ask(&format!("filter {typed}"));
        talk.ask(&format!("explain {typed}"));
        talk.ask(&format!("x{typed}"));
    }
    talk.line("quit");
    assert_eq!(talk.ended(), Some(0));
    expect_clean(&talk.raw, Licence::Lines, "the spoken console");
    assert!(served.changed_by_us(&home).is_empty());
}
