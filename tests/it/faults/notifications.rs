//! Notifications over real sockets: false, late, silent, flapping, doubled, shuffled, refused, revoked: F06, F22 to F25. Whatever they say
//! or leave out, polling goes on, nothing is proven by them, and no channel is churned.

use std::time::Duration;

use serde_json::json;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::hearing::Hearing;
use unstick::domain::ids::ConversationId;
use unstick::domain::plan::Plan;
use unstick::domain::roster::{Reading, Roster};
use unstick::engine::ports::{Lane, Org as _};
use unstick::engine::{Engine, Parts};
use unstick::genesys::{Listening, Pulse, WritingClient};

use super::oracle::Terms;
use super::place::{Carried, Place, Staging, stop_at_pause};

/// No condition may take longer.
const PATIENCE: Duration = Duration::from_secs(120);
const CHANNELS: &str = "/api/v2/notifications/channels";

/// Everything of listening much faster than in earnest; silence is long enough for a busy machine.
fn quick() -> Pulse {
    Pulse {
        ping: Duration::from_millis(300),
        silence: Duration::from_secs(3),
        retry: Duration::from_millis(50),
        longest_retry: Duration::from_millis(800),
        gather: Duration::from_millis(100),
        refused: Duration::from_secs(1),
        ..Pulse::default()
    }
}

/// A console's engine that listens.
struct Watch {
    engine: Engine,
    task: JoinHandle<()>,
    facts: mpsc::Receiver<Fact>,
}

impl Watch {
    fn start(place: &Place) -> Self {
        Self::with(
            place,
            Listening {
                pulse: quick(),
                ..Listening::default()
            },
        )
    }

    fn with(place: &Place, listening: Listening) -> Self {
        Self::of(place, listening, true)
    }

    /// An engine of a command: it lists nothing, and carries a run out.
    fn without_a_screen(place: &Place) -> Self {
        let listening = Listening {
            pulse: quick(),
            ..Listening::default()
        };
        Self::of(place, listening, false)
    }

    fn of(place: &Place, listening: Listening, polls: bool) -> Self {
        let client = place.client.reader().clone().listening(listening);
        let parts = Parts {
            org: WritingClient::new(client),
            ..place.parts(polls)
        };
        let (sender, facts) = mpsc::channel(256);
        let (engine, task) = Engine::spawn(parts, sender);
        Self {
            engine,
            task,
            facts,
        }
    }

    /// The next fact of which `pick` makes something.
    async fn find<T>(&mut self, mut pick: impl FnMut(Fact) -> Option<T>) -> T {
        let finding = async {
            loop {
                let fact = self.facts.recv().await.expect("the engine ended");
                if let Some(found) = pick(fact) {
                    return found;
                }
            }
        };
        tokio::time::timeout(PATIENCE, finding)
            .await
            .expect("it was never told")
    }

    /// Listening stands so.
    async fn stands(&mut self, is_so: impl Fn(&Hearing) -> bool) -> Hearing {
        self.find(|fact| match fact {
            Fact::Events(hearing) if is_so(&hearing) => Some(hearing),
            _ => None,
        })
        .await
    }

    /// This chat is on the screen.
    fn attend(&self, id: ConversationId) {
        self.engine.send(Command::Attend {
            visible: vec![id],
            marked: Vec::new(),
        });
    }

    async fn live(place: &Place) -> Self {
        let mut watch = Self::start(place);
        watch.stands(Hearing::is_live).await;
        watch
    }

    /// A read of this chat that shows what is wanted.
    async fn read(
        &mut self,
        wanted: ConversationId,
        is_so: impl Fn(&Reading) -> bool,
    ) -> Box<Reading> {
        self.find(|fact| match fact {
            Fact::Read {
                id,
                result: Ok(reading),
                ..
            } if id == wanted && is_so(&reading) => Some(Box::new(reading.as_ref().clone())),
            _ => None,
        })
        .await
    }

    /// Carries a plan out; the engine ends with it.
    async fn carry_out(self, place: &Place, plan: Plan) -> Carried {
        let command = Command::Start {
            plan: plan.into(),
            note: None,
        };
        let followed = place.follow_on(self.engine, self.task, self.facts, command, stop_at_pause);
        followed.await.expect("the run was refused")
    }

    async fn end(self) {
        self.engine.send(Command::Shutdown);
        drop(self.facts);
        self.task.await.unwrap();
    }
}

