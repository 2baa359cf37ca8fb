//! Reads words, operators, values and quotations off a filter's text. What a letter means depends on where it stands (`14:05` is a
//! value, `queue:` a field and an operator), so the parser says which it wants.

use std::ops::Range;

use super::vocabulary::Op;

/// A place in the text.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

/// A value as read.
pub(super) struct Value {
    pub(super) text: String,
    pub(super) is_quoted: bool,
    pub(super) span: Range<usize>,
}

/// May a value without quotes have this letter?
pub(super) fn is_value_letter(letter: char) -> bool {
    !letter.is_whitespace() && !matches!(letter, ',' | '(' | ')' | '"')
}

/// Is this text read as one word, whole?
pub(super) fn is_whole_word(text: &str) -> bool {
    let mut lexer = Lexer::new(text);
    !lexer.word().is_empty() && lexer.is_at_end()
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Where the next letter is, in bytes.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.rest().is_empty()
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub(super) fn skip_space(&mut self) {
        self.take_while(char::is_whitespace);
    }

    /// Takes this letter if it is the next one.
    pub(super) fn take(&mut self, letter: char) -> bool {
        let is_next = self.peek() == Some(letter);
        if is_next {
            self.at += letter.len_utf8();
        }
        is_next
    }

    /// Takes this word if it is the next one and stands by itself.
    pub(super) fn take_keyword(&mut self, keyword: &str) -> bool {
        let mut ahead = self.clone();
        let is_next =
            ahead.word().eq_ignore_ascii_case(keyword) && ahead.clone().operator().is_none();
        if is_next {
            self.at = ahead.at;
        }
        is_next
    }

    /// A bare word; empty when none begins here.
    pub(super) fn word(&mut self) -> &'a str {
        let start = self.at;
        while let Some(letter) = self.peek() {
            if !is_value_letter(letter) || self.clone().operator().is_some() {
                break;
            }
            self.at += letter.len_utf8();
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    /// An operator; the longer ones first.
    pub(super) fn operator(&mut self) -> Option<Op> {
        let rest = self.rest();
        let op = Op::ALL.into_iter().find(|op| rest.starts_with(op.word()))?;
        self.at += op.word().len();
        Some(op)
    }

    /// A value, bare or quoted; nothing when none begins here. The error is the place of a quotation without an end.
    pub(super) fn value(&mut self) -> Result<Option<Value>, Range<usize>> {
        let start = self.at;
        if self.peek() == Some('"') {
            return self.quotation().map(|text| {
                Some(Value {
                    text,
                    is_quoted: true,
                    span: start..self.at,
                })
            });
        }
        let text = self.take_while(is_value_letter);
        Ok((!text.is_empty()).then(|| Value {
            text: text.to_owned(),
            is_quoted: false,
            span: start..self.at,
        }))
    }

    /// A quotation, without its quotes; `\"` and `\\` stand for `"` and `\`.
    pub(super) fn quotation(&mut self) -> Result<String, Range<usize>> {
        let start = self.at;
        self.take('"');
        let mut text = String::new();
        while let Some(letter) = self.peek() {
            self.at += letter.len_utf8();
            match letter {
                '"' => return Ok(text),
                '\\' if self.take('"') => text.push('"'),
                '\\' if self.take('\\') => text.push('\\'),
                other => text.push(other),
            }
        }
        Err(start..self.at)
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest
            .find(|letter: char| !fits(letter))
            .unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }
}
