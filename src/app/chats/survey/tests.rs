//! A list that is worked out in pieces is the list that is worked out in one go.

use jiff::{SignedDuration, Timestamp};

use super::AT_ONCE;
use crate::app::chats::{Around, Chats, Sort};
use crate::domain::ids::ConversationId;
use crate::domain::moment::after;
use crate::domain::roster::{Listed, Roster};
use crate::domain::sorting::SortKey;

const CHATS: u128 = 5_000;

fn id(number: u128) -> ConversationId {
    // In no order, and each another one.
    ConversationId::from_u128(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) | 1)
}

fn listed(number: u128) -> Listed {
    let seconds = i64::try_from(number * 37 % 4_001).unwrap();
    let started = after(Timestamp::UNIX_EPOCH, SignedDuration::from_secs(seconds));
    Listed {
        customer: (!number.is_multiple_of(3)).then(|| format!("Customer {}", number % 701).into()),
        agent: (!number.is_multiple_of(5))
            .then(|| format!("Agent of desk number {}", number % 7).into()),
        ..Listed::new(id(number), started)
    }
}

/// Around a list that is worked out in pieces.
fn around<'a>(roster: &'a Roster, zone: &'a jiff::tz::TimeZone, now: Timestamp) -> Around<'a> {
    Around {
        roster,
        zone,
        rows: 20,
        is_dialog_open: false,
        is_at_once: false,
        now,
    }
}

/// A list that is worked out in one go, and the same in pieces.
struct Both {
    roster: Roster,
    at_once: Chats,
    pieces: Chats,
    now: Timestamp,
}

impl Both {
    fn new() -> Self {
        assert!(CHATS > AT_ONCE as u128);
        let mut both = Self {
            roster: Roster::default(),
            at_once: Chats::new(Sort::default(), Vec::new()),
            pieces: Chats::new(Sort::default(), Vec::new()),
            now: Timestamp::UNIX_EPOCH,
        };
        both.page(0..CHATS);
        both.rebuild(true);
        both
    }

    fn page(&mut self, numbers: std::ops::Range<u128>) {
        let page: Vec<Listed> = numbers.map(listed).collect();
        self.roster.absorb_page(&page);
        let (roster, now) = (&self.roster, self.now);
        for chats in [&mut self.at_once, &mut self.pieces] {
            chats.note_rows(roster, page.iter().map(|row| row.id), now);
        }
    }

    fn each(&mut self, act: impl Fn(&mut Chats)) {
        act(&mut self.at_once);
        act(&mut self.pieces);
    }

    fn rebuild(&mut self, sort_anew: bool) {
        let (roster, zone) = (&self.roster, jiff::tz::TimeZone::UTC);
        let around = |is_at_once| Around {
            is_at_once,
            ..around(roster, &zone, self.now)
        };
        self.at_once.rebuild(&around(true), sort_anew);
        assert!(!self.at_once.is_surveying());
        self.pieces.rebuild(&around(false), sort_anew);
        assert!(self.pieces.is_surveying());
        while self.pieces.is_surveying() {
            self.pieces.go_on(&around(false));
        }
        for chats in [&mut self.at_once, &mut self.pieces] {
            chats.count_hidden();
        }
        let (one, other) = (&self.at_once, &self.pieces);
        assert_eq!(one.shown(), other.shown());
        assert_eq!(one.counts, other.counts);
        assert_eq!(one.late, other.late);
        assert_eq!((one.cursor, one.line()), (other.cursor, other.line()));
        assert_eq!(one.hidden_marks(), other.hidden_marks());
        for (line, id) in other.shown().iter().enumerate() {
            assert_eq!(other.line_of(*id), Some(line));
        }
    }

    fn ids(&self) -> Vec<ConversationId> {
        self.pieces.shown().to_vec()
    }
}

#[test]
fn every_order_and_every_filter_comes_to_the_same() {
    let mut both = Both::new();
    assert_eq!(both.ids().len(), 5_000);
    for key in SortKey::ALL {
        for is_reversed in [false, true] {
            both.each(|chats| {
                chats.sort = Sort {
                    key: *key,
                    is_reversed,
                }
            });
            both.rebuild(true);
            assert_eq!(both.ids().len(), 5_000);
        }
    }
    for (filter, fits) in [
        ("cust:\"customer 7\"", true),
        ("desk", true),
        ("nobody", false),
    ] {
        both.each(|chats| chats.filter.set(filter));
        both.rebuild(true);
        assert_eq!(both.ids().is_empty(), !fits, "{filter}");
        assert!(both.ids().len() < 5_000);
    }
}

