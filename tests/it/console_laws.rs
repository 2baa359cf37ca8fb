//! What holds for any keys in any order: nothing starts without the typed phrase, plans hold what was marked, nothing panics.

use std::collections::HashSet;

use jiff::SignedDuration;
use proptest::prelude::*;

use crate::console_desk::Desk;
use crate::console_forms::check_enter;
use crate::console_plan_recipes::{HERE, shipped};
use crate::console_world::{Chat, Scene, chats, settings};
use crate::hostile::stages::stages;
use unstick::app::action::Mode;
use unstick::app::mouse::Stroke;
use unstick::app::{Effect, Key, KeyCode, Msg, NewLimits, Reload};
use unstick::domain::feed::{Command, Fact, Listing};

/// Something that can happen to a console.
#[derive(Debug, Clone)]
enum Happening {
    Key(Key),
    Paste(String),
    Mouse(Stroke, u16, u16),
    Focus(bool),
    Pass(u16),
    Resize(u16, u16),
    Read(usize),
    Relist(usize),
    Answer,
}

fn key() -> impl Strategy<Value = Key> {
    let codes = prop_oneof![
        8 => prop::sample::select("jkgGxT /12vsSnrmbpcqfHRyUJK!*?ywWLPOM:CVuDFEeYhtz".chars().collect::<Vec<_>>()).prop_map(KeyCode::Char),
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
        is_quick: false,
    })
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        12 => key().prop_map(Happening::Key),
        1 => "[a-z0-9 \r]{0,20}".prop_map(Happening::Paste),
        1 => Just(Happening::Paste("xT acme-prod 8\r".to_owned())),
        4 => mouse(),
        1 => any::<bool>().prop_map(Happening::Focus),
        3 => (0u16..5000).prop_map(Happening::Pass),
        1 => (1u16..200, 1u16..60).prop_map(|(width, height)| Happening::Resize(width, height)),
        2 => (0usize..17).prop_map(Happening::Read),
        1 => (0usize..17).prop_map(Happening::Relist),
        2 => Just(Happening::Answer),
    ]
}

fn mouse() -> impl Strategy<Value = Happening> {
    let strokes = vec![Stroke::Press, Stroke::Menu, Stroke::Up, Stroke::Down];
    let place = (0u16..80, 0u16..24);
    (prop::sample::select(strokes), place).prop_map(|(what, (x, y))| Happening::Mouse(what, x, y))
}

