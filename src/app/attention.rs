//! Whether anybody looks. Where nobody has for five minutes, as far as the terminal tells, the list is polled once a minute; a terminal
//! that tells nothing of it is one that is looked at. And how somebody who looks elsewhere is told that a run has come to its end.

use jiff::{SignedDuration, Timestamp};

use super::manners::Notify;
use super::{App, Effect};
use crate::domain::feed::Command;
use crate::domain::moment::since;

/// How long nobody has to look elsewhere before less is asked.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);

/// What is known of it.
#[derive(Debug, Default)]
pub(crate) struct Attention {
    /// Since when the terminal has no focus.
    away_since: Option<Timestamp>,
}

/// The terminal got the focus, or lost it.
pub(crate) fn turned(app: &mut App, is_here: bool, now: Timestamp) -> Vec<Effect> {
    if !is_here {
        app.attention.away_since.get_or_insert(now);
        return Vec::new();
    }
    app.attention.away_since = None;
    if std::mem::take(&mut app.link.is_unwatched) {
        vec![Effect::Engine(Command::Watch(true))]
    } else {
        Vec::new()
    }
}

/// Time goes by.
pub(crate) fn lapsed(app: &mut App, now: Timestamp) -> Option<Effect> {
    let away = app.attention.away_since?;
    let is_due = since(away, now) >= PATIENCE && !app.link.is_unwatched;
    is_due.then(|| {
        app.link.is_unwatched = true;
        Effect::Engine(Command::Watch(false))
    })
}

/// Tells of the end of a run, where the operator wants to be told; names nobody but the profile.
pub(crate) fn announce(app: &App, what: &str) -> Option<Effect> {
    let way = app.settings.configured.manners.notify;
    let words = format!("unstick {}: {what}", app.settings.scope.profile);
    (way != Notify::None).then_some(Effect::Notify(way, words))
}
