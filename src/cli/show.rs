//! `show`: one conversation, read now: its diagnosis, its legs, who wrote when; and on demand what was said, what exactly was answered,
//! what analytics recorded, and all of it in one file for support.

mod analytics;
mod page;
mod whole;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::choice::Choice;
use super::connect::Connection;
use super::exit::Exit;
use super::trouble::Trouble;
use super::{choosing, output};
use crate::domain::failure::FailureKind;
use crate::domain::ids::ConversationId;
use crate::domain::item::Timings;
use crate::domain::masking::{Mask, masked};
use crate::domain::packet::Packet;
use crate::domain::plan::Scope;
use crate::domain::raw_read::RawRead;
use crate::domain::request_line::RequestLine;
use crate::domain::roster::{Listed, Row};
use crate::domain::text::Text;
use crate::domain::transcript::TranscriptLine;
use crate::domain::vendor_page;
use crate::engine::ports::{Clock, Lane, Org};
use crate::journal::History;
use crate::settings::{Paths, Settings};
use crate::tui::packet;

/// How long one conversation may take to be read, tries included.
const PATIENCE: Duration = Duration::from_secs(60);

/// `show`.
#[derive(Debug, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
pub(super) struct Show {
    /// The conversation's id
    id: String,
    /// One JSON object
    #[arg(long)]
    json: bool,
    /// And what was said: personal data, fetched now and kept nowhere
    #[arg(long)]
    transcript: bool,
    /// What exactly the read was answered, as JSON
    #[arg(long, conflicts_with = "packet")]
    raw: bool,
    /// And what analytics recorded, beside it
    #[arg(long)]
    analytics: bool,
    /// Write all of it but what was said to a new file, for support
    #[arg(long, value_name = "FILE", conflicts_with = "transcript")]
    packet: Option<PathBuf>,
    /// Attributes as they are, and in a packet names and addresses too: personal data
    #[arg(long)]
    unmasked: bool,
}

/// What was asked about a conversation beside its row.
struct Told {
    scope: Scope,
    said: Option<Vec<TranscriptLine>>,
    raw: Option<RawRead>,
    requests: Vec<RequestLine>,
    wants_raw: bool,
    wants_analytics: bool,
    is_unmasked: bool,
}

impl Told {
    /// An answer as it may be shown.
    fn shown(&self, raw: &RawRead) -> Value {
        let mask = Mask {
            attributes: !self.is_unmasked,
            names: false,
        };
        masked(&raw.body, mask)
    }
}