fn agents(reading: &Reading) -> usize {
    let open = reading.conversation.open_legs();
    open.filter(|(party, _)| party.purpose.is_staff()).count()
}

/// How many channels were opened.
fn opened(place: &Place) -> usize {
    let arrivals = place.sandbox.arrivals();
    let all = arrivals.iter();
    all.filter(|one| one.method == "POST" && one.path == CHANNELS)
        .count()
}

async fn misbehave(place: &Place, orders: serde_json::Value) {
    place
        .order_trouble(json!({ "notifications": orders }))
        .await;
}

/// One chat with an agent, and a console that is told of it.
async fn idle_chat() -> (Place, ConversationId, Watch) {
    let staging = Staging::quick("[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\n");
    let place = Place::of(staging).await;
    let (id, watch) = (place.id("idle"), Watch::live(&place).await);
    (place, id, watch)
}

#[tokio::test]
async fn f06_an_agent_whom_only_an_event_shows_holds_the_chat() {
    let place = Place::of(Staging::orphans(2)).await;
    let plan = place.plan_of_orphans().await;
    let joined = place.id("orphan");
    let mut watch = Watch::live(&place).await;
    let stale =
        json!({ "step": "read", "conversation": "orphan", "times": 0, "stale_ms": 600_000 });
    place.order_fault(stale).await;
    place.let_happen("agent-joins", joined).await;
    // The event asked for a read, which shows nothing of it yet.
    let reading = watch.read(joined, |_| true).await;
    assert_eq!(agents(&reading), 1);
    let carried = watch.carry_out(&place, plan).await;
    carried.came_out(
        joined,
        FinalState::Held,
        "agent joined, as a notification says",
    );
    assert_eq!(carried.sends(joined), []);
    carried.came_out(place.id("orphan-2"), FinalState::Ended, "");
    assert_eq!(carried.exit, 1);
    place.judge(&carried);
}

#[tokio::test]
async fn f06_a_run_without_a_screen_hears_of_an_agent_whom_only_an_event_shows() {
    let place = Place::of(Staging::orphans(2)).await;
    let plan = place.plan_of_orphans().await;
    let joined = place.id("orphan");
    let mut known = Roster::default();
    let pass = place.limiter.acquire(Lane::Read, 1).await;
    let reading = place.client.read(joined, pass).await.unwrap();
    known.absorb_reading(joined, &reading);
    let mut watch = Watch::without_a_screen(&place);
    watch.engine.send(Command::KnowRows(Box::new(known)));
    watch.stands(Hearing::is_live).await;
    let mut witness = Watch::live(&place).await;
    let stale =
        json!({ "step": "read", "conversation": "orphan", "times": 0, "stale_ms": 600_000 });
    place.order_fault(stale).await;
    while witness.facts.try_recv().is_ok() {}
    place.let_happen("agent-joins", joined).await;
    // The event asked for a read.
    witness.read(joined, |_| true).await;
    witness.end().await;
    let carried = watch.carry_out(&place, plan).await;
    carried.came_out(
        joined,
        FinalState::Held,
        "agent joined, as a notification says",
    );
    assert_eq!(carried.sends(joined), []);
    carried.came_out(place.id("orphan-2"), FinalState::Ended, "");
    place.judge(&carried);
}

/// Nothing was known of its chats before: what it reads says which queues matter.
#[tokio::test]
async fn a_run_that_is_taken_up_without_a_screen_listens_where_it_reads() {
    let place = Place::of(Staging::orphans(1)).await;
    let plan = place.plan_of_orphans().await;
    let mut watch = Watch::without_a_screen(&place);
    watch.engine.send(Command::Start {
        plan: plan.into(),
        note: None,
    });
    watch.stands(Hearing::is_live).await;
    watch.end().await;
}

#[tokio::test]
async fn f22_an_event_that_says_ended_ends_nothing() {
    let place = Place::of(Staging::orphans(1)).await;
    let plan = place.plan_of_orphans().await;
    let id = place.id("orphan");
    let mut watch = Watch::live(&place).await;
    while watch.facts.try_recv().is_ok() {}
    place
        .order_trouble(json!({ "false_end": [{ "conversation": "orphan" }] }))
        .await;
    let reading = watch.read(id, |_| true).await;
    assert!(reading.conversation.ended.is_none());
    let carried = watch.carry_out(&place, plan).await;
    carried.came_out(id, FinalState::Ended, "two reads show no open leg");
    assert_eq!(carried.all_sends(), 1, "it was ended by a request of ours");
    place.judge_as(
        &carried,
        Terms {
            is_smooth: true,
            ..Terms::default()
        },
    );
}

