//! The plan screen: the chats asked for are read again, then the plan is frozen; what differs from what the operator saw is left out
//! with its reason. Only reads are asked for here.

pub mod codes;
pub mod dry_run;
mod keys;
pub mod left_out;
pub mod recipes;

pub(crate) use keys::{note_key, open_for, open_from_list, press};

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tui_input::Input;

use super::action::keymap::Keymap;
use super::action::{Action, Mode};
use super::extent::Class;
use super::{App, Overlay};
use crate::domain::cause::{Cause, Refusal};
use crate::domain::draft::draft;
use crate::domain::evidence::Evidence;
use crate::domain::guard::Terms;
use crate::domain::ids::ConversationId;
use crate::domain::kind::Bulk;
use crate::domain::moment::since;
use crate::domain::plan::{Choices, Plan, Scope, Skipped};
use crate::domain::roster::Roster;
use crate::domain::step::Rung;

/// How old the reads may be when the phrase is accepted, from the end of the re-reading pass on.
pub const READ_LIMIT: SignedDuration = SignedDuration::from_secs(60);
/// Why nothing is done with the rows meanwhile.
pub(crate) const BEING_READ: &str = "the chats are read just now: wait for it";
/// The longest note, in characters.
pub const NOTE_LIMIT: usize = 200;

/// A plan being made.
#[derive(Debug)]
pub struct Planning {
    /// What was asked for, hidden rows first.
    pub asked: Vec<ConversationId>,
    /// How many of those the filter hides.
    pub hidden: usize,
    /// The plan, once every chat was read again.
    pub plan: Option<Arc<Plan>>,
    /// Why there is none.
    pub refused: Option<String>,
    /// When the re-reading ended.
    pub passed_at: Option<Timestamp>,
    /// Why, in the operator's words.
    pub note: String,
    /// The note while it is typed.
    pub typing: Option<Input>,
    /// What the operator chose.
    pub choices: Choices,
    /// The line of the cursor among the items.
    pub line: usize,
    /// The first item on screen.
    pub top: usize,
    /// What is known of the wrap-up codes to choose among.
    pub codes: codes::Codes,
    /// The plan that a dry run is made of, while its chats are read.
    pub rehearsing: Option<Arc<Plan>>,
    /// The first of what is left out on screen.
    pub top_left_out: usize,
    waiting: HashSet<ConversationId>,
    seen: HashMap<ConversationId, Evidence>,
    dropped: Vec<ConversationId>,
}

impl Planning {
    /// A plan for these chats; what is known of them now is what the operator saw.
    fn new(asked: Vec<ConversationId>, hidden: usize, roster: &Roster, choices: Choices) -> Self {
        let seen = asked
            .iter()
            .filter_map(|id| Some((*id, evidence_now(roster, *id)?)))
            .collect();
        Self {
            waiting: asked.iter().copied().collect(),
            asked,
            hidden,
            plan: None,
            refused: None,
            passed_at: None,
            note: String::new(),
            typing: None,
            choices,
            line: 0,
            top: 0,
            codes: codes::Codes::default(),
            rehearsing: None,
            top_left_out: 0,
            seen,
            dropped: Vec::new(),
        }
    }

    /// How far the re-reading is: done, and in all.
    pub fn progress(&self) -> (usize, usize) {
        (self.asked.len() - self.waiting.len(), self.asked.len())
    }

