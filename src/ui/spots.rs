//! What stands where in a frame, noted while it is drawn, so that a click means what was seen: the same code places and notes it.

use ratatui::layout::{Position, Rect};

use crate::app::mouse::Spot;

/// The places of one frame that mean something.
#[derive(Debug, Clone, Default)]
pub struct Spots(Vec<(Rect, Option<Spot>)>);

impl Spots {
    /// What stands there; the newest of what was drawn over each other.
    pub fn at(&self, x: u16, y: u16) -> Option<Spot> {
        let place = Position::new(x, y);
        let mut newest_first = self.0.iter().rev();
        newest_first
            .find(|(area, _)| area.contains(place))
            .and_then(|(_, spot)| *spot)
    }

    /// This stands there.
    pub(super) fn note(&mut self, area: Rect, spot: Spot) {
        self.0.push((area, Some(spot)));
    }

    /// What stood there is covered.
    pub(super) fn cover(&mut self, area: Rect) {
        self.0.push((area, None));
    }
}
