//! Metrics of one conversation, each told when it becomes known.
//!
//! Which of the platform's metrics a change makes known is the sandbox's own choice: those that the
//! legs of a web messaging conversation have.

use super::details::outcome;
use super::fitting::fitted;
use super::moment::Moment;
use crate::sandbox::api::picture::time;
use crate::sandbox::truth::Change;
use crate::sandbox::world::conversation::{Medium, Purpose};
use serde_json::{Value, json};
use uuid::Uuid;

/// The name of the topic.
pub(super) fn topic(conversation: Uuid) -> String {
    format!("v2.analytics.conversation.{conversation}.metrics")
}

/// The metrics that a change makes known, with their values.
pub(super) fn known(moment: &Moment<'_>) -> Vec<(&'static str, i64)> {
    let timed = |metric: &'static str, value: Option<i64>| value.map(|value| (metric, value));
    let found = match moment.purpose() {
        Some(Purpose::Acd) if moment.begins() => vec![Some(("nOffered", 1))],
        Some(Purpose::Acd) if moment.ends() => {
            let also = match outcome(moment) {
                "ANSWERED" => "tAnswered",
                "ABANDON" => "tAbandon",
                _ => "tFlowOut",
            };
            let waited = moment.connected_ms();
            vec![timed("tAcd", waited), timed(also, waited)]
        }
        Some(Purpose::Agent) if moment.answers() => vec![timed("tAlert", moment.alerting_ms())],
        Some(Purpose::Agent) if moment.ends() => agent_left(moment),
        Some(Purpose::Agent) if moment.truth.what == Change::WrapUpDone => {
            let work = moment.after_call_work_ms();
            let talk = moment.connected_ms();
            let handle = work.and_then(|work| Some(work.saturating_add(talk?)));
            vec![timed("tAcw", work), timed("tHandle", handle)]
        }
        _ => Vec::new(),
    };
    found.into_iter().flatten().collect()
}

/// An agent who answered has talked; one who did not has let it ring. Handling is over unless
/// after-call work is owed.
fn agent_left(moment: &Moment<'_>) -> Vec<Option<(&'static str, i64)>> {
    let Some(talk) = moment.connected_ms() else {
        let rang = moment.alerting_ms();
        return vec![
            rang.map(|rang| ("tAlert", rang)),
            rang.map(|rang| ("tNotResponding", rang)),
        ];
    };
    let owes = moment.party.is_some_and(|party| party.wrap_up.is_owed());
    let transferred = moment.ending() == Some("transfer");
    vec![
        Some(("tTalkComplete", talk)),
        (!owes).then_some(("tHandle", talk)),
        transferred.then_some(("nTransferred", 1)),
    ]
}

/// `ConversationMetricRecord`.
pub(super) fn record(moment: &Moment<'_>, (metric, value): (&str, i64), id: Uuid) -> Value {
    let (from, to) = moment.addresses();
    let code = moment.party.and_then(|party| party.wrap_up.code.as_ref());
    let code = code.filter(|_| moment.truth.what == Change::WrapUpDone);
    let medium = moment.leg.map_or(Medium::Message, |leg| leg.medium);
    let record = json!({
        "recordId": id,
        "metric": metric,
        "metricDate": time(moment.truth.at),
        "value": value,
        "conversationId": moment.one.id,
        "conversationInitiator": "customer",
        "originatingDirection": "inbound",
        "direction": "inbound",
        "mediaType": medium.analytics_word(),
        "messageType": (medium == Medium::Message).then(|| moment.one.message_type.word()),
        "divisionIds": [moment.division()],
        "participantName": moment.party.map(|party| &party.name),
        "purpose": moment.purpose().map(Purpose::word),
        "sessionId": moment.leg.map(|leg| leg.id),
        "queueId": moment.queue_id(),
        "userId": moment.party.and_then(|party| party.user),
        "disconnectType": moment.ending(),
        "wrapUpCode": code.map(|code| &code.id),
        "addressFrom": from,
        "addressTo": to,
    });
    fitted("ConversationMetricsTopicConversationMetricRecord", record)
}
