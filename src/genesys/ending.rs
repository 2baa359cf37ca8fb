//! When a conversation ended, as analytics knows it: `GET /api/v2/analytics/conversations/{id}/details`. Late, and asked only about what
//! the conversation service says is not there.

use super::client::Client;
use super::recorded::recorded;
use super::send::Question;
use super::{parse, wire};
use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::recorded::Recorded;
use crate::domain::roster::Ending;
use crate::engine::ports::Pass;

impl Client {
    /// Asks analytics. An answer about another conversation, or one whose time is not sound, is no answer.
    pub(super) async fn ending(&self, id: ConversationId, pass: Pass) -> Result<Ending, Failure> {
        let path = format!("/api/v2/analytics/conversations/{id}/details");
        let answer = self
            .funnel
            .ask(&Question::Get(path, Vec::new()), pass)
            .await?;
        let said: wire::ConversationEnd = answer.content()?;
        if said.conversation_id.as_deref().map(str::parse) != Some(Ok(id)) {
            return Err(answer.unreadable("it is about another conversation"));
        }
        let ended = parse::time("conversationEnd", said.conversation_end.as_deref())
            .map_err(|parse::Unusable(field)| answer.garbled(&field))?;
        Ok(Ending {
            asked_at: answer.sent_at,
            ended,
            receipt: answer.receipt,
        })
    }

    /// All that analytics recorded of one conversation, asked by its id.
    pub async fn record(&self, id: ConversationId, pass: Pass) -> Result<Recorded, Failure> {
        let path = format!("/api/v2/analytics/conversations/{id}/details");
        let question = Question::Get(path, Vec::new());
        let answer = self.funnel.ask(&question, pass).await?;
        let said: wire::ListedConversation<'_> = answer.content()?;
        if said.conversation_id.as_deref().map(str::parse) != Some(Ok(id)) {
            return Err(answer.unreadable("it is about another conversation"));
        }
        recorded(&said, answer.sent_at).map_err(|parse::Unusable(field)| answer.garbled(&field))
    }
}
