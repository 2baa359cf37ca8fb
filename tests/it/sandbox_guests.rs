//! The termination matrix over real sockets: what every open socket of a guest gets, row by row.

use crate::sandbox_guest::{BRISK, Guest, bench, conversation_of, is_disconnect, read_until};
use crate::sandbox_support::{Bench, disconnected, participant_path, parties};
use reqwest::Method;
use serde_json::{Value, json};
use unstick::sandbox::Change;
use uuid::Uuid;

fn is_up(conversation: &Value, purpose: &str) -> bool {
    let legs = parties(conversation, purpose);
    let mut legs = legs
        .iter()
        .flat_map(|one| one["messages"].as_array().unwrap());
    legs.any(|leg| leg["state"] == "connected")
}

/// Ends the agent's leg, as the first step of the ladder does, and waits until it has ended.
async fn end_agent(bench: &Bench, id: &str) {
    let seen = read_until(bench, id, |seen| is_up(seen, "agent")).await;
    let path = participant_path(&seen, "agent");
    let (status, body) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
    assert_eq!(status, 202, "{body}");
    read_until(bench, id, |seen| !is_up(seen, "agent")).await;
}

/// Ends everything, and waits until it has ended.
async fn end_all(bench: &Bench, id: &str) {
    let path = format!("/api/v2/conversations/messages/{id}");
    let (status, body) = bench.ask(Method::PATCH, &path, Some(&disconnected())).await;
    assert!(status.is_success(), "{body}");
    read_until(bench, id, |seen| seen["endTime"].is_string()).await;
}

/// `GET /sandbox/frames`.
async fn frames(bench: &Bench) -> Vec<Value> {
    let text = bench.send(Method::GET, "/sandbox/frames", None).await;
    let text = text.text().await.unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    lines.collect()
}

/// How many disconnects a guest's sockets were sent, by the frames and by the ground truth.
async fn disconnects(bench: &Bench, token: Uuid) -> (usize, usize) {
    let frames = frames(bench).await;
    let told = frames
        .iter()
        .filter(|line| line["session"] == json!(token) && is_disconnect(&line["frame"]));
    let truth = bench.sandbox.truth();
    let in_truth = truth.iter().filter(|line| {
        line.what == Change::FrameWritten
            && line
                .frame
                .as_ref()
                .is_some_and(|frame| frame.guest == token && frame.kind == "presence-disconnect")
    });
    (told.count(), in_truth.count())
}

#[tokio::test]
async fn a0_off_nothing_is_told_the_socket_stays_and_the_same_conversation_comes_back() {
    let bench = bench("disconnect = \"off\"").await;
    let (mut guest, id) = Guest::served(&bench).await;
    guest.drain().await;
    end_agent(&bench, &id).await;
    end_all(&bench, &id).await;
    assert_eq!(guest.drain().await, [Value::Null; 0]);
    let again = guest.configure(false).await;
    assert_eq!(
        (&again["body"]["newSession"], &again["body"]["readOnly"]),
        (&json!(false), &json!(false))
    );
    let echo = guest.say("still there?").await;
    assert_eq!(conversation_of(&bench, &echo), id, "the ghost is back");
    read_until(&bench, &id, |seen| {
        is_up(seen, "customer") && is_up(seen, "agent")
    })
    .await;
    assert_eq!(disconnects(&bench, guest.token).await, (0, 0));
}

#[tokio::test]
async fn a1_send_one_event_is_told_and_typing_brings_the_same_conversation_back() {
    let bench = bench("disconnect = \"send\"").await;
    let (mut guest, id) = Guest::served(&bench).await;
    guest.drain().await;
    end_agent(&bench, &id).await;
    let told = guest.until(is_disconnect).await;
    assert_eq!(told["body"]["metadata"]["readOnly"], "false");
    assert_eq!(told["body"]["direction"], "Outbound");
    end_all(&bench, &id).await;
    assert!(!guest.drain().await.iter().any(is_disconnect), "told once");
    let echo = guest.say("one more thing").await;
    assert_eq!(conversation_of(&bench, &echo), id);
    read_until(&bench, &id, |seen| is_up(seen, "agent")).await;
    assert_eq!(disconnects(&bench, guest.token).await, (1, 1));
}

#[tokio::test]
async fn a2_read_only_one_event_is_told_then_409_and_a_new_session_a_new_conversation() {
    let bench = bench("disconnect = \"read-only\"").await;
    let (mut guest, id) = Guest::served(&bench).await;
    end_agent(&bench, &id).await;
    let told = guest.until(is_disconnect).await;
    assert_eq!(told["body"]["metadata"]["readOnly"], "true");
    let refused = guest.say("hello?").await;
    assert_eq!(refused["code"], 409);
    assert_eq!(
        refused["body"],
        "Session is read-only, no new messages allowed"
    );
    let token = guest.token;
    guest.hang_up().await;
    let (mut guest, again) = Guest::resume(&bench, token).await;
    assert_eq!(
        (&again["body"]["newSession"], &again["body"]["readOnly"]),
        (&json!(false), &json!(true))
    );
    guest
        .send(json!({ "action": "closeSession", "closeAllConnections": true }))
        .await;
    let closed = guest.next().await;
    assert_eq!(
        (&closed["body"]["connected"], &closed["body"]["readOnly"]),
        (&json!(false), &json!(true))
    );
    let fresh = guest.configure(true).await;
    assert_eq!(
        (&fresh["body"]["newSession"], &fresh["body"]["readOnly"]),
        (&json!(true), &json!(false))
    );
    let echo = guest.say("another matter").await;
    assert_ne!(conversation_of(&bench, &echo), id);
}

