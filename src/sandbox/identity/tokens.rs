//! Tokens: opaque, each for one client and perhaps one user, good until it runs out or is revoked.

use crate::sandbox::exchange::Request;
use crate::sandbox::random::Random;
use crate::sandbox::refusal::Refusal;
use jiff::{SignedDuration, Timestamp};
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Caller {
    /// The id of the client.
    pub(in crate::sandbox) client: String,
    /// The user who signed in with it; none where the client asks for itself.
    pub(in crate::sandbox) user: Option<Uuid>,
    /// What the token may be used for; none where nothing restricts it.
    pub(in crate::sandbox) scopes: Option<Arc<[String]>>,
}

#[derive(Debug)]
struct Good {
    caller: Caller,
    until: Timestamp,
}

/// Every token that was issued and not revoked.
#[derive(Debug)]
pub(in crate::sandbox) struct Tokens {
    random: Random,
    good: HashMap<String, Good>,
    /// Tokens that get new ones, and for whom.
    renewing: HashMap<String, Caller>,
}

impl Tokens {
    pub(super) fn new(random: Random) -> Self {
        Self {
            random,
            good: HashMap::new(),
            renewing: HashMap::new(),
        }
    }

    /// A new token. Its prefix tells it from every real one.
    pub(super) fn issue(
        &mut self,
        caller: Caller,
        lifetime: SignedDuration,
        now: Timestamp,
    ) -> String {
        let token = format!("sbx_{:016x}{:016x}", self.random.next(), self.random.next());
        let until = now.checked_add(lifetime).unwrap_or(now);
        self.good.insert(token.clone(), Good { caller, until });
        token
    }

    /// A token that gets new ones.
    pub(super) fn issue_renewing(&mut self, caller: Caller) -> String {
        let token = format!("sbr_{:016x}{:016x}", self.random.next(), self.random.next());
        self.renewing.insert(token.clone(), caller);
        token
    }

    /// For whom a token gets new ones.
    pub(super) fn renews(&self, token: &str) -> Option<&Caller> {
        self.renewing.get(token)
    }

    /// The token of a request and who it stands for, if it is good.
    pub(in crate::sandbox) fn check(
        &self,
        request: &Request,
        now: Timestamp,
    ) -> Result<(String, Caller), Refusal> {
        let header = request.authorization.as_deref().unwrap_or("").trim();
        let token = match header.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
            _ => return Err(Refusal::authentication_required()),
        };
        match self.good.get(token) {
            None => Err(Refusal::bad_credentials()),
            Some(good) if now >= good.until => Err(Refusal::expired_credentials()),
            Some(good) => Ok((token.to_owned(), good.caller.clone())),
        }
    }

    /// Makes a token useless; false where it was nobody's.
    pub(in crate::sandbox) fn revoke(&mut self, token: &str) -> bool {
        self.good.remove(token).is_some()
    }

    /// Makes every token useless, and says which they were.
    pub(in crate::sandbox) fn revoke_all(&mut self) -> Vec<String> {
        self.renewing.clear();
        let mut tokens: Vec<String> = self.good.drain().map(|(token, _)| token).collect();
        tokens.sort_unstable();
        tokens
    }

    /// Lets every token run out now.
    pub(in crate::sandbox) fn expire_all(&mut self, now: Timestamp) {
        for good in self.good.values_mut() {
            good.until = good.until.min(now);
        }
    }

    /// Whose token it is, good still or run out.
    pub(in crate::sandbox) fn caller(&self, token: &str) -> Option<&Caller> {
        self.good.get(token).map(|good| &good.caller)
    }

    /// When a token runs out.
    pub(in crate::sandbox) fn expiry(&self, token: &str) -> Option<Timestamp> {
        self.good.get(token).map(|good| good.until)
    }
}
