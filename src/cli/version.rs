//! `--version`: the version, and the commit it was built from where whoever built it said so.

/// The commit, as `.ci/package` says it to the compiler. A build by hand, and one from a crate archive, has none to say; nothing asks git, so that the
/// same sources give the same program wherever they lie.
pub(super) const COMMIT: Option<&str> = option_env!("UNSTICK_COMMIT");

/// What stands behind the program's name.
pub(super) fn words() -> String {
    format!(
        "{} (commit {})",
        env!("CARGO_PKG_VERSION"),
        COMMIT.unwrap_or("not recorded")
    )
}
