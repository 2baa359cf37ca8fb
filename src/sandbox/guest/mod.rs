//! Guests: their sockets, their state, and what they are told when somebody ends their conversation.
//!
//! Pure: frames come in as text, frames go out as pushes. Sockets are the server's, conversations
//! the world's: a guest's message is written there first, and comes back to its sockets as everything
//! else does, from the log of what happened.
//!
//! | question | where |
//! |---|---|
//! | what a frame looks like, in and out | `sent.rs`, `envelope.rs`, `entry.rs` |
//! | who a socket speaks for | `configuring.rs`, `session.rs`, `connection.rs` |
//! | what a guest says | `speaking.rs`, `attachment.rs` |
//! | what a guest asks | `asking.rs` |
//! | what a guest is told, and when | `telling.rs` |
//! | what was written to whom | `evidence.rs` |
//! | signing in | `account.rs` |
//! | what notifications tell of guests | `absence.rs` |
//! | the history and the public configuration, over HTTP | `history.rs`, `configuration.rs` |

mod absence;
mod account;
mod asking;
mod attachment;
pub(super) mod configuration;
mod configuring;
mod connection;
mod desk;
mod entry;
mod envelope;
mod evidence;
mod history;
mod origin;
mod sent;
mod session;
mod speaking;
mod telling;
#[cfg(test)]
mod tests;
mod window;

use super::exchange::{Outbox, Push, Request, SocketId};
use super::random::Random;
use super::refusal::Refusal;
use super::scenario;
use super::world::World;
use account::Accounts;
use connection::Connection;
use desk::Desk;
use envelope::Envelope;
use evidence::{Evidence, Label};
use jiff::{SignedDuration, Timestamp};
use sent::Sent;
use serde_json::Value;
use session::{Key, Session};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use window::Window;

pub(super) use configuring::token_of_staged;

/// The answer to a frame, where it has one; or its refusal.
type Reply = Result<Option<Envelope>, Envelope>;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// Every guest of every deployment.
#[derive(Debug)]
pub(super) struct Guests {
    rules: scenario::Guest,
    /// Where this sandbox is, without a slash at the end.
    place: String,
    sessions: HashMap<Key, Session>,
    connections: BTreeMap<SocketId, Connection>,
    /// Whose a conversation is.
    by_conversation: HashMap<Uuid, Key>,
    /// New sockets of each deployment.
    arrivals: HashMap<Uuid, Window>,
    agenda: BTreeMap<(Timestamp, u64), Late>,
    appointments: u64,
    accounts: Accounts,
    /// Conversations whose guests began to type.
    typing: Vec<Uuid>,
    evidence: Evidence,
    chance: Random,
}

/// What comes later.
#[derive(Debug)]
enum Late {
    Frame(SocketId, Envelope),
    Close(SocketId, u16, &'static str),
    /// A socket may have been silent too long.
    Idle(SocketId),
    /// A guest may have been silent too long.
    Expire(Key),
}

impl Guests {
    pub(super) fn new(rules: scenario::Guest, seed: u64) -> Self {
        Self {
            rules,
            place: String::new(),
            sessions: HashMap::new(),
            connections: BTreeMap::new(),
            by_conversation: HashMap::new(),
            arrivals: HashMap::new(),
            agenda: BTreeMap::new(),
            appointments: 0,
            accounts: Accounts::new(seed),
            typing: Vec::new(),
            evidence: Evidence::default(),
            chance: Random::stream(seed, "guests"),
        }
    }

    /// Says where this sandbox is, for whoever is sent there.
    pub(super) fn stand_at(&mut self, place: &str) {
        place.trim_end_matches('/').clone_into(&mut self.place);
    }

    /// Whether a path is the guests' socket.
    pub(super) fn is_theirs(path: &str) -> bool {
        path == "/v1"
    }

