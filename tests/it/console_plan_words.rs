//! What a plan says of itself: how old it is, what it warns of, which keys it has; and what is read for it first.

use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::feed::{Command, Fact};

use crate::console_desk::Desk;
use crate::console_planning::{commands, plan, read_as_before, rehearsed};
use crate::console_world::{chats, id};

#[test]
fn the_age_of_a_plan_is_that_of_its_oldest_read_and_not_of_the_end_of_the_pass() {
    let mut desk = Desk::full(80, 24);
    desk.app.chats.marks.mark(id("3f2a9c41"));
    desk.app.chats.marks.mark(id("b81e07d2"));
    desk.keys("x");
    let asked = desk.app.planning().unwrap().asked.clone();
    for (at, asked) in asked.into_iter().enumerate() {
        if at > 0 {
            desk.pass(31_000);
        }
        let chat = chats().into_iter().find(|chat| chat.id == asked).unwrap();
        let fact = chat.read(desk.now);
        desk.fact(fact);
    }
    let text = desk.text();
    assert!(text.contains("oldest read 31s ago"), "{text}");
    assert!(
        text.lines().next().unwrap().contains(", read 31s ago"),
        "{text}"
    );
    // Nothing was read of what cannot be read: no age is claimed for it.
    let mut desk = Desk::full(80, 24);
    let chat = id("3f2a9c41");
    desk.app.chats.marks.mark(chat);
    desk.keys("x");
    desk.fact(Fact::Read {
        id: chat,
        result: Err(Failure::local(FailureKind::TimedOut, "")),
        at: desk.now,
    });
    let text = desk.text();
    assert!(!text.contains("s ago"), "{text}");
    assert!(!text.contains("up to 0 requests"), "{text}");
}

#[test]
fn what_is_planned_is_read_again_before_what_was_left_out() {
    for key in ["D", "r"] {
        let mut desk = rehearsed(80, 24);
        desk.keys("\u{1b}");
        let planned: Vec<_> = plan(&desk).items.iter().map(|item| item.id).collect();
        let before = desk.effects.len();
        desk.keys(key);
        let [Command::Read(ids)] = commands(&desk, before)[..] else {
            panic!("{key}: {:?}", commands(&desk, before));
        };
        let (first, rest) = ids.split_at(planned.len());
        assert!(first.iter().all(|id| planned.contains(id)), "{key}");
        assert_eq!(rest.len(), plan(&desk).skipped.len());
    }
}

#[test]
fn the_hints_of_a_plan_keep_the_dry_run_reading_again_and_the_way_back() {
    for (width, height) in [(140, 40), (80, 24), (60, 14)] {
        let mut desk = Desk::full(width, height);
        desk.plan();
        let text = desk.text();
        let hints = text.lines().last().unwrap();
        for hint in ["D dry run", "r read", "T terminate", "Esc back", "? help"] {
            assert!(hints.contains(hint), "{hint}: {hints}");
        }
        let has_more = hints.contains("s rung") && hints.contains("drop");
        assert_eq!(has_more, width >= 80, "{hints}");
    }
}

#[test]
fn a_list_that_is_old_warns_in_the_plan_and_in_the_box_and_forbids_nothing() {
    for (width, height) in [(80, 24), (60, 14)] {
        let mut desk = Desk::full(width, height);
        desk.plan();
        assert!(!desk.text().contains("the list is"), "{}", desk.text());
        desk.keys("T");
        assert!(!desk.text().contains("the list is"), "{}", desk.text());
        desk.keys("\u{1b}");
        desk.pass(521_000);
        desk.keys("r");
        read_as_before(&mut desk);
        let old = "the list is 8m44s old";
        assert!(desk.text().contains(old), "{}", desk.text());
        desk.keys("T");
        let text = desk.text();
        assert!(text.contains(old) && text.contains("to continue"), "{text}");
    }
}
