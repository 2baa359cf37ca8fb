//! The shapes of requests and answers that this program uses, after `genesys-openapi.json`. Everything is optional and every word is text:
//! what is missing or new is judged in `parse`, never refused here.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::text::Text;

pub(super) use beside::{ThreadingWindow, User};

mod beside;

/// Anything with an id and a name.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
}

/// `ErrorBody`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErrorBody {
    pub(super) message: Option<String>,
    pub(super) code: Option<String>,
    pub(super) context_id: Option<String>,
    message_params: Option<BTreeMap<String, Value>>,
}

impl ErrorBody {
    /// The permissions that are missing: a parameter if there is one, else what stands in brackets in the message.
    pub(super) fn permissions(&self) -> Vec<Text> {
        let parameter = self
            .message_params
            .as_ref()
            .and_then(|parameters| parameters.get("permissions"))
            .and_then(Value::as_str);
        let listed = parameter.or_else(|| {
            let message = self.message.as_deref()?;
            let (_, tail) = message.rsplit_once('[')?;
            Some(tail.split(']').next().unwrap_or(tail))
        });
        listed
            .unwrap_or_default()
            .trim_matches(['[', ']'])
            .split(',')
            .map(Text::clean)
            .filter(|permission| !permission.as_str().is_empty())
            .take(20)
            .collect()
    }
}

/// `TokenInfo`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenInfo {
    pub(super) organization: Option<Named>,
    pub(super) authorized_scope: Option<Vec<String>>,
    #[serde(rename = "OAuthClient")]
    pub(super) oauth_client: Option<TokenClient>,
}

/// `OrgOAuthClient`, as far as it says whose token it is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TokenClient {
    pub(super) id: Option<String>,
    pub(super) name: Option<String>,
    pub(super) authorized_grant_type: Option<String>,
}

/// `AuthzSubject`.
#[derive(Debug, Deserialize)]
pub(super) struct Subject {
    pub(super) grants: Option<Vec<SubjectGrant>>,
}

/// `AuthzGrant`.
#[derive(Debug, Deserialize)]
pub(super) struct SubjectGrant {
    pub(super) division: Option<Named>,
    pub(super) role: Option<SubjectRole>,
}

/// `AuthzGrantRole`.
#[derive(Debug, Deserialize)]
pub(super) struct SubjectRole {
    pub(super) name: Option<String>,
    pub(super) policies: Option<Vec<SubjectPolicy>>,
}

/// `AuthzGrantPolicy`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SubjectPolicy {
    pub(super) domain: Option<String>,
    pub(super) entity_name: Option<String>,
    pub(super) actions: Option<Vec<String>>,
    pub(super) condition: Option<String>,
}

/// `AvailableTopic`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AvailableTopic {
    pub(super) id: Option<String>,
    pub(super) requires_permissions: Option<Vec<String>>,
    pub(super) requires_any_validator: Option<bool>,
}

/// `Limit`.
#[derive(Debug, Deserialize)]
pub(super) struct PublishedLimit {
    pub(super) key: Option<String>,
    pub(super) value: Option<u64>,
}

/// A listing's page.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Entities<T> {
    pub(super) entities: Option<Vec<T>>,
    pub(super) page_count: Option<u32>,
}

/// `Conversation`, as one read gives it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Conversation {
    pub(super) id: Option<String>,
    pub(super) start_time: Option<String>,
    pub(super) end_time: Option<String>,
    pub(super) inactivity_timeout: Option<String>,
    pub(super) divisions: Option<Vec<DivisionMembership>>,
    pub(super) participants: Option<Vec<Participant>>,
    pub(super) recent_transfers: Option<Vec<Transfer>>,
}

/// `ConversationDivisionMembership`.
#[derive(Debug, Deserialize)]
pub(super) struct DivisionMembership {
    pub(super) division: Option<Named>,
}

/// `Address`, as far as it names somebody.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    pub(super) address_normalized: Option<String>,
}

/// `TransferResponse`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Transfer {
    pub(super) state: Option<String>,
    pub(super) date_issued: Option<String>,
}

/// `Participant`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Participant {
    pub(super) id: Option<String>,
    pub(super) purpose: Option<String>,
    pub(super) name: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) queue_id: Option<String>,
    pub(super) queue_name: Option<String>,
    pub(super) wrapup_required: Option<bool>,
    pub(super) wrapup_skipped: Option<bool>,
    pub(super) wrapup: Option<IgnoredAny>,
    pub(super) wrapup_timeout_ms: Option<i64>,
    pub(super) start_acw_time: Option<String>,
    pub(super) end_acw_time: Option<String>,
    pub(super) alerting_timeout_ms: Option<i64>,
    pub(super) attributes: Option<BTreeMap<String, Value>>,
    pub(super) messages: Option<Vec<Leg>>,
    /// Everything else: among it the lists of other media, whatever they are called.
    #[serde(flatten)]
    pub(super) rest: BTreeMap<String, Value>,
}

