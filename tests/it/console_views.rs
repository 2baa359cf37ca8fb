//! Views of the operator's own: how many each has, saving, renaming and removing them; and filters that were in force before.

use unstick::app::chats::{Column, Sort, View};
use unstick::app::keeping::{Keep, Kept, Place};
use unstick::app::{Effect, Key, KeyCode, Msg, Overlay};

use crate::console_desk::Desk;
use crate::console_screens::shoot;
use crate::console_world::{chats, settings};

fn view(name: &str, filter: &str) -> View {
    View {
        name: name.into(),
        filter: filter.to_owned(),
        sort: Sort::named("sev"),
        columns: Vec::new(),
    }
}

/// A console that keeps what it says, with these views of the configuration and these saved ones.
fn keeping(width: u16, height: u16, configured: &[View], saved: &[View]) -> Desk {
    let mut settings = settings("SANDBOX", true);
    settings.configured.views = configured.to_vec();
    let mut desk = Desk::new(settings, width, height);
    desk.app.take_up(saved.to_vec(), None, None);
    desk.fill();
    desk
}

/// What the console wants kept since this was asked last, each kept as a file would: the answer tells which views there are then.
fn kept(desk: &mut Desk) -> Vec<Keep> {
    let effects = std::mem::take(&mut desk.effects);
    let wishes = effects.into_iter().filter_map(|effect| match effect {
        Effect::Keep(keep) => Some(keep),
        _ => None,
    });
    let wishes: Vec<Keep> = wishes.collect();
    for asked in &wishes {
        let mut views = desk.app.keeping.saved.clone();
        match asked {
            Keep::Place(_) => continue,
            Keep::View { view, .. } => {
                views.retain(|other| other.name != view.name);
                views.push(view.clone());
            }
            Keep::Rename { from, to } => {
                for view in views.iter_mut().filter(|view| view.name == *from) {
                    view.name = to.clone();
                }
            }
            Keep::Remove(name) => views.retain(|view| view.name != *name),
        }
        desk.tell(Msg::Kept(Box::new(Kept {
            asked: asked.clone(),
            result: Ok(views),
        })));
    }
    wishes
}

fn bar(desk: &mut Desk) -> String {
    desk.text().lines().nth(1).unwrap().to_owned()
}

#[test]
fn a_view_of_one_s_own_is_counted_and_a_plus_says_that_not_all_of_it_is_known() {
    let views = [
        view("Billing", "queue:Billing"),
        view("Old", "age>3h"),
        view("Not agents", "is:stuck -agent:on"),
    ];
    let mut desk = keeping(140, 40, &views, &[]);
    // Two chats are not read: their queue and their parties are unknown, and their age is not.
    assert!(
        bar(&mut desk).contains("4 Billing 5+  5 Old 6  6 Not agents 5+"),
        "{}",
        bar(&mut desk)
    );
    desk.keys("4");
    assert!(bar(&mut desk).contains("[4 Billing 5+]"));
    let shown = desk.app.chats.shown().len();
    assert_eq!(shown, 5);
    let text = desk.text();
    assert!(
        text.contains("5 in Billing of 15 read; 2 not read yet"),
        "{text}"
    );
    // Once they are read there is no plus, and the numbers are those of the lists that open.
    for mut chat in chats() {
        if chat.queue.is_empty() {
            chat.scene = crate::console_world::Scene::Alone;
            chat.queue = "Billing EU";
            let read = chat.read(desk.now);
            desk.fact(read);
        }
    }
    // At once, and not with the next second.
    assert!(
        bar(&mut desk).contains("[4 Billing 7]  5 Old 6  6 Not agents 5"),
        "{}",
        bar(&mut desk)
    );
    for (key, count) in [("4", 7), ("5", 6), ("6", 5)] {
        desk.keys(key);
        assert_eq!(desk.app.chats.shown().len(), count, "{key}");
    }
}

#[test]
fn counts_follow_what_is_read_what_ends_and_the_time_that_goes_by() {
    let views = [view("Billing", "queue:Billing"), view("Older", "age>6h20m")];
    let mut desk = keeping(140, 40, &views, &[]);
    assert!(bar(&mut desk).contains("5 Older 2"), "{}", bar(&mut desk));
    // Ten minutes on, one more is as old as that.
    for _ in 0..10 {
        desk.pass(60_000);
    }
    assert!(bar(&mut desk).contains("5 Older 3"), "{}", bar(&mut desk));
    // One has ended: it is shown for a while, and counts no more.
    let mut conversation = chats()[0].conversation();
    for party in &mut conversation.participants {
        for leg in &mut party.legs {
            leg.state = unstick::domain::conversation::LegState::Disconnected;
            leg.ended = Some(desk.now);
        }
    }
    conversation.ended = Some(desk.now);
    let now = desk.now;
    desk.fact(crate::console_world::reading(conversation, now));
    desk.pass(1000);
    assert!(
        bar(&mut desk).contains("4 Billing 4+  5 Older 2"),
        "{}",
        bar(&mut desk)
    );
}

