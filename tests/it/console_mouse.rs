//! The mouse on the console: it scrolls, selects, sorts and opens, means what was seen, and can neither plan nor confirm nor stop.

use std::collections::BTreeSet;

use crate::console_desk::Desk;
use crate::console_profiles::known;
use crate::console_world::{id, settings};
use unstick::app::action::{Action, Group, Mode, in_mode};
use unstick::app::lookout::profiles::ProfileWish;
use unstick::app::lookout::recipes::RecipeWish;
use unstick::app::mouse::{Mouse, Spot, Stroke};
use unstick::app::{Effect, Key, Msg};
use unstick::domain::feed::Command;
use unstick::domain::sorting::SortKey;

/// A console as it is opened for a test.
type Opening = fn() -> Desk;
/// Keys that lead somewhere.
type Way = fn(&mut Desk);

/// Sizes at which a list has heads that can be clicked.
const SIZES: [(u16, u16); 3] = [(80, 24), (140, 40), (60, 14)];
const STROKES: [Stroke; 4] = [Stroke::Press, Stroke::Menu, Stroke::Up, Stroke::Down];

#[test]
fn a_click_selects_the_chat_that_was_seen_there_and_a_second_one_opens_it() {
    for (width, height) in SIZES {
        let mut desk = Desk::full(width, height);
        let wanted = id("0c7d55aa");
        let mut shown = desk.app.chats.shown().iter();
        let line = shown.position(|id| *id == wanted).unwrap();
        let first = if height < 20 { 4 } else { 5 };
        let y = first + u16::try_from(line).unwrap();
        desk.mouse(Stroke::Press, 20, y);
        assert_eq!(desk.app.chats.cursor, Some(wanted));
        assert_eq!(desk.app.mode(), Mode::Chats);
        desk.pass(1000);
        desk.mouse(Stroke::Press, 3, y);
        assert_eq!(desk.app.mode(), Mode::Chats, "two slow clicks open nothing");
        desk.mouse(Stroke::Press, 20, y);
        assert_eq!(desk.app.mode(), Mode::Inspect);
        assert!(desk.text().contains("0c7d55aa"));
    }
}

#[test]
fn two_clicks_on_two_chats_open_neither() {
    let mut desk = Desk::full(80, 24);
    desk.mouse_on(Stroke::Press, "0c7d55aa");
    desk.mouse_on(Stroke::Press, "9e41b3f0");
    assert_eq!(desk.app.mode(), Mode::Chats);
    assert_eq!(desk.app.chats.cursor, Some(id("9e41b3f0")));
}

#[test]
fn the_wheel_goes_three_rows_and_stops_at_the_ends() {
    let mut desk = Desk::full(80, 24);
    desk.mouse(Stroke::Down, 5, 8);
    assert_eq!(desk.app.chats.line(), 3);
    for _ in 0..20 {
        desk.mouse(Stroke::Down, 5, 8);
    }
    assert_eq!(desk.app.chats.line(), 16);
    desk.mouse(Stroke::Up, 5, 8);
    assert_eq!(desk.app.chats.line(), 13);
}

#[test]
fn the_wheel_scrolls_pages_help_and_menus() {
    let mut desk = Desk::full(80, 24);
    desk.keys("?");
    let before = desk.text();
    desk.mouse(Stroke::Down, 40, 12);
    assert_ne!(desk.text(), before, "the help stands still");
    desk.keys("\u{1b}s");
    desk.mouse(Stroke::Down, 40, 12);
    assert!(desk.text().contains("▸   AGE"), "{}", desk.text());
}

#[test]
fn a_click_on_a_head_sorts_and_another_turns_it_around() {
    for (width, height) in SIZES {
        let mut desk = Desk::full(width, height);
        desk.mouse_in_row(Stroke::Press, "PARTIES", "AGE");
        assert_eq!(desk.app.chats.sort.key, SortKey::Age);
        assert!(!desk.app.chats.sort.is_reversed);
        let first = desk.app.chats.shown()[0];
        desk.mouse_in_row(Stroke::Press, "PARTIES", "AGE ▾");
        assert!(desk.app.chats.sort.is_reversed);
        assert_eq!(desk.app.chats.shown().last(), Some(&first));
        desk.mouse_in_row(Stroke::Press, "PARTIES", "QUEUE");
        let sort = desk.app.chats.sort;
        assert_eq!((sort.key, sort.is_reversed), (SortKey::Queue, false));
        desk.mouse_on(Stroke::Press, "PARTIES");
        assert_eq!(desk.app.chats.sort, sort, "no order goes by parties");
    }
}

