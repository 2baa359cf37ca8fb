//! Bits that say what a part of a row is made of. Few ways are usual, so each is kept once and named by a byte.

use super::bytes::{Reader, Writer};

/// So many can be named, half of them in one byte; the others are told whole.
const MOST: usize = 255;

/// The ways that were met, which stay.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapes(Vec<u128>);

impl Shapes {
    /// The place of this one; absent where there are too many.
    fn take(&mut self, shape: u128) -> Option<usize> {
        let known = self.0.iter().position(|known| *known == shape);
        if known.is_some() || self.0.len() >= MOST {
            return known;
        }
        self.0.push(shape);
        Some(self.0.len() - 1)
    }
}

impl Writer<'_> {
    pub(super) fn shape(&mut self, shape: u128) {
        let place = self.symbols.shapes.take(shape);
        self.count(place.map_or(0, |place| place + 1));
        if place.is_none() {
            self.number(shape);
        }
    }
}

impl Reader<'_> {
    pub(super) fn shape(&mut self) -> Option<u128> {
        match self.count()?.checked_sub(1) {
            Some(place) => self.symbols.shapes.0.get(place).copied(),
            None => self.number(),
        }
    }
}
