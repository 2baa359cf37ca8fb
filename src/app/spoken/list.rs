//! The list in words: how many chats there are, each row as a sentence, marks, views and messages.

use jiff::Timestamp;

use super::chat::{self, short};
use super::numbers::{self, Of};
use super::{say, sentence, span};
use crate::app::chats::VIEWS;
use crate::app::chats::nothing;
use crate::app::clock_text::clock;
use crate::app::{App, Effect};
use crate::domain::ids::ConversationId;
use crate::domain::kind::Kind;
use crate::domain::moment::since;
use crate::domain::shown::queue_words;

/// The most marked chats that are read out, and the most messages.
const MOST: usize = 20;

/// The counts that are told, and told again when they change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    open: usize,
    stuck: usize,
    stale: usize,
}

impl Told {
    /// As they are now.
    pub(super) fn of(app: &App) -> Self {
        let counts = &app.chats.counts;
        Self {
            open: counts.open,
            stuck: counts.stuck,
            stale: counts.stale,
        }
    }

    /// `30 chats, 9 stuck, 2 stale`, and what of the list is not known.
    pub(super) fn words(self, app: &App) -> String {
        let gap = app.chats.counts.gap().map(|gap| format!(", {gap}"));
        format!(
            "{}, {} stuck, {} stale{}",
            many(self.open, "chat"),
            self.stuck,
            self.stale,
            gap.unwrap_or_default()
        )
    }
}

/// A number with its noun.
pub(super) fn many(count: usize, noun: &str) -> String {
    span::counted(i64::try_from(count).unwrap_or(i64::MAX), noun)
}

/// Whose list it is, the counts, how old they are, and what is shown of them.
pub(super) fn summary(app: &App, now: Timestamp) -> String {
    let settings = &app.settings;
    let profile = &settings.scope.profile;
    let label = if settings.label.eq_ignore_ascii_case(profile) {
        String::new()
    } else {
        format!(", {}", settings.label)
    };
    let read_only = if settings.writes { "" } else { " Read-only." };
    let updated = match app.link.listed_at {
        Some(at) => format!("Updated {}.", clock(at, &settings.zone, now)),
        None => "No list has come yet.".to_owned(),
    };
    let marks = match app.chats.marks.len() {
        0 => String::new(),
        count => format!(" {count} marked."),
    };
    format!(
        "{profile}{label}. {}. {updated}{read_only}{marks}",
        Told::of(app).words(app)
    )
}

/// Which filter is in force, and how many chats it shows.
pub(super) fn filter(app: &App) -> String {
    let count = many(app.chats.shown().len(), "chat");
    match app.chats.filter.text() {
        "" => format!("The list, no filter: {count}."),
        text => format!("The list, filter {text}: {count}."),
    }
}

/// Says the summary and the first rows, which have the numbers from here on.
pub(super) fn read_out(app: &mut App, now: Timestamp) -> Vec<Effect> {
    let words = summary(app, now);
    say(app, words);
    let told = (Told::of(app), now);
    if let Some(spoken) = &mut app.spoken {
        spoken.counts = Some(told);
    }
    let ids = app.chats.shown().to_vec();
    let is_filtered = !app.chats.filter.text().is_empty();
    if is_filtered {
        let words = filter(app);
        say(app, words);
    }
    if ids.is_empty() {
        let words = match nothing::meant(app).filter(|_| is_filtered) {
            Some(meant) => {
                let (clause, count) = (&meant.clause, meant.count);
                format!(
                    "Nothing fits. Did you mean {clause}, which fits {count}? \"filter none\" shows all."
                )
            }
            None if is_filtered => "Nothing fits. \"filter none\" shows all.".to_owned(),
            None => "There is no chat.".to_owned(),
        };
        say(app, words);
    }
    let is_empty = ids.is_empty();
    numbers::number(app, Of::Chats, ids);
    if is_empty {
        return Vec::new();
    }
    numbers::turn(app, now)
}

