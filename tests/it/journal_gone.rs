//! The journal's own rule for a conversation that cannot be found (I10), by SQL behind the program's back: exactly the proof, nothing wider.

use rusqlite::params;
use unstick::domain::step::Rung;

use super::journal_wall::*;

const NO_PROOF: &str = "I10: or, where it is gone";

impl Wall {
    /// A read that said that it is not there.
    fn miss(&mut self) -> i64 {
        self.row(
            "INSERT INTO absence(run_id,seq,conversation_id,at_ms,http) VALUES(1,?,?,0,404)",
            params![],
        )
        .unwrap()
    }

    /// What analytics knows of its end, and whether that agrees with the reads.
    fn seek(&mut self, ended: Option<i64>, agrees: bool) -> Taken {
        self.row(
            "INSERT INTO ending(run_id,seq,conversation_id,at_ms,ended_ms,agrees) VALUES(1,?,?,0,?,?)",
            params![ended, agrees],
        )
    }

    fn read(&mut self) -> i64 {
        self.observe(0, true, [3, 3, 0]).unwrap()
    }
}

#[tokio::test]
async fn i10_two_absences_after_a_read_and_an_end_that_agrees_are_proof() {
    let mut wall = Wall::of(Rung::Close).await;
    wall.read();
    wall.miss();
    wall.miss();
    wall.seek(Some(5), true).unwrap();
    refused(&wall.settle("wrap-up-owed", 1), NO_PROOF);
    refused(&wall.settle("ended", 1), "I12");
    wall.settle("ended-elsewhere", 1).unwrap();

    let mut wall = Wall::of(Rung::Close).await;
    wall.send("legs", 1, 1, ACCEPTED).unwrap();
    wall.miss();
    wall.miss();
    wall.seek(Some(5), true).unwrap();
    refused(&wall.settle("ended-elsewhere", 1), "I12");
    wall.settle("ended", 1).unwrap();
}

#[tokio::test]
async fn i10_anything_less_is_no_proof() {
    type Story = fn(&mut Wall);
    let stories: [(&str, Story); 7] = [
        ("never read", |wall| {
            wall.miss();
            wall.miss();
            wall.seek(Some(5), true).unwrap();
        }),
        ("absent once", |wall| {
            wall.read();
            wall.miss();
            wall.seek(Some(5), true).unwrap();
        }),
        ("found again in between", |wall| {
            wall.read();
            wall.miss();
            wall.read();
            wall.miss();
            wall.seek(Some(5), true).unwrap();
        }),
        ("no end known", |wall| {
            wall.read();
            wall.miss();
            wall.miss();
            wall.seek(None, false).unwrap();
        }),
        ("an end that does not agree", |wall| {
            wall.read();
            wall.miss();
            wall.miss();
            wall.seek(Some(5), false).unwrap();
        }),
        ("an end that is known no longer", |wall| {
            wall.read();
            wall.miss();
            wall.miss();
            wall.seek(Some(5), true).unwrap();
            wall.seek(None, false).unwrap();
        }),
        ("found again after the proof", |wall| {
            wall.read();
            wall.miss();
            wall.miss();
            wall.seek(Some(5), true).unwrap();
            wall.read();
        }),
    ];
    for (name, story) in stories {
        let mut wall = Wall::of(Rung::Close).await;
        story(&mut wall);
        let taken = wall.settle("ended-elsewhere", 1);
        assert!(
            taken.as_ref().is_err_and(|said| said.contains(NO_PROOF)),
            "{name}: {taken:?}"
        );
        wall.settle("held", 1).unwrap();
    }
}

#[tokio::test]
async fn i10_absences_before_a_request_of_ours_say_nothing_of_what_it_did() {
    let mut wall = Wall::of(Rung::Close).await;
    let read = wall.observe(0, true, [3, 3, 0]).unwrap();
    wall.miss();
    wall.miss();
    wall.seek(Some(5), true).unwrap();
    let intent = wall.intend("close", 0, 1, read, 100).unwrap();
    wall.row(
        "INSERT INTO outcome(run_id,seq,conversation_id,intent_seq,at_ms,class) VALUES(1,?,?,?,0,'ACCEPTED')",
        params![intent],
    )
    .unwrap();
    refused(&wall.settle("ended", 1), NO_PROOF);
}

#[tokio::test]
async fn i10_an_end_that_agrees_names_a_time_and_stands_as_it_was_written() {
    let mut wall = Wall::of(Rung::Close).await;
    assert!(wall.seek(None, true).is_err(), "no time can agree");
    wall.read();
    wall.miss();
    wall.seek(Some(5), false).unwrap();
    for statement in [
        "UPDATE ending SET agrees=1",
        "DELETE FROM ending",
        "UPDATE absence SET at_ms=1",
        "DELETE FROM absence",
    ] {
        let said = wall
            .connection
            .execute(statement, [])
            .expect_err(statement)
            .to_string();
        assert!(said.contains("append-only"), "{statement}: {said}");
    }
    let stale = [
        "INSERT INTO absence SELECT run_id,1,conversation_id,0,404,NULL FROM plan_item",
        "INSERT INTO ending SELECT run_id,1,conversation_id,0,5,1,NULL,NULL FROM plan_item",
    ];
    for statement in stale {
        let said = wall
            .connection
            .execute(statement, [])
            .expect_err(statement)
            .to_string();
        assert!(said.contains("I26"), "{statement}: {said}");
    }
}
