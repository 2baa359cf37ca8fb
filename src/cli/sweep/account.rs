//! What is told of a round: one line that a log keeps, or one JSON object.

use std::io;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::cli::exit::Exit;
use crate::cli::output;
use crate::domain::fact::FinalState;
use crate::domain::run::Run;
use crate::domain::sweep::Selection;

/// A round as far as it is known before anything is sent.
pub(super) struct Account<'a> {
    /// When it was planned.
    pub(super) at: Timestamp,
    /// Its number, from 1.
    pub(super) number: u32,
    pub(super) profile: &'a str,
    pub(super) selection: &'a Selection,
    /// How many the plan holds.
    pub(super) planned: usize,
    /// The most in an hour.
    pub(super) hour: usize,
    /// How many were ended in the last one.
    pub(super) lately: usize,
}

impl Account<'_> {
    /// Nothing is planned.
    pub(super) fn tell_quiet(&self, json: bool) -> io::Result<()> {
        self.tell(json, "nothing to do", 0, &json!({ "came": "nothing" }))
    }

    /// This would be done.
    pub(super) fn tell_dry(&self, json: bool) -> io::Result<()> {
        let words = format!("would take {}", self.planned);
        self.tell(json, &words, 0, &json!({ "came": "dry" }))
    }

    /// No run was opened.
    pub(super) fn tell_skipped(&self, json: bool, why: &str) -> io::Result<()> {
        let words = format!("skipped, nothing was sent: {why}");
        self.tell(json, &words, 0, &json!({ "came": "skipped", "why": why }))
    }

    /// This came of it.
    pub(super) fn tell_run(&self, json: bool, run: &Run, exit: Exit) -> io::Result<()> {
        let tally = run.tally();
        let states = FinalState::ALL
            .iter()
            .map(|state| (state, tally.of(*state)));
        let states: Vec<_> = states.filter(|(_, count)| *count > 0).collect();
        let words = states
            .iter()
            .map(|(state, count)| format!("{count} {}", state.word()));
        let mut words: Vec<String> = words.collect();
        let open = tally.planned - tally.finals();
        if open > 0 {
            words.push(format!("{open} without a final state"));
        }
        if tally.incidents > 0 {
            words.push(format!("{} WITH AN INCIDENT", tally.incidents));
        }
        let words = format!(
            "took {}: {} (run {})",
            self.planned,
            words.join(", "),
            run.header.id
        );
        let counts: Map<String, Value> = states
            .iter()
            .map(|(state, count)| (state.word().to_owned(), json!(count)))
            .collect();
        let acted = run
            .items
            .iter()
            .filter(|item| !item.sends.is_empty())
            .count();
        let more = json!({
            "came": "run",
            "run": run.header.id,
            "counts": counts,
            "incidents": tally.incidents,
            "exit": exit.number(),
        });
        self.tell(json, &words, acted, &more)
    }

    /// `acted`: how many of this round count for the hour.
    fn tell(&self, json: bool, words: &str, acted: usize, more: &Value) -> io::Result<()> {
        let left_this_hour = self.hour.saturating_sub(self.lately + acted);
        let counts = self.selection.counts();
        if json {
            let left: Map<String, Value> = counts
                .iter()
                .map(|(left, count)| (left.words().to_owned(), json!(count)))
                .collect();
            let mut told = json!({
                "event": "round",
                "at": self.at,
                "round": self.number,
                "planned": self.planned,
                "left": left,
                "left_this_hour": left_this_hour,
            });
            if let (Some(told), Some(more)) = (told.as_object_mut(), more.as_object()) {
                told.extend(more.clone());
            }
            return output::json_line(&told);
        }
        let changed = self.selection.taken.len() - self.planned;
        let changed = (changed > 0).then(|| format!("{changed} changed meanwhile"));
        let left = counts
            .iter()
            .map(|(left, count)| format!("{count} {}", left.words()));
        let left: Vec<String> = left.chain(changed).collect();
        let left = if left.is_empty() {
            String::new()
        } else {
            format!("; left {}", left.join(", "))
        };
        output::data(&format!(
            "{:.0} sweep {} round {}: {words}{left}; {left_this_hour} more this hour\n",
            self.at, self.profile, self.number
        ))
    }
}
