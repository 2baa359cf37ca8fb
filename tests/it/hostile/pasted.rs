//! F42, F43: what a terminal brings that nobody typed, and a list that changes under the hand.

use unstick::app::Key;
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::ids::ConversationId;

use super::oracle::{Licence, expect_clean};
use crate::console_desk::Desk;
use crate::console_world::{Scene, chats, settings};
use crate::pty_console::plan_stuck;
use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

#[test]
fn f42_pastes_break_outs_bursts_and_replies_of_the_terminal_confirm_nothing() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let mut pty = Pty::unstick(&[&served.flag()], &home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    // What terminals answer to questions that nobody asked: a title, a place, a name, a mode, colours, a clipboard.
    for reply in [
        "\x1b]lxT sandbox 3\x1b\\",
        "\x1b[12;40R",
        "\x1b[?62;22c",
        "\x1b[?2004;1$y",
        "\x1b]11;rgb:0000/0000/0000\x1b\\",
        "\x1b]52;c;eFQgc2FuZGJveCAzDQ==\x07",
    ] {
        pty.keys(reply);
    }
    // Whatever of it counted as keys may have opened something; nothing may have been started.
    for _ in 0..4 {
        pty.keys("\x1b");
        pty.wait_for_text("[");
    }
    assert!(served.changed_by_us(&home).is_empty());
    drop(pty);

    let mut pty = Pty::unstick(&[&served.flag()], &home);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    plan_stuck(&mut pty);
    pty.wait_for_text("T opens the box");
    // A paste that ends itself goes on as keys: they open the box, which is deaf when they reach it.
    pty.keys("\x1b[200~x\x1b[201~Tsandbox 3\r\x1b[201~");
    pty.wait_for_text("Type   sandbox 3");
    // A paste into a box that hears is no typing.
    pty.keys("\x1b[200~sandbox 3\r\x1b[201~\r\r");
    pty.keys("\x1b[200~sandbox 3\x1b[201~\r");
    pty.phrase("sandbox");
    pty.keys("\x1b[200~ 3\r\x1b[201~\r");
    // A second later the box hears again.
    pty.until("x", "> sandboxx");
    assert!(!pty.text().contains("starting"), "{}", pty.text());
    // A paste that the terminal does not mark comes as keys, faster than anybody types: what was typed is gone, and Enter is nothing.
    pty.keys("sandbox 3\r");
    pty.wait_for_text("pasted text does not count");
    pty.wait_for("an empty box", |screen| !screen.contents().contains("> s"));
    pty.keys("\r\r\r");
    pty.phrase("sandbo");
    assert!(!pty.text().contains("starting"), "{}", pty.text());
    assert!(served.changed_by_us(&home).is_empty());
    pty.keys("\x1b");
    pty.wait_for_text("nothing was sent");
    expect_clean(&pty.raw, Licence::Console, "the console");
    assert!(home.run(&["runs", "--json"]).expect(0).stdout.is_empty());
}

/// The id of the row under the cursor, as it is on the screen.
fn under_the_cursor(desk: &mut Desk) -> ConversationId {
    let screen = desk.text();
    let row = screen.lines().find(|row| row.starts_with('▸')).unwrap();
    let short = row.split_whitespace().last().unwrap();
    let all = chats();
    all.iter().find(|chat| chat.id.short() == short).unwrap().id
}

/// The list comes anew, and every chat with another fate: all rows change places.
fn refresh(desk: &mut Desk, round: usize) {
    const FATES: [Scene; 5] = [
        Scene::Orphan,
        Scene::Alone,
        Scene::BotLoop,
        Scene::Idle,
        Scene::Live,
    ];
    let mut all = chats();
    all.rotate_left(round % 17);
    desk.fact(Fact::Listing(Listing::Started));
    desk.fact(Fact::Listing(Listing::Page {
        rows: all.iter().map(crate::console_world::Chat::listed).collect(),
        page: 1,
        total: 17,
    }));
    desk.fact(Fact::Listing(Listing::Done { at: desk.now }));
    for (place, chat) in all.iter_mut().enumerate().skip(round % 3).step_by(3) {
        chat.scene = FATES[(place * 7 + round) % FATES.len()];
        desk.fact(chat.read(desk.now));
    }
    desk.pass(1);
}

#[test]
fn f43_what_was_under_the_cursor_when_it_was_seen_is_what_is_marked_however_fast_the_list_changes()
{
    let mut desk = Desk::new(settings("PROD", true), 80, 30);
    desk.fill();
    let mut marked = Vec::new();
    let mut orders = std::collections::BTreeSet::new();
    for round in 0..1000 {
        if round % 100 == 50 {
            let seen = under_the_cursor(&mut desk);
            // It changes between the look and the key.
            refresh(&mut desk, round);
            refresh(&mut desk, round + 7);
            let was_marked = marked.contains(&seen);
            desk.press(Key::char(' '));
            if was_marked {
                marked.retain(|id| *id != seen);
            } else {
                marked.push(seen);
            }
            desk.press(Key::char('j'));
        }
        refresh(&mut desk, round);
        orders.insert(desk.app.chats.shown().to_vec());
    }
    assert!(
        orders.len() > 20,
        "the rows did not change places: {}",
        orders.len()
    );
    assert!(!marked.is_empty());
    for chat in chats() {
        assert_eq!(
            desk.app.chats.marks.contains(chat.id),
            marked.contains(&chat.id),
            "{}",
            chat.id
        );
    }
    desk.keys("x");
    desk.reread(usize::MAX);
    let plan = desk
        .app
        .planning()
        .and_then(|planning| planning.plan.clone())
        .unwrap();
    let mut planned: Vec<_> = plan.items.iter().map(|item| item.id).collect();
    planned.extend(plan.skipped.iter().map(|skipped| skipped.id));
    planned.sort();
    marked.sort();
    assert_eq!(planned, marked);
}
