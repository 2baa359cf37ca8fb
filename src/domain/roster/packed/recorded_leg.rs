//! The legs of a conversation as analytics recorded them.

use super::bytes::{Reader, Writer};
use super::leg::{PURPOSES, name, number, purpose, put_name, put_purpose, put_symbol};
use super::read::Bits;
use crate::domain::recorded::{RecordedFlow, RecordedLeg};

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
    out.shape(flags | (number(&PURPOSES, purpose) << 10));
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
    let mut is = Bits::of(from.shape()?);
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