#[test]
fn of_two_views_with_one_filter_the_one_that_was_opened_is_the_open_one() {
    let views = [View {
        columns: Column::named("sev id".split(' ')),
        ..view("Short", "is:stuck")
    }];
    let mut desk = keeping(80, 24, &views, &[]);
    desk.keys("4");
    assert!(
        bar(&mut desk).contains("2 Stuck 9+  3 Stale 2+  [4 Short 9+]"),
        "{}",
        bar(&mut desk)
    );
    desk.keys("2");
    assert!(
        bar(&mut desk).contains("[2 Stuck 9+]  3 Stale 2+  4 Short 9+"),
        "{}",
        bar(&mut desk)
    );
}

#[test]
fn saving_a_view() {
    shoot("view_save", |width, height| {
        let mut desk = keeping(width, height, &[view("Billing", "queue:Billing")], &[]);
        desk.keys("/is:stuck idle>1h\rSVLong silent");
        desk
    });
}

#[test]
fn a_view_whose_name_is_taken_asks() {
    shoot("view_taken", |width, height| {
        let mut desk = keeping(width, height, &[], &[view("Mine", "is:stale")]);
        desk.keys("Vmine\r");
        desk
    });
}

#[test]
fn what_the_list_shows_becomes_a_view_under_the_next_key_and_is_there_again_by_that() {
    for (width, height) in [(80, 24), (140, 40), (60, 14)] {
        let mut desk = keeping(width, height, &[view("Billing", "queue:Billing")], &[]);
        desk.keys("/is:stuck idle>1h\r");
        desk.keys("sj\rS");
        desk.keys("Cjjj \r");
        desk.keys("VLong silent\r");
        assert!(desk.app.overlay.is_none());
        let saved = View {
            name: "Long silent".into(),
            filter: "is:stuck idle>1h".to_owned(),
            sort: Sort::named("-age"),
            columns: Column::named("sev age idle queue agent cust kind id".split(' ')),
        };
        let wishes = kept(&mut desk);
        assert!(
            wishes.contains(&Keep::View {
                view: saved,
                replaces: false
            }),
            "{wishes:?}"
        );
        let text = desk.text();
        assert!(
            text.contains("view Long silent is saved: 5 opens it"),
            "{text}"
        );
        let shown = desk.app.chats.shown().to_vec();
        desk.keys("1S5");
        assert_eq!(desk.app.chats.shown(), shown);
        assert_eq!(desk.app.chats.sort, Sort::named("-age").unwrap());
        assert_eq!(desk.app.open_view(), Some(4));
    }
}

#[test]
fn a_name_that_is_taken_is_asked_about_and_a_held_key_answers_nothing() {
    let mut desk = keeping(
        80,
        24,
        &[view("Billing", "queue:Billing")],
        &[view("Mine", "is:stale")],
    );
    desk.keys("2V");
    for (name, words) in [
        ("", "type a name"),
        ("stuck", "stuck is built in"),
        ("billing", "that one is in config.toml"),
    ] {
        desk.press(Key::ctrl('u'));
        desk.keys(name);
        desk.keys("\r\r");
        desk.pass(500);
        desk.keys("\r");
        assert!(desk.text().contains(words), "{}", desk.text());
    }
    desk.press(Key::ctrl('u'));
    desk.keys("mine\r");
    assert!(
        desk.text()
            .contains("Mine is there already: once more replaces it"),
        "{}",
        desk.text()
    );
    desk.keys("\r\r\r");
    assert!(matches!(desk.app.overlay, Some(Overlay::ViewName(_))));
    assert_eq!(kept(&mut desk), []);
    // Another name is another question.
    desk.keys("d");
    desk.press(Key::plain(KeyCode::Backspace));
    desk.pass(500);
    desk.keys("\r");
    assert!(desk.app.overlay.is_some());
    desk.pass(500);
    desk.keys("\r");
    let wishes = kept(&mut desk);
    assert!(
        matches!(&wishes[..], [Keep::View { replaces: true, view }] if view.filter == "is:stuck"),
        "{wishes:?}"
    );
}

