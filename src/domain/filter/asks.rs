//! What a filter asks about: whoever keeps one must know what it can be asked of.

use super::query::{Clause, Expression, Query};
use super::vocabulary::{Field, Trait};

impl Query {
    /// It asks about marks or changes, which only the console has.
    pub fn asks_about_the_console(&self) -> bool {
        self.asks(|clause| {
            matches!(clause, Clause::Is { any, .. }
                if any.iter().any(|one| matches!(one, Trait::Marked | Trait::Changed)))
        })
    }

    /// It asks which rules fit.
    pub fn asks_about_rules(&self) -> bool {
        self.asks(|clause| {
            matches!(
                clause,
                Clause::Words {
                    field: Field::Rule,
                    ..
                }
            )
        })
    }

    /// What it asks for that this version never knows, if it does: such a clause is unknown of every conversation.
    pub fn asks_in_vain(&self) -> Option<&'static str> {
        self.asks(|clause| matches!(clause, Clause::Is { any, .. } if any.contains(&Trait::Mine)))
            .then_some("is:mine")
    }

    /// It asks how grave a conversation is, which rules can raise.
    pub fn asks_about_severity(&self) -> bool {
        self.asks(|clause| {
            matches!(clause, Clause::Is { any, .. } if any.iter().any(|one| one.severity().is_some()))
        })
    }

    fn asks(&self, fits: impl Fn(&Clause) -> bool) -> bool {
        self.root.as_ref().is_some_and(|root| root.asks(&fits))
    }
}

impl Expression {
    fn asks(&self, fits: &impl Fn(&Clause) -> bool) -> bool {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().any(|part| part.asks(fits)),
            Self::Not(inner) => inner.asks(fits),
            Self::Clause(clause) => fits(clause),
        }
    }
}
