//! Rules and guards on the command line: what they raise, what they hold, what is said of it; and that nothing gets round a guard.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::Home;
use crate::support::served::Served;

const GUARD: &str = "[[guard]]\nname = \"no-bots\"\nwhen = \"kind:bot-loop\"\nterminate = \"never\"\nhint = \"{bot.name} is being repaired\"\n";
const RULES: &str = "[[rule]]\nname = \"quiet-desk\"\nwhen = \"kind:waiting\"\nseverity = \"stuck\"\nterminate = \"allow\"\n\
     [[rule]]\nname = \"look-twice\"\nwhen = \"kind:orphan\"\nseverity = \"watch\"\nterminate = \"warn\"\nhint = \"customer left {cust.left} ago\"\n";

fn configured(config: &str) -> Home {
    let home = Home::new();
    home.write("home/config/config.toml", config);
    home
}

#[test]
fn a_rule_raises_a_chat_in_the_list_is_found_by_its_name_and_opens_no_door() {
    let home = configured(RULES);
    let served = Served::start(&home, &["quiet"]);
    let list = |filter: &str| {
        home.run(&["list", &served.flag(), "--json", "--filter", filter])
            .expect(0)
            .json_lines()
    };
    let raised = list("rule:quiet-desk");
    assert_eq!(raised.len(), 1);
    assert_eq!(raised[0]["kind"], "waiting");
    assert_eq!(raised[0]["severity"], "stuck");
    assert_eq!(raised[0]["rules"][0], "quiet-desk");
    assert_eq!(list("is:stuck").len(), 4);
    // It is shown as stuck, and still healthy as far as ending it goes.
    let id = raised[0]["id"].as_str().unwrap();
    let plan = home
        .run(&["plan", &served.flag(), "--filter", "is:stuck"])
        .expect(0);
    assert!(
        plan.stderr.contains(&format!("skipped {id}: waiting")),
        "{plan:#?}"
    );
    assert!(
        plan.stderr.contains("careful: 1 warned of by look-twice"),
        "{plan:#?}"
    );
    let orphan = served.of_kind(&home, "orphan").remove(0);
    let page = home.run(&["show", &served.flag(), &orphan]).expect(0);
    assert!(
        page.stdout
            .contains("Rule look-twice (warn): customer left "),
        "{page:#?}"
    );
}

#[test]
fn a_guard_holds_a_chat_by_filter_and_by_id_and_no_flag_gets_round_it() {
    let home = configured(GUARD);
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let bot = served.of_kind(&home, "bot-loop").remove(0);
    let plan = home.run(&["plan", &flag, "--filter", "is:stuck"]).expect(0);
    let skipped = format!("skipped {bot}: guard no-bots: ");
    assert!(plan.stderr.contains(&skipped), "{plan:#?}");
    assert!(plan.stderr.contains(" is being repaired"), "{plan:#?}");
    assert_eq!(plan.json_lines()[0]["items"].as_array().unwrap().len(), 2);
    let alone = ["plan", &flag, "--ids", &bot];
    let ran = home.run(&alone).expect(5);
    assert!(ran.stderr.contains(&skipped), "{ran:#?}");
    let forced = [
        "terminate",
        &flag,
        "--ids",
        &bot,
        "--allow-live",
        "--write",
        "--rung",
        "close",
        "--confirm",
        "sandbox 1",
    ];
    home.run(&forced).expect(5);
    assert!(served.changed_by_us(&home).is_empty());
    let shown = home
        .run(&["show", &flag, &bot, "--json"])
        .expect(0)
        .json_lines();
    assert_eq!(shown[0]["guards"][0], "no-bots");
}

/// Every file below a folder.
fn files_below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn neither_a_plan_nor_the_journal_names_the_people_whom_a_guard_asks_for() {
    let home = configured(
        "[[guard]]\nname = \"named\"\nwhen = \"kind:orphan\"\nterminate = \"never\"\n\
         hint = \"{cust.name} is known to {agent.name} of {queue.name}\"\n",
    );
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let rows = home.run(&["list", &flag, "--json"]).expect(0).json_lines();
    let said = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let people: Vec<String> = rows
        .iter()
        .flat_map(|row| [said(row, "customer"), said(row, "agent")])
        .filter(|name| !name.is_empty())
        .collect();
    assert!(people.len() > 7, "{people:?}");
    let orphan = rows.iter().find(|row| row["kind"] == "orphan").unwrap();
    let queue = said(orphan, "queue");
    let plan = home.run(&["plan", &flag, "--filter", "is:stuck"]).expect(0);
    let reason = format!("guard named: [name] is known to [name] of {queue}");
    assert!(plan.stdout.contains(&reason), "{plan:#?}");
    let file = home.write("plan.json", &plan.stdout);
    let carry_out = [
        "terminate",
        &flag,
        "--plan",
        file.to_str().unwrap(),
        "--confirm",
        "sandbox 2",
    ];
    let ran = home.run(&carry_out);
    assert!(!served.changed_by_us(&home).is_empty(), "{ran:#?}");
    let mut kept = vec![file];
    files_below(&home.path("home/data"), &mut kept);
    assert!(kept.len() > 1, "{kept:?}");
    for path in kept {
        let bytes = fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for name in &people {
            assert!(!text.contains(name), "{name} in {}", path.display());
        }
    }
}

