//! `POST /analytics/queues/observations/query`: the depth of queues, as it is now.

mod members;

use super::details::read;
use super::filters::{Field, Filter, Found, SentFilter};
use super::live::{Observed, State, epoch, observed, truncated};
use crate::sandbox::api::picture::time;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use members::Members;
use serde::Deserialize;
use serde_json::{Value, json};

/// As long as the list of a metric's details gets: the oldest half and the newest half.
const DETAILS_MAX: usize = 100;

/// `QueueObservationQuery`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    filter: SentFilter,
    metrics: Vec<String>,
    detail_metrics: Option<Vec<String>>,
}

/// The two dimensions that the platform filters by here.
#[derive(Clone, Copy, Debug, PartialEq)]
enum QueueField {
    Id,
    MediaType,
    Never,
}

impl Field for QueueField {
    fn dimension(word: &str) -> Self {
        match word {
            "queueId" => Self::Id,
            "mediaType" => Self::MediaType,
            _ => Self::Never,
        }
    }

    fn metric(_: &str) -> Self {
        Self::Never
    }

    fn property() -> Self {
        Self::Never
    }
}

/// The queues that the filter names, each with its metrics; a queue in which nothing is counts 0.
pub(in crate::sandbox) fn query(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let sent: Sent = read(&call.body)?;
    let filter = Filter::read(sent.filter)?;
    let detailed = sent.detail_metrics.unwrap_or_default();
    let mut metrics = sent.metrics;
    metrics.extend(detailed.iter().cloned());
    let mut seen = std::collections::HashSet::new();
    metrics.retain(|metric| seen.insert(metric.clone()));
    let world = &service.world;
    let of_people = metrics.iter().filter(|metric| meaning(metric).is_none());
    let of_people: Vec<&String> = of_people.collect();
    let members = (!of_people.is_empty()).then(|| Members::of(world));
    let mut by_queue: Vec<Vec<Observed<'_>>> = Vec::new();
    by_queue.resize_with(world.directory.queues.len(), Vec::new);
    for one in observed(world) {
        if let Some(queue) = one.queue().and_then(|queue| by_queue.get_mut(queue)) {
            queue.push(one);
        }
    }
    let queues = world.directory.queues.iter().zip(by_queue);
    let queues = queues.filter(|(queue, _)| {
        filter.is_met(&|field| match field {
            QueueField::Id => Found::Id(queue.id),
            QueueField::MediaType => Found::Text("message"),
            QueueField::Never => Found::Nothing,
        })
    });
    let mut results = Vec::new();
    for (queue, mut present) in queues {
        present.sort_by_key(|one| one.since);
        let data = metrics.iter().filter_map(|metric| {
            let (state, longest) = meaning(metric)?;
            let of_state = present.iter().filter(|one| one.state == state);
            let of_state: Vec<&Observed<'_>> = of_state.collect();
            Some(datum(metric, longest, of_state, detailed.contains(metric)))
        });
        let data: Vec<Value> = data.collect();
        if !data.is_empty() {
            let group = json!({ "queueId": queue.id, "mediaType": "message" });
            results.push(json!({ "group": group, "data": data }));
        }
        // People are members of a queue for every medium.
        if let Some(members) = &members {
            let data = of_people.iter().flat_map(|metric| members.data(metric));
            let data: Vec<Value> = data.collect();
            results.push(json!({ "group": { "queueId": queue.id }, "data": data }));
        }
    }
    Ok(Answer::ok(json!({
        "results": results,
        "systemToOrganizationMappings": members.map(|_| members::presences()),
    })))
}

/// `ObservationMetricData`.
fn datum(metric: &str, longest: bool, of_state: Vec<&Observed<'_>>, detailed: bool) -> Value {
    let oldest = of_state.first().map(|one| epoch(one.since));
    let stats = if longest {
        json!({ "calculatedMetricValue": oldest })
    } else {
        json!({ "count": of_state.len() })
    };
    if !detailed {
        return json!({ "metric": metric, "stats": stats });
    }
    let (shown, cut) = truncated(of_state, DETAILS_MAX);
    let shown: Vec<Value> = shown.into_iter().map(observation).collect();
    json!({ "metric": metric, "stats": stats, "truncated": cut, "observations": shown })
}

/// `ObservationValue`.
fn observation(one: &Observed<'_>) -> Value {
    one.value([("observationDate", time(one.since))])
}

/// What a metric observes, and whether it is the moment since when; nothing for those of people.
fn meaning(metric: &str) -> Option<(State, bool)> {
    match metric {
        "oWaiting" => Some((State::Waiting, false)),
        "oAlerting" => Some((State::Alerting, false)),
        "oInteracting" => Some((State::Interacting, false)),
        "oLongestWaiting" => Some((State::Waiting, true)),
        "oLongestInteracting" => Some((State::Interacting, true)),
        _ => None,
    }
}
