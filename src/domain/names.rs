//! The names that ids go by: queues, people, flows, wrap-up codes, deployments, divisions. What is known of each id, from when it is, and
//! what is not known and why. Pure: asking is `engine::names`, how to ask is `genesys::names`.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::horizon::Horizon;
use super::moment::{after, since};
use super::text::Text;

pub use seen::{NameKey, seen_in_list, seen_in_read};

mod seen;

/// A name is asked for again after this long, when its id is seen again.
const OLD: SignedDuration = SignedDuration::from_hours(24);
/// So is an id that nobody knew.
const NOBODY_OLD: SignedDuration = SignedDuration::from_hours(1);
/// So is what was not permitted: a role may have been given since.
const CLOSED_OLD: SignedDuration = SignedDuration::from_mins(10);
/// A name is believed for a day, and an hour more for asking again; one that is older may be another by now. That goes for what an
/// earlier start kept, and for what this client may not ask for any more.
const BELIEVED: SignedDuration = SignedDuration::from_hours(25);
/// Ids of one sort that are kept at most; more than any organisation has at a time, and a bound on what hostile answers can fill.
pub const MOST: usize = 20_000;

/// What an id may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameKind {
    /// A queue.
    Queue,
    /// A division.
    Division,
    /// A deployment of web messaging.
    Deployment,
    /// A flow of Architect.
    Flow,
    /// A wrap-up code.
    WrapUpCode,
    /// A person of ours. Personal: never on disk.
    User,
}

impl NameKind {
    /// All of them, in the order in which they are asked for.
    pub const ALL: [Self; 6] = [
        Self::Queue,
        Self::Division,
        Self::Deployment,
        Self::Flow,
        Self::WrapUpCode,
        Self::User,
    ];

    /// The word before a short id, and in the file of the cache.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Division => "division",
            Self::Deployment => "deployment",
            Self::Flow => "flow",
            Self::WrapUpCode => "code",
            Self::User => "agent",
        }
    }

    /// The platform has a second way to ask for it, with a permission of its own.
    pub fn has_second_way(self) -> bool {
        matches!(self, Self::Queue | Self::Flow | Self::WrapUpCode)
    }

    /// It names people.
    pub fn is_personal(self) -> bool {
        self == Self::User
    }
}

/// What a deployment is set to do when somebody ends a guest's conversation (`conversationDisconnect`). The platform's default is off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDisconnect {
    /// The guest is told nothing.
    Off,
    /// The guest is told, and may write on.
    Send,
    /// The guest is told, and may write no more.
    ReadOnly,
    /// On, with a type that this program does not know.
    Other(Text),
}

/// A thing with its name, as the service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its id.
    pub id: Text,
    /// Its name.
    pub name: Text,
    /// A deployment's setting, where the answer had its configuration.
    pub on_disconnect: Option<OnDisconnect>,
}

/// What an id is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    /// So.
    As(Text),
    /// The service was asked and knows nobody of this id, or does not show it to this client.
    Nobody,
    /// This client may not ask, and the permission it lacks, if the service named one.
    Closed(Option<Text>),
}

/// What is known of an id, and from when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// What it is called.
    pub called: Called,
    /// When it was asked for, by this machine's clock.
    pub read_at: Timestamp,
    /// A deployment's setting; never from the disk.
    pub on_disconnect: Option<OnDisconnect>,
    /// It was kept from an earlier start: what the disk does not keep is not known.
    pub is_kept: bool,
}

impl Known {
    fn new(called: Called, read_at: Timestamp) -> Self {
        Self {
            called,
            read_at,
            on_disconnect: None,
            is_kept: false,
        }
    }

    /// It is worth asking again.
    fn is_old(&self, kind: NameKind, now: Timestamp) -> bool {
        if self.is_kept && kind == NameKind::Deployment {
            return true;
        }
        let limit = match self.called {
            Called::As(_) => OLD,
            Called::Nobody => NOBODY_OLD,
            Called::Closed(_) => CLOSED_OLD,
        };
        // A date in the future is a clock that was set back.
        let age = now.duration_since(self.read_at);
        age.is_negative() || age > limit
    }
}

/// Everything that is known of names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    known: HashMap<NameKind, HashMap<Text, Known>>,
}

impl Names {
    /// Learns names alone: of the ids that an answer leaves out nothing follows yet.
    pub fn add(&mut self, kind: NameKind, answered: Vec<Named>, at: Timestamp) {
        self.learn(kind, &[], answered, at);
    }

    /// What is known of an id.
    pub fn known(&self, kind: NameKind, id: &Text) -> Option<&Known> {
        self.known.get(&kind)?.get(id)
    }

