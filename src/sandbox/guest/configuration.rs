//! A deployment's configuration: the public document that guests' clients read first, and the part of
//! it that the API shows to operators. Both say the same.

use super::Guests;
use super::attachment::SIZE_MAX_KB;
use crate::sandbox::exchange::Answer;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::OnDisconnect;
use crate::sandbox::world::World;
use crate::sandbox::world::directory::Deployment;
use serde_json::{Value, json};
use uuid::Uuid;

/// The version of every configuration: none of them changes.
pub(in crate::sandbox) const VERSION: &str = "3";
pub(in crate::sandbox) const LANGUAGE: &str = "en-us";

impl Guests {
    /// `GET /webdeployments/v1/deployments/{id}/{document}`, which asks for no token.
    pub(in crate::sandbox) fn public_document(
        &self,
        id: &str,
        document: &str,
        world: &World,
    ) -> Result<Answer, Refusal> {
        let id = Uuid::try_parse(id).ok();
        let deployment = id.and_then(|id| world.directory.deployment(id));
        let deployment = deployment.ok_or_else(Refusal::not_found)?;
        let body = match document {
            "config.json" => self.config(deployment),
            "domains.json" => domains(deployment),
            _ => return Err(Refusal::not_found()),
        };
        // Pages of any origin read it.
        Ok(Answer::ok(body).with_header("access-control-allow-origin", "*"))
    }

    fn config(&self, one: &Deployment) -> Value {
        let socket = self.place.replacen("http", "ws", 1);
        let mut messenger = messenger(one);
        let conversations = messenger.pointer_mut("/apps/conversations");
        if let Some(members) = conversations.and_then(Value::as_object_mut) {
            members.insert("messagingEndpoint".to_owned(), json!(socket));
        }
        json!({
            "id": one.named.id,
            "version": VERSION,
            "languages": [LANGUAGE],
            "defaultLanguage": LANGUAGE,
            "apiEndpoint": self.place,
            "messenger": messenger,
            "journeyEvents": { "enabled": false },
            "status": "Active",
            "auth": { "enabled": one.sign_in, "allowSessionUpgrade": one.sign_in },
        })
    }
}

/// The settings of the messenger, without where it is.
pub(in crate::sandbox) fn messenger(one: &Deployment) -> Value {
    let (is_told, how) = match one.disconnect {
        OnDisconnect::Off => (false, "Send"),
        OnDisconnect::Send => (true, "Send"),
        OnDisconnect::ReadOnly => (true, "ReadOnly"),
    };
    let modes = if one.attachments {
        json!([{ "fileTypes": ["*/*"], "maxFileSizeKB": SIZE_MAX_KB }])
    } else {
        json!([])
    };
    json!({
        "enabled": true,
        "apps": {
            "conversations": {
                "enabled": true,
                "showAgentTypingIndicator": true,
                "showUserTypingIndicator": true,
                "autoStart": { "enabled": one.auto_start },
                "conversationDisconnect": { "enabled": is_told, "type": how },
                "conversationClear": { "enabled": one.clear },
                "notifications": { "enabled": false },
                "markdown": { "enabled": false },
                "humanize": { "enabled": true },
                "sessionDurationSeconds": one.silence_seconds,
            },
        },
        "styles": { "primaryColor": "#0165A7" },
        "launcherButton": { "visibility": "On" },
        "fileUpload": { "enableAttachments": one.attachments, "modes": modes },
    })
}

fn domains(one: &Deployment) -> Value {
    let allowed = one.allowed_domains.as_deref();
    json!({
        "allowAllDomains": allowed.is_none(),
        "allowedDomains": allowed.unwrap_or_default(),
    })
}
