//! The pulse counts what the list shows: by kind, by queue and in all, and Enter shows what a bar counted.

use std::sync::Arc;

use jiff::SignedDuration;
use unstick::app::lookout::{Lookout, Pulse};
use unstick::app::{Key, KeyCode, Msg, Screen};
use unstick::domain::conversation::{LegState, Purpose};
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::recorded::{Recorded, RecordedLeg};
use unstick::domain::roster::{Listed, Reading};
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_world::{Chat, Scene, chats, reading, settings};

fn pulse(desk: &Desk) -> &Pulse {
    match desk.app.screens.last() {
        Some(Screen::Lookout(Lookout::Pulse(screen))) => screen,
        other => panic!("{other:?}"),
    }
}

fn desk_of(chats: &[Chat]) -> Desk {
    let mut desk = Desk::new(settings("PROD", true), 140, 40);
    desk.list(chats);
    desk.pass(3000);
    desk
}

/// Reads every chat with its queues by these ids and without their names.
fn queues_by_id(desk: &mut Desk, chats: &[Chat], id: impl Fn(usize) -> &'static str) {
    for (place, chat) in chats.iter().enumerate() {
        let Fact::Read {
            result: Ok(read), ..
        } = chat.read(desk.now)
        else {
            panic!("a read");
        };
        let Reading {
            mut conversation, ..
        } = Reading::clone(&read);
        for party in &mut conversation.participants {
            if party.queue.take().is_some() {
                party.queue_id = Some(Text::clean(id(place)));
            }
            if party.purpose == Purpose::Queue {
                party.name = None;
            }
        }
        desk.fact(reading(conversation, desk.now));
    }
    desk.pass(3000);
}

/// Goes through every bar: Enter on it shows as many chats as it counted.
fn every_bar_shows_what_it_counted(desk: &mut Desk) {
    desk.keys("P");
    let figures = &pulse(desk).figures;
    let bars: Vec<_> = figures
        .kinds
        .iter()
        .chain(&figures.queues)
        .cloned()
        .collect();
    for (at, bar) in bars.into_iter().enumerate() {
        desk.keys("g");
        for _ in 0..at {
            desk.press(Key::plain(KeyCode::Down));
        }
        desk.keys("\r");
        if bar.filter.is_some() {
            assert_eq!(desk.app.chats.shown().len(), bar.of, "{}", bar.name);
            desk.keys("P");
        }
    }
}

#[test]
fn enter_on_a_queue_shows_its_chats_and_not_those_of_a_queue_whose_name_begins_so() {
    let mut all = chats();
    all.retain(|chat| !matches!(chat.scene, Scene::Unread));
    let claims = all.iter_mut().find(|chat| chat.queue == "Claims");
    claims.unwrap().queue = "Claims Night";
    every_bar_shows_what_it_counted(&mut desk_of(&all));
}

#[test]
fn queues_without_a_name_are_told_apart_by_their_whole_ids() {
    const ONE: &str = "0a1b2c3d-1111-4000-8000-000000000001";
    const TWO: &str = "0a1b2c3d-2222-4000-8000-000000000002";
    let mut all = chats();
    all.retain(|chat| matches!(chat.scene, Scene::Orphan));
    let mut desk = desk_of(&all);
    queues_by_id(&mut desk, &all, |place| if place == 0 { ONE } else { TWO });
    every_bar_shows_what_it_counted(&mut desk);
    let queues = &pulse(&desk).figures.queues;
    let counts: Vec<usize> = queues.iter().map(|bar| bar.of).collect();
    assert_eq!(counts, [3, 1]);
    assert!(queues.iter().all(|bar| bar.filter.is_some()));
}

#[test]
fn a_queue_whose_name_no_filter_can_hold_is_counted_and_says_so() {
    let mut all = chats();
    all.retain(|chat| matches!(chat.scene, Scene::Orphan));
    for chat in &mut all {
        chat.queue = "The \"quiet\" one";
    }
    let mut desk = desk_of(&all);
    desk.keys("P");
    desk.press(Key::plain(KeyCode::Tab));
    desk.keys("\r");
    let text = desk.text();
    assert!(text.contains("no filter can hold this name"), "{text}");
    assert_eq!(pulse(&desk).figures.queues[0].of, 4);
}

/// It ended two hours ago, and analytics still has it as open.
fn go_astray(desk: &mut Desk, chat: &Chat) {
    let ended = Some(desk.now - SignedDuration::from_hours(2));
    let mut conversation = chat.conversation();
    conversation.ended = ended;
    for leg in conversation
        .participants
        .iter_mut()
        .flat_map(|party| &mut party.legs)
    {
        (leg.state, leg.ended) = (LegState::Disconnected, leg.ended.or(ended));
    }
    desk.fact(reading(conversation, desk.now));
    let recorded = Recorded {
        asked_at: desk.now,
        ended: None,
        took_part: None,
        inactivity_timeout: None,
        divisions: Vec::new(),
        address_to: None,
        legs: vec![RecordedLeg::new(Purpose::Agent, ended)],
    };
    let listed = Listed {
        seen_at: Some(desk.now),
        recorded: Some(Arc::new(recorded)),
        ..chat.listed()
    };
    desk.fact(Fact::Listing(Listing::Started));
    desk.fact(Fact::Listing(Listing::Page {
        rows: vec![listed],
        page: 1,
        total: 1,
    }));
    desk.fact(Fact::Listing(Listing::Done { at: desk.now }));
    desk.pass(3000);
}

#[test]
fn what_analytics_alone_says_is_open_is_among_the_active_ones_as_on_the_list() {
    let mut desk = Desk::full(140, 40);
    go_astray(&mut desk, &chats()[0]);
    desk.now += SignedDuration::from_mins(1);
    desk.tell(Msg::Tick);
    let counts = desk.app.chats.counts;
    assert_eq!(counts.listed + 1, counts.open);
    desk.keys("P");
    let text = desk.text();
    let figures = text.lines().nth(4).unwrap_or_default();
    let active = figures.split_whitespace().next();
    assert_eq!(active, Some(counts.open.to_string().as_str()), "{text}");
    let minutes = text.lines().find(|line| line.starts_with(" active "));
    let minutes = minutes.unwrap_or_default().trim_end();
    assert!(minutes.ends_with(&format!(" {}", counts.open)), "{text}");
    assert_eq!(desk.app.minutes.open().last(), Some(counts.open));
    desk.tell(Msg::Resized {
        width: 60,
        height: 14,
    });
    let text = desk.text();
    assert!(text.contains(&format!(" {} active", counts.open)), "{text}");
}
