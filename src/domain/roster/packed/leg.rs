//! The parties of a conversation and their legs, as read and as analytics recorded them.

use super::bytes::{Reader, Writer};
use super::read::Bits;
use crate::domain::conversation::{Leg, LegState, Medium, Participant, Purpose, WrapUp};
use crate::domain::ids::{CommunicationId, ParticipantId};
use crate::domain::recorded::{RecordedFlow, RecordedLeg};
use crate::domain::text::Text;

/// The purposes by number; the number after the last is that of a word that is not known.
const PURPOSES: [Purpose; 9] = [
    Purpose::Customer,
    Purpose::External,
    Purpose::Agent,
    Purpose::User,
    Purpose::Queue,
    Purpose::Bot,
    Purpose::Flow,
    Purpose::Ivr,
    Purpose::Api,
];

/// The states by number, likewise.
const STATES: [LegState; 6] = [
    LegState::Alerting,
    LegState::Contacting,
    LegState::Connected,
    LegState::Parked,
    LegState::Disconnected,
    LegState::Terminated,
];

/// The place of this one, else the number after the last.
fn number<T: PartialEq>(all: &[T], one: &T) -> u128 {
    let place = all.iter().position(|known| known == one);
    place.unwrap_or(all.len()) as u128
}

/// A person outside chooses what name to go by; others are few.
fn put_name(out: &mut Writer<'_>, name: Option<&Text>, purpose: &Purpose) {
    let Some(name) = name else { return };
    if is_own(purpose) {
        out.text(name);
    } else {
        out.symbol(name);
    }
}

#[expect(clippy::option_option, reason = "absent and damaged are two things")]
fn name(from: &mut Reader<'_>, is_there: bool, purpose: &Purpose) -> Option<Option<Text>> {
    let one = if is_own(purpose) {
        Reader::text
    } else {
        Reader::symbol
    };
    from.maybe(is_there, one)
}

fn is_own(purpose: &Purpose) -> bool {
    purpose.is_customer() || matches!(purpose, Purpose::Other(_))
}

fn put_purpose(out: &mut Writer<'_>, purpose: &Purpose) {
    if let Purpose::Other(word) = purpose {
        out.symbol(word);
    }
}

fn purpose(from: &mut Reader<'_>, number: u128) -> Option<Purpose> {
    match PURPOSES.get(usize::try_from(number).ok()?) {
        Some(purpose) => Some(purpose.clone()),
        None => from.symbol().map(Purpose::Other),
    }
}

fn put_symbol(out: &mut Writer<'_>, text: Option<&Text>) {
    if let Some(text) = text {
        out.symbol(text);
    }
}

pub(super) fn put_participant(out: &mut Writer<'_>, party: &Participant) {
    let Participant {
        id,
        purpose,
        name,
        user,
        queue,
        queue_id,
        attributes,
        wrap_up,
        alerting_timeout,
        legs,
    } = party;
    let wraps_since = match wrap_up {
        WrapUp::Owed { since, .. } => *since,
        WrapUp::NotOwed => None,
    };
    let flags = Bits::all(&[
        name.is_some(),
        user.is_some(),
        queue.is_some(),
        queue_id.is_some(),
        !attributes.is_empty(),
        *wrap_up != WrapUp::NotOwed,
        wraps_since.is_some(),
        alerting_timeout.is_some(),
        legs.len() == 1,
    ]);
    out.number(flags | (number(&PURPOSES, purpose) << 9));
    put_purpose(out, purpose);
    out.bits(id.as_u128());
    put_name(out, name.as_ref(), purpose);
    put_symbol(out, user.as_ref());
    put_symbol(out, queue.as_ref());
    put_symbol(out, queue_id.as_ref());
    if !attributes.is_empty() {
        out.count(attributes.len());
        for (key, value) in attributes {
            // Whoever made the flow chose the key; what stands there may be a customer's.
            out.symbol(key);
            out.text(value);
        }
    }
    if let WrapUp::Owed { since, timeout } = wrap_up {
        out.maybe_moment(*since);
        out.span(*timeout);
    }
    if let Some(timeout) = alerting_timeout {
        out.span(*timeout);
    }
    if legs.len() != 1 {
        out.count(legs.len());
    }
    for leg in legs {
        put_leg(out, leg);
    }
}

pub(super) fn participant(from: &mut Reader<'_>) -> Option<Participant> {
    let mut is = Bits::of(from.number()?);
    let has_name = is.next();
    let (has_user, has_queue, has_queue_id) = (is.next(), is.next(), is.next());
    let (has_attributes, owes, wraps_since) = (is.next(), is.next(), is.next());
    let (has_timeout, has_one_leg) = (is.next(), is.next());
    let purpose = purpose(from, is.after(9))?;
    let id = ParticipantId::from_u128(from.bits()?);
    let name = name(from, has_name, &purpose)?;
    let user = from.maybe(has_user, Reader::symbol)?;
    let queue = from.maybe(has_queue, Reader::symbol)?;
    let queue_id = from.maybe(has_queue_id, Reader::symbol)?;
    let attribute = |from: &mut Reader<'_>| Some((from.symbol()?, from.text()?));
    let attributes = from.maybe(has_attributes, |from| from.list(attribute))?;
    let wrap_up = if owes {
        WrapUp::Owed {
            since: from.maybe(wraps_since, Reader::moment)?,
            timeout: from.span()?,
        }
    } else {
        WrapUp::NotOwed
    };
    let alerting_timeout = from.maybe(has_timeout, Reader::span)?;
    let legs = if has_one_leg {
        vec![leg(from)?]
    } else {
        from.list(leg)?
    };
    Some(Participant {
        id,
        purpose,
        name,
        user,
        queue,
        queue_id,
        attributes: attributes.unwrap_or_default(),
        wrap_up,
        alerting_timeout,
        legs,
    })
}

