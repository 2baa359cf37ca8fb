//! A pretend organisation in this process, and the real client of it over HTTP.

use tokio::net::TcpListener;
use unstick::clock::WallClock;
use unstick::engine::ports::Limiter;
use unstick::genesys::{Access, Client, Grant, Timeouts};
use unstick::sandbox::{Options, Sandbox, Scenario};
use unstick::settings::region::Addresses;

/// The ways in which requests go wrong, each of two in a hundred.
const TROUBLE: [&str; 5] = [
    "drop = true",
    "drop = true\nwhen = \"after\"",
    "status = 503",
    "status = 500\nwhen = \"after\"",
    "status = 504",
];

/// The sandbox, and what its client needs.
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

    /// From now on one request in ten goes wrong whose path holds this.
    pub(crate) async fn order_trouble(&self, path: &str) {
        let orders: toml::Value = toml::from_str(&trouble(path)).unwrap();
        let url = format!("{}/sandbox/faults", self.sandbox.welcome().url);
        let answer = reqwest::Client::new()
            .post(url)
            .json(&orders)
            .send()
            .await
            .unwrap();
        assert!(
            answer.status().is_success(),
            "{}",
            answer.text().await.unwrap()
        );
    }
}

/// Rules by which one request in ten goes wrong whose path holds this.
pub(crate) fn trouble(path: &str) -> String {
    let rules = TROUBLE.iter().enumerate().map(|(number, how)| {
        format!(
            "[[fault]]\npath = \"{path}\"\nprobability = 0.02\ntimes = 0\nseed = {number}\n{how}\n"
        )
    });
    rules.collect()
}
