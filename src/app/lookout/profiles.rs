//! The profiles of the configuration: which there are, where, what may be done there, how their sign-ins stand. One can be opened instead
//! of the one that is open; all of them can be made read-only, for as long as the program lives. What is asked of a profile outside of the
//! screen is in `profiles/asked.rs`.

mod asked;

pub use asked::{Asked, ProfileNews, ProfileTold, ProfileWish, SignedIn};
pub(crate) use asked::{call_off, told, why_not};

use jiff::Timestamp;

use super::{Lookout, pointed};
use crate::app::action::{Action, Mode};
use crate::app::clock_text::exact;
use crate::app::extent::{Class, Extent};
use crate::app::scroll::follow;
use crate::app::tone::{Tone, Words, folded};
use crate::app::update::step_of;
use crate::app::{App, Effect};
use crate::domain::moment::since;
use crate::domain::text::fit as padded;

/// A profile as the configuration has it. No secret, and nothing that a secret is found by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownProfile {
    /// Its name.
    pub name: String,
    /// Its label.
    pub label: String,
    /// Where it is, in words.
    pub place: String,
    /// Conversations may be ended there.
    pub writes: bool,
    /// How its token is got, in words.
    pub sign_in: String,
    /// The organisation it must turn out to be.
    pub org_id: Option<String>,
    /// It is opened where none is named.
    pub is_default: bool,
    /// Chats in one plan, chats at a time, requests a minute.
    pub limits: (usize, usize, u32),
}

/// The screen's own state.
#[derive(Debug, Default)]
pub struct Profiles {
    /// The cursor.
    pub at: usize,
    /// The first line on screen.
    pub top: usize,
}

/// Rows at the foot: a rule and what is to be said of the one under the cursor.
pub fn foot(extent: Extent) -> usize {
    match extent.class() {
        Class::Wide | Class::Normal => 10,
        Class::Compact => 4,
        Class::Mini | Class::TooSmall => 0,
    }
}

fn rows(extent: Extent) -> usize {
    let rows = extent.page_rows().saturating_sub(1 + foot(extent));
    rows.max(1)
}

impl Profiles {
    /// With the cursor on the one that is open.
    pub(super) fn of(app: &App) -> Self {
        let mut profiles = app.settings.configured.profiles.iter();
        let at = profiles.position(|one| one.name == app.settings.scope.profile);
        Self {
            at: at.unwrap_or(0),
            top: 0,
        }
    }

    pub(super) fn fit(&mut self, count: usize, extent: Extent) {
        self.at = self.at.min(count.saturating_sub(1));
        self.top = follow(self.top, self.at, rows(extent), count);
    }

    /// What the cursor is on.
    pub fn chosen<'a>(&self, app: &'a App) -> Option<&'a KnownProfile> {
        app.settings.configured.profiles.get(self.at)
    }
}

/// The flags that lead to it, from the same file.
fn flags(app: &App, one: &KnownProfile) -> String {
    let configured = &app.settings.configured;
    let file = configured.file.as_ref().filter(|_| configured.is_named);
    let file = file.map_or_else(String::new, |file| format!("--config {} ", word(file)));
    format!("{file}--profile {}", one.name)
}

/// A word of a command line as a shell reads it.
fn word(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "/._-+:@%,=".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// The command that opens it.
fn command(app: &App, one: &KnownProfile) -> String {
    format!("unstick {}", flags(app, one))
}

/// Read-only or not, in words.
fn mode(writes: bool) -> &'static str {
    if writes { "read-write" } else { "read-only" }
}

/// The heads of its columns.
pub fn head(extent: Extent) -> String {
    line_of(
        extent,
        ["NAME", "LABEL", "REGION", "MODE", "SIGN-IN"].map(str::to_owned),
    )
}

fn line_of(extent: Extent, cells: [String; 5]) -> String {
    let [name, label, place, mode, sign_in] = cells;
    let name_room = if extent.class() == Class::Wide {
        24
    } else {
        14
    };
    let head = format!("   {} {}", padded(&name, name_room), padded(&label, 8));
    match extent.class() {
        Class::Mini | Class::TooSmall => format!("{head} {mode}"),
        Class::Compact => format!("{head} {} {mode}", padded(&place, 18)),
        Class::Normal => format!(
            "{head} {} {} {sign_in}",
            padded(&place, 18),
            padded(&mode, 11)
        ),
        Class::Wide => format!(
            "{head} {} {} {sign_in}",
            padded(&place, 30),
            padded(&mode, 14)
        ),
    }
}

/// Its lines.
pub fn lines(app: &App, screen: &Profiles, now: Timestamp) -> Vec<Words> {
    let profiles = app.settings.configured.profiles.iter().enumerate();
    profiles
        .map(|(at, one)| {
            let is_open = one.name == app.settings.scope.profile;
            let tone = if is_open { Tone::Strong } else { Tone::Plain };
            let line = line_of(app.extent, cells(app, one, now));
            pointed(Words::new(tone, line).chosen(at == screen.at), 1)
        })
        .collect()
}

/// Name, label, place, mode, sign-in.
pub fn cells(app: &App, one: &KnownProfile, now: Timestamp) -> [String; 5] {
    let is_open = one.name == app.settings.scope.profile;
    // What is open may have been narrowed, or widened by a flag.
    let writes = if is_open {
        app.settings.writes
    } else {
        one.writes && !app.profiles.is_narrowed
    };
    let known = app.profiles.short_words(&one.name, now);
    let sign_in = known.unwrap_or_else(|| one.sign_in.clone());
    let sign_in = if is_open {
        format!("open now; {sign_in}")
    } else {
        sign_in
    };
    [
        one.name.clone(),
        one.label.clone(),
        one.place.clone(),
        mode(writes).to_owned(),
        sign_in,
    ]
}

