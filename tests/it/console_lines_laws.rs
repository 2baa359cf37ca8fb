//! The laws of the console spoken as lines: whatever is typed, and whatever happens meanwhile, nothing starts without the phrase, nothing
//! panics, and no line holds what a terminal would obey.

use proptest::prelude::*;

use crate::console_desk::Desk;
use crate::console_lines::{desk, opened, starts};
use crate::console_world::chats;
use unstick::app::spoken::commands::COMMANDS;
use unstick::app::{Key, Msg, Signal};

/// Lines that are commands, or nearly; no phrase is among them.
fn line() -> impl Strategy<Value = String> {
    let words: Vec<&str> = COMMANDS.iter().map(|command| command.word).collect();
    let behind = [
        "",
        "1",
        "1-3",
        "2,4",
        "all",
        "none",
        "is:stuck",
        "on",
        "off",
        "because",
        "3f2a9c41",
        "142",
        "stop",
        "wait",
        "acme-prod",
        "y",
        "0",
    ];
    prop_oneof![
        8 => (prop::sample::select(words), prop::sample::select(behind.to_vec())).prop_map(|(word, behind)| format!("{word} {behind}")),
        2 => Just("plan".to_owned()),
        3 => Just("terminate".to_owned()),
        1 => Just("mark 1-3".to_owned()),
        1 => prop::sample::select(vec!["", "y", "stop", "wait", "back", "acme-prod 0", "acme-prod"]).prop_map(str::to_owned),
        1 => "\\PC{0,20}",
    ]
}

/// Something that happens where the console is spoken.
#[derive(Debug, Clone)]
enum Happening {
    Line(String),
    Heard,
    Interrupt,
    Suspend,
    Pass(u16),
    Answer,
    Read(usize),
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        10 => line().prop_map(Happening::Line),
        4 => Just(Happening::Heard),
        1 => Just(Happening::Interrupt),
        1 => Just(Happening::Suspend),
        4 => (0u16..4000).prop_map(Happening::Pass),
        4 => Just(Happening::Answer),
        1 => (0usize..17).prop_map(Happening::Read),
    ]
}

fn befall(desk: &mut Desk, happening: Happening) {
    match happening {
        Happening::Line(line) => desk.tell(Msg::Line(line, desk.now)),
        Happening::Heard => desk.tell(Msg::Drawn),
        Happening::Interrupt => desk.tell(Msg::Key(Key::ctrl('c'))),
        Happening::Suspend => desk.tell(Msg::Signal(Signal::Suspend)),
        Happening::Pass(milliseconds) => desk.pass(i64::from(milliseconds)),
        Happening::Answer if desk.app.planning().is_some() => desk.reread(usize::MAX),
        Happening::Answer => {}
        Happening::Read(index) => desk.fact(chats()[index].read(desk.now)),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn no_lines_but_the_phrase_start_anything_and_none_panics(
        story in prop::collection::vec(happening(), 1..60),
        offers_resume in any::<bool>(),
    ) {
        let mut desk = desk();
        if offers_resume {
            desk.history();
        }
        for happening in story {
            befall(&mut desk, happening);
        }
        prop_assert_eq!(starts(&desk), 0);
        for letter in desk.said_since(0).chars() {
            prop_assert!(letter == '\n' || !letter.is_control(), "{:?}", letter);
        }
    }

    #[test]
    fn a_read_only_console_starts_nothing_even_with_the_phrase_as_a_line(story in prop::collection::vec(happening(), 1..30)) {
        let mut desk = opened(false);
        for happening in story {
            befall(&mut desk, happening);
            desk.line("acme-prod 1");
            desk.line("acme-prod 3");
        }
        prop_assert_eq!(starts(&desk), 0);
    }
}
