//! What is over in truth and open in analytics (`desync`, `ghost`), over HTTP: it may be torn down, alone, and analytics is the proof; to
//! what cannot be read nothing is ever sent. And an agent's presence that may not be asked for.

use serde_json::json;
use unstick::domain::comparison::{self, Difference};
use unstick::domain::diagnosis::words;
use unstick::domain::draft::{DraftRefused, draft};
use unstick::domain::fact::FinalState;
use unstick::domain::guard::Terms;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan};
use unstick::domain::step::Rung;
use unstick::engine::ports::Clock;

use crate::faults::place::{Place, Staging};

const STRAYS: &str = "\
    [[chat]]\nkind = \"desync\"\nlabel = \"desync\"\n\
    [[chat]]\nkind = \"ghost\"\nlabel = \"ghost\"\n\
    [[chat]]\nkind = \"ghost\"\nlabel = \"readable\"\nreadable = true\n\
    [[chat]]\nkind = \"away\"\nlabel = \"away\"\n\
    [[chat]]\nkind = \"orphan\"\nlabel = \"orphan\"\n";

async fn plan(place: &Place, label: &str, rung: Rung) -> Result<Plan, DraftRefused> {
    let roster = place.roster().await;
    let choices = Choices {
        rung,
        ..Choices::default()
    };
    let terms = Terms {
        choices: &choices,
        from_filter: false,
        max_batch: 10,
        allow_teardown: true,
        escalated: &[],
        now: place.clock.now(),
        max_read_age: None,
        still_matches: None,
    };
    draft(&[place.id(label)], &roster, &place.scope, &terms)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stray_is_torn_down_alone_and_over_once_analytics_knows_of_its_end() {
    let place = Place::of(Staging::quick(STRAYS)).await;
    for label in ["desync", "readable"] {
        let id = place.id(label);
        let close = plan(&place, label, Rung::Close).await.unwrap();
        assert!(close.items.is_empty());
        let why = &close.skipped[0].reason;
        assert!(why.contains("there is nothing to end"), "{why}");
        let plan = plan(&place, label, Rung::Teardown).await.unwrap();
        assert!(plan.phrase().starts_with("sandbox teardown "));
        // Truth knows of no end that is ours, for it had ended; what is brought in line is analytics.
        let carried = place.carry_out(plan).await;
        let settled = &carried.run.item(id).unwrap().settled.as_ref().unwrap().0;
        assert_eq!(settled.state, FinalState::Ended, "{}", settled.reason);
        assert_eq!(settled.reason, "analytics knows of its end now");
        let kind = place
            .roster_of(&[id])
            .await
            .row(id)
            .unwrap()
            .kind(place.clock.now());
        assert_eq!(kind, Kind::Reopen, "analytics agrees with the truth");
    }
    let changes = place.sandbox.arrivals();
    assert_eq!(changes.iter().filter(|one| one.is_change()).count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_teardown_that_is_accepted_and_leaves_analytics_as_it_was_is_for_support() {
    let place = Place::of(Staging::quick(STRAYS)).await;
    place
        .order_fault(json!({ "step": "teardown", "accepted_but_open": true }))
        .await;
    let plan = plan(&place, "desync", Rung::Teardown).await.unwrap();
    let carried = place.carry_out(plan).await;
    place.judge(&carried);
    let item = carried.run.item(place.id("desync")).unwrap();
    let settled = &item.settled.as_ref().unwrap().0;
    assert_eq!(settled.state, FinalState::Escalate, "{}", settled.reason);
    assert!(
        settled.reason.contains("still knows of no end"),
        "{}",
        settled.reason
    );
    assert_eq!(item.sends.len(), 1, "a teardown is sent once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_answers_404_or_has_a_leg_open_is_not_torn_down() {
    let place = Place::of(Staging::quick(STRAYS)).await;
    for (label, why) in [
        ("ghost", "to what cannot be read nothing is sent"),
        ("orphan", "a leg of it is open"),
    ] {
        let refused = plan(&place, label, Rung::Teardown).await.unwrap_err();
        assert!(refused.to_string().contains(why), "{refused}");
    }
    let close = plan(&place, "ghost", Rung::Close).await.unwrap();
    assert!(close.items.is_empty());
    assert!(place.sandbox.arrivals().iter().all(|one| !one.is_change()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_ended_meanwhile_for_analytics_too_is_not_torn_down_any_more() {
    let place = Place::of(Staging::quick(STRAYS)).await;
    let first = plan(&place, "desync", Rung::Teardown).await.unwrap();
    let second = first.clone();
    place.carry_out(first).await;
    let carried = place.carry_out(second).await;
    let item = carried.run.item(place.id("desync")).unwrap();
    let settled = &item.settled.as_ref().unwrap().0;
    assert_eq!(
        settled.state,
        FinalState::EndedElsewhere,
        "{}",
        settled.reason
    );
    assert!(item.sends.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_presence_may_not_be_asked_for_nobody_is_away_and_that_is_said() {
    let place = Place::of(Staging::quick(STRAYS)).await;
    let said = |row: &unstick::domain::roster::Row| {
        let lines = words::lines(row, &str::to_owned, place.clock.now());
        let line = lines.into_iter().find(|line| line.label == "agent");
        line.unwrap().words
    };
    let id = place.id("away");
    let roster = place.roster().await;
    let row = roster.row(id).unwrap();
    assert_eq!(row.kind(place.clock.now()), Kind::Away);
    assert!(said(&row).starts_with("Offline for "), "{}", said(&row));
    place
        .order_fault(json!({ "method": "GET", "path": "/api/v2/users", "status": 403, "times": 0 }))
        .await;
    let roster = place.roster().await;
    let row = roster.row(id).unwrap();
    assert_eq!(row.kind(place.clock.now()), Kind::Serving);
    assert!(
        said(&row).starts_with("presence not known: "),
        "{}",
        said(&row)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn live_and_analytics_side_by_side_differ_where_they_were_staged_to() {
    let place = Place::of(Staging::quick(STRAYS)).await;
    let roster = place.roster().await;
    let now = place.clock.now();
    let compared =
        |label: &str| comparison::of(&roster.row(place.id(label)).unwrap(), now).unwrap();
    let desync = compared("desync");
    let whole = desync.whole.mismatch.unwrap();
    assert_eq!(
        (whole.what, whole.may_be_late),
        (Difference::OpenInAnalytics, false)
    );
    let ghost = compared("ghost");
    assert!(ghost.legs.iter().all(|leg| leg.live.is_none()));
    assert_eq!(ghost.whole.mismatch.unwrap().what, Difference::NotLive);
    for label in ["orphan", "away"] {
        let compared = compared(label);
        assert!(!compared.is_at_odds(), "{compared:#?}");
        assert!(compared.legs.iter().all(|leg| leg.recorded.is_some()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn analytics_that_takes_fewer_ids_at_once_is_asked_in_halves() {
    const DETAILS: &str = "/api/v2/analytics/conversations/details";
    let place = Place::of(Staging::quick(STRAYS)).await;
    let labels = ["desync", "readable", "away", "orphan"];
    let ids = labels.map(|label| place.id(label));
    let order = json!({ "method": "GET", "path": DETAILS, "times": 2, "status": 400 });
    place.order_fault(order).await;
    let from = place.clock.now();
    let roster = place.roster_of(&ids).await;
    // Four, then two, then one and one; and two.
    let asked = place.arrivals_since(from).into_iter();
    let asked: Vec<Option<u16>> = asked
        .filter(|arrival| arrival.path == DETAILS)
        .map(|arrival| arrival.status)
        .collect();
    assert_eq!(asked, [400, 400, 200, 200, 200].map(Some));
    for id in ids {
        assert!(roster.row(id).unwrap().listed.recorded.is_some(), "{id}");
    }
    assert_eq!(
        roster.row(ids[0]).unwrap().kind(place.clock.now()),
        Kind::Desync
    );

    // One id is refused even alone: the others are asked all the same.
    let order = json!({ "method": "GET", "path": DETAILS, "times": 3, "status": 400 });
    place.order_fault(order).await;
    let from = place.clock.now();
    let roster = place.roster_of(&ids).await;
    let asked = place.arrivals_since(from).into_iter();
    let asked = asked.filter(|arrival| arrival.path == DETAILS);
    let asked: Vec<Option<u16>> = asked.map(|arrival| arrival.status).collect();
    assert_eq!(asked, [400, 400, 400, 200, 200].map(Some));
    let is_known = |id| roster.row(id).unwrap().listed.recorded.is_some();
    assert_eq!(ids.map(is_known), [false, true, true, true]);

    // Two in a row that are refused alone: that is no matter of the ids.
    let order = json!({ "method": "GET", "path": DETAILS, "times": 4, "status": 400 });
    place.order_fault(order).await;
    let roster = place.roster_of(&ids).await;
    let is_known = |id| roster.row(id).unwrap().listed.recorded.is_some();
    assert_eq!(ids.map(is_known), [false; 4]);

    // Whatever is asked is refused: then nothing is known, and no kind rests on it.
    let order = json!({ "method": "GET", "path": DETAILS, "times": 0, "status": 400 });
    place.order_fault(order).await;
    let roster = place.roster_of(&ids).await;
    let desync = roster.row(ids[0]).unwrap();
    assert!(desync.listed.recorded.is_none());
    assert_ne!(desync.kind(place.clock.now()), Kind::Desync);
}
