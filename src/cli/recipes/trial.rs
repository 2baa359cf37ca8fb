//! One recipe, carried out on one chat of a sandbox that is nobody else's: by the same plan, journal, engine and verification as every run.
//! The sandbox is started for it in this process, its address is known to nobody, and both are gone when the trial is.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use tokio::sync::{mpsc, watch};

use super::reality;
use crate::cli::connect::Connection;
use crate::cli::exit::Exit;
use crate::cli::pretend::Pretend;
use crate::cli::terminate::journal_of;
use crate::cli::trouble::Trouble;
use crate::cli::{interrupted, way};
use crate::domain::draft::draft;
use crate::domain::fact::RunEvent;
use crate::domain::feed::{Command, Fact};
use crate::domain::guard::Terms;
use crate::domain::ids::ConversationId;
use crate::domain::item::Item;
use crate::domain::plan::{Choices, Plan};
use crate::domain::recipe::{Really, Recipe, Refused, STANDARD, Way};
use crate::domain::roster::Roster;
use crate::domain::run::Run;
use crate::domain::step::Rung;
use crate::engine::Engine;
use crate::engine::gather::{Gather, gather};
use crate::engine::ports::Clock;
use crate::sandbox::{Options, Scenario};
use crate::settings::Paths;

/// How long the chat is read for its plan, under whatever load.
const READ_IN: Duration = Duration::from_secs(60);
/// How old that read may be when the run begins.
const CONFIRMABLE: SignedDuration = SignedDuration::from_secs(60);
/// How long an engine that was told to leave is waited for.
const LEAVING: Duration = Duration::from_secs(5);
/// Facts on their way.
const WAITING: usize = 64;

/// What is tried.
#[derive(Debug, Clone)]
pub(super) struct Trial {
    pub(super) recipe: Recipe,
    /// The scenario, with one chat where there are several alike.
    pub(super) scenario: Scenario,
    /// Instead of the scenario's own.
    pub(super) seed: Option<u64>,
    /// The label of the chat.
    pub(super) label: &'static str,
    /// Where its journal is, and nothing else.
    pub(super) folder: PathBuf,
}

/// How it came out.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) item: Item,
    pub(super) really: Really,
}

impl Trial {
    /// Carries it out, or leaves everything and goes when told to stop.
    pub(super) async fn carry_out(self, stop: watch::Receiver<bool>) -> Result<Outcome, Trouble> {
        let options = Options {
            seed: self.seed,
            ..Options::new(self.scenario.clone())
        };
        let paths = Paths::under(&self.folder);
        let pretend = Pretend::start(options, "a sandbox of its own").await?;
        let connection = Connection::to_own(pretend, &paths)?;
        let tried = async |connection: &mut Connection| self.on(connection, &paths, stop).await;
        connection.during(tried).await
    }

    async fn on(
        &self,
        connection: &mut Connection,
        paths: &Paths,
        stop: watch::Receiver<bool>,
    ) -> Result<Outcome, Trouble> {
        connection.enter_silently(None).await?;
        let id = reality::labelled(connection, self.label).await?;
        let (plan, known) = self.plan(connection, id, paths).await?;
        let run = followed(connection, paths, plan, known, stop).await?;
        let really = reality::of(connection, id).await?;
        let item = run.items.into_iter().next();
        let item = item.filter(|item| item.settled.is_some());
        let item = item
            .ok_or_else(|| Trouble::said(Exit::Internal, "the run ended without a final state"))?;
        Ok(Outcome { item, really })
    }

