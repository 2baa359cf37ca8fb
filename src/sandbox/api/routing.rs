//! Queues and wrap-up codes.

use super::listing::{listing, single};
use super::picture::reference;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::Named;
use serde_json::Value;

/// `GET /routing/queues`.
pub(in crate::sandbox) fn queues(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    listing(call.request, &service.world.directory.queues, shown_queue)
}

/// `GET /routing/queues/{id}`.
pub(in crate::sandbox) fn queue(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    single(
        &service.world.directory.queues,
        call.pieces.last().copied(),
        shown_queue,
    )
}

/// `GET /routing/queues/{id}/wrapupcodes`.
pub(in crate::sandbox) fn codes_of_queue(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    single(
        &service.world.directory.queues,
        call.pieces.first().copied(),
        shown_queue,
    )?;
    codes(service, call)
}

/// `GET /routing/wrapupcodes`.
pub(in crate::sandbox) fn codes(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    listing(call.request, &service.world.directory.codes, shown_code)
}

/// `GET /routing/wrapupcodes/{id}`.
pub(in crate::sandbox) fn code(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    single(
        &service.world.directory.codes,
        call.pieces.last().copied(),
        shown_code,
    )
}

/// `GET /routing/queues/divisionviews`.
pub(in crate::sandbox) fn queue_views(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /routing/queues/divisionviews/all`.
pub(in crate::sandbox) fn all_queue_views(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

/// `GET /routing/wrapupcodes/divisionviews`.
pub(in crate::sandbox) fn code_views(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Err(Refusal::not_served())
}

fn shown_queue(named: &Named) -> Value {
    reference(named, "routing/queues")
}

fn shown_code(named: &Named) -> Value {
    reference(named, "routing/wrapupcodes")
}
