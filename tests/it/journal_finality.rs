//! The journal's own rules for final states and for what is frozen, by SQL behind the program's back.

use unstick::domain::step::Rung;
use unstick::engine::ports::Recorder;

use super::journal_stage::{Scratch, at, behind, conversation, crowd, draft, open, plan};
use super::journal_wall::{ACCEPTED, Wall, refused};

#[tokio::test]
async fn ended_needs_a_request_of_ours_and_two_reads_apart_after_it() {
    let mut wall = Wall::of(Rung::Close).await;
    wall.observe(0, true, [0, 0, 0]).unwrap();
    wall.observe(5000, true, [0, 0, 0]).unwrap();
    refused(&wall.settle("ended", 1), "I12: who ended it");
    wall.send("close", 0, 1, ACCEPTED).unwrap();
    refused(&wall.settle("ended", 1), "I9: two reads must agree");
    wall.observe(100_000, true, [0, 0, 0]).unwrap();
    refused(&wall.settle("ended", 1), "I9: two reads must agree");
    wall.observe(102_009, true, [0, 0, 0]).unwrap();
    refused(&wall.settle("ended", 1), "I9: two reads must agree");
    wall.observe(103_000, true, [1, 1, 0]).unwrap();
    wall.observe(104_000, true, [0, 0, 0]).unwrap();
    refused(&wall.settle("wrap-up-owed", 1), "I9: two reads must agree");
    wall.observe(106_010, true, [0, 0, 0]).unwrap();
    refused(&wall.settle("ended-elsewhere", 1), "I12: who ended it");
    refused(
        &wall.settle("cancelled", 1),
        "I11: something was sent for it",
    );
    wall.settle("ended", 1).unwrap();
}

#[tokio::test]
async fn a_final_state_is_final_unless_it_is_unresolved() {
    let mut wall = Wall::of(Rung::Close).await;
    refused(
        &wall.settle("unresolved", 2),
        "I11: final states are counted one by one",
    );
    wall.settle("unresolved", 1).unwrap();
    refused(
        &wall.send("close", 0, 1, ACCEPTED),
        "I11: it had a final state",
    );
    wall.settle("held", 2).unwrap();
    refused(&wall.settle("escalate", 3), "I11: it has a final state");
}

#[tokio::test]
async fn i02_i26_a_confirmed_plan_is_frozen_and_nothing_is_changed_or_removed() {
    let mut wall = Wall::of(Rung::Close).await;
    wall.send("legs", 1, 1, ACCEPTED).unwrap();
    wall.settle("unresolved", 1).unwrap();
    let id = conversation(1);
    let statements = [
        ("INSERT INTO plan_item VALUES(1,'another','orphan',0,hex(zeroblob(32)))".to_owned(), "I2: plan frozen"),
        (format!("INSERT INTO plan_leg VALUES(1,'{id}','p','c','agent','connected','webmessaging',0)"), "I2: plan frozen"),
        (format!("INSERT INTO plan_wrap_up VALUES(1,'{id}','p','c')"), "I2: plan frozen"),
        ("UPDATE run SET rung='teardown'".to_owned(), "I2"),
        ("UPDATE run SET confirmed_ms=2".to_owned(), "I2: a run is confirmed once"),
        ("UPDATE run SET confirmed_ms=NULL".to_owned(), "I2: a run is confirmed once"),
        ("UPDATE plan_item SET kind='idle'".to_owned(), "I2: plan frozen"),
        ("UPDATE plan_leg SET state='x'".to_owned(), "I2: plan frozen"),
        ("UPDATE plan_wrap_up SET communication_id='x'".to_owned(), "I2: plan frozen"),
        ("INSERT INTO fact VALUES(1,99,0,'{}',hex(zeroblob(32)))".to_owned(), "I26: facts follow one another"),
        ("INSERT OR REPLACE INTO fact VALUES(1,2,0,'{}',hex(zeroblob(32)))".to_owned(), "I26: facts follow one another"),
        (format!("INSERT INTO final VALUES(1,2,'{id}',2,'held','',0,NULL,0)"), "I26: not with the newest fact"),
        (format!("INSERT INTO outcome VALUES(1,2,'{id}',3,0,'ACCEPTED',NULL,NULL,NULL)"), "I26: not with the newest fact"),
        (format!("INSERT INTO observation VALUES(1,1,'{id}',0,0,1,1,1,0,0,hex(zeroblob(32)),NULL,NULL)"), "I26: not with the newest fact"),
        (format!("INSERT INTO intent VALUES(1,2,'{id}','close','','',NULL,1,2,0,'','','')"), "I"),
        (
            "INSERT INTO run SELECT 2,org_id,api_host,client_id,profile,label,operator,rung,wrap_up,plan_sha256,max_items,verify_gap_ms,created_ms,header,chain,1 FROM run"
                .to_owned(),
            "I1: a run begins unconfirmed",
        ),
    ];
    for (statement, why) in statements {
        let said = wall
            .connection
            .execute(&statement, [])
            .expect_err(&statement)
            .to_string();
        assert!(said.contains(why), "{statement}: {said}");
    }
    for table in ["fact", "observation", "intent", "outcome", "final"] {
        for statement in [
            format!("UPDATE {table} SET at_ms=at_ms+1"),
            format!("DELETE FROM {table}"),
        ] {
            let said = wall
                .connection
                .execute(&statement, [])
                .expect_err(&statement)
                .to_string();
            assert!(said.contains("append-only"), "{statement}: {said}");
        }
    }
    for table in ["run", "plan_item", "plan_leg", "plan_wrap_up"] {
        let statement = format!("DELETE FROM {table}");
        let said = wall
            .connection
            .execute(&statement, [])
            .expect_err(&statement)
            .to_string();
        assert!(said.contains("append-only"), "{statement}: {said}");
    }
}

#[tokio::test]
async fn a_plan_that_is_not_whole_is_not_confirmed() {
    let scratch = Scratch::new();
    let journal = open(&scratch.journal());
    journal
        .open(
            draft(plan(Rung::Close, vec![(conversation(1), crowd())])),
            at(0),
        )
        .await
        .unwrap();
    let connection = behind(&scratch.journal());
    connection
        .execute_batch("INSERT INTO plan_item VALUES(1,'another','orphan',0,hex(zeroblob(32)))")
        .unwrap();
    let said = connection
        .execute("UPDATE run SET confirmed_ms=1", [])
        .expect_err("a refusal")
        .to_string();
    assert!(said.contains("I2: the plan is not whole"), "{said}");
}
