//! The sandbox on a socket: reads a request, locks, asks the service, answers.
//!
//! Holds no rule of its own. What it adds is what a value cannot do: wait, and cut a connection.

use super::clock;
use super::exchange::{Answer, Body, Push, Request, SocketId};
use super::faults::Fault;
use super::held::Stage;
use super::refusal::Refusal;
use super::service::{Reply, Service};
use super::sockets::{self, Sockets};
use super::travel;
use super::welcome::Welcome;
use super::wire::Line;
use axum::Router;
use axum::extract::{ConnectInfo, FromRequestParts, State, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, mpsc, watch};

/// The most that the platform reads of one request, in bytes.
const REQUEST_MAX: usize = 512_000;

/// What all connections share.
#[derive(Clone, Debug)]
pub(super) struct Shared {
    pub(super) service: Arc<Mutex<Service>>,
    pub(super) welcome: Arc<Welcome>,
    /// Counts the releases of held requests.
    pub(super) releases: Arc<watch::Sender<u64>>,
    /// Where pushes go.
    pub(super) sockets: Arc<Sockets>,
    /// Something may be due earlier than was thought.
    pub(super) pulse: Arc<Notify>,
    /// Turns true, or closes, when the sandbox stops.
    pub(super) stop: watch::Receiver<bool>,
}

impl Shared {
    /// The service; a panic elsewhere does not make its state less true.
    pub(super) fn lock(&self) -> MutexGuard<'_, Service> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, request: &Request) -> Reply {
        let (reply, releases) = self.with(|service| {
            let reply = service.handle(request, clock::now());
            (reply, service.releases)
        });
        self.releases
            .send_if_modified(|seen| std::mem::replace(seen, releases) != releases);
        reply
    }

    fn resume(&self, request: &Request, fault: &Fault) -> Answer {
        self.with(|service| service.resume(request, fault, clock::now()))
    }

    /// Asks the service something, and hands over what it pushes before anybody else may ask.
    fn with<T>(&self, ask: impl FnOnce(&mut Service) -> T) -> T {
        let mut service = self.lock();
        let answer = ask(&mut service);
        self.sockets.deliver(service.take_pushes());
        drop(service);
        self.pulse.notify_one();
        answer
    }

    fn open(&self, request: &Request) -> Result<(SocketId, mpsc::Receiver<Push>), Box<Reply>> {
        self.with(|service| {
            let socket = service.open_socket(request, clock::now())?;
            Ok((socket, self.sockets.add(socket)))
        })
    }

    pub(super) fn heard(&self, socket: SocketId, text: &str) {
        self.with(|service| service.heard(socket, text, clock::now()));
    }

    pub(super) fn hung_up(&self, socket: SocketId) {
        self.with(|service| service.hung_up(socket, clock::now()));
    }

    /// Lets everything happen that is due, and says when something is due next.
    pub(super) fn let_happen(&self) -> Option<jiff::Timestamp> {
        let mut service = self.lock();
        service.settle(clock::now());
        self.sockets.deliver(service.take_pushes());
        service.next_due()
    }
}

/// Everything goes to one handler: the route table is the service's.
pub(super) fn router(shared: Shared) -> Router {
    Router::new().fallback(answer).with_state(shared)
}

async fn answer(
    State(shared): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: axum::extract::Request,
) -> Response {
    let (mut parts, body) = request.into_parts();
    if parts.headers.contains_key(header::UPGRADE) {
        return upgraded(shared, line, &mut parts).await;
    }
    let body = match collected(body).await {
        Ok(body) => body,
        Err(refusal) => return travel::plain(shared.lock().refuse(refusal)),
    };
    if parts.method == "GET" && parts.uri.path().trim_end_matches('/') == "/sandbox" {
        let mut answer = Answer::empty(200);
        // As the first line prints it, with its nulls.
        answer.body = Body::Json(serde_json::to_value(&*shared.welcome).unwrap_or_default());
        return travel::plain(answer);
    }
    let request = read(&parts, body);
    let mut releases = shared.releases.subscribe();
    let mut reply = shared.handle(&request);
    if !wait(&shared, &request, &reply, &mut releases).await {
        line.cut();
        return travel::plain(Answer::empty(503));
    }
    if let Some(fault) = reply.unapplied.take() {
        reply.answer = shared.resume(&request, &fault);
    }
    let release = async move {
        let _standing = Standing::new(&shared, &request, Stage::Answering);
        released(&shared, &mut releases).await;
    };
    travel::response(reply, &line, release)
}

/// The whole body, in one piece or in chunks, if it is one and not too large.
async fn collected(body: axum::body::Body) -> Result<Vec<u8>, Refusal> {
    let mut pieces = body.into_data_stream();
    let mut whole = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.map_err(|_| Refusal::bad_request("The body ends before its end."))?;
        if whole.len() + piece.len() > REQUEST_MAX {
            return Err(Refusal::too_large());
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole)
}

/// Answers a request for a WebSocket.
async fn upgraded(shared: Shared, line: Line, parts: &mut Parts) -> Response {
    let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    match shared.open(&read(parts, Vec::new())) {
        Ok((socket, pushes)) => upgrade
            .max_message_size(REQUEST_MAX)
            .on_upgrade(move |stream| sockets::attend(stream, socket, pushes, shared, line)),
        Err(reply) => travel::response(*reply, &line, std::future::ready(())),
    }
}

/// Waits as the reply says; false when the sandbox stops in between.
async fn wait(
    shared: &Shared,
    request: &Request,
    reply: &Reply,
    releases: &mut watch::Receiver<u64>,
) -> bool {
    if !reply.delay.is_zero() {
        let mut stop = shared.stop.clone();
        tokio::select! {
            () = tokio::time::sleep(reply.delay) => {}
            _ = stop.wait_for(|stopped| *stopped) => return false,
        }
    }
    if !reply.hold {
        return true;
    }
    let stage = if reply.unapplied.is_some() {
        Stage::Unapplied
    } else {
        Stage::Applied
    };
    let _standing = Standing::new(shared, request, stage);
    released(shared, releases).await
}

/// Waits for the next release; false when the sandbox stops before.
async fn released(shared: &Shared, releases: &mut watch::Receiver<u64>) -> bool {
    let mut stop = shared.stop.clone();
    tokio::select! {
        // An error means that the sandbox is gone, which the other branch sees too.
        _ = releases.changed() => true,
        _ = stop.wait_for(|stopped| *stopped) => false,
    }
}

/// A request that stands still, told as such for as long as it does: until its release, or until its connection closes.
struct Standing {
    shared: Shared,
    number: u64,
}

impl Standing {
    fn new(shared: &Shared, request: &Request, stage: Stage) -> Self {
        let number = shared.lock().held.add(request, stage, clock::now());
        Self {
            shared: shared.clone(),
            number,
        }
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        self.shared.lock().held.remove(self.number);
    }
}

fn read(parts: &Parts, body: Vec<u8>) -> Request {
    let text = |headers: &HeaderMap, name| {
        let value: Option<&HeaderValue> = headers.get(name);
        value
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    };
    Request {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        authorization: text(&parts.headers, header::AUTHORIZATION),
        content_type: text(&parts.headers, header::CONTENT_TYPE),
        origin: text(&parts.headers, header::ORIGIN),
        body,
    }
}
