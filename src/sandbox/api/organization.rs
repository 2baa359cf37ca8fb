//! The organisation and its settings, the token and its owner.

use super::picture::time;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::service::{Call, Service};
use serde_json::{Value, json};

/// `GET /organizations/me`.
pub(in crate::sandbox) fn me(service: &mut Service, _call: &Call<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::ok(organization(service)))
}

/// `GET /tokens/me`.
pub(in crate::sandbox) fn token(service: &mut Service, call: &Call<'_>) -> Result<Answer, Refusal> {
    Ok(Answer::ok(token_info(service, call)))
}

/// `HEAD /tokens/me`.
pub(in crate::sandbox) fn token_alive(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Ok(Answer::empty(200))
}

/// `DELETE /tokens/me`.
pub(in crate::sandbox) fn revoke_token(
    service: &mut Service,
    call: &Call<'_>,
) -> Result<Answer, Refusal> {
    service.revoke(&call.token);
    Ok(Answer::empty(200))
}

/// `GET /conversations/settings`: as an organisation has them that changed none.
pub(in crate::sandbox) fn conversation_settings(
    _service: &mut Service,
    _call: &Call<'_>,
) -> Result<Answer, Refusal> {
    Ok(Answer::ok(json!({
        "communicationBasedACW": false,
        "includeNonAgentConversationSummary": false,
        "allowCallbackQueueSelection": false,
        "callbacksInheritRoutingFromInboundCall": false,
        "completeAcwWhenAgentTransitionsOffline": false,
        "totalActiveCallback": false,
    })))
}

pub(super) fn organization(service: &Service) -> Value {
    let (id, name) = &service.organization;
    json!({
        "id": id,
        "name": name,
        "defaultLanguage": "en-us",
        "defaultCountryCode": "IE",
        "domain": "sandbox",
        "version": 1,
        "state": "active",
        "productPlatform": "GenesysCloud",
        "features": {},
        "selfUri": "/api/v2/organizations/me",
    })
}

pub(super) fn token_info(service: &Service, call: &Call<'_>) -> Value {
    let (id, name) = &service.organization;
    let owner = json!({ "id": id, "name": name });
    let client = service.identity.client(&call.caller.client);
    json!({
        "organization": owner,
        "homeOrganization": owner,
        "authorizedScope": call.caller.scopes.as_deref().unwrap_or_default(),
        "dateTokenIdles": service.identity.tokens.expiry(&call.token).map(time),
        "OAuthClient": {
            "id": call.caller.client,
            "name": client.map(|client| client.name),
            "authorizedGrantType": client.map(|client| client.grant.word()),
            "scope": client.map(|client| &client.scopes),
            "roleDivisions": [],
            "state": "active",
            "organization": owner,
        },
    })
}
