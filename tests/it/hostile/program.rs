//! F41 on the real binary: an organisation in which every name, message and error is hostile; arguments, files, the environment and a
//! journal that are. Whatever is asked for, in a pipe or in a terminal, only our own bytes come out.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use serde_json::Value;
use unstick::domain::text::cells;

use super::oracle::{Licence, expect_clean};
use super::payloads;
use crate::support::pty::Pty;
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// A text as TOML has it in a file.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            character if character.is_control() => {
                let _ = write!(out, "\\u{:04X}", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out.push('"');
    out
}

fn raw_payloads() -> Vec<String> {
    let all = payloads().into_iter().map(|payload| payload.raw());
    all.filter(|raw| !raw.trim().is_empty()).collect()
}

/// Every payload as a customer, an agent or a queue, and a few of them as what is written.
pub(super) fn hostile_scenario() -> String {
    let all = raw_payloads();
    let third = all.len().div_ceil(3);
    let mut text = format!(
        "description = \"hostile\"\norganization = {}\n",
        quoted(&all[27])
    );
    for (index, chunk) in all[..third].iter().enumerate() {
        let of = |part: usize| quoted(&all[(index + part * third) % all.len()]);
        let _ = write!(
            text,
            "[[chat]]\nkind = \"orphan\"\nlabel = \"c{index}\"\ncustomer = {}\nagent = {}\nqueue = {}\n",
            quoted(chunk),
            of(1),
            of(2)
        );
    }
    for (index, written) in all.iter().step_by(40).enumerate() {
        let _ = write!(
            text,
            "[[event]]\nevent = \"agent-writes\"\nconversation = \"c{index}\"\nafter_ms = 0\ntext = {}\n",
            quoted(written)
        );
    }
    text
}

/// Names, words and reasons that a server may refuse with.
fn hostile_refusal(step: &str, status: u16, text: &str) -> String {
    let body = serde_json::json!({ "message": text, "code": text, "contextId": text, "status": status, "messageParams": { "permissions": text } });
    format!(
        "[[fault]]\nstep = \"{step}\"\nstatus = {status}\ntimes = 0\ncontent_type = \"application/json\"\nbody = {}\n",
        quoted(&body.to_string())
    )
}

pub(super) fn served(home: &Home, text: &str) -> Served {
    let file = home.write("hostile.toml", text);
    Served::start(home, &[file.to_str().unwrap()])
}

/// Both outputs are lines of ours.
#[track_caller]
fn clean(ran: Ran, what: &str) -> Ran {
    expect_clean(ran.stdout.as_bytes(), Licence::Lines, what);
    expect_clean(ran.stderr.as_bytes(), Licence::Lines, what);
    ran
}

/// The log is lines of JSON of ours.
fn expect_clean_log(home: &Home) {
    let log = fs::read(home.path("home/state/unstick.log")).unwrap();
    expect_clean(&log, Licence::Lines, "the log");
    for line in String::from_utf8(log).unwrap().lines() {
        let event: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(event["level"].is_string(), "{line}");
    }
}

