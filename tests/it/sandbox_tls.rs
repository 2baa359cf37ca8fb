//! TLS and plain text on one port, who trusts it, and what becomes of a connection that is cut.

use crate::sandbox_ear::new_channel;
use crate::sandbox_support::Bench;
use crate::support::Home;
use crate::support::served::Served;
use futures_util::{SinkExt, StreamExt};
use reqwest::{Certificate, Client};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use unstick::sandbox::{Options, Sandbox, Scenario};

/// The longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(10);

async fn sandbox(home: &Home) -> Sandbox {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options {
        ca_file: Some(home.path("ca.pem")),
        ..Options::new(Scenario::named("quiet").unwrap())
    };
    Sandbox::start(options, listener).await.unwrap()
}

fn address(sandbox: &Sandbox) -> SocketAddr {
    let url = &sandbox.welcome().url;
    url.strip_prefix("https://").unwrap().parse().unwrap()
}

fn trusting(file: &Path) -> reqwest::ClientBuilder {
    let pem = std::fs::read(file).unwrap();
    let known = Certificate::from_pem_bundle(&pem).unwrap();
    Client::builder().no_proxy().tls_certs_only(known)
}

async fn organization(client: &Client, url: &str) -> Value {
    let answer = client.get(format!("{url}/sandbox/")).send().await.unwrap();
    answer.json::<Value>().await.unwrap()["org_id"].clone()
}

#[tokio::test]
async fn every_name_of_the_platforms_hosts_is_served_over_tls_and_in_plain_text() {
    let home = Home::new();
    let sandbox = sandbox(&home).await;
    let address = address(&sandbox);
    let own = json!(sandbox.welcome().org_id);
    let names = [
        "localhost",
        "api.localhost",
        "login.localhost",
        "webmessaging.localhost",
    ];
    let client = names
        .iter()
        .fold(trusting(&home.path("ca.pem")), |client, name| {
            client.resolve(name, address)
        });
    let client = client.build().unwrap();
    for name in names.iter().copied().chain(["127.0.0.1"]) {
        let url = format!("https://{name}:{}", address.port());
        assert_eq!(organization(&client, &url).await, own, "{name}");
    }
    assert_eq!(
        organization(&client, &format!("http://{address}")).await,
        own
    );
    assert_eq!(
        sandbox.welcome().ca_file,
        Some(home.path("ca.pem").display().to_string())
    );
}

/// A WebSocket over TLS to a name of this machine.
async fn dial(
    uri: &str,
    address: SocketAddr,
    ca_file: &Path,
) -> WebSocketStream<TlsStream<TcpStream>> {
    let pem = std::fs::read(ca_file).unwrap();
    let mut roots = RootCertStore::empty();
    for known in CertificateDer::pem_slice_iter(&pem) {
        roots.add(known.unwrap()).unwrap();
    }
    let provider = Arc::new(tokio_rustls::rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let host = uri
        .strip_prefix("wss://")
        .unwrap()
        .split([':', '/'])
        .next()
        .unwrap();
    let name = ServerName::try_from(host.to_owned()).unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .unwrap();
    tokio_tungstenite::client_async(uri, stream)
        .await
        .unwrap()
        .0
}

async fn said(stream: &mut WebSocketStream<TlsStream<TcpStream>>, frame: &Value) -> Value {
    stream.send(Message::text(frame.to_string())).await.unwrap();
    let answer = tokio::time::timeout(PATIENCE, stream.next())
        .await
        .unwrap()
        .unwrap();
    serde_json::from_str(answer.unwrap().to_text().unwrap()).unwrap()
}

#[tokio::test]
async fn guests_and_channels_have_their_sockets_over_tls() {
    let home = Home::new();
    let sandbox = sandbox(&home).await;
    let (address, ca_file) = (address(&sandbox), home.path("ca.pem"));
    let deployment = sandbox.welcome().deployment_id;
    let uri = format!(
        "wss://webmessaging.localhost:{}/v1?deploymentId={deployment}",
        address.port()
    );
    let mut guest = dial(&uri, address, &ca_file).await;
    let configure = json!({
        "action": "configureSession",
        "deploymentId": deployment,
        "token": uuid::Uuid::new_v4(),
    });
    assert_eq!(
        said(&mut guest, &configure).await["class"],
        "SessionResponse"
    );
    let client = trusting(&ca_file).build().unwrap();
    let mut bench = Bench {
        sandbox,
        client,
        token: String::new(),
    };
    bench.token = bench.fresh_token().await;
    let channel = new_channel(&bench).await;
    let uri = channel["connectUri"].as_str().unwrap();
    assert!(
        uri.starts_with(&format!("wss://{address}/channels/")),
        "{uri}"
    );
    let mut ear = dial(uri, address, &ca_file).await;
    let pong = said(&mut ear, &json!({ "message": "ping" })).await;
    assert_eq!(pong["eventBody"]["message"], "pong");
    // A socket under TLS is cut like any other.
    bench
        .order("/sandbox/faults", &json!({ "socket": [{ "cut_ms": 0 }] }))
        .await;
    for socket in [&mut guest, &mut ear] {
        let end = tokio::time::timeout(PATIENCE, socket.next()).await.unwrap();
        assert!(!matches!(end, Some(Ok(_))), "{end:?}");
    }
}

#[tokio::test]
async fn a_client_that_does_not_know_the_authority_sends_nothing() {
    let home = Home::new();
    let sandbox = sandbox(&home).await;
    let other = Home::new();
    let _other_sandbox = self::sandbox(&other).await;
    let client = trusting(&other.path("ca.pem")).build().unwrap();
    let refused = client.get(&sandbox.welcome().url).send().await.unwrap_err();
    assert!(refused.is_connect(), "{refused:?}");
}

#[tokio::test]
async fn a_handshake_that_never_ends_keeps_nobody_waiting() {
    let home = Home::new();
    let sandbox = sandbox(&home).await;
    let silent = TcpStream::connect(address(&sandbox)).await.unwrap();
    let mut halting = TcpStream::connect(address(&sandbox)).await.unwrap();
    halting.write_all(&[0x16, 0x03, 0x01]).await.unwrap();
    let client = trusting(&home.path("ca.pem"))
        .timeout(PATIENCE)
        .build()
        .unwrap();
    organization(&client, &sandbox.welcome().url).await;
    drop((silent, halting));
}

#[tokio::test]
async fn a_line_that_is_cut_under_tls_carries_no_answer() {
    let home = Home::new();
    let sandbox = sandbox(&home).await;
    let client = trusting(&home.path("ca.pem"))
        .timeout(PATIENCE)
        .build()
        .unwrap();
    let bench = Bench {
        sandbox,
        client,
        token: String::new(),
    };
    bench
        .order(
            "/sandbox/faults",
            &json!({ "fault": [{ "step": "token", "drop": true }] }),
        )
        .await;
    let form = [("grant_type", "client_credentials")];
    let request = bench.client.post(bench.url("/oauth/token"));
    let failure = request.header("content-type", "application/x-www-form-urlencoded");
    let failure = failure.body(form[0].0).send().await.unwrap_err();
    assert!(
        !failure.is_timeout() && !failure.is_connect(),
        "{failure:?}"
    );
    assert!(!bench.fresh_token().await.is_empty());
    for reset in [false, true] {
        let rule = json!({ "path": "/nowhere", "truncate_after": 5, "reset": reset });
        bench
            .order("/sandbox/faults", &json!({ "fault": [rule] }))
            .await;
        let request = bench.client.get(bench.url("/nowhere"));
        let mut answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(answer.chunk().await.unwrap().unwrap().len(), 5);
        assert!(answer.chunk().await.is_err(), "more was announced");
    }
}

#[tokio::test]
async fn a_sandbox_without_tls_hangs_up_on_a_handshake() {
    let bench = Bench::quiet().await;
    let url = bench.sandbox.welcome().url.clone();
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap())
        .await
        .unwrap();
    stream
        .write_all(&[0x16, 0x03, 0x01, 0x00, 0x01, 0x01])
        .await
        .unwrap();
    let mut answer = Vec::new();
    let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut answer));
    read.await.unwrap().unwrap();
    assert!(
        answer.is_empty() || answer.starts_with(b"HTTP/1.1 400"),
        "{answer:?}"
    );
}