    /// Every chat was read again.
    pub fn is_read(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How long ago the re-reading ended: what the phrase waits for.
    pub fn read_age(&self, now: Timestamp) -> Option<SignedDuration> {
        self.passed_at.map(|at| since(at, now))
    }

    /// How old the oldest read is that the plan rests on; nothing where it rests on none.
    pub fn oldest_read(&self, now: Timestamp) -> Option<SignedDuration> {
        let items = self.plan.as_ref().filter(|_| self.is_read())?.items.iter();
        items.map(|item| since(item.read_at, now)).max()
    }

    /// What is to be read again, in the order in which it is: what is planned goes before what was left out.
    fn to_read(&self) -> Vec<ConversationId> {
        let mut ids = self.asked.clone();
        if let Some(plan) = &self.plan {
            let planned: HashSet<_> = plan.items.iter().map(|item| item.id).collect();
            ids.sort_by_key(|id| !planned.contains(id));
        }
        ids
    }

    /// Reads everything again; what the plan shows now is what the operator has seen. What was left out as changed stays so.
    fn read_again(&mut self) {
        self.waiting = self.asked.iter().copied().collect();
        self.passed_at = None;
        if let Some(plan) = &self.plan {
            let shown = plan.items.iter();
            self.seen
                .extend(shown.map(|item| (item.id, item.evidence.clone())));
        }
    }

    /// Freezes the plan on what is known now.
    fn freeze(&mut self, frame: &Frame<'_>, now: Timestamp) {
        let wants_live = match self.asked.as_slice() {
            [only] => frame
                .roster
                .row(*only)
                .is_some_and(|row| row.kind(now).bulk() == Bulk::Live),
            _ => false,
        };
        self.choices.allow_live = wants_live;
        let choices = self.chosen();
        let terms = Terms {
            choices: &choices,
            from_filter: false,
            max_batch: frame.max_batch,
            allow_teardown: false,
            escalated: &[],
            now,
            max_read_age: Some(READ_LIMIT),
            still_matches: None,
        };
        self.refused = None;
        match draft(&self.asked, frame.roster, frame.scope, &terms) {
            Ok(plan) => {
                let plan = self.without_surprises(plan, frame.scope, now);
                self.keep_cursor(&plan);
                self.plan = Some(Arc::new(plan));
            }
            Err(error) => {
                self.plan = None;
                self.refused = Some(error.to_string());
            }
        }
    }

    /// The choices as they count: only the rung `close` applies a code, here as without a screen.
    fn chosen(&self) -> Choices {
        let (rung, code) = (self.rung(), self.choices.wrap_up.clone());
        Choices {
            rung,
            wrap_up: code.filter(|_| rung == Rung::Close && self.sends_code()),
            ..self.choices.clone()
        }
    }

    /// Leaves out what the operator dropped, and what is not as it was when the operator saw it.
    fn without_surprises(&self, plan: Plan, scope: &Scope, now: Timestamp) -> Plan {
        let reason = |id, evidence: &Evidence| {
            if self.dropped.contains(&id) {
                let why = "you dropped it here; it stays marked".to_owned();
                return Some((Cause::Dropped, why));
            }
            let change = self.seen.get(&id)?.change_to(evidence)?;
            let why = format!("{} since you chose it", change.words());
            Some((Cause::Changed, why))
        };
        let mut skipped = plan.skipped;
        let (mut kept, is_single) = (Vec::new(), self.asked.len() == 1);
        for item in plan.items {
            match reason(item.id, &item.evidence) {
                Some((cause, reason)) => {
                    skipped.push(Skipped::new(item.id, Refusal { cause, reason }));
                }
                None => kept.push(item),
            }
        }
        let choices = Choices {
            allow_live: self.choices.allow_live && is_single,
            ..self.chosen()
        };
        Plan::freeze(scope, &choices, now, kept, skipped)
    }

    /// Why the phrase cannot be typed yet.
    pub fn why_locked(&self, require_note: bool, keys: &Keymap, now: Timestamp) -> Option<String> {
        let (done, all) = self.progress();
        if !self.is_read() {
            return Some(format!("re-reading {done} of {all}: wait for it"));
        }
        if let Some(why) = &self.refused {
            return Some(why.clone());
        }
        let Some(plan) = &self.plan else {
            return Some("there is no plan yet".to_owned());
        };
        if plan.items.is_empty() {
            return Some("nothing is left to end; the reasons are below".to_owned());
        }
        if let Some(why) = recipes::why_locked(plan, keys) {
            return Some(why);
        }
        if self.read_age(now).is_none_or(|age| age >= READ_LIMIT) {
            let key = keys.name(Mode::Plan, Action::Reread);
            return Some(format!(
                "The reads are over 60s old: {key} reads the chats again"
            ));
        }
        (require_note && self.note.trim().is_empty()).then(|| {
            let key = keys.name(Mode::Plan, Action::Note);
            format!("this profile asks for a note: {key} writes down why")
        })
    }
}

/// What a plan is frozen within.
struct Frame<'a> {
    roster: &'a Roster,
    scope: &'a Scope,
    max_batch: usize,
}

