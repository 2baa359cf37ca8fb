//! `sandbox`: the pretend organisation alone, for demos, for training, and for tests of other programs.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use tokio::net::TcpListener;

use super::beacon::{self, Beacon, Certificate};
use super::exit::Exit;
use super::guest::Guest;
use super::output;
use super::pretend::{self, Staging};
use super::trouble::Trouble;
use crate::sandbox::{Sandbox, Scenario};
use crate::settings::Paths;
use crate::tui;

/// What to do with the pretend organisation.
#[derive(Debug, Subcommand)]
pub(super) enum SandboxCommand {
    /// Serve it until it is stopped. The first line on stdout says where it is and how to sign in
    Serve(Serve),
    /// What can be staged
    Scenarios {
        /// Only this one, and what is to be done in it
        name: Option<String>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Join the running one as a guest: type, see who answers, and what arrives when somebody ends the chat
    Guest(Guest),
    /// What really happened on the running one, as JSON lines
    Truth {
        /// Its address; the running one of this user where none is given
        url: Option<String>,
        /// Instead, every frame that was written to a guest's socket, whole
        #[arg(long)]
        frames: bool,
    },
}

/// `sandbox serve`.
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// What is staged: a name, or a file
    #[arg(default_value = "demo")]
    scenario: String,
    /// The port; 0 lets the system choose
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The address to listen on
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// Speak TLS too, on the same port. Whom to trust is written to FILE, else to the runtime folder; `ca_file` of the first line says where
    #[arg(long, value_name = "FILE", require_equals = true)]
    #[expect(
        clippy::option_option,
        reason = "absent, without a file, and with one are three things"
    )]
    tls: Option<Option<PathBuf>>,
}

impl SandboxCommand {
    /// Does it.
    pub(super) async fn run(self, staging: &Staging, paths: &Paths) -> Result<Exit, Trouble> {
        match self {
            Self::Serve(serve) => serve.run(staging, paths).await,
            Self::Scenarios { name: None, json } => scenarios(json),
            Self::Scenarios {
                name: Some(name),
                json,
            } => scenario(&name, json),
            Self::Guest(guest) => guest.run(paths).await,
            Self::Truth { url, frames } => truth(url, frames, paths).await,
        }
    }
}

impl Serve {
    async fn run(self, staging: &Staging, paths: &Paths) -> Result<Exit, Trouble> {
        let mut options = staging.options(&self.scenario)?;
        let address = SocketAddr::new(self.listen, self.port);
        let cannot = |error: std::io::Error| {
            Trouble::new(
                Exit::Usage,
                anyhow::Error::new(error).context(format!("cannot listen on {address}")),
            )
            .hint("choose another port, or leave --port away")
        };
        let mut stops = tui::stops().map_err(Trouble::from)?;
        let listener = TcpListener::bind(address).await.map_err(cannot)?;
        if !self.listen.is_loopback() {
            output::words(
                "warning: anybody who can reach this address can read and change the sandbox",
            );
        }
        let certificate = match self.tls {
            None => None,
            Some(None) => Some(Certificate::passing(paths, listener.local_addr()?.port())?),
            Some(Some(file)) => Some(Certificate::lasting(file)),
        };
        options.ca_file = certificate.as_ref().map(|one| one.file().to_owned());
        let sandbox = Sandbox::start(options, listener)
            .await
            .map_err(|error| Trouble::new(Exit::Usage, error))?;
        let beacon = Beacon::light(paths, sandbox.welcome())?;
        output::json_line(sandbox.welcome())?;
        // The channel closes only with the process.
        let _ = stops.recv().await;
        drop(beacon);
        sandbox.stop().await;
        Ok(Exit::Done)
    }
}

fn scenarios(json: bool) -> Result<Exit, Trouble> {
    for (name, description) in Scenario::names() {
        if json {
            output::json_line(&serde_json::json!({ "name": name, "description": description }))?;
        } else {
            output::data(&format!("{name:<16} {description}\n"))?;
        }
    }
    Ok(Exit::Done)
}

/// One of them, with its story.
fn scenario(name: &str, json: bool) -> Result<Exit, Trouble> {
    let named = Scenario::named(name)
        .map_err(|error| Trouble::new(Exit::Usage, error).hint("unstick sandbox scenarios"))?;
    let Scenario {
        description, story, ..
    } = named;
    let story = story.trim();
    if json {
        let line = serde_json::json!({ "name": name, "description": description, "story": story });
        output::json_line(&line)?;
        return Ok(Exit::Done);
    }
    let story = if story.is_empty() {
        String::new()
    } else {
        format!("\n{story}\n")
    };
    // A script says itself how it begins: not each does with a console on a sandbox of its own.
    let first = story
        .lines()
        .find_map(|line| line.trim().strip_prefix("$ "));
    let opens = match first {
        Some(command) => format!("begin with: {command}"),
        None => format!("open it: unstick --sandbox={name}"),
    };
    output::data(&format!("{name:<16} {description}\n{story}\n{opens}\n"))?;
    Ok(Exit::Done)
}

async fn truth(url: Option<String>, frames: bool, paths: &Paths) -> Result<Exit, Trouble> {
    let url = match url {
        Some(url) => url,
        None => beacon::find(paths).ok_or_else(|| {
            Trouble::said(Exit::Unreachable, "no sandbox is running")
                .hint("start one: unstick sandbox serve")
        })?,
    };
    let path = if frames {
        "/sandbox/frames"
    } else {
        "/sandbox/truth"
    };
    output::json_lines(&pretend::get(&url, path, paths).await?)?;
    Ok(Exit::Done)
}
