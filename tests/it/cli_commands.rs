//! Commands without a screen, against a served sandbox: what they print, what they end, what the journal keeps.

use std::io::Read;

use serde_json::Value;

use crate::support::Home;
use crate::support::served::Served;

#[test]
fn plain_unstick_without_a_terminal_prints_the_list_and_says_how_to_open_the_console() {
    let home = Home::new();
    let ran = home.run(&["--sandbox=quiet"]).expect(0);
    assert!(ran.stdout.starts_with("SEV "), "{ran:#?}");
    assert_eq!(ran.stdout.lines().count(), 8, "{ran:#?}");
    assert!(ran.stderr.contains("opens the console"), "{ran:#?}");
}

#[test]
fn the_list_is_the_same_as_table_json_and_csv() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let rows = home.run(&["list", &flag, "--json"]).expect(0).json_lines();
    let ids: Vec<&str> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 7);
    assert_eq!(rows[0]["severity"], "stuck");
    let table = home.run(&["list", &flag]).expect(0);
    // Where no queue has it, the bot that holds it is where it is.
    let bot = table.stdout.lines().find(|line| line.contains("bot-loop"));
    assert!(bot.is_some_and(|line| line.contains("(bot) ")), "{bot:?}");
    let last_words: Vec<&str> = table
        .stdout
        .lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().last())
        .collect();
    assert_eq!(last_words, ids);
    let csv = home.run(&["list", &flag, "--csv"]).expect(0);
    let mut table = csv::Reader::from_reader(csv.stdout.as_bytes());
    let lines: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let first_cells: Vec<&str> = lines.iter().map(|line| &line[0]).collect();
    assert_eq!(first_cells, ids);
}

#[test]
fn what_is_unread_is_counted_and_matches_no_kind() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let asked = [
        "list",
        &served.flag(),
        "--read-for",
        "0s",
        "--filter",
        "kind:orphan",
    ];
    let ran = home.run(&asked).expect(0);
    assert_eq!(ran.stdout.lines().count(), 1, "{ran:#?}");
    assert!(ran.stderr.contains("7 of 7 unread"), "{ran:#?}");
    assert!(ran.stderr.contains("give --read-for more time"), "{ran:#?}");
}

#[test]
fn what_was_asked_for_and_could_not_be_read_is_said_with_the_reason_and_not_put_down_to_time() {
    let home = Home::new();
    let served = Served::start(&home, &["ghost"]);
    let ran = home.run(&["list", &served.flag()]).expect(0);
    assert!(ran.stderr.contains("5 of 5 unread"), "{ran:#?}");
    assert!(
        ran.stderr.contains("5 could not be read (404 not found)"),
        "{ran:#?}"
    );
    assert!(!ran.stderr.contains("--read-for"), "{ran:#?}");
}

#[test]
fn one_conversation_is_shown_with_its_legs_and_without_what_was_said() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let id = served.of_kind(&home, "orphan").remove(0);
    let shown = home
        .run(&["show", &flag, &id, "--json"])
        .expect(0)
        .json_lines();
    assert_eq!(shown[0]["kind"], "orphan");
    assert!(shown[0]["legs"].as_array().unwrap().len() >= 2);
    assert!(shown[0].get("transcript").is_none());
    let page = home.run(&["show", &flag, &id]).expect(0);
    assert!(
        page.stdout.contains("stuck, orphan: customer left"),
        "{page:#?}"
    );
    let said = home
        .run(&["show", &flag, &id, "--json", "--transcript"])
        .expect(0)
        .json_lines();
    assert!(!said[0]["transcript"].as_array().unwrap().is_empty());
}

