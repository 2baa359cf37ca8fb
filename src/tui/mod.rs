//! The shell around the console: terminal in, terminal out, and nothing decided in between. It knows no HTTP, no organisation and
//! nothing of what a key means.
//!
//! One turn of [`Console::step`]: draw if something changed, wait, fold what came and everything that is ready behind it, do what the
//! console asks for.

mod archive;
mod canvas;
mod clipboard;
mod differences;
mod exports;
mod input;
mod leaving;
mod opening;
pub mod packet;
#[cfg_attr(not(unix), path = "pager_absent.rs")]
mod pager;
mod parts;
mod perform;
mod probe;
mod profiles;
mod recipes;
mod rest;
mod screen;
mod seat;
mod sign_in;
mod signals;
mod terminal;
mod tmux;
mod voice;
mod writer;

use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::app::keeping::Keep;
use crate::app::spoken::Spoken;
use crate::app::{self, App, Msg, Signal};
use crate::engine::ports::Clock;

pub use canvas::Canvas;
pub use clipboard::{copy_through, ways as clipboard_ways};
pub use exports::shown_path;
pub use opening::Opener;
pub use parts::Parts;
pub use probe::{Told, ask_terminal};
pub use profiles::AskProfile;
pub use recipes::AskRecipes;
pub use screen::{Screen, Slow};
pub use seat::Seat;
pub use sign_in::SignIn;
pub use signals::{signals, stops, suspensions};
pub use terminal::{Browser, Terminal};
pub use tmux::options as tmux_options;
pub use voice::{Voice, lines};

/// How often ages on the screen are brought up to date.
const TICK: Duration = Duration::from_secs(1);
/// How often while a run moves.
const QUICK_TICK: Duration = Duration::from_millis(100);
/// How much is folded before a frame is drawn, at most: a flood of facts must not keep a key from being seen.
const FOLDED_AT_ONCE: usize = 256;
/// A size stands when no other has come for so long: in a storm of them only the last is drawn,
const SETTLING: Duration = Duration::from_millis(50);
/// but something is, however long it lasts.
const STORM: Duration = Duration::from_millis(300);
/// How long after a pager's end a signal that was sent to it and to the console may still be on its way. A key in raw mode sends none.
const LATE: Duration = Duration::from_millis(500);

/// Why the console ended without being asked to.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// The terminal does not take part any more.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] io::Error),
    /// Something panicked, and the terminal was given back for its report.
    #[error("an internal error closed the console")]
    Panicked,
    /// The engine's task is gone, which only an internal error can do.
    #[error("the engine stopped by itself")]
    EngineGone,
}

/// A size that came just now.
#[derive(Debug, Clone, Copy)]
struct Resizing {
    /// When the first of them came that has not been drawn.
    began: Instant,
    /// When it is drawn, unless another comes.
    draws_at: Instant,
}

/// The console in its shell.
#[derive(Debug)]
pub struct Console<S, C> {
    parts: Parts<S, C>,
    /// What came of effects that take time.
    answers: (mpsc::UnboundedSender<Msg>, mpsc::UnboundedReceiver<Msg>),
    /// One time for a whole turn, so that every age on a frame agrees.
    now: Timestamp,
    next_tick: Instant,
    is_dirty: bool,
    /// The terminal is being resized.
    resizing: Option<Resizing>,
    /// The system has asked to leave. A terminal that goes away after that says nothing new.
    is_asked_to_leave: bool,
    /// The terminal was seen to be gone before the signal came that says so.
    is_hang_up_due: bool,
    /// Why there is no terminal any more. Nothing is drawn then, and a run is let to settle.
    lost: Option<ConsoleError>,
    /// How somebody signs in again.
    sign_in: Option<SignIn>,
    /// Who keeps what is to be there at the next start.
    keeper: Option<mpsc::UnboundedSender<Keep>>,
    /// The terminal is lent to a pager, whose end is told here: nothing is drawn, and nothing is typed for the console.
    lent: Option<oneshot::Receiver<()>>,
    /// Until then a signal may still have been meant for the pager, which has ended.
    pagers_until: Option<Instant>,
    /// Who carries out wishes about profiles.
    profiles: Option<AskProfile>,
    /// Who carries out wishes about recipes.
    recipes: Option<AskRecipes>,
}

