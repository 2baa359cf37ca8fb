//! The memory of this process holds a secret and a token, so the system is told to write it nowhere and to show it to nobody: no core
//! dump, and on Linux no debugger of the same user's.

/// Keeps it to itself. A system that refuses is no reason not to start.
#[cfg(unix)]
pub(super) fn keep_to_ourselves() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// Other systems write no dumps that nobody asked for.
#[cfg(not(unix))]
pub(super) fn keep_to_ourselves() {}
