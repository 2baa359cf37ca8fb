//! A long export beside the keyboard.

use super::*;
use crate::domain::feed::Listing;
use crate::domain::roster::Listed;

const MANY: usize = 10_000;

#[tokio::test]
async fn ten_thousand_rows_are_exported_while_keys_are_heard_and_it_is_said_how_far() {
    let home = std::env::temp_dir().join(format!("unstick-{}", uuid::Uuid::new_v4()));
    let mut bench = bench_at(&home.join("journal.db"));
    let ids = (1..=MANY as u128).map(ConversationId::from_u128);
    let rows = ids
        .map(|id| Listed::new(id, Timestamp::UNIX_EPOCH))
        .collect();
    let total = u32::try_from(MANY).unwrap();
    let page = Listing::Page {
        rows,
        page: 1,
        total,
    };
    bench.facts.send(Fact::Listing(page)).await.unwrap();
    let at = Timestamp::UNIX_EPOCH;
    let done = Fact::Listing(Listing::Done { at });
    bench.facts.send(done).await.unwrap();
    while bench.console.app().chats.shown().len() < MANY {
        assert!(bench.console.step().await.unwrap().is_continue());
    }
    for key in "Ec?".chars() {
        bench.keys.send(Msg::Key(Key::char(key))).await.unwrap();
    }
    while bench.console.app().overlay.is_none() {
        assert!(bench.console.step().await.unwrap().is_continue());
    }
    let app = bench.console.app();
    assert_eq!(app.mode(), crate::app::action::Mode::Help);
    assert!(
        app.exporting.is_some(),
        "it was written before a key was heard"
    );
    let mut furthest = 0;
    while let Some(progress) = bench.console.app().exporting {
        assert_eq!(progress.total, MANY);
        furthest = furthest.max(progress.done);
        assert!(bench.console.step().await.unwrap().is_continue());
    }
    assert!(furthest > 0, "nobody said how far it is");
    let mut told = bench.console.app().notices.kept();
    let said = &told.next().unwrap().text;
    assert!(said.starts_with("exported: "), "{said}");
    let file = std::fs::read_dir(home.join("exports")).unwrap().next();
    let text = std::fs::read_to_string(file.unwrap().unwrap().path()).unwrap();
    assert_eq!(text.lines().count(), MANY + 1);
    std::fs::remove_dir_all(home).unwrap();
}
