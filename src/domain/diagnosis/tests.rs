//! For each kind: what makes it, its boundary on both sides, and what must win over it.

use super::*;
use crate::domain::conversation::{Leg, Side, WrapUp};
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::roster::{FailedRead, Row};
use crate::domain::staged::{NOW, Staged, age, ago, alone, closed, leg, live, orphan, staged};
use crate::domain::text::Text;

mod beside;
mod waiting;

fn kind(staged: &Staged) -> Kind {
    staged.clone().read("2s").kind(NOW)
}

fn why(staged: &Staged) -> String {
    staged.clone().read("2s").diagnosis(NOW).why
}

/// Just inside the limit the milder kind holds, a second later the graver one.
fn turns(at: &str, milder: Kind, graver: Kind, stage: impl Fn(&str) -> Staged) {
    let later = format!("{at}1s");
    assert_eq!(kind(&stage(at)), milder, "at {at}");
    assert_eq!(kind(&stage(&later)), graver, "after {at}");
}

fn parked(resumes: Option<&str>) -> Staged {
    let set_aside = Leg {
        resumes: resumes.map(ago),
        ..leg("parked")
    };
    staged(1)
        .with("customer", leg("connected"))
        .with("agent", set_aside)
        .wrote(Side::Customer, "3h")
}

fn both(last: Side, before: &str) -> Staged {
    staged(1)
        .with("customer", leg("connected"))
        .with("agent", leg("connected"))
        .wrote(last, before)
}

fn owing(since: Option<&str>, timeout: &str) -> Staged {
    staged(1).with("customer", closed("5h", "peer")).party(
        "agent",
        closed("4h", "client"),
        |party| {
            party.wrap_up = WrapUp::Owed {
                since: since.map(ago),
                timeout: age(timeout),
            };
        },
    )
}

#[test]
fn what_is_not_read_is_unread_and_what_cannot_be_read_is_unknown() {
    let mut row = orphan(1).row;
    assert_eq!(row.kind(NOW), Kind::Unread);
    let failed = |kind| FailedRead {
        failure: Failure {
            kind,
            code: None,
            said: Text::clean("no"),
            receipt: Receipt::default(),
        },
        at: NOW,
    };
    row.failed_read = Some(failed(FailureKind::TimedOut));
    assert_eq!(row.kind(NOW), Kind::Unread);
    row.failed_read = Some(failed(FailureKind::Unreadable));
    assert_eq!(row.kind(NOW), Kind::Unknown);
    let mut read: Row = Row {
        failed_read: row.failed_read,
        ..orphan(1).read("2s")
    };
    assert_eq!(read.kind(NOW), Kind::Unknown, "the newest answer counts");
    read.failed_read = Some(failed(FailureKind::TimedOut));
    assert_eq!(read.kind(NOW), Kind::Orphan, "an older reading stays");
}

#[test]
fn a_word_we_do_not_know_on_an_open_leg_wins_over_everything() {
    assert_eq!(
        kind(&live(1).with("hologram", leg("connected"))),
        Kind::Unknown
    );
    assert_eq!(
        kind(&orphan(1).with("agent", leg("levitating"))),
        Kind::Unknown
    );
    assert!(why(&orphan(1).with("hologram", leg("connected"))).contains("hologram"));
    let gone = orphan(1).with("hologram", closed("1h", "peer"));
    assert_eq!(
        kind(&gone),
        Kind::Orphan,
        "on a closed leg it decides nothing"
    );
}

#[test]
fn what_has_ended_or_has_nothing_open_is_over_whatever_else_it_shows() {
    let over = staged(1)
        .with("customer", closed("5h", "peer"))
        .with("agent", closed("5h", "client"))
        .but(|staged| {
            staged.conversation.inactivity_timeout = Some(ago("-5m"));
            staged.conversation.transfer_since = Some(ago("2h"));
            staged.row.listed.took_part = Some(false);
        });
    assert_eq!(kind(&over), Kind::Reopen);
    let ended = orphan(1).but(|staged| staged.conversation.ended = Some(ago("4m")));
    assert_eq!(kind(&ended), Kind::Reopen);
    let said = "ended 4m ago; a message of the customer brings it back for 2d23h more";
    assert_eq!(why(&ended), format!("{said} (72 h assumed)"));
}

#[test]
fn another_medium_wins_over_life_itself() {
    let call = Leg {
        medium: crate::domain::conversation::Medium::from("call".to_owned()),
        ..leg("connected")
    };
    assert_eq!(kind(&live(1).with("agent", call.clone())), Kind::Mixed);
    assert_eq!(
        why(&live(1).with("agent", call.clone())),
        "another medium is open: call"
    );
    let hung_up = Leg {
        medium: call.medium,
        ..closed("1h", "peer")
    };
    assert_eq!(kind(&live(1).with("agent", hung_up)), Kind::Live);
}

#[test]
fn a_parked_leg_is_parked_until_it_is_a_quarter_of_an_hour_late() {
    assert_eq!(kind(&parked(Some("-42m"))), Kind::Parked);
    assert_eq!(
        why(&parked(Some("-42m"))),
        "agent parked it, due back in 42m"
    );
    assert_eq!(kind(&parked(None)), Kind::Parked);
    turns("15m", Kind::Parked, Kind::Overdue, |late| {
        parked(Some(late))
    });
    let gone = staged(1).with("customer", closed("5h", "peer")).with(
        "agent",
        Leg {
            resumes: Some(ago("-1h")),
            ..leg("parked")
        },
    );
    assert_eq!(kind(&gone), Kind::Parked);
    assert_eq!(
        kind(&gone.with("agent", leg("connected"))),
        Kind::Parked,
        "a leg set aside wins over an orphaned one"
    );
}

