//! What a console leaves to the one that follows it, for another profile on the same terminal: whatever was narrowed or masked stays so.

use std::sync::Arc;

use crate::app::action::{Action, Mode};
use crate::app::{App, NewLimits};
use crate::cli::connect::Connection;
use crate::cli::switching::Start;
use crate::domain::diagnosis::Thresholds;
use crate::domain::rules::Rules;
use crate::settings::Profile;

/// What a console leaves to the one that follows it.
pub(super) struct Before {
    profile: String,
    marks: usize,
    is_masked: bool,
    has_mouse: bool,
    pub(super) is_narrowed: bool,
    /// What could be done in it at the end.
    limits: NewLimits,
    /// What held whatever it ended, which is not of one profile alone.
    rules: Option<Arc<Rules>>,
    thresholds: Thresholds,
}

impl Before {
    pub(super) fn of(app: &App) -> Self {
        let settings = &app.settings;
        Self {
            profile: settings.scope.profile.clone(),
            marks: app.chats.marks.len(),
            is_masked: app.privacy.is_on,
            has_mouse: app.pointer.is_on,
            is_narrowed: app.profiles.is_narrowed,
            limits: settings.limits(),
            rules: settings.configured.rules.clone(),
            thresholds: settings.configured.thresholds.clone(),
        }
    }

    /// The profile that was open, with what could be done in it at the end.
    pub(super) fn as_left(&self, opened: &Profile) -> Profile {
        let mut left = opened.clone();
        left.write = self.limits.writes;
        left.limits.max_batch = self.limits.max_batch;
        left.limits.require_note = self.limits.require_note;
        left.limits.recent_reply = self.limits.recent_reply;
        left
    }

    /// What is opened next is held to what was in force here: nothing that was given up comes back, and no guard is lost.
    pub(super) fn hold(&self, connection: &mut Connection, start: &mut Start) {
        if self.is_narrowed {
            (start.choice.read_only, start.choice.write) = (true, false);
            connection.profile.write = false;
        }
        let (rules, _) = Rules::tightened(self.rules.as_ref(), connection.rules.take());
        connection.rules = rules;
        connection.thresholds = connection.thresholds.held_to(&self.thresholds);
    }

    /// The new console goes on as this one was left: no name is shown that was masked, and what is not as its file says is told.
    pub(super) fn pass_on(&self, app: &mut App, note: Option<String>, held: &[&str]) {
        app.settings.configured.manners.mouse = self.has_mouse;
        app.profiles.is_narrowed = self.is_narrowed;
        let now = app.settings.started;
        if let Some(note) = note {
            app.notices.warn(note, now);
        }
        let mut words = vec![format!("{} is open", app.settings.scope.profile)];
        let is_mask_carried = self.is_masked && !app.privacy.is_on;
        if is_mask_carried {
            app.privacy.is_on = true;
            let shows = app.key(Mode::Chats, Action::Privacy);
            words.push(format!(
                "names stay masked, as in {}: {shows} shows them",
                self.profile
            ));
        }
        if !held.is_empty() {
            words.push(format!("after a restart: {}", held.join(", ")));
        }
        match self.marks {
            0 => {}
            1 => words.push(format!(
                "the mark on a chat of {} was dropped",
                self.profile
            )),
            marks => words.push(format!("{marks} marks of {} were dropped", self.profile)),
        }
        let words = words.join("; ");
        if is_mask_carried || !held.is_empty() {
            app.notices.warn(words, now);
        } else {
            app.notices.tell(words, now);
        }
    }
}
