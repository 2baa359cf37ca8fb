//! Listens for events on behalf of the list and of the run under way: which queues matter, and what was seen in the last minute.

use std::collections::{BTreeSet, VecDeque};

use jiff::Timestamp;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::domain::hearing::Hearing;
use crate::domain::roster::{Listed, Reading, Roster};
use crate::domain::sighting::Event;
use crate::domain::text::Text;

use super::ports::{Ears, Heard, Org};

/// Events that may wait here; who tells more waits.
const WAITING: usize = 256;
/// Sightings that are remembered for a run that begins, at most: the newest.
const REMEMBERED: usize = 10_000;

/// The queues that matter: those of every conversation that was listed or read.
#[derive(Debug, Clone)]
pub(super) struct Queues(watch::Sender<BTreeSet<Text>>);

impl Queues {
    /// Of conversations that were listed.
    pub(super) fn listed(&self, rows: &[Listed]) {
        let recorded = rows.iter().filter_map(|row| row.recorded.as_ref());
        let legs = recorded.flat_map(|recorded| &recorded.legs);
        self.add(legs.filter_map(|leg| leg.queue.as_ref()));
    }

    /// Of a conversation that was read.
    pub(super) fn read(&self, reading: &Reading) {
        let parties = reading.conversation.participants.iter();
        self.add(parties.filter_map(|party| party.queue_id.as_ref()));
    }

    /// Of conversations that are known.
    pub(super) fn known(&self, roster: &Roster) {
        for row in roster.rows() {
            self.listed(std::slice::from_ref(&row.listed));
            if let Some(reading) = &row.reading {
                self.read(reading);
            }
        }
    }

    fn add<'a>(&self, ids: impl Iterator<Item = &'a Text>) {
        self.0.send_if_modified(|known| {
            let before = known.len();
            for id in ids {
                if !known.contains(id) {
                    known.insert(id.clone());
                }
            }
            known.len() > before
        });
    }
}

/// The engine's end of listening.
#[derive(Debug)]
pub(super) struct Listening {
    queues: Queues,
    heard: mpsc::Receiver<Heard>,
    /// Ends with this value.
    _task: JoinSet<()>,
    recent: VecDeque<Event>,
    hearing: Hearing,
}

impl Listening {
    /// Begins to listen: with a screen for the list, and with or without one for the run under way.
    pub(super) fn begin<O: Org>(org: &O) -> Self {
        let (wanted, queues) = watch::channel(BTreeSet::new());
        let (tell, heard) = mpsc::channel(WAITING);
        let mut task = JoinSet::new();
        let org = org.clone();
        let ears = Ears {
            queues,
            heard: tell,
        };
        task.spawn(async move { org.listen(ears).await });
        Self {
            queues: Queues(wanted),
            heard,
            _task: task,
            recent: VecDeque::new(),
            hearing: Hearing::Off,
        }
    }

    /// Where to note the queues of what was listed and read.
    pub(super) fn queues(&self) -> Queues {
        self.queues.clone()
    }

    /// Waits for what is heard next; for ever where nobody listens.
    pub(super) async fn next(&mut self) -> Heard {
        match self.heard.recv().await {
            Some(heard) => heard,
            None => std::future::pending().await,
        }
    }

    /// How listening stands now; answers whether events come in again, and some may have been missed before.
    pub(super) fn stands(&mut self, hearing: Hearing) -> bool {
        let was_live = self.hearing.is_live();
        self.hearing = hearing;
        !was_live && self.hearing.is_live()
    }

    /// Keeps a sighting while it may hold something back.
    pub(super) fn remember(&mut self, event: Event, now: Timestamp) {
        self.forget(now);
        if self.recent.len() >= REMEMBERED {
            self.recent.pop_front();
        }
        self.recent.push_back(event);
    }

    /// What was seen in the last minute, for a run that begins.
    pub(super) fn recent(&mut self, now: Timestamp) -> Vec<Event> {
        self.forget(now);
        self.recent.iter().cloned().collect()
    }

    fn forget(&mut self, now: Timestamp) {
        let is_old = |event: &Event| !event.sighting.holds(now);
        while self.recent.front().is_some_and(is_old) {
            self.recent.pop_front();
        }
    }
}
