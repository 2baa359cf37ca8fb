//! Simulated guests are clients of the sandbox like any other: they come over its socket, are told what
//! guests are told, and leave the staged chats what they are.

use crate::sandbox_guest::BRISK;
use crate::sandbox_support::{Bench, disconnected};
use reqwest::Method;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// The frames that went out, once they are as wished.
async fn frames_until(bench: &Bench, wished: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let begun = Instant::now();
    let mut turns = tokio::time::interval(Duration::from_millis(20));
    loop {
        turns.tick().await;
        let text = bench.send(Method::GET, "/sandbox/frames", None).await;
        let text = text.text().await.unwrap();
        let frames: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        if wished(&frames) {
            return frames;
        }
        assert!(begun.elapsed() < Duration::from_secs(20), "{frames:#?}");
    }
}

fn of<'a>(frames: &'a [Value], conversation: &str, class: &str) -> Vec<&'a Value> {
    let all = frames
        .iter()
        .filter(|line| line["conversation"] == conversation && line["frame"]["class"] == class);
    all.map(|line| &line["frame"]["body"]).collect()
}

fn presences(frames: &[Value], conversation: &str) -> Vec<Value> {
    let events = of(frames, conversation, "StructuredMessage");
    let kinds = events
        .iter()
        .map(|body| body["events"][0]["presence"]["type"].clone());
    kinds.filter(Value::is_string).collect()
}

#[tokio::test]
async fn they_take_up_the_first_staged_chats_with_a_customer_and_leave_them_what_they_are() {
    let bench = Bench::of(
        "[guest]\nsockets = 4\n[[chat]]\nkind = \"orphan\"\nlabel = \"orphan\"\n\
         [[chat]]\nkind = \"idle\"\nlabel = \"idle\"\n[[chat]]\nkind = \"no-show\"\nlabel = \"no-show\"\n\
         [[chat]]\nkind = \"waiting\"\nlabel = \"waiting\"\n[[chat]]\nkind = \"bot-loop\"\nlabel = \"bot-loop\"\n\
         [[chat]]\nkind = \"serving\"\nlabel = \"serving\"\n",
    )
    .await;
    let frames = frames_until(&bench, |frames| frames.len() >= 4).await;
    let taken_up: BTreeSet<&str> = frames
        .iter()
        .map(|line| line["conversation"].as_str().unwrap())
        .collect();
    let expected = ["idle", "no-show", "waiting", "bot-loop"].map(|label| bench.id(label));
    assert_eq!(taken_up, expected.iter().map(String::as_str).collect());
    for line in &frames {
        assert_eq!(line["frame"]["body"]["newSession"], false, "{line}");
    }
    assert!(bench.sandbox.truth().is_empty(), "nothing changed by it");
}

#[tokio::test]
async fn a_live_one_writes_over_its_socket_is_answered_and_is_told_of_the_end() {
    let bench = Bench::of(&format!(
        "{}[guest]\nsockets = 1\nwrites_every_ms = [50, 100]\n\
         [[deployment]]\nname = \"Test\"\ndisconnect = \"send\"\n\
         [[chat]]\nkind = \"live\"\nlabel = \"live\"\n",
        BRISK.replace("[life]\n", "[life]\nmessages = true\n")
    ))
    .await;
    let id = bench.id("live");
    let texts = |frames: &[Value], direction: &str| {
        let all = of(frames, &id, "StructuredMessage");
        let all = all.iter().filter(|body| body["direction"] == direction);
        all.filter(|body| body["text"].is_string()).count()
    };
    frames_until(&bench, |frames| {
        texts(frames, "Inbound") >= 3 && texts(frames, "Outbound") >= 2
    })
    .await;
    let path = format!("/api/v2/conversations/messages/{id}");
    let (status, body) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
    assert!(status.is_success(), "{body}");
    frames_until(&bench, |frames| presences(frames, &id) == ["Disconnect"]).await;
}

#[tokio::test]
async fn a_naive_one_writes_on_and_brings_the_conversation_back() {
    let bench = Bench::of(&format!(
        "{}[guest]\nsockets = 1\nnaive = 1\nwrites_every_ms = [100, 200]\n\
         [[deployment]]\nname = \"Test\"\ndisconnect = \"send\"\n\
         [[chat]]\nkind = \"live\"\nlabel = \"live\"\n",
        BRISK.replace("[life]\n", "[life]\nmessages = true\n")
    ))
    .await;
    let id = bench.id("live");
    frames_until(&bench, |frames| {
        !of(frames, &id, "SessionResponse").is_empty()
    })
    .await;
    let path = format!("/api/v2/conversations/messages/{id}");
    let (status, body) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
    assert!(status.is_success(), "{body}");
    let reopened = |truth: &unstick::sandbox::Truth| {
        truth.what == unstick::sandbox::Change::ConversationReopened
    };
    let begun = Instant::now();
    while !bench.sandbox.truth().iter().any(reopened) {
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "it never came back"
        );
    }
}

#[tokio::test]
async fn two_hundred_of_them_are_there_and_gone_with_the_sandbox() {
    let begun = Instant::now();
    let bench = Bench::of(
        "[guest]\nsockets = 200\n[platform]\nrate_limit = 100000\n[[chat]]\nkind = \"idle\"\ncount = 210\n",
    )
    .await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "they slow the start"
    );
    frames_until(&bench, |frames| {
        let guests: BTreeSet<&str> = frames
            .iter()
            .filter_map(|line| line["session"].as_str())
            .collect();
        guests.len() == 200
    })
    .await;
    let begun = Instant::now();
    bench.sandbox.stop().await;
    assert!(begun.elapsed() < Duration::from_secs(1));
}
