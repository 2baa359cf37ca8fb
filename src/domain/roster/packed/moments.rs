//! The moments of a row, each told from the one before.

use jiff::Timestamp;

/// How many moments of a row can be named again: so many take one byte.
const MOMENTS_AGAIN: usize = 32;

pub(super) const NANOS_OF_MILLI: i128 = 1_000_000;

/// The moments of a row so far.
#[derive(Default)]
pub(super) struct Moments {
    /// The last one of whole milliseconds, as the platform tells them.
    pub(super) milli: i64,
    /// The last finer one, as this machine's clock tells them, in nanoseconds.
    pub(super) nano: Option<i128>,
    pub(super) known: Vec<Timestamp>,
}

impl Moments {
    /// From what finer ones are counted.
    pub(super) fn nano(&self) -> i128 {
        self.nano.unwrap_or(i128::from(self.milli) * NANOS_OF_MILLI)
    }

    pub(super) fn note(&mut self, at: Timestamp) {
        if self.known.len() < MOMENTS_AGAIN {
            self.known.push(at);
        }
    }
}

/// A number with a sign as one without: near nothing either way is small.
pub(super) fn zigzag(number: i128) -> u128 {
    ((number << 1) ^ (number >> 127)).cast_unsigned()
}

pub(super) fn unzigzag(number: u128) -> i128 {
    (number >> 1).cast_signed() ^ -((number & 1).cast_signed())
}
