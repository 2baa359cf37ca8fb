//! Channels and their sockets: how many, how long, who may listen, what is said over them.

use crate::sandbox_ear::{CHANNELS, Ear, dial, new_channel, subscribe};
use crate::sandbox_events::hold;
use crate::sandbox_sign_in::Program;
use crate::sandbox_support::Bench;
use proptest::prelude::*;
use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Error;
use uuid::Uuid;

fn queue_topic() -> String {
    format!("v2.routing.queues.{}.conversations", Uuid::new_v4())
}

fn ids(listing: &Value) -> Vec<&str> {
    let entities = listing["entities"].as_array().unwrap();
    entities
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect()
}

async fn topics_of(bench: &Bench, channel: &str) -> Vec<String> {
    let listing = bench
        .get(&format!("{CHANNELS}/{channel}/subscriptions"))
        .await;
    ids(&listing).into_iter().map(str::to_owned).collect()
}

async fn is_alive(bench: &Bench, channel: &Value) -> bool {
    let path = format!("{CHANNELS}/{}", channel["id"].as_str().unwrap());
    let status = bench.send(Method::HEAD, &path, None).await.status();
    assert!(matches!(status.as_u16(), 200 | 404), "{status}");
    status == 200
}

#[tokio::test]
async fn a_channel_tells_where_to_connect_and_lives_for_a_day() {
    let bench = Bench::quiet().await;
    let channel = new_channel(&bench).await;
    let id = channel["id"].as_str().unwrap();
    assert!(id.starts_with("streaming-0-"));
    let own = bench.sandbox.welcome().url.replacen("http", "ws", 1);
    assert_eq!(channel["connectUri"], format!("{own}/channels/{id}"));
    let expires: jiff::Timestamp = channel["expires"].as_str().unwrap().parse().unwrap();
    let left = expires.duration_since(jiff::Timestamp::now());
    assert!((86_390..=86_400).contains(&left.as_secs()), "{left}");
    assert!(is_alive(&bench, &channel).await);
    assert!(!is_alive(&bench, &json!({ "id": "streaming-0-none" })).await);
}

#[tokio::test]
async fn the_channels_of_a_token_are_listed_apart_from_those_of_the_client() {
    let mut bench = Bench::quiet().await;
    let first = new_channel(&bench).await;
    bench.token = bench.fresh_token().await;
    let second = new_channel(&bench).await;
    let own = bench.get(CHANNELS).await;
    assert_eq!(ids(&own), [second["id"].as_str().unwrap()]);
    let all = bench
        .get(&format!("{CHANNELS}?includechannels=oauthclient"))
        .await;
    assert_eq!(ids(&all).len(), 2);
    assert!(ids(&all).contains(&first["id"].as_str().unwrap()));
    let path = format!("{CHANNELS}?includechannels=everything");
    let (status, body) = bench.ask(Method::GET, &path, None).await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (400, &json!("invalid.value"))
    );
}

#[tokio::test]
async fn the_twenty_first_channel_takes_the_place_of_the_one_without_a_connection_used_longest_ago()
{
    let bench = Bench::quiet().await;
    let mut channels = Vec::new();
    for _ in 0..20 {
        channels.push(new_channel(&bench).await);
    }
    let _connected = Ear::connect(&channels[0]).await;
    assert!(is_alive(&bench, &channels[1]).await, "and so it was used");
    new_channel(&bench).await;
    let all = bench.get(CHANNELS).await;
    let all = ids(&all);
    assert_eq!(all.len(), 20);
    let left_out = |channel: &Value| !all.contains(&channel["id"].as_str().unwrap());
    assert!(!left_out(&channels[0]) && !left_out(&channels[1]));
    assert!(left_out(&channels[2]));
}

