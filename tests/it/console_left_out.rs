//! Every reason why a chat is left out of a plan can be read: the cursor goes on to them, however many there are.

use unstick::app::{Effect, Key, KeyCode};
use unstick::domain::feed::Command;

use crate::console_desk::Desk;
use crate::console_world::chats;

/// A plan for all chats of the story that were read.
fn plan_for_all(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    for chat in chats() {
        desk.app.chats.marks.mark(chat.id);
    }
    desk.app.settings.max_batch = 100;
    desk.keys("x");
    desk.reread(usize::MAX);
    desk
}

#[test]
fn the_cursor_goes_through_all_that_is_left_out_and_says_each_reason_in_full() {
    for (width, height) in [(80, 24), (140, 40), (60, 14)] {
        let mut desk = plan_for_all(width, height);
        let plan = desk.app.planning().unwrap().plan.clone().unwrap();
        assert!(plan.skipped.len() > 4, "{}", plan.skipped.len());
        let has_more = desk.text().contains("more are left out");
        assert_eq!(has_more, width < 140, "{}", desk.text());
        for _ in 0..plan.items.len() {
            desk.keys("j");
        }
        for left_out in &plan.skipped {
            let text = desk.text();
            // Over as many rows as it takes.
            let whole: Vec<&str> = text.split_whitespace().collect();
            let said = format!("{} left out: {}", left_out.id.short(), left_out.reason);
            assert!(whole.join(" ").contains(&said), "{said}\n{text}");
            let row = format!("▸  {}  ↷ left out", left_out.id.short());
            assert!(text.contains(&row), "{row}\n{text}");
            desk.keys("j");
        }
        // The last one stays, and can be looked into; it cannot be dropped.
        desk.keys(" ");
        let text = desk.text();
        assert!(text.contains("space: it is left out already"), "{text}");
        desk.press(Key::plain(KeyCode::Enter));
        let last = plan.skipped.last().unwrap().id;
        let reads = desk
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Engine(Command::Read(ids)) if *ids == [last]));
        assert!(reads, "{}", desk.text());
        // And back up to what will be ended.
        desk.keys("\u{1b}g");
        let first = if width < 140 { "▸  1" } else { "▸   1" };
        assert!(desk.text().contains(first), "{}", desk.text());
    }
}
