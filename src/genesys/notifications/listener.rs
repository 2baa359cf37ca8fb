//! Brings a channel about and keeps it: found again or opened, subscribed, dialled, and all of it anew when it is lost.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::Instant;

use super::address;
use super::channel::{Channel, TOPICS_MAX, Verdict};
use super::kept::Kept;
use super::socket::{NotDialled, Socket};
use super::{Listening, Pulse};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::hearing::Hearing;
use crate::domain::moment::since;
use crate::domain::text::Text;
use crate::engine::ports::{Ears, Heard};
use crate::genesys::client::Client;

/// What keeps us from listening.
pub(super) enum Trouble {
    /// In words; it is tried again after a growing wait.
    Lost(Text),
    /// No queue may be listened to, and what is missing.
    Refused(Text),
    /// Nothing may be opened before then.
    TooOften(Timestamp),
    /// Too many programs listen already.
    Crowded,
    /// The engine has ended.
    Nobody,
}

/// What the channel was subscribed to last.
pub(super) struct Subscribed {
    pub(super) queues: BTreeSet<Text>,
    /// How often there had been a sign-in: the channel lives by the token that subscribed it.
    pub(super) sign_ins: u64,
    pub(super) at: Instant,
    pub(super) verdict: Verdict,
}

/// Whoever listens.
pub(super) struct Listener {
    pub(super) client: Client,
    pub(super) pulse: Pulse,
    pub(super) ears: Ears,
    /// Tells of every sign-in.
    pub(super) signed_in: watch::Receiver<u64>,
    pub(super) kept: Kept,
    pub(super) channel: Option<Channel>,
    pub(super) subscribed: Option<Subscribed>,
    /// What was said of it last.
    said: Hearing,
    /// Attempts that came to nothing in a row.
    tries: u32,
}

impl Listener {
    pub(super) fn new(client: Client, listening: &Listening, ears: Ears) -> Self {
        let of = format!(
            "{} {} {}",
            listening.org_id,
            client.funnel.host(),
            client.funnel.client_id()
        );
        Self {
            kept: Kept::take(listening.folder.as_deref(), &client.profile, &of),
            signed_in: client.funnel.follow_sign_ins(),
            client,
            pulse: listening.pulse.clone(),
            ears,
            channel: None,
            subscribed: None,
            said: Hearing::Off,
            tries: 0,
        }
    }