#[test]
fn a_timer_that_runs_closes_and_one_that_passed_long_ago_is_stuck() {
    let timer = |passed: &str| {
        both(Side::Agent, "2h").but(|staged| {
            staged.conversation.inactivity_timeout = Some(ago(passed));
        })
    };
    assert_eq!(kind(&timer("-1s")), Kind::Closing);
    assert_eq!(why(&timer("-12m")), "closes by itself in 12m");
    assert_eq!(kind(&timer("0s")), Kind::Serving, "it runs no more");
    turns("15m", Kind::Serving, Kind::Timer, timer);
    let writing = live(1).but(|staged| {
        staged.conversation.inactivity_timeout = Some(ago("-5m"));
    });
    assert_eq!(kind(&writing), Kind::Closing);
}

#[test]
fn both_sides_up_and_a_message_under_half_an_hour_is_live() {
    assert_eq!(kind(&both(Side::Agent, "29m59s")), Kind::Live);
    assert_eq!(kind(&both(Side::Agent, "30m")), Kind::Serving);
    assert_eq!(why(&live(1)), "both sides are there, customer wrote 1m ago");
    let broken = both(Side::Agent, "1m").with(
        "agent",
        Leg {
            is_broken: true,
            ..leg("connected")
        },
    );
    assert_eq!(kind(&broken), Kind::Live, "life wins over an error");
}

#[test]
fn a_broken_leg_wins_over_silence_but_a_customer_whose_line_broke_is_gone_like_any_other() {
    let broken = Leg {
        is_broken: true,
        ..leg("connected")
    };
    let silent = both(Side::Agent, "20h").with("agent", broken);
    assert_eq!(kind(&silent), Kind::Error);
    let dropped = alone(1).with("agent", closed("2h", "transport.failure"));
    assert_eq!(kind(&dropped), Kind::Error);
    assert_eq!(
        kind(&alone(1).with("agent", closed("2h", "client"))),
        Kind::Alone
    );
    let cut_off = staged(1)
        .with("customer", closed("2h", "error"))
        .with("agent", leg("connected"));
    assert_eq!(kind(&cut_off), Kind::Orphan);
}

#[test]
fn after_call_work_is_stuck_only_when_it_alone_is_open_and_over_its_time() {
    turns("15m", Kind::Serving, Kind::WrapUp, |owed| {
        owing(Some(owed), "60s")
    });
    turns("40m", Kind::Serving, Kind::WrapUp, |owed| {
        owing(Some(owed), "40m")
    });
    assert_eq!(
        kind(&owing(None, "0s")),
        Kind::WrapUp,
        "owed since the leg closed, four hours ago"
    );
    assert_eq!(
        why(&owing(Some("40m"), "0s")),
        "everybody left, agent has owed wrap-up for 40m"
    );
    let in_use = owing(Some("2h"), "0s").with("agent", leg("connected"));
    assert_eq!(kind(&in_use), Kind::Orphan);
    let back = owing(Some("2h"), "0s").with("customer", leg("connected"));
    assert_ne!(kind(&back), Kind::WrapUp);
}

#[test]
fn a_customer_gone_for_over_ten_minutes_leaves_an_orphan_however_they_went() {
    for word in [
        "peer",
        "endpoint",
        "session.expired",
        "inactivity",
        "client",
    ] {
        turns("10m", Kind::Serving, Kind::Orphan, |left| {
            staged(1)
                .with("customer", closed(left, word))
                .with("agent", leg("connected"))
        });
    }
    let long_gone = staged(1)
        .with("customer", closed("5h58m", "peer"))
        .with("agent", leg("connected"));
    assert_eq!(
        why(&long_gone),
        "customer left 5h58m ago, agent leg is still connected"
    );
}

#[test]
fn no_orphan_is_made_of_a_customer_who_is_back_or_whose_leaving_has_no_time() {
    let back = orphan(1).with("customer", leg("connected"));
    assert_eq!(kind(&back), Kind::Serving);
    let timeless = orphan(1).with("customer", leg("disconnected"));
    assert_eq!(kind(&timeless), Kind::Unknown);
    let nobody = staged(1).with("agent", leg("connected"));
    assert_eq!(kind(&nobody), Kind::Unknown);
    let newest = orphan(1).with("customer", closed("3m", "peer"));
    assert_eq!(kind(&newest), Kind::Serving, "the last to leave counts");
    let queued = staged(1)
        .with("customer", closed("5h", "peer"))
        .with("acd", leg("connected"));
    assert_eq!(kind(&queued), Kind::Unknown, "no agent's leg is up");
}

#[test]
fn the_rules_stand_in_the_order_of_the_kinds() {
    let tried: Vec<Kind> = rules::TABLE.iter().map(|rule| rule.kind).collect();
    let mut sorted = tried.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(tried, sorted);
    let over: Vec<Kind> = rules::OVER.iter().map(|rule| rule.kind).collect();
    let unruled = Kind::ALL
        .iter()
        .filter(|kind| !tried.contains(kind) && !over.contains(kind));
    assert_eq!(
        unruled.collect::<Vec<_>>(),
        [&Kind::Unread, &Kind::Unknown],
        "every other kind has its rule"
    );
}

#[test]
fn no_message_and_no_leg_is_needed_for_a_diagnosis() {
    assert_eq!(kind(&staged(1)), Kind::Reopen);
    let far = staged(1)
        .with("customer", leg("connected"))
        .but(|staged| staged.conversation.started = jiff::Timestamp::MAX)
        .read("2s");
    assert_eq!(
        far.kind(NOW),
        Kind::Waiting,
        "a start that lies ahead is young"
    );
}
