//! `recipes compare`: the real program runs every recipe on sandboxes of its own, and the table that comes of it is the one that is to be
//! expected from the forum's threads, row by row. What is really so is the sandbox's own word.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{Home, Ran};

/// How the chat whose guest can be told stands afterwards: over? who is left, was its guest told, wrap-up.
type Stands = (bool, &'static str, Option<bool>, &'static str);

/// Nothing was done to it.
const UNTOUCHED: Stands = (false, "customer agent", None, "none");

/// A recipe, the requests by which it meant to change something, the first that was refused, what its run said, and what is so.
type Row = (
    &'static str,
    u64,
    Option<(u16, &'static str)>,
    &'static str,
    Stands,
);

/// The traps as the threads tell of them: `assets/scenarios/forum.toml`.
const EXPECTED: [Row; 14] = [
    // Published: the agent's leg, the guest's, and the code for what the agent owes. The end of the agent's leg tells the guest.
    (
        "standard",
        3,
        None,
        "ended",
        (true, "", Some(true), "recorded"),
    ),
    // Thread 1 only asks whether there is such an endpoint. There is none.
    (
        "1-post-close",
        1,
        Some((404, "not.found")),
        "held",
        UNTOUCHED,
    ),
    // DELETE: 409 while active. PATCH and PUT are taken and end everybody but the guest; the code settles what the agent owes. The guest
    // reads that the agent left the chat, and is still in it: the trap of the thread.
    (
        "1-put-closed",
        3,
        Some((409, "conflict")),
        "escalate",
        (false, "customer", Some(true), "recorded"),
    ),
    // Thread 2 claims that it closes everything, as the published teardown does, and in its dialect it does so.
    (
        "2-post-empty",
        1,
        None,
        "ended",
        (true, "", Some(true), "recorded"),
    ),
    // "It often fails if the client-side websocket is still holding the session open": it is, all three times.
    (
        "3-messaging-close",
        3,
        Some((409, "conflict")),
        "unresolved",
        UNTOUCHED,
    ),
    // 400 "because the conversation is still active on the client side": all three times.
    (
        "3-patch-status",
        3,
        Some((400, "bad.request")),
        "unresolved",
        UNTOUCHED,
    ),
    // Everybody is out; a routing status knows of no wrap-up, so the agent is not free.
    (
        "3-routing-status",
        1,
        None,
        "wrap-up-owed",
        (false, "", Some(true), "owed"),
    ),
    // The guest's part, and then DELETE, which is taken now and takes the agent with it: no code, so wrap-up is owed.
    (
        "4-end-participant",
        2,
        None,
        "wrap-up-owed",
        (false, "", Some(true), "owed"),
    ),
    // 200 and nothing changes; DELETE answers 409. An accepted request is no ended conversation.
    (
        "4-patch-200",
        2,
        Some((409, "conflict")),
        "escalate",
        UNTOUCHED,
    ),
    // The guest alone: it sees the end, and the agent sits in a chat with nobody.
    (
        "5-disposition",
        1,
        None,
        "escalate",
        (false, "agent", Some(true), "none"),
    ),
    // The right order with made-up calls: both are out, and nobody settles what the agent owes.
    (
        "5-participant-then-wrapper",
        2,
        None,
        "wrap-up-owed",
        (false, "", Some(true), "owed"),
    ),
    // As the disposition: the agent's leg stays open.
    (
        "5-patch-participant",
        1,
        None,
        "escalate",
        (false, "agent", Some(true), "none"),
    ),
    // "The guest widget remains active": its wrapper is closed around it.
    (
        "5-patch-wrapper",
        1,
        None,
        "escalate",
        (false, "customer", Some(true), "owed"),
    ),
    // Whoever opens a socket of the deployment may say what it likes: the guests' protocol knows no such event.
    (
        "5-socket-event",
        1,
        Some((400, "Request failed.")),
        "held",
        UNTOUCHED,
    ),
];

/// Compares in folders of its own, and leaves nothing there.
fn compared(home: &Home, more: &[&str]) -> Vec<Value> {
    let ran = compare(home, &[&["--json"], more].concat());
    let lines = ran.expect(0).json_lines();
    left_nothing(home);
    lines
}

fn compare(home: &Home, more: &[&str]) -> Ran {
    let arguments = [&["recipes", "compare"], more].concat();
    let mut command = home.command(&arguments);
    command.env("TMPDIR", temporary(home));
    Ran::of(&command.output().unwrap())
}

/// A temporary folder for this program alone.
fn temporary(home: &Home) -> PathBuf {
    let folder = home.path("tmp");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Neither a journal nor anything else of the person's was made, and the temporary folder is empty.
fn left_nothing(home: &Home) {
    assert_eq!(std::fs::read_dir(home.path("tmp")).unwrap().count(), 0);
    for folder in ["data", "state", "run", "cache"] {
        let folder = home.path("home").join(folder);
        assert!(!folder.exists(), "{} was made", folder.display());
    }
}

/// The same words for what came and for what is expected.
fn is_as_expected(lines: &[Value], expected: &[Row]) {
    let names: Vec<&str> = lines
        .iter()
        .map(|line| line["recipe"].as_str().unwrap())
        .collect();
    let wanted: Vec<&str> = expected.iter().map(|row| row.0).collect();
    assert_eq!(names, wanted);
    for (line, (name, sends, refused, said, stands)) in lines.iter().zip(expected) {
        let (ended, left, told, wrap_up) = *stands;
        let left: Vec<&str> = left.split_whitespace().collect();
        let chat = |told: Option<bool>| json!({ "ended": ended, "left": left, "guest_told": told, "wrap_up": wrap_up });
        let came = json!({
            "sends": line["sends"], "first_refusal": line["first_refusal"], "said": line["said"],
            "proved": line["proved"], "told": line["told"], "untold": line["untold"], "differs": line["differs"],
        });
        let wanted = json!({
            "sends": sends,
            "first_refusal": refused.map(|(status, code)| json!({ "status": status, "code": code })),
            "said": said,
            "proved": *said == "ended",
            "told": chat(told),
            // The same chat, whose deployment never tells its guest.
            "untold": chat(told.map(|_| false)),
            "differs": [],
        });
        assert_eq!(came, wanted, "{name}: {line:#}");
        // Nothing is sent without a read before it, and nothing is said without one after it.
        let requests = line["requests"].as_u64().unwrap();
        assert!((sends + 1..=sends * 2 + 14).contains(&requests), "{line:#}");
    }
}

/// The built-in scenario with these switches in place of its own, as a file.
fn with_switches(home: &Home, switches: &[(&str, &str)]) -> String {
    let mut text = std::fs::read_to_string("assets/scenarios/forum.toml").unwrap();
    for (switch, value) in switches {
        let begins = format!("{switch} = ");
        assert_eq!(
            text.lines()
                .filter(|line| line.starts_with(&begins))
                .count(),
            1
        );
        let lines = text.lines().map(|line| {
            if line.starts_with(&begins) {
                format!("{begins}{value}")
            } else {
                line.to_owned()
            }
        });
        text = lines.collect::<Vec<_>>().join("\n");
    }
    home.write("switched.toml", &text).display().to_string()
}

fn compared_with(switches: &[(&str, &str)], expected: &[Row]) {
    let home = Home::new();
    let file = with_switches(&home, switches);
    let names: Vec<&str> = expected.iter().map(|row| row.0).collect();
    let lines = compared(&home, &["--scenario", &file, "--only", &names.join(",")]);
    is_as_expected(&lines, expected);
}

#[test]
fn every_recipe_does_what_its_thread_lets_expect_and_its_run_says_no_more_than_is_so() {
    let home = Home::new();
    is_as_expected(&compared(&home, &[]), &EXPECTED);
}

#[test]
fn a_record_that_is_gone_is_never_called_an_end() {
    // DELETE is taken while the guest is there, and the conversation is forgotten: reads say 404, and whoever was up stays up.
    compared_with(
        &[("delete", "\"accepted\""), ("deleted", "\"forgotten\"")],
        &[
            ("1-put-closed", 1, None, "held", UNTOUCHED),
            // Its first step closed the guest's part.
            (
                "4-end-participant",
                2,
                None,
                "held",
                (false, "agent", Some(true), "none"),
            ),
            ("4-patch-200", 2, None, "held", UNTOUCHED),
        ],
    );
}

#[test]
fn a_guest_who_is_back_is_never_ended_by_what_was_planned_for_another_leg() {
    // The guest's new leg is none of the plan's: nothing more is sent. It was told of the end of its old one, and came back all the same.
    compared_with(
        &[("guest_returns", "true")],
        &[
            (
                "standard",
                3,
                None,
                "ended",
                (true, "", Some(true), "recorded"),
            ),
            (
                "4-end-participant",
                1,
                None,
                "held",
                (false, "customer agent", Some(true), "none"),
            ),
            (
                "5-participant-then-wrapper",
                1,
                None,
                "held",
                (false, "customer agent", Some(true), "none"),
            ),
            (
                "5-patch-participant",
                1,
                None,
                "held",
                (false, "customer agent", Some(true), "none"),
            ),
            (
                "5-patch-wrapper",
                1,
                None,
                "held",
                (false, "customer", Some(true), "owed"),
            ),
        ],
    );
}

#[test]
fn traps_that_are_off_let_their_recipes_end_the_chat_and_traps_that_are_on_stop_others() {
    let owed = || (false, "", Some(true), "owed");
    compared_with(
        &[
            ("close", "\"everybody\""),
            ("closed", "\"everybody\""),
            ("empty_post", "\"wrapper\""),
            ("messaging_close", "\"accepted\""),
            ("status_patch", "\"accepted\""),
            ("state_patch", "\"ends\""),
            ("routing_status", "\"nothing\""),
            ("without_grants", "[\"conversation:webchat:write\"]"),
        ],
        &[
            ("1-post-close", 1, None, "wrap-up-owed", owed()),
            // Still 409 for DELETE; the PATCH ends everybody with its code, and the PUT is not needed.
            (
                "1-put-closed",
                2,
                Some((409, "conflict")),
                "ended",
                (true, "", Some(true), "recorded"),
            ),
            (
                "2-post-empty",
                1,
                None,
                "escalate",
                (false, "customer", Some(true), "owed"),
            ),
            ("3-messaging-close", 1, None, "wrap-up-owed", owed()),
            ("3-patch-status", 1, None, "wrap-up-owed", owed()),
            // The routing status is an agent's: 200, and nothing ends.
            ("3-routing-status", 1, None, "escalate", UNTOUCHED),
            ("4-patch-200", 1, None, "wrap-up-owed", owed()),
            // 403: the run stops; what it sent was refused, so the chat is as it was.
            (
                "5-patch-participant",
                1,
                Some((403, "missing.any.permissions")),
                "held",
                UNTOUCHED,
            ),
        ],
    );
}

#[test]
fn a_table_has_80_columns_and_ends_with_what_it_teaches() {
    let home = Home::new();
    let ran = compare(&home, &["--only", "standard,5-patch-wrapper"]).expect(0);
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert!(
        lines.iter().all(|line| line.chars().count() <= 80),
        "{ran:#?}"
    );
    assert!(lines[0].starts_with("RECIPE "), "{ran:#?}");
    assert!(lines[1].starts_with("standard "), "{ran:#?}");
    assert!(lines[2].starts_with("5-patch-wrapper "), "{ran:#?}");
    let taught = lines[3..].join(" ");
    assert!(
        taught.contains("1 of 2 ended the chat and proved it: standard; 1 left somebody in it."),
        "{ran:#?}"
    );
    assert!(ran.stderr.contains("2 of 2"), "{ran:#?}");
}

#[test]
fn an_interrupted_comparison_leaves_nothing_behind() {
    let home = Home::new();
    let mut command = home.command(&["recipes", "compare"]);
    command.env("TMPDIR", temporary(&home));
    command.stdout(std::process::Stdio::null());
    command.stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    // Some have ended then, others are in the middle.
    while !line.contains("3 of 14") {
        line.clear();
        assert!(told.read_line(&mut line).unwrap() > 0, "it ended");
    }
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut told, &mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{rest}");
    left_nothing(&home);
}

#[test]
fn what_cannot_be_compared_is_said_with_what_to_do() {
    let home = Home::new();
    temporary(&home);
    compare(&home, &["--only", "6-magic"]).refused(6, &["there is no recipe `6-magic`"]);
    compare(&home, &["--scenario", "nowhere.toml"]).refused(2, &["nowhere.toml"]);
    compare(&home, &["--chats", "5"]).refused(2, &["--chats"]);
    // The platform's own dialect knows nothing of them, and one chat's labels are wanted.
    let platform = compare(&home, &["--scenario", "kinds", "--only", "standard"]).expect(2);
    assert!(platform.stderr.contains("labelled `told`"), "{platform:#?}");
    // One of one's own that insists on another host is not run, and the others are.
    let own = std::fs::read_to_string("assets/recipes/1-post-close.toml").unwrap();
    home.write(
        "home/config/recipes/elsewhere.toml",
        &format!("host = \"api.mypurecloud.com\"\n{own}"),
    );
    let ran = compare(&home, &["--only", "elsewhere,1-post-close", "--json"]).expect(5);
    assert_eq!(ran.json_lines().len(), 1, "{ran:#?}");
    assert!(ran.stderr.contains("not compared: elsewhere"), "{ran:#?}");
    left_nothing(&home);
}
