//! The profiles of the configuration, to look at: which there are, where, what may be done there, and how each is opened. Nothing is
//! switched here: a secret that was handed to this program is for the profile it was opened with, and for no other.

use jiff::Timestamp;

use super::{Lookout, pointed};
use crate::app::action::Action;
use crate::app::extent::{Class, Extent};
use crate::app::scroll::follow;
use crate::app::tone::{Tone, Words};
use crate::app::update::step_of;
use crate::app::{App, Effect};
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
    if extent.class() >= Class::Normal {
        6
    } else {
        0
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
pub fn lines(app: &App, screen: &Profiles) -> Vec<Words> {
    let profiles = app.settings.configured.profiles.iter().enumerate();
    profiles
        .map(|(at, one)| {
            let is_open = one.name == app.settings.scope.profile;
            // What is open may have been narrowed, or widened by a flag.
            let writes = if is_open {
                app.settings.writes
            } else {
                one.writes
            };
            let sign_in = if is_open {
                format!("open now; {}", one.sign_in)
            } else {
                one.sign_in.clone()
            };
            let cells = [
                one.name.clone(),
                one.label.clone(),
                one.place.clone(),
                mode(writes).to_owned(),
                sign_in,
            ];
            let tone = if is_open { Tone::Strong } else { Tone::Plain };
            pointed(
                Words::new(tone, line_of(app.extent, cells)).chosen(at == screen.at),
                1,
            )
        })
        .collect()
}

/// What stands at the foot, below a rule.
pub fn foot_lines(app: &App, screen: &Profiles) -> Vec<Words> {
    let Some(one) = screen.chosen(app) else {
        return Vec::new();
    };
    // Of what is open those that are in force: its file may have been changed since, or narrowed.
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
    let organisation = match &one.org_id {
        Some(id) => id.clone(),
        None if one.name == "sandbox" => "new at each start".to_owned(),
        None => format!("not pinned: unstick login {}", one.name),
    };
    let default = if one.is_default {
        ", opened where none is named"
    } else {
        ""
    };
    let rows = [
        ("", format!("{}{default}", one.name)),
        ("organisation", organisation),
        (
            "limits",
            format!("{batch} chats in a plan, {parallel} at a time, {minute} requests a minute"),
        ),
        ("open it with", command(app, one)),
        ("try it with", format!("unstick doctor {}", flags(app, one))),
    ];
    rows.into_iter()
        .map(|(name, words)| {
            if name.is_empty() {
                Words::new(Tone::Strong, format!(" {words}"))
            } else {
                Words::new(Tone::Dim, format!("   {name:<14}")).and(Tone::Plain, words)
            }
        })
        .collect()
}

/// What the status row says.
pub fn said(app: &App, screen: &Profiles) -> (Tone, String) {
    let words = screen.chosen(app).map_or_else(
        || "no profile is set up: unstick login NAME".to_owned(),
        |one| {
            format!(
                "Nothing is switched here: leave, then {}",
                command(app, one)
            )
        },
    );
    (Tone::Plain, words)
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let rows = rows(app.extent);
    let count = app.settings.configured.profiles.len();
    let open = app.settings.scope.profile.clone();
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
    match action {
        Action::Copy => vec![Effect::Copy(command(app, one))],
        Action::Open => {
            let words = if one.name == open {
                format!("{open} is open already")
            } else {
                format!("leave this console, then: {}", command(app, one))
            };
            app.notices.tell(words, now);
            Vec::new()
        }
        _ => Vec::new(),
    }
}
