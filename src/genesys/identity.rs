//! Who and where we are: the organisation and the OAuth client that the token stands for, asked of the platform and never assumed.

use super::carrier::Exchange;
use super::client::Client;
use super::send::Question;
use super::token::Token;
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

/// What the token says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFacts {
    /// The organisation that it is for.
    pub org_id: Option<String>,
    /// The OAuth client that asked for it.
    pub client_id: Option<String>,
    /// Its name.
    pub client_name: Option<Text>,
    /// How it was got, in the platform's words: `CLIENT-CREDENTIALS`, `CODE`, …
    pub grant: Option<Text>,
    /// What it may be used for; tokens of client credentials have none, and need none.
    pub scopes: Vec<Text>,
}

impl Client {
    /// Asks `organizations/me` and `tokens/me`; two requests. Refused when the two do not agree on the organisation.
    pub async fn identity(&self, mut pass: Pass) -> Result<Identity, Failure> {
        let second = match pass.split() {
            Some(second) => second,
            None => self.funnel.limiter().acquire(Lane::Read, 1).await,
        };
        let (org_id, org_name) = self.organisation(pass).await?;
        let answer = self.funnel.ask(&token_question(), second).await?;
        let token = facts_of(answer.content()?);
        if token.org_id.is_some_and(|other| other != org_id) {
            return Err(answer.failure(
                FailureKind::Unreadable,
                "organizations/me and tokens/me name different organisations",
            ));
        }
        // A client-credentials token belongs to the client that asked for it, so a platform that does not say is still known.
        let own = || self.funnel.client_id().to_owned();
        Ok(Identity {
            org_id,
            org_name,
            client_id: token.client_id.unwrap_or_else(own),
            client_name: token.client_name,
            api_host: self.funnel.host().to_owned(),
        })
    }

    /// The organisation's id and name, by `organizations/me`; one request.
    pub async fn organisation(&self, pass: Pass) -> Result<(String, Option<Text>), Failure> {
        organisation_in(&self.funnel.ask(&organisation_question(), pass).await?)
    }

    /// The id of the organisation for which a token stands that is not in use; one request.
    pub(super) async fn organisation_of(
        &self,
        token: &Token,
        pass: Pass,
    ) -> Result<String, Failure> {
        let question = organisation_question();
        let answer = self.funnel.ask_with(&question, token, pass).await?;
        organisation_in(&answer).map(|(id, _)| id)
    }

    /// What `tokens/me` says; one request.
    pub async fn token_facts(&self, pass: Pass) -> Result<TokenFacts, Failure> {
        let answer = self.funnel.ask(&token_question(), pass).await?;
        answer.content().map(facts_of)
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

fn organisation_question() -> Question {
    Question::Get("/api/v2/organizations/me".to_owned(), Vec::new())
}

fn organisation_in(answer: &Exchange) -> Result<(String, Option<Text>), Failure> {
    let said: wire::Named = answer.content()?;
    let id = said.id.ok_or_else(|| answer.unreadable("id: absent"))?;
    let name = said.name.as_deref().map(Text::clean);
    Ok((Text::clean(&id).into(), name))
}

fn token_question() -> Question {
    Question::Get("/api/v2/tokens/me".to_owned(), Vec::new())
}

fn facts_of(said: wire::TokenInfo) -> TokenFacts {
    let safe = |word: String| String::from(Text::clean(&word));
    let client = said.oauth_client;
    let (id, name, grant) = client.map_or((None, None, None), |client| {
        (client.id, client.name, client.authorized_grant_type)
    });
    let scopes = said.authorized_scope.unwrap_or_default();
    TokenFacts {
        org_id: said.organization.and_then(|org| org.id).map(safe),
        client_id: id.map(safe),
        client_name: name.as_deref().map(Text::clean),
        grant: grant.as_deref().map(Text::clean),
        scopes: scopes.iter().map(|scope| Text::clean(scope)).collect(),
    }
}
