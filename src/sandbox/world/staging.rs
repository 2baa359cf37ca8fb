//! How each kind of conversation is staged: who was there, when, and who wrote last.
//!
//! Everything here lies before the start, so that analytics knows it at once.

mod cast;
mod lines;
mod twist;

use super::conversation::Conversation;
use super::directory::Directory;
use super::{World, later};
use crate::sandbox::kind::Kind;
use crate::sandbox::names;
use crate::sandbox::random::Random;
use crate::sandbox::scenario::{Chat, Scenario};
use jiff::{SignedDuration, Timestamp};
use toml::Spanned;

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;

/// The moments of one staged conversation, in their order.
#[derive(Clone, Copy)]
struct Moments {
    start: Timestamp,
    /// The bot hands over.
    handover: Timestamp,
    /// An agent answers.
    answer: Timestamp,
    /// Somebody writes last.
    last: Timestamp,
    now: Timestamp,
}

impl World {
    pub(super) fn stage(&mut self, chats: &[Chat], up_to: usize, seed: u64, now: Timestamp) {
        let mut random = Random::stream(seed, "staging");
        for chat in chats {
            let mut labels = chat.labels().into_iter();
            for _ in 0..chat.count {
                let mut conversation = self.build(chat, &mut random, now);
                conversation.label = labels.next();
                self.add(conversation);
            }
        }
        let missing = up_to.saturating_sub(self.conversations.len());
        for chat in demo_mix().iter().cycle().take(missing) {
            let conversation = self.build(chat, &mut random, now);
            self.add(conversation);
        }
    }

    fn build(&mut self, chat: &Chat, random: &mut Random, now: Timestamp) -> Conversation {
        let kind = *chat.kind.get_ref();
        let moments = moments(chat, random, now);
        let mut stage = Stage {
            kind,
            moments,
            directory: &mut self.directory,
            random,
        };
        let queue = stage
            .directory
            .queue_named(chat.queue.as_deref(), stage.random);
        let customer = chat.customer.clone();
        let customer = customer.unwrap_or_else(|| names::guest(stage.random));
        let mut participants = vec![stage.customer(&customer)];
        participants.extend(stage.machines(chat, queue));
        participants.extend(stage.agents(chat, queue));
        let messages = stage.messages();
        let deployment = chat.deployment.as_ref().map(Spanned::get_ref);
        let deployment = stage.directory.deployment_named(deployment);
        let mut conversation = Conversation {
            kind: Some(kind),
            participants,
            messages,
            bot_stays: chat.bot_stays,
            message_type: chat.message_type,
            ..Conversation::new(stage.random.uuid(), deployment, moments.start)
        };
        stage.twist(chat, queue, &mut conversation);
        conversation.participants.shrink_to_fit();
        conversation.messages.shrink_to_fit();
        if kind == Kind::Away {
            let agent = conversation.participants.iter().find_map(|one| one.user);
            if let Some(user) = agent {
                self.directory
                    .sign_out(user, later(moments.last, MINUTE_MS).min(now));
            }
        }
        conversation
    }
}

/// The demo's chats one by one, without their names and times.
fn demo_mix() -> Vec<Chat> {
    let chats = Scenario::named("demo")
        .map(|demo| demo.chats)
        .unwrap_or_default();
    let each = chats.into_iter().flat_map(|chat| {
        let anonymous = Chat {
            count: 1,
            label: None,
            age: None,
            idle: None,
            queue: None,
            agent: None,
            customer: None,
            bot: None,
            ..chat.clone()
        };
        std::iter::repeat_n(anonymous, chat.count)
    });
    each.collect()
}

/// What the staging of one conversation draws on.
struct Stage<'a> {
    kind: Kind,
    moments: Moments,
    directory: &'a mut Directory,
    random: &'a mut Random,
}

fn moments(chat: &Chat, random: &mut Random, now: Timestamp) -> Moments {
    let times = chat.kind.get_ref().times();
    let mut minutes = |range: (i64, i64)| {
        SignedDuration::from_millis(random.between(range.0 * MINUTE_MS, range.1 * MINUTE_MS))
    };
    let (usual_age, usual_idle) = (minutes(times.age), minutes(times.idle));
    let idle = chat.idle.as_ref().map(|span| span.get_ref().0);
    let age = chat.age.as_ref().map(|span| span.get_ref().0);
    // Where only one of the two is given, the other gives way.
    let (age, idle) = match (age, idle) {
        (Some(age), idle) => (age, idle.unwrap_or_else(|| usual_idle.min(age))),
        (None, Some(idle)) => (usual_age.max(idle + SignedDuration::from_mins(10)), idle),
        (None, None) => (usual_age, usual_idle.min(usual_age)),
    };
    let start = now.checked_sub(age).unwrap_or(now);
    let talk = i64::try_from((age - idle).as_millis()).unwrap_or(0);
    Moments {
        start,
        handover: later(start, (talk / 6).min(3 * MINUTE_MS)),
        answer: later(start, (talk / 3).min(8 * MINUTE_MS)),
        last: later(start, talk),
        now,
    }
}
