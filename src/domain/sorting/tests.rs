//! The order of the list.

use super::*;
use crate::domain::conversation::Side;
use crate::domain::moment::after;
use crate::domain::staged::{NOW, alone, live, orphan, staged};
use jiff::SignedDuration;
use proptest::prelude::*;

fn order(keys: &[(SortKey, bool)]) -> SortOrder {
    SortOrder {
        keys: keys.to_vec(),
    }
}

fn numbers(rows: &[Row], keys: &[(SortKey, bool)]) -> Vec<u128> {
    let ids = sorted(rows.iter(), &order(keys), NOW, |row| row.severity(NOW));
    ids.into_iter().map(ConversationId::as_u128).collect()
}

#[test]
fn the_gravest_come_first_and_the_unread_last_either_way() {
    let rows = [live(1).read("2s"), staged(2).row, orphan(3).read("2s")];
    assert_eq!(numbers(&rows, &[(SortKey::Severity, false)]), [3, 1, 2]);
    assert_eq!(numbers(&rows, &[(SortKey::Severity, true)]), [1, 3, 2]);
    assert_eq!(numbers(&rows, &SortOrder::default().keys), [3, 1, 2]);
}

#[test]
fn the_longest_silence_comes_first() {
    let quiet = |number, before| alone(number).wrote(Side::Customer, before).read("2s");
    let rows = [quiet(1, "5m"), quiet(2, "2h"), staged(3).row];
    assert_eq!(numbers(&rows, &[(SortKey::Idle, false)]), [2, 1, 3]);
    assert_eq!(numbers(&rows, &[(SortKey::Idle, true)]), [1, 2, 3]);
}

#[test]
fn names_are_sorted_without_regard_to_case() {
    let named = |number, name: &str| {
        let mut row = staged(number).row;
        row.listed.agent = Some(name.into());
        row
    };
    let rows = [
        named(1, "zoe"),
        named(2, "Ana"),
        named(3, "ben"),
        staged(4).row,
    ];
    assert_eq!(numbers(&rows, &[(SortKey::Agent, false)]), [2, 3, 1, 4]);
}

#[test]
fn every_key_is_found_by_its_word() {
    for key in SortKey::ALL {
        assert_eq!(SortKey::named(key.word()), Some(*key));
    }
    assert_eq!(SortKey::named("nonsense"), None);
}

/// The order as it is said: key by key, what is not known last, ties by id.
mod said {
    use super::*;
    use std::cmp::Ordering;

    #[derive(PartialEq, Eq, PartialOrd, Ord)]
    enum Known {
        Moment(Timestamp),
        Rank(usize),
        Word(String),
        Id(ConversationId),
    }

    fn known(row: &Row, key: SortKey) -> Option<Known> {
        let word = |name: Option<&Text>| name.map(|name| Known::Word(name.as_str().to_lowercase()));
        let conversation = row.reading.as_ref().map(|reading| &reading.conversation);
        match key {
            SortKey::Age => Some(Known::Moment(row.listed.started)),
            SortKey::Idle => Some(Known::Moment(conversation?.quiet_since())),
            SortKey::Wait => Some(Known::Moment(conversation?.queue_leg()?.since?)),
            SortKey::Severity => match row.severity(NOW) {
                Severity::Stuck => Some(Known::Rank(0)),
                Severity::Stale => Some(Known::Rank(1)),
                Severity::Watch => Some(Known::Rank(2)),
                Severity::Fresh => Some(Known::Rank(3)),
                Severity::Unknown => None,
            },
            SortKey::Kind => conversation.map(|_| Known::Rank(row.kind(NOW) as usize)),
            SortKey::Queue => word(shown::queue(row)),
            SortKey::Agent => word(shown::agent(row)),
            SortKey::Customer => word(shown::customer(row)),
            SortKey::Id => Some(Known::Id(row.listed.id)),
        }
    }

