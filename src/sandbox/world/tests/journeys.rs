//! The way of guests: bots, queues, alerts, transfers, coming back.

use super::*;
use crate::sandbox::world::happening::Details;

/// A world into which one guest comes at once; the guest is the first conversation.
fn with_guest(more: &str) -> World {
    let mut world = world(more);
    world.arrive(now());
    world
}

fn run(mut world: World, minutes: i64) -> World {
    world.tick(minutes_on(minutes));
    world
}

#[test]
fn a_guest_is_greeted_queued_rung_for_answered_and_leaves() {
    let mut world = with_guest("");
    assert_eq!(ends(&world, 0, Purpose::Botflow), ["connected"]);
    world.tick(minutes_on(25));
    assert_eq!(ends(&world, 0, Purpose::Botflow), ["transfer"]);
    assert_eq!(ends(&world, 0, Purpose::Acd), ["transfer"]);
    assert_eq!(ends(&world, 0, Purpose::Agent), ["peer"]);
    let agent = world.conversations[0].participants.last().unwrap();
    let leg = &agent.legs[0];
    let rang = leg.connected.unwrap().duration_since(leg.alerting.unwrap());
    assert!((3..=9).contains(&rang.as_secs()), "{rang}");
    assert!(world.conversations[0].ended.is_some());
}

#[test]
fn a_bot_keeps_lets_go_or_hangs_up_as_it_is_told() {
    let bots = |ways: &str| {
        let bot = |name: &str| format!("[[bot]]\nname = \"{name}\"\n{ways}\n");
        bot("Order Status Bot") + &bot("Returns Bot")
    };
    let stays = run(with_guest(&bots("then = \"stay\"")), 600);
    assert_eq!(ends(&stays, 0, Purpose::Botflow), ["connected"]);
    assert!(stays.conversations[0].open(Purpose::Acd).is_none());
    let hangs_up = run(
        with_guest(&bots("then = \"disconnect\"\nkeeps = \"45s\"")),
        5,
    );
    assert_eq!(ends(&hangs_up, 0, Purpose::Botflow), ["system"]);
    assert_eq!(hangs_up.conversations[0].ended, Some(seconds(45)));
    let mut lets_go = with_guest(&bots("keeps = \"7m\""));
    lets_go.tick(minutes_on(7));
    let queued = lets_go.conversations[0].open(Purpose::Acd).unwrap();
    assert_eq!(queued.joined, minutes_on(7));
}

/// Rules for every queue that the organisation has by itself.
fn queues(rule: &str) -> String {
    let all = crate::sandbox::names::QUEUES;
    all.map(|name| format!("[[queue]]\nname = \"{name}\"\n{rule}\n"))
        .concat()
}

#[test]
fn an_agent_who_lets_it_ring_is_followed_by_another_one() {
    let world = run(
        with_guest(&queues("answers = false\nalerting = \"20s\"")),
        30,
    );
    let agents: Vec<_> = world.conversations[0]
        .participants
        .iter()
        .filter(|party| party.purpose == Purpose::Agent)
        .collect();
    assert!(agents.len() > 5, "{} were tried", agents.len());
    for pair in agents.windows(2) {
        assert_ne!(pair[0].user, pair[1].user, "not twice in a row");
        let leg = &pair[0].legs[0];
        let (ended, how) = leg.ended.unwrap();
        assert_eq!(how, Disconnect::NoAnswer);
        assert_eq!(ended, later(leg.alerting.unwrap(), 20_000));
    }
    let acd = world.conversations[0].open(Purpose::Acd);
    assert!(acd.is_some(), "the queue holds on");
}

#[test]
fn nobody_rings_for_agents_who_are_signed_out() {
    let mut world = with_guest("");
    for agent in world.directory.agents.clone() {
        world.directory.sign_out(agent.id, now());
    }
    world.tick(minutes_on(30));
    assert_eq!(ends(&world, 0, Purpose::Acd), ["connected"]);
    assert!(ends(&world, 0, Purpose::Agent).is_empty());
    let back = world.directory.agents[3].id;
    world.directory.sign_in(back, minutes_on(30));
    world.tick(minutes_on(40));
    let agents = world.conversations[0].participants.iter();
    let agents: Vec<_> = agents.filter_map(|party| party.user).collect();
    assert_eq!(agents, [back]);
}

