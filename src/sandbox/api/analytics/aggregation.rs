//! Aggregations of a details query: how many of the conversations have which value, or lie in which range.

use super::filters::{ConversationField, Field, SegmentField};
use super::metrics::Metric;
use super::sight::Seen;
use crate::sandbox::api::document::DOCUMENT;
use crate::sandbox::refusal::Refusal;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};

/// So many values are told where the query does not say how many (not verified on the platform).
const TERMS: usize = 10;

/// `AnalyticsQueryAggregation`.
#[derive(Debug, Deserialize)]
pub(super) struct SentAggregation {
    #[serde(rename = "type")]
    kind: Option<String>,
    dimension: Option<String>,
    metric: Option<String>,
    size: Option<usize>,
    ranges: Option<Vec<Range>>,
}

/// `AggregationRange`.
#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Range {
    gte: Option<f64>,
    lt: Option<f64>,
}

/// One aggregation, read.
#[derive(Debug)]
pub(super) enum Aggregation {
    Terms(String, usize),
    Ranges(String, Option<Metric>, Vec<Range>),
}

/// Reads the aggregations of a query.
pub(super) fn read(sent: Option<Vec<SentAggregation>>) -> Result<Vec<Aggregation>, Refusal> {
    let sent = sent.unwrap_or_default().into_iter();
    sent.map(SentAggregation::read).collect()
}

impl SentAggregation {
    fn read(self) -> Result<Aggregation, Refusal> {
        match (self.kind.as_deref(), self.dimension, self.metric) {
            (Some("termFrequency"), Some(dimension), _) => {
                is_dimension(&dimension)?;
                Ok(Aggregation::Terms(dimension, self.size.unwrap_or(TERMS)))
            }
            (Some("numericRange"), _, Some(word)) => {
                let metric = Metric::named(&word);
                let ranges = self.ranges.unwrap_or_default();
                Ok(Aggregation::Ranges(word, metric, ranges))
            }
            _ => Err(Refusal::bad_request(
                "An aggregation needs the type termFrequency with a dimension, or numericRange with a metric.",
            )),
        }
    }
}

/// The document leaves the word free; any dimension of a filter will do.
fn is_dimension(word: &str) -> Result<(), Refusal> {
    let models = [
        "ConversationDetailQueryPredicate",
        "SegmentDetailQueryPredicate",
    ];
    let models = models
        .iter()
        .filter_map(|name| DOCUMENT.definitions.get(*name));
    let known = models.filter_map(|model| model.properties.get("dimension"));
    let known: Vec<&str> = known
        .flat_map(|shape| &shape.words)
        .filter_map(Value::as_str)
        .collect();
    if known.contains(&word) {
        return Ok(());
    }
    Err(Refusal::invalid_value(word, "dimension", &known))
}

impl Aggregation {
    /// `AggregationResult`. A conversation counts once for each of its values.
    pub(super) fn count<'a>(&self, all: impl Iterator<Item = Seen<'a>>) -> Value {
        match self {
            Self::Terms(dimension, size) => terms(dimension, *size, all),
            Self::Ranges(word, metric, ranges) => {
                let totals = all.filter_map(|seen| seen.total((*metric)?));
                let totals: Vec<f64> = totals.collect();
                let entries = ranges.iter().map(|range| {
                    let inside = totals.iter().filter(|total| range.has(**total));
                    json!({ "gte": range.gte, "lt": range.lt, "count": inside.count() })
                });
                json!({
                    "type": "numericRange",
                    "metric": word,
                    "count": totals.len(),
                    "results": entries.collect::<Vec<Value>>(),
                })
            }
        }
    }
}

fn terms<'a>(dimension: &str, size: usize, all: impl Iterator<Item = Seen<'a>>) -> Value {
    let conversation = ConversationField::dimension(dimension);
    let segment = SegmentField::dimension(dimension);
    let mut frequencies: HashMap<String, usize> = HashMap::new();
    let mut having = 0_usize;
    for seen in all {
        let own = conversation.of(seen).written();
        let of_segments = seen
            .segments()
            .filter_map(|one| segment.of(seen, &one).written());
        let values: BTreeSet<String> = own.into_iter().chain(of_segments).collect();
        having += usize::from(!values.is_empty());
        for value in values {
            *frequencies.entry(value).or_default() += 1;
        }
    }
    let mut entries: Vec<(String, usize)> = frequencies.into_iter().collect();
    entries.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    let entries = entries.into_iter().take(size);
    let entries = entries.map(|(value, count)| json!({ "value": value, "count": count }));
    json!({
        "type": "termFrequency",
        "dimension": dimension,
        "count": having,
        "results": entries.collect::<Vec<Value>>(),
    })
}

impl Range {
    fn has(self, number: f64) -> bool {
        self.gte.is_none_or(|bound| number >= bound) && self.lt.is_none_or(|bound| number < bound)
    }
}
