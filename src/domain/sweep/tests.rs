//! What a round takes, chat by chat and as a law: nothing outside of what rules, kinds and guards let it.

mod laws;
mod record;

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::*;
use crate::domain::kind::Severity;
use crate::domain::plan::Choices;
use crate::domain::rules::{Guard, Power, Rule, Rules, Wording};
use crate::domain::staged::{NOW, Staged, age, ago, alone, live, orphan};

fn wording<'a>(name: &'a str, when: &'a str, power: Option<Power>) -> Wording<'a> {
    Wording {
        name,
        when,
        severity: Some(Severity::Watch),
        power,
        hint: None,
    }
}

fn rule(name: &str, when: &str, power: Option<Power>) -> Rule {
    Rule::new(&wording(name, when, power)).unwrap()
}

fn guard(name: &str, when: &str, power: Power) -> Guard {
    Guard::new(&wording(name, when, Some(power))).unwrap()
}

fn rules(rules: Vec<Rule>, guards: Vec<Guard>) -> Arc<Rules> {
    Arc::new(Rules::new(rules, guards, TimeZone::UTC))
}

/// Orphans may be swept.
fn allowing() -> Arc<Rules> {
    rules(
        vec![rule("dead", "kind:orphan", Some(Power::Allow))],
        vec![],
    )
}

const ROOMY: Room = Room {
    batch: 100,
    hour: 100,
};

fn taken(rows: &[Row], room: Room, past: &Past) -> Selection {
    let choices = Choices::default();
    let terms = Terms {
        choices: &choices,
        from_filter: true,
        max_batch: 1000,
        allow_teardown: true,
        escalated: &[],
        now: NOW,
        max_read_age: None,
        still_matches: None,
    };
    let ids = rows.iter().map(|row| row.listed.id);
    let row = |id| rows.iter().find(|row| row.listed.id == id);
    select(ids, row, room, past, age("30m"), &terms)
}

/// Why a round leaves this one; nothing where it takes it.
fn left(row: Row) -> Option<Left> {
    let rows = [row];
    let selection = taken(&rows, ROOMY, &Past::default());
    assert_eq!(selection.taken.len() + selection.left.len(), 1);
    selection.left.first().map(|(_, left)| *left)
}

fn under(staged: Staged, rules: impl Into<Option<Arc<Rules>>>) -> Row {
    staged.read("2s").under(rules.into())
}

#[test]
fn only_what_a_rule_allows_by_its_own_word_is_taken() {
    assert_eq!(left(under(orphan(1), allowing())), None);
    assert_eq!(left(under(orphan(1), None)), Some(Left::NoRule));
    let silent = rules(vec![rule("dead", "kind:orphan", None)], vec![]);
    assert_eq!(left(under(orphan(1), silent)), Some(Left::NoRule));
    let other = rules(vec![rule("dead", "kind:idle", Some(Power::Allow))], vec![]);
    assert_eq!(left(under(orphan(1), other)), Some(Left::NoRule));
}

#[test]
fn no_allowing_rule_opens_a_kind_that_is_not_ended_in_bulk() {
    let all = || rules(vec![rule("all", "age>1s", Some(Power::Allow))], vec![]);
    let kinds = [(live(1), Cause::Healthy), (alone(1), Cause::OneByOne)];
    for (staged, cause) in kinds {
        assert_eq!(left(under(staged, all())), Some(Left::Refused(cause)));
    }
    assert_eq!(
        left(orphan(1).row.under(Some(all()))),
        Some(Left::Refused(Cause::Unread))
    );
}

#[test]
fn guards_rules_and_warnings_go_before_the_rule_that_allows() {
    let allow = || rule("dead", "kind:orphan", Some(Power::Allow));
    let held = rules(vec![allow()], vec![guard("g", "age>1h", Power::Never)]);
    assert_eq!(
        left(under(orphan(1), held)),
        Some(Left::Refused(Cause::Guard))
    );
    // Whether it fits is not known, so it holds.
    let unsure = rules(
        vec![allow()],
        vec![guard("g", "division:North", Power::Never)],
    );
    assert_eq!(
        left(under(orphan(1), unsure)),
        Some(Left::Refused(Cause::Guard))
    );
    let never = rules(
        vec![allow(), rule("no", "agent:on", Some(Power::Never))],
        vec![],
    );
    assert_eq!(
        left(under(orphan(1), never)),
        Some(Left::Refused(Cause::Rule))
    );
    let warned = rules(vec![allow()], vec![guard("g", "age>1h", Power::Warn)]);
    assert_eq!(left(under(orphan(1), warned)), Some(Left::Warned));
    let warned = rules(
        vec![allow(), rule("w", "agent:on", Some(Power::Warn))],
        vec![],
    );
    assert_eq!(left(under(orphan(1), warned)), Some(Left::Warned));
}

#[test]
fn what_would_be_counted_aloud_is_left_to_somebody_who_hears_it() {
    let wrote = |side, before| under(orphan(1).wrote(side, before), allowing());
    assert_eq!(left(wrote(Side::Customer, "29m")), Some(Left::Recent));
    assert_eq!(left(wrote(Side::Agent, "29m")), Some(Left::Recent));
    assert_eq!(left(wrote(Side::Customer, "31m")), None);
    assert_eq!(left(wrote(Side::Customer, "-1m")), Some(Left::Recent));
}

#[test]
fn a_round_takes_the_oldest_and_counts_what_it_leaves() {
    let old = |number, began: &'static str| {
        let staged = orphan(number).but(|staged| staged.conversation.started = ago(began));
        under(staged, allowing())
    };
    let rows = [
        old(1, "3h"),
        old(2, "9h"),
        under(live(3), allowing()),
        old(4, "5h"),
        old(5, "7h"),
        old(2, "9h"),
    ];
    let ids = |numbers: &[u128]| -> Vec<ConversationId> {
        numbers
            .iter()
            .map(|number| ConversationId::from_u128(*number))
            .collect()
    };
    let room = |batch, hour| Room { batch, hour };
    let selection = taken(&rows, room(2, 100), &Past::default());
    assert_eq!(selection.taken, ids(&[2, 5]));
    let healthy = (Left::Refused(Cause::Healthy), 1);
    assert_eq!(selection.counts(), [healthy, (Left::Batch, 2)]);
    let selection = taken(&rows, room(100, 3), &Past::default());
    assert_eq!(selection.taken, ids(&[2, 5, 4]));
    assert_eq!(selection.counts(), [healthy, (Left::Hour, 1)]);
    let selection = taken(&rows, room(100, 0), &Past::default());
    assert_eq!(selection.counts(), [healthy, (Left::Hour, 4)]);
}
