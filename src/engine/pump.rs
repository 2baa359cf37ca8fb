//! Routes commands: what concerns the list goes to the poller, what concerns a run to the run's own task.

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinError, JoinHandle, JoinSet};

use crate::domain::feed::{Command, Fact};
use crate::domain::run::Run;

use super::Parts;
use super::poller::Poller;
use super::ports::{Clock, Org, Recorder, Terminator};
use super::runs::{self, Control, Job};
use super::watch::watch as look_on;

const READ_ONLY: &str =
    "this profile is read-only. Set `write = true` in the profile, or start with --write";

/// The loop of an engine that only looks.
pub(super) async fn read_only<O: Org, C: Clock>(
    mut poller: Poller<O, C>,
    mut commands: mpsc::UnboundedReceiver<Command>,
    facts: mpsc::Sender<Fact>,
) {
    loop {
        poller.prepare().await;
        tokio::select! {
            biased;
            command = commands.recv() => match command {
                None | Some(Command::Shutdown) => return,
                Some(Command::Start { .. } | Command::Resume(_)) => {
                    let _ = facts.send(Fact::RunRefused { why: READ_ONLY.to_owned() }).await;
                }
                Some(command) => poller.command(command),
            },
            done = poller.event() => poller.absorb(done).await,
        }
    }
}

/// The loop of an engine that may carry plans out: one run at a time.
pub(super) async fn with_runs<T: Terminator, R: Recorder, C: Clock>(
    parts: Parts<T, R, C>,
    mut commands: mpsc::UnboundedReceiver<Command>,
    facts: mpsc::Sender<Fact>,
) {
    let mut poller = Poller::new(
        parts.org.clone(),
        parts.clock.clone(),
        parts.limiter.clone(),
        facts.clone(),
        parts.horizon_days,
        parts.polls,
    );
    let (follow, rules) = watch::channel(parts.rules.clone());
    let mut going: Option<Going> = None;
    // They end with this loop.
    let mut watches = JoinSet::new();
    loop {
        poller.prepare().await;
        tokio::select! {
            biased;
            command = commands.recv() => match command {
                None | Some(Command::Shutdown) => break,
                Some(Command::Start { plan, note }) => start(&parts, &rules, &facts, &mut going, Job::Begin { plan, note }).await,
                Some(Command::Resume(run)) => start(&parts, &rules, &facts, &mut going, Job::Resume(run)).await,
                Some(Command::Follow(rules)) => drop(follow.send_replace(rules)),
                Some(Command::PauseRun(pause)) => tell(going.as_ref(), Control::Pause(pause)).await,
                Some(Command::StopRun { by }) => tell(going.as_ref(), Control::Stop(by)).await,
                Some(command) => poller.command(command),
            },
            ended = finished(&mut going) => {
                going = None;
                while watches.try_join_next().is_some() {}
                let run = ended.unwrap_or_else(fall_as_well);
                if let Some(run) = run.filter(|_| parts.polls) {
                    watches.spawn(look_on(parts.clone(), run, facts.clone()));
                }
                // What it ended is to leave the list now, not at the next slow listing.
                if parts.polls {
                    poller.command(Command::Refresh);
                }
            }
            done = poller.event() => poller.absorb(done).await,
        }
        poller.is_yielding = going.is_some();
    }
    if let Some(going) = going {
        let _ = going
            .control
            .send(Control::Stop("shutdown".to_owned()))
            .await;
        let _ = going.task.await.unwrap_or_else(fall_as_well);
    }
}

/// A run's task that fell over takes the engine with it: nobody would be told of the run any more. The panic was reported where it was;
/// the journal says how far the run came.
fn fall_as_well(error: JoinError) -> Option<Run> {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
    None
}

/// The run under way.
struct Going {
    control: mpsc::Sender<Control>,
    task: JoinHandle<Option<Run>>,
}

async fn start<T: Terminator, R: Recorder, C: Clock>(
    parts: &Parts<T, R, C>,
    rules: &runs::Standing,
    facts: &mpsc::Sender<Fact>,
    going: &mut Option<Going>,
    job: Job,
) {
    if going.is_some() {
        let why = "a run is going on. Wait for it, or stop it, then start this one".to_owned();
        let _ = facts.send(Fact::RunRefused { why }).await;
        return;
    }
    let (control, inbox) = mpsc::channel(8);
    let task = tokio::spawn(runs::carry_out(
        parts.clone(),
        rules.clone(),
        job,
        inbox,
        facts.clone(),
    ));
    *going = Some(Going { control, task });
}

async fn tell(going: Option<&Going>, control: Control) {
    if let Some(going) = going {
        let _ = going.control.send(control).await;
    }
}

/// Resolves when the run under way is over, with the run where it has come to its end; never when there is none.
async fn finished(going: &mut Option<Going>) -> Result<Option<Run>, JoinError> {
    match going {
        Some(going) => (&mut going.task).await,
        None => std::future::pending().await,
    }
}