#[test]
fn an_alert_ends_with_the_guest_who_would_not_wait() {
    let mut world = with_guest(&queues("answers = false"));
    let mut at = now();
    while world.conversations[0].open(Purpose::Agent).is_none() {
        at = later(at, 1000);
        world.tick(at);
    }
    world.order(0, Happening::CustomerLeaves, at);
    world.tick(later(at, 100));
    assert_eq!(ends(&world, 0, Purpose::Agent), ["peer"]);
    assert!(world.conversations[0].ended.is_some());
}

#[test]
fn signing_out_ends_nothing() {
    let mut world = world(&chat("serving", ""));
    world.order(0, Happening::AgentAway, now());
    world.tick(minutes_on(600));
    let agent = world.conversations[0].open(Purpose::Agent).unwrap().user;
    let agent = world
        .directory
        .agents
        .iter()
        .find(|one| Some(one.id) == agent);
    assert!(!agent.unwrap().is_on_queue());
    assert!(world.conversations[0].ended.is_none());
}

fn ordered(world: &mut World, what: Happening, details: Details, at: Timestamp) {
    world.order_exactly(0, what, details, at);
}

fn transfers(world: &World) -> Vec<TransferState> {
    let all = world.conversations[0].transfers.iter();
    all.map(|one| one.state).collect()
}

#[test]
fn a_transfer_to_a_queue_leaves_the_agent_and_waits_there() {
    let mut world = world(&chat("serving", "queue = \"Returns\""));
    let queue = Details {
        queue: Some("Sales Web".to_owned()),
        ..Details::default()
    };
    ordered(&mut world, Happening::Transfer, queue, now());
    world.tick(now());
    assert_eq!(transfers(&world), [TransferState::Pending]);
    assert_eq!(ends(&world, 0, Purpose::Agent), ["connected"]);
    world.tick(seconds(2));
    assert_eq!(transfers(&world), [TransferState::Complete]);
    assert_eq!(ends(&world, 0, Purpose::Agent), ["transfer"]);
    assert_eq!(
        world.conversations[0].open(Purpose::Acd).unwrap().name,
        "Sales Web"
    );
    assert_eq!(ends(&world, 0, Purpose::Customer), ["connected"]);
}

#[test]
fn a_transfer_to_an_agent_is_done_when_that_one_answers_and_over_when_not() {
    for (answers, state, first) in [
        (true, TransferState::Complete, "transfer"),
        (false, TransferState::Timeout, "connected"),
    ] {
        let rule = format!("[[queue]]\nname = \"Returns\"\nanswers = {answers}\n");
        let chat = chat("serving", "queue = \"Returns\"\nagent = \"Ana Lima\"");
        let mut world = world(&format!("{rule}{chat}"));
        let agent = Details {
            agent: Some("Ben Hall".to_owned()),
            ..Details::default()
        };
        ordered(&mut world, Happening::Transfer, agent, now());
        world.tick(minutes_on(1));
        assert_eq!(transfers(&world), [state]);
        let second = if answers {
            "connected"
        } else {
            "transfer.noanswer"
        };
        assert_eq!(ends(&world, 0, Purpose::Agent), [first, second]);
    }
}

#[test]
fn a_transfer_that_hangs_stays_pending_and_one_without_a_customer_is_given_up() {
    let mut world = world(&chat("serving", ""));
    world.order(0, Happening::TransferHangs, now());
    world.order(0, Happening::Transfer, seconds(1));
    world.order(0, Happening::CustomerLeaves, seconds(1));
    world.tick(minutes_on(60));
    assert_eq!(
        transfers(&world),
        [TransferState::Pending, TransferState::Canceled]
    );
}

