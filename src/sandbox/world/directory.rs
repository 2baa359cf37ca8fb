//! Who and what the organisation has: agents, queues, flows, wrap-up codes, one division.

use crate::sandbox::names;
use crate::sandbox::random::Random;
use uuid::Uuid;

/// Something with an id and a name.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Named {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
}

/// Everything that has a name.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Directory {
    pub(in crate::sandbox) division: Named,
    pub(in crate::sandbox) deployment: Named,
    pub(in crate::sandbox) agents: Vec<Named>,
    pub(in crate::sandbox) queues: Vec<Named>,
    pub(in crate::sandbox) flows: Vec<Named>,
    pub(in crate::sandbox) codes: Vec<Named>,
    /// The code that the teardown fills in.
    pub(in crate::sandbox) system_code: Named,
}

impl Directory {
    pub(in crate::sandbox) fn new(codes: &[String], random: &mut Random) -> Self {
        let mut named = |name: &str| Named {
            id: random.uuid(),
            name: name.to_owned(),
        };
        Self {
            division: named("Home"),
            deployment: named("Sandbox Messenger"),
            agents: names::AGENTS.iter().map(|name| named(name)).collect(),
            queues: names::QUEUES.iter().map(|name| named(name)).collect(),
            flows: names::BOTS.iter().map(|name| named(name)).collect(),
            codes: codes.iter().map(|name| named(name)).collect(),
            system_code: named("ININ-WRAP-UP-TIMEOUT"),
        }
    }
}

/// The index of a name, which is added if nobody has it; any index when none is asked for.
pub(in crate::sandbox) fn find_or_add(
    list: &mut Vec<Named>,
    wanted: Option<&str>,
    random: &mut Random,
) -> usize {
    let Some(name) = wanted else {
        return random.index(list.len());
    };
    if let Some(index) = list.iter().position(|one| one.name == name) {
        return index;
    }
    list.push(Named {
        id: random.uuid(),
        name: name.to_owned(),
    });
    list.len() - 1
}
