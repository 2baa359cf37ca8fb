//! A kind never rests on a fact that is not there.

use std::sync::LazyLock;

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::domain::guard::{Terms, admit};
use crate::domain::moment::after;
use crate::domain::plan::Choices;

/// Any conversation with any facts beside it.
fn any_row() -> impl Strategy<Value = Row> {
    let leg = (
        prop::sample::select(vec!["customer", "agent", "acd", "botflow", "external"]),
        prop::sample::select(vec![
            "connected",
            "alerting",
            "parked",
            "disconnected",
            "terminated",
        ]),
        prop::option::of(0_i64..100),
    );
    let message = (any::<bool>(), 0_i64..200);
    let facts = (
        prop::option::of(0_i64..200),
        prop::option::of(prop::sample::select(vec!["acd", "agent", "customer"])),
        prop::option::of(prop::sample::select(vec!["Offline", "Available", "Meal"])),
        prop::option::of(any::<bool>()),
        any::<bool>(),
    );
    let failed = prop::sample::select(vec![
        FailureKind::NotFound,
        FailureKind::Garbled,
        FailureKind::TooLarge,
        FailureKind::Unreadable,
        FailureKind::TimedOut,
        FailureKind::ServiceFault,
    ]);
    // How long ago reads began to fail, and how.
    let failed = prop::option::of((failed, 0_i64..100));
    let scene = (prop::option::of(0_i64..100), failed);
    (
        prop::collection::vec(leg, 0..5),
        prop::collection::vec(message, 0..4),
        facts,
        scene,
    )
        .prop_map(|(legs, messages, facts, (ended, failed))| {
            let minutes = |count: i64| ago(&format!("{count}m"));
            let mut made = staged(1);
            for (purpose, state, closed) in legs {
                let one = Leg {
                    ended: closed.map(minutes),
                    ..leg_of(state)
                };
                made = made.party(purpose, one, |party| {
                    party.user = Some(Text::clean("ada"));
                });
            }
            let mut times: Vec<(i64, bool)> =
                messages.iter().map(|(side, at)| (*at, *side)).collect();
            times.sort_unstable_by(|a, b| b.cmp(a));
            for (at, is_customer) in times {
                let side = if is_customer {
                    Side::Customer
                } else {
                    Side::Agent
                };
                made = made.wrote(side, &format!("{at}m"));
            }
            made.conversation.ended = ended.map(minutes);
            let (sent, open, presence, took_part, is_wrong) = facts;
            made.row.listed.took_part = took_part;
            if let Some(purpose) = open {
                let mut record = record("0s", &[purpose]);
                record.legs[0].error = is_wrong.then(|| Text::clean("wrong"));
                made.row.listed.recorded = Some(Arc::new(record));
            }
            made.row.beside.agent = presence.map(|word| standing(Some(word), Some("OFF_QUEUE")));
            if let Some(sent) = sent {
                made = accepted(made, &format!("{sent}m"), None);
            }
            let mut row = made.read("2s");
            if let Some((kind, since)) = failed {
                let at = minutes(since);
                row.beside.missing_since = (kind == FailureKind::NotFound).then_some(at);
                let failure = Failure::local(kind, "no");
                row.failed_read = Some(FailedRead { failure, at });
            }
            row
        })
}

fn leg_of(state: &str) -> Leg {
    super::leg(state)
}

/// The freest terms there are.
fn terms() -> Terms<'static> {
    static CHOICES: LazyLock<Choices> = LazyLock::new(|| Choices {
        allow_live: true,
        ..Choices::default()
    });
    Terms {
        choices: &CHOICES,
        from_filter: false,
        max_batch: 10,
        allow_teardown: true,
        escalated: &[],
        now: NOW,
        max_read_age: None,
        still_matches: None,
    }
}

/// How freely a kind is ended.
fn freedom(kind: Kind) -> usize {
    [Bulk::Never, Bulk::Live, Bulk::OneByOne, Bulk::Yes]
        .iter()
        .position(|bulk| *bulk == kind.bulk())
        .unwrap_or_default()
}

