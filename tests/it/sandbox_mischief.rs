//! Sockets of channels that misbehave on order: false ends, silence, flapping, copies out of order.

use crate::sandbox_ear::{Ear, new_channel, subscribe};
use crate::sandbox_support::{Bench, parties};
use serde_json::{Value, json};
use std::collections::HashMap;

async fn order(bench: &Bench, notifications: Value) {
    let orders = json!({ "notifications": notifications });
    bench.order("/sandbox/faults", &orders).await;
}

async fn happen(bench: &Bench, event: &str) {
    let order = json!({ "event": event, "conversation": "live" });
    bench.order("/sandbox/events", &order).await;
}

/// The topic of the queue of the chat `live`.
async fn topic(bench: &Bench) -> String {
    let live = bench.read("live").await;
    let agent = parties(&live, "agent")[0];
    let queue = agent["queueId"].as_str().unwrap();
    format!("v2.routing.queues.{queue}.conversations.messages")
}

/// F22.
#[tokio::test]
async fn an_event_says_ended_and_a_read_says_connected() {
    let bench = Bench::quiet().await;
    let topic = topic(&bench).await;
    let mut ear = Ear::on(&bench, std::slice::from_ref(&topic)).await;
    let truth = bench.sandbox.truth().len();
    let lie = json!({ "false_end": [{ "conversation": "live" }] });
    bench.order("/sandbox/faults", &lie).await;
    let told = ear.event(&topic).await;
    let parties = told["eventBody"]["participants"].as_array().unwrap();
    assert!(parties.iter().all(|one| one["state"] == "disconnected"));
    let read = bench.read("live").await;
    assert!(read["endTime"].is_null(), "{read:#}");
    assert_eq!(bench.sandbox.truth().len(), truth);
}

/// F23.
#[tokio::test]
async fn an_open_socket_says_nothing_at_all_and_then_goes_on() {
    let bench = Bench::of(
        "[platform]\nheartbeat_ms = 30\n[[chat]]\nkind = \"live\"\nlabel = \"live\"\nqueue = \"Q\"",
    )
    .await;
    let topic = topic(&bench).await;
    let mut ear = Ear::on(&bench, std::slice::from_ref(&topic)).await;
    ear.until(|frame| frame["topicName"] == "channel.metadata")
        .await;
    order(&bench, json!({ "silent_ms": 600_000 })).await;
    happen(&bench, "customer-writes").await;
    ear.say(&json!({ "message": "ping" })).await;
    order(&bench, json!({})).await;
    happen(&bench, "agent-writes").await;
    let told = ear.event(&topic).await;
    let customer = parties(&told["eventBody"], "customer")[0];
    let newest = customer["messages"].as_array().unwrap().last().unwrap();
    assert_ne!(
        newest["messageStatus"], "received",
        "the first was swallowed"
    );
}

/// F24.
#[tokio::test]
async fn a_socket_closes_again_and_again_and_says_so_first() {
    let bench = Bench::quiet().await;
    order(&bench, json!({ "flap_ms": 100 })).await;
    let channel = new_channel(&bench).await;
    for _ in 0..3 {
        let mut ear = Ear::connect(&channel).await;
        let told = ear.next().await;
        assert_eq!(told["topicName"], "v2.system.socket_closing");
        let close = ear.next_or_close().await.unwrap_err().unwrap();
        assert_eq!(u16::from(close.code), 1001);
    }
    order(&bench, json!({})).await;
    let mut ear = Ear::connect(&channel).await;
    assert!(ear.drain().await.is_empty());
}

/// F25.
#[tokio::test]
async fn events_come_three_times_and_in_any_order() {
    let bench = Bench::quiet().await;
    let id = bench.id("live");
    let words = ["user.start", "user.end", "customer.start", "customer.end"];
    let topics = words.map(|word| format!("v2.detail.events.conversation.{id}.{word}"));
    let channel = new_channel(&bench).await;
    let mut ear = Ear::connect(&channel).await;
    let own = channel["id"].as_str().unwrap();
    assert_eq!(subscribe(&bench, own, &topics).await.0, 200);
    order(&bench, json!({ "copies": 3, "shuffle_ms": 200 })).await;
    for event in ["agent-joins", "guest-reborn", "agent-leaves"] {
        happen(&bench, event).await;
    }
    let mut seen: HashMap<String, u32> = HashMap::new();
    while seen.values().sum::<u32>() < 12 {
        let frame = ear.next().await;
        let name = frame["topicName"].as_str().unwrap().to_owned();
        *seen.entry(name).or_default() += 1;
    }
    assert!(topics.iter().all(|topic| seen[topic] == 3), "{seen:?}");
}
