//! How an answer leaves: whole, byte by byte, too much, or not at all.
//!
//! Holds no rule of its own; what is to happen to an answer was decided before.

use super::exchange::{Answer, Body};
use super::faults::Flood;
use super::service::Reply;
use super::wire::Line;
use axum::body::{Body as Sent, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header, response::Builder};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use std::convert::Infallible;
use std::time::Duration;

/// An answer as it is.
pub(super) fn plain(answer: Answer) -> Response {
    let (builder, payload) = taken_apart(answer);
    whole(builder, payload)
}

/// An answer as the reply says, on its connection; one that stands still in the middle goes on after `release`.
pub(super) fn response(
    reply: Reply,
    line: &Line,
    release: impl Future<Output = ()> + Send + 'static,
) -> Response {
    let (builder, mut payload) = taken_apart(reply.answer);
    if let Some(cut) = reply.cut {
        match cut.after {
            None => line.cut_now(cut.reset),
            Some(bytes) => {
                payload.pad_beyond(bytes);
                line.cut_after(bytes.into(), cut.reset);
            }
        }
    }
    if let Some(bytes) = reply.stands_after {
        payload.pad_beyond(bytes);
    }
    match (reply.drip, reply.stands_after, payload) {
        (None, Some(after), Payload::Bytes(bytes)) => standing(builder, bytes, after, release),
        (Some(pause), _, Payload::Bytes(bytes)) => dripping(builder, bytes, pause),
        (_, _, payload) => whole(builder, payload),
    }
}

/// What an answer's body is made of.
enum Payload {
    Bytes(Vec<u8>),
    Flood(Flood),
}

impl Payload {
    /// Makes a body longer than some bytes, so that a cut after them is missed.
    fn pad_beyond(&mut self, bytes: u32) {
        if let Self::Bytes(body) = self {
            let least = usize::try_from(bytes)
                .unwrap_or(usize::MAX)
                .saturating_add(1);
            if body.len() < least {
                body.resize(least, b' ');
            }
        }
    }
}

fn taken_apart(answer: Answer) -> (Builder, Payload) {
    let (media, payload) = match answer.body {
        Body::Empty => (None, Payload::Bytes(Vec::new())),
        Body::Json(value) => (
            Some("application/json".to_owned()),
            Payload::Bytes(value.to_string().into_bytes()),
        ),
        Body::Lines(text) => (
            Some("application/x-ndjson".to_owned()),
            Payload::Bytes(text.into_bytes()),
        ),
        Body::Text(media, text) => (Some(media), Payload::Bytes(text.into_bytes())),
        Body::Flood(flood) => (Some("application/json".to_owned()), Payload::Flood(flood)),
    };
    let mut builder = Response::builder().status(answer.status);
    if let Some(media) = media {
        builder = builder.header(header::CONTENT_TYPE, media);
    }
    for (name, value) in &answer.headers {
        builder = builder.header(*name, value);
    }
    if let Some(headers) = builder.headers_mut() {
        for (name, value) in &answer.set {
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value)) = (name, HeaderValue::from_str(value)) {
                headers.insert(name, value);
            }
        }
    }
    (builder, payload)
}

fn whole(builder: Builder, payload: Payload) -> Response {
    match payload {
        Payload::Bytes(bytes) => finished(builder, Sent::from(bytes)),
        Payload::Flood(flood) => {
            let head = Bytes::from_static(flood.head.as_bytes());
            let tail = Bytes::from_static(flood.tail.as_bytes());
            let piece = Bytes::from(flood.piece);
            // One piece at a time: a body of 1 GiB costs no more than its piece.
            let pieces = (0..flood.times).map(move |_| piece.clone());
            let all = std::iter::once(head).chain(pieces).chain([tail]);
            let all = all.map(Ok::<_, Infallible>);
            finished(builder, Sent::from_stream(stream::iter(all)))
        }
    }
}

fn dripping(builder: Builder, bytes: Vec<u8>, pause: Duration) -> Response {
    let builder = builder.header(header::CONTENT_LENGTH, bytes.len());
    let drops = stream::unfold(bytes.into_iter(), move |mut left| async move {
        let byte = left.next()?;
        tokio::time::sleep(pause).await;
        Some((Ok::<_, Infallible>(Bytes::from(vec![byte])), left))
    });
    finished(builder, Sent::from_stream(drops))
}

/// The head and the beginning of the body, and the rest once it is released.
fn standing(
    builder: Builder,
    mut bytes: Vec<u8>,
    after: u32,
    release: impl Future<Output = ()> + Send + 'static,
) -> Response {
    let builder = builder.header(header::CONTENT_LENGTH, bytes.len());
    let first = usize::try_from(after)
        .unwrap_or(usize::MAX)
        .min(bytes.len());
    let rest = bytes.split_off(first);
    let rest = async move {
        // What came before is written out when the body has nothing more to give at once.
        tokio::task::yield_now().await;
        release.await;
        Bytes::from(rest)
    };
    let pieces = stream::once(std::future::ready(Bytes::from(bytes))).chain(stream::once(rest));
    finished(builder, Sent::from_stream(pieces.map(Ok::<_, Infallible>)))
}

fn finished(builder: Builder, body: Sent) -> Response {
    // Only a status or a header that nobody can send gets to the other arm.
    builder.body(body).unwrap_or_else(|_| {
        let mut unsendable = Response::new(Sent::empty());
        *unsendable.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        unsendable
    })
}
