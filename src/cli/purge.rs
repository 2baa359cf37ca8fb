//! `runs purge`: removes finished runs that are old enough, or one by its number, for good. Only when asked to: nothing is ever removed by
//! itself.

use clap::Args;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::choice::{Choice, wrong_settings};
use super::exit::Exit;
use super::output;
use super::phrase::{Asked, confirm};
use super::runs::{data, table, wrong_journal};
use super::terminate::open_journal;
use super::trouble::Trouble;
use crate::clock::WallClock;
use crate::domain::ids::RunId;
use crate::domain::moment::after;
use crate::engine::ports::{Clock, RecordFailure};
use crate::journal::{History, Purgeable, RunSummary};
use crate::log;
use crate::settings::Paths;
use crate::tui;

/// What the phrase stands for.
const REMOVE: Asked = Asked {
    deed: "remove them for good",
    so_far: "nothing was removed",
};

/// `runs purge`.
#[derive(Debug, Args)]
pub(super) struct Purge {
    /// This run alone, however old it is
    number: Option<u32>,
    /// Runs that finished before: a date (2026-03-01), or so many days ago (90d). Else what `keep_days` of the configuration says, or 90
    #[arg(long, value_name = "DATE|DAYS", conflicts_with = "number")]
    before: Option<String>,
    /// The phrase, like 'purge 3': how many
    #[arg(long, value_name = "PHRASE")]
    confirm: Option<String>,
    /// Say what would be removed, remove nothing
    #[arg(long)]
    dry_run: bool,
}

impl Purge {
    /// Shows what would go, asks, removes.
    pub(super) async fn run(
        self,
        history: &History,
        choice: &Choice,
        paths: &Paths,
        as_json: bool,
    ) -> Result<Exit, Trouble> {
        let now = WallClock::start().now();
        let before = self.before(choice, paths, now)?;
        let only = self.number.map(RunId);
        let found = history.purgeable(before, only).map_err(wrong_journal)?;
        tell_kept(&found.unfinished);
        if only.is_some() && found.runs.is_empty() {
            return Err(
                Trouble::said(Exit::Refused, "only finished runs are removed")
                    .hint("nothing was removed; resume it first: unstick runs resume N"),
            );
        }
        show(&found, as_json)?;
        let count = found.runs.len();
        if self.dry_run {
            output::words(&format!("dry run: {count} runs would be removed"));
            return Ok(Exit::Done);
        }
        if count > 0 {
            let mut stops = tui::stops()?;
            let phrase = format!("purge {count}");
            confirm(
                &REMOVE,
                &phrase,
                self.confirm.as_deref(),
                choice,
                &mut stops,
            )
            .await?;
        }
        let journal = open_journal(paths)?;
        let plans = found.runs.iter().flat_map(|run| &run.header.plan.items);
        let named: Vec<String> = plans.map(|item| item.id.to_string()).collect();
        let runs = found.runs.iter().map(|run| run.header.id).collect();
        let purged = journal.purge(runs, now).await.map_err(refused)?;
        let in_log = log::forget(&paths.state, &named).err();
        if let Some(why) = purged
            .left
            .or(in_log.map(|error| format!("the log: {error}")))
        {
            return Err(Trouble::said(
                Exit::NotEnded,
                format!(
                    "{count} runs were removed, but what they said may still be in a file: {why}"
                ),
            )
            .hint("close every other unstick, then: unstick runs purge"));
        }
        output::words(&format!("{count} runs removed"));
        Ok(Exit::Done)
    }

    /// The time before which a run must have finished.
    fn before(&self, choice: &Choice, paths: &Paths, now: Timestamp) -> Result<Timestamp, Trouble> {
        let ago = |days: u32| after(now, SignedDuration::from_hours(-24 * i64::from(days)));
        if self.number.is_some() {
            return Ok(now);
        }
        let Some(said) = &self.before else {
            let settings = choice
                .settings_of_no_profile(paths)
                .map_err(wrong_settings)?;
            return Ok(ago(settings.keep_days));
        };
        let days = said.strip_suffix('d').and_then(|days| days.parse().ok());
        let date = || said.parse::<Date>().ok()?.to_zoned(TimeZone::system()).ok();
        days.filter(|days| *days <= 100_000)
            .map(ago)
            .or_else(|| date().map(|date| date.timestamp()))
            .ok_or_else(|| {
                Trouble::usage(format!("--before {said:?} is neither a date nor days"))
                    .hint("write it like 2026-03-01 or 90d")
            })
    }
}

fn tell_kept(unfinished: &[RunSummary]) {
    for run in unfinished {
        output::words(&format!(
            "run {} is kept: it did not finish. `unstick runs resume {}` reads what became of it",
            run.header.id, run.header.id.0
        ));
    }
}

fn show(found: &Purgeable, as_json: bool) -> Result<(), Trouble> {
    if !as_json {
        output::data(&table(&found.runs))?;
        return Ok(());
    }
    for run in &found.runs {
        output::json_line(&json!({ "purge": data(run) }))?;
    }
    Ok(())
}

fn refused(failure: RecordFailure) -> Trouble {
    let exit = match failure {
        RecordFailure::Locked(_) => Exit::Refused,
        _ => Exit::Usage,
    };
    Trouble::said(
        exit,
        match failure {
            RecordFailure::Refused(why) => format!("the journal refused it: {why}"),
            other => other.to_string(),
        },
    )
    .hint("nothing was removed")
}
