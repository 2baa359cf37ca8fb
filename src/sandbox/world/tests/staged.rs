//! What is staged as a kind has the signature of that kind, and of none that is tried before it.

use super::*;

fn minutes(conversation: &Conversation, since: Timestamp, now: Timestamp) -> i64 {
    assert!(since >= conversation.started);
    now.duration_since(since).as_mins()
}

/// What is told from the conversation as a whole.
fn special(one: &Conversation) -> Option<Kind> {
    if one.carries(Medium::Callback) {
        return Some(Kind::Mixed);
    }
    if one.resistance != Resistance::Nothing {
        return Some(Kind::Stubborn);
    }
    if one.ended.is_some() {
        let queued = one.participants.iter().all(|party| party.user.is_none());
        return match one.stray {
            Some(Stray {
                how: Straying::Open,
                ..
            }) if queued => Some(Kind::Ghost),
            Some(Stray {
                how: Straying::Open,
                ..
            }) => Some(Kind::Desync),
            _ => Some(Kind::Reopen),
        };
    }
    let broke = |leg: &Leg| {
        leg.broken
            || leg
                .ended
                .is_some_and(|(_, how)| how == Disconnect::TransportFailure)
    };
    let mut legs = one.participants.iter().flat_map(|party| &party.legs);
    legs.any(broke).then_some(Kind::Error)
}

/// What hangs: a transfer, or an agent who has signed out.
fn hung(world: &World, one: &Conversation, idle: i64, now: Timestamp) -> Option<Kind> {
    let pending = |transfer: &&Transfer| transfer.state == TransferState::Pending;
    let pending = one.transfers.iter().find(pending);
    if pending.is_some_and(|transfer| minutes(one, transfer.at, now) >= 10) {
        return Some(Kind::Transfer);
    }
    let user = one.open(Purpose::Agent).and_then(|party| party.user);
    let mut agents = world.directory.agents.iter();
    let user = agents.find(|agent| Some(agent.id) == user);
    let is_away = user.is_some_and(|user| !user.is_on_queue()) && idle >= 60;
    is_away.then_some(Kind::Away)
}

/// The kind by the signatures of the design, tried in their order. Written apart from the staging,
/// so that a chat which an earlier rule would catch is found out.
fn diagnosed(world: &World, one: &Conversation, now: Timestamp) -> Option<Kind> {
    if let Some(kind) = special(one) {
        return Some(kind);
    }
    let up = |purpose| one.open(purpose).is_some();
    let leg = |purpose| -> Option<&Leg> { one.open(purpose).and_then(|party| party.legs.last()) };
    let (customer, agent) = (up(Purpose::Customer), up(Purpose::Agent));
    let (queue, bot) = (
        up(Purpose::Acd),
        up(Purpose::Botflow) || up(Purpose::Workflow),
    );
    let newest = |side: Option<Side>| {
        let messages = one
            .messages
            .iter()
            .filter(|message| side.is_none_or(|side| message.side == side));
        messages.map(|message| message.at).max()
    };
    let idle = newest(None).map_or(i64::MAX, |at| minutes(one, at, now));
    let ever_an_agent = one
        .participants
        .iter()
        .any(|party| party.purpose == Purpose::Agent);
    let parked = leg(Purpose::Agent).and_then(|leg| leg.parked);
    if parked.is_some_and(|(_, until)| until > now) {
        return Some(Kind::Parked);
    }
    if one.inactivity_timeout.is_some_and(|at| at > now) {
        return Some(Kind::Closing);
    }
    if customer && agent && idle < 30 {
        return Some(Kind::Live);
    }
    if !customer && !agent && one.participants.iter().any(|party| party.wrap_up.is_owed()) {
        let owed = one
            .participants
            .iter()
            .find_map(|party| party.wrap_up.started)
            .unwrap();
        return (minutes(one, owed, now) >= 15).then_some(Kind::WrapUp);
    }
    if !customer && agent {
        let left = one.participants[0].ended().unwrap().0;
        return (minutes(one, left, now) >= 10).then_some(Kind::Orphan);
    }
    if parked.is_some_and(|(_, until)| minutes(one, until, now) >= 15) {
        return Some(Kind::Overdue);
    }
    if one
        .inactivity_timeout
        .is_some_and(|at| minutes(one, at, now) >= 15)
    {
        return Some(Kind::Timer);
    }
    let ringing = leg(Purpose::Agent).filter(|leg| leg.connected.is_none());
    if ringing.is_some_and(|leg| now.duration_since(leg.alerting.unwrap()).as_secs() > 90) {
        return Some(Kind::Ringing);
    }
    if let Some(kind) = hung(world, one, idle, now) {
        return Some(kind);
    }
    if customer && agent {
        let (theirs, ours) = (newest(Some(Side::Customer)), newest(Some(Side::Agent)));
        return match (theirs > ours, idle) {
            (true, idle) if idle >= 60 => Some(Kind::IdleUs),
            (false, idle) if idle >= 720 => Some(Kind::Idle),
            _ => Some(Kind::Serving),
        };
    }
    if customer && queue {
        let waiting = minutes(one, leg(Purpose::Acd)?.connected?, now);
        return Some(if waiting >= 240 {
            Kind::LongWait
        } else {
            Kind::Waiting
        });
    }
    if customer && bot && idle > 120 {
        return Some(Kind::BotLoop);
    }
    let took_part = newest(Some(Side::Customer)).is_some();
    if !took_part && !ever_an_agent && minutes(one, one.started, now) > 60 {
        return Some(Kind::NoShow);
    }
    if customer && !bot {
        return (idle > 20).then_some(Kind::Alone);
    }
    (customer && bot).then_some(Kind::InBot)
}

#[test]
fn every_staged_chat_has_the_signature_of_its_kind_and_of_no_earlier_one() {
    for seed in 1..=3 {
        for world in [
            world_of("kinds", seed, Some(2000)),
            world_of("demo", seed, None),
        ] {
            for one in &world.conversations {
                assert_eq!(diagnosed(&world, one, now()), one.kind, "{one:#?}");
            }
        }
    }
}

#[test]
fn the_kinds_scenario_has_one_of_each_and_the_demo_its_nine_stuck_chats() {
    let staged = |world: &World| -> Vec<Kind> {
        world
            .conversations
            .iter()
            .filter_map(|one| one.kind)
            .collect()
    };
    assert_eq!(staged(&world_of("kinds", 1, None)), Kind::ALL);
    let demo = staged(&world_of("demo", 1, None));
    let count = |kind| demo.iter().filter(|one| **one == kind).count();
    assert_eq!(demo.len(), 30);
    assert_eq!(count(Kind::Orphan), 4);
    assert_eq!(count(Kind::BotLoop), 2);
    for kind in [Kind::Ringing, Kind::NoShow, Kind::WrapUp] {
        assert_eq!(count(kind), 1);
    }
}

#[test]
fn staged_chats_keep_their_legs_through_an_hour_and_live_ones_stay_live() {
    let mut world = world_of("demo", 2, None);
    let before: Vec<_> = world
        .conversations
        .iter()
        .map(Conversation::open_legs)
        .collect();
    let at = later(now(), 3_600_000);
    world.tick(at);
    for (one, before) in world.conversations.iter().zip(before) {
        match one.kind {
            Some(Kind::Closing) => assert!(one.ended.is_some(), "its timer ran out"),
            Some(_) => assert_eq!(one.open_legs(), before),
            None => {}
        }
        if one.kind == Some(Kind::Live) {
            assert_eq!(diagnosed(&world, one, at), Some(Kind::Live));
        }
    }
}
