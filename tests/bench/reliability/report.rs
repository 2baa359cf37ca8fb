//! The table: one row for each promise.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// One promise.
pub(crate) struct Row {
    /// What is promised.
    pub(crate) promise: &'static str,
    /// What was tried, and how often.
    pub(crate) tried: String,
    /// How often it broke; nothing where it depends on the machine, and the reader judges.
    pub(crate) broke: Option<usize>,
    /// How long it took.
    pub(crate) took: Duration,
    /// From which seeds, where dice were thrown.
    pub(crate) seeds: String,
}

/// The rows, printed as they come: a long bench that is stopped has said something.
pub(crate) struct Report {
    began: Instant,
    broke: usize,
}

impl Report {
    pub(crate) fn begin() -> Self {
        println!("{}", line("promise", "tried", "broke", "took", "seeds"));
        Self {
            began: Instant::now(),
            broke: 0,
        }
    }

    pub(crate) fn row(&mut self, row: &Row) {
        self.broke += row.broke.unwrap_or(0);
        let took = format!("{:.1} s", row.took.as_secs_f64());
        let broke = row
            .broke
            .map_or_else(|| "-".to_owned(), |broke| broke.to_string());
        println!(
            "{}",
            line(row.promise, &row.tried, &broke, &took, &row.seeds)
        );
    }

    pub(crate) fn rows(&mut self, rows: &[Row]) {
        for row in rows {
            self.row(row);
        }
    }

    /// Says what came of it all.
    pub(crate) fn end(self) -> ExitCode {
        println!(
            "{} in {:.0} s",
            match self.broke {
                0 => "nothing broke".to_owned(),
                broke => format!("BROKEN: {broke}"),
            },
            self.began.elapsed().as_secs_f64()
        );
        ExitCode::from(u8::from(self.broke > 0))
    }
}

fn line(promise: &str, tried: &str, broke: &str, took: &str, seeds: &str) -> String {
    format!("{promise:<48}  {tried:<62}  {broke:>5}  {took:>8}  {seeds}")
}
