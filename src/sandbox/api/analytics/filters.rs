//! The filter language of a details query: predicates, clauses, and what each dimension reads.

use super::sight::{Seen, Segment};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::world::conversation::Disconnect;
use serde::Deserialize;

/// A filter or one of its clauses: both have the same members.
#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    #[serde(default)]
    clauses: Vec<Filter>,
    #[serde(default)]
    predicates: Vec<Predicate>,
}

/// One condition.
#[derive(Debug, Deserialize)]
struct Predicate {
    #[serde(rename = "type", default)]
    kind: Option<String>,
    dimension: Option<String>,
    operator: Option<String>,
    value: Option<String>,
}

/// Every conversation dimension of the platform.
pub(super) const CONVERSATION_DIMENSIONS: [&str; 11] = [
    "accessAttribute",
    "conversationEnd",
    "conversationId",
    "conversationInitiator",
    "conversationStart",
    "customerParticipation",
    "divisionId",
    "externalTag",
    "mediaStatsMinConversationMos",
    "originatingDirection",
    "originatingSocialMediaPublic",
];

/// The segment dimensions that the sandbox can answer.
pub(super) const SEGMENT_DIMENSIONS: [&str; 15] = [
    "addressFrom",
    "addressTo",
    "direction",
    "disconnectType",
    "flowId",
    "flowName",
    "mediaType",
    "messageType",
    "participantName",
    "provider",
    "purpose",
    "queueId",
    "segmentEnd",
    "segmentType",
    "userId",
];

/// Refuses what the platform would refuse: words that are in no list.
pub(super) fn check(filters: &[Filter], dimensions: &[&str]) -> Result<(), Refusal> {
    for filter in filters {
        one_of(filter.kind.as_deref(), "type", &["and", "or"])?;
        check(&filter.clauses, dimensions)?;
        for predicate in &filter.predicates {
            one_of(
                predicate.kind.as_deref(),
                "type",
                &["dimension", "property", "metric"],
            )?;
            one_of(
                predicate.operator.as_deref(),
                "operator",
                &["matches", "exists", "notExists"],
            )?;
            if predicate
                .kind
                .as_deref()
                .is_some_and(|kind| kind != "dimension")
            {
                return Err(Refusal::bad_request(
                    "The sandbox filters by dimension only.",
                ));
            }
            let Some(dimension) = predicate.dimension.as_deref() else {
                return Err(Refusal::bad_request("A predicate needs a dimension."));
            };
            one_of(Some(dimension), "dimension", dimensions)?;
            if predicate.wants_value() && predicate.value.is_none() {
                return Err(Refusal::bad_request(format!(
                    "The dimension [{dimension}] needs a value."
                )));
            }
        }
    }
    Ok(())
}

fn one_of(sent: Option<&str>, field: &str, allowed: &[&str]) -> Result<(), Refusal> {
    match sent {
        Some(word) if !allowed.contains(&word) => Err(Refusal::invalid_value(word, field, allowed)),
        _ => Ok(()),
    }
}

impl Predicate {
    fn wants_value(&self) -> bool {
        !matches!(self.operator.as_deref(), Some("exists" | "notExists"))
    }

    fn holds(&self, found: Option<&str>) -> bool {
        match self.operator.as_deref() {
            Some("exists") => found.is_some(),
            Some("notExists") => found.is_none(),
            _ => match (found, &self.value) {
                (Some(found), Some(value)) => found.eq_ignore_ascii_case(value),
                _ => false,
            },
        }
    }
}

impl Filter {
    fn holds(&self, holds: &dyn Fn(&Predicate) -> bool) -> bool {
        let predicates = self.predicates.iter().map(holds);
        let clauses = self.clauses.iter().map(|clause| clause.holds(holds));
        let mut parts = predicates.chain(clauses).peekable();
        if parts.peek().is_none() {
            return true;
        }
        if self.kind.as_deref() == Some("or") {
            parts.any(|part| part)
        } else {
            parts.all(|part| part)
        }
    }
}

/// Whether a conversation meets a conversation filter.
pub(super) fn on_conversation(filter: &Filter, seen: Seen<'_>) -> bool {
    filter.holds(&|predicate: &Predicate| {
        let text = match predicate.dimension.as_deref() {
            Some("conversationEnd") => seen.ended().map(|at| at.to_string()),
            Some("conversationStart") => Some(seen.one.started.to_string()),
            Some("conversationId") => Some(seen.one.id.to_string()),
            Some("conversationInitiator") => Some("customer".to_owned()),
            Some("customerParticipation") => Some(seen.customer_took_part().to_string()),
            Some("divisionId") => Some(seen.directory.division.id.to_string()),
            Some("originatingDirection") => Some("inbound".to_owned()),
            _ => None,
        };
        predicate.holds(text.as_deref())
    })
}

/// Whether each filter is met by some segment: within one filter, by the same one.
pub(super) fn on_segments(filters: &[Filter], seen: Seen<'_>) -> bool {
    filters.iter().all(|filter| {
        let mut segments = seen.segments();
        segments.any(|segment| {
            filter.holds(&|predicate: &Predicate| on_segment(predicate, &segment, seen))
        })
    })
}

fn on_segment(predicate: &Predicate, segment: &Segment<'_>, seen: Seen<'_>) -> bool {
    let party = segment.party;
    let fixed = match predicate.dimension.as_deref() {
        Some("mediaType") => Some("message"),
        Some("messageType") => Some("webmessaging"),
        Some("direction") => Some("inbound"),
        Some("provider") => Some("PureCloud Messaging"),
        Some("purpose") => Some(party.purpose.word()),
        Some("segmentType") => Some(segment.kind),
        Some("participantName") => Some(party.name.as_str()),
        Some("disconnectType") => segment.how.map(Disconnect::analytics_word),
        _ => None,
    };
    if fixed.is_some() {
        return predicate.holds(fixed);
    }
    let guest = seen.one.participants.first();
    let text = match predicate.dimension.as_deref() {
        Some("queueId") => seen.queue(party).map(|queue| queue.id.to_string()),
        Some("userId") => party.user.map(|id| id.to_string()),
        Some("flowId") => party.flow.map(|id| id.to_string()),
        Some("flowName") => party.flow.map(|_| party.name.clone()),
        Some("segmentEnd") => segment.end.map(|at| at.to_string()),
        Some("addressFrom") => guest.map(|guest| guest.id.to_string()),
        Some("addressTo") => Some(seen.one.deployment.to_string()),
        _ => None,
    };
    predicate.holds(text.as_deref())
}
