//! How benchmarks print what they found: `what | measured | promised | kept or broken`.

/// The table's head.
pub(crate) fn head() {
    println!("{:<52} | {:>22} | {:<34} |", "what", "measured", "promised");
}

/// A figure with its promise, and whether it is kept.
pub(crate) fn promised(what: &str, measured: &str, promised: &str, is_kept: bool) {
    let verdict = if is_kept { "kept" } else { "BROKEN" };
    println!("{what:<52} | {measured:>22} | {promised:<34} | {verdict}");
}

/// A figure of which nothing is promised.
pub(crate) fn reported(what: &str, measured: &str) {
    println!("{what:<52} | {measured:>22} | {:<34} |", "–");
}
