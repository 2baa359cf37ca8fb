//! Chats are marked by keys that every keyboard has and no system keeps: all that is shown, all but these, from here to there.

use unstick::domain::ids::ConversationId;

use crate::console_desk::Desk;
use crate::console_world::id;

fn marked(desk: &Desk) -> Vec<ConversationId> {
    desk.app.chats.marks.ids().to_vec()
}

#[test]
fn star_marks_all_that_is_shown_and_no_more() {
    let mut desk = Desk::full(80, 24);
    desk.keys("2");
    let stuck = desk.app.chats.shown().to_vec();
    desk.keys("*");
    assert_eq!(marked(&desk), stuck);
    assert!(desk.text().contains("9 marked of 9"), "{}", desk.text());
    desk.keys("U");
    assert!(marked(&desk).is_empty());
    desk.keys("1*");
    assert_eq!(marked(&desk).len(), 17);
}

#[test]
fn an_exclamation_mark_turns_the_marks_of_what_is_shown() {
    let mut desk = Desk::full(80, 24);
    desk.keys("2  !");
    let shown = desk.app.chats.shown().to_vec();
    assert_eq!(marked(&desk), shown[2..]);
    desk.keys("!");
    assert_eq!(marked(&desk), shown[..2]);
}

#[test]
fn v_marks_from_the_cursor_to_where_it_goes() {
    let mut desk = Desk::full(80, 24);
    desk.keys("2jvjj ");
    let shown = desk.app.chats.shown().to_vec();
    assert_eq!(marked(&desk), shown[1..4]);
    assert!(!marked(&desk).contains(&id("3f2a9c41")));
    // Upwards, too.
    desk.keys("UGvkk ");
    let upwards = marked(&desk);
    assert_eq!(upwards.len(), 3);
    assert!(shown[6..].iter().all(|id| upwards.contains(id)));
}