#[test]
fn views_pages_and_menu_lines_are_clicked() {
    let mut desk = Desk::full(80, 24);
    desk.mouse_on(Stroke::Press, "2 Stuck");
    assert_eq!(desk.app.chats.filter.text(), "is:stuck");
    desk.keys("s");
    desk.mouse_on(Stroke::Press, "by queue");
    assert_eq!(desk.app.mode(), Mode::Chats);
    assert_eq!(desk.app.chats.sort.key, SortKey::Queue);
    desk.keys("\r");
    desk.mouse_on(Stroke::Press, "4 Requests");
    assert!(desk.text().contains("[4 Requests]"), "{}", desk.text());
}

#[test]
fn the_right_button_opens_the_copy_menu_for_the_chat_under_it() {
    let mut desk = Desk::full(80, 24);
    desk.mouse_on(Stroke::Menu, "9e41b3f0");
    assert!(desk.text().contains("Copy from 9e41b3f0"));
    desk.mouse_on(Stroke::Press, "l  link");
    assert_eq!(desk.app.mode(), Mode::Chats, "it closes");
    desk.mouse_on(Stroke::Menu, "9e41b3f0");
    desk.mouse_on(Stroke::Press, "s  summary");
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(_, text) => Some(text.clone()),
        _ => None,
    });
    assert!(copied.unwrap().starts_with("9e41b3f0"));
}

#[test]
fn rows_of_plans_boards_and_past_runs_are_selected_and_opened() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.mouse_on(Stroke::Press, "5d90f1c8");
    let planning = desk.app.planning().unwrap();
    let line = planning.plan.as_ref().unwrap().items.iter();
    let line = line.clone().position(|item| item.id == id("5d90f1c8"));
    assert_eq!(Some(planning.line), line);
    desk.mouse_on(Stroke::Press, "5d90f1c8");
    assert_eq!(desk.app.mode(), Mode::Inspect);

    let mut desk = Desk::full(80, 24);
    desk.run_half();
    for _ in 0..2 {
        desk.mouse_on(Stroke::Press, "b81e07d2");
    }
    assert_eq!(desk.app.mode(), Mode::Trace);
    assert!(desk.text().contains("b81e07d2"));

    let mut desk = Desk::full(80, 24);
    desk.history();
    desk.keys("H");
    for _ in 0..2 {
        desk.mouse(Stroke::Press, 20, 5);
    }
    let wanted = desk.app.history.runs.as_ref().unwrap()[1].id;
    let is_asked = |effect: &Effect| matches!(effect, Effect::LoadRun(run) if *run == wanted);
    assert!(desk.effects.iter().any(is_asked));
}

/// A console with profiles, requests, messages and past runs to point at.
fn with_all() -> Desk {
    let mut desk = Desk::full(80, 24);
    desk.app.settings.configured.profiles = ["acme-prod", "acme-stage", "sandbox"]
        .map(|name| known(name, "PROD", "eu-central-1", true))
        .to_vec();
    desk.history();
    desk.keys("\u{1b}MM");
    desk
}

#[test]
fn rows_of_the_screens_that_only_show_are_selected_scrolled_and_opened() {
    // A kind.
    let mut desk = with_all();
    desk.keys("W");
    desk.mouse_on(Stroke::Press, "bot-loop");
    let text = desk.text();
    let pointed = text.lines().find(|line| line.contains('▸')).unwrap();
    assert!(pointed.contains("bot-loop"), "{text}");
    desk.mouse_on(Stroke::Press, "bot-loop");
    assert_eq!(desk.app.mode(), Mode::Chats);
    assert_eq!(desk.app.chats.filter.text(), "kind:bot-loop");
    // A bar of either column.
    for (bar, filter) in [("orphan", "kind:orphan"), ("Claims", "queue=\"Claims\"")] {
        let mut desk = with_all();
        desk.keys("P");
        for _ in 0..2 {
            desk.mouse_in_row(Stroke::Press, bar, bar);
        }
        assert_eq!(desk.app.chats.filter.text(), filter);
    }
    // A request keeps the cursor while others come.
    let mut desk = with_all();
    desk.keys("L");
    crate::console_lookouts::told_requests(&mut desk);
    desk.mouse(Stroke::Press, 20, 6);
    let before = desk.text();
    let row = |text: &str| {
        let found = text.lines().find(|line| line.contains('▸'));
        found.unwrap().trim_start_matches(['▸', ' ']).to_owned()
    };
    let pointed = row(&before);
    assert!(
        before.lines().nth(6).unwrap().contains(&pointed),
        "{before}"
    );
    desk.mouse(Stroke::Down, 20, 6);
    assert_ne!(row(&desk.text()), pointed, "the wheel stands still");
    // A message.
    let mut desk = with_all();
    desk.keys(":messages\r");
    desk.mouse(Stroke::Press, 20, 4);
    let text = desk.text();
    assert!(text.lines().nth(4).unwrap().contains('▸'), "{text}");
    // A profile is selected, and two clicks do not switch to it.
    let mut desk = with_all();
    desk.keys("O");
    desk.effects.clear();
    for _ in 0..2 {
        desk.mouse_on(Stroke::Press, "acme-stage");
    }
    let text = desk.text();
    assert!(
        text.contains("the mouse only looks: Enter does that"),
        "{text}"
    );
    assert!(
        !desk
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Profile(_)))
    );
    // What a newcomer can do.
    let mut desk = Desk::full(80, 24);
    desk.keys("O");
    desk.mouse_on(Stroke::Press, "Check this terminal");
    let text = desk.text();
    assert!(text.contains("▸ 3  Check this terminal"), "{text}");
}

