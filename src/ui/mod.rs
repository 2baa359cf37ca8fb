//! Draws the console. Knows places and looks; changes nothing and decides nothing.

mod look;

pub use look::{Glyphs, Look, Theme};

use jiff::Timestamp;
use ratatui::Frame;

use crate::app::App;

/// Draws one frame of the console as it is at `now`.
pub fn draw(frame: &mut Frame<'_>, app: &App, _look: &Look, _now: Timestamp) {
    frame.render_widget(app.title(), frame.area());
}
