//! What the console spoken as lines says: each thing once and in its order, nothing that was asked for lost, and what only the screens had
//! before: saved views, rules, the pulse, profiles, requests.

use unstick::app::chats::View;
use unstick::app::{Effect, Msg};
use unstick::app::{NewLimits, Reload};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::names::Named;
use unstick::domain::rules::{Power, Rule, Wording};

use crate::console_desk::Desk;
use crate::console_lines::{asked, desk, starts};
use crate::console_profiles::four;
use crate::console_requests::request;
use crate::console_world::{chats, id, settings};
use crate::rules_screens::{guard, rules};

/// How often these words are there.
fn count(said: &str, words: &str) -> usize {
    said.matches(words).count()
}

/// A run of eight chats, half of which has settled.
fn under_way() -> Desk {
    let mut desk = desk();
    desk.mark_stuck();
    for line in ["plan", "note because", "terminate"] {
        desk.line(line);
        if line == "plan" {
            desk.reread(usize::MAX);
        }
    }
    desk.pass(500);
    let phrase = desk.app.planning().unwrap().plan.as_ref().unwrap().phrase();
    desk.line(&phrase);
    desk.pass(3100);
    desk.carry_half();
    desk
}

/// Reads this chat.
fn read(desk: &mut Desk, short: &str) {
    let chat = chats().into_iter().find(|chat| chat.id == id(short));
    desk.fact(chat.unwrap().read(desk.now));
}

#[test]
fn each_outcome_of_a_run_is_said_once_and_the_run_has_one_name() {
    let mut desk = under_way();
    desk.line("stop");
    desk.carry_on();
    let said = desk.said_since(0);
    let (run, report) = said.split_once("\nDone. 8 chats").unwrap();
    let run = &run[run.find("Confirmed.").unwrap()..];
    for short in ["3f2a9c41", "2b9c44e6", "c05be6a7", "5d90f1c8", "9e41b3f0"] {
        assert_eq!(count(run, short), 1, "{short}: {run}");
    }
    assert_eq!(count(&said, "Run 142 began"), 1, "{said}");
    assert_eq!(count(&said, "0142"), 0, "{said}");
    // They are among the messages all the same, with what a request of theirs is found by.
    assert!(desk.line("messages").contains("2b9c44e6 held"));
    // And how many are left is said once.
    let report = report.split("\n1. ").nth(1).unwrap();
    assert_eq!(count(report, "\"more\" reads on"), 1, "{report}");
}

#[test]
fn a_run_keeps_no_answer_from_whoever_asks_in_a_row() {
    let mut desk = under_way();
    let before = desk.said();
    for line in ["show 3f2a9c41", "show b81e07d2", "why e2264b7f", "stop"] {
        desk.line(line);
    }
    // What is about the run waits for nothing.
    let is_stop = |effect: &Effect| matches!(effect, Effect::Engine(Command::StopRun { .. }));
    assert!(desk.effects.iter().any(is_stop));
    for short in ["3f2a9c41", "b81e07d2", "e2264b7f"] {
        desk.pass(10);
        read(&mut desk, short);
    }
    let said = desk.said_since(before);
    assert_eq!(count(&said, "Who is there:"), 2, "{said}");
    let place = |words: &str| {
        said.rfind(words)
            .unwrap_or_else(|| panic!("no {words}: {said}"))
    };
    assert!(place("3f2a9c41") < place("b81e07d2"), "{said}");
    assert!(said.contains("What to do: "), "{said}");
}

#[test]
fn a_question_whether_to_leave_is_answered_by_no_line_that_was_typed_before_it() {
    let mut desk = under_way();
    for line in ["show 3f2a9c41", "show b81e07d2", "quit"] {
        desk.line(line);
    }
    read(&mut desk, "3f2a9c41");
    assert!(desk.app.overlay.is_some(), "{}", desk.said_since(0));
    let before = desk.said();
    desk.line("wait");
    read(&mut desk, "b81e07d2");
    let said = desk.said_since(before);
    assert!(
        said.starts_with("Waiting for the run, then leaving."),
        "{said}"
    );
    assert_eq!(count(&said, "Who is there:"), 1, "{said}");
}

