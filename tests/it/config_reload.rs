//! The configuration changes under an open console: what is good applies, what is bad leaves the last good one, and power never widens.

use jiff::SignedDuration;
use serde_json::json;
use unstick::app::{AppSettings, Effect, Msg, NewLimits, Reload};
use unstick::domain::feed::Command;
use unstick::domain::rules::{Power, Rule, Rules, Wording};

use crate::console_desk::Desk;
use crate::console_world::settings;
use crate::pty_console::plan_stuck;
use crate::rules_screens::{guard, rules};
use crate::support::Home;
use crate::support::pty::Pty;
use crate::support::served::Served;

const QUIET: &str = "log_level = \"off\"\n";
const GUARD: &str =
    "[[guard]]\nname = \"no-bots\"\nwhen = \"kind:bot-loop\"\nterminate = \"never\"\n";

#[test]
fn a_guard_written_while_the_console_is_open_holds_and_a_mistake_names_its_line_and_changes_nothing()
 {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    home.write("home/config/config.toml", QUIET);
    let mut pty = crate::pty_console::open(&home, &served);
    home.write("home/config/config.toml", &format!("{QUIET}{GUARD}"));
    pty.wait_for_text("config.toml: in force now: rules and guards");
    let broken = format!("{QUIET}{GUARD}[[rule]]\nname = \"r\"\nwhen = \"idle>45\"\n");
    home.write("home/config/config.toml", &broken);
    pty.wait_for_text("config.toml:8:14: when: idle needs a unit");
    // A file without the guard does not let go of it.
    home.write("home/config/config.toml", QUIET);
    pty.wait_for_text("after a restart: guard no-bots");
    plan_stuck(&mut pty);
    pty.wait_for_text("NOTHING HAS BEEN SENT");
    pty.wait_for_text("guard no-bots");
    pty.wait_for_text("T opens the box");
    pty.keys("T");
    pty.wait_for_text("Type   sandbox 2");
    pty.keys("\x1b");
    pty.wait_for_text("cancelled: nothing was sent");
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
    assert!(served.changed_by_us(&home).is_empty());
}

/// The settings are read before anybody is asked who we are, which may take its time.
#[test]
fn a_guard_written_while_the_console_is_starting_holds() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let profile = served.profile("near", "");
    home.write("home/config/config.toml", &profile);
    let path = "/organizations/me";
    served.order(&json!({ "fault": [{ "path": path, "hold": true }] }));
    let secret = served.welcome["client_secret"].as_str().unwrap().to_owned();
    let told = [("UNSTICK_CLIENT_SECRET", secret.as_str())];
    let mut pty = Pty::start(Home::binary(), &["--profile=near"], &home, &told);
    served.wait_until_held(path);
    home.write("home/config/config.toml", &format!("{profile}{GUARD}"));
    served.order(&json!({ "clear": true, "release": true }));
    pty.wait_for_text("config.toml: in force now: rules and guards");
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn t60_a_file_that_asks_for_more_gets_it_after_a_restart_and_one_that_asks_for_less_at_once() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let write = |lines: &str| home.write("home/config/config.toml", &served.profile("near", lines));
    write("write = true\nlimits = { max_batch = 2 }\n");
    let secret = served.welcome["client_secret"].as_str().unwrap().to_owned();
    let told = [("UNSTICK_CLIENT_SECRET", secret.as_str())];
    let mut pty = Pty::start(Home::binary(), &["--profile=near"], &home, &told);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    write(
        "write = true\nallow_teardown = true\nlimits = { max_batch = 9, requests_per_minute = 300 }\n",
    );
    pty.wait_for_text("after a restart: allow_teardown, requests_per_minute, max_batch");
    pty.keys("*");
    pty.wait_for_text("7 is over the batch limit of 2");
    write("limits = { max_batch = 1 }\n");
    pty.wait_for_text("in force now: max_batch, read-only");
    pty.keys("x");
    pty.wait_for_text("near is read-only");
    // The last line is whole again, and write = true comes too late.
    write("write = true\nlimits = { max_batch = 1 }\n");
    pty.wait_for_text("after a restart: write");
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
}