    /// Listens until the engine ends.
    pub(super) async fn run(mut self) {
        loop {
            let somewhere = self.ears.queues.wait_for(|queues| !queues.is_empty());
            if somewhere.await.is_err() {
                return;
            }
            let trouble = match self.connect().await {
                Ok(socket) => self.attend_for_a_while(socket).await,
                Err(trouble) => trouble,
            };
            let wait = self.own_up(&trouble).await;
            if matches!(trouble, Trouble::Nobody) {
                return;
            }
            // Where nothing was permitted, more queues are a reason to ask again.
            let is_refused = matches!(trouble, Trouble::Refused(_));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                changed = self.ears.queues.changed(), if is_refused => {
                    if changed.is_err() { return }
                    tokio::time::sleep(self.pulse.gather).await;
                }
            }
        }
    }

    /// Attends a socket until it is lost. One that held begins anew with the first attempt; one that was long in coming does not.
    async fn attend_for_a_while(&mut self, socket: Socket) -> Trouble {
        let opened = Instant::now();
        let trouble = self.attend(socket).await;
        if opened.elapsed() >= self.pulse.longest_retry {
            self.tries = 0;
        }
        trouble
    }

    /// Says what keeps us from listening; answers how long to wait before the next attempt.
    async fn own_up(&mut self, trouble: &Trouble) -> Duration {
        let now = self.client.funnel.now();
        let down = |why: &str| Hearing::Down {
            since: now,
            why: Text::clean(why),
        };
        let (hearing, wait) = match trouble {
            Trouble::Lost(why) => {
                let wait = self.pulse.retry * (1 << self.tries.min(10));
                // The first attempt is made so soon that nothing needs to be said; and silence says why itself.
                let hearing = match (&self.said, self.tries) {
                    (Hearing::Silent { .. }, _) => self.said.clone(),
                    (_, 0) => Hearing::Connecting,
                    _ => down(&format!("the connection for notifications is lost: {why}")),
                };
                self.tries += 1;
                (hearing, wait.min(self.pulse.longest_retry))
            }
            Trouble::Refused(missing) => {
                let missing = missing.clone();
                (Hearing::NotPermitted { missing }, self.pulse.refused)
            }
            Trouble::TooOften(until) => {
                let why = "channels were opened too often; no other is for now";
                let wait = Duration::try_from(since(now, *until)).unwrap_or_default();
                (down(why), wait)
            }
            Trouble::Crowded => {
                let why = "four programs listen for this profile already";
                (down(why), self.pulse.refused)
            }
            Trouble::Nobody => (Hearing::Off, Duration::ZERO),
        };
        self.say(hearing).await;
        wait
    }

    /// Says how listening stands, if that changed. Of what lasts, the first that was said stays.
    pub(super) async fn say(&mut self, hearing: Hearing) {
        let lasts = match (&self.said, &hearing) {
            (Hearing::Down { why: was, .. }, Hearing::Down { why, .. }) => was == why,
            (was, is) => was == is,
        };
        if !lasts {
            self.said = hearing.clone();
            let _ = self.ears.heard.send(Heard::Hearing(hearing)).await;
        }
    }

    /// The channel, subscribed and dialled.
    async fn connect(&mut self) -> Result<Socket, Trouble> {
        let channel = self.channel().await?;
        let queues = self.ears.queues.borrow_and_update().clone();
        if self.is_subscription_due(&queues) {
            let done = subscribe(self.client.clone(), channel.id.clone(), queues).await;
            self.take_subscription(done)?;
        }
        if let Some(subscribed) = &self.subscribed
            && subscribed.verdict.permitted == 0
        {
            let missing = subscribed.verdict.missing.clone();
            self.subscribed = None;
            return Err(Trouble::Refused(missing));
        }
        self.dial(&channel).await
    }

    /// Where the channel's socket is, if it may be there.
    pub(super) fn address_of(&self, channel: &Channel) -> Option<String> {
        address::of(&channel.connect_uri, self.client.funnel.base())
    }

    /// Opens the channel's socket.
    async fn dial(&mut self, channel: &Channel) -> Result<Socket, Trouble> {
        let Some(address) = self.address_of(channel) else {
            let why =
                "the service names a socket outside of the profile's region; it is not dialled";
            return Err(Trouble::Lost(Text::clean(why)));
        };
        match Socket::dial(&self.client.sockets, &address).await {
            Ok(socket) => Ok(socket),
            Err(NotDialled::Failed(why)) => Err(Trouble::Lost(why)),
            Err(NotDialled::Gone) => {
                self.forget_channel();
                Err(Trouble::Lost(Text::clean("the channel is gone")))
            }
        }
    }

    /// The channel is no more.
    pub(super) fn forget_channel(&mut self) {
        self.channel = None;
        self.subscribed = None;
        self.kept.set(None);
    }

    /// The channel that we have, else the one that was kept, else a new one, if one may be opened.
    async fn channel(&mut self) -> Result<Channel, Trouble> {
        if let Some(channel) = &self.channel {
            return Ok(channel.clone());
        }
        if self.kept.is_crowded() {
            return Err(Trouble::Crowded);
        }
        let found = match self.kept.channel() {
            Some(id) => self.client.channel_again(id).await.map_err(lost)?,
            None => None,
        };
        let channel = match found {
            Some(channel) => channel,
            None => self.open_channel().await?,
        };
        self.subscribed = None;
        self.channel = Some(channel.clone());
        Ok(channel)
    }

    async fn open_channel(&mut self) -> Result<Channel, Trouble> {
        let now = self.client.funnel.now();
        let at = self.kept.may_open_at(now);
        if at > now {
            return Err(Trouble::TooOften(at));
        }
        self.kept.opening(now);
        let channel = self.client.new_channel().await.map_err(lost)?;
        self.kept.set(Some(&channel.id));
        Ok(channel)
    }

    /// There are other queues, or another token, or it was long ago.
    pub(super) fn is_subscription_due(&self, queues: &BTreeSet<Text>) -> bool {
        self.subscribed.as_ref().is_none_or(|done| {
            done.queues != *queues
                || done.sign_ins != self.client.funnel.sign_ins()
                || done.at.elapsed() >= self.pulse.renew
        })
    }

    /// When the subscription has grown old, if nothing else happens.
    pub(super) fn renew_at(&self) -> Instant {
        let subscribed = self.subscribed.as_ref();
        subscribed.map_or_else(Instant::now, |done| done.at) + self.pulse.renew
    }

    /// Takes what became of a subscription.
    pub(super) fn take_subscription(
        &mut self,
        done: Result<Subscribed, Failure>,
    ) -> Result<(), Trouble> {
        match done {
            Ok(subscribed) => {
                self.subscribed = Some(subscribed);
                Ok(())
            }
            Err(failure) => {
                // Gone; or full of topics that nobody needs any more, for which another is opened, if one may be.
                if matches!(failure.kind, FailureKind::NotFound | FailureKind::Refused) {
                    self.forget_channel();
                }
                Err(lost(failure))
            }
        }
    }

    /// How it stands while events come in.
    pub(super) fn live(&self) -> Hearing {
        let done = self.subscribed.as_ref();
        let queues = done.map_or(0, |done| done.verdict.permitted);
        let all = done.map_or(0, |done| done.queues.len());
        Hearing::Live {
            queues,
            deaf: all.saturating_sub(queues),
        }
    }
}

/// Subscribes a channel to the messages of these queues, as many as it holds.
pub(super) async fn subscribe(
    client: Client,
    channel: String,
    queues: BTreeSet<Text>,
) -> Result<Subscribed, Failure> {
    let sign_ins = client.funnel.sign_ins();
    // One id that is none would spoil all.
    let ids = queues
        .iter()
        .filter_map(|id| uuid::Uuid::try_parse(id.as_str()).ok());
    let topic = |id: uuid::Uuid| format!("v2.routing.queues.{id}.conversations.messages");
    let topics: Vec<String> = ids.map(topic).take(TOPICS_MAX).collect();
    let verdict = client.subscribe(&channel, &topics).await?;
    Ok(Subscribed {
        queues,
        sign_ins,
        at: Instant::now(),
        verdict,
    })
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
fn lost(failure: Failure) -> Trouble {
    match &failure.kind {
        FailureKind::NotPermitted { .. } | FailureKind::Forbidden => {
            Trouble::Refused(Text::clean(&failure.words()))
        }
        _ => Trouble::Lost(Text::clean(&failure.words())),
    }
}
