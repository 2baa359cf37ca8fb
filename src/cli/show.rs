//! `show`: one conversation, read now: its diagnosis, its legs, who wrote when.

use std::fmt::Write as _;
use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use serde_json::json;

use super::connect::{Choice, Connection};
use super::exit::Exit;
use super::row::RowData;
use super::trouble::Trouble;
use super::{choosing, output, printed};
use crate::domain::conversation::{Conversation, Side};
use crate::domain::evidence::Evidence;
use crate::domain::failure::FailureKind;
use crate::domain::ids::ConversationId;
use crate::domain::moment::{short, since};
use crate::domain::roster::{Roster, Row};
use crate::domain::text::Text;
use crate::domain::transcript::TranscriptLine;
use crate::engine::ports::{Clock, Lane};
use crate::settings::{Paths, Settings};

/// How long one conversation may take to be read, tries included.
const PATIENCE: Duration = Duration::from_secs(60);

/// `show`.
#[derive(Debug, Args)]
pub(super) struct Show {
    /// The conversation's id
    id: String,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// And what was said: personal data, fetched now and kept nowhere
    #[arg(long)]
    transcript: bool,
}

impl Show {
    /// Shows.
    pub(super) async fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let id: ConversationId = self
            .id
            .parse()
            .map_err(|error| Trouble::new(Exit::Usage, anyhow::Error::new(error)))?;
        let connection = Connection::open(choice, settings, paths).await?;
        let roster = choosing::read(&connection, vec![id], Roster::default(), PATIENCE).await?;
        let row = roster.row(id).ok_or_else(|| unread(id))?;
        if let Some(failed) = &row.failed_read {
            let mut trouble = Trouble::of_failure(
                &format!("conversation {id} cannot be read"),
                &failed.failure,
            );
            if failed.failure.kind == FailureKind::NotFound {
                trouble.exit = Exit::NothingMatched;
            }
            return Err(trouble);
        }
        let said = self.transcript(row, &connection).await?;
        let now = connection.clock.now();
        if self.json {
            output::json_line(&data(row, said.as_deref(), now)?)?;
        } else {
            output::data(&page(row, said.as_deref(), now))?;
        }
        connection.close().await;
        Ok(Exit::Done)
    }

    async fn transcript(
        &self,
        row: &Row,
        connection: &Connection,
    ) -> Result<Option<Vec<TranscriptLine>>, Trouble> {
        let Some(reading) = row.reading.as_ref().filter(|_| self.transcript) else {
            return Ok(None);
        };
        let messages = &reading.conversation.messages;
        let ids: Vec<Text> = messages.iter().map(|message| message.id.clone()).collect();
        let pass = connection.limiter.acquire(Lane::Read, 1).await;
        let lines = connection
            .client
            .transcript(reading.conversation.id, &ids, pass)
            .await;
        lines
            .map(Some)
            .map_err(|failure| Trouble::of_failure("the transcript cannot be read", &failure))
    }
}

fn unread(id: ConversationId) -> Trouble {
    Trouble::said(
        Exit::Unreachable,
        format!("conversation {id} was not read in {} s", PATIENCE.as_secs()),
    )
    .hint("try again; the service may be slow")
}

fn data(
    row: &Row,
    said: Option<&[TranscriptLine]>,
    now: Timestamp,
) -> Result<serde_json::Value, Trouble> {
    let internal = |error| Trouble::new(Exit::Internal, anyhow::Error::new(error));
    let mut value = serde_json::to_value(RowData::of(row, now)).map_err(internal)?;
    if let (Some(object), Some(reading)) = (value.as_object_mut(), &row.reading) {
        let conversation = &reading.conversation;
        object.insert("ended".to_owned(), json!(conversation.ended));
        object.insert("legs".to_owned(), legs(conversation));
        object.insert("messages".to_owned(), json!(conversation.messages));
        object.insert("evidence".to_owned(), json!(Evidence::of(conversation)));
        object.insert("correlation".to_owned(), json!(reading.receipt.correlation));
    }
    if let (Some(object), Some(said)) = (value.as_object_mut(), said) {
        let lines: Vec<_> = said
            .iter()
            .map(|line| json!({ "id": line.id, "at": line.at, "from": line.from, "by_machine": line.by_machine, "text": line.text }))
            .collect();
        object.insert("transcript".to_owned(), json!(lines));
    }
    Ok(value)
}

fn legs(conversation: &Conversation) -> serde_json::Value {
    let legs = conversation.legs().map(|(party, leg)| {
        json!({
            "participant": party.id, "communication": leg.id, "purpose": party.purpose, "name": party.name,
            "state": leg.state, "since": leg.since, "ended": leg.ended, "disconnect": leg.disconnect,
        })
    });
    legs.collect()
}

/// What the operator's guards and rules say, a line each.
fn verdicts(row: &Row, now: Timestamp) -> Vec<String> {
    let guards = row.guarded(now).into_iter().map(|held| {
        let reason = held.reason(row, now);
        format!("Held ({}) by {reason}", held.guard.power.word())
    });
    let rules = row.caught(now).into_iter().map(|rule| {
        let words = rule.words(row, now);
        let colon = if words.is_empty() { "" } else { ": " };
        format!("Rule {} ({}){colon}{words}", rule.name, rule.power.word())
    });
    guards.chain(rules).collect()
}

fn page(row: &Row, said: Option<&[TranscriptLine]>, now: Timestamp) -> String {
    let diagnosis = row.diagnosis(now);
    let mut text = format!(
        "{}\n{}, {}: {}\nNext: {}\n",
        row.listed.id,
        row.severity_of(diagnosis.kind, now).word(),
        diagnosis.kind.word(),
        diagnosis.why,
        diagnosis.kind.remedy()
    );
    for line in verdicts(row, now) {
        let _ = writeln!(text, "{line}");
    }
    let Some(reading) = &row.reading else {
        return text;
    };
    let conversation = &reading.conversation;
    let ago = |at: Timestamp| format!("{} ago", short(since(at, now)));
    let lines: Vec<[String; 6]> = conversation
        .legs()
        .map(|(party, leg)| {
            [
                party.purpose.word().to_owned(),
                party
                    .name
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
                leg.state.word().to_owned(),
                leg.since.map_or_else(|| "?".to_owned(), ago),
                leg.ended.map_or_else(String::new, ago),
                leg.disconnect
                    .as_ref()
                    .map_or_else(String::new, ToString::to_string),
            ]
        })
        .collect();
    let heads = ["LEG", "NAME", "STATE", "SINCE", "ENDED", "HOW"];
    let _ = write!(text, "\n{}", printed::table(heads, &lines));
    let _ = writeln!(
        text,
        "\nbegan {}, {} messages",
        ago(conversation.started),
        conversation.messages.len()
    );
    for side in [Side::Customer, Side::Agent] {
        let who = if side == Side::Customer {
            "customer"
        } else {
            "agent"
        };
        match conversation.newest(side) {
            Some(message) => {
                let _ = writeln!(text, "{who} wrote last {}", ago(message.at));
            }
            None => {
                let _ = writeln!(text, "{who} never wrote");
            }
        }
    }
    for line in said.unwrap_or_default() {
        let who = match (line.by_machine, line.from) {
            (true, _) => "bot",
            (false, Side::Customer) => "customer",
            (false, Side::Agent) => "agent",
        };
        let at = line.at.map_or_else(String::new, ago);
        let words = line.text.as_ref().map_or("", |words| words.as_str());
        let _ = writeln!(text, "{at:>12}  {who:<8}  {words}");
    }
    text
}
