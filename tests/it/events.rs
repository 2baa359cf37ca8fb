//! What events do: a read at once, and a chat of a run held back. What they must not: prove anything. Played to the real engine over the
//! scripted organisation, on a paused clock.

use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::mpsc;
use tokio::time::Instant;
use unstick::domain::conversation::{LegState, Message, Purpose, Side, WrapUp};
use unstick::domain::fact::FinalState;
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::{Command, Fact};
use unstick::domain::hearing::Hearing;
use unstick::domain::ids::{ConversationId, ParticipantId};
use unstick::domain::plan::Choices;
use unstick::domain::run::{Pace, RunState};
use unstick::domain::sighting::{Event, Person, Sighting};
use unstick::domain::step::Step;
use unstick::engine::Engine;
use unstick::engine::ports::{Clock, Heard, Limiter};

use crate::model::*;

const PACE: Pace = Pace {
    canary: 1,
    max_parallel: 4,
};

fn told(id: ConversationId, sighting: Sighting) -> Heard {
    Heard::Event(Event {
        conversation: id,
        sighting,
    })
}

/// Nobody is there any more, an event says.
fn nobody(model: &Model) -> Sighting {
    Sighting {
        heard: model.clock.now(),
        people: Vec::new(),
        written: Vec::new(),
    }
}

/// An agent has joined, an event says.
fn agent(model: &Model) -> Sighting {
    let joined = Person {
        participant: ParticipantId::from_u128(77),
        purpose: Purpose::Agent,
        since: Some(model.clock.now()),
    };
    Sighting {
        people: vec![joined],
        ..nobody(model)
    }
}

/// The customer has written, an event says.
fn words(model: &Model) -> Sighting {
    let message = Message {
        id: "told".into(),
        at: model.clock.now(),
        from: Side::Customer,
    };
    Sighting {
        written: vec![message],
        ..nobody(model)
    }
}

/// An engine that only looks, and has read everything once.
async fn watching(model: &Model, chats: usize) -> (Engine, mpsc::Receiver<Fact>) {
    let (sender, mut facts) = mpsc::channel(256);
    let (engine, _task) =
        Engine::spawn_read_only(model.clone(), model.clock, Limiter::new(270), 90, sender);
    let mut read = 0;
    while read < chats {
        let fact = facts.recv().await.unwrap();
        read += usize::from(matches!(fact, Fact::Read { .. }));
    }
    tokio::time::sleep(Duration::from_secs(3)).await;
    while facts.try_recv().is_ok() {}
    (engine, facts)
}

/// How long until this one is read; the reads that came before it count as none.
async fn read_after(facts: &mut mpsc::Receiver<Fact>, wanted: ConversationId) -> Duration {
    let asked = Instant::now();
    loop {
        let fact = tokio::time::timeout(Duration::from_secs(300), facts.recv()).await;
        if let Fact::Read { id, .. } = fact.expect("it is not read").unwrap()
            && id == wanted
        {
            return asked.elapsed();
        }
    }
}

fn reads_of(model: &Model, id: ConversationId) -> usize {
    let all = model.requests();
    let reads = all.iter().filter(|one| one.action.is_none());
    reads.filter(|one| one.conversation == id).count()
}

#[tokio::test(start_paused = true)]
async fn an_event_is_followed_by_a_read_at_once_and_not_by_the_next_poll() {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=5).map(|bits| model.orphan(bits)).collect();
    let (_engine, mut facts) = watching(&model, 5).await;
    model.tell(told(ids[3], nobody(&model))).await;
    let took = read_after(&mut facts, ids[3]).await;
    assert!(took < Duration::from_millis(500), "{took:?}");
    // Without one, its turn comes once the read has grown old.
    let took = read_after(&mut facts, ids[3]).await;
    assert!(took > Duration::from_secs(50), "{took:?}");
}

