//! A real proxy in the way: by the configuration and by the environment, with a refusal and without, trusted and not.

use std::process::Output;
use std::sync::{Arc, Mutex};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::support::served::Served;
use crate::support::{Home, Ran};

/// What the proxy does with a CONNECT.
#[derive(Clone, Copy)]
enum Manners {
    Passes,
    WantsASignIn,
    Refuses,
}

/// A proxy that leads every host of the platform to the sandbox, with a certificate for it from an authority of the test's own.
struct Proxy {
    url: String,
    /// The authority, as PEM.
    authority: String,
    /// The heads of all requests it got.
    heads: Arc<Mutex<Vec<String>>>,
    _runtime: tokio::runtime::Runtime,
}

impl Proxy {
    fn start(sandbox: &str, manners: Manners) -> Self {
        let (authority, acceptor) = tls();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let to = sandbox.trim_start_matches("http://").to_owned();
        let seen = Arc::clone(&heads);
        runtime.spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(lead(
                    near,
                    to.clone(),
                    acceptor.clone(),
                    manners,
                    Arc::clone(&seen),
                ));
            }
        });
        Self {
            url,
            authority,
            heads,
            _runtime: runtime,
        }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn lead(
    mut near: TcpStream,
    to: String,
    acceptor: TlsAcceptor,
    manners: Manners,
    seen: Arc<Mutex<Vec<String>>>,
) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = near.read_u8().await else {
            return;
        };
        head.push(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let is_connect = head.starts_with("CONNECT ");
    seen.lock().unwrap().push(head);
    let answer = match manners {
        Manners::Passes if is_connect => "HTTP/1.1 200 OK\r\n\r\n",
        Manners::WantsASignIn => {
            "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"
        }
        _ => "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",
    };
    let _ = near.write_all(answer.as_bytes()).await;
    if !matches!(manners, Manners::Passes) || !is_connect {
        return;
    }
    // A client that does not trust the certificate leaves here.
    let Ok(mut near) = acceptor.accept(near).await else {
        return;
    };
    if let Ok(mut far) = TcpStream::connect(to).await {
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}

/// An authority, and a server's side of TLS with a certificate that it signed for the platform's hosts.
fn tls() -> (String, TlsAcceptor) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params
        .distinguished_name
        .push(DnType::CommonName, "an authority of the test's own");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec![
        "api.mypurecloud.ie".to_owned(),
        "login.mypurecloud.ie".to_owned(),
    ];
    let mut own = CertificateParams::new(names).unwrap();
    own.distinguished_name
        .push(DnType::CommonName, "the platform's hosts");
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let own = own.signed_by(&key, &authority).unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .unwrap();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    (authority.pem(), TlsAcceptor::from(Arc::new(config)))
}

/// A profile in a real region, which leads to the sandbox through the proxy, with these lines of its own.
fn configured(home: &Home, served: &Served, proxy: &Proxy, lines: &str) {
    let client = served.welcome["client_id"].as_str().unwrap();
    home.write("home/config/authority.pem", &proxy.authority);
    home.write(
        "home/config/config.toml",
        &format!("log_level = \"trace\"\n[profiles.far]\nregion = \"eu-west-1\"\nclient_id = \"{client}\"\n{lines}"),
    );
}

fn list(home: &Home, served: &Served, told: &[(&str, &str)]) -> Output {
    let mut command = home.command(&["list", "--json", "--profile=far"]);
    command.env(
        "UNSTICK_CLIENT_SECRET",
        served.welcome["client_secret"].as_str().unwrap(),
    );
    command.envs(told.iter().copied());
    command.output().unwrap()
}

const TRUSTING: &str = "ca_file = \"authority.pem\"\n";

/// A sandbox, and a proxy in front of it that lets everything pass.
fn between() -> (Home, Served, Proxy) {
    let home = Home::new();
    let served = Served::start(&home, &["quiet"]);
    let proxy = Proxy::start(&served.url, Manners::Passes);
    (home, served, proxy)
}

#[test]
fn t49_an_organisation_is_reached_by_connect_alone_and_the_proxy_never_sees_a_token() {
    let (home, served, proxy) = between();
    let named = format!("proxy = \"{}\"\n{TRUSTING}", proxy.url);
    configured(&home, &served, &proxy, &named);
    let ran = Ran::of(&list(&home, &served, &[])).expect(0);
    assert_eq!(ran.json_lines().len(), 7);
    let heads = proxy.heads();
    assert!(
        heads
            .iter()
            .any(|head| head.starts_with("CONNECT api.mypurecloud.ie:443 "))
    );
    assert!(
        heads
            .iter()
            .any(|head| head.starts_with("CONNECT login.mypurecloud.ie:443 "))
    );
    let secret = served.welcome["client_secret"].as_str().unwrap();
    for head in heads {
        assert!(head.starts_with("CONNECT "), "{head}");
        let lower = head.to_lowercase();
        assert!(
            !lower.contains("authorization") && !head.contains(secret),
            "{head}"
        );
    }
}

