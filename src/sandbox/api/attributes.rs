//! Participant data: attributes are set, and the conversations that have any are searched.
//!
//! The search knows no attribute by its name: third-party programs that were run on real organisations
//! found that only ids, times and divisions can be searched for, and that the rest is the caller's work.

use super::acting;
use super::picture::time;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::Changing;
use crate::sandbox::world::conversation::{Attributes, Conversation};
use crate::sandbox::world::directory::Directory;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// Conversations on one page of a search.
const PAGE: usize = 50;
const FIELDS: [&str; 4] = ["conversationId", "startTime", "endTime", "divisionId"];

/// `PATCH …/participants/{pid}/attributes`: adds to what is there, and answers with the whole.
pub(in crate::sandbox) fn update(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let index = service.index(call)?;
    let party = acting::participant(service, call)?;
    let id = party.id;
    let sent = call.body.get("attributes").and_then(Value::as_object);
    let sent = sent.ok_or_else(Refusal::attributes_missing)?;
    let sent: Attributes = sent
        .iter()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    let mut whole = party.attributes.as_deref().cloned().unwrap_or_default();
    whole.extend(sent.clone());
    let change = Changing::Attributes(id, sent);
    let world = &mut service.world;
    world.accept(index, change, &call.by, call.applying, call.now);
    Ok(Answer::json(202, json!({ "attributes": whole })))
}

/// `ConversationParticipantSearchRequest`, as far as it is answered.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Search {
    query: Vec<Criterion>,
    sort_by: Option<String>,
    sort_order: Option<String>,
    cursor: Option<String>,
}

/// `ConversationParticipantSearchCriteria`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Criterion {
    #[serde(rename = "type")]
    kind: String,
    fields: Vec<String>,
    value: Option<String>,
    values: Vec<String>,
    start_value: Option<String>,
    end_value: Option<String>,
    operator: Option<String>,
    group: Vec<Criterion>,
}

/// `POST /conversations/participants/attributes/search`.
pub(in crate::sandbox) fn search(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let search: Search = serde_json::from_value(call.body.clone())
        .map_err(|cause| Refusal::bad_request(format!("The search could not be read: {cause}")))?;
    check(&search.query)?;
    let by_end = match search.sort_by.as_deref() {
        None | Some("startTime") => false,
        Some("endTime") => true,
        Some(_) => return Err(unsupported()),
    };
    let from = match search.cursor.as_deref() {
        None | Some("") => 0,
        Some(cursor) => read_cursor(cursor)?,
    };
    let directory = &service.world.directory;
    let all = service.world.conversations.iter();
    let has_data = |one: &&Conversation| {
        !one.lost
            && one
                .participants
                .iter()
                .any(|party| party.attributes.is_some())
    };
    let mut found: Vec<&Conversation> = all
        .filter(has_data)
        .filter(|one| meets_all(&search.query, one, directory))
        .collect();
    found.sort_by_key(|one| {
        let at = if by_end {
            one.ended.unwrap_or(Timestamp::MAX)
        } else {
            one.started
        };
        (at, one.id)
    });
    if search.sort_order.as_deref() == Some("DESC") {
        found.reverse();
    }
    let rows: Vec<Value> = found
        .iter()
        .skip(from)
        .take(PAGE)
        .map(|one| row(one, directory))
        .collect();
    let next = from.saturating_add(PAGE);
    let results = if service.platform.attribute_search_lists {
        json!(rows)
    } else {
        json!({ "conversations": rows })
    };
    Ok(Answer::ok(json!({
        "types": ["conversations"],
        "results": results,
        "cursor": (next < found.len()).then(|| write_cursor(next)),
    })))
}

/// Refuses what cannot be searched for, at any depth.
fn check(criteria: &[Criterion]) -> Result<(), Refusal> {
    criteria.iter().try_for_each(|criterion| {
        if !criterion.group.is_empty() {
            return check(&criterion.group);
        }
        let is_span = criterion.kind == "DATE_RANGE";
        let known = |field: &String| {
            FIELDS.contains(&field.as_str()) && (!is_span || field.ends_with("Time"))
        };
        if criterion.fields.is_empty() || !criterion.fields.iter().all(known) {
            return Err(unsupported());
        }
        let times = [&criterion.start_value, &criterion.end_value];
        let readable =
            |text: &&Option<String>| text.as_deref().is_none_or(|text| moment(text).is_some());
        if is_span && !times.iter().all(readable) {
            return Err(Refusal::invalid_date());
        }
        Ok(())
    })
}

fn unsupported() -> Refusal {
    Refusal::bad_request(format!(
        "Search not supported. The fields that can be searched for are: {}",
        FIELDS.join(", ")
    ))
}

fn moment(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// Each criterion is joined to those before it as its operator says; without one both must hold.
fn meets_all(criteria: &[Criterion], one: &Conversation, directory: &Directory) -> bool {
    criteria.iter().fold(true, |so_far, criterion| {
        let holds = meets(criterion, one, directory);
        match criterion.operator.as_deref() {
            Some("OR") => so_far || holds,
            Some("NOT") => so_far && !holds,
            _ => so_far && holds,
        }
    })
}

fn meets(criterion: &Criterion, one: &Conversation, directory: &Directory) -> bool {
    if !criterion.group.is_empty() {
        return meets_all(&criterion.group, one, directory);
    }
    let bound = |text: &Option<String>| text.as_deref().and_then(moment);
    let (from, to) = (bound(&criterion.start_value), bound(&criterion.end_value));
    let wanted = || criterion.values.iter().chain(&criterion.value);
    criterion.fields.iter().any(|field| {
        let at = match field.as_str() {
            "startTime" => Some(one.started),
            "endTime" => one.ended,
            "conversationId" => return named(wanted(), one.id),
            _ => return named(wanted(), directory.division_of(one.queue()).id),
        };
        at.is_some_and(|at| {
            if criterion.kind == "DATE_RANGE" {
                from.is_none_or(|from| at >= from) && to.is_none_or(|to| at <= to)
            } else {
                wanted().any(|text| moment(text) == Some(at))
            }
        })
    })
}

fn named<'a>(mut wanted: impl Iterator<Item = &'a String>, id: Uuid) -> bool {
    wanted.any(|text| Uuid::try_parse(text) == Ok(id))
}

/// One conversation with all its data.
fn row(one: &Conversation, directory: &Directory) -> Value {
    let parties = one.participants.iter();
    let data = parties.filter_map(|party| {
        let attributes = party.attributes.as_ref()?;
        let legs: Vec<Uuid> = party.legs.iter().map(|leg| leg.id).collect();
        Some(json!({
            "participantId": party.id,
            "participantPurpose": party.purpose.word(),
            "participantAttributes": attributes,
            "sessionIds": legs,
        }))
    });
    json!({
        "conversationId": one.id,
        "startTime": time(one.started),
        "endTime": one.ended.map(time),
        "divisionIds": [directory.division_of(one.queue()).id],
        "participantData": data.collect::<Vec<Value>>(),
        "truncatedData": false,
    })
}

/// A cursor is a place in the list, written so that nobody takes it for one.
fn write_cursor(place: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("from:{place}"))
}

fn read_cursor(cursor: &str) -> Result<usize, Refusal> {
    let decoded = URL_SAFE_NO_PAD.decode(cursor).ok();
    let text = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let place = text.and_then(|text| text.strip_prefix("from:")?.parse().ok());
    place.ok_or_else(|| Refusal::bad_request("The cursor is none that a search answered with."))
}
