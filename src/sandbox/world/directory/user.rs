//! A user: who it is, and whether anybody is there.

use super::Named;
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

/// One user.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct User {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) division: Uuid,
    pub(in crate::sandbox) state: UserState,
    pub(in crate::sandbox) skills: Vec<Named>,
    pub(in crate::sandbox) languages: Vec<Named>,
    pub(in crate::sandbox) standing: Standing,
}

/// Whether somebody still works here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum UserState {
    Active,
    Inactive,
    Deleted,
}

/// What a user says of being there. Each system presence of the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Presence {
    Available,
    Away,
    Busy,
    Offline,
    Idle,
    OnQueue,
    Meal,
    Training,
    Meeting,
    Break,
}

/// Whether work is routed to a user. Whether one is interacting follows from the conversations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Routing {
    OffQueue,
    Idle,
    NotResponding,
    Communicating,
}

/// Presence and routing, each since when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Standing {
    pub(in crate::sandbox) presence: Presence,
    pub(in crate::sandbox) present_since: Timestamp,
    pub(in crate::sandbox) routing: Routing,
    pub(in crate::sandbox) routed_since: Timestamp,
}

/// Why a standing cannot be: on queue and offline at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) struct Unavailable;

impl User {
    /// Whether a text is the id or the name.
    pub(in crate::sandbox) fn is_called(&self, name: &str) -> bool {
        self.name == name || Uuid::try_parse(name).is_ok_and(|id| id == self.id)
    }

    /// The address that the user signs in with. No such domain exists.
    pub(in crate::sandbox) fn email(&self) -> String {
        let local = self.name.to_lowercase().replace(' ', ".");
        format!("{local}@sandbox.invalid")
    }
}

impl Standing {
    pub(super) fn on_queue(since: Timestamp) -> Self {
        Self {
            presence: Presence::OnQueue,
            present_since: since,
            routing: Routing::Idle,
            routed_since: since,
        }
    }

    /// The standing after a change: only who is on queue gets work, and who leaves it gets none, unless
    /// a routing status is named as well. Nobody is offline and gets work.
    pub(in crate::sandbox) fn changed(
        self,
        presence: Option<Presence>,
        routing: Option<Routing>,
        at: Timestamp,
    ) -> Result<Self, Unavailable> {
        let (was_present, was_routed) = (self.presence, self.routing);
        let presence = presence.unwrap_or(was_present);
        let routing = routing.unwrap_or(match presence {
            same if same == was_present => was_routed,
            Presence::OnQueue => Routing::Idle,
            _ => Routing::OffQueue,
        });
        if presence == Presence::Offline && routing != Routing::OffQueue {
            return Err(Unavailable);
        }
        let since = |same: bool, before| if same { before } else { at };
        Ok(Self {
            presence,
            present_since: since(presence == was_present, self.present_since),
            routing,
            routed_since: since(routing == was_routed, self.routed_since),
        })
    }
}

impl UserState {
    /// The word of `User.state`.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive => "inactive",
            Self::Deleted => "deleted",
        }
    }
}

impl Presence {
    pub(in crate::sandbox) const ALL: [Self; 10] = [
        Self::Available,
        Self::Away,
        Self::Busy,
        Self::Offline,
        Self::Idle,
        Self::OnQueue,
        Self::Meal,
        Self::Training,
        Self::Meeting,
        Self::Break,
    ];

    /// The word of `PresenceDefinition.systemPresence`.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Available => "Available",
            Self::Away => "Away",
            Self::Busy => "Busy",
            Self::Offline => "Offline",
            Self::Idle => "Idle",
            Self::OnQueue => "On Queue",
            Self::Meal => "Meal",
            Self::Training => "Training",
            Self::Meeting => "Meeting",
            Self::Break => "Break",
        }
    }
}

impl Routing {
    /// The word of `RoutingStatus.status`.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::OffQueue => "OFF_QUEUE",
            Self::Idle => "IDLE",
            Self::NotResponding => "NOT_RESPONDING",
            Self::Communicating => "COMMUNICATING",
        }
    }
}
