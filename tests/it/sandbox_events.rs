//! Events: what changes in the world is told on the topics it concerns, in order, as published.

use crate::sandbox_conformance::published::{DOCUMENT, misfit};
use crate::sandbox_ear::{CHANNELS, Ear, new_channel, subscribe};
use crate::sandbox_guest::{BRISK, Guest};
use crate::sandbox_support::{Bench, disconnected, participant_path, parties, states};
use reqwest::Method;
use serde_json::{Value, json};
use std::time::Duration;
use unstick::sandbox::{Change, Truth};
use uuid::Uuid;

/// Two chats with an agent each, one of whom owes wrap-up once the leg is down, and one in a queue.
const STAGED: &str = r#"
[[chat]]
kind = "orphan"
label = "orphan"
queue = "Tech Support"
[[chat]]
kind = "live"
label = "live"
queue = "Tech Support"
wrap_up = true
[[chat]]
kind = "waiting"
label = "waiting"
queue = "Returns"
[[chat]]
kind = "in-bot"
label = "in-bot"
"#;

const DETAILS: [&str; 10] = [
    "customer.start",
    "customer.end",
    "acd.start",
    "acd.end",
    "user.start",
    "user.end",
    "flow.start",
    "flow.end",
    "acw",
    "wrapup",
];

fn details(conversation: &str) -> Vec<String> {
    let topic = |word: &&str| format!("v2.detail.events.conversation.{conversation}.{word}");
    DETAILS.iter().map(topic).collect()
}

/// The queue of a chat, and its agent where there is one.
async fn people(bench: &Bench, label: &str) -> (String, Option<String>) {
    let seen = bench.read(label).await;
    let of = |field: &str| {
        let all = seen["participants"].as_array().unwrap();
        let found = all.iter().find_map(|one| one[field].as_str());
        found.map(str::to_owned)
    };
    (of("queueId").unwrap(), of("userId"))
}

/// Holds an event to the definition that the document names for its topic.
pub(crate) fn hold(frame: &Value) {
    let topic = frame["topicName"].as_str().unwrap();
    let fits = |pattern: &str| {
        let (mut wanted, mut named) = (pattern.split('.'), topic.split('.'));
        pattern.split('.').count() == topic.split('.').count()
            && wanted.all(|piece| {
                named
                    .next()
                    .is_some_and(|name| piece == "{id}" || piece == name)
            })
    };
    let mut all = DOCUMENT["x-notification-topics"].as_array().unwrap().iter();
    let published = all.find(|one| fits(one["topic"].as_str().unwrap()));
    let class = published.expect(topic)["class"].as_str().unwrap();
    let schema = json!({ "$ref": format!("#/definitions/{class}") });
    assert_eq!(misfit(&schema, &frame["eventBody"]), None, "{frame:#}");
    assert_eq!(frame["version"], "2");
    let correlation = frame["metadata"]["CorrelationId"].as_str().unwrap();
    assert!(Uuid::try_parse(correlation).is_ok(), "{correlation}");
}

async fn happen(bench: &Bench, label: &str, event: &str) {
    let order = json!({ "event": event, "conversation": label });
    bench.order("/sandbox/events", &order).await;
}

#[tokio::test]
async fn an_ending_is_seen_on_the_topics_of_its_queue_and_of_its_agent() {
    let bench = Bench::of(STAGED).await;
    let (queue, agent) = people(&bench, "orphan").await;
    let (queue, agent) = (
        format!("v2.routing.queues.{queue}.conversations"),
        format!("v2.users.{}.conversations", agent.unwrap()),
    );
    let topics = [
        queue.clone(),
        format!("{queue}.messages"),
        agent.clone(),
        format!("{agent}.messages"),
    ];
    let mut ear = Ear::on(&bench, &topics).await;
    let orphan = bench.read("orphan").await;
    let path = participant_path(&orphan, "agent");
    let answer = bench
        .send(Method::PATCH, &path, Some(&disconnected()))
        .await;
    let correlation = answer.headers()["inin-correlation-id"].clone();
    for topic in &topics {
        let told = ear.event(topic).await;
        hold(&told);
        assert_eq!(
            told["metadata"]["CorrelationId"],
            correlation.to_str().unwrap()
        );
        let body = &told["eventBody"];
        assert_eq!(body["id"], orphan["id"]);
        let agent = parties(body, "agent")[0];
        if topic.ends_with("messages") {
            assert_eq!(agent["state"], "disconnected");
            assert!(agent["messages"][0]["message"]["id"].is_string());
            assert!(agent["messages"][0].get("messageId").is_none());
        } else {
            assert_eq!(states(body, "agent"), ["disconnected"]);
            assert!(agent["messages"][0]["messages"][0]["messageId"].is_string());
        }
        assert!(agent["endTime"].is_string());
    }
    bench
        .read_until("orphan", |seen| seen["endTime"].is_string())
        .await;
}

