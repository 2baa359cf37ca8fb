//! The console spoken as lines: what is typed, what is said, and that the phrase is the only way to a run here too.

use crate::console_desk::Desk;
use crate::console_world::{chats, id, settings};
use unstick::app::action::TABLE;
use unstick::app::spoken::commands::{COMMANDS, Place};
use unstick::app::{Effect, Key, Msg};
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::feed::Command;
use unstick::domain::ids::ConversationId;

pub(crate) fn desk() -> Desk {
    opened(true)
}

/// A spoken console whose list was read out. One chat of the story cannot be read, so it is waited for in vain.
pub(crate) fn opened(writes: bool) -> Desk {
    let mut desk = Desk::new(settings("PROD", writes), 80, 24).aloud();
    desk.fill();
    desk.pass(3000);
    desk.tell(Msg::Drawn);
    desk
}

/// A desk whose plan of these rows is read, with a note.
fn planned(rows: &str) -> Desk {
    let mut desk = desk();
    desk.line(&format!("mark {rows}"));
    desk.line("plan");
    desk.reread(usize::MAX);
    desk.line("note INC-4821 flow publish left legs open");
    desk
}

/// The same, with the question asked and heard.
pub(crate) fn asked(rows: &str) -> Desk {
    let mut desk = planned(rows);
    let said = desk.line("terminate");
    assert!(said.contains("Any other line cancels"), "{said}");
    desk.pass(500);
    desk
}

pub(crate) fn starts(desk: &Desk) -> usize {
    let is_start = |effect: &&Effect| {
        matches!(
            effect,
            Effect::Engine(Command::Start { .. } | Command::Resume(_))
        )
    };
    desk.effects.iter().filter(is_start).count()
}

fn prompt(desk: &Desk) -> Option<&'static str> {
    desk.app.spoken.as_ref().unwrap().prompt(&desk.app)
}

#[test]
fn the_first_thing_said_is_whose_list_it_is_and_how_many_are_stuck() {
    let mut desk = desk();
    let said = desk.said_since(0);
    assert!(
        said.starts_with("acme-prod, PROD. 17 chats, 9 stuck"),
        "{said}"
    );
    assert!(
        said.contains("1. stuck, age 6 hours 12 minutes, orphan, customer M. Okafor left, agent Ana Lima open, Billing EU, id 3f2a9c41."),
        "{said}"
    );
    assert!(said.contains("7 more: \"more\" reads on."), "{said}");
    assert_eq!(prompt(&desk), Some("Command (help for list):"));
    // One of those rows was never read: it is asked for, and waited for a while.
    let before = desk.said();
    desk.line("more");
    desk.pass(5100);
    let said = desk.said_since(before);
    assert!(said.starts_with("11. "), "{said}");
    assert_eq!(desk.line("more"), "That was the last row.");
    assert_eq!(prompt(&desk), Some("Command:"));
}

#[test]
fn numbers_mean_the_rows_as_they_were_read_out_whatever_the_list_does_since() {
    let mut desk = desk();
    let first = desk.app.chats.shown()[0];
    // The list turns round behind the back of whoever listens.
    desk.app.chats.sort.is_reversed = true;
    let all = chats();
    desk.fact(all[3].read(desk.now));
    desk.pass(5000);
    assert_ne!(desk.app.chats.shown()[0], first);
    let said = desk.line("mark 1");
    assert!(
        said.starts_with(&format!("1 marked. That was {}", first.short())),
        "{said}"
    );
    assert_eq!(desk.app.chats.marks.ids(), [first]);
}

