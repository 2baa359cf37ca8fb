//! The operator's own rules and guards: filters that name a reason, raise a severity, warn, or forbid. They can only tighten what the
//! table of kinds allows, and never make a conversation terminable that it does not.
//!
//! | | fits | does not | nobody knows |
//! | --- | --- | --- | --- |
//! | a rule | its reason, severity and words count | nothing | nothing: what is not known is no reason |
//! | a guard | protects | nothing | protects: in doubt a conversation is left alone, alone and in bulk |
//!
//! Of several rules the gravest comes first, then the order of the file; its severity and its words are shown. Of what they say about
//! ending, the strictest counts: none can loosen what another tightens. A rule's filter sees the kinds alone, so it cannot ask about
//! rules; a guard's sees rules and the severities they give.

mod earlier;
mod hint;
mod standing;
#[cfg(test)]
mod tests;
mod wording;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::cause::{Cause, Refusal};
use super::diagnosis::words::Naming;
use super::filter::{Query, Surroundings, Truth};
use super::horizon::Horizon;
use super::kind::{Kind, Severity};
use super::roster::Row;
use hint::Hint;

pub use hint::PLACEHOLDERS;
pub use standing::Worded;
pub use wording::{BadWording, Part, Wording};

/// What may be done about a conversation that fits. The order is from lenient to strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Power {
    /// As its kind allows.
    Allow,
    /// As its kind allows, and counted aloud before it is confirmed.
    Warn,
    /// It is left alone.
    Never,
}

impl Power {
    /// Its word in configuration and output.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Warn => "warn",
            Self::Never => "never",
        }
    }
}

/// A rule: a reason of the operator's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// How grave it makes a conversation; [`Severity::Unknown`] where it says nothing of that.
    pub severity: Severity,
    /// What may be done.
    pub power: Power,
    /// It says `terminate = "allow"` itself. Where nothing is said a person may end what it fits, and a sweep may not.
    is_for_sweeps: bool,
    when: Query,
    hint: Option<Hint>,
}

/// A guard: what must not be ended, whatever any rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guard {
    /// Its name.
    pub name: String,
    /// What may be done; never [`Power::Allow`].
    pub power: Power,
    when: Query,
    hint: Option<Hint>,
}

/// A guard that holds a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarded<'r> {
    /// Which.
    pub guard: &'r Guard,
    /// It is known to fit; else nobody knows, and it holds all the same.
    pub is_certain: bool,
}

/// Every rule and guard of a configuration, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    reasons: Vec<Rule>,
    guards: Vec<Guard>,
    /// The zone that clocks in filters are meant in.
    zone: TimeZone,
    /// Sets that were in force earlier and that still forbid and warn.
    earlier: Vec<Arc<Rules>>,
}

impl Rule {
    /// What it fits.
    pub fn when(&self) -> &Query {
        &self.when
    }

    /// What it asks for that this version never knows, if there is such a thing.
    pub fn asks_in_vain(&self) -> Option<&'static str> {
        self.when.asks_in_vain()
    }

    /// Why, in words, for this conversation: the hint with its placeholders filled in, people by their names; empty where the rule has
    /// none. For the operator's eyes alone.
    pub fn words(&self, row: &Row, now: Timestamp) -> String {
        self.words_as(row, &str::to_owned, now)
    }

    /// The same, with people named so.
    pub fn words_as(&self, row: &Row, naming: Naming<'_>, now: Timestamp) -> String {
        let hint = self.hint.as_ref();
        hint.map_or_else(String::new, |hint| hint.words(row, naming, now))
    }
}

impl Guard {
    /// What it fits.
    pub fn when(&self) -> &Query {
        &self.when
    }

    /// What it asks for that this version never knows, if there is such a thing.
    pub fn asks_in_vain(&self) -> Option<&'static str> {
        self.when.asks_in_vain()
    }

    /// Why, in words, for this conversation, people by their names; empty where the guard says nothing. For the operator's eyes alone.
    pub fn words(&self, row: &Row, now: Timestamp) -> String {
        self.words_as(row, &str::to_owned, now)
    }

    /// The same, with people named so.
    pub fn words_as(&self, row: &Row, naming: Naming<'_>, now: Timestamp) -> String {
        let hint = self.hint.as_ref();
        hint.map_or_else(String::new, |hint| hint.words(row, naming, now))
    }
}

impl Guarded<'_> {
    /// Why the conversation is not planned: `guard vip-desk`. People by their names, for the operator's eyes alone.
    pub fn reason(&self, row: &Row, now: Timestamp) -> String {
        self.reason_as(row, &str::to_owned, now)
    }

    /// The same, with people named so.
    pub fn reason_as(&self, row: &Row, naming: Naming<'_>, now: Timestamp) -> String {
        let name = &self.guard.name;
        let doubt = if self.is_certain {
            ""
        } else {
            " (whether it fits is not known, so it holds)"
        };
        with_words(
            format!("guard {name}{doubt}"),
            &self.guard.words_as(row, naming, now),
        )
    }
}

/// What stands for the name of a person in what is kept.
fn nameless(_: &str) -> String {
    "[name]".to_owned()
}

fn with_words(reason: String, words: &str) -> String {
    if words.is_empty() {
        reason
    } else {
        format!("{reason}: {words}")
    }
}

impl Rules {
    /// Rules and guards in the order of the file.
    pub fn new(rules: Vec<Rule>, guards: Vec<Guard>, zone: TimeZone) -> Self {
        Self {
            reasons: rules,
            guards,
            zone,
            earlier: Vec::new(),
        }
    }