#[test]
fn t60_the_usual_file_bounds_what_a_variable_s_file_says_while_the_console_is_open_too() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let usual = |lines: &str| home.write("home/config/config.toml", &served.profile("near", lines));
    usual("limits = { max_batch = 9 }\n");
    let said = home.write("said.toml", &served.profile("near", ""));
    let secret = served.welcome["client_secret"].as_str().unwrap().to_owned();
    let told = [
        ("UNSTICK_CLIENT_SECRET", secret.as_str()),
        ("UNSTICK_CONFIG", said.to_str().unwrap()),
    ];
    let arguments = ["--profile=near", "--write"];
    let mut pty = Pty::start(Home::binary(), &arguments, &home, &told);
    pty.wait_for_text("3 stuck and 1 stale of 7");
    usual("limits = { max_batch = 2 }\n");
    pty.wait_for_text("said.toml: in force now: max_batch");
    pty.keys("*");
    pty.wait_for_text("7 is over the batch limit of 2");
    home.write("home/config/config.toml", "[profiles.near]\nregion = 7\n");
    pty.wait_for_text("config.toml:2:10");
    pty.keys("\x03");
    assert_eq!(pty.ended().exit_code(), 0);
}

fn reloaded(desk: &mut Desk, reload: Reload) -> String {
    desk.tell(Msg::Reloaded(Box::new(reload)));
    desk.text()
}

#[test]
fn a_guard_that_comes_while_the_box_for_the_phrase_is_open_closes_it() {
    let mut desk = Desk::new(settings("SANDBOX", true), 140, 40);
    desk.fill();
    desk.keys("2*x");
    for chat in crate::console_world::chats() {
        let fact = chat.read(desk.now);
        desk.fact(fact);
    }
    desk.keys("T");
    assert!(desk.text().contains("Type   sandbox"), "{}", desk.text());
    reloaded(
        &mut desk,
        Reload {
            rules: Some(rules(Vec::new(), vec![guard("late", "kind:orphan")])),
            ..Reload::default()
        },
    );
    desk.pass(1000);
    let text = desk.text();
    assert!(!text.contains("Type   sandbox"), "{text}");
    assert!(text.contains("guard late"), "{text}");
    let followed = |effect: &Effect| matches!(effect, Effect::Engine(Command::Follow(Some(_))));
    assert!(desk.effects.iter().any(followed));
}

