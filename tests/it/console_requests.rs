//! The request log under the hands of somebody who looks for one request: filter, follow, the whole of one, figures.

use jiff::SignedDuration;
use unstick::app::{Key, KeyCode};
use unstick::domain::failure::Receipt;
use unstick::domain::feed::Fact;
use unstick::domain::request_line::{Asker, Passage, RequestLine};
use unstick::domain::text::Text;

use crate::console_desk::{Desk, line_with};
use crate::console_screens::shoot;

const CHAT: &str = "/api/v2/conversations/3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20";

pub(crate) fn request(
    desk: &Desk,
    number: u64,
    method: &str,
    path: &str,
    by: Asker,
) -> RequestLine {
    RequestLine {
        number,
        at: desk.now - SignedDuration::from_secs(30 - i64::try_from(number).unwrap()),
        method: method.to_owned(),
        path: path.to_owned(),
        by,
        attempt: 1,
        receipt: Receipt {
            status: Some(200),
            took_ms: 200 + number,
            correlation: Some(Text::clean(&format!(
                "{number}b0de00-5b4e-4a07-9c1c-2f0d5a7719ee"
            ))),
            date: Some(desk.now),
        },
        trouble: None,
        passage: Passage {
            bytes: 40_000,
            ..Passage::default()
        },
    }
}

/// The log is open, and was told: one request waited, one was slowed down and sent again.
fn with_log(width: u16, height: u16) -> Desk {
    let mut desk = Desk::full(width, height);
    desk.keys("L");
    let query = "/api/v2/analytics/conversations/details/query";
    let leg =
        "/api/v2/conversations/messages/3f2a9c41-77b0-4d8e-9a51-0e6c2f6b1d20/participants/b7d0";
    let mut lines = vec![
        request(&desk, 1, "POST", "/oauth/token", Asker::Token),
        request(&desk, 2, "POST", query, Asker::Poll),
        request(&desk, 3, "GET", CHAT, Asker::Asked),
        request(&desk, 4, "PATCH", leg, Asker::Run),
        request(&desk, 5, "PATCH", leg, Asker::Run),
        request(&desk, 6, "GET", CHAT, Asker::Run),
    ];
    lines[3].receipt.status = Some(429);
    lines[3].passage.retry_after = Some(4);
    lines[4].attempt = 2;
    lines[4].passage.waited_ms = 4100;
    lines[4].passage.was_shut = true;
    desk.fact(Fact::AllRequests(lines));
    desk
}

#[test]
fn one_request_whole() {
    let detail = |width, height| {
        let mut desk = with_log(width, height);
        desk.keys("j\r");
        desk
    };
    shoot("request_detail", detail);
}

#[test]
fn the_log_narrowed_down() {
    shoot("requests_filter", |width, height| {
        let mut desk = with_log(width, height);
        desk.keys("/leg");
        desk
    });
}

#[test]
fn what_is_typed_narrows_the_log_at_once_and_esc_shows_all_again() {
    let mut desk = with_log(80, 24);
    desk.keys("/leg -429");
    let text = desk.text();
    assert!(text.contains("1 of the last 6"), "{text}");
    assert!(line_with(&text, "PATCH").contains("waited 4.1s"), "{text}");
    assert!(!text.contains("oauth"), "{text}");
    // Given up, all are there; kept, they are not until Esc, which leaves at the second press alone.
    desk.keys("\u{1b}");
    assert!(
        desk.text().contains("last 6, newest first"),
        "{}",
        desk.text()
    );
    desk.keys("/token\r");
    assert!(desk.text().contains("1 of the last 6"), "{}", desk.text());
    desk.keys("q");
    assert!(
        desk.text().contains("last 6, newest first"),
        "{}",
        desk.text()
    );
    desk.keys("q");
    assert!(desk.app.screens.is_empty());
}

#[test]
fn letters_of_a_filter_are_no_keys() {
    let mut desk = with_log(80, 24);
    let before = desk.effects.len();
    desk.keys("/qfyLFx");
    let asked = desk.effects.len();
    assert_eq!(asked, before);
    assert!(
        desk.text().contains("Requests  / qfyLFx"),
        "{}",
        desk.text()
    );
    assert!(
        desk.text().contains("None of them has these words"),
        "{}",
        desk.text()
    );
    let before = desk.effects.len();
    desk.keys("\r\r");
    assert!(
        desk.text().contains("there is no request to look at"),
        "{}",
        desk.text()
    );
    assert_eq!(desk.effects.len(), before);
}

