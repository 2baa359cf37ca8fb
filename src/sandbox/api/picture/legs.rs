//! One leg: messages with everything the platform tells of them, callbacks and calls in short.

use super::parties::{after_call_work_end, wrap_up};
use super::{Lens, maybe_time};
use crate::sandbox::world::conversation::{Conversation, Leg, Participant, WrapUp};
use serde_json::{Value, json};

impl Leg {
    pub(super) fn parked_since(&self) -> Option<jiff::Timestamp> {
        self.parked
            .filter(|_| self.is_parked())
            .map(|(since, _)| since)
    }

    pub(super) fn parked_until(&self) -> Option<jiff::Timestamp> {
        self.parked
            .filter(|_| self.is_parked())
            .map(|(_, until)| until)
    }
}

impl Lens<'_> {
    /// `Message`.
    pub(super) fn leg(self, one: &Conversation, party: &Participant, leg: &Leg) -> Value {
        let last = party.last_leg().is_some_and(|last| last.id == leg.id);
        let nothing = WrapUp::default();
        let after_call_work = if last { &party.wrap_up } else { &nothing };
        json!({
            "id": leg.id,
            "state": leg.state(),
            "initialState": initial(leg),
            "direction": "inbound",
            "held": false,
            "provider": self.directory.provider,
            "type": one.message_type.word(),
            "authenticated": false,
            "errorInfo": leg.broken.then(error),
            "startAlertingTime": maybe_time(leg.alerting),
            "connectedTime": maybe_time(leg.connected),
            "disconnectedTime": maybe_time(leg.ended.map(|(at, _)| at)),
            "disconnectType": leg.ended.map(|(_, how)| how.word()),
            "parkTime": maybe_time(leg.parked_since()),
            "resumeTime": maybe_time(leg.parked_until()),
            "toAddress": to_address(one),
            "fromAddress": from_address(one),
            "messages": self.messages(one, party, leg),
            "wrapup": wrap_up(after_call_work),
            "afterCallWork": {
                "state": after_call_work_state(after_call_work),
                "startTime": maybe_time(after_call_work.started),
                "endTime": maybe_time(after_call_work_end(after_call_work)),
            },
            "afterCallWorkRequired": party.wrap_up.required,
        })
    }
}

pub(super) fn to_address(one: &Conversation) -> Value {
    json!({ "addressNormalized": one.deployment })
}

/// `Callback`.
pub(super) fn callback(one: &Conversation, leg: &Leg) -> Value {
    let customer = one.participants.first().map(|party| &party.name);
    json!({
        "id": leg.id,
        "state": leg.state(),
        "initialState": initial(leg),
        "direction": "inbound",
        "held": false,
        "disconnectType": other_medium_word(leg),
        "connectedTime": maybe_time(leg.connected),
        "disconnectedTime": maybe_time(leg.ended.map(|(at, _)| at)),
        "callbackNumbers": ["+3185550100"],
        "callbackUserName": customer,
        "provider": "PureCloud Callback",
    })
}

/// `Call`.
pub(super) fn call(leg: &Leg) -> Value {
    json!({
        "id": leg.id,
        "state": leg.state(),
        "initialState": initial(leg),
        "direction": "inbound",
        "held": false,
        "muted": false,
        "confined": false,
        "recording": false,
        "recordingState": "none",
        "disconnectType": other_medium_word(leg),
        "connectedTime": maybe_time(leg.connected),
        "disconnectedTime": maybe_time(leg.ended.map(|(at, _)| at)),
        "provider": "Edge",
    })
}

/// How a leg of another medium ended: these media know fewer words than messages do.
fn other_medium_word(leg: &Leg) -> Option<&'static str> {
    let (_, how) = leg.ended?;
    Some(match how.word() {
        "session.expired" | "inactivity" | "takeover" => "system",
        word => word,
    })
}

/// `ErrorBody` of a leg in error.
pub(super) fn error() -> Value {
    json!({ "code": "internal.server.error", "message": "The communication is in an error state." })
}

fn initial(leg: &Leg) -> &'static str {
    if leg.alerting.is_some() {
        "alerting"
    } else {
        "connected"
    }
}

pub(super) fn from_address(one: &Conversation) -> Value {
    let guest = one.participants.first();
    json!({ "name": guest.map(|party| &party.name), "addressNormalized": guest.map(|party| party.id) })
}

fn after_call_work_state(wrap_up: &WrapUp) -> &'static str {
    if wrap_up.is_owed() {
        "pending"
    } else if wrap_up.skipped {
        "skipped"
    } else if wrap_up.code.is_some() {
        "complete"
    } else {
        "notApplicable"
    }
}
