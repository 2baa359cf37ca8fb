//! Signing in anew while a console is open: with the secret as it is kept now, for it may have been replaced since the start.

use std::sync::{PoisonError, RwLock};

use secrecy::SecretString;

use super::client::Client;
use super::grant::Grant;
use crate::domain::failure::Failure;
use crate::engine::ports::Pass;

/// The secret that is shown, if there is one.
pub(super) struct Secret(RwLock<Option<SecretString>>);

impl Secret {
    pub(super) fn of(grant: &Grant) -> Self {
        Self(RwLock::new(grant.secret().cloned()))
    }

    pub(super) fn get(&self) -> Option<SecretString> {
        let secret = self.0.read().unwrap_or_else(PoisonError::into_inner);
        secret.clone()
    }

    /// Shows this one from now on; the answer was shown before.
    fn replace(&self, by: Option<SecretString>) -> Option<SecretString> {
        let mut secret = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *secret, by)
    }
}

impl Client {
    /// Signs in with this secret, whatever token there was, or without one as before; one request. Only a secret that works is shown from
    /// then on: the one before it may be good, and what was handed over wrong.
    pub async fn sign_in_anew(
        &self,
        secret: Option<SecretString>,
        pass: Pass,
    ) -> Result<(), Failure> {
        let shown = &self.funnel.tokens().secret;
        let before = secret.map(|secret| shown.replace(Some(secret)));
        self.funnel.drop_token().await;
        let signed_in = self.sign_in(pass).await.map(drop);
        if signed_in.is_err()
            && let Some(before) = before
        {
            shown.replace(before);
        }
        signed_in
    }
}