#[tokio::test]
async fn a_connected_channel_that_gives_way_is_told_and_answers_404_from_then_on() {
    let bench = Bench::quiet().await;
    let mut ears = Vec::new();
    for _ in 0..20 {
        ears.push(Ear::open(&bench).await);
    }
    new_channel(&bench).await;
    let ear = &mut ears[0];
    let told = ear.next().await;
    let topic = format!("v2.system.no_longer_subscribed.{}", ear.channel);
    assert_eq!(told["topicName"], topic);
    assert_eq!(told["eventBody"]["reason"], "another_channel_subscribed");
    ear.say(&json!({ "message": "subscribe", "topics": [queue_topic()], "correlationId": "a" }))
        .await;
    let answer = ear.next().await;
    assert_eq!(
        (&answer["result"], &answer["correlationId"]),
        (&json!("404"), &json!("a"))
    );
}

#[tokio::test]
async fn subscriptions_are_added_replaced_listed_and_cleared() {
    let bench = Bench::quiet().await;
    let channel = new_channel(&bench).await;
    let id = channel["id"].as_str().unwrap();
    let path = format!("{CHANNELS}/{id}/subscriptions");
    let (first, second, third) = (queue_topic(), queue_topic(), queue_topic());
    let (status, added) = subscribe(&bench, id, &[first.clone(), first.clone()]).await;
    assert_eq!(status, 200);
    assert_eq!(added["entities"][0]["state"], "Permitted");
    subscribe(&bench, id, std::slice::from_ref(&second)).await;
    let mut both = vec![first, second];
    both.sort();
    assert_eq!(topics_of(&bench, id).await, both);
    let body = json!([{ "id": third }]);
    let (status, _) = bench.ask(Method::PUT, &path, Some(&body)).await;
    assert_eq!(status, 200);
    assert_eq!(topics_of(&bench, id).await, [third]);
    let (status, _) = bench.ask(Method::DELETE, &path, None).await;
    assert_eq!(status, 200);
    assert!(topics_of(&bench, id).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_subscribed_to_changes_nothing() {
    let bench = Bench::quiet().await;
    let channel = new_channel(&bench).await;
    let id = channel["id"].as_str().unwrap();
    let path = format!("{CHANNELS}/{id}/subscriptions");
    let good = queue_topic();
    for (body, code) in [
        (
            json!([{ "id": good }, { "id": "v2.conversations.all" }]),
            "notification.invalid.topic",
        ),
        (json!([{ "id": good }, {}]), "bad.request"),
        (json!([{ "id": good }, { "id": 7 }]), "bad.request"),
        (json!({ "id": good }), "bad.request"),
        (Value::Null, "bad.request"),
    ] {
        let (status, answer) = bench.ask(Method::POST, &path, Some(&body)).await;
        assert_eq!(
            (status.as_u16(), &answer["code"]),
            (400, &json!(code)),
            "{body}"
        );
    }
    let (status, _) = subscribe(&bench, "streaming-0-none", &[good]).await;
    assert_eq!(status, 404);
    assert!(topics_of(&bench, id).await.is_empty());
}

#[tokio::test]
async fn a_channel_holds_a_thousand_topics_and_not_one_more() {
    let bench = Bench::quiet().await;
    let channel = new_channel(&bench).await;
    let id = channel["id"].as_str().unwrap();
    let topics: Vec<String> = (0..1001).map(|_| queue_topic()).collect();
    let (status, answer) = subscribe(&bench, id, &topics).await;
    let code = "notification.subscription.too.many.subscriptions";
    assert_eq!((status, &answer["code"]), (400, &json!(code)));
    assert!(topics_of(&bench, id).await.is_empty());
    assert_eq!(subscribe(&bench, id, &topics[..1000]).await.0, 200);
    assert_eq!(subscribe(&bench, id, &topics[1000..]).await.0, 400);
    assert_eq!(
        subscribe(&bench, id, &topics[..1]).await.0,
        200,
        "it is there already"
    );
    assert_eq!(topics_of(&bench, id).await.len(), 1000);
}

#[tokio::test]
async fn one_forbidden_topic_spoils_all_unless_errors_are_ignored() {
    let taken = "[platform]\nwithout_permissions = [\"analytics:queueObservation:view\"]";
    let bench = Bench::of(taken).await;
    let channel = new_channel(&bench).await;
    let id = channel["id"].as_str().unwrap();
    let forbidden = format!("v2.analytics.queues.{}.activity", Uuid::new_v4());
    let others = format!("v2.users.{}.tokens", Uuid::new_v4());
    let topics = [queue_topic(), forbidden.clone(), others.clone()];
    let (status, answer) = subscribe(&bench, id, &topics).await;
    assert_eq!(status, 403);
    assert_eq!(answer["code"], "missing.any.permissions");
    let message = answer["message"].as_str().unwrap();
    assert!(
        message.contains("analytics:queueObservation:view"),
        "{message}"
    );
    assert!(topics_of(&bench, id).await.is_empty());

    let body: Vec<Value> = topics.iter().map(|id| json!({ "id": id })).collect();
    let path = format!("{CHANNELS}/{id}/subscriptions?ignoreErrors=true");
    let (status, answer) = bench.ask(Method::POST, &path, Some(&json!(body))).await;
    assert_eq!(status, 200);
    let entities = answer["entities"].as_array().unwrap();
    let verdicts: Vec<&str> = entities
        .iter()
        .map(|one| one["state"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["Permitted", "Rejected", "Rejected"]);
    assert_eq!(
        entities[1]["missingPermissions"],
        json!(["analytics:queueObservation:view"])
    );
    assert!(
        entities[2]["rejectionReason"]
            .as_str()
            .unwrap()
            .contains("user")
    );
    assert_eq!(topics_of(&bench, id).await, topics[..1]);
}

#[tokio::test]
async fn every_topic_is_described_in_as_much_detail_as_is_asked_for() {
    let bench = Bench::quiet().await;
    let path = "/api/v2/notifications/availabletopics";
    let plain = bench.get(path).await;
    assert_eq!(ids(&plain).len(), 29);
    let members = plain["entities"][0].as_object().unwrap();
    assert_eq!(members.keys().collect::<Vec<_>>(), ["id"]);
    let all = "description,enforced,schema,visibility,transports,publicApiTemplateUriPaths,requiresPermissions,permissionDetails,topicParameters";
    let full = bench.get(&format!("{path}?expand={all}")).await;
    let messages = "v2.routing.queues.{id}.conversations.messages";
    let mut entities = full["entities"].as_array().unwrap().iter();
    let topic = entities.find(|one| one["id"] == messages).unwrap();
    assert_eq!(topic["topicParameters"], json!(["id"]));
    assert_eq!(topic["visibility"], "Public");
    assert_eq!(
        topic["requiresPermissions"],
        json!(["conversation:communication:view"])
    );
    let party = &topic["schema"]["properties"]["participants"]["items"]["properties"];
    assert_eq!(party["purpose"]["type"], "string");
    let (status, body) = bench
        .ask(Method::GET, &format!("{path}?expand=everything"), None)
        .await;
    assert_eq!(
        (status.as_u16(), &body["code"]),
        (400, &json!("invalid.value"))
    );
}

#[tokio::test]
async fn a_socket_subscribes_and_unsubscribes_with_its_correlation_id() {
    let bench = Bench::quiet().await;
    let mut ear = Ear::open(&bench).await;
    let topics = [queue_topic(), queue_topic()];
    let wish = |word: &str, topics: &[String]| json!({ "message": word, "topics": topics, "correlationId": "x1" });
    ear.say(&wish("subscribe", &topics)).await;
    let done = json!({ "result": "200", "status": "subscribed", "correlationId": "x1" });
    assert_eq!(ear.next().await, done);
    assert_eq!(topics_of(&bench, &ear.channel).await.len(), 2);
    ear.say(&wish("unsubscribe", &topics[..1])).await;
    let done = json!({ "result": "200", "status": "unsubscribed", "correlationId": "x1" });
    assert_eq!(ear.next().await, done);
    assert_eq!(topics_of(&bench, &ear.channel).await, topics[1..]);
    ear.say(&wish("subscribe", &["v2.conversations".to_owned()]))
        .await;
    let refused = ear.next().await;
    assert_eq!(
        (
            &refused["result"],
            &refused["status"],
            &refused["correlationId"]
        ),
        (&json!("400"), &json!("failure"), &json!("x1"))
    );
    assert_eq!(topics_of(&bench, &ear.channel).await, topics[1..]);
}

#[tokio::test]
async fn a_socket_may_subscribe_to_no_more_than_its_token() {
    let taken = "[platform]\nwithout_permissions = [\"conversation:communication:view\"]";
    let bench = Bench::of(taken).await;
    let mut ear = Ear::open(&bench).await;
    ear.say(&json!({ "message": "subscribe", "topics": [queue_topic()] }))
        .await;
    let refused = ear.next().await;
    assert_eq!(refused["result"], "400");
    let message = refused["message"].as_str().unwrap();
    assert!(
        message.contains("conversation:communication:view"),
        "{message}"
    );
    assert!(topics_of(&bench, &ear.channel).await.is_empty());
}

#[tokio::test]
async fn a_heart_beats_and_a_ping_is_answered() {
    let bench = Bench::of("[platform]\nheartbeat_ms = 40").await;
    let mut ear = Ear::open(&bench).await;
    let beat = json!({ "topicName": "channel.metadata", "eventBody": { "message": "WebSocket Heartbeat" } });
    for _ in 0..3 {
        assert_eq!(ear.next().await, beat);
    }
    let bench = Bench::quiet().await;
    let mut ear = Ear::open(&bench).await;
    ear.say(&json!({ "message": "ping" })).await;
    let pong = json!({ "topicName": "channel.metadata", "eventBody": { "message": "pong" } });
    assert_eq!(ear.next().await, pong, "and no heartbeat for 30 s");
}

#[tokio::test]
async fn nobody_connects_to_a_channel_that_is_not_there() {
    let bench = Bench::quiet().await;
    let uri = bench
        .url("/channels/streaming-0-none")
        .replacen("http", "ws", 1);
    match dial(&uri).await {
        Err(Error::Http(answer)) => assert_eq!(answer.status(), 404),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_second_connection_takes_the_place_of_the_first() {
    let bench = Bench::quiet().await;
    let channel = new_channel(&bench).await;
    let mut first = Ear::connect(&channel).await;
    let mut second = Ear::connect(&channel).await;
    let told = first.next().await;
    assert_eq!(told["eventBody"]["reason"], "another_channel_subscribed");
    let close = first.next_or_close().await.unwrap_err().unwrap();
    assert_eq!(u16::from(close.code), 1000);
    assert!(
        second.drain().await.is_empty(),
        "it is connected, and was told nothing"
    );
}

#[tokio::test]
async fn a_channel_dies_with_its_token_and_says_so() {
    let mut bench = Bench::quiet().await;
    let channel = new_channel(&bench).await;
    let mut ear = Ear::connect(&channel).await;
    bench
        .order("/sandbox/faults", &json!({ "revoke_tokens": true }))
        .await;
    let told = ear.next().await;
    let topic = format!("v2.system.token_revoked.{}", ear.channel);
    assert_eq!(told["topicName"], topic);
    let body = &told["eventBody"];
    assert_eq!(
        (
            &body["systemTopicType"],
            &body["reason"],
            &body["channelId"]
        ),
        (
            &json!("token_revoked"),
            &json!("user_tokens_revoked"),
            &channel["id"]
        )
    );
    bench.token = bench.fresh_token().await;
    assert!(!is_alive(&bench, &channel).await);
    let again = dial(channel["connectUri"].as_str().unwrap()).await;
    assert!(matches!(again, Err(Error::Http(answer)) if answer.status() == 404));
}

#[tokio::test]
async fn a_user_has_channels_of_its_own_and_alone_may_hear_of_its_tokens() {
    let mut bench = Bench::quiet().await;
    let of_client = new_channel(&bench).await;
    let (first, second, token) = {
        let program = Program::of(&bench).await;
        let ids = [1, 2].map(|number| program.user(number).to_owned());
        let [first, second] = ids;
        (first, second, program.token_for(1).await)
    };
    let clients = std::mem::replace(&mut bench.token, token);
    let own = format!("v2.users.{first}.tokens");
    let mut ear = Ear::on(&bench, std::slice::from_ref(&own)).await;
    let all = bench
        .get(&format!("{CHANNELS}?includechannels=oauthclient"))
        .await;
    assert_eq!(ids(&all), [ear.channel.as_str()]);
    assert!(!is_alive(&bench, &of_client).await);
    let others = format!("v2.users.{second}.tokens");
    let (status, refused) = subscribe(&bench, &ear.channel, &[others]).await;
    assert_eq!((status, &refused["code"]), (403, &json!("not.authorized")));
    let watched = format!("v2.analytics.queues.{}.activity", Uuid::new_v4());
    let (status, refused) = subscribe(&bench, &ear.channel, &[watched]).await;
    assert_eq!(
        (status, &refused["code"]),
        (403, &json!("missing.any.permissions"))
    );
    bench.token = clients;
    let program = Program::of(&bench).await;
    program.token_for(2).await;
    let new = program.token_for(1).await;
    let told = ear.next().await;
    hold(&told);
    assert_eq!(told["topicName"], own);
    assert_eq!(told["eventBody"]["user"]["id"], first);
    assert!(!told.to_string().contains(&new), "the token stays a secret");
    assert!(ear.drain().await.is_empty());
}

#[tokio::test]
async fn malformed_frames_are_answered_and_do_no_harm() {
    let bench = Bench::quiet().await;
    let mut ear = Ear::on(&bench, &[queue_topic()]).await;
    let before = topics_of(&bench, &ear.channel).await;
    let deep = "[".repeat(10_000);
    for text in [
        "",
        "null",
        "7",
        "ping",
        "\u{0}",
        "{\"message\":",
        "[{\"message\":\"ping\"}]",
        "{\"message\":\"ping\",\"message\":\"pong\"}",
        "{\"message\":{\"subscribe\":true}}",
        "{\"message\":\"subscribe\"}",
        "{\"message\":\"subscribe\",\"topics\":\"v2\"}",
        "{\"message\":\"subscribe\",\"topics\":[null]}",
        "{\"message\":\"unsubscribe\",\"topics\":{}}",
        &deep,
    ] {
        ear.say_text(text).await;
        let answer = ear.next().await;
        assert_eq!(
            (&answer["result"], &answer["status"]),
            (&json!("400"), &json!("failure")),
            "{text:.60}: {answer}"
        );
    }
    assert_eq!(topics_of(&bench, &ear.channel).await, before);
}

/// Frames as a hostile client might send them: any text, any JSON, and words that are nearly right.
fn frames() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("subscribe"),
        Just("unsubscribe"),
        Just("pong"),
        Just("")
    ];
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    let near = (word, proptest::collection::vec(scalar, 0..4), any::<bool>());
    let near = near.prop_map(|(word, topics, listed)| {
        let topics = if listed {
            json!(topics)
        } else {
            json!({ "a": topics })
        };
        json!({ "message": word, "topics": topics, "correlationId": topics }).to_string()
    });
    prop_oneof![".{0,60}", near]
}

#[test]
fn fuzz_no_frame_at_all_breaks_a_channel() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (bench, ear) = runtime.block_on(async {
        let bench = Bench::quiet().await;
        let ear = Ear::open(&bench).await;
        (bench, ear)
    });
    let ear = Arc::new(tokio::sync::Mutex::new(ear));
    proptest!(ProptestConfig::default(), |(text in frames())| {
        runtime.block_on(async {
            let mut ear = ear.lock().await;
            ear.say_text(&text).await;
            let answer = ear.next().await;
            assert!(answer["result"].is_string(), "{answer}");
            assert!(ear.drain().await.is_empty());
        });
    });
    let channel = runtime.block_on(async { ear.lock().await.channel.clone() });
    assert!(runtime.block_on(topics_of(&bench, &channel)).is_empty());
}
