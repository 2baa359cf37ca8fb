//! For a filter that shows nothing: what was probably meant, as a filter that shows something.

use std::borrow::Borrow;

use jiff::SignedDuration;

use super::complete::counted;
use super::length::Length;
use super::matches::{Lasting, Subject, Surroundings, Truth};
use super::nearest::{distance, nearest};
use super::pattern::How;
use super::print::value;
use super::query::{Clause, Expression, PartyValue, Query};
use super::vocabulary::{Field, Op, Stands};
use crate::domain::roster::Row;

/// What was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meant {
    /// What stands in the place of the clause that fits nothing.
    pub clause: String,
    /// The whole filter with it; the clause alone where the rest of the filter lets nothing of it through.
    pub filter: String,
    /// How many rows that shows.
    pub count: usize,
    /// The rest of the filter, where that goes.
    pub without: Option<String>,
}

impl Meant {
    /// It has somebody's name in it.
    pub fn names_people(&self) -> bool {
        let fields = Field::ALL.iter().filter(|field| field.names_people());
        let mut fields = fields.map(|field| format!("{}:", field.word()));
        fields.any(|field| self.clause.starts_with(&field))
    }
}

/// The first clause that fits no row, with the nearest one that does: another name, a word that somebody took for a text, a length that
/// something lasts. Nothing where none comes near.
pub fn did_you_mean<R: Borrow<Row>>(
    query: &Query,
    rows: &(impl Iterator<Item = R> + Clone),
    around: &Surroundings<'_>,
) -> Option<Meant> {
    let root = query.root.as_ref()?;
    let mut clauses = Vec::new();
    asked(root, &mut clauses);
    let shows = |query: &Query| {
        let fitting = rows
            .clone()
            .filter(|row| query.matches(row.borrow(), around));
        fitting.count()
    };
    clauses.into_iter().find_map(|clause| {
        let is_fitting = |row: R| Subject::new(row.borrow(), around).truth(clause) == Truth::True;
        if rows.clone().any(is_fitting) {
            return None;
        }
        let better = better(clause, rows, around)?;
        let alone: Query = better.parse().ok()?;
        let whole = Query {
            root: Some(instead(root, clause, alone.root.as_ref()?)),
        };
        let rest = Query {
            root: without(root, clause),
        };
        let (found, count, without) = [(whole, None), (alone, Some(rest.to_string()))]
            .into_iter()
            .map(|(query, without)| (query.to_string(), shows(&query), without))
            .find(|(_, count, _)| *count > 0)?;
        Some(Meant {
            clause: better,
            filter: found,
            count,
            without,
        })
    })
}

/// The clauses outside of any `not`: negated ones remove, they do not miss.
fn asked<'q>(expression: &'q Expression, found: &mut Vec<&'q Clause>) {
    match expression {
        Expression::All(parts) | Expression::Any(parts) => {
            for part in parts {
                asked(part, found);
            }
        }
        Expression::Clause(clause) => found.push(clause),
        Expression::Not(_) => {}
    }
}

/// The same with another clause in the place of this one.
fn instead(whole: &Expression, clause: &Clause, better: &Expression) -> Expression {
    let parts = |parts: &[Expression]| {
        let parts = parts.iter().map(|part| instead(part, clause, better));
        parts.collect()
    };
    match whole {
        Expression::All(all) => Expression::all(parts(all)),
        Expression::Any(any) => Expression::any(parts(any)),
        Expression::Clause(this) if this == clause => better.clone(),
        Expression::Clause(_) | Expression::Not(_) => whole.clone(),
    }
}

/// What is left without this clause; nothing where that is all.
fn without(whole: &Expression, clause: &Clause) -> Option<Expression> {
    let rest = |parts: &[Expression]| -> Vec<Expression> {
        let parts = parts.iter().filter_map(|part| without(part, clause));
        parts.collect()
    };
    match whole {
        Expression::All(all) => Some(rest(all))
            .filter(|all| !all.is_empty())
            .map(Expression::all),
        Expression::Any(any) => Some(rest(any))
            .filter(|any| !any.is_empty())
            .map(Expression::any),
        Expression::Clause(this) if this == clause => None,
        Expression::Clause(_) | Expression::Not(_) => Some(whole.clone()),
    }
}

