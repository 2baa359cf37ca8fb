//! Every published operation, on its happy and its unhappy ways: each answer has a status that the
//! document lists and a body that fits the document's schema, with no member that it does not know.
//!
//! `rows.rs` says how to ask so that an operation succeeds; the unhappy ways, in `refusals.rs`, are made of
//! the document.

mod asking;
mod judging;
mod mutations;
pub(crate) mod published;
mod refusals;
mod rows;
mod stage;

use asking::{OF_USERS, as_json};
use judging::Complaints;
use published::OPERATIONS;
use rows::ROWS;
use serde_json::json;
use stage::Stage;
use std::collections::BTreeSet;

#[test]
fn every_published_operation_has_a_row_and_no_row_another() {
    let rows: BTreeSet<&str> = ROWS.iter().map(|row| row.0).collect();
    let published: BTreeSet<&str> = OPERATIONS.keys().map(String::as_str).collect();
    assert_eq!(published.len(), 77);
    assert_eq!(rows, published);
}

#[test]
fn a_member_that_is_not_published_and_a_time_that_is_none_are_found() {
    let schema = json!({ "$ref": "#/definitions/Channel" });
    let good = json!({ "id": "x", "expires": "2026-11-20T12:00:00.000Z" });
    assert_eq!(published::misfit(&schema, &good), None);
    let invented = json!({ "id": "x", "invented": 1 });
    assert!(
        published::misfit(&schema, &invented)
            .unwrap()
            .contains("invented")
    );
    assert_eq!(published::misfit_of_known(&schema, &invented), None);
    let timeless = json!({ "id": "x", "expires": "soon" });
    assert!(
        published::misfit(&schema, &timeless)
            .unwrap()
            .contains("expires")
    );
}

#[tokio::test]
async fn every_operation_succeeds_as_published() {
    let mut complaints = Complaints::default();
    for row in &ROWS {
        let stage = Stage::new().await;
        let (operation, path, body) = stage.happy(row).await;
        let token = stage.bearer_of(row.0).await;
        let seen = stage
            .send(operation, &path, Some(&token), as_json(body.as_ref()))
            .await;
        let expected = operation.successes();
        if !expected.contains(&seen.status) {
            let body = String::from_utf8_lossy(&seen.body);
            let problem = format!("{} instead of {expected:?}: {body}", seen.status);
            complaints.add(operation, &path, &problem);
        }
        complaints.hold(operation, &path, &seen);
    }
    complaints.say();
}

#[tokio::test]
async fn what_only_a_user_may_ask_is_refused_to_a_program() {
    let mut complaints = Complaints::default();
    for row in ROWS.iter().filter(|row| OF_USERS.contains(&row.0)) {
        let stage = Stage::new().await;
        let (operation, path, _) = stage.happy(row).await;
        let token = stage.bearer();
        let seen = stage.send(operation, &path, Some(&token), None).await;
        match row.0 {
            "getUsersMe" => complaints.refused(operation, &path, &seen, 400),
            // A program takes part in no conversation: it is told so.
            "getConversations" | "getConversationsMessages" => {
                complaints.hold(operation, &path, &seen);
                assert_eq!(seen.json()["entities"], json!([]));
            }
            _ => complaints.refused(operation, &path, &seen, 403),
        }
        assert!(stage.bench.sandbox.truth().is_empty());
    }
    complaints.say();
}
