//! Wire shapes into the domain's. Words the service owns are kept whatever they are; what a decision rests on (ids, times) must be what
//! it should be, else the whole conversation cannot be relied on and the field is named. All text is made safe here.

use std::collections::BTreeMap;
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize as _;

use super::wire;
use crate::domain::conversation::{
    Conversation, Leg, LegState, ListedMessage, Medium, Participant, Purpose, WrapUp, attribute,
};
use crate::domain::ids::ConversationId;
use crate::domain::text::Text;

/// A field that is not what a decision could rest on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unusable(pub(super) String);

/// A word that the service should have said and did not: shown as a word that nobody knows.
const ABSENT: &str = "absent";

/// A conversation as one read gave it.
pub(super) fn conversation(
    asked: ConversationId,
    wire: wire::Conversation<'_>,
) -> Result<Conversation, Unusable> {
    let id: ConversationId = id(format_args!("id"), wire.id.as_deref())?;
    if id != asked {
        return Err(Unusable("id: another conversation's".to_owned()));
    }
    let started = time("startTime", wire.start_time.as_deref())?
        .ok_or_else(|| Unusable("startTime: absent".to_owned()))?;
    let mut listed = Vec::new();
    let participants = wire
        .participants
        .unwrap_or_default()
        .into_iter()
        .enumerate()
        .map(|(place, wire)| participant(format_args!("participants[{place}]"), wire, &mut listed))
        .collect::<Result<Vec<Participant>, Unusable>>()?;
    Ok(Conversation {
        id,
        started,
        ended: time("endTime", wire.end_time.as_deref())?,
        inactivity_timeout: time("inactivityTimeout", wire.inactivity_timeout.as_deref())?,
        transfer_since: transfer(wire.recent_transfers.unwrap_or_default(), started)?,
        divisions: divisions(wire.divisions.unwrap_or_default()),
        participants,
        messages: attribute(&listed),
    })
}

fn divisions(said: Vec<wire::DivisionMembership<'_>>) -> Vec<Text> {
    said.into_iter()
        .filter_map(|one| text(one.division?.id))
        .collect()
}

/// Attributes are texts; anything else is shown as the JSON that it is.
fn attributes(said: BTreeMap<wire::Word<'_>, wire::Noted<'_>>) -> Vec<(Text, Text)> {
    said.into_iter()
        .map(|(key, value)| {
            let value = match value {
                wire::Noted::Word(word) => Text::clean(&word),
                wire::Noted::Other(value) => Text::clean(&value.to_string()),
            };
            (Text::clean(&key), value)
        })
        .collect()
}

/// Since when the oldest transfer hangs that is neither done nor given up.
fn transfer(
    transfers: Vec<wire::Transfer<'_>>,
    started: Timestamp,
) -> Result<Option<Timestamp>, Unusable> {
    let mut oldest = None;
    for transfer in transfers {
        let state = transfer.state.as_deref().unwrap_or_default();
        let is_one = |word: &&str| state.eq_ignore_ascii_case(word);
        if !["pending", "active"].iter().any(is_one) {
            continue;
        }
        let since = time(
            "recentTransfers.dateIssued",
            transfer.date_issued.as_deref(),
        )?;
        let since = since.unwrap_or(started);
        oldest = Some(oldest.map_or(since, |known: Timestamp| known.min(since)));
    }
    Ok(oldest)
}

