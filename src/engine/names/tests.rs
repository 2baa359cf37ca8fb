//! Which questions are asked, in which order, how often, and what is made of the answers.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc;

use super::*;
use crate::domain::feed::{Command, Fact};
use crate::domain::ids::ConversationId;
use crate::domain::names::{Called, Named};
use crate::domain::roster::{Ending, Reading};
use crate::engine::Engine;
use crate::engine::ports::{ListedPage, PageWanted, Pass};

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn id(number: usize) -> Text {
    Text::clean(&uuid::Uuid::from_u128(number as u128).to_string())
}

fn page(ids: &[Text]) -> NamesPage {
    let named = ids.iter().map(|id| Named {
        id: id.clone(),
        name: "Name".into(),
        on_disconnect: None,
    });
    NamesPage {
        named: named.collect(),
        next: None,
    }
}

fn refused(permission: &str) -> Result<NamesPage, Failure> {
    let permissions = vec![permission.into()];
    Err(Failure::local(
        FailureKind::NotPermitted { permissions },
        "",
    ))
}

/// So many ids of a sort were seen.
fn seen(asking: &mut Asking, kind: NameKind, ids: &[Text]) {
    asking.note(ids.iter().map(|id| (kind, id)), NOW);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_ids_a_question_one_question_at_a_time_two_seconds_apart() {
    let mut asking = Asking::default();
    let ids: Vec<Text> = (1..=230).map(id).collect();
    for _ in 0..3 {
        seen(&mut asking, NameKind::Queue, &ids);
    }
    let mut sizes = Vec::new();
    while let Some(wanted) = asking.next_in_turn(Instant::now()) {
        assert_eq!(
            asking.next_in_turn(Instant::now()),
            None,
            "one is under way"
        );
        sizes.push(wanted.ids.len());
        let answer = page(&wanted.ids);
        assert!(asking.absorb(wanted, Ok(answer), NOW, Instant::now()));
        assert_eq!(asking.next_in_turn(Instant::now()), None, "too soon");
        if let Some(due) = asking.due() {
            tokio::time::sleep_until(due).await;
        }
    }
    assert_eq!(sizes, [100, 100, 30]);
    seen(&mut asking, NameKind::Queue, &ids);
    tokio::time::advance(APART).await;
    assert_eq!(asking.next_in_turn(Instant::now()), None, "all are known");
    assert_eq!(asking.names().words(NameKind::Queue, &id(7)), "Name");
}

#[tokio::test(start_paused = true)]
async fn what_is_not_permitted_one_way_is_asked_the_other_and_then_not_for_ten_minutes() {
    let mut asking = Asking::default();
    seen(&mut asking, NameKind::Queue, &[id(1)]);
    let first = asking.next_in_turn(Instant::now()).unwrap();
    assert!(!first.is_second_way);
    assert!(!asking.absorb(first, refused("routing:queue:view"), NOW, Instant::now()));
    tokio::time::advance(APART).await;
    let second = asking.next_in_turn(Instant::now()).unwrap();
    assert!(second.is_second_way);
    let answer = page(&[id(1)]);
    assert!(asking.absorb(second, Ok(answer), NOW, Instant::now()));
    // The way that works is remembered.
    seen(&mut asking, NameKind::Queue, &[id(2)]);
    tokio::time::advance(APART).await;
    let third = asking.next_in_turn(Instant::now()).unwrap();
    assert!(third.is_second_way);
    assert!(asking.absorb(third, refused("routing:queue:search"), NOW, Instant::now()));
    let known = &asking
        .names()
        .known(NameKind::Queue, &id(2))
        .unwrap()
        .called;
    assert_eq!(*known, Called::Closed(Some("routing:queue:search".into())));
    // Neither these nor others of the sort are asked for meanwhile; other sorts are.
    seen(&mut asking, NameKind::Queue, &[id(2), id(3)]);
    seen(&mut asking, NameKind::Division, &[id(4)]);
    tokio::time::advance(APART).await;
    let other = asking.next_in_turn(Instant::now()).unwrap();
    assert_eq!(other.kind, NameKind::Division);
    let answer = page(&[]);
    asking.absorb(other, Ok(answer), NOW, Instant::now());
    tokio::time::advance(CLOSED).await;
    let again = asking.next_in_turn(Instant::now()).unwrap();
    assert_eq!((again.kind, again.is_second_way), (NameKind::Queue, false));
}

#[tokio::test(start_paused = true)]
async fn after_a_passing_trouble_all_is_quiet_for_a_minute_and_nothing_is_forgotten() {
    let mut asking = Asking::default();
    seen(&mut asking, NameKind::Queue, &[id(1)]);
    seen(&mut asking, NameKind::Flow, &[id(2)]);
    let wanted = asking.next_in_turn(Instant::now()).unwrap();
    let trouble = Err(Failure::local(FailureKind::TimedOut, ""));
    assert!(!asking.absorb(wanted, trouble, NOW, Instant::now()));
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(asking.next_in_turn(Instant::now()), None);
    tokio::time::advance(AFTER_TROUBLE).await;
    let again = asking.next_in_turn(Instant::now()).unwrap();
    assert_eq!(
        (again.kind, &again.ids[..]),
        (NameKind::Queue, &[id(1)][..])
    );
    // What another question would not change closes its own sort alone.
    let wrong = Err(Failure::local(FailureKind::WrongRoute, ""));
    assert!(!asking.absorb(again, wrong, NOW, Instant::now()));
    tokio::time::advance(APART).await;
    let other = asking.next_in_turn(Instant::now()).unwrap();
    assert_eq!(other.kind, NameKind::Flow);
}

#[tokio::test(start_paused = true)]
async fn a_listing_of_everything_is_read_to_its_end_before_anybody_is_nobody() {
    let mut asking = Asking::default();
    seen(&mut asking, NameKind::Deployment, &[id(1), id(2)]);
    let wanted = asking.next_in_turn(Instant::now()).unwrap();
    let answer = NamesPage {
        next: Some("cursor".to_owned()),
        ..page(&[id(1)])
    };
    asking.absorb(wanted, Ok(answer), NOW, Instant::now());
    assert_eq!(asking.names().known(NameKind::Deployment, &id(2)), None);
    tokio::time::advance(APART).await;
    let further = asking.next_in_turn(Instant::now()).unwrap();
    assert_eq!(further.after.as_deref(), Some("cursor"));
    let answer = page(&[]);
    asking.absorb(further, Ok(answer), NOW, Instant::now());
    let called = |number: usize| {
        let known = asking.names().known(NameKind::Deployment, &id(number));
        known.unwrap().called.clone()
    };
    assert_eq!(called(1), Called::As("Name".into()));
    assert_eq!(called(2), Called::Nobody);
}

/// A sort that answers with what will not pass by itself is closed, and does not wake anybody until it is tried again.
#[tokio::test(start_paused = true)]
async fn what_is_closed_is_due_when_it_is_tried_again_and_not_at_once() {
    let mut asking = Asking::default();
    seen(&mut asking, NameKind::Queue, &[id(1)]);
    let wanted = asking.next_in_turn(Instant::now()).unwrap();
    assert_eq!(asking.due(), None, "one is under way");
    let unserved = Err(Failure::local(FailureKind::NotSent, ""));
    asking.absorb(wanted, unserved, NOW, Instant::now());
    let again = Instant::now() + CLOSED;
    assert_eq!(asking.due(), Some(again));
    // Another sort is open.
    seen(&mut asking, NameKind::Flow, &[id(2)]);
    assert_eq!(asking.due(), Some(Instant::now() + APART));
    tokio::time::advance(APART).await;
    let flows = asking.next_in_turn(Instant::now()).unwrap();
    assert_eq!(flows.kind, NameKind::Flow);
    let answer = page(&flows.ids);
    asking.absorb(flows, Ok(answer), NOW, Instant::now());
    assert_eq!(asking.due(), Some(again));
}

/// Names everything, and has no chats.
#[derive(Clone)]
struct Namer;

impl Org for Namer {
    async fn list(&self, _: PageWanted, _: Pass) -> Result<ListedPage, Failure> {
        Ok(ListedPage::new(Vec::new(), 0))
    }

    async fn read(&self, _: ConversationId, _: Pass) -> Result<Reading, Failure> {
        Err(Failure::local(FailureKind::Unreachable, ""))
    }

    async fn end_of(&self, _: ConversationId, _: Pass) -> Result<Ending, Failure> {
        Err(Failure::local(FailureKind::Unreachable, ""))
    }

    async fn names(&self, wanted: NamesWanted, _: Pass) -> Result<NamesPage, Failure> {
        Ok(page(&wanted.ids))
    }
}

/// More looks at the clock in a minute than an engine that waits has use for.
const MANY: usize = 60 * 20;

/// A clock that counts how often it is looked at: at each turn of the engine's loop, at least. An engine that never rests is ended by it:
/// no time would go by.
#[derive(Clone, Default)]
struct Looked(Arc<AtomicUsize>);

impl Clock for Looked {
    fn now(&self) -> Timestamp {
        let looks = self.0.fetch_add(1, Ordering::SeqCst);
        assert!(looks < MANY, "the engine does not rest");
        NOW
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_waits_while_nothing_is_asked_wakes_nobody() {
    let (told, mut facts) = mpsc::channel(256);
    let clock = Looked::default();
    let (engine, _task) =
        Engine::spawn_read_only(Namer, clock.clone(), Limiter::new(300), 30, told);
    let name = |number| Command::Name(vec![(NameKind::Queue, id(number))]);
    engine.send(name(1));
    let named = async { while !matches!(facts.recv().await, Some(Fact::Names(_))) {} };
    tokio::time::timeout(APART, named).await.unwrap();
    engine.send(Command::PausePolling(true));
    engine.send(name(2));
    tokio::time::sleep(APART * 2).await;
    clock.0.store(0, Ordering::SeqCst);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let looks = clock.0.load(Ordering::SeqCst);
    assert!(looks < MANY, "{looks} looks at the clock in a minute");
}
