//! What is at hand while a guest is dealt with: the world, the time, and where frames go.

use crate::sandbox::exchange::Outbox;
use crate::sandbox::world::World;
use jiff::Timestamp;

/// The same for every frame and every change.
pub(super) struct Desk<'a> {
    pub(super) world: &'a mut World,
    pub(super) now: Timestamp,
    pub(super) out: &'a mut Outbox,
}
