//! What the operator's rules and guards make of one chat, for whoever reads its page.

use jiff::Timestamp;

use super::privacy::Privacy;
use super::severity::{severity_glyph, severity_tone};
use super::tone::{Tone, Words, folded};
use crate::domain::kind::Severity;
use crate::domain::roster::Row;
use crate::domain::rules::Power;

/// A line for each guard that holds it and each rule that fits, gravest first; nothing where there is none. People go by the names that
/// may be shown.
pub(crate) fn caught(row: &Row, privacy: Privacy, width: usize, now: Timestamp) -> Vec<Words> {
    let naming = |name: &str| privacy.name(name);
    let guards = row.guarded(now).into_iter().flat_map(|held| {
        let tone = if held.guard.power == Power::Never {
            Tone::Warn
        } else {
            Tone::Plain
        };
        let verdict = match held.guard.power {
            Power::Never => "left alone",
            _ => "counted aloud",
        };
        let reason = held.reason_as(row, &naming, now);
        let words = format!("{}; {verdict}", reason.trim_start_matches("guard "));
        folded(Words::new(tone, " GUARD     "), &words, tone, width)
    });
    let rules = row.ruled(now).into_iter().flat_map(|rule| {
        let verdict = match rule.power {
            Power::Allow => "",
            Power::Warn => "; counted aloud",
            Power::Never => "; left alone",
        };
        let words = rule.words_as(row, &naming, now);
        let severity = match rule.severity {
            Severity::Unknown => Words::plain(" RULE      "),
            grave => Words::plain(" RULE      ").and(
                severity_tone(grave),
                format!("{} {} ", severity_glyph(grave), grave.word()),
            ),
        };
        let colon = if words.is_empty() { "" } else { ": " };
        let words = format!("{}{colon}{words}{verdict}", rule.name);
        folded(severity, &words, Tone::Plain, width)
    });
    guards.chain(rules).collect()
}