fn participant(
    path: fmt::Arguments<'_>,
    wire: wire::Participant<'_>,
    listed: &mut Vec<ListedMessage>,
) -> Result<Participant, Unusable> {
    let purpose = Purpose::from(wire.purpose.as_deref().unwrap_or(ABSENT));
    let wrap_up = wrap_up(path, &wire)?;
    let mut legs = Vec::new();
    for (place, leg_wire) in wire.messages.iter().flatten().enumerate() {
        let path = format_args!("{path}.messages[{place}]");
        let medium = Medium::from(leg_wire.kind.as_deref().unwrap_or("message"));
        for (place, message) in leg_wire.messages.iter().flatten().enumerate() {
            let path = format_args!("{path}.messages[{place}]");
            listed.extend(listed_message(path, message, !purpose.is_human())?);
        }
        legs.push(leg(path, medium, leg_wire)?);
    }
    legs.extend(other_media(path, &wire.lists)?);
    Ok(Participant {
        id: id(format_args!("{path}.id"), wire.id.as_deref())?,
        purpose,
        name: text(wire.name),
        user: text(wire.user_id),
        queue: text(wire.queue_name).or_else(|| text(wire.queue_id.as_deref())),
        queue_id: text(wire.queue_id),
        attributes: attributes(wire.attributes.unwrap_or_default()),
        wrap_up,
        alerting_timeout: wire.alerting_timeout_ms.map(SignedDuration::from_millis),
        legs,
    })
}

/// The lists of legs that the platform documents, `messages` apart.
const MEDIA: [&str; 9] = [
    "calls",
    "callbacks",
    "chats",
    "cobrowsesessions",
    "emails",
    "internalMessages",
    "screenshares",
    "socialExpressions",
    "videos",
];

/// Legs of any other medium: every list of things that have a state, so that a medium this program has never heard of is seen too.
fn other_media(
    path: fmt::Arguments<'_>,
    lists: &BTreeMap<String, Vec<serde_json::Value>>,
) -> Result<Vec<Leg>, Unusable> {
    let mut legs = Vec::new();
    for (medium, list) in lists {
        for (place, item) in list.iter().enumerate() {
            let state = item.get("state").and_then(|state| state.as_str());
            // A leg that does not say its state is open for all that is known; anything else is no leg.
            if state.is_none() && item.get("state").is_none() && !MEDIA.contains(&medium.as_str()) {
                continue;
            }
            let is_open = !matches!(state, Some("disconnected" | "terminated"));
            let path = format_args!("{path}.{medium}[{place}]");
            let parsed = wire::Leg::deserialize(item)
                .map_err(|_| Unusable(path.to_string()))
                .and_then(|wire: wire::Leg<'_>| {
                    leg(path, Medium::Other(Text::clean(medium)), &wire)
                });
            match parsed {
                Ok(leg) => legs.push(leg),
                Err(unusable) if is_open => return Err(unusable),
                // A call that is over has no say, whatever its form.
                Err(_) => {}
            }
        }
    }
    Ok(legs)
}

fn leg(path: fmt::Arguments<'_>, medium: Medium, wire: &wire::Leg<'_>) -> Result<Leg, Unusable> {
    let at = |field: &str, said: &Option<wire::Word<'_>>| {
        time(format_args!("{path}.{field}"), said.as_deref())
    };
    let alerting_since = at("startAlertingTime", &wire.start_alerting_time)?;
    Ok(Leg {
        id: id(format_args!("{path}.id"), wire.id.as_deref())?,
        medium,
        state: LegState::from(wire.state.as_deref().unwrap_or(ABSENT)),
        since: at("connectedTime", &wire.connected_time)?.or(alerting_since),
        alerting_since,
        ended: at("disconnectedTime", &wire.disconnected_time)?,
        disconnect: wire.disconnect_type.as_deref().map(disconnect_word),
        resumes: at("resumeTime", &wire.resume_time)?,
        is_broken: wire.error_info.is_some(),
        address_to: wire
            .to_address
            .as_ref()
            .and_then(|address| text(address.address_normalized.as_deref())),
    })
}

/// Pending after-call work, or a wrap-up that began and came to no end.
fn wrap_up(path: fmt::Arguments<'_>, wire: &wire::Participant<'_>) -> Result<WrapUp, Unusable> {
    let pending = wire.messages.iter().flatten().find_map(|leg| {
        leg.after_call_work.as_ref().filter(|work| {
            work.state
                .as_deref()
                .is_some_and(|state| state.eq_ignore_ascii_case("pending"))
        })
    });
    let began = wire.wrapup_required == Some(true)
        && wire.start_acw_time.is_some()
        && wire.wrapup.is_none()
        && wire.wrapup_skipped != Some(true)
        && wire.end_acw_time.is_none();
    if pending.is_none() && !began {
        return Ok(WrapUp::NotOwed);
    }
    let since = wire
        .start_acw_time
        .as_deref()
        .or_else(|| pending.and_then(|work| work.start_time.as_deref()));
    Ok(WrapUp::Owed {
        since: time(format_args!("{path}.startAcwTime"), since)?,
        timeout: SignedDuration::from_millis(wire.wrapup_timeout_ms.unwrap_or(0).max(0)),
    })
}