/// `Message`: a leg of web messaging or of its like; also what is read of legs of other media.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Leg {
    pub(super) id: Option<String>,
    pub(super) state: Option<String>,
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) start_alerting_time: Option<String>,
    pub(super) connected_time: Option<String>,
    pub(super) disconnected_time: Option<String>,
    pub(super) disconnect_type: Option<String>,
    pub(super) resume_time: Option<String>,
    pub(super) error_info: Option<IgnoredAny>,
    pub(super) to_address: Option<Address>,
    pub(super) after_call_work: Option<AfterCallWork>,
    pub(super) messages: Option<Vec<ListedMessage>>,
}

/// `AfterCallWork`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AfterCallWork {
    pub(super) state: Option<String>,
    pub(super) start_time: Option<String>,
}

/// `MessageDetails`.
#[derive(Debug, Deserialize)]
pub(super) struct ListedMessage {
    #[serde(rename = "messageId")]
    pub(super) id: Option<String>,
    #[serde(rename = "messageStatus")]
    pub(super) status: Option<String>,
    #[serde(rename = "messageTime")]
    pub(super) time: Option<String>,
    #[serde(rename = "messageMetadata")]
    pub(super) metadata: Option<MessageMetadata>,
}

/// `ConversationMessageMetadata`.
#[derive(Debug, Deserialize)]
pub(super) struct MessageMetadata {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
}

/// `AnalyticsConversationQueryResponse`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryAnswer {
    pub(super) total_hits: Option<u32>,
    pub(super) conversations: Option<ListedRows>,
}

/// The rows of a list. One that is not as documented spoils none of the others.
#[derive(Debug, Default, Deserialize)]
#[serde(from = "Vec<ListedRow>")]
pub(super) struct ListedRows {
    pub(super) sound: Vec<ListedConversation>,
    pub(super) unsound: u32,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ListedRow {
    Sound(Box<ListedConversation>),
    Unsound(IgnoredAny),
}

impl From<Vec<ListedRow>> for ListedRows {
    fn from(rows: Vec<ListedRow>) -> Self {
        let mut all = Self::default();
        for row in rows {
            match row {
                ListedRow::Sound(row) => all.sound.push(*row),
                ListedRow::Unsound(IgnoredAny) => all.unsound += 1,
            }
        }
        all
    }
}

/// `AnalyticsConversationWithoutAttributes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedConversation {
    pub(super) conversation_id: Option<String>,
    pub(super) conversation_start: Option<String>,
    pub(super) conversation_end: Option<String>,
    pub(super) customer_participation: Option<bool>,
    pub(super) inactivity_timeout: Option<String>,
    pub(super) division_ids: Option<Vec<String>>,
    pub(super) participants: Option<Vec<ListedParticipant>>,
}

/// `AnalyticsConversationWithoutAttributes`, as far as its end goes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ConversationEnd {
    pub(super) conversation_id: Option<String>,
    pub(super) conversation_end: Option<String>,
}

/// `AnalyticsParticipantWithoutAttributes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedParticipant {
    pub(super) purpose: Option<String>,
    pub(super) participant_name: Option<String>,
    pub(super) user_id: Option<String>,
    pub(super) sessions: Option<Vec<ListedSession>>,
}

/// `AnalyticsSession`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedSession {
    pub(super) session_id: Option<String>,
    pub(super) address_to: Option<String>,
    pub(super) flow: Option<ListedFlow>,
    pub(super) segments: Option<Vec<ListedSegment>>,
    pub(super) metrics: Option<Vec<ListedMetric>>,
}

/// `AnalyticsSessionMetric`.
#[derive(Debug, Deserialize)]
pub(super) struct ListedMetric {
    pub(super) name: Option<String>,
    pub(super) value: Option<Value>,
}

/// `AnalyticsFlow`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_field_names, reason = "the names are the platform's")]
pub(super) struct ListedFlow {
    pub(super) flow_id: Option<String>,
    pub(super) flow_name: Option<String>,
    pub(super) flow_version: Option<String>,
    pub(super) flow_type: Option<String>,
}

/// `AnalyticsConversationSegment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListedSegment {
    pub(super) segment_type: Option<String>,
    pub(super) segment_start: Option<String>,
    pub(super) segment_end: Option<String>,
    pub(super) queue_id: Option<String>,
    pub(super) disconnect_type: Option<String>,
    pub(super) error_code: Option<String>,
}

/// `MessageData`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct MessageData {
    pub(super) id: Option<String>,
    pub(super) timestamp: Option<String>,
    pub(super) direction: Option<String>,
    pub(super) normalized_message: Option<NormalizedMessage>,
}

/// `ConversationNormalizedMessage`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct NormalizedMessage {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    pub(super) text: Option<String>,
    pub(super) originating_entity: Option<String>,
}

/// `ConversationQuery`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Query {
    pub(super) interval: String,
    pub(super) order: &'static str,
    pub(super) order_by: &'static str,
    pub(super) paging: Paging,
    pub(super) conversation_filters: [Filter; 1],
    pub(super) segment_filters: [Filter; 1],
}

/// `PagingSpec`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paging {
    pub(super) page_size: u32,
    pub(super) page_number: u32,
}

/// A filter whose predicates must all hold, for segments on the same one.
#[derive(Debug, Serialize)]
pub(super) struct Filter {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) predicates: Vec<Predicate>,
}

/// A predicate on a dimension.
#[derive(Debug, Serialize)]
pub(super) struct Predicate {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) dimension: &'static str,
    pub(super) operator: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<&'static str>,
}
