//! A query as text that parses to the same query.

use std::fmt::{self, Display, Write as _};

use super::pattern::{How, Pattern};
use super::query::{Clause, Expression, PartyValue, Query};
use super::vocabulary::{Field, KEYWORDS, Op, Stands};

impl Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.root.as_ref().map_or(Ok(()), |root| root.fmt(f))
    }
}

impl Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => joined(f, parts, " ", |part| matches!(part, Self::Any(_))),
            Self::Any(parts) => joined(f, parts, " or ", |_| false),
            Self::Not(inner) => {
                f.write_char('-')?;
                bracketed(f, inner, !matches!(**inner, Self::Clause(_)))
            }
            Self::Clause(clause) => clause.fmt(f),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expression],
    between: &str,
    needs_brackets: impl Fn(&Expression) -> bool,
) -> fmt::Result {
    for (number, part) in parts.iter().enumerate() {
        if number > 0 {
            f.write_str(between)?;
        }
        bracketed(f, part, needs_brackets(part))?;
    }
    Ok(())
}

fn bracketed(f: &mut fmt::Formatter<'_>, part: &Expression, is_needed: bool) -> fmt::Result {
    if is_needed {
        write!(f, "({part})")
    } else {
        part.fmt(f)
    }
}

impl Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is { is_negated, any } => {
                values(f, Field::Is, equality(*is_negated), any, |one| {
                    one.word().to_owned()
                })
            }
            Self::Last { is_negated, any } => {
                values(f, Field::Last, equality(*is_negated), any, |one| {
                    one.word().to_owned()
                })
            }
            Self::Kind { is_negated, any } => {
                values(f, Field::Kind, equality(*is_negated), any, |one| {
                    one.word().to_owned()
                })
            }
            Self::Length { field, op, any } => values(f, *field, *op, any, ToString::to_string),
            Self::Messages { op, any } => values(f, Field::Messages, *op, any, ToString::to_string),
            Self::Party { field, how, any } => {
                values(f, *field, operator(*how), any, |one| party_value(one, *how))
            }
            Self::Words {
                field,
                key,
                how,
                any,
            } => {
                f.write_str(field.word())?;
                if let Some(key) = key {
                    write!(f, ".{key}")?;
                }
                f.write_str(operator(*how).word())?;
                listed(f, any, |one| value(&one.text))
            }
            Self::Text(pattern) => f.write_str(&text(pattern)),
        }
    }
}

fn values<T>(
    f: &mut fmt::Formatter<'_>,
    field: Field,
    op: Op,
    any: &[T],
    print: impl Fn(&T) -> String,
) -> fmt::Result {
    write!(f, "{}{}", field.word(), op.word())?;
    listed(f, any, print)
}

fn listed<T>(f: &mut fmt::Formatter<'_>, any: &[T], print: impl Fn(&T) -> String) -> fmt::Result {
    let all: Vec<String> = any.iter().map(print).collect();
    f.write_str(&all.join(","))
}

fn equality(is_negated: bool) -> Op {
    if is_negated { Op::NotEqual } else { Op::Has }
}

fn operator(how: How) -> Op {
    match how {
        How::Has => Op::Has,
        How::Is => Op::Equal,
        How::IsNot => Op::NotEqual,
        How::Like => Op::Like,
    }
}

fn party_value(one: &PartyValue, how: How) -> String {
    match one {
        PartyValue::Stands(stands) => stands.word().to_owned(),
        PartyValue::Name(pattern) if how != How::Like && Stands::named(&pattern.text).is_some() => {
            quoted(&pattern.text)
        }
        PartyValue::Name(pattern) => value(&pattern.text),
    }
}

/// A value, quoted where it must be.
pub(super) fn value(text: &str) -> String {
    let is_plain = !text.is_empty() && text.chars().all(super::lexer::is_value_letter);
    // An operator's own letters at the front would lengthen the operator (`:` never does, `>` before `=` would).
    if is_plain && !text.starts_with(['=', '<', '>']) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// Bare text, quoted where it would be read as something else.
fn text(pattern: &Pattern) -> String {
    let text = &pattern.text;
    let is_plain = !text.starts_with('-')
        && super::lexer::is_whole_word(text)
        && !KEYWORDS.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is_plain { text.clone() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{escaped}\"")
}
