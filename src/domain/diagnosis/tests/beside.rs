//! Kinds that rest on other sources than the read: our own runs, analytics' record, agents' standings; and that without that fact they
//! do not answer.

use std::sync::Arc;

use super::*;
use crate::domain::beside::{Accepted, AgentStanding};
use crate::domain::failure::FailureKind;
use crate::domain::ids::ParticipantId;
use crate::domain::kind::Bulk;
use crate::domain::recorded::{Recorded, RecordedLeg};

mod laws;

/// Analytics, asked that long ago, knows of no end; these sessions are open.
fn record(asked: &str, open: &[&str]) -> Recorded {
    Recorded {
        legs: open
            .iter()
            .map(|purpose| RecordedLeg::new(Purpose::from((*purpose).to_owned()), Some(ago("9h"))))
            .collect(),
        ..Recorded::new(ago(asked))
    }
}

fn recorded(staged: Staged, record: Recorded) -> Staged {
    staged.but(|staged| staged.row.listed.recorded = Some(Arc::new(record)))
}

/// Over for that long.
fn over(before: &str) -> Staged {
    staged(1)
        .with("customer", closed(before, "peer"))
        .with("agent", closed(before, "client"))
        .but(|staged| staged.conversation.ended = Some(ago(before)))
}

fn accepted(staged: Staged, before: &str, target: Option<u128>) -> Staged {
    staged.but(|staged| {
        staged.row.beside.accepted = vec![Accepted {
            target: target.map(ParticipantId::from_u128),
            at: ago(before),
        }];
    })
}

fn standing(presence: Option<&str>, routing: Option<&str>) -> AgentStanding {
    AgentStanding {
        presence: presence.map(Text::clean),
        presence_since: presence.map(|_| ago("2h")),
        routing: routing.map(Text::clean),
        routing_since: routing.map(|_| ago("2h")),
        ..AgentStanding::new(Text::clean("ada"), ago("10s"))
    }
}

fn with_agent(last: Side, before: &str, standing: Option<AgentStanding>) -> Staged {
    staged(1)
        .with("customer", leg("connected"))
        .party("agent", leg("connected"), |party| {
            party.user = Some(Text::clean("ada"));
            party.name = Some(Text::clean("Ada"));
        })
        .wrote(last, before)
        .but(|staged| staged.row.beside.agent = standing)
}

fn not_found(mut row: Row, before: &str) -> Row {
    row.beside.missing_since = Some(ago(before));
    row.failed_read = Some(FailedRead {
        failure: Failure::local(FailureKind::NotFound, "no"),
        at: ago(before),
    });
    row
}

#[test]
fn a_leg_that_outlives_an_accepted_request_by_a_minute_is_stubborn() {
    turns("1m", Kind::Orphan, Kind::Stubborn, |before| {
        accepted(orphan(1), before, None)
    });
    assert_eq!(
        why(&accepted(orphan(1), "3m", None)),
        "a request to end it was accepted 3m ago, agent leg is still open"
    );
    let other_target = accepted(orphan(1), "3m", Some(1));
    assert_eq!(
        kind(&other_target),
        Kind::Orphan,
        "the customer's leg was meant"
    );
    assert_eq!(kind(&accepted(orphan(1), "3m", Some(2))), Kind::Stubborn);
}

#[test]
fn a_leg_that_began_after_the_request_or_at_no_known_time_makes_nothing_stubborn() {
    let back = Leg {
        since: Some(ago("2m")),
        ..leg("connected")
    };
    let reopened = staged(1)
        .with("customer", back)
        .with("agent", closed("3m", "client"))
        .wrote(Side::Customer, "2m");
    assert_eq!(kind(&accepted(reopened, "3m", None)), Kind::Waiting);
    let timeless = staged(1).with("customer", closed("5h", "peer")).with(
        "agent",
        Leg {
            since: None,
            ..leg("connected")
        },
    );
    assert_eq!(kind(&accepted(timeless, "3m", None)), Kind::Orphan);
    assert_eq!(
        kind(&accepted(live(1), "3m", None)),
        Kind::Live,
        "life wins"
    );
}

#[test]
fn an_error_that_only_analytics_knows_makes_an_error_and_what_is_over_none() {
    let mut record = record("10s", &["agent"]);
    record.legs[0].error = Some(Text::clean("nStateTransitionError"));
    let silent = both(Side::Agent, "20h");
    assert_eq!(kind(&silent), Kind::Idle);
    let wrong = recorded(silent, record.clone());
    assert_eq!(kind(&wrong), Kind::Error);
    assert_eq!(
        why(&wrong),
        "agent leg is in error, says analytics (nStateTransitionError)"
    );
    assert_eq!(kind(&recorded(over("5m"), record)), Kind::Reopen);
}

