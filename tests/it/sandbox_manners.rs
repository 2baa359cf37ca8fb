//! Sign-in, the rate limit, permissions and refusals.

use crate::sandbox_support::{Bench, disconnected, participant_path};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test]
async fn a_token_is_given_for_the_right_secret_and_grant_only() {
    let bench = Bench::quiet().await;
    let secret = bench.sandbox.welcome().client_secret.clone();
    let good = bench
        .sign_in(&secret, "grant_type=client_credentials")
        .await;
    let body: Value = good.json().await.unwrap();
    assert_eq!(
        (&body["token_type"], &body["expires_in"]),
        (&json!("bearer"), &json!(86_400))
    );
    assert!(body["access_token"].as_str().unwrap().starts_with("sbx_"));
    let wrong = bench
        .sign_in("guess", "grant_type=client_credentials")
        .await;
    assert_eq!(wrong.status(), 401);
    let body: Value = wrong.json().await.unwrap();
    assert_eq!(body["error"], "invalid_client");
    let other = bench.sign_in(&secret, "grant_type=password").await;
    assert_eq!(other.status(), 400);
}

#[tokio::test]
async fn without_a_good_token_nothing_is_answered() {
    let mut bench = Bench::quiet().await;
    let path = "/api/v2/organizations/me";
    let answer = bench.client.get(bench.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 401);
    let correlation = answer.headers()["inin-correlation-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["code"], "authentication.required");
    assert_eq!(body["contextId"], correlation);
    bench.token = "made-up".to_owned();
    let (status, body) = bench.ask(Method::GET, path, None).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (401, &json!("bad.credentials"))
    );
}

#[tokio::test]
async fn a_revoked_token_is_good_no_more_and_a_new_one_is() {
    let mut bench = Bench::quiet().await;
    bench
        .order("/sandbox/faults", &json!({ "revoke_tokens": true }))
        .await;
    let (status, _) = bench.ask(Method::GET, "/api/v2/tokens/me", None).await;
    assert_eq!(status, 401);
    bench.token = bench.fresh_token().await;
    let me = bench.get("/api/v2/tokens/me").await;
    assert_eq!(
        me["organization"]["id"],
        bench.sandbox.welcome().org_id.to_string()
    );
    assert_eq!(me["OAuthClient"]["id"], bench.sandbox.welcome().client_id);
}

#[tokio::test]
async fn the_limit_is_counted_per_token_and_says_when_to_come_back() {
    let mut bench = Bench::of("platform = { rate_limit = 2 }").await;
    let path = "/api/v2/organizations/me";
    for count in ["1", "2"] {
        let answer = bench.send(Method::GET, path, None).await;
        assert_eq!(answer.headers()["inin-ratelimit-count"], count);
        assert_eq!(answer.headers()["inin-ratelimit-allowed"], "2");
        assert!(answer.headers().contains_key("date"));
    }
    let refused = bench.send(Method::GET, path, None).await;
    assert_eq!(refused.status(), 429);
    let wait: u32 = refused.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait));
    assert_eq!(
        refused.headers()["retry-after"],
        refused.headers()["inin-ratelimit-reset"]
    );
    let body: Value = refused.json().await.unwrap();
    assert_eq!(body["code"], "too.many.requests.retry.after");
    bench.token = bench.fresh_token().await;
    bench.get(path).await;
}

#[tokio::test]
async fn a_missing_permission_is_named() {
    let bench = Bench::quiet().await;
    let before = bench.read("orphan").await;
    let taken = json!({ "remove_permissions": ["conversation:communication:disconnect"] });
    bench.order("/sandbox/faults", &taken).await;
    let close = format!("/api/v2/conversations/messages/{}", bench.id("orphan"));
    let (status, body) = bench
        .ask(Method::PATCH, &close, Some(&disconnected()))
        .await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (403, &json!("missing.any.permissions"))
    );
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .contains("conversation:communication:disconnect")
    );
    let leg = participant_path(&before, "agent");
    let (status, body) = bench.ask(Method::PATCH, &leg, Some(&disconnected())).await;
    let code = "conversation.error.forbidden.not.active.participant";
    assert_eq!((status.as_u16(), &body["code"]), (403, &json!(code)));
}