#[test]
fn a_seventh_view_of_one_s_own_has_no_key_and_is_refused() {
    let saved: Vec<View> = (0..6)
        .map(|one| view(&format!("v{one}"), "is:stale"))
        .collect();
    let mut desk = keeping(80, 24, &saved[..2], &saved[2..]);
    desk.keys("Vmore\r");
    assert!(
        desk.text().contains("all nine keys are taken"),
        "{}",
        desk.text()
    );
    assert_eq!(kept(&mut desk), []);
    desk.keys("\u{1b}9");
    assert_eq!(desk.app.open_view(), Some(8));
}

#[test]
fn a_saved_view_is_renamed_and_removed_from_the_palette_and_the_configuration_s_own_is_not() {
    let mut desk = keeping(
        140,
        40,
        &[view("Billing", "queue:Billing")],
        &[view("Mine", "is:stale"), view("Last", "is:watch")],
    );
    desk.keys("4:rename view\r");
    assert!(
        desk.text().contains("Billing is in config.toml"),
        "{}",
        desk.text()
    );
    desk.keys("\u{1b}1:remove view\r");
    assert!(
        desk.text().contains("open the saved view first"),
        "{}",
        desk.text()
    );
    desk.keys("\u{1b}5:rename view\r");
    assert!(desk.text().contains("Rename view Mine"), "{}", desk.text());
    desk.press(Key::ctrl('u'));
    desk.keys("last\r");
    assert!(
        desk.text().contains("Last is there already"),
        "{}",
        desk.text()
    );
    desk.press(Key::ctrl('u'));
    desk.keys("Ours\r");
    kept(&mut desk);
    assert!(
        bar(&mut desk).contains("[5 Ours 2+]  6 Last"),
        "{}",
        bar(&mut desk)
    );
    desk.keys(":remove view\r");
    kept(&mut desk);
    let text = desk.text();
    assert!(
        text.contains("view Ours is removed; what it showed stays"),
        "{text}"
    );
    assert!(bar(&mut desk).contains("4 Billing 5+  5 Last"), "{text}");
    // Nothing is lost that could not be saved again.
    assert_eq!(desk.app.chats.filter.text(), "is:stale");
}

#[test]
fn a_console_that_keeps_nothing_says_why_and_asks_for_nothing() {
    let mut desk = Desk::full(80, 24);
    let why = "--read-only saves nothing".to_owned();
    desk.app
        .take_up(vec![view("Mine", "is:stale")], None, Some(why));
    desk.keys("V");
    assert!(
        desk.text().contains("V: --read-only saves nothing"),
        "{}",
        desk.text()
    );
    // What was saved before is there all the same.
    desk.keys("4:remove view\r");
    assert!(
        desk.text().contains("--read-only saves nothing"),
        "{}",
        desk.text()
    );
    desk.keys("\u{1b}SCj \r");
    desk.pass(5000);
    desk.keys("q");
    assert_eq!(kept(&mut desk), []);
}

#[test]
fn how_the_list_is_left_is_said_once_it_is_at_rest_and_before_leaving() {
    let mut desk = keeping(80, 24, &[], &[]);
    desk.pass(3000);
    assert_eq!(kept(&mut desk), [], "nothing changed");
    let place = |view: Option<&str>, sort: &str, columns: &str| {
        Keep::Place(Place {
            view: view.map(Into::into),
            sort: Sort::named(sort).unwrap(),
            columns: Column::named(columns.split(' ')),
        })
    };
    // Not while somebody is choosing: what is chosen may be taken back.
    desk.keys("2Cjs ");
    desk.pass(3000);
    assert_eq!(kept(&mut desk), []);
    desk.keys("\r");
    desk.pass(3000);
    let columns = "sev idle parties queue agent cust kind id";
    assert_eq!(kept(&mut desk), [place(Some("Stuck"), "age", columns)]);
    // A filter that was typed may hold a name: it is not kept.
    desk.keys("/");
    desk.press(Key::ctrl('u'));
    desk.keys("okafor\r");
    desk.keys("S");
    desk.keys("q");
    assert_eq!(kept(&mut desk), [place(None, "-age", columns)]);
}