#[tokio::test]
async fn a_message_is_told_and_says_by_whom_it_came() {
    let bench = Bench::of(STAGED).await;
    let (queue, _) = people(&bench, "live").await;
    let topic = format!("v2.routing.queues.{queue}.conversations.messages");
    let mut ear = Ear::on(&bench, std::slice::from_ref(&topic)).await;
    happen(&bench, "live", "customer-writes").await;
    let told = ear.event(&topic).await;
    hold(&told);
    let truth = bench.sandbox.truth();
    let written = truth.last().unwrap();
    assert_eq!(written.what, Change::MessageWritten);
    let customer = parties(&told["eventBody"], "customer")[0];
    let newest = customer["messages"].as_array().unwrap().last().unwrap();
    assert_eq!(
        newest["message"]["id"],
        written.message.unwrap().to_string()
    );
    assert_eq!(newest["messageStatus"], "received");
}

/// The detail event that a change is told as.
fn expected(truth: &Truth, conversation: &Value) -> Option<String> {
    let party = truth.participant?.to_string();
    let all = conversation["participants"].as_array().unwrap();
    let party = all.iter().find(|one| one["id"] == party.as_str()).unwrap();
    let whose = match party["purpose"].as_str().unwrap() {
        "agent" => "user",
        "botflow" | "workflow" => "flow",
        other => other,
    };
    match truth.what {
        Change::LegConnected => Some(format!("{whose}.start")),
        Change::LegEnded => Some(format!("{whose}.end")),
        _ => None,
    }
}

#[tokio::test]
async fn detail_events_follow_the_truth_in_its_order() {
    let bench = Bench::of(STAGED).await;
    let id = bench.id("waiting");
    let mut ear = Ear::on(&bench, &details(&id)).await;
    for event in [
        "agent-joins",
        "customer-writes",
        "guest-reborn",
        "agent-leaves",
        "customer-leaves",
    ] {
        happen(&bench, "waiting", event).await;
    }
    let seen = bench
        .read_until("waiting", |seen| seen["endTime"].is_string())
        .await;
    let heard = ear.drain().await;
    let truth = bench.sandbox.truth();
    let wanted: Vec<(String, i64)> = truth
        .iter()
        .filter_map(|one| {
            let word = expected(one, &seen)?;
            let topic = format!("v2.detail.events.conversation.{id}.{word}");
            Some((topic, one.at.as_millisecond()))
        })
        .collect();
    assert!(wanted.len() >= 6, "{wanted:?}");
    let told: Vec<(String, i64)> = heard
        .iter()
        .map(|frame| {
            hold(frame);
            let topic = frame["topicName"].as_str().unwrap().to_owned();
            (topic, frame["eventBody"]["eventTime"].as_i64().unwrap())
        })
        .collect();
    assert_eq!(told, wanted);
    let mut ends = heard.iter().map(|frame| &frame["eventBody"]);
    assert!(ends.any(|body| body["disconnectType"] == "PEER" && body["mediaType"] == "MESSAGE"));
}

