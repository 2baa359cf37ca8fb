//! The journal's own rules, by SQL behind the program's back: each trigger refuses its violation, and the legal way is accepted.

use rusqlite::{Connection, ToSql, params};
use unstick::domain::conversation::{Medium, Purpose};
use unstick::domain::evidence::{Evidence, OpenLeg};
use unstick::domain::step::Rung;

use super::journal_stage::*;

/// A confirmed run of one conversation, written to row by row.
struct Wall {
    _scratch: Scratch,
    connection: Connection,
    seq: i64,
}

type Taken = Result<i64, String>;

const ACCEPTED: &str = "ACCEPTED";
const NOT_APPLIED: &str = "NOT_APPLIED";

impl Wall {
    /// Agent 1, customer 2, queue 3; customer 4 with a call beside the chat; and agent 1 owes wrap-up.
    async fn of(rung: Rung) -> Self {
        let scratch = Scratch::new();
        let call = OpenLeg {
            communication: communication(40),
            medium: Medium::from("call".to_owned()),
            ..leg(Purpose::Customer, 4)
        };
        let mut legs = crowd().legs;
        legs.extend([leg(Purpose::Customer, 4), call]);
        let planned = Evidence { legs, ..owing() };
        drop(
            confirmed(
                &scratch.journal(),
                plan(rung, vec![(conversation(1), planned)]),
            )
            .await,
        );
        let connection = behind(&scratch.journal());
        Self {
            _scratch: scratch,
            connection,
            seq: 1,
        }
    }

    /// A fact and its row, or neither.
    fn row(&mut self, insert: &str, values: &[&dyn ToSql]) -> Taken {
        let transaction = self.connection.unchecked_transaction().unwrap();
        let seq = self.seq + 1;
        transaction
            .execute(
                "INSERT INTO fact(run_id,seq,at_ms,fact,chain) VALUES(1,?,0,'{}',?)",
                params![seq, "0".repeat(64)],
            )
            .unwrap();
        let mut all: Vec<&dyn ToSql> = vec![&seq];
        let id = conversation(1).to_string();
        all.push(&id);
        all.extend(values);
        transaction
            .execute(insert, all.as_slice())
            .map_err(|error| error.to_string())?;
        transaction.commit().unwrap();
        self.seq = seq;
        Ok(seq)
    }

    fn observe(&mut self, at: i64, fits: bool, [planned, message, other]: [i64; 3]) -> Taken {
        self.row(
            "INSERT INTO observation(run_id,seq,conversation_id,read_ms,at_ms,fits,planned_legs,message_legs,other_legs,ended,fingerprint)
             VALUES(1,?,?,?,?,?,?,?,?,0,?)",
            params![at, at + 10, fits, planned, message, other, "0".repeat(64)],
        )
    }

    fn intend(&mut self, step: &str, party: u128, attempt: i64, evidence: i64, at: i64) -> Taken {
        let code = (step == "wrap-up").then_some(CODE);
        self.intend_with(step, party, attempt, evidence, at, code)
    }

    fn intend_with(
        &mut self,
        step: &str,
        party: u128,
        attempt: i64,
        evidence: i64,
        at: i64,
        code: Option<&str>,
    ) -> Taken {
        let party = if party == 0 {
            String::new()
        } else {
            participant(party).to_string()
        };
        self.row(
            "INSERT INTO intent(run_id,seq,conversation_id,step,participant_id,communication_id,attempt,evidence_seq,at_ms,code,method,path,body_sha256)
             VALUES(1,?,?,?,?,'',?,?,?,?,'PATCH','/','')",
            params![step, party, attempt, evidence, at, code],
        )
    }

    fn answer(&mut self, intent: i64, class: &str) -> Taken {
        self.row("INSERT INTO outcome(run_id,seq,conversation_id,intent_seq,at_ms,class) VALUES(1,?,?,?,0,?)", params![intent, class])
    }

    fn settle(&mut self, state: &str, number: i64) -> Taken {
        self.row("INSERT INTO final(run_id,seq,conversation_id,state,number,reason,reopened,at_ms) VALUES(1,?,?,?,?,'',0,0)", params![state, number])
    }

    /// A read, a send on it, and its answer.
    fn send(&mut self, step: &str, party: u128, attempt: i64, class: &str) -> Taken {
        let at = self.seq * 10_000;
        let evidence = self.observe(at, true, [3, 3, 0])?;
        let intent = self.intend(step, party, attempt, evidence, at + 100)?;
        self.answer(intent, class)
    }
}

