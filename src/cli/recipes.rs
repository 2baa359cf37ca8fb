//! `recipes`: the sequences that people find in forums, what each does, and whether the platform publishes what it calls. Sends nothing to
//! anybody's organisation: a comparison has sandboxes of its own.

pub(super) mod aside;
mod columns;
mod compare;
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
use crate::domain::recipe::Recipe;
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
                recipe.published_words(),
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
    text.push('\n');
    for (name, words) in recipe.facts() {
        paragraph(&mut text, name, &words);
    }
    for (place, step) in recipe.steps.iter().enumerate() {
        let _ = write!(text, "\n{}. {}  {}\n", place + 1, step.name, step.does);
        for (name, words) in step.facts() {
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
            for (name, words) in [("Why", step.verdict())].into_iter().chain(step.instead()) {
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
