//! How the console behaves towards who is not there: nobody looks, so less is asked; a run ends, so somebody is told; something is
//! pasted where nothing is typed.

use crate::console_desk::Desk;
use crate::console_world::settings;
use unstick::app::action::Mode;
use unstick::app::manners::Notify;
use unstick::app::{Effect, Msg};
use unstick::domain::feed::Command;

fn watched(desk: &mut Desk) -> Vec<bool> {
    let effects = std::mem::take(&mut desk.effects);
    let told = effects.iter().filter_map(|effect| match effect {
        Effect::Engine(Command::Watch(watched)) => Some(*watched),
        _ => None,
    });
    told.collect()
}

/// How many rows on screen the engine was told of, each time that it was.
fn attended(desk: &Desk) -> Vec<usize> {
    let told = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Engine(Command::Attend { visible, .. }) => Some(visible.len()),
        _ => None,
    });
    told.collect()
}

#[test]
fn after_five_minutes_without_focus_the_list_is_polled_once_a_minute_until_somebody_looks() {
    let mut desk = Desk::full(80, 24);
    desk.tell(Msg::Focus(false));
    desk.pass(299_000);
    assert_eq!(watched(&mut desk), [] as [bool; 0]);
    desk.pass(2_000);
    // What is on screen is read no sooner than the rest, while nobody sees it.
    assert_eq!(attended(&desk), [0]);
    assert_eq!(watched(&mut desk), [false]);
    desk.pass(600_000);
    assert_eq!(watched(&mut desk), [] as [bool; 0], "it is said once");
    let listed = desk.app.link.listed_at.unwrap();
    let next = desk.app.link.next_at().unwrap();
    assert_eq!(next.duration_since(listed).as_secs(), 60);
    desk.tell(Msg::Focus(true));
    desk.pass(1000);
    assert_eq!(attended(&desk), [14]);
    assert_eq!(watched(&mut desk), [true]);
    let next = desk.app.link.next_at().unwrap();
    assert_eq!(next.duration_since(listed).as_secs(), 10);
}

#[test]
fn p_stops_the_polling_and_takes_it_up_again_and_the_age_goes_on() {
    let told = |desk: &Desk| -> Vec<bool> {
        let told = desk.effects.iter().filter_map(|effect| match effect {
            Effect::Engine(Command::PausePolling(paused)) => Some(*paused),
            _ => None,
        });
        told.collect()
    };
    let mut desk = Desk::full(80, 24);
    desk.keys("p");
    assert_eq!(told(&desk), [true]);
    desk.pass(57_000);
    let text = desk.text();
    let row = text.lines().next().unwrap();
    assert!(row.contains("paused") && row.contains("1m"), "{row}");
    desk.keys("p");
    assert_eq!(told(&desk), [true, false]);
    assert!(!desk.text().contains("paused"), "{}", desk.text());
}

#[test]
fn a_short_look_elsewhere_changes_nothing() {
    let mut desk = Desk::full(80, 24);
    for _ in 0..3 {
        desk.tell(Msg::Focus(false));
        desk.pass(200_000);
        desk.tell(Msg::Focus(true));
    }
    // A terminal that never tells is looked at.
    desk.pass(900_000);
    assert_eq!(watched(&mut desk), [] as [bool; 0]);
}

#[test]
fn the_end_of_a_run_is_announced_as_the_operator_wants_and_by_itself_not_at_all() {
    for way in [Notify::None, Notify::Bell, Notify::Osc9] {
        let mut settings = settings("PROD", true);
        settings.configured.manners.notify = way;
        let mut desk = Desk::new(settings, 80, 24);
        desk.fill();
        desk.run_whole();
        let told: Vec<(Notify, String)> = desk
            .effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::Notify(way, words) => Some((*way, words.clone())),
                _ => None,
            })
            .collect();
        if way == Notify::None {
            assert!(told.is_empty());
        } else {
            let [(by, words)] = &told[..] else {
                panic!("{told:?}");
            };
            assert_eq!(*by, way);
            assert!(
                words.starts_with("unstick acme-prod: run 0142 is done: "),
                "{words}"
            );
        }
    }
}

#[test]
fn a_pasted_id_opens_the_filter_on_the_list_and_nowhere_else() {
    let chat = crate::console_world::id("0c7d55aa");
    let mut desk = Desk::full(80, 24);
    desk.tell(Msg::Paste(format!(" {chat}\n")));
    assert_eq!(desk.app.mode(), Mode::Filter);
    assert_eq!(desk.app.chats.shown(), [chat]);
    assert!(desk.text().contains(&format!("id:{chat}")));
    desk.keys("\u{1b}");
    assert_eq!(desk.app.chats.shown().len(), 17, "Esc takes it back");
    desk.keys("\r");
    desk.tell(Msg::Paste(chat.to_string()));
    assert_eq!(desk.app.mode(), Mode::Inspect);
    assert!(desk.text().contains("pasted text was dropped"));
}

#[test]
fn without_a_title_of_the_configuration_the_window_keeps_its_own() {
    let mut desk = Desk::full(80, 24);
    assert!(
        desk.app
            .title()
            .unwrap()
            .starts_with("unstick PROD acme-prod ")
    );
    desk.app.settings.configured.manners.title = false;
    assert_eq!(desk.app.title(), None);
}

#[test]
fn a_box_that_no_longer_fits_closes_to_the_plan() {
    for starting in [false, true] {
        let mut desk = Desk::full(80, 24);
        desk.plan();
        desk.keys("T");
        desk.pass(500);
        if starting {
            desk.keys("acme-prod 8\r");
            assert_eq!(desk.app.mode(), Mode::Starting);
        }
        desk.tell(Msg::Resized {
            width: 50,
            height: 10,
        });
        assert_eq!(desk.app.mode(), Mode::Plan);
        assert!(desk.text().contains("too small to confirm"));
        desk.tell(Msg::Resized {
            width: 80,
            height: 24,
        });
        desk.pass(4000);
        assert_eq!(desk.app.mode(), Mode::Plan);
        assert!(desk.started().is_none());
    }
}
