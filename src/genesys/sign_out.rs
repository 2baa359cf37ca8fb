//! Signing out: the token is made worthless, and forgotten here. It changes nothing of the organisation, only what this program began by
//! signing in, so a client that can only read may do it.

use reqwest::Method;

use super::client::Client;
use super::send::Funnel;
use super::token::Token;
use crate::domain::failure::Failure;
use crate::engine::ports::Pass;

impl Client {
    /// Forgets the token, and tells the platform that it is not used any more. Says whether there was one; where there was none, nothing
    /// is sent.
    pub async fn sign_out(&self, pass: Pass) -> Result<bool, Failure> {
        self.funnel.sign_out(pass).await
    }
}

impl Funnel {
    async fn sign_out(&self, pass: Pass) -> Result<bool, Failure> {
        let Some(token) = self.tokens().forget().await else {
            return Ok(false);
        };
        self.give_back(&token, pass).await?;
        Ok(true)
    }

    /// Tells the platform that a token is not used any more.
    pub(super) async fn give_back(&self, token: &Token, mut pass: Pass) -> Result<(), Failure> {
        pass.ready().await;
        let request = self.request(Method::DELETE, "/api/v2/tokens/me", &[], None, token)?;
        self.carry(request, pass.lane(), 1).await?.accepted()?;
        Ok(())
    }
}
