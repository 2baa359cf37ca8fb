//! What only agents do: parking, monitoring, taking over.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `PATCH …/participants/{pid}/parkingstate`.
pub(in crate::sandbox) fn park(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `POST …/participants/{pid}/monitor`.
pub(in crate::sandbox) fn monitor(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `POST …/participants/{pid}/takeover`.
pub(in crate::sandbox) fn take_over(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