#[test]
fn follow_stays_with_a_request_or_goes_with_what_is_new() {
    let mut desk = with_log(80, 24);
    assert!(desk.text().contains("[F] following"), "{}", desk.text());
    desk.keys("F");
    assert!(desk.text().contains("F follows"), "{}", desk.text());
    let newer = request(&desk, 7, "GET", "/api/v2/users/me", Asker::Asked);
    desk.fact(Fact::AllRequests(vec![newer]));
    assert!(
        desk.text().contains("correlation id 6b0de00"),
        "{}",
        desk.text()
    );
    desk.keys("F");
    assert!(
        desk.text().contains("correlation id 7b0de00"),
        "{}",
        desk.text()
    );
    // Failed alone, as on the board, is another key.
    desk.keys("f");
    assert!(
        desk.text().contains("1 failed of the last 7"),
        "{}",
        desk.text()
    );
}

#[test]
fn the_whole_of_a_request_says_what_it_was_for_why_it_waited_and_what_to_copy() {
    let mut desk = with_log(80, 24);
    desk.keys("j\r");
    let text = desk.text();
    for words in [
        "leg, for a run",
        "4.1s: the service had said 429",
        "200 after 205 ms",
        "2, the same request as before",
        "5b0de00-5b4e-4a07-9c1c-2f0d5a7719ee",
        "its query, its body and the token",
    ] {
        assert!(text.contains(words), "{words} is not in\n{text}");
    }
    desk.keys("y");
    let copied = desk.copied().pop().unwrap();
    assert!(
        copied.starts_with("Request 5\n") && copied.contains("5b0de00-5b4e"),
        "{copied}"
    );
    // It stays what it was while others come.
    let newer = request(&desk, 7, "GET", "/api/v2/users/me", Asker::Asked);
    desk.fact(Fact::AllRequests(vec![newer]));
    assert!(desk.text().contains("5b0de00"), "{}", desk.text());
    desk.keys("\u{1b}j\r");
    assert!(desk.text().contains("4s of silence"), "{}", desk.text());
}

#[test]
fn the_figures_say_what_was_slow_failed_sent_again_and_waited() {
    let mut desk = with_log(80, 24);
    let text = desk.text();
    let figures = line_with(&text, "median");
    assert!(
        figures.contains("median 203 ms   p95 206 ms   failed 1   retried 1   waited 1   240 kB"),
        "{text}"
    );
    let budget = line_with(&text, "budget");
    assert!(budget.contains("82 of 90 a minute"), "{text}");
    assert!(budget.contains("run 3, asked 1, poll 1, token 1"), "{text}");
    desk.pass(60_000);
    assert!(!line_with(&desk.text(), "budget").contains("run 3"));
}

#[test]
fn with_five_hundred_requests_a_key_is_answered_at_once() {
    let mut desk = with_log(140, 40);
    let one = request(&desk, 1, "GET", CHAT, Asker::Poll);
    let many = (7..600).map(|number| RequestLine {
        number,
        ..one.clone()
    });
    desk.fact(Fact::AllRequests(many.collect()));
    let before = std::time::Instant::now();
    for _ in 0..20 {
        desk.press(Key::plain(KeyCode::Down));
    }
    let each = before.elapsed() / 20;
    assert!(each < std::time::Duration::from_millis(200), "{each:?}");
}

#[test]
fn what_waited_for_the_rate_alone_says_what_it_is_for_and_is_found_by_its_wait() {
    let mut desk = with_log(140, 40);
    let mut paced = request(&desk, 7, "GET", CHAT, Asker::Poll);
    paced.passage.waited_ms = 1000;
    desk.fact(Fact::AllRequests(vec![paced]));
    let text = desk.text();
    let row = text.lines().find(|row| row.contains("7b0de00")).unwrap();
    assert!(!row.contains("waited"), "{row}");
    assert!(row.contains("poll"), "{row}");
    desk.keys("/waited\r");
    let text = desk.text();
    assert!(
        text.contains("7b0de00") && !text.contains("3b0de00"),
        "{text}"
    );
}

#[test]
fn where_only_failed_ones_are_shown_nobody_is_promised_that_esc_shows_all() {
    let mut desk = with_log(80, 24);
    desk.keys("f/nowhere\r");
    let text = desk.text();
    assert!(!text.contains("shows all again"), "{text}");
    assert!(text.contains("None that failed has these words."), "{text}");
}
