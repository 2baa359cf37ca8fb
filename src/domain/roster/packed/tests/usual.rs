//! How much room a usual chat takes, and what a day of them leaves behind.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::super::*;
use crate::domain::conversation::{
    Conversation, Leg, LegState, Message, Participant, Purpose, Side,
};
use crate::domain::failure::Receipt;
use crate::domain::ids::{CommunicationId, ParticipantId};
use crate::domain::recorded::{Recorded, RecordedFlow, RecordedLeg};
use crate::domain::text::Text;

/// The number of a chat of a guest, a bot, a queue and an agent with six messages; of twenty queues and two hundred agents.
struct Usual(u32);

impl Usual {
    fn bits(number: u32, what: u32) -> u128 {
        (u128::from(number) << 32 | u128::from(what))
            .wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
    }

    fn own(&self, what: u32) -> Text {
        Text::clean(&uuid::Uuid::from_u128(Self::bits(self.0, what)).to_string())
    }

    fn shared(&self, what: u32, of: u32) -> Text {
        Self(self.0 % of).own(what)
    }

    fn id(&self) -> ConversationId {
        ConversationId::from_u128(Self::bits(self.0, 0))
    }

    /// By the platform's clock.
    fn at(&self, secs: u32) -> Timestamp {
        let began = 1_790_000_000_000 + i64::from(self.0) * 4_111;
        Timestamp::from_millisecond(began + i64::from(secs) * 1000).unwrap()
    }

    /// By this machine's.
    fn here(&self, secs: u32) -> Timestamp {
        Timestamp::from_nanosecond(self.at(secs).as_nanosecond() + 345_678).unwrap()
    }

    fn parties(&self) -> impl Iterator<Item = (u32, Purpose, Option<Text>)> {
        let guest = Text::clean(&format!("Guest {}", self.0));
        let parties = [
            (Purpose::Customer, Some(guest)),
            (Purpose::Bot, Some(self.shared(90, 8))),
            (Purpose::Queue, Some(self.shared(91, 20))),
            (Purpose::Agent, Some(self.shared(92, 200))),
        ];
        (0..)
            .zip(parties)
            .map(|(at, (purpose, name))| (at, purpose, name))
    }

    fn recorded_leg(&self, at: u32, purpose: Purpose, name: Option<Text>) -> RecordedLeg {
        let is_over = at == 1 || at == 2;
        RecordedLeg {
            id: Some(self.own(10 + at)),
            name,
            user: (at == 3).then(|| self.shared(93, 200)),
            queue: (at > 1).then(|| self.shared(94, 20)),
            flow: (at == 1).then(|| RecordedFlow {
                id: Some(self.shared(95, 8)),
                name: Some(self.shared(90, 8)),
                version: Some(Text::clean("12.0")),
                kind: Some(Text::clean("INBOUNDSHORTMESSAGE")),
            }),
            ended: is_over.then(|| self.at(30 * at + 31)),
            disconnect: is_over.then(|| Text::clean("transfer")),
            ..RecordedLeg::new(purpose, Some(self.at(30 * at)))
        }
    }

    fn listed(&self) -> Listed {
        let parties = self.parties();
        let legs = parties.map(|(at, purpose, name)| self.recorded_leg(at, purpose, name));
        Listed {
            took_part: Some(true),
            customer: Some(Text::clean(&format!("Guest {}", self.0))),
            agent: Some(self.shared(92, 200)),
            seen_at: Some(self.here(7300)),
            recorded: Some(Arc::new(Recorded {
                took_part: Some(true),
                divisions: vec![self.shared(96, 4)],
                address_to: Some(self.shared(97, 3)),
                legs: legs.collect(),
                ..Recorded::new(self.here(7300))
            })),
            ..Listed::new(self.id(), self.at(0))
        }
    }

    fn leg(&self, at: u32) -> Leg {
        let is_over = at == 1 || at == 2;
        let state = if is_over {
            LegState::Disconnected
        } else {
            LegState::Connected
        };
        Leg {
            since: Some(self.at(30 * at)),
            alerting_since: (at == 3).then(|| self.at(30 * at - 7)),
            ended: is_over.then(|| self.at(30 * at + 31)),
            disconnect: is_over.then(|| Text::clean("transfer")),
            address_to: (at == 0).then(|| self.shared(97, 3)),
            ..Leg::new(
                CommunicationId::from_u128(Self::bits(self.0, 10 + at)),
                state,
            )
        }
    }

    fn reading(&self) -> Reading {
        let parties = self.parties().map(|(at, purpose, name)| Participant {
            name,
            user: (at == 3).then(|| self.shared(93, 200)),
            queue: (at > 1).then(|| self.shared(91, 20)),
            queue_id: (at > 1).then(|| self.shared(94, 20)),
            alerting_timeout: (at == 3).then(|| SignedDuration::from_secs(30)),
            legs: vec![self.leg(at)],
            ..Participant::new(
                ParticipantId::from_u128(Self::bits(self.0, 20 + at)),
                purpose,
            )
        });
        let messages = (0..6).map(|at| Message {
            id: self.own(30 + at),
            at: self.at(100 + at * 47),
            from: [Side::Customer, Side::Agent][at as usize % 2],
        });
        Reading {
            conversation: Conversation {
                divisions: vec![self.shared(96, 4)],
                participants: parties.collect(),
                messages: messages.collect(),
                ..Conversation::new(self.id(), self.at(0))
            },
            read_at: self.here(7310),
            arrived: self.here(7311),
            receipt: Receipt {
                status: Some(200),
                took_ms: 92,
                correlation: Some(self.own(40)),
                date: Some(self.at(7311)),
            },
        }
    }
}

/// What the allocator and the map take beside the bytes of a row: a header and half of a step; a slot of 33 bytes, mostly seven eighths
/// to seven sixteenths full.
const AROUND: usize = 8 + 8 + 33 * 4 / 3;

#[test]
fn a_chat_of_four_parties_takes_less_than_five_hundred_bytes() {
    let mut packed = Packed::default();
    for number in 0..1000 {
        let (listed, reading) = (Usual(number).listed(), Usual(number).reading());
        packed.put(&listed, Some(&reading));
        assert_eq!(packed.get(listed.id), Some((listed, Some(reading))));
    }
    let bytes: usize = packed.rows.values().map(|bytes| bytes.len()).sum();
    let each = bytes / 1000 + AROUND;
    assert!(each <= 500, "{each} bytes, {AROUND} of them around a row");
}

#[test]
fn a_day_of_chats_that_come_and_go_leaves_no_more_behind_than_an_hour() {
    let mut packed = Packed::default();
    let mut room = Vec::new();
    for number in 0..24 * 500 {
        let (listed, mut reading) = (Usual(number).listed(), Usual(number).reading());
        // As long as nobody knows what the platform says here, it may be another text in each chat.
        for party in &mut reading.conversation.participants {
            party.legs[0].address_to = Some(Text::clean(&format!("guest {number}")));
        }
        packed.put(&listed, Some(&reading));
        if number >= 300 {
            packed.remove(Usual(number - 300).id());
        }
        assert!(packed.rows.capacity() <= 4 * 301);
        if number % 500 == 499 {
            room.push(packed.symbols.room());
        }
    }
    assert!(room.iter().all(|now| *now == room[0]), "{room:?}");
    assert_eq!(packed.ids().len(), 300);
}
