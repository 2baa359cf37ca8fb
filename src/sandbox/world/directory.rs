//! Who and what the organisation has: users, queues, flows, wrap-up codes, divisions, and how messaging
//! is set up.
//!
//! Knows facts and the few rules on them. How they are shown is `api`'s.

mod deployment;
mod presence;
mod queue;
mod setup;
#[cfg(test)]
mod tests;
mod user;

pub(in crate::sandbox) use deployment::Deployment;
pub(in crate::sandbox) use queue::{InactivityAction, Queue, WrapUpPrompt};
pub(in crate::sandbox) use setup::{BotWays, Then};
pub(in crate::sandbox) use user::{Presence, Routing, Standing, User, UserState};

use crate::sandbox::names;
use crate::sandbox::random::Random;
use crate::sandbox::scenario::Scenario;
use jiff::Timestamp;
use uuid::Uuid;

/// What the names that no scenario gave belong to: (name of the queue, name of the division).
const QUEUES_AWAY: [(&str, &str); 2] = [("Billing EU", "Europe"), ("Billing US", "Americas")];

/// Anything that has an id and a name.
pub(in crate::sandbox) trait Entry {
    fn id(&self) -> Uuid;
    fn name(&self) -> &str;
}

macro_rules! entries {
    ($($kind:ty),*) => {$(
        impl Entry for $kind {
            fn id(&self) -> Uuid {
                self.id
            }

            fn name(&self) -> &str {
                &self.name
            }
        }
    )*};
}

entries!(Named, User, Queue, Flow, Code);

/// Something with an id and a name, and nothing else.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Named {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
}

/// What a flow is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum FlowKind {
    /// Greets and hands over: purpose `workflow`.
    Inbound,
    /// Talks with the guest: purpose `botflow`.
    Bot,
    /// Runs while a guest waits in a queue.
    InQueue,
}

/// One flow.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Flow {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) kind: FlowKind,
    pub(in crate::sandbox) division: Uuid,
    /// What it does with its guests.
    pub(in crate::sandbox) ways: BotWays,
}

/// One wrap-up code.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Code {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) division: Uuid,
}

/// Everything that has a name.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Directory {
    /// The home division.
    pub(in crate::sandbox) division: Named,
    /// The others.
    pub(in crate::sandbox) divisions_away: Vec<Named>,
    /// Never empty; the first is the one of the start line.
    pub(in crate::sandbox) deployments: Vec<Deployment>,
    /// The users who work.
    pub(in crate::sandbox) agents: Vec<User>,
    /// The users who do not any more: inactive or deleted.
    pub(in crate::sandbox) leavers: Vec<User>,
    pub(in crate::sandbox) queues: Vec<Queue>,
    pub(in crate::sandbox) flows: Vec<Flow>,
    pub(in crate::sandbox) codes: Vec<Code>,
    /// Nobody may choose it any more; old conversations name it still.
    pub(in crate::sandbox) deleted_code: Code,
    /// The code that the teardown fills in.
    pub(in crate::sandbox) system_code: Named,
    pub(in crate::sandbox) skills: Vec<Named>,
    pub(in crate::sandbox) languages: Vec<Named>,
    /// What guests' messages come through, one for each deployment.
    pub(in crate::sandbox) messaging: Vec<Named>,
    pub(in crate::sandbox) messaging_setting: Named,
    pub(in crate::sandbox) supported_content: Named,
    /// What else is connected to the organisation.
    pub(in crate::sandbox) integrations: Vec<Named>,
    /// What a message leg calls its provider; the platform's word for web messaging is not verified.
    pub(in crate::sandbox) provider: String,
    /// Since when all this is so.
    pub(in crate::sandbox) since: Timestamp,
}

impl Directory {
    pub(in crate::sandbox) fn new(
        scenario: &Scenario,
        random: &mut Random,
        since: Timestamp,
    ) -> Self {
        // The order of drawing decides the ids: what is new goes to the end.
        let mut named = |name: &str| Named {
            id: random.uuid(),
            name: name.to_owned(),
        };
        let division = named("Home");
        let first = scenario.deployments.first();
        let deployment = named(first.map_or("Sandbox Messenger", |one| one.name.get_ref()));
        let agents = names::AGENTS.map(&mut named);
        let queues = names::QUEUES.map(&mut named);
        let flows = names::BOTS.map(&mut named);
        let codes: Vec<Named> = scenario
            .platform
            .wrap_up_codes
            .iter()
            .map(|name| named(name))
            .collect();
        let system_code = named("ININ-WRAP-UP-TIMEOUT");
        let divisions_away = ["Europe", "Americas"].map(&mut named).to_vec();
        let leavers = names::LEAVERS.map(&mut named);
        let code = |one: Named| Code {
            id: one.id,
            name: one.name,
            division: division.id,
        };
        let deleted_code = code(named("Obsolete"));
        let in_queue = named("Waiting Room");
        let mut directory = Self {
            skills: ["Billing", "Technical", "Returns"].map(&mut named).to_vec(),
            languages: ["English", "German"].map(&mut named).to_vec(),
            messaging: Vec::new(),
            messaging_setting: named("Default messaging settings"),
            supported_content: named("Default supported content"),
            integrations: ["Order lookup", "Parcel tracking"].map(&mut named).to_vec(),
            codes: codes.into_iter().map(code).collect(),
            deleted_code,
            system_code,
            deployments: Vec::new(),
            agents: Vec::new(),
            leavers: Vec::new(),
            queues: Vec::new(),
            flows: Vec::new(),
            provider: scenario.platform.provider.clone(),
            divisions_away,
            division,
            since,
        };
        for one in agents {
            directory.hire(one);
        }
        for (one, state) in leavers
            .into_iter()
            .zip([UserState::Inactive, UserState::Deleted])
        {
            let user = directory.user_of(one, directory.agents.len());
            directory.leavers.push(User { state, ..user });
        }
        for one in queues {
            directory.found(one);
        }
        for (one, kind) in flows.into_iter().zip(names::BOT_KINDS) {
            directory.publish(one, kind);
        }
        directory.publish(in_queue, FlowKind::InQueue);
        directory.deploy(&scenario.deployments, deployment, random);
        let deployed = directory.deployments.iter();
        let messaging = deployed.map(|one| Named {
            id: random.uuid(),
            name: one.named.name.clone(),
        });
        directory.messaging = messaging.collect();
        directory.set_up(&scenario.queues, &scenario.bots, random);
        directory
    }

