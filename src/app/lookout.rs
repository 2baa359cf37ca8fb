//! Screens that only show: rules and guards, requests, pulse, profiles, recipes, the welcome. Nothing can be done in them but to look, to copy,
//! and to set the filter of the list that lies beneath.

pub mod bars;
pub(crate) mod counting;
pub mod profiles;
pub mod pulse;
pub mod recipes;
pub mod requests;
pub mod rules;
pub mod welcome;

pub use profiles::Profiles;
pub use pulse::Pulse;
pub use recipes::Recipes;
pub use requests::Requests;
pub use rules::Rulebook;
pub use welcome::Welcome;

use jiff::Timestamp;

use super::action::{Action, Mode};
use super::chats::counting_pause;
use super::mouse::Spot;
use super::tone::{Words, glyph};
use super::{App, Effect, Screen};
use crate::domain::feed::Command;
use crate::domain::moment::since;
use crate::domain::request_line::RequestLine;

/// One of them.
#[derive(Debug)]
pub enum Lookout {
    /// Rules and guards, with what they catch now.
    Rules(Rulebook),
    /// Every request.
    Requests(Requests),
    /// The organisation at a glance.
    Pulse(Box<Pulse>),
    /// The profiles of the configuration.
    Profiles(Profiles),
    /// What somebody can do who is here for the first time.
    Welcome(Welcome),
    /// What forums propose.
    Recipes(Recipes),
}

/// What Enter says on what was not read.
const UNREAD: &str = "what was not read matches no filter: its turn comes";

impl Lookout {
    /// Where its keys are.
    pub fn mode(&self) -> Mode {
        match self {
            Self::Rules(_) => Mode::Rules,
            Self::Requests(screen) if screen.narrowing.typing().is_some() => Mode::Narrow,
            Self::Requests(_) => Mode::Requests,
            Self::Pulse(_) => Mode::Pulse,
            Self::Profiles(_) => Mode::Profiles,
            Self::Welcome(_) => Mode::Welcome,
            Self::Recipes(_) => Mode::Recipes,
        }
    }
}

/// Opens one. Another one that is in view gives way, so that they do not pile up.
pub(crate) fn open(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let opened = match action {
        Action::Rules => Lookout::Rules(Rulebook::new(app)),
        Action::Requests => Lookout::Requests(Requests::default()),
        Action::Recipes => Lookout::Recipes(Recipes::of(app)),
        Action::Pulse => Lookout::Pulse(Box::new(Pulse::new())),
        // Without a profile of one's own there is nothing to look at but how to get one.
        Action::Profiles if app.settings.configured.profiles.len() > 1 => {
            Lookout::Profiles(Profiles::of(app))
        }
        Action::Profiles | Action::Welcome => Lookout::Welcome(Welcome::default()),
        _ => return Vec::new(),
    };
    let mut effects = profiles::call_off(app, now).unwrap_or_default();
    close(app);
    app.screens.push(Screen::Lookout(opened));
    counting::anew(app, now);
    fit(app);
    if app.mode() == Mode::Profiles {
        effects.extend(profiles::opened(app));
    }
    if app.mode() == Mode::Recipes {
        effects.extend(recipes::opened(app));
    }
    effects
}

/// Does an action of the one in view.
pub(crate) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let mut effects = Vec::new();
    match (action, app.mode()) {
        (Action::Back, Mode::Requests) if requests::widen(app) => {}
        (Action::Back, mode) => match profiles::call_off(app, now) {
            Some(called_off) if mode == Mode::Profiles => effects = called_off,
            _ => close(app),
        },
        (action, Mode::Rules) => rules::press(app, action, now),
        (action, Mode::Pulse) => effects = pulse::press(app, action, now),
        (action, Mode::Requests) => effects = requests::press(app, action),
        (action, Mode::Profiles) => effects = profiles::press(app, action, now),
        (action, Mode::Welcome) => effects = welcome::press(app, action, now),
        (action, Mode::Recipes) => effects = recipes::press(app, action),
        _ => {}
    }
    fit(app);
    effects
}

fn close(app: &mut App) {
    app.screens
        .pop_if(|screen| matches!(screen, Screen::Lookout(_)));
}

