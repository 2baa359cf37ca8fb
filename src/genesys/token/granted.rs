//! What the token endpoint said.

use secrecy::SecretString;
use serde::Deserialize;

use crate::domain::failure::{Failure, FailureKind};
use crate::domain::text::Text;
use crate::genesys::carrier::Exchange;

/// A token.
#[derive(Deserialize)]
pub(super) struct Granted {
    pub(super) access_token: SecretString,
    pub(super) expires_in: Option<i64>,
    pub(super) refresh_token: Option<SecretString>,
}

/// OAuth's own error form; its keys differ between accounts of it.
#[derive(Deserialize)]
struct Denied {
    error: Option<String>,
    error_description: Option<String>,
    description: Option<String>,
}

/// What the token endpoint granted, or why it did not.
pub(super) fn of(answer: &Exchange) -> Result<Granted, Failure> {
    if matches!(answer.status, 400 | 401) && answer.is_json() {
        let denied: Option<Denied> = answer
            .body
            .as_ref()
            .ok()
            .and_then(|body| serde_json::from_slice(body).ok());
        let (code, said) = denied.map_or((None, None), |denied| {
            (
                denied.error,
                denied.error_description.or(denied.description),
            )
        });
        let mut failure = answer.failure(
            FailureKind::SignInRefused,
            said.or_else(|| code.clone()).as_deref().unwrap_or_default(),
        );
        failure.code = code.as_deref().map(Text::clean);
        return Err(failure);
    }
    answer.content()
}
