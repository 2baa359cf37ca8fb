//! When another profile is not opened: while something of the open one would be lost by leaving it.

use unstick::app::exporting::Progress;
use unstick::app::lookout::profiles::{ProfileTold, ProfileWish};
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, Settled};

use crate::console_desk::Desk;
use crate::console_profiles::{come, has_quit, of_four, wishes};
use crate::console_screens::shoot;
use crate::console_world::receipt;

/// A run has finished and let a chat go while a request of ours may yet close its leg.
fn let_go() -> Desk {
    let mut desk = of_four(80, 24);
    desk.run_half();
    let settled = Settled::new(FinalState::Unresolved, "no answer".to_owned());
    desk.item("c05be6a7", ItemEvent::Settled(settled));
    desk.run_fact(RunEvent::Finished);
    assert!(!desk.app.is_running());
    desk
}

#[test]
fn nothing_is_switched_while_late_effects_are_watched_for_and_how_long_still_is_said() {
    let mut desk = let_go();
    desk.effects.clear();
    desk.keys("\u{1b}Ojj\r");
    let said = "late effects of run 0142 are watched for, 10m30s more";
    assert!(desk.text().contains(said), "{}", desk.text());
    desk.pass(629_000);
    desk.keys("\r");
    assert!(
        desk.text().contains("watched for, 1s more"),
        "{}",
        desk.text()
    );
    let opens = |wish: &ProfileWish| matches!(wish, ProfileWish::Open(..));
    assert!(!wishes(&mut desk).iter().any(opens));
    desk.pass(1_000);
    desk.keys("\r");
    assert!(wishes(&mut desk).iter().any(opens));
}

#[test]
fn what_was_seen_of_a_late_effect_is_waited_for_no_more() {
    let mut desk = let_go();
    let late = ItemEvent::LateEffect {
        incident: "closed after it was let go: agent".to_owned(),
        receipt: receipt(200, 212),
    };
    desk.item("c05be6a7", late);
    desk.keys("\u{1b}Ojj\r");
    assert!(desk.text().contains("being opened"), "{}", desk.text());
}

#[test]
fn whoever_began_an_export_meanwhile_is_not_taken_away_from_it() {
    let mut desk = of_four(80, 24);
    desk.keys("Ojj\r");
    desk.app.exporting = Some(Progress { done: 1, total: 9 });
    desk.effects.clear();
    come(&mut desk, "acme-us", ProfileTold::Ready(1));
    assert!(!has_quit(&desk));
    assert_eq!(wishes(&mut desk), [ProfileWish::CallOff]);
}

#[test]
fn the_profiles_while_another_one_is_being_opened() {
    shoot("profiles_opening", |width, height| {
        let mut desk = of_four(width, height);
        desk.keys("Ojj\r");
        desk
    });
}

#[test]
fn the_profiles_after_another_one_was_refused() {
    shoot("profiles_refused", |width, height| {
        let mut desk = of_four(width, height);
        desk.keys("Ojj\r");
        let why = "no secret is kept for it. Next: unstick login acme-us".to_owned();
        come(&mut desk, "acme-us", ProfileTold::NotOpened(1, why));
        desk
    });
}

#[test]
fn the_profiles_while_a_switch_would_lose_something() {
    shoot("profiles_not_now", |width, height| {
        let mut desk = of_four(width, height);
        desk.app.exporting = Some(Progress { done: 1, total: 9 });
        desk.keys("Oj\r");
        desk
    });
}
