//! The table of operations: which of the published ones is answered where, and which step it is.
//!
//! Paths, methods, parameters and permissions are the document's; this file only adds the answer.

use super::document::{DOCUMENT, Described, Paths, Permissions};
use super::{
    acting, analytics, attributes, authorization, deployments, flows, forum, limits, messages,
    messaging, notifications, organization, parking, people, reading, routing, wrap_up,
};
use crate::sandbox::exchange::Answer;
use crate::sandbox::faults::Step;
use crate::sandbox::refusal::Refusal;
use crate::sandbox::scenario::Forum;
use crate::sandbox::service::{Call, Service};
use std::sync::LazyLock;

/// Answers one operation.
pub(super) type Handler = fn(&mut Service, &Call<'_>) -> Result<Answer, Refusal>;

const NAMES: Option<Step> = Some(Step::Names);

/// An operation by its id, with its step and its answer.
pub(super) type Operation = (&'static str, Option<Step>, Handler);

/// Every published operation by its id, in the order of the document.
#[rustfmt::skip]
const OPERATIONS: [Operation; 77] = [
    ("postAnalyticsConversationsActivityQuery", None, analytics::activity::query),
    ("getAnalyticsConversationsDetails", None, analytics::by_id::several),
    ("postAnalyticsConversationsDetailsJobs", None, analytics::jobs::start),
    ("getAnalyticsConversationsDetailsJobsAvailability", None, analytics::jobs::availability),
    ("getAnalyticsConversationsDetailsJob", None, analytics::jobs::status),
    ("deleteAnalyticsConversationsDetailsJob", None, analytics::jobs::cancel),
    ("getAnalyticsConversationsDetailsJobResults", None, analytics::jobs::results),
    ("postAnalyticsConversationsDetailsQuery", Some(Step::List), analytics::details::query),
    ("getAnalyticsConversationDetails", None, analytics::by_id::one),
    ("postAnalyticsQueuesObservationsQuery", None, analytics::observations::query),
    ("getAuthorizationDivisions", NAMES, authorization::divisions),
    ("getAuthorizationSubjectsMe", NAMES, authorization::subject),
    ("getConversations", None, reading::own_conversations),
    ("patchConversationsAftercallworkConversationIdParticipantCommunication", None, wrap_up::after_call_work),
    ("postConversationsCallbacksBulkDisconnect", None, acting::callbacks),
    ("getConversationsMessages", None, reading::own_message_conversations),
    ("getConversationsMessage", Some(Step::Read), reading::message_conversation),
    ("patchConversationsMessage", Some(Step::Close), acting::close),
    ("postConversationsMessageCommunicationMessages", None, messages::send),
    ("postConversationsMessageMessagesBulk", Some(Step::Transcript), messages::several),
    ("getConversationsMessageMessage", Some(Step::Transcript), messages::one),
    ("patchConversationsMessageParticipant", Some(Step::Legs), acting::end_participant),
    ("patchConversationsMessageParticipantAttributes", None, attributes::update),
    ("patchConversationsMessageParticipantCommunication", Some(Step::Communication), acting::end_communication),
    ("getConversationsMessageParticipantCommunicationWrapup", None, wrap_up::of_communication),
    ("postConversationsMessageParticipantCommunicationWrapup", Some(Step::WrapUp), wrap_up::assign),
    ("postConversationsMessageParticipantMonitor", None, parking::monitor),
    ("patchConversationsMessageParticipantParkingstate", None, parking::park),
    ("postConversationsMessageParticipantTakeover", None, parking::take_over),
    ("getConversationsMessageParticipantWrapup", None, wrap_up::of_participant),
    ("getConversationsMessageParticipantWrapupcodes", NAMES, wrap_up::allowed_codes),
    ("getConversationsMessageDetails", Some(Step::Transcript), messages::anywhere),
    ("getConversationsMessagingIntegrations", NAMES, messaging::integrations),
    ("getConversationsMessagingSettings", NAMES, messaging::settings),
    ("getConversationsMessagingThreadingtimeline", NAMES, messaging::threading),
    ("postConversationsParticipantsAttributesSearch", None, attributes::search),
    ("getConversationsSettings", NAMES, organization::conversation_settings),
    ("getConversation", Some(Step::Read), reading::conversation),
    ("deleteConversation", None, acting::remove),
    ("postConversationDisconnect", Some(Step::Teardown), acting::teardown),
    ("patchConversationParticipant", Some(Step::Legs), acting::end_participant),
    ("getConversationParticipantWrapup", None, wrap_up::of_participant),
    ("getConversationParticipantWrapupcodes", NAMES, wrap_up::allowed_codes),
    ("getFlowsDivisionviews", NAMES, flows::views),
    ("getFlowsLookup", NAMES, flows::lookup),
    ("getIntegrations", NAMES, flows::integrations),
    ("getNotificationsAvailabletopics", None, notifications::topics),
    ("getNotificationsChannels", None, notifications::channels),
    ("postNotificationsChannels", None, notifications::open),
    ("headNotificationsChannel", None, notifications::alive),
    ("getNotificationsChannelSubscriptions", None, notifications::subscriptions),
    ("postNotificationsChannelSubscriptions", None, notifications::subscribe),
    ("putNotificationsChannelSubscriptions", None, notifications::replace),
    ("deleteNotificationsChannelSubscriptions", None, notifications::clear),
    ("getOauthScopes", NAMES, authorization::scopes),
    ("getOrganizationsLimitsNamespaces", NAMES, limits::namespaces),
    ("getOrganizationsLimitsNamespace", NAMES, limits::held),
    ("getOrganizationsLimitsNamespaceDefaults", NAMES, limits::usual),
    ("getOrganizationsMe", NAMES, organization::me),
    ("getRoutingQueues", NAMES, routing::queues),
    ("getRoutingQueuesDivisionviews", NAMES, routing::queue_views),
    ("getRoutingQueuesDivisionviewsAll", NAMES, routing::all_queue_views),
    ("getRoutingQueue", NAMES, routing::queue),
    ("getRoutingQueueWrapupcodes", NAMES, routing::codes_of_queue),
    ("getRoutingWrapupcodes", NAMES, routing::codes),
    ("getRoutingWrapupcodesDivisionviews", NAMES, routing::code_views),
    ("getRoutingWrapupcode", NAMES, routing::code),
    ("getTokensMe", NAMES, organization::token),
    ("headTokensMe", NAMES, organization::token_alive),
    ("deleteTokensMe", None, organization::revoke_token),
    ("getUsers", NAMES, people::users),
    ("getUsersMe", NAMES, people::me),
    ("postUsersSearch", NAMES, people::search),
    ("getUser", NAMES, people::user),
    ("getWebdeploymentsDeployments", NAMES, deployments::all),
    ("getWebdeploymentsDeployment", NAMES, deployments::one),
    ("getWebmessagingMessages", None, deployments::guest_history),
];

/// One operation at its place.
#[derive(Debug)]
pub(in crate::sandbox) struct Route {
    /// Upper case.
    method: String,
    /// The pieces of the path below `/api/v2`; nothing where the path takes any piece.
    pattern: Vec<Option<&'static str>>,
    pub(in crate::sandbox) described: &'static Described,
    pub(in crate::sandbox) step: Option<Step>,
    pub(in crate::sandbox) handler: Handler,
}

/// Every route, made of the document and the table.
static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| routes(&DOCUMENT.paths, &OPERATIONS));

/// The routes of a description, each with its answer.
pub(super) fn routes(paths: &'static Paths, operations: &[Operation]) -> Vec<Route> {
    let all = paths.iter();
    let all = all.flat_map(|(path, methods)| methods.iter().map(move |one| (path, one)));
    all.filter_map(|(path, (method, described))| {
        let mut known = operations.iter();
        let (_, step, handler) = known.find(|(id, _, _)| *id == described.operation_id)?;
        let below = path.strip_prefix("/api/v2/")?;
        let pattern = below
            .split('/')
            .map(|piece| (!piece.starts_with('{')).then_some(piece));
        Some(Route {
            method: method.to_uppercase(),
            pattern: pattern.collect(),
            described,
            step: *step,
            handler: *handler,
        })
    })
    .collect()
}

/// The published routes, and with the forum's dialect those of the threads as well.
fn known(forum: Option<&Forum>) -> impl Iterator<Item = &'static Route> {
    ROUTES
        .iter()
        .chain(forum.into_iter().flat_map(forum::routes))
}

