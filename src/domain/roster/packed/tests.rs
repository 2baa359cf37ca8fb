//! What is packed is read back as it was, whatever it was, and leaves nothing behind.

mod usual;

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::domain::conversation::{
    Conversation, Leg, LegState, Medium, Message, Participant, Purpose, Side, WrapUp,
};
use crate::domain::failure::Receipt;
use crate::domain::ids::{CommunicationId, ParticipantId};
use crate::domain::recorded::{Recorded, RecordedFlow, RecordedLeg};
use crate::domain::text::Text;

/// Numbers that decide what a row looks like; when they are used up, everything is absent.
#[derive(Debug)]
struct Dice(std::vec::IntoIter<u32>);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0.next().unwrap_or(0) % sides
    }

    fn maybe<T>(&mut self, one: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.roll(3) > 0).then(|| one(self))
    }

    fn list<T>(&mut self, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.roll(4)).map(|_| one(self)).collect()
    }

    /// A few ids, so that they come again; upper case, broken and hostile ones beside them.
    fn text(&mut self) -> Text {
        let bits = u128::from(self.roll(6)) << 96 | 0xab;
        let id = uuid::Uuid::from_u128(bits);
        let raw = match self.roll(11) {
            0..=2 => id.hyphenated().to_string(),
            3 => id.simple().to_string(),
            4 => id.to_string().to_uppercase(),
            5 => format!("{{{id}}}"),
            6 => format!("\u{202e}e\u{301}\u{200d}👩 {} \u{0}", self.roll(5)),
            7 => "x".repeat(self.roll(900) as usize),
            8 => format!("https://host{}.example/{}", self.roll(3), self.roll(4)),
            9 => ["://", ":///", "a://b", "://é/é://", "a://b/"][self.roll(5) as usize].to_owned(),
            _ => ["", "peer", "Ann", "…", "3f2a"][self.roll(5) as usize].to_owned(),
        };
        Text::clean(&raw)
    }

    fn word(&mut self) -> String {
        let words = [
            "customer",
            "agent",
            "acd",
            "parked",
            "webmessaging",
            "novel",
        ];
        words[self.roll(6) as usize].to_owned()
    }

    fn moment(&mut self) -> Timestamp {
        let milli = 1_790_000_000_000 + i64::from(self.roll(4)) * 7_000;
        match self.roll(8) {
            0 => [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH][self.roll(3) as usize],
            1 | 2 => Timestamp::from_nanosecond(
                i128::from(milli) * 1_000_000 + i128::from(self.roll(u32::MAX)),
            )
            .unwrap(),
            _ => Timestamp::from_millisecond(milli).unwrap(),
        }
    }

    fn span(&mut self) -> SignedDuration {
        match self.roll(4) {
            0 => SignedDuration::MIN,
            1 => SignedDuration::MAX,
            2 => SignedDuration::from_nanos(-1 - i64::from(self.roll(u32::MAX))),
            _ => SignedDuration::from_secs(i64::from(self.roll(3000))),
        }
    }

    fn bits(&mut self) -> u128 {
        u128::from(self.roll(6)) << 96 | 0xab
    }

    fn purpose(&mut self) -> Purpose {
        match self.roll(4) {
            0 => Purpose::Other(self.text()),
            _ => Purpose::from(self.word()),
        }
    }

    fn listed(&mut self, id: ConversationId) -> Listed {
        Listed {
            id,
            started: self.moment(),
            took_part: self.maybe(|dice| dice.roll(2) == 0),
            customer: self.maybe(Self::text),
            agent: self.maybe(Self::text),
            seen_at: self.maybe(Self::moment),
            recorded: self.maybe(|dice| {
                Arc::new(Recorded {
                    asked_at: dice.moment(),
                    ended: dice.maybe(Self::moment),
                    took_part: dice.maybe(|dice| dice.roll(2) == 0),
                    inactivity_timeout: dice.maybe(Self::moment),
                    divisions: dice.list(Self::text),
                    address_to: dice.maybe(Self::text),
                    legs: dice.list(Self::recorded_leg),
                })
            }),
        }
    }

    fn recorded_leg(&mut self) -> RecordedLeg {
        RecordedLeg {
            id: self.maybe(Self::text),
            purpose: self.purpose(),
            name: self.maybe(Self::text),
            user: self.maybe(Self::text),
            queue: self.maybe(Self::text),
            flow: self.maybe(|dice| RecordedFlow {
                id: dice.maybe(Self::text),
                name: dice.maybe(Self::text),
                version: dice.maybe(Self::text),
                kind: dice.maybe(Self::text),
            }),
            since: self.maybe(Self::moment),
            ended: self.maybe(Self::moment),
            disconnect: self.maybe(Self::text),
            is_wrap_up: self.roll(2) == 0,
            error: self.maybe(Self::text),
        }
    }

    fn reading(&mut self, id: ConversationId) -> Reading {
        Reading {
            conversation: Conversation {
                id: if self.roll(4) == 0 {
                    ConversationId::from_u128(self.bits())
                } else {
                    id
                },
                started: self.moment(),
                ended: self.maybe(Self::moment),
                inactivity_timeout: self.maybe(Self::moment),
                transfer_since: self.maybe(Self::moment),
                divisions: self.list(Self::text),
                participants: self.list(Self::participant),
                messages: self.list(|dice| Message {
                    id: dice.text(),
                    at: dice.moment(),
                    from: [Side::Customer, Side::Agent][dice.roll(2) as usize],
                }),
            },
            read_at: self.moment(),
            arrived: self.moment(),
            receipt: Receipt {
                status: self.maybe(|dice| [0, 200, u16::MAX][dice.roll(3) as usize]),
                took_ms: [0, 90, u64::MAX][self.roll(3) as usize],
                correlation: self.maybe(Self::text),
                date: self.maybe(Self::moment),
            },
        }
    }

    fn participant(&mut self) -> Participant {
        Participant {
            id: ParticipantId::from_u128(self.bits()),
            purpose: self.purpose(),
            name: self.maybe(Self::text),
            user: self.maybe(Self::text),
            queue: self.maybe(Self::text),
            queue_id: self.maybe(Self::text),
            attributes: self.list(|dice| (dice.text(), dice.text())),
            wrap_up: match self.roll(2) {
                0 => WrapUp::NotOwed,
                _ => WrapUp::Owed {
                    since: self.maybe(Self::moment),
                    timeout: self.span(),
                },
            },
            alerting_timeout: self.maybe(Self::span),
            legs: self.list(Self::leg),
        }
    }

    fn leg(&mut self) -> Leg {
        Leg {
            id: CommunicationId::from_u128(self.bits()),
            medium: match self.roll(3) {
                0 => Medium::Other(self.text()),
                _ => Medium::WebMessaging,
            },
            state: match self.roll(3) {
                0 => LegState::Other(self.text()),
                _ => LegState::from(self.word()),
            },
            since: self.maybe(Self::moment),
            alerting_since: self.maybe(Self::moment),
            ended: self.maybe(Self::moment),
            disconnect: self.maybe(Self::text),
            resumes: self.maybe(Self::moment),
            is_broken: self.roll(2) == 0,
            address_to: self.maybe(Self::text),
        }
    }

    fn row(&mut self, id: ConversationId) -> (Listed, Option<Reading>) {
        let (mut listed, reading) = (self.listed(id), self.maybe(|dice| dice.reading(id)));
        if let (Some(recorded), Some(reading), 0) = (&mut listed.recorded, &reading, self.roll(2)) {
            self.record(Arc::make_mut(recorded), &reading.conversation.participants);
        }
        (listed, reading)
    }

    /// As it mostly is: the list tells of the same legs, and nearly the same of them.
    fn record(&mut self, recorded: &mut Recorded, parties: &[Participant]) {
        for (leg, party) in recorded.legs.iter_mut().zip(parties) {
            let Some(own) = party.legs.first() else {
                continue;
            };
            leg.id = Some(Text::clean(&own.id.to_string()));
            if self.roll(2) == 0 {
                (leg.name, leg.user) = (party.name.clone(), party.user.clone());
            }
            if self.roll(2) == 0 {
                (leg.since, leg.queue) = (own.since, party.queue_id.clone());
            }
            if self.roll(2) == 0 {
                (leg.ended, leg.disconnect) = (own.ended, own.disconnect.clone());
            }
        }
    }
}

