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

    fn replace(&self, by: SecretString) {
        let mut secret = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *secret = Some(by);
    }
}

impl Client {
    /// Signs in with this secret, which is shown from now on, or with the one that was shown before, whatever token there was; one request.
    pub async fn sign_in_anew(
        &self,
        secret: Option<SecretString>,
        pass: Pass,
    ) -> Result<(), Failure> {
        if let Some(secret) = secret {
            self.funnel.tokens().secret.replace(secret);
        }
        self.funnel.drop_token().await;
        self.sign_in(pass).await.map(drop)
    }
}
