//! What the list says of itself: that it fails, what was probably meant, what is not counted yet, and which rows are over.

use unstick::app::Key;
use unstick::domain::failure::FailureKind;

use crate::console_desk::Desk;
use crate::console_states::failed;
use crate::console_world::{Chat, Scene, chats, id};

/// The status row.
fn status(desk: &mut Desk) -> String {
    let text = desk.text();
    text.lines().nth_back(1).unwrap().trim().to_owned()
}

#[test]
fn a_list_that_fails_says_with_what_and_how_often_while_chats_can_be_read() {
    let kinds = [
        (FailureKind::ServiceFault, 503, "503 service fault"),
        (
            FailureKind::RateLimited { retry_after: None },
            429,
            "429 rate limited",
        ),
    ];
    for (kind, code, words) in kinds {
        let mut desk = Desk::full(80, 24);
        let list = chats();
        desk.pass(600_000);
        failed(&mut desk, kind.clone(), Some(code));
        let once = status(&mut desk);
        assert!(
            once.starts_with(&format!("Listing fails: {words} since ")),
            "{once}"
        );
        for _ in 0..12 {
            failed(&mut desk, kind.clone(), Some(code));
        }
        let often = status(&mut desk);
        assert!(
            often.starts_with(&format!("Listing fails: {words}, 13 times since ")),
            "{often}"
        );
        let since = once.split(" since ").nth(1).unwrap();
        assert!(often.ends_with(since) && !often.contains('…'), "{often}");
        assert!(since.contains(". Data from "), "{since}");
        // What is marked is counted all the same, and can be planned.
        desk.keys(" ");
        let marked = status(&mut desk);
        assert!(marked.starts_with("1 marked. Listing fails: "), "{marked}");
        desk.keys("x");
        assert!(desk.app.planning().is_some(), "{}", desk.text());
        desk.keys("\u{1b}U");
        // With the next whole list it is over.
        desk.list(&list);
        desk.pass(1000);
        assert!(!desk.text().contains("Listing fails"), "{}", desk.text());
    }
}

#[test]
fn while_the_service_is_away_the_list_says_so_whatever_else_could_go_on() {
    let mut desk = Desk::full(80, 24);
    desk.history();
    let offer = status(&mut desk);
    assert!(!offer.contains("Showing data"), "{offer}");
    failed(&mut desk, FailureKind::Unreachable, None);
    let away = status(&mut desk);
    assert!(away.starts_with("Showing data from "), "{away}");
    assert!(away.contains("Terminate is off"), "{away}");
    desk.list(&chats());
    desk.pass(1000);
    assert_eq!(status(&mut desk), offer);
}

#[test]
fn what_falls_away_with_what_was_meant_is_said_and_its_rows_are_not_called_new() {
    let mut desk = Desk::full(80, 24);
    desk.keys(" /kind:ringing queue:\"Biling EU\"\r");
    let text = desk.text();
    assert!(
        text.contains("Did you mean   queue:\"Billing EU\" ("),
        "{text}"
    );
    assert!(text.contains("That lets go of   kind:ringing"), "{text}");
    desk.keys("\r");
    assert_eq!(desk.app.chats.filter.text(), "queue:\"Billing EU\"");
    assert!(!desk.app.chats.shown().is_empty());
    let text = desk.text();
    assert!(!text.contains("new, r re-sorts"), "{text}");
    assert!(text.contains("1 marked"), "{text}");
    // Where the rest stays, nothing is said of it.
    let mut desk = Desk::full(80, 24);
    desk.keys("/queue:\"Biling EU\" is:stuck\r");
    assert!(desk.text().contains("Did you mean"), "{}", desk.text());
    assert!(!desk.text().contains("lets go"), "{}", desk.text());
}

#[test]
fn a_beginning_is_enough_to_be_understood() {
    for (typed, words) in [
        ("orph", "kind:orphan (4)"),
        ("stuc", "is:stuck ("),
        ("ring", "kind:ringing ("),
    ] {
        let mut desk = Desk::full(80, 24);
        desk.keys(&format!("/{typed}\r"));
        let text = desk.text();
        assert!(text.contains(&format!("Did you mean   {words}")), "{text}");
        desk.keys("\r");
        assert!(!desk.app.chats.shown().is_empty(), "{}", desk.text());
    }
}

#[test]
fn what_is_over_stays_in_its_own_list_and_comes_into_no_other() {
    let gone = id("3f2a9c41");
    let mut desk = Desk::full(80, 24);
    desk.keys("2");
    assert!(desk.app.chats.shown().contains(&gone));
    let rest: Vec<Chat> = chats().into_iter().filter(|chat| chat.id != gone).collect();
    desk.list(&rest);
    desk.pass(1000);
    assert!(desk.app.chats.shown().contains(&gone), "it stays a while");
    for keys in ["3", "/\u{15}kind:ringing\r"] {
        for key in keys.chars() {
            match key {
                '\u{15}' => desk.press(Key::ctrl('u')),
                key => desk.keys(&key.to_string()),
            }
        }
        assert!(!desk.app.chats.shown().contains(&gone), "{}", desk.text());
        desk.keys("*");
        assert!(!desk.app.chats.marks.contains(gone), "{}", desk.text());
        desk.keys("U2");
    }
}

#[test]
fn stuck_and_stale_have_a_plus_while_chats_are_unread() {
    let mut desk = Desk::full(80, 24);
    let bar = |desk: &mut Desk| desk.text().lines().nth(1).unwrap().to_owned();
    let unread = chats().into_iter();
    let unread: Vec<Chat> = unread
        .filter(|chat| matches!(chat.scene, Scene::Unread))
        .collect();
    assert_eq!(unread.len(), 2);
    let row = bar(&mut desk);
    let numbers = |row: &str| -> Vec<bool> {
        let words: Vec<&str> = row.split_whitespace().collect();
        let after = |name: &str| {
            let at = words.iter().position(|word| *word == name).unwrap();
            words[at + 1].trim_end_matches(']').ends_with('+')
        };
        ["All", "Stuck", "Stale"].map(after).to_vec()
    };
    assert_eq!(numbers(&row), [false, true, true], "{row}");
    for chat in &unread {
        let mut chat = chat.clone();
        chat.scene = Scene::Live;
        let fact = chat.read(desk.now);
        desk.fact(fact);
    }
    desk.pass(1000);
    let row = bar(&mut desk);
    assert_eq!(numbers(&row), [false, false, false], "{row}");
}

#[test]
fn what_is_typed_behind_the_filter_of_a_view_is_a_clause_of_its_own() {
    let mut desk = Desk::full(80, 24);
    desk.keys("2/kind:orphan\r");
    assert_eq!(desk.app.chats.filter.text(), "is:stuck kind:orphan");
    // Nothing typed is nothing changed, and the first filter typed has no blank before it.
    desk.keys("/\r");
    assert_eq!(desk.app.chats.filter.text(), "is:stuck kind:orphan");
    desk.keys("1/kind:idle\r");
    assert_eq!(desk.app.chats.filter.text(), "kind:idle");
}
