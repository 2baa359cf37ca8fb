//! Which topics a change is told on. Work is done only for topics that somebody listens to.

use super::details;
use super::metrics;
use super::moment::Moment;
use super::picture::{self, MESSAGES, WHOLE};
use super::{Hub, depths, reaching};
use crate::sandbox::api::picture::{Lens, time};
use crate::sandbox::guest::Guests;
use crate::sandbox::truth::{Actor, Change, Truth};
use crate::sandbox::world::World;
use crate::sandbox::world::conversation::{Conversation, Disconnect};
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A token that a user got. The token itself is never told.
#[derive(Clone, Copy, Debug)]
pub(in crate::sandbox) struct Issued<'a> {
    pub(in crate::sandbox) user: Uuid,
    pub(in crate::sandbox) name: &'a str,
    pub(in crate::sandbox) client: &'a str,
    pub(in crate::sandbox) token: &'a str,
    pub(in crate::sandbox) until: Timestamp,
}

impl Hub {
    /// What happened in the world since the last time, oldest first. Each change is told as a detail
    /// event; a conversation is shown once, as it is now, where its last change stands.
    pub(in crate::sandbox) fn observe(
        &mut self,
        world: &World,
        guests: &Guests,
        lens: Lens<'_>,
        news: &[Truth],
        now: Timestamp,
    ) {
        if !self.channels.anybody_listens() {
            return;
        }
        let news: Vec<&Truth> = news
            .iter()
            .filter(|truth| is_a_change(truth.what))
            .collect();
        let places = news.iter().enumerate();
        let last: HashMap<Uuid, usize> = places
            .map(|(place, truth)| (truth.conversation, place))
            .collect();
        for (place, truth) in news.into_iter().enumerate() {
            let index = world.find(&truth.conversation.to_string());
            let Some(one) = index.and_then(|index| world.conversations.get(index)) else {
                continue;
            };
            let moment = Moment::new(truth, one, lens.directory);
            self.tell_moment(&moment, now);
            self.tell_undelivered(&moment, guests, world, now);
            if last.get(&truth.conversation) == Some(&place) {
                self.show(lens, one, truth, now);
                self.touch_queues(lens, one, now);
            }
        }
        self.tell_depths(world, now);
    }

    /// Tells whoever listens that a conversation was ended by the platform, though nothing was.
    pub(in crate::sandbox) fn pretend_end(
        &mut self,
        lens: Lens<'_>,
        one: &Conversation,
        now: Timestamp,
    ) {
        let mut lie = one.clone();
        let open = one.open_legs();
        let mut ended = Vec::new();
        for party in &mut lie.participants {
            for leg in party.legs.iter_mut().filter(|leg| open.contains(&leg.id)) {
                leg.ended = Some((now, Disconnect::System));
                ended.push((party.id, leg.id));
            }
        }
        lie.ended = Some(now);
        let news = ended.into_iter().map(|(participant, leg)| Truth {
            at: now,
            who: Actor::World,
            what: Change::LegEnded,
            conversation: one.id,
            participant: Some(participant),
            communication: Some(leg),
            message: None,
            frame: None,
            request: None,
        });
        let news: Vec<Truth> = news.collect();
        for truth in &news {
            self.tell_moment(&Moment::new(truth, &lie, lens.directory), now);
        }
        if let Some(truth) = news.last() {
            self.show(lens, &lie, truth, now);
        }
    }

    /// Tells the agents of a conversation that its guest types.
    pub(in crate::sandbox) fn tell_typing(
        &mut self,
        world: &World,
        conversation: Uuid,
        now: Timestamp,
    ) {
        if !self.channels.anybody_listens() {
            return;
        }
        let index = world.find(&conversation.to_string());
        let Some(one) = index.and_then(|index| world.conversations.get(index)) else {
            return;
        };
        for user in reaching::agents(one) {
            let topic = format!("v2.users.{user}.conversations.inbound.typing.event");
            self.tell(&topic, None, now, || reaching::typing(one, now));
        }
    }

