//! Shapes of answers that say what stands beside a conversation: where its agents are, how long it can be brought back.

use serde::Deserialize;

/// `User`, as far as it says where somebody stands.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::genesys) struct User {
    pub(in crate::genesys) id: Option<String>,
    pub(in crate::genesys) presence: Option<UserPresence>,
    pub(in crate::genesys) routing_status: Option<RoutingStatus>,
}

/// `UserPresence`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::genesys) struct UserPresence {
    pub(in crate::genesys) presence_definition: Option<PresenceDefinition>,
    pub(in crate::genesys) modified_date: Option<String>,
}

/// `PresenceDefinition`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::genesys) struct PresenceDefinition {
    pub(in crate::genesys) system_presence: Option<String>,
}

/// `RoutingStatus`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::genesys) struct RoutingStatus {
    pub(in crate::genesys) status: Option<String>,
    pub(in crate::genesys) start_time: Option<String>,
}

/// `ConversationThreadingWindow`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::genesys) struct ThreadingWindow {
    pub(in crate::genesys) default_timeout_minutes: Option<i64>,
    pub(in crate::genesys) settings: Option<Vec<ThreadingSetting>>,
}

/// `ConversationThreadingWindowSetting`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::genesys) struct ThreadingSetting {
    pub(in crate::genesys) messenger_type: Option<String>,
    pub(in crate::genesys) timeout_in_minutes: Option<i64>,
}