    /// The plan of this one chat, as an operator would make it by its id.
    async fn plan(
        &self,
        connection: &Connection,
        id: ConversationId,
        paths: &Paths,
    ) -> Result<(Plan, Roster), Trouble> {
        let recipe = if self.recipe.name == STANDARD {
            Way::Standard
        } else {
            Way::Recipe(Arc::new(self.recipe.clone()))
        };
        way::may_be_gone(&recipe, connection, paths).await?;
        let wrap_up = if recipe == Way::Standard || self.recipe.needs_wrap_up() {
            connection.wrap_up(None).await?
        } else {
            None
        };
        let wanted = Gather {
            read_for: READ_IN,
            only: Some(vec![id]),
            known: Roster::judging_by(connection.thresholds.clone()),
            horizon_days: connection.profile.limits.horizon_days,
            worth_reading: None,
        };
        let (client, clock) = (&connection.client, &connection.clock);
        let known = gather(client, clock, &connection.limiter, wanted, |_| {})
            .await
            .map_err(|failure| Trouble::of_failure("the chat cannot be read", &failure))?;
        let choices = Choices {
            filter: None,
            rung: Rung::Close,
            wrap_up: wrap_up.map(|code| code.id),
            allow_live: false,
            recipe,
        };
        let terms = Terms {
            choices: &choices,
            from_filter: false,
            max_batch: 1,
            allow_teardown: false,
            escalated: &[],
            now: clock.now(),
            max_read_age: Some(CONFIRMABLE),
            still_matches: None,
        };
        let plan = draft(&[id], &known, &connection.scope, &terms)
            .map_err(|refused| Trouble::new(Exit::Refused, refused))?;
        if let Some(skipped) = plan.skipped.first() {
            let words = format!(
                "the chat labelled `{}` may not be ended: {}",
                self.label, skipped.reason
            );
            return Err(Trouble::said(Exit::Refused, words)
                .hint("stage it like the built-in ones: unstick sandbox scenarios forum"));
        }
        Ok((plan, known))
    }
}

/// Carries a plan out and follows it to its end.
async fn followed(
    connection: &Connection,
    paths: &Paths,
    plan: Plan,
    known: Roster,
    mut stop: watch::Receiver<bool>,
) -> Result<Run, Trouble> {
    let journal = journal_of(paths)
        .map_err(|failure| Trouble::new(Exit::Internal, anyhow::Error::new(failure)))?;
    let (told, mut facts) = mpsc::channel(WAITING);
    let (engine, task) = Engine::spawn(connection.parts(journal, false)?, told);
    engine.send(Command::KnowRows(Box::new(known)));
    engine.send(Command::Start {
        plan: Arc::new(plan),
        note: None,
    });
    let run = tokio::select! {
        biased;
        // A sender that is gone cannot stop anything any more.
        Ok(_) = stop.wait_for(|stop| *stop) => Err(interrupted::interrupted()),
        run = finished(&engine, &mut facts) => run,
    };
    // An engine that tells and is not heard waits for ever.
    drop(facts);
    engine.send(Command::Shutdown);
    let _ = tokio::time::timeout(LEAVING, task).await;
    run
}

async fn finished(engine: &Engine, facts: &mut mpsc::Receiver<Fact>) -> Result<Run, Trouble> {
    let mut opened: Option<Run> = None;
    while let Some(fact) = facts.recv().await {
        match (fact, &mut opened) {
            (Fact::RunOpened(run), _) => opened = Some(*run),
            (Fact::RunRefused { why }, _) => return Err(Trouble::said(Exit::Refused, why)),
            (Fact::Run(_, fact), Some(run)) => {
                run.apply(&fact);
                if let RunEvent::Paused { why } = &fact.event {
                    // Nobody is there to let it go on.
                    let by = format!("paused without a screen: {why}");
                    engine.send(Command::StopRun { by });
                }
            }
            _ => {}
        }
        if let Some(run) = opened.take_if(|run| run.finished.is_some()) {
            return Ok(run);
        }
    }
    Err(Trouble::said(
        Exit::Internal,
        "the engine left before the run's end",
    ))
}

impl Outcome {
    /// The first of its requests that was refused.
    pub(super) fn first_refusal(&self) -> Option<Refused> {
        let mut sends = self.item.sends.iter();
        let failure = sends.find_map(|sent| sent.answer.as_ref()?.failure.as_ref())?;
        let code = match &failure.code {
            Some(code) => code.as_str().to_owned(),
            None => failure.said.as_str().to_owned(),
        };
        Some(Refused {
            status: failure.receipt.status,
            code,
        })
    }

    /// From its first request that was to change something to its final state.
    pub(super) fn took_ms(&self) -> Option<u64> {
        let first = self.item.sends.first()?.at;
        let (_, settled) = self.item.settled.as_ref()?;
        u64::try_from(settled.duration_since(first).as_millis()).ok()
    }
}
