//! A standing policy carried out by the real program on a real sandbox: what it takes, what it leaves, what confirms it, and what stops it.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStderr, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use unstick::domain::ids::RunId;

use crate::support::ledger::{Broken, Ledger};
use crate::support::served::Served;
use crate::support::{Home, Ran};

/// Orphans may be swept; of the rest nothing is said, or only half.
const RULES: &str = "[[rule]]\nname = \"dead\"\nwhen = \"kind:orphan\"\nterminate = \"allow\"\n\
     [[rule]]\nname = \"bots\"\nwhen = \"kind:bot-loop\"\nseverity = \"stuck\"\n";

/// Every rule that says anything says that everything may go.
const ALL: &str = "[[rule]]\nname = \"all\"\nwhen = \"age>1s\"\nterminate = \"allow\"\n";

/// A sandbox that goes on, and what sweeps of it are configured with.
struct Stage {
    home: Home,
    served: Served,
    profile: String,
}

impl Stage {
    /// With a profile `acme` of this scenario, with these limits.
    fn new(scenario: &str, limits: &str, rules: &str) -> Self {
        let home = Home::new();
        let served = Served::start(&home, &[scenario]);
        let profile = served.profile("acme", &format!("write = true\nlimits = {{ {limits} }}"));
        let stage = Self {
            home,
            served,
            profile,
        };
        stage.configure(rules);
        stage
    }

    fn configure(&self, rules: &str) {
        let text = format!("{}{rules}", self.profile);
        self.home.write("home/config/config.toml", &text);
    }

    fn command(&self, flags: &[&str]) -> std::process::Command {
        let asked = ["sweep", "--profile", "acme", "--filter", "age>1s"];
        let mut command = self.home.command(&[&asked[..], flags].concat());
        let secret = self.served.welcome["client_secret"].as_str().unwrap();
        command.env("UNSTICK_CLIENT_SECRET", secret);
        command
    }

    fn run(&self, flags: &[&str]) -> Ran {
        Ran::of(&self.command(flags).output().unwrap())
    }

    /// The phrase that a dry sweep says.
    fn phrase(&self, flags: &[&str]) -> String {
        let mut flags = flags.to_vec();
        flags.retain(|flag| *flag != "--json");
        let ran = self.run(&[&flags[..], &["--json", "--once"]].concat());
        let policy = ran.json_lines().remove(0);
        policy["phrase"].as_str().unwrap().to_owned()
    }

    /// The same of a sweep that goes on, which is stopped once it has said it.
    fn phrase_of(&self, flags: &[&str]) -> String {
        let mut child = self.start(&[flags, &["--json"]].concat());
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        signal(&child, Signal::TERM);
        child.wait().unwrap();
        let policy: Value = serde_json::from_str(&line).unwrap();
        policy["phrase"].as_str().unwrap().to_owned()
    }

    /// One round that acts.
    fn once(&self, flags: &[&str]) -> Ran {
        let phrase = self.phrase(flags);
        self.run(&[flags, &["--once", "--confirm", &phrase]].concat())
    }

    fn start(&self, flags: &[&str]) -> Child {
        let mut command = self.command(flags);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    }

    /// Ids of this kind, sorted.
    fn of_kind(&self, kind: &str) -> Vec<String> {
        let mut ids = self.served.of_kind(&self.home, kind);
        ids.sort();
        ids
    }

    fn ended(&self) -> Vec<String> {
        self.served.ended(&self.home)
    }

    /// The journal is whole; nothing was changed without an intent of one of these runs, and nothing twice.
    fn is_sound(&self, runs: u32) {
        let ledger = Ledger::of(&self.home);
        let mut broken = Broken::default();
        ledger.verify(&mut broken);
        assert!(broken.is_nothing(), "{broken:?}");
        let mut intents = Vec::new();
        for run in 1..=runs {
            for item in &ledger.run(RunId(run)).items {
                let id = item.plan.id;
                intents.extend(item.sends.iter().map(|sent| sent.action.path(id)));
            }
        }
        let mut sent = HashMap::new();
        for change in self.served.changed_by_us(&self.home) {
            let request = &change["request"];
            let said = |key: &str| request[key].as_str().unwrap().to_owned();
            let (path, id) = (said("path"), said("correlation_id"));
            assert!(intents.contains(&path), "without an intent: {change}");
            // One request may change several things.
            let first = sent.entry(path).or_insert_with(|| id.clone()).clone();
            assert_eq!(first, id, "twice: {change}");
        }
        assert!(!sent.is_empty());
    }
}

