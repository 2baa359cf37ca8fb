//! Laws that hold for any conversations, however odd: nothing is planned that the table of kinds forbids, nothing asked for is lost.

use super::*;
use crate::domain::conversation::{Leg, Medium, Purpose, WrapUp};
use crate::domain::evidence::Evidence;
use crate::domain::kind::Bulk;
use crate::domain::moment::after;
use crate::domain::roster::Row;
use crate::domain::staged::age;
use jiff::SignedDuration;
use proptest::prelude::*;

const PURPOSES: [&str; 8] = [
    "customer", "customer", "agent", "agent", "acd", "botflow", "external", "hologram",
];
const STATES: [&str; 8] = [
    "connected",
    "connected",
    "connected",
    "alerting",
    "parked",
    "disconnected",
    "terminated",
    "levitating",
];

/// Odd words are rarer than they would be by chance, so that most conversations mean something.
fn pick(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    let last = words.len() - 1;
    prop_oneof![
        30 => prop::sample::select(&words[..last]),
        1 => Just(words[last]),
    ]
}

fn moment() -> impl Strategy<Value = jiff::Timestamp> {
    prop_oneof![-7200i64..7200, 0i64..200_000]
        .prop_map(|ago| after(NOW, SignedDuration::from_secs(-ago)))
}

type Party = (&'static str, Leg, bool);

fn party() -> impl Strategy<Value = Party> {
    let times = (
        moment(),
        prop::option::of(moment()),
        prop::option::of(moment()),
    );
    let rare = prop::bool::weighted(0.05);
    (
        pick(&PURPOSES),
        pick(&STATES),
        times,
        rare,
        rare,
        any::<bool>(),
    )
        .prop_map(
            |(purpose, state, (since, ended, resumes), is_broken, is_call, owes)| {
                let mut leg = leg(state);
                leg.since = Some(since);
                leg.alerting_since = Some(since);
                leg.ended = ended.filter(|_| !leg.is_open());
                leg.resumes = resumes;
                leg.is_broken = is_broken;
                if is_call {
                    leg.medium = Medium::from("call".to_owned());
                }
                (purpose, leg, owes && purpose == "agent")
            },
        )
}

fn row() -> impl Strategy<Value = Row> {
    let messages =
        prop::collection::vec((any::<bool>(), prop_oneof![0i64..7200, 0i64..90_000]), 0..4);
    let rare = prop::bool::weighted(0.05);
    (
        prop::collection::vec(party(), 1..5),
        messages,
        prop::option::weighted(0.2, moment()),
        any::<Option<bool>>(),
        rare,
        rare,
    )
        .prop_map(
            |(parties, mut messages, timer, took_part, is_ended, is_unread)| {
                messages.sort_by_key(|(_, ago)| -ago);
                let mut staged = staged(0);
                for (purpose, leg, owes) in parties {
                    staged = staged.party(purpose, leg, |party| {
                        party.alerting_timeout = Some(age("2m"));
                        if owes {
                            party.wrap_up = WrapUp::Owed {
                                since: None,
                                timeout: age("1m"),
                            };
                        }
                    });
                }
                for (is_customer, ago) in messages {
                    let side = if is_customer {
                        Side::Customer
                    } else {
                        Side::Agent
                    };
                    staged = staged.wrote(side, &format!("{ago}s"));
                }
                staged.conversation.inactivity_timeout = timer;
                staged.conversation.ended = is_ended.then_some(NOW);
                staged.row.listed.took_part = took_part;
                if is_unread {
                    staged.row
                } else {
                    staged.read("2s")
                }
            },
        )
}

/// Rows with ids of their own, from 1.
fn rows(most: usize) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(row(), 1..=most).prop_map(|mut rows| {
        for (row, number) in rows.iter_mut().zip(1..) {
            row.listed.id = id(number);
        }
        rows
    })
}

fn both_sides_are_talking(row: &Row) -> bool {
    let Some(reading) = &row.reading else {
        return false;
    };
    let conversation = &reading.conversation;
    let has = |wanted: fn(&Purpose) -> bool| {
        conversation
            .open_legs()
            .any(|(party, leg)| wanted(&party.purpose) && leg.state.word() == "connected")
    };
    has(Purpose::is_customer)
        && has(Purpose::is_staff)
        && row.idle(NOW).is_some_and(|idle| idle < age("30m"))
}

proptest! {
    #[test]
    fn a_plan_of_many_holds_only_what_may_be_ended_with_others(rows in rows(6), asked in prop::collection::vec(1u128..9, 2..8)) {
        let roster = roster(rows);
        let asked: Vec<ConversationId> = asked.into_iter().map(id).collect();
        let choices = Choices { wrap_up: Some("code".to_owned()), ..Choices::default() };
        let drawn = Terms { from_filter: true, max_batch: 10, ..terms(&choices) };
        let plan = draft(&asked, &roster, &scope(), &drawn).unwrap();
        for item in &plan.items {
            let row = roster.row(item.id).unwrap();
            prop_assert_eq!(item.kind.bulk(), Bulk::Yes);
            prop_assert_eq!(item.kind, row.kind(NOW));
            prop_assert_eq!(&item.evidence, &Evidence::of(&row.reading.as_ref().unwrap().conversation));
            prop_assert!(!both_sides_are_talking(&row));
        }
        let mut told: Vec<ConversationId> = planned(&plan);
        told.extend(plan.skipped.iter().map(|skipped| skipped.id));
        told.sort();
        let mut wanted = each_once(&asked);
        wanted.sort();
        prop_assert_eq!(told, wanted);
        let again = redraft(&plan, &roster, &drawn).unwrap();
        prop_assert_eq!(&again.hash, &plan.hash);
        prop_assert!(Plan::parse(&serde_json::to_string(&again).unwrap()).is_ok());
    }

    #[test]
    fn alone_nothing_live_is_planned_without_leave(rows in rows(1)) {
        let roster = roster(rows);
        let choices = Choices { wrap_up: Some("code".to_owned()), ..Choices::default() };
        let plan = draft(&[id(1)], &roster, &scope(), &terms(&choices)).unwrap();
        for item in &plan.items {
            prop_assert!(matches!(item.kind.bulk(), Bulk::Yes | Bulk::OneByOne));
            prop_assert!(!both_sides_are_talking(&roster.row(item.id).unwrap()));
        }
    }
}
