//! Text to query. Every refusal says where, what, and how to mend it; nothing that can be typed panics.

use std::ops::Range;
use std::str::FromStr;

use super::errors::{FilterError, Wrong};
use super::length::Length;
use super::lexer::{Lexer, Value};
use super::nearest::nearest;
use super::pattern::{How, Pattern};
use super::query::{Clause, Expression, PartyValue, Query};
use super::vocabulary::{Field, Op, Stands, Trait, Writer, named};
use crate::domain::kind::Kind;

/// The longest filter, in bytes.
const MOST_BYTES: usize = 4000;
/// The deepest nesting.
const MOST_LEVELS: usize = 32;

type Parsed<T> = Result<T, FilterError>;

impl FromStr for Query {
    type Err = FilterError;

    fn from_str(text: &str) -> Parsed<Self> {
        if text.len() > MOST_BYTES {
            return refuse(0..text.len(), Wrong::TooLong { limit: MOST_BYTES });
        }
        let mut parser = Parser {
            lexer: Lexer::new(text),
        };
        parser.lexer.skip_space();
        if parser.lexer.is_at_end() {
            return Ok(Self::default());
        }
        let root = parser.any(0)?;
        parser.lexer.skip_space();
        if parser.lexer.is_at_end() {
            return Ok(Self { root: Some(root) });
        }
        let at = parser.lexer.at();
        refuse(at..at + 1, Wrong::StrayBracket)
    }
}

fn refuse<T>(span: Range<usize>, wrong: Wrong) -> Parsed<T> {
    Err(FilterError { span, wrong })
}

struct Parser<'a> {
    lexer: Lexer<'a>,
}

/// A field with its operator, as written.
struct Asked<'a> {
    field: Field,
    key: Option<&'a str>,
    op: Op,
    span: Range<usize>,
}

impl<'a> Parser<'a> {
    fn any(&mut self, level: usize) -> Parsed<Expression> {
        let mut parts = vec![self.all(level)?];
        loop {
            self.lexer.skip_space();
            if !self.lexer.take_keyword("or") {
                return Ok(Expression::any(parts));
            }
            parts.push(self.all(level)?);
        }
    }

    fn all(&mut self, level: usize) -> Parsed<Expression> {
        let mut parts = vec![self.not(level)?];
        loop {
            self.lexer.skip_space();
            let ends = matches!(self.lexer.peek(), None | Some(')'))
                || self.lexer.clone().take_keyword("or");
            if ends {
                return Ok(Expression::all(parts));
            }
            self.lexer.take_keyword("and");
            parts.push(self.not(level)?);
        }
    }

    fn not(&mut self, level: usize) -> Parsed<Expression> {
        self.lexer.skip_space();
        let at = self.lexer.at();
        if level > MOST_LEVELS {
            return refuse(at..at, Wrong::TooDeep { limit: MOST_LEVELS });
        }
        if self.lexer.take('-') || self.lexer.take_keyword("not") {
            return Ok(Expression::Not(Box::new(self.not(level + 1)?)));
        }
        self.atom(level)
    }

    fn atom(&mut self, level: usize) -> Parsed<Expression> {
        let at = self.lexer.at();
        match self.lexer.peek() {
            Some('(') => return self.brackets(level),
            Some('"') => {
                let text = self
                    .lexer
                    .quotation()
                    .or_else(|span| refuse(span, Wrong::OpenQuote))?;
                let pattern = Pattern::plain(some_text(text, at..self.lexer.at())?);
                return Ok(Expression::Clause(Clause::Text(pattern)));
            }
            Some(',') => return refuse(at..at + 1, Wrong::StrayComma),
            None => return refuse(at..at, Wrong::ClauseMissing),
            Some(')') => return refuse(at..at + 1, Wrong::ClauseMissing),
            _ => {}
        }
        for keyword in ["and", "or"] {
            if self.lexer.clone().take_keyword(keyword) {
                return refuse(at..at + keyword.len(), Wrong::ClauseMissing);
            }
        }
        let word = self.lexer.word();
        let span = at..self.lexer.at();
        let Some(op) = self.operator(word) else {
            return Ok(Expression::Clause(Clause::Text(Pattern::plain(
                word.to_owned(),
            ))));
        };
        if word.is_empty() {
            return refuse(at..self.lexer.at(), Wrong::FieldMissing { op: op.word() });
        }
        self.clause(word, op, span).map(Expression::Clause)
    }