/// One that is over, whose agent's after-call work is done only later, of which an event tells; whether a read of that is told.
async fn tells_that_wrap_up_is_done(look: impl Fn(ConversationId) -> Option<Command>) -> bool {
    let model = Model::new();
    let id = model.orphan(1);
    let now = model.clock.now();
    model.rewrite(id, |conversation| {
        conversation.ended = Some(now);
        let parties = &mut conversation.participants;
        let legs = parties.iter_mut().flat_map(|party| &mut party.legs);
        legs.for_each(|leg| leg.state = LegState::Disconnected);
        for party in parties {
            party.wrap_up = WrapUp::Owed {
                since: Some(now),
                timeout: SignedDuration::ZERO,
            };
        }
    });
    let (engine, mut facts) = watching(&model, 0).await;
    engine.send(Command::Read(vec![id]));
    if let Some(command) = look(id) {
        engine.send(command);
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    while facts.try_recv().is_ok() {}
    model.rewrite(id, |conversation| {
        for party in &mut conversation.participants {
            party.wrap_up = WrapUp::NotOwed;
        }
    });
    let before = reads_of(&model, id);
    model.tell(told(id, nobody(&model))).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert!(reads_of(&model, id) > before, "it is not read again");
    std::iter::from_fn(|| facts.try_recv().ok()).any(|fact| {
        matches!(fact, Fact::Read { result: Ok(reading), .. } if !reading.conversation.owes_wrap_up())
    })
}

#[tokio::test(start_paused = true)]
async fn a_newer_read_of_what_is_over_is_told_to_whoever_looks_at_it_and_to_nobody_else() {
    let visible = |id| Command::Attend {
        visible: vec![id],
        marked: Vec::new(),
    };
    let marked = |id| Command::Attend {
        visible: Vec::new(),
        marked: vec![id],
    };
    assert!(tells_that_wrap_up_is_done(|id| Some(visible(id))).await);
    assert!(tells_that_wrap_up_is_done(|id| Some(marked(id))).await);
    assert!(tells_that_wrap_up_is_done(|id| Some(Command::Inspect(Some(id)))).await);
    assert!(!tells_that_wrap_up_is_done(|_| None).await);
}

#[tokio::test(start_paused = true)]
async fn f25_a_hundred_events_of_one_chat_are_a_reason_for_few_reads() {
    let model = Model::new();
    let id = model.orphan(1);
    let (_engine, mut facts) = watching(&model, 1).await;
    let before = reads_of(&model, id);
    for _ in 0..100 {
        model.tell(told(id, agent(&model))).await;
    }
    tokio::time::sleep(Duration::from_secs(10)).await;
    while facts.try_recv().is_ok() {}
    let after = reads_of(&model, id) - before;
    assert!((1..=2).contains(&after), "{after} reads");
}

#[tokio::test(start_paused = true)]
async fn what_is_on_screen_is_read_before_the_rest_and_the_rest_is_not_starved() {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=40).map(|bits| model.orphan(bits)).collect();
    let (engine, mut facts) = watching(&model, 40).await;
    engine.send(Command::Attend {
        visible: vec![ids[39]],
        marked: Vec::new(),
    });
    for id in &ids {
        model.tell(told(*id, nobody(&model))).await;
    }
    let took = read_after(&mut facts, ids[39]).await;
    assert!(took < Duration::from_millis(500), "{took:?}");
    // All the others have their turn as well, long before their reads are old.
    tokio::time::sleep(Duration::from_secs(30)).await;
    while facts.try_recv().is_ok() {}
    for id in &ids {
        assert!(reads_of(&model, *id) >= 2, "{id} was not read again");
    }
}

#[tokio::test(start_paused = true)]
async fn events_that_may_have_been_missed_are_made_up_for_by_reading_what_is_on_screen() {
    let model = Model::new();
    let id = model.orphan(1);
    let (engine, mut facts) = watching(&model, 1).await;
    engine.send(Command::Attend {
        visible: vec![id],
        marked: Vec::new(),
    });
    let live = Hearing::Live { queues: 1, deaf: 0 };
    model.tell(Heard::Hearing(live.clone())).await;
    let took = read_after(&mut facts, id).await;
    assert!(took < Duration::from_millis(500), "{took:?}");
    model.tell(Heard::Hearing(live)).await;
    let took = read_after(&mut facts, id).await;
    assert!(took > Duration::from_secs(10), "it was live all the time");
    model.tell(Heard::Missed).await;
    let took = read_after(&mut facts, id).await;
    assert!(took < Duration::from_secs(3), "{took:?}");
}

