//! How analytics writes a conversation down: `AnalyticsConversation` with its sessions and segments.
//!
//! Written straight from the world, member by member: a page of a hundred is mostly this.

use super::metrics::Measure;
use super::sight::{Seen, Segment};
use crate::sandbox::exchange::Answer;
use crate::sandbox::world::conversation::{
    Attributes, Disconnect, Leg, Medium, Participant, Purpose,
};
use jiff::Timestamp;
use serde::ser::{Serialize, SerializeMap, Serializer};

/// A conversation as it is written.
#[derive(Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) seen: Seen<'a>,
    /// Whether the participants' data is told, as jobs do.
    pub(super) with_attributes: bool,
}

/// 200 with something that is written without being a `Value` first. It has no nulls.
pub(super) fn answer(body: &impl Serialize) -> Answer {
    let text = serde_json::to_string(body).unwrap_or_default();
    Answer::text(200, "application/json", text)
}

/// A time as the platform writes it.
pub(super) struct Moment(pub(super) Timestamp);

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&format_args!("{:.3}", self.0))
    }
}

/// What is written one after the other, made anew each time it is asked for.
struct Each<F>(F);

impl<I: Iterator<Item: Serialize>, F: Fn() -> I> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq((self.0)())
    }
}

/// The members of one object. What is absent is left out.
struct Members<M>(M);

impl<M: SerializeMap> Members<M> {
    fn add(&mut self, name: &'static str, value: &impl Serialize) -> Result<(), M::Error> {
        self.0.serialize_entry(name, value)
    }

    fn maybe(&mut self, name: &'static str, value: Option<impl Serialize>) -> Result<(), M::Error> {
        value.map_or(Ok(()), |value| self.add(name, &value))
    }
}

fn members<S: Serializer>(to: S) -> Result<Members<S::SerializeMap>, S::Error> {
    to.serialize_map(None).map(Members)
}

impl Serialize for Record<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self {
            seen,
            with_attributes,
        } = *self;
        let ended = seen.ended();
        let timer = seen.one.inactivity_timeout.filter(|_| ended.is_none());
        let parties = Each(|| {
            seen.participants().map(|party| Joined {
                seen,
                party,
                with_attributes,
            })
        });
        let mut members = members(to)?;
        members.add("conversationId", &seen.one.id)?;
        members.add("conversationStart", &Moment(seen.one.started))?;
        members.maybe("conversationEnd", ended.map(Moment))?;
        members.add("conversationInitiator", &seen.initiator())?;
        members.add("originatingDirection", &"inbound")?;
        members.add("customerParticipation", &seen.customer_took_part())?;
        members.add("divisionIds", &[seen.division()])?;
        members.maybe("inactivityTimeout", timer.map(Moment))?;
        members.add("participants", &parties)?;
        members.0.end()
    }
}

#[derive(Clone, Copy)]
struct Joined<'a> {
    seen: Seen<'a>,
    party: &'a Participant,
    with_attributes: bool,
}

impl Serialize for Joined<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { seen, party, .. } = *self;
        let none = Attributes::new();
        let attributes = party.attributes.as_deref().unwrap_or(&none);
        let attributes = self.with_attributes.then_some(attributes);
        let sessions = Each(|| seen.legs(party).map(|leg| Session { seen, party, leg }));
        let mut members = members(to)?;
        members.add("participantId", &party.id)?;
        members.add("participantName", &party.name)?;
        members.add("purpose", &party.purpose.word())?;
        members.maybe("userId", party.user)?;
        members.maybe("attributes", attributes)?;
        members.add("sessions", &sessions)?;
        members.0.end()
    }
}

#[derive(Clone, Copy)]
struct Session<'a> {
    seen: Seen<'a>,
    party: &'a Participant,
    leg: &'a Leg,
}

impl Serialize for Session<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { seen, party, leg } = *self;
        let guest = seen.one.participants.first();
        let segments = Each(|| {
            let all = seen.of_leg(party, leg);
            all.map(|segment| Written { seen, segment })
        });
        let mut members = members(to)?;
        members.add("sessionId", &leg.id)?;
        let is_message = leg.medium == Medium::Message;
        let kind = is_message.then(|| seen.one.message_type.word());
        members.add("mediaType", &leg.medium.analytics_word())?;
        members.maybe("messageType", kind)?;
        members.add("provider", &seen.directory.provider)?;
        members.add("direction", &"inbound")?;
        members.maybe("addressFrom", guest.map(|guest| guest.id))?;
        members.add("addressTo", &seen.one.deployment)?;
        members.add("authenticated", &false)?;
        members.maybe("cleared", seen.cleared(leg).then_some(true))?;
        members.maybe("monitoredParticipantId", party.monitors)?;
        members.maybe("flow", party.flow.map(|_| Flow(*self)))?;
        members.add("metrics", &seen.measures(party, leg))?;
        members.add("segments", &segments)?;
        members.0.end()
    }
}

/// The flow that ran a session.
struct Flow<'a>(Session<'a>);

impl Serialize for Flow<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Session { seen, party, leg } = self.0;
        let kind = if party.purpose == Purpose::Botflow {
            "DIGITALBOT"
        } else {
            "INBOUNDSHORTMESSAGE"
        };
        let target = seen.transfer_target(party, leg);
        let mut members = members(to)?;
        members.maybe("flowId", party.flow)?;
        members.add("flowName", &party.name)?;
        members.add("flowType", &kind)?;
        members.maybe("exitReason", seen.exit_reason(party, leg))?;
        members.maybe("transferType", target.map(|_| "ACD"))?;
        members.maybe("transferTargetName", target.map(|queue| &queue.name))?;
        members.maybe("transferTargetAddress", target.map(|queue| queue.id))?;
        members.0.end()
    }
}

/// A segment as it is written.
struct Written<'a> {
    seen: Seen<'a>,
    segment: Segment<'a>,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Self { seen, segment } = self;
        let code = segment.wrap_up_code();
        let how = segment.how.map(Disconnect::analytics_word);
        let queue = seen.queue(segment.party).map(|queue| queue.id);
        let mut members = members(to)?;
        members.add("segmentType", &segment.kind)?;
        members.add("segmentStart", &Moment(segment.start))?;
        members.maybe("segmentEnd", segment.end.map(Moment))?;
        members.maybe("disconnectType", how)?;
        members.maybe("errorCode", segment.error_code())?;
        members.maybe("queueId", queue)?;
        members.maybe("wrapUpCode", code.map(|code| &code.id))?;
        members.maybe("wrapUpNote", code.and_then(|code| code.notes.as_ref()))?;
        members.add("conference", &false)?;
        members.0.end()
    }
}

impl Serialize for Measure {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut members = members(to)?;
        members.add("name", &self.metric.word())?;
        members.add("emitDate", &Moment(self.at))?;
        members.add("value", &self.value)?;
        members.0.end()
    }
}
