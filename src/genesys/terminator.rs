//! The client that may end conversations. Only a profile that may write ever holds a value of this type.

use jiff::SignedDuration;

use super::client::Client;
use super::frame;
use crate::domain::beside::AgentStanding;
use crate::domain::failure::{Failure, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::plan::Scope;
use crate::domain::raw_read::RawRead;
use crate::domain::recipe::Method;
use crate::domain::request_line::RequestLine;
use crate::domain::roster::{Ending, Listed, Reading};
use crate::domain::step::Action;
use crate::domain::text::Text;
use crate::domain::transcript::TranscriptLine;
use crate::engine::ports::{
    Ears, ListedPage, NamesPage, NamesWanted, Org, PageWanted, Pass, SendPermit, Terminator,
};

/// Reads, and carries out what a journal permits.
#[derive(Clone)]
pub struct WritingClient(Client);

impl WritingClient {
    /// Lets a reading client write. Called where the profile's right to write was checked.
    pub fn new(client: Client) -> Self {
        Self(client)
    }

    /// The part that only reads.
    pub fn reader(&self) -> &Client {
        &self.0
    }
}

impl Org for WritingClient {
    async fn records(&self, ids: Vec<ConversationId>, pass: Pass) -> Result<Vec<Listed>, Failure> {
        self.0.records(ids, pass).await
    }

    async fn standings(&self, users: Vec<Text>, pass: Pass) -> Result<Vec<AgentStanding>, Failure> {
        self.0.standings(users, pass).await
    }

    async fn threading(&self, pass: Pass) -> Result<Option<SignedDuration>, Failure> {
        self.0.threading(pass).await
    }

    fn clock_ahead(&self) -> Option<SignedDuration> {
        self.0.clock_ahead()
    }

    async fn list(&self, page: PageWanted, pass: Pass) -> Result<ListedPage, Failure> {
        self.0.list(page, pass).await
    }

    async fn read(&self, id: ConversationId, pass: Pass) -> Result<Reading, Failure> {
        self.0.read(id, pass).await
    }

    async fn read_closely(
        &self,
        id: ConversationId,
        pass: Pass,
    ) -> Result<(Reading, Option<RawRead>), Failure> {
        self.0.read_closely(id, pass).await
    }

    async fn transcript(
        &self,
        id: ConversationId,
        messages: Vec<Text>,
        pass: Pass,
    ) -> Result<Vec<TranscriptLine>, Failure> {
        self.0.transcript(id, &messages, pass).await
    }

    fn requests_about(&self, id: ConversationId, after: u64) -> Vec<RequestLine> {
        self.0.requests_about(id, after)
    }

    fn requests_after(&self, after: u64) -> Vec<RequestLine> {
        self.0.requests_after(after)
    }

    async fn end_of(&self, id: ConversationId, pass: Pass) -> Result<Ending, Failure> {
        self.0.end_of(id, pass).await
    }

    async fn names(&self, wanted: NamesWanted, pass: Pass) -> Result<NamesPage, Failure> {
        self.0.names(wanted, pass).await
    }

    async fn codes(
        &self,
        queue: Option<Text>,
        page: u32,
        pass: Pass,
    ) -> Result<NamesPage, Failure> {
        self.0.codes(queue, page, pass).await
    }

    async fn listen(&self, ears: Ears) {
        self.0.listen(ears).await;
    }
}

impl Terminator for WritingClient {
    async fn send(&self, permit: SendPermit, pass: Pass) -> Result<Receipt, Failure> {
        match permit.action() {
            Action::Recipe(sending) if sending.method == Method::Socket => {
                frame::speak(&self.0, &permit, sending, pass).await
            }
            _ => self.0.funnel.act(permit, pass).await,
        }
    }

    async fn identity(&self, pass: Pass) -> Result<Scope, Failure> {
        self.0.scope(pass).await
    }

    fn sign_ins(&self) -> u64 {
        self.0.funnel.sign_ins()
    }
}