    /// A socket opens, or is refused with the answer to its upgrade.
    pub(super) fn open(
        &mut self,
        socket: SocketId,
        request: &Request,
        world: &World,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let asked = request.query_values("deploymentId");
        let asked = asked.first().and_then(|id| Uuid::try_parse(id).ok());
        let deployment = asked.and_then(|id| world.directory.deployment(id));
        let deployment = deployment.ok_or_else(|| forbidden("The deployment is not known."))?;
        let allowed = deployment.allowed_domains.as_deref();
        let origin = request.origin.as_deref();
        if !origin::is_allowed(allowed, origin, self.rules.without_origin) {
            return Err(forbidden("The origin is not allowed for this deployment."));
        }
        let id = deployment.named.id;
        let arrivals = self.arrivals.entry(id).or_default();
        arrivals
            .take(self.rules.connections_per_minute, MINUTE, now)
            .map_err(Refusal::too_many_requests)?;
        self.connections.insert(socket, Connection::new(id, now));
        let (idle, age) = (
            self.rules.idle_socket_seconds,
            self.rules.socket_age_seconds,
        );
        if idle > 0 {
            self.later(seconds_after(now, idle), Late::Idle(socket));
        }
        if age > 0 {
            let close = Late::Close(socket, 1001, "Going away");
            self.later(seconds_after(now, age), close);
        }
        Ok(())
    }

    /// A guest sent a text frame.
    pub(super) fn heard(
        &mut self,
        socket: SocketId,
        text: &str,
        world: &mut World,
        now: Timestamp,
        out: &mut Outbox,
    ) {
        let Some(connection) = self.connections.get_mut(&socket) else {
            return;
        };
        connection.heard = now;
        let allowed = self.rules.requests_per_minute;
        let counted = connection.requests.take(allowed, MINUTE, now);
        let mut desk = Desk { world, now, out };
        let sent = Sent::read(text);
        let tracing = sent.as_ref().and_then(|sent| sent.tracing_id.clone());
        let reply = match (counted, sent) {
            (Err(seconds), _) => Err(Envelope::too_many(seconds, "Too many requests")),
            (Ok(()), None) => Err(Envelope::failed()),
            (Ok(()), Some(sent)) => self.act(socket, &sent, &mut desk),
        };
        let (Ok(envelope) | Err(envelope)) = reply.map_err(Some);
        if let Some(envelope) = envelope {
            self.send(socket, envelope.traced(tracing.as_deref()), &mut desk);
        }
    }

    fn act(&mut self, socket: SocketId, sent: &Sent, desk: &mut Desk<'_>) -> Reply {
        match sent.action.as_deref() {
            Some("configureSession") => self.configure(socket, sent, desk),
            Some("configureAuthenticatedSession") => self.configure_signed_in(socket, sent, desk),
            Some("onMessage") => self.listen(socket, sent, desk),
            Some("echo") => self.echo(socket, sent, desk),
            Some("getJwt") => self.issue_jwt(socket, sent, desk.now),
            Some("getConfiguration") => self.configuration(socket, desk),
            Some("closeSession") => self.close_session(socket, sent, desk),
            Some("onAttachment") => self.announce(socket, sent, desk),
            Some("getAttachment") => self.locate(socket, sent),
            Some("deleteAttachment") => self.drop_file(socket, sent),
            // `resumeToken` and `disconnectCustomer` are named in a schema; what they do is unknown.
            _ => Err(Envelope::failed()),
        }
    }

    /// A socket is gone.
    pub(super) fn closed(&mut self, socket: SocketId) {
        self.evidence.forget(socket);
        self.leave(socket);
    }

    fn leave(&mut self, socket: SocketId) {
        let connection = self.connections.remove(&socket);
        let key = connection.and_then(|connection| connection.session);
        if let Some(session) = key.and_then(|key| self.sessions.get_mut(&key)) {
            session.sockets.retain(|one| *one != socket);
        }
    }

    /// Does what is due by now.
    pub(super) fn tick(&mut self, world: &mut World, now: Timestamp, out: &mut Outbox) {
        while let Some(first) = self.agenda.first_entry() {
            let at = first.key().0;
            if at > now {
                return;
            }
            let late = first.remove();
            let mut desk = Desk {
                world: &mut *world,
                now: at,
                out: &mut *out,
            };
            match late {
                Late::Frame(socket, envelope) => self.write(socket, &envelope, &mut desk),
                Late::Close(socket, code, reason) => self.hang_up(socket, code, reason, &mut desk),
                Late::Idle(socket) => self.idle(socket, &mut desk),
                Late::Expire(key) => self.expire(key, &mut desk),
            }
        }
    }

