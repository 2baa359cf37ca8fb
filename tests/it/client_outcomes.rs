//! Status by status and break by break: what a read and what a request that changes something make of it.

use std::time::Duration;

use unstick::domain::failure::{Failure, FailureKind, Receipt};
use unstick::domain::ids::ConversationId;
use unstick::domain::step::Action;
use unstick::engine::ports::{Limiter, Org as _, SendPermit, Terminator as _};
use unstick::genesys::{Client, Timeouts, WritingClient};

use crate::client_server::{Reply, Server, SetClock, answer, pass};

const ID: &str = "5b0c7a1e-77b0-4d8e-9a51-0e6c2f6b1d20";

fn id() -> ConversationId {
    ID.parse().unwrap()
}

fn conversation() -> String {
    format!(r#"{{"id":"{ID}","startTime":"2026-11-18T09:12:03.120Z","participants":[]}}"#)
}

async fn read(client: &Client) -> Result<(), Failure> {
    client.read(id(), pass().await).await.map(|_| ())
}

/// Sends `close` with a token at hand: the read before it fetches one.
async fn close(client: &Client) -> Result<Receipt, Failure> {
    let _ = read(client).await;
    let permit = SendPermit::granted(id(), Action::Close);
    WritingClient::new(client.clone())
        .send(permit, pass().await)
        .await
}

/// Reads get a sound conversation, requests that change something get `reply`.
async fn acting(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Server {
    Server::signed_in(move |asked, _| {
        if asked.method == "GET" {
            answer(200, "", &conversation())
        } else {
            reply()
        }
    })
    .await
}

fn error(code: &str) -> String {
    format!(
        r#"{{"message":"Said. You need: [conversation:communication:disconnect]","code":"{code}","contextId":"ctx-1"}}"#
    )
}

#[tokio::test]
async fn a_redirect_is_never_followed() {
    let server = Server::signed_in(|asked, _| {
        if asked.target.starts_with("/elsewhere") {
            answer(200, "", &conversation())
        } else {
            answer(302, "Location: /elsewhere\r\n", "")
        }
    })
    .await;
    let failure = read(&server.client()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Redirected);
    assert!(
        server
            .questions()
            .iter()
            .all(|asked| asked.target != "/elsewhere")
    );
}

#[tokio::test]
async fn what_is_not_the_asked_conversation_is_no_reading() {
    let other = conversation().replace("5b0c7a1e", "5b0c7a1f");
    let broken_time = conversation().replace("2026-11-18T09", "yesterday");
    let cases = [
        ("Content-Type: text/html\r\n", conversation(), "text/html"),
        ("", other, "another conversation"),
        ("", broken_time, "startTime"),
        ("", "[1, 2".to_owned(), "line 1"),
        ("", r#"{"id":"canary-body"}"#.to_owned(), "id"),
        ("", "[".repeat(100_000), "line 1"),
    ];
    for (number, (head, body, named)) in cases.into_iter().enumerate() {
        // The first two are not the platform's answer to this question; the others are, and damaged.
        let kind = if number < 2 {
            FailureKind::Unreadable
        } else {
            FailureKind::Garbled
        };
        let server = Server::signed_in(move |_, _| answer(200, head, &body)).await;
        let failure = read(&server.client()).await.unwrap_err();
        assert_eq!(failure.kind, kind);
        assert!(failure.words().contains(named), "{}", failure.words());
        assert!(!failure.words().contains("canary-body"));
    }
}

#[tokio::test]
async fn a_page_that_says_200_is_no_acceptance() {
    let html = acting(|| answer(200, "Content-Type: text/html\r\n", "<p>Welcome</p>")).await;
    let failure = close(&html.client()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreadable);
    let other = acting(|| answer(200, "", &conversation().replace("5b0c", "5b0d"))).await;
    let failure = close(&other.client()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreadable);
    for (status, body) in [
        (200, conversation()),
        (202, String::new()),
        (204, String::new()),
    ] {
        let server = acting(move || answer(status, "ININ-Correlation-Id: c-1\r\n", &body)).await;
        let receipt = close(&server.client()).await.unwrap();
        assert_eq!(receipt.status, Some(status));
        assert_eq!(receipt.correlation.unwrap().as_str(), "c-1");
    }
}

#[tokio::test]
async fn an_accepted_status_stands_though_the_body_breaks() {
    let cut = || {
        Reply::Bytes(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id".to_vec(),
        )
    };
    let server = acting(cut).await;
    assert_eq!(close(&server.client()).await.unwrap().status, Some(200));
    let server = Server::signed_in(move |_, _| cut()).await;
    let failure = read(&server.client()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Broken);
}

#[tokio::test]
async fn more_than_8_mib_is_not_read() {
    let endless = |_: &_, _| {
        let mut bytes =
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
                .to_vec();
        bytes.resize(9 * 1024 * 1024, b' ');
        Reply::Bytes(bytes)
    };
    let server = Server::signed_in(endless).await;
    let failure = read(&server.client()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::TooLarge);
    assert_eq!(failure.receipt.status, Some(200));
}

#[tokio::test]
async fn silence_times_out_and_a_closed_port_is_unreachable() {
    let brief = Timeouts {
        connect: Duration::from_secs(5),
        read: Duration::from_millis(200),
        total: Duration::from_secs(5),
    };
    let mute = acting(|| Reply::Silence).await;
    let client = mute.client_with(brief, &Limiter::new(1000), SetClock::new());
    let failure = close(&client).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::TimedOut);
    let broken = acting(|| Reply::Bytes(Vec::new())).await;
    let failure = close(&broken.client()).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Broken);
    assert_eq!(broken.questions().len(), 2, "a broken request was repeated");
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let access = crate::client_server::access(&url);
    let client = Client::new(access, brief, Limiter::new(1000), SetClock::new()).unwrap();
    let failure = read(&client).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable);
}

