//! What is printed: a line for each figure, with what is promised beside it.

use std::process::ExitCode;
use std::time::{Duration, Instant};

/// The lines, printed as they come.
pub(crate) struct Report {
    began: Instant,
    kept: usize,
    broken: usize,
}

impl Report {
    pub(crate) fn begin() -> Self {
        println!("{}", line("what", "measured", "promised", ""));
        Self::within()
    }

    /// Lines of a part, which stand in another's table.
    pub(crate) fn within() -> Self {
        Self {
            began: Instant::now(),
            kept: 0,
            broken: 0,
        }
    }

    /// A figure that nothing is promised of.
    pub(crate) fn told(what: &str, measured: &str) {
        println!("{}", line(what, measured, "-", ""));
    }

    /// A figure, and whether it is as promised.
    pub(crate) fn judged(&mut self, what: &str, measured: &str, promised: &str, is_kept: bool) {
        if is_kept {
            self.kept += 1;
        } else {
            self.broken += 1;
        }
        let word = if is_kept { "kept" } else { "BROKEN" };
        println!("{}", line(what, measured, promised, word));
    }

    /// A span that may be so long at most.
    pub(crate) fn at_most(&mut self, what: &str, measured: Duration, note: &str, most: Duration) {
        let promised = format!("at most {}", span(most));
        self.judged(
            what,
            &format!("{}{note}", span(measured)),
            &promised,
            measured <= most,
        );
    }

    /// The lines of a part that was measured in a process of its own.
    pub(crate) fn add(&mut self, kept: usize, broken: usize) {
        self.kept += kept;
        self.broken += broken;
    }

    pub(crate) fn end(self) -> ExitCode {
        println!(
            "kept {}, BROKEN {}, in {:.0} s",
            self.kept,
            self.broken,
            self.began.elapsed().as_secs_f64()
        );
        ExitCode::from(u8::from(self.broken > 0))
    }
}

/// In milliseconds.
pub(crate) fn span(span: Duration) -> String {
    let millis = span.as_secs_f64() * 1000.0;
    if millis < 10.0 {
        format!("{millis:.2} ms")
    } else {
        format!("{millis:.0} ms")
    }
}

/// The span that 99 of 100 are no longer than; of fewer than a hundred the longest.
pub(crate) fn p99(spans: &[Duration]) -> Duration {
    quantile(spans, 99)
}

/// The span that half are no longer than.
pub(crate) fn p50(spans: &[Duration]) -> Duration {
    quantile(spans, 50)
}

fn quantile(spans: &[Duration], percent: usize) -> Duration {
    let mut sorted = spans.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or_default()
}

fn line(what: &str, measured: &str, promised: &str, word: &str) -> String {
    format!("{what:<54} | {measured:<60} | {promised:<15} | {word}")
}
