//! Roles and the permissions in them, which can be taken away and given back while everything runs.
//!
//! Every role holds in every division: the divisions of this organisation separate names, not rights.

use super::tokens::Caller;
use crate::sandbox::api::table;
use crate::sandbox::random::Random;
use crate::sandbox::scenario::Forum;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What the client of programs lacks: the minimal role of a console has none of these.
const BEYOND_CONSOLE: [&str; 2] = ["conversation:message:park", "conversation:call:record"];
/// What an agent needs for the conversations that are the agent's own.
const AGENT: [&str; 12] = [
    "conversation:communication:view",
    "conversation:message:create",
    "conversation:message:park",
    "conversation:message:view",
    "conversation:participant:wrapup",
    "conversation:webmessaging:create",
    "conversation:webmessaging:view",
    "directory:user:view",
    "routing:queue:search",
    "routing:queue:view",
    "routing:wrapupCode:search",
    "routing:wrapupCode:view",
];

/// A named set of permissions.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Role {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: &'static str,
    pub(in crate::sandbox) permissions: BTreeSet<String>,
    /// What it held at the start.
    own: BTreeSet<String>,
}

/// Who holds which roles.
#[derive(Debug)]
pub(in crate::sandbox) struct Roles {
    all: Vec<Role>,
    /// Names of roles by subject: a client's id or a user's.
    held: BTreeMap<String, Vec<&'static str>>,
    /// Permissions taken from one subject alone.
    taken: BTreeMap<String, BTreeSet<String>>,
}

impl Roles {
    /// The role of the client of programs; every user is an agent, and the first one supervises as well.
    pub(super) fn new(
        seed: u64,
        forum: Option<&Forum>,
        without: &[&String],
        client: &str,
        users: &[Uuid],
    ) -> Self {
        let mut random = Random::stream(seed, "roles");
        let published = table::permissions(forum);
        let console = published.iter().copied().filter(|name| {
            !BEYOND_CONSOLE.contains(name) && !without.iter().any(|one| one.as_str() == *name)
        });
        let all = vec![
            role(&mut random, "Console", console),
            role(&mut random, "Agent", AGENT.into_iter()),
            role(&mut random, "Supervisor", published.iter().copied()),
        ];
        let mut held = BTreeMap::from([(client.to_owned(), vec!["Console"])]);
        for (index, user) in users.iter().enumerate() {
            let roles = if index == 0 {
                vec!["Agent", "Supervisor"]
            } else {
                vec!["Agent"]
            };
            held.insert(user.to_string(), roles);
        }
        Self {
            all,
            held,
            taken: BTreeMap::new(),
        }
    }

    /// The roles of whoever asks: the user's where a user signed in, else the client's.
    pub(in crate::sandbox) fn of(&self, caller: &Caller) -> impl Iterator<Item = &Role> {
        self.of_subject(&subject(caller))
    }

    /// The roles of a client or a user, by id.
    pub(in crate::sandbox) fn of_subject<'a>(
        &'a self,
        id: &str,
    ) -> impl Iterator<Item = &'a Role> + use<'a> {
        let held = self.held.get(id);
        self.all
            .iter()
            .filter(move |role| held.is_some_and(|held| held.contains(&role.name)))
    }

    /// Whether whoever asks holds a permission.
    pub(in crate::sandbox) fn hold(&self, caller: &Caller, permission: &str) -> bool {
        let taken = self.taken.get(&subject(caller));
        !taken.is_some_and(|taken| taken.contains(permission))
            && self
                .of(caller)
                .any(|role| role.permissions.contains(permission))
    }

    /// Takes permissions from every role, from one role, or from one subject.
    pub(in crate::sandbox) fn take(&mut self, permissions: &[String], whose: Option<&str>) {
        if let Some(subject) = whose.filter(|name| self.held.contains_key(*name)) {
            let taken = self.taken.entry(subject.to_owned()).or_default();
            taken.extend(permissions.iter().cloned());
            return;
        }
        for role in self.meant(whose) {
            role.permissions.retain(|held| !permissions.contains(held));
        }
    }

    /// Gives permissions back to every role that had them and to the client's role, to one role, or to one subject.
    pub(in crate::sandbox) fn give(&mut self, permissions: &[String], whose: Option<&str>) {
        if let Some(taken) = whose.and_then(|name| self.taken.get_mut(name)) {
            taken.retain(|one| !permissions.contains(one));
            return;
        }
        for role in self.meant(whose) {
            let named = whose.is_some() || role.name == "Console";
            let back = permissions
                .iter()
                .filter(|one| named || role.own.contains(*one));
            role.permissions.extend(back.cloned());
        }
    }

    /// The names that orders may use: of roles and of subjects.
    pub(in crate::sandbox) fn names(&self) -> Vec<&str> {
        let roles = self.all.iter().map(|role| role.name);
        roles.chain(self.held.keys().map(String::as_str)).collect()
    }

    fn meant(&mut self, whose: Option<&str>) -> impl Iterator<Item = &mut Role> {
        self.all
            .iter_mut()
            .filter(move |role| whose.is_none_or(|name| name == role.name))
    }
}

fn subject(caller: &Caller) -> String {
    match caller.user {
        Some(user) => user.to_string(),
        None => caller.client.clone(),
    }
}

fn role(
    random: &mut Random,
    name: &'static str,
    permissions: impl Iterator<Item = &'static str>,
) -> Role {
    let own: BTreeSet<String> = permissions.map(str::to_owned).collect();
    Role {
        id: random.uuid(),
        name,
        permissions: own.clone(),
        own,
    }
}
