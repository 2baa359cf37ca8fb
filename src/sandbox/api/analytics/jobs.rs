//! Asynchronous details queries over the data lake.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `POST …/details/jobs`.
pub(in crate::sandbox) fn start(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET …/jobs/availability`.
pub(in crate::sandbox) fn availability(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET …/jobs/{id}`.
pub(in crate::sandbox) fn status(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `DELETE …/jobs/{id}`.
pub(in crate::sandbox) fn cancel(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET …/jobs/{id}/results`.
pub(in crate::sandbox) fn results(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
