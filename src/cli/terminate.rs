//! `terminate`: carries a plan out without a screen, on the same engine and the same facts as the console.

use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc;

use super::choice::Choice;
use super::choosing;
use super::connect::Connection;
use super::exit::Exit;
use super::follow::{self, Voice};
use super::guests::Guests;
use super::output;
use super::plan::{self, Drafter, Wishes};
use super::trouble::Trouble;
use crate::app::Signal;
use crate::domain::feed::Command;
use crate::domain::guard;
use crate::domain::plan::{Plan, PlanRefused};
use crate::domain::roster::Roster;
use crate::domain::step::Rung;
use crate::domain::text::{self, Text};
use crate::engine::ports::Clock;
use crate::journal::{Journal, JournalFailure, JournalOptions};
use crate::settings::{Paths, Settings};
use crate::tui;

/// The most characters of a note.
const NOTE: usize = 200;

/// `terminate`.
#[derive(Debug, Args)]
pub(super) struct Terminate {
    /// A plan made by `plan`; it says itself how hard it may push
    #[arg(long, value_name = "FILE", conflicts_with_all = ["filter", "ids", "rung", "wrap_up", "allow_live"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    wishes: Wishes,
    /// The phrase, like 'sandbox 9': the profile and how many
    #[arg(long, value_name = "PHRASE")]
    confirm: Option<String>,
    /// Why; kept in the journal
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Plan and print, end nothing
    #[arg(long)]
    dry_run: bool,
    /// Facts as JSON lines, then a summary
    #[arg(long)]
    json: bool,
}

impl Terminate {
    /// Plans, confirms, ends, reports.
    pub(super) async fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let mut stops = tui::stops()?;
        let source = self.source()?;
        let note = note(self.note.as_deref())?;
        let prepared = tokio::select! {
            biased;
            _ = stops.recv() => return Err(interrupted()),
            prepared = self.prepare(source, note.as_deref(), choice, settings, paths) => prepared?,
        };
        let Prepared {
            connection,
            plan,
            seen,
            if_empty,
        } = prepared;
        plan::say(&plan, &seen, &connection).await;
        if plan.items.is_empty() {
            return Ok(if_empty);
        }
        if self.dry_run {
            output::words("dry run: nothing was sent but reads");
            if self.json {
                output::json_line(&plan)?;
            } else {
                output::data(&super::report::intentions(&plan))?;
            }
            return Ok(Exit::Done);
        }
        // A journal that takes nothing is told of before anybody types a phrase.
        let journal = open_journal(paths)?;
        confirm(
            &END,
            &plan.phrase(),
            self.confirm.as_deref(),
            choice,
            &mut stops,
        )
        .await?;
        let guests = Guests::of(&plan, &seen);
        let command = Command::Start {
            plan: Arc::new(plan),
            note,
        };
        let exit = follow::follow(
            &connection,
            journal,
            command,
            &mut stops,
            Voice::new(self.json),
            &guests,
        )
        .await;
        connection.close().await;
        exit
    }

    /// What the plan is drawn from, understood before anything is asked of the organisation.
    fn source(&self) -> Result<Source, Trouble> {
        match &self.plan {
            Some(file) => read_plan(file).map(Box::new).map(Source::File),
            None => self.wishes.which.understand().map(Source::Chosen),
        }
    }

    async fn prepare(
        &self,
        source: Source,
        note: Option<&str>,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Prepared, Trouble> {
        let connection = Connection::open(choice, settings, paths).await?;
        if !self.dry_run {
            connection.writing()?;
            if connection.profile.limits.require_note && note.is_none() {
                return Err(Trouble::usage(format!(
                    "a run on `{}` needs a note",
                    connection.profile.name
                ))
                .hint("nothing was sent; say why: --note 'ticket 4711'"));
            }
        }
        let mut if_empty = Exit::NothingMatched;
        let (plan, seen) = match source {
            // From a file, hash and count stand: what changed since is held when its turn comes.
            Source::File(plan) => {
                plan.check_scope(&connection.scope).map_err(refused_plan)?;
                check_teardown(&plan, &connection, paths).await?;
                let seen = check_guards(&plan, &connection).await?;
                (*plan, seen)
            }
            Source::Chosen(chosen) => {
                let drafter = Drafter::new(&self.wishes, chosen, &connection, paths).await?;
                let (plan, seen) = drafter.draft(&connection, paths).await?;
                if plan.items.is_empty() {
                    if_empty = plan::why_nothing(&plan, &seen);
                    (plan, seen)
                } else {
                    drafter.draft_again(&plan, seen, &connection).await?
                }
            }
        };
        Ok(Prepared {
            connection,
            plan,
            seen,
            if_empty,
        })
    }
}

