//! The parties of a conversation and their legs, as read.

use jiff::Timestamp;

use super::bytes::{Reader, Writer};
use super::read::Bits;
use super::spelled::id_in;
use crate::domain::conversation::{Leg, LegState, Medium, Participant, Purpose, WrapUp};
use crate::domain::ids::{CommunicationId, ParticipantId};
use crate::domain::recorded::RecordedLeg;
use crate::domain::text::Text;

/// The purposes by number; the number after the last is that of a word that is not known.
pub(super) const PURPOSES: [Purpose; 9] = [
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
pub(super) fn number<T: PartialEq>(all: &[T], one: &T) -> u128 {
    let place = all.iter().position(|known| known == one);
    place.unwrap_or(all.len()) as u128
}

/// A person outside chooses what name to go by; others are few.
pub(super) fn put_name(out: &mut Writer<'_>, name: Option<&Text>, purpose: &Purpose) {
    let Some(name) = name else { return };
    if is_own(purpose) {
        out.text(name);
    } else {
        out.symbol(name);
    }
}

#[expect(clippy::option_option, reason = "absent and damaged are two things")]
pub(super) fn name(
    from: &mut Reader<'_>,
    is_there: bool,
    purpose: &Purpose,
) -> Option<Option<Text>> {
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

pub(super) fn put_purpose(out: &mut Writer<'_>, purpose: &Purpose) {
    if let Purpose::Other(word) = purpose {
        out.symbol(word);
    }
}

pub(super) fn purpose(from: &mut Reader<'_>, number: u128) -> Option<Purpose> {
    match PURPOSES.get(usize::try_from(number).ok()?) {
        Some(purpose) => Some(purpose.clone()),
        None => from.symbol().map(Purpose::Other),
    }
}

pub(super) fn put_symbol(out: &mut Writer<'_>, text: Option<&Text>) {
    if let Some(text) = text {
        out.symbol(text);
    }
}

/// What a party's only leg and the recorded one in its place both say is told once, a bit each: its id, without which nothing is, the
/// party's name, user and queue, since when it is up and was alerting, when and how it ended.
const ID: u128 = 1;
const NAME: u128 = 1 << 1;
const USER: u128 = 1 << 2;
const QUEUE: u128 = 1 << 3;
const SINCE: u128 = 1 << 4;
const ALERTING: u128 = 1 << 5;
const ENDED: u128 = 1 << 6;
const DISCONNECT: u128 = 1 << 7;
const ALIKE: u128 = 0xff;

/// What the two say alike.
fn alike(party: &Participant, recorded: Option<&RecordedLeg>) -> u128 {
    let (Some(recorded), [leg]) = (recorded, party.legs.as_slice()) else {
        return 0;
    };
    let id = recorded.id.as_ref().and_then(|id| id_in(id.as_str()));
    if id != Some((leg.id.as_u128(), true)) {
        return 0;
    }
    Bits::all(&[
        true,
        recorded.name == party.name,
        recorded.user == party.user,
        recorded.queue == party.queue_id,
        recorded.since == leg.since,
        recorded.since == leg.alerting_since,
        recorded.ended == leg.ended,
        recorded.disconnect == leg.disconnect,
    ])
}

pub(super) fn put_participant(
    out: &mut Writer<'_>,
    party: &Participant,
    recorded: Option<&RecordedLeg>,
) {
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
    let alike = alike(party, recorded);
    let own = |bit: u128| alike & bit == 0;
    out.shape(flags | (alike << 9) | (number(&PURPOSES, purpose) << 17));
    put_purpose(out, purpose);
    out.bits(id.as_u128());
    put_name(out, name.as_ref().filter(|_| own(NAME)), purpose);
    put_symbol(out, user.as_ref().filter(|_| own(USER)));
    put_symbol(out, queue.as_ref());
    put_symbol(out, queue_id.as_ref().filter(|_| own(QUEUE)));
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
        put_leg(out, leg, alike);
    }
}

pub(super) fn participant(
    from: &mut Reader<'_>,
    recorded: Option<&RecordedLeg>,
) -> Option<Participant> {
    let mut is = Bits::of(from.shape()?);
    let alike = is.after(9) & ALIKE;
    let same = |bit: u128| recorded.filter(|_| alike & bit != 0);
    let has_name = is.next();
    let (has_user, has_queue, has_queue_id) = (is.next(), is.next(), is.next());
    let (has_attributes, owes, wraps_since) = (is.next(), is.next(), is.next());
    let (has_timeout, has_one_leg) = (is.next(), is.next());
    let purpose = purpose(from, is.after(17))?;
    let id = ParticipantId::from_u128(from.bits()?);
    let name = match same(NAME) {
        Some(leg) => leg.name.clone(),
        None => name(from, has_name, &purpose)?,
    };
    let user = match same(USER) {
        Some(leg) => leg.user.clone(),
        None => from.maybe(has_user, Reader::symbol)?,
    };
    let queue = from.maybe(has_queue, Reader::symbol)?;
    let queue_id = match same(QUEUE) {
        Some(leg) => leg.queue.clone(),
        None => from.maybe(has_queue_id, Reader::symbol)?,
    };
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
        vec![leg(from, alike, recorded)?]
    } else {
        from.list(|from| leg(from, 0, None))?
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

fn put_leg(out: &mut Writer<'_>, leg: &Leg, alike: u128) {
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
    let own = |bit: u128| alike & bit == 0;
    out.shape(flags | (number(&STATES, state) << 8));
    if let Medium::Other(word) = medium {
        out.symbol(word);
    }
    if let LegState::Other(word) = state {
        out.symbol(word);
    }
    if own(ID) {
        out.id(id.as_u128());
    }
    out.maybe_moment(since.filter(|_| own(SINCE)));
    out.maybe_moment(alerting_since.filter(|_| own(ALERTING)));
    out.maybe_moment(ended.filter(|_| own(ENDED)));
    put_symbol(out, disconnect.as_ref().filter(|_| own(DISCONNECT)));
    out.maybe_moment(*resumes);
    put_symbol(out, address_to.as_ref());
}

fn leg(from: &mut Reader<'_>, alike: u128, recorded: Option<&RecordedLeg>) -> Option<Leg> {
    let mut is = Bits::of(from.shape()?);
    let same = |bit: u128| recorded.filter(|_| alike & bit != 0);
    let medium = from.maybe(is.next(), Reader::symbol)?;
    let state = usize::try_from(is.after(8)).ok()?;
    let state = match STATES.get(state) {
        Some(state) => state.clone(),
        None => LegState::Other(from.symbol()?),
    };
    let id = match same(ID) {
        Some(leg) => id_in(leg.id.as_ref()?.as_str())?.0,
        None => from.id()?,
    };
    // A moment that is told with the recorded leg, or here.
    let mut moment = |bit: u128, recorded: fn(&RecordedLeg) -> Option<Timestamp>| {
        let is_there = is.next();
        match same(bit) {
            Some(leg) => Some(recorded(leg)),
            None => from.maybe(is_there, Reader::moment),
        }
    };
    let since = moment(SINCE, |leg| leg.since)?;
    let alerting_since = moment(ALERTING, |leg| leg.since)?;
    let ended = moment(ENDED, |leg| leg.ended)?;
    let has_disconnect = is.next();
    let disconnect = match same(DISCONNECT) {
        Some(leg) => leg.disconnect.clone(),
        None => from.maybe(has_disconnect, Reader::symbol)?,
    };
    Some(Leg {
        id: CommunicationId::from_u128(id),
        medium: medium.map_or(Medium::WebMessaging, Medium::Other),
        state,
        since,
        alerting_since,
        ended,
        disconnect,
        resumes: from.maybe(is.next(), Reader::moment)?,
        is_broken: is.next(),
        address_to: from.maybe(is.next(), Reader::symbol)?,
    })
}