/// The rounds that a sweep told as JSON.
fn rounds(ran: &Ran) -> Vec<Value> {
    let mut lines = ran.json_lines();
    lines.retain(|line| line["event"] == "round");
    lines
}

/// Reads until a line with these words, and hands on what follows.
fn read_until(lines: &mut impl BufRead, words: &str) {
    let mut said = String::new();
    while !said.contains(words) {
        let read = lines.read_line(&mut said).unwrap();
        assert!(read > 0, "no {words:?} in {said}");
    }
}

fn signal(child: &Child, signal: Signal) {
    kill_process(Pid::from_child(child), signal).unwrap();
}

fn stderr(child: &mut Child) -> BufReader<ChildStderr> {
    BufReader::new(child.stderr.take().unwrap())
}

/// Its end: the code, and what it said on stderr.
fn end(mut child: Child, mut stderr: impl Read) -> (Option<i32>, String) {
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    (child.wait().unwrap().code(), said)
}

#[test]
fn dry_is_what_it_is_where_nothing_is_said_and_the_phrase_ends_what_was_shown() {
    let stage = Stage::new("demo", "", RULES);
    let orphans = stage.of_kind("orphan");
    assert_eq!(orphans.len(), 4);
    for flags in [&[][..], &["--once"]] {
        let ran = stage.run(flags).expect(0);
        for words in [
            "fits: dead\n",
            "dry: nothing is sent but reads",
            "--once --confirm 'acme sweep ",
        ] {
            let is_said = ran.stderr.contains(words) || !flags.is_empty();
            assert!(is_said, "{words}: {ran:#?}");
        }
        assert!(ran.stdout.contains("would take 4; left "), "{ran:#?}");
        assert!(stage.served.changed_by_us(&stage.home).is_empty());
    }
    let ran = stage.once(&["--note", "ticket 4711"]).expect(0);
    assert!(
        ran.stdout
            .contains("round 1: took 4: 4 ended (run 0001); left "),
        "{ran:#?}"
    );
    assert!(ran.stdout.contains("56 more this hour"), "{ran:#?}");
    assert_eq!(ran.stdout.lines().count(), 1, "{ran:#?}");
    assert_eq!(stage.ended(), orphans);
    let shown = stage.home.run(&["runs", "show", "1", "--json"]).expect(0);
    let run = &shown.json_lines()[0];
    let note = run["header"]["note"].as_str().unwrap();
    assert!(
        note.starts_with("sweep ") && note.ends_with(": ticket 4711"),
        "{note}"
    );
    assert_eq!(run["header"]["plan"]["sweep"].as_str().unwrap().len(), 64);
    // A standing policy comes to where nothing is left.
    let ran = stage.once(&[]).expect(6);
    assert!(ran.stdout.contains("nothing to do; left "), "{ran:#?}");
    stage.is_sound(1);
}

#[test]
fn nothing_but_the_phrase_of_the_policy_as_it_is_now_confirms_it() {
    let stage = Stage::new("quiet", "", RULES);
    let phrase = stage.phrase(&[]);
    let every = stage.run(&["--confirm", &phrase, "--every", "5m"]);
    let wrong = [
        stage.run(&["--once", "--confirm", "acme 1"]),
        stage.run(&["--once", "--confirm", "acme sweep 00000000"]),
        stage.run(&["--once", "--confirm", &phrase, "--note", "another"]),
        every,
    ];
    for ran in wrong {
        let ran = ran.refused(5, &["does not confirm this policy", "nothing was sent"]);
        assert!(!ran.stderr.contains(&phrase), "{ran:#?}");
    }
    stage
        .run(&["--confirm", &phrase])
        .refused(2, &["--once, or --every"]);
    let edits = [
        RULES.replace("kind:orphan", "kind:orphan,idle"),
        RULES.replace("severity", "terminate = \"allow\"\nseverity"),
        format!("{RULES}[thresholds]\ngone = \"1m\"\n"),
        format!("{RULES}[[guard]]\nname = \"g\"\nwhen = \"queue:Nobody\"\nterminate = \"never\"\n"),
    ];
    for edit in &edits {
        stage.configure(edit);
        let ran = stage.run(&["--once", "--confirm", &phrase]);
        ran.refused(5, &["does not confirm this policy"]);
    }
    assert!(stage.served.changed_by_us(&stage.home).is_empty());
    stage.configure(RULES);
    stage
        .run(&["--once", "--confirm", &phrase, "--read-only"])
        .refused(5, &["read-only"]);
    stage.run(&["--once", "--confirm", &phrase]).expect(0);
    assert_eq!(stage.ended().len(), 1);
}

