//! What a journal says after a program was killed, held against what the program had printed and against what really happened. Read by the
//! library, without a process.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use unstick::domain::fact::{FinalState, RunFact};
use unstick::domain::ids::RunId;
use unstick::domain::item::{Item, Timings};
use unstick::domain::run::Run;
use unstick::journal::History;

use super::Home;

/// The journal of a home.
pub(crate) struct Ledger {
    history: History,
}

/// What must not be.
#[derive(Debug, Default)]
pub(crate) struct Broken {
    /// Printed before the program died, and not in the journal.
    pub(crate) lost: Vec<String>,
    /// Applied more than once, or without an intent.
    pub(crate) twice: Vec<String>,
    /// Without a final state, or with one that is not so.
    pub(crate) unreconciled: Vec<String>,
    /// Not as it was written.
    pub(crate) damaged: Vec<String>,
}

impl Broken {
    /// Together with another's.
    pub(crate) fn add(&mut self, other: Self) {
        self.lost.extend(other.lost);
        self.twice.extend(other.twice);
        self.unreconciled.extend(other.unreconciled);
        self.damaged.extend(other.damaged);
    }

    pub(crate) fn is_nothing(&self) -> bool {
        [&self.lost, &self.twice, &self.unreconciled, &self.damaged]
            .iter()
            .all(|broken| broken.is_empty())
    }
}

impl Ledger {
    pub(crate) fn of(home: &Home) -> Self {
        Self {
            history: History::at(&home.path("home/data/journal.db"), Timings::default()),
        }
    }

    /// The newest run, if there is any.
    pub(crate) fn newest(&self) -> Option<Run> {
        let newest = self.history.runs(1).unwrap();
        newest.first().map(|run| self.run(run.header.id))
    }

    pub(crate) fn run(&self, id: RunId) -> Run {
        self.history.load(id).unwrap()
    }

    pub(crate) fn facts(&self, id: RunId) -> Vec<RunFact> {
        self.history.facts(id).unwrap().1
    }

    /// Looks whether the journal is whole.
    pub(crate) fn verify(&self, broken: &mut Broken) {
        match self.history.verify() {
            Ok(verdict) => broken
                .damaged
                .extend(verdict.faults.iter().map(ToString::to_string)),
            Err(error) => broken.damaged.push(error.to_string()),
        }
    }

    /// Looks for what a program printed of a run as JSON lines, its newest facts: each must be there, in its order. What it was killed in
    /// the middle of printing does not count.
    pub(crate) fn keeps(&self, printed: &str, broken: &mut Broken) {
        let whole = printed.rfind('\n').map_or("", |end| &printed[..end]);
        let mut lines = whole.lines();
        let Some(opened) = lines.next() else { return };
        let opened: Value = serde_json::from_str(opened).unwrap();
        let id: RunId = serde_json::from_value(opened["header"]["id"].clone()).unwrap();
        let facts = self.facts(id);
        let mut later = facts.iter();
        for line in lines {
            // The summary of a run that came to its end is none of its facts.
            let Ok(fact) = serde_json::from_str::<RunFact>(line) else {
                continue;
            };
            if !later.any(|kept| *kept == fact) {
                broken.lost.push(line.to_owned());
                return;
            }
        }
    }
}

/// Holds a run against what really happened.
pub(crate) fn reckon(run: &Run, truth: &[Value], broken: &mut Broken) {
    for item in &run.items {
        let id = item.plan.id.to_string();
        let about: Vec<&Value> = truth
            .iter()
            .filter(|change| change["conversation"] == id.as_str())
            .collect();
        let applied = applied(&about);
        for (path, requests) in &applied {
            if requests.len() > 1 {
                broken
                    .twice
                    .push(format!("{path}: {} times", requests.len()));
            }
            if !item
                .sends
                .iter()
                .any(|sent| sent.action.path(item.plan.id) == *path)
            {
                broken.twice.push(format!("{path}: without an intent"));
            }
        }
        let is_over = about
            .iter()
            .rfind(|change| {
                ["conversation-ended", "conversation-reopened"]
                    .iter()
                    .any(|what| change["what"] == *what)
            })
            .is_some_and(|change| change["what"] == "conversation-ended");
        if let Some(why) = disagreement(item, is_over, !applied.is_empty()) {
            broken.unreconciled.push(format!("{id}: {why}"));
        }
    }
}

/// Ids of the requests that changed something, by their paths.
fn applied<'a>(about: &[&'a Value]) -> HashMap<&'a str, HashSet<&'a str>> {
    let mut applied: HashMap<&str, HashSet<&str>> = HashMap::new();
    for change in about {
        let request = &change["request"];
        if let (Some(path), Some(id)) =
            (request["path"].as_str(), request["correlation_id"].as_str())
        {
            applied.entry(path).or_default().insert(id);
        }
    }
    applied
}

/// How the final state of an item is not what is so.
fn disagreement(item: &Item, is_over: bool, was_applied: bool) -> Option<String> {
    let Some((settled, _)) = &item.settled else {
        return Some("it has no final state".to_owned());
    };
    let is_so = match settled.state {
        FinalState::Ended => is_over,
        FinalState::EndedElsewhere => is_over && !was_applied,
        FinalState::Cancelled => !was_applied,
        FinalState::Held => !is_over || settled.incident.is_some(),
        FinalState::WrapUpOwed | FinalState::Unresolved | FinalState::Escalate => true,
    };
    (!is_so).then(|| {
        let (state, reason) = (settled.state.word(), &settled.reason);
        format!("{state} ({reason}), but over: {is_over}, and by us: {was_applied}")
    })
}