#[test]
fn lines_wait_where_they_are_typed_while_too_many_wait_here() {
    let mut desk = desk();
    desk.line("show 1");
    let mut taken = 0;
    while desk.app.takes_input() {
        desk.tell(Msg::Line("filter".to_owned(), desk.now));
        taken += 1;
        assert!(taken < 10_000, "there is no end of them");
    }
    read(&mut desk, "3f2a9c41");
    assert!(desk.app.takes_input());
    let said = desk.said_since(0);
    assert_eq!(count(&said, "The list, no filter"), taken, "{said}");
    // And nothing is said for which nobody has listened yet.
    let before = desk.said();
    for _ in 0..50 {
        desk.tell(Msg::Line("help".to_owned(), desk.now));
    }
    assert!(desk.said() - before < 1000, "{}", desk.said() - before);
    for _ in 0..100 {
        desk.tell(Msg::Drawn);
    }
    assert_eq!(count(&desk.said_since(before), "\nOne chat:"), 50);
}

#[test]
fn a_phrase_starts_nothing_where_writing_was_forbidden_under_the_open_question() {
    let mut desk = asked("3f2a9c41");
    let narrowed = Reload {
        limits: Some(NewLimits {
            max_batch: 50,
            require_note: true,
            recent_reply: jiff::SignedDuration::from_mins(30),
            writes: false,
        }),
        ..Reload::default()
    };
    desk.tell(Msg::Reloaded(Box::new(narrowed)));
    desk.line("acme-prod 1");
    desk.pass(5000);
    assert_eq!(starts(&desk), 0, "{}", desk.said_since(0));
    // The same without the narrowing starts.
    let mut desk = asked("3f2a9c41");
    desk.line("acme-prod 1");
    desk.pass(5000);
    assert_eq!(starts(&desk), 1);
}

#[test]
fn saved_views_are_views_and_the_open_one_is_said() {
    let view = |name: &str, filter: &str| View {
        name: name.into(),
        filter: filter.to_owned(),
        sort: None,
        columns: Vec::new(),
    };
    let mut settings = settings("PROD", true);
    settings.configured.views = vec![view("Bots", "kind:bot-loop")];
    let mut desk = Desk::new(settings, 80, 24).aloud();
    desk.app
        .take_up(vec![view("Night", "kind:orphan")], None, None);
    desk.fill();
    desk.pass(3000);
    desk.tell(Msg::Drawn);
    for line in ["view 5", "view night"] {
        desk.line("view all");
        let said = desk.line(line);
        assert!(said.contains("filter kind:orphan: 4 chats."), "{said}");
    }
    let said = desk.line("views");
    assert!(said.contains("5. Night, 4 chats"), "{said}");
    assert_eq!(count(&said, "open now"), 1, "{said}");
    assert!(said.ends_with("open now."), "{said}");
    assert!(desk.line("view 6").contains("There is no view \"6\""));
}

#[test]
fn codes_of_one_name_are_listed_with_their_ids_and_none_of_them_is_taken() {
    let mut desk = desk();
    desk.line("mark 3f2a9c41");
    desk.line("plan");
    desk.reread(usize::MAX);
    let code = |id: &str, name: &str| Named {
        id: id.into(),
        name: name.into(),
        on_disconnect: None,
    };
    let (one, other) = (
        "11111111-77b0-4d8e-9a51-0e6c2f6b1d20",
        "22222222-77b0-4d8e-9a51-0e6c2f6b1d20",
    );
    let was = desk.app.planning().unwrap().choices.wrap_up.clone();
    let before = desk.said();
    desk.line("wrap-up spam");
    desk.fact(Fact::Codes {
        queue: None,
        result: Ok(vec![code(one, "Spam"), code(other, "Spam")]),
    });
    let said = desk.said_since(before);
    for id in [one, other] {
        assert!(said.contains(&format!("Spam, id {id}")), "{said}");
    }
    assert!(!said.contains("narrow"), "{said}");
    assert_eq!(desk.app.planning().unwrap().choices.wrap_up, was);
    desk.line(&format!("wrap-up {other}"));
    assert_eq!(
        desk.app.planning().unwrap().choices.wrap_up.as_deref(),
        Some(other)
    );
}

#[test]
fn what_is_said_of_marks_and_masks_is_so() {
    let mut desk = desk();
    let said = desk.line("mark all");
    assert!(said.contains("7 of those not read out"), "{said}");
    desk.line("unmark");
    assert!(!desk.line("mark 1-3").contains("not read out"));
    desk.line("unmark");
    desk.line("plan 1");
    desk.reread(usize::MAX);
    let said = desk.line("list");
    assert!(
        said.contains("The plan was left: nothing was sent."),
        "{said}"
    );
    assert!(!said.contains("Marks stay"), "{said}");
    let help = desk.line("help");
    assert!(
        help.contains("\nsort NAME: sort the list by this"),
        "{help}"
    );
}