/// A message as one leg lists it. Events and receipts are nobody's words, so they may lack anything; words may not.
pub(super) fn listed_message(
    path: fmt::Arguments<'_>,
    wire: &wire::ListedMessage<'_>,
    by_machine: bool,
) -> Result<Option<ListedMessage>, Unusable> {
    let form = wire.metadata.as_ref().and_then(|it| it.kind.as_deref());
    if !matches!(form, None | Some("Text" | "Structured")) {
        return Ok(None);
    }
    let missing = |field: &str| Unusable(format!("{path}.{field}: absent"));
    let at = time(format_args!("{path}.messageTime"), wire.time.as_deref())?;
    Ok(Some(ListedMessage {
        id: text(wire.id.as_deref()).ok_or_else(|| missing("messageId"))?,
        at: at.ok_or_else(|| missing("messageTime"))?,
        is_received: wire.status.as_deref() == Some("received"),
        by_machine,
    }))
}

/// The platform spells how a leg ended in three ways (`session.expired`, `sessionExpired`, `SESSION_EXPIRED`), and in analytics turns
/// some around (`noAnswerTransfer`); here it is always the first.
pub(super) fn disconnect_word(said: &str) -> Text {
    const TURNED: [(&str, &str); 6] = [
        ("conferencetransfer", "transfer.conference"),
        ("consulttransfer", "transfer.consult"),
        ("dndtransfer", "transfer.donotdisturb"),
        ("forwardtransfer", "transfer.forward"),
        ("noanswertransfer", "transfer.noanswer"),
        ("notavailabletransfer", "transfer.notavailable"),
    ];
    const DOTTED: [&str; 9] = [
        "endpoint.donotdisturb",
        "transfer.conference",
        "transfer.consult",
        "transfer.donotdisturb",
        "transfer.forward",
        "transfer.noanswer",
        "transfer.notavailable",
        "transport.failure",
        "session.expired",
    ];
    const SHORT: [&str; 5] = ["client", "endpoint", "peer", "system", "transfer"];
    // Most are written so already.
    if DOTTED.contains(&said) || SHORT.contains(&said) {
        return Text::clean(said);
    }
    let lower = said.to_lowercase();
    let letters: String = lower.chars().filter(|c| c.is_alphanumeric()).collect();
    let known = DOTTED
        .into_iter()
        .find(|dotted| dotted.chars().filter(|c| *c != '.').eq(letters.chars()))
        .or_else(|| {
            TURNED
                .into_iter()
                .find(|(turned, _)| *turned == letters)
                .map(|(_, dotted)| dotted)
        })
        .or_else(|| (letters == "dndendpoint").then_some("endpoint.donotdisturb"));
    known.map_or_else(|| Text::clean(&lower.replace('_', ".")), Text::clean)
}

/// A time, absent or sound.
pub(super) fn time(
    path: impl fmt::Display,
    said: Option<&str>,
) -> Result<Option<Timestamp>, Unusable> {
    said.map(|said| {
        said.parse()
            .map_err(|_| Unusable(format!("{path}: not a time")))
    })
    .transpose()
}

fn id<T: std::str::FromStr>(path: fmt::Arguments<'_>, said: Option<&str>) -> Result<T, Unusable> {
    let said = said.ok_or_else(|| Unusable(format!("{path}: absent")))?;
    said.parse()
        .map_err(|_| Unusable(format!("{path}: not an id")))
}

/// A text that says something.
pub(super) fn text(said: Option<impl AsRef<str>>) -> Option<Text> {
    said.map(|said| Text::clean(said.as_ref()))
        .filter(|text| !text.as_str().is_empty())
}

#[cfg(test)]
mod tests;
