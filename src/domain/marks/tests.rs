//! Marks keep to ids and to the order of marking.

use super::*;
use proptest::prelude::*;

fn id(number: u128) -> ConversationId {
    ConversationId::from_u128(number)
}

fn ids(numbers: &[u128]) -> Vec<ConversationId> {
    numbers.iter().copied().map(id).collect()
}

#[test]
fn marks_come_in_the_order_of_marking() {
    let mut marks = Marks::default();
    assert!(marks.toggle(id(3)));
    marks.mark_all(ids(&[1, 3, 2]));
    assert_eq!(marks.ids(), ids(&[3, 1, 2]));
    assert!(!marks.toggle(id(3)));
    assert_eq!(marks.ids(), ids(&[1, 2]));
    marks.clear();
    assert!(marks.is_empty());
}

#[test]
fn inverting_what_is_shown_leaves_hidden_marks_alone() {
    let mut marks = Marks::default();
    marks.mark_all(ids(&[9, 1]));
    marks.invert(&ids(&[1, 2, 3]));
    assert_eq!(marks.ids(), ids(&[9, 2, 3]));
}

proptest! {
    #[test]
    fn every_mark_counts_once_whatever_is_pressed(steps in prop::collection::vec((0u8..4, 0u128..6), 0..40)) {
        let mut marks = Marks::default();
        for (what, number) in steps {
            match what {
                0 => { marks.toggle(id(number)); }
                1 => marks.mark_all((0..number).map(id)),
                2 => marks.invert(&(0..number).map(id).collect::<Vec<_>>()),
                _ => marks.retain(|mark| mark != id(number)),
            }
            let distinct: std::collections::HashSet<_> = marks.ids().iter().collect();
            prop_assert_eq!(distinct.len(), marks.len());
            prop_assert!((0..6).all(|n| marks.contains(id(n)) == marks.ids().contains(&id(n))));
        }
    }
}
