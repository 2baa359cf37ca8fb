//! The door for sockets: who may open one, what is heard on it, what is pushed.

use super::Service;
use crate::sandbox::exchange::{Answer, Outbox, Request, SocketId};
use crate::sandbox::guest::Guests;
use crate::sandbox::notify::Hub;
use crate::sandbox::refusal::Refusal;
use jiff::Timestamp;

impl Service {
    /// Opens a socket, or says what the request for it is answered.
    pub(in crate::sandbox) fn open_socket(
        &mut self,
        request: &Request,
        now: Timestamp,
    ) -> Result<SocketId, Answer> {
        self.settle(now);
        self.sockets_opened += 1;
        let socket = SocketId(self.sockets_opened);
        let opened = if Guests::is_theirs(&request.path) {
            self.guests.open(socket, request, &mut self.world, now)
        } else if Hub::is_theirs(&request.path) {
            self.hub.open(socket, request, now)
        } else {
            Err(Refusal::not_found())
        };
        self.settle(now);
        opened
            .map(|()| socket)
            .map_err(|refusal| self.refuse(refusal))
    }

    /// A text frame came in. Whose socket it is, its owner knows.
    pub(in crate::sandbox) fn heard(&mut self, socket: SocketId, text: &str, now: Timestamp) {
        self.settle(now);
        self.guests
            .heard(socket, text, &mut self.world, now, &mut self.outbox);
        self.hub.heard(socket, text, now, &mut self.outbox);
        self.settle(now);
    }

    /// A socket is gone, whoever closed it.
    pub(in crate::sandbox) fn hung_up(&mut self, socket: SocketId, now: Timestamp) {
        self.guests.closed(socket, now);
        self.hub.closed(socket, now);
        self.settle(now);
    }

    /// Lets everything happen that is due, and tells everybody who listens.
    pub(in crate::sandbox) fn settle(&mut self, now: Timestamp) {
        self.world.tick(now);
        self.guests.tick(&mut self.world, now, &mut self.outbox);
        self.hub.tick(now, &mut self.outbox);
        let news = self
            .world
            .truth()
            .get(self.told..)
            .unwrap_or_default()
            .to_vec();
        if !news.is_empty() {
            self.told += news.len();
            self.guests.observe(&self.world, &news, &mut self.outbox);
            self.hub.observe(&self.world, &news, &mut self.outbox);
        }
    }

    /// What is to go out since the last time this was asked.
    pub(in crate::sandbox) fn take_pushes(&mut self) -> Outbox {
        std::mem::take(&mut self.outbox)
    }

    /// When something happens next without being asked for.
    pub(in crate::sandbox) fn next_due(&self) -> Option<Timestamp> {
        let all = [
            self.world.next_due(),
            self.guests.next_due(),
            self.hub.next_due(),
        ];
        all.into_iter().flatten().min()
    }
}