impl Route {
    /// Refuses a caller who does not hold what the document asks for.
    pub(in crate::sandbox) fn permit(&self, holds: impl Fn(&str) -> bool) -> Result<(), Refusal> {
        let Some(Permissions { kind, permissions }) = &self.described.permissions else {
            return Ok(());
        };
        let names = permissions.iter().map(String::as_str);
        let missing: Vec<&str> = names.filter(|name| !holds(name)).collect();
        if missing.is_empty() {
            Ok(())
        } else if kind == "ALL" {
            Err(Refusal::missing_permissions(&missing))
        } else if missing.len() < permissions.len() {
            Ok(())
        } else {
            Err(Refusal::missing_any_permissions(&missing))
        }
    }

    /// The pieces that the pattern takes, if the path fits it.
    fn taken<'a>(&self, path: &[&'a str]) -> Option<Vec<&'a str>> {
        if self.pattern.len() != path.len() {
            return None;
        }
        let mut pieces = Vec::new();
        for (want, piece) in self.pattern.iter().zip(path) {
            match want {
                None => pieces.push(*piece),
                Some(want) if want == piece => {}
                Some(_) => return None,
            }
        }
        Some(pieces)
    }
}

/// Every permission that some operation asks for, once.
pub(in crate::sandbox) fn permissions(forum: Option<&Forum>) -> Vec<&'static str> {
    let all = known(forum).filter_map(|route| route.described.permissions.as_ref());
    let mut names: Vec<&str> = all
        .flat_map(|one| one.permissions.iter().map(String::as_str))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The route of a request and the pieces its pattern takes; else 404, or 405 naming what would do.
