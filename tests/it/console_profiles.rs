//! The profiles of the configuration: looked at, tried, left for another, made read-only; and the welcome, to which a first start leads.

use jiff::SignedDuration;
use unstick::app::action::Mode;
use unstick::app::lookout::profiles::{
    KnownProfile, ProfileNews, ProfileTold, ProfileWish, SignedIn,
};
use unstick::app::spoken::commands::COMMANDS;
use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::Command;
use unstick::domain::rights::Holding;
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_screens::shoot;
use crate::console_states::failed;
use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

pub(crate) fn known(name: &str, label: &str, place: &str, writes: bool) -> KnownProfile {
    KnownProfile {
        name: name.to_owned(),
        label: label.to_owned(),
        place: place.to_owned(),
        writes,
        sign_in: "client-credentials".to_owned(),
        org_id: (label == "PROD").then(|| "7c0ffee0-1b2d-4c3e-8f90-a1b2c3d4e5f6".to_owned()),
        is_default: name == "acme-prod",
        limits: (10, 2, 200),
    }
}

/// Four profiles.
pub(crate) fn four() -> Vec<KnownProfile> {
    vec![
        known("acme-prod", "PROD", "eu-central-1", false),
        known("acme-stage", "STAGE", "eu-central-1", true),
        known("acme-us", "PROD", "us-east-1", false),
        known("sandbox", "SANDBOX", "built in", true),
    ]
}

/// A console on the first of four profiles.
pub(crate) fn of_four(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.app.settings.configured.file = Some("~/.config/unstick/config.toml".to_owned());
    desk.app.settings.configured.profiles = four();
    desk
}

#[test]
fn the_profiles() {
    shoot("profiles", |width, height| {
        let mut desk = of_four(width, height);
        desk.keys("Oj");
        desk
    });
}

#[test]
fn the_welcome() {
    shoot("welcome", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("Oj");
        desk
    });
}

fn copied(desk: &Desk) -> Option<&str> {
    desk.effects.iter().find_map(|effect| match effect {
        Effect::Copy(_, text) => Some(text.as_str()),
        _ => None,
    })
}

/// What was asked of profiles since the last time.
pub(crate) fn wishes(desk: &mut Desk) -> Vec<ProfileWish> {
    let asked = desk.effects.drain(..).filter_map(|effect| match effect {
        Effect::Profile(wish) => Some(wish),
        _ => None,
    });
    asked.collect()
}

pub(crate) fn come(desk: &mut Desk, name: &str, what: ProfileTold) {
    let name = name.to_owned();
    desk.tell(Msg::Profile(Box::new(ProfileNews { name, what })));
}

fn signed_in(desk: &Desk) -> SignedIn {
    let in_home = Holding::In(vec![Text::clean("Home")]);
    SignedIn {
        until: desk.now + SignedDuration::from_hours(23),
        organisation: "Acme (7c0ffee0)".to_owned(),
        can: Ok(vec![
            ("find chats", Holding::Everywhere),
            ("read them", in_home),
            ("end legs", Holding::Everywhere),
            ("wrap up", Holding::Missing),
        ]),
        may_tear_down: false,
    }
}

pub(crate) fn has_quit(desk: &Desk) -> bool {
    let quits = |effect: &Effect| matches!(effect, Effect::Quit);
    desk.effects.iter().any(quits)
}

#[test]
fn the_profiles_with_what_their_sign_ins_allow() {
    shoot("profiles_signed_in", |width, height| {
        let mut desk = of_four(width, height);
        desk.keys("O");
        let works = ProfileTold::Tried(Ok(signed_in(&desk)));
        come(&mut desk, "acme-prod", works);
        let why = "401 sign-in refused: sign-in: invalid_client".to_owned();
        come(&mut desk, "acme-us", ProfileTold::Tried(Err(why)));
        desk
    });
}

