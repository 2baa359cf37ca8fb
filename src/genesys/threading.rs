//! How long an ended conversation can be brought back by its customer: `GET /api/v2/conversations/messaging/threadingtimeline`.

use jiff::SignedDuration;

use super::client::Client;
use super::send::Question;
use super::wire;
use crate::domain::failure::Failure;
use crate::engine::ports::Pass;

/// The platform takes at most 72 hours; what is longer by far is no figure to go by.
const LONGEST: i64 = 30 * 24 * 60;

impl Client {
    /// The window of web messaging, else the organisation's default.
    pub(super) async fn threading_window(
        &self,
        pass: Pass,
    ) -> Result<Option<SignedDuration>, Failure> {
        let path = "/api/v2/conversations/messaging/threadingtimeline".to_owned();
        let question = Question::Get(path, Vec::new());
        let answer = self.funnel.ask(&question, pass).await?;
        let said: wire::ThreadingWindow = answer.content()?;
        let own = said.settings.unwrap_or_default().into_iter().find(|one| {
            let kind = one.messenger_type.as_deref().unwrap_or_default();
            kind.eq_ignore_ascii_case("webmessaging")
        });
        let minutes = own
            .and_then(|one| one.timeout_in_minutes)
            .or(said.default_timeout_minutes);
        Ok(minutes
            .filter(|minutes| (0..=LONGEST).contains(minutes))
            .map(SignedDuration::from_mins))
    }
}
