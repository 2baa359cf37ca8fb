//! The way of a guest who came: bot, queue, alerts, an agent, the end. Staged chats walk it only once
//! their guest has brought them back.

use super::conversation::{
    Conversation, Disconnect, Leg, Medium, Participant, Purpose, Side, WrapUp,
};
use super::directory::{BotWays, Named, Then};
use super::{By, Due, World, later};
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use uuid::Uuid;

/// What comes next on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Queue,
    Agent,
    Leave,
    WrapUp,
}

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
/// How long an agent is alerted in no queue.
const ALERTING_MS: i64 = 30 * SECOND_MS;

impl World {
    pub(super) fn bot_joins(&mut self, index: usize, flow: Uuid, at: Timestamp) {
        self.flow_joins(index, flow, Purpose::Botflow, at);
    }

    fn flow_joins(&mut self, index: usize, flow: Uuid, purpose: Purpose, at: Timestamp) {
        let flow = self.directory.flows.iter().find(|one| one.id == flow);
        if let Some(flow) = flow.cloned() {
            let mut bot = self.party(purpose, &flow.name, at);
            bot.flow = Some(flow.id);
            self.join(index, bot, Leg::connected, &By::nobody(Actor::World), at);
        }
    }

    /// What the bot or flow that holds a conversation does with its guests.
    pub(super) fn bot_of(&self, index: usize) -> BotWays {
        let one = self.conversations.get(index);
        let bot = one.and_then(|one| one.open(Purpose::Botflow).or(one.open(Purpose::Workflow)));
        let flow = bot.and_then(|bot| bot.flow);
        let mut flows = self.directory.flows.iter();
        let found = flows.find(|one| Some(one.id) == flow);
        found.map(|flow| flow.ways).unwrap_or_default()
    }

    pub(super) fn advance_later(&mut self, index: usize, stage: Stage, at: Timestamp) {
        let bot = self.bot_of(index);
        let wait = if stage == Stage::Queue && bot.then == Then::Stay {
            None
        } else if let (Stage::Queue, Some(keeps)) = (stage, bot.keeps_ms) {
            Some(keeps.into())
        } else if self.speaks_for_itself(index) {
            self.guest_waits(stage)
        } else {
            let (shortest, longest) = match stage {
                Stage::Queue | Stage::WrapUp => (MINUTE_MS / 3, MINUTE_MS),
                Stage::Agent => (MINUTE_MS / 3, 2 * MINUTE_MS),
                Stage::Leave => (5 * MINUTE_MS, 15 * MINUTE_MS),
            };
            Some(self.chance.between(shortest, longest))
        };
        self.is_routed(index, wait.is_some());
        if let Some(wait) = wait {
            self.due(later(at, wait), Due::Advance(index, stage));
        }
    }

    /// A chat goes on: from the bot to a queue, to an agent, and to its end.
    pub(super) fn advance(&mut self, index: usize, stage: Stage, at: Timestamp) {
        if stage == Stage::WrapUp {
            self.agent_wraps_up(index, &By::nobody(Actor::Agent), at);
            return;
        }
        self.is_routed(index, false);
        let present = self.conversations.get(index);
        let is_gone = present.is_none_or(|one| one.open(Purpose::Customer).is_none());
        if is_gone || self.is_taken(index) {
            return;
        }
        match stage {
            Stage::Queue => self.leave_bot(index, at),
            Stage::Agent => self.alert_somebody(index, at),
            Stage::Leave => {
                let guest = By::nobody(Actor::Guest);
                self.end_all_of(index, Purpose::Customer, Disconnect::Peer, &guest, at);
                let world = By::nobody(Actor::World);
                self.end_all_of(index, Purpose::Agent, Disconnect::Peer, &world, at);
            }
            Stage::WrapUp => {}
        }
    }

