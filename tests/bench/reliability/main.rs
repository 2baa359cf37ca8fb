//! The table of promises: `cargo bench --bench reliability` tries each, counts what broke, and says how long it took and from which seed.
//! `-- --quick` takes under two minutes. It ends with 1 if anything broke.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "the ordinary tests use more of what is shared"
)]

#[path = "../carrying.rs"]
mod carrying;
mod ended;
#[path = "../journal_commits.rs"]
mod journal_commits;
mod named;
#[path = "../organisation.rs"]
mod organisation;
mod report;
mod runs;
#[path = "../../it/simulator/mod.rs"]
mod simulator;
mod steady;
#[path = "../../it/support/mod.rs"]
mod support;
#[path = "../../it/limiter/traffic.rs"]
mod traffic;
mod windows;

use report::Report;

fn main() -> std::process::ExitCode {
    let is_quick = std::env::args().any(|said| said == "--quick");
    let mut report = Report::begin();
    runs::simulated(&mut report, is_quick);
    windows::never_above_the_allowance(&mut report, is_quick);
    windows::nearly_all_is_used(&mut report);
    windows::ten_thousand_wait(&mut report);
    runs::recorded(&mut report);
    over_http(&mut report, is_quick);
    runs::killed(&mut report, is_quick);
    if !is_quick {
        named::tests(&mut report);
    }
    report.end()
}

/// What takes real minutes, at once.
fn over_http(report: &mut Report, is_quick: bool) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let both = async {
        tokio::join!(
            steady::real_requests(is_quick),
            ended::requests_each(is_quick)
        )
    };
    let (steady, ended) = runtime.block_on(both);
    report.rows(&steady);
    report.rows(&ended);
}
