//! Screens that only show, one file for each.

mod listed;
mod profiles;
mod pulse;
mod recipes;
mod requests;
mod rules;
mod welcome;

use jiff::Timestamp;

use super::pen::Pen;
use crate::app::App;
use crate::app::lookout::Lookout;

/// Draws the one in view.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, lookout: &Lookout, now: Timestamp) {
    match lookout {
        Lookout::Rules(screen) => rules::draw(pen, app, screen, now),
        Lookout::Requests(screen) => requests::draw(pen, app, screen, now),
        Lookout::Pulse(screen) => pulse::draw(pen, app, screen, now),
        Lookout::Profiles(screen) => profiles::draw(pen, app, screen, now),
        Lookout::Welcome(screen) => welcome::draw(pen, app, screen, now),
        Lookout::Recipes(screen) => recipes::draw(pen, app, screen, now),
    }
}
