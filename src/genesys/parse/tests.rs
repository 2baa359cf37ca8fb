use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::domain::conversation::Side;
use crate::domain::evidence::Evidence;

const ID: &str = "5b0c7a1e-77b0-4d8e-9a51-0e6c2f6b1d20";

fn uuid(number: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{number:02x}")
}

fn parsed(value: &Value) -> Result<Conversation, Unusable> {
    // As text, as it comes.
    let text = value.to_string();
    let wire = serde_json::from_str(&text).map_err(|error| Unusable(error.to_string()))?;
    conversation(ID.parse().unwrap(), wire)
}

/// A guest, a flow, and an agent who left and owes wrap-up.
fn sample() -> Value {
    let heard = |id: &str, at: &str, status: &str| json!({ "messageId": id, "messageStatus": status, "messageTime": at, "messageMetadata": { "type": "Text" } });
    json!({
        "id": ID, "startTime": "2026-11-18T09:12:03.120Z", "endTime": null, "inactivityTimeout": "2026-11-20T09:30:00.000Z",
        "recordingState": "NONE", "address": "x", "divisions": [ { "division": { "id": "d" }, "entities": [] } ],
        "recentTransfers": [ { "id": "t", "state": "Complete", "dateIssued": "2026-11-18T09:00:00Z" },
                             { "id": "u", "state": "Pending", "dateIssued": "2026-11-18T09:20:00Z" } ],
        "participants": [
            { "id": uuid(1), "purpose": "customer", "name": "Gu\u{1b}est", "mediaRoles": ["full"], "attributes": { "a": "b" },
              "messages": [ { "id": uuid(2), "state": "connected", "type": "webmessaging", "connectedTime": "2026-11-18T09:12:03.120Z",
                "messages": [ heard("m1", "2026-11-18T09:12:05Z", "received"),
                              { "messageId": "e1", "messageMetadata": { "type": "Event" } } ] } ] },
            { "id": uuid(3), "purpose": "workflow", "name": "Web inbound", "messages": [
                { "id": uuid(4), "state": "disconnected", "type": "webmessaging", "disconnectType": "transfer",
                  "disconnectedTime": "2026-11-18T09:12:10Z",
                  "messages": [ heard("b1", "2026-11-18T09:12:06Z", "sent") ] } ] },
            { "id": uuid(5), "purpose": "agent", "userId": "u1", "name": "Ada", "queueId": "q1", "queueName": "Web",
              "wrapupRequired": true, "wrapupTimeoutMs": 30000, "startAcwTime": "2026-11-18T10:00:00Z", "alertingTimeoutMs": 8000,
              "messages": [
                { "id": uuid(6), "state": "disconnected", "type": "webmessaging", "startAlertingTime": "2026-11-18T09:13:00Z",
                  "disconnectType": "SESSION_EXPIRED", "afterCallWork": { "state": "pending" },
                  "messages": [ heard("m1", "2026-11-18T09:12:05Z", "received"), heard("a1", "2026-11-18T09:14:00Z", "sent"),
                                heard("b1", "2026-11-18T09:12:06Z", "sent") ] } ],
              "calls": [ { "id": uuid(7), "state": "connected", "connectedTime": "2026-11-18T09:30:00Z" } ],
              "holograms": [ { "id": uuid(8), "state": "disconnected" } ],
              "evaluations": [ { "id": "e", "status": "PENDING" } ] },
        ],
    })
}

#[test]
fn a_conversation_is_read_whole() {
    let conversation = parsed(&sample()).unwrap();
    let [guest, flow, agent] = &conversation.participants[..] else {
        panic!("three parties")
    };
    assert_eq!(guest.name.as_ref().unwrap().as_str(), "Gu\u{fffd}est");
    assert_eq!(guest.legs[0].medium, Medium::WebMessaging);
    assert_eq!(guest.legs[0].since, Some(conversation.started));
    assert_eq!(flow.name.as_ref().unwrap().as_str(), "Web inbound");
    assert!(!flow.legs[0].is_open());
    assert_eq!(agent.queue.as_ref().unwrap().as_str(), "Web");
    assert_eq!(agent.alerting_timeout, Some(SignedDuration::from_secs(8)));
    assert_eq!(agent.legs[0].since, agent.legs[0].alerting_since);
    assert_eq!(
        agent.legs[0].disconnect.as_ref().unwrap().as_str(),
        "session.expired"
    );
    let media: Vec<&Medium> = agent.legs.iter().map(|leg| &leg.medium).collect();
    assert_eq!(
        media[1..],
        [
            &Medium::Other("calls".into()),
            &Medium::Other("holograms".into())
        ]
    );
    assert_eq!(
        agent.wrap_up,
        WrapUp::Owed {
            since: Some("2026-11-18T10:00:00Z".parse().unwrap()),
            timeout: SignedDuration::from_secs(30)
        }
    );
    assert_eq!(
        conversation.transfer_since,
        Some("2026-11-18T09:20:00Z".parse().unwrap())
    );
    let said: Vec<(&str, Side)> = conversation
        .messages
        .iter()
        .map(|message| (message.id.as_str(), message.from))
        .collect();
    assert_eq!(
        said,
        [("m1", Side::Customer), ("a1", Side::Agent)],
        "the flow's own words do not count"
    );
    assert_eq!(Evidence::of(&conversation).legs.len(), 2);
}

