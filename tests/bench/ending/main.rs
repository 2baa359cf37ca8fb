//! What ending costs, beside what people use today: `cargo bench --bench ending`. It takes ten minutes, `-- --quick` under five; it ends
//! with 1 where a promise is broken, and says loudly what it could not measure. It wants `wrk` on the PATH, and `python3` with a registry
//! in reach for the vendor's SDK (or `UNSTICK_BENCH_PYTHON`, a Python that has it).
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::allow_attributes,
    reason = "others use more of what is shared"
)]

mod allowance;
#[path = "../carrying.rs"]
mod carrying;
#[path = "../organisation.rs"]
mod organisation;
mod patches;
mod python;
mod report;
mod side_by_side;
#[path = "../../it/support/mod.rs"]
mod support;
#[path = "../vendor.rs"]
mod vendor;
mod ways;

use python::Python;
use report::Report;

fn main() -> std::process::ExitCode {
    let is_quick = std::env::args().any(|said| said == "--quick");
    let python = Python::find();
    let mut report = Report::begin();
    patches::a_second(&mut report, python.as_ref(), is_quick);
    // Both of these are mostly waiting.
    let (allowed, beside) = std::thread::scope(|scope| {
        let python = python.as_ref().ok();
        let beside = scope.spawn(move || side_by_side::side_by_side(python, is_quick));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let allowed = runtime.block_on(allowance::at_the_allowance(is_quick));
        (allowed, beside.join().unwrap())
    });
    report.rows(&allowed);
    if let Err(why) = &python {
        report.skipped("the script that people write today", why);
    }
    report.rows(&beside);
    report.end()
}
