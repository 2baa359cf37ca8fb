//! The order of reads, and what of them is news.

use super::*;
use crate::domain::moment::after;

fn id(bits: u128) -> ConversationId {
    ConversationId::from_u128(bits)
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn what_somebody_waits_for_is_read_first_then_marked_visible_oldest() {
    let now = second(1_000_000);
    let mut queue = Queue::default();
    for bits in 1..=6 {
        queue.know(id(bits), second(i64::try_from(bits).unwrap()));
    }
    queue.attend(vec![id(4)], vec![id(5)]);
    queue.hurry(vec![id(6)]);
    let order: Vec<_> = std::iter::from_fn(|| queue.next(now, false))
        .take(6)
        .collect();
    assert_eq!(order, [6, 5, 4, 1, 2, 3].map(id));
    assert_eq!(queue.next(now, false), None, "all are in flight");
    for bits in 1..=6 {
        queue.failed(id(bits), now);
    }
    assert_eq!(queue.next(now, false), None, "all were read just now");
    let later = after(now, SignedDuration::from_secs(30));
    assert_eq!(
        queue.next(later, false),
        Some(id(4)),
        "rows on screen are read more often"
    );
}

#[test]
fn what_has_ended_or_is_listed_no_more_is_not_read_again_even_on_screen() {
    let now = second(1_000_000);
    let mut queue = Queue::default();
    for bits in 1..=3 {
        queue.know(id(bits), second(5));
    }
    queue.attend(vec![id(1), id(2)], vec![id(1), id(2)]);
    assert_eq!(queue.next(now, false), Some(id(1)));
    assert!(queue.saw_over(id(1), now, now));
    queue.forget(id(2));
    let later = after(now, SignedDuration::from_mins(2));
    assert_eq!(queue.next(later, false), Some(id(3)));
    assert_eq!(queue.next(later, false), None);
    assert!(queue.is_over(id(1), later));
    assert!(!queue.is_over(id(2), later));
    // The list goes on naming it long after its end: that is no lag any more.
    let much_later = after(now, SignedDuration::from_mins(31));
    assert!(!queue.is_over(id(1), much_later));
    queue.know(id(1), second(5));
    assert_eq!(queue.next(much_later, false), Some(id(1)));
    assert!(queue.saw_over(id(1), now, much_later));
    assert_eq!(queue.next(much_later, false), None, "it was read just now");
}

#[test]
fn a_chat_that_a_read_shows_open_is_read_on_whether_it_is_listed_or_not() {
    let now = second(1_000_000);
    let mut queue = Queue::default();
    queue.hurry(vec![id(7)]);
    assert_eq!(queue.next(now, true), Some(id(7)));
    queue.saw_open(id(7), second(5), now);
    let later = after(now, SignedDuration::from_secs(61));
    assert_eq!(queue.next(later, false), Some(id(7)));
}

/// One that was read, and was over.
fn over(now: Timestamp) -> Queue {
    let mut queue = Queue::default();
    queue.know(id(1), second(5));
    assert_eq!(queue.next(now, false), Some(id(1)));
    assert!(queue.saw_over(id(1), now, now));
    queue
}

#[test]
fn an_event_of_a_chat_that_was_over_has_it_read_again_and_open_it_is_read_on() {
    let now = second(1_000_000);
    let mut queue = over(now);
    let soon = after(now, SignedDuration::from_mins(5));
    queue.told(id(1), soon);
    assert_eq!(queue.next(soon, false), Some(id(1)));
    queue.saw_open(id(1), second(5), soon);
    assert!(!queue.is_over(id(1), soon));
    let later = after(soon, SignedDuration::from_secs(61));
    assert_eq!(queue.next(later, false), Some(id(1)));
}

#[test]
fn what_the_list_still_names_minutes_after_its_end_is_looked_at_again_and_is_news_only_if_it_is() {
    let now = second(1_000_000);
    let mut queue = over(now);
    let minute = |minutes| after(now, SignedDuration::from_mins(minutes));
    assert!(queue.is_named_though_over(id(1), minute(1)));
    assert_eq!(queue.next(minute(1), false), None, "the list is late");
    assert!(queue.is_named_though_over(id(1), minute(3)));
    assert_eq!(queue.next(minute(3), false), Some(id(1)));
    assert!(!queue.saw_over(id(1), now, minute(3)), "that was known");
    assert!(queue.is_named_though_over(id(1), minute(4)));
    assert_eq!(queue.next(minute(4), false), None);
    // A read that fails says nothing of it.
    assert!(queue.is_named_though_over(id(1), minute(6)));
    assert_eq!(queue.next(minute(6), false), Some(id(1)));
    queue.failed(id(1), minute(6));
    assert!(queue.is_over(id(1), minute(6)));
    // It came back and ended once more.
    assert!(queue.is_named_though_over(id(1), minute(9)));
    assert_eq!(queue.next(minute(9), false), None, "others have a turn");
    assert_eq!(queue.next(minute(9), false), Some(id(1)));
    assert!(queue.saw_over(id(1), minute(8), minute(9)));
    // Somebody waits for it.
    queue.hurry(vec![id(1)]);
    assert_eq!(queue.next(minute(10), true), Some(id(1)));
    assert!(queue.saw_over(id(1), minute(8), minute(10)));
}

#[test]
fn what_was_read_is_read_again_in_that_order_and_older_reads_leave_nothing_behind() {
    let mut now = second(1_000_000);
    let mut queue = Queue::default();
    for bits in [2, 1, 3] {
        queue.know(id(bits), second(5));
        assert_eq!(queue.next(now, false), Some(id(bits)));
        queue.saw_open(id(bits), second(5), now);
    }
    // One stays unread, so that of the others only the one on screen has its turn.
    queue.know(id(9), second(5));
    queue.attend(vec![id(3)], Vec::new());
    for round in 0..200 {
        now = after(now, SignedDuration::from_secs(25));
        assert_eq!(queue.next(now, false), Some(id(3)));
        queue.saw_open(id(3), second(5), now);
        // The list tells of another beginning: its turn stays.
        queue.know(id(1), second(round));
    }
    assert!(queue.read.len() <= 9, "{} of four", queue.read.len());
    queue.forget(id(9));
    now = after(now, SignedDuration::from_secs(90));
    let order: Vec<_> = std::iter::from_fn(|| queue.next(now, false)).collect();
    assert_eq!(order, [3, 2, 1].map(id), "the one on screen, then as read");
}

#[test]
fn a_clock_that_was_set_back_stops_no_reads() {
    let now = second(1_000_000);
    let mut queue = Queue::default();
    queue.know(id(1), second(5));
    assert_eq!(queue.next(now, false), Some(id(1)));
    queue.saw_open(id(1), second(5), now);
    assert_eq!(queue.next(now, false), None);
    let before = after(now, SignedDuration::from_hours(-1));
    assert_eq!(queue.next(before, false), Some(id(1)));
}