    /// The name of an id, if it is known.
    pub fn name(&self, kind: NameKind, id: &Text) -> Option<&Text> {
        match &self.known(kind, id)?.called {
            Called::As(name) => Some(name),
            Called::Nobody | Called::Closed(_) => None,
        }
    }

    /// The name of an id is known, and so lately that it is no other by now; until when that is so.
    pub fn is_certain(&self, kind: NameKind, id: &Text, now: Timestamp, horizon: &Horizon) -> bool {
        self.known(kind, id).is_some_and(|known| {
            let doubted = after(known.read_at, BELIEVED);
            for turn in [known.read_at, doubted] {
                if turn >= now {
                    horizon.note(turn);
                }
            }
            let is_late = known.read_at <= now && now <= doubted;
            matches!(known.called, Called::As(_)) && is_late
        })
    }

    /// What is shown for an id: its name, else the beginning of the id with the word for what it is.
    pub fn words(&self, kind: NameKind, id: &Text) -> String {
        self.name(kind, id)
            .map_or_else(|| short(kind, id), ToString::to_string)
    }

    /// Whether this id is to be asked for: never asked, or long ago.
    pub fn is_wanted(&self, kind: NameKind, id: &Text, now: Timestamp) -> bool {
        is_askable(id)
            && self
                .known(kind, id)
                .is_none_or(|known| known.is_old(kind, now))
    }

    /// Learns what the service answered to a question for these ids: those it does not name, nobody knows. An answer that names more
    /// than was asked for is welcome: a list of everything is one.
    pub fn learn(&mut self, kind: NameKind, asked: &[Text], answered: Vec<Named>, at: Timestamp) {
        for Named {
            id,
            name,
            on_disconnect,
        } in answered
        {
            let known = Known {
                on_disconnect,
                ..Known::new(Called::As(name), at)
            };
            self.put(kind, id, known);
        }
        for id in asked {
            let is_new =
                |known: &Known| known.read_at >= at && matches!(known.called, Called::As(_));
            if !self.known(kind, id).is_some_and(is_new) {
                self.put(kind, id.clone(), Known::new(Called::Nobody, at));
            }
        }
    }

    /// Learns that these may not be asked for. A name that was known stays known.
    pub fn close(
        &mut self,
        kind: NameKind,
        asked: &[Text],
        permission: Option<&Text>,
        at: Timestamp,
    ) {
        for id in asked {
            if self.name(kind, id).is_none() {
                let closed = Called::Closed(permission.cloned());
                self.put(kind, id.clone(), Known::new(closed, at));
            }
        }
    }

    /// Takes what was kept from an earlier start, where nothing newer is known.
    pub fn take(&mut self, kind: NameKind, id: Text, name: Text, read_at: Timestamp) {
        let is_newer = self
            .known(kind, &id)
            .is_some_and(|known| known.read_at >= read_at);
        if !is_newer {
            let known = Known {
                is_kept: true,
                ..Known::new(Called::As(name), read_at)
            };
            self.put(kind, id, known);
        }
    }

    /// The names of one sort with when they were read, in the order of their ids.
    pub fn of(&self, kind: NameKind) -> Vec<(&Text, &Text, Timestamp)> {
        let all = self.known.get(&kind).into_iter().flatten();
        let mut named: Vec<(&Text, &Text, Timestamp)> = all
            .filter_map(|(id, known)| match &known.called {
                Called::As(name) => Some((id, name, known.read_at)),
                Called::Nobody | Called::Closed(_) => None,
            })
            .collect();
        named.sort();
        named
    }

    /// How old the oldest name of a sort is.
    pub fn oldest(&self, kind: NameKind, now: Timestamp) -> Option<SignedDuration> {
        let reads = self.of(kind).into_iter().map(|(_, _, at)| at);
        reads.min().map(|at| since(at, now))
    }

    fn put(&mut self, kind: NameKind, id: Text, fresh: Known) {
        let known = self.known.entry(kind).or_default();
        if known.len() < MOST || known.contains_key(&id) {
            known.insert(id, fresh);
        }
    }
}

/// What is shown for an id whose name is not known: `queue 3f2a91`.
pub fn short(kind: NameKind, id: &Text) -> String {
    let beginning: String = id.as_str().chars().take(6).collect();
    format!("{} {beginning}", kind.word())
}

/// Only what looks like an id of the platform is ever asked for: an address may be anything.
pub fn is_askable(id: &Text) -> bool {
    let text = id.as_str();
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

#[cfg(test)]
mod tests;
