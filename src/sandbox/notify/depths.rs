//! How deep the queues are: told when that changed, and at most once a second.
//!
//! Counting goes through every conversation, so it is done for queues that somebody listens to, once
//! for all of them, and only after something happened in one.

use super::fitting::fitted;
use crate::sandbox::api::analytics::live::{State, epoch, observed};
use crate::sandbox::api::picture::time;
use crate::sandbox::world::World;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The shortest time between two events of one queue.
const PACE: SignedDuration = SignedDuration::from_secs(1);
/// The interval that an observation is filed under, in seconds.
const INTERVAL: i64 = 30 * 60;

/// What is in one queue now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Depth {
    waiting: Count,
    alerting: Count,
    interacting: Count,
}

/// How many, and since when the oldest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    number: u32,
    oldest: Option<Timestamp>,
}

/// The queues in which something happened, and what was told of them last.
#[derive(Debug, Default)]
pub(super) struct Depths {
    /// When each is to be counted, by its id.
    due: BTreeMap<Uuid, Timestamp>,
    /// What was told last, and when.
    told: BTreeMap<Uuid, (Timestamp, Depth)>,
}

/// The topics of a queue.
pub(super) fn topics(queue: Uuid) -> [String; 2] {
    ["activity", "observations"].map(|word| format!("v2.analytics.queues.{queue}.{word}"))
}

impl Depths {
    /// Something happened in a queue that somebody listens to.
    pub(super) fn touch(&mut self, queue: Uuid, now: Timestamp) {
        let told = self.told.get(&queue).map(|(at, _)| *at);
        let earliest = told.and_then(|at| at.checked_add(PACE).ok());
        let at = earliest.map_or(now, |earliest| earliest.max(now));
        self.due.entry(queue).or_insert(at);
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.values().min().copied()
    }

    /// The queues that are to be told about now, and how deep each is; those that look as they were
    /// told last are left out.
    pub(super) fn changed(&mut self, world: &World, now: Timestamp) -> Vec<(Uuid, Depth)> {
        let due: Vec<Uuid> = self
            .due
            .iter()
            .filter(|(_, at)| **at <= now)
            .map(|(queue, _)| *queue)
            .collect();
        if due.is_empty() {
            return Vec::new();
        }
        let counted = counted(world);
        let mut changed = Vec::new();
        for queue in due {
            self.due.remove(&queue);
            let place = world
                .directory
                .queues
                .iter()
                .position(|one| one.id == queue);
            let depth = place.and_then(|place| counted.get(place)).copied();
            let depth = depth.unwrap_or_default();
            let before = self.told.get(&queue).map(|(_, depth)| *depth);
            if before != Some(depth) {
                self.told.insert(queue, (now, depth));
                changed.push((queue, depth));
            }
        }
        changed
    }
}

/// How deep every queue is, in the order of the directory: what a query of analytics would count now.
fn counted(world: &World) -> Vec<Depth> {
    let mut depths = vec![Depth::default(); world.directory.queues.len()];
    for one in observed(world) {
        let depth = one.queue().and_then(|queue| depths.get_mut(queue));
        let Some(depth) = depth else { continue };
        let count = match one.state {
            State::Waiting => &mut depth.waiting,
            State::Alerting => &mut depth.alerting,
            State::Interacting => &mut depth.interacting,
        };
        count.number += 1;
        let oldest = count
            .oldest
            .map_or(one.since, |oldest| oldest.min(one.since));
        count.oldest = Some(oldest);
    }
    depths
}

impl Depth {
    fn counts(self) -> [(&'static str, u32); 3] {
        [
            ("oAlerting", self.alerting.number),
            ("oInteracting", self.interacting.number),
            ("oWaiting", self.waiting.number),
        ]
    }

    /// The moments since when the oldest has been waiting and interacting, as the platform writes them:
    /// in milliseconds since 1970.
    fn longest(self) -> [(&'static str, Option<i64>); 2] {
        let moment = |count: Count| count.oldest.map(epoch);
        [
            ("oLongestInteracting", moment(self.interacting)),
            ("oLongestWaiting", moment(self.waiting)),
        ]
    }

    /// The event of `activity`.
    pub(super) fn activity(self) -> Value {
        let counts = self.counts().into_iter();
        let counts = counts.map(|(metric, count)| json!({ "metric": metric, "count": count }));
        let longest = self.longest().into_iter().filter_map(|(metric, since)| {
            Some(json!({ "metric": metric, "calculatedMetricValue": since? }))
        });
        let data: Vec<Value> = counts.chain(longest).collect();
        let body = json!({ "results": [{ "mediaType": "message", "data": data }] });
        fitted("V2QueueObservationObservationCountNotification", body)
    }

    /// The event of `observations`.
    pub(super) fn observations(self, queue: Uuid, now: Timestamp) -> Value {
        let counts = self.counts().into_iter();
        let metrics: Vec<Value> = counts
            .map(|(metric, count)| json!({ "metric": metric, "stats": { "count": count } }))
            .collect();
        let body = json!({
            "group": { "queueId": queue, "mediaType": "message" },
            "data": [{ "interval": interval(now), "metrics": metrics }],
        });
        fitted("StatEventQueueTopicStatsNotification", body)
    }
}

/// The half hour that a time lies in.
fn interval(now: Timestamp) -> String {
    let begin = now.as_second().div_euclid(INTERVAL) * INTERVAL;
    let moment = |second: i64| Timestamp::from_second(second).map_or(Value::Null, time);
    let [from, to] = [moment(begin), moment(begin + INTERVAL)];
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    format!("{}/{}", text(&from), text(&to))
}
