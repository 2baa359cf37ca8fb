//! `POST /analytics/conversations/details/query`: the list of conversations, page by page.

use super::aggregation::{self, SentAggregation};
use super::asked::{Asked, Order, SentQuery};
use super::index::Subject;
use super::interval::Interval;
use super::record::{self, Record};
use super::sight::Sight;
use crate::sandbox::exchange::{Answer, without_nulls};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

const PAGE_SIZE: usize = 25;
const PAGE_SIZE_MAX: usize = 100;
const RESULTS_MAX: usize = 100_000;

/// `ConversationQuery`: what it has beside filters and order.
#[derive(Debug, Deserialize)]
struct Sent {
    paging: Option<Paging>,
    aggregations: Option<Vec<SentAggregation>>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    page_size: usize,
    page_number: usize,
}

/// `AnalyticsConversationQueryResponse`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found<'a> {
    conversations: Vec<Record<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aggregations: Option<Vec<Value>>,
    total_hits: usize,
}

/// A body as a query. The document was asked before; what is left to refuse is a null in a list or a
/// number below zero.
pub(super) fn read<T: DeserializeOwned>(body: &Value) -> Result<T, Refusal> {
    serde_json::from_value(body.clone())
        .map_err(|cause| Refusal::bad_request(format!("The query could not be read: {cause}")))
}

/// `POST …/details/query`.
pub(in crate::sandbox) fn query(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let sent: Sent = read(&call.body)?;
    let paging = Paging::read(sent.paging)?;
    let query: SentQuery = read(&call.body)?;
    let days = Interval::read(&query.interval)?.short()?.days();
    let (asked, order) = Asked::read(query)?;
    let aggregations = aggregation::read(sent.aggregations)?;
    let horizon = service.horizon(call.now);
    let subject = Subject {
        asked,
        days,
        by: order.by,
    };
    let world = &service.world;
    let rows = service.index.list(subject, world, horizon);
    let sight = Sight {
        directory: &world.directory,
        horizon,
    };
    let seen = |index: &usize| sight.of(world.conversations.get(*index)?);
    let conversations: Vec<Record<'_>> = paging
        .page(rows, order)
        .filter_map(|(_, index)| Some(seen(index)?.record(false)))
        .collect();
    let counted: Vec<Value> = aggregations
        .iter()
        .map(|one| without_nulls(one.count(rows.iter().filter_map(|(_, index)| seen(index)))))
        .collect();
    Ok(record::answer(&Found {
        conversations,
        aggregations: (!counted.is_empty()).then_some(counted),
        total_hits: rows.len(),
    }))
}

impl Paging {
    fn read(sent: Option<Self>) -> Result<Self, Refusal> {
        let paging = sent.unwrap_or(Self {
            page_size: PAGE_SIZE,
            page_number: 1,
        });
        let Self {
            page_size,
            page_number,
        } = paging;
        if page_size == 0 || page_size > PAGE_SIZE_MAX || page_number == 0 {
            return Err(Refusal::bad_request(
                "The page size must be from 1 to 100 and the page number at least 1.",
            ));
        }
        if page_number.saturating_mul(page_size) > RESULTS_MAX {
            return Err(Refusal::bad_request(
                "Pagination may not exceed 100000 results. Tip: consider querying in smaller intervals.",
            ));
        }
        Ok(paging)
    }

    /// The rows of the page, in their order.
    fn page<T>(self, rows: &[T], order: Order) -> impl Iterator<Item = &T> {
        let skipped = (self.page_number - 1).saturating_mul(self.page_size);
        let forth = rows.iter().skip(skipped).take(self.page_size);
        let back = rows.iter().rev().skip(skipped).take(self.page_size);
        let (forth, back) = if order.descending {
            (None, Some(back))
        } else {
            (Some(forth), None)
        };
        forth
            .into_iter()
            .flatten()
            .chain(back.into_iter().flatten())
    }
}
