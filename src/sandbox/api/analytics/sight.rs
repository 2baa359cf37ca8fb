//! What analytics can see of a conversation: the facts that have reached its index, as segments.
//!
//! Every fact carries its own time, so lateness is a horizon behind which no fact is seen. A stray's
//! horizon stands still. No wire shape here: `record.rs` writes what is seen, `filters.rs` asks it.

use super::metrics::exact;
use super::record::Record;
use crate::sandbox::world::conversation::{
    ChosenCode, Conversation, Disconnect, Leg, Participant, Purpose, Side, Stray, Straying,
};
use crate::sandbox::world::directory::{Directory, Queue};
use jiff::Timestamp;
use uuid::Uuid;

/// What analytics can see of the world.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    pub(super) directory: &'a Directory,
    /// Facts younger than this are not seen yet.
    pub(super) horizon: Timestamp,
}

/// One conversation as the index knows it.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    pub(super) one: &'a Conversation,
    pub(super) directory: &'a Directory,
    horizon: Timestamp,
    /// The index takes it for over since then, and is wrong.
    over: Option<Timestamp>,
}

/// One segment of one leg.
#[derive(Clone, Copy)]
pub(super) struct Segment<'a> {
    pub(super) party: &'a Participant,
    pub(super) leg: &'a Leg,
    /// In the words of `AnalyticsConversationSegment.segmentType`.
    pub(super) kind: &'static str,
    pub(super) start: Timestamp,
    pub(super) end: Option<Timestamp>,
    pub(super) how: Option<Disconnect>,
}

impl<'a> Sight<'a> {
    /// A conversation as the index knows it; nothing when it never heard of it.
    pub(super) fn of(self, one: &'a Conversation) -> Option<Seen<'a>> {
        let (horizon, over) = match one.stray {
            Some(stray) if !is_mended(stray, self.horizon) => {
                let over = (stray.how == Straying::Over && stray.since <= self.horizon)
                    .then_some(stray.since);
                (self.horizon.min(stray.since), over)
            }
            _ => (self.horizon, None),
        };
        (one.started <= horizon).then_some(Seen {
            one,
            directory: self.directory,
            horizon,
            over,
        })
    }
}

fn is_mended(stray: Stray, horizon: Timestamp) -> bool {
    stray.mended.is_some_and(|at| at <= horizon)
}

impl<'a> Seen<'a> {
    /// As it is written in an answer.
    pub(super) fn record(self, with_attributes: bool) -> Record<'a> {
        Record {
            seen: self,
            with_attributes,
        }
    }

    fn seen(self, at: Option<Timestamp>) -> Option<Timestamp> {
        at.filter(|at| *at <= self.horizon)
    }

    /// `conversationEnd`.
    pub(super) fn ended(self) -> Option<Timestamp> {
        let before = self.one.revived.filter(|(_, back)| *back > self.horizon);
        let ended = self.one.ended.or(before.map(|(ended, _)| ended));
        self.seen(ended).or(self.over)
    }

    pub(super) fn customer_took_part(self) -> bool {
        let mut messages = self.one.messages.iter();
        messages.any(|message| message.side == Side::Customer && message.at <= self.horizon)
    }

