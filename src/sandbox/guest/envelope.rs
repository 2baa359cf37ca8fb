//! What a guest is sent: one envelope a frame, with the class that says what the body is.
//!
//! No member is ever null, and the body is always there: the official client reads nothing else.

use super::entry::Entry;
use crate::sandbox::scenario::ClosingWord;
use serde_json::{Value, json};
use uuid::Uuid;

/// One frame to a guest.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    /// The answer to a request, or pushed.
    is_response: bool,
    class: &'static str,
    code: u16,
    body: Value,
    /// Of the request that it answers.
    tracing: Option<String>,
    /// What the ground truth calls it; nothing where it says nothing about a conversation.
    pub(super) word: Option<&'static str>,
    /// The conversation that it speaks of, where it is not the guest's present one.
    pub(super) about: Option<Uuid>,
}

impl Envelope {
    fn new(is_response: bool, class: &'static str, code: u16, body: Value) -> Self {
        Self {
            is_response,
            class,
            code,
            body,
            tracing: None,
            word: None,
            about: None,
        }
    }

    fn called(self, word: &'static str) -> Self {
        Self {
            word: Some(word),
            ..self
        }
    }

    /// The same as the answer to a request.
    pub(super) fn traced(self, tracing: Option<&str>) -> Self {
        Self {
            tracing: tracing.map(str::to_owned),
            ..self
        }
    }

    /// The same about a conversation.
    pub(super) fn about(self, conversation: Option<Uuid>) -> Self {
        Self {
            about: conversation,
            ..self
        }
    }

    /// The answer to a configuration, or to a farewell.
    pub(super) fn session(body: Value) -> Self {
        let says = |name| body.get(name).and_then(Value::as_bool).unwrap_or(false);
        let tells = says("connected") && says("readOnly");
        Self {
            word: tells.then_some("session-read-only"),
            ..Self::new(true, "SessionResponse", 200, body)
        }
    }

    /// A message or an event.
    pub(super) fn message(entry: &Entry) -> Self {
        Self {
            word: entry.word(),
            ..Self::new(false, "StructuredMessage", 200, entry.body())
        }
    }

    /// A message that comes back to whoever sent it, and goes nowhere else.
    pub(super) fn echo(body: Value) -> Self {
        Self::new(true, "StructuredMessage", 200, body)
    }

    pub(super) fn expired(is_response: bool) -> Self {
        Self::new(is_response, "SessionExpiredEvent", 200, json!({})).called("session-expired")
    }

    pub(super) fn cleared() -> Self {
        Self::new(false, "SessionClearedEvent", 200, json!({})).called("session-cleared")
    }

    /// The client is told to go.
    pub(super) fn connection_closed(reason: Option<(ClosingWord, &str)>) -> Self {
        let body = match reason {
            None => json!({}),
            Some((ClosingWord::Reason, reason)) => json!({ "reason": reason }),
            Some((ClosingWord::ReasonCode, reason)) => json!({ "reasonCode": reason }),
        };
        Self::new(false, "ConnectionClosedEvent", 200, body).called("connection-closed")
    }

    pub(super) fn logout() -> Self {
        Self::new(false, "LogoutEvent", 200, json!({})).called("logout")
    }

    pub(super) fn jwt(jwt: &str, expiry: i64) -> Self {
        let body = json!({ "jwt": jwt, "exp": expiry });
        Self::new(true, "JwtResponse", 200, body)
    }

    pub(super) fn configuration(body: Value) -> Self {
        Self::new(true, "GetConfigurationResponse", 200, body)
    }

    /// Where a file may be sent to, or got from.
    pub(super) fn presigned_url(body: Value) -> Self {
        Self::new(true, "PresignedUrlResponse", 200, body)
    }

    pub(super) fn attachment_deleted(id: &str) -> Self {
        let body = json!({ "attachmentId": id });
        Self::new(true, "AttachmentDeletedResponse", 200, body)
    }

    pub(super) fn uploaded(body: Value) -> Self {
        Self::new(false, "UploadSuccessEvent", 200, body)
    }

    /// A file that may not be sent.
    pub(super) fn no_url(attachment: &str, code: u16, words: &str) -> Self {
        let body = json!({
            "attachmentId": attachment,
            "errorCode": code,
            "errorMessage": words,
        });
        Self::new(true, "GenerateUrlError", 400, body)
    }

    /// Too often; `seconds` until it may be tried again.
    pub(super) fn too_many(seconds: i64, words: &str) -> Self {
        let body = json!({ "retryAfter": seconds, "errorCode": 4029, "errorMessage": words });
        Self::new(true, "TooManyRequestsErrorMessage", 429, body)
    }

    /// A refusal in words.
    pub(super) fn refused(code: u16, words: impl Into<String>) -> Self {
        Self::new(true, "string", code, Value::String(words.into())).called("refused")
    }

    /// A frame that makes no sense.
    pub(super) fn failed() -> Self {
        Self::refused(400, "Request failed.")
    }

    /// The frame as it is written.
    pub(super) fn to_value(&self) -> Value {
        let mut frame = json!({
            "type": if self.is_response { "response" } else { "message" },
            "class": self.class,
            "code": self.code,
            "body": self.body,
        });
        if let (Some(tracing), Some(members)) = (&self.tracing, frame.as_object_mut()) {
            members.insert("tracingId".to_owned(), Value::String(tracing.clone()));
        }
        frame
    }
}
