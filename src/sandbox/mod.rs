//! A pretend organisation that speaks the real protocol over real HTTP and real sockets.
//!
//! It imports nothing of the rest of the crate: were a type shared with the client, one mistake
//! would pass on both sides. A client reaches it over its socket, and in no other way.
//!
//! ```text
//! bytes ── wire, tls ─┬─ server ── service ─┬─ faults, identity, rate limit, permissions, the document
//!                     │                     └─ api ── acting, messages, … ──► world ──► truth
//!                     │                           └─ picture, analytics, … ◄── world       │
//!                     └─ sockets ─┬─ guest  ◄── what happened ◄────────────────────────────┤
//!                                 └─ notify ◄── what happened ◄────────────────────────────┘
//! ```
//!
//! There is one world. What a request, a guest's frame or an appointment changes in it is written to the
//! truth, and every answer, notification and guest's frame is a picture of it; analytics' is late.
//!
//! | question | where |
//! |---|---|
//! | which operations there are, and which answers them | `api/document.rs`, `api/table.rs` |
//! | what a request must look like | `api/validate.rs` |
//! | operations that only forum threads know, and their traps | `api/forum.rs` with a map of its own; switches: `scenario/forum.rs` |
//! | how a conversation is shown | `api/picture.rs`, late and with strays `api/analytics.rs` |
//! | what the world is made of | `world.rs`, with a map of its own |
//! | what a conversation is, how it ends | `world/conversation.rs`, `world/ending.rs` |
//! | how a kind is staged | `kind.rs` (times), `world/staging.rs` (legs and messages) |
//! | what happens by itself, what can be ordered | `world/life.rs`, `world/journey.rs`, `world/happening.rs` |
//! | timers, parking, transfers, after-call work | `world/timers.rs`, `world/parking.rs`, `world/transfer.rs`, `world/after_call_work.rs` |
//! | who and what there is beside conversations | `world/directory.rs` |
//! | what channels are told when something changes | `notify/` |
//! | what a guest sends, gets and may do | `guest/` |
//! | guests that nobody has to play | `puppets/` |
//! | who signs in how, and may do what | `identity/` |
//! | what goes wrong on order | `faults.rs` and its folder, applied in `service.rs` and `travel.rs` |
//! | what only a sandbox answers | `control.rs` |
//! | which requests are held now | `held.rs` |
//! | which requests came in, for whoever judges | `arrivals.rs` |
//! | what a scenario may say, and every fact that nobody has verified | `scenario.rs` and its folder |
//! | how bytes travel, and how a connection is cut | `wire.rs`, `tls.rs`, `sockets.rs` |
//! | nonsense thrown at the door | `tests/` |
//!
//! `world`, `service`, `guest` and `notify` are pure: the time is handed in, and what is due is applied at
//! its own time, when somebody asks or the pulse of `sockets.rs` does. Only `clock` reads the wall
//! clock; only `server`, `sockets`, `wire` and `puppets` wait.

mod api;
mod arrivals;
mod clock;
mod control;
mod exchange;
mod faults;
mod guest;
mod held;
mod identity;
mod kind;
mod limits;
mod names;
mod notify;
mod puppets;
mod random;
mod refusal;
mod scenario;
mod server;
mod service;
mod sockets;
#[cfg(test)]
mod tests;
mod tls;
mod travel;
mod truth;
mod welcome;
mod wire;
mod world;

pub use arrivals::Arrival;
pub use faults::{Fault, FaultOrders};
pub use kind::Kind;
pub use scenario::{Scenario, ScenarioError};
pub use truth::{Actor, Cause, Change, Framed, Truth};
pub use welcome::Welcome;

use jiff::Timestamp;
use server::Shared;
use service::Service;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use thiserror::Error;
use tls::Authority;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use uuid::Uuid;
use wire::{Line, Lines};

/// How long requests in flight may take once the sandbox stops.
const FAREWELL: Duration = Duration::from_millis(800);

/// How a sandbox is started.
#[derive(Debug)]
pub struct Options {
    /// What is staged.
    pub scenario: Scenario,
    /// Fill up to so many chats in the demo's mix. Staged chats are never left out.
    pub chats: Option<usize>,
    /// Instead of the scenario's own seed.
    pub seed: Option<u64>,
    /// Faults beside those of the scenario.
    pub faults: FaultOrders,
    /// Speak TLS as well as plain text on the same port, and write here whom clients must trust.
    pub ca_file: Option<PathBuf>,
}

impl Options {
    /// A scenario as it is.
    pub fn new(scenario: Scenario) -> Self {
        Self {
            scenario,
            chats: None,
            seed: None,
            faults: FaultOrders::default(),
            ca_file: None,
        }
    }
}

/// Why a sandbox did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The socket that the caller bound is of no use.
    #[error("the sandbox cannot use its socket: {0}")]
    Socket(#[from] std::io::Error),
    /// A fault beside the scenario's own names something that is not there.
    #[error("the faults do not fit this scenario: {0}")]
    Faults(String),
    /// The certificates cannot be made.
    #[error("the sandbox cannot speak TLS: {0}")]
    Tls(String),
    /// The authority's certificate cannot be left where it was wished.
    #[error("the certificate authority cannot be written to {file}: {cause}")]
    Certificate {
        /// Where it was to be written.
        file: String,
        /// Why it was not.
        cause: std::io::Error,
    },
}

