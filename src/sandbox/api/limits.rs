//! The limits of the organisation by namespace, those that hold and those that are usual.

use super::listing::{Pages, page};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde_json::{Value, json};

/// The namespaces, and in each the usual limits. `platform.api` has the keys of the platform
/// (`genesys-api.md` 7); the values of the others are known, how their keys are spelt is not.
const NAMESPACES: [(&str, &[(&str, u64)]); 7] = [
    (
        "platform.api",
        &[
            (CLIENT_RATE, 300),
            (TOKEN_RATE, 300),
            ("org.app.user.rate.per.minute", 3000),
            ("request.bytes.max", 512_000),
        ],
    ),
    (
        "analytics",
        &[
            ("conversation.details.query.interval.days.max", 31),
            ("conversation.details.query.page.size.max", 100),
            ("conversation.details.query.results.max", 100_000),
        ],
    ),
    (
        "analytics.realtime",
        &[("queue.observations.details.max", 100)],
    ),
    (
        "conversation",
        &[
            ("messages.bulk.ids.max", 1000),
            ("threading.timeline.minutes.max", 4320),
        ],
    ),
    ("messaging", &[("agent.message.characters.max", 4000)]),
    (
        "notifications",
        &[
            ("channels.per.user.per.application.max", 20),
            ("channel.hours.max", 24),
            ("topics.per.channel.max", 1000),
        ],
    ),
    (
        "web.messaging",
        &[
            ("connections.per.session.max", 3),
            ("deployment.connections.per.minute", 1000),
            ("connection.requests.per.minute", 60),
            ("session.configure.per.minute", 60),
            ("session.history.per.minute", 10),
            ("session.messages.per.second", 5),
            ("guest.message.bytes.max", 4096),
            ("custom.attributes.bytes.max", 2048),
        ],
    ),
];
const CLIENT_RATE: &str = "client.credentials.token.rate.per.minute";
const TOKEN_RATE: &str = "token.rate.per.minute";

/// `GET /organizations/limits/namespaces`.
pub(in crate::sandbox) fn namespaces(
    _service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let pages = Pages {
        usual: 100,
        ..Pages::USUAL
    };
    page(call.request, &NAMESPACES, pages, |(name, _)| json!(name))
}

/// `GET /organizations/limits/namespaces/{name}`: what holds now.
pub(in crate::sandbox) fn held(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let rate = u64::from(service.platform.rate_limit);
    shown(call, |key, usual| match key {
        CLIENT_RATE | TOKEN_RATE => rate,
        _ => usual,
    })
}

/// `GET /organizations/limits/namespaces/{name}/defaults`.
pub(in crate::sandbox) fn usual(
    _service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    shown(call, |_, usual| usual)
}

fn shown(call: &Call<'_>, value: impl Fn(&str, u64) -> u64) -> Result<Answer, Refusal> {
    let wanted = call.pieces.first().copied();
    let found = NAMESPACES.iter().find(|(name, _)| Some(*name) == wanted);
    let (namespace, limits) = found.ok_or_else(Refusal::not_found)?;
    let limit = |(key, usual): &(&str, u64)| json!({ "key": key, "namespace": namespace, "value": value(key, *usual) });
    let entities: Vec<Value> = limits.iter().map(limit).collect();
    Ok(Answer::ok(json!({ "entities": entities })))
}