impl<S: Screen, C: Clock> Console<S, C> {
    /// A console of this size, whose first requests are on their way.
    pub fn new(parts: Parts<S, C>) -> Result<Self, ConsoleError> {
        let mut console = Self {
            now: parts.clock.now(),
            parts,
            answers: mpsc::unbounded_channel(),
            next_tick: Instant::now() + TICK,
            is_dirty: true,
            resizing: None,
            is_asked_to_leave: false,
            is_hang_up_due: false,
            lost: None,
            sign_in: None,
            keeper: None,
            lent: None,
            pagers_until: None,
            profiles: None,
            recipes: None,
        };
        console.measure()?;
        for effect in app::start(&mut console.parts.app) {
            // Nothing is asked to leave before it has begun.
            let _ = console.perform(effect)?;
        }
        Ok(console)
    }

    /// The same console, from which somebody can sign in again.
    pub fn with_sign_in(mut self, sign_in: Option<SignIn>) -> Self {
        self.sign_in = sign_in;
        self
    }

    /// The same console, which says there what is to be kept for the next start.
    pub fn with_keeper(mut self, keeper: Option<mpsc::UnboundedSender<Keep>>) -> Self {
        self.keeper = keeper;
        self
    }

    /// A way to tell it of what happens beside terminal, engine and signals.
    pub fn teller(&self) -> mpsc::UnboundedSender<Msg> {
        self.answers.0.clone()
    }

    /// What the console knows and shows.
    pub fn app(&self) -> &App {
        &self.parts.app
    }

    /// Where it is drawn.
    pub fn screen(&self) -> &S {
        &self.parts.screen
    }

    /// Takes turns until the console wants to leave, or has to because it lost its terminal.
    pub async fn run(&mut self) -> Result<(), ConsoleError> {
        while self.step().await?.is_continue() {}
        if let Some(lost) = self.lost.take() {
            return Err(lost);
        }
        self.say_rest().await
    }

    /// One turn.
    pub async fn step(&mut self) -> Result<ControlFlow<()>, ConsoleError> {
        if self.draw()?.is_break() {
            return Ok(ControlFlow::Break(()));
        }
        let mut next = Some(self.wait().await?);
        self.now = self.parts.clock.now();
        for _ in 0..FOLDED_AT_ONCE {
            let Some(msg) = next.take() else { break };
            if self.take(msg)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            next = self.ready();
        }
        match next {
            Some(msg) => self.take(msg),
            None => Ok(ControlFlow::Continue(())),
        }
    }