#[test]
fn sorted_by_age_it_is_in_the_order_of_their_starts() {
    let mut both = Both::new();
    both.each(|chats| chats.sort.key = SortKey::Age);
    both.rebuild(true);
    let starts: Vec<_> = both
        .ids()
        .iter()
        .map(|id| both.roster.row(*id).unwrap().listed.started)
        .collect();
    assert!(starts.is_sorted());
}

#[test]
fn an_order_that_is_held_stays_and_what_comes_stands_last() {
    let mut both = Both::new();
    let before = both.ids();
    let marked: Vec<_> = before.iter().copied().skip(10).step_by(100).collect();
    both.each(|chats| chats.marks.mark_all(marked.iter().copied()));
    both.page(CHATS..CHATS + 100);
    both.each(|chats| chats.sort.key = SortKey::Customer);
    both.rebuild(false);
    assert_eq!(both.ids()[..5_000], before);
    assert_eq!(both.pieces.late, 100);
    // What the filter hides stays marked, and is counted.
    both.each(|chats| chats.filter.set("cust:\"customer 7\""));
    both.rebuild(true);
    let shown = both.ids();
    let hidden = marked.iter().filter(|id| !shown.contains(id)).count();
    assert!(hidden > 0);
    assert_eq!(both.pieces.hidden_marks(), hidden);
    let (asked, told) = both.pieces.asked();
    assert_eq!((asked.len(), told), (marked.len(), hidden));
}

#[test]
fn whoever_begins_to_choose_in_the_middle_keeps_the_order() {
    let mut both = Both::new();
    let before = both.ids();
    both.page(CHATS..CHATS + 100);
    let zone = jiff::tz::TimeZone::UTC;
    let around = around(&both.roster, &zone, both.now);
    let chats = &mut both.pieces;
    chats.sort.key = SortKey::Id;
    chats.rebuild(&around, false);
    chats.go_on(&around);
    chats.marks.mark(before[7]);
    while chats.is_surveying() {
        chats.go_on(&around);
    }
    assert_eq!(chats.shown()[..5_000], before);
    assert_eq!(chats.shown().len(), 5_100);
}

#[test]
fn what_goes_in_the_middle_is_left_out() {
    let mut both = Both::new();
    let zone = jiff::tz::TimeZone::UTC;
    let gone: Vec<_> = both.ids().into_iter().step_by(2).collect();
    let chats = &mut both.pieces;
    for is_gone in [false, true] {
        if is_gone {
            both.roster.lose(&gone, both.now);
            let later = after(both.now, crate::domain::roster::GHOST);
            assert_eq!(both.roster.forget_ghosts(later, |_| false).len(), 2_500);
        }
        let around = around(&both.roster, &zone, both.now);
        if !is_gone {
            chats.rebuild(&around, true);
        }
        while is_gone && chats.is_surveying() {
            chats.go_on(&around);
        }
    }
    assert_eq!(chats.shown().len(), 2_500);
    assert!(chats.shown().iter().all(|id| both.roster.has(*id)));
    assert_eq!(chats.counts.rows, 2_500);
}

#[test]
fn what_is_asked_for_in_the_middle_has_nothing_of_what_was_asked_for_before() {
    let mut both = Both::new();
    let zone = jiff::tz::TimeZone::UTC;
    // While rows are looked at for the first time, later, and while they are put in order.
    for pieces in [1, 40, 80] {
        let around = around(&both.roster, &zone, both.now);
        let chats = &mut both.pieces;
        chats.filter.set("desk");
        chats.rebuild(&around, true);
        for _ in 0..pieces {
            assert!(chats.filtering().is_some_and(|percent| percent <= 100));
            chats.go_on(&around);
        }
        assert!(chats.is_surveying());
        both.each(|chats| chats.filter.set("cust:\"customer 7\""));
        both.rebuild(true);
        assert_eq!(both.ids().len(), 63, "after {pieces} pieces");
        both.each(|chats| chats.filter.set(""));
        both.rebuild(true);
        assert_eq!(both.ids().len(), 5_000);
    }
}
