//! Carries one run out, from what must hold before it (`opening`) through every request (`driver`) to its last fact.

use std::sync::Arc;

use tokio::sync::{mpsc, watch};

use super::Parts;
use super::ears::Queues;
use super::ports::{Clock, Recorder, Terminator};
use crate::domain::fact::RunEvent;
use crate::domain::feed::Fact;
use crate::domain::ids::RunId;
use crate::domain::plan::Plan;
use crate::domain::roster::Roster;
use crate::domain::rules::Rules;
use crate::domain::run::Run;
use crate::domain::run::machine::PAUSED_BY_OPERATOR;
use crate::domain::sighting::Event;

mod driver;
mod opening;
mod sign_in;

/// What guards are judged by at the check, and where events are listened for.
#[derive(Clone)]
pub(super) struct Standing {
    /// The rules and guards in force now; they can change while a run goes on.
    pub(super) rules: watch::Receiver<Option<Arc<Rules>>>,
    /// What planning knew of the conversations.
    pub(super) known: Roster,
    /// The queues that are listened to: a run adds those of what it reads.
    pub(super) queues: Queues,
}

/// What is to be carried out.
pub(super) enum Job {
    /// A plan whose phrase was typed.
    Begin {
        /// The plan.
        plan: Arc<Plan>,
        /// Why.
        note: Option<String>,
    },
    /// An unfinished run, whose phrase was typed.
    Resume(RunId),
}

/// What the operator wants of the run under way, or must not wait.
pub(super) enum Control {
    /// Pause it, or go on.
    Pause(bool),
    /// Start nothing new; said twice, wait no longer.
    Stop(String),
    /// The sign-in was revoked, and how that is known.
    Revoked(String),
}

/// What a run under way is told. What is wanted of it has a way of its own: no flood of events is before a stop.
pub(super) struct Inbox {
    /// What is wanted, which is little and never waits.
    pub(super) control: mpsc::UnboundedReceiver<Control>,
    /// What events showed of conversations, be they this run's or not.
    pub(super) events: mpsc::Receiver<Event>,
}

/// Opens a run, unless it is stopped before it is open. A pause that was asked for meanwhile begins with it.
async fn open<T: Terminator, R: Recorder, C: Clock>(
    parts: &Parts<T, R, C>,
    job: Job,
    control: &mut mpsc::UnboundedReceiver<Control>,
) -> Result<(Run, Vec<RunEvent>), String> {
    let opening = async {
        match job {
            Job::Begin { plan, note } => opening::begin(parts, plan, note).await,
            Job::Resume(run) => opening::resume(parts, run).await,
        }
    };
    tokio::pin!(opening);
    let mut paused = None;
    loop {
        let wish = tokio::select! {
            biased;
            wish = control.recv() => wish,
            opened = &mut opening => {
                let (run, mut first) = opened?;
                first.extend(paused.map(|why| RunEvent::Paused { why }));
                return Ok((run, first));
            }
        };
        match wish {
            Some(Control::Pause(pause)) => paused = pause.then(|| PAUSED_BY_OPERATOR.to_owned()),
            Some(Control::Revoked(why)) => paused = Some(why),
            // Whoever could ask is gone: that is a stop as well. The journal may have taken the run already.
            Some(Control::Stop(_)) | None => {
                parts.recorder.release().await;
                return Err("it was stopped before it began".to_owned());
            }
        }
    }
}

/// Carries a job out from its first check to its last fact, with what events showed in the minute before; gives the run where it has come to its end.
pub(super) async fn carry_out<T: Terminator, R: Recorder, C: Clock>(
    parts: Parts<T, R, C>,
    standing: Standing,
    job: Job,
    seen: Vec<Event>,
    mut inbox: Inbox,
    facts: mpsc::Sender<Fact>,
) -> Option<Run> {
    let (run, first) = match open(&parts, job, &mut inbox.control).await {
        Ok(opened) => opened,
        Err(why) => {
            let _ = facts.send(Fact::RunRefused { why }).await;
            return None;
        }
    };
    let _ = facts.send(Fact::RunOpened(Box::new(run.clone()))).await;
    let recorder = parts.recorder.clone();
    let id = run.header.id;
    let mut driver = driver::Driver::new(parts, standing, run, facts.clone());
    let why = match driver.drive(first, seen, inbox).await {
        Ok(()) if driver.is_finished() => None,
        Ok(()) => Some(format!(
            "run {id} was left before every outcome was known; nothing more is sent. Next: `unstick runs resume {id}` reads what became of it"
        )),
        Err(failure) => {
            driver.let_in_flight_land().await;
            Some(failure.to_string())
        }
    };
    if let Some(why) = why {
        let _ = facts.send(Fact::RunRefused { why }).await;
    }
    recorder.release().await;
    driver.finished()
}