#[test]
fn ranges_ids_and_wrong_numbers() {
    let mut desk = desk();
    desk.line("mark 1-3,5");
    assert_eq!(desk.app.chats.marks.len(), 4);
    desk.line("unmark 2");
    assert_eq!(desk.app.chats.marks.len(), 3);
    assert_eq!(desk.line("unmark"), "No chat is marked.");
    desk.line("mark 3f2a");
    assert_eq!(desk.app.chats.marks.ids(), [id("3f2a9c41")]);
    for (line, said) in [
        ("mark 0", "There is no 0 in the list: it has 17 rows."),
        ("mark 1-99", "There is no 99 in the list: it has 17 rows."),
        ("mark 3-1", "3-1 goes backwards: say 1-3."),
        (
            "mark",
            "Say which: numbers like 1-3,5, or the beginning of an id.",
        ),
        (
            "mark ffff9999",
            "No chat that is known has an id that begins with ffff9999.",
        ),
        ("mark two", "two is no number and no id"),
        ("show 1,2", "That names 2 chats: name one."),
        (
            "markk 1",
            "There is no command markk. Did you mean \"mark\"?",
        ),
        ("drop 1", "There is no plan"),
        ("requests 1", "No report is open"),
        ("unmask", "No transcript is open"),
        ("run 7", "There is no run 7"),
        ("stop", "No run is under way."),
        (
            "view 9",
            "There is no view \"9\". There are: All, Stuck, Stale",
        ),
        ("sort nose", "Nothing is sorted by \"nose\""),
        ("filter idle>5", "unit"),
    ] {
        let heard = desk.line(line);
        assert!(heard.contains(said), "{line}: {heard}");
    }
    assert_eq!(desk.app.chats.marks.ids(), [id("3f2a9c41")]);
}

#[test]
fn a_filter_is_said_with_what_it_shows_and_a_bad_one_changes_nothing() {
    let mut desk = desk();
    let said = desk.line("filter kind:orphan");
    assert!(
        said.contains("The list, filter kind:orphan: 4 chats."),
        "{said}"
    );
    assert!(!said.contains("5. "), "{said}");
    let said = desk.line("filter foo>3");
    assert!(said.contains("No field is called `foo`"), "{said}");
    assert!(
        said.ends_with("The list, filter kind:orphan: 4 chats."),
        "{said}"
    );
    let said = desk.line("explain ab77f013");
    assert!(said.contains("kind:orphan"), "{said}");
    let said = desk.line("filter none");
    assert!(said.contains("17 chats"), "{said}");
    let said = desk.line("view stuck");
    assert!(said.contains("filter is:stuck: 9 chats"), "{said}");
}

#[test]
fn the_plan_is_read_out_with_what_is_left_out_and_why_and_nothing_is_sent() {
    let mut desk = desk();
    desk.line("mark 3f2a9c41,b81e07d2,4c18ae90");
    assert_eq!(desk.line("plan"), "");
    assert_eq!(prompt(&desk), None, "the answer is on its way");
    let before = desk.said();
    desk.reread(usize::MAX);
    let said = desk.said_since(before);
    assert!(said.contains("Will end 2 chats. Skip 1."), "{said}");
    assert!(said.contains("Skipped: 4c18ae90, "), "{said}");
    assert!(said.contains("1. stuck, age "), "{said}");
    assert!(
        said.contains(
            "\"terminate\" is locked: this profile asks for a note: \"note\" writes down why"
        ),
        "{said}"
    );
    let said = desk.line("note because");
    assert!(said.contains("\"terminate\" asks for the phrase"), "{said}");
    let said = desk.line(&format!("note {}", "n".repeat(201)));
    assert!(said.contains("was not kept"), "{said}");
    let said = desk.line("drop 2");
    assert!(said.contains("Will end 1 chat. Skip 2."), "{said}");
    // A number of the plan is not taken for one of the list.
    let said = desk.line("mark 1");
    assert!(
        said.contains("Numbers mean the rows of the plan now"),
        "{said}"
    );
    assert_eq!(desk.app.chats.marks.len(), 3);
    assert_eq!(starts(&desk), 0);
}

