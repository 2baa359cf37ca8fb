//! Several profiles and no default: the console asks which one to open, and nothing else guesses.

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

/// Two profiles, the second of them a sandbox that answers.
fn two_profiles(home: &Home, served: &Served) {
    let said = |name: &str| served.welcome[name].as_str().unwrap().to_owned();
    let text = format!(
        "[profiles.one]\nregion = \"eu-central-1\"\nclient_id = \"{}\"\n\n[profiles.two]\napi_url = \"{}\"\nlogin_url = \"{}\"\nclient_id = \"{}\"\n",
        said("client_id"),
        said("url"),
        said("login_url"),
        said("client_id"),
    );
    home.write("home/config/config.toml", &text);
}

fn open(home: &Home, served: &Served, arguments: &[&str]) -> Pty {
    let secret = served.welcome["client_secret"].as_str().unwrap();
    let secret = [("UNSTICK_CLIENT_SECRET", secret)];
    Pty::start(Home::binary(), arguments, home, &secret)
}

#[test]
fn the_console_asks_until_a_profile_is_named_and_opens_it() {
    for answer in ["2\r", "two\r"] {
        let home = Home::new();
        let served = Served::start(&home, &["quiet"]);
        two_profiles(&home, &served);
        let mut pty = open(&home, &served, &[]);
        pty.wait_for_text("Its number, or Enter to leave:");
        assert!(pty.text().contains("  1  one") && pty.text().contains("  2  two"));
        for wrong in ["0\r", "3\r", "tow\r"] {
            pty.keys(wrong);
        }
        pty.wait_for_text("There are 1 to 2:");
        pty.keys(answer);
        pty.wait_for_text("3 stuck and 1 stale of 7");
        pty.keys("q");
        assert_eq!(pty.ended().exit_code(), 0);
        pty.is_as_found();
    }
}

#[test]
fn an_empty_answer_and_a_wish_not_to_be_asked_leave_with_what_to_do() {
    for (arguments, answer) in [(&[][..], "\r"), (&["--no-input"], "")] {
        let home = Home::new();
        let served = Served::start(&home, &["quiet"]);
        two_profiles(&home, &served);
        let mut pty = open(&home, &served, arguments);
        if !answer.is_empty() {
            pty.wait_for_text("Its number, or Enter to leave:");
            pty.keys(answer);
        }
        assert_eq!(pty.ended().exit_code(), 2);
        let words = "there are several profiles (one, two) and no default";
        assert!(pty.text().contains(words), "{}", pty.text());
    }
}

#[test]
fn without_a_terminal_nobody_is_asked() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    two_profiles(&home, &served);
    for arguments in [&[][..], &["list"]] {
        home.run(arguments)
            .refused(2, &["there are several profiles (one, two)", "--profile"]);
    }
}
