//! Who is signed in: clients, users, tokens, and what they may do.
//!
//! | question | where |
//! |---|---|
//! | which OAuth clients there are | `clients.rs` |
//! | how a token is got: `POST /oauth/token` | `granting.rs` |
//! | how a user says yes in a browser: `/oauth/authorize` | `consent.rs`, its page in `page.rs` |
//! | what a token is good for | `tokens.rs` |
//! | which permissions somebody holds | `roles.rs` |
//! | what a user's token may be used for | `scopes.rs` |
//!
//! It knows of users no more than their ids and names, and nothing of conversations. Refusals of this
//! part are written in OAuth's own words, not in the platform's error body (`genesys-api.md` 1.5).

pub(super) mod clients;
mod consent;
mod form;
mod granting;
mod page;
pub(super) mod roles;
pub(super) mod scopes;
pub(super) mod tokens;

use super::exchange::Answer;
use super::random::Random;
use super::scenario::Scenario;
use clients::Client;
use consent::Consents;
use roles::Roles;
use serde_json::json;
use tokens::Tokens;
use uuid::Uuid;

/// Everything about sign-in.
#[derive(Debug)]
pub(super) struct Identity {
    /// The client of programs: it signs in with its secret and stands for nobody.
    pub(super) machine: Client,
    /// The client of people: a user signs in with it, in a browser.
    pub(super) people: Client,
    pub(super) roles: Roles,
    pub(super) tokens: Tokens,
    consents: Consents,
    /// Whether a code that was asked for with PKCE brings a token that renews as well.
    refreshes: bool,
}

impl Identity {
    /// The clients of a new organisation, and the roles of its users.
    pub(super) fn new(seed: u64, organization: Uuid, scenario: &Scenario, users: &[Uuid]) -> Self {
        let Scenario {
            platform, sign_in, ..
        } = scenario;
        let mut random = Random::stream(seed, "oauth");
        let machine = Client::machine(&mut random, platform.token_seconds);
        // The clients follow the seed, tokens do not: one of another organisation is good for nothing.
        let tokens = Tokens::new(Random::stream(seed, &organization.to_string()));
        let people = Client::people(&mut Random::stream(seed, "oauth-people"), sign_in);
        let forum = scenario.spoken_forum();
        let lacking = forum.iter().flat_map(|one| &one.without_grants);
        let without: Vec<&String> = lacking.chain(&platform.without_permissions).collect();
        let roles = Roles::new(seed, forum.as_ref(), &without, &machine.id, users);
        Self {
            machine,
            people,
            roles,
            tokens,
            consents: Consents::new(seed, sign_in.code_seconds),
            refreshes: sign_in.refresh_tokens,
        }
    }

    /// The client of an id.
    pub(super) fn client(&self, id: &str) -> Option<&Client> {
        [&self.machine, &self.people]
            .into_iter()
            .find(|client| client.id == id)
    }
}

/// A refusal in OAuth's words. Which members the platform writes is not verified; clients look at `error`.
fn refused(status: u16, error: &str, description: &str) -> Answer {
    let body = json!({
        "error": error,
        "error_description": description,
        "description": description,
    });
    Answer::json(status, body).with_header("cache-control", "no-store")
}