    /// The participants who have joined, and have a leg to show.
    pub(super) fn participants(self) -> impl Iterator<Item = &'a Participant> {
        let all = self.one.participants.iter();
        all.filter(move |party| party.joined <= self.horizon)
    }

    /// Where it belongs: to the queue it was in last.
    pub(super) fn division(self) -> Uuid {
        let queue = self.participants().filter_map(|party| party.queue).last();
        self.directory.division_of(queue).id
    }

    /// A participant's sessions.
    pub(super) fn legs(self, party: &'a Participant) -> impl Iterator<Item = &'a Leg> {
        let legs = party.legs.iter();
        legs.filter(move |leg| self.seen(leg.began()).is_some())
    }

    /// Every segment, participant by participant.
    pub(super) fn segments(self) -> impl Iterator<Item = Segment<'a>> {
        let legs = self
            .participants()
            .flat_map(move |party| self.legs(party).map(move |leg| (party, leg)));
        legs.flat_map(move |(party, leg)| self.of_leg(party, leg))
    }

    /// When a leg came down, and how.
    pub(super) fn end_of(self, leg: &Leg) -> Option<(Timestamp, Disconnect)> {
        let over = self.over.map(|at| (at, Disconnect::System));
        leg.ended.filter(|(at, _)| *at <= self.horizon).or(over)
    }

    /// Alerting, then talking, then parked and talking again, then wrap-up; each where it happened.
    pub(super) fn of_leg(
        self,
        party: &'a Participant,
        leg: &'a Leg,
    ) -> impl Iterator<Item = Segment<'a>> {
        let ended = self.end_of(leg).map(|(at, _)| at);
        let how = self.end_of(leg).map(|(_, how)| how);
        let segment = move |kind, start: Option<Timestamp>, end, how| {
            self.seen(start).map(|start| Segment {
                party,
                leg,
                kind,
                start,
                end,
                how,
            })
        };
        let talk = if party.monitors.is_some() {
            "monitoring"
        } else {
            "interact"
        };
        let connected = self.seen(leg.connected);
        let parked = self.seen(leg.parked.map(|(since, _)| since));
        let resumed = self.seen(leg.resumed);
        let answered = connected.or(ended);
        let alert_how = if connected.is_some() { None } else { how };
        let talk_how = if parked.is_some() { None } else { how };
        let park_how = if resumed.is_some() { None } else { how };
        let last = party.last_leg().is_some_and(|last| last.id == leg.id);
        let wrap_up = party.wrap_up.started.filter(|_| last);
        let wrapped = self.seen(party.wrap_up.ended).or(self.over);
        let all = [
            segment("alert", leg.alerting, answered, alert_how),
            segment(talk, leg.connected, parked.or(ended), talk_how),
            segment("parked", parked, resumed.or(ended), park_how),
            segment("interact", resumed, ended, how),
            segment("wrapup", wrap_up, wrapped, None),
        ];
        all.into_iter().flatten()
    }

    /// The queue that a participant waits in or was drawn from.
    pub(super) fn queue(self, party: &Participant) -> Option<&'a Queue> {
        self.directory.queues.get(party.queue?)
    }
    /// Who began it: nobody but guests opens web messaging.
    pub(super) fn initiator(self) -> &'static str {
        let first = self.one.participants.first();
        first.map_or("customer", |party| party.purpose.word())
    }

    /// How a flow let go of the guest: by handing over, by itself, or because somebody ended it.
    pub(super) fn exit_reason(self, party: &Participant, leg: &Leg) -> Option<&'static str> {
        party.flow?;
        self.end_of(leg).map(|(_, how)| match how {
            Disconnect::Transfer => "TRANSFER",
            Disconnect::System => "FLOW_DISCONNECT",
            _ => "DISCONNECT",
        })
    }

    /// The guest cleared the chat, which brought the leg down.
    pub(super) fn cleared(self, leg: &Leg) -> bool {
        leg.cleared && self.end_of(leg).is_some()
    }

    /// The queue that a flow handed over to.
    pub(super) fn transfer_target(self, party: &Participant, leg: &Leg) -> Option<&'a Queue> {
        party.flow?;
        let (at, how) = self.end_of(leg)?;
        let mut after = self.participants().filter(|one| one.joined >= at);
        let queue = after.find(|one| one.purpose == Purpose::Acd)?;
        self.queue(queue).filter(|_| how == Disconnect::Transfer)
    }
}

impl<'a> Segment<'a> {
    /// The code that this after-call work was settled with.
    pub(super) fn wrap_up_code(&self) -> Option<&'a ChosenCode> {
        let code = self.party.wrap_up.code.as_deref();
        code.filter(|_| self.kind == "wrapup" && self.end.is_some())
    }

    /// A leg in error tells so as long as it is up; the code is the one of its `errorInfo`.
    pub(super) fn error_code(&self) -> Option<&'static str> {
        let last = self.kind == "interact" && self.end.is_none();
        (self.leg.broken && last).then_some("internal.server.error")
    }

    /// In milliseconds, once it is over.
    pub(super) fn lasted(&self) -> Option<f64> {
        let end = self.end?.as_millisecond();
        Some(exact(end.saturating_sub(self.start.as_millisecond())))
    }
}
