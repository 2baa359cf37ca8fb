//! The journal's own wall before recipes, by SQL behind the program's back and by the journal's own doors: whatever the layers above let
//! through, nothing but the ladder's requests is granted for another machine than this one.

use std::sync::Arc;

use rusqlite::config::DbConfig;
use rusqlite::params;
use unstick::domain::fact::{ItemEvent, RunEvent};
use unstick::domain::ids::RunId;
use unstick::domain::plan::Plan;
use unstick::domain::recipe::{Recipe, Way};
use unstick::domain::step::{Action, Rung};
use unstick::engine::ports::{RecordFailure, Recorder};
use unstick::settings::recipes;

use super::journal_stage::*;
use super::journal_wall::*;

const ELSEWHERE: [&str; 8] = [
    "api.mypurecloud.com",
    "127.0.0.1.example.com",
    "127.0.0.1@example.com",
    "localhost:80",
    "10.0.0.1:80",
    "[::1].example.com",
    "[::1]:80.example.com",
    "",
];

fn recipe() -> Recipe {
    let mut shipped = recipes::shipped().into_iter();
    let found = shipped.find(|source| source.name() == "5-patch-wrapper");
    found.unwrap().read.unwrap()
}

/// A plan of one chat for this host, in the way of a recipe.
fn planned(host: &str) -> Plan {
    let mut plan = plan(Rung::Close, vec![(conversation(1), crowd())]);
    host.clone_into(&mut plan.api_host);
    plan.recipe = Way::Recipe(Arc::new(recipe()));
    plan.hash = plan.computed_hash();
    plan
}

/// What the recipe sends first.
fn first(plan: &Plan) -> Action {
    let step = &recipe().steps[0];
    let sending = step.sending(&plan.items[0], None, None).unwrap();
    Action::Recipe(Box::new(sending))
}

