//! Observations of people: the members of a queue, who is there, and what they do. Every agent is a member
//! of every queue.

use super::super::live::{State, observed};
use crate::sandbox::api::people::definition;
use crate::sandbox::world::World;
use crate::sandbox::world::directory::{Presence, Routing, User};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// The members as they are now.
pub(super) struct Members<'a> {
    all: Vec<(&'a User, &'static str)>,
}

impl<'a> Members<'a> {
    pub(super) fn of(world: &'a World) -> Self {
        let busy = observed(world).filter(|one| one.state == State::Interacting);
        let busy: HashSet<Uuid> = busy.filter_map(|one| one.user()).collect();
        let agents = world.directory.agents.iter();
        let all = agents.map(|user| (user, status(user, &busy))).collect();
        Self { all }
    }

    /// `ObservationMetricData` of one metric, one for each qualifier; nothing for metrics of interactions.
    pub(super) fn data(&self, metric: &str) -> Vec<Value> {
        let members = self.all.iter();
        let there = |user: &User| user.standing.presence != Presence::Offline;
        let off = |user: &User| user.standing.routing == Routing::OffQueue;
        let presence = |user: &User| definition(user.standing.presence).to_string();
        match metric {
            "oMemberUsers" => vec![counted(metric, None, self.all.len())],
            "oActiveUsers" => {
                let count = members.filter(|(user, _)| there(user)).count();
                vec![counted(metric, None, count)]
            }
            "oOnQueueUsers" => {
                let on = members.filter(|(user, _)| !off(user));
                by(metric, on.map(|(_, status)| (*status).to_owned()))
            }
            "oOffQueueUsers" => {
                let off = members.filter(|(user, _)| off(user) && there(user));
                by(metric, off.map(|(user, _)| presence(user)))
            }
            "oUserPresences" => by(metric, members.map(|(user, _)| presence(user))),
            "oUserRoutingStatuses" => by(metric, members.map(|(_, status)| (*status).to_owned())),
            _ => Vec::new(),
        }
    }
}

/// Who is on queue and talks to somebody is interacting.
fn status(user: &User, busy: &HashSet<Uuid>) -> &'static str {
    match user.standing.routing {
        Routing::Idle if busy.contains(&user.id) => "INTERACTING",
        other => other.word(),
    }
}

fn by(metric: &str, qualifiers: impl Iterator<Item = String>) -> Vec<Value> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for qualifier in qualifiers {
        *counts.entry(qualifier).or_default() += 1;
    }
    let counts = counts.into_iter();
    counts
        .map(|(qualifier, count)| counted(metric, Some(&qualifier), count))
        .collect()
}

fn counted(metric: &str, qualifier: Option<&str>, count: usize) -> Value {
    json!({ "metric": metric, "qualifier": qualifier, "stats": { "count": count } })
}

/// `systemToOrganizationMappings`: the presences that each system presence stands for.
pub(super) fn presences() -> Map<String, Value> {
    let all = Presence::ALL.into_iter();
    all.map(|presence| {
        let word = presence.word().to_uppercase().replace(' ', "_");
        (word, json!([definition(presence)]))
    })
    .collect()
}
