//! One conversation as one JSON object, with whatever was asked for beside it.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::Told;
use crate::cli::exit::Exit;
use crate::cli::guests;
use crate::cli::trouble::Trouble;
use crate::domain::conversation::Conversation;
use crate::domain::evidence::Evidence;
use crate::domain::masking::length;
use crate::domain::roster::Row;
use crate::domain::row_data::RowData;
use crate::domain::vendor_page;

/// The object. Values of attributes are lengths unless they were asked for.
pub(super) fn whole(row: &Row, told: &Told, now: Timestamp) -> Result<Value, Trouble> {
    let internal = |error| Trouble::new(Exit::Internal, anyhow::Error::new(error));
    let mut value = serde_json::to_value(RowData::of(row, now)).map_err(internal)?;
    let Some(object) = value.as_object_mut() else {
        return Ok(value);
    };
    if let Some(reading) = &row.reading {
        let conversation = &reading.conversation;
        let more = json!({
            "ended": conversation.ended,
            "divisions": conversation.divisions,
            "legs": legs(conversation),
            "attributes": attributes(conversation, told.is_unmasked),
            "messages": conversation.messages,
            "evidence": Evidence::of(conversation),
            "correlation": reading.receipt.correlation,
            "guest_if_ended": guests::of_row(row).map(|one| json!({ "told": one.told.word(), "from": one.from })),
        });
        extend(object, more);
    }
    extend(
        object,
        json!({ "page": vendor_page::address(&told.scope, row.listed.id), "requests": told.requests }),
    );
    if let Some(said) = &told.said {
        let lines: Vec<Value> = said
            .iter()
            .map(|line| json!({ "id": line.id, "at": line.at, "from": line.from, "by_machine": line.by_machine, "text": line.text }))
            .collect();
        extend(object, json!({ "transcript": lines }));
    }
    if told.wants_analytics {
        extend(
            object,
            json!({ "analytics": super::analytics::data(row, now) }),
        );
    }
    if let Some(raw) = told.raw.as_ref().filter(|_| told.wants_raw) {
        extend(object, json!({ "raw": told.shown(raw) }));
    }
    Ok(value)
}

fn extend(object: &mut Map<String, Value>, more: Value) {
    if let Value::Object(more) = more {
        object.extend(more);
    }
}

fn attributes(conversation: &Conversation, is_unmasked: bool) -> Value {
    let noted = conversation.participants.iter().flat_map(|party| {
        party.attributes.iter().map(move |(key, value)| {
            let shown = if is_unmasked {
                value.to_string()
            } else {
                length(value.as_str())
            };
            json!({ "participant": party.id, "purpose": party.purpose, "key": key, "value": shown })
        })
    });
    noted.collect()
}

fn legs(conversation: &Conversation) -> Value {
    let legs = conversation.legs().map(|(party, leg)| {
        json!({
            "participant": party.id, "communication": leg.id, "purpose": party.purpose, "name": party.name,
            "state": leg.state, "since": leg.since, "ended": leg.ended, "disconnect": leg.disconnect,
        })
    });
    legs.collect()
}
