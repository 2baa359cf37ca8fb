//! What an answer means: a status and a body become content or a [`Failure`] (`engine.md` 3.4). Of a body that refuses, only the service's
//! own code, message and permissions are kept; a body is never logged.

use serde::de::{Deserialize, IgnoredAny};

use super::carrier::Exchange;
use super::wire;
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::rulings;
use crate::domain::text::Text;

impl Exchange {
    /// The content of an answer to a question.
    pub(super) fn content<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Failure> {
        self.accepted()?;
        let body = self.body.as_ref().map_err(Clone::clone)?;
        self.check_json()?;
        // Looked through for what is no UTF-8 all at once, which is faster than word by word.
        let read = match std::str::from_utf8(body) {
            Ok(text) => serde_json::from_str(text),
            // It may stand where nobody looks.
            Err(_) => serde_json::from_slice(body),
        };
        read.map_err(|error| self.garbled(&place(&error)))
    }

    /// The rows of a list. They are taken as they come; only where one of them is not as documented, each is looked at by itself.
    pub(super) fn rows<'a, R: Deserialize<'a>>(
        &'a self,
    ) -> Result<wire::QueryAnswer<wire::ListedRows<R>>, Failure> {
        let Ok(wire::QueryAnswer {
            total_hits,
            conversations,
        }) = self.content::<wire::QueryAnswer<Vec<R>>>()
        else {
            return self.content();
        };
        let sound = |sound| wire::ListedRows { sound, unsound: 0 };
        Ok(wire::QueryAnswer {
            total_hits,
            conversations: conversations.map(sound),
        })
    }

    /// Whether a request that changes something was accepted. Once a status says so, a body that broke on its way takes nothing back; a
    /// body that is there but cannot come from the platform does.
    pub(super) fn acceptance(
        &self,
        conversation: Option<ConversationId>,
    ) -> Result<Receipt, Failure> {
        self.accepted()?;
        let Ok(body) = &self.body else {
            return Ok(self.receipt.clone());
        };
        if body.is_empty() {
            return Ok(self.receipt.clone());
        }
        self.check_json()?;
        match conversation {
            Some(asked) => {
                let said: wire::Named = self.content()?;
                if said.id.is_some_and(|id| id.parse() != Ok(asked)) {
                    return Err(self.unreadable("it is about another conversation"));
                }
            }
            None => {
                serde_json::from_slice::<IgnoredAny>(body)
                    .map_err(|error| self.garbled(&place(&error)))?;
            }
        }
        Ok(self.receipt.clone())
    }

    /// The answer cannot be used, and why.
    pub(super) fn unreadable(&self, why: &str) -> Failure {
        self.failure(FailureKind::Unreadable, why)
    }

    /// The answer is the platform's and cannot be read, and where.
    pub(super) fn garbled(&self, why: &str) -> Failure {
        self.failure(FailureKind::Garbled, why)
    }

    /// A failure with this answer's figures.
    pub(super) fn failure(&self, kind: FailureKind, said: &str) -> Failure {
        Failure {
            receipt: self.receipt.clone(),
            ..Failure::local(kind, said)
        }
    }

    /// Whether the body claims to be JSON.
    pub(super) fn is_json(&self) -> bool {
        self.content_type.as_deref().is_some_and(|said| {
            let essence = said.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/json") || essence.ends_with("+json")
        })
    }

    fn check_json(&self) -> Result<(), Failure> {
        if self.is_json() {
            return Ok(());
        }
        let said = self.content_type.as_deref().unwrap_or("no content type");
        Err(self.unreadable(&format!("the answer is {said}, not JSON")))
    }

    /// Nothing for a 2xx; else what the status and the service's error body say.
    pub(super) fn accepted(&self) -> Result<(), Failure> {
        if (200..300).contains(&self.status) {
            return Ok(());
        }
        let error = self.error_body();
        let code = error.as_ref().and_then(|body| body.code.as_deref());
        let kind = self.refusal(code, error.as_ref());
        let mut said = match &error {
            Some(body) => body.message.clone().unwrap_or_default(),
            None => "without a Genesys error body".to_owned(),
        };
        if let Some(allow) = self.allow.as_ref().filter(|_| self.status == 405) {
            said = format!("{said} (allowed here: {allow})");
        }
        let mut failure = self.failure(kind, &said);
        failure.code = code.map(Text::clean);
        if failure.receipt.correlation.is_none() {
            failure.receipt.correlation = error
                .and_then(|body| body.context_id)
                .map(|id| Text::clean(&id));
        }
        Err(failure)
    }

    /// The service's error body; what has no code is somebody else's.
    fn error_body(&self) -> Option<wire::ErrorBody> {
        let body = self.body.as_ref().ok()?;
        serde_json::from_slice::<wire::ErrorBody>(body)
            .ok()
            .filter(|error| error.code.is_some())
    }

    fn refusal(&self, code: Option<&str>, error: Option<&wire::ErrorBody>) -> FailureKind {
        let permissions = error.map(wire::ErrorBody::permissions).unwrap_or_default();
        rulings::of_status(self.status, code).kind(permissions, self.retry_after)
    }
}

/// Where a body stops being what was expected. The parser's own words would quote the body.
fn place(error: &serde_json::Error) -> String {
    format!(
        "the JSON is not as documented at line {}, column {}",
        error.line(),
        error.column()
    )
}
