//! Signing out: the token is made worthless, and forgotten here. It changes nothing of the organisation, only what this program began by
//! signing in, so a client that can only read may do it.

use reqwest::Method;

use super::client::Client;
use super::send::Funnel;
use super::token::Token;
use crate::domain::failure::Failure;
use crate::engine::ports::Pass;

impl Client {
    /// Forgets the token, and tells the platform that it is not used any more; one that a sign-in under way has got as well. Says whether
    /// there was one; where there was none, nothing is sent.
    pub async fn sign_out(&self, pass: Pass) -> Result<bool, Failure> {
        self.funnel.sign_out(pass).await
    }
}

impl Funnel {
    async fn sign_out(&self, pass: Pass) -> Result<bool, Failure> {
        let lane = pass.lane();
        let (mut pass, mut was_there, mut given_back) = (Some(pass), false, Ok(()));
        // The one in use first, as the other may have to be waited for.
        for is_in_use in [true, false] {
            let token = if is_in_use {
                self.tokens().forget().await
            } else {
                self.tokens().forget_redeemed().await
            };
            let Some(token) = token else { continue };
            let pass = match pass.take() {
                Some(pass) => pass,
                None => self.limiter().acquire(lane, 1).await,
            };
            was_there = true;
            given_back = self.give_back(&token, pass).await.and(given_back);
        }
        given_back.map(|()| was_there)
    }

    /// Tells the platform that a token is not used any more.
    pub(super) async fn give_back(&self, token: &Token, mut pass: Pass) -> Result<(), Failure> {
        pass.ready().await;
        let request = self.request(Method::DELETE, "/api/v2/tokens/me", &[], None, token)?;
        self.carry(request, &mut pass, 1).await?.accepted()?;
        Ok(())
    }
}
