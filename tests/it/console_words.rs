//! The command palette, the searchable help, the page of messages and the question to the filter: keys in, screens out.

use unstick::app::action::keymap::Keymap;
use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::fact::RunEvent;
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::feed::{Command, Fact, Listing};

use crate::console_desk::Desk;
use crate::console_dossier::look_into;
use crate::console_forms::SIZES;
use crate::console_screens;
use crate::console_world::{chats, receipt, settings};

fn shoot(name: &str, stage: impl Fn(&mut Desk)) {
    console_screens::shoot(name, |width, height| {
        let mut desk = Desk::full(width, height);
        stage(&mut desk);
        desk
    });
}

fn refused(desk: &mut Desk) {
    let failure = Failure {
        receipt: receipt(503, 90),
        ..Failure::local(FailureKind::ServiceFault, "the service is at fault")
    };
    desk.fact(Fact::Listing(Listing::Failed {
        failure,
        retry_at: desk.now,
    }));
}

#[test]
fn the_palette() {
    shoot("palette", |desk| desk.keys(":"));
    shoot("palette_typed", |desk| desk.keys("   :pl"));
}

#[test]
fn the_help_searches() {
    shoot("help_search", |desk| desk.keys("?mark"));
    shoot("help_syntax", |desk| {
        desk.keys("?");
        desk.press(Key::plain(KeyCode::F(1)));
    });
}

#[test]
fn the_page_of_messages() {
    shoot("messages", |desk| {
        desk.keys("b");
        refused(desk);
        desk.pass(61_000);
        desk.keys("zz:messages\rj");
    });
}

#[test]
fn the_filter_is_asked_which_clause_hides_a_chat() {
    shoot("explain", |desk| {
        desk.keys("/is:stuck idle>2h\r:explain 4");
        desk.keys("\r");
    });
}

#[test]
fn an_action_is_found_by_its_words_and_goes_the_way_of_its_key() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut desk = Desk::full(width, height);
        desk.keys(":reverse\r");
        assert!(desk.app.overlay.is_none());
        assert!(desk.app.chats.sort.is_reversed);
        // By letters in their order, by a word that nobody wrote into the table, and by its key.
        for typed in ["mkal", "select all", "*"] {
            desk.keys("2");
            desk.keys(&format!(":{typed}\r"));
            assert_eq!(desk.app.chats.marks.len(), 9, "{typed}");
            desk.keys("U");
        }
        desk.keys(":kill");
        let text = desk.text();
        assert!(
            text.contains("▸ plan") && text.contains("plan to end 3f2a9c41"),
            "{text}"
        );
        desk.keys("\r");
        assert!(desk.text().contains("Termination plan"), "{}", desk.text());
        desk.keys("\u{1b}:copy id\r");
        assert_eq!(desk.copied(), [chats()[0].id.to_string()]);
    }
}

#[test]
fn what_is_off_stands_below_with_the_reason_that_its_key_answers_with() {
    let reasons = [
        ("R", "resume", "no run of this organisation was cut short"),
        ("U", "unmark", "no chat is marked"),
        ("b", "to board", "no run was started here yet"),
        ("5", "view 5", "there is no view 5"),
    ];
    for (key, name, why) in reasons {
        let mut desk = Desk::full(140, 40);
        desk.keys(&format!(":{name}"));
        let text = desk.text();
        let below = text
            .split_once("off now")
            .map(|(_, below)| below.to_owned());
        assert!(below.is_some_and(|below| below.contains(why)), "{text}");
        desk.keys("\r");
        assert!(desk.app.overlay.is_some(), "it closed");
        desk.keys("\u{1b}");
        desk.keys(key);
        let words = desk
            .app
            .notices
            .current(desk.now)
            .map(|notice| notice.text.clone());
        assert!(
            words.as_ref().is_some_and(|words| words.contains(why)),
            "{words:?}"
        );
        desk.keys("?");
        let help = desk.text();
        let off = help.split_once("OFF NOW").map(|(_, off)| off.to_owned());
        let word = why.split(' ').next().unwrap();
        assert!(
            off.is_some_and(|off| off.contains(word)) || name == "view 5",
            "{help}"
        );
    }
}

