//! One chat, looked into: six pages, one widget to read and search them, and what was gathered while they are open.

mod analytics;
mod attributes;
mod dossier;
mod folds;
pub mod json;
mod keys;
mod overview;
mod requests;
mod searching;
mod story;
mod tab;
mod transcript;

pub use dossier::Dossier;
pub use folds::Folds;
pub(crate) use keys::{beside, chord, lapse, press, value_here};
pub use overview::{freshness, left_width};
pub(crate) use searching::{find_key, pasted, typed};
pub use story::{Happening, LEG_LABEL, happenings, legs, parties, standing, timeline};
pub use tab::Tab;
pub use transcript::Transcript;
pub(crate) use transcript::{has_come, has_more, said_in_it};

use jiff::Timestamp;
use serde_json::Value;

use super::extent::Class;
use super::text_view::{Page, PageLine, Room, TextView, Typing};
use super::tone::Tone;
use super::{App, Effect, Screen};
use crate::domain::feed::{Command, Fact};
use crate::domain::ids::ConversationId;
use crate::domain::masking::{Mask, masked};

/// The screen's own state; what it holds is forgotten with it.
#[derive(Debug)]
pub struct Inspect {
    /// Which chat.
    pub id: ConversationId,
    /// Which page is in view.
    pub tab: Tab,
    /// Where somebody is in each page.
    views: [TextView; 6],
    /// The search being typed.
    pub typing: Typing,
    /// Long lines go on in the next row.
    pub wraps: bool,
    /// What of the tree is open.
    pub folds: Folds,
    /// What was gathered.
    pub dossier: Dossier,
    /// What was said.
    pub transcript: Transcript,
    /// The page on which somebody asked to see the values of attributes.
    pub(crate) attributes_on: Option<Tab>,
    /// When a `z` was pressed that may be the first of two keys.
    chord: Option<Timestamp>,
}

impl Inspect {
    /// The first page of a chat.
    pub(crate) fn new(id: ConversationId) -> Self {
        Self {
            id,
            tab: Tab::default(),
            views: Default::default(),
            typing: None,
            wraps: true,
            folds: Folds::default(),
            dossier: Dossier::default(),
            transcript: Transcript::default(),
            attributes_on: None,
            chord: None,
        }
    }

    /// Where somebody is in the page in view.
    pub fn view(&self) -> &TextView {
        let [overview, transcript, json, requests, attributes, analytics] = &self.views;
        match self.tab {
            Tab::Overview => overview,
            Tab::Transcript => transcript,
            Tab::Json => json,
            Tab::Requests => requests,
            Tab::Attributes => attributes,
            Tab::Analytics => analytics,
        }
    }

    pub(crate) fn view_mut(&mut self) -> &mut TextView {
        let [overview, transcript, json, requests, attributes, analytics] = &mut self.views;
        match self.tab {
            Tab::Overview => overview,
            Tab::Transcript => transcript,
            Tab::Json => json,
            Tab::Requests => requests,
            Tab::Attributes => attributes,
            Tab::Analytics => analytics,
        }
    }

    /// A row at the foot of the page says what is looked for.
    pub fn has_find_bar(&self) -> bool {
        self.typing.is_some() || !self.view().needle.is_empty()
    }

    /// The values of attributes were asked for on the page in view.
    pub(crate) fn shows_attributes(&self) -> bool {
        self.attributes_on == Some(self.tab)
    }

    /// Forgets what was fetched or shown for a page that is not in view any more.
    fn forget_unseen(&mut self, is_in_view: bool) {
        if self.attributes_on.is_some() && !(is_in_view && self.shows_attributes()) {
            self.attributes_on = None;
        }
        if self.transcript.is_open() && !(is_in_view && self.tab == Tab::Transcript) {
            self.transcript = Transcript::default();
            // It is fetched by the key that opens its page, not by coming back to it.
            if self.tab == Tab::Transcript {
                self.tab = Tab::default();
            }
        }
    }

