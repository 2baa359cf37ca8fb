//! Arguments and commands without a screen: the composition root, and the only place that prints. Each command has a file of its own.

mod abandoned;
mod access;
mod again;
mod beacon;
mod browser;
mod choice;
mod choosing;
mod completions;
mod config;
mod connect;
mod console;
mod doctor;
mod escalated;
mod examples;
mod exit;
mod follow;
mod guest;
mod guests;
mod interrupted;
mod keeping;
mod list;
mod login;
mod logout;
mod look;
mod man;
mod memory;
mod names;
mod operator;
mod output;
mod panics;
mod person;
mod phrase;
mod plan;
mod pretend;
mod printed;
mod profiles;
mod progress;
mod purge;
mod recipes;
mod reload;
mod report;
mod route;
mod row;
mod rules;
mod runs;
mod sandbox;
mod show;
mod sweep;
mod switching;
mod terminate;
mod trouble;
mod unseen;
mod version;
mod way;
mod which;
mod workers;
mod wrap_up_code;

use std::io::{self, IsTerminal};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::sync::atomic::Ordering;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::domain::fact::RunFact;
use crate::domain::run::Run;
use crate::log;
use crate::sandbox::Scenario;
use crate::settings::{Paths, Settings, SettingsError};
use choice::Choice;
use exit::Exit;
use trouble::Trouble;

pub use workers::runtime;

/// Finds the web messaging chats that are stuck, says why each is still open, and ends the ones you choose
#[derive(Debug, Parser)]
#[command(name = "unstick", version = version::words(), max_term_width = 80)]
struct Arguments {
    #[command(flatten)]
    choice: Choice,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open conversations: a table, JSON lines or CSV
    List(list::List),
    /// One conversation: its legs, its timeline, why it is open
    Show(show::Show),
    /// A plan as JSON, for `terminate --plan`; sends nothing but reads
    Plan(plan::PlanCommand),
    /// Carry a plan out, once its phrase was typed
    Terminate(terminate::Terminate),
    /// A standing policy, without a screen; dry unless confirmed
    Sweep(sweep::Sweep),
    /// The journal: what was done, by whom, and how it came out
    Runs(runs::Runs),
    /// What works, what is missing, and the mend; changes nothing
    Doctor(doctor::Doctor),
    /// The configuration: where it is, what is wrong, an example
    Config(config::Config),
    /// Set a profile up, or sign in to one again
    Login(login::Login),
    /// Remove the secret of a profile
    Logout(logout::Logout),
    /// The organisations that are set up
    Profiles(profiles::Profiles),
    /// Rules and guards of your own, tried on chats
    Rules(rules::RulesCommand),
    /// The sequences that forums propose: what each does, and the published way
    Recipes(recipes::Recipes),
    /// The pretend organisation alone
    #[command(subcommand)]
    Sandbox(sandbox::SandboxCommand),
    /// This manual as a page for `man`, with every key of the console
    Man(man::Man),
    /// What a shell completes: bash, zsh, fish or PowerShell
    Completions(completions::Completions),
}

/// The exit code with which a command leaves whose run was opened like this and then told as these facts: for tests that carry runs out
/// themselves.
pub fn exit_code(opened: Run, facts: &[RunFact]) -> u8 {
    follow::code_of(opened, facts).number()
}

/// The whole program: arguments in, exit code out.
pub fn main() -> ExitCode {
    memory::keep_to_ourselves();
    let was_panic = panics::say_safely();
    let command = examples::with_examples(Arguments::command());
    let parsed = command
        .try_get_matches()
        .and_then(|matches| Arguments::from_arg_matches(&matches));
    let arguments = match parsed {
        Ok(arguments) => arguments,
        Err(mut refused) => {
            if refused.use_stderr() {
                let words: Vec<String> = std::env::args_os()
                    .map(|word| word.to_string_lossy().into_owned())
                    .collect();
                if let Some(tip) = sandbox_tip(&refused, &words) {
                    refused.insert(ContextKind::Suggested, tip);
                }
                // It quotes what was given.
                output::words(refused.render().to_string().trim_end());
            } else {
                // Help and version, which leave with 0.
                let _ = refused.print();
            }
            return ExitCode::from(u8::try_from(refused.exit_code()).unwrap_or(2));
        }
    };
    let exit = run(arguments).unwrap_or_else(|trouble| {
        if let Some(words) = trouble.words() {
            output::words(&words);
        }
        trouble.exit
    });
    if was_panic.load(Ordering::SeqCst) {
        return Exit::Internal.into();
    }
    exit.into()
}

