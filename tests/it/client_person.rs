//! A person signs in: the code and its proof over real HTTP, with a browser that the test plays; what must not be taken for an answer;
//! and what becomes of the client when the sign-in ends.

use std::time::Duration;

use reqwest::Url;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use unstick::domain::failure::FailureKind;
use unstick::engine::ports::Limiter;
use unstick::genesys::{Access, Attempt, Client, Grant, NotSignedIn, PATIENCE, Timeouts};
use unstick::settings::region::Addresses;

use crate::browser::Browser;
use crate::client_server::{Asked, Reply, Server, SetClock, answer, pass, token};
use crate::sandbox_support::Bench;

/// Waits are for what comes at once; a test that waits this long has failed.
const SOON: Duration = Duration::from_secs(60);

/// A client of people, with or without its secret.
fn client_at(url: &str, id: &str, secret: Option<&str>, clock: SetClock) -> Client {
    let access = Access {
        profile: "test".to_owned(),
        addresses: Addresses::of_loopback(url, url).unwrap(),
        client_id: id.to_owned(),
        grant: Grant::Code {
            secret: secret.map(Into::into),
            sso: None,
        },
        certificate: None,
        proxy: None,
    };
    Client::new(access, Timeouts::default(), Limiter::new(1000), clock).unwrap()
}

async fn client_of(bench: &Bench, with_secret: bool) -> Client {
    let known = bench.get("/sandbox/clients").await;
    let people = &known["clients"][1];
    let secret = people["client_secret"].as_str().filter(|_| with_secret);
    let id = people["client_id"].as_str().unwrap();
    client_at(
        &bench.sandbox.welcome().url,
        id,
        secret,
        SetClock::at(jiff::Timestamp::now()),
    )
}

