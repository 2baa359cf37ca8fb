//! The port of this machine to which a browser brings the code (threat T46): one constant path, one request that is taken, a page
//! that holds nothing. Requests that do not belong to the attempt are turned away one by one, so that nobody can end it from outside.

use std::io;
use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

/// The most that is read of a request, in bytes.
const LONGEST: usize = 8 * 1024;
/// How long one connection may take; browsers open spare ones and say nothing on them.
const SLOWEST: Duration = Duration::from_secs(5);
/// So many connections are listened to at a time.
const AT_ONCE: usize = 16;

/// What the browser brought.
pub(super) enum Brought {
    /// A code.
    Code(SecretString),
    /// The sign-in page refused, in OAuth's words.
    Refusal {
        /// Its word for it.
        error: String,
        /// Its description; may be empty.
        said: String,
    },
}

/// Answers requests until one of them belongs to this state. The port is closed when this returns.
pub(super) async fn wait(listener: TcpListener, state: &str) -> io::Result<Brought> {
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            came = listener.accept(), if open.len() < AT_ONCE => {
                let (stream, _) = came?;
                open.spawn(timeout(SLOWEST, listen(stream)));
            }
            Some(done) = open.join_next() => {
                let Ok(Ok(Some((stream, head)))) = done else { continue };
                let judged = judge(&head, state);
                let page = match &judged {
                    Ok(Brought::Code(_)) => page(200, "Thank you", "The program goes on. This page can be closed."),
                    Ok(Brought::Refusal { .. }) => page(200, "Not signed in", "The program knows. This page can be closed."),
                    Err(wrong) => wrong.page(),
                };
                // Whether the page arrives decides nothing.
                let _ = timeout(SLOWEST, answer(stream, page)).await;
                if let Ok(brought) = judged {
                    return Ok(brought);
                }
            }
        }
    }
}

/// Why a request is turned away.
#[derive(Debug, PartialEq, Eq)]
enum Wrong {
    Method,
    Path,
    Answer,
}

impl Wrong {
    fn page(&self) -> String {
        match self {
            Self::Method => page(405, "Not here", "Only a sign-in is waited for."),
            Self::Path => page(404, "Not here", "Only a sign-in is waited for."),
            Self::Answer => page(
                400,
                "Not the sign-in that is waited for",
                "Nothing was done. Use the page that the program named last.",
            ),
        }
    }
}

/// What a request's head means for the attempt of this state.
fn judge(head: &str, state: &str) -> Result<Brought, Wrong> {
    let mut words = head.lines().next().unwrap_or_default().split(' ');
    if words.next() != Some("GET") {
        return Err(Wrong::Method);
    }
    let target = words.next().unwrap_or_default();
    if target != "/" && !target.starts_with("/?") {
        return Err(Wrong::Path);
    }
    let url = Url::parse(&format!("http://localhost{target}")).map_err(|_| Wrong::Path)?;
    let one = |name: &str| {
        let mut values = url.query_pairs().filter(|(key, _)| key == name);
        let first = values.next()?.1.into_owned();
        // Two values of one name: somebody adds to what the page sent.
        values.next().is_none().then_some(first)
    };
    if one("state").as_deref() != Some(state) {
        return Err(Wrong::Answer);
    }
    if let Some(error) = one("error") {
        let said = one("error_description").unwrap_or_default();
        return Ok(Brought::Refusal { error, said });
    }
    match one("code") {
        Some(code) if !code.is_empty() => Ok(Brought::Code(code.into())),
        _ => Err(Wrong::Answer),
    }
}

/// The head of a request, if one comes.
async fn listen(mut stream: TcpStream) -> Option<(TcpStream, String)> {
    let mut bytes = Vec::new();
    let mut piece = [0; 1024];
    while !bytes.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut piece).await.ok()?;
        if read == 0 || bytes.len() + read > LONGEST {
            return None;
        }
        bytes.extend_from_slice(piece.get(..read)?);
    }
    Some((stream, String::from_utf8(bytes).ok()?))
}

async fn answer(mut stream: TcpStream, page: String) -> io::Result<()> {
    stream.write_all(page.as_bytes()).await?;
    stream.shutdown().await
}

/// A page that loads nothing, runs nothing and tells the next page nothing; its words are ours alone.
fn page(status: u16, title: &str, words: &str) -> String {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>unstick</title><h1>{title}</h1><p>{words}</p></html>\n"
    );
    let more = if status == 405 { "Allow: GET\r\n" } else { "" };
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n{more}\
         Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\nReferrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