#[track_caller]
fn refused(taken: &Taken, why: &str) {
    let said = taken.as_ref().expect_err("a refusal");
    assert!(said.contains(why), "{said}");
}

#[tokio::test]
async fn the_legal_way_of_a_conversation_is_accepted() {
    let mut wall = Wall::of(Rung::Close).await;
    wall.send("legs", 1, 1, ACCEPTED).unwrap();
    wall.send("legs", 2, 1, NOT_APPLIED).unwrap();
    wall.send("legs", 2, 2, "AMBIGUOUS").unwrap();
    wall.send("close", 0, 1, ACCEPTED).unwrap();
    let clear = wall.observe(200_000, true, [0, 0, 0]).unwrap();
    let wrap_up = wall.intend("wrap-up", 1, 1, clear, 200_100).unwrap();
    wall.answer(wrap_up, ACCEPTED).unwrap();
    wall.observe(300_000, true, [0, 0, 0]).unwrap();
    wall.observe(302_010, true, [0, 0, 0]).unwrap();
    wall.settle("ended", 1).unwrap();
}

#[tokio::test]
async fn nothing_is_intended_before_the_confirmation() {
    let scratch = Scratch::new();
    let journal = open(&scratch.journal());
    let run = unstick::engine::ports::Recorder::open(
        &journal,
        draft(plan(Rung::Close, vec![(conversation(1), crowd())])),
        at(0),
    )
    .await
    .unwrap();
    assert_eq!(run.id.0, 1);
    let mut wall = Wall {
        connection: behind(&scratch.journal()),
        _scratch: scratch,
        seq: 0,
    };
    let evidence = wall.observe(0, true, [3, 3, 0]).unwrap();
    refused(
        &wall.intend("close", 0, 1, evidence, 100),
        "I1: run not confirmed",
    );
}

#[tokio::test]
async fn a_run_never_leaves_its_rung() {
    for (rung, steps) in [
        (Rung::Legs, ["close", "wrap-up", "teardown"].as_slice()),
        (Rung::Close, &["teardown"]),
        (Rung::Teardown, &["legs", "close", "wrap-up"]),
    ] {
        let mut wall = Wall::of(rung).await;
        let evidence = wall.observe(0, true, [3, 3, 0]).unwrap();
        for step in steps {
            let party = u128::from(["legs", "wrap-up"].contains(step));
            let code = (*step == "wrap-up" && rung == Rung::Close).then_some(CODE);
            assert!(
                wall.intend_with(step, party, 1, evidence, 100, code)
                    .is_err(),
                "{step} in {rung:?}"
            );
        }
        if rung != Rung::Teardown {
            refused(
                &wall.intend("teardown", 0, 1, evidence, 100),
                "never changes its rung",
            );
            wall.intend("legs", 1, 1, evidence, 100).unwrap();
        } else {
            wall.intend("teardown", 0, 1, evidence, 100).unwrap();
        }
    }
}

#[tokio::test]
async fn only_parties_of_the_plan_are_sent_to() {
    let mut wall = Wall::of(Rung::Close).await;
    let evidence = wall.observe(0, true, [3, 3, 0]).unwrap();
    refused(
        &wall.intend("legs", 9, 1, evidence, 100),
        "I1: leg not in the plan",
    );
    refused(
        &wall.intend("legs", 3, 1, evidence, 100),
        "I1: leg not in the plan",
    );
    refused(
        &wall.intend("legs", 4, 1, evidence, 100),
        "I1: the party has another medium open",
    );
    let clear = wall.observe(1000, true, [0, 0, 0]).unwrap();
    refused(
        &wall.intend("wrap-up", 9, 1, clear, 1100),
        "I1: party not in the plan",
    );
    refused(
        &wall.intend_with("wrap-up", 1, 1, clear, 1100, Some("another code")),
        "I2: not the wrap-up code",
    );
    refused(
        &wall.intend_with("wrap-up", 1, 1, clear, 1100, None),
        "I2: not the wrap-up code",
    );
    wall.intend("wrap-up", 1, 1, clear, 1100).unwrap();
}

