//! One chat looked into: its pages, searched, folded, masked until somebody asks, and forgotten when it is left.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::console_desk::{Desk, text_of};
use crate::console_dossier::{NOTED, SAID, answer, conversation, look_into, raw, recorded, words};
use crate::console_forms::SIZES;
use crate::console_screens::{self, mono};
use crate::console_world::{chats, receipt};
use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::ids::ConversationId;
use unstick::domain::raw_read::RawRead;

fn opened(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    look_into(&mut desk);
    desk
}

fn with_words(width: u16, height: u16) -> Desk {
    let mut desk = opened(width, height);
    desk.keys("2");
    let words = words(&desk);
    desk.fact(words);
    desk
}

fn shoot(name: &str, stage: impl FnMut(u16, u16) -> Desk) {
    console_screens::shoot(&format!("inspect_{name}"), stage);
}

fn transcripts(desk: &Desk) -> Vec<Vec<String>> {
    desk.effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Engine(Command::Transcript { messages, .. }) => {
                Some(messages.iter().map(ToString::to_string).collect())
            }
            _ => None,
        })
        .collect()
}

#[test]
fn what_was_said_masked_and_shown() {
    shoot("transcript_masked", with_words);
    shoot("transcript", |width, height| {
        let mut desk = with_words(width, height);
        desk.keys("u/canary\r");
        desk
    });
}

#[test]
fn the_answer_as_a_tree_with_what_changed() {
    shoot("json", |width, height| {
        let mut desk = opened(width, height);
        desk.keys("3");
        desk
    });
    shoot("json_changed", |width, height| {
        let mut desk = opened(width, height);
        desk.pass(20_000);
        let mut changed = answer(&conversation(), 0);
        changed["participants"][0]["messages"][0]["state"] = json!("connected");
        changed["recordingState"] = json!("ACTIVE");
        changed["endTime"] = json!("2026-03-02T13:00:00Z");
        changed["participants"][0]["attributes"]["source"] = json!("checkout sage");
        let read = Arc::new(RawRead::new(desk.now, receipt(200, 90), changed));
        desk.fact(Fact::Raw {
            id: conversation().id,
            read,
        });
        desk.keys("3jjjj\rjjj\rj\r");
        desk
    });
}

#[test]
fn requests_attributes_and_the_copy_menu() {
    shoot("requests", |width, height| {
        let mut desk = opened(width, height);
        desk.keys("4jj");
        desk
    });
    shoot("attributes", |width, height| {
        let mut desk = opened(width, height);
        desk.keys("5");
        desk
    });
    shoot("copy", |width, height| {
        let mut desk = opened(width, height);
        desk.keys("y");
        desk
    });
    shoot("find", |width, height| {
        let mut desk = opened(width, height);
        desk.keys("/agent");
        desk
    });
}

#[test]
fn nothing_masked_is_on_a_screen_before_a_key_asks_and_nothing_said_is_ever_copied_by_the_menu() {
    for (width, height) in [(80, 24), (140, 40), (60, 14), (40, 10)] {
        let mut desk = with_words(80, 24);
        desk.tell(Msg::Resized { width, height });
        let mut seen = String::new();
        for tab in "123456".chars() {
            desk.keys(&tab.to_string());
            desk.keys("+");
            for _ in 0..12 {
                seen.push_str(&desk.text());
                desk.press(Key::plain(KeyCode::PageDown));
            }
            for letter in "ilsrjmc".chars() {
                desk.keys("y");
                desk.keys(&letter.to_string());
            }
        }
        assert!(!seen.contains("canary"), "{seen}");
        let copied = desk.copied().join("\n");
        assert!(
            desk.copied().len() >= 30 && !copied.contains("canary"),
            "{copied}"
        );
        desk.keys("5jY");
        assert!(
            desk.text().contains("masked") || height < 12,
            "{}",
            desk.text()
        );
        assert!(!desk.copied().join("\n").contains("canary"));
    }
}

#[test]
fn what_is_masked_is_shown_by_one_key_and_hidden_again_by_it_and_by_privacy() {
    let mut desk = with_words(80, 24);
    assert!(desk.text().contains("[32 characters]"), "{}", desk.text());
    desk.keys("u");
    assert!(desk.text().contains(SAID));
    desk.keys("z");
    assert!(!desk.text().contains("canary"));
    desk.keys("u");
    assert!(desk.text().contains("privacy is on"), "{}", desk.text());
    assert!(!desk.text().contains("canary"));
    desk.keys("zu");
    assert!(!desk.text().contains("canary"));
    desk.keys("5");
    assert!(!desk.text().contains(NOTED));
    desk.keys("ujY");
    assert!(desk.text().contains(NOTED));
    assert_eq!(desk.copied(), [NOTED]);
    desk.keys("u");
    assert!(!desk.text().contains(NOTED));
}