/// What stands at the foot, below a rule.
pub fn foot_lines(app: &App, screen: &Profiles, now: Timestamp) -> Vec<Words> {
    let Some(one) = screen.chosen(app) else {
        return Vec::new();
    };
    let default = if one.is_default {
        ", opened where none is named"
    } else {
        ""
    };
    let (sign_in, can) = signed_in(app, one, now);
    let narrow = [
        ("", format!("{}{default}", one.name)),
        ("sign-in", sign_in),
        ("can", can),
    ];
    let whole = [
        ("organisation", organisation(app, one)),
        ("limits", limits(app, one)),
        ("guards", guards(app)),
        ("open it with", command(app, one)),
        ("try it with", format!("unstick doctor {}", flags(app, one))),
    ];
    let has_room = foot(app.extent) > 4;
    let rows = narrow
        .into_iter()
        .chain(whole.into_iter().filter(|_| has_room));
    let room = usize::from(app.extent.width);
    let line = |(name, words): (&str, String)| {
        if name.is_empty() {
            return vec![Words::new(Tone::Strong, format!(" {words}"))];
        }
        let label = Words::new(Tone::Dim, format!("   {name:<14}"));
        match name {
            // What was said outside is as long as it is; commands stay on one line.
            "sign-in" | "can" => folded(label, &words, Tone::Plain, room),
            _ => vec![label.and(Tone::Plain, words)],
        }
    };
    rows.flat_map(line).collect()
}

/// How its sign-in stands, and what can be done with it.
fn signed_in(app: &App, one: &KnownProfile, now: Timestamp) -> (String, String) {
    let key = app.key(Mode::Profiles, Action::TrySignIn);
    let untried = || format!("not known: {key} tries the sign-in, and changes nothing");
    match app.profiles.of(&one.name) {
        Some((at, Ok(signed_in))) => {
            let ago = exact(since(*at, now));
            let good = signed_in.left(now);
            (
                format!("works, token good for {good}; asked {ago} ago"),
                signed_in.can_words(),
            )
        }
        Some((_, Err(why))) => (why.clone(), untried()),
        None => (one.sign_in.clone(), untried()),
    }
}

/// Of what is open the limits in force: its file may have been changed since, or narrowed.
fn limits(app: &App, one: &KnownProfile) -> String {
    let settings = &app.settings;
    let (batch, parallel, minute) = if one.name == settings.scope.profile {
        (
            settings.max_batch,
            settings.max_parallel,
            settings.per_minute,
        )
    } else {
        one.limits
    };
    format!("{batch} chats in a plan, {parallel} at a time, {minute} requests a minute")
}

fn organisation(app: &App, one: &KnownProfile) -> String {
    if let Some((_, Ok(signed_in))) = app.profiles.of(&one.name) {
        return signed_in.organisation.clone();
    }
    match &one.org_id {
        Some(id) => id.clone(),
        None if one.name == "sandbox" => "new at each start".to_owned(),
        None => format!("not pinned: unstick login {}", one.name),
    }
}

/// The operator's own, which hold on every profile.
fn guards(app: &App) -> String {
    let rules = app.settings.configured.rules.as_ref();
    let guards = rules.map_or(&[][..], |rules| rules.guards());
    let named: Vec<String> = guards
        .iter()
        .map(|guard| format!("{} {}", guard.name, guard.power.word()))
        .collect();
    if named.is_empty() {
        "none of your own".to_owned()
    } else {
        named.join(", ")
    }
}

/// What the status row says.
pub fn said(app: &App, screen: &Profiles) -> (Tone, String) {
    let back = app.key(Mode::Profiles, Action::Back);
    let words = match (&app.profiles.opening, screen.chosen(app)) {
        (Some(name), _) => format!("{name} is being opened; {back} calls it off"),
        (None, None) => "no profile is set up: unstick login NAME".to_owned(),
        (None, Some(_)) => {
            "Switching drops marks and closes plans. A running run must finish first.".to_owned()
        }
    };
    (Tone::Dim, words)
}

/// It came into view: what the open one's roles allow is asked for, once.
pub(super) fn opened(app: &mut App) -> Vec<Effect> {
    let name = app.settings.scope.profile.clone();
    let is_known = app.profiles.of(&name).is_some() || app.profiles.opening.is_some();
    if is_known {
        return Vec::new();
    }
    asked::try_sign_in(app, name)
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let rows = rows(app.extent);
    let count = app.settings.configured.profiles.len();
    let known = app.settings.configured.profiles.clone();
    let Some(Lookout::Profiles(screen)) = super::in_view(app) else {
        return Vec::new();
    };
    if let Some(step) = step_of(action) {
        screen.at = step.from(screen.at, rows, count);
        return Vec::new();
    }
    let Some(one) = known.get(screen.at) else {
        return Vec::new();
    };
    let name = one.name.clone();
    match action {
        Action::Copy => vec![Effect::Copy("the command", command(app, one))],
        Action::Open => asked::open(app, name, now),
        Action::TrySignIn => asked::try_sign_in(app, name),
        Action::Narrow => asked::narrow(app, now),
        _ => Vec::new(),
    }
}
