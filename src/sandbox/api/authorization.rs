//! Divisions, what the caller may do, and the scopes that there are.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `GET /authorization/divisions`.
pub(in crate::sandbox) fn divisions(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /authorization/subjects/me`.
pub(in crate::sandbox) fn subject(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /oauth/scopes`.
pub(in crate::sandbox) fn scopes(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
