//! The journal's own rules for requests, by SQL behind the program's back: each refuses its violation, and the legal way is accepted.

use rusqlite::{Connection, ToSql, params};
use unstick::domain::conversation::{Medium, Purpose};
use unstick::domain::evidence::{Evidence, OpenLeg};
use unstick::domain::step::Rung;

use super::journal_stage::*;

/// A confirmed run of one conversation, written to row by row.
pub(crate) struct Wall {
    _scratch: Scratch,
    pub(crate) connection: Connection,
    seq: i64,
}

pub(crate) type Taken = Result<i64, String>;

/// SHA-256 of `{"state":"disconnected"}`, and of nothing.
pub(crate) const DISCONNECTED: &str =
    "d250b8a87726cb7668ab96e6e526c740fa4f6405624e0349841b94d14cd81242";
pub(crate) const NO_BODY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(crate) const ACCEPTED: &str = "ACCEPTED";
pub(crate) const NOT_APPLIED: &str = "NOT_APPLIED";

impl Wall {
    /// Agent 1, customer 2, queue 3; customer 4 with a call beside the chat; and agent 1 owes wrap-up.
    pub(crate) async fn of(rung: Rung) -> Self {
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
    pub(crate) fn row(&mut self, insert: &str, values: &[&dyn ToSql]) -> Taken {
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

    pub(crate) fn observe(
        &mut self,
        at: i64,
        fits: bool,
        [planned, message, other]: [i64; 3],
    ) -> Taken {
        self.row(
            "INSERT INTO observation(run_id,seq,conversation_id,read_ms,at_ms,fits,planned_legs,message_legs,other_legs,ended,fingerprint)
             VALUES(1,?,?,?,?,?,?,?,?,0,(SELECT fingerprint FROM plan_item))",
            params![at, at + 10, fits, planned, message, other],
        )
    }

    pub(crate) fn intend(
        &mut self,
        step: &str,
        party: u128,
        attempt: i64,
        evidence: i64,
        at: i64,
    ) -> Taken {
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
        let chat = conversation(1);
        let (method, path) = match step {
            "legs" => ("PATCH", format!("messages/{chat}/participants/{party}")),
            "close" => ("PATCH", format!("messages/{chat}")),
            "wrap-up" => (
                "POST",
                format!("messages/{chat}/participants/{party}/communications//wrapup"),
            ),
            _ => ("POST", format!("{chat}/disconnect")),
        };
        let path = format!("/api/v2/conversations/{path}");
        let body = if method == "PATCH" {
            DISCONNECTED
        } else {
            NO_BODY
        };
        self.row(
            "INSERT INTO intent(run_id,seq,conversation_id,step,participant_id,communication_id,attempt,evidence_seq,at_ms,code,method,path,body_sha256)
             VALUES(1,?,?,?,?,'',?,?,?,?,?,?,?)",
            params![step, party, attempt, evidence, at, code, method, path, body],
        )
    }

    pub(crate) fn answer(&mut self, intent: i64, class: &str) -> Taken {
        self.row("INSERT INTO outcome(run_id,seq,conversation_id,intent_seq,at_ms,class) VALUES(1,?,?,?,0,?)", params![intent, class])
    }

    pub(crate) fn settle(&mut self, state: &str, number: i64) -> Taken {
        self.row("INSERT INTO final(run_id,seq,conversation_id,state,number,reason,reopened,at_ms) VALUES(1,?,?,?,?,'',0,0)", params![state, number])
    }

    /// A read, a send on it, and its answer.
    pub(crate) fn send(&mut self, step: &str, party: u128, attempt: i64, class: &str) -> Taken {
        let at = self.seq * 10_000;
        let evidence = self.observe(at, true, [3, 3, 0])?;
        let intent = self.intend(step, party, attempt, evidence, at + 100)?;
        self.answer(intent, class)
    }
}

#[track_caller]
pub(crate) fn refused(taken: &Taken, why: &str) {
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
        if rung == Rung::Teardown {
            wall.intend("teardown", 0, 1, evidence, 100).unwrap();
        } else {
            refused(
                &wall.intend("teardown", 0, 1, evidence, 100),
                "never changes its rung",
            );
            wall.intend("legs", 1, 1, evidence, 100).unwrap();
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
