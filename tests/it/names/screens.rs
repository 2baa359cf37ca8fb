//! Names on the screen: a row never waits for one, and shows it once it is there.

use std::sync::Arc;

use unstick::app::{AppSettings, Effect, Key, WrapUpCode, start};
use unstick::domain::conversation::Purpose;
use unstick::domain::feed::{Command, Fact, Listing};
use unstick::domain::kind::Kind;
use unstick::domain::names::{NameKind, Names};
use unstick::domain::recorded::{Recorded, RecordedLeg};
use unstick::domain::roster::Listed;
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_world::{chats, id, reading, settings};

const QUEUE: &str = "0c3f2a91-77b0-4d8e-9a51-0e6c2f6b1d20";
const DIVISION: &str = "0d3f2a91-77b0-4d8e-9a51-0e6c2f6b1d20";

/// A chat that was listed and not read: analytics named its queue and division by their ids.
fn listed() -> Listed {
    let started = "2026-03-02T12:22:08Z".parse().unwrap();
    let recorded = Recorded {
        asked_at: started,
        ended: None,
        took_part: Some(true),
        inactivity_timeout: None,
        divisions: vec![DIVISION.into()],
        address_to: None,
        legs: vec![RecordedLeg {
            queue: Some(QUEUE.into()),
            ..RecordedLeg::new(Purpose::Queue, Some(started))
        }],
    };
    Listed {
        recorded: Some(Arc::new(recorded)),
        ..Listed::new(id("3f2a9c41"), started)
    }
}

fn with_row(width: u16, height: u16) -> Desk {
    let mut desk = Desk::new(settings("PROD", true), width, height);
    desk.fact(Fact::Listing(Listing::Started));
    desk.fact(Fact::Listing(Listing::Page {
        rows: vec![listed()],
        page: 1,
        total: 1,
    }));
    desk.fact(Fact::Listing(Listing::Done { at: desk.now }));
    desk.pass(1000);
    desk
}

fn learn(desk: &mut Desk) {
    let mut names = Names::default();
    names.take(NameKind::Queue, QUEUE.into(), "Claims".into(), desk.now);
    names.take(NameKind::Division, DIVISION.into(), "Home".into(), desk.now);
    desk.fact(Fact::Names(Arc::new(names)));
}

#[test]
fn a_row_shows_the_beginning_of_its_queue_s_id_and_then_the_name() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut desk = with_row(width, height);
        let before = desk.text();
        assert!(before.contains("queue 0c3f"), "{before}");
        learn(&mut desk);
        let after = desk.text();
        assert!(
            after.contains("Claims") && !after.contains("queue 0c"),
            "{after}"
        );
        // A row that comes later goes by the same names.
        desk.fact(Fact::Listing(Listing::Started));
        let later = Listed {
            id: id("4f2a9c41"),
            ..listed()
        };
        desk.fact(Fact::Listing(Listing::Page {
            rows: vec![listed(), later],
            page: 1,
            total: 2,
        }));
        desk.fact(Fact::Listing(Listing::Done { at: desk.now }));
        desk.pass(5000);
        let both = desk.text();
        assert!(both.matches("Claims").count() >= 2, "{both}");
    }
}

#[test]
fn a_filter_by_name_shows_nothing_that_nobody_knows_and_follows_when_the_name_is_there() {
    let mut desk = with_row(80, 24);
    desk.keys("/queue:claims");
    assert!(!desk.text().contains("3f2a9c41"));
    learn(&mut desk);
    desk.pass(1000);
    assert!(desk.text().contains("3f2a9c41"));
    desk.press(Key::plain(unstick::app::KeyCode::Esc));
    desk.keys("/division:");
    let offered = desk.text();
    assert!(offered.contains("Home"), "{offered}");
}

#[test]
fn a_wrap_up_code_that_was_given_by_its_id_is_asked_for_and_shown_by_its_name() {
    let settings = AppSettings {
        wrap_up: Some(WrapUpCode {
            id: QUEUE.to_owned(),
            name: QUEUE.to_owned(),
        }),
        ..settings("PROD", true)
    };
    let mut desk = Desk::new(settings, 80, 24);
    let effects = start(&mut desk.app);
    let key = (NameKind::WrapUpCode, Text::clean(QUEUE));
    let is_asked = |effect: &Effect| matches!(effect, Effect::Engine(Command::Name(keys)) if *keys == [key.clone()]);
    assert!(effects.iter().any(is_asked), "{effects:?}");
    desk.fill();
    desk.keys(" x");
    let unnamed = desk.text();
    assert!(unnamed.contains("code 0c3f2a"), "{unnamed}");
    let mut names = Names::default();
    names.take(
        NameKind::WrapUpCode,
        QUEUE.into(),
        "Left alone".into(),
        desk.now,
    );
    desk.fact(Fact::Names(Arc::new(names)));
    let after = desk.text();
    assert!(after.contains("Left alone"), "{after}");
}

#[test]
fn the_page_of_a_chat_says_its_division_and_what_was_written_to_by_name() {
    const SHOP: &str = "0e3f2a91-77b0-4d8e-9a51-0e6c2f6b1d20";
    for (width, height) in [(80, 60), (140, 40)] {
        let mut desk = Desk::full(width, height);
        desk.keys("\r");
        let mut conversation = chats()[0].conversation();
        conversation.divisions = vec![DIVISION.into()];
        for party in &mut conversation.participants {
            for leg in &mut party.legs {
                leg.address_to = Some(SHOP.into());
            }
        }
        let fact = reading(conversation, desk.now);
        desk.fact(fact);
        let before = desk.text();
        assert!(before.contains("division 0d3f2a"), "{before}");
        assert!(before.contains("deployment 0e3f2a"), "{before}");
        let mut names = Names::default();
        names.take(NameKind::Division, DIVISION.into(), "Home".into(), desk.now);
        names.take(
            NameKind::Deployment,
            SHOP.into(),
            "Web Shop".into(),
            desk.now,
        );
        desk.fact(Fact::Names(Arc::new(names)));
        let after = desk.text();
        assert!(after.contains("division  Home"), "{after}");
        assert!(after.contains("wrote to  Web Shop"), "{after}");
        assert!(
            !after.contains("0d3f2a") && !after.contains("0e3f2a"),
            "{after}"
        );
    }
}

#[test]
fn why_a_chat_is_open_is_never_cut_off() {
    for (width, height) in [(80, 60), (140, 60), (120, 60)] {
        let mut desk = Desk::full(width, height);
        let ids: Vec<_> = desk.app.chats.shown().to_vec();
        for id in ids {
            let diagnosis = desk.app.roster.row(id).unwrap().diagnosis(desk.now);
            if diagnosis.kind == Kind::Unread {
                desk.keys("j");
                continue;
            }
            let why = diagnosis.why;
            desk.keys("\r");
            let text = desk.text();
            let text = text.split_whitespace().collect::<Vec<_>>();
            // The timeline stands beside it: every word of it must be there, in its order.
            let mut words = text.iter().skip_while(|word| **word != "WHY");
            for word in why.split_whitespace() {
                assert!(
                    words.any(|shown| *shown == word),
                    "{word} of {why:?} at {width}"
                );
            }
            desk.keys("\u{1b}j");
        }
    }
}
