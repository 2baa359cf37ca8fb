//! `terminate`: carries a plan out without a screen, on the same engine and the same facts as the console.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc;

use super::choice::Choice;
use super::choosing;
use super::connect::Connection;
use super::escalated;
use super::exit::Exit;
use super::follow::{self, Voice};
use super::guests::Guests;
use super::interrupted::unless_stopped;
use super::output;
use super::phrase::{END, confirm};
use super::plan::{self, Drafter, Wishes};
use super::trouble::Trouble;
use super::way;
use crate::app::Signal;
use crate::domain::feed::Command;
use crate::domain::guard;
use crate::domain::item::Timings;
use crate::domain::plan::{Plan, PlanRefused};
use crate::domain::recipe::Way;
use crate::domain::rehearsal::rehearse;
use crate::domain::roster::Roster;
use crate::domain::step::Rung;
use crate::domain::text::{self, Text};
use crate::engine::ports::Clock;
use crate::genesys::Timeouts;
use crate::journal::{Journal, JournalFailure, JournalOptions};
use crate::settings::{Paths, Settings};
use crate::tui;

/// The most characters of a note.
const NOTE: usize = 200;

/// `terminate`.
#[derive(Debug, Args)]
pub(super) struct Terminate {
    /// A plan made by `plan`; it says itself how hard it may push
    #[arg(long, value_name = "FILE", conflicts_with_all = ["filter", "ids", "rung", "wrap_up", "recipe", "allow_live"])]
    plan: Option<PathBuf>,
    #[command(flatten)]
    wishes: Wishes,
    /// The phrase, like 'sandbox 9': the profile and how many
    #[arg(long, value_name = "PHRASE")]
    confirm: Option<String>,
    /// Why; kept in the journal
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Plan, check each chat, print what a run would do; end nothing
    #[arg(long)]
    dry_run: bool,
    /// Facts as JSON lines, then a summary; with --dry-run one object: the plan, and what each check says
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
        let source = self.source(settings, paths)?;
        let note = note(self.note.as_deref())?;
        let prepared = Connection::prepare(choice, settings, paths, Timeouts::default());
        let prepared = unless_stopped(&mut stops, prepared).await?;
        let terminated = async |connection: &mut Connection| {
            let prepared = self.prepare(connection, source, note.as_deref(), choice, paths);
            let prepared = unless_stopped(&mut stops, prepared).await?;
            self.carry_out(prepared, note, connection, choice, paths, &mut stops)
                .await
        };
        prepared.during(terminated).await
    }

    async fn carry_out(
        &self,
        prepared: Prepared,
        note: Option<String>,
        connection: &Connection,
        choice: &Choice,
        paths: &Paths,
        stops: &mut mpsc::Receiver<Signal>,
    ) -> Result<Exit, Trouble> {
        let Prepared {
            plan,
            seen,
            if_empty,
        } = prepared;
        plan::say(&plan, &seen, connection).await;
        if plan.items.is_empty() {
            return Ok(if_empty);
        }
        if self.dry_run {
            output::words("dry run: nothing was sent but reads");
            let now = connection.clock.now();
            let rehearsed = rehearse(&plan, |id| seen.row(id), &Timings::default(), now);
            if self.json {
                output::json_line(&super::report::intended(&plan, &rehearsed))?;
            } else {
                output::data(&super::report::intentions(&plan, &rehearsed))?;
            }
            return Ok(Exit::Done);
        }
        // A journal that takes nothing is told of before anybody types a phrase.
        let journal = open_journal(paths)?;
        let given = self.confirm.as_deref();
        confirm(&END, &plan.phrase(), given, choice, stops).await?;
        let guests = Guests::of(&plan, &seen);
        let known = seen.only(plan.items.iter().map(|item| item.id));
        let command = Command::Start {
            plan: Arc::new(plan),
            note,
        };
        let voice = Voice::new(self.json);
        follow::follow(connection, journal, command, stops, voice, &guests, known).await
    }

    /// What the plan is drawn from, understood before anything is asked of the organisation.
    fn source(&self, settings: &Settings, paths: &Paths) -> Result<Source, Trouble> {
        let Some(file) = &self.plan else {
            let chosen = self.wishes.which.understand()?;
            return Ok(Source::Chosen(chosen, self.wishes.way(settings, paths)?));
        };
        let plan = read_plan(file)?;
        way::may_be_here(&plan.recipe, settings)?;
        Ok(Source::File(Box::new(plan)))
    }

    async fn prepare(
        &self,
        connection: &mut Connection,
        source: Source,
        note: Option<&str>,
        choice: &Choice,
        paths: &Paths,
    ) -> Result<Prepared, Trouble> {
        connection.enter(choice).await?;
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
                way::may_be_gone(&plan.recipe, connection, paths).await?;
                check_teardown(&plan, connection, paths).await?;
                let mut seen = check_guards(&plan, connection, paths).await?;
                if self.dry_run {
                    // What its check would find is what a dry run is for.
                    let ids = plan.items.iter().map(|item| item.id).collect();
                    seen = choosing::read(connection, ids, seen, READ_IN).await?;
                }
                (*plan, seen)
            }
            Source::Chosen(chosen, way) => {
                let drafter = Drafter::new(&self.wishes, way, chosen, connection, paths).await?;
                let (plan, seen) = drafter.draft(connection, paths).await?;
                if plan.items.is_empty() {
                    if_empty = plan::why_nothing(&plan, &seen);
                    (plan, seen)
                } else {
                    drafter.draft_again(&plan, seen, connection).await?
                }
            }
        };
        Ok(Prepared {
            plan,
            seen,
            if_empty,
        })
    }
}

