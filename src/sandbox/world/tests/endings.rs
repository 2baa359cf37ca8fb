//! Which endings a conversation takes, and what they leave.

use super::*;

fn teardown(world: &World) -> Ending {
    Ending {
        teardown: Some(world.system_code()),
        ..Ending::of_all_legs(Disconnect::System)
    }
}

#[test]
fn a_stubborn_chat_takes_no_ending_unless_the_teardown_works() {
    for (works, ends) in [(false, false), (true, true)] {
        let mut world = world(&chat("stubborn", &format!("teardown_works = {works}")));
        let legs = world.conversations[0].open_legs();
        let ending = Ending::of_all_legs(Disconnect::Client);
        let by = client();
        world.accept_leg_ends(0, &legs, Disconnect::Client, &by, Applying::Usual, now());
        world.accept_end_of_all(0, ending, &by, Applying::Usual, now());
        world.tick(minutes_on(10));
        assert_eq!(world.conversations[0].open_legs(), legs);
        assert!(world.truth().is_empty(), "{:?}", world.truth());
        let teardown = teardown(&world);
        world.accept_end_of_all(0, teardown, &by, Applying::Usual, minutes_on(10));
        world.tick(minutes_on(11));
        assert_eq!(world.conversations[0].ended.is_some(), ends);
    }
}

#[test]
fn closing_the_messages_of_a_mixed_chat_leaves_the_callback_and_a_teardown_does_not() {
    let mut world = world(&chat("mixed", ""));
    let messages = Ending {
        medium: Some(Medium::Message),
        ..Ending::of_all_legs(Disconnect::Client)
    };
    world.accept_end_of_all(0, messages, &client(), Applying::Late(0), now());
    world.tick(seconds(1));
    let one = &world.conversations[0];
    assert!(one.open_legs_of(Some(Medium::Message)).is_empty());
    assert_eq!(one.open_legs_of(Some(Medium::Callback)).len(), 2);
    let teardown = teardown(&world);
    world.accept_end_of_all(0, teardown, &client(), Applying::Late(0), seconds(2));
    world.tick(seconds(2));
    assert_eq!(world.conversations[0].ended, Some(seconds(2)));
}

#[test]
fn a_close_that_spares_bots_leaves_them_to_the_teardown() {
    let mut world = world(&chat("bot-loop", "bot_stays = true"));
    let sparing = Ending {
        spares_bots: true,
        ..Ending::of_all_legs(Disconnect::Client)
    };
    world.accept_end_of_all(0, sparing, &client(), Applying::Late(0), now());
    world.tick(minutes_on(1));
    assert_eq!(ends(&world, 0, Purpose::Customer), ["client"]);
    assert_eq!(ends(&world, 0, Purpose::Botflow), ["connected"]);
    let teardown = teardown(&world);
    world.accept_end_of_all(0, teardown, &client(), Applying::Late(0), minutes_on(2));
    world.tick(minutes_on(2));
    assert!(world.conversations[0].ended.is_some());
}

#[test]
fn strays_are_wrong_in_the_index_and_a_teardown_mends_them() {
    let mut world = world_of("course-5", 1, None);
    for label in ["desync", "ghost"] {
        let index = labelled(&world, label);
        let stray = world.conversations[index].stray.unwrap();
        let one = &world.conversations[index];
        assert_eq!((stray.how, stray.mended), (Straying::Open, None));
        assert!(one.ended.unwrap() > stray.since);
        assert_eq!(one.lost, label == "ghost");
        let teardown = teardown(&world);
        world.accept_end_of_all(index, teardown, &client(), Applying::Late(0), now());
        world.tick(now());
        assert_eq!(
            world.conversations[index].stray.unwrap().mended,
            Some(now())
        );
    }
}

#[test]
fn an_unlisted_chat_is_over_in_the_index_and_goes_on() {
    let world = world(&chat("serving", "unlisted = true"));
    let one = &world.conversations[0];
    assert_eq!(one.stray.unwrap().how, Straying::Over);
    assert!(one.ended.is_none() && one.open(Purpose::Agent).is_some());
}
