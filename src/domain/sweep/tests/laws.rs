//! Whatever rows and rules there are: nothing outside the allowed set is ever taken, and never more than there is room for.

use proptest::prelude::*;

use super::*;
use crate::domain::kind::Bulk;
use crate::domain::staged::{closed, leg, staged};

const FILTERS: [&str; 8] = [
    "kind:orphan",
    "kind:idle",
    "kind:live",
    "age>1s",
    "agent:on",
    "cust:on",
    "is:stuck",
    "queue:Vip",
];

fn power() -> impl Strategy<Value = Option<Power>> {
    prop_oneof![
        Just(None),
        Just(Some(Power::Allow)),
        Just(Some(Power::Warn)),
        Just(Some(Power::Never)),
    ]
}

fn some_rules() -> impl Strategy<Value = Arc<Rules>> {
    let filter = || prop::sample::select(&FILTERS[..]);
    let rule_like = (filter(), power());
    let guard_like = (filter(), any::<bool>());
    (
        prop::collection::vec(rule_like, 0..4),
        prop::collection::vec(guard_like, 0..2),
    )
        .prop_map(|(said, guarded)| {
            let named = said.into_iter().enumerate();
            let made = named.map(|(nth, (when, power))| rule(&format!("r{nth}"), when, power));
            let guards = guarded
                .into_iter()
                .enumerate()
                .map(|(nth, (when, only_warns))| {
                    let power = if only_warns {
                        Power::Warn
                    } else {
                        Power::Never
                    };
                    guard(&format!("g{nth}"), when, power)
                });
            rules(made.collect(), guards.collect())
        })
}

fn party() -> impl Strategy<Value = (&'static str, bool)> {
    let who =
        prop::sample::select(&["customer", "agent", "agent", "acd", "botflow", "hologram"][..]);
    (who, any::<bool>())
}

fn row(number: u128) -> impl Strategy<Value = Row> {
    let wrote = prop::collection::vec((any::<bool>(), 0i64..200_000), 0..3);
    (
        prop::collection::vec(party(), 1..4),
        wrote,
        prop::bool::weighted(0.9),
        1i64..400_000,
    )
        .prop_map(move |(parties, mut wrote, is_read, began)| {
            let mut staged = staged(number);
            for (purpose, is_open) in parties {
                let leg = if is_open {
                    leg("connected")
                } else {
                    closed("5h", "peer")
                };
                staged = staged.with(purpose, leg);
            }
            wrote.sort_by_key(|(_, ago)| -ago);
            for (is_customer, before) in wrote {
                let side = if is_customer {
                    Side::Customer
                } else {
                    Side::Agent
                };
                staged = staged.wrote(side, &format!("{before}s"));
            }
            staged.conversation.started = ago(&format!("{began}s"));
            if is_read {
                staged.read("2s")
            } else {
                staged.row
            }
        })
}

fn some_rows() -> impl Strategy<Value = Vec<Row>> {
    (0u128..9).prop_flat_map(|count| (1..=count).map(row).collect::<Vec<_>>())
}

/// The promise, said again without the code that keeps it.
fn may_be_swept(row: &Row) -> bool {
    let rules = row.rules.as_deref().unwrap();
    let fitting = row.caught(NOW);
    let marked = |rule: &&&Rule| {
        let (texts, _) = rules.worded();
        texts
            .iter()
            .any(|text| text.name == rule.name && text.terminate == "allow")
    };
    row.reading.is_some()
        && row.kind(NOW).bulk() == Bulk::Yes
        && fitting.iter().filter(marked).count() > 0
        && fitting.iter().all(|rule| rule.power == Power::Allow)
        && row.guarded(NOW).is_empty()
}

proptest! {
    #[test]
    fn nothing_outside_the_allowed_set_is_ever_taken(rows in some_rows(), rules in some_rules(), batch in 0usize..5, hour in 0usize..5) {
        let rows: Vec<Row> = rows.into_iter().map(|row| row.under(Some(rules.clone()))).collect();
        let room = Room { batch, hour };
        let selection = taken(&rows, room, &Past::default());
        prop_assert!(selection.taken.len() <= batch.min(hour));
        prop_assert_eq!(selection.taken.len() + selection.left.len(), rows.len());
        for id in &selection.taken {
            let row = rows.iter().find(|row| row.listed.id == *id).unwrap();
            prop_assert!(may_be_swept(row), "{:?} under {:?}", row.kind(NOW), rules);
            let younger = selection.left.iter().filter(|(_, left)| matches!(left, Left::Batch | Left::Hour));
            for (other, _) in younger {
                let other = rows.iter().find(|row| row.listed.id == *other).unwrap();
                prop_assert!(row.listed.started <= other.listed.started);
            }
        }
    }
}
