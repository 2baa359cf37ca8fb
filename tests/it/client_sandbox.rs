//! The client against the sandbox over HTTP: two readings of the same protocol, written apart, agree.

use tokio::net::TcpListener;
use unstick::clock::WallClock;
use unstick::domain::conversation::{Medium, Side, WrapUp};
use unstick::domain::evidence::Evidence;
use unstick::domain::failure::FailureKind;
use unstick::domain::ids::ConversationId;
use unstick::domain::request_line::RequestLine;
use unstick::engine::ports::{Clock as _, Limiter, Org as _, PageWanted};
use unstick::genesys::{Access, Client, Grant, Timeouts, join};
use unstick::sandbox::{Kind, Options, Sandbox, Scenario};
use unstick::settings::{Overrides, Paths, Welcome, load};

use crate::client_server::pass;

async fn sandbox(scenario: &str) -> Sandbox {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options::new(Scenario::named(scenario).unwrap());
    Sandbox::start(options, listener).await.unwrap()
}

/// A client as the program makes it: from what the sandbox prints when it starts.
fn client(sandbox: &Sandbox, change: impl Fn(&mut Welcome)) -> Client {
    let printed = serde_json::to_string(sandbox.welcome()).unwrap();
    let mut welcome: Welcome = serde_json::from_str(&printed).unwrap();
    change(&mut welcome);
    let nowhere = std::env::temp_dir().join("unstick-no-such-home");
    let settings = load(&Paths::under(&nowhere), &Overrides::default()).unwrap();
    let profile = settings.sandbox(&welcome).unwrap();
    let access = Access::of(&profile, Grant::ClientCredentials(welcome.client_secret));
    let limiter = Limiter::new(profile.limits.requests_per_minute);
    Client::new(access, Timeouts::default(), limiter, WallClock::start()).unwrap()
}

async fn listed(client: &Client) -> Vec<ConversationId> {
    let now = WallClock::start().now();
    let page = PageWanted {
        from: now - jiff::SignedDuration::from_hours(31 * 24),
        to: now,
        number: 1,
        size: 100,
    };
    let listed = client.list(page, pass().await).await.unwrap();
    assert_eq!(usize::try_from(listed.total).unwrap(), listed.rows.len());
    listed.rows.iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn every_staged_conversation_is_listed_and_read_whole() {
    let sandbox = sandbox("kinds").await;
    let client = client(&sandbox, |_| {});
    let ids = listed(&client).await;
    assert!(!ids.is_empty() && sandbox.staged().len() >= ids.len());
    for staged in sandbox.staged() {
        let id: ConversationId = staged.conversation.to_string().parse().unwrap();
        assert_eq!(
            ids.contains(&id),
            staged.kind != Kind::Reopen,
            "{:?}",
            staged.kind
        );
        let ending = client.end_of(id, pass().await).await.unwrap();
        assert_eq!(
            ending.ended.is_some(),
            staged.kind == Kind::Reopen,
            "{:?}",
            staged.kind
        );
        // What is over shows nothing open, and what the service has lost cannot be read.
        if matches!(staged.kind, Kind::Reopen | Kind::Desync | Kind::Ghost) {
            continue;
        }
        let reading = client.read(id, pass().await).await.unwrap();
        let conversation = reading.conversation;
        assert_eq!((conversation.id, conversation.ended), (id, None));
        assert!(reading.receipt.correlation.is_some() && reading.receipt.date.is_some());
        let evidence = Evidence::of(&conversation);
        assert_eq!(evidence.unknown_word(), None, "{:?}", staged.kind);
        let owes = conversation
            .participants
            .iter()
            .any(|party| party.wrap_up != WrapUp::NotOwed);
        assert!(
            owes || !evidence.legs.is_empty(),
            "{:?} shows nothing open",
            staged.kind
        );
        for (_, leg) in conversation.open_legs() {
            let is_mixed = staged.kind == Kind::Mixed;
            assert!(is_mixed || leg.medium == Medium::WebMessaging);
            assert!(leg.since.is_some(), "{:?}", staged.kind);
        }
    }
    assert!(sandbox.truth().is_empty(), "reading changed something");
}

#[tokio::test]
async fn the_words_of_a_conversation_are_fetched_by_its_messages() {
    let sandbox = sandbox("kinds").await;
    let client = client(&sandbox, |_| {});
    let mut fetched = 0;
    for id in listed(&client).await {
        // A `ghost` is listed and cannot be read.
        let Ok(reading) = client.read(id, pass().await).await else {
            continue;
        };
        let conversation = reading.conversation;
        let ids: Vec<_> = conversation
            .messages
            .iter()
            .map(|message| message.id.clone())
            .collect();
        if ids.is_empty() {
            continue;
        }
        let lines = client.transcript(id, &ids, pass().await).await.unwrap();
        assert_eq!(lines.len(), ids.len());
        for (line, message) in lines.iter().zip(&conversation.messages) {
            assert_eq!(
                (&line.id, line.from, line.at),
                (&message.id, message.from, Some(message.at))
            );
            assert!(line.text.is_some() && !line.by_machine);
        }
        fetched += lines
            .iter()
            .filter(|line| line.from == Side::Customer)
            .count();
    }
    assert!(fetched > 0, "no customer ever wrote");
}

#[tokio::test]
async fn the_sandbox_says_who_it_is_and_a_wrap_up_code_is_found_by_name() {
    let sandbox = sandbox("quiet").await;
    let client = client(&sandbox, |_| {});
    let identity = client.identity(pass().await).await.unwrap();
    let welcome = sandbox.welcome();
    assert_eq!(identity.org_id, welcome.org_id.to_string());
    assert_eq!(identity.org_name.unwrap().as_str(), welcome.org_name);
    assert_eq!(identity.client_id, welcome.client_id);
    let codes = client.wrap_up_codes(1, pass().await).await.unwrap().codes;
    let code = codes.first().unwrap();
    assert_eq!(
        client.wrap_up_code(code.name.as_str()).await.unwrap(),
        code.id
    );
}

#[tokio::test]
async fn of_the_name_of_a_wrap_up_code_nothing_comes_in_that_moves_a_screen() {
    let said = "description = \"codes\"\n[[chat]]\nkind = \"wrap-up\"\n[platform]\nwrap_up_codes = [\"\\u202Eevil\\u001B[2J\\nsecond line\"]\n";
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options::new(Scenario::parse(said, "codes.toml").unwrap());
    let sandbox = Sandbox::start(options, listener).await.unwrap();
    let client = client(&sandbox, |_| {});
    let codes = client.wrap_up_codes(1, pass().await).await.unwrap().codes;
    let evil = codes
        .iter()
        .find(|code| code.name.as_str().contains("evil"));
    let name = evil.unwrap().name.as_str();
    assert!(name.contains("second line"), "{name:?}");
    let is_bad = |c: char| c.is_control() || c == '\u{202e}';
    assert!(!name.contains(is_bad), "{name:?}");
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_id_are_told_apart() {
    let sandbox = sandbox("quiet").await;
    let nobody = ConversationId::from_u128(7);
    let wrong = client(&sandbox, |welcome| welcome.client_secret = "wrong".into());
    let failure = wrong.read(nobody, pass().await).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::SignInRefused);
    let right = client(&sandbox, |_| {});
    let failure = right.read(nobody, pass().await).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::NotFound);
    assert!(failure.receipt.correlation.is_some());
}