#[test]
fn a_supervisor_takes_a_leg_over_and_another_listens_in() {
    let mut world = world(&chat("serving", "agent = \"Ana Lima\""));
    let named = |world: &World, name: &str| {
        let user = world.directory.user(name).unwrap();
        directory::Named {
            id: user.id,
            name: user.name.clone(),
        }
    };
    let leg = leg_of(&world, 0, Purpose::Agent);
    let (listens, takes) = (named(&world, "Ben Hall"), named(&world, "Hana Sato"));
    let supervisor = takes.id;
    let at_once = Applying::Late(0);
    world.accept(
        0,
        Changing::Monitor(leg, listens),
        &client(),
        at_once,
        now(),
    );
    world.accept(
        0,
        Changing::TakeOver(leg, takes),
        &client(),
        at_once,
        seconds(1),
    );
    world.tick(seconds(1));
    assert_eq!(ends(&world, 0, Purpose::Agent), ["takeover", "connected"]);
    assert_eq!(
        world.conversations[0].open(Purpose::Agent).unwrap().user,
        Some(supervisor)
    );
    assert_eq!(
        ends(&world, 0, Purpose::User),
        ["peer"],
        "nothing is left to listen to"
    );
}

/// A chat that is over since the first second, and whose guest writes after so many minutes.
fn written_after(window: u32, minutes: i64) -> World {
    let platform = format!("[platform]\nthreading_minutes = {window}\n");
    let mut world = world(&format!("{platform}{}", chat("serving", "")));
    let ending = Ending::of_all_legs(Disconnect::Client);
    world.accept_end_of_all(0, ending, &client(), Applying::Late(0), now());
    let says = Details {
        text: Some("hello again".to_owned()),
        ..Details::default()
    };
    world.order_exactly(0, Happening::CustomerWrites, says, minutes_on(minutes));
    world.tick(minutes_on(minutes));
    world
}

#[test]
fn a_guest_who_returns_in_time_finds_the_same_conversation_and_later_a_new_one() {
    let back = written_after(60, 59);
    assert_eq!(back.conversations.len(), 1);
    assert!(back.conversations[0].ended.is_none());
    assert_eq!(
        back.conversations[0].messages.last().unwrap().text,
        "hello again"
    );
    for (window, minutes) in [(60, 60), (0, 1)] {
        let new = written_after(window, minutes);
        assert_eq!(new.conversations.len(), 2, "{window}");
        let (old, new) = (&new.conversations[0], &new.conversations[1]);
        assert!(old.ended.is_some() && new.ended.is_none());
        assert_eq!(new.messages.last().unwrap().text, "hello again");
        assert_eq!(old.participants[0].name, new.participants[0].name);
    }
}

#[test]
fn a_revived_chat_is_routed_again_where_agents_work() {
    let life = "[life]\narrivals_per_hour = 1\n";
    let mut world = world(&format!("{life}{}", chat("reopen", "")));
    world.order(0, Happening::CustomerWrites, now());
    world.tick(minutes_on(4));
    assert!(
        world.conversations[0].participants.len() > 4,
        "{:#?}",
        world.conversations[0]
    );
    let agent = world.conversations[0].participants.last().unwrap();
    assert_eq!(agent.purpose, Purpose::Agent);
}

#[test]
fn a_call_beside_the_messages_keeps_the_conversation_open() {
    let mut world = world(&chat("serving", ""));
    world.order(0, Happening::VoiceLegAdded, now());
    let messages = Ending {
        medium: Some(Medium::Message),
        ..Ending::of_all_legs(Disconnect::Client)
    };
    world.accept_end_of_all(0, messages, &client(), Applying::Late(0), seconds(1));
    world.tick(minutes_on(1));
    let one = &world.conversations[0];
    assert!(one.open_legs_of(Some(Medium::Message)).is_empty());
    assert_eq!(one.open_legs_of(Some(Medium::Call)).len(), 2);
    assert!(one.ended.is_none());
    world.order(0, Happening::VoiceLegEnds, minutes_on(2));
    world.tick(minutes_on(2));
    assert!(world.conversations[0].ended.is_some());
}
