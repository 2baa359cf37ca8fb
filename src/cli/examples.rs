//! An example of every command, below its help and in the man page. A test reads each as the program would.

use std::fmt::Write as _;

use clap::Command;

/// Commands by their way from the program's name, and what is typed, without that name.
const EXAMPLES: [(&str, &[&str]); 35] = [
    (
        "list",
        &["list --filter 'is:stuck idle>1h'", "list --csv > chats.csv"],
    ),
    (
        "show",
        &[
            "show 3f2a9c41-5b4e-4a07-9c1c-2f0d5a7719ee",
            "show 3f2a9c41-5b4e-4a07-9c1c-2f0d5a7719ee --packet case.md",
        ],
    ),
    (
        "plan",
        &[
            "plan --filter kind:orphan > plan.json",
            "plan --sandbox=forum --filter kind:idle --recipe 2-post-empty > plan.json",
        ],
    ),
    (
        "terminate",
        &[
            "terminate --plan plan.json --dry-run",
            "terminate --plan plan.json --note 'stale since Monday'",
            "terminate --sandbox --filter kind:orphan --confirm 'sandbox 4'",
            "terminate --sandbox=forum --filter kind:idle --recipe 5-patch-wrapper --dry-run",
        ],
    ),
    (
        "sweep",
        &[
            "sweep --filter 'is:stuck idle>1h' --every 10m",
            "sweep --filter 'is:stuck idle>1h' --every 10m --confirm 'acme sweep 1a2b3c4d'",
        ],
    ),
    ("runs", &["runs", "runs show 12"]),
    ("runs list", &["runs list --json"]),
    ("runs show", &["runs show 12"]),
    ("runs resume", &["runs resume 12"]),
    (
        "runs export",
        &["runs export 12 --markdown --output run-12.md"],
    ),
    ("runs verify", &["runs verify"]),
    ("runs purge", &["runs purge --before 90d --dry-run"]),
    ("doctor", &["doctor", "doctor --json > case.json"]),
    ("config", &["config", "config check"]),
    ("config path", &["config path"]),
    ("config check", &["config check", "config check draft.toml"]),
    ("config schema", &["config schema > config.schema.json"]),
    ("config example", &["config example > config.toml"]),
    (
        "login",
        &[
            "login",
            "login acme-stage --region eu-central-1 --label STAGE",
        ],
    ),
    ("logout", &["logout acme-stage"]),
    ("profiles", &["profiles", "profiles --default acme-stage"]),
    ("rules", &["rules test config.toml --sandbox"]),
    ("rules test", &["rules test config.toml --sandbox"]),
    ("recipes", &["recipes", "recipes show 4-end-participant"]),
    ("recipes list", &["recipes list --json"]),
    ("recipes show", &["recipes show 1-put-closed"]),
    (
        "recipes check",
        &["recipes check", "recipes check my-way.toml"],
    ),
    (
        "recipes compare",
        &[
            "recipes compare",
            "recipes compare --only standard,5-patch-wrapper",
        ],
    ),
    ("sandbox", &["sandbox serve", "sandbox guest"]),
    (
        "sandbox serve",
        &["sandbox serve", "sandbox serve course-1 --port 8080"],
    ),
    (
        "sandbox scenarios",
        &["sandbox scenarios", "sandbox scenarios course-1"],
    ),
    ("sandbox guest", &["sandbox guest --name Mara --frames"]),
    ("sandbox truth", &["sandbox truth > truth.jsonl"]),
    ("man", &["man | man -l -", "man > unstick.1"]),
    (
        "completions",
        &[
            "completions bash > ~/.local/share/bash-completion/completions/unstick",
            "completions fish | source",
        ],
    ),
];

/// What the help of the program itself ends with.
const FRONT: &str = "\
Begin with:
  unstick                          the console; on the sandbox at first
  unstick login                    set your organisation up
  unstick doctor                   what works, what does not, the mend
  unstick list --filter is:stuck   what is stuck, without a screen

The manual, with every key of the console: unstick man | man -l -";

/// The command with an example below the help of everything in it.
pub(super) fn with_examples(command: Command) -> Command {
    below(command.after_help(FRONT), "")
}

fn below(command: Command, way: &str) -> Command {
    command.mut_subcommands(|command| {
        let name = command.get_name();
        let way = if way.is_empty() {
            name.to_owned()
        } else {
            format!("{way} {name}")
        };
        let examples = of(&way);
        // `-h` is the short help: what this command takes itself, without examples.
        below(command.after_long_help(examples), &way)
    })
}

/// The examples of a command, as its help says them.
fn of(way: &str) -> String {
    let found = EXAMPLES.iter().find(|(command, _)| *command == way);
    let lines = found.map_or(&[][..], |(_, lines)| lines);
    let mut text = match lines {
        [] => return String::new(),
        [_] => "Example:".to_owned(),
        _ => "Examples:".to_owned(),
    };
    for line in lines {
        // Writing to a string cannot fail.
        let _ = write!(text, "\n  unstick {line}");
    }
    text
}
