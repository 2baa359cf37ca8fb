//! Whoever sits between the program and the platform: a proxy that lets through, wants a sign-in, or refuses; and an authority that nobody
//! knows. The profile is one of a real region; its hosts live in the sandbox behind the proxy.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use super::office::{Findings, ORPHAN, Office};
use crate::support::Ran;

/// What becomes of a request for a tunnel.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Manner {
    Lets,
    WantsSignIn,
    Refuses,
    Hangs,
}

/// A proxy with the platform's hosts behind it.
pub(super) struct Between {
    at: SocketAddr,
    /// First lines of what was asked of it.
    heard: Arc<Mutex<Vec<String>>>,
    /// Whom to trust.
    authority: PathBuf,
    _runtime: Runtime,
}

impl Between {
    pub(super) fn new(office: &Office, manner: Manner) -> Self {
        let runtime = Runtime::new().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let at = listener.local_addr().unwrap();
        let authority = office.home.path("inspection.pem");
        let acceptor = acceptor(&authority);
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let told = Arc::clone(&heard);
        let to = office.served.url.rsplit('/').next().unwrap().to_owned();
        runtime.spawn(async move {
            while let Ok((line, _)) = listener.accept().await {
                let (acceptor, told, to) = (acceptor.clone(), Arc::clone(&told), to.clone());
                tokio::spawn(carry(line, manner, acceptor, told, to));
            }
        });
        Self {
            at,
            heard,
            authority,
            _runtime: runtime,
        }
    }

    /// What was asked of it so far.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The program behind it. `knows`: it is told whom to trust.
    pub(super) fn run(&self, office: &Office, knows: bool, arguments: &[&str]) -> Ran {
        let mut command = office.command(arguments);
        command.env("HTTPS_PROXY", format!("http://tester:hidden@{}", self.at));
        if knows {
            command.env("SSL_CERT_FILE", &self.authority);
        }
        Ran::of(&command.output().unwrap())
    }
}

