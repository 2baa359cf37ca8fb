//! Parking: a leg is set aside until a time, at which it comes back by itself.

use super::{By, Due, World};
use crate::sandbox::truth::{Actor, Change};
use jiff::Timestamp;
use uuid::Uuid;

impl World {
    /// Sets a connected leg aside. The inactivity timer stops meanwhile, as on the platform.
    pub(super) fn park(
        &mut self,
        index: usize,
        leg: Uuid,
        until: Timestamp,
        by: &By,
        at: Timestamp,
    ) {
        let conversation = self.conversations.get_mut(index);
        let found = conversation.and_then(|one| {
            let set_aside = one.leg_mut(leg).filter(|leg| leg.is_connected())?;
            set_aside.parked = Some((at, until));
            set_aside.resumed = None;
            one.inactivity_timeout = None;
            one.leg(leg).map(|(party, _)| party.id)
        });
        if let Some(party) = found {
            self.record(index, Change::LegParked, Some((party, Some(leg))), by, at);
            self.due(until, Due::Resume(index, leg));
        }
    }

    /// Takes a parked leg up again.
    pub(super) fn resume(&mut self, index: usize, leg: Uuid, by: &By, at: Timestamp) {
        let conversation = self.conversations.get_mut(index);
        let found = conversation.and_then(|one| {
            one.leg_mut(leg).filter(|leg| leg.is_parked())?.resumed = Some(at);
            one.leg(leg).map(|(party, _)| party.id)
        });
        if let Some(party) = found {
            self.record(index, Change::LegResumed, Some((party, Some(leg))), by, at);
            self.restart_timer(index, at);
        }
    }

    /// The time of a parked leg has come, unless it was parked anew.
    pub(super) fn resume_at_its_time(&mut self, index: usize, leg: Uuid, at: Timestamp) {
        let conversation = self.conversations.get(index);
        let found = conversation.and_then(|one| one.leg(leg));
        let is_time =
            found.is_some_and(|(_, leg)| leg.parked.is_some_and(|(_, until)| until == at));
        if is_time {
            self.resume(index, leg, &By::nobody(Actor::World), at);
        }
    }
}