#[tokio::test]
async fn f23_when_events_fall_silent_it_is_said_and_polling_finds_what_happens() {
    let (place, id, mut watch) = idle_chat().await;
    watch.attend(id);
    misbehave(&place, json!({ "silent_ms": 600_000 })).await;
    let silent = watch
        .stands(|one| matches!(one, Hearing::Silent { .. }))
        .await;
    assert!(silent.warning().unwrap().contains("polling goes on"));
    place.let_happen("agent-joins", id).await;
    watch.read(id, |reading| agents(reading) == 2).await;
    misbehave(&place, json!({})).await;
    watch.stands(Hearing::is_live).await;
    // What happens now is told again.
    place.let_happen("agent-joins", id).await;
    watch.read(id, |reading| agents(reading) == 3).await;
    assert_eq!(opened(&place), 1);
    watch.end().await;
}

#[tokio::test]
async fn f24_t34_a_socket_that_flaps_costs_no_channel() {
    let (place, id, mut watch) = idle_chat().await;
    misbehave(&place, json!({ "flap_ms": 100 })).await;
    for _ in 0..5 {
        watch.stands(|one| !one.is_live()).await;
        watch.stands(Hearing::is_live).await;
    }
    misbehave(&place, json!({})).await;
    place.let_happen("agent-joins", id).await;
    watch.read(id, |reading| agents(reading) == 2).await;
    assert_eq!(opened(&place), 1);
    watch.end().await;
}

#[tokio::test]
async fn f24_t34_a_channel_that_dies_again_and_again_is_replaced_twice_an_hour() {
    let (place, id, mut watch) = idle_chat().await;
    watch.attend(id);
    let revoke = json!({ "revoke_tokens": true });
    place.order_trouble(revoke.clone()).await;
    watch.stands(Hearing::is_live).await;
    place.order_trouble(revoke).await;
    let is_too_often = |one: &Hearing| {
        let words = one.warning();
        words.is_some_and(|words| words.contains("too often"))
    };
    watch.stands(is_too_often).await;
    place.let_happen("agent-joins", id).await;
    watch.read(id, |reading| agents(reading) == 2).await;
    assert_eq!(opened(&place), 2);
    watch.end().await;
}

#[tokio::test]
async fn f25_events_three_times_and_shuffled_send_nothing_more() {
    let place = Place::of(Staging::orphans(4)).await;
    let plan = place.plan_of_orphans().await;
    let watch = Watch::live(&place).await;
    misbehave(&place, json!({ "copies": 3, "shuffle_ms": 150 })).await;
    // Somebody comes and goes: told late, in any order, and over by the time of the check.
    for label in ["orphan", "orphan-2"] {
        let id = place.id(label);
        place.let_happen("agent-joins", id).await;
        place.let_happen("agent-leaves", id).await;
    }
    let carried = watch.carry_out(&place, plan).await;
    for item in &carried.run.items {
        let settled = &item.settled.as_ref().unwrap().0;
        let is_sound = match settled.state {
            FinalState::Ended => item.sends.len() == 1,
            FinalState::Held => item.sends.is_empty(),
            _ => false,
        };
        assert!(is_sound, "{settled:#?}");
    }
    assert!(carried.count(FinalState::Ended) >= 2);
    place.judge(&carried);
}

#[tokio::test]
async fn queues_that_may_not_be_listened_to_are_named_and_polling_goes_on() {
    let place = Place::of(Staging::on(
        "without_permissions = [\"conversation:communication:view\"]",
        "[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\n",
    ))
    .await;
    let mut watch = Watch::start(&place);
    let refused = watch
        .stands(|one| matches!(one, Hearing::NotPermitted { .. }))
        .await;
    let words = refused.warning().unwrap();
    assert!(words.contains("conversation:communication:view"), "{words}");
    watch
        .find(|fact| matches!(fact, Fact::Listing(_)).then_some(()))
        .await;
    assert_eq!(opened(&place), 1);
    watch.end().await;
}