impl Show {
    /// Shows.
    pub(super) async fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let id: ConversationId = self.id.parse().map_err(choosing::no_id)?;
        let shown = async |connection: &mut Connection| self.show(id, connection, paths).await;
        Connection::with(choice, settings, paths, shown).await
    }

    async fn show(
        &self,
        id: ConversationId,
        connection: &Connection,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let known = connection.roster(paths);
        let roster = choosing::read(connection, vec![id], known, PATIENCE).await?;
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
        let row = &self.with_analytics(&row, connection).await?;
        let raw = self.raw(id, connection).await?;
        let said = self.transcript(row, raw.as_ref(), connection).await?;
        let told = Told {
            scope: connection.scope.clone(),
            said,
            raw,
            requests: connection.client.requests_about(id, 0),
            wants_raw: self.raw,
            wants_analytics: self.analytics,
            is_unmasked: self.unmasked,
        };
        self.print(row, told, connection, paths).await?;
        Ok(Exit::Done)
    }

    async fn print(
        &self,
        row: &Row,
        told: Told,
        connection: &Connection,
        paths: &Paths,
    ) -> Result<(), Trouble> {
        let now = connection.clock.now();
        if let Some(file) = &self.packet {
            return save(row, told, connection, paths, file.clone()).await;
        }
        if self.json {
            output::json_line(&whole::whole(row, &told, now)?)?;
        } else if let Some(raw) = told.raw.as_ref().filter(|_| self.raw) {
            let text = serde_json::to_string_pretty(&told.shown(raw));
            let text = text.map_err(|error| Trouble::new(Exit::Internal, error))?;
            output::json_lines(&format!("{text}\n"))?;
        } else {
            let page = vendor_page::address(&told.scope, row.listed.id);
            let words = page::page(row, &told, page.as_deref(), now);
            output::data_linking(&words, page.as_deref())?;
        }
        Ok(())
    }

    /// The answer itself: of another read, for the first one kept none. Also where what was said is wanted, for it names bots' messages.
    async fn raw(
        &self,
        id: ConversationId,
        connection: &Connection,
    ) -> Result<Option<RawRead>, Trouble> {
        if !self.raw && !self.transcript && self.packet.is_none() {
            return Ok(None);
        }
        let pass = connection.limiter.acquire(Lane::Read, 1).await;
        let answer = connection.client.read_closely(id, pass).await;
        answer
            .map(|(_, raw)| raw)
            .map_err(|failure| Trouble::of_failure("the answer cannot be read", &failure))
    }

    /// The row with what analytics recorded, asked by the id where it is wanted and not known: nothing was listed.
    async fn with_analytics(&self, row: &Row, connection: &Connection) -> Result<Row, Trouble> {
        let is_wanted = self.analytics || self.packet.is_some();
        if !is_wanted || row.listed.recorded.is_some() {
            return Ok(row.clone());
        }
        let pass = connection.limiter.acquire(Lane::Read, 1).await;
        let recorded = match connection.client.record(row.listed.id, pass).await {
            Ok(recorded) => Some(Arc::new(recorded)),
            Err(failure) if failure.kind == FailureKind::NotFound => None,
            Err(failure) => {
                return Err(Trouble::of_failure("analytics cannot be asked", &failure));
            }
        };
        let listed = Listed {
            recorded,
            ..row.listed.clone()
        };
        Ok(Row {
            listed,
            ..row.clone()
        })
    }

    async fn transcript(
        &self,
        row: &Row,
        raw: Option<&RawRead>,
        connection: &Connection,
    ) -> Result<Option<Vec<TranscriptLine>>, Trouble> {
        let Some(reading) = row.reading.as_ref().filter(|_| self.transcript) else {
            return Ok(None);
        };
        let messages = &reading.conversation.messages;
        let ids: Vec<Text> = raw.map_or_else(
            || messages.iter().map(|message| message.id.clone()).collect(),
            RawRead::message_ids,
        );
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

/// Writes a support packet to a new file that only its owner may read.
async fn save(
    row: &Row,
    told: Told,
    connection: &Connection,
    paths: &Paths,
    file: PathBuf,
) -> Result<(), Trouble> {
    let raw = told.raw.map(Arc::new);
    let mut packet = Packet {
        made_at: connection.clock.now(),
        scope: told.scope,
        place: connection.place.clone(),
        label: connection.profile.label.clone(),
        row: row.clone(),
        first: raw.clone(),
        newest: raw,
        requests: told.requests,
        runs: Vec::new(),
        no_runs: None,
        is_masked: !told.is_unmasked,
    };
    let history = History::at(&paths.journal_file(), Timings::default());
    let shown = file.display().to_string();
    let written = tokio::task::spawn_blocking(move || {
        packet::complete(&mut packet, &history);
        packet::write_to(&file, &packet)
    })
    .await;
    let written = written.map_err(|error| Trouble::new(Exit::Internal, error))?;
    written.map_err(|error| {
        let what = format!("{shown} cannot be written");
        Trouble::new(Exit::Usage, anyhow::Error::new(error).context(what))
            .hint("a packet never goes over a file that is there; name a new one")
    })?;
    output::words(&format!(
        "written to {shown}: it may hold personal data, and only you can read it"
    ));
    Ok(())
}

fn unread(id: ConversationId) -> Trouble {
    Trouble::said(
        Exit::Unreachable,
        format!("conversation {id} was not read in {} s", PATIENCE.as_secs()),
    )
    .hint("try again; the service may be slow")
}