#[test]
fn what_is_not_ended_in_bulk_what_a_guard_holds_and_what_nobody_allowed_stays() {
    let guards = "[[guard]]\nname = \"no-bots\"\nwhen = \"kind:bot-loop\"\nterminate = \"never\"\n\
        [[guard]]\nname = \"look\"\nwhen = \"kind:wrap-up\"\nterminate = \"warn\"\n";
    let stage = Stage::new("quiet", "", &format!("{ALL}{guards}"));
    let may_go = [stage.of_kind("orphan"), stage.of_kind("idle")].concat();
    assert_eq!(may_go.len(), 2);
    let ran = stage.once(&["--json"]);
    let ran = ran.expect(0);
    let round = &rounds(&ran)[0];
    assert_eq!(round["planned"], 2, "{round}");
    assert_eq!(round["left"]["by a guard"], 1, "{round}");
    assert_eq!(round["left"]["healthy"], 3, "{round}");
    let mut may_go = may_go;
    may_go.sort();
    assert_eq!(stage.ended(), may_go);
    // Without a rule that says so itself, there is no sweep at all.
    stage.configure(&RULES.replace("terminate = \"allow\"\n", ""));
    stage
        .run(&[])
        .refused(2, &["no rule says terminate = \"allow\""]);
}

#[test]
fn a_round_takes_a_batch_and_the_hour_is_counted_over_processes_from_the_journal() {
    let stage = Stage::new("demo", "max_batch = 2, max_per_hour = 3", RULES);
    let ran = stage.once(&[]).expect(0);
    assert!(ran.stdout.contains("took 2: 2 ended"), "{ran:#?}");
    assert!(ran.stdout.contains("2 over the batch"), "{ran:#?}");
    assert!(ran.stdout.contains("1 more this hour"), "{ran:#?}");
    let ran = stage.once(&[]).expect(0);
    assert!(ran.stdout.contains("took 1: 1 ended"), "{ran:#?}");
    assert!(ran.stdout.contains("1 over the hour"), "{ran:#?}");
    let ran = stage.once(&[]).expect(5);
    assert!(ran.stdout.contains("nothing to do; left "), "{ran:#?}");
    assert_eq!(stage.ended().len(), 3);
    stage.is_sound(2);
}

#[test]
fn one_sweep_of_an_organisation_at_a_time_and_a_signal_between_rounds_ends_it_at_once() {
    let stage = Stage::new("quiet", "", RULES);
    let every = ["--every", "10m"];
    let phrase = stage.phrase_of(&every);
    let mut dry = stage.start(&every);
    let mut stdout = BufReader::new(dry.stdout.take().unwrap());
    read_until(&mut stdout, "would take 1");
    signal(&dry, Signal::TERM);
    let told = stderr(&mut dry);
    assert_eq!(end(dry, told).0, Some(130));
    let acting = [&every[..], &["--confirm", &phrase]].concat();
    let mut first = stage.start(&acting);
    let mut stdout = BufReader::new(first.stdout.take().unwrap());
    read_until(&mut stdout, "took 1: 1 ended");
    let pid = format!("pid {} on ", first.id());
    let second = stage.run(&acting);
    second.refused(5, &["another sweep of this organisation goes on", &pid]);
    // Between rounds the journal is anybody's.
    let idle = stage.of_kind("idle").remove(0);
    let flag = stage.served.flag();
    let by_hand = ["terminate", &flag, "--ids", &idle, "--confirm", "sandbox 1"];
    stage.home.run(&by_hand).expect(0);
    signal(&first, Signal::TERM);
    let told = stderr(&mut first);
    let (code, said) = end(first, told);
    assert_eq!(code, Some(0), "{said}");
    // The lock went with it.
    stage.once(&[]).expect(6);
    stage.is_sound(2);
}

