//! The second picture of the world: conversation details as analytics knows them, late.
//!
//! Every fact carries its own time, so lateness is nothing but a horizon behind which no fact is seen.

pub(super) mod activity;
pub(super) mod by_id;
mod filters;
pub(super) mod jobs;
pub(super) mod observations;
mod record;
mod sight;
#[cfg(test)]
mod tests;

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use filters::Filter;
use jiff::civil::DateTime;
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use serde::Deserialize;
use serde_json::json;
use sight::{Seen, Sight};

const DAY_SECONDS: i64 = 86_400;
const INTERVAL_DAYS_MAX: i64 = 31;
const PAGE_SIZE_MAX: usize = 100;
const RESULTS_MAX: usize = 100_000;

/// `ConversationQuery`, as far as it is answered; other members are ignored.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Query {
    interval: Option<String>,
    order: Option<String>,
    order_by: Option<String>,
    paging: Option<Paging>,
    #[serde(default)]
    conversation_filters: Vec<Filter>,
    #[serde(default)]
    segment_filters: Vec<Filter>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    page_size: usize,
    page_number: usize,
}

/// `POST /analytics/conversations/details/query`.
pub(in crate::sandbox) fn query(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let query: Query = serde_json::from_value(call.body.clone())
        .map_err(|cause| Refusal::bad_request(format!("The query could not be read: {cause}")))?;
    let (from, to) = days(query.interval.as_deref())?;
    let (size, page) = paging(query.paging.as_ref())?;
    let order = one_of(
        query.order.as_deref(),
        "order",
        &["asc", "desc", "unordered"],
    )?;
    let by = [
        "conversationStart",
        "conversationEnd",
        "segmentStart",
        "segmentEnd",
    ];
    let order_by = one_of(query.order_by.as_deref(), "orderBy", &by)?;
    filters::check(
        &query.conversation_filters,
        &filters::CONVERSATION_DIMENSIONS,
    )?;
    filters::check(&query.segment_filters, &filters::SEGMENT_DIMENSIONS)?;
    let sight = Sight {
        directory: &service.world.directory,
        horizon: service.horizon(call.now),
    };
    let fits = |seen: &Seen<'_>| {
        query
            .conversation_filters
            .iter()
            .all(|filter| filters::on_conversation(filter, *seen))
            && filters::on_segments(&query.segment_filters, *seen)
    };
    let mut found: Vec<Seen<'_>> = service
        .world
        .started_between(from, to)
        .filter_map(|one| sight.of(one))
        .filter(fits)
        .collect();
    if order_by.ends_with("End") {
        found.sort_by_key(|one| one.ended().unwrap_or(Timestamp::MAX));
    }
    if order == "desc" {
        found.reverse();
    }
    let skipped = (page - 1).saturating_mul(size);
    let conversations: Vec<_> = found
        .iter()
        .skip(skipped)
        .take(size)
        .map(|one| one.record())
        .collect();
    Ok(Answer::ok(
        json!({ "conversations": conversations, "totalHits": found.len() }),
    ))
}

/// The days that an interval touches, as the first moment and the one after the last.
fn days(interval: Option<&str>) -> Result<(Timestamp, Timestamp), Refusal> {
    let Some(interval) = interval else {
        return Err(Refusal::bad_request("The interval is required."));
    };
    let ends = interval
        .split_once('/')
        .and_then(|(from, to)| Some((moment(from)?, moment(to)?)));
    let Some((from, to)) = ends.filter(|(from, to)| from < to) else {
        return Err(Refusal::bad_request(format!(
            "The interval [{interval}] is not valid. Use two ISO-8601 times, the earlier first, joined by a slash."
        )));
    };
    if to.duration_since(from) > SignedDuration::from_hours(24 * INTERVAL_DAYS_MAX) {
        return Err(Refusal::bad_request(
            "The interval may not be longer than 31 days.",
        ));
    }
    let first = from.as_second().div_euclid(DAY_SECONDS) * DAY_SECONDS;
    // The end is exclusive: an interval up to midnight does not touch the day that begins there.
    let last = (to.as_millisecond() - 1).div_euclid(DAY_SECONDS * 1000) + 1;
    Ok((
        Timestamp::from_second(first).unwrap_or(from),
        Timestamp::from_second(last * DAY_SECONDS).unwrap_or(to),
    ))
}

/// A time with an offset; without one it is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let civil: DateTime = text.parse().ok()?;
        Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
    })
}

fn paging(paging: Option<&Paging>) -> Result<(usize, usize), Refusal> {
    let (size, page) = paging.map_or((25, 1), |paging| (paging.page_size, paging.page_number));
    if size == 0 || size > PAGE_SIZE_MAX || page == 0 {
        return Err(Refusal::bad_request(
            "The page size must be from 1 to 100 and the page number at least 1.",
        ));
    }
    if page.saturating_mul(size) > RESULTS_MAX {
        return Err(Refusal::bad_request(
            "Pagination may not exceed 100000 results. Tip: consider querying in smaller intervals.",
        ));
    }
    Ok((size, page))
}

fn one_of<'a>(sent: Option<&'a str>, field: &str, allowed: &[&'a str]) -> Result<&'a str, Refusal> {
    match sent {
        None => Ok(allowed.first().copied().unwrap_or("")),
        Some(word) if allowed.contains(&word) => Ok(word),
        Some(word) => Err(Refusal::invalid_value(word, field, allowed)),
    }
}
