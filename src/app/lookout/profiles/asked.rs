//! What is asked of a profile from its screen, and what came of it: to be opened instead of the one that is open, to have its sign-in
//! tried. Another profile is got ready while this one stays open; only when that has worked, and somebody still waits for it, the console
//! leaves for it. Whatever goes wrong before leaves everything as it was.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Profiles;
use crate::app::action::{Action, Mode};
use crate::app::clock_text::exact;
use crate::app::lookout::Lookout;
use crate::app::{App, Effect, Screen};
use crate::domain::feed::Command;
use crate::domain::moment::{short, since};
use crate::domain::rights::Holding;

/// What is wanted of a profile, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProfileWish {
    /// Get ready to open it instead of the one that is open; the answer is [`ProfileTold::Ready`] with the number of this wish.
    Open(String, u64),
    /// That is not wanted any more.
    CallOff,
    /// Try its sign-in, which only reads.
    Try(String),
}

/// What came of a wish.
#[derive(Debug, Clone)]
pub struct ProfileNews {
    /// Of which profile.
    pub name: String,
    /// What.
    pub what: ProfileTold,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum ProfileTold {
    /// Somebody is signed in there, and it can be opened, by this wish.
    Ready(u64),
    /// It cannot be opened by this wish, and why.
    NotOpened(u64, String),
    /// How its sign-in stands, or why it does not.
    Tried(Result<SignedIn, String>),
}

/// A sign-in that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Until when its token is good.
    pub until: Timestamp,
    /// For which organisation it stands, in words.
    pub organisation: String,
    /// What its roles allow, in a word or two each; or why nobody knows.
    pub can: Result<Vec<(&'static str, Holding)>, String>,
    /// The profile lets a teardown be planned.
    pub may_tear_down: bool,
}

/// What is under way, and what is known, by profile.
#[derive(Debug, Default)]
pub struct Asked {
    /// It is being got ready.
    pub opening: Option<String>,
    /// How many wishes to open one there were: the answer to one that was called off is not the answer to the next.
    wishes: u64,
    /// Its sign-in is being tried.
    pub trying: Option<String>,
    tried: BTreeMap<String, (Timestamp, Result<SignedIn, String>)>,
    /// The profile for which the console was left.
    pub bound_for: Option<String>,
    /// Somebody here has said that nothing is to be ended any more: it holds for every profile that is opened.
    pub is_narrowed: bool,
}

impl Asked {
    /// What came of the newest try, and when.
    pub fn of(&self, name: &str) -> Option<&(Timestamp, Result<SignedIn, String>)> {
        self.tried.get(name)
    }

    /// The same in a few words for a column.
    pub fn short_words(&self, name: &str, now: Timestamp) -> Option<String> {
        if self.opening.as_deref() == Some(name) {
            return Some("being opened".to_owned());
        }
        if self.trying.as_deref() == Some(name) {
            return Some("being tried".to_owned());
        }
        match &self.of(name)?.1 {
            Ok(signed_in) if signed_in.until <= now => Some("ran out".to_owned()),
            Ok(signed_in) => Some(format!("ok for {}", signed_in.left(now))),
            Err(_) => Some("not signed in".to_owned()),
        }
    }
}

impl SignedIn {
    /// How long its token is good for still, in whole hours where it is some.
    pub fn left(&self, now: Timestamp) -> String {
        let left = since(now, self.until);
        match left.as_hours() {
            ..1 => short(left),
            hours => format!("{hours}h"),
        }
    }