#[test]
fn t49_a_variable_goes_before_the_file_and_its_sign_in_reaches_the_proxy_and_nobody_else() {
    let (home, served, proxy) = between();
    // What the file names is not there: only the variable's can have been used.
    configured(
        &home,
        &served,
        &proxy,
        &format!("proxy = \"http://127.0.0.1:1\"\n{TRUSTING}"),
    );
    let with_sign_in = proxy.url.replace("http://", "http://user:proxy-canary@");
    let ran = Ran::of(&list(&home, &served, &[("HTTPS_PROXY", &with_sign_in)])).expect(0);
    assert_eq!(ran.json_lines().len(), 7);
    assert!(
        proxy
            .heads()
            .iter()
            .all(|head| head.to_lowercase().contains("proxy-authorization: basic"))
    );
    assert!(!ran.stdout.contains("proxy-canary") && !ran.stderr.contains("proxy-canary"));
}

#[test]
fn t49_no_proxy_is_honoured_and_direct_means_direct() {
    let (home, served, proxy) = between();
    let named = format!("proxy = \"{}\"\n{TRUSTING}", proxy.url);
    configured(&home, &served, &proxy, &named);
    // There is no way to the platform from here but the proxy: whoever goes around it gets nowhere.
    let around = Ran::of(&list(&home, &served, &[("NO_PROXY", "mypurecloud.ie")]));
    assert_ne!(around.code, Some(0), "{around:#?}");
    assert!(proxy.heads().is_empty());
    configured(
        &home,
        &served,
        &proxy,
        &format!("proxy = \"direct\"\n{TRUSTING}"),
    );
    let direct = Ran::of(&list(&home, &served, &[]));
    assert_ne!(direct.code, Some(0), "{direct:#?}");
    assert!(proxy.heads().is_empty());
}

#[test]
fn t49_f40_a_proxy_that_refuses_is_named_as_such_and_nothing_goes_around_it() {
    for (manners, words) in [
        (Manners::WantsASignIn, "proxy"),
        (Manners::Refuses, "proxy"),
    ] {
        let home = Home::new();
        let served = Served::start(&home, &["quiet"]);
        let proxy = Proxy::start(&served.url, manners);
        let named = format!("proxy = \"{}\"\n{TRUSTING}", proxy.url);
        configured(&home, &served, &proxy, &named);
        let ran = Ran::of(&list(&home, &served, &[])).expect(4);
        assert!(ran.stderr.contains(words), "{ran:#?}");
        assert!(!proxy.heads().is_empty());
    }
}

#[test]
fn t49_f40_an_authority_that_is_not_known_is_refused_and_trusted_once_its_file_is_named() {
    let (home, served, proxy) = between();
    configured(
        &home,
        &served,
        &proxy,
        &format!("proxy = \"{}\"\n", proxy.url),
    );
    let ran = Ran::of(&list(&home, &served, &[])).expect(4);
    assert!(ran.stderr.contains("certificate"), "{ran:#?}");
    let other = Proxy::start(&served.url, Manners::Passes);
    configured(
        &home,
        &served,
        &other,
        &format!("proxy = \"{}\"\n{TRUSTING}", proxy.url),
    );
    let ran = Ran::of(&list(&home, &served, &[])).expect(4);
    assert!(ran.stderr.contains("certificate"), "another's: {ran:#?}");
    configured(
        &home,
        &served,
        &proxy,
        &format!("proxy = \"{}\"\nca_file = \"nowhere.pem\"\n", proxy.url),
    );
    Ran::of(&list(&home, &served, &[])).refused(2, &["ca_file of profile `far`", "nowhere.pem"]);
}

#[test]
fn t49_an_address_of_this_machine_is_never_reached_through_a_proxy() {
    let (home, served, proxy) = between();
    let (url, client) = (&served.url, served.welcome["client_id"].as_str().unwrap());
    home.write(
        "home/config/config.toml",
        &format!("proxy = \"{}\"\n[profiles.far]\napi_url = \"{url}\"\nlogin_url = \"{url}\"\nclient_id = \"{client}\"\n", proxy.url),
    );
    let told = [
        ("HTTPS_PROXY", proxy.url.as_str()),
        ("HTTP_PROXY", proxy.url.as_str()),
        ("ALL_PROXY", proxy.url.as_str()),
    ];
    let ran = Ran::of(&list(&home, &served, &told)).expect(0);
    assert_eq!(ran.json_lines().len(), 7);
    assert!(proxy.heads().is_empty());
}

#[test]
fn t49_a_sign_in_in_the_file_is_refused_and_not_repeated() {
    let home = Home::new();
    home.write(
        "home/config/config.toml",
        "[profiles.far]\nregion = \"eu-west-1\"\nclient_id = \"c\"\nproxy = \"http://user:proxy-canary@proxy:3128\"\n",
    );
    let ran = home.run(&["config", "check"]).expect(2);
    assert!(ran.stdout.contains("sign-in in it"), "{ran:#?}");
    assert!(!ran.stdout.contains("proxy-canary") && !ran.stderr.contains("proxy-canary"));
}
