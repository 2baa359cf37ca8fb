//! Live against analytics, for people and for programs.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::domain::recorded::RecordedLeg;
use crate::domain::roster::Row;

/// For people.
pub(super) fn page(row: &Row, _now: Timestamp) -> String {
    match &row.listed.recorded {
        None => "analytics was not asked\n".to_owned(),
        Some(recorded) => format!("analytics knows of {} sessions\n", recorded.legs.len()),
    }
}

/// For programs; nothing where analytics was not asked.
pub(super) fn data(row: &Row, _now: Timestamp) -> Option<Value> {
    let recorded = row.listed.recorded.as_deref()?;
    let legs: Vec<Value> = recorded.legs.iter().map(leg).collect();
    Some(json!({ "asked_at": recorded.asked_at, "ended": recorded.ended, "legs": legs }))
}

fn leg(leg: &RecordedLeg) -> Value {
    let flow = leg.flow.as_ref().map(|flow| {
        json!({ "id": flow.id, "name": flow.name, "version": flow.version, "type": flow.kind })
    });
    json!({
        "purpose": leg.purpose, "since": leg.since, "ended": leg.ended, "is_open": leg.is_open(),
        "disconnect": leg.disconnect, "queue": leg.queue, "is_wrap_up": leg.is_wrap_up, "flow": flow,
    })
}