fn evidence_now(roster: &Roster, id: ConversationId) -> Option<Evidence> {
    let reading = roster.row(id)?.reading?;
    Some(Evidence::of(&reading.conversation))
}

/// A chat was read, or its read failed: the pass goes on, or the plan is frozen anew because the chat is not as planned.
pub(crate) fn was_read(app: &mut App, id: ConversationId, now: Timestamp) {
    let frame = Frame {
        roster: &app.roster,
        scope: &app.settings.scope,
        max_batch: app.settings.max_batch,
    };
    let Some(planning) = app
        .screens
        .iter_mut()
        .rev()
        .find_map(|screen| match screen {
            super::Screen::Plan(planning) => Some(planning),
            _ => None,
        })
    else {
        return;
    };
    if planning.waiting.remove(&id) {
        if planning.waiting.is_empty() {
            planning.passed_at = Some(now);
            planning.freeze(&frame, now);
            let rehearsed = planning.rehearsing.take();
            fit(app);
            if let Some(plan) = rehearsed {
                dry_run::finish(app, &plan, now);
            }
        }
        return;
    }
    let planned = planning
        .plan
        .as_ref()
        .and_then(|plan| plan.items.iter().find(|item| item.id == id));
    let differs = planned.is_some_and(|item| {
        evidence_now(frame.roster, id)
            .is_none_or(|evidence| item.evidence.change_to(&evidence).is_some())
    });
    if differs && planning.is_read() {
        let before = planning.plan.clone();
        planning.seen.extend(before.iter().flat_map(|plan| {
            plan.items
                .iter()
                .map(|item| (item.id, item.evidence.clone()))
        }));
        planning.freeze(&frame, now);
        let words = format!("{} changed and was left out of the plan", id.short());
        if matches!(app.overlay, Some(Overlay::Confirm(_))) {
            app.close_dialog(words, now);
        } else {
            app.notices.warn(words, now);
        }
        fit(app);
    }
}

/// The rules changed under an open plan: it is frozen anew on the same reads.
pub(crate) fn judge_anew(app: &mut App, now: Timestamp) {
    let frame = Frame {
        roster: &app.roster,
        scope: &app.settings.scope,
        max_batch: app.settings.max_batch,
    };
    let open = app
        .screens
        .iter_mut()
        .rev()
        .find_map(|screen| match screen {
            super::Screen::Plan(planning) => Some(planning),
            _ => None,
        });
    if let Some(planning) = open.filter(|planning| planning.is_read()) {
        planning.freeze(&frame, now);
    }
    fit(app);
}

/// How many items the plan screen shows, and how many left-out ones below them.
pub fn room(app: &App, planning: &Planning) -> (usize, usize) {
    let (items, skipped) = planning
        .plan
        .as_ref()
        .map_or((0, 0), |plan| (plan.items.len(), plan.skipped.len()));
    // Above: identity, title, rule, six lines of summary, rule, heads. Below: a rule, status, hints. Compact: without rules.
    let around = match app.extent.class() {
        Class::Wide | Class::Normal => 14,
        _ => 6,
    };
    let said = left_out::said(planning, app.extent).len().saturating_sub(1);
    let head = recipes::head_lines(app, planning).len();
    let free = app.extent.rows_below(around).saturating_sub(said + head);
    let most_skipped = if app.extent.class() >= Class::Normal {
        free / 3
    } else {
        2
    };
    let below = skipped.min(most_skipped.max(1)).min(free);
    (items.min(free - below).max(1), below)
}

pub(crate) fn fit(app: &mut App) {
    let Some((rows, below)) = app.planning().map(|planning| room(app, planning)) else {
        return;
    };
    if let Some(planning) = app.planning_mut() {
        planning.fit(rows, below);
    }
}
