//! What the engine tells of the first chat of the story while somebody looks into it.

use std::sync::Arc;

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::console_desk::Desk;
use crate::console_world::{called, chats, reading, receipt, slot};
use unstick::domain::conversation::{Conversation, Purpose, Side};
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::raw_read::RawRead;
use unstick::domain::recorded::{Recorded, RecordedFlow, RecordedLeg};
use unstick::domain::request_line::{Asker, Passage, RequestLine};
use unstick::domain::roster::Listed;
use unstick::domain::text::Text;
use unstick::domain::transcript::TranscriptLine;

/// What a flow noted down, and what somebody said: on no screen before a key asks for it.
pub(crate) const NOTED: &str = "canary-5513";
pub(crate) const SAID: &str = "my canary refund has not arrived";

/// The first chat, with what flows noted down about its customer.
pub(crate) fn conversation() -> Conversation {
    let mut conversation = chats()[0].conversation();
    if let Some(customer) = conversation.participants.first_mut() {
        customer.attributes = vec![
            (
                Text::clean(called(slot::ODD, "orderId")),
                Text::clean(called(slot::REASON, NOTED)),
            ),
            (Text::clean("source"), Text::clean("checkout page")),
        ];
    }
    conversation
}

/// What the service answers of it.
pub(crate) fn answer(of: &Conversation, more: u32) -> Value {
    let parties: Vec<Value> = of
        .participants
        .iter()
        .map(|party| {
            let attributes: serde_json::Map<String, Value> = party
                .attributes
                .iter()
                .map(|(key, value)| (key.to_string(), json!(value.as_str())))
                .collect();
            let legs: Vec<Value> = party
                .legs
                .iter()
                .map(|leg| json!({ "id": leg.id, "state": leg.state.word(), "connectedTime": leg.since,
                    "disconnectType": leg.disconnect, "messages": messages(of, party.purpose.is_customer(), more) }))
                .collect();
            json!({ "id": party.id, "purpose": party.purpose.word(), "name": party.name, "attributes": attributes, "messages": legs })
        })
        .collect();
    json!({ "id": of.id, "startTime": of.started, "participants": parties, "recordingState": "NONE" })
}

fn messages(of: &Conversation, is_customer: bool, more: u32) -> Vec<Value> {
    if !is_customer {
        return Vec::new();
    }
    (0..14 + more)
        .map(|at| json!({ "messageId": format!("m{at:02}"), "messageTime": of.started + SignedDuration::from_secs(i64::from(at)) }))
        .collect()
}

pub(crate) fn raw(desk: &Desk, more: u32) -> Fact {
    let conversation = conversation();
    let body = answer(&conversation, more);
    Fact::Raw {
        id: conversation.id,
        read: Arc::new(RawRead::new(desk.now, receipt(200, 212), body)),
    }
}

pub(crate) fn words(desk: &Desk) -> Fact {
    let line = |id: &str, at: i64, from, text: &str| TranscriptLine {
        id: Text::clean(id),
        at: Some(desk.now - SignedDuration::from_secs(at)),
        from,
        by_machine: false,
        form: None,
        text: Some(Text::clean(text)),
    };
    let lines = vec![
        line("m12", 22_000, Side::Customer, called(slot::SAID, SAID)),
        line(
            "m13",
            21_500,
            Side::Agent,
            called(
                slot::NOTE,
                "It left us on Monday. Reference canary RF-20931, three to five working days, and it may take longer.",
            ),
        ),
    ];
    Fact::Transcript {
        id: conversation().id,
        result: Ok(lines),
    }
}

pub(crate) fn requests(desk: &Desk) -> Fact {
    let id = conversation().id;
    let line = |number: u64, method: &str, path: String, by, status| RequestLine {
        number,
        at: desk.now - SignedDuration::from_secs(60 - i64::try_from(number).unwrap()),
        method: method.to_owned(),
        path,
        by,
        attempt: 1,
        receipt: receipt(status, 100 + number),
        trouble: None,
        passage: Passage::default(),
    };
    let lines = vec![
        line(
            1,
            "GET",
            format!("/api/v2/conversations/{id}"),
            Asker::Poll,
            200,
        ),
        line(
            2,
            "PATCH",
            format!("/api/v2/conversations/messages/{id}"),
            Asker::Run,
            429,
        ),
        line(
            3,
            "GET",
            format!("/api/v2/conversations/{id}"),
            Asker::Asked,
            200,
        ),
    ];
    Fact::Requests { id, lines }
}

/// The first chat is looked into, and everything about it was told.
pub(crate) fn look_into(desk: &mut Desk) {
    desk.keys("\r");
    let fact = reading(conversation(), desk.now);
    desk.fact(fact);
    let (raw, requests) = (raw(desk, 0), requests(desk));
    desk.fact(raw);
    desk.fact(requests);
}

/// What analytics recorded of the first chat: late, and of a flow whose words are somebody else's.
pub(crate) fn recorded(desk: &mut Desk) {
    let at = desk.now - SignedDuration::from_secs(8);
    let began = conversation().started;
    let leg = |purpose, ended| RecordedLeg {
        id: None,
        error: None,
        purpose,
        name: None,
        user: None,
        queue: None,
        flow: None,
        since: Some(began),
        ended,
        disconnect: None,
        is_wrap_up: false,
    };
    let flow = RecordedFlow {
        id: Some(Text::clean("f1")),
        name: Some(Text::clean(called(slot::BOT, "Inbound EU"))),
        version: Some(Text::clean(called(slot::ODD, "12.0"))),
        kind: Some(Text::clean(called(slot::REASON, "INBOUNDSHORTMESSAGE"))),
    };
    let recorded = Recorded {
        asked_at: at,
        ended: None,
        took_part: Some(true),
        inactivity_timeout: None,
        divisions: Vec::new(),
        address_to: None,
        legs: vec![
            leg(Purpose::Customer, None),
            RecordedLeg {
                flow: Some(flow),
                ..leg(Purpose::Bot, Some(began + SignedDuration::from_secs(9)))
            },
            leg(Purpose::Agent, None),
        ],
    };
    let listed = Listed {
        recorded: Some(Arc::new(recorded)),
        ..chats()[0].listed()
    };
    desk.fact(Fact::Listing(Listing::Page {
        rows: vec![listed],
        page: 1,
        total: 17,
    }));
}
