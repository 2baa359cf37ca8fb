//! The copy menu (`y`): what each of its letters copies, and what that would be. No message text is ever among it, and what is masked on
//! the screen is masked in the copy.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::action::{Action, Binding, Mode, in_mode};
use super::why_not::why_not;
use super::{App, Effect, Overlay, Screen};
use crate::domain::ids::ConversationId;
use crate::domain::moment::short;
use crate::domain::parties::Parties;
use crate::domain::roster::Row;
use crate::domain::shown::{agent, customer, queue_words};
use crate::domain::text::{self, Text};
use crate::domain::vendor_page;

/// The chat that the screen is about: the one looked into, else the one under the cursor.
pub fn target(app: &App) -> Option<ConversationId> {
    match app.screens.last() {
        Some(Screen::Inspect(inspect)) => Some(inspect.id),
        _ => app.chats.cursor,
    }
}

/// Opens the menu.
pub(crate) fn open(app: &mut App) {
    app.overlay = Some(Overlay::Copy);
}

/// A letter copies and closes.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    app.overlay = None;
    let id = target(app).filter(|_| action != Action::Back);
    let text = id.and_then(|id| copied(app, id, action, now));
    let named = text.map(|text| Effect::Copy(name_of(action), text));
    named.into_iter().collect()
}

/// A row of the menu.
#[derive(Debug)]
pub struct Offer {
    /// The row of the table.
    pub row: &'static Binding,
    /// What it copies, in a word or two.
    pub name: &'static str,
    /// What that would be now, or why there is none.
    pub words: String,
    /// There is something to copy.
    pub is_on: bool,
}

/// The menu.
pub fn offers(app: &App, now: Timestamp) -> Vec<Offer> {
    let rows = in_mode(Mode::Copy).filter(|row| row.id.starts_with("copy-"));
    let offer = |row: &'static Binding| {
        let why = why_not(app, Mode::Copy, row.action, now);
        Offer {
            row,
            name: name_of(row.action),
            is_on: why.is_none(),
            words: why.unwrap_or_else(|| would_be(app, row.action, now)),
        }
    };
    rows.map(offer).collect()
}

/// What a letter copies, in a word or two: for the menu, and for what is said afterwards.
fn name_of(action: Action) -> &'static str {
    match action {
        Action::CopyLink => "link",
        Action::CopySummary => "summary",
        Action::CopyRow => "row",
        Action::CopyJson => "JSON",
        Action::CopyMarked => "ids",
        Action::CopyCommand => "command",
        _ => "id",
    }
}

/// What a letter would copy now: the id itself, of anything longer what it is and how long.
fn would_be(app: &App, action: Action, now: Timestamp) -> String {
    let text = target(app).and_then(|id| copied(app, id, action, now));
    let text = text.unwrap_or_default();
    let marked = app.chats.marks.len();
    match action {
        Action::CopyLink => "the address of its page at the vendor's".to_owned(),
        Action::CopySummary => format!("{} lines for a ticket", text.lines().count()),
        Action::CopyRow => format!("{} columns, tab-separated", text.split('\t').count()),
        Action::CopyJson => format!("{}, {}", size(text.len()), tree_words(app)),
        Action::CopyMarked => format!("of {marked} marked"),
        Action::CopyCommand if marked > 0 => {
            format!("plans the {marked} marked without a screen")
        }
        Action::CopyCommand => "plans this chat without a screen".to_owned(),
        _ => text,
    }
}

/// A size in bytes, in words.
fn size(bytes: usize) -> String {
    if bytes < 1000 {
        return format!("{bytes} bytes");
    }
    let tenths = bytes.div_ceil(100);
    format!("{}.{} KB", tenths / 10, tenths % 10)
}

/// Opens the vendor's page about the chat.
pub(crate) fn browse(app: &App) -> Vec<Effect> {
    let page = target(app).and_then(|id| vendor_page::address(&app.settings.scope, id));
    page.map(Effect::Browse).into_iter().collect()
}

