//! Screens that only show: rules and guards, every request, the organisation at a glance. Keys in, screens out.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use unstick::app::{Configured, Effect, Key, KeyCode};
use unstick::domain::failure::Receipt;
use unstick::domain::feed::{Command, Fact, Listing};
use unstick::domain::kind::Severity;
use unstick::domain::reach::Reach;
use unstick::domain::request_line::{Asker, Passage, RequestLine};
use unstick::domain::rules::{Guard, Power, Rule, Rules, Wording};
use unstick::domain::text::Text;

use crate::console_desk::{Desk, line_with};
use crate::console_loop;
use crate::console_screens::shoot;
use crate::console_world::settings;

/// A desk whose list is there and read, under rules and guards of its own.
fn under_rules(width: u16, height: u16) -> Desk {
    let wording = |name, when, power| Wording {
        name,
        when,
        severity: None,
        power: Some(power),
        hint: None,
    };
    let sleepers = Wording {
        severity: Some(Severity::Stuck),
        ..wording("sleepers", "kind:idle idle>1h", Power::Allow)
    };
    let desk = wording("night-desk", "queue:\"Retail Help\" age>1h", Power::Warn);
    let rules = [sleepers, desk].map(|one| Rule::new(&one).unwrap());
    let guards = [
        wording("vip-desk", "queue:VIP", Power::Never),
        wording("quiet", "msgs<1", Power::Warn),
    ];
    let guards = guards.map(|one| Guard::new(&one).unwrap());
    let all = Rules::new(rules.into(), guards.into(), TimeZone::UTC);
    let mut settings = settings("PROD", true);
    settings.configured = Configured {
        rules: Some(std::sync::Arc::new(all)),
        ..Configured::default()
    };
    let mut desk = Desk::new(settings, width, height);
    desk.fill();
    desk
}

#[test]
fn rules_and_guards() {
    shoot("rules", |width, height| {
        let mut desk = under_rules(width, height);
        desk.keys("Wjj");
        desk
    });
}

#[test]
fn the_list_of_rules_counts_what_each_catches_and_says_what_may_be_done() {
    let mut desk = under_rules(140, 40);
    let orphans = desk
        .app
        .roster
        .rows()
        .filter(|row| row.kind(desk.now).word() == "orphan")
        .count();
    desk.keys("W");
    let text = desk.text();
    let line = line_with(&text, " orphan ");
    assert!(line.contains("stuck"), "{line}");
    assert!(
        line.contains(">10m  The customer is gone, an agent's leg is up."),
        "{line}"
    );
    assert!(
        line.trim_end().ends_with(&format!("{orphans} allow")),
        "{line}"
    );
    assert!(
        line_with(&text, " fresh live ")
            .trim_end()
            .ends_with("live only")
    );
    assert!(
        line_with(&text, " alone ")
            .trim_end()
            .ends_with("2 one by one")
    );
    assert!(
        line_with(&text, " vip-desk ")
            .trim_end()
            .ends_with("1+2? never"),
        "{text}"
    );
    assert!(
        line_with(&text, " night-desk ")
            .trim_end()
            .ends_with("warn"),
        "{text}"
    );
}

#[test]
fn enter_on_a_rule_a_guard_or_a_kind_leaves_for_the_list_with_what_it_catches() {
    for (keys, filter) in [
        ("W\r", "rule:sleepers"),
        ("Wjj\r", "queue:VIP"),
        ("WG\r", "kind:unknown"),
    ] {
        let mut desk = under_rules(80, 24);
        desk.keys(keys);
        assert_eq!(desk.app.chats.filter.text(), filter);
        assert!(desk.app.screens.is_empty());
        let text = desk.text();
        assert!(
            text.contains(&format!("filter {filter}; Esc clears it")),
            "{text}"
        );
    }
}

#[test]
fn the_number_beside_a_rule_is_the_number_of_chats_that_enter_shows() {
    let mut desk = under_rules(80, 24);
    desk.keys("W");
    let count = desk.rulebook().entries.len();
    for at in 0..count {
        let entry = desk.rulebook().entries[at].clone();
        desk.keys("\r");
        if entry.filter.is_some() {
            assert_eq!(desk.app.chats.shown().len(), entry.count, "{}", entry.name);
            desk.keys("W");
        } else {
            let text = desk.text();
            assert!(text.contains("was not read matches no filter"), "{text}");
            desk.keys("g");
        }
        for _ in 0..=at {
            desk.press(Key::plain(KeyCode::Down));
        }
    }
}

