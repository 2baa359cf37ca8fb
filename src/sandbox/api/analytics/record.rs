//! How analytics writes a conversation down: `AnalyticsConversation` with its sessions and segments.

use super::metrics::Measure;
use super::sight::{Seen, Segment};
use crate::sandbox::api::picture::time;
use crate::sandbox::world::conversation::{Disconnect, Leg, Participant, Purpose};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A time, or nothing.
fn maybe_time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, time)
}

impl Seen<'_> {
    /// `AnalyticsConversation`, or `AnalyticsConversationWithoutAttributes`.
    pub(super) fn record(self, with_attributes: bool) -> Value {
        let participants: Vec<Value> = self
            .participants()
            .map(|party| self.participant(party, with_attributes))
            .collect();
        let timer = self
            .one
            .inactivity_timeout
            .filter(|_| self.ended().is_none());
        json!({
            "conversationId": self.one.id,
            "conversationStart": time(self.one.started),
            "conversationEnd": maybe_time(self.ended()),
            "conversationInitiator": self.initiator(),
            "originatingDirection": "inbound",
            "customerParticipation": self.customer_took_part(),
            "divisionIds": [self.directory.division.id],
            "inactivityTimeout": maybe_time(timer),
            "participants": participants,
        })
    }

    fn participant(self, party: &Participant, with_attributes: bool) -> Value {
        let legs: Vec<Value> = self
            .legs(party)
            .map(|leg| self.session(party, leg))
            .collect();
        json!({
            "participantId": party.id,
            "participantName": party.name,
            "purpose": party.purpose.word(),
            "userId": party.user,
            "attributes": with_attributes.then(|| json!({})),
            "sessions": legs,
        })
    }

    fn session(self, party: &Participant, leg: &Leg) -> Value {
        let segments: Vec<Value> = self
            .of_leg(party, leg)
            .map(|segment| self.segment(&segment))
            .collect();
        let metrics: Vec<Value> = self.measures(party, leg).iter().map(measure).collect();
        json!({
            "sessionId": leg.id,
            "mediaType": "message",
            "messageType": "webmessaging",
            "provider": "PureCloud Messaging",
            "direction": "inbound",
            "addressFrom": self.one.participants.first().map(|guest| guest.id),
            "addressTo": self.one.deployment,
            "authenticated": false,
            "flow": self.flow(party, leg),
            "metrics": metrics,
            "segments": segments,
        })
    }

    fn flow(self, party: &Participant, leg: &Leg) -> Value {
        let Some(id) = party.flow else {
            return Value::Null;
        };
        let kind = if party.purpose == Purpose::Botflow {
            "DIGITALBOT"
        } else {
            "INBOUNDSHORTMESSAGE"
        };
        let target = self.transfer_target(party, leg);
        json!({
            "flowId": id,
            "flowName": party.name,
            "flowType": kind,
            "exitReason": self.exit_reason(party, leg),
            "transferType": target.map(|_| "ACD"),
            "transferTargetName": target.map(|queue| &queue.name),
            "transferTargetAddress": target.map(|queue| queue.id),
        })
    }

    fn segment(self, segment: &Segment<'_>) -> Value {
        let wrap_up = segment.wrap_up_code();
        json!({
            "segmentType": segment.kind,
            "segmentStart": time(segment.start),
            "segmentEnd": maybe_time(segment.end),
            "disconnectType": segment.how.map(Disconnect::analytics_word),
            "queueId": self.queue(segment.party).map(|queue| queue.id),
            "wrapUpCode": wrap_up.map(|code| &code.id),
            "wrapUpNote": wrap_up.and_then(|code| code.notes.as_ref()),
            "conference": false,
        })
    }
}

fn measure(one: &Measure) -> Value {
    json!({ "name": one.metric.word(), "emitDate": time(one.at), "value": one.value })
}
