//! The forum's closings as guests, channels and analytics see them: the socket stays, the event may come,
//! the guest may be back.

use crate::sandbox_ear::Ear;
use crate::sandbox_forum_stage::{
    Chat, END, ROUTING, STATUS_CLOSE, WEB_CHAT, WEB_CHAT_PARTY, WEB_MESSAGING, customer_states,
    forum, forum_with, nobody_returned, platform, settled,
};
use crate::sandbox_guest::{Guest, conversation_of, is_disconnect};
use crate::sandbox_support::{Bench, parties, states};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use unstick::sandbox::Change;

const CLOSED: &str = r#"{"state":"closed"}"#;
const STATUS_CLOSED: &str = r#"{"status":"closed"}"#;
const PATIENCE: Duration = Duration::from_secs(30);

fn deployment(disconnect: &str) -> String {
    format!("[[deployment]]\nname = \"Test\"\ndisconnect = \"{disconnect}\"")
}

/// The guest of a staged chat, on a socket.
async fn guest_of(bench: &Bench, label: &str) -> Guest {
    let staged = bench
        .send(reqwest::Method::GET, "/sandbox/staged", None)
        .await;
    let staged = staged.text().await.unwrap();
    let mut lines = staged
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let one = lines.find(|one| one["label"] == label).unwrap();
    let token = one["guest"].as_str().unwrap().parse().unwrap();
    let (guest, answer) = Guest::resume(bench, token).await;
    assert_eq!(answer["body"]["newSession"], false);
    guest
}

fn leg(conversation: &Value, number: usize) -> String {
    let customer = parties(conversation, "customer")[0];
    customer["messages"][number]["id"]
        .as_str()
        .unwrap()
        .to_owned()
}

async fn told_of_disconnects(guest: &mut Guest) -> usize {
    guest
        .drain()
        .await
        .iter()
        .filter(|frame| is_disconnect(frame))
        .count()
}

#[tokio::test]
async fn a_closed_wrapper_leaves_the_guest_on_its_socket_told_only_where_the_deployment_tells() {
    for (disconnect, wanted) in [("send", 1), ("off", 0)] {
        for (path, body) in [(WEB_MESSAGING, CLOSED), (WEB_CHAT, STATUS_CLOSED)] {
            let bench = forum_with("", &deployment(disconnect)).await;
            let chat = Chat::of(&bench, "one").await;
            let mut guest = guest_of(&bench, "one").await;
            let (status, _) = chat.ask(&bench, "PATCH", path, body).await;
            assert_eq!(status, 200);
            settled(&bench).await;
            assert_eq!(
                told_of_disconnects(&mut guest).await,
                wanted,
                "{disconnect}"
            );
            let after = bench.read("one").await;
            assert_eq!(leg(&after, 0), leg(&chat.before, 0), "the same leg");
            assert_eq!(customer_states(&after), ["connected"]);
            let echo = guest.say("I am still here").await;
            assert_eq!(conversation_of(&bench, &echo), bench.id("one"));
        }
    }
}

#[tokio::test]
async fn a_closed_guest_is_told_where_the_deployment_tells_and_keeps_its_socket() {
    for (disconnect, wanted) in [("send", 1), ("off", 0)] {
        let bench = forum_with("", &deployment(disconnect)).await;
        let chat = Chat::of(&bench, "one").await;
        let mut guest = guest_of(&bench, "one").await;
        let (status, _) = chat
            .ask(&bench, "PATCH", WEB_CHAT_PARTY, STATUS_CLOSED)
            .await;
        assert_eq!(status, 202);
        settled(&bench).await;
        assert_eq!(
            told_of_disconnects(&mut guest).await,
            wanted,
            "{disconnect}"
        );
        let after = bench.read("one").await;
        assert_eq!(states(&after, "agent"), ["connected"], "the agent is left");
    }
}

