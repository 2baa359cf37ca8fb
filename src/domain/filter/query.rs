//! A filter that was understood. Printing one gives a text that parses to the same one.

use super::length::Length;
use super::pattern::{How, Pattern};
use super::vocabulary::{Field, Op, Stands, Trait, Writer};
use crate::domain::kind::Kind;

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// What must hold; nothing when everything fits.
    pub(super) root: Option<Expression>,
}

impl Query {
    /// It lets everything through.
    pub fn is_everything(&self) -> bool {
        self.root.is_none()
    }

    /// A person can be named in it: a customer, an agent, or a text that may be anybody's name.
    pub fn may_name_people(&self) -> bool {
        self.root.as_ref().is_some_and(Expression::may_name_people)
    }
}

/// Clauses joined. `All` and `Any` hold two at least, and never one of their own sort: nested ones are merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    Clause(Clause),
}

impl Expression {
    fn may_name_people(&self) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::may_name_people),
            Self::Not(part) => part.may_name_people(),
            Self::Clause(Clause::Party { field, any, .. }) => {
                let is_name = |value: &PartyValue| matches!(value, PartyValue::Name(_));
                matches!(field, Field::Cust | Field::Agent) && any.iter().any(is_name)
            }
            Self::Clause(Clause::Words { field, .. }) => {
                matches!(field, Field::Name | Field::Attribute)
            }
            Self::Clause(Clause::Text(_)) => true,
            Self::Clause(_) => false,
        }
    }

    /// All of these, merged.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        let merged = parts.into_iter().flat_map(|part| match part {
            Self::All(inner) => inner,
            other => vec![other],
        });
        Self::single(merged.collect(), Self::All)
    }

    /// Any of these, merged.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        let merged = parts.into_iter().flat_map(|part| match part {
            Self::Any(inner) => inner,
            other => vec![other],
        });
        Self::single(merged.collect(), Self::Any)
    }

    fn single(mut parts: Vec<Self>, join: impl FnOnce(Vec<Self>) -> Self) -> Self {
        if parts.len() == 1 {
            parts.remove(0)
        } else {
            join(parts)
        }
    }
}

/// One question. Several values mean any of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Clause {
    /// `is:stuck`.
    Is { is_negated: bool, any: Vec<Trait> },
    /// `age>2h`; the field is `Age`, `Idle`, `Wait` or `For`.
    Length {
        field: Field,
        op: Op,
        any: Vec<Length>,
    },
    /// `msgs<2`.
    Messages { op: Op, any: Vec<u32> },
    /// `last:cust`.
    Last { is_negated: bool, any: Vec<Writer> },
    /// `kind:orphan`.
    Kind { is_negated: bool, any: Vec<Kind> },
    /// `agent:on`, `queue:Claims`; the field is `Cust`, `Agent`, `Queue` or `Bot`.
    Party {
        field: Field,
        how: How,
        any: Vec<PartyValue>,
    },
    /// `id:3f2a`; any other field. `key` belongs to `attr`.
    Words {
        field: Field,
        key: Option<String>,
        how: How,
        any: Vec<Pattern>,
    },
    /// Bare text.
    Text(Pattern),
}

/// How a party stands, or what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PartyValue {
    Stands(Stands),
    Name(Pattern),
}