#[test]
fn what_was_said_is_fetched_when_its_page_is_opened_ten_at_first_and_forgotten_when_it_is_left() {
    let mut desk = opened(80, 24);
    desk.keys("3456");
    assert!(transcripts(&desk).is_empty());
    desk.keys("2");
    let asked = transcripts(&desk);
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].len(), asked[0][0].as_str(), asked[0][9].as_str()),
        (10, "m04", "m13")
    );
    let fact = words(&desk);
    desk.fact(fact.clone());
    desk.keys("m");
    assert_eq!(transcripts(&desk)[1].len(), 14);
    desk.fact(fact.clone());
    desk.keys("u");
    assert!(desk.text().contains(SAID));
    // Left, and looked into again: nothing is known, and an answer that comes late finds nobody.
    desk.keys("\u{1b}");
    desk.fact(fact);
    look_into(&mut desk);
    desk.keys("2u");
    assert!(!desk.text().contains("canary"), "{}", desk.text());
    assert_eq!(transcripts(&desk).len(), 3);
    // What was said in the next chat is not fetched because this one's page was open.
    desk.keys("J");
    assert!(desk.text().contains("[1 Overview]"), "{}", desk.text());
    assert_eq!(transcripts(&desk).len(), 3);
}

#[test]
fn what_was_said_and_shown_is_forgotten_when_its_page_is_left_by_any_key() {
    // By the next page's key, by a number, by the one before, and by a plan that is opened over it.
    let ways: [(&str, &[Key]); 4] = [
        ("Tab", &[Key::plain(KeyCode::Tab)]),
        ("3", &[Key::char('3')]),
        ("Shift-Tab", &[Key::plain(KeyCode::BackTab)]),
        ("x", &[Key::char('x'), Key::plain(KeyCode::Esc)]),
    ];
    for (way, keys) in ways {
        let mut desk = with_words(80, 24);
        desk.keys("u");
        desk.pass(7000);
        let text = desk.text();
        assert!(text.contains(SAID), "{way}: {text}");
        assert!(text.contains("forgotten when this page is left"), "{text}");
        for key in keys {
            desk.press(*key);
        }
        let text = desk.text();
        assert!(!text.contains("[2 Transcript]"), "{way}: {text}");
        // An answer that is on its way when the page is left finds nobody either.
        let fact = words(&desk);
        desk.fact(fact.clone());
        let asked = transcripts(&desk).len();
        desk.keys("2");
        let text = desk.text();
        assert!(
            !text.contains("canary") && !text.contains("[32 char"),
            "{way}: {text}"
        );
        assert_eq!(transcripts(&desk).len(), asked + 1, "{way}");
        desk.fact(fact);
        let text = desk.text();
        assert!(text.contains("[32 characters]"), "{way}: {text}");
        assert!(!text.contains("canary"), "{way}: {text}");
    }
}

#[test]
fn attributes_that_were_shown_are_masked_again_when_their_page_is_left() {
    for keys in ["15", "35", "x\u{1b}", "x\u{1b}15"] {
        let mut desk = opened(80, 24);
        desk.keys("5u");
        assert!(desk.text().contains(NOTED), "{}", desk.text());
        desk.keys(keys);
        let text = desk.text();
        assert!(text.contains("[5 Attributes]"), "{keys:?}: {text}");
        assert!(!text.contains(NOTED), "{keys:?}: {text}");
    }
}

#[test]
fn what_was_said_on_another_day_stands_under_its_heads() {
    let mut desk = with_words(80, 24);
    desk.now += SignedDuration::from_hours(48);
    desk.keys("u");
    let text = desk.text();
    let lines = || text.lines().skip_while(|line| !line.contains("MESSAGE"));
    let role = lines().next().unwrap().find("ROLE").unwrap();
    let said: Vec<&str> = lines()
        .filter(|line| line.contains(" Mar ") || line.contains("silence"))
        .collect();
    assert!(said.len() > 3, "{text}");
    for line in said {
        let is_under = ["customer", "agent", "event"].map(|who| line[role..].starts_with(who));
        assert!(is_under.contains(&true), "{line}\n{text}");
    }
}

#[test]
fn a_transcript_page_that_opens_before_the_answer_is_there_fetches_when_it_comes() {
    let mut desk = Desk::full(80, 24);
    desk.keys("t");
    // Until then only people's messages are known.
    let before = transcripts(&desk);
    assert_eq!(before.len(), 1, "{before:?}");
    assert_eq!(before[0].len(), 2);
}