/// What can be confirmed.
struct Prepared {
    connection: Connection,
    plan: Plan,
    /// What was read for it.
    seen: Roster,
    /// How to leave where nothing is planned.
    if_empty: Exit,
}

/// How long the conversations of a plan from a file are read for what its hash does not say.
const READ_IN: Duration = Duration::from_secs(60);

/// A file can hold what was planned before there was a guard, or by somebody without one: what a guard or rule forbids stops it as a
/// whole. What cannot be read now is judged when its turn comes.
async fn check_guards(plan: &Plan, connection: &Connection) -> Result<Roster, Trouble> {
    if connection.rules.is_none() {
        return Ok(Roster::default());
    }
    let ids = plan.items.iter().map(|item| item.id).collect();
    let seen = choosing::read(connection, ids, Roster::default(), READ_IN).await?;
    let now = connection.clock.now();
    let read = plan
        .items
        .iter()
        .filter_map(|item| seen.row(item.id))
        .filter(|row| row.reading.is_some());
    let forbidden: Vec<String> = read
        .filter_map(|row| Some(format!("{}: {}", row.listed.id, row.forbidden(now)?)))
        .collect();
    if forbidden.is_empty() {
        return Ok(seen);
    }
    Err(Trouble::said(
        Exit::Refused,
        format!(
            "the plan holds what may not be ended\n  {}",
            forbidden.join("\n  ")
        ),
    )
    .hint("nothing was sent but reads; make a new plan: unstick plan"))
}

/// A file can say anything: what a teardown needs is looked up again, in the profile, in the journal, and at the organisation.
async fn check_teardown(
    plan: &Plan,
    connection: &Connection,
    paths: &Paths,
) -> Result<(), Trouble> {
    if plan.rung != Rung::Teardown {
        return Ok(());
    }
    let refused = |why: String| Trouble::said(Exit::Refused, why).hint("nothing was sent");
    if !connection.profile.allow_teardown {
        return Err(refused(format!(
            "teardown is off for the profile `{}`",
            connection.profile.name
        )));
    }
    let known = plan::escalated(paths, &connection.scope.org_id)?;
    for item in plan.items.iter().filter(|item| !known.contains(&item.id)) {
        let id = item.id;
        let known = connection.roster(paths);
        let seen = choosing::read(connection, vec![id], known, READ_IN).await?;
        let unknown = || Err("it could not be read".to_owned());
        let now = connection.clock.now();
        let verdict = seen
            .row(id)
            .map_or_else(unknown, |row| guard::may_tear_down(row, now));
        verdict.map_err(|why| {
            refused(format!(
                "{id} may not be torn down: no run on record left it `escalate`, and {why}"
            ))
        })?;
    }
    Ok(())
}

enum Source {
    File(Box<Plan>),
    Chosen(super::choosing::Chosen),
}

fn read_plan(file: &Path) -> Result<Plan, Trouble> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        Trouble::new(
            Exit::Usage,
            anyhow::Error::new(error).context(format!("{} cannot be read", file.display())),
        )
    })?;
    Plan::parse(&text).map_err(refused_plan)
}