/// A run of these chats on a console's engine, which has just begun; nothing is polled beside it.
fn begun(model: &Model, ids: &[ConversationId]) -> Carried {
    let carried = console_engine_over(model, &MemoryJournal::default(), PACE);
    let plan = Arc::new(plan_for(model, ids, &Choices::default()));
    carried.engine.send(Command::PausePolling(true));
    carried.engine.send(Command::Start { plan, note: None });
    carried
}

/// Carries one orphan out on a console's engine that is told something first, after a wait.
async fn carried(
    tell: impl FnOnce(&Model) -> Option<Sighting>,
    wait: Duration,
) -> (Model, Carried, ConversationId) {
    let model = Model::new();
    let id = model.orphan(1);
    let mut carried = console_engine_over(&model, &MemoryJournal::default(), PACE);
    let plan = plan_for(&model, &[id], &Choices::default());
    if let Some(sighting) = tell(&model) {
        model.tell(told(id, sighting)).await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    tokio::time::sleep(wait).await;
    carried.carry_out(plan).await;
    (model, carried, id)
}

#[tokio::test(start_paused = true)]
async fn t38_somebody_seen_in_the_last_minute_whom_the_read_does_not_show_holds_the_chat() {
    for (tell, words) in [
        (agent as fn(&Model) -> Sighting, "agent joined"),
        (words, "customer wrote"),
    ] {
        let told = |model: &Model| Some(tell(model));
        let (model, carried, id) = carried(told, Duration::from_secs(5)).await;
        let settled = carried.finals()[&id].clone();
        assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
        assert!(settled.reason.starts_with(words), "{}", settled.reason);
        assert!(
            settled.reason.contains("notification"),
            "{}",
            settled.reason
        );
        assert_eq!(sends(&model).len(), 0);
        let facts = serde_json::to_string(&carried.journal.facts()).unwrap();
        assert!(facts.contains("\"what\":\"sighted\""), "{facts}");
    }
}

#[tokio::test(start_paused = true)]
async fn t38_what_was_seen_over_a_minute_ago_is_left_to_the_reads() {
    let told = |model: &Model| Some(agent(model));
    let (_, carried, id) = carried(told, Duration::from_secs(61)).await;
    let settled = &carried.finals()[&id];
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
}

#[tokio::test(start_paused = true)]
async fn f22_t35_an_event_that_says_ended_makes_nothing_ended() {
    let told = |model: &Model| Some(nobody(model));
    let (model, carried, id) = carried(told, Duration::ZERO).await;
    let settled = &carried.finals()[&id];
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    // By the same requests as without it: the end was brought about, and read twice.
    assert_eq!(sends(&model).len(), 1);
    assert_eq!(carried.run.unwrap().items[0].requests, 4);
}

/// Somebody is seen while the check is under way: it is held at once, whatever the check says.
#[tokio::test(start_paused = true)]
async fn t38_an_event_during_the_check_holds_the_chat() {
    let model = Model::new();
    let id = model.orphan(1);
    model.fault(Fault {
        step: None,
        applied_after: None,
        takes: Duration::from_millis(1500),
        answer: Ok(200),
    });
    let mut carried = begun(&model, &[id]);
    while reads_of(&model, id) == 0 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    model.tell(told(id, agent(&model))).await;
    carried.until(|_| false).await;
    let settled = &carried.finals()[&id];
    assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    let words = "agent joined";
    assert!(settled.reason.starts_with(words), "{}", settled.reason);
    assert!(
        settled.reason.contains("notification"),
        "{}",
        settled.reason
    );
    assert_eq!(reads_of(&model, id), 1, "it was under way");
    assert_eq!(sends(&model).len(), 0);
}

/// A request is under way, and its answer says that it was not applied: what was seen meanwhile holds the chat.
#[tokio::test(start_paused = true)]
async fn t38_an_event_during_a_request_that_was_not_applied_holds_the_chat() {
    let limited = FailureKind::RateLimited {
        retry_after: Some(3),
    };
    for (kind, status) in [
        (limited, Some(429)),
        (FailureKind::TokenRenewed, Some(401)),
        (FailureKind::Conflict, Some(409)),
        (FailureKind::GrewOld, None),
    ] {
        let model = Model::new();
        let id = model.orphan(1);
        model.fault(Fault {
            step: Some(Step::Legs),
            applied_after: None,
            takes: Duration::from_millis(1500),
            answer: Err(failure(kind.clone(), status)),
        });
        let mut carried = begun(&model, &[id]);
        carried.until(|run| run.items[0].pending().is_some()).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        model.tell(told(id, agent(&model))).await;
        carried.until(|_| false).await;
        let settled = &carried.finals()[&id];
        assert_eq!(settled.state, FinalState::Held, "{kind:?}");
        assert!(
            settled.reason.contains("notification"),
            "{}",
            settled.reason
        );
        assert_eq!(sends(&model).len(), 1, "{kind:?}");
    }
}

/// An agent, a customer and a queue, and everybody's own leg is ended by now: only the queue is left, which only `close` ends.
async fn before_close(model: &Model) -> (Carried, ConversationId) {
    model.machines_stay();
    let parties = [
        (Purpose::Customer, true),
        (Purpose::Agent, true),
        (Purpose::Queue, true),
    ];
    let id = model.chat(1, &parties);
    let mut carried = begun(model, &[id]);
    carried
        .until(|run| {
            let item = &run.items[0];
            item.sends.len() == 2 && item.pending().is_none() && item.seen.is_some()
        })
        .await;
    (carried, id)
}

/// `close` ends everybody's legs. An agent whom an event shows and a read that lags does not would be cut off by it.
#[tokio::test(start_paused = true)]
async fn t38_somebody_seen_after_the_legs_holds_the_close() {
    for told_of in [agent as fn(&Model) -> Sighting, words] {
        let model = Model::new();
        let (mut carried, id) = before_close(&model).await;
        model.tell(told(id, told_of(&model))).await;
        carried.until(|_| false).await;
        let settled = &carried.finals()[&id];
        assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
        assert!(
            settled.reason.contains("notification"),
            "{}",
            settled.reason
        );
        assert_eq!(sends(&model).len(), 2, "nothing but the legs");
        assert!(model.is_open(id));
    }
}

/// What an event shows that the plan shows too, or nobody, holds nothing.
#[tokio::test(start_paused = true)]
async fn an_event_after_the_legs_that_shows_nobody_new_holds_no_close() {
    let model = Model::new();
    let (mut carried, id) = before_close(&model).await;
    model.tell(told(id, nobody(&model))).await;
    carried.until(|_| false).await;
    let settled = &carried.finals()[&id];
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    assert_eq!(sends(&model).len(), 3);
}

/// While a run asks for whom its new token stands, it takes no events. Whoever stops it does not wait behind them, nor for the answer.
#[tokio::test(start_paused = true)]
async fn a_stop_is_never_behind_events_or_behind_a_question() {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=4).map(|bits| model.orphan(bits)).collect();
    let mut carried = begun(&model, &ids);
    carried
        .until(|run| run.items.iter().any(|item| !item.sends.is_empty()))
        .await;
    model.slow_identity(Duration::from_secs(600));
    model.sign_in_again();
    tokio::time::sleep(Duration::from_secs(5)).await;
    let sent = sends(&model).len();
    for _ in 0..100 {
        model.tell(told(ids[3], agent(&model))).await;
    }
    // By then the engine has heard as many as it takes in.
    tokio::time::sleep(Duration::from_millis(100)).await;
    let asked = Instant::now();
    let by = "operator".to_owned();
    carried.engine.send(Command::StopRun { by });
    carried.until(|run| run.cut_short.is_some()).await;
    assert!(asked.elapsed() < Duration::from_secs(1), "{asked:?}");
    carried.until(|_| false).await;
    assert!(asked.elapsed() < Duration::from_secs(60));
    assert_eq!(sends(&model).len(), sent, "something was sent after a stop");
    let ends = carried.finals();
    assert_eq!(ends.len(), ids.len());
    assert_eq!(ends[&ids[3]].state, FinalState::Cancelled);
}

