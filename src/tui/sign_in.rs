//! A person's sign-in begun from the console. How it goes is not the terminal's business: it is handed in, runs elsewhere, and is answered
//! by a message.

use std::fmt;

use tokio::sync::mpsc;

use crate::app::Msg;

/// Begins a sign-in.
pub struct SignIn(Box<dyn Fn(mpsc::UnboundedSender<Msg>) + Send>);

impl SignIn {
    /// One that is begun like this; it must not wait.
    pub fn new(begin: impl Fn(mpsc::UnboundedSender<Msg>) + Send + 'static) -> Self {
        Self(Box::new(begin))
    }

    pub(super) fn begin(&self, answers: mpsc::UnboundedSender<Msg>) {
        (self.0)(answers);
    }
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn")
    }
}
