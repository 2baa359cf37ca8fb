//! Does what the console asks for: one arm for each effect. What takes time is done elsewhere and answered by a message.

use std::ops::ControlFlow;

use super::{Console, ConsoleError, Screen};
use crate::app::{Effect, Msg, PastRun, RunRecord};
use crate::domain::ids::RunId;
use crate::engine::ports::Clock;

/// Past runs, as the console asks for them. Reading a file takes its time, so this is called away from the loop.
pub trait Archive: Clone + Send + 'static {
    /// Every run, newest first; or why they cannot be read.
    fn runs(&self) -> Result<Vec<PastRun>, String>;

    /// One run with everything that happened in it; or why it cannot be read.
    fn run(&self, id: RunId) -> Result<RunRecord, String>;
}

impl<S: Screen, A: Archive, C: Clock> Console<S, A, C> {
    /// Does it. Breaks when the console wants to leave.
    pub(super) fn perform(&mut self, effect: Effect) -> Result<ControlFlow<()>, ConsoleError> {
        match effect {
            Effect::Engine(command) => self.parts.engine.send(command),
            Effect::LoadHistory => self.ask(|archive| Msg::History(archive.runs())),
            Effect::LoadRun(id) => {
                self.ask(move |archive| Msg::Loaded(id, archive.run(id).map(Box::new)));
            }
            Effect::Copy(text) => self.answer(Msg::Said(self.parts.screen.copy(&text)?.to_owned())),
            Effect::Suspend => {
                self.parts.screen.suspend()?;
                self.measure()?;
            }
            Effect::Redraw => self.parts.screen.clear()?,
            Effect::Quit => return Ok(ControlFlow::Break(())),
        }
        Ok(ControlFlow::Continue(()))
    }

    fn ask(&self, question: impl FnOnce(&A) -> Msg + Send + 'static) {
        let (archive, answers) = (self.parts.archive.clone(), self.answers.0.clone());
        tokio::task::spawn_blocking(move || {
            // Nobody listens any more once the console has left.
            let _ = answers.send(question(&archive));
        });
    }

    fn answer(&self, msg: Msg) {
        let _ = self.answers.0.send(msg);
    }
}