/// The one in view.
pub(crate) fn in_view(app: &mut App) -> Option<&mut Lookout> {
    match app.screens.last_mut() {
        Some(Screen::Lookout(lookout)) => Some(lookout),
        _ => None,
    }
}

/// Puts the cursor of the one in view on what the mouse points at, and says whether that is there.
pub(crate) fn point(app: &mut App, spot: Spot) -> bool {
    match (in_view(app), spot) {
        (Some(Lookout::Rules(screen)), Spot::Line(at)) => screen.at = at,
        (Some(Lookout::Pulse(screen)), Spot::Line(at)) => screen.at = at,
        (Some(Lookout::Profiles(screen)), Spot::Line(at)) => screen.at = at,
        (Some(Lookout::Welcome(screen)), Spot::Choice(at)) => screen.at = at,
        (Some(Lookout::Recipes(screen)), Spot::Line(at)) => screen.at = at,
        (Some(Lookout::Requests(screen)), Spot::Request(number)) => screen.point(number),
        _ => return false,
    }
    fit(app);
    true
}

/// Keeps cursors on what there is, and in view.
pub(crate) fn fit(app: &mut App) {
    let extent = app.extent;
    let profiles = app.settings.configured.profiles.len();
    let recipes = app.recipes.known.len();
    let log = std::mem::take(&mut app.requests);
    match in_view(app) {
        Some(Lookout::Rules(screen)) => screen.fit(extent),
        Some(Lookout::Requests(screen)) => screen.fit(&log, extent),
        Some(Lookout::Pulse(screen)) => screen.fit(extent),
        Some(Lookout::Profiles(screen)) => screen.fit(profiles, extent),
        Some(Lookout::Recipes(screen)) => screen.fit(recipes, extent),
        Some(Lookout::Welcome(_)) | None => {}
    }
    app.requests = log;
}

/// Counts again what is counted, in long lists less often.
pub(crate) fn tick(app: &mut App, now: Timestamp) {
    let mut minutes = std::mem::take(&mut app.minutes);
    minutes.note(app, now);
    app.minutes = minutes;
    let pause = counting_pause(app.roster.len());
    let counted_at = match app.screens.last() {
        Some(Screen::Lookout(Lookout::Rules(screen))) => screen.counted_at,
        Some(Screen::Lookout(Lookout::Pulse(screen))) => screen.counted_at,
        _ => None,
    };
    if counted_at.is_none_or(|at| since(at, now) >= pause) && !counting::is_under_way(app) {
        counting::anew(app, now);
    }
    fit(app);
}

/// Tells the engine whether somebody looks at requests, when that changed; what nobody looks at is forgotten.
pub(crate) fn announce(app: &mut App, effects: &mut Vec<Effect>) {
    let is_wanted = app.screens.iter().any(|screen| {
        matches!(
            screen,
            Screen::Lookout(Lookout::Requests(_) | Lookout::Pulse(_))
        )
    });
    if is_wanted != app.are_requests_told {
        app.are_requests_told = is_wanted;
        app.requests.forget();
        effects.push(Effect::Engine(Command::TellRequests(is_wanted)));
    }
}

/// Requests were told. What comes after nobody looks any more is dropped.
pub(crate) fn learned(app: &mut App, lines: Vec<RequestLine>) -> Vec<Effect> {
    if app.are_requests_told {
        app.requests.add(lines);
        fit(app);
    }
    Vec::new()
}

/// With the cursor's mark in this column of a chosen line, which is blank there.
pub fn pointed(mut words: Words, column: usize) -> Words {
    if words.is_chosen
        && let Some(first) = words.pieces.first_mut()
    {
        first.text.replace_range(column..=column, glyph::CURSOR);
    }
    words
}

/// Leaves for the list with this filter. Where something else lies above the list, that stays in view.
pub(super) fn show_matches(app: &mut App, filter: &str, now: Timestamp) {
    close(app);
    app.chats.only_marked = false;
    app.chats.filter.set(filter);
    app.reorder(now, true);
    let words = if app.screens.is_empty() {
        let back = app.key(Mode::Chats, Action::Back);
        format!("filter {filter}; {back} clears it")
    } else {
        format!("the list's filter is {filter} now")
    };
    app.notices.tell(words, now);
}