impl Desk {
    fn rulebook(&self) -> &unstick::app::lookout::Rulebook {
        use unstick::app::{Screen, lookout::Lookout};
        match self.app.screens.last() {
            Some(Screen::Lookout(Lookout::Rules(screen))) => screen,
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_chat_that_changes_while_the_rules_are_in_view_is_counted_anew() {
    let mut desk = Desk::full(80, 24);
    desk.keys("/kind:orphan\rW");
    let before = desk.rulebook().entries.clone();
    let mut chats = crate::console_world::chats();
    let gone = chats
        .iter()
        .position(|chat| chat.id == desk.app.chats.shown()[0]);
    chats.remove(gone.unwrap());
    desk.list(&chats);
    desk.pass(2000);
    let of = |entries: &[unstick::app::lookout::rules::Entry]| {
        let entry = entries.iter().find(|entry| entry.name == "orphan");
        entry.unwrap().count
    };
    assert_eq!(of(&desk.rulebook().entries) + 1, of(&before));
}

/// Requests as the engine would tell them, the newest last.
fn some_requests(desk: &Desk) -> Vec<RequestLine> {
    let rows: [(&str, &str, Asker, u32, u64, &str); 6] = [
        ("POST", "/oauth/token", Asker::Token, 200, 301, "a1"),
        (
            "POST",
            "/api/v2/analytics/conversations/details/query",
            Asker::Poll,
            200,
            412,
            "b2",
        ),
        (
            "GET",
            "/api/v2/conversations/3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20",
            Asker::Poll,
            200,
            198,
            "c3",
        ),
        (
            "POST",
            "/api/v2/analytics/conversations/details/query",
            Asker::Poll,
            429,
            60,
            "d4",
        ),
        (
            "GET",
            "/api/v2/conversations/b81e07d2-77b0-4d8e-9a51-0e6c2f6b1d20",
            Asker::Asked,
            200,
            212,
            "e5",
        ),
        (
            "PATCH",
            "/api/v2/conversations/messages/3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20",
            Asker::Run,
            202,
            640,
            "f6",
        ),
    ];
    let lines = (1..).zip(rows);
    lines
        .map(
            |(number, (method, path, by, status, took, id))| RequestLine {
                number,
                at: desk.now - SignedDuration::from_secs(60 - i64::try_from(number).unwrap()),
                method: method.to_owned(),
                path: path.to_owned(),
                by,
                attempt: if status == 429 { 2 } else { 1 },
                receipt: Receipt {
                    status: u16::try_from(status).ok(),
                    took_ms: took,
                    correlation: Some(Text::clean(&format!(
                        "{id}b0de00-5b4e-4a07-9c1c-2f0d5a7719ee"
                    ))),
                    date: None,
                },
                trouble: None,
                passage: Passage::default(),
            },
        )
        .collect()
}

/// The engine tells of those.
pub(crate) fn told_requests(desk: &mut Desk) {
    let lines = some_requests(desk);
    desk.fact(Fact::AllRequests(lines));
}

/// The log is open, and was told.
fn with_log(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.keys("L");
    told_requests(&mut desk);
    desk
}

#[test]
fn the_log_of_requests() {
    shoot("requests", with_log);
}

fn asked_for_requests(desk: &Desk) -> Vec<bool> {
    let asked = desk.effects.iter().filter_map(|effect| match effect {
        Effect::Engine(Command::TellRequests(tell)) => Some(*tell),
        _ => None,
    });
    asked.collect()
}

#[test]
fn requests_are_asked_for_while_somebody_looks_at_them_and_forgotten_after() {
    let mut desk = with_log(80, 24);
    assert_eq!(asked_for_requests(&desk), [true]);
    desk.keys("PL");
    assert_eq!(asked_for_requests(&desk), [true], "pulse shows them too");
    assert!(
        desk.text().contains("last 6, newest first"),
        "{}",
        desk.text()
    );
    desk.keys("q");
    assert_eq!(asked_for_requests(&desk), [true, false]);
    told_requests(&mut desk);
    desk.keys("L");
    assert!(
        desk.text().contains("last 0, newest first"),
        "{}",
        desk.text()
    );
}

#[test]
fn the_newest_request_is_on_top_and_the_cursor_stays_on_its_own_while_others_come() {
    let mut desk = with_log(80, 24);
    let text = desk.text();
    let first = text.lines().nth(4).unwrap();
    assert!(
        first.contains("PATCH") && first.contains("202") && first.contains("run"),
        "{text}"
    );
    assert!(
        text.contains("following") && text.contains("correlation id f6b0de00"),
        "{text}"
    );
    desk.keys("jj");
    assert!(desk.text().contains("correlation id d4b0de00"));
    let mut more = some_requests(&desk).pop().unwrap();
    more.number = 7;
    more.method = "DELETE".to_owned();
    desk.fact(Fact::AllRequests(vec![more]));
    let text = desk.text();
    assert!(
        text.contains("correlation id d4b0de00") && text.contains("F follows"),
        "{text}"
    );
    desk.keys("g");
    assert!(desk.text().contains("following"));
    assert!(desk.text().contains(" DELETE /conversations/messages"));
}

#[test]
fn y_copies_the_correlation_id_of_the_request_and_f_leaves_those_that_failed() {
    let mut desk = with_log(60, 14);
    desk.keys("fy");
    let text = desk.text();
    assert!(text.contains("429") && !text.contains("PATCH"), "{text}");
    assert_eq!(desk.copied(), ["d4b0de00-5b4e-4a07-9c1c-2f0d5a7719ee"]);
}

#[test]
fn a_request_without_an_answer_says_why_and_has_no_id_to_copy() {
    let mut desk = with_log(80, 24);
    let mut lost = some_requests(&desk).pop().unwrap();
    (lost.number, lost.receipt) = (7, Receipt::default());
    lost.trouble = Some(Text::clean("unreachable"));
    desk.fact(Fact::AllRequests(vec![lost]));
    desk.keys("y");
    let text = desk.text();
    assert!(text.contains("unreachable"), "{text}");
    assert!(
        text.contains("y: this request has no correlation id"),
        "{text}"
    );
    assert!(text.contains("failed 2"), "{text}");
}

#[test]
fn no_more_than_the_newest_requests_are_kept() {
    let mut desk = with_log(80, 24);
    let one = some_requests(&desk).pop().unwrap();
    let many = (7..900).map(|number| RequestLine {
        number,
        ..one.clone()
    });
    desk.fact(Fact::AllRequests(many.collect()));
    assert!(
        desk.text().contains("last 500, newest first"),
        "{}",
        desk.text()
    );
    desk.keys("G");
    desk.press(Key::plain(KeyCode::PageUp));
    assert!(desk.text().contains("F follows"));
}

#[test]
fn the_pulse() {
    let pulse = |width, height| {
        let mut desk = under_rules(width, height);
        desk.fact(Fact::Listing(Listing::Reach(Reach {
            is_whole: true,
            ..Reach::default()
        })));
        for _ in 0..5 {
            desk.minute();
        }
        desk.history();
        desk.keys("P");
        told_requests(&mut desk);
        desk
    };
    shoot("pulse", pulse);
}

#[test]
fn enter_on_a_bar_of_the_pulse_leaves_for_the_list_with_its_chats() {
    let mut desk = Desk::full(80, 24);
    desk.keys("P\r");
    assert_eq!(desk.app.chats.filter.text(), "kind:orphan");
    assert_eq!(desk.app.chats.shown().len(), 4);
    desk.keys("P");
    desk.press(Key::plain(KeyCode::Tab));
    let text = desk.text();
    assert!(line_with(&text, "Retail Help").contains("4 / 5"), "{text}");
    desk.keys("\r");
    assert_eq!(desk.app.chats.filter.text(), "queue=\"Retail Help\"");
    assert_eq!(desk.app.chats.shown().len(), 5);
}

#[test]
fn the_figures_of_the_pulse_are_those_of_the_list() {
    let mut desk = Desk::full(80, 24);
    let counts = desk.app.chats.counts;
    desk.keys("P");
    let text = desk.text();
    let line = text.lines().nth(4).unwrap();
    let stuck = format!("{} of {} read", counts.stuck, counts.read);
    assert!(line.contains(&stuck), "{text}");
    let line = line.replace(&stuck, "");
    let figures: Vec<&str> = line.split_whitespace().collect();
    let known = [counts.open, counts.stale, 0].map(|count| count.to_string());
    // The journal has not answered.
    assert_eq!(figures[..3], known, "{text}");
    assert_eq!(figures[3..], ["?"], "{text}");
    let unread = counts.listed - counts.read;
    let said = format!("{unread} not read yet: stuck, stale and waiting count what was read alone");
    assert!(text.contains(&said), "{text}");
    let kinds: usize = desk
        .app
        .roster
        .rows()
        .filter(|row| row.kind(desk.now).word() == "orphan")
        .count();
    assert!(
        line_with(&text, " orphan ").contains(&format!(" {kinds} ")),
        "{text}"
    );
}

#[test]
fn a_minute_of_the_pulse_is_counted_once_and_an_hour_is_kept() {
    let mut desk = Desk::full(80, 24);
    desk.pass(50_000);
    assert_eq!(desk.app.minutes.len(), 1);
    desk.pass(10_000);
    assert_eq!(desk.app.minutes.len(), 2);
    for _ in 0..80 {
        desk.minute();
    }
    assert_eq!(desk.app.minutes.len(), 60);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_shows_what_the_real_client_sent_the_token_included_and_no_secret() {
    let (_home, sandbox, _journal, mut desk) = console_loop::opened().await;
    desk.until("3 stuck and 1 stale of 7").await;
    desk.types("L").await;
    desk.until("/analytics/conversations/details/query").await;
    // Nobody waits for a page of the list, though it leaves before reads that nobody waits for.
    let text = desk.text();
    let query = line_with(&text, "/analytics/conversations/details/query");
    assert!(query.contains(" list, poll "), "{query}");
    desk.types("G").await;
    desk.until("POST  /oauth/token").await;
    let screen = desk.text();
    let line = line_with(&screen, "/oauth/token");
    assert!(line.contains(" 200 ") && line.contains(" token "), "{line}");
    assert!(
        !screen.contains(&sandbox.welcome().client_secret),
        "{screen}"
    );
    desk.leave().await;
    sandbox.stop().await;
}