/// What can be confirmed.
struct Prepared {
    plan: Plan,
    /// What was read for it.
    seen: Roster,
    /// How to leave where nothing is planned.
    if_empty: Exit,
}

/// How long the conversations of a plan from a file are read for what its hash does not say.
pub(super) const READ_IN: Duration = Duration::from_secs(60);

/// A file can hold what was planned before there was a guard, or by somebody without one: what a guard or rule forbids stops it as a
/// whole. What cannot be read now is judged when its turn comes.
async fn check_guards(
    plan: &Plan,
    connection: &Connection,
    paths: &Paths,
) -> Result<Roster, Trouble> {
    let known = connection.roster(paths);
    if connection.rules.is_none() {
        return Ok(known);
    }
    let ids = plan.items.iter().map(|item| item.id).collect();
    let seen = choosing::read(connection, ids, known, READ_IN).await?;
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
    let known = escalated::on_record(paths, &connection.scope.org_id)?;
    for item in plan.items.iter().filter(|item| !known.contains(&item.id)) {
        let id = item.id;
        let known = connection.roster(paths);
        let seen = choosing::read(connection, vec![id], known, READ_IN).await?;
        let unknown = || Err("it could not be read".to_owned());
        let now = connection.clock.now();
        let verdict = seen
            .row(id)
            .map_or_else(unknown, |row| guard::may_tear_down(&row, now));
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
    Chosen(choosing::Chosen, Way),
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

/// A note as it is kept; nothing where nothing is said.
pub(super) fn note(said: Option<&str>) -> Result<Option<String>, Trouble> {
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

/// The journal, made where there is none. Without it nothing is sent. What was done about facts that an earlier run had to keep elsewhere is
/// said.
pub(super) fn open_journal(paths: &Paths) -> Result<Journal, Trouble> {
    let journal = journal_of(paths).map_err(|failure| {
        let exit = match failure {
            JournalFailure::Held { .. } => Exit::Refused,
            _ => Exit::Usage,
        };
        Trouble::new(exit, anyhow::Error::new(failure))
    })?;
    for told in journal.told() {
        output::words(told);
    }
    Ok(journal)
}

/// The same, or what is wrong with it. Nothing is printed: what there is to tell is the journal's to ask.
pub(super) fn journal_of(paths: &Paths) -> Result<Journal, JournalFailure> {
    let options = JournalOptions {
        // Another folder than the journal's, and often another disk.
        spill: Some(paths.state.clone()),
        ..JournalOptions::default()
    };
    Journal::open_at(&paths.journal_file(), options)
}

/// Prints what neither the journal nor the folder beside it could keep: whoever reads it is the last who can.
pub(super) async fn print_unkept(journal: &Journal) {
    for line in journal.unkept().await {
        output::words(&text::json(&line));
    }
}