#[test]
fn every_action_of_every_screen_is_in_the_palette() {
    let mut desk = Desk::full(140, 40);
    for row in unstick::app::action::TABLE {
        if !row.modes.iter().any(|mode| mode.is_screen()) || row.id == "palette" {
            continue;
        }
        desk.keys(&format!(":{}", row.id.replace('-', " ")));
        let text = desk.text();
        let name: String = row.id.replace('-', " ").chars().take(16).collect();
        assert!(text.contains(&name), "{} is not in\n{text}", row.id);
        desk.keys("\u{1b}");
    }
}

#[test]
fn the_palette_follows_what_was_chosen_and_closes_where_another_screen_comes_below_it() {
    let mut desk = Desk::full(80, 24);
    desk.run_half();
    desk.keys(":pause");
    assert!(desk.text().contains("▸ pause run"), "{}", desk.text());
    desk.run_fact(RunEvent::Finished);
    let text = desk.text();
    assert!(text.contains("commands closed"), "{text}");
    let before = desk.effects.len();
    desk.keys("r\r");
    assert_eq!(
        desk.effects.len(),
        before,
        "what was typed on did something"
    );
}

#[test]
fn the_palette_of_the_plan_opens_the_box_and_enter_starts_nothing() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    desk.keys(":terminate\r\r\r");
    desk.pass(500);
    desk.keys("\r\r");
    let text = desk.text();
    assert!(text.contains("Type   acme-prod"), "{text}");
    let starts = desk
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::Engine(Command::Start { .. })));
    assert!(!starts);
}

#[test]
fn read_only_says_why_in_the_palette_in_the_help_and_to_the_key() {
    let mut desk = Desk::new(settings("PROD", false), 140, 40);
    desk.list(&chats());
    let why = "acme-prod is read-only";
    desk.keys(":plan");
    assert!(desk.text().contains(why), "{}", desk.text());
    desk.keys("\r\u{1b}");
    assert!(desk.app.screens.is_empty());
    desk.keys("?");
    assert!(desk.text().contains(why), "{}", desk.text());
    desk.keys("\u{1b}x");
    assert!(
        desk.text().contains(&format!("x: {why}")),
        "{}",
        desk.text()
    );
}

#[test]
fn the_foot_of_the_help_says_what_esc_does_now() {
    let mut desk = Desk::full(80, 24);
    desk.keys("?");
    assert!(desk.text().contains("Esc close"), "{}", desk.text());
    desk.keys("mark");
    assert!(desk.text().contains("Esc clear"), "{}", desk.text());
    desk.keys("\u{1b}");
    assert!(desk.text().contains("Esc close"), "{}", desk.text());
    desk.keys("\u{1b}");
    assert!(desk.app.overlay.is_none());
}

#[test]
fn enter_on_another_text_than_the_phrase_is_answered_and_starts_nothing() {
    for (width, height) in [(80, 24), (60, 14)] {
        let mut desk = Desk::full(width, height);
        desk.plan();
        desk.keys("T");
        desk.text();
        desk.pass(500);
        let said = "not the phrase yet";
        desk.keys("\r");
        assert!(
            !desk.text().contains(said),
            "nothing was typed: {}",
            desk.text()
        );
        for letter in ["a", "c"] {
            desk.keys(letter);
            desk.pass(100);
        }
        desk.keys("\r");
        assert!(desk.text().contains(said), "{}", desk.text());
        desk.keys("m");
        assert!(!desk.text().contains(said), "{}", desk.text());
        let starts = |effect: &Effect| matches!(effect, Effect::Engine(Command::Start { .. }));
        assert!(!desk.effects.iter().any(starts));
    }
}

#[test]
fn a_console_that_was_started_read_only_names_the_flag_and_not_the_profile() {
    let mut settings = settings("PROD", false);
    settings.is_started_read_only = true;
    let mut desk = Desk::new(settings, 80, 24);
    desk.list(&chats());
    desk.keys("x");
    let said = "x: read-only by --read-only (or UNSTICK_READ_ONLY). Start again without it";
    assert!(desk.text().contains(said), "{}", desk.text());
    assert!(!desk.text().contains("--write"), "{}", desk.text());
}