#[test]
fn rules_and_kinds_are_read_out_with_what_they_fit_now() {
    let mut settings = settings("PROD", true);
    let wording = Wording {
        name: "look-twice",
        when: "kind:orphan",
        severity: None,
        power: Some(Power::Warn),
        hint: None,
    };
    let rule = Rule::new(&wording).unwrap();
    settings.configured.rules = rules(vec![rule], vec![guard("vip", "queue:Billing")]);
    let mut desk = Desk::new(settings, 80, 24).aloud();
    desk.fill();
    desk.pass(3000);
    desk.tell(Msg::Drawn);
    let said = desk.line("rules");
    assert!(said.starts_with("Rule look-twice, "), "{said}");
    assert!(said.contains(": kind:orphan. "), "{said}");
    assert!(said.contains("\nGuard vip, "), "{said}");
    assert!(said.contains("\nKind orphan, stuck, 4 chats now"), "{said}");
    assert!(said.contains("Kinds without a chat now: "), "{said}");
    assert!(desk.app.screens.is_empty(), "it is left again");
    assert!(
        self::desk()
            .line("rules")
            .starts_with("No rules or guards of your own")
    );
}

#[test]
fn the_pulse_is_read_out_in_its_numbers() {
    let mut desk = desk();
    let said = desk.line("pulse");
    assert!(said.starts_with("17 chats, 9 stuck"), "{said}");
    for words in [
        "\nAges: ",
        "\nThe oldest: stuck ",
        "\nBy kind: ",
        "orphan 4",
        "\nRate: ",
    ] {
        assert!(said.contains(words), "no {words}: {said}");
    }
    assert!(
        said.contains("By queue, stuck of all: ") && said.contains("Billing EU 2 of 5"),
        "{said}"
    );
    assert!(desk.app.screens.is_empty(), "it is left again");
    let told = |effect: &Effect| matches!(effect, Effect::Engine(Command::TellRequests(true)));
    assert!(!desk.effects.iter().any(told));
}

#[test]
fn profiles_are_read_out_and_one_of_them_whole() {
    let mut settings = settings("PROD", true);
    settings.configured.profiles = four();
    let mut desk = Desk::new(settings, 80, 24).aloud();
    desk.fill();
    let before = desk.said();
    desk.pass(3000);
    desk.tell(Msg::Drawn);
    assert!(desk.said() > before);
    let said = desk.line("profiles");
    assert!(
        said.starts_with("acme-prod, PROD, eu-central-1, "),
        "{said}"
    );
    assert!(said.contains("open now"), "{said}");
    let said = desk.line("profiles acme-us");
    assert!(said.contains("--profile acme-us"), "{said}");
    assert!(
        desk.line("profiles nobody")
            .starts_with("There is no profile nobody")
    );
    let said = self::desk().line("profiles");
    assert!(said.contains("unstick login NAME"), "{said}");
}

#[test]
fn the_newest_requests_are_read_out_when_they_were_told_and_then_told_no_more() {
    use unstick::domain::request_line::Asker;
    let mut desk = desk();
    let before = desk.said();
    desk.line("log");
    let told = |desk: &Desk, is_wanted: bool| {
        let newest = desk.effects.iter().rev().find_map(|effect| match effect {
            Effect::Engine(Command::TellRequests(tell)) => Some(*tell),
            _ => None,
        });
        assert_eq!(newest, Some(is_wanted));
    };
    told(&desk, true);
    let mut lines = vec![
        request(&desk, 1, "GET", "/api/v2/users/me", Asker::Poll),
        request(&desk, 2, "GET", "/api/v2/conversations/x", Asker::Asked),
    ];
    lines[1].receipt.status = Some(404);
    desk.fact(Fact::AllRequests(lines));
    let said = desk.said_since(before);
    assert!(said.starts_with("2 requests, newest first"), "{said}");
    assert!(said.find("/conversations/x").unwrap() < said.find("/users/me").unwrap());
    assert!(
        said.contains(" 404 ") && said.contains("correlation id 2b0de00"),
        "{said}"
    );
    assert!(
        said.contains("a minute") && said.contains("failed 1"),
        "{said}"
    );
    told(&desk, false);
    assert!(desk.app.screens.is_empty(), "it is left again");
    assert!(desk.line("log yesterday").starts_with("Say \"log\""));
}
