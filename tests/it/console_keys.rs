//! Keys in any order, on the real console, engine and client against a sandbox over HTTP: without the typed phrase no run exists, and by
//! the sandbox's own record nobody of us changed anything.

use proptest::prelude::*;
use unstick::app::{Key, KeyCode, Msg};

use crate::console_loop::{self, Desk, by_us};

/// The phrase of the plan: two of the three stuck chats, for the third needs a wrap-up code.
const PHRASE: &str = "sandbox 2";

/// Something that a terminal can bring, and no typed phrase: nothing here ever presses `a`.
#[derive(Debug, Clone)]
enum Input {
    Key(KeyCode),
    /// The whole phrase, pasted.
    Paste,
    /// The whole phrase, from keys that are held down.
    Held,
    /// Turns in which nothing comes in: boxes open, reads arrive, seconds pass.
    Turns(usize),
}

/// How far the operator is before anything goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    List,
    Plan,
    Box,
}

fn input() -> impl Strategy<Value = Input> {
    let letters: Vec<char> = "xT* 2yRbsndo3r!:Ee".chars().collect();
    prop_oneof![
        8 => prop::sample::select(letters).prop_map(|letter| Input::Key(KeyCode::Char(letter))),
        6 => Just(Input::Key(KeyCode::Enter)),
        1 => Just(Input::Key(KeyCode::Esc)),
        1 => Just(Input::Key(KeyCode::Tab)),
        2 => Just(Input::Paste),
        2 => Just(Input::Held),
        2 => (1usize..4).prop_map(Input::Turns),
    ]
}

/// Goes to where the story begins.
async fn go(desk: &mut Desk, depth: Depth) {
    desk.until("3 stuck and 1 stale of 7").await;
    if depth >= Depth::Plan {
        desk.types("2*x").await;
        desk.until("T opens the box").await;
    }
    if depth >= Depth::Box {
        desk.types("T").await;
        desk.until("Type   sandbox 2").await;
    }
}

/// Brings it in, and takes the turns that it needs; answers whether the console is still open.
async fn bring(desk: &mut Desk, input: &Input) -> bool {
    let turns = match input {
        Input::Key(code) => {
            desk.press(*code).await;
            1
        }
        Input::Paste => {
            desk.tell(Msg::Paste(format!("{PHRASE}\r"))).await;
            1
        }
        Input::Held => {
            let held = PHRASE.chars().map(KeyCode::Char).chain([KeyCode::Enter]);
            for code in held {
                let key = Key {
                    is_repeat: true,
                    ..Key::plain(code)
                };
                desk.tell(Msg::Key(key)).await;
            }
            1
        }
        Input::Turns(turns) => *turns,
    };
    for _ in 0..turns {
        if desk.console.step().await.unwrap().is_break() {
            return false;
        }
    }
    true
}

async fn nothing_is_sent(depth: Depth, story: Vec<Input>) {
    let (_home, sandbox, journal, mut desk) = console_loop::opened().await;
    go(&mut desk, depth).await;
    for input in &story {
        if !bring(&mut desk, input).await {
            break;
        }
    }
    desk.leave().await;
    assert!(journal.history().runs(1).unwrap().is_empty());
    assert!(by_us(&sandbox).is_empty());
    sandbox.stop().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn no_keys_without_the_typed_phrase_make_the_truth_show_a_change_of_ours(
        depth in prop::sample::select(vec![Depth::List, Depth::Plan, Depth::Box, Depth::Box]),
        story in prop::collection::vec(input(), 5..40),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(nothing_is_sent(depth, story));
    }
}
