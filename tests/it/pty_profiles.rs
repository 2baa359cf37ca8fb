//! From one profile to another in the real program, which stays where it is: with the flags that hold for the other one, and with no secret
//! but its own.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use crate::browser::Browser;
use crate::cli_login::Place;
use crate::pty_console::plan_stuck;
use crate::support::Home;
use crate::support::opener::Opener;
use crate::support::pty::Pty;
use crate::support::served::Served;

/// Two organisations that answer, and a home whose configuration names both.
struct Pair {
    home: Home,
    _homes: [Home; 2],
    one: Served,
    two: Served,
}

impl Pair {
    /// `one` is small and read-write, `two` larger, and as these lines say.
    fn new(lines: &str) -> Self {
        let two = Self::unwritten();
        two.rewrite(lines, "");
        two
    }

    fn unwritten() -> Self {
        let homes = [Home::new(), Home::new()];
        let one = Served::start(&homes[0], &["quiet"]);
        let two = Served::start(&homes[1], &["demo"]);
        Self {
            home: Home::new(),
            _homes: homes,
            one,
            two,
        }
    }

    /// Keeps a secret as `login` does.
    fn keep(&self, name: &str, secret: &str) {
        let file = self
            .home
            .write(&format!("home/config/secrets/{name}"), secret);
        fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn keep_both(&self) {
        self.keep("one", &secret(&self.one));
        self.keep("two", &secret(&self.two));
    }
}

fn secret(served: &Served) -> String {
    served.welcome["client_secret"].as_str().unwrap().to_owned()
}

/// How often somebody signed in there, or tried.
fn sign_ins(served: &Served) -> usize {
    let asked = served.told("requests");
    let is_one = |one: &&Value| one["path"] == "/oauth/token";
    asked.iter().filter(is_one).count()
}

impl Pair {
    /// The file says these lines of the second profile from now on, and these at its end.
    fn rewrite(&self, lines: &str, end: &str) {
        let (one, two) = (&self.one, &self.two);
        let text = format!(
            "{}{}{end}",
            one.profile("one", "write = true"),
            two.profile("two", lines)
        );
        self.home.write("home/config/config.toml", &text);
    }
}

/// Two rows of the list are marked.
fn has_marks(pty: &mut Pty) {
    pty.wait_for("two marks", |screen| {
        screen.contents().matches('✓').count() == 2
    });
}

#[test]
fn another_profile_is_opened_without_leaving_and_back_again() {
    let two = Pair::new("");
    two.keep_both();
    let mut pty = Pty::unstick(&["--profile", "one", "--write"], &two.home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("  O");
    pty.wait_for_text("Switching drops marks");
    pty.keys("j\r");
    pty.wait_for_text("[SANDBOX two]");
    pty.wait_for_text("two is open; 2 marks of one were dropped");
    pty.wait_for_text("9 stuck");
    // The flag for the first one is for it alone, and what the file says of this one holds.
    pty.wait_for_text("READ-ONLY");
    pty.keys("O");
    pty.wait_for("which is open", |screen| {
        let text = screen.contents();
        let mut lines = text.lines();
        lines.any(|line| line.contains(" two ") && line.contains("open now"))
    });
    pty.keys("k\r");
    pty.wait_for_text("[SANDBOX one]");
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.wait_for_text("READ-WRITE");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    pty.is_as_found();
    // It was one screen all the way: nothing was printed between.
    assert_eq!(pty.count("\x1b[?1049h"), 1);
}

#[test]
fn a_profile_without_a_secret_or_that_is_refused_leaves_the_first_one_open_with_its_marks() {
    for kept in [None, Some("wrong")] {
        let two = Pair::new("");
        if let Some(kept) = kept {
            two.keep("two", kept);
        }
        let handed = secret(&two.one);
        let variables = [("UNSTICK_CLIENT_SECRET", handed.as_str())];
        let arguments = ["--profile", "one"];
        let mut pty = Pty::start(Home::binary(), &arguments, &two.home, &variables);
        pty.wait_for_text("3 stuck and 1 stale of 7");
        pty.keys("  Oj\r");
        pty.wait_for_text("two was not opened:");
        let reason = match kept {
            None => "the one that was handed over is for one",
            Some(_) => "sign-in refused",
        };
        pty.wait_for_text(reason);
        pty.keys("q");
        has_marks(&mut pty);
        pty.wait_for_text("[SANDBOX one]");
        // The secret that was handed over for the one was not shown to the other.
        let tries = usize::from(kept.is_some());
        assert_eq!(sign_ins(&two.two), tries);
        pty.keys("q");
        assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    }
}

#[test]
fn what_was_made_read_only_stays_so_on_every_profile() {
    let two = Pair::new("write = true");
    two.keep_both();
    let mut pty = Pty::unstick(&["--profile", "one", "--write"], &two.home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("OR");
    pty.wait_for_text("READ-ONLY");
    pty.keys("j\r");
    pty.wait_for_text("[SANDBOX two]");
    pty.wait_for_text("9 stuck");
    assert!(!pty.text().contains("READ-WRITE"), "{}", pty.text());
    pty.keys("x");
    pty.wait_for_text("read-only since R in profiles");
    pty.keys("Ok\r");
    pty.wait_for_text("[SANDBOX one]");
    pty.wait_for_text("3 stuck and 1 stale of 7");
    assert!(!pty.text().contains("READ-WRITE"), "{}", pty.text());
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}

#[test]
fn a_run_carries_the_profile_that_is_open_after_a_switch_and_its_phrase_is_that_one_s() {
    let two = Pair::new("write = true");
    two.keep_both();
    let mut pty = Pty::unstick(&["--profile", "one", "--read-only"], &two.home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("Oj\r");
    pty.wait_for_text("[SANDBOX two]");
    pty.wait_for_text("READ-ONLY");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0);
    let mut pty = Pty::unstick(&["--profile", "one"], &two.home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("Oj\r");
    pty.wait_for_text("[SANDBOX two]");
    pty.wait_for_text("9 stuck");
    pty.keys("2 x");
    pty.wait_for_text("Will end   1");
    pty.until("T", "two 1");
    pty.phrase("two 1");
    pty.keys("\r");
    pty.wait_for_text("1 ended");
    pty.wait_for_text("NOTHING NEEDS YOU");
    let ended = two.two.ended(&two.home);
    assert_eq!(ended.len(), 1, "{ended:?}");
    assert!(two.one.changed_by_us(&two.home).is_empty());
    pty.keys("qq");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}

#[test]
fn the_sandbox_of_this_command_is_left_for_a_profile_and_found_again_as_a_new_one() {
    let two = Pair::new("");
    two.keep_both();
    let mut pty = Pty::unstick(&["--sandbox=demo", "--seed", "7"], &two.home);
    pty.wait_for_text("9 stuck");
    pty.keys("O");
    pty.wait_for_text("Switching drops marks");
    pty.keys("g\r");
    pty.wait_for_text("[SANDBOX one]");
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("OG\r");
    pty.wait_for_text("[SANDBOX sandbox]");
    pty.wait_for_text("9 stuck");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    pty.is_as_found();
}

async fn consent(url: &str) {
    let browser = Browser::new();
    let to = browser.consent(url).await;
    assert_eq!(browser.go(&to).await.unwrap().0, 200);
}

#[tokio::test]
async fn a_person_signs_in_to_the_other_profile_while_this_one_is_open_and_is_signed_out_when_it_is_left()
 {
    let place = Place::new();
    let opener = Opener::new(&place.home);
    let client = place.served.profile("near", "");
    let text = format!(
        "{client}{}org_id = \"{}\"\n",
        place.person_lines("me"),
        place.said("org_id")
    );
    place.home.write("home/config/config.toml", &text);
    let file = place
        .home
        .write("home/config/secrets/near", &place.said("client_secret"));
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
    let more = [("PATH", opener.path.as_str()), ("DISPLAY", ":0")];
    let arguments = ["--profile", "near"];
    let mut pty = Pty::start(Home::binary(), &arguments, &place.home, &more);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("O");
    pty.wait_for_text("Switching drops marks");
    pty.keys("g\r");
    consent(&opener.opened()).await;
    pty.wait_for_text("[SANDBOX me]");
    pty.wait_for_text("3 stuck and 1 stale of 7");
    assert_eq!(place.sign_outs(), 0);
    pty.keys("O");
    pty.wait_for_text("Switching drops marks");
    pty.keys("j\r");
    pty.wait_for_text("[SANDBOX near]");
    assert_eq!(place.sign_outs(), 1, "the person's token is given back");
    // Called off while the browser is open: what comes of it is given back as well.
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("O");
    pty.wait_for_text("Switching drops marks");
    pty.keys("g\r");
    let url = opener.opened();
    pty.keys("\u{1b}");
    pty.wait_for_text("me is not opened: you went on here");
    let to = Browser::new().consent(&url).await;
    // Nobody waits for the browser any more.
    assert!(
        Browser::new()
            .go(&to)
            .await
            .is_none_or(|(status, _)| status != 200)
    );
    pty.keys("qq");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}

#[test]
fn a_sandbox_is_never_shown_a_secret_that_was_handed_over_for_a_profile() {
    let two = Pair::new("");
    let url = two.one.welcome["url"].as_str().unwrap();
    let sandbox = format!("--sandbox={url}");
    // It would be refused: the sandbox has told its own.
    let variables = [("UNSTICK_CLIENT_SECRET", "of somebody else")];
    let mut pty = Pty::start(Home::binary(), &[&sandbox], &two.home, &variables);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    let fault = json!({ "path": "/oauth/token", "status": 401, "body": "{\"error\":\"invalid_client\"}", "times": 1000 });
    two.one
        .order(&json!({ "fault": [fault], "revoke_tokens": true }));
    pty.wait_for_text("r signs in");
    two.one.order(&json!({ "clear": true }));
    pty.keys("r");
    pty.wait_for_text("signed in again");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}

#[test]
fn t_tries_the_sign_in_of_another_profile_and_changes_nothing() {
    let two = Pair::new("");
    two.keep_both();
    let mut pty = Pty::unstick(&["--profile", "one"], &two.home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("O");
    pty.wait_for_text("end legs yes");
    pty.keys("j");
    pty.wait_for_text("t tries the sign-in");
    pty.keys("t");
    pty.wait_for_text("works, token good for");
    let name = two.two.welcome["org_name"].as_str().unwrap().to_owned();
    pty.wait_for_text(&name);
    pty.wait_for_text("[SANDBOX one]");
    assert!(two.two.changed_by_us(&two.home).is_empty());
    pty.keys("qq");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}

#[test]
fn a_client_that_is_refused_signs_in_again_by_one_key_and_nothing_is_lost() {
    let two = Pair::new("");
    two.keep_both();
    let mut pty = Pty::unstick(&["--profile", "one"], &two.home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("  ");
    let fault = json!({ "path": "/oauth/token", "status": 401, "body": "{\"error\":\"invalid_client\"}", "times": 1000 });
    two.one
        .order(&json!({ "fault": [fault], "revoke_tokens": true }));
    pty.wait_for_text("signed out since");
    pty.wait_for_text("r signs in");
    has_marks(&mut pty);
    pty.keys("r");
    pty.wait_for_text("not signed in: 401");
    two.one.order(&json!({ "clear": true }));
    pty.keys("r");
    pty.wait_for_text("signed in again");
    pty.wait_for("the live list", |screen| {
        let text = screen.contents();
        text.contains("live") && !text.contains("signed out")
    });
    has_marks(&mut pty);
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}

#[test]
fn a_profile_that_is_opened_again_may_do_no_more_than_when_it_was_left() {
    let guard = "[[guard]]\nname = \"no-loops\"\nwhen = \"kind:bot-loop\"\nterminate = \"never\"\n";
    let two = Pair::unwritten();
    two.rewrite("limits = { max_batch = 3 }", guard);
    two.keep_both();
    let mut pty = Pty::unstick(&["--profile", "one"], &two.home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    pty.keys("Oj\r");
    pty.wait_for_text("[SANDBOX two]");
    pty.wait_for_text("READ-ONLY");
    pty.wait_for_text("9 stuck");
    pty.keys("Ok\r");
    pty.wait_for_text("[SANDBOX one]");
    pty.wait_for_text("3 stuck and 1 stale of 7");
    // Between its first time and its second the file was made to allow everything.
    let sooner = "[thresholds]\nidle = \"5m\"\nidle_us = \"5m\"\n";
    two.rewrite("write = true\nlimits = { max_batch = 400 }", sooner);
    pty.wait_for_text("after a restart: ");
    pty.keys("Oj");
    pty.wait_for_text("two");
    pty.keys("\r");
    pty.wait_for_text("[SANDBOX two]");
    pty.wait_for_text("two is open; after a restart: write, max_batch");
    pty.wait_for_text("2 Stuck 9");
    assert!(pty.text().contains("READ-ONLY"), "{}", pty.text());
    pty.keys("O");
    pty.wait_for_text("3 chats in a plan");
    pty.keys("q");
    pty.wait_for_text("9 stuck");
    pty.keys("Ok\r");
    pty.wait_for_text("[SANDBOX one]");
    pty.wait_for_text("3 stuck and 1 stale of 7");
    // The guard and the figures were in force when the program began, on whichever profile.
    plan_stuck(&mut pty);
    pty.wait_for_text("NOTHING HAS BEEN SENT");
    pty.wait_for_text("guard no-loops");
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}

#[test]
fn a_mask_that_is_carried_over_from_another_profile_is_told() {
    let two = Pair::new("privacy = { default = true }");
    two.keep_both();
    let mut pty = Pty::unstick(&["--profile", "two"], &two.home);
    pty.wait_for_text("9 stuck");
    pty.keys("Ok\r");
    pty.wait_for_text("one is open; names stay masked, as in two: z shows them");
    pty.keys("z");
    pty.wait_for_text("privacy off");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
}
