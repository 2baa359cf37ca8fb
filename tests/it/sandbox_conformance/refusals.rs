//! The unhappy ways of every operation: who may not ask, what is not there, what cannot be meant.

use super::asking::{as_json, first_rows};
use super::judging::{Complaints, Seen};
use super::mutations;
use super::published::{self, OPERATIONS};
use super::stage::Stage;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn without_a_good_token_nothing_is_told() {
    let stage = Stage::new().await;
    let mut complaints = Complaints::default();
    for row in first_rows() {
        let (operation, path, body) = stage.happy(row).await;
        for token in [
            None,
            Some("Bearer made-up"),
            Some("Basic eDp5"),
            Some("Bearer"),
        ] {
            let asked = format!("with the token {token:?}");
            let seen = stage
                .send(operation, &path, token, as_json(body.as_ref()))
                .await;
            complaints.refused(operation, &asked, &seen, 401);
        }
    }
    assert!(stage.bench.sandbox.truth().is_empty());
    complaints.say();
}

#[tokio::test]
async fn without_the_permission_everything_is_refused_by_name() {
    let stage = Stage::new().await;
    let mut complaints = Complaints::default();
    let faults = "/sandbox/faults";
    for row in first_rows() {
        let (operation, path, body) = stage.happy(row).await;
        let needed = operation.permissions();
        if needed.is_empty() {
            continue;
        }
        let away = json!({ "remove_permissions": needed });
        stage.bench.order(faults, &away).await;
        let token = stage.bearer();
        let seen = stage
            .send(operation, &path, Some(&token), as_json(body.as_ref()))
            .await;
        complaints.refused(operation, "without its permission", &seen, 403);
        if !needed
            .iter()
            .all(|name| seen.json()["message"].as_str().unwrap_or("").contains(name))
        {
            complaints.add(
                operation,
                "without its permission",
                "the message names it not",
            );
        }
        let given = json!({ "restore_permissions": needed });
        stage.bench.order(faults, &given).await;
    }
    assert!(stage.bench.sandbox.truth().is_empty());
    complaints.say();
}

#[tokio::test]
async fn an_id_that_nobody_has_is_not_found() {
    let stage = Stage::new().await;
    let mut complaints = Complaints::default();
    let token = stage.bearer();
    for row in first_rows() {
        let operation = &OPERATIONS[row.0];
        for parameter in operation.parameters("path") {
            let name = parameter["name"].as_str().unwrap();
            for id in [
                "00000000-0000-4000-8000-000000000000",
                "no-such-thing",
                "%00%ff",
            ] {
                let places = format!("{name}={id} {}", row.1);
                let path = stage.path(&operation.path, &places).await;
                let (_, _, body) = stage.happy(row).await;
                let query = stage.filled(row.2).await;
                let path = format!("{path}?{query}");
                let seen = stage
                    .send(operation, &path, Some(&token), as_json(body.as_ref()))
                    .await;
                let asked = format!("with {id} for {name}");
                complaints.refused(operation, &asked, &seen, 404);
            }
        }
    }
    assert!(stage.bench.sandbox.truth().is_empty());
    complaints.say();
}

#[tokio::test]
async fn a_body_of_the_wrong_shape_is_refused_and_changes_nothing() {
    let stage = Stage::new().await;
    let mut complaints = Complaints::default();
    let token = stage.bearer();
    let mut tried = 0;
    for row in first_rows() {
        let (operation, path, body) = stage.happy(row).await;
        let Some(shape) = operation.body() else {
            continue;
        };
        let good: Value = body.map_or(Value::Null, |body| serde_json::from_slice(&body).unwrap());
        let mut bad = mutations::of(shape, &good, operation.id() == "patchConversationsMessage");
        bad.push(("no JSON".to_owned(), b"{\"state\":".to_vec()));
        bad.push(("not UTF-8".to_owned(), b"{\"state\":\"\xff\xfe\"}".to_vec()));
        bad.push(("too deep".to_owned(), "[".repeat(5000).into_bytes()));
        for (what, bytes) in bad {
            tried += 1;
            let body = Some(("application/json", bytes));
            let seen = stage.send(operation, &path, Some(&token), body).await;
            complaints.refused(operation, &what, &seen, 400);
        }
    }
    assert!(tried > 300, "only {tried} bodies were tried");
    assert!(stage.bench.sandbox.truth().is_empty());
    complaints.say();
}

