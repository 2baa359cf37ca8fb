//! The states of the link: what row 0 and an empty list say in each of them.

use jiff::SignedDuration;
use jiff::tz::{TimeZone, offset};

use crate::console_desk::Desk;
use crate::console_screens;
use crate::console_world::{Chat, Scene, called, chats, receipt, settings, slot, start};
use unstick::app::{Effect, Key, KeyCode, Msg};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::feed::{Fact, Gauge, Listing};
use unstick::domain::hearing::Hearing;
use unstick::domain::reach::Reach;
use unstick::domain::roster::Listed;
use unstick::domain::text::Text;

/// What the service refused with.
pub(crate) fn failure(kind: FailureKind, status: Option<u16>) -> Failure {
    Failure {
        kind,
        code: None,
        said: Text::clean(called(slot::SAID, "as the service said")),
        receipt: unstick::domain::failure::Receipt {
            status,
            ..receipt(0, 30)
        },
    }
}

/// The list could not be fetched.
pub(crate) fn failed(desk: &mut Desk, kind: FailureKind, status: Option<u16>) {
    desk.pass(2000);
    desk.fact(Fact::Listing(Listing::Started));
    let retry_at = desk.now + SignedDuration::from_secs(8);
    desk.fact(Fact::Listing(Listing::Failed {
        failure: failure(kind, status),
        retry_at,
    }));
}

/// A console without a list, in this trouble.
fn shoot(name: &str, stage: impl Fn(&mut Desk)) {
    console_screens::shoot(&format!("state_{name}"), |width, height| {
        let mut desk = Desk::new(settings("PROD", true), width, height);
        stage(&mut desk);
        desk
    });
}

#[test]
fn before_the_first_answer() {
    shoot("connecting", |desk| desk.pass(1400));
}

#[test]
fn while_the_first_pages_come() {
    shoot("loading", |desk| {
        desk.pass(1400);
        desk.first_page(Vec::new(), 214);
    });
}

#[test]
fn with_no_chats_at_all() {
    shoot("empty", |desk| desk.list(&[]));
}

#[test]
fn with_a_filter_that_nothing_matches() {
    shoot("no_match", |desk| {
        desk.list(&chats());
        desk.keys("/queue:Billlng\r");
    });
}

#[test]
fn offline_from_the_start() {
    shoot("offline", |desk| {
        failed(desk, FailureKind::Unreachable, None);
    });
}

#[test]
fn with_a_refused_sign_in() {
    shoot("signed_out", |desk| {
        failed(desk, FailureKind::SignInRefused, Some(401));
    });
}

#[test]
fn without_the_permission_to_list() {
    shoot("not_permitted", |desk| {
        let permissions = vec![Text::clean("analytics:conversationDetail:view")];
        failed(desk, FailureKind::NotPermitted { permissions }, Some(403));
    });
}

#[test]
fn rate_limited_from_the_start() {
    shoot("rate_limited", |desk| {
        let shut_until = Some(desk.now + SignedDuration::from_secs(12));
        desk.fact(Fact::Gauge(Gauge {
            used: 90,
            allowed: 90,
            shut_until,
            clock_ahead: None,
        }));
    });
}

#[test]
fn in_a_terminal_that_is_too_small() {
    let mut desk = Desk::full(80, 24);
    desk.tell(Msg::Resized {
        width: 20,
        height: 5,
    });
    insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("state_too_small_20x5", desk.text());
    });
}

#[test]
fn the_age_of_the_data_is_in_row_0_whatever_happens() {
    type Stage = fn(&mut Desk);
    let rows: [(Stage, &str); 6] = [
        (|_| {}, "live 1m15s ago"),
        (|desk| desk.keys("p"), "paused, data 1m15s old"),
        (
            |desk| failed(desk, FailureKind::Unreachable, None),
            "OFFLINE 1m17s, retry in 8s",
        ),
        (
            |desk| failed(desk, FailureKind::SignInRefused, Some(401)),
            "signed out since 14:23, r signs in, 1m17s old",
        ),
        (
            |desk| failed(desk, FailureKind::ServiceFault, Some(500)),
            "slow, next in 8s, data 1m17s old",
        ),
        (
            |desk| {
                failed(
                    desk,
                    FailureKind::RateLimited { retry_after: None },
                    Some(429),
                );
            },
            "rate limited, resumes in 8s, data 1m17s old",
        ),
    ];
    for (stage, words) in rows {
        let mut desk = Desk::full(80, 24);
        desk.pass(72_000);
        stage(&mut desk);
        let text = desk.text();
        let row = text.lines().next().unwrap();
        assert!(row.contains(words), "{row}");
        assert!(row.contains("[PROD acme-prod]"), "{row}");
    }
}

