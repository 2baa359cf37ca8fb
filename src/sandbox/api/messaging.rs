//! How messaging is set up: integrations, settings, the threading window.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `GET /conversations/messaging/integrations`.
pub(in crate::sandbox) fn integrations(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /conversations/messaging/settings`.
pub(in crate::sandbox) fn settings(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /conversations/messaging/threadingtimeline`.
pub(in crate::sandbox) fn threading(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