#[test]
fn enter_gets_a_profile_ready_and_the_console_leaves_for_it_only_then() {
    let mut desk = of_four(80, 24);
    desk.keys("O\r");
    assert!(
        desk.text().contains("acme-prod is open already"),
        "{}",
        desk.text()
    );
    // What is open shows what is in force: here it was opened with --write.
    let text = desk.text();
    let open = text.lines().find(|line| line.contains("open now")).unwrap();
    assert!(
        open.contains("acme-prod") && open.contains("read-write"),
        "{open}"
    );
    desk.effects.clear();
    desk.keys("jj\r");
    assert_eq!(
        wishes(&mut desk),
        [ProfileWish::Open("acme-us".to_owned(), 1)]
    );
    let text = desk.text();
    assert!(text.contains("being opened"), "{text}");
    assert!(text.contains("[PROD acme-prod]"), "{text}");
    assert!(!has_quit(&desk));
    // Another one's answer is nobody's.
    come(&mut desk, "acme-stage", ProfileTold::Ready(1));
    assert!(!has_quit(&desk));
    come(&mut desk, "acme-us", ProfileTold::Ready(1));
    assert!(has_quit(&desk));
    assert_eq!(desk.app.profiles.bound_for.as_deref(), Some("acme-us"));
    desk.keys("y");
    assert_eq!(copied(&desk), Some("unstick --profile acme-us"));
}

#[test]
fn a_profile_that_cannot_be_opened_leaves_everything_as_it_was_and_says_why() {
    let mut desk = of_four(80, 24);
    desk.keys("   Ojj\r");
    let marks = desk.app.chats.marks.ids().to_vec();
    let why = "no secret is kept for it. Next: unstick login acme-us".to_owned();
    come(&mut desk, "acme-us", ProfileTold::NotOpened(1, why));
    let text = desk.text();
    assert!(
        text.contains("acme-us was not opened: no secret is kept for it."),
        "{text}"
    );
    // And below the profile, for as long as it is not tried again.
    desk.keys("k");
    desk.keys("j");
    let text = desk.text();
    assert!(text.contains("sign-in       no secret is kept"), "{text}");
    assert!(text.contains("can           not known: t tries"), "{text}");
    assert_eq!(desk.app.chats.marks.ids(), marks);
    assert_eq!(marks.len(), 3);
    assert!(desk.app.profiles.bound_for.is_none() && !has_quit(&desk));
}

#[test]
fn whoever_goes_on_meanwhile_is_not_taken_away_to_another_profile() {
    // Esc, the list, another screen, a dialog.
    for (keys, stays) in [("\u{1b}", true), ("L", false), ("?", true), (":", true)] {
        let mut desk = of_four(80, 24);
        desk.keys("Ojj\r");
        desk.effects.clear();
        desk.keys(keys);
        come(&mut desk, "acme-us", ProfileTold::Ready(1));
        assert!(!has_quit(&desk), "{keys:?}");
        assert_eq!(wishes(&mut desk), [ProfileWish::CallOff], "{keys:?}");
        assert_eq!(desk.app.profiles.bound_for, None, "{keys:?}");
        assert_eq!(desk.app.screen_mode() == Mode::Profiles, stays, "{keys:?}");
    }
}

#[test]
fn the_answer_to_a_wish_that_was_called_off_is_not_the_answer_to_the_next() {
    let mut desk = of_four(80, 24);
    desk.keys("Ojj\r");
    desk.keys("\u{1b}");
    desk.keys("\r");
    assert_eq!(desk.app.profiles.opening.as_deref(), Some("acme-us"));
    desk.effects.clear();
    come(&mut desk, "acme-us", ProfileTold::Ready(1));
    assert!(!has_quit(&desk));
    let why = "401 sign-in refused".to_owned();
    come(&mut desk, "acme-us", ProfileTold::NotOpened(1, why));
    assert_eq!(desk.app.profiles.opening.as_deref(), Some("acme-us"));
    come(&mut desk, "acme-us", ProfileTold::Ready(2));
    assert!(has_quit(&desk));
}

#[test]
fn nothing_is_switched_or_narrowed_while_a_run_goes_on() {
    let mut desk = of_four(80, 24);
    desk.run_half();
    desk.keys("bOjj\r");
    let text = desk.text();
    assert!(
        text.contains("a run is under way, and must finish first"),
        "{text}"
    );
    desk.keys("R");
    let text = desk.text();
    assert!(text.contains("R: a run is under way: stop it"), "{text}");
    assert!(desk.app.settings.writes);
    let opens = |wish: &ProfileWish| matches!(wish, ProfileWish::Open(..));
    assert!(!wishes(&mut desk).iter().any(opens));
}

