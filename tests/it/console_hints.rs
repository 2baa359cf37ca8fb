//! What a screen says about itself at first sight: its hints, what a copy would be, what stands below the last row.

use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::failure::FailureKind;
use unstick::domain::kind::Bulk;

use crate::console_desk::Desk;
use crate::console_forms::SIZES;
use crate::console_help::{STAGES, Stage};
use crate::console_states::failed;
use crate::console_world::{chats, settings};

fn last_row(desk: &mut Desk) -> String {
    desk.text().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn the_way_back_is_among_the_hints_of_every_screen_that_has_one() {
    let others: [(&str, Stage); 2] = [
        ("transcript", |desk| desk.keys("t")),
        ("messages", |desk| desk.keys(":messages\r")),
    ];
    // Behind the list lies nothing, and on the board the key stops the run.
    let has_way_back = |(name, _): &(&str, Stage)| !matches!(*name, "chats" | "board");
    let stages: Vec<(&str, Stage)> = STAGES
        .into_iter()
        .filter(has_way_back)
        .chain(others)
        .collect();
    for (width, height) in SIZES {
        for (name, stage) in &stages {
            let mut desk = Desk::full(width.max(80), height.max(24));
            stage(&mut desk);
            desk.tell(Msg::Resized { width, height });
            let hints = last_row(&mut desk);
            let has_way = ["Esc back", "Esc list"]
                .iter()
                .any(|way| hints.contains(way));
            assert!(has_way, "{name} at {width}x{height}: {hints}");
            assert!(
                hints.contains("? help"),
                "{name} at {width}x{height}: {hints}"
            );
        }
    }
}

#[test]
fn a_list_without_chats_hints_at_nothing_that_needs_one() {
    let mut desk = Desk::new(settings("PROD", true), 80, 24);
    desk.list(&[]);
    let hints = last_row(&mut desk);
    let wanted = " / filter  L requests  O profiles  : commands  ? help  q quit";
    assert_eq!(hints.trim_end(), wanted);
    // Chats that a filter hides are still marked.
    let mut desk = Desk::full(80, 24);
    desk.keys(" /queue:nowhere\r");
    assert!(last_row(&mut desk).contains("x plan"), "{}", desk.text());
    desk.keys("U");
    assert!(!last_row(&mut desk).contains("x plan"), "{}", desk.text());
}

#[test]
fn the_copy_menu_shows_what_each_letter_would_copy_and_which_way() {
    let mut desk = Desk::full(80, 24);
    desk.keys("y");
    let id = chats()[0].id.to_string();
    let text = desk.text();
    for words in [
        format!("i  id        {id}"),
        "s  summary   4 lines for a ticket".to_owned(),
        "r  row       9 columns, tab-separated".to_owned(),
        "m  ids       no chat is marked".to_owned(),
        "c  command   plans this chat without a screen".to_owned(),
        "copies through the terminal (OSC 52)".to_owned(),
    ] {
        assert!(text.contains(&words), "{words}\n{text}");
    }
    // The size is that of what is copied.
    let (_, size) = text.split_once("j  JSON      ").unwrap();
    let bytes: usize = size.split(' ').next().unwrap().parse().unwrap();
    desk.keys("j");
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(what, text) => Some((*what, text.len())),
        _ => None,
    });
    assert_eq!(copied, Some(("JSON", bytes)));
    desk.keys("  y");
    let text = desk.text();
    assert!(text.contains("m  ids       of 2 marked"), "{text}");
    assert!(
        text.contains("plans the 2 marked without a screen"),
        "{text}"
    );
    desk.keys("m");
    let is_ids =
        |effect: &Effect| matches!(effect, Effect::Copy("ids", text) if text.lines().count() == 2);
    assert!(desk.effects.iter().any(is_ids), "{:?}", desk.effects);
}

#[test]
fn the_first_page_of_a_chat_says_what_stands_below_until_it_is_in_view() {
    let mut desk = Desk::full(80, 24);
    desk.keys("\r");
    let text = desk.text();
    assert!(
        !text.contains("TIMELINE\n"),
        "it fits, try a smaller screen"
    );
    let rule = text.lines().nth(3).unwrap().to_owned();
    assert!(rule.contains("PgDn") && rule.contains("TIMELINE"), "{rule}");
    // Going down by what it says, every line of the page comes into view.
    let mut seen = text;
    for _ in 0..10 {
        desk.press(Key::plain(KeyCode::PageDown));
        seen.push_str(&desk.text());
    }
    let last = desk.text().lines().nth(3).unwrap().to_owned();
    assert!(!last.contains("PgDn"), "{last}");
    for words in ["WHY", "FACTS", "EVIDENCE", "TIMELINE"] {
        assert!(seen.contains(words), "{words} was never in view");
    }
    // On a wide screen there is nothing below.
    let mut desk = Desk::full(140, 40);
    desk.keys("\r");
    assert!(!desk.text().lines().nth(3).unwrap().contains("PgDn"));
}

