//! How the console behaves in its terminal, as the operator wants it (`[ui]` of the configuration).

/// What the terminal is asked to do beside showing the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Manners {
    /// The mouse is reported to the console from the start.
    pub mouse: bool,
    /// The window is named after the profile and what is stuck.
    pub title: bool,
    /// How the end of a run is announced.
    pub notify: Notify,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            mouse: true,
            title: true,
            notify: Notify::None,
        }
    }
}

/// How somebody who looks elsewhere is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Notify {
    /// Not at all.
    #[default]
    None,
    /// By the terminal's bell.
    Bell,
    /// By a message of the desktop (OSC 9), where the terminal has them.
    Osc9,
}
