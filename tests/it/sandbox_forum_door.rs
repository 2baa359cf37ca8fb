//! The door is the same for the forum's routes: who may come in, how often, with which bodies, what goes wrong
//! on order; and without the dialect there are none of them.

use crate::sandbox_forum_stage::{
    CONVERSATION, Chat, MESSAGING, OPERATIONS, ROUTING, WEB_CHAT, WEB_CHAT_PARTIES, WEB_CHAT_PARTY,
    WEB_MESSAGING, WEB_MESSAGING_CLOSE, forum, forum_with, platform, settled,
};
use crate::sandbox_support::{Bench, states};
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::time::{Duration, Instant};
use unstick::sandbox::{Kind, Scenario};

/// The longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(30);
const STATUS_CLOSED: &str = r#"{"status":"closed"}"#;
/// Every operation is there, and none is refused for what it is sent to.
const OPEN: &str = "delete = \"accepted\"\nclose = \"wrapper\"\nstatus_patch = \"accepted\"";

#[tokio::test]
async fn without_the_dialect_nobody_knows_these_routes_and_nothing_happens() {
    let bench = platform().await;
    assert_eq!(
        bench.get("/sandbox/dialect").await,
        json!({ "dialect": "platform" })
    );
    let chat = Chat::of(&bench, "one").await;
    for (method, path, body) in OPERATIONS {
        let answer = chat.send(&bench, method, path, body).await;
        let status = answer.status().as_u16();
        let allowed = answer.headers().get("allow").cloned();
        let said: Value = answer.json().await.unwrap();
        if path == CONVERSATION {
            assert_eq!((status, &said["code"]), (405, &json!("method.not.allowed")));
            assert_eq!(allowed.unwrap(), "DELETE, GET");
        } else {
            assert_eq!(
                (status, &said["code"]),
                (404, &json!("not.found")),
                "{method} {path}"
            );
            assert_eq!(allowed, None);
        }
    }
    settled(&bench).await;
    assert_eq!(chat.truth(&bench), []);
    let orders = json!({ "remove_permissions": ["interaction:write"] });
    let (status, _) = bench
        .ask(Method::POST, "/sandbox/faults", Some(&orders))
        .await;
    assert_eq!(status, 400, "no operation asks for it");
}

#[tokio::test]
async fn with_the_dialect_it_says_so_and_a_wrong_method_is_told_those_that_are_right() {
    let bench = forum("").await;
    assert_eq!(
        bench.get("/sandbox/dialect").await,
        json!({ "dialect": "forum" })
    );
    let refused = bench.send(Method::POST, "/sandbox/dialect", None).await;
    assert_eq!(
        (refused.status().as_u16(), &refused.headers()["allow"]),
        (405, &"GET".parse().unwrap())
    );
    let chat = Chat::of(&bench, "one").await;
    for (path, allowed) in [
        (WEB_MESSAGING, "DELETE, PATCH, PUT"),
        (MESSAGING, "DELETE, PATCH"),
        (ROUTING, "PUT"),
        (WEB_CHAT, "PATCH"),
        (WEB_CHAT_PARTY, "PATCH, POST"),
    ] {
        let answer = chat.send(&bench, "GET", path, "").await;
        assert_eq!(answer.status(), 405, "{path}");
        assert_eq!(answer.headers()["allow"], allowed);
    }
    let answer = chat.send(&bench, "PUT", CONVERSATION, "").await;
    assert_eq!(answer.headers()["allow"], "DELETE, GET, POST");
    // What a switch says is not there is not there at all.
    for (switch, status) in [("absent", 404), ("wrapper", 405), ("everybody", 405)] {
        let bench = forum(&format!("close = \"{switch}\"")).await;
        let chat = Chat::of(&bench, "one").await;
        let answer = chat.send(&bench, "GET", WEB_MESSAGING_CLOSE, "").await;
        assert_eq!(answer.status(), status, "{switch}");
    }
    // What is published is answered as ever.
    let path = chat.filled("/api/v2/conversations/messaging/settings", "customer");
    bench.get(&path).await;
}

