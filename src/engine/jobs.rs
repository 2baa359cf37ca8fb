//! What is under way. A task that falls over leaves nothing behind: what it was to bring back counts as failed.

use std::collections::HashMap;
use std::fmt;

use tokio::task::{Id, JoinSet};

use crate::domain::failure::{Failure, FailureKind};

/// Makes of a failure what a task was to bring back.
type Lost<T> = Box<dyn FnOnce(Failure) -> T + Send + Sync>;

/// Short-lived tasks, each of which brings something back.
pub(super) struct Jobs<T> {
    tasks: JoinSet<T>,
    lost: HashMap<Id, Lost<T>>,
}

impl<T> fmt::Debug for Jobs<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Jobs")
            .field("under_way", &self.lost.len())
            .finish_non_exhaustive()
    }
}

impl<T> Default for Jobs<T> {
    fn default() -> Self {
        Self {
            tasks: JoinSet::new(),
            lost: HashMap::new(),
        }
    }
}

impl<T: Send + 'static> Jobs<T> {
    /// Starts one; `lost` is what counts as brought back where it falls over.
    pub(super) fn spawn(
        &mut self,
        job: impl Future<Output = T> + Send + 'static,
        lost: impl FnOnce(Failure) -> T + Send + Sync + 'static,
    ) {
        let id = self.tasks.spawn(job).id();
        self.lost.insert(id, Box::new(lost));
    }

    /// Waits for one to come back; `None` where none is under way. May be dropped at any moment.
    pub(super) async fn next(&mut self) -> Option<T> {
        match self.tasks.join_next_with_id().await? {
            Ok((id, done)) => {
                self.lost.remove(&id);
                Some(done)
            }
            Err(error) => {
                let lost = self.lost.remove(&error.id())?;
                let said = "this program's own task fell over; the log says where";
                Some(lost(Failure::local(FailureKind::NotSent, said)))
            }
        }
    }

    /// None is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.lost.is_empty()
    }
}
