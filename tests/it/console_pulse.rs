//! The pulse counts what the list shows: by kind, by queue and in all, and Enter shows what a bar counted.

use std::sync::Arc;

use jiff::SignedDuration;
use unstick::app::action::Mode;
use unstick::app::lookout::pulse::GroupBy;
use unstick::app::lookout::{Lookout, Pulse};
use unstick::app::{Key, KeyCode, Msg, Screen};
use unstick::domain::conversation::{LegState, Purpose};
use unstick::domain::fact::FinalState;
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::ids::RunId;
use unstick::domain::reach::Reach;
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
    every_bar_shows_what_it_counted_by(desk, "P");
}

/// The same of the groups to which these keys lead.
fn every_bar_shows_what_it_counted_by(desk: &mut Desk, way: &str) {
    desk.keys(way);
    let figures = &pulse(desk).figures;
    let bars: Vec<_> = figures
        .kinds
        .iter()
        .chain(&figures.groups)
        .cloned()
        .collect();
    for (at, bar) in bars.into_iter().enumerate() {
        for _ in 0..60 {
            desk.press(Key::plain(KeyCode::Up));
        }
        for _ in 0..at {
            desk.press(Key::plain(KeyCode::Down));
        }
        desk.keys("\r");
        if bar.filter.is_some() {
            assert_eq!(desk.app.chats.shown().len(), bar.of, "{}", bar.name);
            desk.keys(way);
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
    let queues = &pulse(&desk).figures.groups;
    let counts: Vec<usize> = queues.iter().map(|bar| bar.of).collect();
    assert_eq!(counts, [3, 1]);
    assert!(queues.iter().all(|bar| bar.filter.is_some()));
}

#[test]
fn chats_that_were_in_no_queue_yet_stand_with_the_bot_that_holds_them() {
    let all = chats();
    let mut desk = desk_of(&all);
    every_bar_shows_what_it_counted(&mut desk);
    desk.keys("P");
    let groups = &pulse(&desk).figures.groups;
    let bot = groups.iter().find(|bar| bar.name == "(bot) Triage");
    let bot = bot.expect("a bot");
    let looping = all
        .iter()
        .filter(|chat| matches!(chat.scene, Scene::BotLoop));
    assert_eq!(bot.of, looping.count());
    assert_eq!(bot.filter.as_deref(), Some("bot=\"Triage\" queue:none"));
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
    assert_eq!(pulse(&desk).figures.groups[0].of, 4);
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
    desk.list_unread(vec![listed]);
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

#[test]
fn g_groups_by_agent_and_enter_shows_the_chats_that_were_counted_unless_names_are_masked() {
    let mut all = chats();
    all.retain(|chat| !matches!(chat.scene, Scene::Unread));
    let mut desk = desk_of(&all);
    every_bar_shows_what_it_counted_by(&mut desk, "Pg");
    assert_eq!(pulse(&desk).figures.by, GroupBy::Agent);
    let text = desk.text();
    assert!(
        text.contains("BY AGENT") && text.contains("Ana Lima"),
        "{text}"
    );
    desk.keys("gz");
    assert!(desk.text().contains("BY QUEUE"), "{}", desk.text());
    desk.keys("g");
    let text = desk.text();
    assert!(
        !text.contains("Ana Lima") && text.contains("A. L."),
        "{text}"
    );
    let filter = desk.app.chats.filter.text().to_owned();
    desk.keys("\r");
    assert!(matches!(desk.app.screens.last(), Some(Screen::Lookout(_))));
    assert_eq!(desk.app.chats.filter.text(), filter);
    let text = desk.text();
    assert!(
        text.contains("names are masked, and a filter would show this one"),
        "{text}"
    );
}

/// Everything was listed.
fn whole(desk: &mut Desk) {
    desk.fact(Fact::Listing(Listing::Reach(Reach {
        is_whole: true,
        is_exact: true,
        ..Reach::default()
    })));
}

#[test]
fn the_change_of_ten_minutes_is_counted_from_minutes_that_knew_as_much() {
    let mut all = chats();
    all.retain(|chat| !matches!(chat.scene, Scene::Unread));
    let later: Vec<Chat> = all.drain(10..).collect();
    let mut desk = desk_of(&all);
    // Not everything was listed: what is found later is no change.
    desk.minute();
    whole(&mut desk);
    desk.keys("P");
    assert!(!desk.text().contains(" in 1m"), "{}", desk.text());
    desk.minute();
    desk.minute();
    let text = desk.text();
    assert!(text.contains("as 1m ago"), "{text}");
    let before: Vec<Chat> = all.clone();
    all.extend(later.iter().take(4).cloned());
    desk.list(&all);
    desk.minute();
    let text = desk.text();
    assert!(text.contains("up 4 in 2m"), "{text}");
    // Of the older ones nobody speaks any more.
    for _ in 0..12 {
        desk.minute();
    }
    let text = desk.text();
    assert!(text.contains("as 10m ago"), "{text}");
    desk.list(&before);
    desk.pass(11_000);
    let text = desk.text();
    assert!(text.contains("down 4 in 10m"), "{text}");
}

#[test]
fn a_list_that_grew_old_says_nothing_of_the_minutes_since() {
    let mut desk = Desk::full(140, 40);
    whole(&mut desk);
    desk.minute();
    desk.minute();
    desk.keys("P");
    assert!(desk.text().contains("last 3 minutes"), "{}", desk.text());
    for _ in 0..10 {
        desk.now += SignedDuration::from_mins(1);
        desk.tell(Msg::Tick);
    }
    desk.minute();
    let text = desk.text();
    assert!(text.contains(" of the last 14 minutes"), "{text}");
}

#[test]
fn what_became_stuck_and_what_is_over_stands_below_with_its_minute() {
    let mut all = chats();
    all.retain(|chat| !matches!(chat.scene, Scene::Unread));
    let orphan = all.iter().position(|chat| chat.queue == "Billing EU");
    let orphan = all.remove(orphan.unwrap());
    let mut desk = desk_of(&all);
    whole(&mut desk);
    desk.minute();
    desk.keys("P");
    assert!(desk.text().contains("nothing yet"), "{}", desk.text());
    all.push(orphan);
    desk.list(&all);
    desk.minute();
    let text = desk.text();
    assert!(
        text.contains("+1 stuck   3f2a9c41  Billing EU, orphan"),
        "{text}"
    );
    all.pop();
    desk.list(&all);
    desk.minute();
    let text = desk.text();
    let over = "-1 stuck   3f2a9c41  Billing EU, orphan: over";
    assert!(text.contains(over), "{text}");
}

#[test]
fn ended_by_us_counts_the_runs_of_this_profile_in_the_last_hour_and_the_one_of_this_console() {
    let mut desk = Desk::full(80, 24);
    desk.keys("P");
    assert!(desk.text().contains("being counted"), "{}", desk.text());
    desk.history();
    let runs = desk.app.history.runs.as_mut().unwrap();
    let newest = runs[0].clone();
    let now = desk.now + SignedDuration::from_secs(11);
    let run = |id: u32, minutes: i64, profile: &str, org: &str| {
        let mut run = newest.clone();
        run.id = RunId(id);
        run.created = now - SignedDuration::from_mins(minutes + 5);
        run.finished = Some(now - SignedDuration::from_mins(minutes));
        (run.profile, run.org_id) = (profile.to_owned(), org.to_owned());
        // Ended, ended elsewhere.
        run.tally.settled = [3, 5, 0, 0, 0, 0, 0];
        run
    };
    let all = vec![
        run(901, 10, "acme-prod", "org-1"),
        run(902, 59, "acme-prod", "org-1"),
        run(903, 61, "acme-prod", "org-1"),
        run(904, 10, "acme-stage", "org-1"),
        run(905, 10, "acme-prod", "org-2"),
    ];
    desk.app.history.runs = Some(all);
    desk.pass(11_000);
    let text = desk.text();
    assert!(text.contains("2 runs here, 1h"), "{text}");
    let ours = |desk: &Desk| pulse(desk).figures.ours.unwrap().ended;
    assert_eq!(ours(&desk), 6);
    // A run of this console counts as it goes, and once.
    desk.keys("q");
    desk.run_half();
    desk.history();
    let live = desk.app.live.as_ref().unwrap();
    let (id, ended) = (live.run.header.id, live.run.tally().of(FinalState::Ended));
    assert!(ended > 0);
    let mut twice = run(id.0, 0, "acme-prod", "org-1");
    twice.tally.settled[0] = ended;
    desk.app.history.runs = Some(vec![twice]);
    desk.keys("bP");
    assert_eq!(ours(&desk), ended);
}

#[test]
fn the_views_and_the_pause_of_the_list_are_a_key_away() {
    let mut desk = Desk::full(80, 24);
    desk.keys("P2");
    assert_eq!(desk.app.mode(), Mode::Chats);
    assert_eq!(desk.app.chats.filter.text(), "is:stuck");
    desk.keys("P9");
    assert!(
        desk.text().contains("9: there is no view 9"),
        "{}",
        desk.text()
    );
    desk.keys("p");
    assert!(desk.app.link.is_paused);
    desk.keys("p");
    assert!(!desk.app.link.is_paused);
}