    /// What it can do, in one line.
    pub fn can_words(&self) -> String {
        let Ok(can) = &self.can else {
            return "unknown until first use: its roles cannot be read".to_owned();
        };
        let mut words: Vec<String> = can
            .iter()
            .map(|(what, holding)| format!("{what} {}", held(holding)))
            .collect();
        let ends = can.iter().find(|(what, _)| *what == "end legs");
        let teardown = match ends {
            Some((_, holding)) if self.may_tear_down => held(holding),
            _ => "no".to_owned(),
        };
        words.push(format!("teardown {teardown}"));
        words.join(", ")
    }
}

fn held(holding: &Holding) -> String {
    match holding {
        Holding::Everywhere => "yes".to_owned(),
        Holding::In(divisions) if divisions.len() == 1 => "in 1 division".to_owned(),
        Holding::In(divisions) => format!("in {} divisions", divisions.len()),
        Holding::Unsure => "unknown".to_owned(),
        Holding::Missing => "no".to_owned(),
    }
}

/// What would be lost by leaving this profile for another one now.
fn not_now(app: &App, now: Timestamp) -> Option<String> {
    if app.is_running() {
        let shows = app.key(Mode::Chats, Action::ToBoard);
        return Some(format!(
            "a run is under way, and must finish first; {shows} in the list shows it"
        ));
    }
    if app.exporting.is_some() {
        return Some("an export is being written: wait for its end".to_owned());
    }
    let (run, left) = app.watched.left(now)?;
    let left = exact(left);
    Some(format!(
        "late effects of run {run} are watched for, {left} more"
    ))
}

/// Why an action cannot be done with the profile under the cursor.
pub(crate) fn why_not(app: &App, action: Action, now: Timestamp) -> Option<String> {
    let open = &app.settings.scope.profile;
    let chosen = screen(app).and_then(|screen| screen.chosen(app));
    match action {
        Action::Open if chosen.is_some_and(|one| one.name == *open) => {
            Some(format!("{open} is open already"))
        }
        Action::Open if not_now(app, now).is_some() => not_now(app, now),
        Action::Narrow if app.profiles.is_narrowed => {
            Some("read-only already, until the program is started again".to_owned())
        }
        Action::Narrow if app.is_running() => {
            Some("a run is under way: stop it, or let it finish".to_owned())
        }
        Action::Open | Action::TrySignIn if chosen.is_none() => {
            Some("there is no profile under the cursor".to_owned())
        }
        _ => None,
    }
}

fn screen(app: &App) -> Option<&Profiles> {
    match app.screens.last() {
        Some(Screen::Lookout(Lookout::Profiles(screen))) => Some(screen),
        _ => None,
    }
}

/// Has the profile under the cursor got ready.
pub(super) fn open(app: &mut App, name: String, now: Timestamp) -> Vec<Effect> {
    let words = format!("{name} is being opened; nothing is lost if it cannot be");
    app.notices.tell(words, now);
    app.profiles.trying = None;
    app.profiles.opening = Some(name.clone());
    app.profiles.wishes += 1;
    let number = app.profiles.wishes;
    vec![Effect::Profile(ProfileWish::Open(name, number))]
}

/// Has a sign-in tried. Whatever else was asked for is given up for it.
pub(super) fn try_sign_in(app: &mut App, name: String) -> Vec<Effect> {
    app.profiles.opening = None;
    app.profiles.trying = Some(name.clone());
    vec![Effect::Profile(ProfileWish::Try(name))]
}

/// Nobody waits for a profile any more; says whether somebody did.
pub(crate) fn call_off(app: &mut App, now: Timestamp) -> Option<Vec<Effect>> {
    let name = app.profiles.opening.take()?;
    app.notices
        .tell(format!("{name} is not opened: you went on here"), now);
    Some(vec![Effect::Profile(ProfileWish::CallOff)])
}

/// Read-only from now on, whichever profile is opened. On the screen there is no way back.
pub(super) fn narrow(app: &mut App, now: Timestamp) -> Vec<Effect> {
    app.profiles.is_narrowed = true;
    app.settings.writes = false;
    let words = "read-only from now on, on every profile: start the program again to end chats";
    app.notices.warn(words, now);
    vec![Effect::Engine(Command::OnlyLook)]
}

/// Something came of a wish.
pub(crate) fn told(app: &mut App, news: ProfileNews, now: Timestamp) -> Vec<Effect> {
    let ProfileNews { name, what } = news;
    let is_named = app.profiles.opening.as_deref() == Some(&name);
    let wishes = app.profiles.wishes;
    let is_wanted = |number: u64| is_named && number == wishes;
    match what {
        ProfileTold::Ready(number) if is_wanted(number) => {
            let is_waited_for = screen(app).is_some() && app.overlay.is_none();
            if !is_waited_for || not_now(app, now).is_some() {
                return call_off(app, now).unwrap_or_default();
            }
            app.profiles.bound_for = Some(name);
            vec![Effect::Quit]
        }
        ProfileTold::NotOpened(number, why) if is_wanted(number) => {
            app.profiles.opening = None;
            let open = &app.settings.scope.profile;
            let words = format!("{name} was not opened: {why}. {open} stays open");
            app.notices.warn(words, now);
            app.profiles.tried.insert(name, (now, Err(why)));
            Vec::new()
        }
        ProfileTold::Tried(result) => {
            if app.profiles.trying.as_deref() == Some(&name) {
                app.profiles.trying = None;
            }
            app.profiles.tried.insert(name, (now, result));
            Vec::new()
        }
        // Called off meanwhile.
        ProfileTold::Ready(_) | ProfileTold::NotOpened(..) => Vec::new(),
    }
}
