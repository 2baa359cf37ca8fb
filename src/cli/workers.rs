//! The threads behind a program: two that carry requests and read what comes back, and those that wait for files. Behind a console they get
//! less of the processor than the loop, whose keys and frames somebody waits for: with both cores full of pages to read, a key is on the
//! screen in half of the time. They fall back only where somebody else has work to do.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// How far they stand behind, as `nice` counts: about a third of what the loop gets of a processor that both want.
#[cfg(target_os = "linux")]
const BEHIND: i32 = 5;

/// The runtime of the program. With a console in front of it all its threads stand behind the one that makes it: **whatever they begin does
/// too**, and no thread can come forward again.
///
/// # Errors
/// No thread is to be had.
pub fn runtime(has_console: bool) -> io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(2).enable_all();
    if has_console {
        stand_behind(&mut builder);
    }
    builder.build()
}

/// On Linux alone: elsewhere a priority is the whole program's, or needs an unsafe call.
#[cfg(target_os = "linux")]
fn stand_behind(builder: &mut Builder) {
    use rustix::process::{getpriority_process, setpriority_process};

    let Ok(ours) = getpriority_process(None) else {
        return;
    };
    builder.on_thread_start(move || {
        // Without it everything is as it would be elsewhere.
        let _ = setpriority_process(None, ours + BEHIND);
    });
}

#[cfg(not(target_os = "linux"))]
fn stand_behind(_: &mut Builder) {}
