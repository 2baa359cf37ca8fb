//! What the console keeps by itself from one start to the next: views that were saved, and how the list was left. `update` only says what
//! is to be kept; who keeps it answers with the views that are kept then, so what is shown as saved is on disk.

use jiff::Timestamp;

use super::chats::{self, Column, Sort, VIEWS, View};
use super::{App, Effect};
use crate::domain::text::Text;

/// How the list was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The view that was open, by its name. A filter that was typed is not kept: it may hold somebody's name.
    pub view: Option<Text>,
    /// How it was sorted.
    pub sort: Sort,
    /// The columns of every view that has none of its own.
    pub columns: Vec<Column>,
}

/// Something to keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keep {
    /// How the list is now.
    Place(Place),
    /// A view, in the place of one of its name where that was agreed to.
    View {
        /// The view.
        view: View,
        /// There is one of this name, and it may go.
        replaces: bool,
    },
    /// Another name for a view.
    Rename {
        /// Its name.
        from: Text,
        /// Its new one.
        to: Text,
    },
    /// A view is kept no longer.
    Remove(Text),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What was to be kept.
    pub asked: Keep,
    /// The views that are kept now; or why nothing was changed.
    pub result: Result<Vec<View>, String>,
}

/// What is kept.
#[derive(Debug, Default)]
pub struct Keeping {
    /// Views that were saved, behind those of the configuration.
    pub saved: Vec<View>,
    /// Somebody keeps what the console says.
    is_on: bool,
    /// Why nobody does.
    why_not: Option<String>,
    told: Option<Place>,
    has_failed: bool,
}

impl Keeping {
    /// Why nothing is kept, where that is so.
    pub fn refusal(&self) -> Option<&str> {
        if self.is_on {
            return None;
        }
        let why = self.why_not.as_deref();
        Some(why.unwrap_or("this console keeps nothing"))
    }
}

impl App {
    /// Shows what was kept: the views that were saved, and the list as it was left. With a reason nothing more is kept.
    pub fn take_up(&mut self, saved: Vec<View>, place: Option<Place>, why_not: Option<String>) {
        self.keeping = Keeping {
            saved,
            is_on: why_not.is_none(),
            why_not,
            ..Keeping::default()
        };
        follow(self);
        if let Some(place) = place {
            self.chats.usual.clone_from(&place.columns);
            self.chats.columns = place.columns;
            let view = place.view.as_ref().map(Text::as_str);
            let at = self.views().position(|(name, _)| Some(name) == view);
            if let Some(at) = at {
                let started = self.settings.started;
                chats::view(self, at, started);
            }
            self.chats.sort = place.sort;
        }
        self.keeping.told = Some(place_of(self));
    }
}

/// The list counts for the views that there are now.
fn follow(app: &mut App) {
    let views: Vec<View> = app.own_views().cloned().collect();
    app.chats.follow_views(views.iter());
}

/// How the list is now.
fn place_of(app: &App) -> Place {
    let open = app.open_view().and_then(|at| app.views().nth(at));
    Place {
        view: open.map(|(name, _)| Text::clean(name)),
        sort: app.chats.sort,
        columns: app.chats.usual.clone(),
    }
}

/// Says how the list is when that changed: with the tick, so that no key waits for it and no haste writes twice; and before leaving.
pub(super) fn announce(app: &mut App, effects: &mut Vec<Effect>, is_tick: bool) {
    let is_leaving = effects.iter().any(|one| matches!(one, Effect::Quit));
    let is_at_rest = app.overlay.is_none() && app.chats.filter.typing.is_none();
    if !app.keeping.is_on || !(is_leaving || is_tick && is_at_rest) {
        return;
    }
    let place = place_of(app);
    if app.keeping.told.as_ref() != Some(&place) {
        app.keeping.told = Some(place.clone());
        effects.insert(0, Effect::Keep(Keep::Place(place)));
    }
}

/// Something was kept, or could not be.
pub(super) fn kept(app: &mut App, kept: Kept, now: Timestamp) {
    let views = match (&kept.asked, kept.result) {
        (Keep::Place(_), Err(why)) => {
            // Once is enough: what cannot be written now will not be a second later.
            if !std::mem::replace(&mut app.keeping.has_failed, true) {
                let words = format!("view, sort and columns are not kept: {why}");
                app.notices.warn(words, now);
            }
            return;
        }
        (Keep::Place(_), Ok(_)) => return,
        (_, Err(why)) => {
            app.notices.warn(format!("nothing was changed: {why}"), now);
            return;
        }
        (_, Ok(views)) => views,
    };
    let opened = app.open_view().filter(|at| *at >= VIEWS.len());
    let first = app.first_saved();
    let named = app.open_own_view().map(|view| view.name.clone());
    app.keeping.saved = views;
    follow(app);
    // Told by its place: a view of the configuration may have the same name by now.
    let (place, is_called, words) = match kept.asked {
        Keep::View { view, .. } => {
            let words = format!("view {} is saved", view.name);
            (app.place_of_saved(&view.name), true, words)
        }
        Keep::Rename { from, to } => {
            let words = format!("view {from} is called {to} now");
            (app.place_of_saved(&to), true, words)
        }
        Keep::Remove(name) => {
            let words =
                format!("view {name} is removed; what it showed stays until another is opened");
            let place = match opened {
                Some(at) if at < first => Some(at),
                _ => named
                    .filter(|named| *named != name)
                    .and_then(|named| app.place_of_saved(&named)),
            };
            (place, false, words)
        }
        Keep::Place(_) => return,
    };
    app.chats.opened = place;
    app.reorder(now, false);
    let key = place.and_then(|at| app.view_key(at));
    let words = match key.filter(|_| is_called) {
        Some(key) => format!("{words}: {key} opens it"),
        None => words,
    };
    app.notices.tell(words, now);
}
