//! A list of ten thousand in the loop: it is worked out between keys, and nothing is done to a list that is not the one asked for.

use super::*;
use crate::app::action::{Action, Mode};
use crate::app::lookout::Lookout;
use crate::app::why_not::why_not;
use crate::app::{self, KeyCode};
use crate::domain::feed::Listing;
use crate::domain::roster::Listed;

const CHATS: u128 = 10_000;
/// What fits seventeen of them.
const FILTER: &str = "id:000003e";

fn id(number: u128) -> ConversationId {
    ConversationId::from_u128(number << 96)
}

fn fitting() -> Vec<ConversationId> {
    let ids = (0..CHATS).map(id);
    ids.filter(|id| id.to_string().contains("000003e"))
        .collect()
}

/// A console on a list of so many, which is in view.
async fn long() -> Bench {
    let mut bench = bench();
    bench.console.parts.app.settings.max_batch = usize::MAX;
    let listed = |number| Listed::new(id(number), Timestamp::UNIX_EPOCH);
    let page = Listing::Page {
        rows: (0..CHATS).map(listed).collect(),
        page: 1,
        total: 10_000,
    };
    for listing in [Listing::Started, page] {
        bench.facts.send(Fact::Listing(listing)).await.unwrap();
    }
    while bench.console.app().chats.shown().len() < 10_000 {
        step(&mut bench).await;
    }
    bench
}

async fn step(bench: &mut Bench) {
    assert!(bench.console.step().await.unwrap().is_continue());
}

/// Presses keys, so fast that all of them are folded in one turn.
async fn press(bench: &mut Bench, keys: &str) {
    for letter in keys.chars() {
        let key = match letter {
            '\r' => Key::plain(KeyCode::Enter),
            '\u{1b}' => Key::plain(KeyCode::Esc),
            letter => Key::char(letter),
        };
        bench.keys.send(Msg::Key(key)).await.unwrap();
    }
    while !bench.console.parts.input.is_empty() {
        step(bench).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_marked_under_a_filter_fits_it_however_fast_the_keys_come() {
    let mut bench = long().await;
    press(&mut bench, &format!("/{FILTER}\r*")).await;
    let app = bench.console.app();
    assert_eq!(app.chats.shown().len(), 10_000, "the old list is in view");
    assert_eq!(app.chats.filter.text(), FILTER);
    assert!(app.chats.marks.is_empty(), "{}", app.chats.marks.len());
    let said = app.notices.current(Timestamp::UNIX_EPOCH).unwrap();
    assert!(said.text.contains("still being filtered"), "{}", said.text);
    while bench.console.app().has_spare_work() {
        step(&mut bench).await;
    }
    assert_eq!(bench.console.app().chats.filtering(), None);
    press(&mut bench, "*").await;
    let mut marked = bench.console.app().chats.marks.ids().to_vec();
    marked.sort_unstable();
    assert_eq!(marked, fitting());
    assert_eq!(marked.len(), 17);
}

#[tokio::test(start_paused = true)]
async fn nothing_acts_on_a_list_that_is_not_the_one_asked_for() {
    let mut bench = long().await;
    press(&mut bench, &format!("/{FILTER}\r")).await;
    let app = bench.console.app();
    for action in [
        Action::Mark,
        Action::MarkAll,
        Action::Invert,
        Action::Range,
        Action::Plan,
        Action::Export,
        Action::Open,
        Action::Copy,
    ] {
        let why = why_not(app, Mode::Chats, action, Timestamp::UNIX_EPOCH);
        let why = why.unwrap_or_default();
        assert!(why.contains("still being filtered"), "{action:?}: {why}");
    }
    for action in [Action::Down, Action::Filter, Action::Quit, Action::Sort] {
        let why = why_not(app, Mode::Chats, action, Timestamp::UNIX_EPOCH);
        assert_eq!(why, None, "{action:?}");
    }
    // Without that filter the list in view is the one asked for.
    bench
        .keys
        .send(Msg::Key(Key::plain(KeyCode::Esc)))
        .await
        .unwrap();
    step(&mut bench).await;
    assert_eq!(bench.console.app().chats.filtering(), None);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_taken_in_the_middle_of_it() {
    let mut bench = long().await;
    press(&mut bench, &format!("/{FILTER}\r")).await;
    step(&mut bench).await;
    assert!(bench.console.app().has_spare_work());
    assert_eq!(bench.console.app().chats.line(), 0);
    press(&mut bench, "jj").await;
    let app = bench.console.app();
    assert!(app.has_spare_work(), "the key did not wait");
    assert_eq!(app.chats.line(), 2);
    // Another filter while that one is looked for: only the newest counts.
    press(&mut bench, "/4\r").await;
    while bench.console.app().has_spare_work() {
        step(&mut bench).await;
    }
    let app = bench.console.app();
    assert_eq!(app.chats.filter.text(), format!("{FILTER} 4"));
    let both = |id: &&ConversationId| id.to_string().contains('4');
    assert_eq!(
        app.chats.shown().len(),
        fitting().iter().filter(both).count()
    );
}

#[tokio::test(start_paused = true)]
async fn it_is_drawn_when_something_of_it_is_seen_and_not_for_every_piece() {
    let mut bench = long().await;
    let before = bench.console.screen().frames;
    // The same list in another order: nothing is seen of that until it is there.
    press(&mut bench, "S").await;
    assert!(bench.console.app().has_spare_work());
    let mut pieces = 0;
    while bench.console.app().has_spare_work() {
        step(&mut bench).await;
        pieces += 1;
    }
    press(&mut bench, "j").await;
    let frames = bench.console.screen().frames - before;
    assert!(pieces > 50, "{pieces}");
    assert!(frames <= 4, "{frames} frames for {pieces} pieces");
}

/// How many chats the pulse or the rules in view have counted; nothing while they are being counted for the first time.
fn counted(bench: &Bench) -> Option<usize> {
    match bench.console.app().screens.last() {
        Some(app::Screen::Lookout(Lookout::Pulse(screen))) => {
            let kinds = screen.counted_at.map(|_| screen.figures.kinds.iter());
            kinds.map(|bars| bars.map(|bar| bar.count).sum())
        }
        Some(app::Screen::Lookout(Lookout::Rules(screen))) => {
            let entries = screen.counted_at.map(|_| screen.entries.iter());
            entries.map(|entries| entries.map(|entry| entry.count).sum())
        }
        _ => None,
    }
}

#[tokio::test(start_paused = true)]
async fn what_screens_show_of_it_is_counted_between_keys_and_dropped_where_nobody_looks() {
    let mut bench = long().await;
    for key in ["P", "W"] {
        press(&mut bench, key).await;
        assert_eq!(counted(&bench), None, "{key} waited for ten thousand");
        // A key in the middle of it is taken.
        press(&mut bench, "j").await;
        let mut pieces = 0;
        while bench.console.app().has_spare_work() {
            step(&mut bench).await;
            pieces += 1;
        }
        assert_eq!(counted(&bench), Some(10_000), "{key}");
        assert!(pieces > 50, "{pieces}");
    }
    press(&mut bench, "P").await;
    press(&mut bench, "\u{1b}").await;
    while bench.console.app().has_spare_work() {
        step(&mut bench).await;
    }
    assert_eq!(counted(&bench), None);
}
