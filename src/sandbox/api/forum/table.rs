//! Which operations the threads name, and which answers them.
//!
//! Written like the platform's own document, so that the same door holds requests against it: types, words
//! and permissions. The permissions are the ones that the threads made up.

use crate::sandbox::api::document::Paths;
use crate::sandbox::api::table::{self, Operation, Route};
use crate::sandbox::faults::Step;
use crate::sandbox::scenario::{Close, Delete, Forum};
use std::sync::LazyLock;

use super::{deleting, messaging, participant, wrapper};

/// Paths, bodies and permissions, each with its thread.
const TEXT: &str = include_str!("../../../../assets/forum/operations.json");

/// The same, read once. A test reads it whole; it cannot be another one later.
static PATHS: LazyLock<Paths> = LazyLock::new(|| serde_json::from_str(TEXT).unwrap_or_default());

/// Steps are those of the published operation that is meant, so that a fault of a step strikes here as well.
#[rustfmt::skip]
const OPERATIONS: [Operation; 15] = [
    (DELETE, None, deleting::web_messaging),
    ("patchConversationsWebmessaging", Some(Step::Close), wrapper::patch),
    ("putConversationsWebmessaging", Some(Step::Close), wrapper::put),
    (CLOSE, Some(Step::Close), wrapper::close),
    ("postConversation", Some(Step::Close), wrapper::empty_post),
    ("patchMessagingConversation", Some(Step::Close), messaging::status),
    ("postMessagingConversationClose", Some(Step::Close), messaging::close),
    ("putInteractionRoutingstatus", Some(Step::Close), messaging::routing_status),
    (DELETE_MESSAGING, None, deleting::messaging),
    ("patchConversationsMessaging", Some(Step::Close), wrapper::state),
    ("postConversationsWebmessagingParticipantEnd", Some(Step::Legs), participant::end),
    ("patchConversationsWebchat", Some(Step::Close), wrapper::web_chat),
    ("patchConversationsWebchatParticipant", Some(Step::Legs), participant::status),
    ("postConversationsWebchatParticipant", Some(Step::Legs), participant::status),
    ("postConversationsWebchatParticipants", Some(Step::Legs), participant::disposition),
];

const DELETE: &str = "deleteConversationsWebmessaging";
const DELETE_MESSAGING: &str = "deleteConversationsMessaging";
const CLOSE: &str = "postConversationsWebmessagingClose";

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(|| table::routes(&PATHS, &OPERATIONS));

/// The routes that there are under these switches: what a trap says is not there is known to nobody.
pub(in crate::sandbox) fn routes(forum: &Forum) -> impl Iterator<Item = &'static Route> {
    let delete = forum.delete != Delete::NotAllowed;
    let close = forum.close != Close::Absent;
    ROUTES
        .iter()
        .filter(move |route| match route.described.operation_id.as_str() {
            DELETE | DELETE_MESSAGING => delete,
            CLOSE => close,
            _ => true,
        })
}

/// Every permission that the threads made up, once.
pub(in crate::sandbox) fn grants() -> Vec<&'static str> {
    let asked = ROUTES
        .iter()
        .filter_map(|route| route.described.permissions.as_ref());
    let mut names: Vec<&str> = asked
        .flat_map(|one| one.permissions.iter().map(String::as_str))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_of_the_threads_has_its_answer_and_a_permission_of_its_own() {
        let read: Paths = serde_json::from_str(TEXT).unwrap();
        let described: Vec<&str> = read
            .values()
            .flat_map(|methods| methods.values())
            .map(|one| one.operation_id.as_str())
            .collect();
        assert_eq!(described.len(), OPERATIONS.len());
        assert_eq!(ROUTES.len(), OPERATIONS.len());
        for id in described {
            assert!(OPERATIONS.iter().any(|(known, _, _)| *known == id), "{id}");
        }
        let published = table::permissions(None);
        let known = grants();
        assert!(
            known.iter().all(|one| !published.contains(one)),
            "{known:?}"
        );
        assert!(ROUTES.iter().all(|one| one.described.permissions.is_some()));
    }
}