#[tokio::test]
async fn the_rate_headers_reach_the_limiter_and_a_429_shuts_its_gate() {
    let limiter = Limiter::new(200);
    let head =
        "inin-ratelimit-count: 3\r\ninin-ratelimit-allowed: 100\r\ninin-ratelimit-reset: 20\r\n";
    let server = Server::signed_in(move |_, before| match before {
        0 => answer(200, head, &conversation()),
        _ => answer(429, "Retry-After: 42\r\n", &error("too.many.requests")),
    })
    .await;
    let client = server.client_with(Timeouts::default(), &limiter, SetClock::new());
    read(&client).await.unwrap();
    assert_eq!(limiter.standing().allowed, 90);
    assert!(limiter.standing().shut_for.is_none());
    let failure = read(&client).await.unwrap_err();
    let kind = FailureKind::RateLimited {
        retry_after: Some(42),
    };
    assert_eq!(failure.kind, kind);
    let shut = limiter.standing().shut_for.unwrap();
    assert!(shut > Duration::from_secs(30), "{shut:?}");
}

#[tokio::test]
async fn a_503_shuts_the_gate_only_when_it_names_a_time() {
    for (head, shuts) in [("", false), ("Retry-After: 42\r\n", true)] {
        let limiter = Limiter::new(200);
        let server =
            Server::signed_in(move |_, _| answer(503, head, &error("service.unavailable"))).await;
        let client = server.client_with(Timeouts::default(), &limiter, SetClock::new());
        read(&client).await.unwrap_err();
        assert_eq!(limiter.standing().shut_for.is_some(), shuts, "{head:?}");
    }
}

#[tokio::test]
async fn what_is_sent_is_exactly_the_ladder_s_request() {
    let participant = "c1b0c7a1-77b0-4d8e-9a51-0e6c2f6b1d20";
    let communication = "d1b0c7a1-77b0-4d8e-9a51-0e6c2f6b1d20";
    let messages = format!("/api/v2/conversations/messages/{ID}");
    let cases = [
        (
            Action::Close,
            "PATCH",
            messages.clone(),
            r#"{"state":"disconnected"}"#,
        ),
        (
            Action::Legs {
                participant: participant.parse().unwrap(),
            },
            "PATCH",
            format!("{messages}/participants/{participant}"),
            r#"{"state":"disconnected"}"#,
        ),
        (
            Action::WrapUp {
                participant: participant.parse().unwrap(),
                communication: communication.parse().unwrap(),
                code: "w-1".to_owned(),
            },
            "POST",
            format!("{messages}/participants/{participant}/communications/{communication}/wrapup"),
            r#"{"code":"w-1"}"#,
        ),
        (
            Action::Teardown,
            "POST",
            format!("/api/v2/conversations/{ID}/disconnect"),
            "",
        ),
    ];
    let server = acting(|| answer(202, "", r#""accepted""#)).await;
    let client = server.client();
    read(&client).await.unwrap();
    for (action, method, target, body) in cases {
        let permit = SendPermit::granted(id(), action.clone());
        let sent = WritingClient::new(client.clone())
            .send(permit, pass().await)
            .await;
        assert_eq!(sent.is_ok(), action != Action::Close, "{sent:?}");
        let asked = server.questions().pop().unwrap();
        assert_eq!(
            (asked.method.as_str(), asked.target, asked.body.as_str()),
            (method, target, body)
        );
        let head = asked.head.to_lowercase();
        assert!(head.contains("authorization: bearer canary-token-1"));
        assert!(head.contains(concat!("user-agent: unstick/", env!("CARGO_PKG_VERSION"))));
    }
}