/// The text, where there is what it is made of.
fn copied(app: &App, id: ConversationId, action: Action, now: Timestamp) -> Option<String> {
    let row = app.roster.row(id);
    Some(match action {
        Action::CopyLink => vendor_page::address(&app.settings.scope, id)?,
        Action::CopySummary => summary(app, &row?, now),
        Action::CopyRow => line(app, &row?, now),
        Action::CopyJson => tree(app, &row?, now),
        Action::CopyMarked => {
            let marked = app.chats.marks.ids();
            let ids: Vec<String> = marked.iter().map(ToString::to_string).collect();
            ids.join("\n")
        }
        Action::CopyCommand => command(app, id),
        _ => id.to_string(),
    })
}

/// Four lines for a ticket, without names.
fn summary(app: &App, row: &Row, now: Timestamp) -> String {
    let diagnosis = row.diagnosis(now);
    let kind = diagnosis.kind;
    let idle = row.idle(now).map_or_else(|| "unknown".to_owned(), short);
    let read = row.reading.as_ref().map_or_else(
        || "not read".to_owned(),
        |reading| {
            let id = reading.receipt.correlation.as_ref();
            let id = id.map_or_else(|| "none".to_owned(), ToString::to_string);
            format!("read {}, correlation {id}", reading.read_at)
        },
    );
    format!(
        "{} in {} ({})\n{}, {}: {}\nstarted {}, silent for {idle}\n{read}",
        row.listed.id,
        app.settings.scope.profile,
        app.settings.place,
        row.severity_of(kind, now).word(),
        kind.word(),
        diagnosis.why,
        row.listed.started,
    )
}

fn name(app: &App, text: Option<&Text>) -> String {
    text.map_or_else(String::new, |text| app.privacy.name(text.as_str()))
}

/// The row with tabs between its columns, none of which a spreadsheet takes for a formula.
fn line(app: &App, row: &Row, now: Timestamp) -> String {
    let kind = row.kind(now);
    let parties = row.reading.as_ref().map_or(Parties::UNREAD, |reading| {
        Parties::of(&reading.conversation)
    });
    let cells = [
        row.listed.id.to_string(),
        row.severity_of(kind, now).word().to_owned(),
        kind.word().to_owned(),
        short(row.age(now)),
        row.idle(now).map_or_else(|| "?".to_owned(), short),
        parties.to_string(),
        queue_words(row).unwrap_or_default(),
        name(app, agent(row)),
        name(app, customer(row)),
    ];
    cells.map(|cell| text::cell(&cell)).join("\t")
}

/// The whole answer about the chat that is looked into, as it may be shown.
fn answer(app: &App) -> Option<Value> {
    match app.screens.last() {
        Some(Screen::Inspect(inspect)) => inspect.shown_body(app),
        _ => None,
    }
}

fn tree_words(app: &App) -> &'static str {
    if answer(app).is_some() {
        "the whole answer"
    } else {
        "what the list knows"
    }
}

/// The whole answer of the chat that is looked into; of a row of the list what the row says.
fn tree(app: &App, row: &Row, now: Timestamp) -> String {
    let kind = row.kind(now);
    let value = answer(app).unwrap_or_else(|| {
        json!({
            "id": row.listed.id, "kind": kind.word(), "severity": row.severity_of(kind, now).word(), "why": row.diagnosis(now).why,
            "started": row.listed.started, "queue": queue_words(row), "agent": name(app, agent(row)),
            "customer": name(app, customer(row)), "read_at": row.reading.as_ref().map(|reading| reading.read_at),
        })
    });
    of_value(&value).unwrap_or_default()
}

/// A value as text: a text as it is, anything else as JSON.
pub(crate) fn of_value(value: &Value) -> Option<String> {
    if let Value::String(text) = value {
        return Some(text.clone());
    }
    let pretty = serde_json::to_string_pretty(value).ok()?;
    Some(text::json(&pretty).into_owned())
}

/// What does the same without a screen: a plan of the marked chats, else of this one.
fn command(app: &App, id: ConversationId) -> String {
    let marked = app.chats.marks.ids();
    let ids: Vec<String> = if marked.is_empty() {
        vec![id.to_string()]
    } else {
        marked.iter().map(ToString::to_string).collect()
    };
    let profile = &app.settings.scope.profile;
    let place = if profile == "sandbox" {
        "--sandbox".to_owned()
    } else {
        format!("--profile {profile}")
    };
    format!("unstick plan {place} --ids {}", ids.join(","))
}
