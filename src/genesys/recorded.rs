//! What analytics recorded of a conversation, out of the shape in which a list and a question by id both give it. A time that is not sound
//! makes the whole record unknown, never the row: the list is there for finding.

use jiff::Timestamp;

use super::parse::{Unusable, disconnect_word, text, time};
use super::wire;
use crate::domain::conversation::Purpose;
use crate::domain::recorded::{Recorded, RecordedFlow, RecordedLeg};
use crate::domain::text::Text;

/// The record; `asked_at` is when its request left.
pub(super) fn recorded(
    row: &wire::ListedConversation,
    asked_at: Timestamp,
) -> Result<Recorded, Unusable> {
    let parties = row.participants.as_deref().unwrap_or_default();
    let legs = parties
        .iter()
        .flat_map(|party| {
            let sessions = party.sessions.as_deref().unwrap_or_default();
            sessions.iter().map(move |session| leg(party, session))
        })
        .collect::<Result<Vec<RecordedLeg>, Unusable>>()?;
    let address_to = parties
        .iter()
        .filter(|party| purpose(party).is_customer())
        .flat_map(|party| party.sessions.as_deref().unwrap_or_default())
        .find_map(|session| text(session.address_to.clone()));
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

fn purpose(party: &wire::ListedParticipant) -> Purpose {
    Purpose::from(party.purpose.clone().unwrap_or_default())
}

/// A session is one leg; its segments follow each other, and one without an end keeps it open.
fn leg(
    party: &wire::ListedParticipant,
    session: &wire::ListedSession,
) -> Result<RecordedLeg, Unusable> {
    let segments = session.segments.as_deref().unwrap_or_default();
    let open = segments.iter().find(|one| one.segment_end.is_none());
    let last = open.or(segments.last());
    let ends = segments
        .iter()
        .map(|one| time("segmentEnd", one.segment_end.as_deref()))
        .collect::<Result<Vec<Option<Timestamp>>, Unusable>>()?;
    let starts = segments
        .iter()
        .map(|one| time("segmentStart", one.segment_start.as_deref()))
        .collect::<Result<Vec<Option<Timestamp>>, Unusable>>()?;
    let is_over = !ends.is_empty() && ends.iter().all(Option::is_some);
    let queue = last.and_then(|one| text(one.queue_id.clone())).or_else(|| {
        segments
            .iter()
            .rev()
            .find_map(|one| text(one.queue_id.clone()))
    });
    Ok(RecordedLeg {
        purpose: purpose(party),
        name: text(party.participant_name.clone()),
        user: text(party.user_id.clone()),
        queue,
        flow: session.flow.as_ref().map(|flow| RecordedFlow {
            id: text(flow.flow_id.clone()),
            name: text(flow.flow_name.clone()),
            version: text(flow.flow_version.clone()),
            kind: text(flow.flow_type.clone()),
        }),
        since: starts.into_iter().flatten().min(),
        ended: ends.into_iter().flatten().max().filter(|_| is_over),
        disconnect: last
            .and_then(|one| one.disconnect_type.as_deref())
            .map(disconnect_word),
        is_wrap_up: last.and_then(|one| one.segment_type.as_deref()) == Some("wrapup"),
    })
}
