//! When the poller wakes by itself, and that it sleeps where time alone brings nothing.

use tokio::time::Instant;

use super::{Done, Poller};
use crate::engine::HEARTBEAT_AT_REST;
use crate::engine::ports::{Clock, Org};

impl<O: Org, C: Clock> Poller<O, C> {
    /// Waits for something to come back, a page to fall due, or the heartbeat. May be dropped at any moment.
    pub(in crate::engine) async fn event(&mut self) -> Option<Done> {
        let nap = if self.is_at_rest() {
            HEARTBEAT_AT_REST
        } else {
            self.finder.nap(self.now(), self.limiter.standing().allowed)
        };
        let named = self.names_due();
        let named = named.map_or(nap, |at| at.saturating_duration_since(Instant::now()));
        let nap = named.min(nap);
        if self.jobs.is_empty() {
            tokio::select! {
                () = tokio::time::sleep(nap) => {}
                // Others ask as well, for notifications, a token or a look at what a run ended: that is on the gauge at once.
                () = self.limiter.stirred() => {}
            }
            return None;
        }
        tokio::select! {
            done = self.jobs.next() => done,
            () = tokio::time::sleep(nap) => None,
        }
    }

    /// Time alone brings nothing that is to be done or told: only a command does, or what is heard, or whoever else asks.
    fn is_at_rest(&self) -> bool {
        let is_gauge_still = self.gauge.used == 0 && self.gauge.shut_until.is_none();
        self.jobs.is_empty()
            && self.finder.is_at_rest()
            && is_gauge_still
            && !self.is_yielding
            && self.inspection.is_over()
    }
}