#[test]
fn the_right_button_opens_the_commands_for_what_it_points_at_elsewhere() {
    let ways: [Way; 6] = [
        Desk::plan,
        |desk| desk.keys("H"),
        |desk| desk.keys("W"),
        |desk| desk.keys("P"),
        |desk| desk.keys("O"),
        |desk| desk.keys(":messages\r"),
    ];
    for way in ways {
        let mut desk = with_all();
        way(&mut desk);
        let mode = desk.app.mode();
        let y = match mode {
            Mode::Pulse => 11,
            Mode::Plan => 12,
            Mode::Profiles => 5,
            Mode::Rules => 8,
            Mode::Messages => 4,
            Mode::Runs => 5,
            _ => 6,
        };
        desk.mouse(Stroke::Menu, 12, y);
        assert_eq!(desk.app.mode(), Mode::Palette, "{mode:?}\n{}", desk.text());
        assert_eq!(desk.app.screen_mode(), mode);
    }
}

#[test]
fn a_command_is_selected_by_a_click_and_two_do_it_if_it_acts_on_nothing() {
    let mut desk = with_all();
    desk.keys(":pulse");
    for _ in 0..2 {
        desk.mouse_on(Stroke::Press, "the organisation at a glance");
    }
    assert_eq!(desk.app.mode(), Mode::Pulse);
    let mut desk = with_all();
    desk.keys(" :plan");
    for _ in 0..2 {
        desk.mouse_on(Stroke::Press, "plan to end");
    }
    assert_eq!(desk.app.mode(), Mode::Palette);
    let text = desk.text();
    assert!(
        text.contains("the mouse only looks: Enter does that"),
        "{text}"
    );
    desk.keys("\r");
    assert_eq!(desk.app.mode(), Mode::Plan);
}

#[test]
fn what_a_dialog_covers_cannot_be_clicked() {
    let mut desk = Desk::full(80, 24);
    let cursor = desk.app.chats.cursor;
    for overlay in ["?", "s", "y"] {
        desk.keys(overlay);
        for y in 0..24 {
            desk.mouse(Stroke::Menu, 40, y);
        }
        assert_ne!(desk.app.mode(), Mode::Chats, "{overlay}");
        desk.keys("\u{1b}");
        assert_eq!(desk.app.chats.cursor, cursor, "{overlay}");
    }
}

#[test]
fn a_click_on_an_offer_of_the_filter_bar_does_not_reach_the_row_under_it() {
    let mut desk = Desk::full(80, 24);
    desk.keys("/is:");
    desk.mouse(Stroke::Press, 20, 6);
    assert_eq!(desk.app.mode(), Mode::Filter);
    // Beside it, a row is selected and the filter stays.
    desk.keys("stuck");
    desk.keys(" ");
    desk.mouse(Stroke::Press, 3, 12);
    assert_eq!(desk.app.mode(), Mode::Chats);
    assert_eq!(desk.app.chats.filter.text(), "is:stuck");
}