#[tokio::test]
async fn a_file_that_holds_something_else_is_not_overwritten() {
    let home = Home::new();
    home.write("ca.pem", "my thesis");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = Options {
        ca_file: Some(home.path("ca.pem")),
        ..Options::new(Scenario::named("quiet").unwrap())
    };
    let said = Sandbox::start(options, listener)
        .await
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("ca.pem") && said.contains("something else"),
        "{said}"
    );
    assert_eq!(
        std::fs::read_to_string(home.path("ca.pem")).unwrap(),
        "my thesis"
    );
}

#[test]
fn commands_join_a_sandbox_that_speaks_tls_by_its_beacon_and_by_its_address() {
    let home = Home::new();
    let served = Served::start(&home, &["--tls", "quiet"]);
    assert!(
        served.url.starts_with("https://127.0.0.1:"),
        "{}",
        served.url
    );
    let later = Served::start(&home, &["quiet"]);
    for flag in [served.flag(), later.flag(), "--sandbox".to_owned()] {
        home.run(&["list", &flag, "--json"]).expect(0);
    }
    drop(later);
    assert!(served.truth(&home).is_empty());
    let stranger = Home::new();
    let words = ["certificate", "SSL_CERT_FILE"];
    stranger.run(&["list", &served.flag()]).refused(4, &words);
    let mut told = stranger.command(&["list", &served.flag(), "--json"]);
    told.env("SSL_CERT_FILE", served.welcome["ca_file"].as_str().unwrap());
    assert!(told.output().unwrap().status.success());
}

#[test]
fn the_authority_is_written_where_the_user_says_and_stays() {
    let home = Home::new();
    let served = Served::start(&home, &["quiet", "--tls=mine.pem"]);
    let file = home.path("mine.pem");
    assert_eq!(served.welcome["ca_file"], file.display().to_string());
    home.run(&["list", "--sandbox", "--json"]).expect(0);
    drop(served);
    assert!(
        std::fs::read_to_string(file)
            .unwrap()
            .starts_with("-----BEGIN CERTIFICATE-----")
    );
}

#[test]
fn an_authority_that_nobody_asked_for_is_gone_with_its_sandbox() {
    let home = Home::new();
    let mut served = Served::start(&home, &["quiet", "--tls"]);
    let file = served.welcome["ca_file"].as_str().unwrap().to_owned();
    assert!(
        Path::new(&file).starts_with(home.path("home/run")),
        "{file}"
    );
    kill_process(Pid::from_child(&served.child), Signal::TERM).unwrap();
    assert!(served.child.wait().unwrap().success());
    assert!(!Path::new(&file).exists());
}
