//! While a pager has the terminal.

use super::*;

/// A console whose page of messages is in the pager.
async fn lent() -> Bench {
    let mut bench = bench();
    for key in ":messages".chars().map(Key::char) {
        bench.keys.send(Msg::Key(key)).await.unwrap();
    }
    let enter = Key::plain(crate::app::KeyCode::Enter);
    bench.keys.send(Msg::Key(enter)).await.unwrap();
    bench.keys.send(Msg::Key(Key::char('e'))).await.unwrap();
    while bench.console.screen().pager.is_none() {
        assert!(bench.console.step().await.unwrap().is_continue());
    }
    bench
}

#[tokio::test(start_paused = true)]
async fn while_a_pager_has_the_terminal_facts_are_folded_and_nothing_is_drawn_or_typed() {
    let mut bench = lent().await;
    let frames = bench.console.screen().frames;
    bench.facts.send(gauge(7)).await.unwrap();
    bench.keys.send(Msg::Key(Key::char('q'))).await.unwrap();
    // Ctrl-C in a pager is the pager's.
    bench.signals.send(Signal::Interrupt).await.unwrap();
    let soon = Instant::now() + Duration::from_secs(3);
    while Instant::now() < soon {
        let _ = tokio::time::timeout_at(soon, bench.console.step()).await;
    }
    assert_eq!(bench.console.app().link.gauge.used, 7);
    assert_eq!(
        bench.console.screen().frames,
        frames,
        "drawn over the pager"
    );
    assert_eq!(bench.console.app().screens.len(), 1, "q was the pager's");
    let clears = bench.console.screen().clears;
    drop(bench.console.parts.screen.pager.take());
    assert!(bench.console.step().await.unwrap().is_continue());
    assert!(bench.console.step().await.unwrap().is_continue());
    assert_eq!(bench.console.screen().frames, frames + 1);
    assert_eq!(bench.console.screen().clears, clears + 1, "drawn whole");
    let is_told = |notice: &crate::app::notices::Notice| notice.text == "the pager is done";
    assert!(bench.console.app().notices.kept().any(is_told));
    bench.keys.send(Msg::Key(Key::char('q'))).await.unwrap();
    assert!(bench.console.step().await.unwrap().is_continue());
    assert!(
        bench.console.app().screens.is_empty(),
        "keys are heard again"
    );
}

#[tokio::test(start_paused = true)]
async fn a_wish_of_the_system_to_leave_counts_while_a_pager_has_the_terminal() {
    let mut bench = lent().await;
    bench.signals.send(Signal::Stop).await.unwrap();
    let left = tokio::time::timeout(TICK, bench.console.run()).await;
    assert!(matches!(left, Ok(Ok(()))));
}
