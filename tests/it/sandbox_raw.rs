//! Bytes on a connection of one's own: what a client that knows HTTP would hide.

use crate::sandbox_support::Bench;
use std::io::ErrorKind;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The longest wait for the end of an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came back, and how the connection ended.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
    /// Whether it ended by a TCP reset.
    pub(crate) was_reset: bool,
}

impl Heard {
    pub(crate) fn status(&self) -> u16 {
        let status = self.head.split(' ').nth(1);
        status.map_or(0, |status| status.parse().unwrap())
    }

    /// The value of a header, whose name is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self
            .head
            .lines()
            .skip(1)
            .filter_map(|line| line.split_once(": "));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    pub(crate) fn announced(&self) -> usize {
        self.header("content-length").unwrap().parse().unwrap()
    }
}

/// Sends bytes and hears everything until the other side is gone.
pub(crate) async fn hear(bench: &Bench, sent: &[u8]) -> Heard {
    let url = bench.url("");
    let mut stream = TcpStream::connect(url.strip_prefix("http://").unwrap())
        .await
        .unwrap();
    // Whoever is refused early may be gone before everything is sent.
    let _ = stream.write_all(sent).await;
    let mut bytes = Vec::new();
    let reading = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes));
    let ended = reading.await.expect("the connection ends");
    let was_reset = match ended {
        Ok(_) => false,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::ConnectionReset);
            true
        }
    };
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n");
    let end = end.map_or(bytes.len(), |end| end + 4);
    let body = bytes.split_off(end);
    Heard {
        head: String::from_utf8(bytes).unwrap(),
        body,
        was_reset,
    }
}

/// A request with the token, after which the connection is to close.
pub(crate) fn request(bench: &Bench, method: &str, path: &str, more: &str) -> Vec<u8> {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: here\r\nconnection: close\r\nauthorization: Bearer {}\r\n{more}\r\n",
        bench.token
    );
    head.into_bytes()
}

/// A request with the token and without a body.
pub(crate) async fn ask(bench: &Bench, method: &str, path: &str) -> Heard {
    hear(bench, &request(bench, method, path, "")).await
}
