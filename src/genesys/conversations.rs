//! The truth about one conversation: `GET /api/v2/conversations/{id}`.

use super::client::Client;
use super::send::Question;
use super::{parse, wire};
use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::roster::Reading;
use crate::engine::ports::Pass;

impl Client {
    /// Reads one conversation. An answer about another one, or one whose ids or times are not sound, is no answer.
    pub(super) async fn conversation(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> Result<Reading, Failure> {
        let question = Question::Get(format!("/api/v2/conversations/{id}"), Vec::new());
        let answer = self.funnel.ask(&question, pass).await?;
        let said: wire::Conversation = answer.content()?;
        let is_another = |said: &str| said.parse().is_ok_and(|other: ConversationId| other != id);
        if said.id.as_deref().is_some_and(is_another) {
            return Err(answer.unreadable("it is about another conversation"));
        }
        let conversation = parse::conversation(id, said)
            .map_err(|parse::Unusable(field)| answer.garbled(&field))?;
        Ok(Reading {
            conversation,
            read_at: answer.sent_at,
            arrived: answer.arrived,
            receipt: answer.receipt,
        })
    }
}