    fn brackets(&mut self, level: usize) -> Parsed<Expression> {
        let at = self.lexer.at();
        self.lexer.take('(');
        let inner = self.any(level + 1)?;
        self.lexer.skip_space();
        if self.lexer.take(')') {
            Ok(inner)
        } else {
            refuse(at..at + 1, Wrong::OpenBracket)
        }
    }

    /// The operator after a word. `:` stands close; a comparison may have spaces around it, and `like` must.
    fn operator(&mut self, word: &str) -> Option<Op> {
        if let Some(op) = self.lexer.operator() {
            if op != Op::Has {
                self.lexer.skip_space();
            }
            return Some(op);
        }
        let mut ahead = self.lexer.clone();
        ahead.skip_space();
        let op = if let Some(op) = ahead.operator().filter(|op| *op != Op::Has) {
            op
        } else if field_of(word).is_some()
            && ahead.at() > self.lexer.at()
            && ahead.take_keyword("like")
        {
            Op::Like
        } else {
            return None;
        };
        ahead.skip_space();
        self.lexer = ahead;
        Some(op)
    }

    fn clause(&mut self, word: &'a str, op: Op, span: Range<usize>) -> Parsed<Clause> {
        let Some((field, key)) = field_of(word) else {
            let names = Field::ALL.iter().map(|field| field.word());
            let nearest = nearest(word, names).unwrap_or("is");
            let said = word.to_owned();
            return refuse(span, Wrong::UnknownField { said, nearest });
        };
        if field == Field::Attribute && key.is_none() {
            return refuse(span, Wrong::KeyMissing);
        }
        let asked = Asked {
            field,
            key,
            op,
            span: span.start..self.lexer.at(),
        };
        let values = self.values(&asked)?;
        asked.clause(values)
    }

    fn values(&mut self, asked: &Asked<'_>) -> Parsed<Vec<Value>> {
        let mut values = Vec::new();
        loop {
            let read = self.lexer.value();
            match read.or_else(|span| refuse(span, Wrong::OpenQuote))? {
                Some(value) => values.push(value),
                None => return asked.value_missing(),
            }
            if !self.lexer.take(',') {
                return Ok(values);
            }
            self.lexer.skip_space();
        }
    }
}

/// The field of this name; what follows the dot of `attr.KEY` is its key.
fn field_of(word: &str) -> Option<(Field, Option<&str>)> {
    match word.split_once('.') {
        Some((name, key)) if !key.is_empty() => Field::named(name)
            .filter(|field| *field == Field::Attribute)
            .map(|field| (field, Some(key))),
        Some((name, _)) if name.eq_ignore_ascii_case("attr") => Some((Field::Attribute, None)),
        _ => Field::named(word).map(|field| (field, None)),
    }
}

fn some_text(text: String, span: Range<usize>) -> Parsed<String> {
    if text.is_empty() {
        return refuse(span, Wrong::EmptyText);
    }
    Ok(text)
}

