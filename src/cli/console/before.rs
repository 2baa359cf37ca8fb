//! What a console leaves to the one that follows it, for another profile on the same terminal.

use crate::app::App;

/// What a console leaves to the one that follows it.
pub(super) struct Before {
    profile: String,
    marks: usize,
    is_masked: bool,
    has_mouse: bool,
    pub(super) is_narrowed: bool,
}

impl Before {
    pub(super) fn of(app: &App) -> Self {
        Self {
            profile: app.settings.scope.profile.clone(),
            marks: app.chats.marks.len(),
            is_masked: app.privacy.is_on,
            has_mouse: app.pointer.is_on,
            is_narrowed: app.profiles.is_narrowed,
        }
    }

    /// The new console goes on as this one was left: no name is shown that was masked, and nothing is allowed that was given up.
    pub(super) fn pass_on(&self, app: &mut App, note: Option<String>) {
        app.privacy.is_on |= self.is_masked;
        app.settings.configured.manners.mouse = self.has_mouse;
        app.profiles.is_narrowed = self.is_narrowed;
        let now = app.settings.started;
        if let Some(note) = note {
            app.notices.warn(note, now);
        }
        let dropped = match self.marks {
            0 => String::new(),
            1 => format!("; the mark on a chat of {} was dropped", self.profile),
            marks => format!("; {marks} marks of {} were dropped", self.profile),
        };
        let words = format!("{} is open{dropped}", app.settings.scope.profile);
        app.notices.tell(words, now);
    }
}
