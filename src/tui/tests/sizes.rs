//! Another size of the terminal, and many of them at once.

use super::*;

#[tokio::test(start_paused = true)]
async fn another_size_is_drawn_from_nothing() {
    let mut bench = bench();
    let before = bench.console.screen().clears;
    let resized = Msg::Resized {
        width: 40,
        height: 10,
    };
    bench.keys.send(resized).await.unwrap();
    settle(&mut bench).await;
    assert_eq!(bench.console.screen().clears, before + 1);
}

/// Takes turns until a size that came just now has been drawn.
async fn settle(bench: &mut Bench) {
    let soon = Instant::now() + SETTLING + Duration::from_millis(10);
    while Instant::now() < soon {
        let _ = tokio::time::timeout_at(soon, bench.console.step()).await;
    }
}

/// Sizes that come ten milliseconds apart, for so long.
async fn storm(bench: &mut Bench, lasts: Duration) {
    let until = Instant::now() + lasts;
    let mut width = 40;
    while Instant::now() < until {
        width += 1;
        let resized = Msg::Resized { width, height: 24 };
        bench.keys.send(resized).await.unwrap();
        let next = Instant::now() + Duration::from_millis(10);
        while Instant::now() < next {
            let step = bench.console.step();
            let _ = tokio::time::timeout_at(next, step).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_storm_of_sizes_only_the_last_is_drawn() {
    let mut bench = bench();
    assert!(bench.console.draw().unwrap().is_continue());
    let before = bench.console.screen().frames;
    storm(&mut bench, Duration::from_millis(200)).await;
    assert_eq!(bench.console.screen().frames, before, "drawn in mid-storm");
    assert_eq!(bench.console.app().extent.width, 60, "known at once");
    let clears = bench.console.screen().clears;
    settle(&mut bench).await;
    assert_eq!(bench.console.screen().frames, before + 1);
    assert_eq!(bench.console.screen().clears, clears + 1);
}

#[tokio::test(start_paused = true)]
async fn however_long_a_storm_lasts_something_is_drawn_now_and_then() {
    let mut bench = bench();
    assert!(bench.console.draw().unwrap().is_continue());
    let before = bench.console.screen().frames;
    storm(&mut bench, Duration::from_secs(3)).await;
    let drawn = bench.console.screen().frames - before;
    assert!((6..=12).contains(&drawn), "{drawn}");
}
