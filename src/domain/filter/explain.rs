//! Why a filter does not show a conversation: the clauses that removed it, and what is so instead.

use super::matches::{Lasting, Subject, Surroundings, Truth};
use super::query::{Clause, Expression, Query};
use super::vocabulary::{Field, Trait};
use crate::domain::conversation::Side;
use crate::domain::diagnosis::words::Naming;
use crate::domain::kind::Kind;
use crate::domain::moment::short;
use crate::domain::parties::Parties;
use crate::domain::roster::Row;
use crate::domain::text::Text;

/// A clause that removed a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The clause, as the filter would print it.
    pub clause: String,
    /// It is not known to be false: the conversation was not read, or nothing tells it.
    pub is_unknown: bool,
    /// What is so instead, in words.
    pub fact: String,
}

/// The clauses that removed this row; none when it is shown. Of clauses joined by `or` all are named, for each of them would have done.
/// Customers and agents go by the names that `naming` makes of theirs.
pub fn explain(
    query: &Query,
    row: &Row,
    around: &Surroundings<'_>,
    naming: Naming<'_>,
) -> Vec<Removal> {
    let subject = Subject::new(row, around);
    let mut removals = Vec::new();
    if let Some(root) = &query.root {
        collect(root, &subject, naming, &mut removals);
    }
    removals
}

fn collect(
    expression: &Expression,
    subject: &Subject<'_>,
    naming: Naming<'_>,
    removals: &mut Vec<Removal>,
) {
    let truth = expression.truth(subject);
    if truth == Truth::True {
        return;
    }
    match expression {
        Expression::All(parts) | Expression::Any(parts) => {
            for part in parts {
                collect(part, subject, naming, removals);
            }
        }
        Expression::Not(_) | Expression::Clause(_) => {
            let is_unknown = truth == Truth::Unknown;
            removals.push(Removal {
                clause: expression.to_string(),
                is_unknown,
                fact: fact(expression, subject, naming, is_unknown),
            });
        }
    }
}

fn fact(
    expression: &Expression,
    subject: &Subject<'_>,
    naming: Naming<'_>,
    is_unknown: bool,
) -> String {
    match expression {
        _ if is_unknown && subject.row.reading.is_none() => "not read yet".to_owned(),
        Expression::Clause(clause) => subject.fact(clause, naming, is_unknown),
        Expression::Not(inner) => match inner.as_ref() {
            Expression::Clause(clause) => subject.fact(clause, naming, is_unknown),
            _ => "all of it is so".to_owned(),
        },
        Expression::All(_) | Expression::Any(_) => String::new(),
    }
}

impl Subject<'_> {
    /// What is so, in the terms of the clause.
    fn fact(&self, clause: &Clause, naming: Naming<'_>, is_unknown: bool) -> String {
        let kind = self.diagnosis().kind;
        match clause {
            Clause::Is { any, .. } if any.iter().any(|one| one.severity().is_some()) => {
                format!("it is {}: {}", self.severity().word(), kind.word())
            }
            Clause::Is { any, .. } => match any.first() {
                Some(Trait::Mine) | None => not_known(),
                Some(one) if self.truth(clause) == Truth::True => format!("it is {}", one.word()),
                Some(one) => format!("it is not {}", one.word()),
            },
            Clause::Kind { .. } => format!("its kind is {}", kind.word()),
            Clause::Length { field, .. } => match self.length(*field) {
                Lasting::For(length) => format!("its {} is {}", field.word(), short(length)),
                Lasting::NotAtAll => "it is not in queue".to_owned(),
                Lasting::Unknown => not_known(),
            },
            Clause::Messages { .. } => {
                let count = self.conversation().map_or(0, |c| c.messages.len());
                format!("it has {count} messages")
            }
            Clause::Last { .. } => self.last_writer(),
            Clause::Party { field, .. } => self.party_fact(*field, naming),
            Clause::Words { field, .. } => self.words_fact(*field, is_unknown),
            Clause::Text(_) => "neither its id, names nor queue fit".to_owned(),
        }
    }

    fn last_writer(&self) -> String {
        let last = self.conversation().and_then(|c| c.newest_of_all());
        match last.map(|message| message.from) {
            Some(Side::Customer) => "the customer wrote last",
            Some(Side::Agent) => "an agent wrote last",
            None => "nobody wrote",
        }
        .to_owned()
    }

    fn party_fact(&self, field: Field, naming: Naming<'_>) -> String {
        let code = self.conversation().map_or(Parties::UNREAD, Parties::of);
        let is_doubtful = self.is_doubtful(field);
        let is_person = matches!(field, Field::Cust | Field::Agent);
        let called = |name: &Text| {
            if is_person {
                naming(name.as_str())
            } else {
                name.to_string()
            }
        };
        let known: Vec<String> = self.names_by(field).into_iter().map(called).collect();
        // Another than the one that is shown is there as well, or was before.
        let known = known.join(", beside or after ");
        let field = field.word();
        let doubt = "one whose name is not known for certain";
        match (known.is_empty(), is_doubtful) {
            (true, false) => format!("it has no {field} by name ({code})"),
            (true, true) => format!("its {field} is {doubt} ({code})"),
            (false, false) => format!("its {field} is {known} ({code})"),
            (false, true) => format!("its {field} is {known}, and {doubt} ({code})"),
        }
    }

    fn words_fact(&self, field: Field, is_unknown: bool) -> String {
        match field {
            _ if is_unknown => not_known(),
            Field::Id => format!("its id is {}", self.row.listed.id),
            Field::Rule => "that rule does not fit it".to_owned(),
            Field::State => format!("its parties are {}", self.states().join(", ")),
            Field::Why if self.diagnosis().kind != Kind::Unread => {
                format!("{}: {}", self.diagnosis().kind.word(), self.diagnosis().why)
            }
            _ => format!("its {} does not fit", field.word()),
        }
    }
}

fn not_known() -> String {
    "not known to this version".to_owned()
}
