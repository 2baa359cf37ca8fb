//! The README says what is so: its commands run, its configuration is accepted, its exit codes are the program's, its links lead somewhere.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::thread;

use unstick::app::action::listing;
use unstick::settings::{Chosen, Overrides, Paths, load, recipes};

use crate::support::{Home, Ran};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

/// The fenced blocks of this language, without their fences.
fn blocks(language: &str) -> Vec<String> {
    let readme = readme();
    let fence = format!("\n```{language}\n");
    let blocks = readme.split(fence.as_str()).skip(1);
    blocks
        .map(|rest| rest.split("\n```").next().unwrap().to_owned())
        .collect()
}

/// The lines of the console blocks that run the program.
fn commands() -> Vec<String> {
    let lines = blocks("console");
    let lines = lines.iter().flat_map(|block| block.lines());
    lines
        .filter(|line| line.starts_with("unstick"))
        .map(str::to_owned)
        .collect()
}

/// A command line as a shell takes it apart: at spaces, except between single quotes.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.last_mut().unwrap().push_str(part);
            continue;
        }
        for (nth, word) in part.split(' ').enumerate() {
            if nth > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(word);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Number and meaning of every row of the table of exit codes.
fn documented_codes() -> BTreeMap<u8, String> {
    let readme = readme();
    let table = readme.split("| exit code | meaning |").nth(1).unwrap();
    let rows = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    rows.map(|row| {
        let cells: Vec<&str> = row.split('|').map(str::trim).collect();
        (cells[1].parse().unwrap(), cells[2].to_owned())
    })
    .collect()
}

/// Number and documentation of every variant, as the source has them.
fn real_codes() -> BTreeMap<u8, String> {
    let source = fs::read_to_string(root().join("src/cli/exit.rs")).unwrap();
    let variants = source.split("enum Exit {").nth(1).unwrap();
    let variants = variants.split("\n}").next().unwrap();
    let lines: Vec<&str> = variants.lines().map(str::trim).collect();
    let meanings: BTreeMap<&str, &str> = lines
        .windows(2)
        .filter_map(|pair| Some((pair[1].strip_suffix(',')?, pair[0].strip_prefix("/// ")?)))
        .collect();
    let numbers = source.split("fn number(self)").nth(1).unwrap();
    let numbers = numbers.split("\n    }\n").next().unwrap();
    let arms = numbers
        .lines()
        .filter_map(|arm| arm.trim().strip_prefix("Self::")?.split_once(" => "));
    arms.map(|(name, number)| {
        let number = number.trim_end_matches(',').parse().unwrap();
        (number, meanings[name].to_owned())
    })
    .collect()
}

#[test]
fn the_first_block_is_the_two_commands_and_nothing_else() {
    assert_eq!(blocks("console")[0], "cargo run --release\ncargo test");
}

#[test]
fn every_command_of_the_readme_runs() {
    let commands = commands();
    assert!(commands.len() >= 6, "the README was not understood");
    let run = |line: &String| {
        let home = Home::new();
        Ran::of(&home.command(&words(line)[1..]).output().unwrap())
    };
    let all_ran: Vec<Ran> = thread::scope(|scope| {
        let started: Vec<_> = commands
            .iter()
            .map(|line| scope.spawn(|| run(line)))
            .collect();
        started
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    for (line, ran) in commands.iter().zip(all_ran) {
        assert_eq!(ran.code, Some(0), "{line}: {ran:#?}");
    }
}

#[test]
fn a_command_line_is_taken_apart_as_a_shell_does() {
    assert_eq!(
        words("unstick list --filter 'is:stuck idle>1h' --json"),
        ["unstick", "list", "--filter", "is:stuck idle>1h", "--json"]
    );
}

#[test]
fn the_configuration_of_the_readme_is_accepted_and_read_only() {
    let home = Home::new();
    let [configuration] = &blocks("toml")[..] else {
        panic!("there is one configuration");
    };
    let overrides = Overrides {
        config: Some(home.write("config.toml", configuration)),
        ..Overrides::default()
    };
    let settings = load(&Paths::under(&home.path("home")), &overrides).unwrap();
    let Chosen::Profile(profile) = settings.chosen else {
        panic!("the sandbox was chosen");
    };
    assert_eq!(profile.name, "acme-stage");
    assert!(!profile.write);
}

#[test]
fn the_exit_codes_of_the_readme_are_those_of_the_program() {
    let (documented, real) = (documented_codes(), real_codes());
    assert!(documented.len() > 5, "the table was not understood");
    assert!(documented.keys().eq(real.keys()), "{documented:?} {real:?}");
    for (number, meaning) in documented {
        let said = real[&number].to_lowercase();
        assert!(
            said.starts_with(&meaning.to_lowercase()),
            "{number}: {said}"
        );
    }
}

/// Between these the README has the keys, as the table of actions gives them.
const KEYS: (&str, &str) = (
    "<!-- keys: made from the table of actions -->\n",
    "<!-- end of keys -->",
);

/// The keys of every screen as the README is to have them.
fn listed_keys() -> String {
    let mut text = "| where | keys | what they do |\n| --- | --- | --- |\n".to_owned();
    for (place, rows) in listing::sections() {
        for (line, row) in rows.iter().enumerate() {
            let place = if line == 0 { place } else { "" };
            let keys: Vec<String> = row.keys.iter().map(|key| format!("`{key}`")).collect();
            text += &[
                "| ",
                place,
                " | ",
                &keys.join(" "),
                " | ",
                &row.words,
                " |\n",
            ]
            .concat();
        }
    }
    text
}

#[test]
fn the_keys_of_the_readme_are_those_of_the_table() {
    let readme = readme();
    let said = readme
        .split(KEYS.0)
        .nth(1)
        .and_then(|rest| rest.split(KEYS.1).next());
    let right = listed_keys();
    assert!(
        said == Some(right.as_str()),
        "between {:?} and {:?} the README is to say:\n{right}",
        KEYS.0.trim(),
        KEYS.1
    );
}

/// Between these the README has the table of recipes.
const RECIPES: (&str, &str) = (
    "<!-- recipes: made from the files of assets/recipes -->\n",
    "<!-- end of recipes -->",
);

/// What the threads say to call, as the README is to have it: the sequence, whether it is published, what it does, what is published.
fn listed_recipes() -> String {
    let mut text = [
        "| the thread says to call | published? | what it really does | instead |\n",
        "| --- | --- | --- | --- |\n",
    ]
    .concat();
    for source in recipes::shipped() {
        let recipe = source.read.unwrap();
        let Some(thread) = recipe.thread else {
            continue;
        };
        let short = |operation: &str| format!("`{}`", operation.replacen("/api/v2", "", 1));
        let called: Vec<String> = recipe
            .steps
            .iter()
            .map(|step| {
                let body = step.body.as_ref().map(ToString::to_string);
                let body = body.map_or_else(String::new, |body| format!(" `{body}`"));
                short(&step.to_string()) + &body
            })
            .collect();
        let known = recipe
            .steps
            .iter()
            .filter(|step| step.operation().is_some())
            .count();
        // What is tried on the way has its own published way; here stands that of what the sequence rests on.
        let mut instead: Vec<String> = Vec::new();
        for step in recipe.steps.iter().filter(|step| !step.is_optional) {
            for operation in step.published.operations.iter().map(|one| short(one)) {
                if !instead.contains(&operation) {
                    instead.push(operation);
                }
            }
        }
        let published = match known {
            0 => "no".to_owned(),
            known => format!("{known} of {}", recipe.steps.len()),
        };
        let name = &recipe.name;
        let cells = [
            called.join(", then ") + &format!("<br>thread {thread}, `{name}`"),
            published,
            recipe.verdict.clone(),
            instead.join(", "),
        ];
        text += &["| ", &cells.join(" | "), " |\n"].concat();
    }
    text
}

#[test]
fn the_recipes_of_the_readme_are_those_of_the_files() {
    let readme = readme();
    let said = readme
        .split(RECIPES.0)
        .nth(1)
        .and_then(|rest| rest.split(RECIPES.1).next());
    let right = listed_recipes();
    assert!(
        said == Some(right.as_str()),
        "between {:?} and {:?} the README is to say:\n{right}",
        RECIPES.0.trim(),
        RECIPES.1
    );
}

/// What the README promises of its example: carried out, it is found not to have ended, and the published way ends the same chat.
#[test]
fn the_recipe_that_the_readme_runs_comes_out_as_the_readme_says() {
    let commands = commands();
    let tried = commands
        .iter()
        .find(|line| line.contains("--recipe"))
        .unwrap();
    let words: Vec<String> = words(tried)
        .into_iter()
        .skip(1)
        .filter(|word| word != "--dry-run")
        .chain(["--confirm", "sandbox 1", "--json"].map(str::to_owned))
        .collect();
    let ladder: Vec<String> = words
        .iter()
        .filter(|word| *word != "--recipe" && *word != "5-patch-wrapper")
        .cloned()
        .collect();
    for (words, code, state) in [(words, 1, "escalate"), (ladder, 0, "ended")] {
        let ran = Ran::of(&Home::new().command(&words).output().unwrap());
        assert_eq!(ran.code, Some(code), "{ran:#?}");
        let counts = ran.json_lines().pop().unwrap()["counts"].clone();
        assert_eq!(counts[state], 1, "{words:?}: {counts}");
    }
}

#[test]
fn the_man_page_has_every_key_every_command_and_the_exit_codes_of_the_readme() {
    let home = Home::new();
    let ran = Ran::of(&home.command(&["man"]).output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    // As `man` shows it: a minus is one there.
    let page = ran.stdout.replace("\\-", "-").replace("\\e", "\\");
    for line in page.lines().filter(|line| line.starts_with('.')) {
        let request = line.split(' ').next().unwrap();
        let known = [".TH", ".SH", ".SS", ".TP", ".nf", ".fi"];
        assert!(known.contains(&request), "{line} would not be shown");
    }
    for (_, rows) in listing::sections() {
        for row in rows {
            let term = format!("\\fB{}\\fR\n{}\n", row.keys.join(" "), row.words);
            assert!(page.contains(&term), "{term}");
        }
    }
    for (number, meaning) in documented_codes() {
        let term = format!("\\fB{number}\\fR\n{meaning}\n");
        assert!(page.contains(&term), "{term}");
    }
    for command in ["list", "terminate", "runs resume", "sandbox guest", "man"] {
        assert!(
            page.contains(&format!(".SS unstick {command}\n")),
            "{command}"
        );
    }
    assert!(
        page.contains("unstick terminate --plan plan.json --dry-run"),
        "{page}"
    );
}

/// The page of `man` as it is shown: a minus is one there.
fn man_page() -> String {
    let home = Home::new();
    let ran = Ran::of(&home.command(&["man"]).output().unwrap());
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    ran.stdout.replace("\\-", "-").replace("\\e", "\\")
}

/// The variables that the sources read, less those that are for tests or for the compiler alone.
fn variables(folder: &std::path::Path, found: &mut std::collections::BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            variables(&path, found);
            continue;
        }
        if ["crash.rs", "tests.rs", "version.rs"]
            .iter()
            .any(|name| path.ends_with(name))
        {
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        for rest in source.split("\"UNSTICK_").skip(1) {
            let name = rest.split('"').next().unwrap();
            if name
                .chars()
                .all(|letter| letter.is_ascii_uppercase() || letter == '_')
            {
                found.insert(format!("UNSTICK_{name}"));
            }
        }
    }
}

#[test]
fn the_man_page_has_every_variable_and_every_place_where_something_is_kept() {
    let page = man_page();
    let mut names = std::collections::BTreeSet::new();
    variables(&root().join("src"), &mut names);
    assert!(names.len() >= 8, "{names:?}");
    for name in names {
        assert!(page.contains(&format!("\\fB{name}\\fR\n")), "{name}");
    }
    let kept = [
        "config.toml",
        "journal.db",
        "sandbox.json",
        "state.toml",
        "unstick.log",
        "names-*.json",
        "spill-*.jsonl",
        "packets, exports",
        "secrets",
        "themes",
        "recipes",
    ];
    for name in kept {
        assert!(page.contains(&format!("\\fB{name}\\fR\n")), "{name}");
    }
}

#[test]
fn the_man_page_says_of_a_command_what_is_handed_down_to_it_and_breaks_no_line_of_the_front() {
    let page = man_page();
    let list = page.split(".SS unstick runs list\n").nth(1).unwrap();
    let list = list.split(".SS ").next().unwrap();
    assert!(
        list.contains("Usage: unstick runs list [OPTIONS]\n"),
        "{list}"
    );
    assert!(list.contains("--json"), "{list}");
    let usages = page.lines().filter(|line| line.starts_with("Usage: "));
    for usage in usages {
        assert!(usage.contains("[OPTIONS]"), "{usage}");
    }
    let home = Home::new();
    let front = home.run(&["--help"]).stdout;
    let front = front.split("Begin with:\n").nth(1).unwrap();
    for line in front.lines().filter(|line| !line.trim().is_empty()) {
        assert!(page.contains(&format!("{line}\n")), "broken: {line}");
    }
}

#[test]
fn every_file_that_the_readme_names_is_there() {
    let readme = readme();
    let links = readme.split("](").skip(1);
    let links = links.filter_map(|rest| rest.split(')').next());
    let pictures = ["src=\"", "srcset=\""].map(|name| readme.split(name).skip(1));
    let pictures = pictures.into_iter().flatten();
    let pictures = pictures.filter_map(|rest| rest.split('"').next());
    let named: Vec<&str> = links
        .chain(pictures)
        .filter(|link| !link.contains("://") && !link.starts_with('#'))
        .collect();
    assert!(!named.is_empty(), "the README was not understood");
    for name in named {
        assert!(
            root().join(name).is_file(),
            "the README names {name}, which is not there"
        );
    }
}
