//! Channels and subscriptions by REST; the channels themselves are in `notify`.

#![expect(
    clippy::unnecessary_wraps,
    reason = "the table of operations has one signature for all of them"
)]

mod available;

pub(in crate::sandbox) use available::topics;

use super::picture::time;
use crate::sandbox::exchange::Answer;
use crate::sandbox::notify::{Channel, Judged, Listener, Owner, Problem, Wish};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde_json::{Value, json};

/// `GET /notifications/channels`: those of the token, or all of the client's.
pub(in crate::sandbox) fn channels(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let included = call.request.query_values("includechannels");
    let all = included.iter().any(|word| word == "oauthclient");
    let token = (!all).then_some(call.token.as_str());
    let hub = &service.hub;
    let owner = owner(call);
    let channels = hub.channels_of(&owner, token);
    let entities: Vec<Value> = channels
        .map(|one| shown(one, &hub.connect_uri(&one.id)))
        .collect();
    Ok(Answer::ok(json!({ "entities": entities })))
}

/// `POST /notifications/channels`.
pub(in crate::sandbox) fn open(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let owner = owner(call);
    let channel = service.hub.open_channel(listener(&owner, call), call.now);
    let uri = service.hub.connect_uri(&channel.id);
    Ok(Answer::ok(shown(&channel, &uri)))
}

/// `HEAD /notifications/channels/{id}`.
pub(in crate::sandbox) fn alive(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    own(service, call).map(|_| Answer::empty(200))
}

/// `GET …/subscriptions`.
pub(in crate::sandbox) fn subscriptions(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let channel = own(service, call)?;
    let topics = channel.topics.iter();
    let entities: Vec<Value> = topics
        .map(|name| json!({ "id": name, "state": "Permitted", "selfUri": uri(call, name) }))
        .collect();
    Ok(Answer::ok(json!({ "entities": entities })))
}

/// `POST …/subscriptions`: adds.
pub(in crate::sandbox) fn subscribe(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    change(service, call, false)
}

/// `PUT …/subscriptions`.
pub(in crate::sandbox) fn replace(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    change(service, call, true)
}

/// `DELETE …/subscriptions`.
pub(in crate::sandbox) fn clear(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    let id = own(service, call)?.id.clone();
    service.hub.clear(&id);
    Ok(Answer::empty(200))
}

/// Answers the topics of the request; what else the channel has is listed by `GET`.
fn change(service: &mut Service, call: &Call<'_>, instead: bool) -> Result<Answer, Refusal> {
    let id = own(service, call)?.id.clone();
    let sent = call.body.as_array().into_iter().flatten();
    let names = sent.map(|one| one.get("id").and_then(Value::as_str).map(str::to_owned));
    let names: Option<Vec<String>> = names.collect();
    let names =
        names.ok_or_else(|| Refusal::bad_request("Every topic of the request needs an id."))?;
    let ignored = call.request.query_values("ignoreErrors");
    let wish = Wish {
        names: &names,
        instead,
        ignore_errors: ignored.iter().any(|word| word == "true"),
    };
    let owner = owner(call);
    let by = listener(&owner, call);
    let judged =
        service.with_hub(|hub, _, clearance| hub.subscribe(&id, by, &wish, clearance, call.now));
    let judged = judged.map_err(|problem| refusal(&problem))?;
    let entities: Vec<Value> = judged.iter().map(|one| verdict(one, call)).collect();
    Ok(Answer::ok(json!({ "entities": entities })))
}

fn owner(call: &Call<'_>) -> Owner {
    Owner {
        client: call.caller.client.clone(),
        user: call.caller.user,
    }
}

fn listener<'a>(owner: &'a Owner, call: &'a Call<'_>) -> Listener<'a> {
    Listener {
        owner,
        token: &call.token,
    }
}

/// The channel that the path names, if it is the caller's.
fn own<'a>(service: &'a mut Service, call: &Call<'_>) -> Result<&'a Channel, Refusal> {
    let id = call.pieces.first().copied().unwrap_or("");
    let owner = owner(call);
    service
        .hub
        .channel(listener(&owner, call), id)
        .ok_or_else(Refusal::not_found)
}

fn shown(channel: &Channel, connect_uri: &str) -> Value {
    json!({ "id": channel.id, "connectUri": connect_uri, "expires": time(channel.expires) })
}

fn verdict(judged: &Judged, call: &Call<'_>) -> Value {
    let rejection = judged.rejection.as_ref();
    json!({
        "id": judged.name,
        "state": if rejection.is_some() { "Rejected" } else { "Permitted" },
        "rejectionReason": rejection.map(|one| &one.reason),
        "missingPermissions": rejection.map(|one| one.missing),
        "selfUri": uri(call, &judged.name),
    })
}

fn uri(call: &Call<'_>, topic: &str) -> String {
    format!("{}/{topic}", call.request.path.trim_end_matches('/'))
}

fn refusal(problem: &Problem) -> Refusal {
    let message = problem.to_string();
    match problem {
        Problem::Unknown(_) => Refusal::new(400, "notification.invalid.topic", message),
        Problem::TooMany => Refusal::new(
            400,
            "notification.subscription.too.many.subscriptions",
            message,
        ),
        Problem::Forbidden(topics) => {
            let rejections = topics.iter().filter_map(|one| one.rejection.as_ref());
            let mut missing: Vec<&str> = rejections
                .flat_map(|one| one.missing.iter().copied())
                .collect();
            missing.sort_unstable();
            missing.dedup();
            if missing.is_empty() {
                return Refusal::new(403, "not.authorized", message);
            }
            Refusal::missing_any_permissions(&missing)
        }
    }
}
