//! The list is wrong, old, or in another time: F08 to F10.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use unstick::app::KeyCode;
use unstick::domain::diagnosis;
use unstick::domain::draft::draft;
use unstick::domain::fact::FinalState;
use unstick::domain::feed::{Fact, Gauge};
use unstick::domain::guard::Terms;
use unstick::domain::ids::ConversationId;
use unstick::domain::plan::{Choices, Plan};
use unstick::domain::roster::Roster;
use unstick::engine::gather::{Gather, gather};
use unstick::engine::ports::{Clock, Org};
use unstick::journal::{Journal, JournalOptions};

use super::oracle::Terms as Smooth;
use super::place::{Place, Staging, orphans};
use crate::console_loop::{Desk, by_us};
use crate::support::Home;

/// Chats whose kind is a question of minutes.
const ON_THE_EDGE: &str = "\
    [[chat]]\nkind = \"orphan\"\nlabel = \"orphan\"\nage = \"40m\"\nidle = \"14m\"\n\
    [[chat]]\nkind = \"live\"\nlabel = \"live\"\nage = \"50m\"\nidle = \"25m\"\n\
    [[chat]]\nkind = \"alone\"\nlabel = \"alone\"\nage = \"60m\"\nidle = \"24m\"\n";

/// Ages are counted by the platform's clock, so that a wrong one here makes nothing look stale; and nothing is ended while they are apart.
#[tokio::test]
async fn f08_clocks_ten_minutes_apart_change_no_kind_and_end_nothing() {
    for skew in [600_000_i64, -600_000] {
        let place = Place::of(Staging::quick(ON_THE_EDGE)).await;
        place.order_trouble(json!({ "clock_skew_ms": skew })).await;
        let roster = place.roster().await;
        for staged in place.sandbox.here().staged() {
            let id = staged.conversation.to_string().parse().unwrap();
            let row = roster.row(id).expect("it is not listed");
            let found = diagnosis::of(&row, place.clock.now());
            assert_eq!(
                found.kind.word(),
                staged.kind.to_string(),
                "{skew}: {}",
                found.why
            );
        }
        let plan = place.plan_of("orphan").await;
        let why = place.refused(plan).await;
        let side = if skew > 0 { "behind" } else { "ahead of" };
        assert!(why.contains(&format!("10m {side} the platform's")), "{why}");
        assert!(why.contains("set this machine's clock"), "{why}");
        assert_eq!(by_us(place.sandbox.here()).len(), 0);
        assert!(place.sandbox.arrivals().iter().all(|one| !one.is_change()));
    }
}

#[tokio::test]
async fn f08_clocks_less_than_a_minute_apart_are_said_and_do_no_harm() {
    let place = Place::of(Staging::orphans(2)).await;
    place
        .order_trouble(json!({ "clock_skew_ms": 45_000 }))
        .await;
    let plan = place.plan_of_orphans().await;
    let ahead = place.client.clock_ahead().unwrap();
    let off = (ahead - SignedDuration::from_secs(45)).abs();
    assert!(off < SignedDuration::from_secs(2), "{ahead}");
    let words = unstick::domain::skew::warning(ahead).unwrap();
    assert!(words.contains("behind the platform's"), "{words}");
    let carried = place.carry_out(plan).await;
    assert_eq!(carried.count(FinalState::Ended), 2);
    assert_eq!(carried.exit, 0);
    place.judge(&carried);
}

/// The console says it once, in its status row, and goes on saying how far apart the clocks are when that changes.
#[test]
fn f08_the_console_says_how_far_the_clocks_are_apart() {
    let mut desk = crate::console_desk::Desk::full(100, 24);
    let gauge = |seconds| {
        Fact::Gauge(Gauge {
            used: 3,
            allowed: 270,
            shut_until: None,
            clock_ahead: Some(SignedDuration::from_secs(seconds)),
        })
    };
    desk.fact(gauge(-600));
    let words = "this machine's clock is 10m ahead of the platform's";
    assert!(desk.text().contains(words), "{}", desk.text());
    desk.keys("j");
    desk.fact(gauge(-600));
    assert!(!desk.text().contains(words), "said again");
}

fn drafted(place: &Place, roster: &Roster, ids: &[ConversationId], now: Timestamp) -> Plan {
    let choices = Choices::default();
    let terms = Terms {
        choices: &choices,
        from_filter: false,
        max_batch: 500,
        allow_teardown: false,
        escalated: &[],
        now,
        max_read_age: Some(SignedDuration::from_secs(60)),
        still_matches: None,
    };
    draft(ids, roster, &place.scope, &terms).unwrap()
}

