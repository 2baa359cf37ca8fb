//! Pretend organisations for commands: staged in this process, or one that runs elsewhere and is joined by its address.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use tokio::net::TcpListener;

use super::beacon;
use super::choice::ORGANISATION;
use super::exit::Exit;
use super::trouble::Trouble;
use crate::sandbox::{FaultOrders, Options, Sandbox, Scenario, ScenarioError};
use crate::settings::region::shown;
use crate::settings::{Paths, Welcome};

/// How long a running sandbox may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is staged beyond the scenario.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Staging {
    /// Sandbox: fill up to so many chats
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION, value_name = "N")]
    pub(super) chats: Option<usize>,
    /// Sandbox: ids and names follow from this number
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION, value_name = "S")]
    pub(super) seed: Option<u64>,
    /// Sandbox: a file of faults
    #[arg(long, global = true, hide_short_help = true, help_heading = ORGANISATION, value_name = "FILE")]
    pub(super) faults: Option<PathBuf>,
}

impl Staging {
    /// Nothing of it was asked for.
    pub(super) fn is_default(&self) -> bool {
        self.chats.is_none() && self.seed.is_none() && self.faults.is_none()
    }

    /// The options of a sandbox of this scenario: a built-in name, or a file.
    pub(super) fn options(&self, scenario: &str) -> Result<Options, Trouble> {
        let staged = scenario_of(scenario)?;
        let faults = match &self.faults {
            Some(file) => FaultOrders::from_file(file)
                .map_err(|error| refused(error, "the file holds [[fault]] tables"))?,
            None => FaultOrders::default(),
        };
        Ok(Options {
            chats: self.chats,
            seed: self.seed,
            faults,
            ..Options::new(staged)
        })
    }
}

/// A scenario by its built-in name, or by its file.
pub(super) fn scenario_of(said: &str) -> Result<Scenario, Trouble> {
    let is_file = said.contains(['/', '\\']) || Path::new(said).exists();
    let staged = if is_file {
        Scenario::from_file(Path::new(said))
    } else {
        Scenario::named(said)
    };
    staged.map_err(|error| refused(error, "unstick sandbox scenarios"))
}

fn refused(error: ScenarioError, hint: &str) -> Trouble {
    Trouble::new(Exit::Usage, error).hint(hint)
}

/// What a sandbox of this process would print.
fn welcome_of(sandbox: &Sandbox) -> Welcome {
    let said = sandbox.welcome();
    Welcome {
        url: said.url.clone(),
        login_url: said.login_url.clone(),
        org_id: said.org_id.to_string(),
        org_name: said.org_name.clone(),
        client_id: said.client_id.clone(),
        client_secret: said.client_secret.clone().into(),
        ca_file: said.ca_file.clone().map(PathBuf::from),
        wrap_up: None,
    }
}

/// A pretend organisation that is there for as long as this value lives, or longer if it runs elsewhere.
#[derive(Debug)]
pub(super) struct Pretend {
    pub(super) welcome: Welcome,
    /// What is said about where it runs.
    pub(super) place: String,
    own: Option<Sandbox>,
}

impl Pretend {
    /// Finds or stages what `--sandbox[=SCENARIO|URL]` asked for.
    pub(super) async fn find(
        asked: &str,
        staging: &Staging,
        paths: &Paths,
    ) -> Result<Self, Trouble> {
        let meant = Self::meant(asked, paths);
        if meant.starts_with("http://") || meant.starts_with("https://") {
            return Self::join(&meant, staging, paths).await;
        }
        Self::stage(&meant, staging).await
    }

    /// What that means now: the address of one that runs, or the scenario to stage.
    pub(super) fn meant(asked: &str, paths: &Paths) -> String {
        if !asked.is_empty() {
            return asked.to_owned();
        }
        beacon::find(paths).unwrap_or_else(|| "demo".to_owned())
    }

    /// Stages one in this process, on a port that the system chooses.
    pub(super) async fn stage(scenario: &str, staging: &Staging) -> Result<Self, Trouble> {
        Self::start(staging.options(scenario)?, scenario).await
    }

