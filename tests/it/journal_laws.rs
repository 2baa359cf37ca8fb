//! The second wall's second opinion, by SQL behind the program's back: what a run was told as a whole, whom a read showed, and whether what
//! the domain says fits is the plan's evidence.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};
use unstick::domain::conversation::Purpose;
use unstick::domain::fact::{FinalState, HaltCause, RunEvent};
use unstick::domain::step::Rung;
use unstick::engine::ports::{RecordFailure, Recorder};

use super::journal_stage::*;
use super::journal_wall::*;

impl Wall {
    /// What the run as a whole is told.
    fn tell(&mut self, event: &str) -> Taken {
        self.row(
            "INSERT INTO turn(run_id,seq,at_ms,event) SELECT 1,?1,0,?3 WHERE ?2<>''",
            params![event],
        )
    }

    /// A read that is said to fit and shows something else than the plan.
    fn observe_else(&mut self, at: i64) -> i64 {
        self.row(
            "INSERT INTO observation(run_id,seq,conversation_id,read_ms,at_ms,fits,planned_legs,message_legs,other_legs,ended,fingerprint)
             VALUES(1,?,?,?,?,1,3,3,0,0,hex(zeroblob(32)))",
            params![at, at + 10],
        )
        .unwrap()
    }
}

#[tokio::test]
async fn i04_until_something_may_have_had_an_effect_a_read_must_be_the_plan_s_evidence() {
    let mut wall = Wall::of(Rung::Close).await;
    let other = wall.observe_else(0);
    refused(
        &wall.intend("close", 0, 1, other, 100),
        "I4: not the evidence of the plan",
    );
    wall.send("legs", 1, 1, NOT_APPLIED).unwrap();
    let other = wall.observe_else(100_000);
    refused(
        &wall.intend("close", 0, 1, other, 100_100),
        "I4: not the evidence of the plan",
    );
    wall.send("legs", 1, 2, "AMBIGUOUS").unwrap();
    let other = wall.observe_else(200_000);
    wall.intend("close", 0, 1, other, 200_100).unwrap();
}

#[tokio::test]
async fn i14_i19_i21_nothing_is_intended_while_the_run_may_not_go_on() {
    for (stop, on) in [
        ("paused", "resumed"),
        ("stopped", "recovered"),
        ("halted", "recovered"),
    ] {
        let mut wall = Wall::of(Rung::Close).await;
        wall.tell(stop).unwrap();
        let evidence = wall.observe(0, true, [3, 3, 0]).unwrap();
        refused(
            &wall.intend("close", 0, 1, evidence, 100),
            "I19: the run is paused, stopped, halted or finished",
        );
        wall.tell(on).unwrap();
        wall.intend("close", 0, 1, evidence, 200).unwrap();
    }
}

#[tokio::test]
async fn i19_the_journal_itself_takes_no_intent_after_a_stop() {
    let scratch = Scratch::new();
    let plan = plan(Rung::Close, vec![(conversation(1), crowd())]);
    let (journal, run) = confirmed(&scratch.journal(), plan).await;
    let stops = [
        RunEvent::Stopped {
            by: "operator".to_owned(),
        },
        RunEvent::Halted {
            cause: HaltCause::Permission,
            why: String::new(),
        },
    ];
    for (number, stop) in (1..).zip(stops) {
        let at = number * 1000;
        journal.record(run, fact(at, stop)).await.unwrap();
        let id = conversation(1);
        let seen = item_fact(at + 10, id, observed(at, crowd()));
        journal.record(run, seen).await.unwrap();
        let intent = unstick::domain::fact::ItemEvent::Intended {
            action: unstick::domain::step::Action::Close,
            attempt: 1,
        };
        let taken = journal.intend(run, item_fact(at + 20, id, intent)).await;
        let said = RecordFailure::Refused(
            "I19: the run is paused, stopped, halted or finished".to_owned(),
        );
        assert_eq!(taken.unwrap_err(), said);
    }
}

#[tokio::test]
async fn i20_one_request_at_a_time_for_a_conversation() {
    let mut wall = Wall::of(Rung::Close).await;
    let evidence = wall.observe(0, true, [3, 3, 0]).unwrap();
    wall.intend("legs", 1, 1, evidence, 100).unwrap();
    let newer = wall.observe(200, true, [3, 3, 0]).unwrap();
    refused(
        &wall.intend("legs", 2, 1, newer, 300),
        "I5: earlier intent unsettled",
    );
}

#[tokio::test]
async fn i28_nothing_is_intended_on_a_read_that_shows_somebody_whom_the_plan_does_not() {
    for step in ["close", "legs"] {
        let mut wall = Wall::of(Rung::Close).await;
        wall.send("legs", 1, 1, ACCEPTED).unwrap();
        let evidence = wall.observe(100_000, true, [3, 3, 0]).unwrap();
        let party = participant(9).to_string();
        let transaction = wall.connection.unchecked_transaction().unwrap();
        transaction
            .execute(
                "INSERT INTO stranger(run_id,seq,conversation_id,at_ms,participant_id,communication_id,purpose) VALUES(1,?,?,0,?,?,'agent')",
                params![evidence, conversation(1).to_string(), party, party],
            )
            .unwrap();
        transaction.commit().unwrap();
        let who = if step == "legs" { 2 } else { 0 };
        refused(
            &wall.intend(step, who, 1, evidence, 100_100),
            "I28: somebody is there whom the plan does not show",
        );
    }
}

