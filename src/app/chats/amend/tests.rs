//! A list that is amended is the list that is worked out from all chats, each judged by the time now.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::super::{Around, Chats, Sort, View};
use crate::app::scroll::Move;
use crate::domain::conversation::{Conversation, Leg, LegState, Message, Participant, Side};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::ids::{CommunicationId, ConversationId, ParticipantId};
use crate::domain::kind::Kind;
use crate::domain::moment::after;
use crate::domain::roster::{GHOST, Listed, Reading, Roster};
use crate::domain::sorting::SortKey;
use crate::domain::text::Text;

/// How many chats there are at most.
const CHATS: u128 = 24;
const FILTERS: [&str; 6] = [
    "",
    "is:stuck",
    "idle>20m",
    "-kind:live",
    "is:marked",
    "age<2h",
];

fn id(number: u128) -> ConversationId {
    ConversationId::from_u128(number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835) | 1)
}

fn minutes(count: u32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(count))
}

/// A read of a chat: which parties are there, how many minutes ago somebody wrote, and whether it has ended.
#[derive(Debug, Clone)]
struct Shape {
    has_customer: bool,
    has_agent: bool,
    from: Option<bool>,
    quiet: u32,
    is_over: bool,
}

impl Shape {
    fn reading(&self, number: u128, now: Timestamp) -> Reading {
        let at = after(now, -minutes(self.quiet));
        let mut conversation = Conversation::new(id(number), after(at, -minutes(30)));
        let parties = [("customer", self.has_customer), ("agent", self.has_agent)];
        for (place, (purpose, is_there)) in (1..).zip(parties) {
            let state = if is_there {
                "connected"
            } else {
                "disconnected"
            };
            let leg = Leg {
                since: Some(conversation.started),
                ended: (!is_there).then_some(at),
                ..Leg::new(
                    CommunicationId::from_u128(place),
                    LegState::from(state.to_owned()),
                )
            };
            conversation.participants.push(Participant {
                legs: vec![leg],
                ..Participant::new(ParticipantId::from_u128(place), purpose.to_owned().into())
            });
        }
        let message = |is_customer| Message {
            id: Text::clean("m"),
            at,
            from: if is_customer {
                Side::Customer
            } else {
                Side::Agent
            },
        };
        conversation.messages.extend(self.from.map(message));
        conversation.ended = self.is_over.then_some(now);
        Reading {
            conversation,
            read_at: now,
            arrived: now,
            receipt: Receipt::default(),
        }
    }
}

/// What can happen.
#[derive(Debug, Clone)]
enum Op {
    List(u128, u32),
    Read(u128, Shape),
    Fail(u128),
    Lose(u128),
    Go(bool),
    Mark(u128),
    Unmark,
    Filter(usize),
    Sort(usize),
    Wait(u32),
}

fn any_op() -> impl Strategy<Value = Op> {
    let number = 0..CHATS;
    let shape = (
        any::<bool>(),
        any::<bool>(),
        prop::option::of(any::<bool>()),
        0..90_u32,
        prop::bool::weighted(0.1),
    )
        .prop_map(|(has_customer, has_agent, from, quiet, is_over)| Shape {
            has_customer,
            has_agent,
            from,
            quiet,
            is_over,
        });
    prop_oneof![
        3 => (number.clone(), 0..200_u32).prop_map(|(number, age)| Op::List(number, age)),
        6 => (number.clone(), shape).prop_map(|(number, shape)| Op::Read(number, shape)),
        1 => number.clone().prop_map(Op::Fail),
        2 => number.clone().prop_map(Op::Lose),
        1 => any::<bool>().prop_map(Op::Go),
        1 => number.prop_map(Op::Mark),
        1 => Just(Op::Unmark),
        1 => (0..FILTERS.len()).prop_map(Op::Filter),
        1 => (0..SortKey::ALL.len()).prop_map(Op::Sort),
        4 => (0..1_200_u32).prop_map(Op::Wait),
    ]
}

static UTC: TimeZone = TimeZone::UTC;

fn around(roster: &Roster, now: Timestamp) -> Around<'_> {
    Around {
        roster,
        zone: &UTC,
        rows: 10,
        is_dialog_open: false,
        is_at_once: false,
        now,
    }
}

/// The same chats in a list that is amended, and in one that is worked out anew each time.
struct Both {
    roster: Roster,
    amended: Chats,
    anew: Chats,
    now: Timestamp,
}

impl Both {
    fn new() -> Self {
        let views = ["idle>1h", "is:stuck -kind:orphan"].map(|filter| View {
            name: Text::clean(filter),
            filter: filter.to_owned(),
            sort: None,
            columns: Vec::new(),
        });
        let list = || {
            let mut chats = Chats::new(Sort::default(), Vec::new());
            chats.follow_views(views.iter());
            chats
        };
        Self {
            roster: Roster::default(),
            amended: list(),
            anew: list(),
            now: Timestamp::from_second(1_790_000_000).unwrap(),
        }
    }