#[test]
fn a_saved_view_is_told_by_its_place_where_the_configuration_has_one_of_its_name() {
    let ours = [view("Night", "kind:ringing")];
    let saved = [view("Night", "kind:orphan")];
    let both = || keeping(140, 40, &ours, &saved);
    // The one of the configuration is open: it is no saved one.
    let mut desk = both();
    desk.keys("4:remove view\r");
    assert_eq!(kept_views(&mut desk), []);
    assert_eq!(desk.app.keeping.saved, saved);
    // The saved one is open, and goes; or is called otherwise, and stays open.
    let mut desk = both();
    desk.keys("5:remove view\r");
    assert_eq!(kept_views(&mut desk), [Keep::Remove("Night".into())]);
    assert_eq!(desk.app.keeping.saved, []);
    // Of several the one at its place.
    let several = [view("Dawn", "kind:idle"), view("Night", "kind:orphan")];
    let mut desk = keeping(140, 40, &ours, &several);
    desk.keys("6:remove view\r");
    assert_eq!(kept_views(&mut desk), [Keep::Remove("Night".into())]);
    assert_eq!(desk.app.keeping.saved, several[..1]);
    let mut desk = both();
    desk.keys("5:rename view\r");
    desk.press(Key::ctrl('u'));
    desk.keys("Late\r");
    assert_eq!(kept_views(&mut desk).len(), 1);
    let bar = bar(&mut desk);
    assert!(bar.contains("4 Night") && bar.contains("[5 Late"), "{bar}");
}

/// What was to be kept of views, and is.
fn kept_views(desk: &mut Desk) -> Vec<Keep> {
    let mut wishes = kept(desk);
    wishes.retain(|keep| !matches!(keep, Keep::Place(_)));
    wishes
}

#[test]
fn what_cannot_be_kept_is_said_once_and_changes_nothing() {
    let mut desk = keeping(140, 40, &[], &[]);
    for _ in 0..2 {
        desk.keys("S");
        desk.pass(1000);
        let effects = std::mem::take(&mut desk.effects);
        for effect in effects {
            if let Effect::Keep(asked) = effect {
                let result = Err("state.toml cannot be written: the disk is full".to_owned());
                desk.tell(Msg::Kept(Box::new(Kept { asked, result })));
            }
        }
    }
    desk.keys(":messages\r");
    let text = desk.text();
    assert!(text.contains("1 kept of 500"), "{text}");
    desk.keys("\u{1b}Vmine\r");
    let Some(Effect::Keep(asked)) = desk.effects.pop() else {
        panic!("nothing was to be kept");
    };
    let result = Err("no room".to_owned());
    desk.tell(Msg::Kept(Box::new(Kept { asked, result })));
    assert!(
        desk.text().contains("nothing was changed: no room"),
        "{}",
        desk.text()
    );
    assert!(!bar(&mut desk).contains("mine"));
}

fn field(desk: &mut Desk) -> String {
    let text = desk.text();
    let line = text.lines().nth(2).unwrap();
    line.trim_start_matches(" / ")
        .split("  ")
        .next()
        .unwrap()
        .trim_end()
        .to_owned()
}

#[test]
fn the_arrows_walk_through_filters_that_were_applied_before_and_back_to_what_was_typed() {
    let mut desk = Desk::full(80, 24);
    for filter in ["is:stuck", "queue:Claims", "is:stuck", "idle>1h"] {
        desk.keys("/");
        desk.press(Key::ctrl('u'));
        desk.keys(filter);
        desk.keys("\r");
    }
    // A view is no filter that was typed; taking one away does not lose it.
    desk.keys("3\u{1b}/ok");
    let all = desk.app.roster.len();
    let (up, down) = (Key::plain(KeyCode::Up), Key::plain(KeyCode::Down));
    for expected in [
        "is:stale",
        "idle>1h",
        "is:stuck",
        "queue:Claims",
        "queue:Claims",
    ] {
        desk.press(up);
        assert_eq!(field(&mut desk), expected);
        // The list behind follows.
        assert_eq!(desk.app.chats.filter.text(), expected);
        assert!(desk.app.chats.shown().len() < all);
    }
    for expected in ["is:stuck", "idle>1h", "is:stale", "ok", "ok"] {
        desk.press(down);
        assert_eq!(field(&mut desk), expected);
    }
    desk.press(up);
    desk.keys("\u{1b}");
    assert_eq!(
        desk.app.chats.filter.text(),
        "",
        "Esc leaves what was in force"
    );
    desk.keys("/");
    desk.press(up);
    desk.keys("\r");
    assert_eq!(desk.app.chats.filter.text(), "is:stale");
}