    /// What of an answer is hidden now.
    fn mask(&self, app: &App) -> Mask {
        Mask {
            attributes: !self.shows_attributes() || app.privacy.is_on,
            names: app.privacy.is_on,
        }
    }

    /// The newest answer as it may be shown now.
    pub(crate) fn shown_body(&self, app: &App) -> Option<Value> {
        let newest = self.dossier.newest.as_ref()?;
        Some(masked(&newest.body, self.mask(app)))
    }
}

/// The room that the page has.
pub fn room(app: &App, inspect: &Inspect) -> Room {
    // A row for the pages' names, where there is room for one; on the smallest screen one for which chat it is.
    let class = app.extent.class();
    let names = usize::from(class >= Class::Normal || class <= Class::Mini);
    let find = usize::from(inspect.has_find_bar());
    let rows = app.extent.page_rows().saturating_sub(names + find);
    Room {
        width: usize::from(app.extent.width),
        rows: rows.max(1),
        wraps: inspect.wraps,
    }
}

/// The page in view.
pub fn page(app: &App, inspect: &Inspect, now: Timestamp) -> Page {
    match inspect.tab {
        Tab::Overview => overview::page(app, inspect, now),
        Tab::Transcript => Page::with_cursor(transcript::lines(app, inspect, now)),
        Tab::Json => Page::with_cursor(json_lines(app, inspect)),
        Tab::Requests => Page::with_cursor(requests::lines(app, inspect, now)),
        Tab::Attributes => Page::with_cursor(attributes::lines(app, inspect)),
        Tab::Analytics => Page::with_cursor(analytics::lines(app, inspect, now)),
    }
}

/// What a page that is only scrolled has below its last row: how many lines, and the headings among them.
pub fn below(inspect: &Inspect, page: &Page, room: Room) -> Option<(usize, Vec<String>)> {
    let seen = inspect.view().top + room.rows;
    let is_scrolled = !page.has_cursor;
    let more = page
        .len()
        .checked_sub(seen)
        .filter(|more| *more > 0 && is_scrolled)?;
    let lines = page.left.iter().skip(seen);
    let lines = lines.chain(page.right.iter().skip(seen));
    let heading = |line: &PageLine| {
        let first = line.words.pieces.first()?;
        let name = first.text.split_whitespace().next()?;
        (first.tone == Tone::Strong).then(|| name.to_owned())
    };
    Some((more, lines.filter_map(heading).collect()))
}

fn json_lines(app: &App, inspect: &Inspect) -> Vec<PageLine> {
    let dossier = &inspect.dossier;
    let (Some(newest), Some(shown)) = (&dossier.newest, inspect.shown_body(app)) else {
        return Vec::new();
    };
    let shown_before = dossier
        .before
        .as_ref()
        .map(|before| masked(&before.body, inspect.mask(app)));
    let before = dossier.before.as_ref().zip(shown_before.as_ref());
    let now = json::Seen {
        raw: &newest.body,
        shown: &shown,
    };
    let before = before.map(|(before, shown)| json::Seen {
        raw: &before.body,
        shown,
    });
    json::lines(now, before, &inspect.folds)
}

/// What the status row says.
pub fn said(app: &App, inspect: &Inspect, now: Timestamp) -> (Tone, String) {
    match inspect.tab {
        Tab::Transcript => transcript::said(app, inspect),
        Tab::Json => json_said(app, inspect, now),
        Tab::Requests => requests::said(app, inspect),
        Tab::Attributes => attributes::said(app, inspect),
        Tab::Analytics => analytics::said(),
        Tab::Overview => {
            let words = app.roster.row(inspect.id).map_or_else(
                || "no longer on the list".to_owned(),
                |row| freshness(&row, now),
            );
            (Tone::Dim, words)
        }
    }
}