#[test]
fn a_sweep_killed_in_a_round_loses_nothing_and_the_next_leaves_alone_what_was_begun() {
    let stage = Stage::new("demo", "", RULES);
    let held = json!({ "step": "legs", "hold": true, "when": "after" });
    stage.served.order(&json!({ "fault": [held] }));
    let phrase = stage.phrase(&[]);
    let mut child = stage.start(&["--once", "--confirm", &phrase]);
    stage.served.wait_until_held("/api/v2/");
    child.kill().unwrap();
    child.wait().unwrap();
    stage
        .served
        .order(&json!({ "clear": true, "release": true }));
    let ran = stage.run(&["--once", "--confirm", &phrase]).expect(0);
    assert!(
        ran.stderr.contains("run 0001 of a sweep was cut off"),
        "{ran:#?}"
    );
    assert!(ran.stderr.contains("unstick runs resume 1"), "{ran:#?}");
    assert!(ran.stdout.contains("took 3: 3 ended"), "{ran:#?}");
    // What was sent before counts as well.
    assert!(ran.stdout.contains("56 more this hour"), "{ran:#?}");
    assert_eq!(stage.ended().len(), 4);
    stage.is_sound(2);
}

#[test]
fn a_round_that_reads_nothing_is_said_and_the_sweep_goes_on_and_once_it_is_how_it_leaves() {
    let stage = Stage::new("demo", "", RULES);
    let phrase = stage.phrase(&[]);
    let down = json!({ "step": "list", "times": 0, "status": 503 });
    stage.served.order(&json!({ "fault": [down] }));
    let mut child = stage.start(&["--every", "10m"]);
    let mut told = stderr(&mut child);
    read_until(
        &mut told,
        "round 1 read nothing, and the next one tries again",
    );
    signal(&child, Signal::TERM);
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let ran = stage.run(&["--once", "--confirm", &phrase]);
    ran.refused(4, &["cannot be listed"]);
    assert!(stage.served.changed_by_us(&stage.home).is_empty());
}

#[test]
fn a_round_that_may_not_end_anything_stops_the_sweep_with_its_code_and_nobody_has_to_look() {
    let stage = Stage::new("demo", "", RULES);
    let phrase = stage.phrase_of(&["--every", "10m"]);
    let permission = "conversation:communication:disconnect";
    stage
        .served
        .order(&json!({ "remove_permissions": [permission] }));
    let ran = stage
        .run(&["--every", "10m", "--confirm", &phrase])
        .expect(3);
    assert!(
        ran.stdout
            .contains("round 1: took 4: 1 unresolved, 3 cancelled"),
        "{ran:#?}"
    );
    assert!(ran.stdout.contains("STATE"), "the report is told: {ran:#?}");
    assert!(stage.served.changed_by_us(&stage.home).is_empty());
    stage
        .served
        .order(&json!({ "restore_permissions": [permission] }));
    let ran = stage.once(&["--json"]).expect(0);
    assert_eq!(rounds(&ran)[0]["came"], "run");
    stage.is_sound(2);
}

#[test]
fn after_chats_that_stay_open_no_sweep_goes_on_before_somebody_has_looked() {
    let stage = Stage::new("demo", "", RULES);
    let phrase = stage.phrase(&[]);
    let lie = |step| json!({ "step": step, "times": 0, "accepted_but_open": true });
    stage
        .served
        .order(&json!({ "fault": [lie("legs"), lie("close")] }));
    let ran = stage.run(&["--once", "--confirm", &phrase]).expect(1);
    assert!(ran.stdout.contains("3 cancelled"), "{ran:#?}");
    assert!(ran.stdout.contains("1 escalate"), "{ran:#?}");
    stage.served.order(&json!({ "clear": true }));
    let again = stage.run(&["--once", "--confirm", &phrase]);
    again.refused(
        5,
        &["looked at run 0001", "--looked-at 1", "nothing was sent"],
    );
    let ran = stage.run(&[]).expect(0);
    assert!(ran.stderr.contains("looked at run 0001"), "{ran:#?}");
    let on = ["--once", "--confirm", &phrase, "--looked-at", "1"];
    let ran = stage.run(&on).expect(0);
    assert!(ran.stdout.contains("took 3: 3 ended"), "{ran:#?}");
    assert_eq!(stage.ended().len(), 3);
}

