//! Bodies as a real organisation answers them, in its order and with what this program does not look at: four parties, about 6 KB each.

use serde_json::{Value, json};

/// Some hour of the past.
const HOUR: &str = "2026-11-18T09";

fn id(chat: usize, what: usize) -> String {
    format!("{what:08x}-77b0-4d8e-9a51-{chat:012x}")
}

fn at(minute: usize) -> String {
    format!("{HOUR}:{:02}:03.120Z", minute % 60)
}

/// `GET /api/v2/conversations/{id}`, with its id.
pub(crate) fn conversation(chat: usize) -> (String, Value) {
    let body = json!({
        "id": id(chat, 0), "startTime": at(0), "address": id(chat, 90), "recordingState": "NONE",
        "inactivityTimeout": at(40), "utilizationLabelId": "", "securePause": false,
        "divisions": [ { "division": { "id": id(0, 91), "name": "Home", "selfUri": format!("/api/v2/authorization/divisions/{}", id(0, 91)) },
                         "entities": [] } ],
        "recentTransfers": [],
        "participants": [
            party(chat, 1, "customer", "Jörg \"Bo\" Öst", "connected"), party(chat, 2, "workflow", "Web inbound", "disconnected"),
            party(chat, 3, "acd", "Web messaging", "disconnected"), party(chat, 4, "agent", "Ada Lovelace", "disconnected"),
        ],
        "selfUri": format!("/api/v2/conversations/{}", id(chat, 0)),
    });
    (id(chat, 0), body)
}

fn party(chat: usize, number: usize, purpose: &str, name: &str, state: &str) -> Value {
    let address = |what: &str| json!({ "name": what, "nameRaw": "", "addressNormalized": id(chat, 90), "addressDisplayable": "" });
    let heard = |message: usize, status: &str| {
        json!({ "message": null, "messageId": id(chat, 50 + message),
                "messageStatus": status, "messageTime": at(message), "messageMetadata": { "type": "Text" } })
    };
    let messages: Vec<Value> = if ["customer", "agent"].contains(&purpose) {
        vec![heard(1, "received"), heard(2, "sent")]
    } else {
        Vec::new()
    };
    let leg = json!({
        "id": id(chat, 20 + number), "state": state, "initialState": "alerting", "held": false, "direction": "inbound",
        "segments": [], "startAlertingTime": at(number), "connectedTime": at(number), "provider": "PureCloud Webmessaging",
        "authenticated": false, "type": "webmessaging", "peerId": id(chat, 21),
        "toAddress": address("Shop"), "fromAddress": address(name), "messages": messages,
        "afterCallWork": { "state": "unknown" }, "afterCallWorkRequired": false
    });
    json!({
        "id": id(chat, number), "name": name, "purpose": purpose, "startTime": at(number), "connectedTime": at(number),
        "userId": id(0, 60 + number), "queueId": id(0, 70), "queueName": "Web messaging", "wrapupRequired": false,
        "wrapupPrompt": "timeout", "wrapupTimeoutMs": 30000, "wrapupSkipped": false, "alertingTimeoutMs": 8000,
        "mediaRoles": ["full"], "screenRecordingState": "requested", "attributes": { "context.topic": "delivery" },
        "calls": [], "callbacks": [], "chats": [], "cobrowsesessions": [], "emails": [], "screenshares": [],
        "socialExpressions": [], "videos": [], "evaluations": [], "workflow": {},
        "messages": [leg],
    })
}

/// A page of `POST /api/v2/analytics/conversations/details/query`, with so many rows.
pub(crate) fn page(rows: usize) -> Value {
    let rows: Vec<Value> = (0..rows).map(row).collect();
    json!({ "conversations": rows, "totalHits": rows.len() })
}

fn row(chat: usize) -> Value {
    json!({
        "conversationId": id(chat, 0), "conversationStart": at(0), "conversationInitiator": "customer", "customerParticipation": true,
        "divisionIds": [id(0, 91)], "originatingDirection": "inbound", "inactivityTimeout": at(40), "originatingSocialMediaPublic": false,
        "participants": [
            listed(chat, 1, "customer", "Jörg \"Bo\" Öst"), listed(chat, 2, "workflow", "Web inbound"),
            listed(chat, 3, "acd", "Web messaging"), listed(chat, 4, "agent", "Ada Lovelace"),
        ],
    })
}

fn listed(chat: usize, number: usize, purpose: &str, name: &str) -> Value {
    let metric =
        |name: &str, value: i64| json!({ "emitDate": at(number), "name": name, "value": value });
    let segment = |kind: &str, from: usize| {
        json!({ "conference": false, "segmentStart": at(from), "segmentEnd": at(from + 1), "segmentType": kind, "queueId": id(0, 70),
                "disconnectType": "transfer" })
    };
    json!({
        "participantId": id(chat, number), "participantName": name, "purpose": purpose, "userId": id(0, 60 + number),
        "externalContactId": id(chat, 94),
        "sessions": [ {
            "sessionId": id(chat, 20 + number), "addressFrom": id(chat, 90), "addressTo": id(0, 95), "direction": "inbound",
            "mediaType": "message", "messageType": "webmessaging", "provider": "PureCloud Webmessaging", "remote": name,
            "requestedRoutings": ["Standard"], "usedRouting": "Standard",
            "flow": { "flowId": id(0, 96), "flowName": "Web inbound", "flowVersion": "14.0", "flowType": "INBOUNDSHORTMESSAGE",
                      "exitReason": "TRANSFER", "transferType": "ACD" },
            "metrics": [ metric("nConnected", 1), metric("tConnected", 1200), metric("tAcd", 64_000), metric("oMessageTurn", 3) ],
            "segments": [ segment("system", number), segment("interact", number + 1) ] } ],
    })
}
