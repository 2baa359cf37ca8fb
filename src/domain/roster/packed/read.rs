//! What the list and a read said of one conversation. Each part begins with bits that say what of it is there.

use std::sync::Arc;

use super::bytes::{Reader, Writer};
use super::leg::{participant, put_participant};
use super::recorded_leg::{put_recorded_leg, recorded_leg};
use crate::domain::conversation::{Conversation, Message, Participant, Side};
use crate::domain::failure::Receipt;
use crate::domain::ids::ConversationId;
use crate::domain::recorded::{Recorded, RecordedLeg};
use crate::domain::roster::{Listed, Reading};

/// Bits that are written one after the other, and read so.
pub(super) struct Bits {
    bits: u128,
    at: u32,
}

impl Bits {
    /// Those of a part that is read.
    pub(super) fn of(bits: u128) -> Self {
        Self { bits, at: 0 }
    }

    /// These are so.
    pub(super) fn all(flags: &[bool]) -> u128 {
        let flags = flags.iter().enumerate();
        flags.fold(0, |bits, (at, is_so)| bits | (u128::from(*is_so) << at))
    }

    /// The next one.
    pub(super) fn next(&mut self) -> bool {
        let is_so = (self.bits >> self.at) & 1 == 1;
        self.at += 1;
        is_so
    }

    /// The number that stands after so many of them.
    pub(super) fn after(&self, count: u32) -> u128 {
        self.bits >> count
    }

    /// Of yes, no and nothing.
    fn maybe(&mut self) -> Option<bool> {
        let (is_said, is_so) = (self.next(), self.next());
        is_said.then_some(is_so)
    }
}

pub(super) fn put_listed(out: &mut Writer<'_>, listed: &Listed, is_read: bool) {
    let Listed {
        id: _,
        started,
        took_part,
        customer,
        agent,
        seen_at,
        recorded,
    } = listed;
    out.number(Bits::all(&[
        took_part.is_some(),
        *took_part == Some(true),
        customer.is_some(),
        agent.is_some(),
        seen_at.is_some(),
        recorded.is_some(),
        is_read,
    ]));
    out.moment(*started);
    if let Some(customer) = customer {
        out.text(customer);
    }
    if let Some(agent) = agent {
        out.symbol(agent);
    }
    out.maybe_moment(*seen_at);
    if let Some(recorded) = recorded {
        put_recorded(out, recorded);
    }
}

/// What was listed, and whether a read follows.
pub(super) fn listed(from: &mut Reader<'_>, id: ConversationId) -> Option<(Listed, bool)> {
    let mut is = Bits::of(from.number()?);
    let listed = Listed {
        id,
        took_part: is.maybe(),
        started: from.moment()?,
        customer: from.maybe(is.next(), Reader::text)?,
        agent: from.maybe(is.next(), Reader::symbol)?,
        seen_at: from.maybe(is.next(), Reader::moment)?,
        recorded: from.maybe(is.next(), recorded)?.map(Arc::new),
    };
    Some((listed, is.next()))
}

fn put_recorded(out: &mut Writer<'_>, recorded: &Recorded) {
    let Recorded {
        asked_at,
        ended,
        took_part,
        inactivity_timeout,
        divisions,
        address_to,
        legs,
    } = recorded;
    out.number(Bits::all(&[
        ended.is_some(),
        took_part.is_some(),
        *took_part == Some(true),
        inactivity_timeout.is_some(),
        address_to.is_some(),
    ]));
    out.moment(*asked_at);
    out.maybe_moment(*ended);
    out.maybe_moment(*inactivity_timeout);
    if let Some(address) = address_to {
        out.symbol(address);
    }
    out.symbols(divisions);
    out.count(legs.len());
    for leg in legs {
        put_recorded_leg(out, leg);
    }
}

