//! From the phrase to the report, key by key: what counts as a confirmation, what stops a run, what stays marked.

use crate::console_desk::Desk;
use crate::console_world::{Chat, chats, id, reading};
use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::beside::Accepted;
use unstick::domain::conversation::LegState;
use unstick::domain::feed::{Command, Fact};

fn starts(desk: &Desk) -> usize {
    let is_start = |effect: &&Effect| {
        matches!(
            effect,
            Effect::Engine(Command::Start { .. } | Command::Resume(_))
        )
    };
    desk.effects.iter().filter(is_start).count()
}

#[test]
fn the_phrase_starts_the_very_plan_that_was_shown_with_its_note() {
    let mut desk = Desk::full(80, 24);
    desk.confirm();
    let shown = desk.app.planning().unwrap().plan.clone().unwrap();
    assert_eq!(starts(&desk), 0, "three seconds are left to call it off");
    desk.pass(3000);
    let (plan, note) = desk.started().unwrap();
    assert_eq!(plan.hash, shown.hash);
    assert_eq!(plan.items.len(), 8);
    assert_eq!(
        note.as_deref(),
        Some("INC-4821 flow publish left legs open")
    );
    desk.pass(10_000);
    assert_eq!(starts(&desk), 1);
}

#[test]
fn any_key_in_the_last_three_seconds_calls_the_start_off() {
    let mut desk = Desk::full(80, 24);
    desk.confirm();
    desk.pass(2900);
    desk.keys("j");
    desk.pass(10_000);
    assert_eq!(starts(&desk), 0);
    assert!(
        desk.text()
            .contains("stopped before the start: nothing was sent")
    );
}

#[test]
fn keys_that_were_typed_before_the_box_could_be_read_do_not_count() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    // All of it in one burst, without a frame in between, as type-ahead arrives.
    for character in "Tacme-prod 8\r".chars() {
        let key = if character == '\r' {
            Key::plain(KeyCode::Enter)
        } else {
            Key::char(character)
        };
        desk.tell(Msg::Key(key));
    }
    desk.draw();
    desk.keys("acme-prod 8\r");
    desk.pass(10_000);
    assert_eq!(
        starts(&desk),
        0,
        "the box is deaf for 400 ms after it was drawn"
    );
}

#[test]
fn held_keys_and_pastes_do_not_spell_the_phrase() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("T");
    desk.pass(500);
    desk.tell(Msg::Paste("acme-prod 8\r".to_owned()));
    for character in "acme-prod 8".chars() {
        desk.press(Key {
            is_repeat: true,
            ..Key::char(character)
        });
    }
    desk.keys("\r");
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
}

#[test]
fn keys_that_come_faster_than_a_person_types_are_a_paste() {
    let quick = |character: char| Key {
        is_quick: true,
        ..match character {
            '\r' => Key::plain(KeyCode::Enter),
            character => Key::char(character),
        }
    };
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("T");
    desk.pass(500);
    desk.keys("a");
    for character in "cme-prod 8\r\r".chars() {
        desk.press(quick(character));
    }
    assert!(desk.text().contains("pasted text does not count"));
    // For a second nothing counts, and nothing of it stands.
    desk.keys("acme-prod 8\r");
    desk.pass(1000);
    desk.keys("\r");
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
    // Two keys close together are a person's; an Enter close to the last key is not.
    desk.keys("acme-pro");
    desk.press(quick('d'));
    desk.press(quick(' '));
    desk.keys("8");
    desk.press(quick('\r'));
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
    desk.keys("\r");
    desk.pass(5000);
    assert_eq!(starts(&desk), 1);
}

#[test]
fn reads_that_grow_old_close_the_box() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("T");
    desk.pass(60_000);
    let text = desk.text();
    assert!(text.contains("The reads grew over 60s old"), "{text}");
    desk.keys("acme-prod 8\r");
    desk.pass(5000);
    assert_eq!(starts(&desk), 0);
    let planning = desk.app.planning().unwrap();
    assert!(
        planning.is_read() && planning.plan.as_ref().unwrap().items.len() == 8,
        "the rest of the phrase was not taken for keys of the plan"
    );
}

#[test]
fn a_chat_that_changes_while_the_box_is_open_closes_it_and_leaves_the_plan() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("T");
    desk.pass(500);
    let mut changed = chats()[0].conversation();
    changed.messages.clear();
    let fact = reading(changed, desk.now);
    desk.fact(fact);
    let text = desk.text();
    assert!(!text.contains("Type   acme-prod"), "{text}");
    let plan = desk.app.planning().unwrap().plan.clone().unwrap();
    assert_eq!(plan.items.len(), 7);
    let skipped = plan
        .skipped
        .iter()
        .find(|skipped| skipped.id == chats()[0].id)
        .unwrap();
    assert!(
        skipped.reason.contains("wrote since you chose it"),
        "{}",
        skipped.reason
    );
}