/// Polling fails for two minutes. The age of the list only warns; that of the reads blocks, until they are made anew.
#[tokio::test]
async fn f09_an_old_list_blocks_nothing_and_old_reads_do() {
    let place = Place::of(Staging::orphans(2)).await;
    let roster = place.roster().await;
    let ids: Vec<ConversationId> = roster.rows().map(|row| row.listed.id).collect();
    place
        .order_fault(json!({ "step": "list", "times": 0, "status": 503 }))
        .await;
    let later = place.clock.now() + SignedDuration::from_mins(2);
    let stale = drafted(&place, &roster, &ids, later);
    assert_eq!(stale.items.len(), 0);
    let reasons: Vec<&str> = stale
        .skipped
        .iter()
        .map(|one| one.reason.as_str())
        .collect();
    assert!(
        reasons
            .iter()
            .all(|reason| reason.contains("its read is 2m old")),
        "{reasons:?}"
    );

    // The reads are made anew, the list is not: it is two minutes old.
    let wanted = Gather {
        read_for: Duration::from_secs(60),
        only: Some(ids.clone()),
        known: roster,
        horizon_days: 93,
        worth_reading: None,
    };
    let mut read = gather(&place.client, &place.clock, &place.limiter, wanted, |_| {})
        .await
        .unwrap();
    read.listed_at = Some(place.clock.now() - SignedDuration::from_mins(2));
    let plan = drafted(&place, &read, &ids, place.clock.now());
    assert_eq!(plan.items.len(), 2, "{:?}", plan.skipped);
    let carried = place.carry_out(plan).await;
    assert_eq!(carried.count(FinalState::Ended), 2);
    place.judge(&carried);
}

/// The console with a list that cannot be had any more: it says how old it is, and what was read just now can be ended.
#[tokio::test]
async fn f09_a_console_whose_list_fails_says_how_old_it_is_and_goes_on() {
    let home = Home::new();
    let place = Place::named("quiet").await;
    let journal = Journal::open_at(&home.path("journal.db"), JournalOptions::default()).unwrap();
    let mut desk = Desk::open(place.sandbox.here(), &journal).await;
    desk.until("3 stuck and 1 stale of 7").await;
    place
        .order_fault(json!({ "step": "list", "times": 0, "status": 503 }))
        .await;
    desk.until("s old").await;
    desk.types("/kind:orphan").await;
    desk.press(KeyCode::Enter).await;
    desk.types("*").await;
    desk.until("1 marked").await;
    desk.types("x").await;
    desk.until("T opens the box").await;
    desk.types("T").await;
    desk.until("Type   sandbox 1").await;
    desk.phrase("sandbox 1").await;
    desk.until("1 ended").await;
    desk.leave().await;
    let run = journal.history().runs(1).unwrap().remove(0);
    assert_eq!(run.tally.of(FinalState::Ended), 1);
    assert_eq!(by_us(place.sandbox.here()).len(), 1);
}

/// Rows of one page come again on the next, or are left out: each counts once. A list that moved is made again from its end; where that does
/// not help either, the number is marked as about right.
#[tokio::test]
async fn f10_pages_that_drift_give_each_chat_once_and_an_approximate_count() {
    for drift in [3, -3] {
        let place = Place::of(Staging::filled(130, &orphans(1))).await;
        let whole = place.roster().await;
        assert_eq!((whole.len(), whole.partial()), (130, None));
        place
            .order_fault(json!({ "step": "list", "times": 0, "page_drift": drift }))
            .await;
        let roster = place.roster().await;
        let ids: std::collections::BTreeSet<_> = roster.rows().map(|row| row.listed.id).collect();
        assert_eq!(ids.len(), roster.len());
        // Of each page three rows came twice, or not at all, so that as many of the service's 130 are missing either way.
        let (named, counted) = roster.partial().unwrap();
        // Soon after midnight some stand in the stretch of days before, whose count comes with one of them, which its list may leave out.
        let beyond = roster.len() - usize::try_from(named).unwrap();
        assert!(beyond <= 1, "{beyond} more than were named");
        assert!(
            (120..=127).contains(&named) && counted == 130,
            "{drift}: {named}"
        );
        let plan = place.plan_of("orphan").await;
        let carried = place.carry_out(plan).await;
        assert_eq!(carried.count(FinalState::Ended), 1);
        place.judge_as(
            &carried,
            Smooth {
                is_smooth: true,
                ..Smooth::default()
            },
        );
    }
}
