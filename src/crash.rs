//! Places where a build with debug assertions can be told to panic, so that tests see what a bug in each task leaves behind:
//! `UNSTICK_CRASH_AT=panic-in-run`. Release builds never look. Places where it can be told to die are in `journal/crash.rs`.

/// Dies without a word where the environment asks for it by this point's name, as a machine does that loses its power.
pub(crate) fn die_if_told(point: &str) {
    if cfg!(debug_assertions) && std::env::var("UNSTICK_CRASH_AT").is_ok_and(|told| told == point) {
        std::process::abort();
    }
}

/// Fails where the environment asks for it by this place's name: `UNSTICK_CRASH_AT=error-at-keyboard`.
pub(crate) fn fail_if_told(place: &str) -> std::io::Result<()> {
    if cfg!(debug_assertions) {
        let told = std::env::var("UNSTICK_CRASH_AT").unwrap_or_default();
        if told.strip_prefix("error-at-") == Some(place) {
            return Err(std::io::Error::other("told to by UNSTICK_CRASH_AT"));
        }
    }
    Ok(())
}

/// Panics where the environment asks for it by this task's name.
pub(crate) fn panic_if_told(task: &str) {
    if cfg!(debug_assertions) {
        let told = std::env::var("UNSTICK_CRASH_AT").unwrap_or_default();
        assert!(
            told.strip_prefix("panic-in-") != Some(task),
            "told to by UNSTICK_CRASH_AT"
        );
    }
}
