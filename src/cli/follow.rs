//! Follows a run to its end without a screen: folds its facts, tells them, and passes on wishes to stop.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::connect::Connection;
use super::exit::Exit;
use super::guests::Guests;
use super::terminate::print_unkept;
use super::trouble::Trouble;
use super::{output, progress, report};
use crate::app::Signal;
use crate::domain::fact::{HaltCause, ItemEvent, RunEvent, RunFact};
use crate::domain::feed::{Command, Fact};
use crate::domain::ids::ConversationId;
use crate::domain::roster::Roster;
use crate::domain::rulings::{self, ReadRuling, Then};
use crate::domain::run::Run;
use crate::domain::told::Telling;
use crate::engine::Engine;
use crate::journal::Journal;
use crate::tui;

/// How long a stopped run is waited for: what is in flight settles in 35 s at most, and is then recorded.
const SETTLE: Duration = Duration::from_secs(37);
/// Facts on their way.
const WAITING: usize = 256;

/// How facts are told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Voice {
    /// Facts and summary as JSON lines on stdout.
    json: bool,
    /// One line a step on stderr.
    steps: bool,
}

impl Voice {
    /// With JSON on stdout, steps in words only where a person watches.
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            steps: !json || output::is_watched(),
        }
    }

    /// For whoever tells himself how it came out: no steps, but where a person watches.
    pub(super) fn of_sweep(json: bool) -> Self {
        Self {
            json,
            steps: output::is_watched(),
        }
    }
}

/// A run as far as it was told.
pub(super) struct Followed {
    run: Option<Run>,
    voice: Voice,
    /// What the newest fact would make a run pause for: the cause of a pause that follows it.
    cause: Option<HaltCause>,
    /// What made the run pause.
    pause: Option<HaltCause>,
    /// Why it was not opened, or could not go on.
    refusal: Option<String>,
    /// Somebody wants it to stop: a signal, or a reader who went away.
    is_interrupted: bool,
    is_heard: bool,
    /// What guests were told of its chats, asked after its end.
    told: Vec<(ConversationId, Telling)>,
}

/// Follows a run as [`carry`] does, and reports.
pub(super) async fn follow(
    connection: &Connection,
    journal: Journal,
    command: Command,
    stops: &mut mpsc::Receiver<Signal>,
    voice: Voice,
    guests: &Guests,
    known: Roster,
) -> Result<Exit, Trouble> {
    carry(connection, journal, command, stops, voice, guests, known)
        .await?
        .finish()
}

/// Starts an engine, asks it for this run, of whose conversations so much is known, and follows it.
pub(super) async fn carry(
    connection: &Connection,
    journal: Journal,
    command: Command,
    stops: &mut mpsc::Receiver<Signal>,
    voice: Voice,
    guests: &Guests,
    known: Roster,
) -> Result<Followed, Trouble> {
    let (told, mut facts) = mpsc::channel(WAITING);
    let (engine, task) = Engine::spawn(connection.parts(journal.clone(), false)?, told);
    engine.send(Command::KnowRows(Box::new(known)));
    engine.send(command);
    let mut followed = Followed {
        run: None,
        voice,
        cause: None,
        pause: None,
        refusal: None,
        is_interrupted: false,
        is_heard: true,
        told: Vec::new(),
    };
    let mut suspensions = tui::suspensions()?;
    let mut wishes = 0;
    let mut is_stopping = false;
    let mut patience: Option<Instant> = None;
    while !followed.is_over() {
        let wish = tokio::select! {
            biased;
            Some(_) = stops.recv() => {
                wishes += 1;
                followed.is_interrupted = true;
                stop_harder(wishes)
            }
            Some(_) = suspensions.recv() => {
                output::words("a run is under way: Ctrl-C stops it; it is not suspended");
                Wish::Nothing
            }
            fact = facts.recv() => match fact {
                Some(fact) => followed.take(fact),
                None => break,
            },
            () = tokio::time::sleep_until(patience.unwrap_or_else(Instant::now)), if patience.is_some() => {
                Wish::Leave
            }
        };
        match wish {
            // To the engine a second stop means "wait no longer", and that is only for a person to say.
            Wish::Stop(by) if !is_stopping => {
                is_stopping = true;
                patience = Some(Instant::now() + SETTLE);
                engine.send(Command::StopRun { by });
            }
            Wish::Nothing | Wish::Stop(_) => {}
            Wish::Leave => {
                patience = None;
                engine.send(Command::Shutdown);
            }
            Wish::Vanish => break,
        }
    }
    drop(facts);
    engine.send(Command::Shutdown);
    if wishes < 3 {
        // A panic in there was reported; the journal says how far it came.
        let _ = task.await;
    }
    print_unkept(&journal).await;
    if let Some(run) = &followed.run {
        followed.told = guests.after(run, connection).await;
    }
    Ok(followed)
}

/// The exit code of a run that was opened like this and then told as these facts.
pub(super) fn code_of(opened: Run, facts: &[RunFact]) -> Exit {
    let mut followed = Followed {
        run: Some(opened),
        voice: Voice {
            json: false,
            steps: false,
        },
        cause: None,
        pause: None,
        refusal: None,
        // A stop that is among them was somebody's wish.
        is_interrupted: true,
        is_heard: true,
        told: Vec::new(),
    };
    for fact in facts {
        // What a command would ask for next was asked for by whoever carried the run out.
        followed.fold(fact);
    }
    let pause = followed.pause;
    followed
        .run
        .map_or(Exit::Internal, |run| Exit::of_run(&run, pause, true))
}

