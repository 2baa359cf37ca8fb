//! One conversation as a page for people.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Told;
use crate::cli::{guests, printed};
use crate::domain::conversation::Side;
use crate::domain::diagnosis::words;
use crate::domain::masking::length;
use crate::domain::moment::{short, since};
use crate::domain::roster::Row;
use crate::domain::shown;

/// The page; `address`: where the vendor's own is.
pub(super) fn page(row: &Row, told: &Told, address: Option<&str>, now: Timestamp) -> String {
    let diagnosis = row.diagnosis(now);
    let mut text = format!(
        "{}\n{}, {}: {}\nNext: {}\n",
        row.listed.id,
        row.severity_of(diagnosis.kind, now).word(),
        diagnosis.kind.word(),
        diagnosis.why,
        diagnosis.kind.remedy()
    );
    for line in verdicts(row, now) {
        let _ = writeln!(text, "{line}");
    }
    for line in words::lines(row, &str::to_owned, now) {
        let _ = writeln!(text, "{:<9} {}", line.label, line.words);
    }
    if let Some(address) = address {
        let _ = writeln!(text, "page      {address}");
    }
    let Some(reading) = &row.reading else {
        return text;
    };
    let conversation = &reading.conversation;
    let ago = |at: Timestamp| format!("{} ago", short(since(at, now)));
    let lines: Vec<[String; 6]> = conversation
        .legs()
        .map(|(party, leg)| {
            [
                party.purpose.word().to_owned(),
                party
                    .name
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
                leg.state.word().to_owned(),
                leg.since.map_or_else(|| "?".to_owned(), ago),
                leg.ended.map_or_else(String::new, ago),
                leg.disconnect
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
            ]
        })
        .collect();
    let heads = ["LEG", "NAME", "STATE", "SINCE", "ENDED", "HOW"];
    let _ = write!(text, "\n{}", printed::table(heads, &lines));
    let _ = writeln!(
        text,
        "\nbegan {}, {} messages; {}",
        ago(conversation.started),
        conversation.messages.len(),
        row.source().words(now)
    );
    for side in [Side::Customer, Side::Agent] {
        let who = if side == Side::Customer {
            "customer"
        } else {
            "agent"
        };
        match conversation.newest(side) {
            Some(message) => {
                let _ = writeln!(text, "{who} wrote last {}", ago(message.at));
            }
            None => {
                let _ = writeln!(text, "{who} never wrote");
            }
        }
    }
    text.push_str(&around(row));
    for party in &conversation.participants {
        for (key, value) in &party.attributes {
            let shown = if told.is_unmasked {
                value.to_string()
            } else {
                length(value.as_str())
            };
            let _ = writeln!(text, "{} noted: {key} = {shown}", party.purpose.word());
        }
    }
    if told.wants_analytics {
        let _ = write!(text, "\n{}", super::analytics::page(row, now));
    }
    for line in told.said.as_deref().unwrap_or_default() {
        let at = line.at.map_or_else(String::new, ago);
        let words = line.text.as_ref().map_or("", |words| words.as_str());
        let _ = writeln!(text, "{at:>12}  {:<8}  {words}", line.who());
    }
    text
}

/// What the operator's guards and rules say, a line each.
fn verdicts(row: &Row, now: Timestamp) -> Vec<String> {
    let guards = row.guarded(now).into_iter().map(|held| {
        let reason = held.reason(row, now);
        format!("Held ({}) by {reason}", held.guard.power.word())
    });
    let rules = row.caught(now).into_iter().map(|rule| {
        let words = rule.words(row, now);
        let colon = if words.is_empty() { "" } else { ": " };
        format!("Rule {} ({}){colon}{words}", rule.name, rule.power.word())
    });
    guards.chain(rules).collect()
}

/// Where it belongs, by name, and what its guest would know if it were ended.
fn around(row: &Row) -> String {
    let mut text = String::new();
    let divisions = shown::division_words(row).join(", ");
    for (what, words) in [
        ("queue", shown::queue_words(row)),
        ("deployment", shown::deployment_words(row)),
        ("divisions", Some(divisions).filter(|all| !all.is_empty())),
    ] {
        if let Some(words) = words {
            let _ = writeln!(text, "{what}: {words}");
        }
    }
    if let Some(guest) = guests::of_row(row) {
        let told = guest.told.planned_words();
        let _ = writeln!(text, "if it were ended, its guest {told}: {}", guest.from);
    }
    text
}