fn recorded(from: &mut Reader<'_>) -> Option<Recorded> {
    let mut is = Bits::of(from.number()?);
    let has_ended = is.next();
    let took_part = is.maybe();
    Some(Recorded {
        asked_at: from.moment()?,
        ended: from.maybe(has_ended, Reader::moment)?,
        took_part,
        inactivity_timeout: from.maybe(is.next(), Reader::moment)?,
        address_to: from.maybe(is.next(), Reader::symbol)?,
        divisions: from.list(Reader::symbol)?,
        legs: from.list(recorded_leg)?,
    })
}

/// A read of what was listed so, whose beginning and id are mostly the same.
pub(super) fn put_reading(out: &mut Writer<'_>, reading: &Reading, listed: &Listed) {
    let Reading {
        conversation,
        read_at,
        arrived,
        receipt,
    } = reading;
    let Receipt {
        status,
        took_ms,
        correlation,
        date,
    } = receipt;
    let Conversation {
        id,
        started,
        ended,
        inactivity_timeout,
        transfer_since,
        divisions,
        participants,
        messages,
    } = conversation;
    out.number(Bits::all(&[
        *id != listed.id,
        ended.is_some(),
        inactivity_timeout.is_some(),
        transfer_since.is_some(),
        status.is_some(),
        correlation.is_some(),
        date.is_some(),
    ]));
    if *id != listed.id {
        out.bits(id.as_u128());
    }
    out.moment(*started);
    out.maybe_moment(*ended);
    out.maybe_moment(*inactivity_timeout);
    out.maybe_moment(*transfer_since);
    out.moment(*read_at);
    out.moment(*arrived);
    if let Some(status) = status {
        out.number(u128::from(*status));
    }
    out.number(u128::from(*took_ms));
    if let Some(correlation) = correlation {
        out.lone(correlation, false);
    }
    out.maybe_moment(*date);
    out.symbols(divisions);
    out.count(participants.len());
    for (at, party) in participants.iter().enumerate() {
        put_participant(out, party, recorded_in(listed, at));
    }
    out.count(messages.len());
    for Message { id, at, from } in messages {
        out.lone(id, *from == Side::Agent);
        out.moment(*at);
    }
}

pub(super) fn reading(from: &mut Reader<'_>, listed: &Listed) -> Option<Reading> {
    let mut is = Bits::of(from.number()?);
    let id = from.maybe(is.next(), Reader::bits)?;
    let started = from.moment()?;
    let ended = from.maybe(is.next(), Reader::moment)?;
    let inactivity_timeout = from.maybe(is.next(), Reader::moment)?;
    let transfer_since = from.maybe(is.next(), Reader::moment)?;
    let (read_at, arrived) = (from.moment()?, from.moment()?);
    let status = from.maybe(is.next(), Reader::number)?;
    let receipt = Receipt {
        status: status.map(u16::try_from).transpose().ok()?,
        took_ms: u64::try_from(from.number()?).ok()?,
        correlation: from.maybe(is.next(), Reader::lone)?.map(|(id, _)| id),
        date: from.maybe(is.next(), Reader::moment)?,
    };
    let conversation = Conversation {
        id: id.map_or(listed.id, ConversationId::from_u128),
        started,
        ended,
        inactivity_timeout,
        transfer_since,
        divisions: from.list(Reader::symbol)?,
        participants: participants(from, listed)?,
        messages: from.list(message)?,
    };
    Some(Reading {
        conversation,
        read_at,
        arrived,
        receipt,
    })
}

/// The recorded leg that stands where the party does: nearly always its own.
fn recorded_in(listed: &Listed, at: usize) -> Option<&RecordedLeg> {
    listed.recorded.as_ref()?.legs.get(at)
}

fn participants(from: &mut Reader<'_>, listed: &Listed) -> Option<Vec<Participant>> {
    let count = from.count()?;
    let parties = (0..count).map(|at| participant(from, recorded_in(listed, at)));
    parties.collect()
}

fn message(from: &mut Reader<'_>) -> Option<Message> {
    let (id, is_agent) = from.lone()?;
    let side = if is_agent {
        Side::Agent
    } else {
        Side::Customer
    };
    Some(Message {
        id,
        at: from.moment()?,
        from: side,
    })
}
