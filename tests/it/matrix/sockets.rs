//! Every row of the matrix through the real client, over a socket: what came, which case the client makes of it, for a read, for every
//! request that changes something, and for a sign-in.

use std::time::Duration;

use tokio::net::TcpSocket;
use unstick::domain::failure::{Failure, FailureKind, Receipt};
use unstick::domain::ids::ConversationId;
use unstick::domain::rulings::{Body, Case, OUTCOMES, Outcome, Sign, of_send, of_sign_in};
use unstick::domain::step::{Action, Step};
use unstick::engine::ports::{Limiter, Org as _, PageWanted, SendPermit, Terminator as _};
use unstick::genesys::{Client, Timeouts, WritingClient};
use unstick::sandbox::{Options, Sandbox, Scenario};

use super::{PERMISSION, SENDING};
use crate::client_server::{Asked, Reply, Server, SetClock, access, answer, pass};
use crate::support::Home;

const ID: &str = "5b0c7a1e-77b0-4d8e-9a51-0e6c2f6b1d20";

fn id() -> ConversationId {
    ID.parse().unwrap()
}

fn conversation() -> String {
    format!(r#"{{"id":"{ID}","startTime":"2026-11-18T09:12:03.120Z","participants":[]}}"#)
}

fn action(step: Step) -> Action {
    let participant = "c1b0c7a1-77b0-4d8e-9a51-0e6c2f6b1d20".parse().unwrap();
    match step {
        Step::Close => Action::Close,
        Step::WrapUp => Action::WrapUp {
            participant,
            communication: "d1b0c7a1-77b0-4d8e-9a51-0e6c2f6b1d20".parse().unwrap(),
            code: "w-1".to_owned(),
        },
        Step::Teardown => Action::Teardown,
        _ => Action::Legs { participant },
    }
}

async fn read(client: &Client) -> Result<(), Failure> {
    client.read(id(), pass().await).await.map(drop)
}

async fn send(client: &Client, step: Step) -> Result<Receipt, Failure> {
    let permit = SendPermit::granted(id(), action(step));
    WritingClient::new(client.clone())
        .send(permit, pass().await)
        .await
}

/// The first question is answered soundly, so that a token is there; everything after it by `reply`.
async fn server(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> (Server, Client) {
    let server = Server::signed_in(move |asked, before| {
        if before == 0 {
            answer(200, "", &conversation())
        } else {
            reply(asked)
        }
    })
    .await;
    let client = server.client();
    read(&client).await.unwrap();
    (server, client)
}

/// A sign-in that goes like this.
async fn sign_in(reply: impl Fn() -> Reply + Send + Sync + 'static) -> Failure {
    let server = Server::start(move |asked, _| {
        assert!(asked.is_sign_in(), "asked without a token");
        reply()
    })
    .await;
    read(&server.client()).await.unwrap_err()
}

fn error(code: &str) -> String {
    format!(r#"{{"message":"Said. You need: [{PERMISSION}]","code":"{code}","contextId":"ctx-1"}}"#)
}

/// The statuses that this row alone catches: each of a few, the ends and the middle of many.
fn statuses(outcome: &Outcome) -> Vec<(u16, Option<&'static str>)> {
    let Sign::Status(spans, body) = outcome.sign else {
        return Vec::new();
    };
    let codes: Vec<Option<&'static str>> = match body {
        Body::Any => vec![None, Some("some.code")],
        Body::Code(codes) => codes.iter().copied().map(Some).collect(),
        Body::Genesys => vec![Some("not.authorized"), Some("not.found")],
        Body::Foreign => vec![None],
    };
    let first = |status: u16, code| {
        let mut rows = OUTCOMES.iter();
        let row = rows.find(|row| row.sign.fits(status, code));
        row.is_some_and(|row| row.name == outcome.name)
    };
    let mut all = Vec::new();
    for (from, to) in spans {
        let some = [*from, from + (to - from) / 2, *to, 451, 402, 500, 505];
        let mut some: Vec<u16> = some
            .into_iter()
            .filter(|status| (*from..=*to).contains(status) && *status >= 200)
            .collect();
        some.sort_unstable();
        some.dedup();
        for status in some {
            all.extend(
                codes
                    .iter()
                    .filter(|code| first(status, **code))
                    .map(|code| (status, *code)),
            );
        }
    }
    all
}

fn reply(status: u16, head: &str, code: Option<&str>) -> Reply {
    match code {
        Some(code) => answer(status, head, &error(code)),
        None => answer(
            status,
            &format!("{head}Content-Type: text/html\r\n"),
            "<p>canary-body</p>",
        ),
    }
}

#[track_caller]
fn is_case(failure: &Failure, case: Case, what: &str) {
    assert_eq!(Case::of(&failure.kind), case, "{what}: {failure:?}");
    assert!(
        !failure.words().contains("canary-body"),
        "{what}: a body was quoted: {}",
        failure.words()
    );
    if case == Case::NotPermitted {
        assert!(failure.words().contains(PERMISSION), "{}", failure.words());
    }
}

/// One status in every place: the case is the row's, the class recorded is the rule's, and nothing is repeated.
async fn hold(
    outcome: &'static Outcome,
    status: u16,
    head: &'static str,
    code: Option<&'static str>,
) {
    let what = format!("{status} {head:?} {code:?}");
    let (server, client) = server(move |_| reply(status, head, code)).await;
    let failure = read(&client).await.unwrap_err();
    is_case(&failure, outcome.read.unwrap(), &what);
    assert_eq!(failure.receipt.status, Some(status));
    assert_eq!(
        failure.code.as_ref().map(ToString::to_string),
        code.map(str::to_owned)
    );
    if code.is_some() {
        let correlation = failure.receipt.correlation.as_ref();
        assert_eq!(
            correlation.map(ToString::to_string),
            Some("ctx-1".to_owned())
        );
    }
    for step in SENDING {
        let failure = send(&client, step).await.unwrap_err();
        let case = outcome.send.unwrap();
        is_case(&failure, case, &what);
        assert_eq!(
            of_send(&action(step), &failure).class,
            case.rule().class,
            "{what}"
        );
        if status == 405 {
            assert!(failure.words().contains("GET, HEAD"), "{}", failure.words());
        }
    }
    assert_eq!(server.questions().len(), 6, "{what} was repeated");
    let failure = sign_in(move || reply(status, head, code)).await;
    let case = outcome.read.unwrap();
    let told = case.rule().sign_in;
    is_case(&failure, told, &format!("sign-in: {what}"));
}

#[tokio::test]
async fn every_status_is_the_case_that_its_row_says_for_reads_for_sends_and_for_the_sign_in() {
    let mut count = 0;
    for outcome in OUTCOMES {
        for (status, code) in statuses(outcome) {
            if status == 401 {
                continue;
            }
            let head = if status == 405 {
                "Allow: GET, HEAD\r\n"
            } else {
                ""
            };
            hold(outcome, status, head, code).await;
            count += 1;
        }
    }
    assert!(count > 60, "only {count} answers were tried");
}

#[tokio::test]
async fn a_429_is_waited_for_as_told_as_not_told_or_not_at_all() {
    let row = |name: &str| {
        OUTCOMES
            .iter()
            .find(|outcome| outcome.name.starts_with(name))
            .unwrap()
    };
    let none = row("429, no");
    for head in [
        "",
        "Retry-After: soon\r\n",
        "Retry-After: -1\r\n",
        "Retry-After: Wed, 18 Nov 2026 09:12:03 GMT\r\n",
    ] {
        hold(none, 429, head, Some("too.many.requests")).await;
    }
    hold(
        row("429, `Retry-After` of"),
        429,
        "Retry-After: 300\r\n",
        None,
    )
    .await;
    let long = row("429, `Retry-After` over");
    hold(long, 429, "Retry-After: 301\r\n", None).await;
    let failure = send(
        &server(|_| reply(429, "Retry-After: 3600\r\n", None))
            .await
            .1,
        Step::Legs,
    )
    .await
    .unwrap_err();
    assert!(failure.words().contains("3600s"), "{}", failure.words());
}

#[tokio::test]
async fn i13_a_401_is_worth_one_new_token_and_a_second_one_is_not() {
    for step in SENDING {
        let (server, client) = server(|_| reply(401, "", Some("bad.credentials"))).await;
        let failure = send(&client, step).await.unwrap_err();
        is_case(&failure, Case::TokenRenewed, "the first");
        assert_eq!(server.sign_ins(), 2);
        let failure = send(&client, step).await.unwrap_err();
        is_case(&failure, Case::SignInRefused, "the second");
        assert_eq!(server.sign_ins(), 2, "no loop");
    }
    let (server, client) = server(|_| reply(401, "", Some("bad.credentials"))).await;
    let failure = read(&client).await.unwrap_err();
    is_case(&failure, Case::SignInRefused, "a read");
    assert_eq!((server.sign_ins(), server.questions().len()), (2, 3));
    for (status, body) in [
        (400, r#"{"error":"invalid_client"}"#),
        (401, r#"{"error":"invalid_client"}"#),
        (400, "{}"),
    ] {
        let failure = sign_in(move || answer(status, "", body)).await;
        is_case(&failure, Case::SignInRefused, "the sign-in");
    }
}

/// Bytes of an answer that says so much and then ends.
fn raw(head: &str, body: &str) -> Reply {
    Reply::Bytes(format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}").into_bytes())
}

fn success(name: &str) -> &'static Outcome {
    OUTCOMES
        .iter()
        .find(|outcome| outcome.name.contains(name) && outcome.sign == Sign::Success)
        .unwrap()
}

#[tokio::test]
async fn a_2xx_that_is_no_answer_of_the_platform_is_none() {
    let row = success("another id");
    let html = || answer(200, "Content-Type: text/html\r\n", "<p>canary-body</p>");
    let broken = || answer(200, "", "[1, 2");
    let other = || answer(200, "", &conversation().replace("5b0c", "5b0d"));
    let damaged = success("JSON that is broken");
    for (what, row, make) in [
        (
            "HTML",
            row,
            Box::new(html) as Box<dyn Fn() -> Reply + Send + Sync>,
        ),
        ("not JSON", damaged, Box::new(broken)),
        ("another id", row, Box::new(other)),
    ] {
        let (_server, client) = server(move |_| make()).await;
        let failure = read(&client).await.unwrap_err();
        is_case(&failure, row.read.unwrap(), what);
        for step in SENDING {
            match send(&client, step).await {
                Err(failure) => is_case(&failure, row.send.unwrap(), what),
                Ok(_) => assert!(
                    what == "another id" && step != Step::Close,
                    "{what} {step:?}"
                ),
            }
        }
    }
    is_case(&sign_in(html).await, Case::Intercepted, "HTML at sign-in");
    is_case(
        &sign_in(broken).await,
        Case::Intercepted,
        "no JSON at sign-in",
    );
}

#[tokio::test]
async fn a_2xx_stands_for_a_request_whatever_became_of_its_body() {
    for status in [200, 202, 204] {
        let (_server, client) = server(move |_| answer(status, "", "")).await;
        for step in SENDING {
            assert_eq!(send(&client, step).await.unwrap().status, Some(status));
        }
    }
    let cut = || {
        raw(
            "Content-Type: application/json\r\nContent-Length: 500\r\n",
            r#"{"id"#,
        )
    };
    let huge = || {
        raw(
            "Content-Type: application/json\r\nConnection: close\r\n",
            &" ".repeat(9 * 1024 * 1024),
        )
    };
    for (name, make) in [
        (
            "cut off",
            Box::new(cut) as Box<dyn Fn() -> Reply + Send + Sync>,
        ),
        ("over 8 MiB", Box::new(huge)),
    ] {
        let row = success(name);
        assert_eq!(row.send, None);
        let (_server, client) = server(move |_| make()).await;
        is_case(&read(&client).await.unwrap_err(), row.read.unwrap(), name);
        for step in SENDING {
            assert_eq!(
                send(&client, step).await.unwrap().status,
                Some(200),
                "{name}"
            );
        }
    }
    is_case(&sign_in(cut).await, Case::Unreachable, "cut at sign-in");
    is_case(&sign_in(huge).await, Case::Intercepted, "huge at sign-in");
}

const BRIEF: Timeouts = Timeouts {
    connect: Duration::from_millis(700),
    read: Duration::from_millis(300),
    total: Duration::from_secs(20),
};

/// Rows without an answer, as far as a socket of this machine can stage them. A proxy's refusal needs the environment of a process of its
/// own; a program that ended is staged by the tests of crashes; a read that grew old by those of the engine.
#[tokio::test]
async fn what_breaks_before_or_after_the_request_left_is_told_apart() {
    let row = |name: &str| {
        let mut rows = OUTCOMES.iter().filter(|row| row.sign == Sign::NoAnswer);
        rows.find(|row| row.name.contains(name))
            .unwrap()
            .read
            .unwrap()
    };
    let to =
        |url: &str| Client::new(access(url), BRIEF, Limiter::new(1000), SetClock::new()).unwrap();

    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    let failure = read(&to(&closed)).await.unwrap_err();
    is_case(&failure, row("refused, no connection"), "refused");

    // A queue of connections that nobody takes is full after a few: the next one waits for ever.
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let full = socket.listen(1).unwrap();
    let address = full.local_addr().unwrap();
    let mut queue = Vec::new();
    while let Ok(Ok(taken)) = tokio::time::timeout(
        Duration::from_millis(300),
        tokio::net::TcpStream::connect(address),
    )
    .await
    {
        queue.push(taken);
        assert!(queue.len() < 64, "the queue does not fill up");
    }
    let failure = read(&to(&format!("http://{address}"))).await.unwrap_err();
    is_case(
        &failure,
        row("refused, no connection"),
        "no connection in time",
    );

    let home = Home::new();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options {
        ca_file: Some(home.path("ca.pem")),
        ..Options::new(Scenario::named("quiet").unwrap())
    };
    let sandbox = Sandbox::start(options, listener).await.unwrap();
    let failure = read(&to(&sandbox.welcome().url)).await.unwrap_err();
    is_case(
        &failure,
        row("certificate"),
        "an authority that nobody knows",
    );
    assert!(
        failure.words().contains("certificate"),
        "{}",
        failure.words()
    );

    for (name, make) in [
        (
            "end before the head",
            Box::new(|| Reply::Bytes(Vec::new())) as Box<dyn Fn() -> Reply + Send + Sync>,
        ),
        ("no answer in time", Box::new(|| Reply::Silence)),
    ] {
        let server = Server::signed_in(move |_, before| match before {
            0 => answer(200, "", &conversation()),
            _ => make(),
        })
        .await;
        let client = server.client_with(BRIEF, &Limiter::new(1000), SetClock::new());
        read(&client).await.unwrap();
        is_case(&read(&client).await.unwrap_err(), row(name), name);
        for step in SENDING {
            let failure = send(&client, step).await.unwrap_err();
            is_case(&failure, row(name), name);
        }
        assert_eq!(server.questions().len(), 6, "{name} was repeated");
    }

    let far = PageWanted {
        from: "2025-01-01T00:00:00Z".parse().unwrap(),
        to: "2026-01-01T00:00:00Z".parse().unwrap(),
        number: 1,
        size: 100,
    };
    let failure = to(&closed).list(far, pass().await).await.unwrap_err();
    is_case(&failure, row("could not be built"), "not built");
    assert_eq!(of_sign_in(FailureKind::TimedOut), FailureKind::Unreachable);
}
