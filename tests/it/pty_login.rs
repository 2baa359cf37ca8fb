//! `login` in a terminal: questions line by line, a secret that is not shown, and a terminal that is left as it was found.

use std::fs;

use rustix::process::Signal;

use crate::cli_login::Place;
use crate::support::Home;
use crate::support::pty::Pty;

fn start(place: &Place, arguments: &[&str]) -> Pty {
    let all: Vec<&str> = ["login"].iter().chain(arguments).copied().collect();
    Pty::start(Home::binary(), &all, &place.home, &[])
}

/// The address of the sandbox, which no question asks for.
fn addresses(place: &Place) -> [&str; 4] {
    let url = place.served.url.as_str();
    ["--api-url", url, "--login-url", url]
}

/// No question is wider than an ordinary terminal; this one has a hundred columns.
fn is_narrow(pty: &Pty) {
    let screen = pty.text();
    let wide = screen.lines().find(|line| line.chars().count() > 80);
    assert!(wide.is_none(), "{screen}");
}

#[test]
fn every_question_is_asked_until_it_is_answered_and_the_secret_is_never_shown() {
    let place = Place::new();
    let secret = place.said("client_secret");
    let mut pty = start(&place, &addresses(&place));
    pty.wait_for_text("A name for the profile");
    pty.keys("Near\r");
    pty.wait_for_text("a name has 1 to 32");
    pty.keys("near\r");
    pty.wait_for_text("How to sign in?");
    is_narrow(&pty);
    pty.keys("3\r");
    pty.wait_for_text("there are `client-credentials` and `code`");
    pty.keys("1\r");
    pty.wait_for_text("The OAuth client's id:");
    pty.keys(&format!("{}\r", place.said("client_id")));
    pty.wait_for_text("The client's secret (it is not shown)");
    pty.keys("not-it\r");
    pty.wait_for_text("try 2 of 3 (it is not shown)");
    pty.keys(&format!("{secret}\r"));
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    assert!(pty.text().contains("The sign-in works"), "{}", pty.text());
    assert!(!String::from_utf8_lossy(&pty.raw).contains(&secret));
    pty.is_as_found();
    let kept = fs::read_to_string(place.home.path("home/config/secrets/near")).unwrap();
    assert_eq!(kept.trim_end(), secret);
    let mut pty = start(&place, &["near"]);
    pty.wait_for_text("Enter signs in to it again");
    is_narrow(&pty);
    pty.keys("\r");
    pty.wait_for_text("The client's secret");
    pty.keys("wrong-canary\r");
    pty.wait_for_text("try 2 of 3 (it is not shown)");
    pty.keys("wrong-canary\r");
    pty.wait_for_text("try 3 of 3 (it is not shown)");
    pty.keys("wrong-canary\r");
    assert_eq!(pty.ended().exit_code(), 3, "{}", pty.text());
    let said = pty.text().replace('\n', "");
    assert!(said.contains("`unstick login near` asks again"), "{said}");
    pty.is_as_found();
    let kept = fs::read_to_string(place.home.path("home/config/secrets/near")).unwrap();
    assert_eq!(
        kept.trim_end(),
        secret,
        "a secret that does not work is not kept"
    );
    let mut arguments = vec![
        "near",
        "--grant",
        "client-credentials",
        "--client-id",
        "other",
    ];
    arguments.extend(addresses(&place));
    let mut pty = start(&place, &arguments);
    pty.wait_for_text("would be replaced with all its settings");
    pty.keys("yes\r");
    pty.wait_for_text("That is not `near`");
    // The end of input: Ctrl-D.
    pty.keys("\u{4}");
    assert_eq!(pty.ended().exit_code(), 130, "{}", pty.text());
}

#[test]
fn a_region_is_chosen_by_number_and_a_domain_that_is_not_known_must_be_meant() {
    let place = Place::new();
    let mut pty = start(
        &place,
        &["far", "--grant", "client-credentials", "--client-id", "c"],
    );
    pty.wait_for_text("Its number or name");
    let screen = pty.text();
    for region in ["us-east-1", "eusc-de-east-1", "mx-central-1"] {
        assert!(screen.contains(region), "{screen}");
    }
    is_narrow(&pty);
    for (answer, said) in [
        ("19", "there is no region"),
        ("eu-west-9", "Did you mean"),
        ("evil.io", "not a domain of Genesys Cloud"),
    ] {
        pty.keys(&format!("{answer}\r"));
        pty.wait_for_text(said);
    }
    pty.keys("new1.pure.cloud\r");
    pty.wait_for_text("would be sent to https://login.new1.pure.cloud");
    pty.keys("y\r");
    pty.wait_for_text("That is not `new1.pure.cloud`");
    pty.keys("new1.pure.cloud\r");
    pty.wait_for_text("A label: PROD, STAGE or TEST");
    is_narrow(&pty);
    pty.keys("SANDBOX\r");
    pty.wait_for_text("belongs to pretend");
    pty.keys("TEST\r");
    pty.wait_for_text("(it is not shown)");
    pty.keys("\u{3}");
    assert_eq!(pty.ended().exit_code(), 130, "{}", pty.text());
    pty.is_as_found();
    let mut pty = start(
        &place,
        &["far", "--grant", "client-credentials", "--client-id", "c"],
    );
    pty.wait_for_text("Its number or name");
    pty.keys("7\r");
    pty.wait_for_text("A label");
    pty.keys("PROD\r");
    pty.wait_for_text("(it is not shown)");
    pty.signal(Signal::TERM);
    assert_eq!(pty.ended().exit_code(), 130, "{}", pty.text());
    pty.is_as_found();
    assert!(!place.home.path("home/config").exists());
}

#[test]
fn ctrl_c_leaves_while_a_browser_is_waited_for() {
    let place = Place::new();
    let flags = place.person_flags();
    let mut arguments = vec!["me", "--no-browser"];
    arguments.extend(flags.iter().map(String::as_str));
    let mut pty = start(&place, &arguments);
    pty.wait_for_text("(it is not shown)");
    pty.keys("\r");
    pty.wait_for_text("Sign in to `me` in a browser");
    pty.keys("\u{3}");
    assert_eq!(pty.ended().exit_code(), 130, "{}", pty.text());
    assert!(pty.text().contains("nothing was written"), "{}", pty.text());
    pty.is_as_found();
    assert!(!place.home.path("home/config").exists());
}