impl StartError {
    fn new_tls(cause: impl std::error::Error) -> Self {
        Self::Tls(cause.to_string())
    }
}

/// A staged conversation, for tests that ask whether the diagnosis is right.
#[derive(Clone, Debug)]
pub struct Staged {
    /// The conversation.
    pub conversation: Uuid,
    /// What it was staged as.
    pub kind: Kind,
    /// The scenario's name for it.
    pub label: Option<String>,
}

/// A running sandbox. It stops when dropped.
#[derive(Debug)]
pub struct Sandbox {
    shared: Shared,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
}

impl Sandbox {
    /// Stages the scenario now and serves it on a socket that the caller has bound.
    ///
    /// # Errors
    /// When the socket does not know its own address, or a fault names what is not staged.
    #[expect(
        clippy::unused_async,
        reason = "it must be called inside a runtime, and says so"
    )]
    pub async fn start(options: Options, listener: TcpListener) -> Result<Self, StartError> {
        let Options {
            scenario,
            chats,
            seed,
            faults,
            ca_file,
        } = options;
        let address = listener.local_addr()?;
        let now = clock::now();
        let seed = seed.unwrap_or(scenario.seed);
        let mut service = Service::new(&scenario, seed, chats, Uuid::new_v4(), now);
        service.obey(faults, now).map_err(StartError::Faults)?;
        let trusted = ca_file.map(|file| trust(&file, address.ip(), now));
        let (tls, ca_file) = trusted.transpose()?.unzip();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let url = format!("{scheme}://{address}");
        service.hub.reach_at(&url);
        service.guests.stand_at(&url);
        let welcome = Welcome {
            login_url: url.clone(),
            url,
            org_id: service.organization.0,
            org_name: service.organization.1.clone(),
            client_id: service.identity.machine.id.clone(),
            client_secret: service.identity.machine.secret.clone(),
            deployment_id: service.world.directory.first_deployment(),
            ca_file,
        };
        let (stop, stopped) = watch::channel(false);
        let shared = Shared {
            service: Arc::new(Mutex::new(service)),
            welcome: Arc::new(welcome),
            releases: Arc::new(watch::channel(0).0),
            sockets: Arc::default(),
            pulse: Arc::default(),
            stop: stopped.clone(),
        };
        let puppets = puppets::Company::of(&scenario, &shared.lock().world, seed);
        tokio::spawn(puppets.live(address, stopped.clone()));
        let serving = tokio::spawn(serve(shared.clone(), Lines::new(listener, tls), stopped));
        Ok(Self {
            shared,
            stop,
            serving,
        })
    }

    /// What a client needs to sign in.
    pub fn welcome(&self) -> &Welcome {
        &self.shared.welcome
    }

    /// Everything that was applied up to now, oldest first.
    pub fn truth(&self) -> Vec<Truth> {
        let mut service = self.shared.lock();
        service.world.tick(clock::now());
        service.world.truth().to_vec()
    }

    /// The newest requests of the API and of the sign-in, oldest first.
    pub fn arrivals(&self) -> Vec<Arrival> {
        self.shared.lock().arrivals.all().cloned().collect()
    }

    /// What was staged as what.
    pub fn staged(&self) -> Vec<Staged> {
        let service = self.shared.lock();
        let all = service.world.conversations.iter();
        all.filter_map(|one| {
            Some(Staged {
                conversation: one.id,
                kind: one.kind?,
                label: one.label.clone(),
            })
        })
        .collect()
    }

    /// Finishes what is in flight, cuts what is held, and returns within a second.
    pub async fn stop(self) {
        let Self {
            stop, mut serving, ..
        } = self;
        let _ = stop.send(true);
        if tokio::time::timeout(FAREWELL, &mut serving).await.is_err() {
            serving.abort();
        }
    }
}

/// Makes the certificates, and says where the authority's was written, in a form that holds in any folder.
fn trust(file: &Path, listen: IpAddr, now: Timestamp) -> Result<(TlsAcceptor, String), StartError> {
    let authority = Authority::new(listen, now)?;
    let file = std::path::absolute(file)?;
    let name = file.display().to_string();
    authority
        .write(&file)
        .map_err(|cause| StartError::Certificate {
            file: name.clone(),
            cause,
        })?;
    Ok((authority.acceptor, name))
}

async fn serve(shared: Shared, lines: Lines, mut stopped: watch::Receiver<bool>) {
    let pulse = tokio::spawn(sockets::pulse(shared.clone()));
    let service = server::router(shared).into_make_service_with_connect_info::<Line>();
    let serving = axum::serve(lines, service).with_graceful_shutdown(async move {
        // An error means that the sandbox was dropped, which stops it just as well.
        let _ = stopped.wait_for(|stopped| *stopped).await;
    });
    // The server ends only when it is stopped; it has no error to tell.
    let _ = serving.await;
    pulse.abort();
}