/// After a request of ours events say nothing of what it did: that is judged by reads alone. They are on record all the same.
#[tokio::test(start_paused = true)]
async fn t35_an_event_after_our_request_changes_nothing_of_what_reads_say() {
    let model = Model::new();
    let id = model.orphan(1);
    let mut carried = begun(&model, &[id]);
    carried
        .until(|run| run.items.iter().any(|item| !item.sends.is_empty()))
        .await;
    for sighting in [agent(&model), nobody(&model), words(&model)] {
        model.tell(told(id, sighting)).await;
    }
    carried.until(|_| false).await;
    let settled = &carried.finals()[&id];
    assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
    assert!(settled.incident.is_none());
    let item = &carried.run.as_ref().unwrap().items[0];
    assert_eq!(item.sightings.len(), 2, "nobody is nothing to record");
}

#[tokio::test(start_paused = true)]
async fn t47_a_sign_in_that_was_revoked_pauses_the_run_at_once() {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=6).map(|bits| model.orphan(bits)).collect();
    let mut carried = begun(&model, &ids);
    carried
        .until(|run| run.items.iter().any(|item| !item.sends.is_empty()))
        .await;
    model
        .tell(Heard::Revoked("revoked, it says".to_owned()))
        .await;
    carried
        .until(|run| matches!(run.state, RunState::Paused(_)))
        .await;
    let sent = sends(&model).len();
    tokio::time::sleep(Duration::from_secs(120)).await;
    assert_eq!(sends(&model).len(), sent, "something was sent while paused");
    assert!(sent < ids.len());
    let why = match &carried.run.as_ref().unwrap().state {
        RunState::Paused(why) => why.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(why, "revoked, it says");
    carried.engine.send(Command::PauseRun(false));
    carried.until(|_| false).await;
    let ended = carried.finals();
    assert!(ended.values().all(|one| one.state == FinalState::Ended));
    assert_eq!(ended.len(), ids.len());
}

