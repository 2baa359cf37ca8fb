//! The demonstrations of `assets/demo`: every indented line of each script is carried out as it stands, in a terminal where a screen is
//! opened, and what it says is to be seen is waited for.

use std::fs;
use std::path::Path;

use rustix::process::Signal;

use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

/// A presenter's terminals: what is open in them, and what the last command without a screen printed.
struct Stage {
    home: Home,
    /// The pretend organisation, where the script serves it in a terminal of its own.
    served: Option<Served>,
    console: Option<Pty>,
    /// The last command, its exit code, and what it printed.
    ran: Option<(String, Option<i32>, String)>,
}

impl Stage {
    fn new() -> Self {
        Self {
            home: Home::new(),
            served: None,
            console: None,
            ran: None,
        }
    }

    fn step(&mut self, line: &str) {
        let (verb, rest) = line.split_once(' ').unwrap_or((line, ""));
        match verb {
            "$" => self.command(rest),
            "see" => self.see(rest),
            "press" => {
                let key = match rest {
                    "enter" => "\r",
                    "esc" => "\x1b",
                    key => key,
                };
                assert!(key.chars().count() == 1, "one key a line: {line}");
                self.console().keys(key);
            }
            "type" => self.console().phrase(rest),
            "kill" => {
                let mut console = self.console.take().unwrap();
                console.signal(Signal::KILL);
                console.ended();
            }
            "leaves" => {
                let (command, code, said) = self.ran.take().unwrap();
                assert_eq!(code, rest.parse().ok(), "{command}\n{said}");
            }
            _ => panic!("no step of a demonstration: {line}"),
        }
    }

    /// A command: it opens the console, serves the organisation, or runs to its end.
    fn command(&mut self, line: &str) {
        self.over();
        let words = words(line);
        let (program, arguments) = words.split_first().unwrap();
        assert_eq!(program, "unstick", "{line}");
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        match arguments[..] {
            ["sandbox", "serve", scenario] => {
                self.served = Some(Served::start(&self.home, &[scenario]));
            }
            [flag] if flag.starts_with("--sandbox") => {
                self.console = Some(Pty::unstick(&arguments, &self.home));
            }
            _ => {
                let ran = self.home.run(&arguments);
                self.ran = Some((line.to_owned(), ran.code, ran.stdout + &ran.stderr));
            }
        }
    }

    fn see(&mut self, words: &str) {
        match (&mut self.console, &self.ran) {
            (Some(console), _) => console.wait_for_text(words),
            (None, Some((command, _, said))) => {
                assert!(said.contains(words), "{command}: no {words:?} in\n{said}");
            }
            (None, None) => panic!("nothing is open: {words}"),
        }
    }

    /// What was open before is over, and went well: a console was left by its own key, a command left with 0 where nothing else is said.
    fn over(&mut self) {
        if let Some(mut console) = self.console.take() {
            assert_eq!(console.ended().exit_code(), 0);
        }
        if let Some((command, code, said)) = self.ran.take() {
            assert_eq!(code, Some(0), "{command}\n{said}");
        }
    }

    #[track_caller]
    fn console(&mut self) -> &mut Pty {
        self.console.as_mut().unwrap()
    }
}

/// A command line as a shell takes it apart, where quotes hold a whole word.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (nth, part) in line.split('\'').enumerate() {
        if nth % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// The script of a demonstration, as the program itself prints it.
fn carry_out(name: &str) -> Stage {
    let mut stage = Stage::new();
    let printed = stage.home.run(&["sandbox", "scenarios", name, "--json"]);
    let story = printed.expect(0).json_lines()[0]["story"].clone();
    let story = story.as_str().unwrap();
    let steps = story.lines().filter_map(|line| line.strip_prefix("  "));
    let mut count = 0;
    for step in steps {
        count += 1;
        stage.step(step);
    }
    assert!(count >= 6, "{name} was not understood");
    stage.over();
    stage
}

/// How each chat of the newest run came out, in the order of the plan.
fn states(stage: &Stage) -> Vec<String> {
    let runs = stage.home.run(&["runs", "--json"]).expect(0).json_lines();
    let number = runs[0]["run"].to_string();
    let shown = stage.home.run(&["runs", "show", &number, "--json"]);
    let shown = shown.expect(0).json_lines();
    let items = shown[0]["items"].as_array().unwrap().clone();
    items
        .iter()
        .map(|item| item["settled"]["state"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn lesson_1_goes_from_the_list_to_the_proof() {
    assert_eq!(states(&carry_out("lesson-1")), ["ended"; 3]);
}

#[test]
fn lesson_2_leaves_alone_who_comes_back() {
    let right = ["ended", "ended", "held", "held", "ended"];
    assert_eq!(states(&carry_out("lesson-2")), right);
}

#[test]
fn lesson_3_ends_four_though_three_answers_are_wrong() {
    assert_eq!(states(&carry_out("lesson-3")), ["ended"; 4]);
}

#[test]
fn lesson_4_is_killed_and_loses_nothing() {
    let stage = carry_out("lesson-4");
    let states = states(&stage);
    assert!(
        states.iter().all(|state| state.starts_with("ended")),
        "{states:?}"
    );
    let ended = stage.served.as_ref().unwrap().ended(&stage.home);
    assert_eq!(ended.len(), states.len());
}

#[test]
fn lesson_5_shows_that_200_is_no_end_and_the_published_way_is() {
    assert_eq!(states(&carry_out("lesson-5")), ["ended"]);
}

#[test]
fn every_demonstration_is_one_of_the_program_and_is_explained_in_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let home = Home::new();
    let listed = home.run(&["sandbox", "scenarios"]).expect(0).stdout;
    let files: Vec<String> = fs::read_dir(root.join("assets/demo"))
        .unwrap()
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert!(files.len() >= 5, "{files:?}");
    for name in files {
        assert!(
            listed.contains(&format!("{name} ")),
            "{name} is not built in"
        );
        assert!(
            readme.contains(&format!("| `{name}` |")),
            "the README does not explain {name}"
        );
    }
}