#[tokio::test]
async fn a_running_sandbox_is_joined_by_its_address_and_no_other_address_is_asked() {
    let sandbox = sandbox("quiet").await;
    let clock = WallClock::start();
    let url = &sandbox.welcome().url;
    let welcome = join(url, Timeouts::default(), clock).await.unwrap();
    assert_eq!(welcome.org_id, sandbox.welcome().org_id.to_string());
    assert_eq!(welcome.client_id, sandbox.welcome().client_id);
    for elsewhere in [
        "https://api.mypurecloud.com",
        "http://example.com:80",
        "nonsense",
    ] {
        let failure = join(elsewhere, Timeouts::default(), clock)
            .await
            .unwrap_err();
        assert_eq!(failure.kind, FailureKind::NotSent, "{elsewhere}");
    }
}

#[tokio::test]
async fn a_close_read_brings_the_answer_itself_and_every_request_about_it_is_on_the_ledger() {
    let sandbox = sandbox("quiet").await;
    let client = client(&sandbox, |_| {});
    let id = listed(&client).await.remove(0);
    let (reading, raw) = client.read_closely(id, pass().await).await.unwrap();
    let raw = raw.unwrap();
    assert_eq!(raw.body["id"], id.to_string());
    assert_eq!(raw.receipt, reading.receipt);
    let ids = raw.message_ids();
    for message in &reading.conversation.messages {
        assert!(ids.contains(&message.id), "{message:?}");
    }
    client.transcript(id, &ids, pass().await).await.unwrap();

    let lines = client.requests_about(id, 0);
    let paths: Vec<&str> = lines.iter().map(RequestLine::short_path).collect();
    let read = format!("/conversations/{id}");
    let words = format!("/conversations/messages/{id}/messages/bulk");
    assert_eq!(paths, [read.as_str(), words.as_str()]);
    assert!(lines.iter().all(|line| line.receipt.correlation.is_some()));
    assert_eq!(client.requests_about(id, lines[0].number), lines[1..]);
    assert!(!format!("{raw:?}").contains("participants"));
}