    /// When something is due next.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.agenda.first_key_value().map(|((at, _), _)| *at)
    }

    /// Whether a guest holds a socket for a conversation.
    pub(super) fn is_on_a_socket(&self, conversation: Uuid) -> bool {
        let key = self.by_conversation.get(&conversation);
        let session = key.and_then(|key| self.sessions.get(key));
        session.is_some_and(|session| !session.sockets.is_empty())
    }

    /// What went out to guests, one frame a line.
    pub(super) fn frames(&self) -> impl Iterator<Item = Value> {
        self.evidence.lines()
    }

    fn later(&mut self, at: Timestamp, what: Late) {
        self.appointments += 1;
        self.agenda.insert((at, self.appointments), what);
    }

    /// Sends a frame, at once or, where frames are to lose their order, a little later.
    fn send(&mut self, socket: SocketId, envelope: Envelope, desk: &mut Desk<'_>) {
        if self.rules.jitter_ms == 0 {
            self.write(socket, &envelope, desk);
        } else {
            let wait = self.chance.between(0, self.rules.jitter_ms.into());
            let at = after(desk.now, SignedDuration::from_millis(wait));
            self.later(at, Late::Frame(socket, envelope));
        }
    }

    /// Sends the same frame to every socket of a guest.
    fn tell_all(&mut self, key: Key, envelope: &Envelope, desk: &mut Desk<'_>) {
        let session = self.sessions.get(&key);
        let sockets = session.map_or_else(Vec::new, |session| session.sockets.clone());
        for socket in sockets {
            self.send(socket, envelope.clone(), desk);
        }
    }

    /// The only place where a frame is written. It is on record once it has passed all trouble.
    fn write(&mut self, socket: SocketId, envelope: &Envelope, desk: &mut Desk<'_>) {
        let Some(connection) = self.connections.get(&socket) else {
            return;
        };
        let session = connection.session.and_then(|key| self.sessions.get(&key));
        let conversation = session.and_then(|session| session.conversation);
        let label = Label {
            guest: connection.token,
            conversation: envelope.about.or(conversation),
            word: envelope.word,
        };
        let text = envelope.to_value().to_string();
        desk.out.push((socket, Push::Text(text)));
        self.evidence.expect(socket, label);
    }

    /// A frame is handed to its socket, as it is then: it goes on record.
    pub(super) fn wrote(
        &mut self,
        socket: SocketId,
        text: &str,
        world: &mut World,
        now: Timestamp,
    ) {
        if let Some((conversation, framed)) = self.evidence.wrote(socket, text, now) {
            world.witness(conversation, framed, now);
        }
    }

    fn hang_up(&mut self, socket: SocketId, code: u16, reason: &str, desk: &mut Desk<'_>) {
        if self.connections.contains_key(&socket) {
            self.leave(socket);
            desk.out
                .push((socket, Push::Close(code, reason.to_owned())));
        }
    }

    fn idle(&mut self, socket: SocketId, desk: &mut Desk<'_>) {
        let Some(connection) = self.connections.get(&socket) else {
            return;
        };
        let end = seconds_after(connection.heard, self.rules.idle_socket_seconds);
        if end <= desk.now {
            self.hang_up(socket, 1001, "Going away", desk);
        } else {
            self.later(end, Late::Idle(socket));
        }
    }
}

/// The answer to an upgrade that is not allowed.
fn forbidden(words: &str) -> Refusal {
    Refusal::new(403, "forbidden", words)
}

fn seconds_after(at: Timestamp, seconds: u32) -> Timestamp {
    after(at, SignedDuration::from_secs(seconds.into()))
}

/// A later time; the same at the calendar's edge.
fn after(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_add(span).unwrap_or(at)
}