#[tokio::test]
async fn after_call_work_is_told_with_its_code() {
    let bench = Bench::of(STAGED).await;
    let id = bench.id("live");
    let metrics = format!("v2.analytics.conversation.{id}.metrics");
    let mut topics = details(&id);
    topics.push(metrics.clone());
    let mut ear = Ear::on(&bench, &topics).await;
    for event in ["agent-leaves", "wrap-up-done", "customer-leaves"] {
        happen(&bench, "live", event).await;
    }
    let topic = |word: &str| format!("v2.detail.events.conversation.{id}.{word}");
    let mut told = Vec::new();
    while !told
        .iter()
        .any(|one: &Value| one["topicName"] == topic("customer.end"))
    {
        let frame = ear.next().await;
        hold(&frame);
        told.push(frame);
    }
    let find = |word: &str| {
        let found = told.iter().find(|one| one["topicName"] == topic(word));
        &found.expect(word)["eventBody"]
    };
    let left = find("user.end");
    assert!(left["userId"].is_string() && left["queueId"].is_string());
    assert_eq!(left["disconnectType"], "CLIENT");
    for word in ["acw", "wrapup"] {
        let work = find(word);
        assert!(work["wrapupCode"].is_string(), "{work}");
        assert!(work["wrapupDurationMs"].as_i64().unwrap() >= 0);
    }
    let known: Vec<&str> = told
        .iter()
        .filter(|one| one["topicName"] == metrics.as_str())
        .map(|one| one["eventBody"]["metric"].as_str().unwrap())
        .collect();
    assert_eq!(known, ["tTalkComplete", "tAcw", "tHandle"]);
}

#[tokio::test]
async fn a_bot_s_leg_is_told_as_a_flow() {
    let bench = Bench::of(STAGED).await;
    let id = bench.id("in-bot");
    let mut ear = Ear::on(&bench, &details(&id)).await;
    happen(&bench, "in-bot", "customer-leaves").await;
    let topic = format!("v2.detail.events.conversation.{id}.flow.end");
    let told = ear.event(&topic).await;
    hold(&told);
    let body = &told["eventBody"];
    assert_eq!(body["exitReason"], "DISCONNECT");
    assert!(body["flowId"].is_string() && body["flowType"].is_string());
}

fn count_of(results: &Value, metric: &str) -> Value {
    let data = results["data"].as_array().unwrap().iter();
    let mut found = data.filter(|one| one["metric"] == metric);
    let datum = found.next().unwrap();
    datum
        .get("count")
        .or(datum["stats"].get("count"))
        .unwrap()
        .clone()
}

#[tokio::test]
async fn the_depth_of_a_queue_is_told_as_a_query_would_count_it() {
    let bench = Bench::of(STAGED).await;
    let (queue, _) = people(&bench, "waiting").await;
    let topics =
        ["activity", "observations"].map(|word| format!("v2.analytics.queues.{queue}.{word}"));
    let mut ear = Ear::on(&bench, &topics).await;
    happen(&bench, "waiting", "agent-joins").await;
    let activity = ear.event(&topics[0]).await;
    hold(&activity);
    hold(&ear.event(&topics[1]).await);
    for _ in 0..3 {
        happen(&bench, "waiting", "agent-joins").await;
    }
    let is_counted = |frame: &Value| {
        let results = &frame["eventBody"]["results"][0];
        results["data"].is_array() && count_of(results, "oInteracting") == 4
    };
    let later = ear.until(is_counted).await;
    let results = &later["eventBody"]["results"][0];
    let query = json!({
        "filter": { "type": "and", "predicates": [{ "dimension": "queueId", "value": queue }] },
        "metrics": ["oInteracting", "oWaiting", "oAlerting"],
    });
    let path = "/api/v2/analytics/queues/observations/query";
    let asked = bench.order(path, &query).await;
    for metric in ["oInteracting", "oWaiting", "oAlerting"] {
        let asked = count_of(&asked["results"][0], metric);
        assert_eq!(count_of(results, metric), asked, "{metric}");
    }
}