#[test]
fn the_engine_is_told_what_is_looked_into_before_it_is_asked_to_read_it() {
    let mut desk = Desk::full(80, 24);
    desk.effects.clear();
    desk.keys("\rJ\u{1b}");
    let told: Vec<String> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Engine(Command::Inspect(id)) => {
                Some(id.map_or_else(|| "none".to_owned(), ConversationId::short))
            }
            Effect::Engine(Command::Read(ids)) => Some(format!("read {}", ids[0].short())),
            _ => None,
        })
        .collect();
    let wanted = [
        "3f2a9c41",
        "read 3f2a9c41",
        "b81e07d2",
        "read b81e07d2",
        "none",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn a_page_is_searched_whole_in_any_case_and_counted() {
    let mut desk = opened(80, 24);
    desk.keys("3+/CONNECTED\r");
    let count = |desk: &mut Desk| {
        let text = desk.text();
        let line = text.lines().find(|line| line.contains("match ")).unwrap();
        line.split("match ").nth(1).unwrap()[..8].trim().to_owned()
    };
    let first = count(&mut desk);
    assert!(first.starts_with("1 of "), "{first}");
    let all: usize = first.split(' ').nth(2).unwrap().parse().unwrap();
    // `connected`, `disconnected` and the key `connectedTime` of four legs.
    assert_eq!(all, 8, "{}", desk.text());
    for _ in 1..all {
        desk.keys("n");
    }
    assert_eq!(count(&mut desk), format!("{all} of {all}"));
    desk.keys("n");
    assert_eq!(count(&mut desk), first);
    desk.keys("N");
    assert_eq!(count(&mut desk), format!("{all} of {all}"));
    desk.keys("/nowhere at all\r");
    assert!(desk.text().contains("no match"));
    desk.keys("\u{1b}");
    assert!(
        desk.text().contains("[3 JSON]"),
        "the first Esc drops the search"
    );
    for (tab, needle) in [
        ("1", "okafor"),
        ("4", "patch"),
        ("5", "checkout"),
        ("2", "customer"),
    ] {
        desk.keys(tab);
        if tab == "2" {
            let fact = words(&desk);
            desk.fact(fact);
        }
        desk.keys(if tab == "5" { "u/" } else { "/" });
        desk.keys(needle);
        desk.keys("\r");
        assert!(desk.text().contains("match 1 of"), "{tab}: {}", desk.text());
    }
}

#[test]
fn a_tree_is_folded_with_keys_alone() {
    let mut desk = opened(80, 24);
    desk.keys("3zM");
    let shut = desk.text();
    assert!(
        !shut.contains("purpose") && shut.contains("▸ \"participants\""),
        "{shut}"
    );
    assert!(!desk.app.privacy.is_on, "zM is no z");
    desk.keys("jjl");
    assert!(desk.text().contains("purpose"), "{}", desk.text());
    desk.keys("h");
    assert!(!desk.text().contains("purpose"), "{}", desk.text());
    desk.keys("zR");
    assert!(
        desk.text().contains("messageTime") || desk.text().contains("attributes"),
        "{}",
        desk.text()
    );
    desk.keys("-");
    assert_eq!(desk.text().matches('▾').count(), 1, "{}", desk.text());
    // A `z` alone is the mask, after a moment.
    desk.keys("z");
    desk.pass(1500);
    assert!(desk.app.privacy.is_on);
    desk.keys("zj");
    assert!(!desk.app.privacy.is_on, "or with the next key");
}

#[test]
fn names_are_initials_on_every_screen_while_privacy_is_on() {
    let names = ["Okafor", "Ana Lima", "Moreau", "Novak", "Haddad", "Osei"];
    let stages: [fn(&mut Desk); 7] = [
        |_| {},
        |desk| desk.keys("\r"),
        |desk| desk.plan(),
        |desk| desk.run_half(),
        |desk| {
            desk.run_half();
            desk.keys("\r");
        },
        |desk| desk.run_whole(),
        |desk| {
            look_into(desk);
            desk.keys("2");
            let fact = words(desk);
            desk.fact(fact);
        },
    ];
    for stage in stages {
        for (width, height) in SIZES {
            let mut desk = Desk::full(80, 24);
            stage(&mut desk);
            desk.tell(Msg::Resized { width, height });
            desk.keys("z");
            let text = desk.text();
            for name in names {
                assert!(!text.contains(name), "{name} in\n{text}");
            }
        }
    }
}

#[test]
fn the_vendor_s_page_is_opened_by_a_key_and_a_pretend_organisation_has_none() {
    let mut desk = opened(80, 24);
    desk.keys("o");
    let page = "https://apps.example.test/directory/#/analytics/interactions/3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20/admin";
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Browse(url) if url == page))
    );
    desk.keys("yl");
    assert_eq!(desk.copied(), [page]);
    let mut settings = crate::console_world::settings("SANDBOX", true);
    settings.scope.api_host = "127.0.0.1:8080".to_owned();
    let mut pretend = Desk::new(settings, 80, 24);
    pretend.fill();
    pretend.keys("\ro");
    assert!(
        pretend
            .text()
            .contains("a pretend organisation has no page"),
        "{}",
        pretend.text()
    );
    assert!(
        !pretend
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Browse(_)))
    );
}

