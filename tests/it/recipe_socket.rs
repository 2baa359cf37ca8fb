//! A recipe's frame on a guests' socket: through the real client to the real sandbox and to servers that misbehave, and as a whole run.
//! Whatever comes back, it is one of the funnel's answers, it stands in the log of requests, and nothing is called ended by it.

use std::fmt::Display;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use unstick::domain::fact::Class;
use unstick::domain::failure::{Failure, FailureKind, Receipt};
use unstick::domain::ids::ConversationId;
use unstick::domain::recipe::{Method, Sending};
use unstick::domain::rulings::of_send;
use unstick::domain::step::Action;
use unstick::engine::ports::{Limiter, Org as _, SendPermit, Terminator as _};
use unstick::genesys::{Client, Timeouts, WritingClient};
use unstick::sandbox::{Options, Sandbox, Scenario};

use crate::client_server::{SetClock, access, pass};
use crate::support::served::Served;
use crate::support::waiting::wait_for;
use crate::support::{Home, Ran};

const ID: &str = "5b0c7a1e-77b0-4d8e-9a51-0e6c2f6b1d20";
const NOWHERE: &str = "11111111-2222-3333-4444-555555555555";

/// Silence is told soon here.
const BRIEF: Timeouts = Timeouts {
    connect: Duration::from_secs(20),
    read: Duration::from_millis(700),
    total: Duration::from_secs(20),
};

fn id() -> ConversationId {
    ID.parse().unwrap()
}

fn frame(deployment: impl Display, body: Value) -> Action {
    Action::Recipe(Box::new(Sending {
        name: "event".to_owned(),
        participant: None,
        method: Method::Socket,
        path: format!("/v1?deploymentId={deployment}"),
        body: Some(body),
        headers: Vec::new(),
        accepted: Vec::new(),
        refusals: Vec::new(),
        is_optional: false,
    }))
}

fn update(deployment: impl Display) -> Action {
    let body = json!({ "action": "CONVERSATION_UPDATE", "conversationId": ID, "state": "CLOSED" });
    frame(deployment, body)
}

fn client(url: &str, timeouts: Timeouts) -> Client {
    let clock = SetClock::new();
    Client::new(access(url), timeouts, Limiter::new(1000), clock).unwrap()
}

async fn send(client: &Client, action: Action) -> Result<Receipt, Failure> {
    let permit = SendPermit::granted(id(), action);
    let writing = WritingClient::new(client.clone());
    writing.send(permit, pass().await).await
}

/// What is known of the frame's effect after such a failure.
fn class(failure: &Failure) -> Class {
    of_send(&update(NOWHERE), failure).class
}

async fn sandbox() -> Sandbox {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options::new(Scenario::named("forum").unwrap());
    Sandbox::start(options, listener).await.unwrap()
}

#[tokio::test]
async fn the_sandbox_refuses_the_event_and_the_log_of_requests_shows_it_at_its_chat() {
    let sandbox = sandbox().await;
    let welcome = sandbox.welcome();
    let client = client(&welcome.url, Timeouts::default());
    for attempt in [1, 2] {
        let failure = send(&client, update(welcome.deployment_id)).await;
        let failure = failure.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Refused);
        assert_eq!(class(&failure), Class::NotApplied);
        assert_eq!(failure.receipt.status, Some(400));
        assert!(failure.words().contains("Request failed"), "{failure:?}");
        let lines = client.requests_about(id(), 0);
        assert_eq!(lines.len(), attempt);
        let line = lines.last().unwrap();
        let shown = (line.method.as_str(), line.path.as_str(), line.purpose());
        assert_eq!(shown, ("SOCKET", "/v1", "frame"));
        assert_eq!(line.receipt.status, Some(400));
        assert_eq!(usize::try_from(line.attempt).unwrap(), attempt);
    }
    // What the guests' own protocol knows is answered as it answers guests: that is no refusal.
    let known = json!({ "action": "getConfiguration", "deploymentId": welcome.deployment_id });
    let answered = send(&client, frame(welcome.deployment_id, known)).await;
    assert_eq!(answered.unwrap().status, Some(200));
    let failure = send(&client, update(NOWHERE)).await.unwrap_err();
    assert_eq!(failure.receipt.status, Some(403), "{failure:?}");
    assert_eq!(class(&failure), Class::NotApplied);
    assert!(failure.words().contains("deployment"), "{failure:?}");
    assert!(sandbox.truth().is_empty());
}

