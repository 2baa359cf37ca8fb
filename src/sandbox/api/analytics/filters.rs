//! The filter language of analytics: filters of predicates, with clauses one level down.
//!
//! A filter is read once into conditions that compare without writing anything, so that a hundred
//! thousand conversations can be asked. The words were held against the document before; a word that
//! is legal and means nothing in this world is a field that is never there.

mod condition;
mod fields;

use crate::sandbox::refusal::Refusal;
use serde::Deserialize;

pub(super) use condition::{Condition, Found};
pub(super) use fields::{ConversationField, Never, SegmentField};

/// A filter as it is sent.
#[derive(Debug, Deserialize)]
pub(super) struct SentFilter {
    #[serde(rename = "type")]
    kind: Option<String>,
    clauses: Option<Vec<SentClause>>,
    predicates: Option<Vec<SentPredicate>>,
}

/// A clause as it is sent. The platform's clauses have none of their own.
#[derive(Debug, Deserialize)]
struct SentClause {
    #[serde(rename = "type")]
    kind: Option<String>,
    predicates: Option<Vec<SentPredicate>>,
}

#[derive(Debug, Deserialize)]
struct SentPredicate {
    #[serde(rename = "type")]
    kind: Option<String>,
    dimension: Option<String>,
    property: Option<String>,
    metric: Option<String>,
    operator: Option<String>,
    value: Option<String>,
    range: Option<condition::Range>,
}

/// What a kind of filter can ask for.
pub(super) trait Field: Copy {
    /// A dimension by its word.
    fn dimension(word: &str) -> Self;
    /// A metric by its word.
    fn metric(word: &str) -> Self;
    /// A property of a flow's or an integration's own; the world has none.
    fn property() -> Self;
}

/// A filter, read. The fields of its predicates are asked of one thing at a time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Filter<F> {
    any: bool,
    predicates: Vec<(F, Condition)>,
    clauses: Vec<Filter<F>>,
}

impl<F: Field> Filter<F> {
    /// Reads the filters of one list.
    pub(super) fn all(sent: Option<Vec<SentFilter>>) -> Result<Vec<Self>, Refusal> {
        let sent = sent.unwrap_or_default().into_iter();
        sent.map(Self::read).collect()
    }

    /// Reads one filter.
    pub(super) fn read(sent: SentFilter) -> Result<Self, Refusal> {
        let clauses = sent.clauses.unwrap_or_default().into_iter();
        let clauses: Result<Vec<Self>, Refusal> = clauses
            .map(|clause| Self::flat(clause.kind.as_deref(), clause.predicates))
            .collect();
        Ok(Self {
            clauses: clauses?,
            ..Self::flat(sent.kind.as_deref(), sent.predicates)?
        })
    }

    fn flat(kind: Option<&str>, sent: Option<Vec<SentPredicate>>) -> Result<Self, Refusal> {
        let sent = sent.unwrap_or_default().into_iter();
        let predicates: Result<Vec<_>, Refusal> = sent.map(SentPredicate::read).collect();
        Ok(Self {
            any: kind == Some("or"),
            predicates: predicates?,
            clauses: Vec::new(),
        })
    }

    /// Whether it is met by what `found` says of each field. An empty filter is met by everything.
    pub(super) fn is_met<'a>(&self, found: &impl Fn(F) -> Found<'a>) -> bool {
        if self.predicates.is_empty() && self.clauses.is_empty() {
            return true;
        }
        let mut predicates = self.predicates.iter();
        let mut clauses = self.clauses.iter();
        if self.any {
            predicates.any(|(field, condition)| condition.holds(found(*field)))
                || clauses.any(|clause| clause.is_met(found))
        } else {
            predicates.all(|(field, condition)| condition.holds(found(*field)))
                && clauses.all(|clause| clause.is_met(found))
        }
    }
}

impl SentPredicate {
    fn read<F: Field>(self) -> Result<(F, Condition), Refusal> {
        let kind = self.kind.as_deref();
        // Without a type the platform takes a predicate for what it names.
        let field = match (kind, &self.dimension, &self.property, &self.metric) {
            (Some("dimension") | None, Some(word), _, _) => F::dimension(word),
            (Some("property"), _, Some(_), _) | (None, None, Some(_), _) => F::property(),
            (Some("metric"), _, _, Some(word)) | (None, None, None, Some(word)) => F::metric(word),
            (Some(kind), ..) => {
                return Err(Refusal::bad_request(format!(
                    "A predicate of the type [{kind}] needs a {kind}."
                )));
            }
            (None, None, None, None) => {
                return Err(Refusal::bad_request(
                    "A predicate needs a dimension, a property or a metric.",
                ));
            }
        };
        let named = self.dimension.or(self.property).or(self.metric);
        let condition = Condition::read(self.operator.as_deref(), self.value, self.range);
        let condition = condition.ok_or_else(|| {
            let named = named.unwrap_or_default();
            Refusal::bad_request(format!(
                "The predicate on [{named}] needs a value or a range, or the operator exists or notExists."
            ))
        })?;
        Ok((field, condition))
    }
}
