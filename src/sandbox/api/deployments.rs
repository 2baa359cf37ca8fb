//! Web deployments, and a guest's own history.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `GET /webdeployments/deployments`.
pub(in crate::sandbox) fn all(_service: &mut Service, _call: &Call<'_>) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /webdeployments/deployments/{id}`.
pub(in crate::sandbox) fn one(_service: &mut Service, _call: &Call<'_>) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /webmessaging/messages`.
pub(in crate::sandbox) fn guest_history(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