#[test]
fn f41_no_command_prints_a_byte_that_somebody_else_sent_raw() {
    let home = Home::new();
    let served = served(&home, &hostile_scenario());
    let flag = served.flag();
    let run = |arguments: &[&str]| {
        let mut all = arguments.to_vec();
        all.extend(["--log-level", "trace"]);
        clean(home.run(&all), &arguments.join(" "))
    };
    let count = raw_payloads().len().div_ceil(3);
    let listed = run(&["list", &flag, "--json", "--read-for", "60s"])
        .expect(0)
        .json_lines();
    assert_eq!(listed.len(), count);
    let table = run(&["list", &flag, "--read-for", "60s"]).expect(0).stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), count + 1);
    let before_the_id = cells(lines[0]) - 2;
    for line in &lines[1..] {
        let (before, id) = line.split_at(line.len() - 36);
        assert!(id.parse::<uuid::Uuid>().is_ok(), "{line}");
        assert_eq!(cells(before), before_the_id, "{line}");
    }
    let sheet = run(&["list", &flag, "--csv", "--read-for", "60s"])
        .expect(0)
        .stdout;
    let mut reader = csv::Reader::from_reader(sheet.as_bytes());
    let mut rows = 0;
    for record in reader.records() {
        let record = record.unwrap();
        rows += 1;
        assert_eq!(record.len(), 22, "{record:?}");
        for cell in &record {
            assert!(
                !cell.trim_start().starts_with(['=', '+', '-', '@', '＝']),
                "{cell:?}"
            );
        }
    }
    assert_eq!(rows, count);
    let ids: Vec<String> = listed
        .iter()
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    for id in ids.iter().take(4) {
        run(&["show", &flag, id]).expect(0);
        run(&["show", &flag, id, "--transcript"]).expect(0);
        run(&["show", &flag, id, "--transcript", "--json"])
            .expect(0)
            .json_lines();
    }
    run(&["plan", &flag, "--ids", &ids[0]]).expect(0);
    run(&["terminate", &flag, "--ids", &ids[0], "--dry-run"]).expect(0);
    run(&[
        "terminate",
        &flag,
        "--ids",
        &ids[0],
        "--confirm",
        "sandbox 1",
        "--note",
        "a\u{1b}]52;c;eA==\u{7}\u{202e}b\r\nc",
    ])
    .expect(0);
    run(&[
        "terminate",
        &flag,
        "--ids",
        &ids[1],
        "--confirm",
        "sandbox 1",
        "--json",
    ])
    .expect(0);
    for command in [
        &["runs"][..],
        &["runs", "--json"],
        &["runs", "show", "1"],
        &["runs", "show", "1", "--json"],
        &["runs", "export", "1"],
        &["runs", "export", "1", "--csv"],
        &["sandbox", "truth", &served.url],
    ] {
        run(command).expect(0);
    }
    expect_clean_log(&home);
}

#[test]
fn f41_no_refusal_of_a_server_reaches_a_terminal_or_the_log_raw() {
    let payloads = payloads();
    let wanted = [
        "osc-clipboard",
        "c1-osc-title",
        "csi-clear-screen",
        "bidi-unbalanced",
        "tags-hidden-words",
        "zalgo-30",
        "log-forged-line",
        "noncharacter-fffe",
        "json-break",
    ];
    let said: String = payloads
        .iter()
        .filter(|payload| wanted.contains(&payload.name.as_str()))
        .map(super::Payload::raw)
        .collect();
    assert!(said.len() > 100, "{said:?}");
    for (step, status) in [
        ("list", 403),
        ("list", 400),
        ("list", 500),
        ("read", 403),
        ("token", 400),
        ("legs", 400),
    ] {
        let home = Home::new();
        let served = served(
            &home,
            &format!(
                "description = \"x\"\n[[chat]]\nkind = \"orphan\"\nlabel = \"c\"\n{}",
                hostile_refusal(step, status, &said)
            ),
        );
        let flag = served.flag();
        let id = served
            .truth(&home)
            .iter()
            .find_map(|change| change["conversation"].as_str().map(str::to_owned));
        let id = id.unwrap_or_else(|| "3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20".to_owned());
        for command in [
            &["list", &flag][..],
            &["list", &flag, "--json"],
            &["show", &flag, &id],
            &[
                "terminate",
                &flag,
                "--filter",
                "kind:orphan",
                "--confirm",
                "sandbox 1",
            ],
            &[
                "terminate",
                &flag,
                "--filter",
                "kind:orphan",
                "--confirm",
                "sandbox 1",
                "--json",
            ],
            &["runs", "show", "1"],
            &["runs", "export", "1"],
            &["runs", "export", "1", "--csv"],
        ] {
            let mut all = command.to_vec();
            all.extend(["--log-level", "trace"]);
            clean(
                home.run(&all),
                &format!("{command:?} after {status} on {step}"),
            );
        }
        expect_clean_log(&home);
    }
}

