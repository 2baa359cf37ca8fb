//! One round: the configuration and the record are looked at anew, what the policy takes is planned on fresh reads, and the plan is carried
//! out as any other. The journal is held for the run alone: between rounds it is anybody's.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::Sweep;
use super::account::Account;
use super::confirmed::changed;
use super::pace::Round;
use crate::app::Signal;
use crate::cli::choice::Choice;
use crate::cli::choosing::Filter;
use crate::cli::connect::Connection;
use crate::cli::exit::Exit;
use crate::cli::follow::{self, Voice};
use crate::cli::guests::Guests;
use crate::cli::interrupted::{interrupted, unless_stopped};
use crate::cli::plan::{self, Drafter};
use crate::cli::terminate::open_journal;
use crate::cli::trouble::Trouble;
use crate::cli::{output, report};
use crate::domain::feed::Command;
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::moment::after;
use crate::domain::plan::Plan;
use crate::domain::policy::Policy;
use crate::domain::rehearsal::rehearse;
use crate::domain::roster::Roster;
use crate::domain::step::Rung;
use crate::domain::sweep::{Left, Past, Room, Selection, WINDOW, select};
use crate::engine::ports::Clock;
use crate::journal::History;
use crate::settings::Paths;

/// What rounds are made with.
pub(super) struct Sweeper<'a> {
    pub(super) sweep: &'a Sweep,
    pub(super) connection: &'a mut Connection,
    pub(super) choice: &'a Choice,
    pub(super) paths: &'a Paths,
    /// Somebody looked at this run and those before it.
    pub(super) looked_at: Option<RunId>,
}

/// What a round found before anything was sent.
struct Found {
    policy: Policy,
    past: Past,
    selection: Selection,
    plan: Plan,
    seen: Roster,
}