fn befall(desk: &mut Desk, happening: Happening) {
    let all = chats();
    match happening {
        Happening::Key(key) => desk.press(key),
        Happening::Paste(text) => desk.tell(Msg::Paste(text)),
        Happening::Mouse(what, x, y) => desk.mouse(what, x, y),
        Happening::Focus(is_here) => desk.tell(Msg::Focus(is_here)),
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
            desk.first_page(rows, 16);
            let ids = all.get(left_out).map(|chat| chat.listed().id);
            desk.fact(Fact::Listing(Listing::Gone {
                ids: ids.into_iter().collect(),
                at: desk.now,
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

/// How far a console is on the way to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Plan,
    Box,
    HalfAPhrase,
    WholePhrase,
    ResumeBox,
}

/// Each, with the keys that are missing.
const WAYS: [(Way, &str); 5] = [
    (Way::Plan, "T"),
    (Way::Box, "acme-prod 8\r"),
    (Way::HalfAPhrase, "8\r"),
    (Way::WholePhrase, ""),
    (Way::ResumeBox, "acme-prod 8\r"),
];

fn on_the_way(way: Way) -> Desk {
    let mut desk = Desk::full(80, 24);
    match way {
        Way::Plan => desk.plan(),
        Way::WholePhrase => desk.confirm(),
        Way::ResumeBox => desk.resume(),
        Way::Box | Way::HalfAPhrase => {
            desk.plan();
            desk.keys("T");
            desk.pass(500);
        }
    }
    if way == Way::HalfAPhrase {
        desk.keys("acme-prod ");
    }
    desk
}

/// A console that only looks: from its start, or since the file says so.
fn read_only(way: Option<Way>) -> Desk {
    let Some(way) = way else {
        let mut desk = Desk::new(settings("PROD", false), 80, 24);
        desk.list(&chats());
        return desk;
    };
    let mut desk = on_the_way(way);
    let limits = NewLimits {
        max_batch: 50,
        require_note: true,
        recent_reply: SignedDuration::from_mins(30),
        writes: false,
    };
    desk.tell(Msg::Reloaded(Box::new(Reload {
        limits: Some(limits),
        ..Reload::default()
    })));
    assert!(desk.text().contains("READ-ONLY"), "{}", desk.text());
    desk
}

#[test]
fn what_is_on_the_way_to_a_run_starts_one_where_nothing_is_taken_away() {
    for (way, missing) in WAYS {
        let mut desk = on_the_way(way);
        desk.keys(missing);
        if way == Way::Plan {
            desk.pass(500);
            desk.keys("acme-prod 8\r");
        }
        desk.pass(5000);
        assert_eq!(starts(&desk), 1, "{way:?}");
    }
}

#[test]
fn the_box_says_where_it_ends_chats_and_takes_no_phrase_of_another_place() {
    let places = [("PROD", "acme-prod"), ("SANDBOX", "sandbox")];
    for (index, (label, profile)) in places.into_iter().enumerate() {
        let mut desk = Desk::new(settings(label, true), 80, 24);
        desk.fill();
        desk.plan();
        desk.keys("T");
        desk.pass(500);
        let text = desk.text();
        let head = format!("Terminate 8 chats in {label} {profile} ");
        let asked = format!("Type   {profile} 8 ");
        assert!(text.contains(&head) && text.contains(&asked), "{text}");
        let (_, other) = places[1 - index];
        desk.keys(&format!("{other} 8\r"));
        desk.pass(5000);
        assert_eq!(starts(&desk), 0, "{}", desk.text());
        desk.press(Key::ctrl('u'));
        desk.keys(&format!("{profile} 8\r"));
        desk.pass(5000);
        assert_eq!(starts(&desk), 1, "{}", desk.text());
    }
}

#[test]
fn enter_on_every_screen_and_in_every_dialog_starts_stops_and_takes_away_nothing() {
    for stage in stages() {
        check_enter(stage.name, &mut stage.desk(80, 24));
    }
}

#[test]
#[should_panic(expected = "the whole phrase")]
fn enter_on_what_would_start_is_told_by_what_looks_for_it() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys("T");
    desk.pass(500);
    desk.keys("acme-prod 8");
    check_enter("the whole phrase", &mut desk);
}

#[test]
fn every_mode_is_among_the_screens_that_odd_sizes_and_hostile_words_are_tried_on() {
    let mut seen = HashSet::new();
    for stage in stages() {
        seen.insert(stage.desk(80, 24).app.mode());
    }
    for mode in Mode::ALL {
        assert!(
            seen.contains(&mode),
            "no stage of hostile/stages.rs shows {mode:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn without_the_typed_phrase_nothing_starts_and_nothing_panics(
        story in prop::collection::vec(happening().prop_filter("could spell", cannot_spell), 1..60),
        offers_resume in any::<bool>(),
        takes_recipes in any::<bool>(),
    ) {
        let mut desk = Desk::full(80, 24);
        if takes_recipes {
            desk.app.settings.recipes = shipped();
            desk.app.settings.scope.api_host = HERE.to_owned();
        }
        if offers_resume {
            desk.history();
        }
        for happening in story {
            befall(&mut desk, happening);
        }
        prop_assert_eq!(starts(&desk), 0);
    }

    #[test]
    fn a_read_only_console_starts_nothing_even_with_the_phrase(
        way in prop::option::weighted(0.85, prop::sample::select(WAYS.to_vec())),
        story in prop::collection::vec(happening(), 1..30),
    ) {
        let mut desk = read_only(way.map(|(way, _)| way));
        desk.keys(way.map_or("", |(_, missing)| missing));
        for happening in story {
            desk.keys("acme-prod 8\r");
            befall(&mut desk, happening);
            desk.keys("acme-prod 1\r");
        }
        desk.pass(5000);
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
    fn every_screen_fits_into_every_size_however_it_changes_between_keys(
        screen in any::<prop::sample::Index>(),
        story in prop::collection::vec((1u16..=200, 1u16..=60, key()), 1..6),
    ) {
        let stages = stages();
        let mut desk = screen.get(&stages).desk(80, 24);
        desk.is_blind = false;
        for (width, height, key) in story {
            desk.tell(Msg::Resized { width, height });
            desk.draw();
            desk.press(key);
            desk.keys("jGgk");
            desk.pass(1000);
            desk.draw();
        }
    }

    #[test]
    fn the_cursor_stays_on_its_chat_and_on_the_screen_whatever_the_size(
        down in 0usize..17,
        sizes in prop::collection::vec((36u16..200, 8u16..60), 1..8),
    ) {
        let mut desk = Desk::full(80, 24);
        desk.is_blind = true;
        desk.keys(&"j".repeat(down));
        let chosen = desk.app.chats.cursor;
        for (width, height) in sizes {
            desk.tell(Msg::Resized { width, height });
            prop_assert_eq!(desk.app.chats.cursor, chosen);
            let text = desk.text();
            let row = text.lines().find(|line| line.starts_with('▸')).unwrap_or_default();
            let id = chosen.map(unstick::domain::ids::ConversationId::short).unwrap_or_default();
            prop_assert!(row.contains(&id), "{}x{}\n{}", width, height, text);
        }
    }

    #[test]
    fn ages_in_the_list_fall_from_top_to_bottom_when_it_is_sorted_by_age(
        ages in prop::collection::vec(prop_oneof![1i64..4, 1i64..5_000_000], 1..40),
    ) {
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
        let shown: Vec<_> = desk.app.chats.shown().iter().map(|id| (desk.app.roster.row(*id).unwrap().listed.started, *id)).collect();
        prop_assert_eq!(shown.len(), ages.len());
        // Of one age, by their ids.
        prop_assert!(shown.is_sorted(), "{:?}", shown);
        // And so they stay while every age goes on, listed again in another order or not.
        let mut otherwise = chats;
        otherwise.reverse();
        for _ in 0..3 {
            desk.pass(61_000);
            desk.list(&otherwise);
            desk.pass(1000);
            let again: Vec<_> = shown.iter().map(|(_, id)| *id).collect();
            prop_assert_eq!(desk.app.chats.shown(), again);
        }
    }
}
