//! Frames that make no sense are refused with a word, and the world is as it was.

use super::*;
use proptest::prelude::*;

#[test]
fn a_frame_that_makes_no_sense_is_answered_with_400_in_words() {
    let mut place = Place::of("[guest]\nrequests_per_minute = 1000\nmessages_per_second = 1000\n");
    let (socket, token) = place.guest();
    let message =
        |message: Value| json!({ "action": "onMessage", "token": token, "message": message });
    let frames = [
        json!(null),
        json!(7),
        json!([]),
        json!({}),
        json!({ "action": "dance", "token": token }),
        json!({ "action": "disconnectCustomer", "token": token }),
        json!({ "action": "onMessage" }),
        json!({ "action": "onMessage", "token": "no-uuid" }),
        json!({ "action": "onMessage", "token": token }),
        json!({ "action": 3, "token": token }),
        json!({ "action": "configureSession", "token": token }),
        json!({ "action": "configureSession", "token": token, "deploymentId": Uuid::new_v4() }),
        message(json!({ "type": "Text" })),
        message(json!({ "type": "Text", "text": "" })),
        message(json!({ "type": "Receipt", "text": "x" })),
        message(json!({ "type": "Structured", "text": "x" })),
        message(json!({ "type": "Text", "text": 7 })),
        message(json!({ "type": "Event" })),
        message(json!({ "type": "Event", "events": [] })),
        message(
            json!({ "type": "Event", "events": [{ "eventType": "Presence", "presence": { "type": "Disconnect" } }] }),
        ),
        message(json!({ "type": "Text", "content": [{ "contentType": "Card" }] })),
    ];
    for frame in frames {
        place.hear(socket, &frame.to_string());
        let answer = place.last(socket);
        assert_eq!(
            (&answer["code"], &answer["class"], &answer["type"]),
            (&json!(400), &json!("string"), &json!("response")),
            "{frame}"
        );
    }
    for text in ["", "{", "\u{0}", "{\"action\":\"echo\"", "nonsense"] {
        place.hear(socket, text);
        assert_eq!(place.last(socket)["code"], 400, "{text:?}");
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    place.hear(socket, &deep);
    assert_eq!(place.last(socket)["code"], 400);
    assert!(place.service.world.truth().is_empty(), "nothing happened");
}

#[test]
fn who_is_not_configured_is_refused_with_the_code_of_the_scenario() {
    for (text, code) in [("", 400), ("[guest]\nunconfigured_code = 4007\n", 4007)] {
        let mut place = Place::of(text);
        let socket = place.open();
        place.say(socket, Uuid::new_v4(), "hello");
        assert_eq!(place.last(socket)["code"], code);
    }
}

#[test]
fn another_guests_token_is_not_found() {
    let mut place = Place::with("");
    let (socket, _) = place.guest();
    let (_, other) = place.guest();
    place.say(socket, other, "not mine");
    assert_eq!(place.last(socket)["code"], 4007);
    assert!(place.service.world.conversations.is_empty());
}

/// Frames that are nearly right: the right words with values of any kind.
fn nearly() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("action"),
        Just("token"),
        Just("deploymentId"),
        Just("message"),
        Just("type"),
        Just("events"),
        Just("content"),
        Just("channel"),
        Just("metadata"),
        Just("tracingId"),
        Just("attachmentId"),
        Just("fileSize"),
        Just("startNew"),
        Just("closeAllConnections"),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("TOKEN")),
        Just(json!("DEPLOYMENT")),
        prop_oneof![
            Just("configureSession"),
            Just("configureAuthenticatedSession"),
            Just("onMessage"),
            Just("echo"),
            Just("getJwt"),
            Just("closeSession"),
            Just("getConfiguration"),
            Just("onAttachment"),
            Just("getAttachment"),
            Just("deleteAttachment"),
            Just("Text"),
            Just("Structured"),
            Just("Event"),
            Just("Presence"),
            Just("Join"),
            Just("Clear"),
        ]
        .prop_map(Value::from),
    ];
    let any = leaf.prop_recursive(3, 24, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(word.clone().prop_map(str::to_owned), inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    any.prop_map(|value| value.to_string())
}

proptest! {
    #[test]
    fn fuzz_whatever_is_sent_nothing_panics_and_others_are_served(
        texts in prop::collection::vec(prop_oneof![any::<String>(), nearly()], 1..20),
    ) {
        let mut place = Place::of("[guest]\nrequests_per_minute = 1000\n");
        let (other, token) = place.guest();
        let (socket, own) = place.guest();
        let deployment = place.deployment().to_string();
        for text in texts {
            let text = text.replace("TOKEN", &own.to_string()).replace("DEPLOYMENT", &deployment);
            place.hear(socket, &text);
            place.pass(50);
        }
        for frame in place.frames(socket) {
            prop_assert!(frame["body"] != Value::Null && !frame.to_string().contains(":null"), "{}", frame);
        }
        place.say(other, token, "hello");
        prop_assert_eq!(&words(&place.frames(other))[0], "hello");
    }
}