    fn each(&mut self, act: impl Fn(&mut Chats, &Around<'_>)) {
        let around = around(&self.roster, self.now);
        act(&mut self.amended, &around);
        act(&mut self.anew, &around);
    }

    fn happens(&mut self, op: &Op) {
        match op {
            Op::List(number, age) => {
                let started = after(self.now, -minutes(*age));
                let listed = Listed {
                    seen_at: Some(self.now),
                    customer: Some(Text::clean(&format!("Customer {}", number % 7))),
                    ..Listed::new(id(*number), started)
                };
                self.roster.absorb_page(&[listed]);
                self.note(*number);
            }
            Op::Read(number, shape) => {
                let reading = shape.reading(*number, self.now);
                self.roster.absorb_reading(id(*number), &reading);
                self.note(*number);
            }
            Op::Fail(number) => {
                let failure = Failure::local(FailureKind::NotFound, "no");
                self.roster
                    .absorb_failed_read(id(*number), failure, self.now);
                self.note(*number);
            }
            Op::Lose(number) => {
                self.roster.lose(&[id(*number)], self.now);
                self.note(*number);
            }
            Op::Go(is_down) => {
                let step = if *is_down { Move::Down } else { Move::Last };
                self.each(|chats, around| chats.go(step, 10, around.now));
            }
            Op::Mark(number) => self.each(|chats, _| chats.marks.mark(id(*number))),
            Op::Unmark => self.each(|chats, _| chats.marks.clear()),
            Op::Filter(at) => self.each(|chats, around| {
                chats.filter.set(FILTERS[*at]);
                chats.rebuild(around, true);
            }),
            Op::Sort(at) => self.each(|chats, around| {
                chats.sort.turn_to(SortKey::ALL[*at]);
                chats.rebuild(around, true);
            }),
            Op::Wait(seconds) => {
                self.now = after(self.now, SignedDuration::from_secs(i64::from(*seconds)));
            }
        }
    }

    fn note(&mut self, number: u128) {
        self.each(|chats, around| chats.note_row(around.roster, id(number), around.now));
    }

    /// A second goes by, and all of the one list is judged again.
    fn tick(&mut self) {
        self.now = after(self.now, SignedDuration::from_secs(1));
        let marks = self.amended.marks.clone();
        let gone = self.roster.forget_ghosts(self.now, |id| marks.contains(id));
        self.each(|chats, _| chats.note_gone(gone.clone()));
        let around = around(&self.roster, self.now);
        self.amended.tick(&around);
        self.anew.note_list();
        self.anew.rebuild(&around, false);
    }

    fn agree(&self) -> Result<(), TestCaseError> {
        let (one, other) = (&self.amended, &self.anew);
        prop_assert_eq!(one.shown(), other.shown());
        prop_assert_eq!(one.counts, other.counts);
        for view in 0..2 {
            prop_assert_eq!(one.own.of(view), other.own.of(view));
        }
        prop_assert_eq!(one.late, other.late);
        prop_assert_eq!((one.cursor, one.line()), (other.cursor, other.line()));
        for (line, id) in one.shown().iter().enumerate() {
            prop_assert_eq!(one.line_of(*id), Some(line));
        }
        for id in self.roster.ids() {
            prop_assert_eq!(one.kind(id), other.kind(id));
            prop_assert_eq!(one.severity(id), other.severity(id));
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn whatever_happens_an_amended_list_is_the_one_that_is_worked_out_anew(
        ops in prop::collection::vec(any_op(), 1..60),
    ) {
        let mut both = Both::new();
        for op in &ops {
            both.happens(op);
            both.tick();
            both.agree()?;
        }
    }
}

#[test]
fn a_chat_that_changes_in_a_long_list_moves_at_once_and_time_alone_moves_it_too() {
    let mut both = Both::new();
    let count = 5_000;
    let listed = |number: u128| {
        Listed::new(
            id(number),
            after(both.now, -minutes(u32::try_from(number).unwrap())),
        )
    };
    let page: Vec<Listed> = (0..count).map(listed).collect();
    both.roster.absorb_page(&page);
    for number in 0..count {
        both.note(number);
    }
    both.each(|chats, around| {
        chats.rebuild(around, true);
        while chats.is_surveying() {
            chats.go_on(around);
        }
    });
    let alone = Shape {
        has_customer: true,
        has_agent: false,
        from: Some(true),
        quiet: 0,
        is_over: false,
    };
    let reading = alone.reading(7, both.now);
    both.roster.absorb_reading(id(7), &reading);
    both.note(7);
    let before = both.amended.line_of(id(7));
    for (minutes_on, kind) in [(1, "waiting"), (30, "alone")] {
        both.now = after(both.now, minutes(minutes_on));
        both.each(|chats, around| {
            chats.tick(around);
            assert!(
                !chats.is_surveying(),
                "it is not worked out from all of them"
            );
        });
        assert_eq!(both.amended.kind(id(7)).map(Kind::word), Some(kind));
        assert_ne!(both.amended.line_of(id(7)), before);
    }
    assert_eq!(
        both.amended.line_of(id(7)),
        Some(0),
        "the gravest comes first"
    );
    assert_eq!(both.amended.counts.rows, 5_000);
    both.roster.lose(&[id(7)], both.now);
    both.note(7);
    both.now = after(both.now, GHOST + minutes(1));
    let gone = both.roster.forget_ghosts(both.now, |_| false);
    both.each(|chats, around| {
        chats.note_gone(gone.clone());
        chats.tick(around);
        assert!(!chats.is_surveying());
    });
    assert_eq!(both.amended.shown().len(), 4_999);
    assert_eq!(both.amended.counts.rows, 4_999);
}

#[test]
fn a_clock_that_is_put_back_makes_all_that_was_judged_void() {
    let mut both = Both::new();
    let live = Shape {
        has_customer: true,
        has_agent: true,
        from: Some(true),
        quiet: 20,
        is_over: false,
    };
    both.happens(&Op::Read(1, live));
    both.happens(&Op::Wait(3_600));
    both.tick();
    assert_ne!(both.amended.kind(id(1)).map(Kind::word), Some("live"));
    both.now = after(both.now, -minutes(60));
    both.tick();
    assert_eq!(both.amended.kind(id(1)).map(Kind::word), Some("live"));
    both.agree().unwrap();
}
