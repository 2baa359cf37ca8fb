//! The token, over real HTTP and under a clock that the test sets.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use unstick::domain::failure::FailureKind;
use unstick::domain::ids::ConversationId;
use unstick::domain::step::Action;
use unstick::engine::ports::{Lane, Limiter, Org as _, SendPermit, Terminator as _};
use unstick::genesys::{Client, Timeouts, WritingClient};

use crate::client_server::{Asked, Reply, SECRET, Server, SetClock, answer, pass, token};

const ID: &str = "5b0c7a1e-77b0-4d8e-9a51-0e6c2f6b1d20";

fn id() -> ConversationId {
    ID.parse().unwrap()
}

fn sound() -> Reply {
    let body = format!(r#"{{"id":"{ID}","startTime":"2026-11-18T09:12:03.120Z"}}"#);
    answer(200, "", &body)
}

fn refused() -> Reply {
    answer(
        401,
        "",
        r#"{"code":"bad.credentials","message":"Invalid login credentials."}"#,
    )
}

fn bears(asked: &Asked, number: usize) -> bool {
    asked.head.contains(&format!("canary-token-{number}\r"))
}

async fn kind_of_send(client: &Client) -> FailureKind {
    let permit = SendPermit::granted(id(), Action::Close);
    let sent = WritingClient::new(client.clone())
        .send(permit, pass().await)
        .await;
    sent.unwrap_err().kind
}

#[tokio::test]
async fn twenty_callers_at_once_fetch_one_token() {
    let server = Server::signed_in(|_, _| sound()).await;
    let client = server.client();
    let mut reads = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        reads.spawn(async move { client.read(id(), pass().await).await });
    }
    while let Some(read) = reads.join_next().await {
        read.unwrap().unwrap();
    }
    assert_eq!((server.sign_ins(), server.questions().len()), (1, 20));
}

#[tokio::test]
async fn callers_who_waited_share_a_refusal() {
    let server = Server::start(|_, _| {
        answer(
            401,
            "",
            r#"{"error":"invalid_client","error_description":"client not found"}"#,
        )
    })
    .await;
    let client = server.client();
    let mut reads = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let client = client.clone();
        reads.spawn(async move { client.read(id(), pass().await).await });
    }
    while let Some(read) = reads.join_next().await {
        let failure = read.unwrap().unwrap_err();
        assert_eq!(failure.kind, FailureKind::SignInRefused);
        assert_eq!(failure.code.as_ref().unwrap().as_str(), "invalid_client");
        assert!(failure.words().contains("client not found"));
        assert!(!failure.words().contains(SECRET));
    }
    assert!(server.questions().is_empty());
    assert_eq!(server.sign_ins(), 1);
}

#[tokio::test]
async fn a_token_is_renewed_a_minute_before_it_runs_out() {
    let server = Server::start(|asked, before| {
        if asked.is_sign_in() {
            token(before + 1, 300)
        } else {
            sound()
        }
    })
    .await;
    let clock = SetClock::new();
    let limiter = Limiter::new(1000);
    let client = server.client_with(Timeouts::default(), &limiter, clock.clone());
    for (wait, sign_ins) in [(0, 1), (239, 1), (1, 2), (239, 2), (10, 3)] {
        clock.advance(Duration::from_secs(wait));
        let pass = limiter.acquire(Lane::Read, 1).await;
        client.read(id(), pass).await.unwrap();
        assert_eq!(server.sign_ins(), sign_ins);
    }
    assert_eq!(limiter.standing().used, 5 + 3, "token calls count too");
}

#[tokio::test]
async fn a_read_that_is_refused_is_repeated_once_with_a_new_token() {
    let server =
        Server::signed_in(|asked, _| if bears(asked, 1) { refused() } else { sound() }).await;
    server.client().read(id(), pass().await).await.unwrap();
    assert_eq!((server.sign_ins(), server.questions().len()), (2, 2));
    let server = Server::signed_in(|_, _| refused()).await;
    let failure = server.client().read(id(), pass().await).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignInRefused);
    assert_eq!((server.sign_ins(), server.questions().len()), (2, 2));
}

#[tokio::test]
async fn a_send_that_is_refused_is_not_repeated_here_and_a_second_refusal_says_so() {
    let server = Server::signed_in(|asked, _| {
        if asked.method == "GET" {
            sound()
        } else {
            refused()
        }
    })
    .await;
    let client = server.client();
    client.read(id(), pass().await).await.unwrap();
    assert_eq!(kind_of_send(&client).await, FailureKind::TokenRenewed);
    assert_eq!((server.sign_ins(), server.questions().len()), (2, 2));
    client.read(id(), pass().await).await.unwrap();
    assert_eq!(kind_of_send(&client).await, FailureKind::SignInRefused);
    assert_eq!((server.sign_ins(), server.questions().len()), (2, 4));
}

