//! What runs of this profile have ended within the last hour: by the journal, and by the run of this console as it goes.

use jiff::{SignedDuration, Timestamp};

use crate::app::{App, PastRun};
use crate::domain::fact::FinalState;
use crate::domain::moment::since;

/// How far back is counted.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// What was ended, by how many runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ours {
    /// Chats that were found ended after requests of ours.
    pub ended: usize,
    /// In so many runs.
    pub runs: usize,
}

/// Counts them; nothing where the journal did not answer.
pub(super) fn count(app: &App, now: Timestamp) -> Option<Ours> {
    let scope = &app.settings.scope;
    let live = app.live.as_ref().map(|log| &log.run);
    let is_recent = |at: Timestamp| since(at, now) < HOUR;
    let is_ours = |run: &&PastRun| {
        let is_live = live.is_some_and(|live| live.header.id == run.id);
        let at = run.finished.unwrap_or(run.created);
        let is_here = run.org_id == scope.org_id && run.profile == scope.profile;
        is_here && !is_live && is_recent(at)
    };
    let past = app.history.runs.as_ref()?.iter().filter(is_ours);
    let live = live.filter(|run| run.finished.is_none_or(is_recent));
    let counts = past.map(|run| run.tally.of(FinalState::Ended));
    let counts = counts.chain(live.map(|run| run.tally().of(FinalState::Ended)));
    let add = |sum: Ours, ended: usize| Ours {
        ended: sum.ended + ended,
        runs: sum.runs + 1,
    };
    Some(counts.fold(Ours::default(), add))
}
