//! `sandbox guest`: what a guest types and sees, in a pipe and in a terminal, on a served sandbox.

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;
use rustix::process::Signal;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;
use uuid::Uuid;

/// Nobody dawdles.
const BRISK: &str = "description = \"brisk\"\n[life]\nbot_answers_ms = [5, 10]\nagent_answers_ms = [30, 40]\n\
    guest_waits_ms = [20, 40]\n[[deployment]]\nname = \"Support\"\ndisconnect = \"send\"\n\
    [[deployment]]\nname = \"Shop\"\ndisconnect = \"read-only\"\n";

fn served(home: &Home, more: &str) -> Served {
    let file = home.write("brisk.toml", &format!("{BRISK}{more}"));
    Served::start(home, &[file.to_str().unwrap()])
}

/// The longest wait for a line that must come.
const PATIENCE: Duration = Duration::from_secs(30);

/// A guest in a process of its own, with its lines in a pipe.
struct Piped {
    child: Child,
    lines: Receiver<String>,
}

impl Piped {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let all: Vec<&str> = ["sandbox", "guest"]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let mut child = home
            .command(&all)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (told, lines) = channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                let Ok(line) = line else { return };
                if told.send(line).is_err() {
                    return;
                }
            }
        });
        Self { child, lines }
    }

    fn write(&mut self, line: &str) {
        let stdin = self.child.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
    }

    /// Reads lines until one has these words.
    fn until(&self, words: &str) -> String {
        let mut seen = Vec::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("no `{words}` in {seen:#?}"));
            if line.contains(words) {
                return line;
            }
            seen.push(line);
        }
    }

    /// Closes its lines, and waits for it to go.
    fn ends(mut self) -> Option<i32> {
        drop(self.child.stdin.take());
        self.child.wait().unwrap().code()
    }
}

