//! How a severity shows: its glyph and its role. The word is the domain's.

use super::tone::{Tone, glyph};
use crate::domain::kind::Severity;

/// The glyph of a severity.
pub fn severity_glyph(severity: Severity) -> &'static str {
    match severity {
        Severity::Unknown => glyph::UNKNOWN,
        Severity::Fresh => glyph::FRESH,
        Severity::Watch => glyph::WATCH,
        Severity::Stale => glyph::STALE,
        Severity::Stuck => glyph::STUCK,
    }
}

/// The role of a severity.
pub fn severity_tone(severity: Severity) -> Tone {
    match severity {
        Severity::Unknown | Severity::Watch => Tone::Plain,
        Severity::Fresh => Tone::Dim,
        Severity::Stale => Tone::Warn,
        Severity::Stuck => Tone::Bad,
    }
}
