//! The fields of a form or a query, each once.

use crate::sandbox::exchange::{Request, decoded};

/// What was sent, decoded.
#[derive(Debug)]
pub(super) struct Form {
    fields: Vec<(String, String)>,
}

impl Form {
    /// The fields of a text like `a=1&b=2`.
    pub(super) fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        Self {
            fields: pairs
                .map(|(name, value)| (decoded(name), decoded(value)))
                .collect(),
        }
    }

    /// The fields of a body, where it says that it is a form.
    pub(super) fn in_body(request: &Request) -> Option<Self> {
        request
            .is_of_type("application/x-www-form-urlencoded")
            .then(|| Self::parse(&String::from_utf8_lossy(&request.body)))
    }

    /// The first field of a name, if it holds anything.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let (_, value) = fields.find(|(key, _)| key == name)?;
        (!value.is_empty()).then_some(value)
    }
}

/// A text as it stands in a query.
pub(super) fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            // Writing into a text cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
        out
    })
}