#[tokio::test]
async fn t34_the_next_start_finds_its_channel_again_and_two_at_a_time_have_one_each() {
    let place = Place::of(Staging::quick(
        "[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\n",
    ))
    .await;
    let folder = std::env::temp_dir().join(format!("unstick-channels-{}", uuid::Uuid::new_v4()));
    let listening = || Listening {
        folder: Some(folder.clone()),
        org_id: place.scope.org_id.clone(),
        pulse: quick(),
    };
    for _ in 0..3 {
        let mut watch = Watch::with(&place, listening());
        watch.stands(Hearing::is_live).await;
        watch.end().await;
    }
    assert_eq!(opened(&place), 1);
    let mut first = Watch::with(&place, listening());
    first.stands(Hearing::is_live).await;
    let mut second = Watch::with(&place, listening());
    second.stands(Hearing::is_live).await;
    assert_eq!(opened(&place), 2);
    let id = place.id("idle");
    place.let_happen("agent-joins", id).await;
    first.read(id, |reading| agents(reading) == 2).await;
    second.read(id, |reading| agents(reading) == 2).await;
    first.end().await;
    second.end().await;
    let _ = std::fs::remove_dir_all(folder);
}

/// The token in use is revoked in the middle of a run: the run pauses at once, and the next request fetches another.
#[tokio::test]
async fn t47_a_revoked_token_pauses_the_run_over_the_socket() {
    let place = Place::of(Staging::orphans(6)).await;
    let plan = place.plan_of_orphans().await;
    let watch = Watch::live(&place).await;
    let control = place.control();
    let mut is_revoked = false;
    let mut is_paused = None;
    let command = Command::Start {
        plan: plan.into(),
        note: None,
    };
    let followed = place.follow_on(
        watch.engine,
        watch.task,
        watch.facts,
        command,
        |fact, engine| {
            let sends = matches!(
                fact.event,
                RunEvent::Item {
                    what: ItemEvent::Intended { .. },
                    ..
                }
            );
            if sends && !std::mem::replace(&mut is_revoked, true) {
                let control = control.clone();
                let revoke = json!({ "revoke_tokens": true });
                tokio::spawn(async move { control.order("faults", &revoke).await });
            }
            if let RunEvent::Paused { why } = &fact.event {
                is_paused.get_or_insert_with(|| why.clone());
                engine.send(Command::PauseRun(false));
            }
        },
    );
    let carried = followed.await.expect("the run was refused");
    let why = is_paused.expect("it did not pause");
    assert!(why.contains("revoked"), "{why}");
    assert_eq!(
        carried.count(FinalState::Ended),
        6,
        "{:#?}",
        carried.run.items
    );
    place.judge(&carried);
}

/// The service says that it closes the socket soon: another is opened first, and nobody notices.
#[tokio::test]
async fn a_socket_that_is_closed_with_notice_is_replaced_before_it_ends() {
    let place = Place::of(Staging::quick(
        "[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\n",
    ))
    .await;
    let id = place.id("idle");
    let pulse = Pulse {
        longest_retry: Duration::ZERO,
        ..quick()
    };
    let listening = Listening {
        pulse,
        ..Listening::default()
    };
    let mut watch = Watch::with(&place, listening);
    watch.stands(Hearing::is_live).await;
    misbehave(&place, json!({ "close_ms": 700 })).await;
    let lost = watch.stands(|one| !one.is_live());
    let lost = tokio::time::timeout(Duration::from_secs(2), lost).await;
    assert!(lost.is_err(), "{lost:?}");
    place.let_happen("agent-joins", id).await;
    watch.read(id, |reading| agents(reading) == 2).await;
    assert_eq!(opened(&place), 1);
    watch.end().await;
}

/// Over TLS, by the same trust as every other request.
#[tokio::test]
async fn events_come_over_tls_from_an_authority_that_the_client_was_told_to_trust() {
    let mut staging = Staging::quick("[[chat]]\nkind = \"idle\"\nlabel = \"idle\"\n");
    staging.is_encrypted = true;
    let place = Place::of(staging).await;
    let id = place.id("idle");
    let mut watch = Watch::live(&place).await;
    while watch.facts.try_recv().is_ok() {}
    place.let_happen("agent-joins", id).await;
    watch.read(id, |reading| agents(reading) == 2).await;
    watch.end().await;
}
