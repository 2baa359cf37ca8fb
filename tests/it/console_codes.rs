//! The list of wrap-up codes of a plan: what is under the cursor, what tells codes apart, and how often is asked for them.

use unstick::app::{Effect, Key, KeyCode};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_planning::{ABANDONED, CLOSED, SPAM, asked_for_codes, code, codes_come, plan};

#[test]
fn no_code_is_under_the_cursor_only_where_it_is_gone_to_or_typed_whole() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    let before = plan(&desk);
    let come = |desk: &mut Desk| {
        let all = vec![code(SPAM, "Code 12: not spam"), code(CLOSED, "Closed")];
        desk.fact(Fact::Codes {
            queue: None,
            result: Ok(all),
        });
    };
    desk.keys("w");
    come(&mut desk);
    // A letter that is typed and taken back leaves the plan's own code chosen, and choosing that changes nothing.
    desk.keys("c");
    desk.press(Key::plain(KeyCode::Backspace));
    desk.keys("\r");
    assert_eq!(plan(&desk).hash, before.hash);
    let text = desk.text();
    assert!(text.contains("as it was; the plan is the same"), "{text}");
    assert!(!text.contains("another plan now"), "{text}");
    // A part of those words means a code that has it.
    for typed in ["no", "code", "o c"] {
        desk.keys(&format!("w{typed}\r"));
        assert_ne!(plan(&desk).wrap_up, None, "{typed}\n{}", desk.text());
    }
    desk.keys("wno code\r");
    assert_eq!(plan(&desk).wrap_up, None);
    desk.keys("wnothing has it");
    assert!(
        desk.text().contains("no code has these words"),
        "{}",
        desk.text()
    );
    desk.keys("\r");
    assert!(desk.app.overlay.is_some(), "{}", desk.text());
}

#[test]
fn codes_of_one_name_are_told_apart_by_their_ids() {
    for (width, height) in [(80, 24), (60, 14)] {
        let mut desk = Desk::full(width, height);
        desk.plan();
        desk.keys("w");
        let all = vec![
            code(SPAM, "Spam"),
            code(CLOSED, "spam"),
            code(ABANDONED, "Abandoned"),
        ];
        desk.fact(Fact::Codes {
            queue: None,
            result: Ok(all),
        });
        let queues = queues_asked_for(&desk);
        desk.fact(Fact::Codes {
            queue: queues.first().cloned(),
            result: Ok(vec![code(SPAM, "Spam")]),
        });
        let text = desk.text();
        assert!(text.contains("offered by its queue"), "{text}");
        assert!(
            text.contains("3333333") && text.contains("2222222"),
            "{text}"
        );
        assert!(
            !text.contains("1111111"),
            "one of its name needs none\n{text}"
        );
    }
}

/// The queues whose codes were asked for first.
fn queues_asked_for(desk: &Desk) -> Vec<Text> {
    let mut asked = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Engine(Command::ListCodes { queues }) => Some(queues.clone()),
        _ => None,
    });
    asked.next().unwrap()
}

#[test]
fn codes_are_asked_for_once_and_an_answer_to_another_plan_is_not_taken() {
    let mut desk = Desk::full(80, 24);
    desk.plan();
    // No answer came yet: one question is enough.
    desk.keys("w\u{1b}w\u{1b}w\u{1b}");
    assert_eq!(asked_for_codes(&desk), 1);
    assert!(!queues_asked_for(&desk).is_empty());
    desk.keys("w");
    codes_come(&mut desk);
    desk.fact(Fact::Codes {
        queue: Some("a queue of another plan".into()),
        result: Ok(vec![code(SPAM, "Spam")]),
    });
    let text = desk.text();
    assert!(text.contains("offered by its queue"), "{text}");
    assert!(!text.contains("of 2 queues"), "{text}");
    // A list that was cut says so.
    let many = (0..2000).map(|n| code(&format!("{n:08}-77b0-4d8e-9a51-0e6c2f6b1d20"), "Any"));
    desk.fact(Fact::Codes {
        queue: None,
        result: Ok(many.collect()),
    });
    let text = desk.text();
    assert!(text.contains("the first 2000 codes"), "{text}");
    // Another plan asks for its own.
    desk.keys("\u{1b}\u{1b}x");
    desk.reread(usize::MAX);
    desk.keys("w");
    assert_eq!(asked_for_codes(&desk), 2);
}
