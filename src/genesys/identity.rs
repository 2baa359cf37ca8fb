//! Who and where we are: the organisation and the OAuth client that the token stands for, asked of the platform and never assumed.

use super::client::Client;
use super::send::Question;
use super::wire;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::plan::Scope;
use crate::domain::text::Text;
use crate::engine::ports::{Lane, Pass};

/// The organisation and client behind the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The organisation's id.
    pub org_id: String,
    /// Its name.
    pub org_name: Option<Text>,
    /// The OAuth client's id.
    pub client_id: String,
    /// Its name.
    pub client_name: Option<Text>,
    /// The API host, with its port if that is not the scheme's.
    pub api_host: String,
}

impl Client {
    /// Asks `organizations/me` and `tokens/me`; two requests. Refused when the two do not agree on the organisation.
    pub async fn identity(&self, mut pass: Pass) -> Result<Identity, Failure> {
        let second = match pass.split() {
            Some(second) => second,
            None => self.funnel.limiter().acquire(Lane::Read, 1).await,
        };
        let get = |path: &str| Question::Get(path.to_owned(), Vec::new());
        let answer = self
            .funnel
            .ask(&get("/api/v2/organizations/me"), pass)
            .await?;
        let organisation: wire::Named = answer.content()?;
        let org_id = organisation
            .id
            .ok_or_else(|| answer.unreadable("id: absent"))?;
        let answer = self.funnel.ask(&get("/api/v2/tokens/me"), second).await?;
        let token: wire::TokenInfo = answer.content()?;
        if let Some(other) = token.organization.and_then(|org| org.id)
            && other != org_id
        {
            return Err(answer.failure(
                FailureKind::Unreadable,
                "organizations/me and tokens/me name different organisations",
            ));
        }
        // A client-credentials token belongs to the client that asked for it, so a platform that does not say is still known.
        let client = token.oauth_client;
        let (client_id, client_name) = client.map_or((None, None), |said| (said.id, said.name));
        Ok(Identity {
            org_id: Text::clean(&org_id).into(),
            org_name: organisation.name.as_deref().map(Text::clean),
            client_id: client_id.map_or_else(
                || self.funnel.client_id().to_owned(),
                |id| Text::clean(&id).into(),
            ),
            client_name: client_name.as_deref().map(Text::clean),
            api_host: self.funnel.host().to_owned(),
        })
    }

    /// The same as what plans are made for.
    pub async fn scope(&self, pass: Pass) -> Result<Scope, Failure> {
        let identity = self.identity(pass).await?;
        Ok(Scope {
            org_id: identity.org_id,
            api_host: identity.api_host,
            client_id: identity.client_id,
            profile: self.profile.as_ref().to_owned(),
        })
    }
}
