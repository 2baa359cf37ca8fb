//! What the roles of whoever signed in allow: `GET /api/v2/authorization/subjects/me`. Whether a client-credentials token gets an answer
//! there is not verified, so nobody may depend on one.

use super::client::Client;
use super::send::Question;
use super::{parse, wire};
use crate::domain::failure::Failure;
use crate::domain::rights::{Grant, Policy, Rights};
use crate::domain::text::Text;
use crate::engine::ports::Pass;

/// The most that is taken in of a list of grants or policies: more is nothing a person gave.
const MOST: usize = 2000;

impl Client {
    /// Every role in every division; one request.
    pub async fn rights(&self, pass: Pass) -> Result<Rights, Failure> {
        let query = vec![("includeFullRoles", "true".to_owned())];
        let path = "/api/v2/authorization/subjects/me".to_owned();
        let answer = self.funnel.ask(&Question::Get(path, query), pass).await?;
        let said: wire::Subject = answer.content()?;
        // A body without grants is not one without rights: it may be somebody else's.
        let grants = said
            .grants
            .ok_or_else(|| answer.unreadable("grants: absent"))?;
        Ok(Rights {
            grants: grants.into_iter().take(MOST).map(grant).collect(),
        })
    }
}

fn grant(said: wire::SubjectGrant) -> Grant {
    let division = said.division.unwrap_or(wire::Named {
        id: None,
        name: None,
    });
    let is_everywhere = division.id.as_deref() == Some("*");
    let named = parse::text(division.name).or_else(|| parse::text(division.id));
    let (role, policies) = said
        .role
        .map_or((None, None), |role| (role.name, role.policies));
    Grant {
        role: parse::text(role).unwrap_or_else(|| Text::clean("?")),
        division: (!is_everywhere).then(|| named.unwrap_or_else(|| Text::clean("?"))),
        policies: policies.map(|all| all.into_iter().take(MOST).filter_map(policy).collect()),
    }
}

fn policy(said: wire::SubjectPolicy) -> Option<Policy> {
    let actions = said.actions.unwrap_or_default().into_iter();
    Some(Policy {
        domain: parse::text(said.domain)?,
        entity: parse::text(said.entity_name)?,
        actions: actions
            .take(MOST)
            .filter_map(|one| parse::text(Some(one)))
            .collect(),
        is_conditional: said.condition.is_some_and(|said| !said.trim().is_empty()),
    })
}
