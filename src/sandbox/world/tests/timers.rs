//! What ends, warns or comes back by itself at a time.

use super::*;
use crate::sandbox::world::conversation::Prompt;

const QUEUE: &str = "[[queue]]\nname = \"Q\"\ninactivity = \"10m\"\n";

/// A quiet chat of the queue; an agent has just written.
fn watched(more: &str) -> World {
    let mut world = world(&format!(
        "{more}{}",
        chat("serving", "queue = \"Q\"\nwrap_up = false")
    ));
    world.order(0, Happening::AgentWrites, now());
    world.tick(now());
    world
}

fn happened(world: &World, what: Change) -> Vec<Timestamp> {
    let all = world.truth().iter().filter(|one| one.what == what);
    all.map(|one| one.at).collect()
}

#[test]
fn a_queue_ends_what_is_silent_for_too_long_and_warns_a_minute_before() {
    let mut world = watched(QUEUE);
    assert_eq!(
        world.conversations[0].inactivity_timeout,
        Some(minutes_on(10))
    );
    world.tick(minutes_on(10));
    assert_eq!(happened(&world, Change::InactivityWarned), [minutes_on(9)]);
    assert_eq!(ends(&world, 0, Purpose::Customer), ["inactivity"]);
    assert_eq!(ends(&world, 0, Purpose::Agent), ["inactivity"]);
    assert!(world.conversations[0].ended.is_some());
}

#[test]
fn without_a_rule_of_its_queue_a_chat_is_silent_for_ever() {
    let mut world = watched("");
    world.tick(minutes_on(10_000));
    assert_eq!(world.conversations[0].inactivity_timeout, None);
    assert!(world.conversations[0].ended.is_none());
}

#[test]
fn a_message_of_either_side_gives_the_whole_time_again() {
    for writes in [Happening::CustomerWrites, Happening::AgentWrites] {
        let mut world = watched(QUEUE);
        world.order(0, writes, minutes_on(8));
        world.tick(minutes_on(17));
        assert!(world.conversations[0].ended.is_none(), "{writes:?}");
        world.tick(minutes_on(18));
        assert!(world.conversations[0].ended.is_some(), "{writes:?}");
        assert_eq!(happened(&world, Change::InactivityWarned).len(), 1);
    }
}

#[test]
fn a_queue_may_send_the_silent_to_a_flow_instead() {
    let flow =
        "inactivity_flow = \"Goodbye\"\n[[bot]]\nname = \"Goodbye\"\nthen = \"disconnect\"\n";
    let mut world = watched(&format!("{QUEUE}{flow}"));
    world.tick(minutes_on(10));
    assert_eq!(ends(&world, 0, Purpose::Agent), ["transfer"]);
    let flow = world.conversations[0].open(Purpose::Workflow).unwrap();
    assert_eq!(flow.name, "Goodbye");
    assert_eq!(ends(&world, 0, Purpose::Customer), ["connected"]);
}

#[test]
fn while_a_leg_is_parked_no_timer_runs_and_it_comes_back_by_itself() {
    let mut world = watched(QUEUE);
    let leg = leg_of(&world, 0, Purpose::Agent);
    let park = Changing::Park(leg, minutes_on(60));
    world.accept(0, park, &client(), Applying::Late(0), minutes_on(1));
    world.tick(minutes_on(59));
    let one = &world.conversations[0];
    assert_eq!((one.inactivity_timeout, one.ended), (None, None));
    assert_eq!(ends(&world, 0, Purpose::Agent), ["parked"]);
    world.tick(minutes_on(60));
    assert_eq!(ends(&world, 0, Purpose::Agent), ["connected"]);
    assert_eq!(
        world.conversations[0].inactivity_timeout,
        Some(minutes_on(70))
    );
    assert_eq!(happened(&world, Change::LegResumed), [minutes_on(60)]);
}

#[test]
fn what_is_parked_anew_keeps_the_new_time_and_what_is_taken_up_by_hand_stays_up() {
    let mut world = world(&chat("serving", ""));
    let at_once = Applying::Late(0);
    let leg = leg_of(&world, 0, Purpose::Agent);
    world.accept(
        0,
        Changing::Park(leg, minutes_on(10)),
        &client(),
        at_once,
        now(),
    );
    world.accept(0, Changing::Resume(leg), &client(), at_once, minutes_on(2));
    world.accept(
        0,
        Changing::Park(leg, minutes_on(30)),
        &client(),
        at_once,
        minutes_on(3),
    );
    world.tick(minutes_on(29));
    assert_eq!(ends(&world, 0, Purpose::Agent), ["parked"]);
    world.tick(minutes_on(30));
    assert_eq!(
        happened(&world, Change::LegResumed),
        [minutes_on(2), minutes_on(30)]
    );
}

#[test]
fn what_was_due_before_the_start_stays_undone() {
    let mut world = world_of("kinds", 1, None);
    let (overdue, timer) = (labelled(&world, "overdue"), labelled(&world, "timer"));
    let before = world.conversations[timer].open_legs();
    world.tick(minutes_on(24 * 60));
    assert_eq!(ends(&world, overdue, Purpose::Agent), ["parked"]);
    assert_eq!(world.conversations[timer].open_legs(), before);
}

