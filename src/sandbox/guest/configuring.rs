//! Who a socket speaks for: the first frame of every guest, and the last.

use super::desk::Desk;
use super::envelope::Envelope;
use super::sent::Sent;
use super::session::{Key, Session, State};
use super::telling::entry_of;
use super::{Guests, Late, MINUTE, Reply, after};
use crate::sandbox::exchange::SocketId;
use crate::sandbox::scenario::ClosingWord;
use crate::sandbox::truth::{Actor, Change, Truth};
use crate::sandbox::world::World;
use crate::sandbox::world::conversation::{
    Conversation, Disconnect, Message, MessageType, Purpose,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use uuid::Uuid;

/// Sockets of one guest; one more, and the oldest goes.
const SOCKETS_MAX: usize = 3;
/// What tells a staged guest's token from the id of the guest's conversation, in bits that no version
/// and no variant of a UUID uses.
const MASK: u128 = 0x5a5a_5a5a_5a5a_0a5a_1a5a_5a5a_5a5a_5a5a;

/// The token of the guest of a conversation that did not come over a socket, and the other way round.
pub(in crate::sandbox) fn token_of_staged(conversation: Uuid) -> Uuid {
    Uuid::from_u128(conversation.as_u128() ^ MASK)
}

impl Guests {
    /// `configureSession`.
    pub(super) fn configure(
        &mut self,
        socket: SocketId,
        sent: &Sent,
        desk: &mut Desk<'_>,
    ) -> Reply {
        let key = self.key_of(socket, sent)?;
        self.count_configure(key, desk)?;
        let starts_anew = sent.start_new == Some(true);
        let known = self.sessions.get(&key).filter(|one| one.is_alive());
        if known.is_some_and(|one| one.account.is_some()) && !starts_anew {
            let words = "Cannot downgrade an authenticated session";
            return Err(Envelope::refused(4017, words));
        }
        let is_new = starts_anew || !self.remembers(key, desk);
        if is_new {
            self.begin(key, desk);
        }
        self.seat(socket, key, desk);
        Ok(self.described(key, true, is_new, false))
    }

    /// `configureAuthenticatedSession`.
    pub(super) fn configure_signed_in(
        &mut self,
        socket: SocketId,
        sent: &Sent,
        desk: &mut Desk<'_>,
    ) -> Reply {
        let key = self.key_of(socket, sent)?;
        self.count_configure(key, desk)?;
        let deployment = desk.world.directory.deployment(key.deployment);
        if !deployment.is_some_and(|one| one.sign_in) {
            let words = "Turn on the Feature Toggle or fix the configuration.";
            return Err(Envelope::refused(403, words));
        }
        let code = sent.data.as_ref().and_then(|data| data.code.as_deref());
        let account = code.and_then(|code| self.accounts.of_jwt(code, desk.now));
        let account = account.ok_or_else(|| Envelope::refused(401, "User is unauthorized"))?;
        let is_new = sent.start_new == Some(true) || !self.remembers(key, desk);
        if is_new {
            self.begin(key, desk);
        }
        let replaced = self.replace_others(key, &account, desk);
        let steps_up = self
            .sessions
            .get_mut(&key)
            .is_some_and(|one| one.account.replace(account).is_none());
        if steps_up && !is_new {
            self.send_away(key, Some(socket), Some("signedIn"), desk);
        }
        self.seat(socket, key, desk);
        Ok(self.described(key, true, is_new, replaced))
    }

    /// `closeSession`. What it closes are connections: the conversation goes on.
    pub(super) fn close_session(
        &mut self,
        socket: SocketId,
        sent: &Sent,
        desk: &mut Desk<'_>,
    ) -> Reply {
        let key = self.alive(socket, sent)?;
        if sent.close_all_connections == Some(true) {
            self.send_away(key, Some(socket), None, desk);
        }
        let reply = self.described(key, false, false, false);
        self.unseat(socket);
        Ok(reply)
    }

    /// The session that a frame is for, which must be able to do something still.
    pub(super) fn alive(&self, socket: SocketId, sent: &Sent) -> Result<Key, Envelope> {
        let not_found = || Envelope::refused(4007, "session not found error message");
        let connection = self.connections.get(&socket).ok_or_else(not_found)?;
        let key = match connection.session {
            Some(key) => key,
            None if connection.is_leaving => return Err(not_found()),
            None => {
                let code = self.rules.unconfigured_code;
                return Err(Envelope::refused(code, "Request failed."));
            }
        };
        let token = sent.token().ok_or_else(Envelope::failed)?;
        let session = self.sessions.get(&key).filter(|_| token == key.token);
        match session.map(|session| session.state) {
            Some(State::Active | State::ReadOnly) => Ok(key),
            Some(State::Expired) => Err(Envelope::refused(4006, "session expired error message")),
            Some(State::Cleared) | None => Err(not_found()),
        }
    }

    fn key_of(&self, socket: SocketId, sent: &Sent) -> Result<Key, Envelope> {
        let token = sent.token().ok_or_else(Envelope::failed)?;
        let asked = sent.deployment_id.as_deref();
        let asked = asked.and_then(|id| Uuid::try_parse(id).ok());
        let connection = self.connections.get(&socket);
        let deployment = connection.map(|one| one.deployment);
        match deployment.filter(|own| asked == Some(*own)) {
            Some(deployment) => Ok(Key { deployment, token }),
            None => Err(Envelope::failed()),
        }
    }

    fn count_configure(&mut self, key: Key, desk: &Desk<'_>) -> Result<(), Envelope> {
        let allowed = self.rules.configures_per_minute;
        let Some(session) = self.sessions.get_mut(&key) else {
            return Ok(());
        };
        session
            .configures
            .take(allowed, MINUTE, desk.now)
            .map_err(|seconds| Envelope::too_many(seconds, "Configure rate too high"))
    }

    /// Whether a guest can be taken up where it was left.
    fn remembers(&mut self, key: Key, desk: &mut Desk<'_>) -> bool {
        match self.sessions.get(&key) {
            Some(session) => session.is_alive(),
            None => self.adopt(key, desk),
        }
    }

    fn begin(&mut self, key: Key, desk: &mut Desk<'_>) {
        let expires = expiry(key, desk.now, desk.world);
        self.by_conversation.retain(|_, owner| *owner != key);
        let session = self.sessions.entry(key);
        let duration = duration(key, desk.world);
        let session = session.or_insert_with(|| Session::new(desk.now, expires, duration));
        session.anew(desk.now, expires);
        self.later(expires, Late::Expire(key));
    }

    /// A guest who was not on a socket before, and whose conversation is going on in the world.
    fn adopt(&mut self, key: Key, desk: &mut Desk<'_>) -> bool {
        let id = token_of_staged(key.token);
        let index = desk.world.find(&id.to_string());
        let one = index.and_then(|index| desk.world.conversations.get(index));
        let is_theirs = |one: &&Conversation| {
            one.deployment == key.deployment && one.message_type == MessageType::WebMessaging
        };
        let Some(one) = one.filter(is_theirs) else {
            return false;
        };
        let truth = desk.world.truth().iter();
        let truth = truth.filter(|line| line.conversation == id);
        let truth: Vec<Truth> = truth.cloned().collect();
        if self.by_conversation.contains_key(&id) || has_left(one, &truth) {
            return false;
        }
        let newest = one.messages.last().map(|message| message.at);
        let since = newest.map_or(desk.world.began, |at| at.max(desk.world.began));
        let expires = expiry(key, since, desk.world);
        if expires <= desk.now {
            return false;
        }
        let duration = duration(key, desk.world);
        let mut session = Session::new(desk.now, expires, duration);
        session.begin_at(one.started);
        session.conversation = Some(id);
        let staged = one.messages.iter();
        let staged = staged.filter(|message| message.at < desk.world.began);
        let staged: Vec<Message> = staged.cloned().collect();
        let one = one.clone();
        for message in &staged {
            let entry = entry_of(&mut self.chance, &one, message, &mut session).0;
            session.entries.push(entry);
        }
        self.sessions.insert(key, session);
        self.by_conversation.insert(id, key);
        if let Some(index) = index {
            desk.world.guest_speaks(index);
        }
        self.later(expires, Late::Expire(key));
        for line in &truth {
            self.tell_of(line, desk);
        }
        true
    }

    /// Gives a socket its place among a guest's.
    fn seat(&mut self, socket: SocketId, key: Key, desk: &mut Desk<'_>) {
        let Some(connection) = self.connections.get(&socket) else {
            return;
        };
        if connection.session != Some(key) {
            self.unseat(socket);
        }
        if let Some(connection) = self.connections.get_mut(&socket) {
            connection.session = Some(key);
            connection.token = Some(key.token);
            connection.is_leaving = false;
        }
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        if !session.sockets.contains(&socket) {
            session.sockets.push(socket);
        }
        if session.sockets.len() > SOCKETS_MAX {
            let oldest = session.sockets.remove(0);
            self.send_off(oldest, None, desk);
        }
    }

    fn unseat(&mut self, socket: SocketId) {
        let connection = self.connections.get_mut(&socket);
        let key = connection.and_then(|connection| connection.session.take());
        if let Some(session) = key.and_then(|key| self.sessions.get_mut(&key)) {
            session.sockets.retain(|one| *one != socket);
        }
    }

    /// Tells every socket of a guest to go, but one.
    pub(super) fn send_away(
        &mut self,
        key: Key,
        but: Option<SocketId>,
        reason: Option<&str>,
        desk: &mut Desk<'_>,
    ) {
        let session = self.sessions.get(&key);
        let sockets = session.map_or_else(Vec::new, |session| session.sockets.clone());
        for socket in sockets.into_iter().filter(|one| Some(*one) != but) {
            self.send_off(socket, reason, desk);
        }
    }

    /// Tells a socket to go, and closes it where the client does not.
    fn send_off(&mut self, socket: SocketId, reason: Option<&str>, desk: &mut Desk<'_>) {
        let word: ClosingWord = self.rules.closing_word;
        let envelope = Envelope::connection_closed(reason.map(|reason| (word, reason)));
        let conversation = self
            .connections
            .get(&socket)
            .and_then(|connection| self.sessions.get(&connection.session?)?.conversation);
        self.send(socket, envelope.about(conversation), desk);
        self.unseat(socket);
        if let Some(connection) = self.connections.get_mut(&socket) {
            connection.is_leaving = true;
        }
        let wait = self.rules.closes_after_ms;
        if wait > 0 {
            let at = after(desk.now, SignedDuration::from_millis(wait.into()));
            self.later(at, Late::Close(socket, 1000, ""));
        }
    }

    /// A guest who signs in elsewhere leaves where it was signed in before.
    fn replace_others(&mut self, key: Key, account: &str, desk: &mut Desk<'_>) -> bool {
        let others = self.sessions.iter().filter(|(other, one)| {
            **other != key && one.is_alive() && one.account.as_deref() == Some(account)
        });
        let others: Vec<Key> = others.map(|(other, _)| *other).collect();
        for other in &others {
            self.send_away(*other, None, Some("signedIn"), desk);
            if let Some(session) = self.sessions.get_mut(other) {
                session.state = State::Cleared;
            }
        }
        !others.is_empty()
    }

    /// A guest's time is over, unless it was heard since this was due.
    pub(super) fn expire(&mut self, key: Key, desk: &mut Desk<'_>) {
        let Some(session) = self.sessions.get_mut(&key) else {
            return;
        };
        if !session.is_alive() {
            return;
        }
        if session.expires > desk.now {
            let expires = session.expires;
            self.later(expires, Late::Expire(key));
            return;
        }
        let conversation = self.run_out(key, desk);
        let index = conversation.and_then(|id| desk.world.find(&id.to_string()));
        if let Some(index) = index {
            desk.world.guest_goes(index, Disconnect::Expired, desk.now);
        }
    }

    /// What a guest holds is good for nothing from now on; its conversation is named.
    pub(super) fn run_out(&mut self, key: Key, desk: &mut Desk<'_>) -> Option<Uuid> {
        let session = self.sessions.get_mut(&key)?;
        session.state = State::Expired;
        let conversation = session.conversation;
        if self.rules.tells_expiry {
            self.tell_all(key, &Envelope::expired(false), desk);
        }
        conversation
    }

    fn described(
        &self,
        key: Key,
        connected: bool,
        is_new: bool,
        replaced: bool,
    ) -> Option<Envelope> {
        let session = self.sessions.get(&key)?;
        let mut body = self.media_rules();
        body.insert("connected".to_owned(), json!(connected));
        body.insert("newSession".to_owned(), json!(is_new));
        let read_only = session.state == State::ReadOnly;
        body.insert("readOnly".to_owned(), json!(read_only));
        body.insert("clearedExistingSession".to_owned(), json!(replaced));
        body.insert("durationSeconds".to_owned(), json!(session.duration));
        let expires = session.expires.as_second();
        body.insert("expirationDate".to_owned(), json!(expires));
        let envelope = Envelope::session(body.into());
        Some(envelope.about(session.conversation))
    }
}

/// When a guest who was last heard at a time expires.
pub(super) fn expiry(key: Key, since: Timestamp, world: &World) -> Timestamp {
    after(since, SignedDuration::from_secs(duration(key, world)))
}

fn duration(key: Key, world: &World) -> i64 {
    let deployment = world.directory.deployment(key.deployment);
    deployment.map_or(0, |one| one.silence_seconds)
}

/// Whether a guest who is not on a socket has ended its part itself.
fn has_left(one: &Conversation, truth: &[Truth]) -> bool {
    let mut parties = one.participants.iter();
    let customer = parties.find(|party| party.purpose == Purpose::Customer);
    let Some(leg) = customer.and_then(|customer| customer.legs.last()) else {
        return true;
    };
    if leg.is_open() {
        return false;
    }
    let ending = truth
        .iter()
        .find(|line| line.what == Change::LegEnded && line.communication == Some(leg.id));
    // What ended before the start was ended by the guest: nobody else was told to stage it.
    ending.is_none_or(|line| line.who == Actor::Guest)
}