#[test]
fn r_makes_everything_read_only_for_good_and_row_0_and_x_say_so() {
    let mut desk = of_four(80, 24);
    desk.plan();
    // From a chat of the plan, by the request log: the plan lies beneath.
    desk.keys("\rLO");
    assert_eq!(desk.app.mode(), Mode::Profiles);
    desk.effects.clear();
    desk.keys("R");
    let only_looks = |effect: &Effect| matches!(effect, Effect::Engine(Command::OnlyLook));
    assert!(desk.effects.iter().any(only_looks));
    let text = desk.text();
    assert!(text.contains("READ-ONLY"), "{text}");
    assert!(
        text.contains("read-only from now on, on every profile"),
        "{text}"
    );
    let stage = text.lines().find(|line| line.contains("acme-stage"));
    assert!(stage.unwrap().contains("read-only"), "{text}");
    desk.effects.clear();
    desk.keys("R");
    assert!(
        desk.text().contains("R: read-only already"),
        "{}",
        desk.text()
    );
    assert!(!desk.effects.iter().any(only_looks));
    desk.keys("qq");
    assert_eq!(desk.app.mode(), Mode::Plan);
    desk.keys("T");
    assert_eq!(desk.app.mode(), Mode::Plan);
    let text = desk.text();
    assert!(text.contains("read-only since R in profiles"), "{text}");
    desk.keys("\u{1b}x");
    assert_eq!(desk.app.mode(), Mode::Chats);
    let text = desk.text();
    assert!(text.contains("x: read-only since R in profiles"), "{text}");
}

#[test]
fn where_the_console_is_spoken_no_line_leads_to_another_profile_or_to_its_screen() {
    let mut desk = of_four(80, 24).aloud();
    let known = COMMANDS.iter().map(|command| command.word);
    let keys = [
        "profiles", "O", "R", "narrow", "switch", "open", "t", "\u{1b}",
    ];
    for word in known.chain(keys).filter(|word| *word != "quit") {
        for line in [word.to_owned(), format!("{word} 1")] {
            desk.line(&line);
            assert_ne!(desk.app.screen_mode(), Mode::Profiles, "{line}");
        }
    }
    assert_eq!(wishes(&mut desk), []);
    assert!(desk.app.settings.writes && !desk.app.profiles.is_narrowed);
}

#[test]
fn where_the_console_is_spoken_refresh_signs_a_client_in_again_that_was_refused() {
    let mut desk = Desk::full(80, 24).aloud();
    failed(&mut desk, FailureKind::SignInRefused, Some(401));
    desk.effects.clear();
    let said = desk.line("refresh");
    assert!(said.contains("igning in again, with the secret"), "{said}");
    assert!(
        desk.effects
            .iter()
            .any(|effect| matches!(effect, Effect::SignIn))
    );
    // Nothing is read out as if it were an answer.
    assert!(!said.contains("takes long"), "{said}");
}

#[test]
fn what_the_open_sign_in_allows_is_asked_once_and_t_tries_the_one_under_the_cursor() {
    let mut desk = of_four(80, 24);
    desk.keys("O");
    assert_eq!(
        wishes(&mut desk),
        [ProfileWish::Try("acme-prod".to_owned())]
    );
    let works = ProfileTold::Tried(Ok(signed_in(&desk)));
    come(&mut desk, "acme-prod", works);
    let text = desk.text();
    assert!(
        text.contains("find chats yes, read them in 1 division, end legs yes, wrap up"),
        "{text}"
    );
    assert!(text.contains("works, token good for 23h"), "{text}");
    assert!(text.contains("Acme (7c0ffee0)"), "{text}");
    desk.keys("qO");
    assert_eq!(wishes(&mut desk), []);
    desk.keys("jt");
    assert_eq!(
        wishes(&mut desk),
        [ProfileWish::Try("acme-stage".to_owned())]
    );
    assert!(desk.text().contains("being tried"), "{}", desk.text());
    let why = "401 sign-in refused: sign-in: invalid_client".to_owned();
    come(&mut desk, "acme-stage", ProfileTold::Tried(Err(why)));
    let text = desk.text();
    assert!(text.contains("sign-in       401 sign-in refused"), "{text}");
    assert!(text.contains("not signed in"), "{text}");
    assert!(!has_quit(&desk));
}

#[test]
fn the_welcome_says_and_copies_what_is_done_outside_and_its_first_choice_goes_to_the_list() {
    let mut desk = Desk::full(80, 24);
    desk.app.settings.scope.profile = "sandbox".to_owned();
    desk.keys("O2");
    let text = desk.text();
    assert!(
        text.contains("leave this console, then: unstick login NAME (y copies it)"),
        "{text}"
    );
    desk.keys("y");
    assert_eq!(copied(&desk), Some("unstick login NAME"));
    desk.press(Key::plain(KeyCode::Down));
    desk.keys("\r");
    assert!(
        desk.text().contains("then: unstick doctor"),
        "{}",
        desk.text()
    );
    assert!(!desk.app.screens.is_empty());
    desk.keys("1");
    assert!(desk.app.screens.is_empty());
}

