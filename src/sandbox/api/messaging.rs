//! How messaging is set up: integrations, settings, the threading window.

use super::listing::{Pages, page};
use super::picture::{reference, time};
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use crate::sandbox::world::directory::{Deployment, Directory, Named};
use serde_json::{Value, json};

const SETTINGS: &str = "conversations/messaging/settings";
const SUPPORTED: &str = "conversations/messaging/supportedcontent";

/// `GET /conversations/messaging/integrations`.
pub(in crate::sandbox) fn integrations(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    let request = call.request;
    let expanded = request.query_values("expand");
    let is = |parameter: &str, one: &Named| {
        let wanted = request.query_text(parameter);
        wanted.is_none_or(|wanted| wanted == one.id.to_string())
    };
    let fits = is("supportedContent.id", &directory.supported_content)
        && is("messagingSetting.id", &directory.messaging_setting);
    let each = directory.messaging.iter().zip(&directory.deployments);
    let found: Vec<(&Named, &Deployment)> = each.filter(|_| fits).collect();
    page(request, &found, Pages::USUAL, |(one, deployment)| {
        let content = |name: &str, own: &Named, path: &str, more: Value| {
            let uri = format!("/api/v2/{path}/{}", own.id);
            if expanded.iter().any(|word| word == name) {
                more
            } else {
                json!({ "id": own.id, "selfUri": uri })
            }
        };
        let supported = &directory.supported_content;
        json!({
            "id": one.id,
            "name": one.name,
            "messengerType": "webmessaging",
            "status": "Active",
            "recipient": reference(&deployment.named, "webdeployments/deployments"),
            "messagingSetting": content("messagingSetting", &directory.messaging_setting, SETTINGS, setting(directory)),
            "supportedContent": content("supportedContent", supported, SUPPORTED, reference(supported, SUPPORTED)),
            "dateCreated": time(directory.since),
            "dateModified": time(directory.since),
            "version": 1,
            "selfUri": format!("/api/v2/conversations/messaging/integrations/{}", one.id),
        })
    })
}

/// `GET /conversations/messaging/settings`.
pub(in crate::sandbox) fn settings(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let directory = &service.world.directory;
    page(call.request, &[()], Pages::USUAL, |()| setting(directory))
}

/// `GET /conversations/messaging/threadingtimeline`.
pub(in crate::sandbox) fn threading(
    service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    let minutes = service.platform.threading_minutes;
    Ok(Answer::ok(json!({
        "defaultTimeoutMinutes": minutes,
        "settings": [{ "messengerType": "webmessaging", "timeoutInMinutes": minutes }],
    })))
}

/// `MessagingSetting`: typing is shown both ways, stories are another messenger's.
fn setting(directory: &Directory) -> Value {
    let own = &directory.messaging_setting;
    json!({
        "id": own.id,
        "name": own.name,
        "version": "1",
        "dateCreated": time(directory.since),
        "dateModified": time(directory.since),
        "content": { "story": { "mention": { "inbound": "Disabled" }, "reply": { "inbound": "Disabled" } } },
        "event": { "typing": { "on": { "inbound": "Enabled", "outbound": "Enabled" } } },
        "selfUri": format!("/api/v2/{SETTINGS}/{}", own.id),
    })
}
