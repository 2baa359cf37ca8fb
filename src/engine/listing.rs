//! One listing: page after page over the intervals that the platform allows, oldest interval first.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};

use crate::domain::ids::ConversationId;
use crate::domain::moment::after;

use super::ports::{ListedPage, PAGE_SIZE, PageWanted};

/// An interval may span 31 days; whole days of the platform's clock count, so a little less is asked for.
const INTERVAL: SignedDuration = SignedDuration::from_hours(30 * 24);
/// How many intervals are looked back over: a conversation open for longer than this is not found by listing.
const INTERVALS: i32 = 3;

/// A listing under way.
#[derive(Debug)]
pub(super) struct ListingRun {
    now: Timestamp,
    /// How many intervals back the present one lies.
    back: i32,
    page: u32,
    /// Pages taken so far, over all intervals.
    pub(super) pages: u32,
    /// Conversations that the service counts in the intervals seen so far.
    pub(super) total: u32,
    /// The ids named so far.
    pub(super) named: HashSet<ConversationId>,
}

impl ListingRun {
    /// A listing that begins now.
    pub(super) fn begin(now: Timestamp) -> Self {
        Self {
            now,
            back: INTERVALS - 1,
            page: 1,
            pages: 0,
            total: 0,
            named: HashSet::new(),
        }
    }

    /// The page to ask for now.
    pub(super) fn wanted(&self) -> PageWanted {
        // A minute ahead, because the platform's clock may be ahead of ours.
        let end = after(self.now, SignedDuration::from_mins(1));
        PageWanted {
            from: after(end, -INTERVAL * (self.back + 1)),
            to: after(end, -INTERVAL * self.back),
            number: self.page,
        }
    }

    /// Takes a page; answers whether more are wanted.
    pub(super) fn absorb(&mut self, page: &ListedPage) -> bool {
        if self.page == 1 {
            self.total += page.total;
        }
        self.pages += 1;
        self.named.extend(page.rows.iter().map(|listed| listed.id));
        let is_last = u32::try_from(page.rows.len()).unwrap_or(PAGE_SIZE) < PAGE_SIZE
            || self.page * PAGE_SIZE >= page.total;
        if !is_last {
            self.page += 1;
            return true;
        }
        self.page = 1;
        self.back -= 1;
        self.back >= 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(rows: u32, total: u32, from: u32) -> ListedPage {
        let listed = |bits: u32| {
            let id = ConversationId::from_u128(u128::from(from + bits));
            crate::domain::roster::Listed::new(id, Timestamp::UNIX_EPOCH)
        };
        ListedPage {
            rows: (0..rows).map(listed).collect(),
            total,
        }
    }

    #[test]
    fn every_interval_is_listed_to_its_last_page_and_touches_the_next() {
        let mut listing = ListingRun::begin(Timestamp::from_second(1_700_000_000).unwrap());
        let oldest = listing.wanted();
        assert!(oldest.to.duration_since(oldest.from) <= SignedDuration::from_hours(31 * 24));
        assert!(listing.absorb(&page(100, 150, 0)));
        assert_eq!(listing.wanted().number, 2);
        assert!(listing.absorb(&page(50, 150, 100)));
        let middle = listing.wanted();
        assert_eq!((middle.number, middle.from), (1, oldest.to));
        assert!(listing.absorb(&page(0, 0, 0)));
        assert!(!listing.absorb(&page(1, 1, 400)));
        assert_eq!(
            (listing.total, listing.pages, listing.named.len()),
            (151, 4, 151)
        );
    }
}
