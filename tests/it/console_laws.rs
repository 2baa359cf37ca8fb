//! What holds for any keys in any order: nothing starts without the typed phrase, plans hold what was marked, nothing panics.

use jiff::SignedDuration;
use proptest::prelude::*;

use crate::console_world::{Chat, Desk, Scene, chats, settings};
use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::feed::{Command, Fact, Listing};

/// Something that can happen to a console.
#[derive(Debug, Clone)]
enum Happening {
    Key(Key),
    Paste(String),
    Pass(u16),
    Resize(u16, u16),
    Read(usize),
    Relist(usize),
    Answer,
}

fn key() -> impl Strategy<Value = Key> {
    let codes = prop_oneof![
        8 => prop::sample::select("jkgGxT /12vsSnrmbpcqfHRyUJK!*?yw".chars().collect::<Vec<_>>()).prop_map(KeyCode::Char),
        2 => any::<char>().prop_map(KeyCode::Char),
        4 => Just(KeyCode::Enter),
        2 => Just(KeyCode::Esc),
        1 => prop::sample::select(vec![KeyCode::Tab, KeyCode::Up, KeyCode::Down, KeyCode::PageDown, KeyCode::Home, KeyCode::End, KeyCode::Backspace, KeyCode::F(1), KeyCode::Other]),
    ];
    (codes, prop::bool::weighted(0.05), any::<bool>()).prop_map(|(code, ctrl, is_repeat)| Key {
        code,
        ctrl,
        alt: false,
        is_repeat,
    })
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        12 => key().prop_map(Happening::Key),
        1 => "[a-z0-9 \r]{0,20}".prop_map(Happening::Paste),
        1 => Just(Happening::Paste("xT acme-prod 8\r".to_owned())),
        3 => (0u16..5000).prop_map(Happening::Pass),
        1 => (1u16..200, 1u16..60).prop_map(|(width, height)| Happening::Resize(width, height)),
        2 => (0usize..17).prop_map(Happening::Read),
        1 => (0usize..17).prop_map(Happening::Relist),
        2 => Just(Happening::Answer),
    ]
}

fn befall(desk: &mut Desk, happening: Happening) {
    let all = chats();
    match happening {
        Happening::Key(key) => desk.press(key),
        Happening::Paste(text) => desk.tell(Msg::Paste(text)),
        Happening::Pass(milliseconds) => desk.pass(i64::from(milliseconds)),
        Happening::Resize(width, height) => desk.tell(Msg::Resized { width, height }),
        Happening::Read(index) => desk.fact(all[index].read(desk.now)),
        Happening::Relist(left_out) => {
            let rows = all
                .iter()
                .enumerate()
                .filter(|(index, _)| *index != left_out)
                .map(|(_, chat)| chat.listed())
                .collect();
            desk.fact(Fact::Listing(Listing::Started));
            desk.fact(Fact::Listing(Listing::Page {
                rows,
                page: 1,
                total: 16,
            }));
            desk.fact(Fact::Listing(Listing::Done { at: desk.now }));
        }
        Happening::Answer => {
            if let Some(asked) = desk.app.planning().map(|planning| planning.asked.clone()) {
                for chat in all.iter().filter(|chat| asked.contains(&chat.id)) {
                    desk.fact(chat.read(desk.now));
                }
            }
        }
    }
    desk.draw();
}

fn starts(desk: &Desk) -> usize {
    desk.effects
        .iter()
        .filter(|effect| {
            matches!(
                effect,
                Effect::Engine(Command::Start { .. } | Command::Resume(_))
            )
        })
        .count()
}