/// What the engine is asked for next.
enum Wish {
    Nothing,
    /// Start nothing new.
    Stop(String),
    /// Wait no longer.
    Leave,
    /// Exit at once.
    Vanish,
}

/// First stop lets what is in flight settle, the second stops waiting, the third exits.
fn stop_harder(wishes: u32) -> Wish {
    match wishes {
        1 => {
            output::words(
                "stopping: nothing new is started, what is in flight settles (35 s at most)",
            );
            Wish::Stop("signal".to_owned())
        }
        2 => Wish::Leave,
        _ => Wish::Vanish,
    }
}

impl Followed {
    fn is_over(&self) -> bool {
        self.refusal.is_some() || self.run.as_ref().is_some_and(|run| run.finished.is_some())
    }

    /// Folds and tells a fact; answers with what follows from it.
    fn take(&mut self, fact: Fact) -> Wish {
        match fact {
            Fact::RunOpened(run) => {
                self.tell_json(&serde_json::json!({ "event": "opened", "header": run.header }));
                // A resumed run is not finished any more, whatever the journal says of the time before.
                let mut run = *run;
                run.finished = None;
                self.run = Some(run);
            }
            Fact::RunRefused { why } => self.refusal = Some(why),
            Fact::Run(_, fact) => return self.fold(&fact),
            Fact::Listing(_)
            | Fact::Read { .. }
            | Fact::Gauge(_)
            | Fact::Names(_)
            | Fact::Codes { .. }
            | Fact::Events(_)
            | Fact::Learned(_)
            | Fact::Raw { .. }
            | Fact::Requests { .. }
            | Fact::AllRequests(_)
            | Fact::Transcript { .. } => {}
        }
        self.heard()
    }

    fn fold(&mut self, fact: &RunFact) -> Wish {
        self.tell_json(fact);
        if let Some(run) = &mut self.run {
            run.apply(fact);
            if let RunEvent::Item { conversation, what } = &fact.event {
                self.cause = cause(run, *conversation, what);
            }
            if self.voice.steps
                && let Some(line) = progress::line(run, fact)
            {
                output::words(&line);
            }
        }
        if let RunEvent::Paused { why } = &fact.event {
            // Nobody is there to let it go on.
            self.pause = self.cause.or(Some(HaltCause::TooMuchTrouble));
            return Wish::Stop(format!("paused without a screen: {why}"));
        }
        self.heard()
    }

    fn tell_json(&mut self, value: &impl serde::Serialize) {
        if self.voice.json && self.is_heard {
            self.is_heard = output::json_line(value).is_ok();
        }
    }

    /// A reader that goes away in the middle stops the run: nobody follows it any more.
    fn heard(&mut self) -> Wish {
        let is_stopped = self
            .run
            .as_ref()
            .is_some_and(|run| run.cut_short.is_some() || run.finished.is_some());
        if self.is_heard || is_stopped {
            Wish::Nothing
        } else {
            self.is_interrupted = true;
            Wish::Stop("the reader of the output has gone".to_owned())
        }
    }

    /// The run, where it was confirmed: else nothing can have been sent.
    pub(super) fn run(&self) -> Option<&Run> {
        self.run.as_ref().filter(|run| run.confirmed.is_some())
    }

    /// How it came out.
    pub(super) fn exit(&self) -> Option<Exit> {
        let run = self.run()?;
        Some(Exit::of_run(run, self.pause, self.is_interrupted))
    }

    /// Somebody wanted it to stop.
    pub(super) fn is_interrupted(&self) -> bool {
        self.is_interrupted
    }

    /// Why it was not opened, or could not go on.
    pub(super) fn refusal(&self) -> Option<&str> {
        self.refusal.as_deref()
    }

    /// Reports, and says how it came out.
    pub(super) fn finish(self) -> Result<Exit, Trouble> {
        let told = &self.told;
        let Some(run) = self.run.filter(|run| run.confirmed.is_some()) else {
            if self.is_interrupted {
                return Err(super::interrupted::interrupted());
            }
            let why = self
                .refusal
                .unwrap_or_else(|| "the run was not opened".to_owned());
            return Err(Trouble::said(Exit::Refused, why).hint("nothing was sent"));
        };
        let exit = Exit::of_run(&run, self.pause, self.is_interrupted);
        if self.voice.json {
            if self.is_heard {
                output::json_line(&report::summary(&run, exit, told))?;
            }
        } else {
            output::data(&report::page(&run, told))?;
        }
        match self.refusal {
            Some(why) => Err(Trouble::said(exit.min(Exit::NotEnded), why).hint(format!(
                "see what is known: unstick runs show {}",
                run.header.id.0
            ))),
            None => Ok(exit),
        }
    }
}

/// Why a failed request would make its run pause, by the same rulings as the run's own.
fn cause(run: &Run, conversation: ConversationId, what: &ItemEvent) -> Option<HaltCause> {
    match what {
        ItemEvent::ReadFailed { failure } => match rulings::of_read(failure) {
            ReadRuling::Pause(cause) => Some(cause),
            _ => failure.is_offline().then_some(HaltCause::Offline),
        },
        ItemEvent::Answered {
            failure: Some(failure),
            ..
        } => {
            let action = &run.item(conversation)?.sends.last()?.action;
            match rulings::of_send(action, failure).then {
                Then::Pause(cause) => Some(cause),
                _ => failure.is_offline().then_some(HaltCause::Offline),
            }
        }
        _ => None,
    }
}
