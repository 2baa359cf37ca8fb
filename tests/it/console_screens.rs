//! Every screen as text and styles, with fixed times: at the four sizes in Unicode and colours, at the ordinary one in ASCII without. What
//! the other forms look like follows from these by the laws of `console_forms`, which are asked of each.

use std::sync::Arc;

use jiff::SignedDuration;

use crate::console_desk::{Desk, styled};
use crate::console_forms::{SIZES, check_enter, check_every_form};
use crate::console_states::failed;
use crate::console_world::{chats, reading, settings};
use unstick::app::{Key, KeyCode, Msg};
use unstick::domain::conversation::Purpose;
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::names::{NameKind, Named, Names, OnDisconnect};
use unstick::domain::recorded::{Recorded, RecordedLeg};
use unstick::domain::roster::Listed;
use unstick::ui::{Glyphs, Look, Theme};

/// Without colours, in ASCII.
pub(crate) fn mono() -> Look {
    Look {
        theme: Theme::mono(),
        glyphs: Glyphs::Ascii,
    }
}

/// A screen at the four sizes, and whatever holds for all screens.
pub(crate) fn shoot(name: &str, mut stage: impl FnMut(u16, u16) -> Desk) {
    for (width, height) in SIZES {
        // What the smallest size refuses to open, a terminal that shrinks later still has to show.
        let mut desk = if width < 60 {
            stage(80, 24)
        } else {
            stage(width, height)
        };
        desk.tell(Msg::Resized { width, height });
        desk.pass(100);
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(format!("{name}_{width}x{height}"), desk.styled());
            if (width, height) == SIZES[0] {
                let plain = styled(&desk.seen_in(&mono()));
                insta::assert_snapshot!(format!("{name}_ascii_mono_{width}x{height}"), plain);
            }
        });
        check_every_form(name, &mut desk);
        if (width, height) == SIZES[0] {
            check_enter(name, &mut stage(width, height));
        }
    }
}

#[test]
fn the_list_of_chats() {
    shoot("chats", Desk::full);
}

#[test]
fn the_list_with_marks() {
    shoot("chats_marked", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("2    ");
        desk
    });
}

#[test]
fn one_chat() {
    shoot("inspect", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("\r");
        desk
    });
}

#[test]
fn help_over_the_list() {
    shoot("help", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("?");
        desk
    });
}

#[test]
fn typing_a_filter_that_cannot_be_understood_yet() {
    shoot("filter_error", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("/is:stuck idle>45");
        desk
    });
}

#[test]
fn typing_a_filter_with_offers() {
    shoot("filter_offers", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("/is:stuck queue:b");
        desk
    });
}

#[test]
fn the_sort_menu() {
    shoot("sort", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("sj");
        desk
    });
}

#[test]
fn a_plan_while_its_chats_are_read_again() {
    shoot("plan_reading", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.mark_stuck();
        desk.keys("x");
        desk.reread(3);
        desk
    });
}

#[test]
fn a_plan() {
    shoot("plan", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.plan();
        desk
    });
}

#[test]
fn the_confirmation_with_half_a_phrase() {
    shoot("confirm", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.plan();
        desk.keys("T");
        desk.pass(500);
        desk.keys("acme-prod ");
        desk
    });
}

#[test]
fn the_seconds_before_the_start() {
    shoot("starting", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.confirm();
        desk.pass(1200);
        desk
    });
}

#[test]
fn a_run_under_way() {
    shoot("board", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.run_half();
        desk
    });
}

#[test]
fn the_requests_of_one_chat() {
    shoot("trace", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.run_half();
        desk.keys("\r");
        desk
    });
}

#[test]
fn leaving_while_a_run_goes_on() {
    shoot("quit", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.run_half();
        desk.keys("q");
        desk
    });
}

#[test]
fn the_list_while_a_run_goes_on() {
    shoot("chats_running", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.run_half();
        desk.keys("b");
        desk
    });
}

#[test]
fn a_report_with_chats_that_need_somebody() {
    shoot("report", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.run_whole();
        desk
    });
}

#[test]
fn past_runs_with_one_that_was_cut_short() {
    shoot("runs", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("H");
        desk.history();
        desk
    });
}

#[test]
fn the_list_offers_a_run_that_was_cut_short() {
    shoot("chats_offer", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.history();
        desk
    });
}

#[test]
fn a_resume_asks_for_its_phrase() {
    shoot("resume", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.resume();
        desk
    });
}

#[test]
fn a_read_only_console_says_so() {
    let mut desk = Desk::new(settings("PROD", false), 80, 24);
    desk.list(&chats());
    desk.keys("x");
    let text = desk.text();
    assert!(text.contains("READ-ONLY"), "{text}");
    assert!(text.contains("x: acme-prod is read-only"), "{text}");
}

#[test]
fn a_run_that_is_paused_and_one_that_is_stopping_say_so() {
    shoot("board_paused", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.run_half();
        desk.pause("offline: three requests in a row did not reach the service");
        desk
    });
    shoot("board_stopping", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.run_half();
        desk.keys("c");
        desk.stopped();
        desk
    });
}

