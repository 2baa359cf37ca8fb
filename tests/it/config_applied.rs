//! Keys, views, order and columns of the configuration, as somebody sees them who chose them: in the key line, in the help, in words, and under
//! the fingers.

use unstick::app::action::keymap::Keymap;
use unstick::app::chats::{Column, Sort, View};
use unstick::app::{AppSettings, Key, KeyCode, Msg};

use crate::console_desk::Desk;
use crate::console_world::settings;
use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

fn keys(rows: &[(&str, &[&str])]) -> Keymap {
    let rows: Vec<(String, Vec<String>)> = rows
        .iter()
        .map(|(action, keys)| {
            let keys = keys.iter().map(|key| (*key).to_owned()).collect();
            ((*action).to_owned(), keys)
        })
        .collect();
    let (keys, bad) = Keymap::of(&rows);
    assert_eq!(bad, []);
    keys
}

fn desk_with(keys: Keymap, width: u16, height: u16) -> Desk {
    let mut settings: AppSettings = settings("SANDBOX", true);
    settings.configured.keys = keys;
    let mut desk = Desk::new(settings, width, height);
    desk.fill();
    desk
}

#[test]
fn chosen_keys_do_what_they_were_given_to_and_the_screen_says_them_everywhere() {
    for (width, height) in [(80, 24), (140, 40)] {
        let chosen = keys(&[
            ("plan", &["X"]),
            ("terminate", &["I"]),
            ("refresh", &["f5", "ctrl-r"]),
            ("note", &["N"]),
            ("mark-all", &["a"]),
            ("down", &["j", "down", "i"]),
        ]);
        let mut desk = desk_with(chosen, width, height);
        let list = desk.text();
        assert!(list.contains("X plan") && list.contains("a all"), "{list}");
        desk.keys("x*");
        assert!(desk.app.screens.is_empty() && desk.app.chats.marks.is_empty());
        desk.keys("ii");
        assert_eq!(desk.app.chats.line(), 2);
        desk.keys("2a");
        let marked = desk.text();
        assert!(marked.contains("(F5 re-sorts)"), "{marked}");
        desk.keys("?");
        let mut help = desk.text();
        desk.press(Key::plain(KeyCode::PageDown));
        help.push_str(&desk.text());
        assert!(help.contains("F5 Ctrl-R"), "{help}");
        let squeezed = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(squeezed.contains("X plan to end 9 marked"), "{help}");
        // What the help calls closing is as it ever was.
        desk.keys("\u{1b}X");
        desk.reread(usize::MAX);
        let plan = desk.text();
        assert!(plan.contains("I opens the box for the phrase"), "{plan}");
        assert!(plan.contains("none; N writes down why"), "{plan}");
        assert!(plan.contains("I terminate"), "{plan}");
        desk.keys("T");
        assert!(desk.app.overlay.is_none());
        desk.keys("I");
        let open = desk.text();
        assert!(open.contains("Type   sandbox"), "{open}");
        // In the box letters are letters, whatever they were given to.
        desk.pass(500);
        desk.keys("Xi\r");
        assert!(desk.app.overlay.is_some());
        desk.press(Key::plain(KeyCode::Esc));
        assert!(desk.app.overlay.is_none());
    }
}

#[test]
fn a_view_of_the_operator_s_own_stands_behind_the_others_with_its_key_filter_and_order() {
    let mut settings = settings("SANDBOX", true);
    settings.configured.sort = Sort::named("-age").unwrap();
    settings.configured.views = vec![View {
        name: "Billing".into(),
        filter: "queue:Billing".to_owned(),
        sort: Sort::named("cust"),
        columns: Vec::new(),
    }];
    let mut desk = Desk::new(settings, 80, 24);
    desk.fill();
    let text = desk.text();
    assert!(text.contains("4 Billing 5+"), "{text}");
    assert!(text.contains("sort AGE reversed"), "{text}");
    desk.keys("4");
    let text = desk.text();
    assert!(
        text.contains("[4 Billing 5+]") && text.contains("sort CUSTOMER"),
        "{text}"
    );
    let listed = desk.app.chats.shown().len();
    assert!(listed > 0 && listed < desk.app.roster.len(), "{text}");
    assert!(!text.contains("Retail Help"), "{text}");
    desk.keys("?");
    let help = desk.text();
    assert!(help.contains("4         view: Billing"), "{help}");
    assert!(!help.contains("of your own"), "{help}");
    desk.keys("\u{1b}5");
    let text = desk.text();
    assert!(text.contains("there is no view 5"), "{text}");
    assert!(text.contains("[4 Billing 5+]"), "{text}");
}

#[test]
fn chosen_columns_stand_in_their_order_and_a_view_has_its_own() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut settings = settings("SANDBOX", true);
        let named = |words: &str| Column::named(words.split(' '));
        settings.configured.columns = named("id cust sev idle");
        settings.configured.views = vec![View {
            name: "Billing".into(),
            filter: "queue:Billing".to_owned(),
            sort: None,
            columns: named("kind parties age"),
        }];
        let mut desk = Desk::new(settings, width, height);
        desk.fill();
        let words = |desk: &mut Desk, line: usize| {
            let text = desk.text();
            let line = text.lines().nth(line).unwrap().split('│').next().unwrap();
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(words(&mut desk, 4), "ID CUSTOMER SEV▾ IDLE");
        assert_eq!(words(&mut desk, 5), "▸ 3f2a9c41 M. Okafor ▪ 5h58m");
        desk.keys("4");
        assert_eq!(words(&mut desk, 4), "WHY PARTIES AGE");
        assert_eq!(words(&mut desk, 5), "▸ orphan C- A+ Q- 6h12m");
        // A built-in view has those of every view again; so narrow a screen keeps its five.
        desk.keys("1");
        assert_eq!(words(&mut desk, 4), "ID CUSTOMER SEV▾ IDLE");
        desk.tell(Msg::Resized {
            width: 60,
            height: 14,
        });
        assert_eq!(words(&mut desk, 3), "▾ AGE PARTIES QUEUE WHY ID");
    }
}

#[test]
fn keys_views_and_order_of_the_file_are_those_of_the_console_and_a_bad_key_is_named() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    home.write(
        "home/config/config.toml",
        "[ui]\nsort = \"-age\"\ncolumns = [\"id\", \"age\"]\n[keys]\nplan = \"X\"\nrefresh = \"x\"\nterminate = \"enter\"\n\
         [[view]]\nname = \"Bots\"\nfilter = \"kind:bot-loop\"\n",
    );
    let mut pty = Pty::unstick(&[&served.flag()], &home);
    pty.wait_for_text("keys: `terminate` is pressed on purpose");
    pty.wait_for_text("2 Stuck 3");
    pty.wait_for_text("4 Bots");
    pty.wait_for_text("sort AGE reversed");
    pty.wait_for_text("ID        AGE ▴");
    pty.keys("4");
    pty.wait_for_text("[4 Bots 1]");
    pty.keys("X");
    pty.wait_for_text("NOTHING HAS BEEN SENT");
    pty.wait_for_text("T opens the box");
    // What changes while it is open waits, and is named.
    home.write("home/config/config.toml", "[keys]\nplan = \"X\"\n");
    pty.wait_for_text("after a restart: ui, keys, view");
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
    assert!(served.changed_by_us(&home).is_empty());
}