#[test]
fn a_pasted_command_in_the_list_does_nothing_but_say_so() {
    let mut desk = Desk::full(80, 24);
    let before = desk.effects.len();
    desk.tell(Msg::Paste("xT sandbox 9\r".to_owned()));
    assert_eq!(desk.effects.len(), before);
    assert!(desk.app.screens.is_empty());
    assert!(desk.text().contains("pasted text was dropped"));
}

#[test]
fn every_dialog_opens_on_the_safe_choice() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("T");
    desk.pass(500);
    assert!(desk.text().contains("[ Cancel ]"));
    desk.keys("\r\r");
    assert_eq!(starts(&desk), 0);
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    let before = desk.effects.len();
    desk.keys("q\r\u{1b}");
    assert_eq!(
        desk.effects.len(),
        before,
        "neither Enter nor Esc stops or quits"
    );
}

#[test]
fn esc_on_the_board_stops_once_and_ctrl_c_twice_quits() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    desk.keys("\u{1b}\u{1b}");
    let stops = desk
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Engine(Command::StopRun { .. })))
        .count();
    assert_eq!(stops, 1);
    desk.press(Key::ctrl('c'));
    assert!(matches!(desk.effects.last(), Some(Effect::Quit)));
}

#[test]
fn f34_a_run_that_is_left_as_it_stands_is_not_said_to_have_sent_nothing() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    desk.keys("\u{1b}");
    let why = "run 0143 was left before every outcome was known".to_owned();
    desk.tell(Msg::Fact(Fact::RunRefused { why }));
    desk.draw();
    let text = desk.text();
    assert!(!text.contains("nothing was sent"), "{text}");
    assert!(text.contains("left before every outcome"), "{text}");
    assert!(text.contains("no final state"), "{text}");
    assert!(!desk.app.is_running() && desk.app.unfinished().is_some());
    desk.keys("\u{1b}q");
    assert!(matches!(desk.effects.last(), Some(Effect::Quit)));
}

#[test]
fn leaving_the_board_lets_the_run_go_on_and_the_end_is_told() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    desk.keys("b");
    assert!(desk.text().contains("RUN 4/8"));
    assert!(desk.app.is_running());
    assert!(
        !desk
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Engine(Command::StopRun { .. })))
    );
}

#[test]
fn after_a_run_only_what_needs_somebody_stays_marked() {
    let mut desk = Desk::full(80, 24);
    desk.run_whole();
    let marked: Vec<String> = desk
        .app
        .chats
        .marks
        .ids()
        .iter()
        .map(|id| id.short())
        .collect();
    let mut expected = vec![
        "9e41b3f0", "5d90f1c8", "c05be6a7", "2b9c44e6", "0c7d55aa", "4c18ae90",
    ];
    expected.sort_unstable();
    let mut marked: Vec<&str> = marked.iter().map(String::as_str).collect();
    marked.sort_unstable();
    assert_eq!(
        marked, expected,
        "what was left out at plan time stays marked too"
    );
    assert!(!desk.app.is_running());
}

#[test]
fn a_resume_needs_the_phrase_with_the_count_of_what_is_open() {
    let mut desk = Desk::full(80, 24);
    desk.resume();
    desk.keys("acme-prod 7\r");
    desk.pass(4000);
    assert_eq!(starts(&desk), 0);
    desk.press(Key::ctrl('u'));
    desk.keys("acme-prod 8\r");
    desk.pass(4000);
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Engine(Command::Resume(_))))
    );
}

#[test]
fn a_run_whose_end_alone_is_not_on_record_can_be_finished() {
    let mut desk = Desk::full(80, 24);
    desk.past_without_its_end();
    assert!(desk.text().contains("Finish the run"), "{}", desk.text());
    assert!(desk.text().contains("Nothing is sent"), "{}", desk.text());
    desk.keys("acme-prod 0\r");
    desk.pass(4000);
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Engine(Command::Resume(_))))
    );
}

#[test]
fn the_order_is_held_while_rows_are_marked_and_new_rows_go_to_the_end() {
    let mut desk = Desk::full(80, 24);
    desk.keys(" ");
    let before = desk.app.chats.shown().to_vec();
    let mut newcomer = chats()[0].clone();
    newcomer.id = unstick::domain::ids::ConversationId::from_u128(7);
    newcomer.age = 999_999;
    let mut all = chats();
    all.push(newcomer.clone());
    desk.list(&all);
    desk.pass(1000);
    assert_eq!(&desk.app.chats.shown()[..before.len()], &before[..]);
    assert_eq!(desk.app.chats.shown().last(), Some(&newcomer.id));
    assert!(desk.text().contains("1 new, r re-sorts"), "{}", desk.text());
    desk.keys("r");
    assert_eq!(desk.app.chats.shown().first(), Some(&newcomer.id));
}

