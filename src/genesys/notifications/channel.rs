//! Channels and what they are subscribed to: `/api/v2/notifications/channels`. Every request goes through the funnel and counts.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use crate::domain::failure::Failure;
use crate::domain::text::Text;
use crate::engine::ports::Lane;
use crate::genesys::client::Client;
use crate::genesys::send::Question;

/// Where channels are.
const CHANNELS: &str = "/api/v2/notifications/channels";
/// The most topics that a channel holds.
pub(super) const TOPICS_MAX: usize = 1000;

/// A channel. Its id is as good as a key to it.
#[derive(Clone)]
pub(super) struct Channel {
    pub(super) id: String,
    /// As the service named it: not yet compared with anything.
    pub(super) connect_uri: String,
}

/// `Channel`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SaidChannel {
    id: Option<String>,
    connect_uri: Option<String>,
}

/// What a list of channels or of topics is wrapped in.
#[derive(Deserialize)]
struct Listed<T> {
    entities: Option<Vec<T>>,
}

/// `ChannelTopic`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SaidTopic {
    id: Option<String>,
    state: Option<String>,
    missing_permissions: Option<Vec<String>>,
}

/// What became of a subscription.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Topics that are listened to.
    pub(super) permitted: usize,
    /// Topics that are not.
    pub(super) rejected: usize,
    /// The permissions that would have been needed, as the service names them.
    pub(super) missing: Text,
}

impl SaidChannel {
    fn channel(self) -> Option<Channel> {
        let id = self.id.filter(|id| is_id(id))?;
        Some(Channel {
            id,
            connect_uri: self.connect_uri?,
        })
    }
}

/// It can stand in a path.
fn is_id(id: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    (1..=200).contains(&id.len()) && id.chars().all(is_plain)
}

impl Client {
    /// The channel of this id, if the client still has it.
    pub(super) async fn channel_again(&self, id: &str) -> Result<Option<Channel>, Failure> {
        let query = vec![("includechannels", "oauthclient".to_owned())];
        let pass = self.funnel.limiter().acquire(Lane::Read, 1).await;
        let question = Question::Get(CHANNELS.to_owned(), query);
        let answer = self.funnel.ask(&question, pass).await?;
        let said: Listed<SaidChannel> = answer.content()?;
        let mut all = said.entities.unwrap_or_default().into_iter();
        Ok(all
            .find(|one| one.id.as_deref() == Some(id))
            .and_then(SaidChannel::channel))
    }

    /// A new channel. Whoever asks has seen to it that this does not happen often.
    pub(super) async fn new_channel(&self) -> Result<Channel, Failure> {
        let pass = self.funnel.limiter().acquire(Lane::Read, 1).await;
        let answer = self
            .funnel
            .ask(
                &Question::Channel(CHANNELS.to_owned(), Vec::new(), None),
                pass,
            )
            .await?;
        let said: SaidChannel = answer.content()?;
        said.channel()
            .ok_or_else(|| answer.unreadable("the channel has no id or no address"))
    }

    /// Subscribes a channel to these topics, beside what it has; what may not be listened to is left out and counted. It lives for 24 h from
    /// now, as long as the token does.
    pub(super) async fn subscribe(
        &self,
        channel: &str,
        topics: &[String],
    ) -> Result<Verdict, Failure> {
        let body: Vec<_> = topics.iter().map(|id| json!({ "id": id })).collect();
        let question = Question::Channel(
            format!("{CHANNELS}/{channel}/subscriptions"),
            vec![("ignoreErrors", "true".to_owned())],
            Some(json!(body)),
        );
        let pass = self.funnel.limiter().acquire(Lane::Read, 1).await;
        let answer = self.funnel.ask(&question, pass).await?;
        let said: Listed<SaidTopic> = answer.content()?;
        Ok(verdict(topics, &said.entities.unwrap_or_default()))
    }
}

/// What the service says of the topics that were asked for. Of others it may speak as well: those that the channel had before.
fn verdict(asked: &[String], said: &[SaidTopic]) -> Verdict {
    let asked: BTreeSet<&str> = asked.iter().map(String::as_str).collect();
    let is_asked = |id: &str| asked.contains(id);
    let topics = said.iter();
    let topics = topics.filter(|topic| topic.id.as_deref().is_some_and(is_asked));
    let is_rejected = |topic: &&SaidTopic| topic.state.as_deref() == Some("Rejected");
    let (rejected, permitted): (Vec<&SaidTopic>, Vec<&SaidTopic>) = topics.partition(is_rejected);
    let missing = rejected.iter().flat_map(|topic| &topic.missing_permissions);
    let mut missing: Vec<&str> = missing.flatten().map(String::as_str).collect();
    missing.sort_unstable();
    missing.dedup();
    let words = if missing.is_empty() {
        "the service does not say which permission".to_owned()
    } else {
        missing.join(", ")
    };
    Verdict {
        permitted: permitted.len(),
        rejected: rejected.len(),
        missing: Text::clean(&words),
    }
}
