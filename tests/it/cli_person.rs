//! A person signs in to the real program: the browser is the test's, the rest is real.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::cli_login::{Place, flags};
use crate::proof::Findings;
use crate::support::Ran;
use crate::support::opener::Opener;

impl Place {
    pub(crate) fn people(&self) -> Value {
        let known = self.served.told("clients");
        known[0]["clients"][1].clone()
    }

    pub(crate) fn person_flags(&self) -> Vec<String> {
        let people = self.people();
        flags(
            &self.served.url,
            people["client_id"].as_str().unwrap(),
            "code",
        )
    }

    /// A configuration's profile that a person signs in to.
    pub(crate) fn person_lines(&self, name: &str) -> String {
        let (url, people) = (&self.served.url, self.people());
        let client = people["client_id"].as_str().unwrap();
        format!(
            "[profiles.{name}]\napi_url = \"{url}\"\nlogin_url = \"{url}\"\nclient_id = \"{client}\"\ngrant = \"code\"\n"
        )
    }

    /// Writes the profile `me`, that a person signs in to, of this organisation.
    pub(crate) fn person_profile(&self, org_id: &str) {
        let text = format!("{}org_id = \"{org_id}\"\n", self.person_lines("me"));
        self.home.write("home/config/config.toml", &text);
    }

    /// Starts a command that a person has to sign in for, with these variables.
    pub(crate) fn begin(&self, arguments: &[&str], more: &[(&str, &str)]) -> Waiting {
        let mut command = self.home.command(arguments);
        command.envs(more.iter().copied());
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        let url = loop {
            let mut line = String::new();
            assert_ne!(
                stderr.read_line(&mut line).unwrap(),
                0,
                "no address: {said}"
            );
            said.push_str(&line);
            if line.trim().starts_with("http://") {
                break line.trim().to_owned();
            }
        };
        Waiting {
            child,
            stderr,
            said,
            url,
        }
    }
}

/// A program that waits for a browser.
pub(crate) struct Waiting {
    child: Child,
    stderr: BufReader<std::process::ChildStderr>,
    said: String,
    url: String,
}

impl Waiting {
    pub(crate) async fn consent(&self) {
        let browser = Browser::new();
        let to = browser.consent(&self.url).await;
        assert_eq!(browser.go(&to).await.unwrap().0, 200);
    }

    pub(crate) fn end(mut self) -> Ran {
        let mut stdout = String::new();
        let mut out = self.child.stdout.take().unwrap();
        out.read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut self.said).unwrap();
        Ran {
            code: self.child.wait().unwrap().code(),
            stdout,
            stderr: self.said,
        }
    }
}

#[tokio::test]
async fn a_person_sets_a_profile_up_and_signs_in_at_every_start() {
    for with_secret in [true, false] {
        let place = Place::new();
        let people = place.people();
        let secret = people["client_secret"]
            .as_str()
            .filter(|_| with_secret)
            .unwrap_or_default();
        let flags = place.person_flags();
        let mut arguments = vec!["login", "me", "--no-browser"];
        arguments.extend(flags.iter().map(String::as_str));
        let login = place.begin(&arguments, &[("UNSTICK_CLIENT_SECRET", secret)]);
        login.consent().await;
        let ran = login.end().expect(0);
        for said in ["ssh -L", &place.said("org_id")] {
            assert!(ran.stderr.contains(said), "{ran:?}");
        }
        let config = fs::read_to_string(place.home.path("home/config/config.toml")).unwrap();
        assert!(
            config.contains("grant = \"code\"") && config.contains("org_id"),
            "{config}"
        );
        assert_eq!(
            place.home.path("home/config/secrets/me").exists(),
            with_secret
        );
        assert_eq!(place.sign_outs(), 1);
        let list = place.begin(&["list", "--json"], &[("UNSTICK_NO_BROWSER", "1")]);
        list.consent().await;
        let ran = list.end().expect(0);
        assert!(!ran.json_lines().is_empty());
        assert_eq!(place.sign_outs(), 2, "it is signed out at the end");
        place
            .home
            .run(&["list", "--no-input"])
            .refused(2, &["asks nobody"]);
    }
}

#[tokio::test]
async fn a_person_who_refuses_sets_nothing_up() {
    let place = Place::new();
    let flags = place.person_flags();
    let mut arguments = vec!["login", "me", "--no-browser"];
    arguments.extend(flags.iter().map(String::as_str));
    let login = place.begin(&arguments, &[]);
    let browser = Browser::new();
    let to = browser.refuse(&login.url).await;
    browser.go(&to).await.unwrap();
    login
        .end()
        .refused(3, &["nobody is signed in", "nothing was written"]);
    assert!(!place.home.path("home/config").exists());
}

#[tokio::test]
async fn f45_the_browser_is_opened_with_the_address_alone_and_told_no_secret() {
    let place = Place::new();
    let people = place.people();
    let secret = people["client_secret"].as_str().unwrap();
    let opener = Opener::that_writes(&place.home, "{ echo \"$#\"; echo \"$1\"; env; cat; }");
    let flags = place.person_flags();
    let mut arguments = vec!["login", "me"];
    arguments.extend(flags.iter().map(String::as_str));
    let more = [
        ("UNSTICK_CLIENT_SECRET", secret),
        ("PATH", opener.path.as_str()),
        ("DISPLAY", ":0"),
    ];
    let login = place.begin(&arguments, &more);
    let told = opener.opened();
    let mut lines = told.lines();
    assert_eq!(
        (lines.next(), lines.next()),
        (Some("1"), Some(login.url.as_str()))
    );
    assert!(!told.contains(secret), "{told}");
    for name in ["cmdline", "stat"] {
        let shown = fs::read(format!("/proc/{}/{name}", login.child.id())).unwrap();
        assert!(!String::from_utf8_lossy(&shown).contains(secret));
    }
    login.consent().await;
    login.end().expect(0);
}

