//! `sweep`: carries a standing policy out without a screen, once or every so often. Dry unless the policy's own phrase is given. Each round
//! is planned and carried out as by `terminate`, by the same engine, under the same limits, guards and journal.

mod account;
mod confirmed;
mod pace;
mod round;

use std::time::Duration;

use clap::Args;
use tokio::sync::mpsc;

use super::choice::Choice;
use super::choosing::{Filter, span};
use super::connect::Connection;
use super::exit::Exit;
use super::interrupted::unless_stopped;
use super::plan::Means;
use super::terminate::{note, open_journal};
use super::trouble::Trouble;
use crate::app::Signal;
use crate::domain::ids::RunId;
use crate::domain::policy::Rounds;
use crate::domain::step::Rung;
use crate::genesys::Timeouts;
use crate::journal::{SweepLock, SweepLocked};
use crate::settings::{Paths, Settings};
use crate::tui;
use round::Sweeper;

/// The shortest time between two rounds: the list that a round is drawn from is that late itself.
const LEAST: Duration = Duration::from_secs(60);

/// `sweep`.
#[derive(Debug, Clone, Args)]
pub(super) struct Sweep {
    /// Which chats, like 'is:stuck idle>1h'; of these only what a rule with `terminate = "allow"` fits, and what is ended in bulk
    #[arg(long, value_name = "FILTER")]
    filter: String,
    /// Again and again, a round so long after the last one began, like 10m
    #[arg(long, value_name = "TIME", value_parser = every, conflicts_with = "once")]
    every: Option<Duration>,
    /// One round
    #[arg(long)]
    once: bool,
    #[command(flatten)]
    means: Means,
    /// The policy's phrase, which a sweep without it says: only with it anything is ended
    #[arg(long, value_name = "PHRASE")]
    confirm: Option<String>,
    /// Why; part of the policy, and kept in the journal with every run
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Somebody has looked at this run and those before it: go on though one of them went wrong
    #[arg(long, value_name = "RUN")]
    looked_at: Option<u32>,
    /// Policy, facts and rounds as JSON lines
    #[arg(long)]
    json: bool,
}

/// A time between two rounds.
fn every(text: &str) -> Result<Duration, String> {
    // Whole seconds: a policy says them, and what it says is what is confirmed.
    let said = Duration::from_secs(span(text)?.as_secs());
    if said < LEAST {
        return Err("a round begins once a minute at most: 1m".to_owned());
    }
    Ok(said)
}

impl Sweep {
    /// Carries the policy out until it is over.
    pub(super) async fn run(
        mut self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let mut stops = tui::stops()?;
        // What cannot be understood is said before anything is asked.
        Filter::parse(Some(&self.filter))?;
        self.means.way(Rung::Close, settings, paths)?;
        self.note = note(self.note.as_deref())?;
        if self.confirm.is_some() && self.every.is_none() && !self.once {
            return Err(Trouble::usage("how often is not said").hint(
                "nothing was sent; say --once, or --every 10m: each is a policy of its own",
            ));
        }
        let prepared = Connection::prepare(choice, settings, paths, Timeouts::default());
        let prepared = unless_stopped(&mut stops, prepared).await?;
        let swept = async |connection: &mut Connection| {
            let entered = unless_stopped(&mut stops, connection.enter(choice)).await;
            entered?;
            self.sweep(connection, choice, paths, &mut stops).await
        };
        prepared.during(swept).await
    }

    fn rounds(&self) -> Rounds {
        self.every.map_or(Rounds::Once, Rounds::Every)
    }

    async fn sweep(
        &self,
        connection: &mut Connection,
        choice: &Choice,
        paths: &Paths,
        stops: &mut mpsc::Receiver<Signal>,
    ) -> Result<Exit, Trouble> {
        let _lock = match &self.confirm {
            Some(_) => Some(self.may_act(connection, paths)?),
            None => None,
        };
        let mut sweeper = Sweeper {
            sweep: self,
            connection,
            choice,
            paths,
            looked_at: self.looked_at.map(RunId),
        };
        pace::carry_on(self.every, stops, async |number, stops| {
            sweeper.round(number, stops).await
        })
        .await
    }

    /// What must hold before anything may be ended, whatever the policy is. Answers with the lock of sweeps, which is held to the end.
    fn may_act(&self, connection: &Connection, paths: &Paths) -> Result<SweepLock, Trouble> {
        connection.writing()?;
        if connection.profile.limits.require_note && self.note.is_none() {
            let words = format!("a sweep of `{}` needs a note", connection.profile.name);
            return Err(
                Trouble::usage(words).hint("nothing was sent; say why: --note 'ticket 4711'")
            );
        }
        // A journal that takes nothing is told of before anything is read. It is given back: between rounds it is anybody's.
        drop(open_journal(paths)?);
        SweepLock::take(&paths.journal_file(), &connection.scope.org_id).map_err(|locked| {
            let exit = match locked {
                SweepLocked::Held(_) => Exit::Refused,
                SweepLocked::Unusable { .. } => Exit::Usage,
            };
            Trouble::new(exit, locked)
                .hint("nothing was sent; one sweep at a time: stop that one first, or leave it")
        })
    }
}
