//! Channels and subscriptions by REST; the channels themselves are in `notify`.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// `GET /notifications/availabletopics`.
pub(in crate::sandbox) fn topics(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /notifications/channels`.
pub(in crate::sandbox) fn channels(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `POST /notifications/channels`.
pub(in crate::sandbox) fn open(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `HEAD /notifications/channels/{id}`.
pub(in crate::sandbox) fn alive(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET …/subscriptions`.
pub(in crate::sandbox) fn subscriptions(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `POST …/subscriptions`: adds.
pub(in crate::sandbox) fn subscribe(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `PUT …/subscriptions`.
pub(in crate::sandbox) fn replace(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `DELETE …/subscriptions`.
pub(in crate::sandbox) fn clear(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