async fn carry(
    mut line: TcpStream,
    manner: Manner,
    acceptor: TlsAcceptor,
    told: Arc<Mutex<Vec<String>>>,
    to: String,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match line.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    told.lock()
        .unwrap()
        .push(head.lines().next().unwrap_or_default().to_owned());
    let refusal = match manner {
        Manner::Lets => None,
        Manner::WantsSignIn => {
            Some("407 Proxy Authentication Required\r\nproxy-authenticate: Basic realm=\"Acme\"")
        }
        Manner::Refuses => Some("403 Forbidden"),
        // Until the other end gives up.
        Manner::Hangs => return drop(line.read_u8().await),
    };
    if let Some(refusal) = refusal {
        let answer = format!("HTTP/1.1 {refusal}\r\ncontent-length: 0\r\n\r\n");
        let _ = line.write_all(answer.as_bytes()).await;
        return;
    }
    let granted = line.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n");
    if granted.await.is_err() {
        return;
    }
    // How a line ends is the ends' affair.
    if let Ok(mut near) = acceptor.accept(line).await
        && let Ok(mut far) = TcpStream::connect(to).await
    {
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}

/// Stands for the platform's hosts with a certificate of a company's own authority, which is written to this file.
fn acceptor(file: &Path) -> TlsAcceptor {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let names = &mut authority.distinguished_name;
    names.push(DnType::OrganizationName, "Acme Security");
    names.push(DnType::CommonName, "Acme Inspection CA");
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    std::fs::write(file, authority.pem()).unwrap();
    let hosts = ["api.mypurecloud.ie", "login.mypurecloud.ie"].map(str::to_owned);
    let key = KeyPair::generate().unwrap();
    let host = CertificateParams::new(hosts.to_vec())
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![host.der().clone()], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

/// A profile of a real region, whose organisation is the office's.
fn office() -> Office {
    let office = Office::new();
    office.real_profile("");
    office
}

fn commands(id: &str) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    vec![
        words(&["list"]),
        words(&["show", id]),
        words(&["plan", "--filter", "kind:orphan"]),
        words(&["terminate", "--ids", id, "--confirm", "acme 1"]),
    ]
}

fn words(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

#[test]
fn t48_everything_works_through_a_tunnel_under_an_authority_that_is_known_and_named() {
    let office = office();
    let between = Between::new(&office, Manner::Lets);
    let id = office.id(ORPHAN);
    for arguments in commands(&id) {
        between.run(&office, true, &words(&arguments)).expect(0);
    }
    assert_eq!(office.served.ended(&office.home), [id]);
    let ran = between.run(&office, true, &["doctor", "--json"]);
    assert!(!ran.stdout.contains("hidden"), "{ran:#?}");
    let found = Findings::of(&ran);
    assert_eq!(found.code, 0, "{:#}", found.whole);
    found
        .says("TLS", "ok", "through a proxy the issuer is not told")
        .says("proxy", "ok", &between.at.to_string())
        .says("organisation", "ok", "eu-west-1");
    for line in between.heard() {
        let is_tunnel = line.starts_with("CONNECT api.mypurecloud.ie:443 ")
            || line.starts_with("CONNECT login.mypurecloud.ie:443 ");
        assert!(is_tunnel, "{line}");
    }
}

#[test]
fn t48_an_authority_that_nobody_knows_is_refused_and_nothing_is_sent() {
    let office = office();
    let between = Between::new(&office, Manner::Lets);
    let id = office.id(ORPHAN);
    for arguments in commands(&id) {
        between
            .run(&office, false, &words(&arguments))
            .refused(4, &["certificate", "authority"]);
    }
    let found = Findings::of(&between.run(&office, false, &["doctor", "--json"]));
    assert_eq!(found.code, 4);
    found
        .says("token", "bad", "certificate not trusted")
        .says("TLS", "unknown", "no certificate was accepted")
        .says("journal", "ok", "none yet");
    assert!(office.served.told("requests").is_empty());
    assert!(
        between
            .heard()
            .iter()
            .all(|line| line.starts_with("CONNECT "))
    );
}

#[test]
fn a_proxy_that_does_not_let_through_is_named_by_every_command() {
    for (manner, words_of_it) in [
        (Manner::WantsSignIn, "proxy"),
        (Manner::Refuses, "proxy"),
        (Manner::Hangs, "unreachable"),
    ] {
        let office = office();
        let between = Between::new(&office, manner);
        let id = office.id(ORPHAN);
        for arguments in commands(&id) {
            between
                .run(&office, true, &words(&arguments))
                .refused(4, &[words_of_it]);
        }
        let found = Findings::of(&between.run(&office, true, &["doctor", "--json"]));
        assert_eq!(found.code, 4);
        found
            .says("token", "bad", words_of_it)
            .says("proxy", "ok", &between.at.to_string())
            .says("its place", "ok", "MB free");
        assert!(office.served.told("requests").is_empty());
    }
}

/// A variable goes before the file, `direct` included: that is the way that is taken, and the one that is said.
#[test]
fn a_proxy_by_a_variable_goes_before_none_by_the_file_and_doctor_says_so() {
    let office = Office::new();
    office.real_profile("proxy = \"direct\"");
    let between = Between::new(&office, Manner::Lets);
    let found = Findings::of(&between.run(&office, true, &["doctor", "--json"]));
    assert_eq!(found.code, 0, "{:#}", found.whole);
    let words = format!("{} by HTTPS_PROXY", between.at);
    found.says("proxy", "ok", &words);
    assert!(!between.heard().is_empty());
}

#[test]
fn a_proxy_that_is_not_there_is_out_of_reach() {
    let office = office();
    let gone = {
        let between = Between::new(&office, Manner::Lets);
        between.at
    };
    let mut command = office.command(&["doctor", "--json"]);
    command.env("HTTPS_PROXY", format!("http://{gone}"));
    let found = Findings::of(&Ran::of(&command.output().unwrap()));
    assert_eq!(found.code, 4);
    found.says("token", "bad", "proxy");
}

/// Whoever reads along under an authority of their own is seen: the certificate's issuer is named.
#[test]
fn t48_the_issuer_of_a_certificate_is_named_and_an_unknown_one_refused() {
    let office = Office::on("", "--tls=ca.pem");
    let mut stranger = office.command(&["doctor", "--json"]);
    // The sandbox's own word of whom to trust is out of reach.
    let elsewhere = office.home.path("elsewhere");
    std::fs::create_dir_all(elsewhere.join("config")).unwrap();
    let config = office.home.path("home/config/config.toml");
    std::fs::copy(&config, elsewhere.join("config/config.toml")).unwrap();
    stranger.env("UNSTICK_HOME", &elsewhere);
    let found = Findings::of(&Ran::of(&stranger.output().unwrap()));
    assert_eq!(found.code, 4);
    found.says("token", "bad", "certificate not trusted");
    assert!(office.served.told("requests").is_empty());
    stranger.env("SSL_CERT_FILE", office.home.path("ca.pem"));
    let found = Findings::of(&Ran::of(&stranger.output().unwrap()));
    assert_eq!(found.code, 0, "{:#}", found.whole);
    found.says("TLS", "ok", "signed by");
}

/// A pretend organisation on this machine is never asked through a proxy, whatever the variables say.
#[test]
fn this_machine_is_never_asked_through_a_proxy() {
    let office = Office::new();
    let between = Between::new(&office, Manner::Refuses);
    between.run(&office, true, &["list"]).expect(0);
    assert!(between.heard().is_empty());
}
