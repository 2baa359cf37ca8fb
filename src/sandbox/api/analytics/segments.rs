//! Participants, sessions and segments: analytics' words for what the legs did.

use super::maybe_time;
use crate::sandbox::api::picture::time;
use crate::sandbox::world::conversation::{
    Conversation, Disconnect, Leg, Participant, Purpose, Side,
};
use crate::sandbox::world::directory::Directory;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What analytics can see of the world.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) directory: &'a Directory,
    /// Facts younger than this are not seen yet.
    pub(super) horizon: Timestamp,
}

/// One segment of one leg.
#[derive(Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) party: &'a Participant,
    pub(super) kind: &'static str,
    start: Timestamp,
    pub(super) end: Option<Timestamp>,
    pub(super) how: Option<Disconnect>,
}

impl<'a> Sight<'a> {
    pub(super) fn sees(self, one: &Conversation) -> bool {
        one.started <= self.horizon
    }

    fn seen(self, at: Option<Timestamp>) -> Option<Timestamp> {
        at.filter(|at| *at <= self.horizon)
    }

    pub(super) fn ended(self, one: &Conversation) -> Option<Timestamp> {
        self.seen(one.ended)
    }

    pub(super) fn customer_took_part(self, one: &Conversation) -> bool {
        let mut messages = one.messages.iter();
        messages.any(|message| message.side == Side::Customer && message.at <= self.horizon)
    }

    /// Every segment that is seen, participant by participant.
    pub(super) fn segments(self, one: &'a Conversation) -> impl Iterator<Item = Segment<'a>> {
        let legs = one
            .participants
            .iter()
            .flat_map(|party| party.legs.iter().map(move |leg| (party, leg)));
        legs.flat_map(move |(party, leg)| self.of_leg(party, leg))
            .flatten()
    }

    /// Alerting, then talking, then parked, then wrap-up; each where it happened.
    fn of_leg(self, party: &'a Participant, leg: &'a Leg) -> [Option<Segment<'a>>; 4] {
        let ended = self.seen(leg.ended.map(|(at, _)| at));
        let how = ended.and(leg.ended).map(|(_, how)| how);
        let segment = |kind, start: Option<Timestamp>, end, how| {
            self.seen(start).map(|start| Segment {
                party,
                kind,
                start,
                end,
                how,
            })
        };
        let connected = self.seen(leg.connected);
        let parked = self.seen(leg.parked.map(|(since, _)| since));
        let answered = connected.or(ended);
        let alert_how = if connected.is_some() { None } else { how };
        let talk_how = if parked.is_some() { None } else { how };
        let last = party.legs.last().is_some_and(|last| last.id == leg.id);
        let wrap_up = party.wrap_up.started.filter(|_| last);
        [
            segment("alert", leg.alerting, answered, alert_how),
            segment("interact", leg.connected, parked.or(ended), talk_how),
            segment("parked", parked, ended, how),
            segment("wrapup", wrap_up, self.seen(party.wrap_up.ended), None),
        ]
    }

    /// `AnalyticsConversationWithoutAttributes`.
    pub(super) fn details(self, one: &Conversation) -> Value {
        let seen = one
            .participants
            .iter()
            .filter(|party| party.joined <= self.horizon);
        let participants: Vec<Value> = seen.map(|party| self.participant(one, party)).collect();
        json!({
            "conversationId": one.id,
            "conversationStart": time(one.started),
            "conversationEnd": maybe_time(self.ended(one)),
            "conversationInitiator": "customer",
            "originatingDirection": "inbound",
            "customerParticipation": self.customer_took_part(one),
            "divisionIds": [self.directory.division.id],
            "inactivityTimeout": maybe_time(one.inactivity_timeout.filter(|_| self.ended(one).is_none())),
            "participants": participants,
        })
    }

    fn participant(self, one: &Conversation, party: &Participant) -> Value {
        let legs = party
            .legs
            .iter()
            .filter(|leg| self.seen(leg.began()).is_some());
        let legs: Vec<Value> = legs.map(|leg| self.leg(one, party, leg)).collect();
        json!({
            "participantId": party.id,
            "participantName": party.name,
            "purpose": party.purpose.word(),
            "userId": party.user,
            "sessions": legs,
        })
    }

    fn leg(self, one: &Conversation, party: &Participant, leg: &Leg) -> Value {
        let segments = self.of_leg(party, leg).into_iter().flatten();
        let segments: Vec<Value> = segments.map(|segment| self.segment(&segment)).collect();
        let flow = party.flow.map(|id| {
            let kind = if party.purpose == Purpose::Botflow {
                "DIGITALBOT"
            } else {
                "INBOUNDSHORTMESSAGE"
            };
            json!({ "flowId": id, "flowName": party.name, "flowType": kind })
        });
        json!({
            "sessionId": leg.id,
            "mediaType": "message",
            "messageType": "webmessaging",
            "provider": "PureCloud Messaging",
            "direction": "inbound",
            "addressFrom": one.participants.first().map(|guest| guest.id),
            "addressTo": self.directory.deployment.id,
            "authenticated": false,
            "flow": flow,
            "segments": segments,
        })
    }

    fn segment(self, segment: &Segment<'_>) -> Value {
        let wrap_up = segment.party.wrap_up.code.as_ref();
        let wrap_up = wrap_up.filter(|_| segment.kind == "wrapup" && segment.end.is_some());
        json!({
            "segmentType": segment.kind,
            "segmentStart": time(segment.start),
            "segmentEnd": maybe_time(segment.end),
            "disconnectType": segment.how.map(Disconnect::analytics_word),
            "queueId": self.queue_id(segment.party),
            "wrapUpCode": wrap_up.map(|code| &code.id),
            "wrapUpNote": wrap_up.and_then(|code| code.notes.as_ref()),
            "conference": false,
        })
    }

    pub(super) fn queue_id(self, party: &Participant) -> Option<String> {
        let queue = self.directory.queues.get(party.queue?)?;
        Some(queue.id.to_string())
    }
}