#[test]
fn a_plan_made_by_one_command_is_carried_out_by_another_and_the_journal_agrees_with_the_truth() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let plan = home.run(&["plan", &flag, "--filter", "is:stuck"]).expect(0);
    assert!(plan.stderr.contains("phrase: sandbox 3"), "{plan:#?}");
    let planned = &plan.json_lines()[0];
    let mut asked: Vec<&str> = planned["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    asked.sort_unstable();
    assert!(served.changed_by_us(&home).is_empty());

    let file = home.write("plan.json", &plan.stdout);
    let ran = home
        .run(&[
            "terminate",
            &flag,
            "--plan",
            file.to_str().unwrap(),
            "--confirm",
            "sandbox 3",
            "--json",
            "--note",
            "ticket 4711",
        ])
        .expect(0);
    let facts = ran.json_lines();
    assert_eq!(facts[0]["event"], "opened");
    let summary = facts.last().unwrap();
    assert_eq!(summary["event"], "summary");
    assert_eq!(summary["counts"]["ended"], 3);
    assert_eq!(served.ended(&home), asked);

    let runs = home.run(&["runs", "--json"]).expect(0).json_lines();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0]["state"], "finished");
    assert_eq!(runs[0]["hash"], planned["hash"]);
    assert_eq!(runs[0]["note"], "ticket 4711");
    assert_eq!(runs[0]["operator"], "tester");
    let table = home.run(&["runs"]).expect(0).stdout;
    let row = table.lines().nth(1).unwrap();
    let created = runs[0]["created"].as_str().unwrap();
    assert!(row.contains(&format!(" {}Z ", &created[..19])), "{row}");
    assert!(row.chars().count() <= 80, "{row}");
    let shown = home
        .run(&["runs", "show", "1", "--json"])
        .expect(0)
        .json_lines();
    let items = shown[0]["items"].as_array().unwrap();
    assert!(items.iter().all(|item| item["settled"]["state"] == "ended"));
    let verified = home
        .run(&["runs", "verify", "1", "--json"])
        .expect(0)
        .json_lines();
    assert_eq!(verified[0]["faults"].as_array().unwrap().len(), 0);

    // What was told live is what the journal exports, line for line.
    let exported = home.run(&["runs", "export", "1"]).expect(0).json_lines();
    assert_eq!(exported, facts[..facts.len() - 1]);
    let csv = home.run(&["runs", "export", "1", "--csv"]).expect(0);
    assert_eq!(csv.stdout.lines().count(), 4, "{csv:#?}");
}

#[test]
fn ids_come_from_stdin_and_a_dry_run_changes_nothing() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let ids = served.of_kind(&home, "orphan").join("\n");
    let flag = served.flag();
    let mut child = home
        .command(&["terminate", &flag, "--ids", "-", "--dry-run", "--json"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), ids.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let ran = crate::support::Ran::of(&output).expect(0);
    let said = ran.json_lines();
    assert_eq!(said.len(), 1, "one object");
    assert_eq!(said[0]["plan"]["items"][0]["id"], ids.as_str());
    let checked = &said[0]["rehearsed"][0];
    assert_eq!(checked["id"], ids.as_str());
    assert_eq!(checked["verdict"], "goes");
    assert_eq!(checked["first"], "end agent leg");
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_dry_run_of_a_file_checks_each_chat_as_a_run_would() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let id = served.of_kind(&home, "orphan").remove(0);
    let plan = home.run(&["plan", &flag, "--ids", &id]).expect(0).stdout;
    let file = home.path("plan.json");
    std::fs::write(&file, plan).unwrap();
    let dry = [
        "terminate",
        &flag,
        "--plan",
        file.to_str().unwrap(),
        "--dry-run",
    ];
    let fits = home.run(&dry).expect(0);
    assert!(fits.stdout.contains("fits the plan"), "{fits:#?}");
    assert!(served.changed_by_us(&home).is_empty());
    home.run(&["terminate", &flag, "--ids", &id, "--confirm", "sandbox 1"])
        .expect(0);
    let changed = served.changed_by_us(&home);
    let over = home.run(&dry).expect(0);
    assert!(over.stdout.contains("ended-elsewhere: "), "{over:#?}");
    assert!(
        over.stderr.contains("nothing was sent but reads"),
        "{over:#?}"
    );
    let data = home.run(&[&dry[..], &["--json"]].concat()).expect(0);
    let checked = data.json_lines()[0]["rehearsed"][0].clone();
    assert_eq!(checked["id"], id.as_str());
    assert_eq!(checked["verdict"], "ends");
    assert_eq!(checked["state"], "ended-elsewhere");
    assert!(
        over.stdout.contains(checked["reason"].as_str().unwrap()),
        "{checked}"
    );
    assert_eq!(served.changed_by_us(&home), changed);
}

