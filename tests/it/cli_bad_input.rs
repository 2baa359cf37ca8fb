//! Everything that can be given wrongly: one clear message, what to do, the right exit code, and nothing sent.

use std::fs;
use std::io::{BufRead, BufReader};

use serde_json::Value;

use crate::support::served::Served;
use crate::support::{Home, Ran};

/// A profile of a configuration file that points at a sandbox.
fn profile(url: &str, client: &str, more: &str) -> String {
    format!(
        "[profiles.near]\napi_url = \"{url}\"\nlogin_url = \"{url}\"\nclient_id = \"{client}\"\nwrite = true\n{more}\n"
    )
}

/// Runs the binary with a profile of its own and this secret.
fn with_secret(home: &Home, secret: &str, arguments: &[&str]) -> Ran {
    let mut command = home.command(arguments);
    Ran::of(
        &command
            .env("UNSTICK_CLIENT_SECRET", secret)
            .output()
            .unwrap(),
    )
}

fn plan(home: &Home, served: &Served, filter: &str) -> Value {
    let ran = home.run(&["plan", &served.flag(), "--filter", filter]);
    ran.expect(0).json_lines().remove(0)
}

#[test]
fn an_unknown_flag_is_a_usage_error() {
    let home = Home::new();
    home.run(&["list", "--filtr", "is:stuck"])
        .refused(2, &["--filtr", "--filter"]);
}

#[test]
fn a_scenario_behind_a_blank_is_told_of_the_equals_sign() {
    let home = Home::new();
    let flags: [&[&str]; 4] = [
        &["list", "--sandbox", "kinds"],
        &["--sandbox", "kinds"],
        &["show", "--sandbox", "kinds", "3f2a9c41"],
        &["plan", "--sandbox", "mine.toml", "--filter", "is:stuck"],
    ];
    for words in flags {
        let at = words.iter().position(|word| *word == "--sandbox").unwrap();
        let tip = format!("tip: --sandbox={}", words[at + 1]);
        home.run(words).refused(2, &[&tip]);
    }
    for words in [["--sandbox", "lst"], ["--sandbox", "--filtr"]] {
        let ran = home.run(&words).expect(2);
        assert!(!ran.stderr.contains("--sandbox="), "{ran:#?}");
    }
}

#[test]
fn a_malformed_id_says_how_an_id_looks() {
    let home = Home::new();
    let words = [
        "`3f2a9c41` is not a conversation id",
        "36 characters",
        "`unstick list --filter id:3f2a9c41` finds the whole id",
    ];
    home.run(&["show", "--sandbox=quiet", "3f2a9c41"])
        .refused(2, &words);
    home.run(&["terminate", "--sandbox=quiet", "--ids", "3f2a9c41"])
        .refused(2, &words);
}

#[test]
fn a_filter_without_a_unit_says_the_mend_and_where() {
    let home = Home::new();
    home.run(&["list", "--sandbox=quiet", "--filter", "is:stuck idle>45"])
        .refused(2, &["idle needs a unit", "idle>45m", "^^"]);
}

#[test]
fn a_scenario_with_a_misspelt_key_names_file_line_and_the_nearest_key() {
    let home = Home::new();
    let file = home.write(
        "mine.toml",
        "description = \"mine\"\n\n[[chat]]\nkind = \"orphan\"\nquue = \"Billing\"\n",
    );
    let flag = format!("--sandbox={}", file.display());
    home.run(&["list", &flag])
        .refused(2, &["mine.toml:5", "quue", "did you mean `queue`"]);
    home.run(&["list", "--sandbox=demx"])
        .refused(2, &["demx", "did you mean `demo`"]);
}

#[test]
fn a_configuration_with_a_misspelt_key_names_file_line_and_the_nearest_key() {
    let home = Home::new();
    home.write(
        "home/config/config.toml",
        "[profiles.near]\nregion = \"eu-west-1\"\nclient_id = \"c\"\nwrte = true\n",
    );
    home.run(&["list"])
        .refused(2, &["config.toml:4:1", "wrte", "`write`"]);
}

#[test]
fn several_profiles_and_no_default_are_not_guessed_among() {
    let home = Home::new();
    let one = "region = \"eu-west-1\"\nclient_id = \"c\"\n";
    home.write(
        "home/config/config.toml",
        &format!("[profiles.a]\n{one}[profiles.b]\n{one}"),
    );
    home.run(&["list"]).refused(2, &["a, b", "--profile"]);
}

#[test]
fn an_unreachable_host_is_exit_4() {
    let home = Home::new();
    // A port that was free a moment ago, and that nobody serves now.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    home.write("home/config/config.toml", &profile(&url, "c", ""));
    with_secret(&home, "s", &["list"]).refused(4, &["unreachable", "hint: check the network"]);
    home.run(&["list", &format!("--sandbox={url}")])
        .refused(4, &["no sandbox answers", "hint: "]);
}

#[test]
fn a_wrong_secret_is_exit_3_and_is_not_printed() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let client = served.welcome["client_id"].as_str().unwrap();
    home.write("home/config/config.toml", &profile(&served.url, client, ""));
    let ran = with_secret(&home, "not-the-secret", &["list"])
        .refused(3, &["sign-in refused", "client id and secret"]);
    assert!(!ran.stderr.contains("not-the-secret"));
}

#[test]
fn a_plan_that_was_edited_after_its_hash_is_refused() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut plan = plan(&home, &served, "kind:orphan");
    plan["rung"] = "legs".into();
    let file = home.write("plan.json", &plan.to_string());
    let file = file.to_str().unwrap();
    home.run(&[
        "terminate",
        &served.flag(),
        "--plan",
        file,
        "--confirm",
        "sandbox 1",
    ])
    .refused(5, &["edited", "make a new plan"]);
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_file_that_is_no_plan_is_a_usage_error() {
    let home = Home::new();
    let file = home.write("plan.json", "{\"format\":\"something\"}");
    home.run(&[
        "terminate",
        "--sandbox=quiet",
        "--plan",
        file.to_str().unwrap(),
    ])
    .refused(2, &["not an unstick plan"]);
}