#[test]
fn wrap_up_is_owed_until_it_is_given_skipped_or_over() {
    let owed = |change: &dyn Fn(&mut Value)| {
        let mut value = sample();
        value["participants"][2]["messages"][0]["afterCallWork"] = Value::Null;
        change(&mut value["participants"][2]);
        parsed(&value).unwrap().participants[2].wrap_up != WrapUp::NotOwed
    };
    assert!(owed(&|_| {}));
    assert!(owed(&|agent| agent["wrapup"] = Value::Null));
    assert!(owed(&|agent| agent["wrapupSkipped"] = json!(false)));
    assert!(!owed(&|agent| agent["wrapup"] = json!({ "code": "w" })));
    assert!(!owed(&|agent| agent["wrapupSkipped"] = json!(true)));
    assert!(!owed(
        &|agent| agent["endAcwTime"] = json!("2026-11-18T10:01:00Z")
    ));
    assert!(!owed(&|agent| agent["wrapupRequired"] = json!(false)));
    assert!(!owed(&|agent| agent["startAcwTime"] = Value::Null));
    let pending = json!({ "state": "Pending" });
    assert!(owed(&|agent| {
        agent["wrapupRequired"] = json!(false);
        agent["messages"][0]["afterCallWork"] = pending.clone();
    }));
}

#[test]
fn what_a_decision_rests_on_must_be_sound_and_is_named_when_it_is_not() {
    let cases: [(&str, Value, &str); 11] = [
        ("/id", json!(uuid(9)), "id: another"),
        ("/startTime", Value::Null, "startTime"),
        ("/startTime", json!("soon"), "startTime"),
        ("/endTime", json!("later"), "endTime"),
        ("/participants/0/id", json!("c1"), "participants[0].id"),
        (
            "/participants/0/messages/0/id",
            json!("../x"),
            "participants[0].messages[0].id",
        ),
        (
            "/participants/0/messages/0/connectedTime",
            json!("?"),
            "messages[0].connectedTime",
        ),
        (
            "/participants/0/messages/0/messages/0/messageId",
            Value::Null,
            "messageId",
        ),
        (
            "/participants/0/messages/0/messages/0/messageTime",
            Value::Null,
            "messageTime",
        ),
        (
            "/participants/2/calls/0/id",
            json!("call-1"),
            "participants[2].calls[0].id",
        ),
        ("/participants/2/startAcwTime", json!("?"), "startAcwTime"),
    ];
    for (place, value, named) in cases {
        let mut changed = sample();
        *changed.pointer_mut(place).unwrap() = value;
        let Unusable(said) = parsed(&changed).unwrap_err();
        assert!(said.contains(named), "{place}: {said}");
    }
    let mut closed_call = sample();
    closed_call["participants"][2]["calls"][0] = json!({ "id": "call-1", "state": "disconnected" });
    assert!(
        parsed(&closed_call).is_ok(),
        "a call that is over has no say"
    );
}

#[test]
fn a_leg_without_a_state_or_a_party_without_a_purpose_is_open_and_unknown() {
    for place in [
        "/participants/0/messages/0/state",
        "/participants/0/purpose",
    ] {
        let mut changed = sample();
        *changed.pointer_mut(place).unwrap() = Value::Null;
        let evidence = Evidence::of(&parsed(&changed).unwrap());
        assert_eq!(evidence.unknown_word(), Some("absent"), "{place}");
    }
}