/// A chat whose agent is asked for wrap-up in a way, and whose legs have ended.
fn owing(prompt: &str) -> World {
    let limit = if prompt.contains("timeout") {
        "wrap_up_timeout = \"90s\"\n"
    } else {
        ""
    };
    let rule = format!("[[queue]]\nname = \"Q\"\nwrap_up = \"{prompt}\"\n{limit}");
    let mut world = world(&format!("{rule}{}", chat("serving", "queue = \"Q\"")));
    let ending = Ending::of_all_legs(Disconnect::Client);
    world.accept_end_of_all(0, ending, &client(), Applying::Late(0), now());
    world.tick(now());
    world
}

fn settled_at(world: &World) -> Option<Timestamp> {
    world.conversations[0].ended
}

fn code_of(world: &World) -> Option<String> {
    let agent = world.conversations[0]
        .participants
        .iter()
        .find(|one| one.user.is_some());
    agent
        .unwrap()
        .wrap_up
        .code
        .as_ref()
        .map(|code| code.name.clone())
}

#[test]
fn what_a_queue_asks_for_decides_whether_and_when_a_conversation_ends() {
    let day = minutes_on(24 * 60);
    let after_a_day = |prompt| {
        let mut world = owing(prompt);
        world.tick(day);
        (settled_at(&world), code_of(&world))
    };
    assert_eq!(after_a_day("optional"), (Some(now()), None));
    assert_eq!(after_a_day("agent-requested"), (Some(now()), None));
    assert_eq!(after_a_day("mandatory"), (None, None));
    let filled = Some("ININ-WRAP-UP-TIMEOUT".to_owned());
    assert_eq!(
        after_a_day("mandatory-timeout"),
        (Some(seconds(90)), filled.clone())
    );
    assert_eq!(
        after_a_day("mandatory-forced-timeout"),
        (Some(seconds(90)), filled)
    );
}

fn code(world: &World) -> WrapUpWish {
    let code = world.directory.codes.first().unwrap();
    WrapUpWish::Code(conversation::ChosenCode {
        id: code.id.to_string(),
        name: code.name.clone(),
        ..conversation::ChosenCode::default()
    })
}

fn wrap_up(world: &mut World, wish: WrapUpWish, at: Timestamp) {
    let parties = &world.conversations[0].participants;
    let agent = parties.iter().find(|one| one.user.is_some()).unwrap().id;
    world.accept_wrap_up(0, agent, wish, &client(), Applying::Late(0), at);
    world.tick(at);
}

#[test]
fn a_code_ends_after_call_work_at_once_unless_it_has_to_run_its_time() {
    for (prompt, ended) in [
        ("mandatory", seconds(20)),
        ("mandatory-timeout", seconds(20)),
        ("mandatory-forced-timeout", seconds(90)),
    ] {
        let mut world = owing(prompt);
        let wish = code(&world);
        wrap_up(&mut world, wish, seconds(20));
        world.tick(minutes_on(5));
        assert_eq!(settled_at(&world), Some(ended), "{prompt}");
        assert_eq!(code_of(&world).unwrap(), "Resolved", "{prompt}");
    }
}

#[test]
fn what_is_provisional_settles_nothing() {
    let mut world = owing("mandatory");
    let note = conversation::ChosenCode {
        notes: Some("will call back".to_owned()),
        ..conversation::ChosenCode::default()
    };
    wrap_up(&mut world, WrapUpWish::Provisional(note), seconds(5));
    assert_eq!((settled_at(&world), code_of(&world)), (None, None));
}

#[test]
fn an_agent_who_asks_for_after_call_work_owes_it_and_a_teardown_settles_it() {
    let rule = "[[queue]]\nname = \"Q\"\nwrap_up = \"agent-requested\"\n";
    let mut world = world(&format!("{rule}{}", chat("serving", "queue = \"Q\"")));
    let agent = world.conversations[0].open(Purpose::Agent).unwrap();
    assert_eq!(agent.wrap_up.prompt, Prompt::AgentRequested);
    let agent = agent.id;
    let asks = Changing::AfterCallWork(agent, true);
    world.accept(0, asks, &client(), Applying::Late(0), now());
    let ending = Ending::of_all_legs(Disconnect::Client);
    world.accept_end_of_all(0, ending, &client(), Applying::Late(0), seconds(1));
    world.tick(minutes_on(60));
    assert!(settled_at(&world).is_none());
    let teardown = Ending {
        teardown: Some(world.system_code()),
        ..Ending::of_all_legs(Disconnect::System)
    };
    world.accept_end_of_all(0, teardown, &client(), Applying::Late(0), minutes_on(61));
    world.tick(minutes_on(61));
    assert_eq!(settled_at(&world), Some(minutes_on(61)));
    assert_eq!(code_of(&world).unwrap(), "ININ-WRAP-UP-TIMEOUT");
}
