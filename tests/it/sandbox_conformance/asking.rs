//! Requests as the rows say them.

use super::judging::Seen;
use super::published::{OPERATIONS, Operation};
use super::rows::{self, ROWS};
use super::stage::Stage;
use crate::sandbox_guest::Guest;
use crate::sandbox_sign_in::Program;
use reqwest::Method;
use std::collections::BTreeSet;

/// What only a user can mean: a program takes part in nothing.
pub(crate) const OF_USERS: [&str; 5] = [
    "getConversations",
    "getConversationsMessages",
    "getUsersMe",
    "postConversationsMessageParticipantMonitor",
    "postConversationsMessageParticipantTakeover",
];

impl Stage {
    /// Sends what a row says, with a body of another's making where one is given.
    pub(crate) async fn send(
        &self,
        operation: &Operation,
        path: &str,
        token: Option<&str>,
        body: Option<(&str, Vec<u8>)>,
    ) -> Seen {
        let method = Method::from_bytes(operation.method.as_bytes()).unwrap();
        let mut request = self.bench.client.request(method, self.bench.url(path));
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        if let Some((kind, bytes)) = body {
            request = request.header("content-type", kind).body(bytes);
        }
        Seen::of(request.send().await.unwrap()).await
    }

    pub(crate) fn bearer(&self) -> String {
        format!("Bearer {}", self.bench.token)
    }

    /// The token that an operation is asked with: a guest's for the guest's history, a user's for what
    /// only users may ask, else a program's.
    pub(crate) async fn bearer_of(&self, id: &str) -> String {
        if id == "getWebmessagingMessages" {
            let mut guest = Guest::arrive(&self.bench).await;
            guest.say("hello").await;
            return format!("Bearer {}", guest.jwt().await);
        }
        if OF_USERS.contains(&id) {
            let program = Program::of(&self.bench).await;
            return format!("Bearer {}", program.token_for(0).await);
        }
        self.bearer()
    }

    /// The request of a row, exactly.
    pub(crate) async fn happy(
        &self,
        row: &rows::Row,
    ) -> (&'static Operation, String, Option<Vec<u8>>) {
        let (id, places, query, body) = *row;
        let operation = &OPERATIONS[id];
        let mut path = self.path(&operation.path, places).await;
        if !query.is_empty() {
            path = format!("{path}?{}", self.filled(query).await);
        }
        let body = match body {
            "" => None,
            text => Some(self.filled(text).await.into_bytes()),
        };
        (operation, path, body)
    }
}

/// The first row of each operation.
pub(crate) fn first_rows() -> impl Iterator<Item = &'static rows::Row> {
    let mut seen = BTreeSet::new();
    ROWS.iter().filter(move |row| seen.insert(row.0))
}

pub(crate) fn as_json(body: Option<&Vec<u8>>) -> Option<(&'static str, Vec<u8>)> {
    body.map(|bytes| ("application/json", bytes.clone()))
}