#[tokio::test]
async fn a_sandbox_that_never_answers_leaves_the_outcome_open_and_one_that_is_gone_does_not() {
    let sandbox = sandbox().await;
    let welcome = sandbox.welcome();
    let orders = json!({ "socket": [{ "of": "guests", "delay_ms": 60_000 }] });
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}/sandbox/faults", welcome.url);
    let posted = http.post(url).body(orders.to_string()).send().await;
    assert_eq!(posted.unwrap().status(), 200);
    let client = client(&welcome.url, BRIEF);
    let failure = send(&client, update(welcome.deployment_id)).await;
    let failure = failure.unwrap_err();
    assert_eq!(failure.kind, FailureKind::TimedOut);
    assert_eq!(class(&failure), Class::Ambiguous);
    let lines = client.requests_about(id(), 0);
    assert!(lines[0].trouble.is_some(), "{lines:?}");

    let port = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let gone = format!("http://{}", port.local_addr().unwrap());
    drop(port);
    let client = self::client(&gone, BRIEF);
    let failure = send(&client, update(NOWHERE)).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unreachable);
    assert_eq!(class(&failure), Class::NotApplied);
}

/// What a server does when the frame has come.
#[derive(Clone, Copy)]
enum Deed {
    Say(&'static [&'static str]),
    Close,
    Drop,
}

/// A server that opens every socket, keeps the frame that comes and the head of the upgrade, and does one thing.
async fn server(deed: Deed) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let head = Arc::clone(&log);
            #[expect(
                clippy::result_large_err,
                reason = "the shape that the handshake wants"
            )]
            let note = move |asked: &Request, answer: Response| {
                let line = format!("{} {:?}", asked.uri(), asked.headers());
                head.lock().unwrap().push(line);
                Ok(answer)
            };
            let mut socket = accept_hdr_async(stream, note).await.unwrap();
            if let Some(Ok(Message::Text(text))) = socket.next().await {
                log.lock().unwrap().push(text.as_str().to_owned());
            }
            match deed {
                Deed::Say(frames) => {
                    for frame in frames {
                        let _ = socket.send(Message::text(*frame)).await;
                    }
                    while let Some(Ok(_)) = socket.next().await {}
                }
                Deed::Close => {
                    let _ = socket.close(None).await;
                }
                Deed::Drop => drop(socket),
            }
        }
    });
    (url, seen)
}

#[tokio::test]
async fn what_the_other_side_does_after_the_frame_is_accepted_refused_or_unknown_and_never_guessed()
{
    const PUSHED: &str = r#"{"type":"message","class":"StructuredMessage","code":200,"body":{}}"#;
    const OK: &str = r#"{"type":"response","class":"string","code":200,"body":"OK"}"#;
    const GONE: &str = r#"{"type":"response","class":"string","code":4007,"body":"session not found error message"}"#;
    const FAST: &str = r#"{"type":"response","class":"TooManyRequestsErrorMessage","code":429,"body":{"retryAfter":3,"errorMessage":"too fast"}}"#;
    const ODD: &str = r#"{"type":"response","class":"string","code":5000,"body":"unexpected"}"#;
    let cases: [(Deed, Option<(FailureKind, Class)>); 9] = [
        (Deed::Say(&[OK]), None),
        (Deed::Say(&["no JSON", "[]", PUSHED, OK]), None),
        (
            Deed::Say(&["{", PUSHED]),
            Some((FailureKind::TimedOut, Class::Ambiguous)),
        ),
        (
            Deed::Say(&[GONE]),
            Some((FailureKind::Refused, Class::NotApplied)),
        ),
        (
            Deed::Say(&[FAST]),
            Some((
                FailureKind::RateLimited {
                    retry_after: Some(3),
                },
                Class::NotApplied,
            )),
        ),
        (
            Deed::Say(&[ODD]),
            Some((FailureKind::ServiceFault, Class::Ambiguous)),
        ),
        (
            Deed::Say(&[]),
            Some((FailureKind::TimedOut, Class::Ambiguous)),
        ),
        (Deed::Close, Some((FailureKind::Broken, Class::Ambiguous))),
        (Deed::Drop, Some((FailureKind::Broken, Class::Ambiguous))),
    ];
    for (number, (deed, expected)) in cases.into_iter().enumerate() {
        let (url, seen) = server(deed).await;
        let result = send(&client(&url, BRIEF), update(NOWHERE)).await;
        let found = result.err().map(|failure| {
            let class = class(&failure);
            (failure.kind, class)
        });
        assert_eq!(found, expected, "{number}");
        let seen = seen.lock().unwrap();
        let [head, frame] = seen.as_slice() else {
            panic!("{number}: {seen:?}");
        };
        // Sent once; a guest's socket takes no token of ours.
        assert!(
            head.starts_with(&format!("/v1?deploymentId={NOWHERE} ")),
            "{head}"
        );
        assert!(!head.to_lowercase().contains("authorization"), "{head}");
        let frame: Value = serde_json::from_str(frame).unwrap();
        assert_eq!(frame["conversationId"], ID);
    }
}

