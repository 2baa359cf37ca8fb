//! The shapes of requests and answers that this program uses, after `genesys-openapi.json`. Everything is optional and every word is text:
//! what is missing or new is judged in `parse`, never refused here.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::text::Text;

pub(super) use beside::{ThreadingWindow, User};
pub(super) use participant::{Noted, Participant};
pub(super) use word::Word;

mod beside;
mod participant;
mod word;

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
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Conversation<'a> {
    pub(super) id: Option<Word<'a>>,
    pub(super) start_time: Option<Word<'a>>,
    pub(super) end_time: Option<Word<'a>>,
    pub(super) inactivity_timeout: Option<Word<'a>>,
    pub(super) divisions: Option<Vec<DivisionMembership<'a>>>,
    pub(super) participants: Option<Vec<Participant<'a>>>,
    pub(super) recent_transfers: Option<Vec<Transfer<'a>>>,
}

/// `ConversationDivisionMembership`.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct DivisionMembership<'a> {
    pub(super) division: Option<Division<'a>>,
}

/// `Division`.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct Division<'a> {
    pub(super) id: Option<Word<'a>>,
}

/// `Address`, as far as it names somebody.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Address<'a> {
    pub(super) address_normalized: Option<Word<'a>>,
}

/// `TransferResponse`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Transfer<'a> {
    pub(super) state: Option<Word<'a>>,
    pub(super) date_issued: Option<Word<'a>>,
}

/// `Message`: a leg of web messaging or of its like; also what is read of legs of other media.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct Leg<'a> {
    pub(super) id: Option<Word<'a>>,
    pub(super) state: Option<Word<'a>>,
    #[serde(rename = "type")]
    pub(super) kind: Option<Word<'a>>,
    pub(super) start_alerting_time: Option<Word<'a>>,
    pub(super) connected_time: Option<Word<'a>>,
    pub(super) disconnected_time: Option<Word<'a>>,
    pub(super) disconnect_type: Option<Word<'a>>,
    pub(super) resume_time: Option<Word<'a>>,
    pub(super) error_info: Option<IgnoredAny>,
    pub(super) to_address: Option<Address<'a>>,
    pub(super) after_call_work: Option<AfterCallWork<'a>>,
    pub(super) messages: Option<Vec<ListedMessage<'a>>>,
}

/// `AfterCallWork`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct AfterCallWork<'a> {
    pub(super) state: Option<Word<'a>>,
    pub(super) start_time: Option<Word<'a>>,
}

/// `MessageDetails`.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct ListedMessage<'a> {
    #[serde(rename = "messageId")]
    pub(super) id: Option<Word<'a>>,
    #[serde(rename = "messageStatus")]
    pub(super) status: Option<Word<'a>>,
    #[serde(rename = "messageTime")]
    pub(super) time: Option<Word<'a>>,
    #[serde(rename = "messageMetadata")]
    pub(super) metadata: Option<MessageMetadata<'a>>,
}

/// `ConversationMessageMetadata`.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct MessageMetadata<'a> {
    #[serde(rename = "type")]
    pub(super) kind: Option<Word<'a>>,
}

/// `AnalyticsConversationQueryResponse`, with its rows as [`ListedRows`] or as nothing but sound ones.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueryAnswer<R> {
    pub(super) total_hits: Option<u32>,
    pub(super) conversations: Option<R>,
}

/// The rows of a list. One that is not as documented spoils none of the others.
#[derive(Debug, Deserialize)]
#[serde(from = "Vec<ListedRow<R>>")]
pub(super) struct ListedRows<R> {
    pub(super) sound: Vec<R>,
    pub(super) unsound: u32,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum ListedRow<R> {
    Sound(Box<R>),
    Unsound(IgnoredAny),
}

impl<R> Default for ListedRows<R> {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

impl<R> From<Vec<ListedRow<R>>> for ListedRows<R> {
    fn from(rows: Vec<ListedRow<R>>) -> Self {
        let all = rows.len();
        let sound = rows.into_iter().filter_map(|row| match row {
            ListedRow::Sound(row) => Some(*row),
            ListedRow::Unsound(IgnoredAny) => None,
        });
        let sound: Vec<R> = sound.collect();
        let unsound = u32::try_from(all - sound.len()).unwrap_or(u32::MAX);
        Self { sound, unsound }
    }
}

/// `AnalyticsConversationWithoutAttributes`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct ListedConversation<'a> {
    pub(super) conversation_id: Option<Word<'a>>,
    pub(super) conversation_start: Option<Word<'a>>,
    pub(super) conversation_end: Option<Word<'a>>,
    pub(super) customer_participation: Option<bool>,
    pub(super) inactivity_timeout: Option<Word<'a>>,
    pub(super) division_ids: Option<Vec<Word<'a>>>,
    pub(super) participants: Option<Vec<ListedParticipant<'a>>>,
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
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct ListedParticipant<'a> {
    pub(super) purpose: Option<Word<'a>>,
    pub(super) participant_name: Option<Word<'a>>,
    pub(super) user_id: Option<Word<'a>>,
    pub(super) sessions: Option<Vec<ListedSession<'a>>>,
}

/// `AnalyticsSession`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct ListedSession<'a> {
    pub(super) session_id: Option<Word<'a>>,
    pub(super) address_to: Option<Word<'a>>,
    pub(super) flow: Option<ListedFlow<'a>>,
    pub(super) segments: Option<Vec<ListedSegment<'a>>>,
    pub(super) metrics: Option<Vec<ListedMetric<'a>>>,
}

/// `AnalyticsSessionMetric`.
#[derive(Debug, Deserialize)]
#[serde(bound(deserialize = "'de: 'a"))]
pub(super) struct ListedMetric<'a> {
    pub(super) name: Option<Word<'a>>,
    pub(super) value: Option<Value>,
}

/// `AnalyticsFlow`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
#[expect(clippy::struct_field_names, reason = "the names are the platform's")]
pub(super) struct ListedFlow<'a> {
    pub(super) flow_id: Option<Word<'a>>,
    pub(super) flow_name: Option<Word<'a>>,
    pub(super) flow_version: Option<Word<'a>>,
    pub(super) flow_type: Option<Word<'a>>,
}

/// `AnalyticsConversationSegment`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
pub(super) struct ListedSegment<'a> {
    pub(super) segment_type: Option<Word<'a>>,
    pub(super) segment_start: Option<Word<'a>>,
    pub(super) segment_end: Option<Word<'a>>,
    pub(super) queue_id: Option<Word<'a>>,
    pub(super) disconnect_type: Option<Word<'a>>,
    pub(super) error_code: Option<Word<'a>>,
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
