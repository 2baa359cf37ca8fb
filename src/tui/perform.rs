//! Does what the console asks for: one arm for each effect. What takes time is done elsewhere and answered by a message.

use std::ops::ControlFlow;

use super::{Console, ConsoleError, Screen, archive, exports, packet};
use crate::app::exporting::Export;
use crate::app::keeping::{Keep, Kept};
use crate::app::{Effect, Msg};
use crate::engine::ports::Clock;
use crate::journal::History;
use crate::ui;

impl<S: Screen, C: Clock> Console<S, C> {
    /// Does it. Breaks when the console wants to leave.
    pub(super) fn perform(&mut self, effect: Effect) -> Result<ControlFlow<()>, ConsoleError> {
        match effect {
            Effect::Engine(command) => self.parts.engine.send(command),
            Effect::LoadHistory(look) => {
                self.ask(move |history, tell| archive::runs(history, look, tell));
            }
            Effect::LoadRun(id) => {
                self.ask(move |history, tell| tell(Msg::Loaded(id, archive::run(history, id))));
            }
            Effect::Copy(what, text) => {
                let rest = self.parts.screen.copy(what, &text)?;
                self.ask(move |_, tell| tell(Msg::Said(rest())));
            }
            Effect::SavePacket(packet) => {
                self.ask(move |history, tell| tell(Msg::Saved(packet::save(*packet, history))));
            }
            Effect::Export(export) => self.ask(move |history, tell| {
                let written = exports::write(&export, history, |done| tell(Msg::Exporting(done)));
                tell(Msg::Exported(written));
            }),
            Effect::Picture => {
                let parts = &self.parts;
                let svg = ui::picture(&parts.app, &parts.look, self.now);
                let export = Export::of_screen(svg, self.now);
                self.ask(move |history, tell| {
                    tell(Msg::Saved(exports::write(&export, history, |_| {})));
                });
            }
            Effect::Page(text) => match self.parts.screen.lend(&text) {
                Ok(ended) => self.lent = Some(ended),
                Err(why) => {
                    self.measure()?;
                    self.answer(Msg::Said(why));
                }
            },
            Effect::Browse(page) => {
                let rest = self.parts.screen.browse(&page)?;
                self.ask(move |_, tell| tell(Msg::Said(rest())));
            }
            Effect::SignIn => match &self.sign_in {
                Some(sign_in) => sign_in.begin(self.answers.0.clone()),
                None => self.answer(Msg::Said("start the program again to sign in".to_owned())),
            },
            Effect::Keep(asked) => self.keep(asked),
            Effect::Suspend => {
                self.parts.screen.suspend()?;
                self.measure()?;
            }
            Effect::Mouse(on) => self.parts.screen.report_mouse(on)?,
            Effect::Notify(way, words) => self.parts.screen.notify(way, &words)?,
            Effect::Redraw => self.parts.screen.clear()?,
            Effect::Quit => return Ok(ControlFlow::Break(())),
            Effect::Profile(wish) => match &self.profiles {
                Some(profiles) => profiles.ask(wish, self.answers.0.clone()),
                None => self.answer(Msg::Said("profiles are not asked from here".to_owned())),
            },
            Effect::Recipes(wish) => match &self.recipes {
                Some(recipes) => recipes.ask(wish, self.answers.0.clone()),
                None => self.answer(Msg::Said("recipes are not asked from here".to_owned())),
            },
        }
        Ok(ControlFlow::Continue(()))
    }

    fn keep(&self, asked: Keep) {
        let keeper = self.keeper.as_ref();
        if keeper.is_none_or(|keeper| keeper.send(asked.clone()).is_err()) {
            let result = Err("nobody is there to keep it".to_owned());
            self.answer(Msg::Kept(Box::new(Kept { asked, result })));
        }
    }

    /// What takes its time is done away from the loop, which is told of what comes as it comes.
    fn ask(&self, question: impl FnOnce(&History, &dyn Fn(Msg)) + Send + 'static) {
        let (history, answers) = (self.parts.history.clone(), self.answers.0.clone());
        tokio::task::spawn_blocking(move || {
            // Nobody listens any more once the console has left.
            question(&history, &|answer| drop(answers.send(answer)));
        });
    }

    fn answer(&self, msg: Msg) {
        let _ = self.answers.0.send(msg);
    }
}
