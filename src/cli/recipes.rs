//! `recipes`: the sequences that people find in forums, what each does, and whether the platform publishes what it calls. Sends nothing to
//! anybody's organisation: a comparison has sandboxes of its own.

mod columns;
pub(super) mod compare;
mod reality;
mod scratch;
mod trial;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::exit::Exit;
use super::pretend::Staging;
use super::trouble::Trouble;
use super::{output, printed};
use crate::app::tone::wrap;
use crate::domain::published;
use crate::domain::recipe::{By, Each, Method, Recipe, RecipeStep, Until};
use crate::settings::{Paths, recipes};

/// The width of running text.
const WIDE: usize = 80;

/// `recipes`.
#[derive(Debug, Args)]
pub(super) struct Recipes {
    #[command(subcommand)]
    command: Option<RecipesCommand>,
    /// One JSON object a line
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum RecipesCommand {
    /// Every recipe: from which thread, what it does, whether it is published
    List,
    /// One recipe: its claim, its steps, the published way, the verdict
    Show {
        /// Its name
        name: String,
    },
    /// Step by step: does the platform publish this operation, and what does it publish instead
    Check {
        /// Names, or files of your own; without any, all there are
        names: Vec<String>,
    },
    /// Runs recipes on sandboxes of their own, and shows what each really did
    Compare(compare::Compare),
}

impl Recipes {
    /// Prints what is asked for.
    pub(super) async fn run(self, staging: &Staging, paths: &Paths) -> Result<Exit, Trouble> {
        let folder = paths.recipes();
        match self.command {
            None | Some(RecipesCommand::List) => list(&folder, self.json),
            Some(RecipesCommand::Show { name }) => show(&named(&name, &folder)?, self.json),
            Some(RecipesCommand::Check { names }) => check(&chosen(&names, &folder)?, self.json),
            Some(RecipesCommand::Compare(command)) => {
                command.run(staging, &folder, self.json).await
            }
        }
    }
}

/// The recipe of a name.
pub(super) fn named(name: &str, folder: &Path) -> Result<Recipe, Trouble> {
    let sources = recipes::all(folder);
    let Some(source) = sources.iter().find(|source| source.name() == name) else {
        let names: Vec<String> = sources.iter().map(recipes::Source::name).collect();
        return Err(Trouble::said(
            Exit::NothingMatched,
            format!(
                "there is no recipe `{}`: there are {}",
                name.chars().take(60).collect::<String>(),
                names.join(", ")
            ),
        )
        .hint("unstick recipes lists them"));
    };
    source.read.clone().map_err(|wrong| not_taken(&wrong))
}

/// What is to be checked: names, files, or all.
fn chosen(names: &[String], folder: &Path) -> Result<Vec<Recipe>, Trouble> {
    let is_file = |name: &str| name.contains(['/', '\\', '.']);
    if names.is_empty() {
        let read = recipes::all(folder).into_iter().map(|source| source.read);
        return read
            .collect::<Result<_, _>>()
            .map_err(|wrong| not_taken(&wrong));
    }
    names
        .iter()
        .map(|name| {
            if is_file(name) {
                recipes::from_file(&PathBuf::from(name)).map_err(|wrong| not_taken(&wrong))
            } else {
                named(name, folder)
            }
        })
        .collect()
}

fn not_taken(wrong: &[impl ToString]) -> Trouble {
    let lines: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    Trouble::usage(lines.join("\n")).hint("the recipes that come with the program are written the same way: unstick recipes show standard --json")
}

fn list(folder: &Path, as_json: bool) -> Result<Exit, Trouble> {
    let sources = recipes::all(folder);
    let mut lines = Vec::new();
    let mut wrong = Vec::new();
    for source in &sources {
        match &source.read {
            Ok(recipe) if as_json => output::json_line(&summary(recipe))?,
            Ok(recipe) => lines.push([
                recipe.name.clone(),
                recipe
                    .thread
                    .map_or_else(|| "-".to_owned(), |thread| thread.to_string()),
                recipe.steps.len().to_string(),
                published_word(recipe),
                recipe.title.clone(),
            ]),
            Err(errors) => wrong.extend(errors.iter().map(ToString::to_string)),
        }
    }
    if !as_json {
        let heads = ["NAME", "THREAD", "STEPS", "PUBLISHED", "WHAT IT DOES"];
        output::data(&printed::table(heads, &lines))?;
    }
    for line in &wrong {
        output::words(&format!("not taken: {line}"));
    }
    Ok(if wrong.is_empty() {
        Exit::Done
    } else {
        Exit::Usage
    })
}

/// `4 of 4`: so many of its steps are published.
fn published_word(recipe: &Recipe) -> String {
    let known = recipe
        .steps
        .iter()
        .filter(|step| step.operation().is_some())
        .count();
    format!("{known} of {}", recipe.steps.len())
}

fn summary(recipe: &Recipe) -> Value {
    json!({
        "name": recipe.name,
        "thread": recipe.thread,
        "title": recipe.title,
        "dialect": recipe.dialect,
        "published": recipe.is_published(),
        "steps": recipe.steps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "verdict": recipe.verdict,
    })
}

fn show(recipe: &Recipe, as_json: bool) -> Result<Exit, Trouble> {
    if as_json {
        output::json_line(recipe)?;
        return Ok(Exit::Done);
    }
    let mut text = format!("{}  {}\n", recipe.name, recipe.title);
    let from = recipe.thread.map_or_else(
        || "the platform's documents".to_owned(),
        |thread| format!("forum thread {thread}"),
    );
    let facts = [
        ("From", from),
        ("Claim", recipe.claim.clone()),
        ("Access", recipe.access.clone()),
        ("Verdict", recipe.verdict.clone()),
    ];
    text.push('\n');
    for (name, words) in facts {
        paragraph(&mut text, name, &words);
    }
    for (place, step) in recipe.steps.iter().enumerate() {
        let _ = write!(text, "\n{}. {}  {}\n", place + 1, step.name, step.does);
        for (name, words) in step_facts(step) {
            paragraph(&mut text, name, &words);
        }
    }
    output::data(&text)?;
    Ok(Exit::Done)
}

/// `Name     words`, over as many lines as they take.
fn paragraph(text: &mut String, name: &str, words: &str) {
    let mut head = name;
    for line in wrap(words, WIDE - 14) {
        let _ = writeln!(text, "  {head:<11} {line}");
        head = "";
    }
}

/// What is said of a step, under which head.
fn step_facts(step: &RecipeStep) -> Vec<(&'static str, String)> {
    let mut facts = vec![("Sends", step.to_string())];
    if let Some(body) = &step.body {
        facts.push(("Body", body.to_string()));
    }
    match step.each {
        Each::Conversation => {}
        Each::Customer => facts.push(("For", "each customer with an open leg".to_owned())),
        Each::Agent => facts.push(("For", "each agent with an open leg".to_owned())),
    }
    if step.method != Method::Socket {
        let accepted: Vec<String> = step.accepted.iter().map(ToString::to_string).collect();
        facts.push(("Accepted", accepted.join(", ")));
    }
    if let Some(wait) = step.wait {
        let until = match wait.until {
            Until::LegClosed => "its leg is closed",
            Until::Ended => "no leg is open",
        };
        let by = match wait.by {
            By::Read => "by reading",
            By::Event => "by event, or by reading",
        };
        let seconds = f64::from(wait.most_ms) / 1000.0;
        facts.push(("Waits", format!("until {until}, {by}, {seconds} s at most")));
    }
    for refusal in &step.refusals {
        let says = refusal
            .says
            .as_ref()
            .map_or_else(String::new, |says| format!(" with \"{says}\""));
        facts.push((
            "Refused",
            format!("{}{says}: {}", refusal.status, refusal.means.words()),
        ));
    }
    if step.retry.times > 1 {
        facts.push((
            "Retries",
            format!(
                "{} sends in all, waits double with jitter",
                step.retry.times
            ),
        ));
    }
    if step.is_optional {
        facts.push(("Optional", "the rest goes on without it".to_owned()));
    }
    facts.push(("Published", verdict_of(step)));
    facts.extend(instead(step));
    facts
}

/// Is it published, and if not, what of it is.
fn verdict_of(step: &RecipeStep) -> String {
    if let Some(operation) = step.operation() {
        return format!("yes: {operation}");
    }
    if step.method == Method::Socket {
        return "no: nothing is published for a guest's socket but the guest's own actions"
            .to_owned();
    }
    let methods = published::methods(&step.path.to_string());
    if methods.is_empty() {
        "no: there is no such path".to_owned()
    } else {
        format!("no: that path has {} only", methods.join(" and "))
    }
}

/// The published way: an operation a line, then what is to be known of them.
fn instead(step: &RecipeStep) -> impl Iterator<Item = (&'static str, String)> {
    let words = step
        .published
        .operations
        .iter()
        .chain([&step.published.note]);
    let heads = std::iter::once("Instead").chain(std::iter::repeat(""));
    heads.zip(words.cloned())
}

fn check(chosen: &[Recipe], as_json: bool) -> Result<Exit, Trouble> {
    let mut text = String::new();
    let steps = chosen
        .iter()
        .flat_map(|recipe| recipe.steps.iter().map(move |step| (recipe, step)));
    let mut known = 0;
    let mut count = 0;
    for (recipe, step) in steps {
        count += 1;
        known += usize::from(step.operation().is_some());
        if as_json {
            output::json_line(&json!({
                "recipe": recipe.name,
                "step": step.name,
                "operation": step.to_string(),
                "published": step.operation(),
                "instead": step.published.operations,
                "note": step.published.note,
            }))?;
            continue;
        }
        let mark = if step.operation().is_some() {
            "published    "
        } else {
            "not published"
        };
        let _ = writeln!(text, "{mark}  {} {}: {step}", recipe.name, step.name);
        if step.operation().is_none() {
            for (name, words) in [("Why", verdict_of(step))].into_iter().chain(instead(step)) {
                paragraph(&mut text, name, &words);
            }
        }
    }
    if !as_json {
        output::data(&text)?;
        output::words(&format!("{known} of {count} steps are published"));
    }
    Ok(Exit::Done)
}