/// How a chat goes, in a word, and what makes it go.
type Road = (&'static str, fn(&mut Desk));

#[test]
fn a_chat_that_ended_stays_as_a_ghost_for_ten_seconds() {
    let go: [Road; 2] = [
        ("unlisted", |desk| {
            let rest: Vec<Chat> = chats().into_iter().skip(1).collect();
            desk.list(&rest);
        }),
        ("ended", |desk| {
            let mut over = chats()[0].conversation();
            over.ended = Some(desk.now);
            for party in &mut over.participants {
                for leg in &mut party.legs {
                    leg.state = LegState::Disconnected;
                }
            }
            let fact = reading(over, desk.now);
            desk.fact(fact);
        }),
    ];
    for (word, go) in go {
        let mut desk = Desk::full(80, 24);
        desk.keys("2");
        go(&mut desk);
        for second in 1..10 {
            desk.pass(1000);
            let text = desk.text();
            let row = text.lines().find(|row| row.contains(word));
            let is_there = row.is_some_and(|row| row.contains("3f2a9c41"));
            assert!(
                is_there,
                "after {second} s it is not said to be {word}\n{text}"
            );
        }
        desk.pass(2000);
        let text = desk.text();
        let list = text.lines().skip(5).take(14);
        assert!(!list.collect::<String>().contains("3f2a9c41"), "{text}");
    }
}

/// How many rows of the list are on the screen, between its heads and its foot.
fn rows_seen(desk: &mut Desk) -> usize {
    let text = desk.text();
    let rows = text.lines().skip(5).take_while(|row| !row.starts_with('─'));
    rows.filter(|row| !row.trim().is_empty()).count()
}

#[test]
fn a_ghost_that_goes_leaves_no_blank_row_behind_not_even_for_a_moment() {
    let mut desk = Desk::full(80, 24);
    desk.keys("2");
    let rest: Vec<Chat> = chats().into_iter().skip(3).collect();
    desk.list(&rest);
    for _ in 0..130 {
        desk.pass(100);
        assert_eq!(
            rows_seen(&mut desk),
            desk.app.chats.shown().len(),
            "{}",
            desk.text()
        );
    }
    assert_eq!(rows_seen(&mut desk), 6);
}

#[test]
fn what_another_view_or_filter_brings_is_not_called_new_and_stands_in_its_place() {
    let mut desk = Desk::full(80, 24);
    desk.keys("2 1");
    let all = desk.app.chats.shown().to_vec();
    desk.keys("U");
    desk.pass(4000);
    desk.keys("r");
    assert_eq!(desk.app.chats.shown(), all, "sorted as without marks");
    desk.keys(" 2");
    for keys in ["1", "3", "m", "m", "2", "/ age>1h\r", "\u{1b}"] {
        desk.keys(keys);
        let text = desk.text();
        assert!(!text.contains("new, r re-sorts"), "{keys:?}\n{text}");
    }
    assert!(desk.text().contains("1 marked of 17"), "{}", desk.text());
}

#[test]
fn in_a_terminal_that_is_too_small_a_key_can_only_leave() {
    let mut desk = Desk::full(80, 24);
    desk.tell(Msg::Resized {
        width: 20,
        height: 5,
    });
    let before = desk.effects.len();
    desk.keys("*x jp/");
    assert_eq!(desk.effects.len(), before);
    assert!(desk.app.chats.marks.is_empty());
    desk.keys("q");
    assert!(matches!(desk.effects.last(), Some(Effect::Quit)));
}

#[test]
fn when_the_chat_under_the_cursor_goes_the_cursor_keeps_its_line_and_says_so() {
    let mut desk = Desk::full(80, 24);
    desk.keys("jj");
    let gone = desk.app.chats.cursor.unwrap();
    let rest: Vec<Chat> = chats().into_iter().filter(|chat| chat.id != gone).collect();
    desk.list(&rest);
    desk.pass(12_000);
    assert_eq!(desk.app.chats.line(), 2);
    assert_ne!(desk.app.chats.cursor, Some(gone));
    let text = desk.text();
    assert!(text.contains("left the list; the cursor stays"), "{text}");
}

#[test]
fn ticks_and_keys_ask_the_engine_to_read_what_is_on_screen_first() {
    let mut desk = Desk::full(80, 24);
    desk.effects.clear();
    desk.keys(" ");
    desk.pass(1000);
    let (visible, marked) = desk
        .effects
        .iter()
        .find_map(|effect| match effect {
            Effect::Engine(Command::Attend { visible, marked }) => Some((visible, marked)),
            _ => None,
        })
        .unwrap();
    assert_eq!(visible.len(), 14, "as many as there are lines");
    assert_eq!(marked.len(), 1);
}

#[test]
fn the_phrase_cannot_be_reached_before_every_chat_was_read_again() {
    let mut desk = Desk::full(80, 24);
    desk.mark_stuck();
    desk.keys("x");
    desk.reread(9);
    desk.keys("T");
    assert!(
        desk.text().contains("T: re-reading 9 of 10"),
        "{}",
        desk.text()
    );
    assert!(desk.app.overlay.is_none());
    desk.reread(10);
    desk.keys("T");
    assert!(
        desk.text().contains("this profile asks for a note"),
        "{}",
        desk.text()
    );
    assert!(desk.app.overlay.is_none());
}

#[test]
fn a_live_chat_is_planned_alone_and_by_its_own_phrase() {
    let mut desk = Desk::full(80, 24);
    let live = chats()
        .into_iter()
        .find(|chat| chat.customer == "T. Adeyemi")
        .unwrap();
    desk.app.chats.marks.mark(live.id);
    desk.keys("x");
    desk.fact(live.read(desk.now));
    let plan = desk.app.planning().unwrap().plan.clone().unwrap();
    assert_eq!(plan.phrase(), "acme-prod live 4c18ae90");
    desk.keys("nwhy\rT");
    assert!(desk.text().contains("This chat is LIVE"), "{}", desk.text());
}

#[test]
fn a_stop_before_the_run_is_open_is_not_lost_and_a_second_ctrl_c_leaves() {
    let mut desk = Desk::full(80, 24);
    desk.confirm();
    desk.pass(3100);
    desk.press(Key::ctrl('c'));
    assert!(matches!(
        desk.effects.last(),
        Some(Effect::Engine(Command::StopRun { .. }))
    ));
    desk.press(Key::ctrl('c'));
    assert!(matches!(desk.effects.last(), Some(Effect::Quit)));
}

#[test]
fn a_finished_run_with_an_unresolved_chat_can_be_read_again_by_its_phrase() {
    let mut desk = Desk::full(80, 24);
    desk.past_with_unresolved();
    let text = desk.text();
    assert!(
        text.contains("Read 1 unresolved again in PROD acme-prod"),
        "{text}"
    );
    assert!(text.contains("Nothing is sent for them"), "{text}");
    desk.keys("acme-prod 0\r");
    assert!(matches!(
        desk.effects.last(),
        Some(Effect::Engine(Command::Resume(_)))
    ));
}

#[test]
fn a_run_that_sends_nothing_for_a_chat_leaves_known_what_an_earlier_one_had_accepted() {
    let mut desk = Desk::full(80, 24);
    let earlier = Accepted {
        target: None,
        at: desk.now,
    };
    let held = id("2b9c44e6");
    let ended = id("3f2a9c41");
    let both = [held, ended].map(|id| (id, vec![earlier]));
    desk.app.remember(both.into_iter().collect());
    desk.run_half();
    let known = |id| desk.app.roster.row(id).unwrap().beside.accepted;
    assert_eq!(known(held), [earlier], "it was held, and nothing was sent");
    assert_eq!(known(ended), [], "whatever is open on it now is new");
}

#[test]
fn a_run_that_comes_from_the_journal_after_somebody_went_elsewhere_opens_nothing() {
    // Asked for in the list or among past runs; then something else is opened, or opened and left again.
    let ways = [
        "R/",
        "R/\u{1b}",
        "Rx",
        "Rx\u{1b}",
        "R?",
        "H\rq",
        "H\rqH",
        "HRq",
        "H\r?\u{1b}",
    ];
    for keys in ways {
        let mut desk = Desk::full(80, 24);
        let record = desk.cut_short();
        desk.keys(keys);
        let before = desk.text();
        desk.tell(record);
        assert_eq!(desk.text(), before, "{keys:?}");
    }
    // Whoever waits gets it, also one who moved the cursor meanwhile, and only the run that was asked for last.
    for (keys, shows) in [
        ("R", "Resume"),
        ("Rj", "Resume"),
        ("HR", "Resume"),
        ("H\rj", "Run 0142 report"),
        ("Hj\rk\r", "Run 0142 report"),
    ] {
        let mut desk = Desk::full(80, 24);
        let record = desk.cut_short();
        desk.keys(keys);
        let before = desk.text();
        let other = unstick::domain::ids::RunId(141);
        desk.tell(Msg::Loaded(other, Err("it is late".to_owned())));
        assert_eq!(desk.text(), before, "{keys}");
        desk.tell(record);
        let text = desk.text();
        assert!(text != before && text.contains(shows), "{keys:?}: {text}");
        assert!(!text.contains("NOTHING NEEDS YOU"), "{text}");
    }
}
