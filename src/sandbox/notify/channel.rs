//! Channels: who opened them, how long they live, what they are subscribed to, which one gives way.
//!
//! Knows nothing of sockets but their numbers, and nothing of the world.

use super::topic::{CHANNEL_PREFIX, Topic};
use crate::sandbox::exchange::SocketId;
use crate::sandbox::random::Random;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// How long a channel lives since its last subscription.
const LIFE: SignedDuration = SignedDuration::from_hours(24);
/// Channels of one owner.
pub(super) const CHANNELS_MAX: usize = 20;
/// Topics of one channel.
pub(super) const TOPICS_MAX: usize = 1000;

/// One channel.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Channel {
    pub(in crate::sandbox) id: String,
    pub(in crate::sandbox) owner: Owner,
    /// The token it lives by: the one that opened it, or subscribed last.
    pub(in crate::sandbox) token: String,
    pub(in crate::sandbox) expires: Timestamp,
    /// Names of topics.
    pub(in crate::sandbox) topics: BTreeSet<String>,
    pub(in crate::sandbox) socket: Option<SocketId>,
    /// When it was used last, as the number of the use.
    used: u64,
}

/// Whose a channel is: a client's, or a user's who signed in with it. Each has channels of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Owner {
    pub(in crate::sandbox) client: String,
    pub(in crate::sandbox) user: Option<Uuid>,
}

/// Every channel, and who listens to what.
#[derive(Debug)]
pub(super) struct Channels {
    all: BTreeMap<String, Channel>,
    /// The channels of each topic that somebody is subscribed to.
    listeners: HashMap<String, BTreeSet<String>>,
    uses: u64,
    random: Random,
}

/// There would be more topics on the channel than it can hold.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooMany;

impl Channels {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            all: BTreeMap::new(),
            listeners: HashMap::new(),
            uses: 0,
            random: Random::stream(seed, "channels"),
        }
    }

    /// Opens a channel; the one that gave way for it is returned too.
    pub(super) fn open(
        &mut self,
        owner: &Owner,
        token: &str,
        now: Timestamp,
    ) -> (&Channel, Option<Channel>) {
        let own: Vec<&Channel> = self
            .all
            .values()
            .filter(|one| one.owner == *owner)
            .collect();
        let oldest = own
            .iter()
            .min_by_key(|one| (one.socket.is_some(), one.used));
        let yields = oldest.filter(|_| own.len() >= CHANNELS_MAX);
        let evicted = yields.map(|one| one.id.clone());
        let evicted = evicted.and_then(|id| self.remove(&id));
        self.uses += 1;
        let id = format!("{CHANNEL_PREFIX}{}", self.random.uuid().simple());
        let channel = Channel {
            id: id.clone(),
            owner: owner.clone(),
            token: token.to_owned(),
            expires: after(now, LIFE),
            topics: BTreeSet::new(),
            socket: None,
            used: self.uses,
        };
        (self.all.entry(id).or_insert(channel), evicted)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Channel> {
        self.all.values()
    }

    pub(super) fn get(&self, id: &str) -> Option<&Channel> {
        self.all.get(id)
    }

    /// The channel, which counts as used now.
    pub(super) fn used(&mut self, id: &str) -> Option<&mut Channel> {
        self.uses += 1;
        let channel = self.all.get_mut(id)?;
        channel.used = self.uses;
        Some(channel)
    }

    pub(super) fn remove(&mut self, id: &str) -> Option<Channel> {
        let channel = self.all.remove(id)?;
        for topic in &channel.topics {
            forget(&mut self.listeners, topic, id);
        }
        Some(channel)
    }

    /// Subscribes a channel to topics, beside or instead of its own, all of them or none; it lives
    /// 24 h from now.
    pub(super) fn subscribe(
        &mut self,
        id: &str,
        topics: &[Topic],
        instead: bool,
        now: Timestamp,
    ) -> Result<(), TooMany> {
        let Some(channel) = self.used(id) else {
            return Ok(());
        };
        let wanted: BTreeSet<String> = topics.iter().map(|topic| topic.name.clone()).collect();
        let kept = if instead {
            BTreeSet::new()
        } else {
            channel.topics.clone()
        };
        let all: BTreeSet<String> = kept.union(&wanted).cloned().collect();
        if all.len() > TOPICS_MAX {
            return Err(TooMany);
        }
        channel.expires = after(now, LIFE);
        let before = std::mem::replace(&mut channel.topics, all.clone());
        for topic in before.difference(&all) {
            forget(&mut self.listeners, topic, id);
        }
        for topic in all {
            self.listeners
                .entry(topic)
                .or_default()
                .insert(id.to_owned());
        }
        Ok(())
    }

    /// Takes topics off a channel; those that it does not have are ignored.
    pub(super) fn unsubscribe(&mut self, id: &str, names: &[String]) {
        for name in names {
            let channel = self.used(id);
            if channel.is_some_and(|channel| channel.topics.remove(name)) {
                forget(&mut self.listeners, name, id);
            }
        }
    }

    /// Takes every topic off a channel.
    pub(super) fn clear(&mut self, id: &str) {
        let names = self.get(id).map(|one| one.topics.iter().cloned().collect());
        let names: Vec<String> = names.unwrap_or_default();
        self.unsubscribe(id, &names);
    }

    /// Whether anybody is subscribed to anything.
    pub(super) fn anybody_listens(&self) -> bool {
        !self.listeners.is_empty()
    }

    pub(super) fn is_wanted(&self, topic: &str) -> bool {
        self.listeners.contains_key(topic)
    }

    /// The sockets of the channels that are subscribed to a topic.
    pub(super) fn sockets_of(&self, topic: &str) -> Vec<SocketId> {
        let channels = self.listeners.get(topic).into_iter().flatten();
        channels.filter_map(|id| self.get(id)?.socket).collect()
    }
}

fn forget(listeners: &mut HashMap<String, BTreeSet<String>>, topic: &str, channel: &str) {
    if let Some(channels) = listeners.get_mut(topic) {
        channels.remove(channel);
        if channels.is_empty() {
            listeners.remove(topic);
        }
    }
}

/// A time later by a span; the same time at the calendar's edge.
pub(super) fn after(at: Timestamp, span: SignedDuration) -> Timestamp {
    at.checked_add(span).unwrap_or(at)
}