#[test]
fn a_plan_made_on_another_sandbox_is_refused() {
    let home = Home::new();
    let first = Served::start(&home, &["quiet"]);
    let plan = plan(&home, &first, "kind:orphan");
    let file = home.write("plan.json", &plan.to_string());
    let second = Served::start(&home, &["quiet"]);
    let file = file.to_str().unwrap();
    home.run(&[
        "terminate",
        &second.flag(),
        "--plan",
        file,
        "--confirm",
        "sandbox 1",
    ])
    .refused(5, &["the organisation", "Make a new plan here"]);
    assert!(first.changed_by_us(&home).is_empty());
    assert!(second.changed_by_us(&home).is_empty());
}

#[test]
fn a_damaged_journal_is_named_and_nothing_is_sent() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    home.write(
        "home/data/journal.db",
        "this is no database at all, not even a small one",
    );
    let flag = served.flag();
    let arguments = [
        "terminate",
        &flag,
        "--filter",
        "kind:orphan",
        "--confirm",
        "sandbox 1",
    ];
    let ran = home.run(&arguments).expect(2);
    assert!(ran.stderr.contains("journal.db"), "{ran:#?}");
    assert!(served.changed_by_us(&home).is_empty());
    home.run(&["runs"]).refused(2, &["journal.db"]);
}

#[test]
fn a_second_run_is_refused_while_another_process_holds_the_lock() {
    let home = Home::new();
    let faults = home.write("faults.toml", "[[fault]]\nstep = \"legs\"\nhold = true\n");
    let served = Served::start(&home, &["quiet", "--faults", faults.to_str().unwrap()]);
    let flag = served.flag();
    let mut first = home.start(&[
        "terminate",
        &flag,
        "--filter",
        "kind:orphan",
        "--confirm",
        "sandbox 1",
    ]);
    // Its first request is on the way, and held: the run is under way for as long as we like.
    let told = BufReader::new(first.stderr.take().unwrap());
    assert!(
        told.lines()
            .any(|line| line.is_ok_and(|line| line.contains("legs     PATCH")))
    );
    let second = home.run(&[
        "terminate",
        &flag,
        "--filter",
        "kind:bot-loop",
        "--confirm",
        "sandbox 1",
    ]);
    first.kill().unwrap();
    first.wait().unwrap();
    let second = second.expect(5);
    assert!(
        second.stderr.contains("another unstick holds the journal"),
        "{second:#?}"
    );
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn the_phrase_must_be_there_and_be_the_right_one() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let asked = ["terminate", &flag, "--filter", "kind:orphan"];
    let none = home.run(&asked).expect(2);
    assert!(none.stderr.contains("--confirm 'sandbox 1'"), "{none:#?}");
    let wrong = home
        .run(&[&asked[..], &["--confirm", "sandbox 2"]].concat())
        .expect(5);
    assert!(
        wrong.stderr.contains("`sandbox 1`, not `sandbox 2`"),
        "{wrong:#?}"
    );
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_note_is_asked_for_before_anything_is_sent() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let client = served.welcome["client_id"].as_str().unwrap();
    let secret = served.welcome["client_secret"].as_str().unwrap();
    let more = "[profiles.near.limits]\nrequire_note = true\n";
    home.write(
        "home/config/config.toml",
        &profile(&served.url, client, more),
    );
    let asked = [
        "terminate",
        "--filter",
        "kind:orphan",
        "--confirm",
        "near 1",
    ];
    with_secret(&home, secret, &asked).refused(2, &["needs a note", "--note"]);
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_read_only_profile_ends_nothing() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    home.run(&[
        "terminate",
        &flag,
        "--read-only",
        "--filter",
        "kind:orphan",
        "--confirm",
        "sandbox 1",
    ])
    .refused(5, &["read-only", "leave out --read-only"]);
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn what_matches_nothing_is_exit_6_for_a_plan_and_no_error_for_a_list() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    home.run(&["plan", &flag, "--filter", "kind:transfer"])
        .expect(6);
    let none = home.run(&["list", &flag, "--filter", "kind:transfer"]);
    assert!(none.expect(0).stderr.contains("nothing matched"));
    let word = home.run(&["list", &flag, "--filter", "stuck"]).expect(0);
    let meant = "nothing matched; did you mean is:stuck (";
    assert!(word.stderr.contains(meant), "{word:#?}");
    let unknown = "00000000-0000-4000-8000-000000000000";
    home.run(&["show", &flag, unknown])
        .refused(6, &["404", "check the id"]);
    home.run(&["runs", "show", "7"])
        .refused(6, &["there is no run 0007"]);
}

#[test]
fn a_running_sandbox_cannot_be_staged_anew() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    home.run(&["list", "--sandbox", "--chats", "40"])
        .refused(2, &["running already", "--sandbox=demo"]);
    home.run(&["list", &served.flag(), "--seed", "3"])
        .refused(2, &["running already"]);
}

#[test]
fn a_note_that_is_too_long_is_refused_whole() {
    let home = Home::new();
    let note = "x".repeat(201);
    home.run(&[
        "terminate",
        "--sandbox=quiet",
        "--filter",
        "kind:orphan",
        "--note",
        &note,
    ])
    .refused(2, &["longer than 200"]);
    assert!(fs::metadata(home.path("home/data/journal.db")).is_err());
}