#[test]
fn the_phrase_on_a_line_of_its_own_starts_exactly_what_was_read_out() {
    let mut desk = asked("3f2a9c41,b81e07d2");
    let said = desk.line("acme-prod 2");
    assert_eq!(said, "Starting in 3 seconds. Enter stops it.");
    assert_eq!(starts(&desk), 0);
    desk.pass(3100);
    assert_eq!(starts(&desk), 1);
    let (plan, note) = desk.started().unwrap();
    let mut planned: Vec<ConversationId> = plan.items.iter().map(|item| item.id).collect();
    planned.sort();
    assert_eq!(planned, [id("3f2a9c41"), id("b81e07d2")]);
    assert_eq!(
        note.as_deref(),
        Some("INC-4821 flow publish left legs open")
    );
}

#[test]
fn whatever_else_is_typed_for_the_phrase_starts_nothing() {
    for line in [
        "",
        "y",
        "yes",
        "acme-prod",
        "acme-prod 3",
        "ACME-PROD 2",
        "acme-prod 2 x",
        "terminate",
    ] {
        let mut desk = asked("3f2a9c41,b81e07d2");
        let said = desk.line(line);
        assert!(said.contains("othing was sent"), "{line}: {said}");
        assert!(desk.app.overlay.is_none(), "{line}");
        assert!(desk.app.planning().is_some(), "{line}");
        desk.pass(5000);
        assert_eq!(starts(&desk), 0, "{line}");
    }
}

#[test]
fn a_phrase_that_was_typed_ahead_of_the_question_does_not_count() {
    let mut desk = planned("3f2a9c41,b81e07d2");
    // Both lines come in one go, as a paste does.
    desk.tell(Msg::Line("terminate".to_owned(), desk.now));
    desk.tell(Msg::Line("acme-prod 2".to_owned(), desk.now));
    desk.tell(Msg::Drawn);
    desk.line("acme-prod 2");
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
    assert_eq!(prompt(&desk), Some("Phrase:"));
    // Nor one that was read before, and lay about somewhere since; nor what comes right behind it.
    let mut desk = planned("3f2a9c41,b81e07d2");
    let early = desk.now;
    desk.line("terminate");
    desk.pass(5000);
    desk.tell(Msg::Line("acme-prod 2".to_owned(), early));
    // Not even where nobody says anything more: the next line would call a start off.
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
    assert_eq!(prompt(&desk), Some("Phrase:"));
    desk.tell(Msg::Line("acme-prod 2".to_owned(), early));
    desk.line("acme-prod 2");
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
    // Nor one that waited for the plan to be read.
    let mut desk = self::desk();
    desk.line("mark 3f2a9c41,b81e07d2");
    for line in ["plan", "note because", "terminate", "acme-prod 2"] {
        desk.tell(Msg::Line(line.to_owned(), desk.now));
    }
    desk.reread(usize::MAX);
    desk.tell(Msg::Drawn);
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
    assert_eq!(prompt(&desk), Some("Phrase:"));
    // Now it does.
    desk.line("acme-prod 2");
    desk.pass(3100);
    assert_eq!(starts(&desk), 1);
}

#[test]
fn any_line_and_ctrl_c_stop_a_start_and_what_follows_at_once_is_no_command() {
    let mut desk = asked("3f2a9c41,b81e07d2");
    desk.line("acme-prod 2");
    desk.pass(2000);
    let said = desk.line("");
    assert!(
        said.contains("Stopped before the start: nothing was sent."),
        "{said}"
    );
    let said = desk.line("quit");
    assert!(said.contains("That line was not taken"), "{said}");
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);

    let mut desk = asked("3f2a9c41,b81e07d2");
    desk.line("acme-prod 2");
    let before = desk.said();
    desk.tell(Msg::Key(Key::ctrl('c')));
    assert!(desk.said_since(before).contains("nothing was sent"));
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);

    let mut desk = asked("3f2a9c41,b81e07d2");
    desk.tell(Msg::Key(Key::ctrl('c')));
    assert!(desk.app.overlay.is_none());
    desk.pass(500);
    desk.line("acme-prod 2");
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
}