#[test]
fn the_list_while_its_data_grows_old() {
    shoot("chats_offline", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.pass(72_000);
        failed(&mut desk, FailureKind::Unreachable, None);
        desk
    });
}

#[test]
fn the_list_with_its_people_masked() {
    shoot("chats_private", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("z");
        desk
    });
}

#[test]
fn the_list_where_nothing_may_be_ended() {
    shoot("chats_read_only", |width, height| {
        let mut desk = Desk::new(settings("PROD", false), width, height);
        desk.fill();
        desk.keys("x");
        desk
    });
}

#[test]
fn the_copy_menu_over_the_list() {
    shoot("copy", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("2  y");
        desk
    });
}

#[test]
fn a_chat_that_nobody_has_read() {
    shoot("inspect_unread", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("G\r");
        desk
    });
}

#[test]
fn a_note_that_is_typed() {
    shoot("plan_note", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.mark_stuck();
        desk.keys("x");
        desk.reread(usize::MAX);
        desk.keys("nINC-4821 flow pub");
        desk
    });
}

#[test]
fn screens_that_have_nothing_to_show_yet() {
    let opened = |keys: &'static str| {
        move |width, height| {
            let mut desk = Desk::full(width, height);
            desk.keys(keys);
            desk
        }
    };
    shoot("runs_none", |width, height| {
        let mut desk = opened("H")(width, height);
        desk.runs_are(Vec::new());
        desk
    });
    shoot("requests_none", opened("L"));
    shoot("messages_none", opened(":messages\r"));
}

/// All that the page in view says, from its top to its end.
fn whole_page(desk: &mut Desk) -> String {
    desk.keys("g");
    let mut seen = desk.text();
    for _ in 0..4 {
        desk.press(Key::plain(KeyCode::PageDown));
        seen.push_str(&desk.text());
    }
    seen
}

#[test]
fn one_chat_says_what_its_diagnosis_rests_on_and_masks_its_people() {
    let said = [
        (
            "",
            "OPEN      agent Ana Lima: connected for 6h10m",
            "agent A. L.: connected",
        ),
        ("", "LAST      agent, 5h58m ago", "LAST      agent"),
        (
            "",
            "TIMER     inactivity ends it in 1h",
            "TIMER     inactivity",
        ),
        ("", "AGENT     presence not known", "AGENT     presence"),
        (
            "JJJ",
            "WRAP-UP   agent T. Novak has owed it for 2h51m; the platform waits for ever",
            "agent T. N. has owed it",
        ),
        (
            "JJJJJJJJJJJ",
            "PARKED    by agent D. Rossi, due back in ",
            "by agent D. R., due back",
        ),
    ];
    for (width, height) in [(80, 24), (140, 40)] {
        for (keys, shown, masked) in said {
            let mut desk = Desk::full(width, height);
            desk.keys("\r");
            if keys.is_empty() {
                let mut timed = chats()[0].conversation();
                timed.inactivity_timeout = Some(desk.now + SignedDuration::from_mins(75));
                let read = reading(timed, desk.now);
                desk.fact(read);
            }
            desk.keys(keys);
            let page = whole_page(&mut desk);
            // A wide screen has two columns, and folds the longest line.
            let shown = if width == 80 {
                shown
            } else {
                &shown[..44.min(shown.len())]
            };
            assert!(page.contains(shown), "{shown} is not in\n{page}");
            desk.keys("z");
            let page = whole_page(&mut desk);
            assert!(page.contains(masked), "{masked} is not in\n{page}");
            for name in ["Ana Lima", "Novak", "Rossi"] {
                assert!(!page.contains(name), "{name} is in\n{page}");
            }
        }
    }
}

#[test]
fn the_board_says_how_many_guests_are_told() {
    const SHOP: &str = "0e3f2a91-77b0-4d8e-9a51-0e6c2f6b1d20";
    for (width, height) in [(80, 24), (140, 40)] {
        let mut desk = Desk::full(width, height);
        let mut names = Names::default();
        let shop = Named {
            id: SHOP.into(),
            name: "Shop".into(),
            on_disconnect: Some(OnDisconnect::ReadOnly),
        };
        names.add(NameKind::Deployment, vec![shop], desk.now);
        desk.fact(Fact::Names(Arc::new(names)));
        // The third chat that is ended came nobody knows how.
        let rows = chats().into_iter().take(2).map(|chat| {
            let listed = chat.listed();
            let recorded = Recorded {
                asked_at: desk.now,
                ended: None,
                took_part: Some(true),
                inactivity_timeout: None,
                divisions: Vec::new(),
                address_to: Some(SHOP.into()),
                legs: vec![RecordedLeg::new(Purpose::Agent, Some(listed.started))],
            };
            Listed {
                recorded: Some(Arc::new(recorded)),
                ..listed
            }
        });
        let rows = rows.collect();
        desk.fact(Fact::Listing(Listing::Page {
            rows,
            page: 1,
            total: 17,
        }));
        desk.run_half();
        let text = desk.text();
        let words = "guests: 2 on return, 1 unknown (predicted)";
        assert!(text.contains(words), "{text}");
    }
}
