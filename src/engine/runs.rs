//! Carries one run out, from what must hold before it (`opening`) through every request (`driver`) to its last fact.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::Parts;
use super::ports::{Clock, Recorder, Terminator};
use crate::domain::feed::Fact;
use crate::domain::ids::RunId;
use crate::domain::plan::Plan;
use crate::domain::run::Run;

mod driver;
mod opening;
mod sign_in;

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

/// What the operator wants of the run under way.
pub(super) enum Control {
    /// Pause it, or go on.
    Pause(bool),
    /// Start nothing new; said twice, wait no longer.
    Stop(String),
}

/// Carries a job out from its first check to its last fact; gives the run where it has come to its end.
pub(super) async fn carry_out<T: Terminator, R: Recorder, C: Clock>(
    parts: Parts<T, R, C>,
    job: Job,
    control: mpsc::Receiver<Control>,
    facts: mpsc::Sender<Fact>,
) -> Option<Run> {
    let opened = match job {
        Job::Begin { plan, note } => opening::begin(&parts, plan, note).await,
        Job::Resume(run) => opening::resume(&parts, run).await,
    };
    let (run, first) = match opened {
        Ok(opened) => opened,
        Err(why) => {
            let _ = facts.send(Fact::RunRefused { why }).await;
            return None;
        }
    };
    let _ = facts.send(Fact::RunOpened(Box::new(run.clone()))).await;
    let recorder = parts.recorder.clone();
    let id = run.header.id;
    let mut driver = driver::Driver::new(parts, run, facts.clone());
    let why = match driver.drive(first, control).await {
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