/// What has no time of its own in [`any_row`]: a timer, a transfer, an alert, a leg set aside, after-call work, each so many minutes ago.
fn any_timers() -> impl Strategy<Value = [Option<i64>; 5]> {
    let ago = || prop::option::of(-60_i64..100);
    [ago(), ago(), ago(), ago(), ago()]
}

fn with_timers(mut row: Row, timers: [Option<i64>; 5]) -> Row {
    let minutes = |count: i64| ago(&format!("{count}m"));
    let [timer, transfer, alert, resumes, owed] = timers.map(|at| at.map(minutes));
    if let Some(reading) = &mut row.reading {
        let conversation = &mut Arc::make_mut(reading).conversation;
        conversation.inactivity_timeout = timer;
        conversation.transfer_since = transfer;
        for party in &mut conversation.participants {
            party.alerting_timeout = Some(SignedDuration::from_secs(30));
            for leg in &mut party.legs {
                leg.alerting_since = alert;
                leg.resumes = resumes;
            }
            if owed.is_some() {
                let timeout = SignedDuration::from_mins(20);
                party.wrap_up = WrapUp::Owed {
                    since: owed,
                    timeout,
                };
            }
        }
    }
    row
}

proptest! {
    #[test]
    fn a_kind_stands_until_its_horizon(row in any_row(), timers in any_timers(), skew in -90_i64..90, part in 0.0..1.0) {
        let mut row = with_timers(row, timers);
        if let Some(reading) = &mut row.reading {
            let reading = Arc::make_mut(reading);
            reading.receipt.date = Some(after(reading.arrived, SignedDuration::from_secs(skew)));
        }
        let mut now = NOW;
        for turn in 0..40 {
            let horizon = Horizon::default();
            let kind = noting(&row, now, &horizon).kind;
            let until = horizon.take();
            prop_assert!(until >= now);
            let ahead = until.duration_since(now).min(SignedDuration::from_hours(10_000));
            let moment = SignedDuration::from_nanos(1);
            for later in [ahead.mul_f64(part), ahead - moment] {
                let at = after(now, later.max(SignedDuration::ZERO));
                prop_assert_eq!(row.kind(at), kind, "at {} of {}", at, until);
            }
            if until == Timestamp::MAX {
                return Ok(());
            }
            prop_assert!(turn < 39, "a kind turns without end");
            now = after(until, moment);
        }
    }

    #[test]
    fn a_kind_never_rests_on_a_fact_that_is_not_there(row in any_row()) {
        let kind = row.kind(NOW);
        let without = |drop: fn(&mut Row)| {
            let mut row = row.clone();
            drop(&mut row);
            row.kind(NOW)
        };
        prop_assert_ne!(without(|row| row.beside.accepted.clear()), Kind::Stubborn);
        prop_assert_ne!(without(|row| row.beside.agent = None), Kind::Away);
        let unrecorded = without(|row| row.listed.recorded = None);
        prop_assert!(!unrecorded.is_astray());
        prop_assert_ne!(without(|row| row.listed.took_part = None), Kind::NoShow);
        let unread = without(|row| { row.reading = None; row.failed_read = None; row.beside.missing_since = None; });
        prop_assert_eq!(unread, Kind::Unread);
        // What an older read showed of a conversation that is not found any more, or cannot be understood, says nothing.
        if row.is_unreadable() {
            let is_ghost = kind == Kind::Ghost && row.beside.missing_since.is_some();
            prop_assert!(is_ghost || kind == Kind::Unknown, "{:?}", kind);
            prop_assert!(admit(&row, false, &terms()).is_err());
            prop_assert_eq!(without(|row| row.reading = None), kind);
        }
        // Our own requests and errors of analytics only ever forbid; every other fact that is dropped makes nothing easier to end.
        let is_forbidden = matches!(kind, Kind::Stubborn | Kind::Error);
        for milder in [without(|row| row.beside.agent = None), without(|row| row.listed.took_part = None)] {
            prop_assert!(freedom(milder) <= freedom(kind), "{:?} became {:?}", kind, milder);
        }
        prop_assert!(is_forbidden || freedom(unrecorded) <= freedom(kind), "{:?} became {:?}", kind, unrecorded);
    }
}