#[track_caller]
fn is_refused<T: std::fmt::Debug>(result: Result<T, RecordFailure>) {
    match result {
        Err(RecordFailure::Refused(why)) => assert!(why.contains("I29"), "{why}"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn i29_a_run_of_a_recipe_is_recorded_for_this_machine_and_for_no_other() {
    for host in ELSEWHERE {
        let scratch = Scratch::new();
        let journal = open(&scratch.journal());
        is_refused(journal.open(draft(planned(host)), at(0)).await);
        let standard = plan(Rung::Close, vec![(conversation(1), crowd())]);
        let kept = journal.open(draft(standard), at(0)).await.unwrap();
        assert_eq!(kept.id, RunId(1), "{host}: nothing of it was left");
    }
    for host in ["127.0.0.1:4000", "127.0.0.2", "[::1]:4000", "[::1]"] {
        let scratch = Scratch::new();
        let journal = open(&scratch.journal());
        journal.open(draft(planned(host)), at(0)).await.unwrap();
        // Nor is it moved there behind the program's back.
        let moved = "INSERT INTO run SELECT 2,org_id,'api.mypurecloud.ie',client_id,profile,label,operator,rung,wrap_up,plan_sha256,max_items,\
            verify_gap_ms,created_ms,header,chain,NULL FROM run";
        let said = behind(&scratch.journal()).execute(moved, []);
        let said = said.expect_err(host).to_string();
        assert!(said.contains("I29: a recipe"), "{said}");
    }
}

#[tokio::test]
async fn i29_a_request_for_another_machine_is_one_of_the_ladder_s_word_for_word() {
    let mut wall = Wall::of(Rung::Close).await;
    let chat = conversation(1).to_string();
    let (agent, other) = (participant(1).to_string(), conversation(2).to_string());
    let root = "/api/v2/conversations";
    let close = format!("{root}/messages/{chat}");
    let rows = [
        (
            "close",
            "",
            "PATCH",
            format!("{root}/webchat/{chat}"),
            DISCONNECTED,
        ),
        (
            "close",
            "",
            "PATCH",
            format!("{root}/messages/{other}"),
            DISCONNECTED,
        ),
        ("close", "", "PATCH", format!("{close}/"), DISCONNECTED),
        ("close", "", "PUT", close.clone(), DISCONNECTED),
        ("close", "", "PATCH", close.clone(), NO_BODY),
        (
            "close",
            "",
            "SOCKET",
            "/v1?deploymentId=x".to_owned(),
            DISCONNECTED,
        ),
        (
            "close",
            "",
            "POST",
            format!("{root}/{chat}/disconnect"),
            NO_BODY,
        ),
        ("legs", &agent, "PATCH", close.clone(), DISCONNECTED),
        (
            "legs",
            &agent,
            "PATCH",
            format!("{close}/participants/{}", participant(2)),
            DISCONNECTED,
        ),
        (
            "legs",
            &agent,
            "POST",
            format!("{root}/webmessaging/{chat}/participants/{agent}/end"),
            DISCONNECTED,
        ),
    ];
    let evidence = wall.observe(0, true, [3, 3, 0]).unwrap();
    for (step, party, method, path, body) in &rows {
        let taken = wall.row(
            "INSERT INTO intent(run_id,seq,conversation_id,step,participant_id,communication_id,attempt,evidence_seq,at_ms,method,path,body_sha256)
             VALUES(1,?,?,?,?,'',1,?,100,?,?,?)",
            params![step, party, evidence, method, path, body],
        );
        refused(&taken, "I29: another request");
    }
    wall.intend("legs", 1, 1, evidence, 100).unwrap();
}

/// A run that got into the journal all the same, by whatever mistake: it goes on to its first request, and that is not granted.
#[tokio::test]
async fn i29_a_run_that_names_a_recipe_for_a_real_organisation_is_taken_up_again_and_sends_nothing()
{
    for (host, is_granted) in [("api.mypurecloud.ie", false), ("127.0.0.1:4000", true)] {
        let scratch = Scratch::new();
        let plan = planned(host);
        let journal = open(&scratch.journal());
        // As before there was this wall.
        let careless = behind(&scratch.journal());
        let trigger: String = careless
            .query_row(
                "SELECT sql FROM sqlite_master WHERE name='run_recipe'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        careless.execute_batch("DROP TRIGGER run_recipe").unwrap();
        let run = journal.open(draft(plan.clone()), at(0)).await.unwrap().id;
        careless.execute_batch(&trigger).unwrap();
        journal
            .record(run, fact(10, RunEvent::Confirmed))
            .await
            .unwrap();
        journal.release().await;
        drop(journal);

        let journal = open(&scratch.journal());
        let back = journal.reopen(run).await.unwrap();
        assert!(back.header.plan.recipe.recipe().is_some());
        journal
            .record(run, fact(20, RunEvent::Recovered))
            .await
            .unwrap();
        let id = conversation(1);
        let seen = item_fact(110, id, observed(50, crowd()));
        journal.record(run, seen).await.unwrap();
        let what = ItemEvent::Intended {
            action: first(&plan),
            attempt: 1,
        };
        let permit = journal.intend(run, item_fact(150, id, what)).await;
        if is_granted {
            assert_eq!(permit.unwrap().conversation(), id);
        } else {
            is_refused(permit);
        }
        journal.release().await;
    }
}

#[test]
fn i29_the_wall_stands_in_a_journal_that_was_made_before_there_were_recipes() {
    let scratch = Scratch::new();
    std::fs::create_dir_all(scratch.journal().parent().unwrap()).unwrap();
    std::fs::write(scratch.journal(), include_bytes!("journal/golden/v4.db")).unwrap();
    drop(open(&scratch.journal()));
    let connection = behind(&scratch.journal());
    assert!(
        connection
            .db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER)
            .unwrap()
    );
    let found: i64 = connection
        .query_row(
            "SELECT count(*) FROM sqlite_master WHERE type='trigger' AND name IN('run_recipe','intent_published')",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(found, 2);
}