/// A row as a sentence.
pub(super) fn row(app: &App, id: ConversationId, now: Timestamp) -> String {
    let Some(row) = app.roster.row(id) else {
        return numbers::gone(id);
    };
    let diagnosis = row.diagnosis(now);
    let age = span::words(row.age(now));
    let mut parts = Vec::new();
    if row.over_since.is_some() {
        parts.push("over".to_owned());
    } else if diagnosis.kind == Kind::Unread {
        parts.push("not read yet".to_owned());
    } else {
        parts.push(row.severity_of(diagnosis.kind, now).word().to_owned());
    }
    parts.push(format!("age {age}"));
    if diagnosis.kind != Kind::Unread {
        parts.push(diagnosis.kind.word().to_owned());
    }
    parts.extend(chat::who_is_there(app, &row));
    parts.extend(queue_words(&row));
    parts.push(format!("id {}", short(id)));
    if app.chats.marks.contains(id) {
        parts.push("marked".to_owned());
    }
    format!("{}.", parts.join(", "))
}

/// What was marked, or is no more, and how many are marked now.
pub(super) fn marked(app: &App, ids: &[ConversationId]) -> String {
    let count = app.chats.marks.len();
    let known: Vec<String> = ids.iter().take(MOST).map(|id| short(*id)).collect();
    let more = match ids.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let hidden = match app.chats.hidden_marks() {
        0 => String::new(),
        hidden => format!(" {hidden} of them not shown by this filter."),
    };
    let unheard = match numbers::unheard(app, ids) {
        0 => String::new(),
        unheard => format!(" {unheard} of those not read out: \"marks\" names them."),
    };
    format!(
        "{count} marked. That was {}{more}.{hidden}{unheard}",
        known.join(", ")
    )
}

/// The marked chats, in the order of their marks.
pub(super) fn marks(app: &App, now: Timestamp) -> Vec<String> {
    let ids = app.chats.marks.ids();
    if ids.is_empty() {
        return vec!["No chat is marked.".to_owned()];
    }
    let mut lines = vec![format!("{} marked.", ids.len())];
    lines.extend(ids.iter().take(MOST).map(|id| row(app, *id, now)));
    if ids.len() > MOST {
        lines.push(format!(
            "And {} more: \"filter is:marked\" shows them all.",
            ids.len() - MOST
        ));
    }
    lines
}

/// The names of all views, in the order of their keys.
pub(super) fn view_names(app: &App) -> Vec<String> {
    app.views().map(|(name, _)| name.to_owned()).collect()
}

/// The views, each with its number and how many chats it has where that is known; and which one is open.
pub(super) fn views(app: &App) -> Vec<String> {
    let open = app.open_view();
    let names = view_names(app).into_iter().enumerate();
    names
        .map(|(place, name)| {
            let count = view_count(app, place).map(|count| format!(", {count}"));
            let now = if open == Some(place) {
                ", open now"
            } else {
                ""
            };
            format!("{}. {name}{}{now}.", place + 1, count.unwrap_or_default())
        })
        .collect()
}

/// How many chats a view has, and of how many that is not known.
fn view_count(app: &App, place: usize) -> Option<String> {
    if let Some(count) = app.chats.counts.of_view(place) {
        return Some(many(count, "chat"));
    }
    let own = app.chats.own.of(place.checked_sub(VIEWS.len())?)?;
    let unknown = match own.unknown {
        0 => String::new(),
        unknown => format!(", not known of {unknown}"),
    };
    Some(format!("{}{unknown}", many(own.fitting, "chat")))
}

/// The newest messages.
pub(super) fn messages(app: &App) -> Vec<String> {
    let zone = &app.settings.zone;
    let lines: Vec<String> = app
        .notices
        .kept()
        .take(MOST)
        .map(|notice| {
            let at = clock(notice.at, zone, notice.at);
            let id = notice
                .correlation
                .as_ref()
                .map(|id| format!(" Correlation id {id}."));
            format!(
                "{at}, {}{}",
                sentence(&span::spelled(&notice.text)),
                id.unwrap_or_default()
            )
        })
        .collect();
    if lines.is_empty() {
        return vec!["There is no message yet.".to_owned()];
    }
    lines
}

/// How old the newest list is.
pub(super) fn age(app: &App, now: Timestamp) -> String {
    app.link.listed_at.map_or_else(
        || "no list has come yet".to_owned(),
        |at| format!("the list is {} old", span::words(since(at, now))),
    )
}