#[tokio::test]
async fn what_does_not_exist_and_what_is_not_understood_is_refused_in_the_documented_words() {
    let bench = Bench::quiet().await;
    let conversation = format!("/api/v2/conversations/messages/{}", bench.id("orphan"));
    let nobody = "00000000-0000-4000-8000-000000000000";
    let state = disconnected();
    let closed = json!({ "state": "closed" });
    let cases = [
        (
            Method::GET,
            "/api/v2/nothing/here".to_owned(),
            None,
            404,
            "not.found",
        ),
        (
            Method::GET,
            format!("/api/v2/conversations/{nobody}"),
            None,
            404,
            "conversation.error.conversation.not.found",
        ),
        (
            Method::PATCH,
            format!("{conversation}/participants/{nobody}"),
            Some(&state),
            404,
            "conversation.error.not.conversation.participant",
        ),
        (
            Method::PATCH,
            conversation.clone(),
            Some(&closed),
            400,
            "invalid.value",
        ),
        (
            Method::PATCH,
            conversation.clone(),
            None,
            400,
            "bad.request",
        ),
        (
            Method::PUT,
            conversation.clone(),
            None,
            405,
            "method.not.allowed",
        ),
        (
            Method::DELETE,
            format!("/api/v2/conversations/webmessaging/{nobody}"),
            None,
            404,
            "not.found",
        ),
    ];
    for (method, path, body, status, code) in cases {
        let (seen, answer) = bench.ask(method.clone(), &path, body).await;
        assert_eq!(
            (seen.as_u16(), &answer["code"]),
            (status, &json!(code)),
            "{method} {path}"
        );
        assert_eq!(answer["status"], status);
    }
    let refused = bench.send(Method::PUT, &conversation, None).await;
    assert_eq!(refused.headers()["allow"], "GET, PATCH");
}

#[tokio::test]
async fn a_body_that_is_not_json_is_refused() {
    let bench = Bench::quiet().await;
    let url = bench.url(&format!(
        "/api/v2/conversations/messages/{}",
        bench.id("orphan")
    ));
    let cases = [
        ("text/plain", "state=disconnected", 415),
        ("application/json", "{\"state\":", 400),
    ];
    for (media, body, status) in cases {
        let request = bench.client.patch(&url).bearer_auth(&bench.token);
        let answer = request
            .header("content-type", media)
            .body(body)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), status);
    }
    let long = "x".repeat(600_000);
    let request = bench
        .client
        .patch(&url)
        .bearer_auth(&bench.token)
        .body(long);
    assert_eq!(request.send().await.unwrap().status(), 413);
}

#[tokio::test]
async fn analytics_refuses_what_the_platform_refuses() {
    let bench = Bench::quiet().await;
    let cases = [
        json!({ "interval": "2026-01-01T00:00:00Z/2026-03-01T00:00:00Z" }),
        json!({ "interval": "yesterday" }),
        json!({ "paging": { "pageSize": 101, "pageNumber": 1 } }),
        json!({ "paging": { "pageSize": 100, "pageNumber": 1001 } }),
        json!({ "orderBy": "age" }),
        json!({ "conversationFilters": [{ "type": "and", "predicates": [{ "dimension": "colour", "value": "x" }] }] }),
    ];
    for case in cases {
        let (status, body) = bench.query(case.clone()).await;
        assert_eq!(status, 400, "{case}: {body}");
    }
}

#[tokio::test]
async fn names_are_found_by_repeated_ids() {
    let bench = Bench::quiet().await;
    for path in [
        "/api/v2/users",
        "/api/v2/routing/queues",
        "/api/v2/routing/wrapupcodes",
    ] {
        let all = bench.get(&format!("{path}?pageSize=100")).await;
        let ids: Vec<&str> = all["entities"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap())
            .collect();
        let some = bench
            .get(&format!("{path}?id={}&id={}", ids[0], ids[1]))
            .await;
        assert_eq!(some["total"], 2);
        let one = bench.get(&format!("{path}/{}", ids[0])).await;
        assert!(one["name"].is_string());
    }
}

#[tokio::test]
async fn a_stopped_sandbox_is_gone_within_a_second_even_with_a_request_held() {
    let bench = Bench::quiet().await;
    bench
        .order(
            "/sandbox/faults",
            &json!({ "fault": [{ "step": "read", "hold": true }] }),
        )
        .await;
    let url = bench.url(&format!("/api/v2/conversations/{}", bench.id("orphan")));
    let held = tokio::spawn(bench.client.get(&url).bearer_auth(&bench.token).send());
    let begun = std::time::Instant::now();
    bench.sandbox.stop().await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(1));
    assert!(held.await.unwrap().is_err());
    assert!(bench.client.get(&url).send().await.is_err());
}

#[tokio::test]
async fn a_dropped_sandbox_is_gone_too() {
    let bench = Bench::quiet().await;
    let url = bench.url("/sandbox/");
    drop(bench.sandbox);
    let gone = async {
        let mut turns = tokio::time::interval(std::time::Duration::from_millis(5));
        while reqwest::get(&url).await.is_ok() {
            turns.tick().await;
        }
    };
    let patience = std::time::Duration::from_secs(1);
    assert!(tokio::time::timeout(patience, gone).await.is_ok());
}
