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
