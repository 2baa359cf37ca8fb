//! What analytics recorded of a conversation, out of the shape in which a list and a question by id both give it. A time that is not sound
//! makes the whole record unknown, never the row: the list is there for finding.

use jiff::Timestamp;

use super::client::Client;
use super::listing::Row;
use super::parse::{Unusable, disconnect_word, text, time};
use super::send::Question;
use super::wire;
use crate::domain::conversation::Purpose;
use crate::domain::failure::Failure;
use crate::domain::ids::ConversationId;
use crate::domain::recorded::{Recorded, RecordedFlow, RecordedLeg};
use crate::domain::roster::Listed;
use crate::domain::text::Text;
use crate::engine::ports::Pass;

impl Client {
    /// The records of these, at most 100, by their ids. One that cannot be relied on is as good as none.
    pub(super) async fn recorded_of(
        &self,
        ids: Vec<ConversationId>,
        pass: Pass,
    ) -> Result<Vec<Listed>, Failure> {
        let path = "/api/v2/analytics/conversations/details".to_owned();
        let query = ids.iter().map(|id| ("id", id.to_string())).collect();
        let answer = self.funnel.ask(&Question::Get(path, query), pass).await?;
        let said = answer.rows::<Row>()?;
        let found = said.conversations.unwrap_or_default().sound.into_iter();
        Ok(found
            .filter_map(|row| row.listed(answer.sent_at, answer.sent_at))
            .filter(|listed| ids.contains(&listed.id))
            .collect())
    }
}

/// The record; `asked_at` is when its request left.
pub(super) fn recorded(
    row: &wire::ListedConversation<'_>,
    asked_at: Timestamp,
) -> Result<Recorded, Unusable> {
    let parties = row.participants.as_deref().unwrap_or_default();
    let mut legs: Vec<RecordedLeg> = Vec::with_capacity(parties.len());
    for party in parties {
        for session in party.sessions.iter().flatten() {
            legs.push(leg(party, session, legs.last())?);
        }
    }
    let address_to = parties
        .iter()
        .filter(|party| purpose(party).is_customer())
        .flat_map(|party| party.sessions.as_deref().unwrap_or_default())
        .find_map(|session| text(session.address_to.as_deref()));
    let divisions = row.division_ids.as_deref().unwrap_or_default();
    Ok(Recorded {
        asked_at,
        ended: time("conversationEnd", row.conversation_end.as_deref())?,
        took_part: row.customer_participation,
        inactivity_timeout: time("inactivityTimeout", row.inactivity_timeout.as_deref())?,
        divisions: divisions.iter().map(|id| Text::clean(id)).collect(),
        address_to,
        legs,
    })
}

fn purpose(party: &wire::ListedParticipant<'_>) -> Purpose {
    Purpose::from(party.purpose.as_deref().unwrap_or_default())
}

/// The same text where the leg before says the same, which it mostly does of queues and flows; else another.
fn again(before: Option<&Text>, said: Option<&str>) -> Option<Text> {
    match before {
        Some(before) if Some(before.as_str()) == said => Some(before.clone()),
        _ => text(said),
    }
}