#[tokio::test]
async fn without_a_good_token_or_over_the_limit_nothing_is_applied() {
    let mut bench = forum(OPEN).await;
    let chat = Chat::of(&bench, "one").await;
    let good = std::mem::replace(&mut bench.token, "nobody's".to_owned());
    for (method, path, body) in OPERATIONS {
        let (status, said) = chat.ask(&bench, method, path, body).await;
        assert_eq!(
            (status, &said["code"]),
            (401, &json!("bad.credentials")),
            "{path}"
        );
    }
    bench.token = good;
    bench
        .order("/sandbox/faults", &json!({ "rate_limit": 1 }))
        .await;
    for (method, path, body) in OPERATIONS {
        let answer = chat.send(&bench, method, path, body).await;
        assert_eq!(answer.status(), 429, "{method} {path}");
        assert!(answer.headers().contains_key("retry-after"));
        assert!(answer.headers().contains_key("inin-ratelimit-count"));
    }
    bench
        .order("/sandbox/faults", &json!({ "rate_limit": 300 }))
        .await;
    settled(&bench).await;
    assert_eq!(chat.truth(&bench), []);
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_is_no_reason_for_a_crash() {
    let bench = forum(OPEN).await;
    let chat = Chat::of(&bench, "one").await;
    for id in ["00000000-0000-4000-8000-000000000000", "%00", "no-id", "é"] {
        for (method, path, body) in OPERATIONS {
            let path = path.replace("{c}", id);
            let (status, said) = chat.ask(&bench, method, &path, body).await;
            let code = "conversation.error.conversation.not.found";
            assert_eq!(
                (status, &said["code"]),
                (404, &json!(code)),
                "{method} {path}"
            );
        }
        for (method, path, body) in OPERATIONS
            .iter()
            .filter(|(_, path, _)| path.contains("participants"))
        {
            let (path, body) = (path.replace("{p}", id), body.replace("{p}", id));
            let (status, said) = chat.ask(&bench, method, &path, &body).await;
            let code = "conversation.error.not.conversation.participant";
            assert_eq!(
                (status, &said["code"]),
                (404, &json!(code)),
                "{method} {path} {body}"
            );
        }
    }
    settled(&bench).await;
    assert_eq!(chat.truth(&bench), []);
}

#[tokio::test]
async fn bodies_that_do_not_fit_are_refused_as_ever_and_what_is_unknown_in_them_is_ignored() {
    let bench = forum(OPEN).await;
    let chat = Chat::of(&bench, "one").await;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let odd = [
        "null",
        "[]",
        "7",
        "\"closed\"",
        "{\"state\":",
        "{\"state\":7,\"status\":7,\"ended\":7,\"disposition\":7}",
        r#"{"state":"disconnected","status":"CLOSED!","disposition":"open","ended":"true"}"#,
        r#"{"state":["closed"],"status":{},"disposition":true,"ended":1}"#,
        &deep,
    ];
    let with_words = OPERATIONS
        .iter()
        .filter(|(_, path, body)| body.len() > 2 && *path != MESSAGING);
    for (method, path, _) in with_words {
        for body in odd {
            let (status, said) = chat.ask(&bench, method, path, body).await;
            assert_eq!(status, 400, "{method} {path} {body:.60}: {said}");
            assert!(said["code"].is_string());
        }
        let (status, _) = chat.ask(&bench, method, path, "").await;
        assert_eq!(status, 400, "{method} {path} without a body");
        let (status, _) = chat.ask(&bench, method, path, &"x".repeat(600_000)).await;
        assert_eq!(status, 413, "{method} {path}");
        let request = bench.client.request(
            method.parse().unwrap(),
            bench.url(&chat.filled(path, "customer")),
        );
        let request = request
            .bearer_auth(&bench.token)
            .header("content-type", "text/plain");
        assert_eq!(
            request.body("state=closed").send().await.unwrap().status(),
            415
        );
    }
    for (path, body, status) in [
        (CONVERSATION, "[]", 400),
        (CONVERSATION, "{\"a\":", 400),
        (MESSAGING, r#"{"state":{"is":"closed"}}"#, 400),
        (
            WEB_CHAT_PARTIES,
            r#"{"disposition":"closed","participantId":7}"#,
            400,
        ),
    ] {
        let method = if path == MESSAGING { "PATCH" } else { "POST" };
        let (seen, said) = chat.ask(&bench, method, path, body).await;
        assert_eq!(seen, status, "{path} {body}: {said}");
    }
    settled(&bench).await;
    assert_eq!(chat.truth(&bench), []);
    let more = r#"{"status":"closed","nonsense":{"a":[1]},"disposition":"open"}"#;
    let (status, said) = chat.ask(&bench, "PATCH", WEB_CHAT, more).await;
    assert_eq!(status, 200, "{said}");
}

#[tokio::test]
async fn the_refused_word_is_named_with_those_that_would_do() {
    let bench = forum("").await;
    let chat = Chat::of(&bench, "one").await;
    let (_, said) = chat
        .ask(&bench, "PUT", ROUTING, r#"{"status":"done"}"#)
        .await;
    assert_eq!(said["code"], "invalid.value");
    let words = said["message"].as_str().unwrap();
    assert!(
        words.contains("[done]") && words.contains("completed, closed"),
        "{words}"
    );
    let (status, _) = chat
        .ask(&bench, "PATCH", WEB_MESSAGING, r#"{"state":"CLOSED"}"#)
        .await;
    assert_eq!(status, 200, "a state is taken in any case");
}

#[tokio::test]
async fn faults_strike_by_step_by_path_and_by_conversation() {
    let bench = forum("").await;
    let chat = Chat::of(&bench, "one").await;
    let fault = |fault: Value| json!({ "fault": [fault] });
    let orders =
        fault(json!({ "step": "close", "conversation": "one", "times": 1, "status": 503 }));
    bench.order("/sandbox/faults", &orders).await;
    assert_eq!(
        chat.ask(&bench, "PATCH", WEB_CHAT, STATUS_CLOSED).await.0,
        503
    );
    let orders = fault(json!({ "step": "legs", "times": 1, "status": 500 }));
    bench.order("/sandbox/faults", &orders).await;
    assert_eq!(
        chat.ask(&bench, "POST", WEB_CHAT_PARTY, STATUS_CLOSED)
            .await
            .0,
        500
    );
    let orders = fault(json!({ "path": "/routingStatus", "times": 1, "status": 504 }));
    bench.order("/sandbox/faults", &orders).await;
    assert_eq!(chat.ask(&bench, "PUT", ROUTING, STATUS_CLOSED).await.0, 504);
    let orders = fault(json!({ "path": "/webchat/", "times": 1, "accepted_but_open": true }));
    bench.order("/sandbox/faults", &orders).await;
    assert_eq!(
        chat.ask(&bench, "PATCH", WEB_CHAT, STATUS_CLOSED).await.0,
        200
    );
    settled(&bench).await;
    assert_eq!(chat.truth(&bench), []);
    chat.ask(&bench, "PATCH", WEB_CHAT, STATUS_CLOSED).await;
    settled(&bench).await;
    assert_eq!(states(&bench.read("one").await, "agent"), ["disconnected"]);
}

#[tokio::test]
async fn every_request_is_among_the_arrivals_with_its_answer() {
    let bench = forum("").await;
    let chat = Chat::of(&bench, "one").await;
    for (method, path, body) in OPERATIONS {
        let (status, _) = chat.ask(&bench, method, path, body).await;
        let arrivals = bench.sandbox.arrivals();
        let last = serde_json::to_value(arrivals.last().unwrap()).unwrap();
        let path = chat.filled(path, "customer");
        assert_eq!(
            (&last["method"], &last["path"]),
            (&json!(method), &json!(path))
        );
        assert_eq!(last["status"], status, "{last}");
    }
}

#[tokio::test]
async fn what_takes_no_ending_takes_none_of_the_threads_but_the_one_that_is_a_teardown() {
    let chats = "[[chat]]\nkind = \"stubborn\"\nlabel = \"stubborn\"\nteardown_works = true";
    for (method, path, body) in OPERATIONS {
        let bench = forum_with(OPEN, chats).await;
        let chat = Chat::of(&bench, "stubborn").await;
        let (status, said) = chat.ask(&bench, method, path, body).await;
        assert!((200..300).contains(&status), "{method} {path}: {said}");
        settled(&bench).await;
        let ended = chat.truth(&bench).len();
        assert_eq!(
            ended > 0,
            path == CONVERSATION && method == "POST",
            "{method} {path}"
        );
    }
}

/// The steps of a recipe that are requests of the API: method, path, participant, body.
fn requests_of(recipe: &toml::Table) -> Vec<(String, String, String, String)> {
    let steps = recipe["step"].as_array().unwrap().iter();
    let of_the_api = steps.filter(|step| step["method"].as_str() != Some("SOCKET"));
    let asked = of_the_api.map(|step| {
        let filled = |text: &str| {
            text.replace("{conversation}", "{c}")
                .replace("{participant}", "{p}")
                .replace("{wrap_up}", "{code}")
        };
        let text = |name: &str| step.get(name).and_then(toml::Value::as_str);
        let body = step
            .get("body")
            .map(|body| serde_json::to_string(body).unwrap());
        (
            text("method").unwrap().to_owned(),
            filled(text("path").unwrap()),
            text("for").unwrap_or("customer").to_owned(),
            filled(&body.unwrap_or_default()),
        )
    });
    asked.collect()
}

#[tokio::test]
async fn every_step_of_the_recipes_that_ship_is_a_route_here_and_its_body_is_taken() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/recipes");
    let mut steps = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let recipe: toml::Table = text.parse().unwrap();
        if recipe["dialect"].as_str() != Some("forum") {
            continue;
        }
        for (method, path, purpose, body) in requests_of(&recipe) {
            let bench = forum(OPEN).await;
            let chat = Chat::of(&bench, "one").await;
            let answer = chat.send_about(&bench, &purpose, &method, &path, &body);
            let status = answer.await.status();
            assert!(status.is_success(), "{status}: {method} {path} {body}");
            steps += 1;
        }
    }
    assert!(steps >= 13, "{steps} steps are no thirteen recipes");
}

/// Waits until every simulated guest of the built-in scenario holds a socket.
async fn guests_came(bench: &Bench) {
    let begun = Instant::now();
    let mut turns = tokio::time::interval(Duration::from_millis(20));
    loop {
        turns.tick().await;
        let frames = bench.send(Method::GET, "/sandbox/frames", None).await;
        let frames = frames.text().await.unwrap();
        if frames.matches("SessionResponse").count() == 32 {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{frames}");
    }
}

#[tokio::test]
async fn the_built_in_organisation_has_twice_sixteen_of_one_chat_whose_guests_are_there() {
    let known = Scenario::names();
    assert!(known.iter().any(|(name, _)| name == "forum"));
    let bench = Bench::named("forum").await;
    assert_eq!(bench.get("/sandbox/dialect").await["dialect"], "forum");
    let staged = bench.sandbox.staged();
    assert_eq!(staged.len(), 32);
    assert!(staged.iter().all(|one| one.kind == Kind::Idle));
    guests_came(&bench).await;
    for label in ["told", "told-16", "untold", "untold-16"] {
        let seen = bench.read(label).await;
        for purpose in ["customer", "agent"] {
            assert_eq!(states(&seen, purpose), ["connected"], "{label}");
        }
    }
}

#[tokio::test]
async fn in_the_built_in_organisation_one_row_of_guests_is_told_of_a_closed_wrapper_and_the_other_is_not()
 {
    let bench = Bench::named("forum").await;
    guests_came(&bench).await;
    for (label, wanted) in [("told", 1), ("untold", 0)] {
        let chat = Chat::of(&bench, label).await;
        let (status, _) = chat.ask(&bench, "PATCH", WEB_CHAT, STATUS_CLOSED).await;
        assert_eq!(status, 200);
        bench
            .read_until(label, |seen| states(seen, "agent") == ["disconnected"])
            .await;
        assert_eq!(states(&bench.read(label).await, "customer"), ["connected"]);
        let truth = chat.truth(&bench);
        let told = truth.iter().filter_map(|line| line.frame.as_ref());
        let told = told.filter(|frame| frame.kind == "presence-disconnect");
        assert_eq!(told.count(), wanted, "{label}");
    }
}