    /// All divisions, home first.
    pub(in crate::sandbox) fn divisions(&self) -> impl Iterator<Item = &Named> {
        std::iter::once(&self.division).chain(&self.divisions_away)
    }

    /// The division of an id, which is home where nobody has that id.
    pub(in crate::sandbox) fn division(&self, id: Uuid) -> &Named {
        let mut away = self.divisions_away.iter();
        away.find(|one| one.id == id).unwrap_or(&self.division)
    }

    /// The division of a queue, an index, and so of what waits or waited there last; else home.
    pub(in crate::sandbox) fn division_of(&self, queue: Option<usize>) -> &Named {
        let queue = queue.and_then(|index| self.queues.get(index));
        queue.map_or(&self.division, |queue| self.division(queue.division))
    }

    /// The users who work and those who do not any more.
    pub(in crate::sandbox) fn users(&self) -> impl Iterator<Item = &User> {
        self.agents.iter().chain(&self.leavers)
    }

    /// The user that an id, or a name, names.
    pub(in crate::sandbox) fn user(&self, name: &str) -> Option<&User> {
        self.users().find(|user| user.is_called(name))
    }

    /// The same, to be changed.
    pub(in crate::sandbox) fn user_mut(&mut self, name: &str) -> Option<&mut User> {
        let mut all = self.agents.iter_mut().chain(&mut self.leavers);
        all.find(|user| user.is_called(name))
    }

    /// The index of the agent of that name, who is hired if there is none; any agent for no name.
    pub(in crate::sandbox) fn agent_named(
        &mut self,
        wanted: Option<&str>,
        random: &mut Random,
    ) -> usize {
        self.one_of(wanted, random, |own| &own.agents, Self::hire)
    }

    /// The index of the queue of that name, which is founded if there is none; any for no name.
    pub(in crate::sandbox) fn queue_named(
        &mut self,
        wanted: Option<&str>,
        random: &mut Random,
    ) -> usize {
        self.one_of(wanted, random, |own| &own.queues, Self::found)
    }

    /// The flow of that kind and name, which is published if there is none; any of the kind for no name.
    pub(in crate::sandbox) fn flow_named(
        &mut self,
        wanted: Option<&str>,
        kind: FlowKind,
        random: &mut Random,
    ) -> Option<&Flow> {
        let chosen = match wanted {
            None => {
                let count = self.flows.iter().filter(|flow| flow.kind == kind).count();
                let place = random.index(count);
                let mut fitting = self.flows.iter().filter(|flow| flow.kind == kind);
                return fitting.nth(place);
            }
            Some(name) => {
                let mut all = self.flows.iter();
                all.position(|flow| flow.kind == kind && flow.name == name)
            }
        };
        let index = chosen.unwrap_or_else(|| {
            let (id, name) = (random.uuid(), wanted.unwrap_or_default().to_owned());
            self.publish(Named { id, name }, kind);
            self.flows.len().saturating_sub(1)
        });
        self.flows.get(index)
    }

    fn one_of<T: Entry>(
        &mut self,
        wanted: Option<&str>,
        random: &mut Random,
        list: fn(&Self) -> &Vec<T>,
        add: fn(&mut Self, Named),
    ) -> usize {
        let all = list(self);
        let Some(name) = wanted else {
            return random.index(all.len());
        };
        if let Some(index) = all.iter().position(|one| one.name() == name) {
            return index;
        }
        let index = all.len();
        add(
            self,
            Named {
                id: random.uuid(),
                name: name.to_owned(),
            },
        );
        index
    }

    fn hire(&mut self, one: Named) {
        let user = self.user_of(one, self.agents.len());
        self.agents.push(user);
    }

    fn user_of(&self, one: Named, place: usize) -> User {
        let of = |list: &[Named], rank: usize| {
            let chosen = list.get(rank % list.len().max(1));
            chosen.cloned().into_iter().collect()
        };
        let divisions: Vec<&Named> = self.divisions().collect();
        // Every fourth user works for a division away from home.
        let away = if place % 4 == 3 { 1 + place / 4 % 2 } else { 0 };
        let division = divisions.get(away).copied().unwrap_or(&self.division);
        User {
            id: one.id,
            name: one.name,
            division: division.id,
            state: UserState::Active,
            skills: of(&self.skills, place),
            languages: of(&self.languages, place),
            standing: Standing::on_queue(self.since),
        }
    }

    fn found(&mut self, one: Named) {
        let mut away = QUEUES_AWAY.iter();
        let name = away.find(|(queue, _)| *queue == one.name);
        let division = name.and_then(|(_, name)| self.divisions().find(|one| one.name == *name));
        let division = division.unwrap_or(&self.division).id;
        self.queues.push(Queue::new(one, division));
    }

    fn publish(&mut self, one: Named, kind: FlowKind) {
        self.flows.push(Flow {
            id: one.id,
            name: one.name,
            kind,
            division: self.division.id,
            ways: BotWays::default(),
        });
    }
}
