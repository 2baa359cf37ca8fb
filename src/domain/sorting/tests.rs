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
