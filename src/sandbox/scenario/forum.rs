//! `dialect = "forum"` and its `[forum]`: operations that five forum threads name and the platform does
//! not publish, and each trap that the threads tell of.
//!
//! The threads disagree, so every trap is a switch; its default is what most of its thread describes.

use serde::{Deserialize, Serialize};

/// Which operations are answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Dialect {
    /// Those that are published, and no other.
    #[default]
    Platform,
    /// Those of the forum threads as well.
    Forum,
}

/// `[forum]`: how the operations of the threads behave.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in crate::sandbox) struct Forum {
    /// Threads 1 and 4: a `DELETE` while the customer's leg is up. After it, a `DELETE` is accepted.
    pub(in crate::sandbox) delete: Delete,
    /// Threads 1 and 4: what an accepted `DELETE` does.
    pub(in crate::sandbox) deleted: Deleted,
    /// Threads 1 and 5: what `closed` ends, sent to a conversation of `webmessaging` or `webchat`.
    pub(in crate::sandbox) closed: Closed,
    /// Thread 1: whether `PUT` needs a wrap-up code.
    pub(in crate::sandbox) put_wrap_up: Need,
    /// Thread 1: whether there is a `/close`, and what it ends.
    pub(in crate::sandbox) close: Close,
    /// Thread 2: whether only somebody who has signed in may send the empty object.
    pub(in crate::sandbox) agent_context: Context,
    /// Thread 2: what the empty object ends.
    pub(in crate::sandbox) empty_post: EmptyPost,
    /// Thread 3: `PATCH /messaging/conversations/{id}` while the customer's leg is up.
    pub(in crate::sandbox) status_patch: StatusPatch,
    /// Thread 3: `POST /messaging/conversations/{id}/close` while a socket of the guest is open.
    pub(in crate::sandbox) messaging_close: MessagingClose,
    /// Thread 3: what a routing status ends.
    pub(in crate::sandbox) routing_status: RoutingStatus,
    /// Thread 4: what `PATCH /conversations/messaging/{id}` ends.
    pub(in crate::sandbox) state_patch: StatePatch,
    /// What is over already, where the threads do not agree: all but thread 3, which says 409.
    pub(in crate::sandbox) again: Again,
    /// Thread 5: the guest is back, with a new leg, a moment after its wrapper or its own part was closed;
    /// once. A guest who may write no more is not.
    pub(in crate::sandbox) guest_returns: bool,
    /// Permissions that the threads invented and the client of programs lacks.
    pub(in crate::sandbox) without_grants: Vec<String>,
}

/// How a `DELETE` of what is active is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Delete {
    /// 409, in the thread's words.
    #[default]
    Conflict,
    /// There is no `DELETE`: 405 with what there is.
    NotAllowed,
    /// As if it were not active.
    Accepted,
}

/// What an accepted `DELETE` does. It never takes anything from the truth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Deleted {
    /// Every leg ends, as with the `DELETE` that is published.
    #[default]
    Ended,
    /// The record is gone and reads are answered 404; every leg that was up stays up.
    Forgotten,
}

/// What a closing ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Closed {
    /// Every leg but the customer's: the guest's socket stays, and so does the guest.
    #[default]
    Wrapper,
    /// Every leg.
    Everybody,
}

/// Whether something must be sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Need {
    /// 400 without it.
    #[default]
    Required,
    /// What is sent counts.
    Optional,
}

/// Whether there is a `/close`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Close {
    /// 404, as for every path that nobody knows.
    #[default]
    Absent,
    /// It ends every leg but the customer's.
    Wrapper,
    /// It ends every leg.
    Everybody,
}

/// Whose token will do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Context {
    /// Anybody's with the permission: client credentials too.
    #[default]
    Anybody,
    /// A user's: 403 for client credentials.
    Agent,
}

/// What the empty object ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum EmptyPost {
    /// Every leg of every medium, and what is owed, as the published `/disconnect` does.
    #[default]
    Everybody,
    /// Every leg but the customer's.
    Wrapper,
}

/// Whether the client's being there is in the way of a status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum StatusPatch {
    /// 400 while the customer's leg is up; else every leg ends.
    #[default]
    RefusedWhileActive,
    /// Every leg ends.
    Accepted,
}

/// Whether the guest's socket is in the way of closing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum MessagingClose {
    /// 409 while a socket holds it; else every leg ends.
    #[default]
    RefusedWhileHeld,
    /// Every leg ends.
    Accepted,
}

/// What a routing status does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum RoutingStatus {
    /// Every leg ends.
    #[default]
    Ends,
    /// 200, and nothing of the conversation changes.
    Nothing,
}

/// What the 200 of thread 4 is worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum StatePatch {
    /// Nothing changes.
    #[default]
    Nothing,
    /// Every leg ends.
    Ends,
}

/// How the end of what is over already is answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Again {
    /// As if it were open; nothing changes.
    #[default]
    Accepted,
    /// 409.
    Conflict,
}