/// Every stroke all over a screen, twice on each place: what comes of it, beside looking.
fn everywhere(mut stage: impl FnMut() -> Desk) -> BTreeSet<String> {
    let mut came = BTreeSet::new();
    let mut desk = stage();
    desk.effects.clear();
    let mode = desk.app.mode();
    for what in STROKES {
        for y in 0..desk.app.extent.height {
            for x in [1, 12, 30, 52, 72] {
                desk.mouse(what, x, y);
                desk.mouse(what, x, y);
                came.extend(
                    desk.effects
                        .drain(..)
                        .filter_map(|effect| beyond_looking(&effect)),
                );
                if desk.app.mode() != mode {
                    desk = stage();
                    desk.effects.clear();
                }
            }
        }
    }
    desk.pass(4000);
    came.extend(
        desk.effects
            .drain(..)
            .filter_map(|effect| beyond_looking(&effect)),
    );
    came
}

/// An effect that does more than look, in words.
fn beyond_looking(effect: &Effect) -> Option<String> {
    let looks = match effect {
        Effect::Engine(command) => matches!(
            command,
            Command::Read(_)
                | Command::Attend { .. }
                | Command::Inspect(_)
                | Command::Transcript { .. }
                | Command::TellRequests(_)
                | Command::Refresh
                | Command::PausePolling(_)
        ),
        Effect::Copy(..) | Effect::LoadRun(_) | Effect::LoadHistory(_) => true,
        Effect::Mouse(_) | Effect::Redraw | Effect::Browse(_) => true,
        // A file of its own, which takes no other's place: of what can be seen anyway.
        Effect::Picture => true,
        // Whose sign-in it is is asked for where the profiles come into view.
        Effect::Profile(wish) => matches!(wish, ProfileWish::Try(_)),
        Effect::Recipes(wish) => matches!(wish, RecipeWish::List),
        _ => false,
    };
    (!looks).then(|| format!("{effect:?}").chars().take(60).collect())
}

/// A console with everything there is to point at, and where these keys lead.
fn reached(keys: &str) -> Desk {
    let mut desk = with_all();
    desk.keys(keys);
    desk
}

#[test]
fn no_click_anywhere_does_more_than_look() {
    let stages: [(&str, Opening); 18] = [
        ("list", || Desk::full(80, 24)),
        ("inspect", || {
            let mut desk = Desk::full(80, 24);
            desk.keys("\r");
            desk
        }),
        ("plan", || {
            let mut desk = Desk::full(80, 24);
            desk.plan();
            desk
        }),
        ("board", || {
            let mut desk = Desk::full(80, 24);
            desk.run_half();
            desk
        }),
        ("quit", || {
            let mut desk = Desk::full(80, 24);
            desk.run_half();
            desk.keys("q");
            desk
        }),
        ("runs", || {
            let mut desk = Desk::full(80, 24);
            desk.history();
            desk.keys("H");
            desk
        }),
        ("rules", || reached("W")),
        ("requests", || {
            let mut desk = reached("L");
            crate::console_lookouts::told_requests(&mut desk);
            desk
        }),
        ("pulse", || reached("P")),
        ("profiles", || reached("O")),
        ("welcome", || {
            let mut desk = Desk::full(80, 24);
            desk.keys("O");
            desk
        }),
        ("messages", || reached(":messages\r")),
        ("help", || reached("?")),
        ("sort", || reached("s")),
        ("copy", || reached("y")),
        ("palette", || reached("  :")),
        ("palette of the plan", || {
            let mut desk = Desk::full(80, 24);
            desk.plan();
            desk.keys(":");
            desk
        }),
        ("palette of the profiles", || reached("O:")),
    ];
    for (name, stage) in stages {
        let came = everywhere(stage);
        assert!(came.is_empty(), "{name}: {came:?}");
    }
}

#[test]
fn the_complete_phrase_is_not_confirmed_by_any_click() {
    let typed = || {
        let mut desk = Desk::full(80, 24);
        desk.plan();
        desk.keys("T");
        desk.pass(500);
        let phrase = match &desk.app.overlay {
            Some(unstick::app::Overlay::Confirm(confirm)) => confirm.deed.phrase(),
            _ => panic!("no box"),
        };
        desk.keys(&phrase);
        desk
    };
    let came = everywhere(typed);
    assert!(came.is_empty(), "{came:?}");
    let mut desk = typed();
    desk.mouse_on(Stroke::Press, "[ Terminate");
    assert_eq!(desk.app.mode(), Mode::Confirm);
    assert!(desk.text().contains("the mouse confirms nothing"));
    // The phrase itself still does.
    desk.keys("\r");
    assert_eq!(desk.app.mode(), Mode::Starting);
    desk.mouse(Stroke::Down, 40, 12);
    assert_eq!(desk.app.mode(), Mode::Starting, "the wheel is no wish");
    desk.mouse(Stroke::Press, 40, 12);
    assert_eq!(desk.app.mode(), Mode::Plan, "a press calls the start off");
    desk.pass(4000);
    assert!(desk.started().is_none());
}

