//! Live against analytics, for people and for programs.

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::cli::printed;
use crate::domain::comparison::{self, Mismatch, Pair, Span};
use crate::domain::moment::{short, since};
use crate::domain::recorded::RecordedLeg;
use crate::domain::roster::Row;

/// For people.
pub(super) fn page(row: &Row, now: Timestamp) -> String {
    let comparison = comparison::of(row, now).filter(|compared| compared.asked_at.is_some());
    let Some(comparison) = comparison else {
        return "analytics does not know it\n".to_owned();
    };
    let words = |span: Option<&Span>| {
        let Some(span) = span else {
            return "not there".to_owned();
        };
        let (state, at) = if span.is_open {
            ("open for", span.since)
        } else {
            ("over for", span.ended)
        };
        let ago = at.map_or_else(|| "?".to_owned(), |at| short(since(at, now)));
        format!("{state} {ago}")
    };
    let all = std::iter::once(&comparison.whole).chain(&comparison.legs);
    let lines: Vec<[String; 4]> = all
        .map(|pair| {
            [
                whose(pair).to_owned(),
                words(pair.live.as_ref()),
                words(pair.recorded.as_ref()),
                pair.mismatch
                    .as_ref()
                    .map_or_else(String::new, Mismatch::words),
            ]
        })
        .collect();
    printed::table(["PARTY", "LIVE", "ANALYTICS", "DIFFERS"], &lines)
}

fn whose(pair: &Pair) -> &str {
    pair.purpose
        .as_ref()
        .map_or("conversation", |purpose| purpose.word())
}

/// For programs; nothing where analytics does not know it.
pub(super) fn data(row: &Row, now: Timestamp) -> Option<Value> {
    let recorded = row.listed.recorded.as_deref()?;
    let legs: Vec<Value> = recorded.legs.iter().map(leg).collect();
    let comparison = comparison::of(row, now)?;
    let compared: Vec<Value> = comparison
        .legs
        .iter()
        .map(|pair| {
            json!({ "purpose": pair.purpose, "live_is_open": pair.live.as_ref().map(|leg| leg.is_open),
                "analytics_is_open": pair.recorded.as_ref().map(|leg| leg.is_open),
                "differs": pair.mismatch.as_ref().map(Mismatch::words) })
        })
        .collect();
    Some(
        json!({ "asked_at": recorded.asked_at, "ended": recorded.ended, "legs": legs, "compared": compared }),
    )
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
