//! The configuration was read again while the console is open. Rules, guards and the limits of [`NewLimits`] apply at once where they
//! allow no more than before; what would allow more, and all else, waits for a restart and is named; what is bad leaves the last good one
//! in force, with its place in the file.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{App, Effect, Overlay, planning};
use crate::domain::feed::Command;
use crate::domain::rules::Rules;

/// What the file says now, as far as it is good.
#[derive(Debug, Clone, Default)]
pub struct Reload {
    /// The file's name, for the status line.
    pub file: String,
    /// Rules and guards; the outer nothing: there is something wrong with them.
    pub rules: Option<Option<Arc<Rules>>>,
    /// The open profile's limits, where nothing is wrong with them.
    pub limits: Option<NewLimits>,
    /// What differs from the start and cannot change before the next one, by its key.
    pub later: Vec<String>,
    /// The first thing that is wrong, with file, line and mend, and how many more there are.
    pub trouble: Option<String>,
}

/// Limits of the open profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLimits {
    /// Chats in one plan, at most.
    pub max_batch: usize,
    /// A plan needs a note.
    pub require_note: bool,
    /// A reply younger than this is counted aloud.
    pub recent_reply: SignedDuration,
    /// Conversations may be ended.
    pub writes: bool,
}

/// Takes it in.
pub(crate) fn reloaded(app: &mut App, reload: Reload, now: Timestamp) -> Vec<Effect> {
    let mut later = reload.later;
    let mut told: Vec<&str> = Vec::new();
    let mut effects = Vec::new();
    if let Some(rules) = reload.rules {
        let (rules, kept) = Rules::tightened(app.settings.configured.rules.as_ref(), rules);
        later.extend(kept);
        if rules != app.settings.configured.rules {
            told.push("rules and guards");
            effects.push(judge_by(app, rules, now));
        }
    }
    if let Some(limits) = reload.limits {
        let could_write = app.settings.writes;
        narrow(app, limits, &mut told, &mut later);
        if could_write && !app.settings.writes {
            effects.push(Effect::Engine(Command::OnlyLook));
        }
    }
    let is_closed = !told.is_empty() && judge_within(app, now);
    let mut applied = (!told.is_empty()).then(|| format!("in force now: {}", told.join(", ")));
    if is_closed {
        applied = applied.map(|words| format!("{words}; the box closed, nothing was sent"));
    }
    say(app, &reload.file, applied, &later, reload.trouble, now);
    effects
}

/// An open plan is judged anew within what is allowed now. An open box was drawn under what was allowed before: it closes, and whether
/// it did is the answer.
fn judge_within(app: &mut App, now: Timestamp) -> bool {
    planning::judge_anew(app, now);
    let is_open = matches!(app.overlay, Some(Overlay::Confirm(_)));
    if is_open {
        app.close_dialog("less is allowed now: nothing was sent", now);
    }
    is_open
}

/// Everything that is known is judged anew.
fn judge_by(app: &mut App, rules: Option<Arc<Rules>>, now: Timestamp) -> Effect {
    app.settings.configured.rules.clone_from(&rules);
    app.roster.follow(rules.clone());
    app.chats.note_list();
    app.reorder(now, false);
    Effect::Engine(Command::Follow(rules))
}

/// Only what allows less applies.
fn narrow(app: &mut App, limits: NewLimits, told: &mut Vec<&str>, later: &mut Vec<String>) {
    let settings = &mut app.settings;
    match limits.max_batch.cmp(&settings.max_batch) {
        std::cmp::Ordering::Less => {
            settings.max_batch = limits.max_batch;
            told.push("max_batch");
        }
        std::cmp::Ordering::Greater => later.push("max_batch".to_owned()),
        std::cmp::Ordering::Equal => {}
    }
    match (settings.require_note, limits.require_note) {
        (false, true) => {
            settings.require_note = true;
            told.push("require_note");
        }
        (true, false) => later.push("require_note".to_owned()),
        _ => {}
    }
    match (settings.writes, limits.writes) {
        (true, false) => {
            settings.writes = false;
            told.push("read-only");
        }
        // Without a journal the console only looks, whatever the file says.
        (false, true) if settings.no_writes.is_none() => later.push("write".to_owned()),
        _ => {}
    }
    match limits.recent_reply.cmp(&settings.configured.recent_reply) {
        std::cmp::Ordering::Greater => {
            settings.configured.recent_reply = limits.recent_reply;
            told.push("recent_reply");
        }
        std::cmp::Ordering::Less => later.push("recent_reply".to_owned()),
        std::cmp::Ordering::Equal => {}
    }
}

fn say(
    app: &mut App,
    file: &str,
    applied: Option<String>,
    later: &[String],
    trouble: Option<String>,
    now: Timestamp,
) {
    let waiting = (!later.is_empty()).then(|| format!("after a restart: {}", later.join(", ")));
    let is_trouble = trouble.is_some();
    let trouble = trouble.map(|what| format!("{what}. The last good one stays in force"));
    let parts: Vec<String> = [trouble, applied, waiting.clone()]
        .into_iter()
        .flatten()
        .collect();
    if is_trouble {
        app.notices.warn(parts.join("; "), now);
    } else if waiting.is_some() {
        app.notices
            .warn(format!("{file}: {}", parts.join("; ")), now);
    } else if parts.is_empty() {
        app.notices
            .tell(format!("{file} was read again: nothing changes"), now);
    } else {
        app.notices
            .tell(format!("{file}: {}", parts.join("; ")), now);
    }
}
