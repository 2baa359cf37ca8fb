//! Who is there: the customer, the machines and the agents of a staged conversation, with their legs.

use super::{MINUTE_MS, Moments, SECOND_MS, Stage};
use crate::sandbox::kind::Kind;
use crate::sandbox::names;
use crate::sandbox::scenario::Chat;
use crate::sandbox::world::conversation::{Disconnect, Leg, Participant, Prompt, Purpose, WrapUp};
use crate::sandbox::world::directory::{FlowKind, User};
use crate::sandbox::world::later;
use jiff::Timestamp;

impl Stage<'_> {
    pub(super) fn party(&mut self, purpose: Purpose, name: &str, at: Timestamp) -> Participant {
        let mut party = Participant::new(self.random.uuid(), purpose, name, at);
        party.legs = vec![Leg::connected(self.random.uuid(), at)];
        party
    }

    /// Half a minute after the last message: when somebody who left did so.
    pub(super) fn departure(&self) -> Timestamp {
        later(self.moments.last, 30 * SECOND_MS).min(self.moments.now)
    }

    pub(super) fn customer(&mut self, name: &str) -> Participant {
        let mut customer = self.party(Purpose::Customer, name, self.moments.start);
        let how = if self.random.between(0, 1) == 0 {
            Disconnect::Peer
        } else {
            Disconnect::Expired
        };
        let has_left = matches!(
            self.kind,
            Kind::Orphan
                | Kind::WrapUp
                | Kind::Stubborn
                | Kind::Desync
                | Kind::Ghost
                | Kind::Reopen
        );
        if has_left {
            end(&mut customer, self.departure(), how);
        }
        customer
    }

    /// The flow that greets, the bot that may hold the guest, and the queue.
    pub(super) fn machines(&mut self, chat: &Chat, queue: usize) -> Vec<Participant> {
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
        match self.kind {
            Kind::Waiting | Kind::LongWait | Kind::Ringing => {}
            Kind::Ghost => {
                let at = later(self.departure(), 50).min(self.moments.now);
                end(&mut acd, at, Disconnect::Peer);
            }
            _ => end(&mut acd, answer, Disconnect::Transfer),
        }
        vec![bot, acd]
    }

    pub(super) fn agents(&mut self, chat: &Chat, queue: usize) -> Vec<Participant> {
        let without = matches!(
            self.kind,
            Kind::Waiting
                | Kind::LongWait
                | Kind::BotLoop
                | Kind::InBot
                | Kind::NoShow
                | Kind::Ghost
        );
        if without {
            return Vec::new();
        }
        if self.kind == Kind::Ringing {
            return self.ringing_agents(chat, queue);
        }
        let wanted = chat.agent.as_deref();
        // Who is away is away from everything, so it is nobody who is busy elsewhere.
        let wanted = wanted.or((self.kind == Kind::Away).then_some(names::AWAY_AGENT));
        let mut agent = self.agent(wanted, queue, self.moments.answer);
        agent.wrap_up = self.owed(chat, queue);
        match self.kind {
            Kind::Parked => self.park(&mut agent, 6 * 60 * MINUTE_MS),
            Kind::Overdue => {
                let late = self.random.between(20 * MINUTE_MS, 40 * MINUTE_MS);
                self.park(&mut agent, -late);
            }
            Kind::Error => self.breaks(&mut agent),
            Kind::Alone | Kind::WrapUp | Kind::Desync | Kind::Reopen => {
                let at = later(self.departure(), SECOND_MS).min(self.moments.now);
                end(&mut agent, at, Disconnect::Peer);
                if agent.wrap_up.required {
                    agent.wrap_up.started = Some(at);
                }
                if self.kind != Kind::WrapUp && agent.wrap_up.required {
                    agent.wrap_up.ended = Some(at);
                    agent.wrap_up.skipped = true;
                }
            }
            _ => {}
        }
        vec![agent]
    }

    /// What the queue asks of its agents, or a code where the chat says so.
    fn owed(&self, chat: &Chat, queue: usize) -> WrapUp {
        let queue = self.directory.queues.get(queue);
        let mut owed = queue.map(WrapUp::asked_by).unwrap_or_default();
        if chat.wrap_up || self.kind == Kind::WrapUp {
            owed.prompt = Prompt::Mandatory;
            owed.required = true;
        }
        owed
    }

    /// Set aside halfway through the silence, until so many milliseconds from now.
    fn park(&self, agent: &mut Participant, until_ms: i64) {
        let Moments { last, now, .. } = self.moments;
        let quiet = now.duration_since(last);
        let since = now.checked_sub(quiet / 2).unwrap_or(now);
        let until = later(now, until_ms);
        if let Some(leg) = agent.legs.first_mut() {
            leg.parked = Some((since.min(until), until));
        }
    }

    /// The leg is in error and still up, or its line broke.
    fn breaks(&mut self, agent: &mut Participant) {
        let stays_up = self.random.between(0, 1) == 0;
        if stays_up {
            for leg in &mut agent.legs {
                leg.broken = true;
            }
        } else {
            end(agent, self.departure(), Disconnect::TransportFailure);
        }
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
        let chosen = self.directory.agent_named(wanted, self.random);
        let agents = &self.directory.agents;
        // Nobody is drawn who is signed out; whoever is named has the chat all the same.
        let on_queue = |at: &usize| agents.get(*at).is_some_and(User::is_on_queue);
        let mut from_there = (chosen..agents.len()).chain(0..chosen);
        let drawn = from_there.find(on_queue).filter(|_| wanted.is_none());
        let index = drawn.unwrap_or(chosen);
        let named = self.directory.agents.get(index).cloned();
        let (name, id) = named.map_or_else(Default::default, |one| (one.name, Some(one.id)));
        let mut agent = self.party(Purpose::Agent, &name, at);
        agent.user = id;
        agent.queue = Some(queue);
        agent
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
