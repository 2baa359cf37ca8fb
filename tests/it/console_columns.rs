//! The column chooser: every column with what it means, the list behind it changing at once, and one step back that leaves all as it was.

use unstick::app::chats::Column;
use unstick::app::mouse::Stroke;
use unstick::app::{Key, KeyCode, Msg, Overlay};
use unstick::domain::conversation::Purpose;
use unstick::domain::sorting::SortKey;
use unstick::domain::text::Text;

use crate::console_desk::Desk;
use crate::console_screens::shoot;
use crate::console_world::{chats, reading, settings};

/// The heads of the list's columns, as they stand.
fn heads(desk: &mut Desk) -> String {
    let text = desk.text();
    let line = text.lines().nth(4).unwrap();
    let line = line.split('│').next().unwrap();
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The heads of the columns that stand in the list when nothing lies over it.
fn heads_below(desk: &mut Desk) -> String {
    let overlay = desk.app.overlay.take();
    let heads = heads(desk);
    desk.app.overlay = overlay;
    heads
}

fn words(desk: &Desk) -> String {
    let columns = desk.app.chats.columns.iter().map(Column::word);
    columns.collect::<Vec<_>>().join(" ")
}

/// What the first chat of the story has noted down about its customer.
fn note(desk: &mut Desk, key: &str, value: &str) {
    let mut conversation = chats()[0].conversation();
    let parties = conversation.participants.iter_mut();
    for party in parties.filter(|party| party.purpose == Purpose::Customer) {
        party.attributes = vec![(Text::clean(key), Text::clean(value))];
    }
    let now = desk.now;
    desk.fact(reading(conversation, now));
}

#[test]
fn the_column_chooser() {
    shoot("columns", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("2Cjjs");
        desk
    });
}

#[test]
fn the_column_chooser_while_an_attribute_is_typed() {
    shoot("columns_attribute", |width, height| {
        let mut desk = Desk::full(width, height);
        desk.keys("C");
        desk.press(Key::plain(KeyCode::End));
        desk.keys(" caseId");
        desk
    });
}

#[test]
fn a_column_comes_goes_and_moves_in_the_list_while_it_is_chosen_and_esc_takes_it_all_back() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut desk = Desk::full(width, height);
        let before = heads(&mut desk);
        desk.keys("C");
        // PARTIES goes, IDLE moves before AGE, and the list below has followed each time.
        desk.keys("jjj ");
        assert!(!heads_below(&mut desk).contains("PARTIES"));
        desk.keys("kK");
        assert!(heads_below(&mut desk).starts_with("SEV▾ IDLE AGE QUEUE"));
        assert_eq!(words(&desk), "sev idle age queue agent cust kind id");
        // The last of all comes last.
        desk.press(Key::plain(KeyCode::End));
        desk.keys("k ");
        assert_eq!(
            words(&desk),
            "sev idle age queue agent cust kind id started"
        );
        desk.press(Key::plain(KeyCode::Esc));
        assert_eq!(
            (heads(&mut desk), words(&desk)),
            (before.clone(), String::new())
        );
        // The same again, kept.
        desk.keys("Cjjj k");
        desk.keys("K\r");
        assert!(desk.app.overlay.is_none());
        assert!(heads(&mut desk).starts_with("SEV▾ IDLE AGE QUEUE"));
        // Every view without columns of its own has them.
        desk.keys("2");
        assert!(heads(&mut desk).starts_with("SEV▾ IDLE AGE QUEUE"));
        // The usual ones again.
        desk.keys("Cu\r");
        assert_eq!((heads(&mut desk), words(&desk)), (before, String::new()));
    }
}

#[test]
fn severity_stays_and_stays_first() {
    let mut desk = Desk::full(80, 24);
    desk.keys("C ");
    assert!(desk.text().contains("SEV is always shown, and first"));
    for keys in ["J", "jK"] {
        desk.keys(keys);
        assert_eq!(words(&desk), "");
    }
    // Where the configuration has it elsewhere, choosing puts it first; looking alone changes nothing.
    let mut settings = settings("SANDBOX", true);
    settings.configured.columns = Column::named("id cust sev".split(' '));
    let mut desk = Desk::new(settings, 80, 24);
    desk.fill();
    desk.keys("C\r");
    assert_eq!(words(&desk), "id cust sev");
    desk.keys("Cj \r");
    assert_eq!(words(&desk), "sev cust");
}

#[test]
fn the_chooser_says_how_many_of_the_chosen_have_room_and_which_have_none() {
    let mut desk = Desk::full(80, 24);
    desk.keys("C");
    let text = desk.text();
    assert!(
        text.contains("80 columns: 8 of 9 fit. Others need a wider terminal"),
        "{text}"
    );
    let customer = text.lines().find(|line| line.contains("CUSTOMER")).unwrap();
    assert!(customer.contains("no room"), "{text}");
    assert_eq!(text.matches("no room").count(), 1, "{text}");
    // What is said is what the list does.
    assert!(!heads_below(&mut desk).contains("CUSTOMER"));
    desk.press(Key::plain(KeyCode::Esc));
    // Named, it has its room: the names share what there is.
    desk.keys("Cjjjjj \r");
    assert!(
        heads(&mut desk).contains("QUEUE CUSTOMER WHY"),
        "{}",
        desk.text()
    );
    desk.keys("C");
    assert!(
        desk.text().contains("80 columns: all 8 fit"),
        "{}",
        desk.text()
    );
    desk.tell(Msg::Resized {
        width: 140,
        height: 40,
    });
    assert!(desk.text().contains("140 columns: all 8 fit"));
    desk.tell(Msg::Resized {
        width: 60,
        height: 14,
    });
    assert!(
        desk.text().contains("60 columns: a short list"),
        "{}",
        desk.text()
    );
}