impl Asked<'_> {
    fn clause(&self, values: Vec<Value>) -> Parsed<Clause> {
        match self.field {
            Field::Is => self.choice(values, Trait::ALL, Trait::word, |is_negated, any| {
                Clause::Is { is_negated, any }
            }),
            Field::Last => self.choice(values, Writer::ALL, Writer::word, |is_negated, any| {
                Clause::Last { is_negated, any }
            }),
            Field::Kind => self.choice(values, Kind::ALL, Kind::word, |is_negated, any| {
                Clause::Kind { is_negated, any }
            }),
            Field::Age | Field::Idle | Field::Wait | Field::For => self.lengths(values),
            Field::Messages => self.numbers(values),
            Field::Cust | Field::Agent | Field::Queue | Field::Bot => {
                let how = self.how()?;
                let any = each(values, |value| party_value(value, how))?;
                let field = self.field;
                Ok(Clause::Party { field, how, any })
            }
            _ => {
                let how = self.how()?;
                Ok(Clause::Words {
                    field: self.field,
                    key: self.key.map(str::to_owned),
                    how,
                    any: each(values, |value| pattern(value, how))?,
                })
            }
        }
    }

    /// A field whose values are words of its own.
    fn choice<T: Copy>(
        &self,
        values: Vec<Value>,
        all: &[T],
        word: fn(T) -> &'static str,
        build: impl FnOnce(bool, Vec<T>) -> Clause,
    ) -> Parsed<Clause> {
        let is_negated = match self.op {
            Op::Has | Op::Equal => false,
            Op::NotEqual => true,
            _ => return self.wrong_operator(),
        };
        let any = each(values, |value| {
            if let Some(one) = named(all, word, &value.text) {
                return Ok(one);
            }
            let words = all.iter().map(|one| word(*one));
            let wrong = Wrong::UnknownWord {
                field: self.field.word(),
                nearest: nearest(&value.text, words).unwrap_or_default(),
                said: value.text,
            };
            refuse(value.span, wrong)
        })?;
        Ok(build(is_negated, any))
    }

    fn lengths(&self, values: Vec<Value>) -> Parsed<Clause> {
        let (field, op) = (self.field, self.op);
        if op == Op::Like {
            return self.wrong_operator();
        }
        let any = each(values, |value| {
            let said = value.text.clone();
            let is_number = said.chars().all(|letter| letter.is_ascii_digit());
            let field = field.word();
            let wrong = match Length::parse(&said) {
                Some(_) if op.is_equality() => Wrong::NeverExact { field, said },
                Some(length) => return Ok(length),
                None if is_number => {
                    let op = if op.is_equality() { ">" } else { op.word() };
                    Wrong::UnitMissing {
                        field,
                        op,
                        number: said,
                    }
                }
                None => Wrong::NotALength { field, said },
            };
            refuse(value.span, wrong)
        })?;
        Ok(Clause::Length { field, op, any })
    }

    fn numbers(&self, values: Vec<Value>) -> Parsed<Clause> {
        let op = match self.op {
            Op::Like => return self.wrong_operator(),
            Op::Has => Op::Equal,
            other => other,
        };
        let any = each(values, |value| {
            value.text.parse().or_else(|_| {
                let (field, said) = (self.field.word(), value.text.clone());
                refuse(value.span.clone(), Wrong::NotANumber { field, said })
            })
        })?;
        Ok(Clause::Messages { op, any })
    }

    fn how(&self) -> Parsed<How> {
        match self.op {
            Op::Has => Ok(How::Has),
            Op::Equal => Ok(How::Is),
            Op::NotEqual => Ok(How::IsNot),
            Op::Like => Ok(How::Like),
            _ => self.wrong_operator(),
        }
    }

    fn wrong_operator<T>(&self) -> Parsed<T> {
        refuse(
            self.span.clone(),
            Wrong::WrongOperator {
                field: self.field.word(),
                op: self.op.word(),
                example: self.field.example(),
            },
        )
    }

    fn value_missing<T>(&self) -> Parsed<T> {
        refuse(
            self.span.clone(),
            Wrong::ValueMissing {
                field: self.field.word(),
                op: self.op.word(),
                example: self.field.example(),
            },
        )
    }
}

fn party_value(value: Value, how: How) -> Parsed<PartyValue> {
    let is_word = !value.is_quoted && how != How::Like;
    match Stands::named(&value.text).filter(|_| is_word) {
        Some(stands) => Ok(PartyValue::Stands(stands)),
        None => pattern(value, how).map(PartyValue::Name),
    }
}

fn each<T>(values: Vec<Value>, read: impl FnMut(Value) -> Parsed<T>) -> Parsed<Vec<T>> {
    values.into_iter().map(read).collect()
}

fn pattern(value: Value, how: How) -> Parsed<Pattern> {
    let text = some_text(value.text, value.span.clone())?;
    if how == How::Like {
        return Pattern::regex(text).or_else(|why| refuse(value.span, Wrong::NotARegex { why }));
    }
    Ok(Pattern::plain(text))
}
