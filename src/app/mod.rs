//! The console as a value: what is known, what is shown, what the operator chose. `update` folds one message and says what to do;
//! nothing here knows a terminal, a clock, a network or a file.

mod effect;
mod msg;
mod settings;

pub use effect::Effect;
pub use msg::{Key, KeyCode, Msg, PastRun, RunRecord, Signal};
pub use settings::{AppSettings, WrapUpCode};

use jiff::Timestamp;

/// The console.
#[derive(Debug)]
pub struct App {
    settings: AppSettings,
}

impl App {
    /// A console that has seen nothing yet.
    pub fn new(settings: AppSettings) -> Self {
        Self { settings }
    }

    /// What it was told at its start.
    pub fn settings(&self) -> &AppSettings {
        &self.settings
    }

    /// Something moves on screen, so that ticks should come every tenth of a second instead of every second.
    pub fn is_moving(&self) -> bool {
        false
    }

    /// The words for the window's title.
    pub fn title(&self) -> String {
        format!(
            "unstick {} {}",
            self.settings.label, self.settings.scope.profile
        )
    }
}

/// What is to be done at the very beginning, before any message: list, and look for unfinished runs.
pub fn start(_app: &mut App) -> Vec<Effect> {
    vec![
        Effect::Engine(crate::domain::feed::Command::Refresh),
        Effect::LoadHistory,
    ]
}

/// Folds one message at the time `now`, and says what to do.
pub fn update(_app: &mut App, msg: Msg, _now: Timestamp) -> Vec<Effect> {
    match msg {
        Msg::Signal(Signal::Stop) => vec![Effect::Quit],
        Msg::Key(key) if key.code == KeyCode::Char('q') => vec![Effect::Quit],
        _ => Vec::new(),
    }
}