#[test]
fn text_pasted_into_the_palette_is_one_line_of_text_and_does_nothing() {
    let mut desk = Desk::full(80, 24);
    desk.keys(":");
    desk.tell(Msg::Paste("plan\rT acme-prod 1\r".to_owned()));
    assert!(desk.app.screens.is_empty());
    assert!(desk.text().contains(": plan"), "{}", desk.text());
}

#[test]
fn help_finds_keys_of_other_screens_filters_and_codes() {
    let mut desk = Desk::full(80, 24);
    desk.keys("?phrase");
    let text = desk.text();
    assert!(
        text.contains("T         opens the box for the phrase (plan)"),
        "{text}"
    );
    desk.keys("\u{1b}idle");
    let text = desk.text();
    assert!(
        text.contains("idle>=30m") && text.contains("since anybody wrote"),
        "{text}"
    );
    desk.keys("\u{1b}wrap-up");
    assert!(desk.text().contains("w owes wrap-up"), "{}", desk.text());
    desk.keys("\u{1b}zebra");
    assert!(
        desk.text().contains("nothing in the help"),
        "{}",
        desk.text()
    );
    // One step back is the whole help, the next is the list.
    desk.keys("\u{1b}");
    assert!(desk.text().contains("MOVE"), "{}", desk.text());
    desk.keys("\u{1b}");
    assert!(desk.app.overlay.is_none());
}

#[test]
fn help_can_be_read_to_its_end_at_every_size() {
    for (width, height) in SIZES {
        let mut desk = Desk::full(width, height);
        desk.keys("?");
        let mut seen = desk.text();
        for _ in 0..30 {
            desk.press(Key::plain(KeyCode::PageDown));
            seen.push_str(&desk.text());
        }
        for words in [
            "MOVE",
            "SELECT",
            "LOOK",
            "ACT",
            "ANYWHERE",
            "OFF NOW",
            ":messages",
        ] {
            assert!(
                seen.contains(words),
                "{words} is not in the help at {width}x{height}"
            );
        }
    }
}

#[test]
fn messages_are_kept_newest_first_five_hundred_at_most_and_the_cursor_stays_on_its_own() {
    let mut desk = Desk::full(80, 24);
    desk.keys("b");
    desk.keys(":messages\r");
    let first = "no run was started here yet";
    assert!(desk.text().contains(first), "{}", desk.text());
    for number in 0..600 {
        desk.tell(Msg::Said(format!("news {number}")));
        if number == 10 {
            desk.keys("y");
        }
    }
    assert!(
        desk.copied()
            .first()
            .is_some_and(|text| text.contains(first))
    );
    assert_eq!(desk.app.notices.kept().len(), 500);
    desk.keys("gj");
    let text = desk.text();
    let (newest, older) = (text.find("news 599"), text.find("news 598"));
    assert!(newest.is_some() && newest < older, "{text}");
    assert!(text.contains("▸ 14:"), "{text}");
}

#[test]
fn a_failed_request_is_kept_with_its_correlation_id_and_one_key_copies_that() {
    let mut desk = Desk::full(80, 24);
    refused(&mut desk);
    // The same trouble again is no further message.
    refused(&mut desk);
    desk.keys(":messages\r");
    let text = desk.text();
    assert_eq!(text.matches("error  listing failed").count(), 1, "{text}");
    desk.keys("Y");
    assert_eq!(desk.copied(), ["8c41b0de-5b4e-4a07-9c1c-2f0d5a7719ee"]);
    desk.keys("\u{1b}b:messages\rY");
    let text = desk.text();
    assert!(text.contains("carries no correlation id"), "{text}");
}

#[test]
fn the_filter_says_which_clause_hides_a_chat_by_its_id_or_a_name_and_masks_that() {
    let mut desk = Desk::full(80, 24);
    desk.keys("/is:stuck idle>4h\r:explain\r0c7d");
    let text = desk.text();
    assert!(text.contains("0c7d55aa S. Haddad"), "{text}");
    assert!(text.contains("idle>4h  its idle is 3h29m"), "{text}");
    assert!(!text.contains("is:stuck  "), "{text}");
    desk.keys("\u{1b}z:explain haddad\r");
    assert!(!desk.text().contains("Haddad"), "{}", desk.text());
    desk.keys("\u{1b}m");
    assert!(desk.text().contains("no chat is marked"), "{}", desk.text());
}

