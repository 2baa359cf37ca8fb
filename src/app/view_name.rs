//! A name for a view: saving what the list shows now (`V`), and calling a saved view otherwise. The configuration's own views are never
//! written to; a name that is taken by a saved one is asked about before that goes.

use jiff::{SignedDuration, Timestamp};
use tui_input::Input;

use super::action::{Action, Mode};
use super::chats::{OWN_VIEWS, VIEWS, View};
use super::extent::Class;
use super::keeping::Keep;
use super::{App, Effect, Overlay};
use crate::domain::moment::since;
use crate::domain::text::Text;

/// The longest name, in characters: several have to stand beside each other.
pub(crate) const LONGEST: usize = 24;
/// A key that is held down answers no question: so long the second press is not taken for one.
const PAUSE: SignedDuration = SignedDuration::from_millis(400);

/// What the name is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// What the list shows now.
    Save,
    /// The view that has this name.
    Rename(Text),
}

/// The dialog.
#[derive(Debug)]
pub struct Naming {
    /// The name, as it is typed.
    pub typed: Input,
    /// What it is for.
    pub purpose: Purpose,
    /// What is to be said of the name.
    pub said: Option<String>,
    /// The name that may be replaced, and since when that is asked.
    asked: Option<(Text, Timestamp)>,
}

/// Opens it: on the name of the saved view that is open.
pub(crate) fn open(app: &mut App, action: Action) {
    let saved = open_saved(app).map(|view| view.name.clone());
    let name = saved.as_ref().map(ToString::to_string).unwrap_or_default();
    let purpose = match (action, saved) {
        (Action::RenameView, Some(name)) => Purpose::Rename(name),
        _ => Purpose::Save,
    };
    app.overlay = Some(Overlay::ViewName(Box::new(Naming {
        typed: Input::new(name),
        purpose,
        said: None,
        asked: None,
    })));
}

/// The saved view that is open: told by its place, for one of the configuration may have the same name by now.
fn open_saved(app: &App) -> Option<&View> {
    let place = app.open_view()?.checked_sub(app.first_saved())?;
    app.keeping.saved.get(place)
}

/// Why there is nothing to save, rename or remove now.
pub(crate) fn why_not(app: &App, action: Action) -> Option<String> {
    if let Some(why) = app.keeping.refusal() {
        return Some(why.to_owned());
    }
    if app.extent.class() <= Class::Mini {
        return Some("off, too small to type a name (needs 60x12)".to_owned());
    }
    if action == Action::SaveView || open_saved(app).is_some() {
        return None;
    }
    Some(match app.open_own_view() {
        Some(view) => format!("{} is in config.toml: change it there", view.name),
        None => "open the saved view first that is meant".to_owned(),
    })
}

/// Removes the view that is open.
pub(crate) fn remove(app: &App) -> Vec<Effect> {
    let name = open_saved(app).map(|view| view.name.clone());
    let keep = name.map(|name| Effect::Keep(Keep::Remove(name)));
    keep.into_iter().collect()
}

/// What saving would keep: filter, order and columns in force.
pub fn in_force(app: &App, name: Text) -> View {
    View {
        name,
        filter: app.chats.filter.text().to_owned(),
        sort: Some(app.chats.sort),
        columns: app.chats.columns.clone(),
    }
}

fn shown_mut(app: &mut App) -> Option<&mut Naming> {
    match &mut app.overlay {
        Some(Overlay::ViewName(naming)) => Some(naming),
        _ => None,
    }
}

/// The name changes.
pub(crate) fn typed(app: &mut App, edit: impl FnOnce(&mut Input) -> bool) {
    if let Some(naming) = shown_mut(app)
        && edit(&mut naming.typed)
    {
        naming.said = None;
        naming.asked = None;
    }
}

/// A key that types nothing.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    if action != Action::Accept {
        app.overlay = None;
        return Vec::new();
    }
    let Some(naming) = shown_mut(app) else {
        return Vec::new();
    };
    let name = Text::clean(naming.typed.value());
    let (purpose, asked) = (naming.purpose.clone(), naming.asked.clone());
    match answer(app, &purpose, &name, asked.as_ref(), now) {
        Answer::Keep(keep) => {
            app.overlay = None;
            vec![Effect::Keep(keep)]
        }
        Answer::Nothing => {
            app.overlay = None;
            Vec::new()
        }
        Answer::Wait => Vec::new(),
        Answer::Ask(words) => {
            if let Some(naming) = shown_mut(app) {
                naming.said = Some(words);
                naming.asked = Some((name, now));
            }
            Vec::new()
        }
        Answer::Say(words) => {
            if let Some(naming) = shown_mut(app) {
                naming.said = Some(words);
            }
            Vec::new()
        }
    }
}

/// What becomes of a name.
enum Answer {
    Keep(Keep),
    /// It is called so already.
    Nothing,
    /// The question was put too short a time ago to be answered.
    Wait,
    Ask(String),
    Say(String),
}

fn answer(
    app: &App,
    purpose: &Purpose,
    name: &Text,
    asked: Option<&(Text, Timestamp)>,
    now: Timestamp,
) -> Answer {
    if name.as_str().is_empty() {
        return Answer::Say("type a name".to_owned());
    }
    let is_same = |other: &str| other.to_lowercase() == name.as_str().to_lowercase();
    if VIEWS.iter().any(|(builtin, _)| is_same(builtin)) {
        return Answer::Say(format!("{name} is built in: type another name"));
    }
    let configured = &app.settings.configured.views;
    if configured.iter().any(|view| is_same(view.name.as_str())) {
        return Answer::Say("that one is in config.toml: type another name".to_owned());
    }
    let saved = &app.keeping.saved;
    let there = saved.iter().find(|view| is_same(view.name.as_str()));
    match (purpose, there) {
        (Purpose::Rename(from), _) if from == name => Answer::Nothing,
        (Purpose::Rename(from), Some(other)) if other.name != *from => {
            Answer::Say(format!("{} is there already", other.name))
        }
        (Purpose::Rename(from), _) => Answer::Keep(Keep::Rename {
            from: from.clone(),
            to: name.clone(),
        }),
        (Purpose::Save, Some(other)) => match asked {
            Some((said, at)) if said == name && since(*at, now) < PAUSE => Answer::Wait,
            Some((said, _)) if said == name => Answer::Keep(Keep::View {
                view: in_force(app, name.clone()),
                replaces: true,
            }),
            _ => Answer::Ask(format!(
                "{} is there already: once more replaces it",
                other.name
            )),
        },
        (Purpose::Save, None) if app.own_views().count() >= OWN_VIEWS => {
            Answer::Say("all nine keys are taken: remove or replace a view".to_owned())
        }
        (Purpose::Save, None) => Answer::Keep(Keep::View {
            view: in_force(app, name.clone()),
            replaces: false,
        }),
    }
}

/// The key under which a view of this name would open.
pub fn key_for(app: &App, name: &Text) -> Option<String> {
    let at = app.place_of_saved(name);
    app.view_key(at.unwrap_or_else(|| app.views().count()))
}

impl App {
    /// The key that opens a view, from 0.
    pub fn view_key(&self, view: usize) -> Option<String> {
        let action = super::chats::VIEW_ACTIONS.get(view)?;
        Some(self.key(Mode::Chats, *action)).filter(|key| !key.is_empty())
    }
}
