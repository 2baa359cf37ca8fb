//! What was said, asked for only when somebody wants to see it: `POST …/messages/bulk`. Personal data; never kept, never logged.

use super::client::Client;
use super::send::Question;
use super::{parse, wire};
use crate::domain::conversation::Side;
use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::text::Text;
use crate::domain::transcript::TranscriptLine;
use crate::engine::ports::Pass;

/// The most messages that one request may ask for.
const MOST: usize = 1000;

impl Client {
    /// The words of these messages, oldest first; at most a thousand, the newest of those asked for.
    pub async fn transcript(
        &self,
        conversation: ConversationId,
        messages: &[Text],
        pass: Pass,
    ) -> Result<Vec<TranscriptLine>, Failure> {
        let wanted: Vec<&str> = messages.iter().rev().take(MOST).map(Text::as_str).collect();
        let path = format!("/api/v2/conversations/messages/{conversation}/messages/bulk");
        let question = Question::Query(path, serde_json::json!(wanted));
        let answer = self.funnel.ask(&question, pass).await?;
        let said: wire::Entities<wire::MessageData> = answer.content()?;
        let mut lines: Vec<TranscriptLine> =
            said.entities.into_iter().flatten().map(line).collect();
        lines.sort_by_key(|line| line.at);
        Ok(lines)
    }
}

fn line(said: wire::MessageData) -> TranscriptLine {
    let message = said.normalized_message;
    let machine = message
        .as_ref()
        .and_then(|message| message.originating_entity.as_deref())
        == Some("Bot");
    let (form, text) = message.map_or((None, None), |message| (message.kind, message.text));
    TranscriptLine {
        id: Text::clean(said.id.as_deref().unwrap_or_default()),
        at: said.timestamp.and_then(|at| at.parse().ok()),
        from: if said.direction.as_deref() == Some("inbound") {
            Side::Customer
        } else {
            Side::Agent
        },
        by_machine: machine,
        form: parse::text(form),
        text: parse::text(text),
    }
}