#[test]
fn which_chat_is_open_and_why_is_said_at_every_size() {
    for (width, height) in SIZES {
        for keys in ["\r", "\r\u{1b}j\r", "\r2"] {
            let mut desk = Desk::full(80, 24);
            desk.keys(keys);
            let id = desk.app.chats.cursor.unwrap();
            let kind = desk.app.chats.kind(id).unwrap().word();
            desk.tell(Msg::Resized { width, height });
            let head = desk.text().lines().nth(1).unwrap().to_owned();
            let is_said = head.contains(&id.short()) && head.contains(kind);
            assert!(is_said, "{keys:?} at {width}x{height}: {head}");
        }
    }
}

#[test]
fn an_empty_list_says_its_sentences_whole_at_every_size() {
    for (width, height) in SIZES {
        let mut desk = Desk::new(settings("PROD", true), width, height);
        desk.list(&[]);
        let text = desk.text();
        let words: Vec<&str> = text.split_whitespace().collect();
        let said = words.join(" ");
        for sentence in [
            "No web messaging chats at all",
            "The organisation lists none as open, as of",
            "check the client's divisions and permissions.",
            "unstick doctor tells them.",
        ] {
            assert!(
                said.contains(sentence),
                "{sentence} at {width}x{height}\n{text}"
            );
        }
    }
}

#[test]
fn a_list_that_cannot_be_read_hints_at_trying_again_and_not_at_plans() {
    let mut desk = Desk::full(80, 24);
    desk.pass(72_000);
    failed(&mut desk, FailureKind::Unreachable, None);
    let hints = last_row(&mut desk);
    assert!(hints.contains("r retry now"), "{hints}");
    assert!(!hints.contains("x plan"), "{hints}");
    for way in ["↵ inspect", "L requests", "? help", "q quit"] {
        assert!(hints.contains(way), "{way}: {hints}");
    }
}

#[test]
fn whoever_types_a_filter_is_told_of_its_syntax_and_finds_the_filter_again() {
    let mut desk = Desk::full(80, 24);
    desk.keys("/is:stuck idle>4");
    let hints = last_row(&mut desk);
    assert!(
        hints.contains("F1 syntax") && hints.contains("↑ history"),
        "{hints}"
    );
    // The second way is for keyboards without such keys.
    for key in [Key::plain(KeyCode::F(1)), Key::ctrl('o')] {
        desk.press(key);
        assert!(desk.text().contains("Filter syntax"), "{}", desk.text());
        assert!(desk.text().contains("idle>=30m"), "{}", desk.text());
        desk.keys("\u{1b}");
    }
    desk.keys("5m\r");
    assert!(desk.app.overlay.is_none());
    assert_eq!(desk.app.chats.filter.text(), "is:stuck idle>45m");
}

#[test]
fn what_is_typed_into_the_filter_is_in_sight_on_the_smallest_screen_too() {
    let mut desk = Desk::full(40, 10);
    desk.keys("/is:stuck");
    assert!(desk.text().contains("/ is:stuck"), "{}", desk.text());
    desk.keys(" idle>4");
    assert!(
        desk.text().contains("not applied: idle needs a unit"),
        "{}",
        desk.text()
    );
    desk.keys("h\r");
    assert!(desk.text().contains("0 marked"), "{}", desk.text());
    assert!(!desk.text().contains("not applied"), "{}", desk.text());
}

#[test]
fn what_would_be_sent_stands_beside_a_wide_list_for_what_is_ended_with_others_and_for_nothing_else()
{
    let mut desk = Desk::full(140, 40);
    let text = desk.text();
    let (_, after) = text
        .split_once("IF ENDED")
        .unwrap_or_else(|| panic!("{text}"));
    assert!(after.contains("check, end agent leg, close if"), "{text}");
    for _ in 0..20 {
        let cursor = desk.app.chats.cursor;
        let kind = cursor.and_then(|id| desk.app.chats.kind(id));
        let is_told = desk.text().contains("IF ENDED");
        let is_bulk = kind.is_some_and(|kind| kind.bulk() == Bulk::Yes);
        assert_eq!(is_told, is_bulk, "{kind:?}\n{}", desk.text());
        desk.keys("j");
    }
}
