//! What somebody who is here for the first time can do: try the sandbox, which is what is open then; connect an organisation; check the
//! terminal. Two of them are commands, which are said and copied, for a secret is never typed into this screen.

use jiff::Timestamp;

use super::Lookout;
use crate::app::action::{Action, Mode};
use crate::app::update::step_of;
use crate::app::{App, Effect};

/// Where `login` keeps a secret: what is true of a program that was built with a keyring is not true of one without.
const SECRET: &str = if cfg!(feature = "keyring") {
    "region and client id; the secret goes into your keyring."
} else {
    "region and client id; the secret goes in a private file."
};

/// What can be chosen: its name, what it is, and the command where it is one.
pub const CHOICES: [(&str, [&str; 3], Option<&str>); 3] = [
    (
        "Try the sandbox",
        [
            "Pretend chats, some of them stuck. Nothing leaves this",
            "computer. You can end them all: a dry run of everything.",
            "",
        ],
        None,
    ),
    (
        "Connect an organisation",
        [
            "unstick login NAME, outside of this console. It asks for",
            SECRET,
            "It starts read-only until you say otherwise.",
        ],
        Some("unstick login NAME"),
    ),
    (
        "Check this terminal",
        [
            "unstick doctor: colours, glyphs, clipboard, keys, and",
            "whether everything that is needed works.",
            "",
        ],
        Some("unstick doctor"),
    ),
];

/// The screen's own state.
#[derive(Debug, Default)]
pub struct Welcome {
    /// The cursor.
    pub at: usize,
}

/// What the status row says.
pub fn said(app: &App) -> String {
    if app.settings.configured.profiles.len() > 1 {
        format!("{} is open.", app.settings.scope.profile)
    } else {
        "No profile is set up yet: the built-in sandbox is open.".to_owned()
    }
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action, now: Timestamp) -> Vec<Effect> {
    let Some(Lookout::Welcome(screen)) = super::in_view(app) else {
        return Vec::new();
    };
    if let Some(step) = step_of(action) {
        screen.at = step.from(screen.at, CHOICES.len(), CHOICES.len());
        return Vec::new();
    }
    let chosen = match action {
        Action::View1 => 0,
        Action::View2 => 1,
        Action::View3 => 2,
        Action::Open | Action::Copy => screen.at,
        _ => return Vec::new(),
    };
    screen.at = chosen;
    let Some((_, _, command)) = CHOICES.get(chosen) else {
        return Vec::new();
    };
    match command {
        None if action != Action::Copy && app.settings.scope.profile == "sandbox" => {
            super::close(app);
            Vec::new()
        }
        command => {
            let command = command.unwrap_or("unstick --sandbox");
            if action == Action::Copy {
                return vec![Effect::Copy("the command", command.to_owned())];
            }
            let copies = app.key(Mode::Welcome, Action::Copy);
            let words = format!("leave this console, then: {command} ({copies} copies it)");
            app.notices.tell(words, now);
            Vec::new()
        }
    }
}