#[tokio::test]
async fn i28_a_teardown_is_alone_in_its_run() {
    let scratch = Scratch::new();
    let journal = open(&scratch.journal());
    let two = vec![(conversation(1), crowd()), (conversation(2), crowd())];
    let refused = journal
        .open(draft(plan(Rung::Teardown, two)), at(0))
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, RecordFailure::Refused(why) if why.contains("max_items<=1")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn i11_what_is_final_is_not_looked_at_again_and_a_run_ends_only_when_all_is_final() {
    let mut wall = Wall::of(Rung::Close).await;
    refused(
        &wall.tell("finished"),
        "I11: a conversation has no final state yet",
    );
    wall.settle("held", 1).unwrap();
    refused(
        &wall.observe(0, true, [3, 3, 0]),
        "I11: it has a final state",
    );
    for insert in [
        "INSERT INTO absence(run_id,seq,conversation_id,at_ms) VALUES(1,?,?,0)",
        "INSERT INTO ending(run_id,seq,conversation_id,at_ms,agrees) VALUES(1,?,?,0,0)",
    ] {
        refused(&wall.row(insert, &[]), "I11: it has a final state");
    }
    wall.tell("finished").unwrap();
}

#[tokio::test]
async fn i26_what_a_run_was_told_and_whom_it_saw_stands_as_it_was_written() {
    let mut wall = Wall::of(Rung::Close).await;
    let seen = wall.observe(0, true, [3, 3, 0]).unwrap();
    wall.connection
        .execute(
            "INSERT INTO stranger SELECT 1,?,conversation_id,0,'p','c','agent' FROM plan_item",
            [seen],
        )
        .unwrap();
    wall.tell("stopped").unwrap();
    for table in ["turn", "stranger"] {
        for statement in [
            format!("UPDATE {table} SET at_ms=at_ms+1"),
            format!("DELETE FROM {table}"),
            format!("INSERT INTO {table} SELECT * FROM {table} LIMIT 1"),
        ] {
            let said = wall
                .connection
                .execute(&statement, [])
                .expect_err(&statement)
                .to_string();
            let why = if statement.starts_with("INSERT") {
                "I26"
            } else {
                "append-only"
            };
            assert!(said.contains(why), "{statement}: {said}");
        }
    }
}

/// The schema as it was at version 3, and what changed then.
const EARLIER: [&str; 3] = [
    include_str!("../../src/journal/schema/0001.sql"),
    include_str!("../../src/journal/schema/0002.sql"),
    include_str!("../../src/journal/schema/0003.sql"),
];
const NEWER: &str = include_str!("../../src/journal/schema/0004.sql");

#[tokio::test]
async fn what_an_earlier_journal_recorded_is_told_by_the_new_tables_too() {
    let scratch = Scratch::new();
    let plan = plan(
        Rung::Close,
        vec![(conversation(1), crowd()), (conversation(2), crowd())],
    );
    let (journal, run) = confirmed(&scratch.journal(), plan).await;
    let mut joined = crowd();
    joined.legs.push(leg(Purpose::Agent, 9));
    joined.legs.push(leg(Purpose::Bot, 10));
    for event in [
        item_fact(100, conversation(1), observed(90, joined)),
        item_fact(110, conversation(2), observed(90, crowd())),
        item_fact(120, conversation(1), settled(FinalState::Held)),
        item_fact(130, conversation(2), settled(FinalState::Held)),
        fact(140, RunEvent::Finished),
    ] {
        journal.record(run, event).await.unwrap();
    }
    drop(journal);
    let older = Connection::open_in_memory().unwrap();
    for changes in EARLIER {
        older.execute_batch(changes).unwrap();
    }
    older
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)
        .unwrap();
    let path = scratch.journal().display().to_string();
    older.execute("ATTACH ? AS now", [path]).unwrap();
    for table in [
        "run",
        "plan_item",
        "plan_leg",
        "plan_wrap_up",
        "fact",
        "observation",
        "final",
    ] {
        older
            .execute(
                &format!("INSERT INTO main.{table} SELECT * FROM now.{table}"),
                [],
            )
            .unwrap();
    }
    older
        .set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, true)
        .unwrap();
    older.execute_batch(NEWER).unwrap();
    for (table, rows) in [("turn", 2), ("stranger", 1)] {
        let count = |from: &str| -> i64 {
            older
                .query_row(&format!("SELECT count(*) FROM {from}"), [], |row| {
                    row.get(0)
                })
                .unwrap()
        };
        let both = format!("(SELECT * FROM main.{table} INTERSECT SELECT * FROM now.{table})");
        assert_eq!(
            (count(&both), count(&format!("main.{table}"))),
            (rows, rows)
        );
        let most = count(&format!("now.{table}"));
        assert_eq!(most, rows, "{table}");
    }
}
