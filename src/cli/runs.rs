//! `runs`: the journal read, exported, verified; and an unfinished run continued.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde_json::json;

use super::choice::Choice;
use super::connect::Connection;
use super::exit::Exit;
use super::follow::{self, Voice};
use super::guests::Guests;
use super::interrupted::unless_stopped;
use super::phrase::{END, confirm};
use super::purge::Purge;
use super::terminate::{READ_IN, open_journal};
use super::trouble::Trouble;
use super::{abandoned, choosing, output, printed, report, way};
use crate::domain::feed::Command;
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::roster::Roster;
use crate::domain::run::Run;
use crate::genesys::Timeouts;
use crate::journal::{ExportForm, History, JournalFailure, RunSummary, save_export};
use crate::settings::{Paths, Settings};
use crate::tui;

/// `runs`.
#[derive(Debug, Args)]
pub(super) struct Runs {
    #[command(subcommand)]
    command: Option<RunsCommand>,
    /// One JSON object a line
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum RunsCommand {
    /// Every run, newest first
    List,
    /// One run and how its conversations came out
    Show {
        /// Its number
        number: u32,
    },
    /// Continue an unfinished run; what was sent without a known answer is read first
    Resume {
        /// Its number
        number: u32,
        /// The phrase: the profile and how many have no final state
        #[arg(long, value_name = "PHRASE")]
        confirm: Option<String>,
    },
    /// One run with everything that happened in it, as JSON lines
    Export {
        /// Its number
        number: u32,
        /// One line for each conversation instead
        #[arg(long)]
        csv: bool,
        /// A document instead, with one row for each conversation
        #[arg(long, conflicts_with = "csv")]
        markdown: bool,
        /// Into a new file that only you can read
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
    /// Whether the journal is as it was written
    Verify {
        /// Only what concerns this run
        number: Option<u32>,
    },
    /// Remove finished runs for good; their number, counts and last hash stay
    Purge(Purge),
}

impl Runs {
    /// It needs no organisation.
    pub(super) fn is_reading(&self) -> bool {
        !matches!(self.command, Some(RunsCommand::Resume { .. }))
    }

    /// Reads the journal, which takes no lock; before that, runs are closed whose sandbox is gone.
    pub(super) async fn read(self, choice: &Choice, paths: &Paths) -> Result<Exit, Trouble> {
        if !matches!(self.command, Some(RunsCommand::Verify { .. })) {
            for said in abandoned::close(paths, usize::MAX).await {
                output::words(&said);
            }
        }
        let history = History::at(&paths.journal_file(), Timings::default());
        match self.command {
            None | Some(RunsCommand::List) => list(&history, self.json),
            Some(RunsCommand::Show { number }) => show(&history, RunId(number), self.json),
            Some(RunsCommand::Export {
                number,
                csv,
                markdown,
                output,
            }) => {
                let number = RunId(number);
                let form = match (csv, markdown) {
                    (true, _) => ExportForm::Csv,
                    (_, true) => ExportForm::Markdown,
                    _ => ExportForm::JsonLines,
                };
                let text = history.export(number, form).map_err(wrong_journal)?;
                export(&text, output.as_deref())
            }
            Some(RunsCommand::Purge(purge)) => purge.run(&history, choice, paths, self.json).await,
            Some(RunsCommand::Verify { number }) => verify(&history, number.map(RunId), self.json),
            Some(RunsCommand::Resume { .. }) => Ok(Exit::Internal),
        }
    }

    /// Continues an unfinished run.
    pub(super) async fn resume(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let Some(RunsCommand::Resume {
            number,
            confirm: phrase,
        }) = self.command
        else {
            return Ok(Exit::Internal);
        };
        let id = RunId(number);
        let history = History::at(&paths.journal_file(), Timings::default());
        history.load(id).map_err(wrong_journal)?;
        // What could not be recorded at the time is taken in first: it may settle what the phrase would count.
        let journal = open_journal(paths)?;
        let run = history.load(id).map_err(wrong_journal)?;
        let open = run.open_items().count();
        if !run.has_more_to_do() {
            return Err(Trouble::said(
                Exit::NothingMatched,
                format!("run {id} has nothing left to do"),
            ));
        }
        let way = &run.header.plan.recipe;
        way::may_be_here(way, settings)?;
        let mut stops = tui::stops()?;
        let prepared = Connection::prepare(choice, settings, paths, Timeouts::default());
        let prepared = unless_stopped(&mut stops, prepared).await?;
        let resumed = async |connection: &mut Connection| {
            unless_stopped(&mut stops, connection.enter(choice)).await?;
            connection.writing()?;
            let plan = &run.header.plan;
            plan.check_scope(&connection.scope).map_err(|refused| {
                Trouble::new(Exit::Refused, refused)
                    .hint("nothing was sent; open the organisation that the run was made on")
            })?;
            unless_stopped(&mut stops, way::may_be_gone(way, connection, paths)).await?;
            let known = unless_stopped(&mut stops, known_of(&run, connection, paths)).await?;
            output::words(&format!(
                "run {id}: {open} of {} without a final state",
                run.items.len()
            ));
            let wanted = format!("{} {open}", plan.profile);
            confirm(&END, &wanted, phrase.as_deref(), choice, &mut stops).await?;
            let command = Command::Resume(id);
            let (voice, guests) = (Voice::new(self.json), Guests::default());
            follow::follow(
                connection, journal, command, &mut stops, voice, &guests, known,
            )
            .await
        };
        prepared.during(resumed).await
    }
}

/// What guards are to judge by of the conversations that nothing was sent for yet: as for a plan, it is asked anew, where there are guards.
async fn known_of(run: &Run, connection: &Connection, paths: &Paths) -> Result<Roster, Trouble> {
    let known = connection.roster(paths);
    let untouched = run.open_items().filter(|item| !item.has_acted());
    let ids: Vec<_> = untouched.map(|item| item.plan.id).collect();
    if connection.rules.is_none() || ids.is_empty() {
        return Ok(known);
    }
    choosing::read(connection, ids, known, READ_IN).await
}

/// Prints an export, or saves it.
fn export(safe: &str, file: Option<&Path>) -> Result<Exit, Trouble> {
    let Some(file) = file else {
        output::data(safe)?;
        return Ok(Exit::Done);
    };
    save_export(file, safe).map_err(|error| {
        let what = format!("{} cannot be written", file.display());
        Trouble::new(Exit::Usage, anyhow::Error::new(error).context(what))
            .hint("an export never goes over a file that is there; name a new one")
    })?;
    output::words(&format!("written to {}", file.display()));
    Ok(Exit::Done)
}

/// A journal that cannot be read is damaged, which is for a person to mend; a run that is not there matched nothing.
pub(super) fn wrong_journal(failure: JournalFailure) -> Trouble {
    let exit = match failure {
        JournalFailure::NoSuchRun(_) | JournalFailure::Purged { .. } => Exit::NothingMatched,
        _ => Exit::Usage,
    };
    Trouble::new(exit, failure)
}

fn list(history: &History, as_json: bool) -> Result<Exit, Trouble> {
    let found = history.readable(usize::MAX).map_err(wrong_journal)?;
    if as_json {
        for run in &found.runs {
            output::json_line(&data(run))?;
        }
    } else {
        output::data(&table(&found.runs))?;
    }
    if found.unreadable.is_empty() {
        return Ok(Exit::Done);
    }
    let words: Vec<String> = found
        .unreadable
        .iter()
        .map(|(run, why)| format!("run {run}: {why}"))
        .collect();
    Err(Trouble::usage(format!(
        "{} runs cannot be read\n  {}",
        words.len(),
        words.join("\n  ")
    ))
    .hint("put a backup of the journal in its place; `unstick runs verify` says what is wrong with this one"))
}

/// Runs as a table for people.
pub(super) fn table(runs: &[RunSummary]) -> String {
    let lines: Vec<[String; 7]> = runs.iter().map(line).collect();
    let heads = ["RUN", "CREATED", "PROFILE", "BY", "ENDED", "STATE", "NOTE"];
    printed::table(heads, &lines)
}

fn line(run: &RunSummary) -> [String; 7] {
    let header = &run.header;
    let done = run.tally.of(crate::domain::fact::FinalState::Ended)
        + run
            .tally
            .of(crate::domain::fact::FinalState::EndedElsewhere);
    [
        header.id.to_string(),
        // Whole seconds are enough for a person; data have them all.
        header.created.strftime("%FT%TZ").to_string(),
        header.plan.profile.clone(),
        header.operator.clone(),
        format!("{done}/{}", run.tally.planned),
        state(run).to_owned(),
        header.note.clone().unwrap_or_default(),
    ]
}

fn state(run: &RunSummary) -> &'static str {
    match (run.started, run.finished) {
        (_, Some(_)) => "finished",
        (Some(_), None) => "unfinished",
        (None, None) => "not confirmed",
    }
}

/// A run as data.
pub(super) fn data(run: &RunSummary) -> serde_json::Value {
    let header = &run.header;
    let counts: serde_json::Map<_, _> = crate::domain::fact::FinalState::ALL
        .iter()
        .map(|state| (state.word().to_owned(), json!(run.tally.of(*state))))
        .collect();
    json!({
        "run": header.id,
        "created": header.created,
        "profile": header.plan.profile,
        "label": header.label,
        "org_id": header.plan.org_id,
        "operator": header.operator,
        "note": header.note,
        "rung": header.plan.rung,
        "recipe": header.plan.recipe.name(),
        "hash": header.plan.hash,
        "state": state(run),
        "started": run.started,
        "finished": run.finished,
        "planned": run.tally.planned,
        "counts": counts,
        "incidents": run.tally.incidents,
        "requests": run.tally.requests,
    })
}

fn show(history: &History, id: RunId, as_json: bool) -> Result<Exit, Trouble> {
    let run: Run = history.load(id).map_err(wrong_journal)?;
    if !as_json {
        output::data(&report::page(&run, &[]))?;
        return Ok(Exit::Done);
    }
    let items: Vec<_> = run.items.iter().map(item).collect();
    output::json_line(&json!({
        "run": id,
        "header": run.header,
        "confirmed": run.confirmed,
        "finished": run.finished,
        "items": items,
    }))?;
    Ok(Exit::Done)
}

fn item(item: &crate::domain::item::Item) -> serde_json::Value {
    let settled = item.settled.as_ref();
    json!({
        "id": item.plan.id,
        "kind": item.plan.kind,
        "settled": settled.map(|(settled, _)| settled),
        "settled_at": settled.map(|(_, at)| at),
        "requests": item.requests,
        "sends": item.sends.len(),
    })
}

fn verify(history: &History, only: Option<RunId>, as_json: bool) -> Result<Exit, Trouble> {
    if let Some(id) = only {
        history.load(id).map_err(wrong_journal)?;
    }
    let verdict = history.verify().map_err(wrong_journal)?;
    let faults: Vec<_> = verdict
        .faults
        .iter()
        .filter(|fault| only.is_none_or(|id| fault.run == id))
        .collect();
    if as_json {
        let said: Vec<_> = faults
            .iter()
            .map(|fault| json!({ "run": fault.run, "fact": fault.fact, "what": fault.what }))
            .collect();
        output::json_line(
            &json!({ "runs": verdict.runs, "facts": verdict.facts, "purged": verdict.purged, "faults": said }),
        )?;
    } else {
        let purged = match verdict.purged {
            0 => String::new(),
            count => format!(", {count} purged"),
        };
        output::data(&format!(
            "{} runs, {} facts, {} faults{purged}\n",
            verdict.runs,
            verdict.facts,
            faults.len()
        ))?;
    }
    if faults.is_empty() {
        return Ok(Exit::Done);
    }
    let words: Vec<String> = faults.iter().map(ToString::to_string).collect();
    Err(Trouble::usage(format!(
        "the journal is not as it was written\n  {}",
        words.join("\n  ")
    ))
    .hint("keep a copy of the file; what it says can no longer be relied on"))
}