#[test]
fn a_plan_from_before_there_was_a_guard_is_refused_as_a_whole() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let plan = home.run(&["plan", &flag, "--filter", "is:stuck"]).expect(0);
    let file = home.write("plan.json", &plan.stdout);
    home.write("home/config/config.toml", GUARD);
    let carry_out = [
        "terminate",
        &flag,
        "--plan",
        file.to_str().unwrap(),
        "--confirm",
        "sandbox 3",
    ];
    home.run(&carry_out).refused(
        5,
        &["may not be ended", "guard no-bots", "nothing was sent"],
    );
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn a_plan_from_a_file_is_judged_by_the_figures_of_the_profile() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let flag = served.flag();
    let orphan = served.of_kind(&home, "orphan").remove(0);
    let plan = home.run(&["plan", &flag, "--ids", &orphan]).expect(0);
    let file = home.write("plan.json", &plan.stdout);
    let patient = "[[guard]]\nname = \"served\"\nwhen = \"kind:serving\"\nterminate = \"never\"\n[thresholds]\ngone = \"480h\"\n";
    home.write("home/config/config.toml", patient);
    let file = file.to_str().unwrap();
    let carry_out = ["terminate", &flag, "--plan", file, "--confirm", "sandbox 1"];
    home.run(&carry_out)
        .refused(5, &["guard served", "nothing was sent"]);
    assert!(served.changed_by_us(&home).is_empty());
}

#[test]
fn t60_a_configuration_that_a_variable_names_takes_no_guard_away() {
    let home = configured(GUARD);
    let served = Served::start(&home, &["quiet"]);
    let elsewhere = home.write("elsewhere.toml", "log_level = \"off\"\n");
    let mut command = home.command(&["plan", &served.flag(), "--filter", "kind:bot-loop"]);
    let output = command.env("UNSTICK_CONFIG", elsewhere).output().unwrap();
    let ran = crate::support::Ran::of(&output).expect(5);
    assert!(ran.stderr.contains("guard no-bots"), "{ran:#?}");
}

#[test]
fn a_rule_that_cannot_be_understood_stops_the_program_with_its_place() {
    let home = configured(
        "[[guard]]\nname = \"vip\"\nwhen = 'queue:\"VIP\" idle>45'\nterminate = \"never\"\n",
    );
    home.run(&["list", "--sandbox=quiet"])
        .refused(2, &["config.toml:3:26", "idle>45m"]);
}

#[test]
fn rules_are_tried_on_the_chats_of_an_organisation_and_on_what_was_kept_of_them() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let file = home.write("mine.toml", &format!("{RULES}{GUARD}"));
    let file = file.to_str().unwrap();
    let live = home
        .run(&["rules", "test", file, &served.flag(), "--json"])
        .expect(0);
    let verdicts = live.json_lines();
    assert_eq!(verdicts.len(), 7);
    let of = |kind: &str| verdicts.iter().find(|one| one["kind"] == kind).unwrap();
    assert_eq!(of("waiting")["rules"][0]["name"], "quiet-desk");
    assert_eq!(of("waiting")["severity"], "stuck");
    assert_eq!(of("bot-loop")["guards"][0]["name"], "no-bots");
    assert!(
        of("bot-loop")["may"]
            .as_str()
            .unwrap()
            .starts_with("guard no-bots: ")
    );
    assert!(
        of("orphan")["may"]
            .as_str()
            .unwrap()
            .ends_with("counted aloud")
    );
    // The same from what was kept, without an organisation, and as often as one likes.
    drop(served);
    let kept = home.write("chats.json", &live.stdout);
    let again = ["rules", "test", file, "--from", kept.to_str().unwrap()];
    let table = home.run(&again).expect(0);
    assert!(
        table.stderr.contains("2 caught and 1 held of 7"),
        "{table:#?}"
    );
    let offline = home
        .run(&[&again[..], &["--json"]].concat())
        .expect(0)
        .json_lines();
    let short = |rows: &[serde_json::Value]| {
        let row =
            |row: &serde_json::Value| format!("{} {} {}", row["id"], row["kind"], row["severity"]);
        let mut rows: Vec<String> = rows.iter().map(row).collect();
        rows.sort();
        rows
    };
    assert_eq!(short(&offline), short(&verdicts));
}

#[test]
fn rules_that_make_no_sense_are_all_named_and_chats_that_are_none_are_refused() {
    let home = Home::new();
    let bad = "[[rule]]\nname = \"r\"\nwhen = \"idle>45\"\n[[guard]]\nname = \"g\"\nwhen = \"kind:orfan\"\nterminate = \"never\"\n";
    let file = home.write("bad.toml", bad);
    home.run(&["rules", "test", file.to_str().unwrap(), "--sandbox=quiet"])
        .refused(2, &["bad.toml:3:14", "bad.toml:6:14", "kind:orphan"]);
    let good = home.write("good.toml", GUARD);
    let none = home.write("none.json", "{}\nnothing\n");
    let asked = [
        "rules",
        "test",
        good.to_str().unwrap(),
        "--from",
        none.to_str().unwrap(),
    ];
    home.run(&asked).refused(2, &["none.json:2", "not a chat"]);
}
