//! What can be wrong with a filter's text: where it is, and how to mend it.

use std::ops::Range;

/// A filter that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{wrong}")]
pub struct FilterError {
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// What is wrong, with the mend.
    pub wrong: Wrong,
}

/// What is wrong, with the mend in words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// No such field.
    #[error("no field is called `{said}`. Did you mean {nearest}? As plain text: \"{said}\"")]
    UnknownField {
        /// As written.
        said: String,
        /// The nearest field.
        nearest: &'static str,
    },
    /// A number where a length of time is wanted.
    #[error("{field} needs a unit. Try {field}{op}{number}m or {field}{op}{number}s")]
    UnitMissing {
        /// The field.
        field: &'static str,
        /// The operator, as written.
        op: &'static str,
        /// The number.
        number: String,
    },
    /// Neither a length of time nor a clock.
    #[error("`{said}` is no length of time. Try {field}>45m, {field}>1h30m or {field}>14:05")]
    NotALength {
        /// The field.
        field: &'static str,
        /// As written.
        said: String,
    },
    /// A length of time is never exactly met.
    #[error("{field} is never exactly {said}. Try {field}>{said} or {field}<{said}")]
    NeverExact {
        /// The field.
        field: &'static str,
        /// As written.
        said: String,
    },
    /// Not a number.
    #[error("`{said}` is no number. Try {field}<2")]
    NotANumber {
        /// The field.
        field: &'static str,
        /// As written.
        said: String,
    },
    /// A word that the field does not have.
    #[error("{field}:{said} means nothing. Did you mean {field}:{nearest}?")]
    UnknownWord {
        /// The field.
        field: &'static str,
        /// As written.
        said: String,
        /// The nearest word.
        nearest: &'static str,
    },
    /// The field knows no more and no less, or no regular expression.
    #[error("{field} cannot be compared with {op}. Try {example}")]
    WrongOperator {
        /// The field.
        field: &'static str,
        /// As written.
        op: &'static str,
        /// Something that works.
        example: &'static str,
    },
    /// Nothing after the operator or the comma.
    #[error(
        "{field}{op} needs a value. Try {example}. A value with spaces or brackets needs quotes"
    )]
    ValueMissing {
        /// The field.
        field: &'static str,
        /// As written.
        op: &'static str,
        /// Something that works.
        example: &'static str,
    },
    /// An operator without a field before it.
    #[error("{op} needs a field before it. Try idle>45m")]
    FieldMissing {
        /// As written.
        op: &'static str,
    },
    /// `attr` without a key.
    #[error("attr needs a key. Try attr.caseId:5513")]
    KeyMissing,
    /// An empty text says nothing.
    #[error("an empty text fits everything. Write something between the quotes, or leave them out")]
    EmptyText,
    /// A quotation without an end.
    #[error("the quotation has no end. Put a \" after it")]
    OpenQuote,
    /// A bracket without its other half.
    #[error("the bracket is not closed. Put a ) after it")]
    OpenBracket,
    /// A bracket without its other half.
    #[error("no bracket is open here. Take the ) away")]
    StrayBracket,
    /// A comma between clauses.
    #[error(
        "a comma stands only between values, as in queue:Claims,Returns. Use a space, or the word or"
    )]
    StrayComma,
    /// Something is missing before or after a word.
    #[error("a clause is missing here. Try is:stuck, or take the last word away")]
    ClauseMissing,
    /// Not a regular expression.
    #[error("this is no regular expression: {why}")]
    NotARegex {
        /// What the parser of expressions said, on one line.
        why: String,
    },
    /// Brackets within brackets within brackets.
    #[error("this goes more than {limit} levels deep. Take brackets away")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// Longer than any filter needs to be.
    #[error("a filter has at most {limit} characters. Shorten it")]
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
}