    /// Draws what changed. What the console is told about the frame causes another one only where lines waited for that, and where it is
    /// out only later, it is told so then.
    fn draw(&mut self) -> Result<ControlFlow<()>, ConsoleError> {
        let is_settling = self.resizing.is_some_and(|it| it.draws_at > Instant::now());
        if is_settling || self.lent.is_some() || self.lost.is_some() {
            return Ok(ControlFlow::Continue(()));
        }
        while std::mem::take(&mut self.is_dirty) {
            if self.resizing.take().is_some() {
                // Terminals cut what no longer fits: what is drawn next must not rely on what was there.
                self.parts.screen.clear()?;
            }
            let parts = &mut self.parts;
            parts.app.look();
            if let Err(error) = parts.screen.draw(&parts.app, &parts.look, self.now) {
                let msg = self.lose(error);
                return self.take(msg);
            }
            if !parts.screen.is_shown() {
                break;
            }
            // The time after the write, which may have taken long: nobody could read it before.
            let shown = self.parts.clock.now();
            if self.fold_at(Msg::Drawn, shown)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
            let spoken = self.parts.app.spoken.as_deref();
            self.is_dirty = spoken.is_some_and(Spoken::is_ahead);
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Waits for the next thing to happen. Biased: the operator's stop must beat traffic, and a key must beat a fact.
    async fn wait(&mut self) -> Result<Msg, ConsoleError> {
        let (parts, resizing) = (&mut self.parts, self.resizing);
        // Nothing is drawn while a pager has the terminal, so no size is waited for.
        let due = resizing.filter(|_| self.lent.is_none());
        let settled = due.map_or(self.next_tick, |it| it.draws_at);
        let msg = tokio::select! {
            biased;
            Some(signal) = parts.stops.recv() => Some(self.heard(signal)),
            // What was held back meanwhile is drawn next; if that is nothing, everything is out.
            shown = parts.screen.shown(), if self.lost.is_none() => Some(match shown {
                Ok(()) => Msg::Tick,
                Err(error) => self.lose(error),
            }),
            key = parts.input.recv(), if self.lost.is_none() && parts.app.takes_input() => key,
            () = ended(&mut self.lent), if self.lent.is_some() => Some(self.come_back()?),
            Some(answer) = self.answers.1.recv() => Some(answer),
            fact = parts.facts.recv() => Some(fact.map(Msg::Fact).ok_or(ConsoleError::EngineGone)?),
            () = tokio::time::sleep_until(self.next_tick.min(settled)) => Some(self.tick()),
            // Whoever shares this thread has their turn first.
            () = tokio::task::yield_now(), if parts.app.has_spare_work() => Some(Msg::Spare),
        };
        Ok(msg.unwrap_or_else(|| self.lose(gone())))
    }

    /// What has happened already, in the same order. A tick that is due comes before facts: ages and countdowns go on in a flood.
    fn ready(&mut self) -> Option<Msg> {
        if let Ok(signal) = self.parts.stops.try_recv() {
            return Some(self.heard(signal));
        }
        if self.parts.app.takes_input()
            && let Ok(typed) = self.parts.input.try_recv()
        {
            return Some(typed);
        }
        if self.next_tick <= Instant::now() {
            return Some(self.tick());
        }
        let answer = self.answers.1.try_recv().ok();
        answer.or_else(|| self.parts.facts.try_recv().map(Msg::Fact).ok())
    }

    /// The tick, or the wish to leave when the terminal is gone: nobody is told of that by a key, and not always by a signal.
    fn tick(&mut self) -> Msg {
        let pause = if self.parts.app.is_moving() {
            QUICK_TICK
        } else {
            TICK
        };
        self.next_tick = Instant::now() + pause;
        if self.lost.is_some() || self.parts.screen.is_there() {
            Msg::Tick
        } else {
            self.lose(gone())
        }
    }

    /// Folds one message that may change what is to be seen.
    fn take(&mut self, mut msg: Msg) -> Result<ControlFlow<()>, ConsoleError> {
        if matches!(msg, Msg::Spare) {
            let before = self.parts.app.progress();
            let flow = self.fold(msg)?;
            self.is_dirty |= before != self.parts.app.progress();
            return Ok(flow);
        }
        self.is_dirty = true;
        if self.lent.is_some() && is_typed(&msg) {
            // It came before the pager had the terminal, and was meant for it.
            return Ok(ControlFlow::Continue(()));
        }
        if let Msg::Mouse(mouse) = &mut msg {
            mouse.on = self.parts.screen.spot(mouse.x, mouse.y);
        }
        match msg {
            Msg::Resized { .. } => self.settle(),
            Msg::Signal(signal) if signal != Signal::Suspend => self.is_asked_to_leave = true,
            _ => {}
        }
        self.fold(msg)
    }

    /// A size came: the frame waits for the last of them.
    fn settle(&mut self) {
        let now = Instant::now();
        let began = self.resizing.map_or(now, |it| it.began);
        self.resizing = Some(Resizing {
            began,
            draws_at: (now + SETTLING).min(began + STORM),
        });
    }

    /// Folds one message and does what the console asks for.
    fn fold(&mut self, msg: Msg) -> Result<ControlFlow<()>, ConsoleError> {
        self.fold_at(msg, self.now)
    }

    fn fold_at(&mut self, msg: Msg, now: Timestamp) -> Result<ControlFlow<()>, ConsoleError> {
        for effect in app::update(&mut self.parts.app, msg, now) {
            if self.perform(effect)?.is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The pager has ended: the terminal is taken back, and drawn whole.
    fn come_back(&mut self) -> Result<Msg, ConsoleError> {
        self.lent = None;
        self.pagers_until = Some(Instant::now() + LATE);
        let said = match self.parts.screen.take_back() {
            Ok(said) => said,
            Err(error) => return Ok(self.lose(error)),
        };
        self.measure()?;
        Ok(said.map_or(Msg::Tick, Msg::Said))
    }

    /// Tells the console how large the screen is.
    fn measure(&mut self) -> Result<(), ConsoleError> {
        let (width, height) = self.parts.screen.size()?;
        let _ = self.take(Msg::Resized { width, height })?;
        // Nobody is pulling at a window here.
        self.resizing = None;
        self.parts.screen.clear()?;
        Ok(())
    }
}

/// Waits for the end of a pager. However the one who tells it ends, it has ended.
async fn ended(lent: &mut Option<oneshot::Receiver<()>>) {
    if let Some(lent) = lent {
        let _ = lent.await;
    }
}

/// It came from a hand, for what is to be seen on the screen.
fn is_typed(msg: &Msg) -> bool {
    matches!(msg, Msg::Key(_) | Msg::Paste(_) | Msg::Mouse(_))
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::NotConnected, "it is gone")
}

#[cfg(test)]
mod tests;
