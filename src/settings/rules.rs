//! `[[rule]]` and `[[guard]]` of the file, understood: each filter parsed, each hint checked, each name used once.

use std::collections::HashSet;

use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::Deserialize;

use super::places::{Way, way};
use crate::domain::kind;
use crate::domain::rules::{self, BadWording, Guard, Part, Rule, Rules, Wording};

/// `[[rule]]`: a reason of the operator's own. Rules can only tighten what the kinds allow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RuleEntry {
    /// Its name, one word; `rule:NAME` in a filter asks for it.
    name: String,
    /// What it fits, in the filter language.
    when: String,
    /// How bad that is. It can only raise what the kind says.
    severity: Option<Severity>,
    /// Whether such conversations may be ended: as their kind allows, with a warning, or not at all. Only what says `allow` is swept.
    terminate: Option<Power>,
    /// Words for the operator. In braces: age, idle, cust.left, cust.name, agent.left, agent.name, queue.name, bot.name, kind, msgs, id.
    hint: Option<String>,
}

/// `[[guard]]`: what must not be ended, whatever any rule, flag or key says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GuardEntry {
    /// Its name, one word.
    name: String,
    /// What it fits, in the filter language. Where it is not known whether it fits, it holds.
    when: String,
    /// `never`, or `warn` for what is only counted aloud.
    terminate: Power,
    /// Words for the operator, as those of a rule.
    hint: Option<String>,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    /// Worth a look.
    Watch,
    /// Growing old.
    Stale,
    /// Stuck.
    Stuck,
}

/// Whether conversations may be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Power {
    /// As the kind allows.
    Allow,
    /// With a warning.
    Warn,
    /// Not at all.
    Never,
}

impl From<Severity> for kind::Severity {
    fn from(word: Severity) -> Self {
        match word {
            Severity::Watch => Self::Watch,
            Severity::Stale => Self::Stale,
            Severity::Stuck => Self::Stuck,
        }
    }
}

impl From<Power> for rules::Power {
    fn from(word: Power) -> Self {
        match word {
            Power::Allow => Self::Allow,
            Power::Warn => Self::Warn,
            Power::Never => Self::Never,
        }
    }
}

/// Something that is wrong with one of them: where, how far into that text, and what.
pub(super) struct Wrong {
    pub(super) way: Way,
    pub(super) offset: usize,
    pub(super) what: String,
}

/// Rules and guards in force, or everything that is wrong with them.
pub(super) fn understood(rules: &[RuleEntry], guards: &[GuardEntry]) -> Result<Rules, Vec<Wrong>> {
    let mut wrong = Vec::new();
    let mut names = HashSet::new();
    let mut good_rules = Vec::new();
    for (number, entry) in rules.iter().enumerate() {
        let rule = Rule::new(&entry.wording());
        if is_about_the_filter(&rule) {
            let rest = Rule::new(&entry.wording().with_any_filter());
            let _ = kept(rest, "rule", number, &mut wrong);
        }
        good_rules.extend(kept(rule, "rule", number, &mut wrong));
        unused(&mut names, "rule", number, &entry.name, &mut wrong);
    }
    names.clear();
    let mut good_guards = Vec::new();
    for (number, entry) in guards.iter().enumerate() {
        let guard = Guard::new(&entry.wording());
        if is_about_the_filter(&guard) {
            let rest = Guard::new(&entry.wording().with_any_filter());
            let _ = kept(rest, "guard", number, &mut wrong);
        }
        good_guards.extend(kept(guard, "guard", number, &mut wrong));
        unused(&mut names, "guard", number, &entry.name, &mut wrong);
    }
    if wrong.is_empty() {
        Ok(Rules::new(good_rules, good_guards, TimeZone::system()))
    } else {
        Err(wrong)
    }
}

/// What else is wrong with it is said at once then, not only when the filter is mended.
fn is_about_the_filter<T>(understood: &Result<T, BadWording>) -> bool {
    understood.as_ref().is_err_and(|bad| bad.part == Part::When)
}

fn kept<T>(
    understood: Result<T, BadWording>,
    section: &str,
    number: usize,
    wrong: &mut Vec<Wrong>,
) -> Option<T> {
    understood
        .map_err(|bad| {
            wrong.push(Wrong {
                way: way(section, number, bad.part.key()),
                offset: bad.span.start,
                what: format!("{}: {}", bad.part.key(), bad.what),
            });
        })
        .ok()
}

fn unused<'a>(
    names: &mut HashSet<&'a str>,
    section: &str,
    number: usize,
    name: &'a str,
    wrong: &mut Vec<Wrong>,
) {
    if !names.insert(name) {
        wrong.push(Wrong {
            way: way(section, number, "name"),
            offset: 0,
            what: format!("two {section}s are called `{name}`. Give each a name of its own"),
        });
    }
}

impl RuleEntry {
    fn wording(&self) -> Wording<'_> {
        Wording {
            name: &self.name,
            when: &self.when,
            severity: self.severity.map(Into::into),
            power: self.terminate.map(Into::into),
            hint: self.hint.as_deref(),
        }
    }
}

impl GuardEntry {
    fn wording(&self) -> Wording<'_> {
        Wording {
            name: &self.name,
            when: &self.when,
            severity: None,
            power: Some(self.terminate.into()),
            hint: self.hint.as_deref(),
        }
    }
}
