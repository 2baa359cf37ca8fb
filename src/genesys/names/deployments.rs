//! Deployments of web messaging, listed whole with their configurations: `GET /api/v2/webdeployments/deployments?expand=Configuration`.

use serde::Deserialize;

use crate::domain::failure::Failure;
use crate::domain::names::{Named, OnDisconnect};
use crate::domain::text::Text;
use crate::engine::ports::{NamesPage, Pass};
use crate::genesys::client::Client;
use crate::genesys::parse;
use crate::genesys::send::Question;

/// The platform's usual page.
const PAGE: usize = 300;

/// `ExpandableWebDeploymentEntityListing`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listing {
    entities: Option<Vec<Deployment>>,
    next_uri: Option<String>,
}

/// `ExpandableWebDeployment`.
#[derive(Debug, Deserialize)]
struct Deployment {
    id: Option<String>,
    name: Option<String>,
    configuration: Option<Configuration>,
}

/// `WebDeploymentConfigurationVersion`, if it was expanded; else a reference without any of this.
#[derive(Debug, Deserialize)]
struct Configuration {
    messenger: Option<Messenger>,
}

#[derive(Debug, Deserialize)]
struct Messenger {
    apps: Option<Apps>,
}

#[derive(Debug, Deserialize)]
struct Apps {
    conversations: Option<Conversations>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conversations {
    conversation_disconnect: Option<ConversationDisconnect>,
}

/// `ConversationDisconnectSettings`.
#[derive(Debug, Deserialize)]
struct ConversationDisconnect {
    enabled: Option<bool>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

impl Client {
    /// A page of deployments, from behind the one that the page before ended with.
    pub(super) async fn deployments(
        &self,
        after: Option<String>,
        pass: Pass,
    ) -> Result<NamesPage, Failure> {
        let mut query = vec![
            ("pageSize", PAGE.to_string()),
            ("expand", "Configuration".to_owned()),
        ];
        query.extend(after.map(|cursor| ("after", cursor)));
        let path = "/api/v2/webdeployments/deployments".to_owned();
        let answer = self.funnel.ask(&Question::Get(path, query), pass).await?;
        let said: Listing = answer.content()?;
        let next = said.next_uri.as_deref().and_then(cursor);
        let named = said.entities.into_iter().flatten().filter_map(deployment);
        Ok(NamesPage {
            named: named.collect(),
            next,
        })
    }
}

/// What follows `after=` in the way to the next page.
fn cursor(uri: &str) -> Option<String> {
    let (_, query) = uri.split_once('?')?;
    let mut pairs = query.split('&');
    let cursor = pairs.find_map(|pair| pair.strip_prefix("after="))?;
    (!cursor.is_empty()).then(|| cursor.to_owned())
}

fn deployment(said: Deployment) -> Option<Named> {
    let messenger = said.configuration.and_then(|one| one.messenger);
    Some(Named {
        id: parse::text(said.id)?,
        name: parse::text(said.name)?,
        on_disconnect: messenger.map(on_disconnect),
    })
}

/// A configuration that says nothing of it is as the platform's default is: off. One without a type sends.
fn on_disconnect(messenger: Messenger) -> OnDisconnect {
    let apps = messenger.apps.and_then(|apps| apps.conversations);
    let set = apps.and_then(|conversations| conversations.conversation_disconnect);
    match set {
        Some(set) if set.enabled == Some(true) => match set.kind.as_deref() {
            None | Some("Send") => OnDisconnect::Send,
            Some("ReadOnly") => OnDisconnect::ReadOnly,
            Some(other) => OnDisconnect::Other(Text::clean(other)),
        },
        _ => OnDisconnect::Off,
    }
}
