//! Wishes about profiles from the console. How they are carried out is not the terminal's business: that is handed in, runs elsewhere, and
//! is answered by a message.

use std::fmt;

use tokio::sync::mpsc;

use crate::app::Msg;
use crate::app::lookout::profiles::ProfileWish;

/// Takes wishes about profiles.
pub struct AskProfile(Box<dyn Fn(ProfileWish, mpsc::UnboundedSender<Msg>) + Send>);

impl AskProfile {
    /// One that takes them like this; it must not wait.
    pub fn new(ask: impl Fn(ProfileWish, mpsc::UnboundedSender<Msg>) + Send + 'static) -> Self {
        Self(Box::new(ask))
    }

    pub(super) fn ask(&self, wish: ProfileWish, answers: mpsc::UnboundedSender<Msg>) {
        (self.0)(wish, answers);
    }
}

impl fmt::Debug for AskProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AskProfile")
    }
}
