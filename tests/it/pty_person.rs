//! A person's sign-in ends while the console is open: it says so, keeps what it knows, and one key signs in again.

use rustix::process::Signal;
use serde_json::json;

use crate::browser::Browser;
use crate::cli_login::Place;
use crate::support::Home;
use crate::support::opener::Opener;
use crate::support::pty::Pty;

async fn consent(url: &str) {
    let browser = Browser::new();
    let to = browser.consent(url).await;
    assert_eq!(browser.go(&to).await.unwrap().0, 200);
}

#[tokio::test]
async fn the_console_says_since_when_nobody_is_signed_in_and_one_key_signs_in_again() {
    let place = Place::new();
    let opener = Opener::new(&place.home);
    place.person_profile(&place.said("org_id"));
    let more = [("PATH", opener.path.as_str()), ("DISPLAY", ":0")];
    let mut pty = Pty::start(Home::binary(), &[], &place.home, &more);
    consent(&opener.opened()).await;
    pty.wait_for_text("orphan");
    place.served.order(&json!({ "revoke_tokens": true }));
    pty.wait_for_text("signed out since");
    assert!(pty.text().contains("r signs in"), "{}", pty.text());
    assert!(
        pty.text().contains("orphan"),
        "what is known stays:\n{}",
        pty.text()
    );
    pty.keys("r");
    pty.wait_for_text("sign in in the browser");
    consent(&opener.opened()).await;
    pty.wait_for("the live list", |screen| {
        !screen.contents().contains("signed out")
    });
    pty.wait_for_text("live");
    assert_eq!(place.sign_outs(), 0);
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    pty.is_as_found();
    assert_eq!(place.sign_outs(), 1, "it is signed out at the end");
}

#[tokio::test]
async fn a_token_is_given_back_when_a_signal_ends_the_start_of_the_console() {
    let place = Place::new();
    let opener = Opener::new(&place.home);
    place.person_profile(&place.said("org_id"));
    let more = [("PATH", opener.path.as_str()), ("DISPLAY", ":0")];
    let path = "/organizations/me";
    // Whom the token stands for is asked before it is used, and again when it is.
    for (nth, signal) in [(1, Signal::INT), (2, Signal::INT), (2, Signal::HUP)] {
        let before = place.sign_outs();
        let fault = json!({ "path": path, "nth": nth, "hold": true });
        place.served.order(&json!({ "fault": [fault] }));
        let mut pty = Pty::start(Home::binary(), &[], &place.home, &more);
        consent(&opener.opened()).await;
        place.served.wait_until_held(path);
        pty.signal(signal);
        assert_eq!(pty.ended().exit_code(), 130, "{nth}: {}", pty.text());
        assert_eq!(place.sign_outs(), before + 1, "{nth}");
        let released = json!({ "clear": true, "release": true });
        place.served.order(&released);
    }
}