/// Keys that could spell a phrase never come in a row here: no `a` is ever pressed alone.
fn cannot_spell(happening: &Happening) -> bool {
    !matches!(
        happening,
        Happening::Key(Key {
            code: KeyCode::Char('a'),
            ..
        })
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn without_the_typed_phrase_nothing_starts_and_nothing_panics(
        story in prop::collection::vec(happening().prop_filter("could spell", cannot_spell), 1..60),
        offers_resume in any::<bool>(),
    ) {
        let mut desk = Desk::full(80, 24);
        if offers_resume {
            desk.history();
        }
        for happening in story {
            befall(&mut desk, happening);
        }
        prop_assert_eq!(starts(&desk), 0);
    }

    #[test]
    fn a_read_only_console_starts_nothing_even_with_the_phrase(story in prop::collection::vec(happening(), 1..30)) {
        let mut desk = Desk::new(settings("PROD", false), 80, 24);
        desk.list(&chats());
        for happening in story {
            befall(&mut desk, happening);
            desk.keys("acme-prod 1\r");
            desk.keys("acme-prod 8\r");
        }
        prop_assert_eq!(starts(&desk), 0);
    }

    #[test]
    fn a_plan_is_about_what_was_marked_whatever_the_list_does_meanwhile(
        marked in prop::collection::btree_set(0usize..17, 1..12),
        churn in prop::collection::vec((0usize..17, any::<bool>()), 0..25),
    ) {
        let mut desk = Desk::full(80, 24);
        let all = chats();
        let mut churn = churn.into_iter();
        for index in &marked {
            desk.app.chats.marks.mark(all[*index].id);
            if let Some((other, is_read)) = churn.next() {
                befall(&mut desk, if is_read { Happening::Read(other) } else { Happening::Relist(other) });
            }
        }
        desk.keys("x");
        for (other, is_read) in churn {
            befall(&mut desk, if is_read { Happening::Read(other) } else { Happening::Relist(other) });
        }
        befall(&mut desk, Happening::Answer);
        let plan = desk.app.planning().and_then(|planning| planning.plan.clone()).unwrap();
        let mut planned: Vec<_> = plan.items.iter().map(|item| item.id).chain(plan.skipped.iter().map(|skipped| skipped.id)).collect();
        let mut wanted: Vec<_> = marked.iter().map(|index| all[*index].id).collect();
        planned.sort();
        wanted.sort();
        prop_assert_eq!(planned, wanted);
    }

    #[test]
    fn every_screen_fits_into_every_size(width in 1u16..200, height in 1u16..60, screen in 0usize..9) {
        let mut desk = Desk::full(80, 24);
        match screen {
            0 => {}
            1 => desk.keys("\r"),
            2 => desk.plan(),
            3 => desk.confirm(),
            4 => desk.run_half(),
            5 => { desk.run_half(); desk.keys("\r"); }
            6 => desk.run_whole(),
            7 => { desk.history(); desk.keys("H"); }
            _ => desk.keys("?"),
        }
        desk.tell(Msg::Resized { width, height });
        desk.draw();
        desk.keys("jGgk");
        desk.pass(1000);
        desk.draw();
    }

    #[test]
    fn ages_in_the_list_fall_from_top_to_bottom_when_it_is_sorted_by_age(ages in prop::collection::vec(1i64..5_000_000, 1..40)) {
        let mut desk = Desk::new(settings("PROD", true), 80, 60);
        let chats: Vec<Chat> = ages.iter().enumerate().map(|(index, age)| Chat {
            id: unstick::domain::ids::ConversationId::from_u128(index as u128 + 1),
            scene: Scene::Unread,
            age: *age,
            quiet: 0,
            queue: "",
            agent: "",
            customer: "",
        }).collect();
        desk.list(&chats);
        desk.keys("sj\r");
        let shown: Vec<_> = desk.app.chats.shown().iter().map(|id| desk.app.roster.row(*id).unwrap().listed.started).collect();
        prop_assert_eq!(shown.len(), ages.len());
        prop_assert!(shown.is_sorted());
    }
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
fn reads_that_grow_old_close_the_box() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("T");
    desk.pass(60_000);
    let text = desk.text();
    assert!(text.contains("the reads grew over 60s old"), "{text}");
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
    let fact = crate::console_world::reading(changed, desk.now);
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

#[test]
fn a_chat_that_ended_stays_as_a_ghost_for_ten_seconds() {
    let mut desk = Desk::full(80, 24);
    desk.keys("2");
    let rest: Vec<Chat> = chats().into_iter().skip(1).collect();
    desk.list(&rest);
    desk.pass(1000);
    assert!(desk.text().contains("unlisted"), "{}", desk.text());
    desk.pass(
        SignedDuration::from_secs(11)
            .as_millis()
            .try_into()
            .unwrap(),
    );
    assert!(!desk.text().contains("3f2a9c41"), "{}", desk.text());
}
