//! The second picture of the world: conversations as analytics knows them, late, and queues as they are now.
//!
//! | question | where |
//! |---|---|
//! | what of a conversation has reached the index | `analytics/sight.rs`, `analytics/metrics.rs` |
//! | how that is written | `analytics/record.rs` |
//! | what a details query asks | `analytics/asked.rs`, `analytics/filters.rs`, `analytics/interval.rs` |
//! | how a page is found among a hundred thousand | `analytics/index.rs` |
//! | what is observed this very moment | `analytics/live.rs` |
//! | which operation answers what | `analytics/details.rs`, `by_id.rs`, `jobs.rs`, `activity.rs`, `observations.rs` |

pub(super) mod activity;
mod aggregation;
mod asked;
pub(super) mod by_id;
pub(super) mod details;
mod filters;
mod index;
mod interval;
pub(super) mod jobs;
pub(in crate::sandbox) mod live;
mod metrics;
pub(super) mod observations;
mod record;
mod sight;
#[cfg(test)]
mod tests;

pub(in crate::sandbox) use index::Index;
pub(in crate::sandbox) use jobs::Jobs;
