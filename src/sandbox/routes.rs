//! The route table: each published operation that the sandbox serves, its step and permissions.

use super::faults::Step;
use super::refusal::Refusal;

/// What a route does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operation {
    Organization,
    Token,
    TokenAlive,
    RevokeToken,
    QueryDetails,
    Read,
    ReadMessages,
    Close,
    EndParticipant,
    EndCommunication,
    WrapUp,
    AllowedCodes,
    Teardown,
    Transcript,
    Users,
    User,
    Queues,
    Queue,
    QueueCodes,
    Codes,
    Code,
}

/// One row: `{}` in a pattern takes one piece of the path.
#[derive(Debug)]
pub(super) struct Route {
    method: &'static str,
    pattern: &'static str,
    pub(super) operation: Operation,
    pub(super) step: Option<Step>,
    /// Any one of these is enough; none means that everybody may.
    pub(super) permissions: &'static [&'static str],
}

const fn route(
    method: &'static str,
    pattern: &'static str,
    operation: Operation,
    step: Option<Step>,
    permissions: &'static [&'static str],
) -> Route {
    Route {
        method,
        pattern,
        operation,
        step,
        permissions,
    }
}

const DISCONNECT: &str = "conversation:communication:disconnect";
const WRAP_UP: &str = "conversation:participant:wrapup";
const DETAILS: &[&str] = &[
    "analytics:conversationDetail:view",
    "analytics:agentConversationDetail:view",
];
const TRANSCRIPT: &[&str] = &[
    "conversation:message:view",
    "conversation:webmessaging:view",
];
const PARTICIPANT: &[&str] = &[WRAP_UP, "conversation:call:record", DISCONNECT];
const NAMES: Option<Step> = Some(Step::Names);

/// Every operation below `/api/v2/`.
#[rustfmt::skip]
const ROUTES: [Route; 21] = [
    route("GET", "organizations/me", Operation::Organization, NAMES, &[]),
    route("GET", "tokens/me", Operation::Token, NAMES, &[]),
    route("HEAD", "tokens/me", Operation::TokenAlive, NAMES, &[]),
    route("DELETE", "tokens/me", Operation::RevokeToken, None, &[]),
    route("POST", "analytics/conversations/details/query", Operation::QueryDetails, Some(Step::List), DETAILS),
    route("GET", "conversations/{}", Operation::Read, Some(Step::Read), &["conversation:communication:view"]),
    route("GET", "conversations/messages/{}", Operation::ReadMessages, Some(Step::Read), &[]),
    route("PATCH", "conversations/messages/{}", Operation::Close, Some(Step::Close), &[DISCONNECT, "conversation:message:park"]),
    route("PATCH", "conversations/messages/{}/participants/{}", Operation::EndParticipant, Some(Step::Legs), PARTICIPANT),
    route("PATCH", "conversations/messages/{}/participants/{}/communications/{}", Operation::EndCommunication, Some(Step::Communication), &[]),
    route("POST", "conversations/messages/{}/participants/{}/communications/{}/wrapup", Operation::WrapUp, Some(Step::WrapUp), &[WRAP_UP]),
    route("GET", "conversations/messages/{}/participants/{}/wrapupcodes", Operation::AllowedCodes, NAMES, &[]),
    route("POST", "conversations/{}/disconnect", Operation::Teardown, Some(Step::Teardown), &[DISCONNECT]),
    route("POST", "conversations/messages/{}/messages/bulk", Operation::Transcript, Some(Step::Transcript), TRANSCRIPT),
    route("GET", "users", Operation::Users, NAMES, &[]),
    route("GET", "users/{}", Operation::User, NAMES, &[]),
    route("GET", "routing/queues", Operation::Queues, NAMES, &["routing:queue:view"]),
    route("GET", "routing/queues/{}", Operation::Queue, NAMES, &["routing:queue:view"]),
    route("GET", "routing/queues/{}/wrapupcodes", Operation::QueueCodes, NAMES, &["routing:queue:view"]),
    route("GET", "routing/wrapupcodes", Operation::Codes, NAMES, &["routing:wrapupCode:view"]),
    route("GET", "routing/wrapupcodes/{}", Operation::Code, NAMES, &["routing:wrapupCode:view"]),
];

/// Every permission that some route asks for, once.
pub(super) fn permissions() -> Vec<&'static str> {
    let mut names: Vec<&str> = ROUTES
        .iter()
        .flat_map(|route| route.permissions)
        .copied()
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// What the client holds at the start: the minimal role of a console has neither of these two.
pub(super) fn granted() -> impl Iterator<Item = &'static str> {
    let beyond = ["conversation:message:park", "conversation:call:record"];
    permissions()
        .into_iter()
        .filter(move |name| !beyond.contains(name))
}

/// The route of a request and the pieces its pattern takes; else 404, or 405 naming what would do.
pub(super) fn find<'a>(
    method: &str,
    segments: &[&'a str],
) -> Result<(&'static Route, Vec<&'a str>), Refusal> {
    let Some(path) = segments.strip_prefix(&["api", "v2"]) else {
        return Err(Refusal::not_found());
    };
    let fitting: Vec<(&Route, Vec<&str>)> = ROUTES
        .iter()
        .filter_map(|route| taken(route.pattern, path).map(|pieces| (route, pieces)))
        .collect();
    if fitting.is_empty() {
        return Err(Refusal::not_found());
    }
    let allowed: Vec<&str> = fitting.iter().map(|(route, _)| route.method).collect();
    let allowed = allowed.join(", ");
    let mut all = fitting.into_iter();
    all.find(|(route, _)| route.method == method)
        .ok_or_else(|| Refusal::method_not_allowed(&allowed))
}

fn taken<'a>(pattern: &str, path: &[&'a str]) -> Option<Vec<&'a str>> {
    let wanted: Vec<&str> = pattern.split('/').collect();
    if wanted.len() != path.len() {
        return None;
    }
    let mut pieces = Vec::new();
    for (want, piece) in wanted.iter().zip(path) {
        if *want == "{}" {
            pieces.push(*piece);
        } else if want != piece {
            return None;
        }
    }
    Some(pieces)
}