fn put_leg(out: &mut Writer<'_>, leg: &Leg) {
    let Leg {
        id,
        medium,
        state,
        since,
        alerting_since,
        ended,
        disconnect,
        resumes,
        is_broken,
        address_to,
    } = leg;
    let flags = Bits::all(&[
        *medium != Medium::WebMessaging,
        since.is_some(),
        alerting_since.is_some(),
        ended.is_some(),
        disconnect.is_some(),
        resumes.is_some(),
        *is_broken,
        address_to.is_some(),
    ]);
    out.number(flags | (number(&STATES, state) << 8));
    if let Medium::Other(word) = medium {
        out.symbol(word);
    }
    if let LegState::Other(word) = state {
        out.symbol(word);
    }
    out.id(id.as_u128());
    out.maybe_moment(*since);
    out.maybe_moment(*alerting_since);
    out.maybe_moment(*ended);
    put_symbol(out, disconnect.as_ref());
    out.maybe_moment(*resumes);
    put_symbol(out, address_to.as_ref());
}

fn leg(from: &mut Reader<'_>) -> Option<Leg> {
    let mut is = Bits::of(from.number()?);
    let medium = from.maybe(is.next(), Reader::symbol)?;
    let state = usize::try_from(is.after(8)).ok()?;
    let state = match STATES.get(state) {
        Some(state) => state.clone(),
        None => LegState::Other(from.symbol()?),
    };
    Some(Leg {
        id: CommunicationId::from_u128(from.id()?),
        medium: medium.map_or(Medium::WebMessaging, Medium::Other),
        state,
        since: from.maybe(is.next(), Reader::moment)?,
        alerting_since: from.maybe(is.next(), Reader::moment)?,
        ended: from.maybe(is.next(), Reader::moment)?,
        disconnect: from.maybe(is.next(), Reader::symbol)?,
        resumes: from.maybe(is.next(), Reader::moment)?,
        is_broken: is.next(),
        address_to: from.maybe(is.next(), Reader::symbol)?,
    })
}

pub(super) fn put_recorded_leg(out: &mut Writer<'_>, leg: &RecordedLeg) {
    let RecordedLeg {
        id,
        purpose,
        name,
        user,
        queue,
        flow,
        since,
        ended,
        disconnect,
        is_wrap_up,
        error,
    } = leg;
    let flags = Bits::all(&[
        id.is_some(),
        name.is_some(),
        user.is_some(),
        queue.is_some(),
        flow.is_some(),
        since.is_some(),
        ended.is_some(),
        disconnect.is_some(),
        *is_wrap_up,
        error.is_some(),
    ]);
    out.number(flags | (number(&PURPOSES, purpose) << 10));
    put_purpose(out, purpose);
    if let Some(id) = id {
        out.text(id);
    }
    put_name(out, name.as_ref(), purpose);
    put_symbol(out, user.as_ref());
    put_symbol(out, queue.as_ref());
    if let Some(flow) = flow {
        put_flow(out, flow);
    }
    out.maybe_moment(*since);
    out.maybe_moment(*ended);
    put_symbol(out, disconnect.as_ref());
    put_symbol(out, error.as_ref());
}

pub(super) fn recorded_leg(from: &mut Reader<'_>) -> Option<RecordedLeg> {
    let mut is = Bits::of(from.number()?);
    let purpose = purpose(from, is.after(10))?;
    Some(RecordedLeg {
        id: from.maybe(is.next(), Reader::text)?,
        name: name(from, is.next(), &purpose)?,
        purpose,
        user: from.maybe(is.next(), Reader::symbol)?,
        queue: from.maybe(is.next(), Reader::symbol)?,
        flow: from.maybe(is.next(), flow)?,
        since: from.maybe(is.next(), Reader::moment)?,
        ended: from.maybe(is.next(), Reader::moment)?,
        disconnect: from.maybe(is.next(), Reader::symbol)?,
        is_wrap_up: is.next(),
        error: from.maybe(is.next(), Reader::symbol)?,
    })
}

fn put_flow(out: &mut Writer<'_>, flow: &RecordedFlow) {
    let RecordedFlow {
        id,
        name,
        version,
        kind,
    } = flow;
    let parts = [id, name, version, kind];
    out.number(Bits::all(&parts.map(Option::is_some)));
    for part in parts {
        put_symbol(out, part.as_ref());
    }
}

fn flow(from: &mut Reader<'_>) -> Option<RecordedFlow> {
    let mut is = Bits::of(from.number()?);
    Some(RecordedFlow {
        id: from.maybe(is.next(), Reader::symbol)?,
        name: from.maybe(is.next(), Reader::symbol)?,
        version: from.maybe(is.next(), Reader::symbol)?,
        kind: from.maybe(is.next(), Reader::symbol)?,
    })
}