#[test]
fn each_outcome_is_told_as_it_comes_and_the_report_says_what_needs_somebody_first() {
    let mut desk = desk();
    desk.mark_stuck();
    desk.line("plan");
    desk.reread(usize::MAX);
    desk.line("note because");
    desk.line("terminate");
    desk.pass(500);
    let phrase = desk.app.planning().unwrap().plan.as_ref().unwrap().phrase();
    desk.line(&phrase);
    desk.pass(3100);
    let before = desk.said();
    desk.carry_half();
    desk.pass(5100);
    let said = desk.said_since(before);
    assert!(said.contains("1 of 8, 3f2a9c41, ended, "), "{said}");
    assert!(
        said.contains("4 of 8, 2b9c44e6, held: customer wrote"),
        "{said}"
    );
    assert!(said.contains(" of 8 done, "), "no progress: {said}");
    assert_eq!(prompt(&desk), None, "a run needs no prompt");
    let before = desk.said();
    desk.carry_on();
    let said = desk.said_since(before);
    let place = |words: &str| {
        said.find(words)
            .unwrap_or_else(|| panic!("no {words}: {said}"))
    };
    assert!(
        place("1 INCIDENT") < place("Done. 8 chats: 5 ended"),
        "{said}"
    );
    assert!(
        place("need you:") < place("1. 5d90f1c8, ended, INCIDENT"),
        "{said}"
    );
    assert!(place("1. 5d90f1c8") < place("Guests: "), "{said}");
    assert!(
        said.contains("Next: Decide again on what is true now: \"again\" plans it anew."),
        "{said}"
    );
    let said = desk.line("more");
    assert!(said.contains(", ended, "), "{said}");
    let said = desk.line("requests 1");
    assert!(said.contains("PATCH"), "{said}");
}

#[test]
fn names_are_initials_and_texts_lengths_where_they_are_masked() {
    let mut desk = desk();
    let said = desk.line("privacy on");
    assert!(said.contains("\"privacy\" takes it away"), "{said}");
    let said = desk.line("list");
    assert!(!said.contains("Okafor") && !said.contains("Lima"), "{said}");
    assert!(said.contains("customer M. O. left"), "{said}");
    desk.line("show 1");
    desk.fact(chats()[0].read(desk.now));
    let said = desk.said_since(0);
    let after = said.split("privacy").last().unwrap();
    assert!(after.contains("Who is there:"), "{after}");
    assert!(
        !after.contains("Okafor") && !after.contains("Lima"),
        "{after}"
    );
    assert_eq!(desk.line("privacy on"), "Privacy is on already.");
}

#[test]
fn a_past_run_is_read_out_under_the_mask_and_in_the_words_of_commands() {
    let mut desk = desk();
    let Msg::Loaded(number, Ok(mut record)) = desk.cut_short() else {
        panic!("no run");
    };
    record.facts.push(RunFact {
        at: desk.now,
        event: RunEvent::Item {
            conversation: id("3f2a9c41"),
            what: ItemEvent::Settled(Settled::new(FinalState::Held, "customer wrote")),
        },
    });
    desk.line("privacy on");
    desk.line("run 142");
    let before = desk.said();
    desk.tell(Msg::Loaded(number, Ok(record)));
    desk.line("more");
    let said = desk.said_since(before);
    assert!(said.contains("customer M. O."), "{said}");
    assert!(!said.contains("Okafor"), "{said}");
    assert!(said.contains("\"again\" plans it anew."), "{said}");
}

#[test]
fn no_word_but_off_takes_the_mask_away_by_name() {
    let mut desk = desk();
    for line in ["privacy on", "privacy ON", "privacy  on ", "privacy On"] {
        desk.line(line);
        assert!(desk.app.privacy.is_on, "{line}");
    }
    for line in ["privacy yes", "privacy on please", "privacy of"] {
        let said = desk.line(line);
        assert!(desk.app.privacy.is_on, "{line}");
        assert!(said.contains("on or off"), "{line}: {said}");
    }
    desk.line("privacy OFF");
    assert!(!desk.app.privacy.is_on);
    desk.line("privacy");
    assert!(desk.app.privacy.is_on, "alone it turns");
}