    /// The same, with options that are put together.
    pub(super) async fn start(options: Options, place: &str) -> Result<Self, Trouble> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let own = Sandbox::start(options, listener)
            .await
            .map_err(|error| Trouble::new(Exit::Usage, error))?;
        Ok(Self {
            welcome: welcome_of(&own),
            place: place.to_owned(),
            own: Some(own),
        })
    }

    /// It is of this process, and ends with it.
    pub(super) fn is_own(&self) -> bool {
        self.own.is_some()
    }

    async fn join(url: &str, staging: &Staging, paths: &Paths) -> Result<Self, Trouble> {
        if !staging.is_default() {
            return Err(Trouble::usage(
                "--chats, --seed and --faults stage a sandbox, and this one is running already",
            )
            .hint("leave them away, or name a scenario to stage: --sandbox=demo"));
        }
        let said = get(url, "/sandbox/", paths).await?;
        let welcome: Welcome = serde_json::from_str(&said).map_err(|error| {
            Trouble::new(
                Exit::Unreachable,
                anyhow::Error::new(error)
                    .context(format!("{} is not a sandbox of unstick", shown(url))),
            )
        })?;
        Ok(Self {
            place: welcome.url.clone(),
            welcome,
            own: None,
        })
    }

    /// Stops the one of this process.
    pub(super) async fn stop(self) {
        if let Some(own) = self.own {
            own.stop().await;
        }
    }
}

/// Whether a sandbox that was here is here no longer: nobody listens at its address, or somebody else does. One that merely does not
/// answer may be there still.
pub(super) async fn is_gone(url: &str, org_id: &str, paths: &Paths) -> bool {
    let answer = async {
        let address = format!("{}/sandbox/", url.trim_end_matches('/'));
        let client = client(beacon::trusted(paths, url))?;
        client.get(address).send().await?.text().await
    };
    match answer.await {
        Ok(said) => {
            let welcome = serde_json::from_str::<Welcome>(&said);
            welcome.map_or(true, |welcome| welcome.org_id != org_id)
        }
        Err(error) => is_refused(&error),
    }
}

/// Nobody listens there: of all failures to connect the only one that says so.
fn is_refused(error: &reqwest::Error) -> bool {
    let mut cause: Option<&dyn Error> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return error.kind() == io::ErrorKind::ConnectionRefused;
        }
        cause = error.source();
    }
    false
}

/// A client for what only a sandbox answers. It carries no token, and goes where it is told to and nowhere else.
fn client(trusted: Option<Vec<u8>>) -> reqwest::Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(PATIENCE);
    if let Some(pem) = trusted {
        builder = builder.tls_certs_merge(reqwest::Certificate::from_pem_bundle(&pem)?);
    }
    builder.build()
}

/// What only a sandbox answers. Carries no token.
pub(super) async fn get(url: &str, path: &str, paths: &Paths) -> Result<String, Trouble> {
    let address = format!("{}{path}", url.trim_end_matches('/'));
    let unreachable = |error: reqwest::Error| {
        let error = error.without_url();
        let hint = if is_distrusted(&error) {
            "its certificate authority is not known here: name its `ca_file` in SSL_CERT_FILE"
        } else {
            "start one: unstick sandbox serve"
        };
        let what = format!("no sandbox answers at {}", shown(&address));
        Trouble::new(Exit::Unreachable, anyhow::Error::new(error).context(what)).hint(hint)
    };
    let client = client(beacon::trusted(paths, url)).map_err(unreachable)?;
    let answer = client.get(&address).send().await.map_err(unreachable)?;
    let answer = answer.error_for_status().map_err(unreachable)?;
    answer.text().await.map_err(unreachable)
}

/// The TLS library's error type is not ours to name, so its words decide.
fn is_distrusted(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.to_string().to_lowercase().contains("certificate") {
            return true;
        }
        cause = error.source();
    }
    false
}

#[cfg(test)]
mod tests;
