//! `POST /analytics/conversations/activity/query`: what waits, alerts and interacts now, in groups.

use super::details::read;
use super::filters::{Field, Filter, SentFilter};
use super::live::{ActivityField, Observed, State, epoch, observed, truncated};
use crate::sandbox::api::picture::time;
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Groups of a page (neither figure is verified on the platform).
const PAGE_SIZE: usize = 100;
const PAGE_SIZE_MAX: usize = 1000;

/// `ConversationActivityQuery`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    metrics: Vec<SentMetric>,
    group_by: Vec<String>,
    filter: Option<SentFilter>,
    order: Option<String>,
}

#[derive(Debug, Deserialize)]
struct SentMetric {
    metric: String,
    details: Option<bool>,
}

/// Live observations by group. What lacks a dimension that is grouped by is in no group.
pub(in crate::sandbox) fn query(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let sent: Sent = read(&call.body)?;
    let (size, page) = paging(call.request)?;
    let filter = sent.filter.map(Filter::<ActivityField>::read).transpose()?;
    let fields: Vec<ActivityField> = sent
        .group_by
        .iter()
        .map(|word| ActivityField::dimension(word))
        .collect();
    let mut groups: BTreeMap<Vec<String>, Vec<Observed<'_>>> = BTreeMap::new();
    for one in observed(&service.world) {
        let wanted = filter
            .as_ref()
            .is_none_or(|filter| filter.is_met(&|field| one.field(field)));
        let key = fields.iter().map(|field| one.field(*field).written());
        let key: Option<Vec<String>> = key.collect();
        if let Some(key) = key.filter(|_| wanted) {
            groups.entry(key).or_default().push(one);
        }
    }
    let groups = groups
        .into_iter()
        .skip((page - 1).saturating_mul(size))
        .take(size);
    let most = service.platform.activity_entities_max;
    let results: Vec<Value> = groups
        .map(|(key, mut members)| {
            members.sort_by_key(|one| one.since);
            if sent.order.as_deref() == Some("desc") {
                members.reverse();
            }
            let group: Map<String, Value> = sent
                .group_by
                .iter()
                .cloned()
                .zip(key.into_iter().map(Value::String))
                .collect();
            let mut result = result(&sent.metrics, &members, most);
            result.insert("group".to_owned(), Value::Object(group));
            Value::Object(result)
        })
        .collect();
    Ok(Answer::ok(json!({
        "results": results,
        "entityIdDimension": "conversationId",
    })))
}

/// `ConversationActivityData`, without its group.
fn result(metrics: &[SentMetric], members: &[Observed<'_>], most: usize) -> Map<String, Value> {
    let (mut data, mut entities, mut cut) = (Vec::new(), Vec::new(), false);
    for SentMetric { metric, details } in metrics {
        let (state, longest) = meaning(metric);
        let of_state = members.iter().filter(|one| one.state == state);
        let of_state: Vec<&Observed<'_>> = of_state.collect();
        let count = of_state.len();
        let oldest = of_state.iter().map(|one| one.since).min();
        let detailed = *details == Some(true);
        let (shown, was_cut) = truncated(of_state, if detailed { most } else { 0 });
        cut |= was_cut && detailed;
        let ids: Vec<String> = shown.iter().map(|one| one.conversation()).collect();
        data.push(json!({
            "metric": metric,
            "count": (!longest).then_some(count),
            "calculatedMetricValue": oldest.filter(|_| longest).map(epoch),
            "entityIds": detailed.then_some(ids),
        }));
        entities.extend(shown.into_iter().map(|one| entity(metric, one)));
    }
    let detailed = metrics.iter().any(|one| one.details == Some(true));
    let members = [
        ("data", Value::Array(data)),
        ("truncated", Value::Bool(cut)),
        (
            "entities",
            if detailed {
                Value::Array(entities)
            } else {
                Value::Null
            },
        ),
    ];
    members
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

/// `ConversationActivityEntityData`.
fn entity(metric: &str, one: &Observed<'_>) -> Value {
    one.value([
        ("metric", json!(metric)),
        ("activityDate", time(one.since)),
        ("mediaType", json!("message")),
        ("queueId", json!(one.queue_id())),
    ])
}

/// What a metric observes, and whether it is the moment since when rather than a number.
fn meaning(metric: &str) -> (State, bool) {
    match metric {
        "oAlerting" => (State::Alerting, false),
        "oInteracting" => (State::Interacting, false),
        "oLongestInteracting" => (State::Interacting, true),
        "oLongestWaiting" => (State::Waiting, true),
        _ => (State::Waiting, false),
    }
}

fn paging(request: &Request) -> Result<(usize, usize), Refusal> {
    let number = |name: &str, usual: usize| {
        let sent = request.query_values(name);
        sent.first()
            .map_or(Some(usual), |text| text.parse().ok())
            .filter(|number| *number > 0)
            .ok_or_else(|| {
                Refusal::bad_request(format!("{name} must be a whole number of at least 1."))
            })
    };
    let (size, page) = (number("pageSize", PAGE_SIZE)?, number("pageNumber", 1)?);
    if size > PAGE_SIZE_MAX {
        return Err(Refusal::bad_request(format!(
            "The page size may not be more than {PAGE_SIZE_MAX}."
        )));
    }
    Ok((size, page))
}