#[test]
fn who_somebody_is_instead_is_masked_in_the_answers_of_the_filter() {
    let mut desk = Desk::full(80, 24);
    desk.keys("/cust:off agent:none\r:explain\r3f2a");
    let text = desk.text();
    assert!(text.contains("its agent is Ana Lima"), "{text}");
    desk.keys("\u{1b}z:explain\r3f2a");
    let text = desk.text();
    assert!(text.contains("its agent is A. L."), "{text}");
    assert!(!text.contains("Lima"), "{text}");
    desk.keys("\u{1b}\u{1b}/cust:nobody agent:none\r:explain\r3f2a");
    let text = desk.text();
    assert!(text.contains("its cust is M. O."), "{text}");
    assert!(!text.contains("Okafor"), "{text}");
}

#[test]
fn the_answers_of_the_filter_go_on_with_the_time_and_are_folded_to_the_size() {
    let asked = |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("/idle>4h agent:\"somebody else\"\r:explain 3f2a\r");
        desk
    };
    let mut desk = Desk::full(80, 24);
    desk.keys("/idle>4h\r:explain 0c7d\r");
    assert!(desk.text().contains("its idle is 3h29m"), "{}", desk.text());
    desk.pass(120_000);
    assert!(desk.text().contains("its idle is 3h31m"), "{}", desk.text());
    for (width, height) in SIZES {
        let mut desk = asked(140, 40);
        desk.tell(Msg::Resized { width, height });
        assert_eq!(desk.text(), asked(width, height).text());
    }
}

#[test]
fn listing_is_said_to_work_again_when_it_does_and_a_failure_after_that_is_told_anew() {
    let page = || {
        Fact::Listing(Listing::Page {
            rows: Vec::new(),
            page: 2,
            total: 17,
        })
    };
    let mut desk = Desk::full(80, 24);
    refused(&mut desk);
    // It was in flight when the round failed: nothing is better for it.
    desk.fact(page());
    refused(&mut desk);
    desk.keys(":messages\r");
    let text = desk.text();
    assert!(!text.contains("listing works again"), "{text}");
    assert_eq!(text.matches("error  listing failed").count(), 1, "{text}");
    desk.fact(Fact::Listing(Listing::Started));
    desk.fact(page());
    desk.fact(page());
    refused(&mut desk);
    let text = desk.text();
    assert_eq!(text.matches("listing works again").count(), 1, "{text}");
    assert_eq!(text.matches("error  listing failed").count(), 2, "{text}");
}

#[test]
fn words_on_the_screen_name_the_keys_that_the_operator_chose() {
    let chosen = [
        ("open", "f2"),
        ("mark", "f3"),
        ("copy", "f4"),
        ("copy-value", "f5"),
    ];
    let chosen = chosen.map(|(action, key)| (action.to_owned(), vec![key.to_owned()]));
    let (keys, bad) = Keymap::of(&chosen);
    assert_eq!(bad, []);
    let desk = |width, height| {
        let mut desk = Desk::full(width, height);
        desk.app.settings.configured.keys = keys.clone();
        desk
    };
    let press = |desk: &mut Desk, number| desk.press(Key::plain(KeyCode::F(number)));
    let text = desk(40, 10).text();
    assert!(text.contains("F2 open  F3 mark  ? keys"), "{text}");
    let mut list = desk(80, 24);
    list.keys("v");
    let text = list.text();
    assert!(text.contains("Range: move, then F3 marks it"), "{text}");
    list.keys("?");
    assert!(!list.text().contains("Space"), "{}", list.text());
    let mut list = desk(80, 24);
    press(&mut list, 2);
    look_into(&mut list);
    list.keys("4");
    let text = list.text();
    assert!(text.contains("F5 copies"), "{text}");
    let mut run = desk(80, 24);
    run.run_half();
    press(&mut run, 2);
    let text = run.text();
    assert!(text.contains("F4 copies this page"), "{text}");
    let mut report = desk(140, 40);
    report.run_whole();
    let text = report.text();
    assert!(text.contains("F2 shows the requests"), "{text}");
    assert!(text.contains("F2 then F4 copies"), "{text}");
}
