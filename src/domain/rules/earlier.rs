//! Rules and guards that were in force earlier while the program went on: what they forbid or warn of stays so until a restart, whatever
//! the file says now. A guard can ask which rules fit and how grave they make a conversation, so rules and guards stay together: each
//! old set judges by itself, whole.

use std::sync::Arc;

use jiff::Timestamp;

use super::{Guard, Guarded, Power, Rule, Rules};
use crate::domain::horizon::Horizon;
use crate::domain::roster::Row;

impl Rules {
    /// The new ones, and beside them each old set of which they let something go: what is in force is never loosened while the program
    /// goes on. With the names of what stays only until then.
    pub fn tightened(
        old: Option<&Arc<Self>>,
        new: Option<Arc<Self>>,
    ) -> (Option<Arc<Self>>, Vec<String>) {
        let Some(old) = old else {
            return (new, Vec::new());
        };
        let mut now = new.as_deref().cloned().unwrap_or_else(|| {
            let zone = old.zone.clone();
            Self::new(Vec::new(), Vec::new(), zone)
        });
        let until_now = Arc::new(Self {
            earlier: Vec::new(),
            ..Self::clone(old)
        });
        let mut names = Vec::new();
        for one in old.earlier.iter().chain([&until_now]) {
            let lost = one.lost_to(&now);
            if lost.is_empty() || now.earlier.contains(one) {
                continue;
            }
            names.extend(lost);
            now.earlier.push(Arc::clone(one));
        }
        if now.earlier.is_empty() {
            return (new, names);
        }
        names.sort_unstable();
        names.dedup();
        (Some(Arc::new(now)), names)
    }

    /// Those of these that forbid or warn and that no new one stands for, by name.
    fn lost_to(&self, new: &Self) -> Vec<String> {
        let are_rules_alike = self.show_alike(new);
        let is_lost_guard = |guard: &&Guard| {
            let stands_in = |new: &Guard| new.when == guard.when && new.power >= guard.power;
            let sees_rules = guard.when.asks_about_rules() || guard.when.asks_about_severity();
            (sees_rules && !are_rules_alike) || !new.guards.iter().any(stands_in)
        };
        let is_lost_rule = |rule: &&Rule| {
            let stands_in = |new: &Rule| new.when == rule.when && new.power >= rule.power;
            rule.power > Power::Allow && !new.reasons.iter().any(stands_in)
        };
        let guards = self.guards.iter().filter(is_lost_guard);
        let rules = self.reasons.iter().filter(is_lost_rule);
        guards
            .map(|guard| format!("guard {}", guard.name))
            .chain(rules.map(|rule| format!("rule {}", rule.name)))
            .collect()
    }

    /// A guard sees the same of the rules: which there are, what they fit, how grave they make it.
    fn show_alike(&self, other: &Self) -> bool {
        let seen = |rules: &Self| -> Vec<_> {
            let rules = rules.reasons.iter();
            rules
                .map(|rule| (rule.name.clone(), rule.when.clone(), rule.severity))
                .collect()
        };
        seen(self) == seen(other)
    }
}

impl Row {
    /// Each earlier set, and the row as that one sees it.
    fn as_before(&self) -> impl Iterator<Item = (&Rules, Self)> {
        let earlier = self.rules.iter().flat_map(|rules| &rules.earlier);
        earlier.map(|rules| (&**rules, self.clone().under(Some(Arc::clone(rules)))))
    }

    /// The guards of earlier sets that hold it, and that none of these stands for.
    pub(super) fn add_earlier_guards<'r>(&'r self, holding: &mut Vec<Guarded<'r>>, now: Timestamp) {
        for (rules, row) in self.as_before() {
            for held in rules.guarding(&row, now) {
                let stands_in = |known: &Guarded<'_>| {
                    known.guard.name == held.guard.name && known.guard.power >= held.guard.power
                };
                if !holding.iter().any(stands_in) {
                    holding.push(held);
                }
            }
        }
        holding.sort_by_key(|held| std::cmp::Reverse(held.guard.power));
    }

    /// The rules that fit, and those of earlier sets that forbid or warn of it and that none of these stands for.
    pub fn ruled(&self, now: Timestamp) -> Vec<&Rule> {
        let mut ruling = self.caught(now);
        for (rules, row) in self.as_before() {
            for rule in rules.catching(&row, now, &Horizon::default()) {
                let stands_in =
                    |known: &&Rule| known.name == rule.name && known.power >= rule.power;
                if rule.power > Power::Allow && !ruling.iter().any(stands_in) {
                    ruling.push(rule);
                }
            }
        }
        ruling
    }
}

#[cfg(test)]
mod tests;
