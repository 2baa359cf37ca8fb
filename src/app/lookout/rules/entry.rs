//! A rule, a guard or a kind as an entry of the list, and how many chats it fits now.

use jiff::Timestamp;

use crate::app::App;
use crate::domain::filter::Query;
use crate::domain::kind::{Bulk, Kind, Severity};
use crate::domain::moment::round;
use crate::domain::roster::Row;
use crate::domain::rules::{Guard, Power, Rule, Rules};

/// What a line is about. The order is that of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A rule of the operator's own.
    Rule,
    /// A guard of the operator's own.
    Guard,
    /// What this program goes by.
    Kind,
}

/// A rule, a guard or a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Which of the three.
    pub sort: Sort,
    /// Its name.
    pub name: String,
    /// How grave what it fits is.
    pub severity: Severity,
    /// What it fits: a filter, or a sentence.
    pub when: String,
    /// How many chats it fits now.
    pub count: usize,
    /// Of a guard: how many more it holds because nobody knows whether it fits.
    pub in_doubt: usize,
    /// What may be done, in a word or two.
    pub power: &'static str,
    /// The same of a rule or a guard; of a kind nothing is asked.
    strength: Power,
    /// The filter that shows what it fits; absent where none can, as what was not read matches none.
    pub filter: Option<String>,
    /// What else is to be said.
    pub more: String,
}

/// The words of a power as the table shows it, and as a sentence.
fn of_power(power: Power) -> (&'static str, &'static str) {
    match power {
        Power::Allow => (power.word(), "may be ended as their kind allows"),
        Power::Warn => (power.word(), "counted aloud before they are confirmed"),
        Power::Never => (power.word(), "left alone"),
    }
}

/// The same of a kind.
fn of_bulk(bulk: Bulk) -> &'static str {
    match bulk {
        Bulk::Yes => Power::Allow.word(),
        Bulk::OneByOne => "one by one",
        Bulk::Live => "live only",
        Bulk::Never => Power::Never.word(),
    }
}

impl Entry {
    fn of_rule(rule: &Rule, is_old: bool) -> Self {
        let (power, more) = of_power(rule.power);
        let filter = if is_old {
            rule.when().to_string()
        } else {
            format!("rule:{}", rule.name)
        };
        let filter = Some(filter);
        Self {
            sort: Sort::Rule,
            name: rule.name.clone(),
            severity: rule.severity,
            when: rule.when().to_string(),
            count: 0,
            in_doubt: 0,
            power,
            strength: rule.power,
            filter,
            more: until(is_old, more),
        }
    }

    fn of_guard(guard: &Guard, is_old: bool) -> Self {
        let (power, more) = of_power(guard.power);
        Self {
            sort: Sort::Guard,
            name: guard.name.clone(),
            severity: Severity::Unknown,
            when: guard.when().to_string(),
            count: 0,
            in_doubt: 0,
            power,
            strength: guard.power,
            filter: Some(guard.when().to_string()),
            more: until(is_old, more),
        }
    }

    pub(super) fn of_kind(kind: Kind, app: &App) -> Self {
        let meaning = kind.meaning();
        let figure = app.settings.configured.thresholds.of(kind);
        let bound = if kind == Kind::Live { '<' } else { '>' };
        let figure = figure.map(|figure| format!("{bound}{}", round(figure)));
        let when = format!("{:<5} {meaning}", figure.unwrap_or_default());
        Self {
            sort: Sort::Kind,
            name: kind.word().to_owned(),
            severity: kind.severity(),
            when,
            count: 0,
            in_doubt: 0,
            power: of_bulk(kind.bulk()),
            strength: Power::Allow,
            filter: (kind != Kind::Unread).then(|| format!("kind:{}", kind.word())),
            more: kind.remedy().to_owned(),
        }
    }

    /// It goes by the same name and fits the same. A name alone says little: a guard of an earlier file may fit something else.
    fn is_like(&self, other: &Self) -> bool {
        self.sort == other.sort && self.name == other.name && self.when == other.when
    }

    /// It is the same one, whatever was counted.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.is_like(other) && self.strength == other.strength
    }

    /// It is this guard, or this rule: of this name and strength, and fits this.
    fn stands_for(&self, sort: Sort, name: &str, when: &Query, strength: Power) -> bool {
        self.sort == sort
            && self.name == name
            && self.strength == strength
            && self.when == when.to_string()
    }
}

fn until(is_old: bool, words: &str) -> String {
    if is_old {
        format!("{words}; from an earlier file, until a restart")
    } else {
        words.to_owned()
    }
}

/// Rules and guards of a set; of an earlier one those that no newer one stands for and that still do something.
pub(super) fn add(entries: &mut Vec<Entry>, rules: &Rules, is_old: bool) {
    let guards = rules
        .guards()
        .iter()
        .map(|guard| Entry::of_guard(guard, is_old));
    let reasons = rules
        .rules()
        .iter()
        .filter(|rule| !is_old || rule.power > Power::Allow)
        .map(|rule| Entry::of_rule(rule, is_old));
    for entry in reasons.chain(guards) {
        let stands_in = |known: &Entry| known.is_like(&entry) && known.strength >= entry.strength;
        if !is_old || !entries.iter().any(stands_in) {
            entries.push(entry);
        }
    }
}

/// Counts a chat that is not over with what fits it.
pub(in crate::app::lookout) fn count(entries: &mut [Entry], app: &App, row: &Row, now: Timestamp) {
    let mut note = |is_it: &dyn Fn(&Entry) -> bool, is_certain: bool| {
        if let Some(entry) = entries.iter_mut().find(|entry| is_it(entry)) {
            entry.count += usize::from(is_certain);
            entry.in_doubt += usize::from(!is_certain);
        }
    };
    if let Some(kind) = app.chats.kind(row.listed.id) {
        let word = kind.word();
        note(
            &|entry| entry.sort == Sort::Kind && entry.name == word,
            true,
        );
    }
    if app.settings.configured.rules.is_none() {
        return;
    }
    for rule in row.ruled(now) {
        let is_it =
            |entry: &Entry| entry.stands_for(Sort::Rule, &rule.name, rule.when(), rule.power);
        note(&is_it, true);
    }
    for held in row.guarded(now) {
        let guard = held.guard;
        let is_it =
            |entry: &Entry| entry.stands_for(Sort::Guard, &guard.name, guard.when(), guard.power);
        note(&is_it, held.is_certain);
    }
}