#[tokio::test]
async fn closing_fails_while_a_socket_holds_the_session_unless_the_switch_lets_it() {
    let bench = forum("").await;
    let chat = Chat::of(&bench, "one").await;
    let guest = guest_of(&bench, "one").await;
    let (status, said) = chat.ask(&bench, "POST", STATUS_CLOSE, "").await;
    assert_eq!(status, 409);
    assert!(
        said["message"].as_str().unwrap().contains("socket"),
        "{said}"
    );
    settled(&bench).await;
    assert_eq!(
        chat.truth(&bench)
            .iter()
            .filter(|one| one.what == Change::LegEnded)
            .count(),
        0
    );
    guest.hang_up().await;
    let begun = Instant::now();
    // The server learns of the end of a connection when it reads it.
    while chat.ask(&bench, "POST", STATUS_CLOSE, "").await.0 == 409 {
        assert!(begun.elapsed() < PATIENCE, "the socket is still there");
        settled(&bench).await;
    }
    settled(&bench).await;
    assert_eq!(customer_states(&bench.read("one").await), ["disconnected"]);

    let bench = forum("messaging_close = \"accepted\"").await;
    let chat = Chat::of(&bench, "one").await;
    let mut guest = guest_of(&bench, "one").await;
    let (status, _) = chat.ask(&bench, "POST", STATUS_CLOSE, "").await;
    assert_eq!(status, 200);
    settled(&bench).await;
    assert_eq!(customer_states(&bench.read("one").await), ["disconnected"]);
    guest.drain().await;
}

