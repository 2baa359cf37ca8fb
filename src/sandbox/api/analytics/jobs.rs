//! Asynchronous details queries over the data lake, which lags by hours.
//!
//! A job is a value with its times: nothing runs. What it finds is what the lake knew when it was done,
//! and is looked up when somebody fetches it.

mod cursor;
mod job;

use super::asked::{Asked, SentQuery};
use super::details::read;
use super::interval::Interval;
use super::record::{self, Moment, Record};
use super::sight::Sight;
use crate::sandbox::api::picture::time;
use crate::sandbox::exchange::Answer;
use crate::sandbox::random::Random;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use jiff::{SignedDuration, Timestamp};
use job::{Job, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

/// The largest page of results, and the usual one. (10,000 is said to have been accepted once.)
const PAGE_SIZE_MAX: usize = 1000;
/// As many jobs are remembered; the oldest makes room.
const JOBS_MAX: usize = 200;

/// Every job that is remembered, oldest first.
#[derive(Debug)]
pub(in crate::sandbox) struct Jobs {
    all: Vec<(Uuid, Job)>,
    ids: Random,
}

/// `AsyncConversationQuery`: what it has beside filters, order and interval.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    limit: Option<usize>,
    start_of_day_interval_matching: Option<bool>,
}

impl Jobs {
    pub(in crate::sandbox) fn new(seed: u64) -> Self {
        Self {
            all: Vec::new(),
            ids: Random::stream(seed, "jobs"),
        }
    }

    fn find(&mut self, id: &str) -> Result<&mut Job, Refusal> {
        let mut all = self.all.iter_mut();
        all.find(|(known, _)| id.parse() == Ok(*known))
            .map(|(_, job)| job)
            .ok_or_else(Refusal::not_found)
    }

    fn add(&mut self, job: Job) -> Uuid {
        if self.all.len() >= JOBS_MAX {
            self.all.remove(0);
        }
        let id = self.ids.uuid();
        self.all.push((id, job));
        id
    }
}

impl Service {
    /// What the data lake knows at a time: nothing younger than its lag, staged or not.
    fn lake(&self, now: Timestamp) -> Timestamp {
        let lag = SignedDuration::from_millis(self.platform.lake_lag_ms.into());
        now.checked_sub(lag).unwrap_or(now)
    }
}

/// `POST …/details/jobs`.
pub(in crate::sandbox) fn start(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let sent: Sent = read(&call.body)?;
    if sent.limit == Some(0) {
        return Err(Refusal::bad_request("The limit must be at least 1."));
    }
    let query: SentQuery = read(&call.body)?;
    let interval = Interval::read(&query.interval)?;
    let (asked, order) = Asked::read(query)?;
    let by_day = sent.start_of_day_interval_matching == Some(true);
    let (queued, running) = service.platform.job_ms;
    let after = |milliseconds: i64| {
        let span = SignedDuration::from_millis(milliseconds);
        call.now.checked_add(span).unwrap_or(call.now)
    };
    let kept = i64::from(service.platform.job_seconds).saturating_mul(1000);
    let started = i64::from(queued);
    let done = started + i64::from(running);
    let job = Job {
        asked,
        order,
        interval: if by_day { interval.days() } else { interval },
        by_day,
        limit: sent.limit.unwrap_or(usize::MAX),
        submitted: call.now,
        started: after(started),
        done: after(done),
        expires: after(done.saturating_add(kept)),
        available: service.lake(after(done)),
        cancelled: false,
        found: None,
    };
    let id = service.jobs.add(job);
    Ok(Answer::json(202, json!({ "jobId": id })))
}

/// `GET …/jobs/availability`: nothing newer is in the lake.
pub(in crate::sandbox) fn availability(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let available = time(service.lake(call.now));
    Ok(Answer::ok(json!({ "dataAvailabilityDate": available })))
}

fn id_of<'a>(call: &Call<'a>) -> &'a str {
    call.pieces.first().copied().unwrap_or("")
}

/// `GET …/jobs/{id}`.
pub(in crate::sandbox) fn status(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let job = service.jobs.find(id_of(call))?;
    Ok(Answer::ok(job.status(call.now)))
}

/// `DELETE …/jobs/{id}`: one that still runs is cancelled; one that is over is forgotten.
pub(in crate::sandbox) fn cancel(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = id_of(call);
    let job = service.jobs.find(id)?;
    if matches!(job.state(call.now), State::Queued | State::Pending) {
        job.cancelled = true;
    } else {
        let jobs = &mut service.jobs.all;
        jobs.retain(|(known, _)| id.parse() != Ok(*known));
    }
    Ok(Answer::empty(200))
}

/// `GET …/jobs/{id}/results`.
pub(in crate::sandbox) fn results(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let id = id_of(call);
    let job = service.jobs.find(id)?;
    let state = job.state(call.now);
    if state != State::Fulfilled {
        return Err(Refusal::bad_request(format!(
            "The job has no results: its state is {}. Only a job that is FULFILLED has some.",
            state.word()
        )));
    }
    let size = page_size(call)?;
    let cursor = call.request.query_values("cursor");
    let from = cursor::read(cursor.first().map(String::as_str), id)?;
    let world = &service.world;
    let sight = Sight {
        directory: &world.directory,
        horizon: job.available,
    };
    let available = job.available;
    let found = job.found(world, sight);
    let page = found.iter().skip(from).take(size);
    let conversations: Vec<Record<'_>> = page
        .filter_map(|index| Some(sight.of(world.conversations.get(*index)?)?.record(true)))
        .collect();
    let next = from.saturating_add(size);
    let more = (next < found.len()).then(|| cursor::write(id, next));
    Ok(record::answer(&Results {
        conversations,
        cursor: more,
        data_availability_date: Moment(available),
    }))
}

/// `AnalyticsConversationAsyncQueryResponse`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Results<'a> {
    conversations: Vec<Record<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
    data_availability_date: Moment,
}

fn page_size(call: &Call<'_>) -> Result<usize, Refusal> {
    let sent = call.request.query_values("pageSize");
    sent.first()
        .map_or(Some(PAGE_SIZE_MAX), |text| text.parse().ok())
        .filter(|size| (1..=PAGE_SIZE_MAX).contains(size))
        .ok_or_else(|| {
            Refusal::bad_request(format!("The page size must be from 1 to {PAGE_SIZE_MAX}."))
        })
}