#[test]
fn a_run_of_the_event_ends_nobody_says_so_and_leaves_everything_on_record() {
    let home = Home::new();
    let served = Served::start(&home, &["forum"]);
    let ids: Vec<String> = served.of_kind(&home, "idle").into_iter().take(2).collect();
    let run = |more: &[&str]| {
        let (flag, both) = (served.flag(), ids.join(","));
        let mut all = vec!["terminate", &flag, "--ids", &both];
        all.extend(["--recipe", "5-socket-event"]);
        all.extend(more);
        home.run(&all)
    };
    let ran = run(&["--confirm", "sandbox 2"]).expect(1);
    assert!(ran.stdout.contains("2 held"), "{ran:#?}");
    assert!(!ran.stdout.contains("ended"), "{ran:#?}");
    assert_eq!(served.told("truth").len(), 0);
    let facts = home.run(&["runs", "export", "1"]).expect(0).json_lines();
    let intents: Vec<&Value> = facts
        .iter()
        .filter(|fact| fact["what"] == "intended")
        .collect();
    assert_eq!(intents.len(), 2);
    for intent in intents {
        let action = &intent["action"];
        assert_eq!(action["method"], "SOCKET");
        let path = action["path"].as_str().unwrap();
        assert!(path.starts_with("/v1?deploymentId="), "{path}");
        assert_eq!(action["body"]["conversationId"], intent["conversation"]);
    }
    home.run(&["runs", "verify"]).expect(0);
}

#[test]
fn a_socket_that_is_cut_before_the_answer_leaves_the_chat_looked_at_and_never_called_ended() {
    let home = Home::new();
    let served = Served::start(&home, &["forum"]);
    let id = served.of_kind(&home, "idle").swap_remove(0);
    served.order(&json!({ "socket": [{ "of": "guests", "delay_ms": 600_000 }] }));
    let (flag, mut all) = (served.flag(), vec!["terminate"]);
    all.extend([&flag, "--ids", &id, "--recipe", "5-socket-event"]);
    all.extend(["--json", "--confirm", "sandbox 1"]);
    let mut child = home.start(&all);
    let is_over = || {
        served.order(&json!({ "socket": [{ "of": "guests", "cut_ms": 1 }] }));
        child.try_wait().unwrap()
    };
    wait_for(is_over, || "the run does not end".to_owned());
    let ran = Ran::of(&child.wait_with_output().unwrap()).expect(1);
    let lines = ran.json_lines();
    let classes: Vec<&str> = lines
        .iter()
        .filter_map(|fact| fact["class"].as_str())
        .collect();
    assert!(classes.contains(&"AMBIGUOUS"), "{ran:#?}");
    assert!(!classes.contains(&"ACCEPTED"), "{ran:#?}");
    let unknown = classes.iter().filter(|class| **class == "AMBIGUOUS");
    assert!(unknown.count() <= 2, "{classes:?}");
    let settled = lines.iter().find(|fact| fact["what"] == "settled").unwrap();
    assert_eq!(settled["state"], "escalate", "{settled}");
    assert_eq!(served.ended(&home), Vec::<String>::new());
}