#[test]
fn what_a_service_refused_stands_beside_its_chat() {
    let home = Home::new();
    let faults =
        "[[fault]]\nstep = \"legs\"\ntimes = 1\nstatus = 403\ncode = \"missing.any.permissions\"\n";
    let faults = home.write("faults.toml", faults);
    let served = Served::start(&home, &["quiet", "--faults", faults.to_str().unwrap()]);
    let flag = served.flag();
    let id = served.of_kind(&home, "orphan").remove(0);
    home.run(&["terminate", &flag, "--ids", &id, "--confirm", "sandbox 1"])
        .expect(3);
    let shown = home.run(&["runs", "show", "1"]).expect(0);
    let row = shown.stdout.lines().find(|line| line.contains(&id));
    let row = row.unwrap_or_else(|| panic!("{shown:#?}"));
    assert!(row.contains("legs: 403 no permission"), "{row}");
    assert!(row.contains("a leg still open"), "{row}");
}

#[test]
fn one_live_conversation_is_ended_by_its_id_and_its_own_phrase_only() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let id = served.of_kind(&home, "live").remove(0);
    let phrase = format!("sandbox live {}", &id[..8]);
    let asked = ["terminate", &flag, "--ids", &id, "--confirm", &phrase];
    home.run(&asked).expect(5);
    let loose = [&asked[..5], &["sandbox 1", "--allow-live"]].concat();
    home.run(&loose).expect(5);
    assert!(served.changed_by_us(&home).is_empty());
    home.run(&[&asked[..], &["--allow-live"]].concat())
        .expect(0);
    assert!(!served.changed_by_us(&home).is_empty());
    assert_eq!(served.ended(&home), [id]);
}

#[test]
fn what_changed_after_the_plan_is_held_and_exit_is_1() {
    let home = Home::new();
    // Somebody writes when the run looks, after everything that the plan saw.
    let faults = "[[fault]]\nstep = \"read\"\nconversation = \"orphan\"\nnth = 3\ntimes = 1\nevent = \"agent-joins\"\n";
    let faults = home.write("faults.toml", faults);
    let served = Served::start(&home, &["quiet", "--faults", faults.to_str().unwrap()]);
    let flag = served.flag();
    let ids = served.of_kind(&home, "orphan");
    let plan = home.run(&["plan", &flag, "--ids", &ids[0]]).expect(0);
    let file = home.write("plan.json", &plan.stdout);
    let file = file.to_str().unwrap();
    // The third read is the run's check; the answer may still be from before, so read once more to be sure.
    home.run(&["show", &flag, &ids[0]]).expect(0);
    let ran = home
        .run(&[
            "terminate",
            &flag,
            "--plan",
            file,
            "--confirm",
            "sandbox 1",
            "--json",
        ])
        .expect(1);
    let summary = ran.json_lines().pop().unwrap();
    assert_eq!(summary["counts"]["held"], 1, "{ran:#?}");
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_reader_that_closes_the_pipe_ends_a_list_quietly() {
    let home = Home::new();
    let served = Served::start(&home, &["demo", "--chats", "60"]);
    let mut child = home.start(&["list", &served.flag(), "--json", "--read-for", "0s"]);
    drop(child.stdout.take());
    let status = child.wait().unwrap();
    let mut words = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut words)
        .unwrap();
    assert_eq!(status.code(), Some(0), "{words}");
    assert!(!words.contains("error"), "{words}");
    assert!(!words.contains("panicked"), "{words}");
}