#[test]
fn what_is_over_and_open_for_analytics_half_an_hour_later_is_a_stray() {
    turns("30m", Kind::Reopen, Kind::Desync, |before| {
        recorded(over(before), record("0s", &["agent"]))
    });
    assert_eq!(
        why(&recorded(over("45m"), record("0s", &["agent"]))),
        "ended 45m ago, analytics still has it as open (agent session)"
    );
    let asked_too_early = recorded(over("45m"), record("20m", &["agent"]));
    assert_eq!(kind(&asked_too_early), Kind::Reopen);
    let knows = Recorded {
        ended: Some(ago("45m")),
        ..record("0s", &[])
    };
    assert_eq!(kind(&recorded(over("45m"), knows)), Kind::Reopen);
    assert_eq!(kind(&over("45m")), Kind::Reopen, "analytics was not asked");
}

#[test]
fn without_an_end_every_leg_must_be_closed_at_a_known_time_and_nothing_owed() {
    let down = |agent: Leg| {
        recorded(
            staged(1)
                .with("customer", closed("2h", "peer"))
                .with("agent", agent),
            record("0s", &["agent"]),
        )
    };
    assert_eq!(kind(&down(closed("2h", "client"))), Kind::Desync);
    assert_eq!(kind(&down(leg("disconnected"))), Kind::Reopen);
    let owes = recorded(owing(Some("40m"), "0s"), record("0s", &["agent"]));
    assert_eq!(kind(&owes), Kind::WrapUp);
}

#[test]
fn for_analytics_still_in_a_queue_and_over_in_truth_is_a_ghost() {
    turns("30m", Kind::Reopen, Kind::Ghost, |before| {
        recorded(over(before), record("0s", &["acd"]))
    });
}

#[test]
fn what_reads_do_not_find_is_a_ghost_once_analytics_was_asked_half_an_hour_later_and_has_it_in_a_queue()
 {
    let missing =
        |before: &str, record: Recorded| not_found(recorded(staged(1), record).row, before);
    assert_eq!(
        recorded(staged(1), record("10s", &["acd"])).row.kind(NOW),
        Kind::Unread
    );
    for (before, asked, open, expected) in [
        ("5s", "1s", "acd", Kind::Unknown),
        ("30m", "0s", "acd", Kind::Unknown),
        ("30m1s", "0s", "acd", Kind::Ghost),
        ("31m", "2m", "acd", Kind::Unknown),
        ("2h", "10s", "acd", Kind::Ghost),
        ("2h", "10s", "agent", Kind::Unknown),
    ] {
        let row = missing(before, record(asked, &[open]));
        assert_eq!(row.kind(NOW), expected, "{before} {asked} {open}");
    }
    let gone = missing("45m", record("10s", &["acd"]));
    assert_eq!(
        gone.diagnosis(NOW).why,
        "the service knows no such conversation (first heard here 45m ago), for analytics it has been in a queue for 9h00m"
    );
    // Of how long it has been so one read tells nothing.
    for (before, expected) in [
        ("0s", "the service knows no such conversation"),
        ("59s", "the service knows no such conversation"),
        (
            "1m",
            "the service knows no such conversation (first heard here 1m ago)",
        ),
    ] {
        let row = missing(before, record("0s", &["acd"]));
        assert_eq!(row.diagnosis(NOW).why, expected, "{before}");
    }
    let mut young = record("0s", &["acd"]);
    young.legs[0].since = Some(ago("30m"));
    assert_eq!(
        missing("2h", young).kind(NOW),
        Kind::Unknown,
        "analytics may be late"
    );
    assert_eq!(not_found(staged(1).row, "2h").kind(NOW), Kind::Unknown);
    let read_before = |before| {
        let read = recorded(orphan(1), record("10s", &["acd"])).read("3h");
        not_found(read, before).kind(NOW)
    };
    assert_eq!(read_before("2h"), Kind::Ghost, "the newest read counts");
    assert_eq!(read_before("5s"), Kind::Unknown);
}

#[test]
fn analytics_is_asked_about_what_reads_do_not_find_until_it_could_know() {
    let wants = |before: &str, record: Option<Recorded>| {
        let mut row = not_found(staged(1).row, before);
        row.listed.recorded = record.map(Arc::new);
        wants_record(&row, NOW)
    };
    let ended = |asked| Recorded {
        ended: Some(ago("3h")),
        ..record(asked, &[])
    };
    assert!(wants("5s", None));
    assert!(
        !wants("5s", Some(record("1s", &["acd"]))),
        "analytics may be late"
    );
    assert!(wants("31m", Some(record("2m", &["acd"]))));
    assert!(
        !wants("31m", Some(record("10s", &["acd"]))),
        "it was asked late enough"
    );
    assert!(!wants("31m", Some(ended("2m"))));
}

