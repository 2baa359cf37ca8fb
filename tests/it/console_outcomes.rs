//! Where nothing is wrong: a dry run after which every chat fits the plan, and a report in which nobody is needed. And the box for one live
//! chat, whose phrase is its own.

use crate::console_desk::Desk;
use crate::console_screens::shoot;
use crate::console_world::chats;

/// A box for a chat on which both sides are there, with the note that it needs.
fn box_for_a_live_one(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    let mut live = chats().into_iter();
    let live = live.find(|chat| chat.customer == "T. Adeyemi").unwrap();
    desk.app.chats.marks.mark(live.id);
    desk.keys("x");
    desk.fact(live.read(desk.now));
    desk.keys("ncustomer asked for it by phone\rT");
    desk.pass(500);
    desk
}

#[test]
fn a_live_chat_asks_for_a_phrase_of_its_own() {
    shoot("confirm_live", box_for_a_live_one);
    let text = box_for_a_live_one(80, 24).text();
    assert!(text.contains("This chat is LIVE"), "{text}");
    assert!(text.contains("Type   acme-prod live 4c18ae90 "), "{text}");
}

/// A dry run that found every chat as it was planned.
fn nothing_held(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.plan();
    desk.keys("D");
    desk.reread(usize::MAX);
    desk
}

#[test]
fn a_dry_run_that_holds_nothing_says_that_all_fit() {
    shoot("plan_dry_run_clean", nothing_held);
    let text = nothing_held(80, 24).text();
    assert!(text.contains("8 of 8 fit the plan"), "{text}");
    assert!(!text.contains("left out of the plan"), "{text}");
}

/// The report of a run that ended every chat.
fn all_ended(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.run_clean();
    desk
}

#[test]
fn a_report_where_nobody_is_needed_asks_nobody_for_anything() {
    shoot("report_clean", all_ended);
    let mut desk = all_ended(80, 24);
    let text = desk.text();
    assert!(text.contains("8 ended"), "{text}");
    assert!(!text.contains("INCIDENT"), "{text}");
}
