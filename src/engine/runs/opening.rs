//! Everything that must hold before a run may send: the plan is whole and made for here, the sign-in stands for the same
//! organisation, the journal has taken the run.

use std::sync::Arc;

use jiff::SignedDuration;

use super::sign_in;
use crate::domain::fact::RunEvent;
use crate::domain::ids::RunId;
use crate::domain::moment::since;
use crate::domain::plan::Plan;
use crate::domain::run::Run;
use crate::domain::skew;
use crate::engine::Parts;
use crate::engine::ports::{Clock, Recorder, RunDraft, Terminator};

/// A run confirmed longer ago than this is only read when it is resumed: the world has moved on.
const TOO_OLD: SignedDuration = SignedDuration::from_mins(30);

/// Everything that must hold before a new run exists.
pub(super) async fn begin<T: Terminator, R: Recorder, C: Clock>(
    parts: &Parts<T, R, C>,
    plan: Arc<Plan>,
    note: Option<String>,
) -> Result<(Run, Vec<RunEvent>), String> {
    plan.check_scope(&parts.scope)
        .map_err(|refused| refused.to_string())?;
    if plan.computed_hash() != plan.hash {
        return Err(crate::domain::plan::PlanRefused::Edited.to_string());
    }
    plan.check_sense().map_err(|refused| refused.to_string())?;
    if plan.items.is_empty() {
        return Err("the plan holds nothing to end".to_owned());
    }
    if plan.items.len() > parts.max_batch {
        return Err(format!(
            "{} is over the limit of {} chats in a run. Narrow the choice, or raise limits.max_batch",
            plan.items.len(),
            parts.max_batch
        ));
    }
    check_here(parts).await?;
    let draft = RunDraft {
        plan,
        operator: parts.operator.clone(),
        label: parts.label.clone(),
        note,
        api_url: parts.api_url.clone(),
    };
    let header = parts
        .recorder
        .open(draft, parts.clock.now())
        .await
        .map_err(|failure| failure.to_string())?;
    Ok((
        Run::new(header, parts.timings.clone()),
        vec![RunEvent::Confirmed],
    ))
}

/// Everything that must hold before an unfinished run goes on.
pub(super) async fn resume<T: Terminator, R: Recorder, C: Clock>(
    parts: &Parts<T, R, C>,
    id: RunId,
) -> Result<(Run, Vec<RunEvent>), String> {
    check_here(parts).await?;
    let run = parts
        .recorder
        .reopen(id)
        .await
        .map_err(|failure| failure.to_string())?;
    let ready = || {
        run.header
            .plan
            .check_scope(&parts.scope)
            .map_err(|refused| refused.to_string())?;
        run.confirmed.ok_or_else(|| {
            format!("run {id} was never confirmed, so nothing was sent. Make a new plan")
        })
    };
    let confirmed = match ready() {
        Ok(confirmed) => confirmed,
        Err(why) => {
            parts.recorder.release().await;
            return Err(why);
        }
    };
    let mut first = vec![RunEvent::Recovered];
    let age = since(confirmed, parts.clock.now());
    // A confirmation that lies ahead was made by another clock: nobody knows how old it is.
    if age > TOO_OLD || age.is_negative() {
        first.push(RunEvent::Stopped {
            by: "confirmed over 30 minutes ago: it is only read".to_owned(),
        });
    }
    Ok((run, first))
}

/// The token must stand for the organisation, host and client that plans are made for, and the two clocks must not be too far apart.
async fn check_here<T: Terminator, R, C>(parts: &Parts<T, R, C>) -> Result<(), String> {
    match sign_in::look(parts).await {
        Ok(None) => {
            let apart = parts.org.clock_ahead().and_then(skew::refusal);
            apart.map_or(Ok(()), Err)
        }
        Ok(Some(other)) => Err(format!("{other}. Nothing was sent; check the profile")),
        Err(failure) => Err(format!(
            "the organisation could not be checked: {}",
            failure.words()
        )),
    }
}