#[tokio::test]
async fn nothing_is_sent_while_a_token_has_to_be_fetched_first() {
    let server = Server::start(|asked, before| {
        if asked.is_sign_in() {
            token(before + 1, 300)
        } else {
            sound()
        }
    })
    .await;
    let clock = SetClock::new();
    let client = server.client_with(Timeouts::default(), &Limiter::new(1000), clock.clone());
    client.read(id(), pass().await).await.unwrap();
    clock.advance(Duration::from_secs(250));
    assert_eq!(kind_of_send(&client).await, FailureKind::GrewOld);
    assert!(server.questions().iter().all(|asked| asked.method == "GET"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_that_is_there_is_there_for_all_who_send_at_once() {
    let server = Server::signed_in(|_, _| sound()).await;
    let client = server.client();
    assert_eq!(kind_of_send(&client).await, FailureKind::GrewOld);
    // As long as each only looks for the token while another has it in hand, none may be told that there is none.
    let sending = (0..8).map(|_| {
        let client = WritingClient::new(client.clone());
        tokio::spawn(async move {
            for _ in 0..100 {
                let permit = SendPermit::granted(id(), Action::Close);
                client.send(permit, pass().await).await.unwrap();
            }
        })
    });
    for one in sending.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    assert_eq!(server.sign_ins(), 1);
}

#[tokio::test]
async fn trouble_with_the_sign_in_never_counts_as_a_request_that_may_have_acted() {
    let silence = || Reply::Bytes(Vec::new());
    let page = || answer(200, "Content-Type: text/html\r\n", "<p>portal</p>");
    let fault = || answer(500, "", "{}");
    let cases: [(fn() -> Reply, FailureKind); 3] = [
        (silence, FailureKind::Unreachable),
        (page, FailureKind::Intercepted),
        (fault, FailureKind::Unreachable),
    ];
    for (reply, kind) in cases {
        let server = Server::start(move |_, _| reply()).await;
        let client = server.client();
        assert_eq!(kind_of_send(&client).await, kind);
        assert!(server.questions().is_empty());
    }
}

#[tokio::test]
async fn the_secret_is_shown_only_to_the_sign_in() {
    let server = Server::signed_in(|_, _| sound()).await;
    server.client().read(id(), pass().await).await.unwrap();
    let asked = server.questions().pop().unwrap();
    // Basic client-1:canary-secret-4711
    assert!(!asked.head.contains("Y2xpZW50LTE6Y2FuYXJ5LXNlY3JldC00NzEx"));
    let shown = format!("{:?}", crate::client_server::access(&server.url));
    assert!(!shown.contains(SECRET), "{shown}");
}

#[tokio::test]
async fn the_finest_log_shows_no_token_no_secret_and_no_body() {
    let kept = Kept::default();
    let writer = kept.clone();
    let log = tracing_subscriber::fmt()
        .json()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    // With a single subscriber alive, `tracing` asks the thread that meets an event first, which may be another test's.
    let _second = tracing::Dispatch::new(tracing_subscriber::registry());
    let _guard = tracing::subscriber::set_default(log);
    let server = Server::signed_in(|asked, before| match before {
        0 => refused(),
        _ if asked.method == "GET" => {
            let body = format!(
                r#"{{"id":"{ID}","startTime":"2026-11-18T09:12:03Z","participants":[],"address":"canary-body"}}"#
            );
            answer(200, "", &body)
        }
        _ => answer(500, "", "canary-body"),
    })
    .await;
    let client = server.client();
    client.read(id(), pass().await).await.unwrap();
    let _ = kind_of_send(&client).await;
    let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("/api/v2/conversations/messages/"), "{text}");
    assert!(!text.contains("canary"), "{text}");
}

/// Where a log is kept for a look.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_send_that_had_to_wait_for_somebody_elses_new_token_does_not_leave_on_old_evidence() {
    let gate = Arc::new(std::sync::Barrier::new(2));
    let shut = Arc::clone(&gate);
    let server = Server::start(move |asked, before| {
        if !asked.is_sign_in() {
            return sound();
        }
        if before == 1 {
            shut.wait();
        }
        token(before + 1, 300)
    })
    .await;
    let clock = SetClock::new();
    let client = server.client_with(Timeouts::default(), &Limiter::new(1000), clock.clone());
    client.read(id(), pass().await).await.unwrap();
    clock.advance(Duration::from_secs(250));
    let reader = client.clone();
    let read = tokio::spawn(async move { reader.read(id(), pass().await).await });
    while server.sign_ins() < 2 {
        tokio::task::yield_now().await;
    }
    let mut send = Box::pin(kind_of_send(&client));
    tokio::select! {
        biased;
        kind = &mut send => panic!("it did not wait: {kind:?}"),
        () = tokio::task::yield_now() => {}
    }
    gate.wait();
    assert_eq!(send.await, FailureKind::GrewOld);
    read.await.unwrap().unwrap();
    assert!(server.questions().iter().all(|asked| asked.method == "GET"));
}

/// The secret that a sign-in showed.
fn shown(asked: &Asked) -> String {
    let mut words = asked.head.split_whitespace();
    let shown = words.find(|word| word.eq_ignore_ascii_case("basic"));
    let shown = shown.and_then(|_| words.next()).unwrap();
    let shown = String::from_utf8(BASE64_STANDARD.decode(shown).unwrap()).unwrap();
    shown.split_once(':').unwrap().1.to_owned()
}

#[tokio::test]
async fn a_secret_takes_the_place_of_another_only_where_it_works() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let secrets = Arc::clone(&seen);
    let server = Server::start(move |asked, before| {
        if !asked.is_sign_in() {
            return sound();
        }
        let secret = shown(asked);
        secrets.lock().unwrap().push(secret.clone());
        if secret == "wrong" {
            answer(401, "", r#"{"error":"invalid_client"}"#)
        } else {
            token(before + 1, 86_400)
        }
    })
    .await;
    let client = server.client();
    client.read(id(), pass().await).await.unwrap();
    let failure = client.sign_in_anew(Some("wrong".into()), pass().await);
    let failure = failure.await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignInRefused);
    // The one that worked is shown again, by whoever asks next.
    client.read(id(), pass().await).await.unwrap();
    let anew = client.sign_in_anew(Some("newer".into()), pass().await);
    anew.await.unwrap();
    client.sign_in_anew(None, pass().await).await.unwrap();
    let seen = seen.lock().unwrap();
    assert_eq!(*seen, [SECRET, "wrong", SECRET, "newer", "newer"]);
}
