//! Questions that are asked only to see whether they are answered: what `unstick doctor` finds out by trying. All of them read.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::client::Client;
use super::parse;
use super::send::Question;
use super::wire;
use crate::domain::failure::{Failure, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::moment::after;
use crate::domain::text::Text;
use crate::engine::ports::{Pass, RateHeaders};

/// How an answer came.
#[derive(Debug, Clone)]
pub struct Tried {
    /// Its status, time and correlation id.
    pub receipt: Receipt,
    /// What it said about the rate.
    pub rate: RateHeaders,
}

/// What a look at the list showed.
#[derive(Debug, Clone)]
pub struct Glimpse {
    /// How the answer came.
    pub tried: Tried,
    /// How many open web messaging conversations began in the last 30 days.
    pub total: u32,
    /// One of them.
    pub one: Option<ConversationId>,
}

/// A topic of notifications, and what it asks of whoever listens.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Its pattern.
    pub id: Text,
    /// Permissions that it requires.
    pub permissions: Vec<Text>,
    /// Any one of them is enough.
    pub any_is_enough: bool,
}

impl Client {
    /// Signs in, unless that was done, and answers until when the token is good; one request at most.
    pub async fn sign_in(&self, pass: Pass) -> Result<Timestamp, Failure> {
        self.funnel.sign_in(pass).await
    }

    /// Who signed the certificate that the platform's host showed; nothing before the first answer, or without TLS.
    pub fn certificate_issuer(&self) -> Option<Text> {
        self.funnel.certificate_issuer()
    }

    /// One open conversation of the list, if there is any; one request.
    pub async fn glimpse(&self, now: Timestamp, pass: Pass) -> Result<Glimpse, Failure> {
        let from = after(now, SignedDuration::from_hours(-24 * 30));
        let all =
            |predicates: serde_json::Value| json!([{ "type": "and", "predicates": predicates }]);
        let matching = |dimension: &str, value: &str| json!({ "type": "dimension", "dimension": dimension, "operator": "matches", "value": value });
        let body = json!({
            "interval": format!("{from:.3}/{now:.3}"),
            "order": "asc",
            "orderBy": "conversationStart",
            "paging": { "pageSize": 1, "pageNumber": 1 },
            "conversationFilters": all(json!([
                { "type": "dimension", "dimension": "conversationEnd", "operator": "notExists" },
            ])),
            "segmentFilters": all(json!([
                matching("mediaType", "message"),
                matching("messageType", "webmessaging"),
            ])),
        });
        let path = "/api/v2/analytics/conversations/details/query".to_owned();
        let answer = self.funnel.ask(&Question::Query(path, body), pass).await?;
        let said = answer.rows::<wire::ListedConversation<'_>>()?;
        let first = said
            .conversations
            .unwrap_or_default()
            .sound
            .into_iter()
            .next();
        let one = first.and_then(|row| row.conversation_id?.parse().ok());
        Ok(Glimpse {
            total: said.total_hits.unwrap_or_else(|| u32::from(one.is_some())),
            one,
            tried: Tried {
                receipt: answer.receipt,
                rate: answer.rate,
            },
        })
    }

    /// Asks for a path and looks at nothing but whether an answer comes; one request. `of_one`: for a page of one entry.
    pub async fn try_path(&self, path: &str, of_one: bool, pass: Pass) -> Result<Tried, Failure> {
        let query = if of_one {
            vec![("pageSize", "1".to_owned())]
        } else {
            Vec::new()
        };
        let question = Question::Get(path.to_owned(), query);
        let answer = self.funnel.ask(&question, pass).await?;
        answer.accepted()?;
        Ok(Tried {
            receipt: answer.receipt,
            rate: answer.rate,
        })
    }

    /// The same for one conversation.
    pub async fn try_conversation(&self, id: ConversationId, pass: Pass) -> Result<Tried, Failure> {
        let path = format!("/api/v2/conversations/{id}");
        self.try_path(&path, false, pass).await
    }

    /// The topics that can be listened to, with what they require; one request.
    pub async fn topics(&self, pass: Pass) -> Result<Vec<Topic>, Failure> {
        let query = vec![("expand", "requiresPermissions".to_owned())];
        let path = "/api/v2/notifications/availabletopics".to_owned();
        let answer = self.funnel.ask(&Question::Get(path, query), pass).await?;
        let said: wire::Entities<wire::AvailableTopic> = answer.content()?;
        let entities = said
            .entities
            .ok_or_else(|| answer.unreadable("entities: absent"))?;
        let topics = entities.into_iter().filter_map(|topic| {
            let permissions = topic.requires_permissions.unwrap_or_default().into_iter();
            Some(Topic {
                id: parse::text(topic.id)?,
                permissions: permissions
                    .filter_map(|one| parse::text(Some(one)))
                    .collect(),
                any_is_enough: topic.requires_any_validator.unwrap_or(false),
            })
        });
        Ok(topics.collect())
    }

    /// How many requests a minute the platform publishes for one token of a client; one request.
    pub async fn published_rate(&self, pass: Pass) -> Result<Option<u64>, Failure> {
        let path = "/api/v2/organizations/limits/namespaces/platform.api".to_owned();
        let answer = self
            .funnel
            .ask(&Question::Get(path, Vec::new()), pass)
            .await?;
        let said: wire::Entities<wire::PublishedLimit> = answer.content()?;
        let limits = said.entities.unwrap_or_default();
        let of = |key: &str| {
            let found = limits
                .iter()
                .find(|limit| limit.key.as_deref() == Some(key));
            found.and_then(|limit| limit.value)
        };
        let rates = [
            "client.credentials.token.rate.per.minute",
            "token.rate.per.minute",
        ];
        Ok(rates.into_iter().filter_map(of).min())
    }
}