fn json_said(app: &App, inspect: &Inspect, now: Timestamp) -> (Tone, String) {
    use super::clock_text::exact;
    use crate::domain::moment::since;
    let dossier = &inspect.dossier;
    let Some(newest) = &dossier.newest else {
        return (
            Tone::Dim,
            "the answer of the next read will be shown".to_owned(),
        );
    };
    let page = page(app, inspect, now);
    let place = page.left.get(inspect.view().line);
    let path = place
        .and_then(|line| line.place.as_ref())
        .map_or_else(String::new, |place| json::path_words(&place.pointer));
    let changed = match (&dossier.before, dossier.changed_at) {
        (Some(before), Some(at)) => {
            let count = json::changes(&newest.body, &before.body);
            let ago = exact(since(at, now));
            format!(", {count} changed {ago} ago")
        }
        _ => String::new(),
    };
    let ago = exact(since(newest.read_at, now));
    (
        Tone::Plain,
        format!("{path}   GET /conversations/{{id}}, answered {ago} ago{changed}"),
    )
}

/// Does something with the inspection that is open, in view or beneath.
fn with<T>(app: &mut App, act: impl FnOnce(&App, &mut Inspect) -> T) -> Option<T> {
    let is_inspect = |screen: &Screen| matches!(screen, Screen::Inspect(_));
    let at = app.screens.iter().rposition(is_inspect)?;
    match app.screens.remove(at) {
        Screen::Inspect(mut inspect) => {
            let done = act(app, &mut inspect);
            app.screens.insert(at, Screen::Inspect(inspect));
            Some(done)
        }
        other => {
            app.screens.insert(at, other);
            None
        }
    }
}

/// The chat that is looked into, in view or beneath.
fn looked_into(app: &App) -> Option<ConversationId> {
    app.screens.iter().rev().find_map(|screen| match screen {
        Screen::Inspect(inspect) => Some(inspect.id),
        _ => None,
    })
}

/// Tells the engine what is looked into, before anything else that is asked of it, when that changed.
pub(crate) fn announce(app: &mut App, effects: &mut Vec<Effect>) {
    let id = looked_into(app);
    if app.looked_into != id {
        app.looked_into = id;
        effects.insert(0, Effect::Engine(Command::Inspect(id)));
    }
}

/// Forgets what was said, and masks attributes again, once their page was left: by a key of its own, or for a screen above it.
pub(crate) fn forget_unseen(app: &mut App) {
    let last = app.screens.len().saturating_sub(1);
    for (at, screen) in app.screens.iter_mut().enumerate() {
        if let Screen::Inspect(inspect) = screen {
            inspect.forget_unseen(at == last);
        }
    }
}

/// The engine told something about the chat that is looked into. What comes too late is dropped.
pub(crate) fn learned(app: &mut App, fact: Fact, now: Timestamp) -> Vec<Effect> {
    let of = match &fact {
        Fact::Raw { id, .. } | Fact::Requests { id, .. } | Fact::Transcript { id, .. } => *id,
        _ => return Vec::new(),
    };
    let asked = with(app, |app, inspect| {
        if inspect.id != of {
            return Vec::new();
        }
        match fact {
            Fact::Raw { read, .. } => inspect.dossier.take_read(&read),
            Fact::Requests { lines, .. } => inspect.dossier.take_requests(lines),
            Fact::Transcript { result, .. } => inspect.transcript.arrived(result),
            _ => {}
        }
        // The page was opened before it was known which messages there are.
        if inspect.tab == Tab::Transcript && inspect.transcript.is_waiting() {
            return transcript::fetch(app, inspect);
        }
        Vec::new()
    });
    fit(app, now);
    asked.unwrap_or_default()
}

/// Keeps cursor and scrolling within the page.
pub(crate) fn fit(app: &mut App, now: Timestamp) {
    with(app, |app, inspect| {
        let (page, room) = (page(app, inspect, now), room(app, inspect));
        inspect.view_mut().fit(&page, room);
    });
}
