//! The profiles of the configuration and the welcome: looked at, never switched; and how a first start leads there.

use unstick::app::lookout::profiles::KnownProfile;
use unstick::app::{Effect, Key, KeyCode};

use crate::console_desk::Desk;
use crate::console_screens::shoot;
use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

fn known(name: &str, label: &str, place: &str, writes: bool) -> KnownProfile {
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
fn of_four(width: u16, height: u16) -> Desk {
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
        Effect::Copy(text) => Some(text.as_str()),
        _ => None,
    })
}

#[test]
fn a_profile_is_not_switched_but_the_command_that_opens_it_is_said_and_copied() {
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
    desk.keys("jj\r");
    let text = desk.text();
    assert!(
        text.contains("leave this console, then: unstick --profile acme-us"),
        "{text}"
    );
    assert!(text.contains("[PROD acme-prod]"), "{text}");
    desk.keys("y");
    assert_eq!(copied(&desk), Some("unstick --profile acme-us"));
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