    fn leave_bot(&mut self, index: usize, at: Timestamp) {
        if self.bot_of(index).then == Then::Disconnect {
            self.bot_ends(index, at);
            return;
        }
        let by = By::nobody(Actor::World);
        self.end_all_of(index, Purpose::Botflow, Disconnect::Transfer, &by, at);
        self.end_all_of(index, Purpose::Workflow, Disconnect::Transfer, &by, at);
        let chosen = self.chance.index(self.directory.queues.len());
        let before = self.conversations.get(index).and_then(Conversation::queue);
        let queue = self.queue_of_guest(index).or(before).unwrap_or(chosen);
        self.waits_in(index, queue, at);
        self.advance_later(index, Stage::Agent, at);
    }

    /// The conversation waits in a queue.
    pub(super) fn waits_in(&mut self, index: usize, queue: usize, at: Timestamp) {
        let name = self.directory.queues.get(queue);
        let name = name.map_or_else(String::new, |queue| queue.name.clone());
        let mut party = self.party(Purpose::Acd, &name, at);
        party.queue = Some(queue);
        self.join(index, party, Leg::connected, &By::nobody(Actor::World), at);
    }

    /// Whether the world finds an agent for who waits here: not for chats that were staged to wait.
    pub(super) fn is_served(&self, index: usize) -> bool {
        let one = self.conversations.get(index);
        self.speaks_for_itself(index)
            || one.is_some_and(|one| one.kind.is_none() || one.revived.is_some())
    }

    /// Alerts an agent for who waits in a queue, if none is there yet.
    fn alert_somebody(&mut self, index: usize, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        let waits = conversation.open(Purpose::Acd).map(|acd| acd.queue);
        let Some(queue) = waits.filter(|_| conversation.open(Purpose::Agent).is_none()) else {
            return;
        };
        match self.some_agent(index) {
            Some(agent) => self.alert(index, &agent, queue, &By::nobody(Actor::World), at),
            // Nobody is signed in; somebody may be later.
            None => self.advance_later(index, Stage::Agent, at),
        }
    }

    /// An agent's leg rings: until it is answered, or the queue's time for that is up.
    pub(super) fn alert(
        &mut self,
        index: usize,
        agent: &Named,
        queue: Option<usize>,
        by: &By,
        at: Timestamp,
    ) {
        let user = agent.id;
        let party = self.agent(agent, queue, at);
        let leg = self.join(index, party, Leg::alerting, by, at);
        let ways = queue.and_then(|queue| self.directory.queues.get(queue));
        let limit = ways.map_or(ALERTING_MS, |ways| {
            i64::from(ways.alerting_seconds) * SECOND_MS
        });
        let answers = ways.is_none_or(|ways| ways.agents_answer);
        let is_there = self
            .directory
            .agents
            .iter()
            .any(|one| one.id == user && one.is_on_queue());
        self.due(later(at, limit), Due::AlertTimeOut(index, leg));
        if answers && is_there {
            let quick = self.speaks_for_itself(index);
            let span = if quick {
                (300, 900)
            } else {
                (3 * SECOND_MS, 9 * SECOND_MS)
            };
            let wait = self.chance.between(span.0, span.1).min(limit - 1);
            self.due(later(at, wait), Due::Answer(index, leg));
        }
    }

    /// An agent who is on queue, and not the one who let it ring last.
    pub(super) fn some_agent(&mut self, index: usize) -> Option<Named> {
        let one = self.conversations.get(index)?;
        let mut agents = one.participants.iter();
        let last = agents.rfind(|party| party.purpose == Purpose::Agent);
        let last = last.and_then(|party| party.user);
        let fits = |at: &usize| {
            let agent = self.directory.agents.get(*at);
            agent.is_some_and(|agent| agent.is_on_queue() && Some(agent.id) != last)
        };
        let there: Vec<usize> = (0..self.directory.agents.len()).filter(fits).collect();
        let chosen = *there.get(self.chance.index(there.len()))?;
        let agent = self.directory.agents.get(chosen)?;
        Some(Named {
            id: agent.id,
            name: agent.name.clone(),
        })
    }

