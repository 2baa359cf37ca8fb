//! `POST /analytics/conversations/activity/query`: what waits, alerts and interacts now.

use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};

/// Live observations by group.
pub(in crate::sandbox) fn query(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}
