//! The truth about one conversation: `GET /api/v2/conversations/{id}`.

use super::carrier::Exchange;
use super::client::Client;
use super::send::Question;
use super::{parse, wire};
use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::raw_read::RawRead;
use crate::domain::roster::Reading;
use crate::engine::ports::Pass;

impl Client {
    /// Reads one conversation. An answer about another one, or one whose ids or times are not sound, is no answer.
    pub(super) async fn conversation(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> Result<Reading, Failure> {
        reading(id, self.conversation_answer(id, pass).await?)
    }

    /// The same with the answer itself.
    pub(super) async fn conversation_closely(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> Result<(Reading, Option<RawRead>), Failure> {
        let answer = self.conversation_answer(id, pass).await?;
        let body = answer.content()?;
        let raw = RawRead::new(answer.sent_at, answer.receipt.clone(), body);
        Ok((reading(id, answer)?, Some(raw)))
    }

    async fn conversation_answer(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> Result<Exchange, Failure> {
        let question = Question::Get(format!("/api/v2/conversations/{id}"), Vec::new());
        self.funnel.ask(&question, pass).await
    }
}

/// What an answer says about that conversation.
pub(super) fn reading(id: ConversationId, answer: Exchange) -> Result<Reading, Failure> {
    let said: wire::Conversation<'_> = answer.content()?;
    let is_another = |said: &str| said.parse().is_ok_and(|other: ConversationId| other != id);
    if said.id.as_deref().is_some_and(is_another) {
        return Err(answer.unreadable("it is about another conversation"));
    }
    let conversation =
        parse::conversation(id, said).map_err(|parse::Unusable(field)| answer.garbled(&field))?;
    Ok(Reading {
        conversation,
        read_at: answer.sent_at,
        arrived: answer.arrived,
        receipt: answer.receipt,
    })
}
