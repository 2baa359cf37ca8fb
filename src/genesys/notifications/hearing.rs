//! Attends an open socket: hands its events on, asks whether anybody is there, and says when nobody is. Missed events are not replayed, so
//! that coming back is said, and the list is read again.

use jiff::Timestamp;
use tokio::task::{JoinError, JoinSet};
use tokio::time::{Instant, timeout, timeout_at};

use super::frame::Frame;
use super::listener::{Listener, Subscribed, Trouble, subscribe};
use super::socket::{NotDialled, Socket};
use crate::domain::failure::Failure;
use crate::domain::hearing::Hearing;
use crate::domain::text::Text;
use crate::engine::ports::Heard;

/// Why a run is paused whose sign-in was revoked.
const REVOKED: &str =
    "the sign-in was revoked, a notification says. Find out who did it and why before going on";

/// A connection.
struct Connection {
    socket: Socket,
    /// The one whose place it took: what comes on that is heard until it closes, or until then.
    old: Option<(Socket, Instant)>,
    /// One that is to take its place.
    dialling: JoinSet<Result<Socket, NotDialled>>,
    /// When it opened.
    since: Instant,
    /// When something was heard last, by both clocks.
    heard: (Instant, Timestamp),
    ping_at: Instant,
    /// When the topics are looked at again: soon where there is a reason to, else when time alone is one. An idle console is not woken for
    /// nothing.
    look_at: Instant,
    subscribing: JoinSet<Result<Subscribed, Failure>>,
}

impl Connection {
    /// The topics are looked at by then, if not sooner.
    fn look_by(&mut self, at: Instant) {
        self.look_at = self.look_at.min(at);
    }
}

impl Listener {
    /// Attends a socket until it is lost, and says why.
    pub(super) async fn attend(&mut self, socket: Socket) -> Trouble {
        let now = Instant::now();
        let mut connection = Connection {
            socket,
            old: None,
            dialling: JoinSet::new(),
            since: now,
            heard: (now, self.client.funnel.now()),
            // Its answer is the proof that somebody is there.
            ping_at: now,
            look_at: self.renew_at(),
            subscribing: JoinSet::new(),
        };
        loop {
            if let Err(trouble) = self.turn(&mut connection).await {
                return trouble;
            }
        }
    }

    /// One thing that happens.
    async fn turn(&mut self, connection: &mut Connection) -> Result<(), Trouble> {
        tokio::select! {
            text = last_words(&mut connection.old) => {
                let Some(text) = text else {
                    connection.old = None;
                    return Ok(());
                };
                self.heard_on_the_old(&text).await
            }
            text = connection.socket.next() => match text {
                Ok(text) => {
                    let now = self.client.funnel.now();
                    connection.heard = (Instant::now(), now);
                    self.heard(connection, Frame::of(&text, now)).await
                }
                Err(_) if self.is_succeeded(connection).await => Ok(()),
                Err(why) => Err(Trouble::Lost(why)),
            },
            Some(dialled) = connection.dialling.join_next() => {
                self.move_over(connection, dialled).await;
                Ok(())
            }
            Some(done) = connection.subscribing.join_next() => {
                match done {
                    Ok(done) => self.take_subscription(done)?,
                    Err(_) => return Err(Trouble::Lost(Text::clean("a part of this program fell over"))),
                }
                connection.look_at = if self.is_subscription_due(&self.ears.queues.borrow()) {
                    Instant::now() + self.pulse.gather
                } else {
                    self.renew_at()
                };
                match self.live() {
                    Hearing::Live { queues: 0, .. } => {
                        let missing = self.subscribed.take().map(|done| done.verdict.missing);
                        Err(Trouble::Refused(missing.unwrap_or_else(|| Text::clean(""))))
                    }
                    live => {
                        self.say(live).await;
                        Ok(())
                    }
                }
            }
            () = tokio::time::sleep_until(connection.ping_at) => {
                connection.ping_at = Instant::now() + self.pulse.ping;
                connection.socket.ping().await.map_err(Trouble::Lost)
            }
            () = tokio::time::sleep_until(connection.heard.0 + self.pulse.silence) => {
                let since = connection.heard.1;
                self.say(Hearing::Silent { since }).await;
                Err(Trouble::Lost(Text::clean("it fell silent")))
            }
            changed = self.ears.queues.changed() => {
                changed.map_err(|_| Trouble::Nobody)?;
                connection.look_by(Instant::now() + self.pulse.gather);
                Ok(())
            }
            Ok(()) = self.signed_in.changed() => {
                connection.look_by(Instant::now() + self.pulse.gather);
                Ok(())
            }
            () = tokio::time::sleep_until(connection.look_at), if connection.subscribing.is_empty() => {
                self.look(connection);
                Ok(())
            }
        }
    }

