//! A row that was made for an earlier frame is drawn again only while it is what the roster says now.

use std::borrow::Cow;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::KEPT;
use crate::app::chats::{Around, Chats, Sort};
use crate::domain::beside::{Accepted, AgentStanding, Learned, Standings};
use crate::domain::conversation::Conversation;
use crate::domain::diagnosis::Thresholds;
use crate::domain::failure::{Failure, FailureKind, Receipt};
use crate::domain::ids::ConversationId;
use crate::domain::moment::after;
use crate::domain::roster::{GHOST, Listed, Reading, Roster};

/// Something that happens to a roster.
type Change<'a> = &'a dyn Fn(&mut Roster);

fn id(number: u128) -> ConversationId {
    ConversationId::from_u128(number)
}

fn listed(number: u128) -> Listed {
    Listed::new(id(number), Timestamp::UNIX_EPOCH)
}

fn now() -> Timestamp {
    after(Timestamp::UNIX_EPOCH, SignedDuration::from_hours(9))
}

fn list(count: u128) -> (Roster, Chats) {
    let mut roster = Roster::default();
    let page: Vec<Listed> = (1..=count).map(listed).collect();
    roster.absorb_page(&page);
    let mut chats = Chats::new(Sort::default(), Vec::new());
    let around = Around {
        roster: &roster,
        zone: &jiff::tz::TimeZone::UTC,
        rows: 10,
        is_dialog_open: false,
        is_at_once: true,
        now: now(),
    };
    chats.rebuild(&around, true);
    (roster, chats)
}

fn is_kept(chats: &Chats, roster: &Roster, number: u128) -> bool {
    matches!(chats.row(roster, id(number)), Some(Cow::Borrowed(_)))
}

#[test]
fn a_row_is_made_once_while_nothing_changes_and_anew_after_every_change() {
    let failed = || Failure {
        kind: FailureKind::NotFound,
        code: None,
        said: "nobody".into(),
        receipt: Receipt::default(),
    };
    let standings = Standings {
        asked: vec!["u-1".into()],
        found: vec![AgentStanding::new("u-1".into(), now())],
        failure: None,
    };
    let changes: [(&str, Change<'_>); 11] = [
        ("listed", &|roster| {
            let mut named = listed(1);
            named.customer = Some("Ada".into());
            roster.absorb_page(&[named]);
        }),
        ("recorded", &|roster| {
            let mut named = listed(1);
            named.took_part = Some(true);
            roster.absorb_record(named);
        }),
        ("read", &|roster| {
            let reading = Reading {
                conversation: Conversation::new(id(1), Timestamp::UNIX_EPOCH),
                read_at: now(),
                arrived: now(),
                receipt: Receipt::default(),
            };
            roster.absorb_reading(id(1), &reading);
        }),
        ("not read", &|roster| {
            roster.absorb_failed_read(id(1), failed(), now());
        }),
        ("lost", &|roster| roster.lose(&[id(1)], now())),
        ("named", &|roster| roster.absorb_names(&Arc::default())),
        ("judged by others", &|roster| {
            roster.judge_by(Thresholds::default());
        }),
        ("under rules", &|roster| {
            roster.follow(None);
        }),
        ("accepted", &|roster| {
            let accepted = Accepted {
                target: None,
                at: now(),
            };
            roster.accept(id(1), vec![accepted]);
        }),
        ("learned", &|roster| {
            roster.learn(&Learned::Standings(standings.clone()));
        }),
        ("forgotten", &|roster| {
            roster.forget_ghosts(after(now(), GHOST), |_| false);
        }),
    ];
    let (mut roster, mut chats) = list(3);
    for (what, change) in changes {
        chats.look(&roster, 10);
        assert!(is_kept(&chats, &roster, 1), "before it was {what}");
        change(&mut roster);
        assert!(!is_kept(&chats, &roster, 1), "{what}");
        assert_eq!(
            chats.row(&roster, id(1)).map(Cow::into_owned),
            roster.row(id(1)),
            "{what}"
        );
    }
    assert!(roster.row(id(1)).is_none());
}

#[test]
fn what_was_scrolled_past_is_not_kept_for_ever() {
    let (roster, mut chats) = list(2_000);
    for top in (0..2_000).step_by(10) {
        chats.top = top;
        chats.look(&roster, 10);
        for id in chats.on_screen(10) {
            assert!(matches!(chats.row(&roster, *id), Some(Cow::Borrowed(_))));
        }
        assert!(chats.in_view.rows.len() <= KEPT + 10);
    }
}