/// A scenario stands behind an equals sign, for `--sandbox` means something without one as well. Whoever leaves a blank there is told.
fn sandbox_tip(refused: &clap::Error, words: &[String]) -> Option<ContextValue> {
    let behind = words
        .iter()
        .skip_while(|word| *word != "--sandbox")
        .nth(1)?;
    let unexpected = match (refused.kind(), refused.get(ContextKind::InvalidArg)) {
        (ErrorKind::UnknownArgument, Some(ContextValue::String(said))) => Some(said),
        _ => None,
    };
    let is_known = || Scenario::names().iter().any(|(name, _)| name == behind);
    let is_meant = !behind.starts_with('-') && (unexpected == Some(behind) || is_known());
    is_meant.then(|| ContextValue::StyledStrs(vec![format!("--sandbox={behind}").into()]))
}

fn run(arguments: Arguments) -> Result<Exit, Trouble> {
    let runtime = runtime(arguments.command.is_none())?;
    // The panic itself is reported by the panic hook, after it has given the terminal back.
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(dispatch(arguments))));
    // A question to the file system that nobody waits for any more holds nothing up.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|_| Err(Trouble::silent(Exit::Internal)))
}

async fn dispatch(arguments: Arguments) -> Result<Exit, Trouble> {
    let Arguments {
        mut choice,
        command,
    } = arguments;
    let paths = Paths::find(|name| std::env::var_os(name)).map_err(choice::wrong_settings)?;
    let of_profiles = || of_no_profile(&choice, &paths);
    let opened = || of_profile(&choice, &paths);
    match command {
        None => {
            let overrides = choice
                .overrides(None, true)
                .map_err(choice::wrong_settings)?;
            let read = reload::Stamps::now(&paths, &overrides);
            let settings = at_start(&mut choice, &paths)?;
            if choice.is_spoken() || io::stdout().is_terminal() {
                // On the heap: no other command needs as much room.
                return Box::pin(console::run(&choice, &settings, &paths, read)).await;
            }
            let listed = list::List::default().run(&choice, &settings, &paths).await;
            output::words("This is the list, once. `unstick` in a terminal opens the console.");
            listed
        }
        Some(Command::List(command)) => command.run(&choice, &opened()?, &paths).await,
        Some(Command::Show(command)) => command.run(&choice, &opened()?, &paths).await,
        Some(Command::Plan(command)) => command.run(&choice, &opened()?, &paths).await,
        Some(Command::Terminate(command)) => command.run(&choice, &opened()?, &paths).await,
        Some(Command::Sweep(command)) => command.run(&choice, &opened()?, &paths).await,
        Some(Command::Runs(command)) if command.is_reading() => command.read(&choice, &paths).await,
        Some(Command::Runs(command)) => command.resume(&choice, &opened()?, &paths).await,
        Some(Command::Doctor(command)) => command.run(&choice, &paths).await,
        Some(Command::Config(command)) => command.run(&choice, &paths),
        Some(Command::Login(command)) => command.run(&choice, &of_profiles()?, &paths).await,
        Some(Command::Logout(command)) => command.run(&choice, &of_profiles()?, &paths),
        Some(Command::Profiles(command)) => command.run(&choice, &of_profiles()?, &paths),
        Some(Command::Rules(command)) if command.is_offline() => command.run_offline(),
        Some(Command::Rules(command)) => command.run(&choice, &opened()?, &paths).await,
        Some(Command::Recipes(command)) => command.run(&choice.staging, &paths).await,
        Some(Command::Man(command)) => command.run(),
        Some(Command::Completions(command)) => command.run(&choice, &paths),
        Some(Command::Sandbox(command)) => command.run(&choice.staging, &paths).await,
    }
}

/// The settings where no command is given: somebody may be there to say which profile is meant.
fn at_start(choice: &mut Choice, paths: &Paths) -> Result<Settings, Trouble> {
    let settings = match choice.settings(paths) {
        Err(SettingsError::WhichProfile { names }) if which::may_ask(choice) => {
            choice.profile = Some(which::ask(&names)?);
            choice.settings(paths)
        }
        settings => settings,
    };
    logging(settings, paths)
}

/// The settings of the organisation that is opened; the log is kept from here on.
fn of_profile(choice: &Choice, paths: &Paths) -> Result<Settings, Trouble> {
    logging(choice.settings(paths), paths)
}

/// The same for what concerns profiles and opens none.
fn of_no_profile(choice: &Choice, paths: &Paths) -> Result<Settings, Trouble> {
    logging(choice.settings_of_no_profile(paths), paths)
}

fn logging(settings: Result<Settings, SettingsError>, paths: &Paths) -> Result<Settings, Trouble> {
    let settings = settings.map_err(choice::wrong_settings)?;
    if let Err(no_log) = log::start(&paths.state, settings.log_level) {
        output::words(&format!("warning: {no_log}"));
    }
    Ok(settings)
}

#[cfg(test)]
mod tests;
