//! The poller's questions for names, and for wrap-up codes to choose among.

use std::sync::Arc;

use tokio::time::Instant;

use super::{Done, Poller};
use crate::domain::failure::Failure;
use crate::domain::feed::{Fact, MOST_CODES};
use crate::domain::names::{NameKind, Named};
use crate::domain::text::Text;
use crate::engine::ports::{Clock, Lane, Limiter, NamesPage, NamesWanted, Org};

/// Queues whose codes are asked for at once, at most: a plan of more is chosen for by the list of all codes.
const QUEUES: usize = 10;

impl<O: Org, C: Clock> Poller<O, C> {
    /// Names are what matters least: never while a run goes on, and one question at a time.
    pub(super) fn start_names(&mut self) {
        if !self.may_name() {
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

    /// When the next question may be asked: to wake for one that may not be would be to wake again and again.
    pub(super) fn names_due(&self) -> Option<Instant> {
        self.may_name().then(|| self.asking.due()).flatten()
    }

    fn may_name(&self) -> bool {
        !(self.is_paused || self.is_yielding || self.is_cut_off)
    }

    /// Somebody waits for the codes: they are asked for at once, all of them first.
    pub(super) fn list_codes(&mut self, queues: Vec<Text>) {
        let lists = queues.into_iter().take(QUEUES).map(Some);
        for queue in std::iter::once(None).chain(lists) {
            let (org, limiter) = (self.org.clone(), self.limiter.clone());
            let (wanted, lost) = (queue.clone(), queue);
            self.jobs.spawn(
                async move {
                    let result = codes(&org, &limiter, wanted.as_ref()).await;
                    Done::Codes(wanted, result)
                },
                |failure| Done::Codes(lost, Err(failure)),
            );
        }
    }

    /// All codes are names that are known now, too.
    pub(super) async fn absorb_codes(
        &mut self,
        queue: Option<Text>,
        result: Result<Vec<Named>, Failure>,
    ) {
        if let Ok(codes) = &result {
            let now = self.clock.now();
            self.asking.hear(NameKind::WrapUpCode, codes.clone(), now);
            self.tell(Fact::Names(Arc::clone(self.asking.names())))
                .await;
        }
        self.tell(Fact::Codes { queue, result }).await;
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

/// Every page of a list of codes, one after the other.
async fn codes<O: Org>(
    org: &O,
    limiter: &Limiter,
    queue: Option<&Text>,
) -> Result<Vec<Named>, Failure> {
    let mut found = Vec::new();
    for page in 1.. {
        let pass = limiter.acquire(Lane::Read, 1).await;
        let here = org.codes(queue.cloned(), page, pass).await?;
        found.extend(here.named);
        if here.next.is_none() || found.len() >= MOST_CODES {
            break;
        }
    }
    found.truncate(MOST_CODES);
    Ok(found)
}