/// The whole dance.
async fn sign_in(client: &Client) {
    let attempt = client.begin_sign_in().await.unwrap();
    let browser = Browser::new();
    let to = browser.consent(attempt.url()).await;
    let (code, page) = tokio::join!(attempt.answered(SOON), browser.go(&to));
    assert_eq!(page.unwrap().0, 200);
    client
        .finish_sign_in(code.unwrap(), None, pass().await)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_person_signs_in_with_and_without_a_secret_and_signs_out_again() {
    for with_secret in [true, false] {
        let bench = Bench::quiet().await;
        let client = client_of(&bench, with_secret).await;
        let failure = client.identity(pass().await).await.unwrap_err();
        assert!(failure.is_signed_out(), "{failure:?}");
        sign_in(&client).await;
        let identity = client.identity(pass().await).await.unwrap();
        let welcome = bench.sandbox.welcome();
        assert_eq!(identity.org_id, welcome.org_id.to_string());
        assert_ne!(identity.client_id, welcome.client_id);
        assert!(client.sign_out(pass().await).await.unwrap());
        assert!(!client.sign_out(pass().await).await.unwrap());
        let failure = client.identity(pass().await).await.unwrap_err();
        assert!(failure.is_signed_out(), "{failure:?}");
    }
}

#[tokio::test]
async fn a_token_that_was_signed_out_is_worth_nothing_any_more() {
    let server = Server::start(|asked, _| match asked.target.as_str() {
        "/oauth/token" => token(1, 86_400),
        _ => answer(200, "", "{}"),
    })
    .await;
    let client = client_at(&server.url, "c", None, SetClock::new());
    take_any_code(&client).await;
    client.sign_out(pass().await).await.unwrap();
    let asked = server.questions();
    assert_eq!(asked.len(), 1);
    assert_eq!(
        (asked[0].method.as_str(), asked[0].target.as_str()),
        ("DELETE", "/api/v2/tokens/me")
    );
    assert!(asked[0].head.contains("Bearer canary-token-1\r"));
}

/// Signs in at a server that takes every code.
async fn take_any_code(client: &Client) {
    sign_in_to(client, None).await.unwrap();
}

/// The same, where it must stand for this organisation.
async fn sign_in_to(client: &Client, org_id: Option<&str>) -> Result<(), NotSignedIn> {
    let attempt = client.begin_sign_in().await.unwrap();
    let to = answer_of(&attempt, "any");
    let browser = Browser::new();
    let (code, _) = tokio::join!(attempt.answered(SOON), browser.go(&to));
    let code = code.unwrap();
    client.finish_sign_in(code, org_id, pass().await).await
}

/// Where a browser is sent with this code.
fn answer_of(attempt: &Attempt, code: &str) -> String {
    let state = field(attempt, "state");
    format!(
        "{}/?code={code}&state={state}",
        field(attempt, "redirect_uri")
    )
}

fn field(attempt: &Attempt, name: &str) -> String {
    let url = Url::parse(attempt.url()).unwrap();
    let mut pairs = url.query_pairs();
    pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
}

#[tokio::test]
async fn t46_only_the_one_answer_that_was_asked_for_is_taken_and_the_port_is_shut_after_it() {
    let server = Server::signed_in(|_, _| answer(200, "", "{}")).await;
    let client = client_at(&server.url, "c", None, SetClock::new());
    let attempt = client.begin_sign_in().await.unwrap();
    let (right, base) = (answer_of(&attempt, "c0de"), field(&attempt, "redirect_uri"));
    let (state, port) = (field(&attempt, "state"), attempt.port());
    let wrong = [
        (format!("{base}/?code=x&state=guessed"), 400),
        (format!("{base}/?code=x"), 400),
        (format!("{base}/?state={state}"), 400),
        (format!("{base}/?code=&state={state}"), 400),
        (format!("{base}/?code=x&state={state}&state={state}"), 400),
        (format!("{base}/?code=x&code=y&state={state}"), 400),
        (format!("{base}/other?code=x&state={state}"), 404),
        (format!("{base}//?code=x&state={state}"), 404),
        (format!("{base}/favicon.ico"), 404),
    ];
    let waited = tokio::spawn(attempt.answered(SOON));
    let browser = Browser::new();
    for (url, status) in wrong {
        let (said, page) = browser.go(&url).await.unwrap();
        assert_eq!(said, status, "{url}: {page}");
        assert!(!waited.is_finished(), "{url} ended it");
    }
    for odd in [
        format!("POST /?code=x&state={state} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(20_000)),
        "\u{0}\u{1}\r\n\r\n".to_owned(),
    ] {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
        let _ = stream.write_all(odd.as_bytes()).await;
        let mut said = Vec::new();
        let _ = stream.read_to_end(&mut said).await;
        assert!(!said.starts_with(b"HTTP/1.1 200"), "{odd}");
        assert!(!waited.is_finished(), "{odd} ended it");
    }
    // Browsers keep spare connections open, and say nothing on them.
    let _spare = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (status, page) = browser.go(&right).await.unwrap();
    assert_eq!(status, 200);
    assert!(!page.contains("c0de") && !page.contains(&state), "{page}");
    let code = waited.await.unwrap().unwrap();
    assert!(browser.go(&right).await.is_none(), "the port is open still");
    client
        .finish_sign_in(code, None, pass().await)
        .await
        .unwrap();
    assert_eq!(server.sign_ins(), 1);
}

#[tokio::test]
async fn t46_the_port_is_open_to_this_machine_alone() {
    let client = client_at("http://127.0.0.1:1", "c", None, SetClock::new());
    let attempt = client.begin_sign_in().await.unwrap();
    let ours = format!("0100007F:{:04X}", attempt.port());
    let open = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let line = open.lines().find(|line| line.contains(&ours));
    let state = line.and_then(|line| line.split_whitespace().nth(3));
    assert_eq!(state, Some("0A"), "{open}");
}

#[tokio::test]
async fn t46_nobody_who_signs_in_ends_the_attempt_in_two_minutes() {
    assert_eq!(PATIENCE, Duration::from_secs(120));
    let client = client_at("http://127.0.0.1:1", "c", None, SetClock::new());
    let attempt = client.begin_sign_in().await.unwrap();
    let port = attempt.port();
    let failure = attempt.answered(Duration::from_millis(50)).await;
    let failure = failure.err().unwrap();
    assert!(failure.is_signed_out(), "{failure:?}");
    assert!(TcpStream::connect(("127.0.0.1", port)).await.is_err());
}

#[tokio::test]
async fn a_person_who_says_no_is_told_in_the_pages_own_words() {
    let bench = Bench::quiet().await;
    let client = client_of(&bench, false).await;
    let attempt = client.begin_sign_in().await.unwrap();
    let browser = Browser::new();
    let to = browser.refuse(attempt.url()).await;
    let (code, page) = tokio::join!(attempt.answered(SOON), browser.go(&to));
    assert!(page.unwrap().1.contains("Not signed in"));
    let failure = code.err().unwrap();
    assert_eq!(failure.kind, FailureKind::SignInRefused);
    assert!(failure.words().contains("nobody signed in"), "{failure:?}");
}

#[tokio::test]
async fn t46_a_code_that_somebody_else_asked_for_is_refused_by_its_proof() {
    let bench = Bench::quiet().await;
    let (mine, theirs) = (
        client_of(&bench, false).await,
        client_of(&bench, false).await,
    );
    let attempt = mine.begin_sign_in().await.unwrap();
    let other = theirs.begin_sign_in().await.unwrap();
    let browser = Browser::new();
    let sent = Url::parse(&browser.consent(other.url()).await).unwrap();
    let stolen = sent
        .query_pairs()
        .find(|(key, _)| key == "code")
        .unwrap()
        .1
        .into_owned();
    let to = answer_of(&attempt, &stolen);
    let (code, _) = tokio::join!(attempt.answered(SOON), browser.go(&to));
    let refused = mine.finish_sign_in(code.unwrap(), None, pass().await).await;
    let NotSignedIn::Failed(failure) = refused.unwrap_err() else {
        panic!("nobody asked for whom it stands");
    };
    assert_eq!(failure.kind, FailureKind::SignInRefused);
    assert!(mine.identity(pass().await).await.is_err());
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_renewed_lasts_to_its_end_and_then_nothing_is_sent() {
    let server = Server::start(|asked, before| {
        if asked.is_sign_in() {
            token(before + 1, 300)
        } else {
            answer(200, "", r#"{"id":"o-1"}"#)
        }
    })
    .await;
    let clock = SetClock::new();
    let client = client_at(&server.url, "c", Some("s3cret"), clock.clone());
    take_any_code(&client).await;
    clock.advance(Duration::from_secs(299));
    client.identity(pass().await).await.unwrap();
    assert_eq!((server.sign_ins(), server.questions().len()), (1, 2));
    clock.advance(Duration::from_secs(1));
    for _ in 0..3 {
        let failure = client.identity(pass().await).await.unwrap_err();
        assert!(failure.is_signed_out(), "{failure:?}");
        assert!(failure.words().contains("signed out"), "{failure:?}");
    }
    assert_eq!((server.sign_ins(), server.questions().len()), (1, 2));
    take_any_code(&client).await;
    client.identity(pass().await).await.unwrap();
}

/// A token with what renews it.
fn renewable(number: usize, life: i64, renewing: &str) -> Reply {
    let body = json!({ "access_token": format!("canary-token-{number}"), "expires_in": life, "refresh_token": renewing });
    answer(200, "", &body.to_string())
}

#[tokio::test]
async fn a_sign_in_that_can_be_renewed_is_with_the_secret_until_that_is_refused() {
    let server = Server::start(|asked: &Asked, before| match before {
        _ if !asked.is_sign_in() => answer(200, "", r#"{"id":"o-1"}"#),
        0 => renewable(1, 300, "again&1"),
        1 => token(2, 300),
        _ => answer(
            400,
            "",
            r#"{"error":"invalid_grant","description":"revoked"}"#,
        ),
    })
    .await;
    let clock = SetClock::new();
    let client = client_at(&server.url, "c", Some("s3cret"), clock.clone());
    take_any_code(&client).await;
    for sign_ins in [1, 2] {
        client.identity(pass().await).await.unwrap();
        assert_eq!(server.sign_ins(), sign_ins);
        clock.advance(Duration::from_secs(241));
    }
    let all = server.all();
    let renewal = all
        .iter()
        .filter(|asked| asked.is_sign_in())
        .nth(1)
        .unwrap();
    assert_eq!(
        renewal.body,
        "grant_type=refresh_token&refresh_token=again%261"
    );
    // Basic c:s3cret
    assert!(
        renewal.head.contains("Basic YzpzM2NyZXQ="),
        "{}",
        renewal.head
    );
    let failure = client.identity(pass().await).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignInRefused);
    assert!(failure.words().contains("revoked"), "{failure:?}");
    let failure = client.identity(pass().await).await.unwrap_err();
    assert!(failure.is_signed_out(), "{failure:?}");
    assert_eq!(server.sign_ins(), 3, "what was refused is not shown again");
}

#[tokio::test]
async fn a_sign_in_that_was_taken_back_is_over_after_one_refusal() {
    let bench = Bench::quiet().await;
    let client = client_of(&bench, true).await;
    sign_in(&client).await;
    client.identity(pass().await).await.unwrap();
    bench
        .order("/sandbox/faults", &json!({ "revoke_tokens": true }))
        .await;
    let failure = client.identity(pass().await).await.unwrap_err();
    assert!(failure.is_signed_out(), "{failure:?}");
    let before = bench.sandbox.arrivals().len();
    let failure = client.identity(pass().await).await.unwrap_err();
    assert!(failure.is_signed_out(), "{failure:?}");
    assert_eq!(bench.sandbox.arrivals().len(), before);
}

/// Three people sign in: at home, elsewhere, and where nobody says who they are.
async fn people() -> Server {
    Server::start(|asked, before| {
        let has = |number: usize| {
            let bearer = format!("Bearer canary-token-{number}\r");
            asked.head.contains(&bearer)
        };
        match asked.target.as_str() {
            _ if asked.is_sign_in() => token(before + 1, 86_400),
            "/api/v2/organizations/me" if has(1) => answer(200, "", r#"{"id":"o-home"}"#),
            "/api/v2/organizations/me" if has(2) => answer(200, "", r#"{"id":"o-elsewhere"}"#),
            "/api/v2/organizations/me" => answer(503, "", "{}"),
            _ => answer(200, "", "{}"),
        }
    })
    .await
}

/// With which token each of the newest requests was made, and what it asked.
fn newest(server: &Server, count: usize) -> Vec<String> {
    let all = server.questions();
    let lines = all.iter().skip(all.len() - count).map(|asked| {
        let token = asked.head.split("canary-token-").nth(1).unwrap();
        format!("{} {} {}", &token[..1], asked.method, asked.target)
    });
    lines.collect()
}

#[tokio::test]
async fn i22_a_sign_in_for_another_organisation_is_given_back_and_nothing_is_asked_with_it() {
    let server = people().await;
    let client = client_at(&server.url, "c", None, SetClock::new());
    sign_in_to(&client, Some("o-home")).await.unwrap();
    let (org, _) = client.organisation(pass().await).await.unwrap();
    assert_eq!(org, "o-home");
    let refused = sign_in_to(&client, Some("o-home")).await;
    let Err(NotSignedIn::Elsewhere {
        org_id,
        is_given_back,
    }) = refused
    else {
        panic!("{refused:?}");
    };
    assert_eq!((org_id.as_str(), is_given_back), ("o-elsewhere", true));
    let given_back = "2 DELETE /api/v2/tokens/me";
    assert_eq!(
        newest(&server, 2),
        ["2 GET /api/v2/organizations/me", given_back]
    );
    // Who was signed in before is so still.
    let (org, _) = client.organisation(pass().await).await.unwrap();
    assert_eq!(org, "o-home");
}

#[tokio::test]
async fn i22_a_sign_in_of_which_nobody_can_say_for_whom_it_stands_is_not_used() {
    let server = people().await;
    let client = client_at(&server.url, "c", None, SetClock::new());
    take_any_code(&client).await;
    take_any_code(&client).await;
    let refused = sign_in_to(&client, Some("o-home")).await;
    let Err(NotSignedIn::Failed(failure)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(failure.receipt.status, Some(503));
    assert_eq!(newest(&server, 1), ["3 DELETE /api/v2/tokens/me"]);
    let (org, _) = client.organisation(pass().await).await.unwrap();
    assert_eq!(org, "o-elsewhere", "the second sign-in is used as before");
}

#[tokio::test]
async fn what_renews_a_sign_in_is_not_lost_with_whoever_asked_for_it() {
    let server = Server::start(|asked: &Asked, before| match before {
        _ if !asked.is_sign_in() => answer(200, "", r#"{"id":"o-1"}"#),
        0 => renewable(1, 300, "again-1"),
        _ if asked.body.ends_with("again-1") && before == 1 => renewable(2, 300, "again-2"),
        _ => answer(400, "", r#"{"error":"invalid_grant"}"#),
    })
    .await;
    let clock = SetClock::new();
    let client = client_at(&server.url, "c", Some("s3cret"), clock.clone());
    take_any_code(&client).await;
    clock.advance(Duration::from_secs(241));
    let is_asked = async {
        while server.sign_ins() < 2 {
            tokio::task::yield_now().await;
        }
    };
    // Whoever asked goes away while the answer is on its way.
    tokio::select! {
        biased;
        () = is_asked => {}
        gone = client.organisation(pass().await) => panic!("{gone:?}"),
    }
    client.organisation(pass().await).await.unwrap();
    assert_eq!(
        server.sign_ins(),
        2,
        "what was taken once is not shown again"
    );
}

/// Whoever waits for a sign-in may stop waiting: the token that came for it, and that nobody uses, is given back all the same.
#[tokio::test]
async fn a_token_that_nobody_waits_for_any_more_is_given_back() {
    for goes_at in ["/oauth/token", "/api/v2/organizations/me"] {
        let server = Server::start(|asked, before| match asked.target.as_str() {
            _ if asked.is_sign_in() => token(before + 1, 86_400),
            "/api/v2/organizations/me" => Reply::Silence,
            _ => answer(200, "", "{}"),
        })
        .await;
        let client = client_at(&server.url, "c", None, SetClock::new());
        let is_asked = async {
            while !server.all().iter().any(|asked| asked.target == goes_at) {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            () = is_asked => {}
            done = sign_in_to(&client, Some("o-home")) => panic!("{done:?}"),
        }
        assert!(client.sign_out(pass().await).await.unwrap(), "{goes_at}");
        assert_eq!(newest(&server, 1), ["1 DELETE /api/v2/tokens/me"]);
        let failure = client.organisation(pass().await).await.unwrap_err();
        assert!(failure.is_signed_out(), "{failure:?}");
        assert!(!client.sign_out(pass().await).await.unwrap());
    }
}
