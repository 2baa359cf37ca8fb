//! How each kind of conversation is staged: who was there, when, and who wrote last.
//!
//! Everything here lies before the start, so that analytics knows it at once.

use super::conversation::{
    Conversation, Disconnect, Leg, Message, Participant, Purpose, Side, WrapUp,
};
use super::directory::{Directory, FlowKind};
use super::life::INACTIVITY_MS;
use super::{World, later};
use crate::sandbox::kind::Kind;
use crate::sandbox::names;
use crate::sandbox::random::Random;
use crate::sandbox::scenario::{Chat, Scenario};
use jiff::{SignedDuration, Timestamp};
use std::borrow::Cow;

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
    pub(super) fn stage(
        &mut self,
        chats: &[Chat],
        up_to: Option<usize>,
        seed: u64,
        now: Timestamp,
    ) {
        let mut random = Random::stream(seed, "staging");
        for chat in chats {
            let mut labels = chat.labels().into_iter();
            for _ in 0..chat.count {
                let mut conversation = build(chat, &mut self.directory, &mut random, now);
                conversation.label = labels.next();
                self.add(conversation);
            }
        }
        let missing = up_to.unwrap_or(0).saturating_sub(self.conversations.len());
        for chat in demo_mix().iter().cycle().take(missing) {
            let conversation = build(chat, &mut self.directory, &mut random, now);
            self.add(conversation);
        }
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

fn build(
    chat: &Chat,
    directory: &mut Directory,
    random: &mut Random,
    now: Timestamp,
) -> Conversation {
    let kind = *chat.kind.get_ref();
    let moments = moments(chat, random, now);
    let mut stage = Stage {
        kind,
        moments,
        directory,
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
    let timer = later(now, INACTIVITY_MS);
    Conversation {
        id: stage.random.uuid(),
        label: None,
        deployment: stage.directory.first_deployment(),
        kind: Some(kind),
        started: moments.start,
        ended: None,
        revived: None,
        participants,
        messages,
        inactivity_timeout: (kind == Kind::Closing).then_some(timer),
        bot_stays: chat.bot_stays,
        stray: None,
    }
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

/// What the staging of one conversation draws on.
struct Stage<'a> {
    kind: Kind,
    moments: Moments,
    directory: &'a mut Directory,
    random: &'a mut Random,
}

impl Stage<'_> {
    fn party(&mut self, purpose: Purpose, name: &str, at: Timestamp) -> Participant {
        Participant {
            id: self.random.uuid(),
            purpose,
            name: name.to_owned(),
            user: None,
            queue: None,
            flow: None,
            joined: at,
            legs: vec![Leg::connected(self.random.uuid(), at)],
            wrap_up: WrapUp::default(),
        }
    }

    /// Half a minute after the last message: when somebody who left did so.
    fn departure(&self) -> Timestamp {
        later(self.moments.last, 30 * SECOND_MS).min(self.moments.now)
    }

    fn customer(&mut self, name: &str) -> Participant {
        let mut customer = self.party(Purpose::Customer, name, self.moments.start);
        let how = if self.random.between(0, 1) == 0 {
            Disconnect::Peer
        } else {
            Disconnect::Expired
        };
        if matches!(self.kind, Kind::Orphan | Kind::WrapUp) {
            end(&mut customer, self.departure(), how);
        }
        customer
    }

    /// The flow that greets, the bot that may hold the guest, and the queue.
    fn machines(&mut self, chat: &Chat, queue: usize) -> Vec<Participant> {
        let Moments {
            start,
            handover,
            answer,
            ..
        } = self.moments;
        let in_bot = matches!(self.kind, Kind::BotLoop | Kind::InBot);
        let (purpose, kind) = if in_bot {
            (Purpose::Botflow, FlowKind::Bot)
        } else {
            (Purpose::Workflow, FlowKind::Inbound)
        };
        let flow = self
            .directory
            .flow_named(chat.bot.as_deref(), kind, self.random);
        let (flow_name, flow_id) =
            flow.map_or_else(Default::default, |one| (one.name.clone(), Some(one.id)));
        let mut bot = self.party(purpose, &flow_name, start);
        bot.flow = flow_id;
        if in_bot {
            return vec![bot];
        }
        if self.kind == Kind::NoShow {
            end(&mut bot, later(start, 2 * SECOND_MS), Disconnect::System);
            return vec![bot];
        }
        end(&mut bot, handover, Disconnect::Transfer);
        let queue_name = self.directory.queues.get(queue).map(|one| one.name.clone());
        let mut acd = self.party(Purpose::Acd, &queue_name.unwrap_or_default(), handover);
        acd.queue = Some(queue);
        let still_queued = matches!(self.kind, Kind::Waiting | Kind::LongWait | Kind::Ringing);
        if !still_queued {
            end(&mut acd, answer, Disconnect::Transfer);
        }
        vec![bot, acd]
    }

    fn agents(&mut self, chat: &Chat, queue: usize) -> Vec<Participant> {
        let without = matches!(
            self.kind,
            Kind::Waiting | Kind::LongWait | Kind::BotLoop | Kind::InBot | Kind::NoShow
        );
        if without {
            return Vec::new();
        }
        if self.kind == Kind::Ringing {
            return self.ringing_agents(chat, queue);
        }
        let mut agent = self.agent(chat.agent.as_deref(), queue, self.moments.answer);
        agent.wrap_up.required = chat.wrap_up || self.kind == Kind::WrapUp;
        match self.kind {
            Kind::Parked => {
                let quiet = self.moments.now.duration_since(self.moments.last) / 2;
                let since = self
                    .moments
                    .now
                    .checked_sub(quiet)
                    .unwrap_or(self.moments.now);
                let until = later(self.moments.now, 6 * 60 * MINUTE_MS);
                if let Some(leg) = agent.legs.first_mut() {
                    leg.parked = Some((since, until));
                }
            }
            Kind::Alone | Kind::WrapUp => {
                let at = later(self.departure(), SECOND_MS).min(self.moments.now);
                end(&mut agent, at, Disconnect::Peer);
                if agent.wrap_up.required {
                    agent.wrap_up.started = Some(at);
                }
                if self.kind == Kind::Alone && agent.wrap_up.required {
                    agent.wrap_up.ended = Some(at);
                    agent.wrap_up.skipped = true;
                }
            }
            _ => {}
        }
        vec![agent]
    }

    /// Four agents who did not answer, and a fifth who does not answer either.
    fn ringing_agents(&mut self, chat: &Chat, queue: usize) -> Vec<Participant> {
        let since = later(self.moments.now, -12 * MINUTE_MS).max(self.moments.last);
        let mut agents = Vec::new();
        for turn in (1..=4).rev() {
            let at = later(since, -turn * MINUTE_MS).max(self.moments.handover);
            let mut tried = self.agent(None, queue, at);
            alert(&mut tried, at);
            end(&mut tried, later(at, 30 * SECOND_MS), Disconnect::NoAnswer);
            agents.push(tried);
        }
        let mut ringing = self.agent(chat.agent.as_deref(), queue, since);
        alert(&mut ringing, since);
        agents.push(ringing);
        agents
    }

    fn agent(&mut self, wanted: Option<&str>, queue: usize, at: Timestamp) -> Participant {
        let index = self.directory.agent_named(wanted, self.random);
        let named = self.directory.agents.get(index).cloned();
        let (name, id) = named.map_or_else(Default::default, |one| (one.name, Some(one.id)));
        let mut agent = self.party(Purpose::Agent, &name, at);
        agent.user = id;
        agent.queue = Some(queue);
        agent
    }

    /// What was written, strictly in order, the last message at its moment.
    fn messages(&mut self) -> Vec<Message> {
        let Moments {
            start,
            answer,
            last,
            ..
        } = self.moments;
        let sides = match self.kind {
            Kind::NoShow => return Vec::new(),
            Kind::BotLoop | Kind::InBot => [Side::Customer, Side::Bot],
            Kind::Waiting | Kind::LongWait | Kind::Ringing => [Side::Customer, Side::Customer],
            Kind::IdleUs | Kind::WrapUp => [Side::Agent, Side::Customer],
            Kind::Live if self.random.between(0, 1) == 0 => [Side::Agent, Side::Customer],
            _ => [Side::Customer, Side::Agent],
        };
        let mut messages = vec![self.message(Side::Customer, start)];
        let greeting = later(start, 1200);
        if greeting < answer.min(self.moments.handover.max(start)) {
            messages.push(self.message(Side::Bot, greeting));
        }
        let from = if sides.contains(&Side::Agent) {
            answer
        } else {
            start
        };
        let span = i64::try_from(last.duration_since(from).as_millis()).unwrap_or(0);
        let count = 2 * self.random.between(1, 4);
        for (number, side) in (1..=count).zip(sides.iter().copied().cycle()) {
            let at = later(from, span * number / count);
            if messages.last().is_none_or(|message| message.at < at) {
                messages.push(self.message(side, at));
            }
        }
        messages
    }

    fn message(&mut self, side: Side, at: Timestamp) -> Message {
        let words: &[&'static str] = match side {
            Side::Customer => &names::GUEST_LINES,
            Side::Agent => &names::AGENT_LINES,
            Side::Bot => &names::BOT_LINES,
        };
        Message {
            id: self.random.uuid(),
            at,
            side,
            text: Cow::Borrowed(self.random.word(words)),
            content: None,
        }
    }
}

fn end(participant: &mut Participant, at: Timestamp, how: Disconnect) {
    for leg in &mut participant.legs {
        leg.ended = Some((at, how));
    }
}

fn alert(participant: &mut Participant, since: Timestamp) {
    for leg in &mut participant.legs {
        leg.alerting = Some(since);
        leg.connected = None;
    }
}
