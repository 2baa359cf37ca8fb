//! The door for sockets: who may open one, what is heard on it, what is pushed.

use super::{Reply, Service};
use crate::sandbox::exchange::{Outbox, Push, Request, SocketId};
use crate::sandbox::faults::Sockets as Of;
use crate::sandbox::guest::Guests;
use crate::sandbox::notify::{Clearance, Hub};
use crate::sandbox::refusal::Refusal;
use crate::sandbox::truth::{Change, Truth};
use crate::sandbox::world::World;
use jiff::Timestamp;

impl Service {
    /// Opens a socket, or says what the request for it is answered.
    pub(in crate::sandbox) fn open_socket(
        &mut self,
        request: &Request,
        now: Timestamp,
    ) -> Result<SocketId, Box<Reply>> {
        self.settle(now);
        if let Some(reply) = self.closed_door(request, now) {
            return Err(Box::new(reply));
        }
        self.sockets_opened += 1;
        let socket = SocketId(self.sockets_opened);
        let opened = if Guests::is_theirs(&request.path) {
            self.guests.open(socket, request, &self.world, now)
        } else if Hub::is_theirs(&request.path) {
            self.hub.open(socket, request, now)
        } else {
            Err(Refusal::not_found())
        };
        if opened.is_ok() {
            let of = if Guests::is_theirs(&request.path) {
                Of::Guests
            } else {
                Of::Notifications
            };
            self.nuisance.opened(socket, of);
        }
        self.settle(now);
        opened
            .map(|()| socket)
            .map_err(|refusal| Box::new(Reply::at_once(self.refuse(refusal))))
    }

    /// A text frame came in. Whose socket it is, its owner knows.
    pub(in crate::sandbox) fn heard(&mut self, socket: SocketId, text: &str, now: Timestamp) {
        self.settle(now);
        self.guests
            .heard(socket, text, &mut self.world, now, &mut self.outbox);
        self.with_hub(|hub, _, clearance| hub.heard(socket, text, clearance, now));
        self.settle(now);
    }

    /// A socket is gone, whoever closed it.
    pub(in crate::sandbox) fn hung_up(&mut self, socket: SocketId, now: Timestamp) {
        self.guests.closed(socket);
        self.hub.closed(socket);
        self.nuisance.closed(socket);
        self.settle(now);
    }

    /// Lets everything happen that is due, and tells everybody who listens.
    pub(in crate::sandbox) fn settle(&mut self, now: Timestamp) {
        self.world.tick(now);
        self.guests.tick(&mut self.world, now, &mut self.outbox);
        self.with_hub(|hub, world, clearance| hub.tick(world, clearance, now));
        let news = self
            .world
            .truth()
            .get(self.told..)
            .unwrap_or_default()
            .to_vec();
        self.told += news.len();
        // Somebody may have begun to type, which no truth knows.
        self.guests
            .observe(&mut self.world, &news, now, &mut self.outbox);
        // What a guest was sent changes nothing that anybody else is told of.
        let is_change = |line: &Truth| line.what != Change::FrameWritten;
        let news: Vec<Truth> = news.into_iter().filter(is_change).collect();
        if !news.is_empty() {
            let lens = Self::lens_on(&self.world, &self.platform);
            self.hub
                .observe(&self.world, &self.guests, lens, &news, now);
            self.keep(&news, now);
        }
        for conversation in self.guests.take_typing() {
            self.hub.tell_typing(&self.world, conversation, now);
        }
        self.tell_false_ends(now);
        self.pass_on(now);
    }

    /// Hands what is to go out to whatever trouble is ordered for sockets.
    fn pass_on(&mut self, now: Timestamp) {
        let mut pushes = std::mem::take(&mut self.outbox);
        pushes.append(&mut self.hub.take_pushes());
        if !self.skew.is_none() {
            for (_, push) in &mut pushes {
                if let Push::Text(text) = push {
                    *text = self.skew.frame(std::mem::take(text));
                }
            }
        }
        let passed = self.nuisance.pass(pushes, now);
        for (socket, push) in &passed {
            if let Push::Text(text) = push {
                self.guests.wrote(*socket, text, &mut self.world, now);
            }
        }
        self.ready.extend(passed);
    }

    /// Asks the hub something that depends on the world, on tokens and on permissions.
    pub(in crate::sandbox) fn with_hub<T>(
        &mut self,
        ask: impl FnOnce(&mut Hub, &World, Clearance<'_>) -> T,
    ) -> T {
        let clearance = Clearance {
            tokens: &self.identity.tokens,
            roles: &self.identity.roles,
        };
        ask(&mut self.hub, &self.world, clearance)
    }

    /// Tells whoever listens that a conversation, by id or label, ended; nothing is ended by it.
    pub(in crate::sandbox) fn pretend_end(
        &mut self,
        name: &str,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let index = self.world.find_by_name(name);
        let found = index.and_then(|index| self.world.conversations.get(index));
        let one = found.ok_or_else(Refusal::conversation_not_found)?;
        let lens = Self::lens_on(&self.world, &self.platform);
        self.hub.pretend_end(lens, one, now);
        self.pass_on(now);
        Ok(())
    }

    fn clearance(&self) -> Clearance<'_> {
        Clearance {
            tokens: &self.identity.tokens,
            roles: &self.identity.roles,
        }
    }

    /// What is to go out since the last time this was asked.
    pub(in crate::sandbox) fn take_pushes(&mut self) -> Outbox {
        std::mem::take(&mut self.ready)
    }

    /// When something happens next without being asked for.
    pub(in crate::sandbox) fn next_due(&self) -> Option<Timestamp> {
        let all = [
            self.world.next_due(),
            self.guests.next_due(),
            self.hub.next_due(self.clearance()),
            self.nuisance.next_due(),
            self.false_ends.first_key_value().map(|((at, _), _)| *at),
        ];
        all.into_iter().flatten().min()
    }
}