/// What the list reaches, told as the engine tells it.
fn reach(desk: &mut Desk, reach: Reach) {
    desk.fact(Fact::Listing(Listing::Reach(reach)));
}

#[test]
fn row_0_says_how_far_the_list_is_and_counts_that_are_not_all_have_a_plus() {
    let looking = Reach {
        from: "2025-12-03T00:00:00Z".parse().ok(),
        page: 3,
        pages: 71,
        named: 41_200,
        counted: 100_000,
        windows: 14,
        ..Reach::default()
    };
    let present = Reach {
        from: None,
        page: 2,
        pages: 3,
        ..looking.clone()
    };
    let refused = Reach {
        refused: 1,
        is_whole: true,
        ..looking.clone()
    };
    let whole = Reach {
        is_whole: true,
        is_exact: true,
        ..Reach::default()
    };
    let words = [
        (looking, "looking back to Dec 2025, 41,200 of 100,000", "+"),
        (present, "loading, 2 of 3 pages", "+"),
        (refused, "live 0s ago, 13 of 14 windows", "+"),
        (whole, "live 0s ago, next in 10s", ""),
    ];
    for (known, words, sign) in words {
        let mut desk = Desk::new(settings("PROD", true), 80, 24);
        let rows: Vec<_> = chats().iter().map(Chat::listed).collect();
        desk.first_page(rows, 17);
        let is_done = known.is_whole;
        reach(&mut desk, known);
        if is_done {
            desk.fact(Fact::Listing(Listing::Done { at: desk.now }));
        }
        let text = desk.text();
        let row = text.lines().next().unwrap();
        assert!(
            row.contains(words) && row.contains("[PROD acme-prod]"),
            "{row}"
        );
        let count = chats().len();
        assert!(text.contains(&format!("All {count}{sign}")), "{text}");
        assert!(text.contains(&format!(" {count}{sign} chats")), "{text}");
    }
}

#[test]
fn times_are_shown_in_the_operators_zone() {
    for (hours, clock) in [
        (0, "13:22:11"),
        (1, "14:22:11"),
        (9, "22:22:11"),
        (-5, "08:22:11"),
    ] {
        let mut desk = Desk::full(80, 24);
        desk.app.settings.zone = TimeZone::fixed(offset(hours));
        desk.plan();
        let text = desk.text();
        assert!(text.contains(&format!("plan {clock}")), "{hours}\n{text}");
    }
}

#[test]
fn a_page_that_comes_ends_the_trouble() {
    let mut desk = Desk::full(80, 24);
    failed(&mut desk, FailureKind::ServiceFault, Some(500));
    assert!(desk.text().contains("slow, next in 8s"));
    desk.first_page(Vec::new(), 17);
    assert!(!desk.text().contains("slow"), "{}", desk.text());
}

/// Each row says from where and from when what it shows is.
#[test]
fn the_row_under_the_cursor_says_how_old_its_facts_are_and_where_they_are_from() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut desk = Desk::new(settings("PROD", true), width, height);
        let chat = &chats()[0];
        let listed = Listed {
            seen_at: Some(desk.now),
            ..chat.listed()
        };
        desk.list_unread(vec![listed]);
        desk.pass(40_000);
        assert!(
            desk.text().contains("listed 40s ago, not read"),
            "{}",
            desk.text()
        );
        desk.fact(chat.read(desk.now));
        desk.pass(3000);
        assert!(desk.text().contains("read 3s ago"), "{}", desk.text());
        assert!(!desk.text().contains("not read"), "{}", desk.text());
    }
}

