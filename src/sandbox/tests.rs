//! Nonsense at the door: requests that nobody means, at times that nobody chose.

mod bodies;
mod door;
mod forum;
mod holding;
#[path = "../../tests/it/sandbox_conformance/published.rs"]
mod published;
mod requests;

use proptest::test_runner::Config;

/// So many cases, unless the environment asks for others, as for a long run.
pub(super) fn cases(usual: u32) -> Config {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = usual;
    }
    config
}