impl Sweeper<'_> {
    /// One round.
    pub(super) async fn round(
        &mut self,
        number: u32,
        stops: &mut mpsc::Receiver<Signal>,
    ) -> Result<Round, Trouble> {
        let found = unless_stopped(stops, self.look(number)).await?;
        let at = self.connection.clock.now();
        let account = Account {
            at,
            number,
            profile: &found.policy.profile,
            selection: &found.selection,
            planned: found.plan.items.len(),
            hour: found.policy.limits.max_per_hour,
            lately: found.past.lately,
        };
        if found.plan.items.is_empty() {
            account.tell_quiet(self.sweep.json)?;
            return Ok(Round {
                exit: why_nothing(&found),
                has_acted: false,
                is_last: false,
            });
        }
        if self.sweep.confirm.is_none() {
            self.rehearse(&found)?;
            account.tell_dry(self.sweep.json)?;
            return Ok(Round {
                exit: Exit::Done,
                has_acted: false,
                is_last: false,
            });
        }
        self.carry_out(found, number, stops).await
    }

    /// Reads what there is, and plans; nothing is sent for it but reads.
    async fn look(&mut self, number: u32) -> Result<Found, Trouble> {
        let read = self.connection.read_again(self.choice, self.paths)?;
        let means = &self.sweep.means;
        let way = means.way(Rung::Close, &read.settings, self.paths)?;
        let connection = &*self.connection;
        let filter = Filter::parse(Some(&self.sweep.filter))?;
        let drafter = Drafter::of_sweep(filter, means, way, connection, self.paths).await?;
        let policy = self.sweep.policy(&drafter, connection);
        self.sweep.check(&policy, number)?;
        if number == 1 {
            self.sweep.show(&policy, connection)?;
        }
        let past = self.past()?;
        let room = Room {
            batch: policy.limits.max_batch,
            hour: policy.limits.max_per_hour.saturating_sub(past.lately),
        };
        let (seen, matching) = drafter.look(connection, self.paths).await?;
        let selection = drafter.with_terms(connection, None, |terms| {
            let recent = policy.limits.recent_reply;
            let ids = matching.iter().copied();
            let row = |id| seen.row(id);
            Ok::<_, anyhow::Error>(select(ids, row, room, &past, recent, terms))
        })?;
        let plan = drafter.draft_these(&selection.taken, &seen, connection)?;
        let (plan, seen) = if plan.items.is_empty() {
            (plan, seen)
        } else {
            drafter.draft_again(&plan, seen, connection).await?
        };
        Ok(Found {
            plan: plan.of_sweep(&policy.hash()),
            policy,
            past,
            selection,
            seen,
        })
    }

    /// What sweeps on record did. Where one went wrong, none goes on before somebody has looked.
    fn past(&self) -> Result<Past, Trouble> {
        let now = self.connection.clock.now();
        let history = History::at(&self.paths.journal_file(), Timings::default());
        let runs = history
            .sweeps(&self.connection.scope.org_id, after(now, -WINDOW))
            .map_err(|failure| {
                Trouble::new(Exit::Usage, failure)
                    .hint("nothing was sent; a sweep goes by the journal")
            })?;
        let past = Past::of(&runs, self.looked_at, now);
        if let Some((run, why)) = &past.halted {
            let words = format!("no sweep goes on before somebody has looked at run {run}: {why}");
            if self.sweep.confirm.is_some() {
                return Err(Trouble::said(Exit::Refused, words).hint(format!(
                    "nothing was sent; see it with `unstick runs show {0}`, then go on with --looked-at {0}",
                    run.0
                )));
            }
            output::words(&format!("note: {words}"));
        }
        for run in &past.cut_off {
            output::words(&format!(
                "note: run {run} of a sweep was cut off; what was begun there is left alone: unstick runs resume {}",
                run.0
            ));
        }
        Ok(past)
    }

    /// Says what a run would do.
    fn rehearse(&self, found: &Found) -> Result<(), Trouble> {
        let now = self.connection.clock.now();
        let rehearsed = rehearse(
            &found.plan,
            |id| found.seen.row(id),
            &Timings::default(),
            now,
        );
        if self.sweep.json {
            let mut would = report::intended(&found.plan, &rehearsed);
            if let Some(object) = would.as_object_mut() {
                object.insert("event".to_owned(), "would".into());
            }
            output::json_line(&would)?;
        } else {
            output::data(&report::intentions(&found.plan, &rehearsed))?;
        }
        Ok(())
    }

    /// Carries the plan out, by the road of every plan.
    async fn carry_out(
        &mut self,
        found: Found,
        number: u32,
        stops: &mut mpsc::Receiver<Signal>,
    ) -> Result<Round, Trouble> {
        let Found {
            policy,
            past,
            selection,
            plan,
            seen,
        } = found;
        // Reading may have taken a minute.
        let read = self.connection.read_again(self.choice, self.paths)?;
        if read.is_other {
            return Err(changed());
        }
        let connection = &*self.connection;
        let journal = open_journal(self.paths)?;
        let guests = Guests::of(&plan, &seen);
        let known = seen.only(plan.items.iter().map(|item| item.id));
        let account = Account {
            at: connection.clock.now(),
            number,
            profile: &policy.profile,
            selection: &selection,
            planned: plan.items.len(),
            hour: policy.limits.max_per_hour,
            lately: past.lately,
        };
        let command = Command::Start {
            plan: Arc::new(plan),
            note: Some(policy.run_note()),
        };
        let voice = Voice::of_sweep(self.sweep.json);
        let followed =
            follow::carry(connection, journal, command, stops, voice, &guests, known).await?;
        let (Some(run), Some(exit)) = (followed.run().cloned(), followed.exit()) else {
            if followed.is_interrupted() {
                return Err(interrupted());
            }
            // It was not opened, so nothing was sent: the console may be carrying out a run just now.
            let why = followed.refusal().unwrap_or("the run was not opened");
            account.tell_skipped(self.sweep.json, why)?;
            return Ok(Round {
                exit: Exit::Refused,
                has_acted: false,
                is_last: false,
            });
        };
        let went_wrong = run.cut_short.is_some()
            || run.finished.is_none()
            || run.tally().incidents > 0
            || followed.is_interrupted();
        account.tell_run(self.sweep.json, &run, exit)?;
        if self.sweep.json || went_wrong {
            followed.finish()?;
        }
        Ok(Round {
            exit,
            has_acted: true,
            is_last: went_wrong,
        })
    }
}

/// How a round leaves that plans nothing: the limit by the hour, what could not be read, or nothing that it may end.
fn why_nothing(found: &Found) -> Exit {
    let left = &found.selection.left;
    if left.iter().any(|(_, left)| *left == Left::Hour) {
        return Exit::Refused;
    }
    if found.selection.taken.is_empty() && left.is_empty() {
        return plan::why_nothing(&found.plan, &found.seen);
    }
    Exit::NothingMatched
}