#[test]
fn what_the_newest_answer_does_not_show_is_unknown_and_a_failure_that_may_pass_changes_no_kind() {
    let failed = |mut row: Row, kinds: &[FailureKind]| {
        let id = row.listed.id;
        let reading = row.reading.take();
        let mut roster = crate::domain::staged::roster([row]);
        if let Some(reading) = reading {
            roster.absorb_reading(id, &reading);
        }
        for kind in kinds {
            roster.absorb_failed_read(id, Failure::local(kind.clone(), "no"), ago("5s"));
        }
        roster.row(id).unwrap().kind(NOW)
    };
    let read = || orphan(1).read("2m");
    let last = [
        FailureKind::NotFound,
        FailureKind::Unreadable,
        FailureKind::Garbled,
        FailureKind::TooLarge,
    ];
    for kind in last {
        let now = std::slice::from_ref(&kind);
        let then = [kind.clone(), FailureKind::TimedOut];
        for kinds in [now, &then] {
            assert_eq!(failed(read(), kinds), Kind::Unknown, "{kinds:?}");
            assert_eq!(failed(staged(1).row, kinds), Kind::Unknown, "{kinds:?}");
        }
    }
    for kind in [FailureKind::TimedOut, FailureKind::ServiceFault] {
        let kinds = [kind];
        assert_eq!(failed(read(), &kinds), Kind::Orphan, "{kinds:?}");
        assert_eq!(failed(staged(1).row, &kinds), Kind::Unread, "{kinds:?}");
    }
}

#[test]
fn an_agent_who_is_offline_for_an_hour_of_silence_is_away() {
    let offline = || Some(standing(Some("Offline"), Some("OFF_QUEUE")));
    turns("1h", Kind::Serving, Kind::Away, |quiet| {
        with_agent(Side::Agent, quiet, offline())
    });
    let waits = with_agent(Side::Customer, "3h", offline());
    assert_eq!(kind(&waits), Kind::Away, "it wins over who waits");
    assert_eq!(
        why(&waits),
        "agent has been offline for 2h00m, silence for 3h00m"
    );
    let alone = staged(1)
        .with("customer", closed("5h", "peer"))
        .with("agent", leg("connected"));
    assert_eq!(kind(&alone), Kind::Orphan);
}

#[test]
fn off_queue_alone_is_nobody_away_for_it_is_said_of_users_that_do_not_exist_too() {
    let cases = [
        (Some("Available"), Some("OFF_QUEUE"), Kind::IdleUs),
        (Some("Busy"), Some("OFF_QUEUE"), Kind::IdleUs),
        (None, Some("OFF_QUEUE"), Kind::IdleUs),
        (Some("Away"), Some("IDLE"), Kind::IdleUs),
        (Some("On Queue"), Some("INTERACTING"), Kind::IdleUs),
        (Some("Meal"), Some("OFF_QUEUE"), Kind::Away),
        (Some("Offline"), None, Kind::Away),
    ];
    for (presence, routing, expected) in cases {
        let found = kind(&with_agent(
            Side::Customer,
            "3h",
            Some(standing(presence, routing)),
        ));
        assert_eq!(found, expected, "{presence:?} {routing:?}");
    }
}

#[test]
fn a_standing_that_is_old_or_somebody_elses_makes_nobody_away() {
    let offline = standing(Some("Offline"), None);
    let old = AgentStanding {
        read_at: ago("11m"),
        ..offline.clone()
    };
    assert_eq!(
        kind(&with_agent(Side::Customer, "3h", Some(old))),
        Kind::IdleUs
    );
    let other = AgentStanding {
        user: Text::clean("bob"),
        ..offline
    };
    assert_eq!(
        kind(&with_agent(Side::Customer, "3h", Some(other))),
        Kind::IdleUs
    );
    assert_eq!(kind(&with_agent(Side::Customer, "3h", None)), Kind::IdleUs);
}

#[test]
fn how_long_it_can_come_back_is_the_organisations_word_or_assumed() {
    let said = over("5m").but(|staged| staged.row.beside.threading = Some(age("1h")));
    assert_eq!(
        why(&said),
        "ended 5m ago; a message of the customer brings it back for 55m more"
    );
    assert!(why(&over("5m")).ends_with("for 2d23h more (72 h assumed)"));
    let past = over("5m").but(|staged| staged.row.beside.threading = Some(age("0s")));
    assert_eq!(
        why(&past),
        "ended 5m ago; too long for a message of the customer to bring it back"
    );
}

#[test]
fn other_figures_make_other_kinds() {
    let quick = Thresholds {
        idle: age("1h"),
        gone: age("6h"),
        ..Thresholds::default()
    };
    let row = both(Side::Agent, "2h").read("2s");
    assert_eq!(by(&row, NOW, &quick).kind, Kind::Idle);
    assert_eq!(by(&orphan(1).read("2s"), NOW, &quick).kind, Kind::Serving);
    let judged = Row {
        thresholds: Arc::new(quick),
        ..row
    };
    assert_eq!(judged.kind(NOW), Kind::Idle);
}
