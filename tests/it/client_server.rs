//! A server that answers byte by byte as a test says, and keeps what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use unstick::engine::ports::{Clock, Lane, Limiter, Pass};
use unstick::genesys::{Access, Client, Grant, Timeouts};
use unstick::settings::region::Addresses;

/// The secret of the tests' client; it must never be seen outside the sign-in.
pub(crate) const SECRET: &str = "canary-secret-4711";

/// One request, as it came.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn is_sign_in(&self) -> bool {
        self.target == "/oauth/token"
    }
}

/// What a script answers.
pub(crate) enum Reply {
    /// These very bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// Nothing, ever; the connection stays.
    Silence,
}

/// A head and a body with their length.
pub(crate) fn answer(status: u16, extra: &str, body: &str) -> Reply {
    let content = if extra.to_lowercase().contains("content-type") {
        ""
    } else {
        "Content-Type: application/json\r\n"
    };
    Reply::Bytes(
        format!(
            "HTTP/1.1 {status} Said\r\n{content}{extra}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .into_bytes(),
    )
}

/// A token that lives for so many seconds.
pub(crate) fn token(number: usize, life: i64) -> Reply {
    answer(
        200,
        "",
        &format!(
            r#"{{"access_token":"canary-token-{number}","token_type":"bearer","expires_in":{life}}}"#
        ),
    )
}

/// The server.
pub(crate) struct Server {
    pub(crate) url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Answers by `script`, which is told how many requests of the same kind (sign-in or not) came before.
    pub(crate) async fn start(
        script: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::<Asked>::new()));
        let script = Arc::new(script);
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&script), Arc::clone(&log)));
            }
        });
        Self { url, asked }
    }

    /// Signs anybody in, and answers everything else by `script`.
    pub(crate) async fn signed_in(
        script: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static,
    ) -> Self {
        Self::start(move |asked, before| {
            if asked.is_sign_in() {
                token(before + 1, 86_400)
            } else {
                script(asked, before)
            }
        })
        .await
    }

    /// What was asked, sign-ins left out.
    pub(crate) fn questions(&self) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|asked| !asked.is_sign_in())
            .cloned()
            .collect()
    }

    /// All that was asked.
    pub(crate) fn all(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }

    /// How often somebody signed in.
    pub(crate) fn sign_ins(&self) -> usize {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|asked| asked.is_sign_in()).count()
    }

    /// A client of this server.
    pub(crate) fn client(&self) -> Client {
        self.client_with(Timeouts::default(), &Limiter::new(1000), SetClock::new())
    }

    pub(crate) fn client_with<C: Clock>(
        &self,
        timeouts: Timeouts,
        limiter: &Limiter,
        clock: C,
    ) -> Client {
        Client::new(access(&self.url), timeouts, limiter.clone(), clock).unwrap()
    }
}

/// Access to a server of a test.
pub(crate) fn access(url: &str) -> Access {
    Access {
        profile: "test".to_owned(),
        addresses: Addresses::of_loopback(url, url).unwrap(),
        client_id: "client-1".to_owned(),
        grant: Grant::ClientCredentials(SECRET.into()),
        certificate: None,
        proxy: None,
    }
}

async fn serve(
    mut stream: TcpStream,
    script: Arc<impl Fn(&Asked, usize) -> Reply>,
    log: Arc<Mutex<Vec<Asked>>>,
) {
    let Some(asked) = take(&mut stream).await else {
        return;
    };
    let before = {
        let mut log = log.lock().unwrap();
        let alike = |old: &&Asked| old.is_sign_in() == asked.is_sign_in();
        let before = log.iter().filter(alike).count();
        log.push(asked.clone());
        before
    };
    match script(&asked, before) {
        Reply::Bytes(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Reply::Silence => {
            let mut rest = [0; 64];
            while stream.read(&mut rest).await.is_ok_and(|read| read > 0) {}
        }
    }
}

async fn take(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let head_end = loop {
        let mut piece = [0; 4096];
        let read = stream
            .read(&mut piece)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let length = head
        .lines()
        .find_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length:")?
                .trim()
                .parse()
                .ok()
        })
        .unwrap_or(0);
    while bytes.len() < head_end + length {
        let mut piece = [0; 4096];
        let read = stream
            .read(&mut piece)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        bytes.extend_from_slice(&piece[..read]);
    }
    let mut words = head.split_whitespace();
    Some(Asked {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        body: String::from_utf8_lossy(&bytes[head_end..]).into_owned(),
        head,
    })
}

/// A clock that a test sets.
#[derive(Debug, Clone)]
pub(crate) struct SetClock(Arc<Mutex<Timestamp>>);

impl SetClock {
    pub(crate) fn new() -> Self {
        Self::at("2026-11-20T12:00:00Z".parse().unwrap())
    }

    pub(crate) fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut now = self.0.lock().unwrap();
        *now += SignedDuration::try_from(by).unwrap();
    }
}

impl Clock for SetClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// The right to one request.
pub(crate) async fn pass() -> Pass {
    Limiter::new(1000).acquire(Lane::Read, 1).await
}
