//! The real client, engine and journal against the sandbox over HTTP, as it is in earnest. After every run an oracle compares what really
//! happened with what the journal says.

use jiff::SignedDuration;
use serde_json::json;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent};
use unstick::domain::ids::ConversationId;
use unstick::domain::item::Timings;
use unstick::domain::kind::Kind;
use unstick::domain::moment::after;
use unstick::domain::plan::Choices;
use unstick::domain::roster::Roster;
use unstick::domain::run::RunState;
use unstick::engine::ports::{Clock, Lane};
use unstick::sandbox::Kind as StagedKind;

use crate::faults::oracle::Terms;
use crate::faults::place::{Place, Staging};
use crate::faults::staging::fifth;

/// `stubborn` shows only once somebody has tried: a run goes before, and a minute.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_staged_kind_is_diagnosed_as_what_it_was_staged_as() {
    for scenario in ["kinds", "demo"] {
        let place = Place::of(Staging {
            timings: fifth(&Timings::default()),
            ..Staging::named(scenario)
        })
        .await;
        let staged = place.sandbox.here().staged();
        let mut known = Roster::default();
        if scenario == "kinds" {
            let carried = place.carry_out(place.plan_of("stubborn").await).await;
            assert_eq!(carried.run.tally().of(FinalState::Escalate), 1);
            for (id, accepted) in place
                .journal
                .history()
                .accepted(&place.scope.org_id, 50)
                .unwrap()
            {
                known.accept(id, accepted);
            }
        }
        let roster = place.roster_knowing(known).await;
        let now = place.clock.now();
        for staged in staged {
            let id: ConversationId = staged.conversation.to_string().parse().unwrap();
            if staged.kind == StagedKind::Reopen {
                assert!(roster.row(id).is_none(), "what is over is not listed");
                let named = place.roster_of(&[id]).await;
                let found = named.row(id).unwrap().diagnosis(now);
                assert_eq!(found.kind, Kind::Reopen);
                assert!(found.why.contains("brings it back for 2d"), "{}", found.why);
                assert!(!found.why.contains("assumed"), "{}", found.why);
                continue;
            }
            let row = roster
                .row(id)
                .unwrap_or_else(|| panic!("{staged:?} is not listed"));
            let at = if staged.kind == StagedKind::Stubborn {
                after(now, SignedDuration::from_secs(61))
            } else {
                now
            };
            let found = row.diagnosis(at);
            assert_eq!(
                found.kind.word(),
                staged.kind.to_string(),
                "{scenario} {staged:?}: {}",
                found.why
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nine_stuck_chats_of_the_demo_are_ended_and_the_truth_agrees() {
    let place = Place::named("demo").await;
    let pass = place.limiter.acquire(Lane::Read, 1).await;
    let codes = place
        .client
        .reader()
        .wrap_up_codes(1, pass)
        .await
        .unwrap()
        .codes;
    let choices = Choices {
        wrap_up: codes.first().map(|code| code.id.clone()),
        ..Choices::default()
    };
    let is_stuck = |kind: Kind| {
        kind.severity() == unstick::domain::kind::Severity::Stuck && kind != Kind::Alone
    };
    let plan = place.plan(is_stuck, &choices).await;
    assert_eq!(plan.items.len(), 9, "{:?}", plan.skipped);
    let carried = place.carry_out(plan).await;
    let smooth = Terms {
        is_smooth: true,
        ..Terms::default()
    };
    place.judge_as(&carried, smooth);
    let run = carried.run;
    let tally = run.tally();
    let reasons: Vec<_> = run
        .items
        .iter()
        .map(|item| (item.plan.kind, item.settled.clone().unwrap().0.reason))
        .collect();
    assert_eq!(tally.of(FinalState::Ended), 9, "{reasons:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trouble_on_the_way_changes_nothing_about_the_truth() {
    let place = Place::named("demo").await;
    let plan = place.plan_of_orphans().await;
    assert_eq!(plan.items.len(), 4);
    place
        .order_trouble(json!({ "fault": [
            { "step": "legs", "conversation": "orphan-1", "status": 500, "when": "after" },
            { "step": "legs", "conversation": "orphan-2", "drop": true, "when": "before" },
            { "step": "legs", "conversation": "orphan-3", "status": 429, "retry_after": 2 },
            { "step": "read", "conversation": "orphan-4", "nth": 2, "status": 503 },
        ]}))
        .await;
    let carried = place.carry_out(plan).await;
    place.judge(&carried);
    let run = carried.run;
    let reasons: Vec<_> = run
        .items
        .iter()
        .map(|item| item.settled.clone().unwrap().0)
        .collect();
    assert_eq!(run.tally().of(FinalState::Ended), 4, "{reasons:?}");
    let arrivals = place.sandbox.arrivals();
    let sends = arrivals.iter().filter(|one| one.is_change()).count();
    assert_eq!(
        sends, 6,
        "the dropped and the limited one are sent again, the applied one is not"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_or_writes_after_the_plan_holds_the_chat() {
    let place = Place::named("demo").await;
    let plan = place.plan_of_orphans().await;
    let (joined, written) = (plan.items[1].id, plan.items[2].id);
    place.let_happen("agent-joins", joined).await;
    place.let_happen("customer-writes", written).await;
    let carried = place.carry_out(plan).await;
    place.judge(&carried);
    let run = carried.run;
    // The customer of an orphan had left: to write is to come back.
    for (id, reason) in [(joined, "agent joined"), (written, "customer joined")] {
        let item = run.item(id).unwrap();
        let settled = &item.settled.as_ref().unwrap().0;
        assert_eq!(settled.state, FinalState::Held);
        assert!(settled.reason.contains(reason), "{}", settled.reason);
        assert!(item.sends.is_empty());
    }
    assert_eq!(run.tally().of(FinalState::Ended), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_permission_stops_the_run_after_one_request() {
    let place = Place::named("demo").await;
    let plan = place.plan_of_orphans().await;
    place.order_trouble(json!({ "remove_permissions": ["conversation:communication:disconnect", "conversation:participant:wrapup", "conversation:call:record"] })).await;
    let carried = place.carry_out(plan).await;
    place.judge(&carried);
    let run = carried.run;
    let Some(RunState::Halted(_, why)) = &run.cut_short else {
        panic!("{:?}", run.cut_short)
    };
    assert!(
        why.contains("conversation:communication:disconnect"),
        "{why}"
    );
    let facts = run.items.iter().flat_map(|item| &item.sends).count();
    assert_eq!(facts, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_polite_liar_is_never_believed() {
    let place = Place::named("demo").await;
    let plan = place
        .plan(|kind| kind == Kind::NoShow, &Choices::default())
        .await;
    place
        .order_trouble(
            json!({ "fault": [{ "step": "legs", "times": 1, "accepted_but_open": true }] }),
        )
        .await;
    let carried = place.carry_out(plan).await;
    place.judge(&carried);
    let run = carried.run;
    assert_eq!(
        run.items[0].sends.len(),
        2,
        "accepted, not true after fifteen seconds, sent once more"
    );
    assert_eq!(run.tally().of(FinalState::Ended), 1);
    let (_, facts) = place.journal.history().facts(run.header.id).unwrap();
    assert!(facts.iter().any(|fact| matches!(
        fact.event,
        RunEvent::Item {
            what: ItemEvent::Intended { attempt: 2, .. },
            ..
        }
    )));
}