#[test]
fn row_0_says_how_it_stands_with_notifications_where_there_is_room_or_need() {
    let rows = |hearing: Hearing, width, height| {
        let mut desk = Desk::full(width, height);
        desk.fact(Fact::Events(hearing));
        desk.pass(5000);
        desk.text()
    };
    let live = || Hearing::Live { queues: 5, deaf: 0 };
    let text = rows(live(), 140, 40);
    assert!(first(&text).contains("events live, live"), "{text}");
    assert!(first(&text).contains("eu-central-1"), "{text}");
    assert!(!first(&rows(live(), 80, 24)).contains("events"));
    let some = Hearing::Live { queues: 5, deaf: 2 };
    assert!(first(&rows(some, 140, 40)).contains("events of 5/7, live"));
    let silent = Hearing::Silent {
        since: start() - SignedDuration::from_secs(87),
    };
    for (width, height) in [(80, 24), (140, 40)] {
        let text = rows(silent.clone(), width, height);
        assert!(first(&text).contains("events silent 1m, live"), "{text}");
        assert!(text.contains("polling goes on"), "{text}");
    }
    let refused = Hearing::NotPermitted {
        missing: "conversation:communication:view".into(),
    };
    let text = rows(refused, 80, 24);
    assert!(first(&text).contains("no events, live"), "{text}");
    assert!(text.contains("conversation:communication:view"), "{text}");
}

fn first(text: &str) -> &str {
    text.lines().next().unwrap()
}

#[test]
fn what_was_known_stays_in_sight_while_offline_and_nothing_can_be_planned() {
    let mut desk = Desk::full(80, 24);
    failed(&mut desk, FailureKind::Unreachable, None);
    desk.keys(" x");
    let text = desk.text();
    assert!(text.contains("3f2a9c41"), "{text}");
    assert!(text.contains("x: off, chats cannot be read now"), "{text}");
    assert!(!text.contains("Termination plan"), "{text}");
}

#[test]
fn a_chat_that_was_asked_for_and_not_found_is_not_called_not_read_yet() {
    let all = chats();
    let mut desk = Desk::new(settings("SANDBOX", true), 80, 24);
    desk.list(&all);
    let of_unread = |chat: &&Chat| matches!(chat.scene, Scene::Unread);
    let unread: Vec<&Chat> = all.iter().filter(of_unread).collect();
    assert!(desk.text().contains("; 2 not read yet"));
    desk.fact(Fact::Read {
        id: unread[0].listed().id,
        result: Err(failure(FailureKind::NotFound, Some(404))),
        at: desk.now,
    });
    let screen = desk.text();
    assert!(
        screen.contains("; 1 not read yet, 1 could not be"),
        "{screen}"
    );
    desk.fact(unread[1].read(desk.now));
    let screen = desk.text();
    assert!(screen.contains("; 1 could not be read"), "{screen}");
    assert!(!screen.contains("not read yet"), "{screen}");
}

/// A list of which the filter in force shows nothing.
fn hidden(filter: &str) -> Desk {
    let mut desk = Desk::full(80, 24);
    desk.keys(&format!("/{filter}\r"));
    desk
}

#[test]
fn what_was_probably_meant_is_one_key_away_and_shows_what_it_says() {
    let meant = [
        ("orphan", "kind:orphan (4)", "4 of 17"),
        (
            "queue:\"Biling EU\" is:stuck",
            "queue:\"Billing EU\" (2)",
            "2 of 17",
        ),
        ("idle>9d", "idle>=13h (1)", "1 of 17"),
    ];
    for (filter, words, shown) in meant {
        let mut desk = hidden(filter);
        let text = desk.text();
        assert!(
            text.contains(&format!("Did you mean   {words}?   Enter takes it")),
            "{text}"
        );
        desk.keys("\r");
        assert!(desk.text().contains(shown), "{}", desk.text());
    }
    // While it is typed, the key that completes takes it.
    for (filter, shown) in [("orphan", "4 of 17"), ("idle>9d", "1 of 17")] {
        let mut desk = Desk::full(80, 24);
        desk.keys(&format!("/{filter}"));
        assert!(desk.text().contains("Tab takes it"), "{}", desk.text());
        desk.press(Key::plain(KeyCode::Tab));
        assert!(desk.text().contains(shown), "{}", desk.text());
    }
    // Where nothing comes near, Enter opens nothing and says so.
    let mut desk = hidden("refund");
    desk.keys("\r");
    let text = desk.text();
    assert!(text.contains("enter: there is no chat to open"), "{text}");
    assert!(!text.contains("Did you mean"), "{text}");
    // Nobody is named whose name is masked.
    let mut desk = Desk::full(80, 24);
    desk.keys("/cust:\"M. Okafro\"\r");
    assert!(desk.text().contains("Okafor"), "{}", desk.text());
    desk.keys("z");
    assert!(!desk.text().contains("Okafor"), "{}", desk.text());
    desk.keys("\r");
    assert!(desk.text().contains("no chat to open"), "{}", desk.text());
    // A suggestion is of its filter: with another in force it is gone.
    let mut desk = hidden("orphan");
    desk.keys("/");
    desk.press(Key::ctrl('u'));
    desk.keys("zebra\r");
    assert!(!desk.text().contains("Did you mean"), "{}", desk.text());
}