#[test]
fn a_first_start_opens_the_sandbox_says_so_and_shows_how_to_connect_an_organisation() {
    let home = Home::new();
    let mut pty = Pty::unstick(&[], &home);
    pty.wait_for_text("[SANDBOX sandbox]");
    pty.wait_for_text("No profile is set up: this is the built-in sandbox. O says how to connect");
    pty.keys("O");
    pty.wait_for_text("Connect an organisation");
    pty.keys("2");
    pty.wait_for_text("leave this console, then: unstick login NAME");
    pty.keys("q");
    pty.wait_for_text("9 stuck");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    pty.is_as_found();
}

#[test]
fn a_console_shows_the_profiles_of_its_file_and_which_one_is_open() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let said = |name: &str| served.welcome[name].as_str().unwrap().to_owned();
    let text = format!(
        "default_profile = \"two\"\n[profiles.one]\nregion = \"eu-central-1\"\nlabel = \"STAGE\"\nclient_id = \"c\"\n\n[profiles.two]\napi_url = \"{}\"\nlogin_url = \"{}\"\nclient_id = \"{}\"\n",
        said("url"),
        said("login_url"),
        said("client_id"),
    );
    home.write("home/config/config.toml", &text);
    let secret = said("client_secret");
    let variables = [("UNSTICK_CLIENT_SECRET", secret.as_str())];
    let mut pty = Pty::start(Home::binary(), &[], &home, &variables);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("O");
    pty.wait_for_text("two, opened where none is named");
    let text = pty.text();
    let line = |name: &str| text.lines().find(|line| line.contains(name)).unwrap_or("");
    assert!(line("open now").contains(" two "), "{text}");
    assert!(
        line(" one ").contains("STAGE") && line(" one ").contains("eu-central-1"),
        "{text}"
    );
    assert!(!text.contains(&secret), "{text}");
    pty.keys("qq");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn the_open_profile_shows_the_limits_in_force_and_the_others_what_the_file_says() {
    let mut desk = of_four(80, 24);
    desk.app.settings.max_batch = 7;
    desk.keys("O");
    let text = desk.text();
    assert!(
        text.contains("7 chats in a plan, 2 at a time, 90 requests a minute"),
        "{text}"
    );
    desk.keys("j");
    let text = desk.text();
    assert!(
        text.contains("10 chats in a plan, 2 at a time, 200 requests a minute"),
        "{text}"
    );
}

#[test]
fn a_console_of_another_file_names_it_and_its_write_is_for_the_open_profile_alone() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let said = |name: &str| served.welcome[name].as_str().unwrap().to_owned();
    let text = format!(
        "[profiles.one]\nregion = \"eu-central-1\"\nclient_id = \"c\"\n\n[profiles.two]\napi_url = \"{}\"\nlogin_url = \"{}\"\nclient_id = \"{}\"\n",
        said("url"),
        said("login_url"),
        said("client_id"),
    );
    home.write("my own.toml", &text);
    let secret = said("client_secret");
    let variables = [("UNSTICK_CLIENT_SECRET", secret.as_str())];
    let file = home.path("my own.toml");
    let file = file.to_str().unwrap();
    let flags = ["--config", file, "--profile", "two", "--write"];
    let mut pty = Pty::start(Home::binary(), &flags, &home, &variables);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("O");
    pty.wait_for_text("open now");
    pty.keys("k");
    pty.wait_for_text("try it with");
    let text = pty.text();
    let line = |name: &str| text.lines().find(|line| line.contains(name)).unwrap_or("");
    assert!(line("open now").contains("read-write"), "{text}");
    assert!(line(" one ").contains("read-only"), "{text}");
    assert!(
        line("open it with").contains("unstick --config '"),
        "{text}"
    );
    pty.keys("qq");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn the_welcome_counts_nothing_that_it_does_not_know_and_its_command_is_copied() {
    let mut desk = Desk::full(80, 24);
    desk.app.settings.scope.profile = "sandbox".to_owned();
    desk.keys("O");
    let text = desk.text();
    assert!(
        text.contains("Pretend chats, some of them stuck."),
        "{text}"
    );
    desk.keys("y");
    assert_eq!(copied(&desk), Some("unstick --sandbox"));
    assert!(!desk.app.screens.is_empty());
}
