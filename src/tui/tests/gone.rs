//! A terminal that is gone: seen by a look, by a frame that cannot be written, by the end of keys, by a signal.

use std::sync::Arc;

use super::*;
use crate::domain::plan::{Choices, Plan};

#[tokio::test(start_paused = true)]
async fn a_terminal_that_is_gone_ends_the_console_within_a_second() {
    let mut bench = bench();
    let since = Instant::now();
    bench.console.screen().is_gone.set(true);
    let left = bench.console.run().await;
    assert!(matches!(left, Err(ConsoleError::Terminal(_))));
    assert!(since.elapsed() <= TICK);
}

#[tokio::test(start_paused = true)]
async fn a_keyboard_that_ends_is_a_wish_to_leave() {
    let Bench {
        mut console, keys, ..
    } = bench();
    drop(keys);
    let left = tokio::time::timeout(TICK, console.run()).await;
    assert!(matches!(left, Ok(Err(ConsoleError::Terminal(_)))));
}

/// A console of lines in a run that was asked to stop by a line.
async fn stopping() -> Bench {
    let mut bench = bench();
    let began = Timestamp::UNIX_EPOCH;
    let app = &mut bench.console.parts.app;
    app.spoken = Some(Box::new(Spoken::new(began)));
    let scope = &app.settings.scope;
    let plan = Plan::freeze(scope, &Choices::default(), began, Vec::new(), Vec::new());
    app.awaited = Some(Arc::new(plan));
    let stop = Msg::Line("stop".to_owned(), began);
    bench.keys.send(stop).await.unwrap();
    while bench.console.parts.app.spoken.as_ref().unwrap().typed() == 0 {
        assert!(bench.console.step().await.unwrap().is_continue());
    }
    bench
}

/// Whether it is there after a while.
async fn stays(bench: &mut Bench) -> bool {
    let soon = Instant::now() + Duration::from_secs(3);
    while Instant::now() < soon {
        match tokio::time::timeout_at(soon, bench.console.step()).await {
            Ok(Ok(step)) if step.is_break() => return false,
            Ok(Err(error)) => panic!("{error}"),
            _ => {}
        }
    }
    true
}

#[tokio::test(start_paused = true)]
async fn in_a_run_that_stops_a_frame_that_cannot_be_written_is_no_second_wish() {
    let mut bench = stopping().await;
    bench.console.parts.screen.is_cut_off = true;
    assert!(
        stays(&mut bench).await,
        "it did not wait for what is in flight"
    );
    // The signal that says the same once more.
    bench.signals.send(Signal::HangUp).await.unwrap();
    assert!(
        stays(&mut bench).await,
        "the signal was taken for a second wish"
    );
    // But a wish of its own is one.
    bench.signals.send(Signal::Stop).await.unwrap();
    assert!(!stays(&mut bench).await);
}