#[test]
fn the_sandbox_prints_one_line_leaves_its_address_and_takes_it_away() {
    let home = Home::new();
    let mut served = Served::start(&home, &["quiet"]);
    let beacon = home.path("home/run/sandbox.json");
    let left: Value = serde_json::from_str(&std::fs::read_to_string(&beacon).unwrap()).unwrap();
    assert_eq!(left["url"], served.welcome["url"]);
    for key in [
        "url",
        "login_url",
        "org_id",
        "org_name",
        "client_id",
        "client_secret",
        "deployment_id",
        "ca_file",
    ] {
        assert!(served.welcome.get(key).is_some(), "{key}");
    }
    // Found without a word about where it is.
    let rows = home
        .run(&["list", "--sandbox", "--json"])
        .expect(0)
        .json_lines();
    assert_eq!(rows.len(), 7);
    let pid = rustix::process::Pid::from_child(&served.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
    assert!(!beacon.exists());
}

#[test]
fn scenarios_are_listed_with_a_line_each() {
    let home = Home::new();
    let names: Vec<Value> = home
        .run(&["sandbox", "scenarios", "--json"])
        .expect(0)
        .json_lines();
    for wanted in [
        "demo",
        "bad-flow",
        "course-5",
        "hundred-thousand",
        "orphan",
        "reopen",
    ] {
        assert!(names.iter().any(|one| one["name"] == wanted), "{wanted}");
    }
    let printed = home.run(&["sandbox", "scenarios"]).expect(0).stdout;
    assert_eq!(printed.lines().count(), names.len());
    for (line, one) in printed.lines().zip(&names) {
        assert!(line.starts_with(one["name"].as_str().unwrap()), "{line}");
        assert!(
            line.ends_with(one["description"].as_str().unwrap()),
            "{line}"
        );
        assert!(line.chars().count() <= 80, "wider than a terminal: {line}");
    }
}

#[test]
fn one_scenario_says_what_is_to_be_done_in_it() {
    let home = Home::new();
    let lesson = home
        .run(&["sandbox", "scenarios", "course-4"])
        .expect(0)
        .stdout;
    assert!(lesson.contains("an agent joins one"), "{lesson}");
    assert!(
        lesson.contains("open it: unstick --sandbox=course-4"),
        "{lesson}"
    );
    for (script, first) in [
        ("lesson-1", "unstick --sandbox=lesson-1"),
        ("lesson-4", "unstick sandbox serve lesson-4"),
        ("lesson-5", "unstick recipes check 5-patch-wrapper"),
    ] {
        let told = home.run(&["sandbox", "scenarios", script]).expect(0).stdout;
        assert!(
            told.ends_with(&format!("\nbegin with: {first}\n")),
            "{told}"
        );
        assert!(!told.contains("open it:"), "{told}");
    }
    let misspelt = home.run(&["sandbox", "scenarios", "corse-4"]).expect(2);
    assert!(misspelt.stderr.contains("course-4"), "{misspelt:#?}");
}

#[test]
fn the_read_before_the_phrase_forgets_nothing_that_the_list_said() {
    let home = Home::new();
    let served = Served::start(&home, &["demo"]);
    let asked = [
        "terminate",
        &served.flag(),
        "--filter",
        "is:stuck",
        "--confirm",
        "wrong",
    ];
    let ran = home.run(&asked).expect(5);
    // A customer who never took part is known from the list alone; without it that chat would be left out.
    assert!(ran.stderr.contains("9 planned, 0 skipped"), "{ran:#?}");
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_teardown_that_a_file_asks_for_needs_a_run_on_record_that_left_it_escalate() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let made = home
        .run(&["plan", &flag, "--filter", "kind:orphan"])
        .expect(0);
    let mut plan: unstick::domain::plan::Plan = serde_json::from_str(&made.stdout).unwrap();
    plan.rung = unstick::domain::step::Rung::Teardown;
    plan.hash = plan.computed_hash();
    let file = home.write("plan.json", &serde_json::to_string(&plan).unwrap());
    let file = file.to_str().unwrap();
    let phrase = plan.phrase();
    let ran = home
        .run(&["terminate", &flag, "--plan", file, "--confirm", &phrase])
        .expect(5);
    assert!(ran.stderr.contains("left it `escalate`"), "{ran:#?}");
    assert!(served.changed_by_us(&home).is_empty());
}
