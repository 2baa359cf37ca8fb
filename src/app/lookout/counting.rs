//! Counts for the screen in view what every chat is to it: a short list at once, a long one piece by piece, so that no key and no frame ever
//! waits for it. What was counted before stays in view until then.

use std::vec::IntoIter;

use jiff::Timestamp;

use super::pulse::{GroupBy, Tally};
use super::rules::{Entry, Rulebook, count};
use super::{Lookout, fit, in_view};
use crate::app::chats::AT_ONCE;
use crate::app::{App, Screen};
use crate::domain::ids::ConversationId;

/// Chats that are counted in one piece: about a millisecond, with rules that have many words.
const LOOKED_AT: usize = 128;

/// What stands on a screen for which nothing was counted yet.
pub(crate) const BEING_COUNTED: &str = "being counted";

/// What is being counted.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    under_way: Option<Pieces>,
    /// How many times everything was counted.
    pub(crate) times: u64,
}

/// What was counted so far, and what is left.
#[derive(Debug)]
struct Pieces {
    ids: IntoIter<ConversationId>,
    at: Timestamp,
    so_far: SoFar,
}

#[derive(Debug)]
enum SoFar {
    Pulse(Box<Tally>),
    Rules(Vec<Entry>),
}

/// Something is being counted.
pub(crate) fn is_under_way(app: &App) -> bool {
    app.counting.under_way.is_some()
}

/// Begins to count for the screen in view, if that shows what is counted.
pub(super) fn anew(app: &mut App, now: Timestamp) {
    match app.screens.last() {
        Some(Screen::Lookout(Lookout::Rules(_))) => {
            let entries = Rulebook::new(app).entries;
            begin(app, SoFar::Rules(entries), now);
        }
        Some(Screen::Lookout(Lookout::Pulse(screen))) => pulse(app, screen.figures.by, now),
        _ => {}
    }
}

/// Begins to count for the pulse, by these groups.
pub(super) fn pulse(app: &mut App, by: GroupBy, now: Timestamp) {
    let tally = Tally::begin(app, by, now);
    begin(app, SoFar::Pulse(Box::new(tally)), now);
}

fn begin(app: &mut App, so_far: SoFar, at: Timestamp) {
    let ids: Vec<ConversationId> = app.roster.ids().collect();
    let is_at_once = ids.len() <= AT_ONCE || app.spoken.is_some();
    app.counting.under_way = Some(Pieces {
        ids: ids.into_iter(),
        at,
        so_far,
    });
    while is_at_once && is_under_way(app) {
        go_on(app);
    }
}

/// The next piece. What nobody looks at any more is dropped.
pub(crate) fn go_on(app: &mut App) {
    let Some(mut pieces) = app.counting.under_way.take() else {
        return;
    };
    for id in pieces.ids.by_ref().take(LOOKED_AT) {
        let row = app.roster.row(id).filter(|row| row.over_since.is_none());
        let Some(row) = row else { continue };
        match &mut pieces.so_far {
            SoFar::Pulse(tally) => tally.count(app, &row, pieces.at),
            SoFar::Rules(entries) => count(entries, app, &row, pieces.at),
        }
    }
    let is_done = pieces.ids.len() == 0;
    let privacy = app.privacy;
    match (in_view(app), pieces.so_far) {
        (Some(Lookout::Pulse(screen)), SoFar::Pulse(tally)) if is_done => {
            screen.show(*tally, privacy, pieces.at);
        }
        (Some(Lookout::Rules(screen)), SoFar::Rules(entries)) if is_done => {
            screen.show(entries, pieces.at);
        }
        (Some(Lookout::Pulse(_)), so_far @ SoFar::Pulse(_))
        | (Some(Lookout::Rules(_)), so_far @ SoFar::Rules(_)) => {
            app.counting.under_way = Some(Pieces { so_far, ..pieces });
            return;
        }
        _ => return,
    }
    app.counting.times += 1;
    fit(app);
}