fn refused_plan(refused: PlanRefused) -> Trouble {
    let exit = match refused {
        PlanRefused::NotAPlan(_) | PlanRefused::OtherFormat(_) => Exit::Usage,
        PlanRefused::Edited | PlanRefused::Elsewhere { .. } | PlanRefused::Unusable(_) => {
            Exit::Refused
        }
    };
    Trouble::new(exit, refused).hint("nothing was sent; make a new plan: unstick plan")
}

fn note(said: Option<&str>) -> Result<Option<String>, Trouble> {
    let Some(said) = said.map(str::trim).filter(|said| !said.is_empty()) else {
        return Ok(None);
    };
    if said.chars().count() > NOTE {
        return Err(Trouble::usage(format!(
            "the note is longer than {NOTE} characters"
        )));
    }
    Ok(Some(Text::clean(said).into()))
}

/// The journal, made where there is none. Without it nothing is sent.
pub(super) fn open_journal(paths: &Paths) -> Result<Journal, Trouble> {
    try_journal(paths).map_err(|failure| {
        let exit = match failure {
            JournalFailure::Held { .. } => Exit::Refused,
            _ => Exit::Usage,
        };
        Trouble::new(exit, anyhow::Error::new(failure))
    })
}

/// The same, or what is wrong with it. What was done about facts that an earlier run had to keep elsewhere is said.
pub(super) fn try_journal(paths: &Paths) -> Result<Journal, JournalFailure> {
    let options = JournalOptions {
        // Another folder than the journal's, and often another disk.
        spill: Some(paths.state.clone()),
        ..JournalOptions::default()
    };
    let journal = Journal::open_at(&paths.journal_file(), options)?;
    for told in journal.told() {
        output::words(told);
    }
    Ok(journal)
}

/// Prints what neither the journal nor the folder beside it could keep: whoever reads it is the last who can.
pub(super) async fn print_unkept(journal: &Journal) {
    for line in journal.unkept().await {
        output::words(&text::json(&line));
    }
}

/// What a phrase is asked for.
pub(super) struct Asked {
    /// What it lets happen.
    pub(super) deed: &'static str,
    /// What has not happened before it.
    pub(super) so_far: &'static str,
}

/// The phrase of a run.
pub(super) const END: Asked = Asked {
    deed: "end them",
    so_far: "nothing was sent",
};

/// Makes sure that somebody means exactly this: by the flag, or by typing the phrase where there is a terminal.
pub(super) async fn confirm(
    asked: &Asked,
    phrase: &str,
    given: Option<&str>,
    choice: &Choice,
    stops: &mut mpsc::Receiver<Signal>,
) -> Result<(), Trouble> {
    let typed = match given {
        Some(given) => given.to_owned(),
        None if choice.no_input || !io::stdin().is_terminal() => {
            return Err(
                Trouble::usage("the phrase is missing, and there is nobody to type it").hint(
                    format!("{}; if you mean it: --confirm '{phrase}'", asked.so_far),
                ),
            );
        }
        None => {
            output::words(&format!(
                "Type `{phrase}` to {}, or Enter to leave:",
                asked.deed
            ));
            tokio::select! {
                biased;
                _ = stops.recv() => return Err(interrupted()),
                line = tokio::task::spawn_blocking(typed_line) => line.unwrap_or_default(),
            }
        }
    };
    if typed.trim() == phrase {
        return Ok(());
    }
    Err(Trouble::said(
        Exit::Refused,
        format!(
            "the phrase is `{phrase}`, not `{}`",
            Text::clean(typed.trim())
        ),
    )
    .hint(format!(
        "{}; look at what is planned, then type the phrase",
        asked.so_far
    )))
}

fn typed_line() -> String {
    let mut line = String::new();
    // Without a line nothing is confirmed.
    let _ = io::stdin().lock().read_line(&mut line);
    line
}

/// Interrupted before anything was sent.
pub(super) fn interrupted() -> Trouble {
    Trouble::said(Exit::Interrupted, "interrupted before anything was sent")
}
