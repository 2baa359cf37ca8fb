//! Joining a sandbox that runs already: what it says of itself, asked at its address.

use super::carrier::Carrier;
use super::client::{Timeouts, connection};
use crate::domain::failure::{Failure, FailureKind};
use crate::engine::ports::{Clock, Limiter};
use crate::settings::Welcome;
use crate::settings::region::Addresses;

/// Asks a sandbox for its start line: `GET {url}/sandbox/`. Only loopback addresses are asked, for the answer holds a secret.
pub async fn join<C: Clock>(url: &str, timeouts: Timeouts, clock: C) -> Result<Welcome, Failure> {
    let not_sent = |why: &str| Failure::local(FailureKind::NotSent, why);
    let here = Addresses::of_loopback(url, url).map_err(|error| not_sent(&error.to_string()))?;
    let http = connection(timeouts, true, None, None)?;
    let carrier = Carrier::new(http, Limiter::new(60), clock);
    let request = carrier
        .http
        .get(format!("{}/sandbox/", here.api))
        .build()
        .map_err(|error| not_sent(&error.without_url().to_string()))?;
    let welcome: Welcome = carrier.carry(request).await?.content()?;
    // The sandbox names its addresses itself; they must be the kind that was asked.
    Addresses::of_loopback(&welcome.url, &welcome.login_url)
        .map_err(|error| not_sent(&error.to_string()))?;
    Ok(welcome)
}
