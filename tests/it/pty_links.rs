//! Addresses that the command line shows are links in a terminal (OSC 8), and nothing but text anywhere else.

use crate::cli_login::Place;
use crate::support::Home;
use crate::support::pty::Pty;

/// Starts a sign-in that shows its address, and ends it; what was written.
fn shown(place: &Place, more: &[(&str, &str)]) -> String {
    let flags = place.person_flags();
    let mut arguments = vec!["login", "me", "--no-browser"];
    arguments.extend(flags.iter().map(String::as_str));
    let mut pty = Pty::start(Home::binary(), &arguments, &place.home, more);
    pty.wait_for_text("(it is not shown)");
    pty.keys("\r");
    pty.wait_for_text("It comes back to port");
    pty.keys("\u{3}");
    assert_eq!(pty.ended().exit_code(), 130, "{}", pty.text());
    pty.is_as_found();
    String::from_utf8_lossy(&pty.raw).into_owned()
}

#[test]
fn the_address_of_a_sign_in_is_a_link_to_itself_where_a_terminal_takes_links() {
    let place = Place::new();
    let raw = shown(&place, &[]);
    let links: Vec<&str> = raw.split("\x1b]8;;").skip(1).collect();
    let [opened, closed] = links[..] else {
        panic!("{raw:?}");
    };
    let (address, said) = opened.split_once("\x1b\\").unwrap();
    assert!(address.starts_with(&place.served.url), "{address}");
    assert!(address.bytes().all(|byte| byte.is_ascii_graphic()));
    assert_eq!(said, address, "the words are the whole address");
    assert!(closed.starts_with("\x1b\\"), "it is closed: {closed:?}");
    for term in ["dumb", "linux"] {
        let raw = shown(&place, &[("TERM", term)]);
        assert!(raw.contains(&place.served.url), "{raw:?}");
        assert!(!raw.contains("\x1b]8"), "{term}: {raw:?}");
    }
}

#[tokio::test]
async fn in_a_pipe_an_address_is_text() {
    let place = Place::new();
    place.person_profile(&place.said("org_id"));
    let waiting = place.begin(&["list"], &[("TERM", "xterm-256color")]);
    waiting.consent().await;
    let ran = waiting.end();
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(ran.stderr.contains(&place.served.url), "{}", ran.stderr);
    for bytes in [&ran.stderr, &ran.stdout] {
        assert!(!bytes.contains('\x1b'), "{bytes:?}");
    }
}
