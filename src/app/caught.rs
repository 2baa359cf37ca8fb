//! What the operator's rules and guards make of one chat, for whoever reads its page.

use jiff::Timestamp;

use super::privacy::Privacy;
use super::severity::{severity_glyph, severity_tone};
use super::tone::{Tone, Words};
use crate::domain::kind::Severity;
use crate::domain::roster::Row;
use crate::domain::rules::Power;

/// A line for each guard that holds it and each rule that fits, gravest first; nothing where there is none. People go by the names that
/// may be shown.
pub(crate) fn caught(row: &Row, privacy: Privacy, now: Timestamp) -> Vec<Words> {
    let naming = |name: &str| privacy.name(name);
    let guards = row.guarded(now).into_iter().map(|held| {
        let tone = if held.guard.power == Power::Never {
            Tone::Warn
        } else {
            Tone::Plain
        };
        let verdict = match held.guard.power {
            Power::Never => "left alone",
            _ => "counted aloud",
        };
        Words::new(
            tone,
            format!(
                " GUARD     {}",
                held.reason_as(row, &naming, now)
                    .trim_start_matches("guard ")
            ),
        )
        .and(Tone::Dim, format!("  {verdict}"))
    });
    let rules = row.caught(now).into_iter().map(|rule| {
        let verdict = match rule.power {
            Power::Allow => "",
            Power::Warn => "  counted aloud",
            Power::Never => "  left alone",
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
        severity
            .and(Tone::Strong, rule.name.clone())
            .and(Tone::Plain, format!("{colon}{words}"))
            .and(Tone::Dim, verdict)
    });
    guards.chain(rules).collect()
}