    /// A message found no guest to receive it.
    fn tell_undelivered(
        &mut self,
        moment: &Moment<'_>,
        guests: &Guests,
        world: &World,
        now: Timestamp,
    ) {
        let Some(message) = reaching::outbound(moment) else {
            return;
        };
        let deployment = moment.one.deployment;
        let topic = format!("v2.webmessaging.deployments.{deployment}.undelivered.messages");
        if !self.channels.is_wanted(&topic) {
            return;
        }
        if let Some(until) = guests.waits_until(moment.one, message.at, world) {
            self.tell(&topic, correlation(moment.truth), now, || {
                reaching::undelivered(moment.one, message, until)
            });
        }
    }

    /// A user's token was issued.
    pub(in crate::sandbox) fn tell_token(&mut self, issued: &Issued<'_>, now: Timestamp) {
        let topic = format!("v2.users.{}.tokens", issued.user);
        self.tell(&topic, None, now, || {
            json!({
                "user": { "id": issued.user, "name": issued.name },
                "clientId": issued.client,
                "dateCreated": time(now),
                "tokenExpirationDate": time(issued.until),
                "tokenHash": format!("{:x}", Sha256::digest(issued.token)),
            })
        });
    }

    /// Counts the queues that are due, and tells those that changed.
    pub(super) fn tell_depths(&mut self, world: &World, now: Timestamp) {
        for (queue, depth) in self.depths.changed(world, now) {
            let [activity, observations] = depths::topics(queue);
            self.tell(&activity, None, now, || depth.activity());
            self.tell(&observations, None, now, || depth.observations(queue, now));
        }
    }

    fn tell_moment(&mut self, moment: &Moment<'_>, now: Timestamp) {
        let correlation = correlation(moment.truth);
        for word in details::words(moment) {
            let topic = details::topic(moment.one.id, word);
            self.tell(&topic, correlation, now, || details::event(moment, word));
        }
        let topic = metrics::topic(moment.one.id);
        if self.channels.is_wanted(&topic) {
            for known in metrics::known(moment) {
                let id = self.correlation.uuid();
                self.tell(&topic, correlation, now, || {
                    metrics::record(moment, known, id)
                });
            }
        }
    }

    /// Shows a conversation to the queues it came through and to the users who were part of it.
    fn show(&mut self, lens: Lens<'_>, one: &Conversation, truth: &Truth, now: Timestamp) {
        // What the conversation service has lost it shows nobody.
        if one.lost {
            return;
        }
        let queues = queues(lens, one);
        let queues = queues.iter().map(|id| format!("v2.routing.queues.{id}"));
        let users: BTreeSet<Uuid> = one.participants.iter().filter_map(|one| one.user).collect();
        let users = users.iter().map(|id| format!("v2.users.{id}"));
        let places: Vec<String> = queues.chain(users).collect();
        for place in places {
            let whole = format!("{place}.{WHOLE}");
            self.tell(&whole, correlation(truth), now, || {
                picture::whole(lens, one)
            });
            let messages = format!("{place}.{MESSAGES}");
            self.tell(&messages, correlation(truth), now, || {
                picture::messages(lens, one)
            });
        }
    }

    fn touch_queues(&mut self, lens: Lens<'_>, one: &Conversation, now: Timestamp) {
        for queue in queues(lens, one) {
            let topics = depths::topics(queue);
            if topics.iter().any(|topic| self.channels.is_wanted(topic)) {
                self.depths.touch(queue, now);
            }
        }
    }
}

/// Whether the conversation differs from what it was: what guests are sent and told leaves it as it is, and
/// of a record that is gone there is nothing to show.
fn is_a_change(what: Change) -> bool {
    !matches!(
        what,
        Change::FrameWritten | Change::InactivityWarned | Change::RecordRemoved
    )
}

/// Every queue that a conversation came through.
fn queues(lens: Lens<'_>, one: &Conversation) -> BTreeSet<Uuid> {
    let places = one.participants.iter().filter_map(|party| party.queue);
    places
        .filter_map(|place| Some(lens.directory.queues.get(place)?.id))
        .collect()
}

/// The request that caused a change.
fn correlation(truth: &Truth) -> Option<&str> {
    truth
        .request
        .as_ref()
        .map(|cause| cause.correlation_id.as_str())
}