#[tokio::test]
async fn doctor_asks_a_person_to_sign_in_once_and_gives_the_token_back() {
    let place = Place::new();
    place.person_profile(&place.said("org_id"));
    let doctor = place.begin(&["doctor", "--json", "--no-browser"], &[]);
    doctor.consent().await;
    let ran = doctor.end();
    assert_eq!(ran.stderr.matches("Sign in to").count(), 1, "{ran:#?}");
    let found = Findings::of(&ran);
    found
        .says("secret", "ok", "a person signs in")
        .says("token", "ok", "good for")
        .says("organisation", "ok", "as pinned");
    assert_eq!(found.code, 0, "{:#}", found.whole);
    assert_eq!(place.sign_outs(), 1);
}

#[tokio::test]
async fn doctor_says_that_nobody_is_signed_in_where_nobody_is_asked_or_somebody_refuses() {
    let place = Place::new();
    place.person_profile(&place.said("org_id"));
    let unasked = place.home.run(&["doctor", "--json", "--no-input"]);
    assert!(place.served.told("requests").is_empty());
    let doctor = place.begin(&["doctor", "--json", "--no-browser"], &[]);
    let browser = Browser::new();
    let to = browser.refuse(&doctor.url).await;
    browser.go(&to).await.unwrap();
    let refused = doctor.end();
    for (ran, words) in [
        (unasked, "nobody has signed in"),
        (refused, "nobody is signed in"),
    ] {
        assert!(ran.stderr.matches("Sign in to").count() <= 1, "{ran:#?}");
        let found = Findings::of(&ran);
        assert_eq!(found.code, 3, "{:#}", found.whole);
        found
            .says("token", "bad", words)
            .says("journal", "ok", "none yet");
    }
}

#[tokio::test]
async fn a_token_is_given_back_however_a_command_ends() {
    let place = Place::new();
    let unknown = uuid::Uuid::new_v4().to_string();
    let cases: [(&[&str], i32, &str); 7] = [
        (&["show", &unknown], 6, "cannot be read"),
        (
            &["plan", "--filter", "kind:orphan", "--wrap-up", "none"],
            2,
            "none",
        ),
        (
            &["terminate", "--filter", "kind:orphan", "--confirm", "me 1"],
            5,
            "read-only",
        ),
        (
            &[
                "terminate",
                "--write",
                "--ids",
                &unknown,
                "--confirm",
                "me 1",
            ],
            6,
            "nothing to end",
        ),
        (
            &["terminate", "--write", "--filter", "kind:orphan"],
            2,
            "the phrase is missing",
        ),
        (
            &["terminate", "--filter", "kind:orphan", "--dry-run"],
            0,
            "dry run",
        ),
        (&["list"], 5, "stands for organisation"),
    ];
    for (given_back, (arguments, code, words)) in (1..).zip(cases) {
        let org_id = match arguments {
            ["list"] => "another".to_owned(),
            _ => place.said("org_id"),
        };
        place.person_profile(&org_id);
        let command = place.begin(arguments, &[("UNSTICK_NO_BROWSER", "1")]);
        command.consent().await;
        let ran = command.end().expect(code);
        assert!(ran.stderr.contains(words), "{ran:#?}");
        assert_eq!(place.sign_outs(), given_back, "{ran:#?}");
    }
}

/// Whom a new token stands for, which is asked before anything else.
const WHOSE: &str = "/organizations/me";

#[tokio::test]
async fn a_token_is_given_back_when_a_signal_ends_a_command_wherever_it_stands() {
    let place = Place::new();
    place.person_profile(&place.said("org_id"));
    let id = place.served.told("staged")[0]["conversation"].clone();
    let id = id.as_str().unwrap();
    let rules = "[[rule]]\nname = \"r\"\nwhen = \"kind:orphan\"\nseverity = \"watch\"\n";
    let rules = place.home.write("rules.toml", rules);
    let test = ["rules", "test", rules.to_str().unwrap()];
    let plan = ["plan", "--filter", "kind:orphan"];
    let end = ["terminate", "--write", "--filter", "kind:orphan"];
    let cases: [(&[&str], &str, u32); 13] = [
        (&["login", "me"], WHOSE, 1),
        (&["login", "me"], WHOSE, 2),
        (&end, WHOSE, 1),
        (&["list"], WHOSE, 1),
        (&["list"], WHOSE, 2),
        (&["list"], "/details/query", 1),
        (&["show", id], WHOSE, 2),
        (&["show", id], id, 1),
        (&plan, WHOSE, 2),
        (&plan, "/details/query", 1),
        (&test, "/details/query", 1),
        (&["doctor"], WHOSE, 1),
        (&["doctor"], "/subjects/me", 1),
    ];
    for (given_back, (arguments, path, nth)) in (1..).zip(cases) {
        let fault = json!({ "path": path, "nth": nth, "hold": true });
        place.served.order(&json!({ "fault": [fault] }));
        let command = place.begin(arguments, &[("UNSTICK_NO_BROWSER", "1")]);
        command.consent().await;
        place.served.wait_until_held(path);
        kill_process(Pid::from_child(&command.child), Signal::INT).unwrap();
        let ran = command.end();
        assert_eq!(ran.code, Some(130), "{arguments:?} {path} {nth}: {ran:#?}");
        assert_eq!(place.sign_outs(), given_back, "{arguments:?} {path} {nth}");
        let released = json!({ "clear": true, "release": true });
        place.served.order(&released);
    }
}