#[test]
fn a_guard_that_is_added_while_a_round_is_read_ends_the_sweep_before_anything_is_ended() {
    let stage = Stage::new("demo", "", RULES);
    let phrase = stage.phrase_of(&["--every", "1m"]);
    let held = json!({ "step": "list", "hold": true });
    stage.served.order(&json!({ "fault": [held] }));
    let mut child = stage.start(&["--every", "1m", "--confirm", &phrase]);
    let mut told = stderr(&mut child);
    read_until(&mut told, "when     every 1m");
    stage.served.wait_until_held("/api/v2/");
    let guard = "[[guard]]\nname = \"g\"\nwhen = \"age>1s\"\nterminate = \"never\"\n";
    stage.configure(&format!("{RULES}{guard}"));
    stage
        .served
        .order(&json!({ "clear": true, "release": true }));
    let (code, said) = end(child, told);
    assert_eq!(code, Some(5), "{said}");
    assert!(
        said.contains("not the one that was confirmed any more"),
        "{said}"
    );
    assert!(stage.ended().is_empty());
    // Not even a run was opened, in which the check would have held them.
    let runs = stage.home.run(&["runs", "--json"]);
    assert!(runs.stdout.is_empty(), "{runs:#?}");
}

#[test]
fn the_whole_recipe_is_confirmed_and_carried_out_word_for_word() {
    let stage = Stage::new("forum", "", "");
    let one = stage.of_kind("idle").remove(0);
    let rule = format!("[[rule]]\nname = \"one\"\nwhen = \"id:{one}\"\nterminate = \"allow\"\n");
    stage.configure(&rule);
    let text = include_str!("../../assets/recipes/5-patch-wrapper.toml");
    let mine = |text: &str| {
        stage.home.write("home/config/recipes/mine.toml", text);
    };
    mine(text);
    let flag = stage.served.flag();
    let sweep = |more: &[&str]| {
        let asked = ["sweep", &flag, "--filter", "kind:idle", "--once"];
        stage.home.run(&[&asked[..], more].concat())
    };
    let phrase = |more: &[&str]| {
        let ran = sweep(&[&["--json"], more].concat()).expect(0);
        let policy = ran.json_lines().remove(0);
        policy["phrase"].as_str().unwrap().to_owned()
    };
    let confirmed = phrase(&["--recipe", "mine"]);
    assert_ne!(confirmed, phrase(&[]));
    mine(&text.replacen("title = \"", "title = \"Now: ", 1));
    let carry_out = ["--recipe", "mine", "--confirm", &confirmed];
    sweep(&carry_out).refused(5, &["does not confirm this policy"]);
    assert!(stage.served.changed_by_us(&stage.home).is_empty());
    mine(text);
    let ran = sweep(&carry_out);
    assert!(ran.stdout.contains("round 1: took 1: "), "{ran:#?}");
    let changed = stage.served.changed_by_us(&stage.home);
    let paths = changed
        .iter()
        .map(|change| change["request"]["path"].as_str().unwrap());
    let wrapper = format!("/api/v2/conversations/webchat/{one}");
    assert!(paths.clone().count() > 0, "{ran:#?}");
    assert!(paths.clone().all(|path| path == wrapper), "{changed:?}");
}

/// A block of the README's section about sweeps.
fn block_of_the_readme(nth: usize) -> String {
    let readme = include_str!("../../README.md");
    let section = readme.split("## A standing policy\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let block = section.split("```text\n").nth(nth + 1).unwrap();
    block.split("```").next().unwrap().to_owned()
}

#[test]
fn the_policy_of_the_readme_takes_what_it_says_and_its_phrase_is_only_an_example() {
    let home = Home::new();
    home.write("home/config/config.toml", &block_of_the_readme(0));
    let commands = block_of_the_readme(1);
    let [dry, acting] = &commands.lines().collect::<Vec<_>>()[..] else {
        panic!("{commands}");
    };
    let words = |line: &str| -> Vec<String> {
        let quoted = line.split('\'').enumerate();
        let parts = quoted.flat_map(|(nth, part)| match nth % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        });
        parts.skip(1).collect()
    };
    let ran = home.run(&words(dry)).expect(0);
    assert!(ran.stderr.contains("fits: left-behind"), "{ran:#?}");
    assert!(
        ran.stderr.contains("this sandbox ends with the command"),
        "{ran:#?}"
    );
    assert!(ran.stdout.contains("would take "), "{ran:#?}");
    home.run(&words(acting))
        .refused(5, &["does not confirm this policy"]);
}