#[test]
fn f41_arguments_files_and_the_environment_are_repeated_harmlessly() {
    let home = Home::new();
    let evil = "x\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}2J\u{202e}\u{200b}\u{e0041}\u{7f}\r\n=1";
    let plan = home.write(
        "plan.json",
        &serde_json::json!({ "format": evil, "items": evil }).to_string(),
    );
    let config = home.write(
        "evil.toml",
        &format!("[profiles.{}]\nregion = {}\n", quoted(evil), quoted(evil)),
    );
    let unknown = home.write("unknown.toml", &format!("{} = 1\n", quoted(evil)));
    let scenario = home.write("scenario.toml", &format!("{} = 1\n", quoted(evil)));
    let ids = home.write("ids.txt", evil);
    let named = home.write(&format!("{}.toml", evil.replace('/', "")), "nonsense = [");
    let path = |path: &std::path::Path| path.display().to_string();
    let (plan, config, unknown, scenario, ids, named) = (
        path(&plan),
        path(&config),
        path(&unknown),
        path(&scenario),
        path(&ids),
        path(&named),
    );
    let in_scenario = format!("--sandbox={scenario}");
    let as_scenario = format!("--sandbox={evil}");
    let flag = format!("--{evil}");
    let commands: [&[&str]; 16] = [
        &[evil],
        &["list", &flag],
        &["list", "--filter", evil, "--sandbox=quiet"],
        &["list", "--profile", evil],
        &["list", "--config", &config],
        &["list", "--config", &unknown],
        &["list", "--config", &named],
        &["list", "--config", evil],
        &["list", &in_scenario],
        &["list", &as_scenario],
        &["list", "--log-level", evil],
        &["show", evil, "--sandbox=quiet"],
        &["terminate", "--plan", &plan, "--sandbox=quiet"],
        &["plan", "--ids", &ids, "--sandbox=quiet"],
        &[
            "plan",
            "--filter",
            "is:stuck",
            "--sandbox=quiet",
            "--wrap-up",
            evil,
        ],
        &["runs", "show", evil],
    ];
    for command in commands {
        let ran = clean(home.run(command), &format!("{command:?}"));
        assert_ne!(ran.code, Some(0), "{command:?}: {ran:?}");
        assert!(!ran.stderr.is_empty(), "{command:?}");
    }
    let mut command = home.command(&[
        "terminate",
        "--sandbox=quiet",
        "--filter",
        "kind:orphan",
        "--confirm",
        "sandbox 1",
    ]);
    command
        .env("USER", evil.replace('\0', ""))
        .env("UNSTICK_PROFILE", evil);
    clean(Ran::of(&command.output().unwrap()), "the environment");
    let runs = clean(home.run(&["runs", "--json"]), "runs");
    assert!(
        !runs.stdout.contains("\\u001b"),
        "the operator's name was kept as it came: {}",
        runs.stdout
    );
}