/// A session is one leg; its segments follow each other, and one without an end keeps it open.
fn leg(
    party: &wire::ListedParticipant<'_>,
    session: &wire::ListedSession<'_>,
    before: Option<&RecordedLeg>,
) -> Result<RecordedLeg, Unusable> {
    let segments = session.segments.as_deref().unwrap_or_default();
    let open = segments.iter().find(|one| one.segment_end.is_none());
    let last = open.or(segments.last());
    let mut since: Option<Timestamp> = None;
    let mut ended: Option<Timestamp> = None;
    for one in segments {
        let start = time("segmentStart", one.segment_start.as_deref())?;
        since = since.into_iter().chain(start).min();
        ended = ended.max(time("segmentEnd", one.segment_end.as_deref())?);
    }
    let queue = last
        .into_iter()
        .chain(segments.iter().rev())
        .find_map(|one| {
            again(
                before.and_then(|it| it.queue.as_ref()),
                one.queue_id.as_deref(),
            )
        });
    let flow_before = before.and_then(|it| it.flow.as_ref());
    let of_flow = |text: fn(&RecordedFlow) -> Option<&Text>, said: &Option<wire::Word<'_>>| {
        again(flow_before.and_then(text), said.as_deref())
    };
    Ok(RecordedLeg {
        id: text(session.session_id.as_deref()),
        purpose: purpose(party),
        name: text(party.participant_name.as_deref()),
        user: text(party.user_id.as_deref()),
        queue,
        flow: session.flow.as_ref().map(|flow| RecordedFlow {
            id: of_flow(|it| it.id.as_ref(), &flow.flow_id),
            name: of_flow(|it| it.name.as_ref(), &flow.flow_name),
            version: of_flow(|it| it.version.as_ref(), &flow.flow_version),
            kind: of_flow(|it| it.kind.as_ref(), &flow.flow_type),
        }),
        since,
        ended: ended.filter(|_| open.is_none()),
        disconnect: last
            .and_then(|one| one.disconnect_type.as_deref())
            .map(disconnect_word),
        is_wrap_up: last.and_then(|one| one.segment_type.as_deref()) == Some("wrapup"),
        error: error(session, last),
    })
}

/// The error of its open segment, or of the last one; else that a change of its state went wrong.
fn error(
    session: &wire::ListedSession<'_>,
    last: Option<&wire::ListedSegment<'_>>,
) -> Option<Text> {
    const WENT_WRONG: &str = "nStateTransitionError";
    let metrics = session.metrics.as_deref().unwrap_or_default();
    let went_wrong = metrics.iter().any(|metric| {
        metric.name.as_deref() == Some(WENT_WRONG)
            && metric.value.as_ref().and_then(serde_json::Value::as_i64) != Some(0)
    });
    last.and_then(|one| text(one.error_code.as_deref()))
        .or_else(|| went_wrong.then(|| Text::clean(WENT_WRONG)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn session(queue: Option<&str>, flow: Option<[&str; 2]>) -> Value {
        let flow = flow.map(|[id, name]| json!({ "flowId": id, "flowName": name }));
        json!({ "sessionId": "s", "flow": flow, "segments": [{ "segmentStart": "2026-11-18T09:12:03Z", "queueId": queue }] })
    }

    #[test]
    fn a_leg_that_says_what_the_one_before_said_is_the_same_and_one_that_does_not_is_not() {
        let sessions = [
            session(None, Some(["f1", "Web"])),
            session(Some("q1"), Some(["f1", "Shop"])),
            session(Some("q1"), None),
            session(Some("q2"), Some(["f2", "Shop"])),
            session(None, Some(["f2", "\u{1b}Shop"])),
        ];
        let said = json!({ "participants": [
            { "purpose": "workflow", "sessions": sessions[..2] },
            { "purpose": "agent", "sessions": sessions[2..] },
        ] })
        .to_string();
        let row: wire::ListedConversation<'_> = serde_json::from_str(&said).unwrap();
        let recorded = recorded(&row, Timestamp::UNIX_EPOCH).unwrap();
        let told = recorded.legs.iter().map(|leg| {
            let of_flow = |of: fn(&RecordedFlow) -> &Option<Text>| {
                leg.flow.as_ref().and_then(|flow| of(flow).as_ref())
            };
            let texts = [
                leg.queue.as_ref(),
                of_flow(|it| &it.id),
                of_flow(|it| &it.name),
            ];
            texts.map(|text| text.map_or("-", Text::as_str))
        });
        let told: Vec<_> = told.collect();
        let all = [
            ["-", "f1", "Web"],
            ["q1", "f1", "Shop"],
            ["q1", "-", "-"],
            ["q2", "f2", "Shop"],
            ["-", "f2", "\u{fffd}Shop"],
        ];
        assert_eq!(told, all);
    }
}
