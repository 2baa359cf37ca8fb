//! Carries plans out and keeps the list fresh; tokio and ports only. Knows no HTTP client, no database and no terminal.
//!
//! One task owns everything that changes. It hands requests to short-lived tasks, folds what they bring back, and tells each fact on one
//! bounded channel: a slow screen slows the engine, and nothing is dropped.
//!
//! # What `engine.md` and `threats.md` ask and we do otherwise
//!
//! Tests are named after what they prove: invariants (`i07_…`), faults (`f12_…`); the matrix is tested cell by cell. Where a row of the
//! matrix differs, the row's own note says why ([`crate::domain::rulings`]). Beside that:
//!
//! | asked | instead, and why |
//! | --- | --- |
//! | S6, the column of `DELETE`, and its forum traps (F38) | not used: it disconnects everybody, it cleans nothing up |
//! | the column WS | `genesys/notifications`: whatever goes wrong there, polling goes on as before; it never pauses or ends a run but by `token_revoked` |
//! | I10: an end event as the second source | analytics alone: events prove nothing (F22) |
//! | T38: any source that saw somebody | the read and events (`domain/sighting.rs`), on the console and in a run without a screen, which begins to listen as it begins: its first sends may leave before the channel is live, on the check's read alone. The list is minutes late and names no legs. Commands that only list or plan do not listen: a run reads anew before it sends |
//! | `ghost`: live answers 404 | only once reads have said so for as long as analytics may lag (30 min), and analytics was asked after that: it takes a console that is open so long. One read that does not find it proves nothing, so a command says `unknown` |
//! | T34: `HEAD` verifies the channel | the list of channels does, and names its address; connecting to one that is gone says 404 |
//! | 3.2: a machine of named states | no state is kept: facts are folded, and `domain::decide` says what is next, so that a crash has nothing to lose |
//! | I8: the database's bound of 3 | 2, the engine's own bound; teardown 1 |
//! | I20: three canaries, then 1, 2, 4 at a time | one canary, then all lanes of the profile (2 where nothing is set): a ramp would only delay the same requests |
//! | I22: before every intent | before a run begins, before it goes on, and after every new token (`runs/sign_in.rs`); host and OAuth client are the client's own and cannot change |
//! | I24: `trybuild` | a line that two traits make ambiguous the day it is wrong, and a test that reads the sources: no dependency |
//! | 3.4: 421 on a new connection | the pool of connections decides |
//! | 3.5: "planned participant missing" held | only where the service mentions it neither open nor closed; what is closed is no absence |
//! | 3.6: a run over 30 minutes old is confirmed anew, as a new one | it is only read; a new plan is a new run anyway |
//! | 3.9 and F: exit codes | those of `cli/exit.rs` |
//! | T14: a second phrase over a quarter of all chats | `max_batch`, the count in the phrase, kinds that are never taken in bulk |
//! | T65, T66: names as HMAC, whose key is thrown away | no name and no message is ever in the journal, and a purge removes whole runs |
//! | T67: reasons from a short list | a note of 200 characters, required where the label is PROD |
//! | T72: arming that expires | nothing is armed: the right to write is the profile's, and every run has its phrase |
//! | T55: keys that come faster than a person types are a paste | on the console; a prompt without a screen gets its line whole and cannot tell |
//! | T37: held chats are watched | while a console is open (`watch.rs`); a command says in its report that nobody watched |
//! | T24: HMAC with a key of the keyring | plain SHA-256: whoever can change the file can read the key of the same user |

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::domain::feed::{Command, Fact};
use crate::domain::item::Timings;
use crate::domain::plan::Scope;
use crate::domain::rules::Rules;
use crate::domain::run::Pace;

use ports::{Clock, Limiter, Org, Recorder, Terminator};

mod beside;
mod ears;
mod finder;
pub mod gather;
mod inspection;
mod jobs;
pub mod limiter;
pub mod names;
mod poller;
pub mod ports;
mod pump;
mod queue;
mod runs;
mod share;
mod standings;
mod told;
mod watch;
mod windows;

/// How often the gauge is told, and how long an idle loop sleeps at most.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// How long it sleeps where time alone brings nothing: waking costs more than what is then done.
const HEARTBEAT_AT_REST: Duration = Duration::from_secs(10);

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
    /// The operator's rules and guards, until [`Command::Follow`] says others.
    pub rules: Option<Arc<Rules>>,
    /// How many days back conversations are looked for, where it is.
    pub horizon_days: u32,
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
        horizon_days: u32,
        facts: mpsc::Sender<Fact>,
    ) -> (Self, JoinHandle<()>) {
        let (inbox, commands) = mpsc::unbounded_channel();
        let listening = ears::Listening::begin(&org);
        let told = facts.clone();
        let poller = poller::Poller::new(org, clock.clone(), limiter, told, horizon_days, true);
        let task = tokio::spawn(pump::read_only(
            poller,
            listening,
            clock,
            commands,
            facts,
            pump::READ_ONLY,
        ));
        (Self { inbox }, task)
    }

    /// Asks for something; never waits, so that a screen that asks cannot stand against an engine that tells. After a shutdown nobody
    /// listens any more, and that is no error.
    pub fn send(&self, command: Command) {
        let _ = self.inbox.send(command);
    }
}
