//! One window's list, page after page. Rows shift between pages when conversations end meanwhile. Forward, oldest first, what ends on a page
//! that was taken draws a row of the next page over to it, where nobody sees it any more: a gap. Backward, from the last page to the
//! first, it can only draw rows onto pages still to come, and what begins joins the end: rows come twice, none is missed. So what is not
//! known yet is listed forward, because the oldest matter most, and everything after that backward.

use jiff::Timestamp;

use crate::domain::ids::Conversations;
use crate::engine::ports::{ListedPage, PAGE_SIZE};

/// The last page that the platform gives: results past 100,000 are refused (`400`, "Pagination may not exceed 100000 results").
pub(super) const LAST_PAGE: u32 = 100_000 / PAGE_SIZE;

/// How many pages so many conversations take.
pub(super) fn pages(total: u32) -> u32 {
    total.div_ceil(PAGE_SIZE).clamp(1, LAST_PAGE)
}

/// A list under way.
#[derive(Debug)]
pub(super) struct Scan {
    /// When it began: what was read after that is newer than what it says.
    pub(super) began: Timestamp,
    /// What it named.
    pub(super) seen: Conversations,
    /// The page to ask for next.
    pub(super) next: u32,
    /// Pages taken.
    pub(super) taken: u32,
    /// How many conversations the service counted with the newest page.
    pub(super) total: u32,
    /// Rows that could not be understood.
    pub(super) unreadable: u32,
    pub(super) is_backward: bool,
    low: u32,
    high: u32,
    /// It moved under way in a way that may have left gaps.
    has_moved: bool,
}

impl Scan {
    /// From the first page on.
    pub(super) fn forward(began: Timestamp) -> Self {
        Self {
            began,
            seen: Conversations::default(),
            next: 1,
            taken: 0,
            total: 0,
            unreadable: 0,
            is_backward: false,
            low: u32::MAX,
            high: 0,
            has_moved: false,
        }
    }

    /// From the last page of so many conversations back.
    pub(super) fn backward(began: Timestamp, total: u32) -> Self {
        Self {
            next: pages(total),
            is_backward: true,
            ..Self::forward(began)
        }
    }

    /// Takes a page; answers whether another is wanted.
    pub(super) fn absorb(&mut self, number: u32, page: &ListedPage) -> bool {
        let total = if page.is_least {
            page.total.max(self.total)
        } else {
            page.total
        };
        self.has_moved |= !self.is_backward && self.taken > 0 && total != self.total;
        self.total = total;
        self.unreadable += page.unreadable;
        self.taken += 1;
        self.low = self.low.min(number);
        self.high = self.high.max(number);
        self.seen.extend(page.rows.iter().map(|listed| listed.id));
        let is_empty = page.rows.is_empty() && page.unreadable == 0;
        let is_end = self.high >= pages(total);
        if self.is_backward && is_end {
            self.next = self.low.saturating_sub(1);
            self.next > 0
        } else {
            self.next = self.high + 1;
            !is_end && (self.is_backward || !is_empty)
        }
    }

    /// Rows may be missing: it moved, or it named fewer than there are.
    pub(super) fn is_doubtful(&self) -> bool {
        let seen = u32::try_from(self.seen.len()).unwrap_or(u32::MAX);
        self.has_moved || seen.saturating_add(self.unreadable) < self.total
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::ConversationId;
    use crate::domain::roster::Listed;

    fn id(bits: u32) -> ConversationId {
        ConversationId::from_u128(u128::from(bits))
    }

    /// The page of a list of these, oldest first.
    fn page(open: &[u32], number: u32) -> ListedPage {
        let from = usize::try_from((number - 1) * PAGE_SIZE).unwrap();
        let rows = open.iter().skip(from).take(100);
        let rows = rows.map(|bits| Listed::new(id(*bits), Timestamp::UNIX_EPOCH));
        ListedPage::new(rows.collect(), u32::try_from(open.len()).unwrap())
    }

    /// Lists, while `change` has its way with the list after every page.
    fn list(mut scan: Scan, open: &mut Vec<u32>, mut change: impl FnMut(&mut Vec<u32>)) -> Scan {
        loop {
            let number = scan.next;
            if !scan.absorb(number, &page(open, number)) {
                return scan;
            }
            change(open);
        }
    }

    #[test]
    fn a_list_that_stands_still_is_named_whole_both_ways() {
        for count in [0, 1, 100, 101, 350] {
            for scan in [
                Scan::forward(Timestamp::UNIX_EPOCH),
                Scan::backward(Timestamp::UNIX_EPOCH, count),
            ] {
                let mut open: Vec<u32> = (0..count).collect();
                let scan = list(scan, &mut open, |_| {});
                assert_eq!(scan.seen.len(), open.len());
                assert_eq!((scan.taken, scan.is_doubtful()), (pages(count), false));
            }
        }
    }

    #[test]
    fn what_ends_meanwhile_leaves_a_gap_forward_which_is_noticed_and_none_backward() {
        let mut open: Vec<u32> = (0..350).collect();
        let forward = list(Scan::forward(Timestamp::UNIX_EPOCH), &mut open, |open| {
            open.remove(3);
        });
        assert!(open.iter().any(|bits| !forward.seen.contains(&id(*bits))));
        assert!(forward.is_doubtful());
        let mut next = 1000;
        let backward = list(
            Scan::backward(Timestamp::UNIX_EPOCH, 347),
            &mut open,
            |open| {
                open.remove(3);
                open.remove(40);
                open.push(next);
                next += 1;
            },
        );
        let missed = |bits: &&u32| **bits < 1000 && !backward.seen.contains(&id(**bits));
        assert_eq!(open.iter().filter(missed).count(), 0);
    }

    #[test]
    fn pages_that_are_new_or_gone_when_a_backward_list_begins_are_taken_or_passed() {
        for (told, count) in [(130, 320), (320, 130), (320, 0)] {
            let mut open: Vec<u32> = (0..count).collect();
            let scan = list(
                Scan::backward(Timestamp::UNIX_EPOCH, told),
                &mut open,
                |_| {},
            );
            assert_eq!(scan.seen.len(), open.len());
            assert!(!scan.is_doubtful());
        }
    }

    #[test]
    fn no_page_beyond_the_last_one_is_ever_asked_for() {
        let mut scan = Scan::forward(Timestamp::UNIX_EPOCH);
        let full = ListedPage {
            total: 250_000,
            ..page(&(0..100).collect::<Vec<u32>>(), 1)
        };
        for number in 1..LAST_PAGE {
            assert!(scan.absorb(number, &full));
        }
        assert!(!scan.absorb(LAST_PAGE, &full));
        assert!(scan.is_doubtful());
    }
}