#[test]
fn without_stuck_chats_the_list_says_when_the_last_were_ended_and_where_to_look() {
    let mut desk = Desk::new(settings("PROD", true), 80, 24);
    let healthy: Vec<Chat> = chats()
        .into_iter()
        .filter(|chat| matches!(chat.scene, Scene::Live))
        .collect();
    desk.list(&healthy);
    desk.keys("2");
    let text = desk.text();
    assert!(text.contains("No stuck chats"), "{text}");
    assert!(text.contains("The journal is still being read."), "{text}");
    desk.runs_are(Vec::new());
    let text = desk.text();
    assert!(text.contains("No run on record has ended a chat"), "{text}");
    desk.history();
    let text = desk.text();
    // The newest was cut short and ended nothing that is on record as finished.
    assert!(text.contains("Last ended from here: 09:2"), "{text}");
    assert!(text.contains("(run 0141)"), "{text}");
    assert!(
        text.contains("1 shows all, P the organisation at a glance"),
        "{text}"
    );
}

#[test]
fn the_trouble_of_an_empty_list_can_be_copied_with_its_correlation_id() {
    let mut desk = Desk::new(settings("PROD", true), 80, 24);
    desk.keys("y");
    let text = desk.text();
    assert!(text.contains("y: there is no chat to copy from"), "{text}");
    let permissions = vec![Text::clean("analytics:conversationDetail:view")];
    failed(
        &mut desk,
        FailureKind::NotPermitted { permissions },
        Some(403),
    );
    assert!(desk.text().contains("y copies this"), "{}", desk.text());
    desk.keys("y");
    let Some(Effect::Copy(_, copied)) = desk.effects.pop() else {
        panic!("nothing was copied");
    };
    for words in [
        "You cannot list chats\n",
        "Missing permission  analytics:conversationDetail:view\n",
        "unstick doctor lists every permission",
        "8c41b0de-5b4e-4a07-9c1c-2f0d5a7719ee",
    ] {
        assert!(copied.contains(words), "{copied}");
    }
}

#[test]
fn nobody_is_offered_by_name_whose_name_is_masked() {
    let mut desk = Desk::full(80, 24);
    desk.keys("/agent:");
    assert!(desk.text().contains("Ana Lima"), "{}", desk.text());
    desk.keys("\u{1b}z/agent:");
    for _ in 0..8 {
        let text = desk.text();
        assert!(!text.contains("Lima") && !text.contains("Novak"), "{text}");
        desk.press(Key::plain(KeyCode::Tab));
    }
    // What is no name of a person is still offered.
    desk.keys("\u{1b}/queue:");
    assert!(desk.text().contains("4 chats"), "{}", desk.text());
}

#[test]
fn what_the_mask_hides_is_put_in_by_no_key_and_is_there_again_without_it() {
    let typed = "cust:\"M. Okafro\"";
    let mut desk = hidden(typed);
    desk.keys("z/");
    desk.press(Key::plain(KeyCode::Tab));
    let field = desk.app.chats.filter.typing.as_ref().unwrap();
    assert_eq!(field.value().trim_end(), typed);
    desk.keys("\u{1b}z");
    assert!(desk.text().contains("Okafor"), "{}", desk.text());
}

#[test]
fn news_goes_with_the_next_key_and_covers_no_error_no_count_and_no_other_screen() {
    let news = "this is the list";
    let staged = || {
        let mut desk = Desk::full(80, 24);
        desk.keys("\u{1b}");
        assert!(desk.text().contains(news), "{}", desk.text());
        desk
    };
    let mut desk = staged();
    desk.keys("/idle>45\r");
    assert!(
        desk.text().contains("Filter not applied"),
        "{}",
        desk.text()
    );
    let mut desk = staged();
    desk.keys("  ");
    assert!(desk.text().contains("2 marked of 17"), "{}", desk.text());
    for keys in ["x", "P", "L", "j"] {
        let mut desk = staged();
        desk.keys(keys);
        assert!(!desk.text().contains(news), "{}", desk.text());
    }
    // A key that does nothing takes nothing away.
    let mut desk = staged();
    desk.press(Key::plain(KeyCode::F(9)));
    assert!(desk.text().contains(news), "{}", desk.text());
}