#[test]
fn the_list_is_sorted_by_the_column_under_the_cursor_and_the_other_way_round_the_second_time() {
    let mut desk = Desk::full(80, 24);
    let first = desk.app.chats.shown().to_vec();
    desk.keys("Cjs");
    let sort = desk.app.chats.sort;
    assert_eq!((sort.key, sort.is_reversed), (SortKey::Age, false));
    let started = |desk: &Desk| -> Vec<_> {
        let rows = desk.app.chats.shown().iter();
        rows.map(|id| desk.app.roster.row(*id).unwrap().listed.started)
            .collect()
    };
    assert_eq!(started(&desk).len(), first.len());
    assert!(started(&desk).is_sorted(), "{}", desk.text());
    desk.keys("s");
    assert!(desk.app.chats.sort.is_reversed);
    assert!(started(&desk).is_sorted_by(|one, next| one >= next));
    assert!(desk.text().contains("sort AGE reversed"), "{}", desk.text());
    // PARTIES has no order, and says so.
    desk.keys("jjs");
    assert!(desk.text().contains("nothing is sorted by PARTIES"));
    desk.press(Key::plain(KeyCode::Esc));
    assert_eq!(desk.app.chats.sort.key, SortKey::Severity);
    assert_eq!(desk.app.chats.shown(), first);
}

#[test]
fn an_attribute_becomes_a_column_by_its_name_and_shows_only_its_length_under_privacy() {
    let mut desk = Desk::full(140, 40);
    note(&mut desk, "caseId", "C-10442");
    desk.keys("C");
    desk.press(Key::plain(KeyCode::End));
    // A key that does something elsewhere is a letter here.
    desk.keys(" caseid");
    assert!(desk.text().contains("attr.caseid"), "{}", desk.text());
    desk.press(Key::plain(KeyCode::Enter));
    assert!(words(&desk).ends_with("id attr.caseid"), "{}", words(&desk));
    desk.press(Key::plain(KeyCode::Enter));
    let text = desk.text();
    assert!(text.contains("C-10442"), "{text}");
    // Not read yet is not the same as not there.
    let unread = text.lines().find(|line| line.contains("1ed5fa32")).unwrap();
    let read = text.lines().find(|line| line.contains("b81e07d2")).unwrap();
    assert!(
        unread.split('│').next().unwrap().trim_end().ends_with('?'),
        "{text}"
    );
    assert!(
        read.split('│').next().unwrap().trim_end().ends_with("none"),
        "{text}"
    );
    desk.keys("z");
    let text = desk.text();
    assert!(
        !text.contains("C-10442") && text.contains("[7 chara"),
        "{text}"
    );
    // One that nobody has is shown, and that is said.
    desk.keys("C");
    desk.press(Key::plain(KeyCode::End));
    desk.keys(" none of it\r");
    assert!(
        desk.text()
            .contains("no chat that was read has an attribute none of it")
    );
    desk.keys("\u{1b}");
    assert!(words(&desk).ends_with("attr.caseid"));
}

#[test]
fn what_is_no_longer_named_is_dropped_and_esc_in_the_name_adds_nothing() {
    let mut desk = Desk::full(80, 24);
    desk.keys("C");
    desk.press(Key::plain(KeyCode::End));
    desk.keys(" x\u{1b}");
    assert!(matches!(desk.app.overlay, Some(Overlay::Columns(_))));
    assert_eq!(words(&desk), "");
    desk.keys(" \r");
    assert_eq!(words(&desk), "");
}

#[test]
fn waiting_the_last_writer_and_the_start_are_columns_too() {
    let mut settings = settings("SANDBOX", true);
    settings.configured.columns = Column::named("sev id wait last started".split(' '));
    let mut desk = Desk::new(settings, 80, 24);
    desk.fill();
    assert_eq!(heads(&mut desk), "SEV▾ ID WAIT LAST STARTED");
    let text = desk.text();
    let row = |id: &str| {
        let line = text.lines().find(|line| line.contains(id)).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("b81e07d2"), "▪ b81e07d2 – agent 09:35:08");
    assert_eq!(row("5d90f1c8"), "▪ 5d90f1c8 – cust 11:41:08");
    assert_eq!(row("2b9c44e6"), "▴ 2b9c44e6 – agent 00:42:08");
    desk.keys("G");
    let text = desk.text();
    let unread = text.lines().find(|line| line.contains("1ed5fa32")).unwrap();
    let unread = unread.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(unread, "? 1ed5fa32 ? ? 13:34:08");
}

#[test]
fn the_mouse_turns_a_column_around_and_the_letter_does_nothing_where_it_is_too_small() {
    let mut desk = Desk::full(80, 24);
    desk.keys("C");
    desk.mouse_in_row(Stroke::Press, "who is connected", "PARTIES");
    assert_eq!(words(&desk), "sev age idle queue agent cust kind id");
    desk.mouse_in_row(Stroke::Press, "who is connected", "PARTIES");
    assert_eq!(words(&desk), "");
    desk.keys("\u{1b}");
    desk.tell(Msg::Resized {
        width: 40,
        height: 10,
    });
    desk.keys("C");
    assert!(desk.app.overlay.is_none());
    assert!(desk.text().contains("C: off, too small"), "{}", desk.text());
}