#[tokio::test]
async fn evidence_must_fit_and_be_fresh_and_the_newest() {
    let mut wall = Wall::of(Rung::Close).await;
    let unfit = wall.observe(0, false, [3, 3, 0]).unwrap();
    refused(
        &wall.intend("close", 0, 1, unfit, 100),
        "I3: no fresh fitting evidence",
    );
    let old = wall.observe(1000, true, [3, 3, 0]).unwrap();
    refused(
        &wall.intend("close", 0, 1, old, 3001),
        "I3: no fresh fitting evidence",
    );
    refused(
        &wall.intend("close", 0, 1, old, 999),
        "I3: no fresh fitting evidence",
    );
    let newest = wall.observe(1500, true, [3, 3, 0]).unwrap();
    refused(
        &wall.intend("close", 0, 1, old, 1600),
        "I3: a newer read exists",
    );
    wall.intend("close", 0, 1, newest, 3500).unwrap();
}

#[tokio::test]
async fn evidence_must_show_what_the_request_is_for() {
    let mut wall = Wall::of(Rung::Close).await;
    let clear = wall.observe(0, true, [0, 0, 0]).unwrap();
    refused(
        &wall.intend("legs", 1, 1, clear, 100),
        "I3: no planned leg is open",
    );
    refused(
        &wall.intend("close", 0, 1, clear, 100),
        "I3: no planned leg is open",
    );
    let call = wall.observe(1000, true, [3, 3, 1]).unwrap();
    refused(
        &wall.intend("close", 0, 1, call, 1100),
        "I3: another medium is open",
    );
    refused(
        &wall.intend("wrap-up", 1, 1, call, 1100),
        "I3: a leg is still open",
    );
}

#[tokio::test]
async fn one_read_carries_one_send_and_no_answer_goes_without_a_read() {
    let mut wall = Wall::of(Rung::Close).await;
    let evidence = wall.observe(0, true, [3, 3, 0]).unwrap();
    let intent = wall.intend("legs", 1, 1, evidence, 100).unwrap();
    let newer = wall.observe(200, true, [3, 3, 0]).unwrap();
    refused(
        &wall.intend("close", 0, 1, newer, 300),
        "I5: earlier intent unsettled",
    );
    refused(&wall.settle("held", 1), "I5: earlier intent unsettled");
    wall.answer(intent, NOT_APPLIED).unwrap();
    assert!(
        wall.answer(intent, ACCEPTED).is_err(),
        "an intent has one outcome"
    );
    refused(
        &wall.intend("close", 0, 1, newer, 300),
        "I7: no read since the last answer",
    );
    let spent = wall
        .intend("legs", 1, 2, evidence, 100)
        .expect_err("spent evidence");
    assert!(spent.starts_with('I'), "{spent}");
    refused(
        &wall.answer(evidence, ACCEPTED),
        "I5: an outcome without its intent",
    );
}

#[tokio::test]
async fn evidence_that_was_spent_is_refused_by_a_rule_of_its_own() {
    let mut wall = Wall::of(Rung::Close).await;
    let evidence = wall.observe(0, true, [3, 3, 0]).unwrap();
    wall.intend("legs", 1, 1, evidence, 100).unwrap();
    wall.connection
        .execute_batch("DROP TRIGGER intent_settled")
        .unwrap();
    refused(
        &wall.intend("close", 0, 1, evidence, 150),
        "I6: evidence already spent",
    );
}

#[tokio::test]
async fn sends_are_counted_and_their_number_is_bounded() {
    let mut wall = Wall::of(Rung::Close).await;
    refused(
        &wall.send("legs", 1, 2, ACCEPTED),
        "I8: sends are counted one by one",
    );
    wall.send("legs", 1, 1, ACCEPTED).unwrap();
    wall.send("legs", 1, 2, "AMBIGUOUS").unwrap();
    refused(
        &wall.send("legs", 1, 3, ACCEPTED),
        "I8: sent as often as allowed",
    );
    for attempt in 1..=5 {
        wall.send("close", 0, attempt, NOT_APPLIED).unwrap();
    }
    refused(
        &wall.send("close", 0, 6, ACCEPTED),
        "I8: five sends were not applied",
    );

    let mut wall = Wall::of(Rung::Teardown).await;
    wall.send("teardown", 0, 1, "AMBIGUOUS").unwrap();
    refused(
        &wall.send("teardown", 0, 2, ACCEPTED),
        "I8: sent as often as allowed",
    );
}

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
async fn a_confirmed_plan_is_frozen_and_nothing_is_changed_or_removed() {
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
    unstick::engine::ports::Recorder::open(
        &journal,
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