impl Drop for Piped {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn lines_of(served: &Served, path: &str) -> Vec<Value> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/sandbox/{path}", served.url);
    let text = client.get(url).send().await.unwrap().text().await.unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// Something happens to the conversation of a guest.
async fn order(served: &Served, guest: Uuid, event: &str) {
    let frames = lines_of(served, "frames").await;
    let mut theirs = frames.iter().filter(|line| line["session"] == json!(guest));
    let conversation = theirs
        .find_map(|line| line["conversation"].as_str())
        .unwrap();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let order = json!({ "event": event, "conversation": conversation });
    let url = format!("{}/sandbox/events", served.url);
    let answer = client.post(url).json(&order).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[test]
fn piped_lines_are_sent_answered_and_shown_and_the_guest_leaves() {
    let home = Home::new();
    let served = served(&home, "");
    let mut guest = Piped::start(&home, &[&served.url, "--wait", "30"]);
    guest.write("hello");
    assert_eq!(guest.until("you: "), "you: hello");
    assert!(guest.until("(bot): ").contains("Welcome!"));
    guest.until(" is typing ...");
    guest.until("Hello, how may I help?");
    guest.write("/echo");
    guest.until("* echo: ping");
    guest.write("/quit");
    assert_eq!(guest.ends(), Some(0));
}

#[test]
fn the_running_sandbox_is_found_and_answers_are_waited_for_as_long_as_was_asked() {
    let home = Home::new();
    let _served = served(&home, "");
    let mut guest = Piped::start(&home, &["--wait", "0"]);
    guest.write("hello");
    guest.until("you: hello");
    assert_eq!(guest.ends(), Some(0));
}

#[tokio::test]
async fn an_end_from_the_other_side_is_said_in_plain_words() {
    let home = Home::new();
    let served = served(&home, "");
    for (deployment, words, again) in [
        ("support", "(read-only: no)", "you: still there?"),
        (
            "SHOP",
            "(read-only: yes)",
            "* refused (409): Session is read-only",
        ),
    ] {
        let token = Uuid::new_v4();
        let text = token.to_string();
        let arguments = [
            &served.url,
            "--deployment",
            deployment,
            "--token",
            &text,
            "--wait",
            "0",
        ];
        let mut guest = Piped::start(&home, &arguments);
        guest.write("hello");
        guest.until("Hello, how may I help?");
        order(&served, token, "agent-leaves").await;
        let said = guest.until("the chat was ended by the other side");
        assert!(said.contains(words), "{said}");
        guest.write("still there?");
        guest.until(again);
        let refused = deployment == "SHOP";
        assert_eq!(guest.ends(), Some(if refused { 5 } else { 0 }));
        let mut back = Piped::start(&home, &arguments);
        back.until(if refused {
            "(read-only: yes)"
        } else {
            "(read-only: no)"
        });
        back.write("/new");
        back.until("connected as a new guest");
        back.write("another matter");
        back.until("you: another matter");
        assert_eq!(back.ends(), Some(0));
    }
}

#[test]
fn frames_are_shown_raw_where_they_are_asked_for() {
    let home = Home::new();
    let served = served(&home, "");
    let mut guest = Piped::start(
        &home,
        &[&served.url, "--frames", "--name", "Jane", "--wait", "0"],
    );
    let out = guest.until("> ");
    let frame: Value = serde_json::from_str(out.strip_prefix("> ").unwrap()).unwrap();
    assert_eq!(frame["action"], "configureSession");
    let answer = guest.until("< ");
    let frame: Value = serde_json::from_str(answer.strip_prefix("< ").unwrap()).unwrap();
    assert_eq!(frame["class"], "SessionResponse");
    guest.write("hello");
    assert!(guest.until("> ").contains(r#"{"name":"Jane"}"#));
    assert!(guest.until("< ").contains(r#""direction":"Inbound""#));
    guest.write("/clear");
    guest.until("SessionClearedEvent");
    guest.until("* told to close this connection");
    assert_eq!(guest.ends(), Some(0));

    // What was written to the guest's socket is on record, frame by frame.
    let truth = home.run(&["sandbox", "truth", "--frames", &served.url]);
    let lines = truth.expect(0).json_lines();
    let token = lines[0]["session"].clone();
    let theirs = lines.iter().filter(|line| line["session"] == token);
    let classes: Vec<&str> = theirs
        .map(|line| line["frame"]["class"].as_str().unwrap())
        .collect();
    assert_eq!(classes.first(), Some(&"SessionResponse"));
    assert_eq!(classes.last(), Some(&"ConnectionClosedEvent"));
    assert!(classes.contains(&"SessionClearedEvent"), "{classes:?}");
}

#[test]
fn nothing_that_an_agent_is_called_reaches_the_terminal_raw() {
    let home = Home::new();
    let chat = "[[chat]]\nkind = \"live\"\nagent = \"An\\u001b[2J\\u202e\\u009bna\"\n";
    let served = served(&home, chat);
    let staged = tokio::runtime::Runtime::new().unwrap();
    let staged = staged.block_on(lines_of(&served, "staged"));
    let token = staged[0]["guest"].as_str().unwrap();
    let mut guest = Piped::start(
        &home,
        &[&served.url, "--token", token, "--frames", "--wait", "0"],
    );
    guest.until("taken up where it was left");
    guest.write("hello");
    guest.until("you: hello");
    let mut said = guest.until("< ");
    said.push_str(&guest.until(": "));
    assert!(said.contains("An"), "{said}");
    assert!(
        !said.chars().any(|c| c.is_control() || c == '\u{202e}'),
        "{said:?}"
    );
    assert_eq!(guest.ends(), Some(0));
}

#[test]
fn what_is_not_there_is_refused_with_what_is() {
    let home = Home::new();
    let nobody = ["sandbox", "guest"];
    home.run(&nobody)
        .refused(4, &["no sandbox is running", "hint: "]);
    let gone = ["sandbox", "guest", "http://127.0.0.1:9"];
    home.run(&gone)
        .refused(4, &["no sandbox answers", "hint: "]);
    let served = served(&home, "");
    let unknown = [
        "sandbox",
        "guest",
        &served.url,
        "--deployment",
        "\u{1b}[2Jx",
    ];
    let ran = home
        .run(&unknown)
        .refused(2, &["no deployment", "`Support`, `Shop`"]);
    assert!(!ran.stderr.contains('\u{1b}'), "{ran:#?}");
    let token = ["sandbox", "guest", &served.url, "--token", "mine"];
    assert_eq!(home.run(&token).code, Some(2));
}

#[test]
fn a_sandbox_that_goes_away_ends_the_guest_with_the_reason() {
    let home = Home::new();
    let served = served(&home, "");
    let mut guest = Piped::start(&home, &[&served.url]);
    guest.write("hello");
    guest.until("you: hello");
    drop(served);
    let status = guest.child.wait().unwrap();
    assert_eq!(status.code(), Some(4));
}

#[test]
fn in_a_terminal_a_guest_types_sees_answers_and_leaves_with_ctrl_c() {
    let home = Home::new();
    let served = served(&home, "");
    let mut pty = Pty::unstick(&["sandbox", "guest", &served.url], &home);
    pty.wait_for_text("connected as a new guest");
    pty.keys("hello\r");
    pty.wait_for_text("Hello, how may I help?");
    let typed = pty.text();
    assert_eq!(
        typed.matches("hello").count(),
        1,
        "not shown twice:\n{typed}"
    );
    pty.keys("/help\r");
    pty.wait_for_text("/resume");
    pty.signal(Signal::INT);
    let status = pty.ended();
    assert!(status.success(), "{status:?}");
    pty.is_as_found();
    assert!(pty.text().contains("--token"), "{}", pty.text());
}

#[test]
fn a_sandbox_that_speaks_tls_is_joined_over_tls() {
    let home = Home::new();
    let file = home.write("brisk.toml", BRISK);
    let served = Served::start(&home, &[file.to_str().unwrap(), "--tls"]);
    assert!(served.url.starts_with("https://"));
    let mut guest = Piped::start(&home, &["--wait", "0"]);
    guest.write("hello");
    guest.until("Hello, how may I help?");
    assert_eq!(guest.ends(), Some(0));
    // Elsewhere nobody knows whom to trust.
    let stranger = Home::new();
    let asked = ["sandbox", "guest", &served.url];
    stranger.run(&asked).refused(4, &["certificate authority"]);
}
