//! The poller's questions for names.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Done, Poller};
use crate::domain::failure::Failure;
use crate::domain::feed::Fact;
use crate::engine::ports::{Clock, Lane, NamesPage, NamesWanted, Org};

impl<O: Org, C: Clock> Poller<O, C> {
    /// Names are what matters least: never while a run goes on, and one question at a time.
    pub(super) fn start_names(&mut self) {
        if self.is_paused || self.is_yielding || self.is_cut_off {
            return;
        }
        let Some(wanted) = self.asking.next_in_turn(Instant::now()) else {
            return;
        };
        let (org, limiter) = (self.org.clone(), self.limiter.clone());
        let asked = wanted.clone();
        self.jobs.spawn(
            async move {
                let pass = limiter.acquire(Lane::Poll, 1).await;
                let result = org.names(wanted.clone(), pass).await;
                Done::Names(wanted, result)
            },
            |failure| Done::Names(asked, Err(failure)),
        );
    }

    pub(super) async fn absorb_names(
        &mut self,
        wanted: NamesWanted,
        result: Result<NamesPage, Failure>,
    ) {
        let now = self.clock.now();
        if self.asking.absorb(wanted, result, now, Instant::now()) {
            self.tell(Fact::Names(Arc::clone(self.asking.names())))
                .await;
        }
    }
}
