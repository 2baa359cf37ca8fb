//! What the list and the reads make of a roster.

use super::*;
use crate::domain::moment::after;

fn listed(bits: u128, seen_at: Timestamp) -> Listed {
    Listed {
        seen_at: Some(seen_at),
        ..Listed::new(ConversationId::from_u128(bits), Timestamp::UNIX_EPOCH)
    }
}

fn ended(id: ConversationId, at: Timestamp) -> Arc<Reading> {
    let mut conversation = Conversation::new(id, Timestamp::UNIX_EPOCH);
    conversation.ended = Some(at);
    Arc::new(Reading {
        conversation,
        read_at: at,
        arrived: at,
        receipt: Receipt::default(),
    })
}

#[test]
fn a_chat_that_is_missing_from_one_list_and_back_in_the_next_is_not_over() {
    let now = Timestamp::from_second(1_000_000).unwrap_or_default();
    let listed = listed(1, now);
    let mut roster = Roster::default();
    roster.absorb_page(std::slice::from_ref(&listed));
    roster.lose(&[listed.id], now);
    assert!(
        roster
            .row(listed.id)
            .is_some_and(|row| row.over_since.is_some())
    );
    roster.absorb_page(std::slice::from_ref(&listed));
    assert!(
        roster
            .row(listed.id)
            .is_some_and(|row| row.over_since.is_none())
    );
    roster.forget_ghosts(after(now, GHOST), |_| false);
    assert_eq!(roster.len(), 1);
}

#[test]
fn what_is_over_leaves_after_ten_seconds_unless_it_is_kept_and_nothing_else_does() {
    let now = Timestamp::from_second(1_000_000).unwrap_or_default();
    let mut roster = Roster::default();
    let page: Vec<Listed> = (1..=4).map(|bits| listed(bits, now)).collect();
    roster.absorb_page(&page);
    roster.lose(&[page[0].id, page[1].id], now);
    roster.absorb_reading(page[2].id, &ended(page[2].id, now));
    // The list is late, and names it again.
    roster.absorb_page(&page[2..]);
    roster.forget_ghosts(after(now, SignedDuration::from_secs(9)), |_| false);
    assert_eq!(roster.len(), 4);
    roster.forget_ghosts(after(now, GHOST), |id| id == page[0].id);
    let mut left: Vec<_> = roster.rows().map(|row| row.listed.id).collect();
    left.sort();
    assert_eq!(left, [page[0].id, page[3].id]);
}

#[test]
fn a_record_that_knows_of_the_end_brings_nothing_back_to_the_list_and_one_that_does_not_does() {
    let now = Timestamp::from_second(1_000_000).unwrap_or_default();
    for (ended, is_over) in [(Some(now), true), (None, false)] {
        let mut roster = Roster::default();
        let page = listed(1, now);
        roster.absorb_page(std::slice::from_ref(&page));
        roster.lose(&[page.id], now);
        let record = Recorded {
            ended,
            ..Recorded::new(now)
        };
        roster.absorb_record(Listed {
            recorded: Some(Arc::new(record)),
            ..listed(1, now)
        });
        let row = roster.row(page.id);
        assert_eq!(row.is_some_and(|row| row.over_since.is_some()), is_over);
        roster.forget_ghosts(after(now, GHOST), |_| false);
        assert_eq!(roster.len(), usize::from(!is_over));
    }
}

#[test]
fn what_the_list_names_half_an_hour_after_its_end_is_back() {
    let now = Timestamp::from_second(1_000_000).unwrap_or_default();
    let later = after(now, LIST_LAG);
    let mut roster = Roster::default();
    for (seen_at, is_over) in [(now, true), (later, false)] {
        let listed = listed(1, seen_at);
        roster.absorb_page(std::slice::from_ref(&listed));
        roster.absorb_reading(listed.id, &ended(listed.id, now));
        let row = roster.row(listed.id);
        assert_eq!(row.is_some_and(|row| row.over_since.is_some()), is_over);
    }
}
