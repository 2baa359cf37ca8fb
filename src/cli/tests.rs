use clap::{Arg, CommandFactory as _};

use super::*;

/// What takes no secret though it sounds so: the number of an open file, and what takes up a pretend guest's chat again.
const HARMLESS: [&str; 3] = ["secret_fd", "token", "grant"];

fn every_argument(command: &clap::Command, found: &mut Vec<(String, Arg)>) {
    let here = command.get_arguments().cloned();
    found.extend(here.map(|argument| (command.get_name().to_owned(), argument)));
    command
        .get_subcommands()
        .for_each(|below| every_argument(below, found));
}

#[test]
fn no_argument_takes_a_secret_and_none_is_read_from_a_variable() {
    let mut found = Vec::new();
    every_argument(&Arguments::command(), &mut found);
    assert!(found.len() > 30, "the tree was not understood");
    for (command, argument) in found {
        let id = argument.get_id().as_str().to_owned();
        let named = [
            Some(id.clone()),
            argument.get_long().map(str::to_owned),
            argument.get_help().map(ToString::to_string),
            argument.get_long_help().map(ToString::to_string),
            argument.get_value_names().map(|names| format!("{names:?}")),
        ];
        let words: String = named.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let words = words.to_lowercase();
        let sounds_so = [
            "secret",
            "password",
            "passphrase",
            "token",
            "bearer",
            "credential",
        ]
        .iter()
        .any(|word| words.contains(word));
        assert!(
            !sounds_so || HARMLESS.contains(&id.as_str()),
            "{command} {id}: {words}"
        );
        assert_eq!(argument.get_env(), None, "{command} {id}");
    }
    let parse = |arguments: &[&str]| Arguments::try_parse_from(arguments).map(drop);
    assert!(parse(&["unstick", "list", "--secret-fd", "s3cr3t"]).is_err());
    assert!(parse(&["unstick", "list", "--secret", "s3cr3t"]).is_err());
    assert!(parse(&["unstick", "sandbox", "guest", "--token", "s3cr3t"]).is_err());
}

fn every_command(command: &clap::Command, way: &str, found: &mut Vec<(String, clap::Command)>) {
    for below in command.get_subcommands() {
        if below.get_name() != "help" {
            let way = format!("{way} {}", below.get_name());
            every_command(below, &way, found);
            found.push((way, below.clone()));
        }
    }
}

#[test]
fn the_help_of_every_command_has_an_example_that_it_takes_itself() {
    let command = examples::with_examples(Arguments::command());
    let mut found = vec![("unstick".to_owned(), command.clone())];
    every_command(&command, "unstick", &mut found);
    assert!(found.len() > 25, "the tree was not understood");
    for (way, command) in found {
        let said = command.get_after_long_help().or(command.get_after_help());
        let said = said.map(ToString::to_string);
        let said = said.unwrap_or_default();
        let lines = said.lines().filter(|line| line.starts_with("  unstick"));
        let lines: Vec<&str> = lines.map(str::trim).collect();
        assert!(!lines.is_empty(), "{way} has no example");
        for line in lines {
            // Without what a shell does with the rest of the line, or the words beside it.
            let typed = line.split("  ").next().unwrap();
            let typed = typed.split(['>', '|']).next().unwrap();
            let words = words(typed);
            assert!(
                line.starts_with(&way) || way == "unstick rules",
                "{way}: {line}"
            );
            if let Err(refused) = Arguments::try_parse_from(&words) {
                panic!("{line}: {refused}");
            }
        }
    }
}

/// As a shell takes a line apart.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (place, part) in line.split('\'').enumerate() {
        for (nth, word) in part.split(' ').enumerate() {
            if place % 2 == 1 && nth > 0 {
                words.last_mut().unwrap().push(' ');
            } else if nth > 0 {
                words.push(String::new());
            }
            words.last_mut().unwrap().push_str(word);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn no_help_is_wider_than_eighty_columns_and_what_every_command_takes_stands_last() {
    let mut command = examples::with_examples(Arguments::command()).term_width(80);
    command.build();
    let mut found = vec![("unstick".to_owned(), command.clone())];
    every_command(&command, "unstick", &mut found);
    for (way, mut command) in found {
        let short = command.render_help().to_string();
        let help = command.render_long_help().to_string();
        for line in short.lines().chain(help.lines()) {
            assert!(line.chars().count() <= 80, "{way}: {line}");
        }
        // The short help is what the command takes itself; it says where the rest is.
        assert!(!short.contains("Which organisation:"), "{short}");
        assert!(!short.contains("Example"), "{short}");
        assert!(short.contains("see more with '--help'"), "{short}");
        let own = help
            .find("\nOptions:")
            .or_else(|| help.find("\nArguments:"));
        let (organisation, everywhere) = (
            help.find("\nWhich organisation:"),
            help.find("\nEverywhere:"),
        );
        assert!(own < organisation && organisation < everywhere, "{help}");
        assert!(organisation.is_some(), "{help}");
    }
}