    pub(super) fn compare(left: &Row, right: &Row, order: &SortOrder) -> Ordering {
        let by_key =
            |(key, is_reversed): &(SortKey, bool)| match (known(left, *key), known(right, *key)) {
                (Some(left), Some(right)) if *is_reversed => right.cmp(&left),
                (Some(left), Some(right)) => left.cmp(&right),
                (left, right) => left.is_none().cmp(&right.is_none()),
            };
        let ordering = order.keys.iter().map(by_key).find(|found| found.is_ne());
        ordering.unwrap_or_else(|| left.listed.id.cmp(&right.listed.id))
    }
}

/// Names that begin alike, end early, differ by case or have something odd in them.
fn name() -> impl Strategy<Value = Option<String>> {
    let odd = prop::sample::select(vec![
        "",
        "a",
        "A",
        "ab",
        "a\0",
        "a\0b",
        "ΑΣ",
        "ας",
        "İ",
        "Customer care, level one",
        "customer CARE, level two",
    ]);
    prop::option::of(prop_oneof![odd.prop_map(str::to_owned), "[aA\u{0}ß]{0,20}"])
}

/// A row, read or not, with these names, begun so many nanoseconds from the epoch.
fn any_row() -> impl Strategy<Value = Row> {
    let start = prop_oneof![-3i64..3, any::<i64>()];
    (0u128..20, 0usize..5, name(), name(), start).prop_map(
        |(number, scene, agent, customer, start)| {
            let mut row = match scene {
                0 => staged(number).row,
                1 => live(number).read("2s"),
                2 => orphan(number).read("2s"),
                3 => alone(number).wrote(Side::Customer, "5m").read("2s"),
                _ => alone(number).wrote(Side::Customer, "3h").read("2s"),
            };
            row.listed.agent = agent.map(Text::from);
            row.listed.customer = customer.map(Text::from);
            row.listed.started = Timestamp::from_nanosecond(i128::from(start)).unwrap();
            row
        },
    )
}

proptest! {
    #[test]
    fn short_places_stand_in_the_order_that_is_said(
        rows in prop::collection::vec(any_row(), 0..25),
        keys in prop::collection::vec((prop::sample::select(SortKey::ALL), any::<bool>()), 0..4),
    ) {
        let order = order(&keys);
        let mut by_id = std::collections::BTreeMap::new();
        by_id.extend(rows.into_iter().map(|row| (row.listed.id, row)));
        let mut rows: Vec<&Row> = by_id.values().collect();
        let ids = sorted(rows.iter().copied(), &order, NOW, |row| row.severity(NOW));
        rows.sort_by(|left, right| said::compare(left, right, &order));
        let said: Vec<_> = rows.iter().map(|row| row.listed.id).collect();
        prop_assert_eq!(ids, said);
    }
}

proptest! {
    #[test]
    fn the_order_of_ages_is_the_order_of_instants_at_every_tick(
        starts in prop::collection::vec(0i64..100, 1..30),
        tick in 0i64..100_000,
        is_reversed in any::<bool>(),
    ) {
        let rows: Vec<Row> = starts.iter().zip(1..).map(|(start, number)| {
            let mut row = staged(number).row;
            row.listed.started = after(NOW, SignedDuration::from_secs(-start));
            row
        }).collect();
        let keys = order(&[(SortKey::Age, is_reversed)]);
        let ids = sorted(rows.iter(), &keys, NOW, |row| row.severity(NOW));
        let place = |id: &ConversationId| {
            let row = rows.iter().find(|row| row.listed.id == *id).unwrap();
            (row.listed.started, *id)
        };
        for pair in ids.windows(2) {
            let ((first, first_id), (second, second_id)) = (place(&pair[0]), place(&pair[1]));
            let is_in_order = if is_reversed { first > second } else { first < second };
            prop_assert!(is_in_order || (first == second && first_id < second_id));
        }
        let at = after(NOW, SignedDuration::from_secs(tick));
        let later = sorted(rows.iter().rev(), &keys, at, |row| row.severity(at));
        prop_assert_eq!(ids, later);
    }
}
