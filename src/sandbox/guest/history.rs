//! A guest's own history: what was written and what happened, over all conversations, newest first.

use super::account::bearer;
use super::session::Key;
use super::{Guests, MINUTE};
use crate::sandbox::exchange::Request;
use crate::sandbox::refusal::Refusal;
use jiff::Timestamp;
use serde_json::{Value, json};

impl Guests {
    /// Whether a request is for a guest's history, which no operator's token opens.
    pub(in crate::sandbox) fn is_history(request: &Request) -> bool {
        request.segments() == ["api", "v2", "webmessaging", "messages"]
    }

    /// The token of such a request, if it is a guest's and good.
    pub(in crate::sandbox) fn check_pass(
        &self,
        request: &Request,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let jwt = bearer(request).ok_or_else(Refusal::authentication_required)?;
        self.accounts.of_pass(jwt, now)?;
        Ok(jwt.to_owned())
    }

    /// One page of the history that a token opens. Pages are counted from 1.
    pub(in crate::sandbox) fn history(
        &mut self,
        jwt: &str,
        page: usize,
        size: usize,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let key: Key = self.accounts.of_pass(jwt, now)?;
        let allowed = self.rules.history_per_minute;
        let session = self.sessions.get_mut(&key);
        let session = session.filter(|one| one.is_alive());
        let session = session.ok_or_else(Refusal::not_found)?;
        session
            .reads
            .take(allowed, MINUTE, now)
            .map_err(Refusal::too_many_requests)?;
        let newest_first = session.entries.iter().rev();
        let skipped = page.saturating_sub(1).saturating_mul(size);
        let listed = newest_first.skip(skipped).take(size);
        let listed: Vec<Value> = listed.map(super::entry::Entry::shown).collect();
        let total = session.entries.len();
        Ok(json!({
            "entities": listed,
            "pageSize": size,
            "pageNumber": page,
            "total": total,
            "pageCount": total.div_ceil(size.max(1)),
        }))
    }
}