/// What the desk's profile says, and what each change to it leaves of that.
fn narrower() -> [(&'static str, NewLimits); 3] {
    let as_before = NewLimits {
        max_batch: 50,
        require_note: false,
        recent_reply: SignedDuration::from_mins(30),
        writes: true,
    };
    [
        (
            "read-only",
            NewLimits {
                writes: false,
                ..as_before
            },
        ),
        (
            "max_batch",
            NewLimits {
                max_batch: 2,
                ..as_before
            },
        ),
        (
            "require_note",
            NewLimits {
                require_note: true,
                ..as_before
            },
        ),
    ]
}

/// A desk with the phrase typed whole into a box, and the three seconds of grace begun: a plan's without a note, or a run's to resume.
fn about_to_start(is_resume: bool) -> Desk {
    let mut desk = Desk::new(settings("SANDBOX", true), 140, 40);
    desk.fill();
    if is_resume {
        desk.resume();
        desk.keys("sandbox 8\r");
    } else {
        desk.mark_stuck();
        desk.keys("x");
        desk.reread(usize::MAX);
        desk.keys("T");
        desk.pass(500);
        desk.keys("sandbox 8\r");
    }
    assert!(desk.text().contains("ing in 3.0s"), "{}", desk.text());
    desk
}

fn has_started(desk: &Desk) -> bool {
    let is_start = |effect: &Effect| {
        matches!(
            effect,
            Effect::Engine(Command::Start { .. } | Command::Resume(_))
        )
    };
    desk.effects.iter().any(is_start)
}

#[test]
fn what_the_file_takes_away_while_the_phrase_stands_closes_the_box_and_nothing_starts() {
    for is_resume in [false, true] {
        for (word, limits) in narrower() {
            let mut desk = about_to_start(is_resume);
            let text = reloaded(
                &mut desk,
                Reload {
                    file: "config.toml".to_owned(),
                    limits: Some(limits),
                    ..Reload::default()
                },
            );
            let said =
                format!("config.toml: in force now: {word}; the box closed, nothing was sent");
            assert!(text.contains(&said), "{word} {is_resume}: {text}");
            assert!(desk.app.overlay.is_none(), "{word} {is_resume}: {text}");
            desk.pass(5000);
            assert!(!has_started(&desk), "{word} {is_resume}");
        }
    }
    // Guards take away too.
    for is_resume in [false, true] {
        let mut desk = about_to_start(is_resume);
        let text = reloaded(
            &mut desk,
            Reload {
                rules: Some(rules(Vec::new(), vec![guard("late", "kind:orphan")])),
                ..Reload::default()
            },
        );
        assert!(text.contains("the box closed, nothing was sent"), "{text}");
        desk.pass(5000);
        assert!(!has_started(&desk), "{is_resume}: {}", desk.text());
    }
    // A file that changes nothing closes nothing.
    let mut desk = about_to_start(false);
    let as_before = NewLimits {
        writes: true,
        ..narrower()[0].1
    };
    reloaded(
        &mut desk,
        Reload {
            limits: Some(as_before),
            ..Reload::default()
        },
    );
    desk.pass(5000);
    assert!(has_started(&desk));
}

#[test]
fn what_is_allowed_is_looked_at_once_more_when_the_grace_is_over() {
    type Change = fn(&mut unstick::app::AppSettings);
    let changes: [(&str, bool, Change); 4] = [
        ("sandbox is read-only now", false, |now| now.writes = false),
        ("sandbox is read-only now", true, |now| now.writes = false),
        ("8 is over the batch limit of 2 now", false, |now| {
            now.max_batch = 2;
        }),
        ("this profile asks for a note now", false, |now| {
            now.require_note = true;
        }),
    ];
    for (why, is_resume, change) in changes {
        let mut desk = about_to_start(is_resume);
        change(&mut desk.app.settings);
        desk.pass(5000);
        let text = desk.text();
        assert!(text.contains(why), "{why}: {text}");
        assert!(!has_started(&desk), "{why}");
    }
}

#[test]
fn an_open_plan_is_judged_anew_when_the_file_allows_fewer_chats() {
    let mut desk = Desk::new(settings("SANDBOX", true), 140, 40);
    desk.fill();
    desk.mark_stuck();
    desk.keys("x");
    desk.reread(usize::MAX);
    reloaded(
        &mut desk,
        Reload {
            limits: Some(narrower()[1].1),
            ..Reload::default()
        },
    );
    desk.keys("T");
    let text = desk.text();
    assert!(!text.contains("Type   sandbox"), "{text}");
    assert!(text.contains("batch limit of 2"), "{text}");
}

#[test]
fn limits_only_narrow_and_what_is_wrong_with_the_rules_keeps_the_last_good_ones() {
    let mut desk = Desk::new(settings("SANDBOX", true), 140, 40);
    let first = rules(Vec::new(), vec![guard("g", "kind:orphan")]);
    reloaded(
        &mut desk,
        Reload {
            rules: Some(first.clone()),
            ..Reload::default()
        },
    );
    let trouble = "config.toml:3:9: when: idle needs a unit";
    let text = reloaded(
        &mut desk,
        Reload {
            trouble: Some(trouble.to_owned()),
            ..Reload::default()
        },
    );
    assert!(
        text.contains(trouble) && text.contains("The last good one stays in force"),
        "{text}"
    );
    assert_eq!(desk.app.settings.configured.rules, first);
    let cases = [
        (60, false, 50, false),
        (20, true, 20, true),
        (30, false, 20, true),
    ];
    for (max_batch, require_note, then_batch, then_note) in cases {
        let limits = NewLimits {
            max_batch,
            require_note,
            recent_reply: SignedDuration::from_mins(30),
            writes: true,
        };
        reloaded(
            &mut desk,
            Reload {
                limits: Some(limits),
                ..Reload::default()
            },
        );
        let now = &desk.app.settings;
        assert_eq!((now.max_batch, now.require_note), (then_batch, then_note));
    }
}

#[test]
fn what_a_file_lets_go_of_holds_until_a_restart_and_what_it_tightens_takes_its_place() {
    let warn = |when: &str, power| {
        let wording = Wording {
            name: "r",
            when,
            severity: None,
            power: Some(power),
            hint: None,
        };
        Rule::new(&wording).unwrap()
    };
    let old = rules(
        vec![warn("age>1h", Power::Warn), warn("age>2h", Power::Allow)],
        vec![guard("a", "kind:orphan"), guard("b", "kind:idle")],
    );
    let new = rules(
        vec![warn("age>1h", Power::Never)],
        vec![guard("renamed", "kind:orphan")],
    );
    let (all, kept) = Rules::tightened(old.as_ref(), new);
    assert_eq!(kept, ["guard b"]);
    let (all, kept) = Rules::tightened(all.as_ref(), old.clone());
    assert_eq!(kept, ["rule r"], "guard a stands for guard renamed");
    let (_, kept) = Rules::tightened(all.as_ref(), None);
    assert_eq!(kept, ["guard a", "guard b", "guard renamed", "rule r"]);
    let (none, kept) = Rules::tightened(old.as_ref(), None);
    assert_eq!(kept, ["guard a", "guard b", "rule r"]);
    assert!(!none.unwrap().is_empty());
    assert_eq!(
        Rules::tightened(old.as_ref(), old.clone()),
        (old, Vec::new())
    );
    assert_eq!(Rules::tightened(None, None), (None, Vec::new()));
}

#[test]
fn a_reload_only_tightens_each_limit_by_itself_in_either_direction() {
    type Change = fn(&mut NewLimits);
    let changes: [(Change, &str, bool); 8] = [
        (|now| now.max_batch = 49, "max_batch", true),
        (|now| now.max_batch = 51, "max_batch", false),
        (|now| now.require_note = true, "require_note", true),
        (|now| now.require_note = false, "require_note", false),
        (|now| now.writes = false, "read-only", true),
        (|now| now.writes = true, "write", false),
        (
            |now| now.recent_reply = SignedDuration::from_mins(31),
            "recent_reply",
            true,
        ),
        (
            |now| now.recent_reply = SignedDuration::from_mins(29),
            "recent_reply",
            false,
        ),
    ];
    for (change, word, is_tighter) in changes {
        let mut settings = settings("SANDBOX", word != "write");
        settings.require_note = word == "require_note" && !is_tighter;
        let before = limits_of(&settings);
        let mut desk = Desk::new(settings, 140, 40);
        desk.fill();
        let mut limits = before;
        change(&mut limits);
        assert_ne!(limits, before, "{word}");
        let reload = Reload {
            limits: Some(limits),
            ..Reload::default()
        };
        desk.tell(Msg::Reloaded(Box::new(reload)));
        let text = desk.text();
        let (in_force, said) = if is_tighter {
            (limits, format!("in force now: {word}"))
        } else {
            (before, format!("after a restart: {word}"))
        };
        assert_eq!(limits_of(&desk.app.settings), in_force, "{word}");
        assert!(text.contains(&said), "{word}: {text}");
    }
}

fn limits_of(settings: &AppSettings) -> NewLimits {
    NewLimits {
        max_batch: settings.max_batch,
        require_note: settings.require_note,
        recent_reply: settings.configured.recent_reply,
        writes: settings.writes,
    }
}
