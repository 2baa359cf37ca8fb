//! What could be typed next, with how many conversations it would show.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::ops::Range;

use super::lexer::Lexer;
use super::matches::{Subject, Surroundings, Truth};
use super::print::value;
use super::query::{Clause, PartyValue};
use super::vocabulary::{Field, Stands, Trait, Writer};
use crate::domain::kind::Kind;
use crate::domain::roster::Row;

/// A text that could stand in the filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What to put in.
    pub insert: String,
    /// The bytes it replaces.
    pub replaces: Range<usize>,
    /// How many of the known conversations it fits; absent for a field's name.
    pub count: Option<usize>,
    /// It is somebody's name.
    pub names_a_person: bool,
}

/// What could stand at the cursor (a byte position): a field, or a value of the field before it. Most frequent values first.
pub fn complete<R: Borrow<Row>>(
    text: &str,
    cursor: usize,
    rows: impl Iterator<Item = R>,
    around: &Surroundings<'_>,
) -> Vec<Completion> {
    let head = text.get(..cursor).unwrap_or(text);
    let clause = clause_start(head);
    let mut lexer = Lexer::new(head.get(clause..).unwrap_or_default());
    let word = lexer.word();
    let Some(op) = lexer.operator() else {
        return fields(word, clause..head.len());
    };
    let Some(field) = Field::named(word).filter(|_| op.is_equality()) else {
        return Vec::new();
    };
    let start = value_start(head, clause + lexer.at());
    let typed = head.get(start..).unwrap_or_default();
    let typed = typed.trim_start_matches('"').to_lowercase();
    let mut found: Vec<(String, usize)> = counted(field, rows, around)
        .into_iter()
        .filter(|(word, _)| word.to_lowercase().contains(&typed))
        .collect();
    found.sort_by(|(a, many), (b, few)| few.cmp(many).then_with(|| a.cmp(b)));
    let own: Vec<&str> = own_words(field).into_iter().map(|(word, _)| word).collect();
    let completions = found.into_iter().map(|(word, count)| Completion {
        names_a_person: field.names_people() && !own.contains(&word.as_str()),
        insert: value(&word),
        replaces: start..head.len(),
        count: Some(count),
    });
    completions.collect()
}

/// Where the clause before the cursor begins: after the last space or bracket outside quotes, and after a minus.
fn clause_start(head: &str) -> usize {
    let start = last_outside_quotes(head, |letter| {
        letter.is_whitespace() || matches!(letter, '(' | ')')
    });
    let rest = head.get(start..).unwrap_or_default();
    start + (rest.len() - rest.trim_start_matches('-').len())
}

/// Where the value before the cursor begins: after the last comma outside quotes.
fn value_start(head: &str, from: usize) -> usize {
    let values = head.get(from..).unwrap_or_default();
    from + last_outside_quotes(values, |letter| letter == ',')
}

fn last_outside_quotes(text: &str, fits: impl Fn(char) -> bool) -> usize {
    let mut is_quoted = false;
    let mut start = 0;
    for (at, letter) in text.char_indices() {
        is_quoted ^= letter == '"';
        if !is_quoted && fits(letter) {
            start = at + letter.len_utf8();
        }
    }
    start
}

fn fields(typed: &str, replaces: Range<usize>) -> Vec<Completion> {
    let typed = typed.to_lowercase();
    let starting = Field::ALL
        .iter()
        .filter(|field| field.word().starts_with(&typed));
    let completions = starting.map(|field| Completion {
        insert: match field {
            Field::Age | Field::Idle | Field::Wait | Field::For => format!("{}>", field.word()),
            Field::Messages => format!("{}<", field.word()),
            Field::Attribute => format!("{}.", field.word()),
            _ => format!("{}:", field.word()),
        },
        replaces: replaces.clone(),
        count: None,
        names_a_person: false,
    });
    completions.collect()
}

/// Names, each with how often it was met.
#[derive(Default)]
struct Counted(BTreeMap<String, usize>);

impl Counted {
    fn add(&mut self, name: &str) {
        match self.0.get_mut(name) {
            Some(count) => *count += 1,
            None => drop(self.0.insert(name.to_owned(), 1)),
        }
    }
}

/// The values that a field has, each with how many rows it fits.
pub(super) fn counted<R: Borrow<Row>>(
    field: Field,
    rows: impl Iterator<Item = R>,
    around: &Surroundings<'_>,
) -> Vec<(String, usize)> {
    let mut words: Vec<(&'static str, Clause, usize)> = own_words(field)
        .into_iter()
        .map(|(word, clause)| (word, clause, 0))
        .collect();
    let mut names = Counted::default();
    for row in rows {
        let subject = Subject::new(row.borrow(), around);
        for (_, clause, count) in &mut words {
            *count += usize::from(subject.truth(clause) == Truth::True);
        }
        if is_party(field) {
            if let Some(name) = subject.name_shown(field) {
                names.add(name.as_str());
            }
        } else if matches!(field, Field::Division | Field::Deployment) {
            for name in subject.names_of(field) {
                names.add(name.as_str());
            }
        } else if field == Field::State {
            let states: std::collections::BTreeSet<&str> = subject.states().into_iter().collect();
            for state in states {
                names.add(state);
            }
        }
    }
    words
        .into_iter()
        .map(|(word, _, count)| (word.to_owned(), count))
        .chain(names.0)
        .collect()
}

fn is_party(field: Field) -> bool {
    matches!(
        field,
        Field::Cust | Field::Agent | Field::Queue | Field::Bot
    )
}

/// The words that are values of a field, each with the clause that asks for it.
fn own_words(field: Field) -> Vec<(&'static str, Clause)> {
    let is_negated = false;
    match field {
        Field::Is => each(Trait::ALL, |one| {
            (
                one.word(),
                Clause::Is {
                    is_negated,
                    any: vec![one],
                },
            )
        }),
        Field::Kind => each(Kind::ALL, |one| {
            (
                one.word(),
                Clause::Kind {
                    is_negated,
                    any: vec![one],
                },
            )
        }),
        Field::Last => each(Writer::ALL, |one| {
            (
                one.word(),
                Clause::Last {
                    is_negated,
                    any: vec![one],
                },
            )
        }),
        _ if is_party(field) => each(Stands::ALL, |one| {
            let any = vec![PartyValue::Stands(one)];
            let how = super::pattern::How::Has;
            (one.word(), Clause::Party { field, how, any })
        }),
        _ => Vec::new(),
    }
}

fn each<T: Copy, U>(all: &[T], build: impl Fn(T) -> U) -> Vec<U> {
    all.iter().copied().map(build).collect()
}
