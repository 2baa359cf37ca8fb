//! The list of open web messaging conversations: `POST /api/v2/analytics/conversations/details/query`. Late by minutes, organisation-wide,
//! and good for finding, never for judging.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer};

use super::carrier::Exchange;
use super::client::Client;
use super::recorded::recorded;
use super::send::Question;
use super::{parse, wire};
use crate::domain::conversation::Purpose;
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::ids::ConversationId;
use crate::domain::recorded::Recorded;
use crate::domain::roster::Listed;
use crate::domain::text::Text;
use crate::engine::ports::{ListedPage, PAGE_SIZE, PageWanted, Pass};

/// The longest interval that the platform takes.
const LONGEST: SignedDuration = SignedDuration::from_hours(31 * 24);

impl Client {
    /// One page of the list, oldest first.
    pub(super) async fn listed_page(
        &self,
        page: PageWanted,
        pass: Pass,
    ) -> Result<ListedPage, Failure> {
        let span = page.to.duration_since(page.from);
        if span > LONGEST || span.is_negative() {
            return Err(Failure::local(
                FailureKind::NotSent,
                "a list covers at most 31 days, its beginning before its end",
            ));
        }
        let body = serde_json::to_value(query(page))
            .map_err(|error| Failure::local(FailureKind::NotSent, &error.to_string()))?;
        let path = "/api/v2/analytics/conversations/details/query".to_owned();
        let answer = self.funnel.ask(&Question::Query(path, body), pass).await?;
        said(&answer, page)
    }
}

/// What an answer says about that page.
pub(super) fn said(answer: &Exchange, page: PageWanted) -> Result<ListedPage, Failure> {
    let said = answer.rows::<Row>()?;
    // Empty members may be left out, so that nothing at all may be the answer where there is nothing; something else is another form.
    let is_bare = || {
        answer
            .content()
            .map(|all: serde_json::Map<_, _>| all.is_empty())
    };
    if said.total_hits.is_none() && said.conversations.is_none() && !is_bare()? {
        return Err(answer.garbled("neither conversations nor totalHits"));
    }
    let said_rows = said.conversations.unwrap_or_default();
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let all = count(said_rows.sound.len()).saturating_add(said_rows.unsound);
    let rows: Vec<Listed> = said_rows
        .sound
        .into_iter()
        .filter_map(|row| row.listed(page.from, answer.sent_at))
        .collect();
    let (total, is_least) = total(page, all, said.total_hits);
    Ok(ListedPage {
        unreadable: all - count(rows.len()),
        rows,
        total,
        is_least,
    })
}

/// How many there are in all, and whether that is only the least. Where the service does not say, a page that is not full is the last; one
/// that is full has others after it, as far as anybody knows.
fn total(page: PageWanted, on_it: u32, told: Option<u32>) -> (u32, bool) {
    let size = page.size.clamp(1, PAGE_SIZE);
    let before = page.number.saturating_sub(1).saturating_mul(size);
    let is_full = on_it >= size;
    let proven = before
        .saturating_add(on_it)
        .saturating_add(u32::from(is_full));
    told.map_or((proven, is_full), |told| (told, false))
}

/// Open conversations of the interval that have a web messaging session.
fn query(page: PageWanted) -> wire::Query {
    let predicate = |dimension, operator, value| wire::Predicate {
        kind: "dimension",
        dimension,
        operator,
        value,
    };
    let all = |predicates| wire::Filter {
        kind: "and",
        predicates,
    };
    wire::Query {
        interval: format!("{:.3}/{:.3}", page.from, page.to),
        order: "asc",
        order_by: "conversationStart",
        paging: wire::Paging {
            page_size: page.size.clamp(1, PAGE_SIZE),
            page_number: page.number,
        },
        conversation_filters: [all(vec![predicate("conversationEnd", "notExists", None)])],
        segment_filters: [all(vec![
            predicate("mediaType", "matches", Some("message")),
            predicate("messageType", "matches", Some("webmessaging")),
        ])],
    }
}

/// A row of the list. It is made as its words come, so that a page never stands in memory as words as well; when it was asked for is told
/// afterwards. Nothing where its id or its start cannot be relied on.
pub(super) struct Row(Option<Found>);

struct Found {
    id: ConversationId,
    started: Option<Timestamp>,
    took_part: Option<bool>,
    customer: Option<Text>,
    agent: Option<Text>,
    recorded: Option<Recorded>,
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = wire::ListedConversation::deserialize(deserializer)?;
        Ok(Self(found(&row)))
    }
}

impl Row {
    /// What it lists; where it does not say when it began, it is as good as from `began`.
    pub(super) fn listed(self, began: Timestamp, asked_at: Timestamp) -> Option<Listed> {
        let found = self.0?;
        let recorded = |recorded| {
            Arc::new(Recorded {
                asked_at,
                ..recorded
            })
        };
        Some(Listed {
            id: found.id,
            started: found.started.unwrap_or(began),
            took_part: found.took_part,
            customer: found.customer,
            agent: found.agent,
            seen_at: Some(asked_at),
            recorded: found.recorded.map(recorded),
        })
    }
}

fn found(row: &wire::ListedConversation<'_>) -> Option<Found> {
    let id = row.conversation_id.as_deref()?.parse().ok()?;
    let started = parse::time("conversationStart", row.conversation_start.as_deref()).ok()?;
    let mut customer = None;
    let mut agent = None;
    for party in row.participants.iter().flatten() {
        let purpose = Purpose::from(party.purpose.as_deref().unwrap_or_default());
        let name = || parse::text(party.participant_name.as_deref());
        if purpose.is_customer() {
            customer = name().or(customer);
        } else if purpose.is_staff() {
            agent = name().or(agent);
        }
    }
    Some(Found {
        id,
        started,
        took_part: row.customer_participation,
        customer,
        agent,
        recorded: recorded(row, Timestamp::UNIX_EPOCH).ok(),
    })
}
