//! For whom the sign-in stands: asked before a run is opened, and again before the first request after every new token (I22).

use std::time::Duration;

use crate::domain::failure::Failure;
use crate::domain::plan::Scope;
use crate::engine::Parts;
use crate::engine::ports::{Lane, Terminator};

/// Tries of a question that fails for a passing reason, and the first wait between two; doubled each time.
const TRIES: u32 = 3;
const WAIT: Duration = Duration::from_millis(250);

/// Nothing where it stands for whom plans are made here; else in words for whom it stands.
pub(super) async fn look<T: Terminator, R, C>(
    parts: &Parts<T, R, C>,
) -> Result<Option<String>, Failure> {
    let here = ask(parts).await?;
    let is_same = |a: &Scope, b: &Scope| {
        a.org_id == b.org_id && a.api_host == b.api_host && a.client_id == b.client_id
    };
    if is_same(&here, &parts.scope) {
        return Ok(None);
    }
    Ok(Some(format!(
        "the sign-in stands for organisation {} on {}, not for {} on {}",
        here.org_id, here.api_host, parts.scope.org_id, parts.scope.api_host
    )))
}

async fn ask<T: Terminator, R, C>(parts: &Parts<T, R, C>) -> Result<Scope, Failure> {
    let mut tries = 0;
    loop {
        let pass = parts.limiter.acquire(Lane::Act, 1).await;
        match parts.org.identity(pass).await {
            Err(failure) if failure.is_passing() && tries + 1 < TRIES => {
                tokio::time::sleep(WAIT * (1 << tries)).await;
                tries += 1;
            }
            answer => return answer,
        }
    }
}
