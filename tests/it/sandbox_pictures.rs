//! Events of everything that can become of a conversation: as published, and as a read shows it.

use crate::sandbox_ear::Ear;
use crate::sandbox_events::hold;
use crate::sandbox_support::{Bench, participant_path, parties};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

/// The topics of every queue and every user that some conversation of the scenario names.
async fn every_place(bench: &Bench) -> Vec<String> {
    let mut places = BTreeSet::new();
    for staged in bench.sandbox.staged() {
        let path = format!("/api/v2/conversations/{}", staged.conversation);
        let (status, seen) = bench.ask(Method::GET, &path, None).await;
        if status != 200 {
            continue;
        }
        for party in seen["participants"].as_array().unwrap() {
            let queue = party["queueId"].as_str();
            places.extend(queue.map(|id| format!("v2.routing.queues.{id}.conversations")));
            let user = party["userId"].as_str();
            places.extend(user.map(|id| format!("v2.users.{id}.conversations")));
        }
    }
    let topics = places
        .into_iter()
        .flat_map(|place| [format!("{place}.messages"), place]);
    topics.collect()
}

/// Every conversation of the scenario is touched by happenings that leave their traces in it.
#[tokio::test]
async fn whatever_becomes_of_a_conversation_is_told_as_published() {
    let bench = Bench::named("kinds").await;
    let mut ear = Ear::on(&bench, &every_place(&bench).await).await;
    let labels: BTreeSet<String> = bench
        .sandbox
        .staged()
        .into_iter()
        .filter_map(|one| one.label)
        .collect();
    for event in [
        "customer-writes",
        "agent-joins",
        "agent-writes",
        "voice-leg-added",
        "park",
        "unpark",
        "transfer-hangs",
        "agent-leaves",
        "customer-leaves",
    ] {
        for label in &labels {
            let order = json!({ "event": event, "conversation": label });
            bench.order("/sandbox/events", &order).await;
        }
        for frame in ear.drain().await {
            hold(&frame);
        }
    }
}

#[tokio::test]
async fn participant_data_is_told_to_whoever_listens() {
    let bench = Bench::quiet().await;
    let id = bench.id("live");
    let topic = format!("v2.detail.events.conversation.{id}.attributes");
    let mut ear = Ear::on(&bench, std::slice::from_ref(&topic)).await;
    let live = bench.read("live").await;
    let path = format!("{}/attributes", participant_path(&live, "customer"));
    let body = json!({ "attributes": { "order": "A-17" } });
    let (status, answer) = bench.ask(Method::PATCH, &path, Some(&body)).await;
    assert!(status.is_success(), "{answer}");
    let told = ear.event(&topic).await;
    hold(&told);
    let body = &told["eventBody"];
    assert_eq!(body["attributes"]["order"], "A-17");
    let customer = parties(&live, "customer")[0];
    assert_eq!(body["participantId"], customer["id"]);
    assert_eq!(
        body["communications"][0]["id"],
        customer["messages"][0]["id"]
    );
}
