//! Detail events: what happened in one conversation, change by change, in analytics' capitals.

use super::fitting::fitted;
use super::moment::Moment;
use crate::sandbox::api::document::DOCUMENT;
use crate::sandbox::truth::Change;
use crate::sandbox::world::conversation::{Leg, Medium, Purpose};
use serde_json::{Map, Value, json};
use uuid::Uuid;

const BEGINS: &str = "v2.detail.events.conversation.";

/// The last words of the topics that a change is told on.
pub(super) fn words(moment: &Moment<'_>) -> Vec<&'static str> {
    let Some(purpose) = moment.purpose() else {
        return Vec::new();
    };
    if moment.begins() || moment.ends() {
        let (start, end) = match purpose {
            Purpose::Customer => ("customer.start", "customer.end"),
            Purpose::Acd => ("acd.start", "acd.end"),
            Purpose::Workflow | Purpose::Botflow => ("flow.start", "flow.end"),
            Purpose::Agent | Purpose::User => ("user.start", "user.end"),
        };
        return vec![if moment.ends() { end } else { start }];
    }
    match moment.truth.what {
        Change::AttributesChanged => vec!["attributes"],
        Change::WrapUpDone => {
            // After-call work is told where there was some, a code where one was chosen.
            let work = moment.after_call_work_ms().map(|_| "acw");
            let code = moment.party.and_then(|party| party.wrap_up.code.as_ref());
            work.into_iter().chain(code.map(|_| "wrapup")).collect()
        }
        _ => Vec::new(),
    }
}

/// The name of a topic about one conversation.
pub(super) fn topic(conversation: Uuid, word: &str) -> String {
    format!("{BEGINS}{conversation}.{word}")
}

/// The event of one of these topics; members that its definition does not have are left out.
pub(super) fn event(moment: &Moment<'_>, word: &str) -> Value {
    let mut members = shared(moment);
    members.extend(own(moment, word));
    let members: Map<String, Value> = members
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    let pattern = format!("{BEGINS}{{id}}.{word}");
    let mut topics = DOCUMENT.topics.iter();
    let definition = topics.find(|one| one.topic == pattern);
    let definition = definition.map_or("", |one| one.payload.as_str());
    fitted(definition, Value::Object(members))
}

/// What most of them say.
fn shared(moment: &Moment<'_>) -> Vec<(&'static str, Value)> {
    let (from, to) = moment.addresses();
    vec![
        ("eventTime", json!(moment.truth.at.as_millisecond())),
        ("conversationId", json!(moment.one.id)),
        ("participantId", json!(moment.truth.participant)),
        ("sessionId", json!(moment.leg.map(|leg| leg.id))),
        ("mediaType", json!(capital_medium(moment.leg))),
        ("messageType", json!(message_type(moment))),
        ("provider", json!(moment.directory.provider)),
        ("direction", json!("INBOUND")),
        ("addressFrom", from),
        ("addressTo", to),
        ("divisionId", json!(moment.division())),
        ("queueId", json!(moment.queue_id())),
        ("userId", json!(moment.party.and_then(|party| party.user))),
        ("flowId", json!(moment.party.and_then(|party| party.flow))),
        ("conversationExternalContactIds", json!([])),
        ("conversationExternalOrganizationIds", json!([])),
    ]
}

/// Without a leg it is about the messages.
fn capital_medium(leg: Option<&Leg>) -> String {
    let medium = leg.map_or(Medium::Message, |leg| leg.medium);
    medium.analytics_word().to_uppercase()
}

fn message_type(moment: &Moment<'_>) -> Option<String> {
    let is_message = moment.leg.is_none_or(|leg| leg.medium == Medium::Message);
    is_message.then(|| moment.one.message_type.word().to_uppercase())
}

/// What only some of them say.
fn own(moment: &Moment<'_>, word: &str) -> Vec<(&'static str, Value)> {
    let ending = json!(moment.ending().map(capitals));
    let connected = json!(moment.connected_ms());
    match word {
        "customer.end" => vec![
            ("disconnectType", ending),
            ("interactingDurationMs", connected),
        ],
        "acd.end" => {
            let agent = moment.answered_by();
            vec![
                ("disconnectType", ending),
                ("connectedDurationMs", connected),
                ("acdOutcome", json!(outcome(moment))),
                ("answeredUserId", json!(agent.and_then(|one| one.user))),
            ]
        }
        "user.end" => vec![
            ("disconnectType", ending),
            ("interactingDurationMs", connected),
            ("alertingDurationMs", json!(moment.alerting_ms())),
        ],
        "flow.start" => vec![("flowType", json!(flow_type(moment)))],
        "flow.end" => {
            let (reason, transfer) = exit(moment.ending());
            vec![
                ("flowType", json!(flow_type(moment))),
                ("disconnectType", ending),
                ("connectedDurationMs", connected),
                ("exitReason", json!(reason)),
                ("transferType", json!(transfer)),
            ]
        }
        "acw" | "wrapup" => {
            let code = moment.party.and_then(|party| party.wrap_up.code.as_ref());
            vec![
                ("wrapupCode", json!(code.map(|code| &code.id))),
                (
                    "wrapupNotes",
                    json!(code.and_then(|code| code.notes.as_ref())),
                ),
                ("wrapupDurationMs", json!(moment.after_call_work_ms())),
            ]
        }
        "attributes" => {
            let party = moment.party;
            let joined = party.map(|party| party.joined.as_millisecond());
            let legs = party.into_iter().flat_map(|party| &party.legs);
            let legs =
                legs.map(|leg| json!({ "id": leg.id, "mediaType": capital_medium(Some(leg)) }));
            vec![
                (
                    "attributes",
                    json!(party.and_then(|one| one.attributes.as_ref())),
                ),
                ("communications", json!(legs.collect::<Vec<Value>>())),
                ("participantStartTime", json!(joined)),
            ]
        }
        _ => Vec::new(),
    }
}

/// How the wait in a queue came out.
pub(super) fn outcome(moment: &Moment<'_>) -> &'static str {
    if moment.answered_by().is_some() {
        return "ANSWERED";
    }
    let is_transfer = moment.ending().is_some_and(|how| how.contains("ransfer"));
    if is_transfer { "FLOW_OUT" } else { "ABANDON" }
}

fn flow_type(moment: &Moment<'_>) -> Option<&'static str> {
    match moment.purpose()? {
        Purpose::Botflow => Some("DIGITALBOT"),
        Purpose::Workflow => Some("INBOUNDSHORTMESSAGE"),
        _ => None,
    }
}

/// Why a flow was left, and where to.
fn exit(ending: Option<&str>) -> (Option<&'static str>, Option<&'static str>) {
    match ending {
        None => (None, None),
        Some("transfer") => (Some("TRANSFER"), Some("ACD")),
        Some("system") => (Some("FLOW_DISCONNECT"), None),
        Some("error") => (Some("FLOW_ERROR_DISCONNECT"), None),
        Some("sessionExpired") => (Some("SESSION_EXPIRE_DISCONNECT"), None),
        Some(_) => (Some("DISCONNECT"), None),
    }
}

/// `sessionExpired` becomes `SESSION_EXPIRED`.
fn capitals(word: &str) -> String {
    word.chars().fold(String::new(), |mut text, letter| {
        if letter.is_ascii_uppercase() {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
        text
    })
}
