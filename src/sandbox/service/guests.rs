//! The door for guests' requests: what asks for no operator's token.

use super::Service;
use crate::sandbox::exchange::{Answer, Request};
use crate::sandbox::guest::Guests;
use crate::sandbox::identity::tokens::Caller;
use crate::sandbox::refusal::Refusal;
use jiff::Timestamp;

impl Service {
    /// What only guests ask for, and without any token; nothing where it is somebody else's.
    pub(super) fn for_guests(
        &mut self,
        request: &Request,
        pieces: &[&str],
        now: Timestamp,
    ) -> Option<Result<Answer, Refusal>> {
        let (world, out) = (&mut self.world, &mut self.outbox);
        match pieces {
            ["webdeployments", "v1", "deployments", id, document] => {
                Some(match request.method.as_str() {
                    "GET" => self.guests.public_document(id, document, world),
                    _ => Err(Refusal::method_not_allowed("GET")),
                })
            }
            ["api", "v2", "webdeployments", "token", what] => {
                let answer = self.guests.account_request(request, what, world, now, out);
                Some(answer)
            }
            // Nobody has set up a way to push: the deployment has none of these.
            [
                "api",
                "v2",
                "webmessaging",
                "deployments",
                _,
                "pushdevices",
                _,
            ] => Some(Err(Refusal::not_found())),
            _ => self.guests.file_request(request, world, now, out),
        }
    }

    /// The token of a request and who it stands for, if it is good. A guest's is good for the guest's
    /// history and nothing else; what an operator may see there, the history says itself.
    pub(super) fn signed_in(
        &self,
        request: &Request,
        now: Timestamp,
    ) -> Result<(String, Caller), Refusal> {
        let pass = Guests::is_history(request).then(|| self.guests.check_pass(request, now));
        match (self.identity.tokens.check(request, now), pass) {
            (Err(_), Some(pass)) => {
                let guest = Caller {
                    client: "guest".to_owned(),
                    user: None,
                    scopes: None,
                };
                pass.map(|token| (token, guest))
            }
            (operator, _) => operator,
        }
    }
}
