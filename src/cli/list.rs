//! `list`: the open conversations, once.

use std::time::Duration;

use clap::Args;

use super::choice::Choice;
use super::choosing::{self, Filter};
use super::connect::Connection;
use super::exit::Exit;

use super::trouble::Trouble;
use super::{output, printed, row};
use crate::domain::roster::Row;
use crate::domain::row_data::{self, RowData};
use crate::engine::ports::Clock;
use crate::settings::{Paths, Settings};
use jiff::Timestamp;

/// `list`.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Only those that match, like 'is:stuck idle>1h'
    #[arg(long, value_name = "FILTER")]
    filter: Option<String>,
    /// One JSON object a line
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// CSV with a head line
    #[arg(long)]
    csv: bool,
    /// How long conversations are read; the rest stays unread
    #[arg(long, value_parser = choosing::span, default_value = "10s", value_name = "TIME")]
    read_for: Duration,
}

impl Default for List {
    fn default() -> Self {
        Self {
            filter: None,
            json: false,
            csv: false,
            read_for: Duration::from_secs(10),
        }
    }
}

impl List {
    /// Lists.
    pub(super) async fn run(
        self,
        choice: &Choice,
        settings: &Settings,
        paths: &Paths,
    ) -> Result<Exit, Trouble> {
        let filter = Filter::parse(self.filter.as_deref())?;
        let listed = async |connection: &mut Connection| {
            let known = connection.roster(paths);
            let roster = choosing::collect(connection, &filter, known, self.read_for).await?;
            let now = connection.clock.now();
            let ids = choosing::matching(&roster, &filter, now);
            choosing::say_unread(&roster, Some(&filter), connection);
            if ids.is_empty() && filter.text().is_some() {
                choosing::say_none(&roster, &filter, now);
            }
            let rows = ids.iter().filter_map(|id| roster.row(*id));
            self.print(rows, now).map(|()| Exit::Done)
        };
        Connection::with(choice, settings, paths, listed).await
    }

    fn print(&self, rows: impl Iterator<Item = Row>, now: Timestamp) -> Result<(), Trouble> {
        if self.json {
            for row in rows {
                output::json_line(&RowData::of(&row, now))?;
            }
        } else if self.csv {
            let data = rows.map(|row| RowData::of(&row, now));
            let csv = row_data::csv(data).map_err(|error| Trouble::new(Exit::Internal, error))?;
            output::data(&csv)?;
        } else {
            let lines: Vec<_> = rows.map(|row| row::line(&row, now)).collect();
            output::data(&printed::table(row::HEADS, &lines))?;
        }
        Ok(())
    }
}
