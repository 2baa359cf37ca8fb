//! The table: what was measured, and what is promised of it.

use std::process::ExitCode;

/// One line of the table.
pub(crate) struct Row {
    /// What was measured.
    pub(crate) what: String,
    /// What came of it.
    pub(crate) measured: String,
    /// What is promised; nothing where it stands there to be compared with.
    pub(crate) promised: String,
    /// Whether the promise was kept, where there is one.
    pub(crate) is_kept: Option<bool>,
}

impl Row {
    /// Something that is promised.
    pub(crate) fn promise(what: &str, measured: String, promised: &str, is_kept: bool) -> Self {
        Self {
            what: what.to_owned(),
            measured,
            promised: promised.to_owned(),
            is_kept: Some(is_kept),
        }
    }

    /// Something to compare with.
    pub(crate) fn beside(what: &str, measured: String) -> Self {
        Self {
            what: what.to_owned(),
            measured,
            promised: "-".to_owned(),
            is_kept: None,
        }
    }
}

/// The rows, printed as they come.
pub(crate) struct Report {
    broken: usize,
    skipped: usize,
}

impl Report {
    pub(crate) fn begin() -> Self {
        println!("{}", line("what", "measured", "promised", "kept"));
        Self {
            broken: 0,
            skipped: 0,
        }
    }

    pub(crate) fn rows(&mut self, rows: &[Row]) {
        for row in rows {
            let kept = match row.is_kept {
                None => "-",
                Some(true) => "kept",
                Some(false) => "BROKEN",
            };
            self.broken += usize::from(row.is_kept == Some(false));
            println!("{}", line(&row.what, &row.measured, &row.promised, kept));
        }
    }

    /// Something could not be measured on this machine.
    pub(crate) fn skipped(&mut self, what: &str, why: &str) {
        self.skipped += 1;
        println!("{}", line(what, "SKIPPED", "-", "SKIPPED"));
        println!("*** {what} was NOT measured: {why}");
    }

    /// Says what came of it all.
    pub(crate) fn end(self) -> ExitCode {
        if self.skipped > 0 {
            println!("*** {} NOT measured, see above", self.skipped);
        }
        match self.broken {
            0 => println!("nothing that was measured is broken"),
            broken => println!("BROKEN: {broken}"),
        }
        ExitCode::from(u8::from(self.broken > 0))
    }
}

fn line(what: &str, measured: &str, promised: &str, kept: &str) -> String {
    format!("{what:<62} | {measured:<58} | {promised:<24} | {kept}")
}
