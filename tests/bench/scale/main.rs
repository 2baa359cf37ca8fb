//! A hundred thousand open chats: `cargo bench --bench scale`. What a frame, a key and each thing that can be asked of the list cost the real
//! loop of the console; what chats cost in memory; what is written to the terminal, and what is used while nothing happens. `-- --quick`
//! has ten thousand chats. It ends with 1 if a promise is broken. Times are for a quiet machine; bytes and memory are not.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]

mod bytes;
mod desk;
mod frames;
mod idle;
mod made;
mod memory;
mod paper;
mod process;
mod report;
#[path = "../served.rs"]
mod served;
mod turns;

use std::io::{BufRead, BufReader};
use std::process::{Command, ExitCode, Stdio};

use desk::{Desk, Watch};
use report::Report;

/// Parts that are measured in a process of their own, so that no other has left its memory behind. Each can be asked for by its name alone.
const PARTS: [&str; 4] = ["roster", "whole", "churn", "program"];

fn main() -> ExitCode {
    let is_quick = std::env::args().any(|word| word == "--quick");
    let chats = if is_quick { 10_000 } else { 100_000 };
    if let Some(part) = std::env::args().find(|word| PARTS.contains(&word.as_str())) {
        return alone(&part, chats, is_quick);
    }
    let (listed, read) = made::sizes(Watch::new().base());
    println!("{chats} chats of {listed} bytes listed and {read} read, at 200x50");
    let mut report = Report::begin();
    // That of the program, whose threads stand behind the loop.
    unstick::cli::runtime(true).unwrap().block_on(async {
        let times = if is_quick { 20 } else { 100 };
        let mut desk = Desk::full(chats).await;
        frames::frames(&mut desk, &mut report, times * 10).await;
        frames::keys(&mut desk, &mut report, times * 20).await;
        bytes::bytes(&mut desk, &mut report).await;
        idle::ticks(&mut Desk::full(30).await, &mut report).await;
        idle::ticks(&mut desk, &mut report).await;
        turns::turns(&mut desk, &mut report, times).await;
    });
    for part in PARTS {
        if is_quick && part == "program" {
            println!("left out by --quick: the program in a terminal for three minutes");
        } else {
            elsewhere(part, is_quick, &mut report);
        }
    }
    report.end()
}

/// Measures a part in a process of its own.
fn elsewhere(part: &str, is_quick: bool, report: &mut Report) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(part).args(is_quick.then_some("--quick"));
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let (mut kept, mut broken) = (0, 0);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        println!("{line}");
        kept += usize::from(line.ends_with("| kept"));
        broken += usize::from(line.ends_with("| BROKEN"));
    }
    child.wait().unwrap();
    assert!(kept + broken > 0, "{part} was not measured");
    report.add(kept, broken);
}

fn alone(part: &str, chats: u64, is_quick: bool) -> ExitCode {
    let mut report = Report::within();
    match part {
        "roster" => memory::roster(&mut report, chats),
        "whole" => memory::whole(&mut report, chats),
        "program" => idle::program(&mut report),
        _ => memory::churn(&mut report, is_quick),
    }
    ExitCode::SUCCESS
}
