//! Carries plans out and keeps the list fresh; tokio and ports only. Knows no HTTP client, no database and no terminal.
//!
//! One task owns everything that changes. It hands requests to short-lived tasks, folds what they bring back, and tells each fact on one
//! bounded channel: a slow screen slows the engine, and nothing is dropped.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::domain::feed::{Command, Fact};
use crate::domain::item::Timings;
use crate::domain::plan::Scope;
use crate::domain::run::Pace;

use ports::{Clock, Limiter, Org, Recorder, Terminator};

pub mod gather;
pub mod limiter;
mod listing;
mod poller;
pub mod ports;
mod pump;
mod queue;
mod runs;

/// How often the gauge is told, and how long an idle loop sleeps at most.
const HEARTBEAT: Duration = Duration::from_secs(1);

/// What an engine that may end conversations is made of.
#[derive(Debug, Clone)]
pub struct Parts<T, R, C> {
    /// The organisation.
    pub org: T,
    /// The journal.
    pub recorder: R,
    /// The clock.
    pub clock: C,
    /// The shared budget.
    pub limiter: Limiter,
    /// The organisation, host, client and profile that plans must be made for.
    pub scope: Scope,
    /// How a run may spread.
    pub pace: Pace,
    /// The most conversations in one run.
    pub max_batch: usize,
    /// Who runs it.
    pub operator: String,
    /// The profile's label.
    pub label: String,
    /// The API base URL.
    pub api_url: String,
    /// Waiting times.
    pub timings: Timings,
    /// Whether the list is polled: yes for the console, no for headless commands.
    pub polls: bool,
}

/// The handle: cheap to clone, shared by the console and headless commands.
#[derive(Debug, Clone)]
pub struct Engine {
    inbox: mpsc::UnboundedSender<Command>,
}

impl Engine {
    /// Starts an engine that may carry plans out.
    pub fn spawn<T: Terminator, R: Recorder, C: Clock>(
        parts: Parts<T, R, C>,
        facts: mpsc::Sender<Fact>,
    ) -> (Self, JoinHandle<()>) {
        let (inbox, commands) = mpsc::unbounded_channel();
        let task = tokio::spawn(pump::with_runs(parts, commands, facts));
        (Self { inbox }, task)
    }

    /// Starts an engine that can only look: it holds nothing that could end a conversation.
    pub fn spawn_read_only<O: Org, C: Clock>(
        org: O,
        clock: C,
        limiter: Limiter,
        facts: mpsc::Sender<Fact>,
    ) -> (Self, JoinHandle<()>) {
        let (inbox, commands) = mpsc::unbounded_channel();
        let task = tokio::spawn(pump::read_only(
            poller::Poller::new(org, clock, limiter, facts.clone(), true),
            commands,
            facts,
        ));
        (Self { inbox }, task)
    }

    /// Asks for something; never waits, so that a screen that asks cannot stand against an engine that tells. After a shutdown nobody
    /// listens any more, and that is no error.
    pub fn send(&self, command: Command) {
        let _ = self.inbox.send(command);
    }
}