    /// Subscribes anew where there is a reason to, beside everything else. What comes meanwhile is looked at when that is done.
    fn look(&mut self, connection: &mut Connection) {
        connection.look_at = Instant::now() + self.pulse.renew;
        let queues = self.ears.queues.borrow_and_update().clone();
        if !self.is_subscription_due(&queues) {
            connection.look_at = self.renew_at();
        } else if let Some(channel) = self.channel.as_ref() {
            let id = channel.id.clone();
            connection
                .subscribing
                .spawn(subscribe(self.client.clone(), id, queues));
        }
    }

    async fn heard(&mut self, connection: &mut Connection, frame: Frame) -> Result<(), Trouble> {
        match frame {
            Frame::Gone(why) => {
                if self.is_succeeded(connection).await {
                    return Ok(());
                }
                self.forget_channel();
                return Err(Trouble::Lost(why));
            }
            Frame::Revoked => return Err(self.revoked().await),
            Frame::Closing => self.dial_another(connection),
            Frame::Event(event) => self.tell(Heard::Event(*event)).await?,
            Frame::Alive => {}
        }
        let live = self.live();
        self.say(live).await;
        Ok(())
    }

    /// The channel died with its token, which whoever asks next would use, unless another was fetched meanwhile.
    async fn revoked(&mut self) -> Trouble {
        let lived_by = self.subscribed.as_ref().map(|done| done.sign_ins);
        if lived_by == Some(self.client.funnel.sign_ins()) {
            self.client.funnel.drop_token().await;
        }
        let told = Heard::Revoked(REVOKED.to_owned());
        let _ = self.ears.heard.send(told).await;
        self.forget_channel();
        Trouble::Lost(Text::clean("the channel's token was revoked"))
    }

    /// What comes on a socket whose place was taken: events, and that the sign-in is over; nothing else that it says concerns the other.
    async fn heard_on_the_old(&mut self, text: &str) -> Result<(), Trouble> {
        match Frame::of(text, self.client.funnel.now()) {
            Frame::Event(event) => self.tell(Heard::Event(*event)).await,
            Frame::Revoked => Err(self.revoked().await),
            Frame::Gone(_) | Frame::Closing | Frame::Alive => Ok(()),
        }
    }

    async fn tell(&self, heard: Heard) -> Result<(), Trouble> {
        let told = self.ears.heard.send(heard).await;
        told.map_err(|_| Trouble::Nobody)
    }

    /// The socket is closed soon: another is opened first, beside everything else. One that is told so as soon as it opens waits for its
    /// end instead.
    fn dial_another(&self, connection: &mut Connection) {
        if connection.since.elapsed() < self.pulse.longest_retry || !connection.dialling.is_empty()
        {
            return;
        }
        if let Some(address) = self.channel.as_ref().and_then(|one| self.address_of(one)) {
            let http = self.client.sockets.clone();
            connection
                .dialling
                .spawn(async move { Socket::dial(&http, &address).await });
        }
    }

    /// The socket has ended or gave way. Where another is dialled that is why, as a channel has one connection: it may be about to open.
    async fn is_succeeded(&mut self, connection: &mut Connection) -> bool {
        match timeout(self.pulse.gather, connection.dialling.join_next()).await {
            Ok(Some(dialled)) => self.move_over(connection, dialled).await,
            Ok(None) | Err(_) => false,
        }
    }

    /// Another socket was dialled: if it opened it takes this one's place. What was told between the two is told to nobody.
    async fn move_over(
        &mut self,
        connection: &mut Connection,
        dialled: Result<Result<Socket, NotDialled>, JoinError>,
    ) -> bool {
        let Ok(Ok(socket)) = dialled else {
            return false;
        };
        let now = Instant::now();
        let old = std::mem::replace(&mut connection.socket, socket);
        connection.old = Some((old, now + self.pulse.silence));
        connection.since = now;
        connection.heard.0 = now;
        connection.ping_at = now;
        let _ = self.ears.heard.send(Heard::Missed).await;
        true
    }
}

/// The next text of a socket whose place was taken; nothing when no more comes, and never anything where there is no such socket.
async fn last_words(old: &mut Option<(Socket, Instant)>) -> Option<String> {
    match old {
        Some((socket, until)) => timeout_at(*until, socket.next()).await.ok()?.ok(),
        None => std::future::pending().await,
    }
}