#[tokio::test]
async fn nothing_is_pushed_to_a_channel_that_is_not_subscribed_to_it() {
    let bench = Bench::of(STAGED).await;
    let (queue, _) = people(&bench, "live").await;
    let topic = format!("v2.routing.queues.{queue}.conversations");
    let mut listener = Ear::on(&bench, std::slice::from_ref(&topic)).await;
    let mut idle = Ear::open(&bench).await;
    let (other, _) = people(&bench, "waiting").await;
    let other = format!("v2.routing.queues.{other}.conversations");
    let mut elsewhere = Ear::on(&bench, &[other]).await;
    happen(&bench, "live", "customer-writes").await;
    listener.event(&topic).await;
    assert!(idle.drain().await.is_empty() && elsewhere.drain().await.is_empty());
    let clear = json!({ "message": "unsubscribe", "topics": [topic] });
    listener.say(&clear).await;
    listener.next().await;
    happen(&bench, "live", "customer-writes").await;
    assert!(listener.drain().await.is_empty());
}

#[tokio::test]
async fn what_is_missed_while_nobody_is_connected_is_not_told_again() {
    let bench = Bench::of(STAGED).await;
    let (queue, _) = people(&bench, "live").await;
    let topic = format!("v2.routing.queues.{queue}.conversations");
    let channel = new_channel(&bench).await;
    let ear = Ear::connect(&channel).await;
    let id = channel["id"].as_str().unwrap();
    assert_eq!(
        subscribe(&bench, id, std::slice::from_ref(&topic)).await.0,
        200
    );
    ear.hang_up().await;
    happen(&bench, "live", "agent-leaves").await;
    let mut again = Ear::connect(&channel).await;
    assert!(again.drain().await.is_empty());
    let listing = bench.get(&format!("{CHANNELS}/{id}/subscriptions")).await;
    assert_eq!(
        listing["entities"][0]["id"], topic,
        "it is still subscribed"
    );
    happen(&bench, "live", "customer-writes").await;
    assert_eq!(again.drain().await.len(), 1);
}

#[tokio::test]
async fn an_agent_hears_that_the_guest_types_and_what_the_guest_writes() {
    let bench = Bench::of(BRISK).await;
    let (mut guest, id) = Guest::served(&bench).await;
    let seen = bench.get(&format!("/api/v2/conversations/{id}")).await;
    let agent = parties(&seen, "agent")[0]["userId"].as_str().unwrap();
    let typing = format!("v2.users.{agent}.conversations.inbound.typing.event");
    let messages = format!("v2.users.{agent}.conversations.messages");
    let mut ear = Ear::on(&bench, &[typing.clone(), messages.clone()]).await;
    let typed = json!({ "eventType": "Typing", "typing": { "type": "On" } });
    let event = json!({ "type": "Event", "events": [typed] });
    guest
        .send(json!({ "action": "onMessage", "message": event }))
        .await;
    let told = ear.event(&typing).await;
    hold(&told);
    assert_eq!(told["eventBody"]["conversationId"], id);
    guest.say("still there?").await;
    let told = ear.event(&messages).await;
    hold(&told);
    assert_eq!(told["eventBody"]["id"], id);
}

#[tokio::test]
async fn a_message_that_finds_no_guest_is_told_and_one_that_finds_the_guest_is_not() {
    let bench = Bench::of(BRISK).await;
    let deployment = bench.sandbox.welcome().deployment_id;
    let topic = format!("v2.webmessaging.deployments.{deployment}.undelivered.messages");
    let mut ear = Ear::on(&bench, std::slice::from_ref(&topic)).await;
    let (mut guest, id) = Guest::served(&bench).await;
    guest.drain().await;
    let write = json!({ "event": "agent-writes", "conversation": id });
    bench.order("/sandbox/events", &write).await;
    assert!(ear.drain().await.is_empty(), "the guest was there");
    guest.hang_up().await;
    // The other side may learn of the closing a moment later than we do.
    let mut turns = tokio::time::interval(Duration::from_millis(20));
    let told = loop {
        turns.tick().await;
        bench.order("/sandbox/events", &write).await;
        if let Some(told) = ear.drain().await.pop() {
            break told;
        }
    };
    hold(&told);
    let truth = bench.sandbox.truth();
    let message = truth.iter().rev().find_map(|one| one.message).unwrap();
    let body = &told["eventBody"];
    assert_eq!(body["conversationId"], id);
    assert_eq!(body["messages"][0]["id"], message.to_string());
}
