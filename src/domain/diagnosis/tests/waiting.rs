//! Kinds in which somebody or something waits: alerts, transfers, silence, queues, bots, nobody at all.

use super::*;

fn never_came(old: &str) -> Staged {
    staged(1).with("customer", leg("connected")).but(|staged| {
        staged.row.listed.took_part = Some(false);
        staged.conversation.started = ago(old);
    })
}

fn with_bot(quiet: &str) -> Staged {
    staged(1)
        .with("customer", leg("connected"))
        .party("botflow", leg("connected"), |party| {
            party.name = Some(Text::clean("Triage"));
        })
        .wrote(Side::Customer, quiet)
}

fn in_queue(waited: &str) -> Staged {
    let queue = Leg {
        since: Some(ago(waited)),
        ..leg("connected")
    };
    staged(1)
        .with("customer", leg("connected"))
        .party("acd", queue, |party| {
            party.queue = Some(Text::clean("Claims"));
        })
        .wrote(Side::Customer, "6h")
}

fn ringing(rung_for: &str, limit: Option<&str>) -> Staged {
    let alert = Leg {
        alerting_since: Some(ago(rung_for)),
        ..leg("alerting")
    };
    staged(1)
        .with("customer", leg("connected"))
        .party("agent", alert, |party| {
            party.alerting_timeout = limit.map(age);
        })
        .wrote(Side::Customer, "40m")
}

#[test]
fn an_alert_that_outlived_its_limit_by_a_minute_rings_without_an_end() {
    turns("3m", Kind::Serving, Kind::Ringing, |rung| {
        ringing(rung, Some("2m"))
    });
    assert_eq!(
        why(&ringing("12m", Some("2m"))),
        "agent leg has rung for 12m"
    );
    assert_eq!(
        kind(&ringing("50m", None)),
        Kind::Serving,
        "no limit, no excess"
    );
}

#[test]
fn five_unanswered_alerts_are_a_loop_unless_somebody_answered_since() {
    let after = |count: usize| {
        (0..count).fold(in_queue("2h"), |staged, _| {
            staged.with("agent", closed("1h", "transfer.noanswer"))
        })
    };
    assert_eq!(kind(&after(4)), Kind::Waiting);
    assert_eq!(kind(&after(5)), Kind::Ringing);
    let answered = after(5).with("agent", leg("connected"));
    assert_eq!(kind(&answered), Kind::IdleUs);
}

#[test]
fn a_transfer_under_way_for_over_ten_minutes_hangs() {
    turns("10m", Kind::Serving, Kind::Transfer, |under_way| {
        both(Side::Agent, "40m").but(|staged| {
            staged.conversation.transfer_since = Some(ago(under_way));
        })
    });
}

#[test]
fn who_wrote_last_tells_a_customer_who_waits_from_one_who_is_silent() {
    turns("1h", Kind::Serving, Kind::IdleUs, |quiet| {
        both(Side::Customer, quiet)
    });
    turns("12h", Kind::Serving, Kind::Idle, |quiet| {
        both(Side::Agent, quiet)
    });
    assert_eq!(kind(&both(Side::Customer, "20h")), Kind::IdleUs);
    let tie = both(Side::Customer, "13h").wrote(Side::Agent, "13h");
    assert_eq!(kind(&tie), Kind::Idle, "at the same instant nobody waits");
    let wordless = staged(1)
        .with("customer", leg("connected"))
        .with("agent", leg("connected"))
        .but(|staged| staged.conversation.started = ago("40h"));
    assert_eq!(
        kind(&wordless),
        Kind::Serving,
        "nobody wrote, so nobody wrote last"
    );
}

#[test]
fn a_timer_that_passed_a_moment_ago_keeps_a_silent_chat_from_being_idle() {
    let timed = both(Side::Agent, "13h").but(|staged| {
        staged.conversation.inactivity_timeout = Some(ago("5m"));
    });
    assert_eq!(kind(&timed), Kind::Serving);
}

#[test]
fn four_hours_really_in_queue_is_a_long_wait() {
    turns("4h", Kind::Waiting, Kind::LongWait, in_queue);
    assert_eq!(
        why(&in_queue("5h")),
        "in queue Claims for 5h00m, no agent yet"
    );
    let left = staged(1)
        .with("customer", leg("connected"))
        .with("acd", closed("5h", "transfer"))
        .wrote(Side::Customer, "6h");
    assert_eq!(kind(&left), Kind::Alone, "a closed queue leg is no queue");
    let served = in_queue("5h").with("agent", leg("connected"));
    assert_eq!(kind(&served), Kind::IdleUs);
}

#[test]
fn a_machine_that_holds_a_silent_customer_for_two_hours_is_a_loop() {
    turns("2h", Kind::InBot, Kind::BotLoop, with_bot);
    assert_eq!(
        why(&with_bot("2h41m")),
        "bot Triage holds it, silence for 2h41m"
    );
    assert_eq!(
        kind(&with_bot("6h").with("acd", leg("connected"))),
        Kind::LongWait,
        "in queue, the bot only keeps company"
    );
}

#[test]
fn a_customer_who_never_took_part_is_given_up_after_an_hour() {
    turns("1h", Kind::Alone, Kind::NoShow, never_came);
    let unsure = never_came("3h").but(|staged| staged.row.listed.took_part = None);
    assert_eq!(kind(&unsure), Kind::Alone);
    let served = never_came("3h").with("agent", closed("2h", "client"));
    assert_eq!(kind(&served), Kind::Alone, "an agent was there");
    let wrote = never_came("3h").wrote(Side::Customer, "2h");
    assert_eq!(
        kind(&wrote),
        Kind::Alone,
        "the list is late, the read is not"
    );
    let looping = never_came("3h").with("workflow", leg("connected"));
    assert_eq!(kind(&looping), Kind::BotLoop);
}

#[test]
fn a_customer_with_nobody_else_is_alone_after_twenty_minutes() {
    let by_itself = |quiet: &str| {
        staged(1)
            .with("customer", leg("connected"))
            .with("agent", closed("6h", "client"))
            .wrote(Side::Customer, quiet)
    };
    turns("20m", Kind::Waiting, Kind::Alone, by_itself);
    assert_eq!(kind(&parked(Some("-1h"))), Kind::Parked);
}