/// The clock of a run goes on: a chat whose turn comes late is judged by what is fresh then.
#[tokio::test(start_paused = true)]
async fn a_chat_that_waits_for_its_turn_is_begun_by_no_event() {
    let model = Model::new();
    let ids: Vec<ConversationId> = (1..=3).map(|bits| model.orphan(bits)).collect();
    let one = Pace {
        canary: 3,
        max_parallel: 1,
    };
    let mut carried = console_engine_over(&model, &MemoryJournal::default(), one);
    let plan = Arc::new(plan_for(&model, &ids, &Choices::default()));
    carried.engine.send(Command::PausePolling(true));
    carried.engine.send(Command::Start { plan, note: None });
    carried
        .until(|run| run.items.iter().any(|item| !item.sends.is_empty()))
        .await;
    let waiting = {
        let run = carried.run.as_ref().unwrap();
        let mut items = run.items.iter();
        items.rfind(|item| !item.is_begun()).unwrap().plan.id
    };
    let before = reads_of(&model, waiting);
    model.tell(told(waiting, agent(&model))).await;
    carried
        .until(|run| {
            run.item(waiting)
                .is_some_and(|item| !item.sightings.is_empty())
        })
        .await;
    let item = carried.run.as_ref().unwrap().item(waiting).unwrap().clone();
    assert!(!item.is_begun());
    assert_eq!(
        reads_of(&model, waiting),
        before,
        "its lane is not its own yet"
    );
    carried.until(|_| false).await;
    let settled = &carried.finals()[&waiting];
    assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    let took = model.clock.now().duration_since(model.clock.base());
    assert!(took < SignedDuration::from_secs(60), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn t38_an_event_holds_a_chat_of_a_run_without_a_screen_too() {
    let model = Model::new();
    let id = model.orphan(1);
    let mut carried = engine_over(&model, &MemoryJournal::default(), PACE);
    let plan = plan_for(&model, &[id], &Choices::default());
    let telling = model.tell(told(id, agent(&model)));
    tokio::time::timeout(Duration::from_secs(60), telling)
        .await
        .expect("nobody listens");
    carried.carry_out(plan).await;
    let settled = carried.finals()[&id].clone();
    assert_eq!(settled.state, FinalState::Held, "{}", settled.reason);
    assert!(
        settled.reason.contains("notification"),
        "{}",
        settled.reason
    );
    assert_eq!(sends(&model).len(), 0);
}