/// Writes a payload over a harmless note in every text of the journal, past its triggers.
fn tamper(home: &Home, from: &str, to: &str) -> usize {
    let journal = rusqlite::Connection::open(home.path("home/data/journal.db")).unwrap();
    let names = |sql: &str| -> Vec<String> {
        let mut rows = journal.prepare(sql).unwrap();
        let names = rows.query_map([], |row| row.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    for trigger in names("SELECT name FROM sqlite_master WHERE type='trigger'") {
        journal
            .execute_batch(&format!("DROP TRIGGER {trigger}"))
            .unwrap();
    }
    let mut changed = 0;
    for table in
        names("SELECT name FROM sqlite_master WHERE type='table' AND name NOT LIKE 'sqlite%'")
    {
        for column in names(&format!("SELECT name FROM pragma_table_info('{table}')")) {
            let sql = format!(
                "UPDATE {table} SET {column}=replace({column}, ?1, ?2) WHERE typeof({column})='text' AND instr({column}, ?1)"
            );
            changed += journal.execute(&sql, [from, to]).unwrap_or(0);
        }
    }
    changed
}

#[test]
fn f41_a_journal_that_somebody_wrote_into_reaches_no_terminal_raw() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let ended = [
        "terminate",
        &flag,
        "--filter",
        "kind:orphan",
        "--confirm",
        "sandbox 1",
        "--note",
        "harmless note",
    ];
    home.run(&ended).expect(0);
    // In JSON a control is an escape, the rest is as it is.
    let evil = "\\u001b[2J\\u001b]52;c;eA==\\u0007\\u009b2J\u{9b}2J\u{202e}\u{200b}\u{e0041}\u{7f}\\r\\n=1";
    assert!(tamper(&home, "harmless note", evil) > 0);
    for command in [
        &["runs"][..],
        &["runs", "--json"],
        &["runs", "show", "1"],
        &["runs", "show", "1", "--json"],
        &["runs", "export", "1"],
        &["runs", "export", "1", "--csv"],
        &["runs", "verify"],
    ] {
        let ran = clean(home.run(command), &command.join(" "));
        if command.contains(&"--json") {
            assert!(
                ran.stdout.contains("\\u202e"),
                "the JSON lost something: {ran:?}"
            );
        }
    }
    let mut pty = Pty::unstick(&[&flag], &home);
    pty.wait_for_text("↵ inspect");
    pty.keys("H");
    pty.wait_for_text("0001");
    pty.wait_for_text("[2J");
    pty.keys("\r");
    // Words of the report alone: the page before it names it in its hints.
    pty.wait_for_text("GUESTS");
    // Each page itself is waited for: an Esc and a key that arrive together are that key with Alt.
    pty.keys("\x1b");
    pty.wait_for_text("1 run kept");
    pty.keys("\x1b");
    pty.wait_for_text("[1 All");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    expect_clean(&pty.raw, Licence::Console, "the console");
}

#[test]
fn f41_the_console_in_a_terminal_writes_only_its_own_bytes() {
    let home = Home::new();
    let served = served(&home, &hostile_scenario());
    let mut pty = Pty::unstick(&[&served.flag()], &home);
    let count = raw_payloads().len().div_ceil(3);
    pty.wait_for_text(&format!("{count} stuck"));
    for key in [
        "\x1b[6~", "\x1b[6~", "\x1b[6~", "\x1b[6~", "\x1b[6~", "\x1b[6~", "\x1b[6~", "\x1b[6~",
        "\x1b[F", "\x1b[H",
    ] {
        pty.keys(key);
    }
    for _ in 0..4 {
        pty.keys("\r");
        // Frames may come in pieces, and their last row last.
        pty.wait_for_text("Esc back");
        pty.keys("\x1b");
        pty.wait_for_text("↵ inspect");
        pty.keys("j");
    }
    pty.keys("/");
    pty.wait_for_text("Tab complete");
    pty.keys("queue:");
    pty.wait_for_text("─ complete ─");
    pty.keys("\x1b");
    pty.wait_for_text("↵ inspect");
    pty.keys("g    x");
    pty.wait_for_text("T opens the box");
    pty.keys("T");
    pty.wait_for_text("Type   sandbox 4");
    pty.phrase("sandbox 4");
    pty.keys("\r");
    pty.wait_for_text("Run 0001 report");
    pty.keys("\r");
    pty.wait_for_text("Run 0001 / ");
    pty.keys("\x1b");
    pty.wait_for_text("Run 0001 report");
    pty.keys("y");
    pty.wait_for_text("copied");
    pty.keys("\x1b");
    pty.wait_for_text("↵ inspect");
    pty.keys("q");
    assert_eq!(pty.ended().exit_code(), 0, "{}", pty.text());
    pty.is_as_found();
    let oracle = expect_clean(&pty.raw, Licence::Console, "the console");
    assert!(
        oracle
            .titles
            .iter()
            .all(|title| title.starts_with("unstick")),
        "{:?}",
        oracle.titles
    );
    assert_eq!(oracle.copied.len(), 1, "one key, one copy");
    let mut listed = Pty::unstick(&["list", &served.flag()], &home);
    assert_eq!(listed.ended().exit_code(), 0);
    expect_clean(&listed.raw, Licence::Console, "the list in a terminal");
}

#[test]
fn f41_a_guest_s_terminal_obeys_nobody() {
    let home = Home::new();
    let brisk = "description = \"brisk\"\n[life]\nbot_answers_ms = [5, 10]\nagent_answers_ms = [30, 40]\nguest_waits_ms = [20, 40]\n";
    let served = served(
        &home,
        &format!(
            "{brisk}[[deployment]]\nname = {}\n",
            quoted("Web\u{1b}[2J\u{202e} Support")
        ),
    );
    let said = "hi\u{1b}[2J\u{1b}]52;c;eA==\u{7}\u{202e}\u{200b}\u{9b}2J there";
    for frames in [&[][..], &["--frames"]] {
        let mut arguments = vec![
            "sandbox",
            "guest",
            &served.url,
            "--name",
            "Mal\u{1b}]0;x\u{7}\u{202e}",
            "--wait",
            "2",
        ];
        arguments.extend(frames);
        let mut command = home.command(&arguments);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(format!("{said}\n/nonsense\u{1b}[2J\n").as_bytes())
            .unwrap();
        let ran = clean(Ran::of(&child.wait_with_output().unwrap()), "the guest");
        assert!(ran.stdout.contains("hi"), "{ran:?}");
    }
    let flag = served.flag();
    let listed = clean(home.run(&["list", &flag, "--json"]).expect(0), "the list").json_lines();
    for row in listed {
        let id = row["id"].as_str().unwrap();
        clean(
            home.run(&["show", &flag, id, "--transcript"]).expect(0),
            "the transcript",
        );
    }
}