fn dice() -> impl Strategy<Value = Dice> {
    prop::collection::vec(any::<u32>(), 0..600).prop_map(|rolls| Dice(rolls.into_iter()))
}

fn id(number: u32) -> ConversationId {
    ConversationId::from_u128(u128::from(number))
}

proptest! {
    #[test]
    fn a_row_is_read_back_as_it_was(mut dice in dice()) {
        let mut packed = Packed::default();
        let rows = [id(1), id(2)].map(|id| dice.row(id));
        for (listed, reading) in &rows {
            packed.put(listed, reading.as_ref());
        }
        for row in rows {
            prop_assert_eq!(packed.get(row.0.id), Some(row));
        }
    }

    /// Numbers of texts are given anew when nobody has the text any more, and never while somebody has.
    #[test]
    fn rows_that_come_and_go_leave_the_others_as_they_are_and_nothing_behind(mut dice in dice(), turns in 1..60) {
        let mut packed = Packed::default();
        let mut known: ByConversation<(Listed, Option<Reading>)> = ByConversation::default();
        for turn in 0..turns {
            let id = id(dice.roll(5));
            if dice.roll(3) == 0 {
                packed.remove(id);
                known.remove(&id);
            } else {
                // Rolls are used up in the first turns: later rows have texts of their own.
                let (mut listed, reading) = dice.row(id);
                listed.agent = Some(Text::clean(&format!("agent {turn}")));
                packed.put(&listed, reading.as_ref());
                known.insert(id, (listed, reading));
            }
            for (id, row) in &known {
                let found = packed.get(*id);
                prop_assert_eq!(found.as_ref(), Some(row));
            }
        }
        for number in 0..5 {
            packed.remove(id(number));
        }
        prop_assert_eq!((packed.ids().len(), packed.symbols.len()), (0, 0));
    }

    #[test]
    fn damaged_bytes_are_no_row_or_another_and_never_a_panic(mut dice in dice(), at: prop::sample::Index, to: u8) {
        let mut packed = Packed::default();
        let (listed, reading) = dice.row(id(1));
        packed.put(&listed, reading.as_ref());
        let bytes = packed.rows.get_mut(&id(1)).unwrap();
        let at = at.index(bytes.len());
        let cut = bytes[..at].to_vec();
        bytes[at] = to;
        drop(packed.get(id(1)));
        packed.rows.insert(id(1), cut.into_boxed_slice());
        prop_assert_eq!(packed.get(id(1)), None);
    }
}