#[test]
fn m_turns_the_mouse_off_and_on_and_names_the_way_around_it() {
    let mut desk = Desk::full(140, 40);
    desk.app.pointer.is_on = true;
    desk.keys("M");
    assert!(
        desk.text()
            .contains("mouse off: dragging selects text; M turns it on")
    );
    desk.keys("M");
    assert!(
        desk.text()
            .contains("Shift and drag selects text (Option on a Mac)")
    );
    let told: Vec<bool> = desk
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Mouse(on) => Some(*on),
            _ => None,
        })
        .collect();
    assert_eq!(told, [false, true]);
    desk.keys("?");
    assert!(desk.text().contains("Shift/Option"));
    desk.keys("\u{1b}");
    let keys = &desk.app.settings.configured.keys;
    assert_eq!(
        keys.action(Mode::Chats, Key::char('M')),
        Some(Action::Mouse)
    );
}

#[test]
fn the_mouse_is_reported_from_the_start_unless_the_configuration_says_no() {
    for wanted in [true, false] {
        let mut settings = settings("PROD", true);
        settings.configured.manners.mouse = wanted;
        let mut app = unstick::app::App::new(settings);
        let effects = unstick::app::start(&mut app);
        let is_asked = effects
            .iter()
            .any(|effect| matches!(effect, Effect::Mouse(true)));
        assert_eq!((is_asked, app.pointer.is_on), (wanted, wanted));
    }
}

#[test]
fn nothing_is_selected_while_the_screen_is_too_small() {
    let mut desk = Desk::full(80, 24);
    desk.tell(Msg::Resized {
        width: 30,
        height: 6,
    });
    for y in 0..6 {
        desk.mouse(Stroke::Press, 3, y);
        desk.mouse(Stroke::Press, 3, y);
    }
    assert_eq!(desk.app.mode(), Mode::Chats);
}

/// Whatever place a later screen may offer to a click: what plans, confirms, starts, stops or quits is not done.
#[test]
fn no_place_on_a_screen_can_stand_for_an_action_that_acts() {
    let stages: [(Mode, Way); 6] = [
        (Mode::Chats, |_| {}),
        (Mode::Inspect, |desk| desk.keys("\r")),
        (Mode::Plan, Desk::plan),
        (Mode::Board, Desk::run_half),
        (Mode::Runs, |desk| {
            desk.history();
            desk.keys("H");
        }),
        (Mode::Quit, |desk| {
            desk.run_half();
            desk.keys("q");
        }),
    ];
    for (mode, stage) in stages {
        let acting = in_mode(mode).filter(|row| row.group == Group::Act);
        let mut desk = Desk::full(80, 24);
        stage(&mut desk);
        assert_eq!(desk.app.mode(), mode);
        desk.effects.clear();
        for row in acting {
            for what in [Stroke::Press, Stroke::Press, Stroke::Menu] {
                let on = Some(Spot::Does(row.action));
                desk.tell(Msg::Mouse(Mouse {
                    what,
                    x: 1,
                    y: 1,
                    on,
                }));
            }
            let is_copying = desk.app.mode() == Mode::Copy && mode == Mode::Inspect;
            assert!(desk.app.mode() == mode || is_copying, "{}", row.id);
            let came: Vec<String> = desk
                .effects
                .drain(..)
                .filter_map(|e| beyond_looking(&e))
                .collect();
            assert!(came.is_empty(), "{}: {came:?}", row.id);
            desk = Desk::full(80, 24);
            stage(&mut desk);
            desk.effects.clear();
        }
    }
}

#[test]
fn a_click_on_what_cannot_be_done_says_why_as_its_key_does() {
    let mut desk = Desk::full(80, 24);
    desk.keys("y");
    desk.mouse_on(Stroke::Press, "m  ids");
    let is_copied = |effect: &Effect| matches!(effect, Effect::Copy(..));
    assert!(!desk.effects.iter().any(is_copied));
    let text = desk.text();
    assert!(text.contains("no chat is marked"), "{text}");
    assert_eq!(desk.app.mode(), Mode::Copy);
}
