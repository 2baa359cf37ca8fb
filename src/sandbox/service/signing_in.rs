//! The door for those who have no token yet, and what tokens and roles allow.

use super::{Call, Service};
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::notify::Issued;
use crate::sandbox::refusal::Refusal;
use jiff::Timestamp;
use uuid::Uuid;

impl Service {
    /// `/oauth/…`: what answers those who have no token yet.
    pub(super) fn sign_in(
        &mut self,
        request: &Request,
        rest: &[&str],
        now: Timestamp,
    ) -> Result<Answer, Refusal> {
        let agents = self.world.directory.agents.iter();
        let users: Vec<(Uuid, &str)> = agents.map(|user| (user.id, user.name.as_str())).collect();
        match (request.method.as_str(), rest) {
            ("POST", ["token"]) => {
                let answer = self.identity.grant(request, now);
                self.tell_token(&answer, now);
                Ok(answer)
            }
            ("GET", ["authorize"]) => Ok(self.identity.ask(request, &users, now)),
            ("POST", ["authorize"]) => Ok(self.identity.hear(request, &users, now)),
            (_, ["token"]) => Err(Refusal::method_not_allowed("POST")),
            (_, ["authorize"]) => Err(Refusal::method_not_allowed("GET, POST")),
            _ => Err(Refusal::not_found()),
        }
    }

    /// Tells a user's listeners of a token that the user has just got.
    fn tell_token(&mut self, answer: &Answer, now: Timestamp) {
        let body = answer.json_body();
        let token = body.and_then(|body| body.get("access_token")?.as_str());
        let tokens = &self.identity.tokens;
        let known = token.and_then(|token| {
            let caller = tokens.caller(token)?;
            Some((token, caller, caller.user?, tokens.expiry(token)?))
        });
        let Some((token, caller, user, until)) = known else {
            return;
        };
        let mut agents = self.world.directory.agents.iter();
        let name = agents
            .find(|one| one.id == user)
            .map(|one| one.name.as_str());
        let issued = Issued {
            user,
            name: name.unwrap_or_default(),
            client: &caller.client,
            token,
            until,
        };
        self.hub.tell_token(&issued, now);
    }

    /// Whether whoever calls holds a permission.
    pub(in crate::sandbox) fn holds(&self, call: &Call<'_>, permission: &str) -> bool {
        self.identity.roles.hold(&call.caller, permission)
    }

    /// Makes a token useless.
    pub(in crate::sandbox) fn revoke(&mut self, token: &str) {
        self.identity.tokens.revoke(token);
    }
}
