//! What the console keeps from one start to the next, between its own words and those of `state.toml`; and the thread that writes them
//! down, one after the other, so that no key waits for a disk.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::connect::Connection;
use crate::app::chats::{Column, Sort, View};
use crate::app::keeping::{Keep, Kept, Place};
use crate::app::{App, Configured, Msg};
use crate::domain::text::Text;
use crate::settings::kept_state::{self, KeptPlace, KeptState, KeptView, change};
use crate::settings::{Paths, Settings};

/// The most views that are kept; only some have keys.
const MOST: usize = 50;
/// How long the last words may take to be written once the console has closed.
const LAST: Duration = Duration::from_secs(3);
/// Why `--read-only` keeps nothing.
const READ_ONLY: &str = "--read-only saves nothing";

/// Shows the console what was kept, and what is wrong with it.
pub(super) fn take_up(app: &mut App, connection: &Connection, settings: &Settings, paths: &Paths) {
    let is_read_only = settings.is_read_only();
    let (state, wrong) = kept_state::load(paths, !is_read_only);
    let place = state.profiles.get(&app.settings.scope.profile);
    let place = place.map(|place| place_of(place, &app.settings.configured));
    // A sandbox of our own is another organisation at each start: the view that was open says nothing of it, and may be empty there.
    let place = place.map(|place| Place {
        view: place.view.filter(|_| !connection.is_own_sandbox()),
        ..place
    });
    let views = views_of(&state);
    app.take_up(views, place, is_read_only.then(|| READ_ONLY.to_owned()));
    if let Some(wrong) = wrong {
        app.notices.warn(wrong, app.settings.started);
    }
}

fn views_of(state: &KeptState) -> Vec<View> {
    let views = state.views.iter().map(|view| View {
        name: view.name.clone(),
        filter: view.filter.clone(),
        sort: Sort::named(&view.sort),
        columns: columns(&view.columns),
    });
    views.collect()
}

/// As it was left, but where the configuration says something else since.
fn place_of(kept: &KeptPlace, configured: &Configured) -> Place {
    let is_as_then = kept.configured == said(configured);
    let sort = Sort::named(&kept.sort).filter(|_| is_as_then);
    Place {
        view: kept.view.clone(),
        sort: sort.unwrap_or(configured.sort),
        columns: if is_as_then {
            columns(&kept.columns)
        } else {
            configured.columns.clone()
        },
    }
}

/// What the configuration says of the list, in the file's words.
fn said(configured: &Configured) -> kept_state::Configured {
    kept_state::Configured {
        sort: configured.sort.word(),
        columns: words(&configured.columns),
    }
}

fn columns(words: &[String]) -> Vec<Column> {
    Column::named(words.iter().map(String::as_str))
}

fn words(columns: &[Column]) -> Vec<String> {
    columns.iter().map(Column::word).collect()
}

/// Who keeps what the console says.
pub(super) struct Keeper {
    paths: Paths,
    profile: String,
    configured: kept_state::Configured,
}

/// Waits for the last words to be written.
pub(super) struct LastWords(oneshot::Receiver<()>);

impl LastWords {
    /// Waits, but not for ever: a disk that hangs must not keep a console open.
    pub(super) async fn wait(self) {
        let _ = tokio::time::timeout(LAST, self.0).await;
    }
}

impl Keeper {
    /// For the console of this profile.
    pub(super) fn of(app: &App, paths: &Paths) -> Self {
        Self {
            paths: paths.clone(),
            profile: app.settings.scope.profile.clone(),
            configured: said(&app.settings.configured),
        }
    }

    /// Keeps what comes, in its order, until nobody says anything any more.
    pub(super) fn spawn(
        self,
        told: mpsc::UnboundedSender<Msg>,
    ) -> std::io::Result<(mpsc::UnboundedSender<Keep>, LastWords)> {
        let (sender, mut wishes) = mpsc::unbounded_channel();
        let (done, last) = oneshot::channel();
        let thread = std::thread::Builder::new().name("keeper".to_owned());
        thread.spawn(move || {
            while let Some(asked) = wishes.blocking_recv() {
                let result = self.keep(&asked);
                let is_news = result.is_err() || !matches!(asked, Keep::Place(_));
                if is_news {
                    // Nobody listens any more once the console has left.
                    let _ = told.send(Msg::Kept(Box::new(Kept { asked, result })));
                }
            }
            let _ = done.send(());
        })?;
        Ok((sender, LastWords(last)))
    }

    fn keep(&self, asked: &Keep) -> Result<Vec<View>, String> {
        let state = change(&self.paths, |state| self.apply(state, asked))?;
        Ok(views_of(&state))
    }

    fn apply(&self, state: &mut KeptState, asked: &Keep) -> Result<(), String> {
        match asked {
            Keep::Place(place) => {
                let place = KeptPlace {
                    view: place.view.clone(),
                    sort: place.sort.word(),
                    columns: words(&place.columns),
                    configured: self.configured.clone(),
                };
                state.profiles.insert(self.profile.clone(), place);
            }
            Keep::View { view, replaces } => save(state, view, *replaces)?,
            Keep::Rename { from, to } => {
                if let Some(other) = find(state, to).filter(|other| other.name != *from) {
                    return Err(format!(
                        "a view {} was saved elsewhere meanwhile",
                        other.name
                    ));
                }
                let Some(view) = find(state, from) else {
                    return Err(format!("view {from} was removed elsewhere meanwhile"));
                };
                view.name = to.clone();
                for place in state.profiles.values_mut() {
                    if place.view.as_ref() == Some(from) {
                        place.view = Some(to.clone());
                    }
                }
            }
            Keep::Remove(name) => state.views.retain(|view| view.name != *name),
        }
        Ok(())
    }
}

/// The view of this name, written in any case.
fn find<'s>(state: &'s mut KeptState, name: &Text) -> Option<&'s mut KeptView> {
    let wanted = name.as_str().to_lowercase();
    let mut views = state.views.iter_mut();
    views.find(|view| view.name.as_str().to_lowercase() == wanted)
}

fn save(state: &mut KeptState, view: &View, replaces: bool) -> Result<(), String> {
    let new = KeptView {
        name: view.name.clone(),
        filter: view.filter.clone(),
        sort: view.sort.unwrap_or_default().word(),
        columns: words(&view.columns),
    };
    let is_full = state.views.len() >= MOST;
    match find(state, &view.name) {
        Some(old) if replaces => *old = new,
        Some(old) => return Err(format!("a view {} was saved elsewhere meanwhile", old.name)),
        None if is_full => return Err(format!("{MOST} views are kept already")),
        None => state.views.push(new),
    }
    Ok(())
}
