//! Guests at the edges of their protocol: who is let in, frames that make no sense, and that what they do
//! shows in the API, in analytics and in the configuration.

use crate::sandbox_guest::{BRISK, Guest, address, bench, conversation_of};
use crate::sandbox_support::{Bench, parties};
use reqwest::Method;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio_tungstenite::tungstenite::Message;
use uuid::Uuid;

#[tokio::test]
async fn a_malformed_frame_is_refused_in_words_and_the_next_good_one_is_served() {
    let bench = bench("").await;
    let mut guest = Guest::arrive(&bench).await;
    let bad = [
        Message::text("nonsense"),
        Message::text("{\"action\":"),
        Message::text("[1,2,3]"),
        Message::text("{\"action\":\"dance\"}"),
        Message::binary(vec![0, 159, 146, 150]),
        Message::text("\u{0}\u{202e}"),
        Message::text("[".repeat(100_000)),
    ];
    for message in bad {
        guest.send_raw(message.clone()).await;
        let refused = guest.next().await;
        assert_eq!(
            (&refused["code"], &refused["class"]),
            (&json!(400), &json!("string")),
            "{message:?}"
        );
    }
    assert_eq!(guest.say("hello").await["body"]["text"], "hello");
    guest.send_raw(Message::text("x".repeat(600_000))).await;
    while guest.next_or_close().await.is_ok() {}
    let (mut guest, answer) = Guest::resume(&bench, guest.token).await;
    assert_eq!(
        answer["body"]["newSession"], false,
        "only the socket is lost"
    );
    assert_eq!(guest.say("again").await["body"]["text"], "again");
}

#[tokio::test]
async fn an_upgrade_that_is_not_allowed_is_refused_with_403() {
    let bench = bench("allowed_domains = [\"shop.test\"]").await;
    let deployment = bench.sandbox.welcome().deployment_id.to_string();
    for (deployment, origin, status) in [
        ("", Some("https://shop.test"), 403),
        ("no-such-thing", Some("https://shop.test"), 403),
        (deployment.as_str(), None, 403),
        (deployment.as_str(), Some("https://evil.test"), 403),
        (deployment.as_str(), Some("https://www.shop.test:444"), 101),
        (deployment.as_str(), Some("shop.test"), 101),
    ] {
        let url = address(&bench, deployment).replacen("ws", "http", 1);
        let mut request = bench
            .client
            .get(url)
            .header("connection", "upgrade")
            .header("upgrade", "websocket")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), status, "{deployment} {origin:?}");
    }
}

#[tokio::test]
async fn what_a_guest_writes_shows_in_the_api_at_once_and_in_analytics_later() {
    let bench =
        Bench::of(&BRISK.replace("[platform]\n", "[platform]\nanalytics_lag_ms = 1500\n")).await;
    let mut guest = Guest::arrive(&bench).await;
    let echo = guest.say("hello").await;
    let id = conversation_of(&bench, &echo);
    let seen = bench.get(&format!("/api/v2/conversations/{id}")).await;
    let listed = &parties(&seen, "customer")[0]["messages"][0]["messages"];
    let message: Uuid = listed[0]["messageId"].as_str().unwrap().parse().unwrap();
    assert_eq!(
        message.simple().to_string(),
        echo["body"]["id"].as_str().unwrap()
    );
    assert_eq!(
        seen["address"],
        json!(bench.sandbox.welcome().deployment_id)
    );
    let listed = async || {
        let (_, answer) = bench.query(json!({})).await;
        answer["conversations"].to_string().contains(&id)
    };
    assert!(!listed().await, "analytics is not live");
    let begun = Instant::now();
    while !listed().await {
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(begun.elapsed() < Duration::from_secs(10));
    }
}

#[tokio::test]
async fn an_agents_message_over_the_api_reaches_every_socket() {
    let bench = bench("").await;
    let (mut guest, id) = Guest::served(&bench).await;
    let (mut other, _) = Guest::resume(&bench, guest.token).await;
    let seen = bench.get(&format!("/api/v2/conversations/{id}")).await;
    let agent = parties(&seen, "agent")[0];
    let leg = agent["messages"][0]["id"].as_str().unwrap();
    let path = format!("/api/v2/conversations/messages/{id}/communications/{leg}/messages");
    let body = json!({ "textBody": "Written over the API." });
    let (status, answer) = bench.ask(Method::POST, &path, Some(&body)).await;
    assert!(status.is_success(), "{answer}");
    for guest in [&mut guest, &mut other] {
        let frame = guest
            .until(|frame| frame["body"]["text"] == "Written over the API.")
            .await;
        assert_eq!(frame["body"]["direction"], "Outbound");
        assert_eq!(frame["body"]["channel"]["from"]["nickname"], agent["name"]);
    }
}

#[tokio::test]
async fn deployments_are_listed_in_pages_that_say_what_guests_are_told() {
    let bench = Bench::of(
        "[[deployment]]\nname = \"A\"\n[[deployment]]\nname = \"B\"\ndisconnect = \"send\"\n\
         [[deployment]]\nname = \"C\"\ndisconnect = \"read-only\"\n",
    )
    .await;
    let mut seen = Vec::new();
    let path = "/api/v2/webdeployments/deployments?pageSize=2&expand=Configuration";
    let mut next = json!(path);
    while let Some(path) = next.as_str() {
        let page = bench.get(path).await;
        for one in page["entities"].as_array().unwrap() {
            let conversations = &one["configuration"]["messenger"]["apps"]["conversations"];
            let told = &conversations["conversationDisconnect"];
            seen.push((
                one["name"].clone(),
                told["enabled"].clone(),
                told["type"].clone(),
            ));
        }
        assert_eq!(page["total"], 3);
        next = page["nextUri"].clone();
    }
    let told = |name: &str, enabled: bool, kind: &str| (json!(name), json!(enabled), json!(kind));
    assert_eq!(
        seen,
        [
            told("A", false, "Send"),
            told("B", true, "Send"),
            told("C", true, "ReadOnly")
        ]
    );
    let last = bench.get(path).await["entities"][1]["id"].clone();
    let back = format!("{path}&before={}", last.as_str().unwrap());
    assert_eq!(bench.get(&back).await["entities"][0]["name"], "A");
    for wrong in ["before=x", "after=x", "pageSize=0"] {
        let path = format!("/api/v2/webdeployments/deployments?{wrong}");
        assert_eq!(bench.ask(Method::GET, &path, None).await.0, 400, "{wrong}");
    }
}