#[test]
fn the_three_spellings_of_how_a_leg_ended_are_one() {
    for (said, word) in [
        ("session.expired", "session.expired"),
        ("sessionExpired", "session.expired"),
        ("SESSION_EXPIRED", "session.expired"),
        ("transfer.noanswer", "transfer.noanswer"),
        ("noAnswerTransfer", "transfer.noanswer"),
        ("TRANSFER_NOANSWER", "transfer.noanswer"),
        ("dndEndpoint", "endpoint.donotdisturb"),
        ("transportFailure", "transport.failure"),
        ("PEER", "peer"),
        ("client", "client"),
        ("BRAND_NEW", "brand.new"),
    ] {
        assert_eq!(disconnect_word(said).as_str(), word, "{said}");
    }
}

/// Places of the sample that hold words of the service's own vocabulary.
const WORDS: [&str; 10] = [
    "/participants/0/purpose",
    "/participants/1/purpose",
    "/participants/0/name",
    "/participants/0/messages/0/state",
    "/participants/0/messages/0/type",
    "/participants/1/messages/0/disconnectType",
    "/participants/2/messages/0/afterCallWork/state",
    "/participants/0/messages/0/messages/0/messageStatus",
    "/participants/0/messages/0/messages/0/messageMetadata/type",
    "/recentTransfers/0/state",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!(ID)),
        Just(json!("2026-11-18T09:12:03Z")),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-zA-Z]{1,9}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn unknown_words_never_fail(words in prop::collection::vec(".{0,20}", WORDS.len()), chosen in any::<u16>()) {
        let mut value = sample();
        for (place, (pointer, word)) in WORDS.into_iter().zip(words).enumerate() {
            if chosen & (1 << place) != 0 {
                *value.pointer_mut(pointer).unwrap() = json!(word);
            }
        }
        let conversation = parsed(&value).unwrap();
        for (participant, leg) in conversation.legs() {
            prop_assert!(!participant.purpose.word().chars().any(char::is_control));
            prop_assert!(!leg.state.word().chars().any(char::is_control));
        }
    }

    #[test]
    fn new_fields_never_fail(fields in prop::collection::btree_map("new[a-zA-Z]{1,9}", any_json(), 0..5)) {
        let mut value = sample();
        for (name, field) in &fields {
            for place in ["", "/participants/0/messages/0", "/participants/0/messages/0/messages/0"] {
                value.pointer_mut(place).unwrap()[name] = field.clone();
            }
        }
        prop_assert_eq!(parsed(&value).unwrap(), parsed(&sample()).unwrap());
    }

    #[test]
    fn whatever_stands_anywhere_nothing_panics(place in 0..WORDS.len(), value in any_json(), whole in any_json()) {
        let mut changed = sample();
        *changed.pointer_mut(WORDS[place]).unwrap() = value.clone();
        let _ = parsed(&changed);
        changed["participants"][0]["calls"] = value;
        let _ = parsed(&changed);
        let _ = parsed(&whole);
    }
}

#[test]
fn a_leg_of_another_medium_that_does_not_say_its_state_is_open() {
    let open_calls = |call: Value| {
        let mut value = sample();
        value["participants"][0]["calls"] = json!([call]);
        let conversation = parsed(&value)?;
        let evidence = Evidence::of(&conversation);
        assert_eq!(evidence.unknown_word(), Some(ABSENT));
        let is_call = |leg: &&Leg| leg.medium == Medium::Other("calls".into());
        let guest = conversation.participants.first().unwrap();
        Ok::<_, Unusable>(guest.legs.iter().filter(is_call).count())
    };
    assert_eq!(open_calls(json!({ "id": uuid(9) })), Ok(1));
    assert_eq!(open_calls(json!({ "id": uuid(9), "state": null })), Ok(1));
    assert!(
        open_calls(json!({})).is_err(),
        "a call without an id is a call"
    );
}

#[test]
fn a_word_that_only_looks_like_one_we_know_is_that_word_for_good() {
    let mut value = sample();
    value["participants"][0]["messages"][0]["state"] = json!("disconnected\u{200b}");
    let evidence = Evidence::of(&parsed(&value).unwrap());
    let text = serde_json::to_string(&evidence).unwrap();
    let again: Evidence = serde_json::from_str(&text).unwrap();
    assert_eq!(
        again.unknown_word().is_some(),
        evidence.unknown_word().is_some()
    );
    assert_eq!(again, evidence, "what the journal keeps is what was seen");
    assert_eq!(
        evidence.legs.first().map(|leg| leg.state.word()),
        Some("disconnected\u{fffd}")
    );
}
