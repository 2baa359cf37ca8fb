//! A platform whose clock is wrong: every time that it writes or reads is off by as much.
//!
//! The world's own time stays right, so that nothing happens early or late.

use crate::sandbox::exchange::{Answer, Request};
use jiff::fmt::temporal::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Digits of a second, as the platform writes its times.
const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// How far the clock goes ahead; negative where it is behind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::sandbox) struct Skew(SignedDuration);

impl Skew {
    pub(in crate::sandbox) fn of_ms(milliseconds: i64) -> Self {
        Self(SignedDuration::from_millis(milliseconds))
    }

    pub(in crate::sandbox) fn is_none(self) -> bool {
        self.0.is_zero()
    }

    /// What the platform takes a request for: its times are read by the wrong clock.
    pub(in crate::sandbox) fn heard(self, request: &Request) -> Request {
        let body = serde_json::from_slice(&request.body).ok().map(|mut body| {
            self.opposite().shift(&mut body);
            body.to_string().into_bytes()
        });
        Request {
            body: body.unwrap_or_else(|| request.body.clone()),
            ..request.clone()
        }
    }

    /// An answer as the wrong clock dates it.
    pub(in crate::sandbox) fn told(self, mut answer: Answer, now: Timestamp) -> Answer {
        if let Some(body) = answer.json_body_mut() {
            self.shift(body);
        }
        let date = now.checked_add(self.0).unwrap_or(now);
        let printer = jiff::fmt::rfc2822::DateTimePrinter::new();
        if let Ok(date) = printer.timestamp_to_rfc9110_string(&date) {
            answer.set.push(("date".to_owned(), date));
        }
        answer
    }

    /// A frame as the wrong clock dates it.
    pub(in crate::sandbox) fn frame(self, text: String) -> String {
        match serde_json::from_str::<Value>(&text) {
            Ok(mut frame) => {
                self.shift(&mut frame);
                frame.to_string()
            }
            Err(_) => text,
        }
    }

    fn opposite(self) -> Self {
        Self(-self.0)
    }

    fn shift(self, value: &mut Value) {
        match value {
            Value::Object(members) => members.values_mut().for_each(|member| self.shift(member)),
            Value::Array(items) => items.iter_mut().for_each(|item| self.shift(item)),
            Value::String(text) => {
                let times: Option<Vec<String>> =
                    text.split('/').map(|time| self.shifted(time)).collect();
                if let Some(times) = times {
                    *text = times.join("/");
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    /// The time that a text says, shifted; nothing where it says none.
    fn shifted(self, text: &str) -> Option<String> {
        let looks_like = text.len() >= "2026-01-01T00:00Z".len() && text.contains('T');
        let at: Timestamp = text.parse().ok().filter(|_| looks_like)?;
        let shifted = at.checked_add(self.0).ok()?;
        Some(PRINTER.timestamp_to_string(&shifted))
    }
}
