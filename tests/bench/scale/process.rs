//! What the system says of a process: memory and processor time.

use std::fs::read_to_string;
use std::time::Duration;

/// Resident memory of this process, in bytes; 0 where the system does not say.
pub(crate) fn resident() -> u64 {
    let status = read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS"));
    let figure = line.and_then(|line| line.split_whitespace().nth(1));
    let kib: Option<u64> = figure.and_then(|figure| figure.parse().ok());
    kib.unwrap_or(0) * 1024
}

/// What a process has used so far, over all its threads that are left; nothing where the system does not say.
pub(crate) fn processor_time(process: &str) -> Duration {
    let tasks = std::fs::read_dir(format!("/proc/{process}/task"));
    let nanos = tasks.into_iter().flatten().flatten().filter_map(|task| {
        let said = read_to_string(task.path().join("schedstat")).ok()?;
        said.split_whitespace().next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

pub(crate) fn mib(bytes: u64) -> String {
    format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000)
}