    /// An agent's party, owing what the queue asks for.
    pub(super) fn agent(
        &mut self,
        agent: &Named,
        queue: Option<usize>,
        at: Timestamp,
    ) -> Participant {
        let ways = queue.and_then(|queue| self.directory.queues.get(queue));
        let wrap_up = ways.map(WrapUp::asked_by).unwrap_or_default();
        let mut party = self.party(Purpose::Agent, &agent.name, at);
        party.user = Some(agent.id);
        party.queue = queue;
        party.wrap_up = wrap_up;
        party
    }

    /// The alerted agent answers: the queue lets go, and the agent says hello.
    pub(super) fn answer(&mut self, index: usize, leg: Uuid, by: &By, at: Timestamp) {
        let Some(conversation) = self.conversations.get_mut(index) else {
            return;
        };
        let Some(answered) = conversation.leg_mut(leg).filter(|leg| leg.is_alerting()) else {
            return;
        };
        answered.connected = Some(at);
        let party = conversation
            .leg(leg)
            .map(|(party, _)| (party.id, Some(leg)));
        self.record(index, Change::LegConnected, party, by, at);
        let world = By::nobody(Actor::World);
        self.end_all_of(index, Purpose::Acd, Disconnect::Transfer, &world, at);
        self.transfer_was_answered(index, leg, at);
        self.restart_timer(index, at);
        if self.speaks_for_itself(index) {
            self.answer_later(index, at);
        } else if self.is_served(index) {
            self.write(index, Side::Agent, at);
            if self.life.messages {
                self.write_later(index, at);
            }
            self.advance_later(index, Stage::Leave, at);
        }
    }

    /// Nobody answered in time: the leg ends, and the next agent is alerted.
    pub(super) fn alert_time_out(&mut self, index: usize, leg: Uuid, at: Timestamp) {
        let found = self.conversations.get(index).and_then(|one| one.leg(leg));
        let rings = found.filter(|(_, leg)| leg.is_alerting());
        if let Some(user) = rings.map(|(party, _)| party.user) {
            let by = By::nobody(Actor::World);
            self.end_leg(index, leg, Disconnect::NoAnswer, &by, at);
            self.transfer_timed_out(index, user, at);
        }
    }

    /// An agent's leg went down: who waits in a queue goes on waiting, and what is owed is settled.
    pub(super) fn agent_left(&mut self, index: usize, at: Timestamp) {
        let Some(conversation) = self.conversations.get(index) else {
            return;
        };
        if !self.is_served(index) {
            return;
        }
        let waits = conversation.open(Purpose::Acd).is_some();
        let mut parties = conversation.participants.iter();
        let owes = parties.find(|one| one.wrap_up.is_owed() && !one.wrap_up.runs_its_time());
        let settles = owes.is_some_and(|one| {
            let queue = one.queue.and_then(|queue| self.directory.queues.get(queue));
            queue.is_none_or(|queue| queue.agents_wrap_up)
        });
        if waits {
            self.advance_later(index, Stage::Agent, at);
        }
        if settles {
            let wait = self.chance.between(MINUTE_MS / 3, MINUTE_MS);
            self.due(later(at, wait), Due::Advance(index, Stage::WrapUp));
        }
    }

    /// An inactive conversation leaves its agent for a flow, which runs its course like a first one.
    pub(super) fn send_to_flow(&mut self, index: usize, flow: Uuid, at: Timestamp) {
        let by = By::nobody(Actor::World);
        self.end_all_of(index, Purpose::Agent, Disconnect::Transfer, &by, at);
        self.flow_joins(index, flow, Purpose::Workflow, at);
        self.advance_later(index, Stage::Queue, at);
    }

    pub(super) fn end_all_of(
        &mut self,
        index: usize,
        purpose: Purpose,
        how: Disconnect,
        by: &By,
        at: Timestamp,
    ) {
        let one = self.conversations.get(index);
        let legs: Vec<Uuid> = one.map_or_else(Vec::new, |one| {
            let parties = one.participants.iter();
            let parties = parties.filter(|one| one.purpose == purpose);
            parties
                .flat_map(|one| one.open_legs(Some(Medium::Message)))
                .collect()
        });
        for leg in legs {
            self.end_leg(index, leg, how, by, at);
        }
    }
}
