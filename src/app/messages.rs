//! The page of all messages (`:messages`), newest first: what was said in the status row, and what failed without being said there. The
//! cursor stays on its message while others come.

use std::mem::{Discriminant, discriminant};

use jiff::Timestamp;

use super::action::Action;
use super::extent::Class;
use super::notices::Notice;
use super::scroll::follow;
use super::update::step_of;
use super::{App, Effect, Screen};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::ids::ConversationId;

/// The screen's own state.
#[derive(Debug, Default)]
pub struct MessagesScreen {
    /// The number of the message under the cursor.
    pub chosen: u64,
    /// The first line on screen.
    pub top: usize,
}

/// How many lines below the list say the whole of the message under the cursor.
pub fn detail_rows(app: &App) -> usize {
    match app.extent.class() {
        Class::Wide | Class::Normal => 6,
        Class::Compact => 4,
        Class::Mini | Class::TooSmall => 3,
    }
}

/// How many messages there is room for.
pub fn room(app: &App) -> usize {
    let rows = app.extent.page_rows();
    rows.saturating_sub(detail_rows(app)).max(1)
}

/// The line of the cursor. A message that is kept no longer leaves it on the oldest.
pub fn line(app: &App, screen: &MessagesScreen) -> usize {
    let kept = app.notices.kept();
    let oldest = kept.len().saturating_sub(1);
    app.notices
        .kept()
        .position(|notice| notice.number == screen.chosen)
        .unwrap_or(oldest)
}

/// The message under the cursor.
pub fn chosen<'a>(app: &'a App, screen: &MessagesScreen) -> Option<&'a Notice> {
    app.notices.kept().nth(line(app, screen))
}

fn screen(app: &App) -> Option<&MessagesScreen> {
    match app.screens.last() {
        Some(Screen::Messages(screen)) => Some(screen),
        _ => None,
    }
}

/// Opens the page on the newest message.
pub(crate) fn open(app: &mut App) {
    let newest = app.notices.kept().next().map_or(0, |notice| notice.number);
    app.screens.push(Screen::Messages(MessagesScreen {
        chosen: newest,
        top: 0,
    }));
}

/// Why an action cannot be done with the message under the cursor.
pub(crate) fn why_not(app: &App, action: Action) -> Option<String> {
    let chosen = chosen(app, screen(app)?);
    match action {
        Action::Copy if chosen.is_none() => Some("there is no message yet".to_owned()),
        Action::CopyValue if chosen.is_none_or(|notice| notice.correlation.is_none()) => {
            Some("this message carries no correlation id".to_owned())
        }
        _ => None,
    }
}

/// Does an action of the page.
pub(crate) fn press(app: &mut App, action: Action) -> Vec<Effect> {
    let (rows, count) = (room(app), app.notices.kept().len());
    let Some(screen) = screen(app) else {
        return Vec::new();
    };
    let chosen = chosen(app, screen);
    match action {
        Action::Back => {
            app.screens.pop();
        }
        Action::Copy => {
            let text = chosen.map(|notice| format!("{} {}", notice.at, notice.text));
            let copied = text.map(|text| Effect::Copy("the message", text));
            return copied.into_iter().collect();
        }
        Action::CopyValue => {
            let id = chosen.and_then(|notice| notice.correlation.clone());
            let copied = id.map(|id| Effect::Copy("correlation id", id));
            return copied.into_iter().collect();
        }
        action => {
            if let Some(step) = step_of(action) {
                let to = step.from(line(app, screen), rows, count);
                let number = app.notices.kept().nth(to).map(|notice| notice.number);
                if let (Some(number), Some(Screen::Messages(screen))) =
                    (number, app.screens.last_mut())
                {
                    screen.chosen = number;
                }
            }
        }
    }
    Vec::new()
}

/// Puts the cursor on this message, and says whether it is there.
pub(crate) fn point(app: &mut App, number: u64) -> bool {
    let is_kept = app.notices.kept().any(|notice| notice.number == number);
    match app.screens.last_mut() {
        Some(Screen::Messages(screen)) if is_kept => screen.chosen = number,
        _ => return false,
    }
    fit(app);
    true
}

/// Keeps the message under the cursor in view.
pub(crate) fn fit(app: &mut App) {
    let (rows, count) = (room(app), app.notices.kept().len());
    let Some(at) = screen(app).map(|screen| line(app, screen)) else {
        return;
    };
    if let Some(Screen::Messages(screen)) = app.screens.last_mut() {
        screen.top = follow(screen.top, at, rows, count);
    }
}

/// Which sort of failure keeps the list from being newer, if one does.
pub(crate) fn trouble(app: &App) -> Option<Discriminant<FailureKind>> {
    let trouble = app.link.trouble.as_ref()?;
    Some(discriminant(&trouble.failure.kind))
}

/// Listing failed in another way than it did before, or works again.
pub(crate) fn note_listing(
    app: &mut App,
    before: Option<Discriminant<FailureKind>>,
    now: Timestamp,
) {
    if trouble(app) == before {
        return;
    }
    match &app.link.trouble {
        Some(trouble) => app.notices.record("listing failed", &trouble.failure, now),
        None => app.notices.record_news("listing works again", now),
    }
}

/// A chat that somebody looks into or plans for could not be read.
pub(crate) fn note_read(app: &mut App, id: ConversationId, failure: &Failure, now: Timestamp) {
    let is_watched = app.screens.iter().any(|screen| match screen {
        Screen::Inspect(inspect) => inspect.id == id,
        Screen::Plan(planning) => planning.asked.contains(&id),
        _ => false,
    });
    if is_watched {
        let what = format!("{} could not be read", id.short());
        app.notices.record(&what, failure, now);
    }
}
