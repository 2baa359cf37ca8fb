//! A request that changes something, as the trace has it: method and path, and what it carries.

use serde_json::Value;

use crate::domain::ids::ConversationId;
use crate::domain::recipe::Sending;
use crate::domain::step::Action as Request;

/// The request, and what it carries; a path that is longer than the room without what all begin with.
pub(super) fn request_words(action: &Request, id: ConversationId, room: usize) -> (String, String) {
    let conversation = id.short();
    let path = match action {
        Request::Legs { participant } => {
            format!("…/participants/{}…", participant.short())
        }
        Request::Close => format!("…/conversations/messages/{conversation}…"),
        Request::WrapUp { participant, .. } => {
            format!("…/participants/{}…/wrapup", participant.short())
        }
        Request::Teardown => format!("…/conversations/{conversation}…/disconnect"),
        Request::Recipe(sending) => recipe_path(sending, id, room),
    };
    let body = match action {
        Request::Legs { .. } | Request::Close => "state=disconnected".to_owned(),
        Request::WrapUp { code, .. } => format!("code={code}"),
        Request::Teardown => String::new(),
        Request::Recipe(sending) => sending.body.as_ref().map_or_else(String::new, body_words),
    };
    (format!("{:<5} {path}", action.method()), body)
}

fn recipe_path(sending: &Sending, id: ConversationId, room: usize) -> String {
    let short = |path: &str, id: &str, short: &str| path.replace(id, &format!("{short}…"));
    let mut path = short(&sending.path, &id.to_string(), &id.short());
    if let Some(participant) = sending.participant {
        path = short(&path, &participant.to_string(), &participant.short());
    }
    // Before it stand its time and its method.
    let is_long = path.chars().count() + 23 > room;
    let rest = path
        .strip_prefix("/api/v2/conversations")
        .filter(|_| is_long);
    rest.map_or(path.clone(), |rest| format!("…{rest}"))
}

/// A body, with room to fold it between its fields.
fn body_words(body: &Value) -> String {
    let Some(fields) = body.as_object() else {
        return body.to_string();
    };
    let fields: Vec<String> = fields
        .iter()
        .map(|(name, value)| format!("{}:{value}", Value::from(name.as_str())))
        .collect();
    format!("{{{}}}", fields.join(", "))
}