fn better<R: Borrow<Row>>(
    clause: &Clause,
    rows: &(impl Iterator<Item = R> + Clone),
    around: &Surroundings<'_>,
) -> Option<String> {
    match clause {
        Clause::Party { field, how, any } if *how != How::Like && *how != How::IsNot => {
            let names = names_of(*field, rows.clone(), around);
            let name = any.iter().find_map(|value| match value {
                PartyValue::Name(pattern) => near(&pattern.text, &names, Near::Name),
                PartyValue::Stands(_) => None,
            })?;
            Some(format!("{}:{}", field.word(), value(&name)))
        }
        Clause::Text(pattern) => text(&pattern.text, rows, around),
        Clause::Length { field, op, any } => match any.as_slice() {
            [Length::Span(_)] => length(*field, *op, rows, around),
            _ => None,
        },
        _ => None,
    }
}

/// A bare text: a word of the list, like what stands under WHY, or a name.
fn text<R: Borrow<Row>>(
    said: &str,
    rows: &(impl Iterator<Item = R> + Clone),
    around: &Surroundings<'_>,
) -> Option<String> {
    let word = [Field::Kind, Field::Is].into_iter().find_map(|field| {
        let words = counted(field, rows.clone(), around).into_iter();
        let words: Vec<String> = words
            .filter_map(|(word, count)| (count > 0).then_some(word))
            .collect();
        let word = near(said, &words, Near::Word)?;
        Some(format!("{}:{word}", field.word()))
    });
    word.or_else(|| {
        let parties = [Field::Cust, Field::Agent, Field::Queue, Field::Bot];
        let names = parties
            .into_iter()
            .flat_map(|party| names_of(party, rows.clone(), around));
        let name = near(said, &names.collect::<Vec<_>>(), Near::Name)?;
        Some(format!("{}:{}", Field::Name.word(), value(&name)))
    })
}

/// The longest that anything lasts, or the shortest, in whole minutes where it has so many.
fn length<R: Borrow<Row>>(
    field: Field,
    op: Op,
    rows: &(impl Iterator<Item = R> + Clone),
    around: &Surroundings<'_>,
) -> Option<String> {
    let lasts =
        rows.clone().filter_map(
            |row| match Subject::new(row.borrow(), around).length(field) {
                Lasting::For(length) => Some(length.max(SignedDuration::ZERO).as_secs()),
                Lasting::NotAtAll | Lasting::Unknown => None,
            },
        );
    let (op, seconds) = match op {
        Op::Above | Op::AtLeast => {
            let longest = lasts.max()?;
            let minutes = longest - longest % 60;
            (Op::AtLeast, if minutes > 0 { minutes } else { longest })
        }
        // A second more: what is under way has parts of one.
        Op::Below | Op::AtMost => (Op::AtMost, (lasts.min()? / 60 + 1) * 60),
        _ => return None,
    };
    let length = Length::Span(seconds);
    Some(format!("{}{}{length}", field.word(), op.word()))
}

fn names_of<R: Borrow<Row>>(
    field: Field,
    rows: impl Iterator<Item = R>,
    around: &Surroundings<'_>,
) -> Vec<String> {
    let known = counted(field, rows, around).into_iter();
    known
        .map(|(word, _)| word)
        .filter(|word| Stands::named(word).is_none())
        .collect()
}

/// So many letters of a word are enough to mean it.
const BEGINNING: usize = 3;

/// What is looked for: of a name half the letters may differ, of a word of the language one in three.
#[derive(Clone, Copy)]
enum Near {
    Name,
    Word,
}

fn near(said: &str, known: &[String], what: Near) -> Option<String> {
    let folded = said.to_lowercase();
    let name = nearest(said, known.iter().map(String::as_str))?;
    let apart = distance(&folded, &name.to_lowercase());
    let letters = said.chars().count();
    let most = match what {
        Near::Name => letters.div_ceil(2),
        Near::Word => letters / 3,
    };
    let is_begun = letters >= BEGINNING && name.to_lowercase().starts_with(&folded);
    (is_begun || apart <= most).then(|| name.to_owned())
}
