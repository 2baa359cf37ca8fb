//! What a details query asks for, read once: the same for the answer at once and for a job.

use super::filters::{ConversationField, Filter, Never, SegmentField, SentFilter};
use super::sight::Seen;
use crate::sandbox::refusal::Refusal;
use jiff::Timestamp;
use serde::Deserialize;

/// The filters and the order of `ConversationQuery` and `AsyncConversationQuery`, as they are sent.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SentQuery {
    pub(super) interval: String,
    order: Option<String>,
    order_by: Option<String>,
    conversation_filters: Option<Vec<SentFilter>>,
    segment_filters: Option<Vec<SentFilter>>,
    evaluation_filters: Option<Vec<SentFilter>>,
    survey_filters: Option<Vec<SentFilter>>,
    resolution_filters: Option<Vec<SentFilter>>,
}

/// Which conversations are asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    conversation: Vec<Filter<ConversationField>>,
    segment: Vec<Filter<SegmentField>>,
    /// Those on evaluations, surveys and resolutions.
    other: Vec<Filter<Never>>,
}

/// What the conversations are ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderBy {
    ConversationStart,
    ConversationEnd,
    /// The first start of a segment.
    SegmentStart,
    /// The last end of a segment.
    SegmentEnd,
}

/// The order of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) by: OrderBy,
    pub(super) descending: bool,
}

impl Asked {
    /// Reads the filters of a query.
    pub(super) fn read(sent: SentQuery) -> Result<(Self, Order), Refusal> {
        let order = Order::read(sent.order.as_deref(), sent.order_by.as_deref());
        let mut other = Filter::all(sent.evaluation_filters)?;
        other.extend(Filter::all(sent.survey_filters)?);
        other.extend(Filter::all(sent.resolution_filters)?);
        let asked = Self {
            conversation: Filter::all(sent.conversation_filters)?,
            segment: Filter::all(sent.segment_filters)?,
            other,
        };
        Ok((asked, order))
    }

    /// Whether a conversation is asked for. Each segment filter must be met by some segment: the
    /// predicates of one filter by the same one, those of two filters perhaps by two.
    pub(super) fn wants(&self, seen: Seen<'_>) -> bool {
        let mut conversation = self.conversation.iter();
        let mut segment = self.segment.iter();
        let mut other = self.other.iter();
        conversation.all(|filter| filter.is_met(&|field: ConversationField| field.of(seen)))
            && segment.all(|filter| {
                seen.segments()
                    .any(|segment| filter.is_met(&|field: SegmentField| field.of(seen, &segment)))
            })
            && other.all(|filter| filter.is_met(&|_: Never| super::filters::Found::Nothing))
    }
}

impl Order {
    /// The words were held against the document. Unordered is as the conversations began.
    fn read(order: Option<&str>, by: Option<&str>) -> Self {
        let by = match by {
            _ if order == Some("unordered") => OrderBy::ConversationStart,
            Some("conversationEnd") => OrderBy::ConversationEnd,
            Some("segmentStart") => OrderBy::SegmentStart,
            Some("segmentEnd") => OrderBy::SegmentEnd,
            _ => OrderBy::ConversationStart,
        };
        Self {
            by,
            descending: order == Some("desc"),
        }
    }
}

impl OrderBy {
    /// What a conversation is sorted by. What has not ended yet comes after all that has.
    pub(super) fn key(self, seen: Seen<'_>) -> Timestamp {
        let started = seen.one.started;
        match self {
            Self::ConversationStart => started,
            Self::ConversationEnd => seen.ended().unwrap_or(Timestamp::MAX),
            Self::SegmentStart => {
                let starts = seen.segments().map(|segment| segment.start);
                starts.min().unwrap_or(started)
            }
            Self::SegmentEnd => {
                let ends = seen.segments().map(|segment| segment.end);
                let last = ends.map(|end| end.unwrap_or(Timestamp::MAX)).max();
                last.unwrap_or(started)
            }
        }
    }
}