#[test]
fn each_letter_of_the_copy_menu_copies_what_it_says() {
    let mut desk = Desk::full(80, 24);
    desk.keys(" g");
    for letter in "isrjmc".chars() {
        desk.keys("y");
        desk.keys(&letter.to_string());
    }
    let copied = desk.copied();
    let id = chats()[0].id.to_string();
    assert_eq!(copied[0], id);
    assert_eq!(copied[1].lines().count(), 4, "{}", copied[1]);
    assert!(copied[1].contains("correlation 8c41b0de") && !copied[1].contains("Okafor"));
    assert_eq!(copied[2].split('\t').count(), 9);
    let tree: Value = serde_json::from_str(copied[3]).unwrap();
    assert_eq!(tree["kind"], "orphan");
    assert_eq!(copied[4], id);
    assert_eq!(
        copied[5],
        format!("unstick plan --profile acme-prod --ids {id}")
    );
}

#[test]
fn what_was_said_in_one_chat_is_not_on_the_page_of_the_next_nor_kept_for_a_way_back() {
    let mut desk = with_words(80, 24);
    desk.keys("u");
    assert!(desk.text().contains(SAID));
    for keys in ["J2", "K2"] {
        desk.keys(keys);
        let text = desk.text();
        assert!(
            !text.contains("canary") && !text.contains("[32 char"),
            "{text}"
        );
    }
}

#[test]
fn a_row_that_is_copied_while_privacy_is_on_names_nobody() {
    let mut desk = Desk::full(80, 24);
    desk.keys(" gyrzyr");
    let copied = desk.copied();
    assert!(copied[0].contains("Okafor"), "{}", copied[0]);
    assert!(copied[1].contains("M. O."), "{}", copied[1]);
    assert!(!copied[1].contains("Okafor"), "{}", copied[1]);
}

#[test]
fn a_packet_is_asked_for_with_what_was_gathered_and_masked() {
    let mut desk = opened(80, 24);
    desk.pass(5000);
    let later = raw(&desk, 1);
    desk.fact(later);
    // What a key shows on the screen stays masked in the file.
    desk.keys("5uE");
    let packet = desk.effects.iter().find_map(|effect| match effect {
        Effect::SavePacket(packet) => Some(packet.markdown()),
        _ => None,
    });
    let text = packet.unwrap();
    for kept in [
        "org-1",
        "8c41b0de",
        "PATCH",
        "The first read",
        "The newest read",
        "M. O.",
    ] {
        assert!(text.contains(kept), "{kept} is not in\n{text}");
    }
    assert!(
        !text.contains("canary") && !text.contains("Okafor"),
        "{text}"
    );
    desk.tell(Msg::Saved(Ok("saved here".to_owned())));
    assert!(desk.text().contains("saved here"));
}

#[test]
fn every_page_is_readable_in_plain_ascii_without_colour_at_every_size() {
    for (width, height) in [(80, 24), (140, 40), (60, 14), (60, 12), (40, 10)] {
        let mut desk = with_words(80, 24);
        desk.look = mono();
        desk.tell(Msg::Resized { width, height });
        for tab in "123456".chars() {
            desk.keys(&tab.to_string());
            let buffer = desk.draw();
            let odd: String = text_of(&buffer).chars().filter(|c| !c.is_ascii()).collect();
            assert_eq!(odd, "", "{}", text_of(&buffer));
            let is_coloured = buffer
                .content
                .iter()
                .any(|cell| cell.fg != ratatui::style::Color::Reset);
            assert!(!is_coloured);
        }
    }
}

#[test]
fn live_stands_beside_analytics_and_what_differs_has_words() {
    shoot("analytics", |width, height| {
        let mut desk = opened(width, height);
        recorded(&mut desk);
        desk.keys("6");
        let text = desk.text();
        assert!(
            text.contains("differs: open for analytics, over in truth"),
            "{text}"
        );
        let is_flow_seen = text.contains("Inbound EU, version 12.0");
        assert!(is_flow_seen || height < 20, "{text}");
        desk
    });
}