#[tokio::test]
async fn a_guest_is_back_once_with_a_new_leg_after_its_wrapper_or_its_part_was_closed() {
    for (method, path, body) in [
        ("PATCH", WEB_MESSAGING, CLOSED),
        ("PATCH", WEB_CHAT, STATUS_CLOSED),
        ("POST", END, r#"{"ended":true}"#),
        ("POST", WEB_CHAT_PARTY, STATUS_CLOSED),
    ] {
        let bench = forum("guest_returns = true").await;
        let chat = Chat::of(&bench, "one").await;
        chat.ask(&bench, method, path, body).await;
        let back = bench
            .read_until("one", |seen| {
                customer_states(seen) == ["disconnected", "connected"]
            })
            .await;
        assert_ne!(leg(&back, 1), leg(&back, 0));
        assert_eq!(leg(&back, 0), leg(&chat.before, 0));
        chat.ask(&bench, method, path, body).await;
        nobody_returned(&bench).await;
        let after = bench.read("one").await;
        assert_eq!(customer_states(&after).len(), 2, "once: {after:#}");
    }
}

#[tokio::test]
async fn a_guest_whose_conversation_was_over_brings_it_back_and_is_told_of_its_next_end() {
    let bench = forum_with("guest_returns = true", &deployment("send")).await;
    let chat = Chat::of(&bench, "plain").await;
    let mut guest = guest_of(&bench, "plain").await;
    chat.send_about(&bench, "agent", "POST", WEB_CHAT_PARTY, STATUS_CLOSED)
        .await;
    settled(&bench).await;
    chat.ask(&bench, "POST", WEB_CHAT_PARTY, STATUS_CLOSED)
        .await;
    bench
        .read_until("plain", |seen| {
            customer_states(seen) == ["disconnected", "connected"]
        })
        .await;
    let truth = chat.truth(&bench);
    let changes: Vec<Change> = truth.iter().map(|line| line.what).collect();
    let at = |what| changes.iter().position(|one| *one == what).unwrap();
    assert!(at(Change::ConversationEnded) < at(Change::ConversationReopened));
    let before = told_of_disconnects(&mut guest).await;
    chat.ask(&bench, "POST", WEB_CHAT_PARTY, STATUS_CLOSED)
        .await;
    settled(&bench).await;
    assert_eq!((before, told_of_disconnects(&mut guest).await), (1, 1));
}

#[tokio::test]
async fn without_the_switch_or_where_the_guest_may_write_no_more_nobody_is_back() {
    for (switch, disconnect) in [("false", "send"), ("true", "read-only")] {
        let switch = format!("guest_returns = {switch}");
        let bench = forum_with(&switch, &deployment(disconnect)).await;
        for (label, path) in [("one", WEB_CHAT), ("plain", WEB_CHAT_PARTY)] {
            let chat = Chat::of(&bench, label).await;
            let (status, _) = chat.ask(&bench, "PATCH", path, STATUS_CLOSED).await;
            assert!(status < 300);
            nobody_returned(&bench).await;
            let after = bench.read(label).await;
            assert_eq!(customer_states(&after).len(), 1, "{switch} {disconnect}");
        }
    }
}

#[tokio::test]
async fn a_forgotten_guest_is_told_nothing_and_writes_on() {
    let switches = "delete = \"accepted\"\ndeleted = \"forgotten\"";
    let bench = forum_with(switches, &deployment("send")).await;
    let chat = Chat::of(&bench, "one").await;
    let mut guest = guest_of(&bench, "one").await;
    chat.ask(&bench, "DELETE", WEB_MESSAGING, "").await;
    settled(&bench).await;
    assert_eq!(told_of_disconnects(&mut guest).await, 0);
    let echo = guest.say("hello?").await;
    assert_eq!(conversation_of(&bench, &echo), bench.id("one"));
}

#[tokio::test]
async fn an_update_event_on_the_guests_socket_is_an_action_that_nobody_knows() {
    for bench in [forum("").await, platform().await] {
        let chat = Chat::of(&bench, "one").await;
        let mut guest = guest_of(&bench, "one").await;
        let update = json!({
            "action": "CONVERSATION_UPDATE", "conversationId": bench.id("one"), "state": "CLOSED",
            "tracingId": "as an action",
        });
        guest.send(update).await;
        let answer = guest
            .until(|frame| frame["tracingId"] == "as an action")
            .await;
        assert_eq!(
            (&answer["class"], &answer["code"], &answer["body"]),
            (&json!("string"), &json!(400), &json!("Request failed."))
        );
        let event = json!({ "eventType": "CONVERSATION_UPDATE", "state": "CLOSED" });
        let answer = guest
            .message(json!({ "type": "Event", "events": [event] }))
            .await;
        assert_eq!(answer["code"], 400, "{answer}");
        guest
            .send_text("{\"eventType\":\"CONVERSATION_UPDATE\",\"state\":\"CLOSED\"}")
            .await;
        guest.until(|frame| frame["code"] == 400).await;
        settled(&bench).await;
        assert!(
            chat.truth(&bench)
                .iter()
                .all(|line| line.what == Change::FrameWritten)
        );
        assert_eq!(customer_states(&bench.read("one").await), ["connected"]);
        let echo = guest.say("the socket is as it was").await;
        assert_eq!(conversation_of(&bench, &echo), bench.id("one"));
    }
}

#[tokio::test]
async fn an_ending_is_told_on_channels_at_once_and_in_analytics_late() {
    let bench = forum("").await;
    let chat = Chat::of(&bench, "plain").await;
    let topic = chat.filled("v2.detail.events.conversation.{c}.customer.end", "customer");
    let mut ear = Ear::on(&bench, std::slice::from_ref(&topic)).await;
    chat.ask(&bench, "PUT", ROUTING, STATUS_CLOSED).await;
    ear.event(&topic).await;
    let truth = chat.truth(&bench);
    let ended = truth
        .iter()
        .find(|line| line.what == Change::ConversationEnded);
    let visible = ended.unwrap().at + SignedDuration::from_millis(250);
    let path = chat.filled("/api/v2/analytics/conversations/{c}/details", "customer");
    let begun = Instant::now();
    let mut turns = tokio::time::interval(Duration::from_millis(20));
    loop {
        turns.tick().await;
        let seen = bench.get(&path).await;
        if seen["conversationEnd"].is_string() {
            assert!(Timestamp::now() >= visible, "analytics knew too early");
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "it never came: {seen:#}");
    }
}
