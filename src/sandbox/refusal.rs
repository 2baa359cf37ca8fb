//! The standard error body, and every refusal that the sandbox knows, with its documented words.

use super::exchange::Answer;
use serde_json::json;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) code: Box<str>,
    pub(super) message: String,
    /// The permissions that the message names, where it is about some.
    permissions: Option<Box<str>>,
    /// The field that is meant.
    field: Option<Box<str>>,
    pub(super) headers: Vec<(&'static str, String)>,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            permissions: None,
            field: None,
            headers: Vec::new(),
        }
    }

    /// Names the field, where the platform's clients look for it.
    pub(super) fn about(mut self, field: &str) -> Self {
        self.field = Some(field.into());
        self
    }

    /// 400: the request itself makes no sense.
    pub(super) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(400, "bad.request", message)
    }

    /// 400: a word that the field does not know.
    pub(super) fn invalid_value(value: &str, field_type: &str, allowed: &[&str]) -> Self {
        let allowed = allowed.join(", ");
        Self::new(
            400,
            "invalid.value",
            format!(
                "Value [{value}] is not valid for field type [{field_type}]. Allowable values are: {allowed}"
            ),
        )
    }

    /// 400: a time that cannot be read.
    pub(super) fn invalid_date() -> Self {
        Self::new(
            400,
            "invalid.date",
            "Dates must be specified as ISO-8601 strings. For example: yyyy-MM-ddTHH:mm:ss.SSSZ",
        )
    }

    /// 400: a communication can only be disconnected.
    pub(super) fn state_required() -> Self {
        Self::new(
            400,
            "communication.state.required",
            "Can only update a communication's state to disconnected.",
        )
    }

    /// 400: wrap-up without a code that exists.
    pub(super) fn wrap_up_code_required() -> Self {
        Self::new(
            400,
            "conversation.error.wrapup.code.required",
            "Wrapup code is a required field and cannot be empty.",
        )
    }

    /// 400: after-call work that the queue insists on.
    pub(super) fn wrap_up_cannot_be_skipped() -> Self {
        Self::new(
            400,
            "conversation.error.wrapup.cannot.skip",
            "Wrapup cannot be skipped.",
        )
    }

    /// 400: participant data without any data.
    pub(super) fn attributes_missing() -> Self {
        Self::new(
            400,
            "conversation.error.participant.attribute.null",
            "Cannot update participant attribute map to a null value.",
        )
    }

    /// 400: the participant has already ended.
    pub(super) fn no_active_conversations() -> Self {
        Self::new(
            400,
            "conversation.error.participant.no.active.conversations",
            "The participant has no active conversations.",
        )
    }

    /// 401: no token.
    pub(super) fn authentication_required() -> Self {
        Self::new(
            401,
            "authentication.required",
            "No authentication bearer token specified in authorization header.",
        )
    }

    /// 401: a token that nobody issued or that was revoked.
    pub(super) fn bad_credentials() -> Self {
        Self::new(401, "bad.credentials", "Invalid login credentials.")
    }

    /// 401: a token that was good once.
    pub(super) fn expired_credentials() -> Self {
        Self::new(
            401,
            "credentials.expired",
            "The supplied credentials are expired and cannot be used.",
        )
    }

    /// 400: more users than one request may name.
    pub(super) fn max_user_ids() -> Self {
        Self::new(
            400,
            "max.user.ids",
            "Only 100 users can be requested at a time.",
        )
    }

    /// 400: only a user can ask this, and the token is a program's own.
    pub(super) fn not_a_user() -> Self {
        Self::new(
            400,
            "not.a.user",
            "This request requires a user context. Client credentials cannot be used for requests to this resource.",
        )
    }

    /// 403: none of the permissions that would do.
    pub(super) fn missing_any_permissions(permissions: &[&str]) -> Self {
        let words = "You must have at least one of the following permissions assigned";
        Self::missing("missing.any.permissions", words, permissions)
    }

    /// 403: some of the permissions that are all needed.
    pub(super) fn missing_permissions(permissions: &[&str]) -> Self {
        let words = "You are missing the following permission(s)";
        Self::missing("missing.permissions", words, permissions)
    }

    fn missing(code: &str, words: &str, permissions: &[&str]) -> Self {
        let list = format!("[{}]", permissions.join(", "));
        let message = format!("Unable to perform the requested action. {words}: {list}");
        Self {
            permissions: Some(list.into()),
            ..Self::new(403, code, message)
        }
    }

    /// 403: the token is not meant for this.
    pub(super) fn not_authorized() -> Self {
        Self::new(
            403,
            "not.authorized",
            "You are not authorized to perform the requested action.",
        )
    }

    /// 403: other people's legs are closed to this token.
    pub(super) fn not_active_participant() -> Self {
        Self::new(
            403,
            "conversation.error.forbidden.not.active.participant",
            "The requester is not an active participant of the conversation.",
        )
    }

    /// 404: no such path or thing.
    pub(super) fn not_found() -> Self {
        Self::new(404, "not.found", "The requested resource was not found.")
    }

    /// 404: no such user.
    pub(super) fn user_not_found() -> Self {
        Self::new(
            404,
            "general.resource.not.found",
            "Unable to find a user with that userId",
        )
    }

    /// 404: no such conversation.
    pub(super) fn conversation_not_found() -> Self {
        Self::new(
            404,
            "conversation.error.conversation.not.found",
            "The conversation does not exist.",
        )
    }

    /// 404: no such participant or leg on this conversation.
    pub(super) fn not_conversation_participant() -> Self {
        Self::new(
            404,
            "conversation.error.not.conversation.participant",
            "The participant is not a participant of the conversation.",
        )
    }

    /// 405, naming the methods that the path knows.
    pub(super) fn method_not_allowed(allowed: &str) -> Self {
        Self {
            headers: vec![("allow", allowed.to_owned())],
            ..Self::new(
                405,
                "method.not.allowed",
                "The method is not allowed for this resource.",
            )
        }
    }

    /// 413: more than the platform reads.
    pub(super) fn too_large() -> Self {
        Self::new(
            413,
            "request.entity.too.large",
            "The request is larger than 512000 bytes.",
        )
    }

    /// 415: a body that is not JSON.
    pub(super) fn unsupported_media_type() -> Self {
        Self::new(415, "unsupported.media.type", "Unsupported Media Type")
    }

    /// 429, saying when to come back.
    pub(super) fn too_many_requests(seconds: i64) -> Self {
        Self {
            headers: vec![("retry-after", seconds.to_string())],
            ..Self::new(
                429,
                "too.many.requests.retry.after",
                format!(
                    "Rate limit exceeded the maximum. Retry the request in [{seconds}] seconds"
                ),
            )
        }
    }

    /// The standard error body.
    pub(super) fn into_answer(self, correlation: &str) -> Answer {
        let parameters = self.permissions.map(|list| json!({ "permissions": list }));
        let details = self
            .field
            .map(|field| json!([{ "errorCode": self.code, "fieldName": field }]));
        let body = json!({
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "messageParams": parameters.unwrap_or_else(|| json!({})),
            "contextId": correlation,
            "details": details.unwrap_or_else(|| json!([])),
            "errors": [],
        });
        let mut answer = Answer::json(self.status, body);
        answer.headers = self.headers;
        answer
    }
}
