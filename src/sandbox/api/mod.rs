//! The published operations, each answered from the world.
//!
//! | question | where |
//! |---|---|
//! | what the platform publishes | `document.rs`, of `assets/platform/openapi.json` |
//! | which operation is answered where | `table.rs` |
//! | what a request must look like | `validate.rs` |
//! | pages and lists | `listing.rs` |
//! | how a conversation is shown | `picture.rs` |
//! | who calls, and what they may do | `caller.rs`, `authorization.rs` |
//! | who and what the organisation has | `people.rs`, `routing.rs`, `flows.rs`, `messaging.rs`, `organization.rs`, `limits.rs` |
//! | what changes a conversation | `acting.rs`, `wrap_up.rs`, `parking.rs`, `messages.rs`, `attributes.rs` |
//! | what only forum threads say that there is | `forum.rs` and its folder |
//! | what analytics answers | `analytics.rs` and its folder |

#![expect(
    clippy::unnecessary_wraps,
    reason = "every handler has the shape that the table of operations asks for"
)]

pub(super) mod acting;
pub(super) mod analytics;
mod attributes;
mod authorization;
mod caller;
mod deployments;
pub(super) mod document;
mod flows;
pub(super) mod forum;
mod limits;
pub(super) mod listing;
mod messages;
mod messaging;
mod notifications;
mod organization;
mod parking;
mod people;
pub(super) mod picture;
mod reading;
mod routing;
pub(super) mod table;
pub(super) mod validate;
mod wrap_up;
