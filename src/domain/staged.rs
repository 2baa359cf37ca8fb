//! Conversations staged for the rules' tests: one customer's, agent's, queue's or bot's leg at a time, at ages before [`NOW`].

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::conversation::{Conversation, Leg, LegState, Message, Participant, Purpose, Side};
use super::failure::Receipt;
use super::ids::{CommunicationId, ConversationId, ParticipantId};
use super::moment::after;
use super::recorded::{Recorded, RecordedLeg};
use super::roster::{Listed, Reading, Roster, Row};
use super::text::Text;

/// The moment of every test.
pub(super) const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

/// A length of time: `age("2h30m")`, `age("45s")`.
pub(super) fn age(text: &str) -> SignedDuration {
    text.parse().unwrap()
}

/// That long before [`NOW`]; `ago("-5m")` lies ahead.
pub(super) fn ago(text: &str) -> Timestamp {
    after(NOW, -age(text))
}

/// A leg in a state, since five hours.
pub(super) fn leg(state: &str) -> Leg {
    Leg {
        since: Some(ago("5h")),
        ..Leg::new(
            CommunicationId::from_u128(0),
            LegState::from(state.to_owned()),
        )
    }
}

/// A leg that was closed that long ago.
pub(super) fn closed(before: &str, word: &str) -> Leg {
    Leg {
        ended: Some(ago(before)),
        disconnect: Some(Text::clean(word)),
        ..leg("disconnected")
    }
}

/// A row under construction.
#[derive(Clone)]
pub(super) struct Staged {
    pub(super) row: Row,
    pub(super) conversation: Conversation,
}

/// A conversation that began ten hours ago and has nobody in it.
pub(super) fn staged(number: u128) -> Staged {
    let id = ConversationId::from_u128(number);
    let started = ago("10h");
    Staged {
        row: Row::new(Listed {
            took_part: Some(true),
            ..Listed::new(id, started)
        }),
        conversation: Conversation::new(id, started),
    }
}

impl Staged {
    /// One more party with one leg.
    pub(super) fn with(self, purpose: &str, leg: Leg) -> Self {
        self.party(purpose, leg, |_| {})
    }

    /// One more party with one leg, changed to taste.
    pub(super) fn party(
        mut self,
        purpose: &str,
        mut leg: Leg,
        change: impl FnOnce(&mut Participant),
    ) -> Self {
        let number = self.conversation.participants.len() as u128 + 1;
        leg.id = CommunicationId::from_u128(number);
        let mut party = Participant {
            legs: vec![leg],
            ..Participant::new(
                ParticipantId::from_u128(number),
                Purpose::from(purpose.to_owned()),
            )
        };
        change(&mut party);
        self.conversation.participants.push(party);
        self
    }

    /// A message of one side, that long ago. The oldest first, as the platform gives them.
    pub(super) fn wrote(mut self, from: Side, before: &str) -> Self {
        let id = Text::clean(&format!("m{}", self.conversation.messages.len()));
        let at = ago(before);
        self.conversation.messages.push(Message { id, at, from });
        self
    }

    /// Anything else.
    pub(super) fn but(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// The row, read that long ago.
    pub(super) fn read(mut self, before: &str) -> Row {
        self.row.listed.started = self.conversation.started;
        self.row.reading = Some(Arc::new(Reading {
            conversation: self.conversation,
            read_at: ago(before),
            arrived: ago(before),
            receipt: Receipt::default(),
        }));
        self.row
    }
}

/// A roster of these rows.
pub(super) fn roster(rows: impl IntoIterator<Item = Row>) -> Roster {
    let mut roster = Roster::default();
    for row in rows {
        let (id, over) = (row.listed.id, row.over_since);
        roster.absorb_page(&[row.listed]);
        if let Some(reading) = row.reading {
            roster.absorb_reading(id, &reading);
        }
        if let Some(failed) = row.failed_read {
            roster.absorb_failed_read(id, failed.failure, failed.at);
        }
        assert!(over.is_none(), "a ghost is made by a listing");
    }
    roster
}

/// Customer left five hours ago, the agent's leg is up: the commonest stuck kind.
pub(super) fn orphan(number: u128) -> Staged {
    staged(number)
        .with("customer", closed("5h", "peer"))
        .with("agent", leg("connected"))
}

/// Both sides up, the customer wrote a minute ago.
pub(super) fn live(number: u128) -> Staged {
    staged(number)
        .with("customer", leg("connected"))
        .with("agent", leg("connected"))
        .wrote(Side::Customer, "1m")
}

/// The customer's leg is up and nobody else is there.
pub(super) fn alone(number: u128) -> Staged {
    staged(number)
        .with("customer", leg("connected"))
        .wrote(Side::Customer, "3h")
}

/// What analytics recorded of a conversation, without anything in it yet.
pub(super) fn recorded() -> Recorded {
    Recorded {
        asked_at: ago("5s"),
        ended: None,
        took_part: Some(true),
        inactivity_timeout: None,
        divisions: Vec::new(),
        address_to: None,
        legs: Vec::new(),
    }
}

/// A session of analytics, over or open.
pub(super) fn recorded_leg(purpose: &str, queue: Option<&str>, is_over: bool) -> RecordedLeg {
    RecordedLeg {
        queue: queue.map(Text::clean),
        ended: is_over.then(|| ago("1h")),
        ..RecordedLeg::new(Purpose::from(purpose.to_owned()), Some(ago("5h")))
    }
}