#[test]
fn a_number_plans_a_row_of_the_list_and_of_nothing_else() {
    let mut desk = desk();
    desk.line("mark 3f2a9c41,b81e07d2");
    desk.line("plan");
    desk.reread(usize::MAX);
    let said = desk.line("back");
    assert!(said.contains("Numbers mean the rows of the plan"), "{said}");
    desk.line("unmark");
    let said = desk.line("plan 2");
    assert!(
        said.contains("Numbers mean the rows of the plan now"),
        "{said}"
    );
    assert!(desk.app.planning().is_none());
    // An id means the same chat everywhere.
    let said = desk.line("mark b81e07d2");
    assert!(said.starts_with("1 marked. That was b81e07d2"), "{said}");
    desk.line("unmark b81e07d2");
    desk.line("plan b81e07d2");
    assert_eq!(desk.app.planning().unwrap().asked, [id("b81e07d2")]);
}

#[test]
fn a_long_line_is_taken_whole() {
    let mut desk = desk();
    let long = "not name:nobody ".repeat(40);
    let said = desk.line(&format!("filter {long}kind:orphan"));
    assert!(
        said.contains(&format!("filter {long}kind:orphan: 4 chats.")),
        "{said}"
    );
    let ids = vec!["3f2a9c41"; 60].join(",");
    assert!(desk.line(&format!("mark {ids}")).starts_with("1 marked."));
}

#[test]
fn a_read_only_console_says_so_and_plans_nothing() {
    let mut desk = opened(false);
    assert!(desk.said_since(0).contains("Read-only."));
    desk.line("mark 1");
    let said = desk.line("plan");
    assert!(said.contains("read-only"), "{said}");
    assert!(desk.app.planning().is_none());
}

#[test]
fn leaving_in_a_run_asks_and_the_end_of_input_stops_it() {
    let mut desk = asked("3f2a9c41,b81e07d2");
    desk.line("acme-prod 2");
    desk.pass(3100);
    let said = desk.line("quit");
    assert!(
        said.contains("stop: stop, let the chats in flight settle, then quit."),
        "{said}"
    );
    assert_eq!(prompt(&desk), Some("Answer:"));
    let said = desk.line("what?");
    assert_eq!(said, "The run goes on.");
    let stops = |desk: &Desk| {
        let is_stop = |effect: &&Effect| matches!(effect, Effect::Engine(Command::StopRun { .. }));
        desk.effects.iter().filter(is_stop).count()
    };
    assert_eq!(stops(&desk), 0);
    desk.tell(Msg::InputEnded);
    assert_eq!(stops(&desk), 1);
    assert!(
        !desk
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Quit))
    );
    // Without a run it leaves.
    let mut desk = self::desk();
    desk.tell(Msg::InputEnded);
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Quit))
    );
}

#[test]
fn every_command_has_words_and_words_name_commands_that_are_there() {
    for command in COMMANDS {
        assert!(!command.words().is_empty(), "{} says nothing", command.word);
        let same = COMMANDS.iter().filter(|other| other.word == command.word);
        assert_eq!(same.count(), 1, "{} is there twice", command.word);
    }
    let mut desk = desk();
    let help = desk.line("help");
    for place in Place::ALL {
        assert!(help.contains(place.words()), "{help}");
    }
    for command in COMMANDS {
        assert!(
            help.contains(&format!("\n{}", command.word)),
            "{}",
            command.word
        );
    }
    // The words of what a key does too are those of the table of keys.
    let plan = TABLE.iter().find(|row| row.id == "plan").unwrap();
    assert!(help.contains(&format!("plan: {}.", plan.words)), "{help}");
    assert_eq!(desk.line("help plan"), format!("plan: {}.", plan.words));
}