    /// The first, and after them the others.
    pub fn both(first: Option<Self>, others: Option<Self>) -> Option<Self> {
        let Some(mut all) = first else { return others };
        if let Some(others) = others {
            all.reasons.extend(others.reasons);
            all.guards.extend(others.guards);
        }
        Some(all)
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.reasons.is_empty() && self.guards.is_empty() && self.earlier.is_empty()
    }

    /// The rules, in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.reasons
    }

    /// The guards, in the order of the file.
    pub fn guards(&self) -> &[Guard] {
        &self.guards
    }

    /// Sets that were in force earlier and of which something still forbids or warns, until a restart.
    pub fn earlier(&self) -> &[Arc<Self>] {
        &self.earlier
    }

    /// The rules that fit, gravest first.
    fn catching(&self, row: &Row, now: Timestamp, horizon: &Horizon) -> Vec<&Rule> {
        let around = self.around(now, horizon);
        let mut caught: Vec<&Rule> = self
            .reasons
            .iter()
            .filter(|rule| rule.when.truth_by_kind(row, &around) == Truth::True)
            .collect();
        // Stable: among equals the order of the file stays.
        caught.sort_by_key(|rule| std::cmp::Reverse(rule.severity));
        caught
    }

    /// The guards that fit, or may fit, those that forbid first.
    fn guarding(&self, row: &Row, now: Timestamp) -> Vec<Guarded<'_>> {
        let horizon = Horizon::default();
        let around = self.around(now, &horizon);
        let mut holding: Vec<Guarded<'_>> = self
            .guards
            .iter()
            .filter_map(|guard| {
                let truth = guard.when.truth(row, &around);
                (truth != Truth::False).then_some(Guarded {
                    guard,
                    is_certain: truth == Truth::True,
                })
            })
            .collect();
        holding.sort_by_key(|held| std::cmp::Reverse(held.guard.power));
        holding
    }

    /// Marks and changes belong to the console, and no rule or guard may ask about them.
    fn around<'a>(&'a self, now: Timestamp, horizon: &'a Horizon) -> Surroundings<'a> {
        Surroundings {
            now,
            zone: &self.zone,
            is_marked: &|_| false,
            is_changed: &|_| false,
            horizon,
        }
    }
}

/// How many of these rows rules and guards want counted aloud, and which ones: `2 warned of by night-desk`.
pub fn warned(rows: impl Iterator<Item = Row>, now: Timestamp) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    let mut count = 0;
    for row in rows {
        let warnings = row.warnings(now);
        count += usize::from(!warnings.is_empty());
        for name in warnings {
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    (count > 0).then(|| format!("{count} warned of by {}", names.join(", ")))
}

/// What rules and guards make of a row.
impl Row {
    /// The rules that fit it, gravest first.
    pub fn caught(&self, now: Timestamp) -> Vec<&Rule> {
        self.caught_noting(now, &Horizon::default())
    }

    /// The same, and until when they do.
    pub(super) fn caught_noting(&self, now: Timestamp, horizon: &Horizon) -> Vec<&Rule> {
        self.rules
            .as_deref()
            .map_or_else(Vec::new, |rules| rules.catching(self, now, horizon))
    }

    /// The guards that hold it, those that forbid first.
    pub fn guarded(&self, now: Timestamp) -> Vec<Guarded<'_>> {
        let rules = self.rules.as_deref();
        let mut holding = rules.map_or_else(Vec::new, |rules| rules.guarding(self, now));
        self.add_earlier_guards(&mut holding, now);
        holding
    }

    /// How grave it is: as its kind says, or more, as a rule says.
    pub fn severity(&self, now: Timestamp) -> Severity {
        self.severity_of(self.kind(now), now)
    }

    /// The same, where the kind is known already.
    pub fn severity_of(&self, kind: Kind, now: Timestamp) -> Severity {
        self.severity_noting(kind, now, &Horizon::default())
    }

    /// The same, and until when that stands.
    pub fn severity_noting(&self, kind: Kind, now: Timestamp, horizon: &Horizon) -> Severity {
        let caught = self.caught_noting(now, horizon);
        let raised = caught.first().map(|rule| rule.severity);
        kind.severity().max(raised.unwrap_or(Severity::Unknown))
    }

    /// Why it may not be ended, by a guard or else by a rule; nothing where none forbids it. It goes into plans and into the journal, so
    /// the names of people are left out.
    pub fn forbidden(&self, now: Timestamp) -> Option<String> {
        Some(self.refused(now)?.reason)
    }

    /// The same, with whose word it is.
    pub(super) fn refused(&self, now: Timestamp) -> Option<Refusal> {
        let held = self.guarded(now);
        if let Some(held) = held.iter().find(|held| held.guard.power == Power::Never) {
            let reason = held.reason_as(self, &nameless, now);
            return Some(Refusal::new(Cause::Guard, reason));
        }
        let ruling = self.ruled(now);
        let rule = ruling.iter().find(|rule| rule.power == Power::Never)?;
        let reason = format!("rule {}", rule.name);
        let reason = with_words(reason, &rule.words_as(self, &nameless, now));
        Some(Refusal::new(Cause::Rule, reason))
    }

    /// The names of the guards and rules that want it counted aloud before it is confirmed.
    pub fn warnings(&self, now: Timestamp) -> Vec<&str> {
        let guards = self
            .guarded(now)
            .into_iter()
            .filter(|held| held.guard.power == Power::Warn)
            .map(|held| held.guard.name.as_str());
        let rules = self
            .ruled(now)
            .into_iter()
            .filter(|rule| rule.power == Power::Warn)
            .map(|rule| rule.name.as_str());
        guards.chain(rules).collect()
    }

    /// The row, judged by these from now on.
    #[must_use]
    pub fn under(mut self, rules: Option<Arc<Rules>>) -> Self {
        self.rules = rules;
        self
    }
}
