//! What earlier sweeps of an organisation did, by the runs on record: how many chats they ended in the last hour, which they gave up, and
//! whether somebody must look before one goes on. From the record and never from memory: a sweep that was killed starts from the same.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::evidence::Evidence;
use crate::domain::fact::{FinalState, HaltCause};
use crate::domain::ids::{ConversationId, RunId};
use crate::domain::item::Item;
use crate::domain::moment::since;
use crate::domain::run::{Run, RunState};

/// How long a chat that sweeps left open stays left alone. A day has every shift in it: somebody sees it in the list.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// In this time a limit by the hour counts.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// How often in [`WINDOW`] sweeps try one chat, however it changes in between: one whose leg rings anew each minute is new each time.
const TRIES: usize = 3;

/// So many chats in a row that could not be ended, over all rounds: a run stops at as many of its own.
const BAD_IN_A_ROW: usize = 5;

/// What runs of sweeps on record say.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Conversations for which something was sent in the last hour.
    pub lately: usize,
    /// Why no sweep goes on before somebody has looked, and at which run.
    pub halted: Option<(RunId, String)>,
    /// Runs that were cut off and have more to do.
    pub cut_off: Vec<RunId>,
    tried: HashMap<ConversationId, Tried>,
}

/// A chat that sweeps left open.
#[derive(Debug, Clone)]
struct Tried {
    times: usize,
    /// What was seen of it last.
    seen: Evidence,
}

impl Past {
    /// What these runs of sweeps say, oldest first. Somebody has looked at everything up to the run `looked_at`.
    pub fn of(runs: &[Run], looked_at: Option<RunId>, now: Timestamp) -> Self {
        let mut past = Self {
            halted: halted(runs, looked_at),
            ..Self::default()
        };
        for run in runs {
            if run.confirmed.is_some() && run.finished.is_none() {
                past.cut_off.push(run.header.id);
            }
            for item in &run.items {
                let lately = item.sends.iter().any(|sent| since(sent.at, now) < HOUR);
                past.lately += usize::from(lately);
                past.note(item, now);
            }
        }
        past
    }

    /// Sweeps tried it and left it open, and it is as it was then, or they did so too often.
    pub fn gave_up(&self, id: ConversationId, now: &Evidence) -> bool {
        let tried = self.tried.get(&id);
        tried.is_some_and(|tried| tried.times >= TRIES || tried.seen == *now)
    }

    fn note(&mut self, item: &Item, now: Timestamp) {
        let Some((_, last)) = item.span else { return };
        if !is_left_open(item) || since(last, now) >= WINDOW {
            return;
        }
        let seen = item.last_seen.as_ref().map(|seen| &seen.evidence);
        let seen = seen.unwrap_or(&item.plan.evidence);
        let tried = self.tried.entry(item.plan.id).or_insert_with(|| Tried {
            times: 0,
            seen: seen.clone(),
        });
        tried.times += 1;
        tried.seen.clone_from(seen);
    }
}

/// It was tried and is not over. What was cancelled, or cut off, before anything was sent for it was not tried.
fn is_left_open(item: &Item) -> bool {
    match item.settled.as_ref().map(|(settled, _)| settled.state) {
        Some(FinalState::Ended | FinalState::EndedElsewhere) => false,
        Some(FinalState::Cancelled) | None => !item.sends.is_empty(),
        Some(_) => true,
    }
}

fn is_bad(state: FinalState) -> bool {
    matches!(state, FinalState::Unresolved | FinalState::Escalate)
}

/// What went wrong in a way that the next round would repeat. A network that was away, or a sign-in, is not of that kind.
fn halted(runs: &[Run], looked_at: Option<RunId>) -> Option<(RunId, String)> {
    let unseen = |run: &&Run| looked_at.is_none_or(|seen| run.header.id > seen);
    let unseen: Vec<&Run> = runs.iter().filter(unseen).collect();
    let newest = unseen.last()?;
    let tally = newest.tally();
    let said = |why: String| Some((newest.header.id, why));
    if let Some(hit) = unseen.iter().rev().find(|run| run.tally().incidents > 0) {
        return Some((hit.header.id, "it had an incident".to_owned()));
    }
    match &newest.cut_short {
        Some(RunState::Halted(HaltCause::Offline | HaltCause::Permission, _)) | None => {}
        Some(RunState::Halted(_, why)) => return said(format!("it was halted: {why}")),
        Some(RunState::Stopping(why)) if tally.of(FinalState::Escalate) > 0 => {
            return said(format!("it was stopped, and a chat stayed open: {why}"));
        }
        Some(_) => {}
    }
    let finals = unseen.iter().flat_map(|run| &run.items);
    let finals: Vec<FinalState> = finals
        .filter_map(|item| Some(item.settled.as_ref()?.0.state))
        .collect();
    let bad = finals.iter().rev().take_while(|state| is_bad(**state));
    let bad = bad.count();
    if bad >= BAD_IN_A_ROW {
        return said(format!("the last {bad} chats could not be ended"));
    }
    None
}
