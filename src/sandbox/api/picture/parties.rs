//! One party in each of the two shapes.

use super::{Lens, maybe_time, reference, time};
use crate::sandbox::world::conversation::{
    Conversation, Leg, Medium, Participant, Purpose, WrapUp,
};
use crate::sandbox::world::directory::Queue;
use jiff::Timestamp;
use serde_json::{Value, json};

impl<'a> Lens<'a> {
    fn queue(self, party: &Participant) -> Option<&'a Queue> {
        self.directory.queues.get(party.queue?)
    }

    /// How long an agent is alerted; nobody else is.
    fn alerting_ms(self, party: &Participant) -> Option<u32> {
        let queue = self
            .queue(party)
            .filter(|_| party.purpose == Purpose::Agent);
        queue.map(|queue| queue.alerting_seconds.saturating_mul(1000))
    }

    /// `Participant`.
    pub(super) fn participant(self, one: &Conversation, party: &Participant) -> Value {
        let queue = self.queue(party);
        let of = |medium| party.legs.iter().filter(move |leg| leg.medium == medium);
        let messages: Vec<Value> = of(Medium::Message)
            .map(|leg| self.leg(one, party, leg))
            .collect();
        let callbacks: Vec<Value> = of(Medium::Callback)
            .map(|leg| super::legs::callback(one, leg))
            .collect();
        let calls: Vec<Value> = of(Medium::Call).map(super::legs::call).collect();
        json!({
            "id": party.id,
            "startTime": time(party.joined),
            "endTime": maybe_time(party.ended().map(|(at, _)| at)),
            "connectedTime": maybe_time(party.last_leg().or(party.legs.last()).and_then(|leg| leg.connected)),
            "name": party.name,
            "userId": party.user,
            "userUri": party.user.map(|id| format!("/api/v2/users/{id}")),
            "queueId": queue.map(|queue| queue.id),
            "queueName": queue.map(|queue| &queue.name),
            "purpose": party.purpose.word(),
            "wrapupRequired": party.wrap_up.required,
            "wrapupPrompt": prompt(party),
            "wrapupTimeoutMs": wrap_up_timeout(party),
            "wrapupSkipped": party.wrap_up.skipped.then_some(true),
            "wrapup": wrap_up(&party.wrap_up),
            "alertingTimeoutMs": self.alerting_ms(party),
            "startAcwTime": maybe_time(party.wrap_up.started),
            "endAcwTime": maybe_time(after_call_work_end(&party.wrap_up)),
            "monitoredParticipantId": party.monitors,
            "attributes": attributes(party),
            "messages": messages,
            "callbacks": some(callbacks),
            "calls": some(calls),
        })
    }

    /// `MessageMediaParticipant`.
    pub(super) fn media_participant(self, one: &Conversation, party: &Participant) -> Value {
        let leg = party.last_leg();
        let ended = leg.and_then(|leg| leg.ended);
        let user = party.user.map(
            |id| json!({ "id": id, "name": party.name, "selfUri": format!("/api/v2/users/{id}") }),
        );
        json!({
            "id": party.id,
            "name": party.name,
            "startTime": time(party.joined),
            "startAlertingTime": maybe_time(leg.and_then(|leg| leg.alerting)),
            "connectedTime": maybe_time(leg.and_then(|leg| leg.connected)),
            "endTime": maybe_time(ended.map(|(at, _)| at)),
            "purpose": party.purpose.word(),
            "state": leg.map(Leg::state),
            "direction": "inbound",
            "disconnectType": ended.map(|(_, how)| how.word()),
            "errorInfo": leg.filter(|leg| leg.broken).map(|_| super::legs::error()),
            "held": false,
            "wrapupRequired": party.wrap_up.required,
            "wrapupPrompt": prompt(party),
            "wrapupTimeoutMs": wrap_up_timeout(party),
            "wrapupSkipped": party.wrap_up.skipped.then_some(true),
            "wrapup": wrap_up(&party.wrap_up),
            "alertingTimeoutMs": self.alerting_ms(party),
            "startAcwTime": maybe_time(party.wrap_up.started),
            "endAcwTime": maybe_time(after_call_work_end(&party.wrap_up)),
            "user": user,
            "queue": self.queue(party).map(|queue| reference(queue, "routing/queues")),
            "attributes": attributes(party),
            "provider": self.directory.provider,
            "type": one.message_type.word(),
            "authenticated": false,
            "parkTime": maybe_time(leg.and_then(Leg::parked_since)),
            "resumeTime": maybe_time(leg.and_then(Leg::parked_until)),
            "monitoredParticipantId": party.monitors,
            "toAddress": super::legs::to_address(one),
            "fromAddress": super::legs::from_address(one),
            "messages": leg.map(|leg| self.messages(one, party, leg)),
        })
    }
}

/// A list, or nothing where it is empty: most conversations have no other media.
fn some(list: Vec<Value>) -> Value {
    if list.is_empty() {
        Value::Null
    } else {
        Value::Array(list)
    }
}

fn attributes(party: &Participant) -> Value {
    party
        .attributes
        .as_ref()
        .map_or_else(|| json!({}), |all| json!(all))
}

fn prompt(party: &Participant) -> Option<&'static str> {
    (party.purpose == Purpose::Agent).then(|| party.wrap_up.prompt.participant_word())
}

fn wrap_up_timeout(party: &Participant) -> Option<u32> {
    (party.purpose == Purpose::Agent).then_some(party.wrap_up.timeout_ms)
}

/// After-call work ends only where it began; a code that came earlier ends nothing.
pub(super) fn after_call_work_end(wrap_up: &WrapUp) -> Option<Timestamp> {
    wrap_up.started.and(wrap_up.ended)
}

/// `Wrapup`: the code that settled it, or what was noted until then.
pub(super) fn wrap_up(wrap_up: &WrapUp) -> Value {
    let settled = wrap_up.code.as_ref().filter(|_| wrap_up.ended.is_some());
    let noted = wrap_up
        .provisional
        .as_ref()
        .filter(|_| wrap_up.ended.is_none());
    settled.or(noted).map_or(Value::Null, |code| {
        json!({
            "code": (!code.id.is_empty()).then_some(&code.id),
            "name": (!code.name.is_empty()).then_some(&code.name),
            "notes": code.notes,
            "tags": (!code.tags.is_empty()).then_some(&code.tags),
            "durationSeconds": code.duration_seconds,
            "endTime": maybe_time(wrap_up.ended),
            "provisional": settled.is_none().then_some(true),
        })
    })
}
