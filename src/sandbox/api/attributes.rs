//! Participant data: attributes are set, and conversations are found by them.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `PATCH …/participants/{pid}/attributes`.
pub(in crate::sandbox) fn update(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `POST /conversations/participants/attributes/search`.
pub(in crate::sandbox) fn search(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
