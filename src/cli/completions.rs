//! `completions`: what a shell completes, made from the same tree of commands as the help and the man page. Names that are known
//! beforehand are completed, too: scenarios, recipes, profiles. They are those of now: a shell that asks at its own start has them anew.

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, CommandFactory as _, ValueEnum};
use clap_complete::Shell;

use super::choice::Choice;
use super::exit::Exit;
use super::trouble::Trouble;
use super::{Arguments, output};
use crate::sandbox::Scenario;
use crate::settings::region::REGIONS;
use crate::settings::{Paths, recipes};

/// `completions`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: For,
}

/// The shells that are served.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum For {
    Bash,
    Zsh,
    Fish,
    #[value(name = "powershell")]
    PowerShell,
}

/// Where the names that an argument takes come from. It takes others as well, files and addresses among them.
#[derive(Debug, Clone, Copy)]
enum Names {
    Scenarios,
    Recipes,
    Profiles,
    Regions,
    Of(&'static [&'static str]),
}

/// Commands by their way from the program's name, an argument of theirs, and what it takes.
const NAMED: [(&[&str], &str, Names); 20] = [
    (&[], "sandbox", Names::Scenarios),
    (&[], "profile", Names::Profiles),
    (&[], "glyphs", Names::Of(&["unicode", "ascii"])),
    (
        &[],
        "log_level",
        Names::Of(&["off", "error", "warn", "info", "debug", "trace"]),
    ),
    (&["plan"], "recipe", Names::Recipes),
    (&["terminate"], "recipe", Names::Recipes),
    (&["sweep"], "recipe", Names::Recipes),
    (&["plan"], "rung", Names::Of(&["legs", "close", "teardown"])),
    (
        &["terminate"],
        "rung",
        Names::Of(&["legs", "close", "teardown"]),
    ),
    (&["recipes", "show"], "name", Names::Recipes),
    (&["recipes", "check"], "names", Names::Recipes),
    (&["recipes", "compare"], "only", Names::Recipes),
    (&["sandbox", "serve"], "scenario", Names::Scenarios),
    (&["sandbox", "scenarios"], "name", Names::Scenarios),
    (&["profiles"], "default", Names::Profiles),
    (&["logout"], "name", Names::Profiles),
    (&["login"], "name", Names::Profiles),
    (&["login"], "region", Names::Regions),
    (
        &["login"],
        "grant",
        Names::Of(&["client-credentials", "code"]),
    ),
    (&["login"], "label", Names::Of(&["PROD", "STAGE", "TEST"])),
];

impl Names {
    fn known(self, choice: &Choice, paths: &Paths) -> Vec<String> {
        match self {
            Self::Scenarios => Scenario::names()
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
            Self::Recipes => recipes::all(&paths.recipes())
                .iter()
                .map(recipes::Source::name)
                .collect(),
            Self::Profiles => {
                // A configuration that is wrong is told by every other command; a shell that starts is not the place.
                let settings = choice.settings_of_no_profile(paths).ok();
                let own = settings.into_iter().flat_map(|settings| settings.profiles);
                own.map(|profile| profile.name).collect()
            }
            Self::Regions => REGIONS.iter().map(|(name, _)| (*name).to_owned()).collect(),
            Self::Of(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

impl Completions {
    /// Prints the script for the shell.
    pub(super) fn run(&self, choice: &Choice, paths: &Paths) -> Result<Exit, Trouble> {
        output::data(&script(self.shell, choice, paths))?;
        Ok(Exit::Done)
    }
}

fn script(shell: For, choice: &Choice, paths: &Paths) -> String {
    let mut command = Arguments::command();
    for (way, argument, names) in NAMED {
        command = taking(command, way, argument, &names.known(choice, paths));
    }
    let generator = match shell {
        For::Bash => Shell::Bash,
        For::Zsh => Shell::Zsh,
        For::Fish => Shell::Fish,
        For::PowerShell => Shell::PowerShell,
    };
    let mut script = Vec::new();
    clap_complete::generate(generator, &mut command, "unstick", &mut script);
    let script = String::from_utf8_lossy(&script);
    match shell {
        // Bash takes a word apart at its `=`, and then the word before is that sign instead of the flag.
        For::Bash => script.replacen(
            "    prev=\"$3\"\n",
            "    prev=\"$3\"\n    if [[ \"${prev}\" == \"=\" ]]; then prev=\"${COMP_WORDS[COMP_CWORD-2]}\"; fi\n",
            1,
        ),
        // Fish asks in the middle of `--profile `: with no value behind its last flag, its parser would refuse the line, and offer files.
        For::Fish => script.replacen(
            "-- $cmd 2>/dev/null\n    or return",
            "-- $cmd 2>/dev/null\n    or argparse -s (__fish_unstick_global_optspecs) -- $cmd '' 2>/dev/null\n    or return",
            1,
        ),
        For::Zsh | For::PowerShell => script.into_owned(),
    }
}

/// The tree with these names for an argument. It is for a script only: what parses a command line takes more.
fn taking(command: Command, way: &[&str], argument: &str, names: &[String]) -> Command {
    match way {
        [] => command.mut_arg(argument, |argument| {
            argument.value_parser(PossibleValuesParser::new(names))
        }),
        [next, rest @ ..] => {
            command.mut_subcommand(next, |below| taking(below, rest, argument, names))
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn every_name_that_is_offered_is_taken_where_it_is_offered() {
        let folder = std::env::temp_dir().join(format!("unstick-{}", uuid::Uuid::new_v4()));
        let paths = Paths::under(&folder);
        std::fs::create_dir_all(&paths.config).unwrap();
        let profile =
            "client_id = \"11111111-1111-1111-1111-111111111111\"\nregion = \"eu-central-1\"\n";
        std::fs::write(
            paths.config.join("config.toml"),
            format!("[profiles.acme-stage]\n{profile}"),
        )
        .unwrap();
        let choice = Arguments::try_parse_from(["unstick"]).unwrap().choice;
        for (way, argument, names) in NAMED {
            let names = names.known(&choice, &paths);
            assert!(!names.is_empty(), "{way:?} {argument}");
            for name in names {
                let mut command = Arguments::command();
                let below = way.iter().fold(&mut command, |command, next| {
                    command.find_subcommand_mut(next).unwrap()
                });
                let taken = below
                    .get_arguments()
                    .find(|taken| taken.get_id() == argument);
                let typed = match taken.unwrap().get_long() {
                    Some(long) => format!("--{long}={name}"),
                    None => name,
                };
                let mut words = vec!["unstick"];
                words.extend(way);
                words.push(&typed);
                if matches!(way, ["plan" | "terminate" | "sweep"]) {
                    words.extend(["--filter", "is:stuck"]);
                }
                if let Err(refused) = Arguments::try_parse_from(&words) {
                    panic!("{words:?}: {refused}");
                }
            }
        }
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
