//! Until when an answer stands that was given by the time: so that what nobody told anything new of is asked again only when it may come
//! out otherwise.

use std::cell::Cell;

use jiff::Timestamp;

/// The earliest time at which a comparison with the time, of those that an answer rests on, comes out otherwise; by this machine's clock,
/// and as long as that is not put back.
#[derive(Debug)]
pub struct Horizon(Cell<Timestamp>);

impl Default for Horizon {
    fn default() -> Self {
        Self(Cell::new(Timestamp::MAX))
    }
}

impl Horizon {
    /// The answer may be another one from then on.
    pub fn note(&self, at: Timestamp) {
        self.0.set(self.0.get().min(at));
    }

    /// Before this time every answer is the same; [`Timestamp::MAX`] where none rests on the time.
    pub fn until(&self) -> Timestamp {
        self.0.get()
    }

    /// The same, and what is noted from now on is of another answer.
    pub fn take(&self) -> Timestamp {
        self.0.replace(Timestamp::MAX)
    }
}