pub(in crate::sandbox) fn find<'a>(
    forum: Option<&Forum>,
    method: &str,
    segments: &[&'a str],
) -> Result<(&'static Route, Vec<&'a str>), Refusal> {
    let Some(path) = segments.strip_prefix(&["api", "v2"]) else {
        return Err(Refusal::not_found());
    };
    let fitting = known(forum).filter_map(|route| route.taken(path).map(|pieces| (route, pieces)));
    let fitting: Vec<(&Route, Vec<&str>)> = fitting.collect();
    // `users/me` is no user with the id `me`: the pattern that takes least is meant.
    let least = fitting.iter().map(|(_, pieces)| pieces.len()).min();
    let Some(least) = least else {
        return Err(Refusal::not_found());
    };
    let meant = fitting
        .into_iter()
        .filter(|(_, pieces)| pieces.len() == least);
    let meant: Vec<(&Route, Vec<&str>)> = meant.collect();
    let allowed: Vec<&str> = meant
        .iter()
        .map(|(route, _)| route.method.as_str())
        .collect();
    let allowed = allowed.join(", ");
    let mut all = meant.into_iter();
    all.find(|(route, _)| route.method == method)
        .ok_or_else(|| Refusal::method_not_allowed(&allowed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_operation_has_its_answer() {
        let described = DOCUMENT.paths.values().flat_map(|methods| methods.values());
        let missing: Vec<&str> = described
            .map(|one| one.operation_id.as_str())
            .filter(|id| !OPERATIONS.iter().any(|(known, _, _)| known == id))
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
        assert_eq!(ROUTES.len(), OPERATIONS.len());
    }
}