#[tokio::test]
async fn a_query_that_cannot_be_meant_is_refused() {
    let stage = Stage::new().await;
    let mut complaints = Complaints::default();
    let token = stage.bearer();
    for row in first_rows() {
        let (operation, path, body) = stage.happy(row).await;
        let path = path.split('?').next().unwrap().to_owned();
        for parameter in operation.parameters("query") {
            let name = parameter["name"].as_str().unwrap();
            let mut wrong = Vec::new();
            match parameter["type"].as_str() {
                Some("integer") => wrong.extend(["x", "1.5", "99999999999999999999", "0", "-1"]),
                Some("boolean") => wrong.extend(["maybe", "TRUE!"]),
                _ => {}
            }
            let words = parameter.get("enum").or(parameter["items"].get("enum"));
            if words.is_some() {
                wrong.push("no-such-word");
            }
            let mut queries: Vec<String> =
                wrong.iter().map(|word| format!("{name}={word}")).collect();
            if parameter["required"] == true {
                queries.push(String::new());
            }
            for query in queries {
                let path = format!("{path}?{query}");
                let seen = stage
                    .send(operation, &path, Some(&token), as_json(body.as_ref()))
                    .await;
                complaints.refused(operation, &query, &seen, 400);
            }
        }
    }
    assert!(stage.bench.sandbox.truth().is_empty());
    complaints.say();
}

#[tokio::test]
async fn a_method_that_is_none_is_refused_with_those_that_are() {
    let stage = Stage::new().await;
    let mut complaints = Complaints::default();
    let token = stage.bearer();
    let error = json!({ "$ref": "#/definitions/ErrorBody" });
    for row in first_rows() {
        let operation = &OPERATIONS[row.0];
        let path = stage.path(&operation.path, row.1).await;
        let known = OPERATIONS.values().filter(|one| one.path == operation.path);
        let known: BTreeSet<&str> = known.map(|one| one.method.as_str()).collect();
        for method in [
            "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW",
        ] {
            if known.contains(method) {
                continue;
            }
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let sent = stage
                .bench
                .client
                .request(method.clone(), stage.bench.url(&path));
            let sent = sent.header("authorization", &token).send().await.unwrap();
            let seen = Seen::of(sent).await;
            let allowed = seen.allow.clone().unwrap_or_default();
            let allowed: BTreeSet<&str> = allowed.split(", ").collect();
            if seen.status != 405 || allowed != known {
                let problem = format!("{} allowing {allowed:?} instead of {known:?}", seen.status);
                complaints.add(operation, method.as_str(), &problem);
            } else if method == Method::HEAD {
                assert!(seen.body.is_empty());
            } else if let Some(problem) = published::misfit(&error, &seen.json()) {
                complaints.add(operation, method.as_str(), &problem);
            }
        }
    }
    complaints.say();
}

#[tokio::test]
async fn a_body_that_is_not_json_by_its_own_word_or_is_too_large_is_refused() {
    let stage = Stage::new().await;
    let mut complaints = Complaints::default();
    let token = stage.bearer();
    for row in first_rows() {
        let (operation, path, body) = stage.happy(row).await;
        let Some(body) = body.filter(|_| operation.body().is_some()) else {
            continue;
        };
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/xml",
            "x",
        ] {
            let sent = Some((kind, body.clone()));
            let seen = stage.send(operation, &path, Some(&token), sent).await;
            complaints.refused(operation, kind, &seen, 415);
        }
        let large = format!("{{\"notes\":\"{}\"}}", "x".repeat(512_000));
        let sent = Some(("application/json", large.into_bytes()));
        let seen = stage.send(operation, &path, Some(&token), sent).await;
        complaints.refused(operation, "with too much", &seen, 413);
    }
    assert!(stage.bench.sandbox.truth().is_empty());
    complaints.say();
}

#[tokio::test]
async fn over_the_limit_everything_waits_and_changes_nothing() {
    let stage = Stage::new().await;
    let mut complaints = Complaints::default();
    let mut asks = Vec::new();
    for row in first_rows() {
        asks.push(stage.happy(row).await);
    }
    let order = json!({ "rate_limit": 1 });
    stage.bench.order("/sandbox/faults", &order).await;
    let token = stage.bearer();
    for (operation, path, body) in asks {
        let seen = stage
            .send(operation, &path, Some(&token), as_json(body.as_ref()))
            .await;
        complaints.refused(operation, "over the limit", &seen, 429);
        let wait = seen.retry_after.and_then(|wait| wait.parse::<u32>().ok());
        if wait.is_none_or(|wait| wait == 0 || wait > 60) {
            complaints.add(operation, "over the limit", "no time to come back is said");
        }
    }
    assert!(stage.bench.sandbox.truth().is_empty());
    complaints.say();
}

#[tokio::test]
async fn a_token_of_another_organisation_of_the_same_seed_is_good_for_nothing() {
    let (ours, theirs) = (Stage::new().await, Stage::new().await);
    let operation = &OPERATIONS["getOrganizationsMe"];
    let seen = ours
        .send(operation, &operation.path, Some(&theirs.bearer()), None)
        .await;
    assert_eq!(
        (seen.status, seen.json()["code"].as_str().unwrap_or("")),
        (401, "bad.credentials")
    );
    assert_eq!(
        ours.bench.get(&operation.path).await["id"],
        ours.bench.sandbox.welcome().org_id.to_string()
    );
}
