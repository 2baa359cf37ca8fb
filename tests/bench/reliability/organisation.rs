//! A pretend organisation in this process, and the real client of it over HTTP.

use tokio::net::TcpListener;
use unstick::clock::WallClock;
use unstick::engine::ports::Limiter;
use unstick::genesys::{Access, Client, Grant, Timeouts};
use unstick::sandbox::{Options, Sandbox, Scenario};
use unstick::settings::region::Addresses;

pub(crate) struct Organisation {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) limiter: Limiter,
    pub(crate) clock: WallClock,
}

impl Organisation {
    /// Starts one from a scenario's text, with a client that may make so many requests a minute.
    pub(crate) async fn start(scenario: &str, per_minute: u32, timeouts: Timeouts) -> Self {
        let scenario = Scenario::parse(scenario, "bench.toml").unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = Sandbox::start(Options::new(scenario), listener)
            .await
            .unwrap();
        let welcome = sandbox.welcome();
        let (limiter, clock) = (Limiter::new(per_minute), WallClock::start());
        let access = Access {
            profile: "sandbox".to_owned(),
            addresses: Addresses::of_loopback(&welcome.url, &welcome.login_url).unwrap(),
            client_id: welcome.client_id.clone(),
            grant: Grant::ClientCredentials(welcome.client_secret.clone().into()),
            certificate: None,
            proxy: None,
        };
        let client = Client::new(access, timeouts, limiter.clone(), clock).unwrap();
        Self {
            sandbox,
            client,
            limiter,
            clock,
        }
    }
}