#[tokio::test]
async fn b_a_guest_whose_time_is_over_is_told_when_it_asks() {
    let bench = bench("session = \"3s\"").await;
    let (mut guest, id) = Guest::served(&bench).await;
    let ended = read_until(&bench, &id, |seen| !is_up(seen, "customer")).await;
    let customer = parties(&ended, "customer")[0];
    assert_eq!(customer["messages"][0]["disconnectType"], "session.expired");
    guest
        .send(json!({ "action": "echo", "tracingId": "e" }))
        .await;
    let told = guest.until(|frame| frame["tracingId"] == "e").await;
    assert_eq!(told["class"], "SessionExpiredEvent");
    assert_eq!(guest.say("hello?").await["code"], 4006);
    let fresh = guest.configure(false).await;
    assert_eq!(fresh["body"]["newSession"], true);
}

#[tokio::test]
async fn c_a_guest_who_clears_is_gone_and_the_agent_is_left() {
    let bench = bench("").await;
    let (mut guest, id) = Guest::served(&bench).await;
    let echo = guest.presence("Clear").await;
    assert_eq!(echo["body"]["direction"], "Inbound");
    assert_eq!(guest.next().await["class"], "SessionClearedEvent");
    assert_eq!(guest.next().await["class"], "ConnectionClosedEvent");
    let seen = read_until(&bench, &id, |seen| !is_up(seen, "customer")).await;
    assert!(is_up(&seen, "agent"), "the agent's side must end it");
    let token = guest.token;
    let close = guest.next_or_close().await.unwrap_err();
    assert_eq!(u16::from(close.expect("a close frame").code), 1000);
    let (mut guest, fresh) = Guest::resume(&bench, token).await;
    assert_eq!(fresh["body"]["newSession"], true);
    let echo = guest.say("again").await;
    assert_ne!(conversation_of(&bench, &echo), id);
}

#[tokio::test]
async fn c_clearing_where_it_is_not_allowed_is_refused_and_changes_nothing() {
    let bench = bench("clear = false").await;
    let (mut guest, id) = Guest::served(&bench).await;
    let refused = guest.presence("Clear").await;
    assert_eq!(refused["code"], 403);
    assert_eq!(
        refused["body"],
        "Presence events Conversation Clear are not supported"
    );
    let echo = guest.say("as before").await;
    assert_eq!(conversation_of(&bench, &echo), id);
}

#[tokio::test]
async fn d_a_bot_that_ends_the_chat_tells_it_as_a_bot() {
    let brisk = BRISK.replace("[life]\n", "[life]\nguests_reach = \"bot\"\n");
    let bench = Bench::of(&format!(
        "{brisk}[[deployment]]\nname = \"Test\"\ndisconnect = \"read-only\"\n"
    ))
    .await;
    let mut guest = Guest::arrive(&bench).await;
    let echo = guest.say("hello").await;
    let id = conversation_of(&bench, &echo);
    guest
        .until(|frame| frame["body"]["originatingEntity"] == "Bot")
        .await;
    let order = json!({ "event": "bot-ends", "conversation": id });
    bench.order("/sandbox/events", &order).await;
    let told = guest.until(is_disconnect).await;
    assert_eq!(told["body"]["originatingEntity"], "Bot");
    assert_eq!(told["body"]["metadata"]["readOnly"], "true");
    assert_eq!(guest.say("hello?").await["code"], 409);
}

#[tokio::test]
async fn e_closing_all_connections_closes_the_others_and_ends_nothing() {
    let bench = bench("").await;
    let (mut guest, id) = Guest::served(&bench).await;
    let (mut other, _) = Guest::resume(&bench, guest.token).await;
    guest.drain().await;
    guest
        .send(json!({ "action": "closeSession", "closeAllConnections": true }))
        .await;
    assert_eq!(guest.next().await["body"]["connected"], false);
    let away = other.until(|frame| frame["class"] == "ConnectionClosedEvent");
    assert_eq!(away.await["body"], json!({}));
    let seen = bench.get(&format!("/api/v2/conversations/{id}")).await;
    assert!(is_up(&seen, "customer") && is_up(&seen, "agent"));
    assert_eq!(guest.configure(false).await["body"]["newSession"], false);
}

#[tokio::test]
async fn f_the_fourth_socket_drives_the_oldest_out() {
    let bench = bench("").await;
    let mut oldest = Guest::arrive(&bench).await;
    let mut others = Vec::new();
    for _ in 0..3 {
        others.push(Guest::resume(&bench, oldest.token).await.0);
    }
    assert_eq!(oldest.next().await["class"], "ConnectionClosedEvent");
    let close = oldest.next_or_close().await.unwrap_err();
    assert_eq!(u16::from(close.expect("a close frame").code), 1000);
    let echo = others[2].say("three are left").await;
    for guest in &mut others[..2] {
        let copy = guest.next().await;
        assert_eq!(copy["body"]["id"], echo["body"]["id"]);
    }
}

#[tokio::test]
async fn g_a_guest_who_closes_its_socket_ends_nothing_and_hears_later_what_it_missed() {
    let bench = bench("disconnect = \"read-only\"").await;
    let (guest, id) = Guest::served(&bench).await;
    let token = guest.token;
    guest.hang_up().await;
    let seen = bench.get(&format!("/api/v2/conversations/{id}")).await;
    assert!(is_up(&seen, "customer") && is_up(&seen, "agent"));
    end_all(&bench, &id).await;
    assert_eq!(disconnects(&bench, token).await, (0, 0), "nobody was there");
    let (_, answer) = Guest::resume(&bench, token).await;
    assert_eq!(answer["body"]["readOnly"], true);
    let told = bench.sandbox.truth();
    let told = told.iter().filter_map(|line| line.frame.as_ref());
    let mut told = told.filter(|frame| frame.guest == token);
    assert_eq!(told.next_back().unwrap().kind, "session-read-only");
}
