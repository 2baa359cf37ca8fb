//! A sandbox on a port of its own, and a plain HTTP client for it.

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use unstick::sandbox::{Options, Sandbox, Scenario};

/// A running sandbox, signed in to.
pub(crate) struct Bench {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) token: String,
}

/// The longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(10);

impl Bench {
    pub(crate) async fn quiet() -> Self {
        Self::named("quiet").await
    }

    pub(crate) async fn named(scenario: &str) -> Self {
        Self::start(Options::new(Scenario::named(scenario).unwrap())).await
    }

    /// A scenario written in the test, after a description that the test need not repeat.
    pub(crate) async fn of(text: &str) -> Self {
        let text = format!("description = \"of a test\"\n{text}");
        Self::start(Options::new(Scenario::parse(&text, "test.toml").unwrap())).await
    }

    pub(crate) async fn start(options: Options) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = Sandbox::start(options, listener).await.unwrap();
        let client = Client::builder().no_proxy().build().unwrap();
        let mut bench = Self {
            sandbox,
            client,
            token: String::new(),
        };
        bench.token = bench.fresh_token().await;
        bench
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.sandbox.welcome().url)
    }

    pub(crate) async fn sign_in(&self, secret: &str, form: &'static str) -> Response {
        let welcome = self.sandbox.welcome();
        self.client
            .post(self.url("/oauth/token"))
            .basic_auth(&welcome.client_id, Some(secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap()
    }

    pub(crate) async fn fresh_token(&self) -> String {
        let secret = self.sandbox.welcome().client_secret.clone();
        let answer = self.sign_in(&secret, "grant_type=client_credentials").await;
        let body: Value = answer.json().await.unwrap();
        body["access_token"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) async fn try_send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<Response> {
        let mut request = self
            .client
            .request(method, self.url(path))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Option<&Value>) -> Response {
        self.try_send(method, path, body).await.unwrap()
    }

    /// The status and the JSON body, null where there is none.
    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> (StatusCode, Value) {
        let answer = self.send(method, path, body).await;
        let status = answer.status();
        let bytes = answer.bytes().await.unwrap();
        (
            status,
            serde_json::from_slice(&bytes).unwrap_or(Value::Null),
        )
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.ask(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// The id of the chat that was staged under a label.
    pub(crate) fn id(&self, label: &str) -> String {
        let staged = self.sandbox.staged();
        let mut all = staged.iter();
        let found = all.find(|one| one.label.as_deref() == Some(label));
        let found = found.expect("the scenario stages no chat of this label");
        found.conversation.to_string()
    }

    pub(crate) async fn read(&self, label: &str) -> Value {
        self.get(&format!("/api/v2/conversations/{}", self.id(label)))
            .await
    }

    /// Reads until a picture of the conversation is as wished.
    pub(crate) async fn read_until(&self, label: &str, wished: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        // A read costs one request of the limit, so they are spaced.
        let mut turns = tokio::time::interval(Duration::from_millis(20));
        loop {
            turns.tick().await;
            let seen = self.read(label).await;
            if wished(&seen) {
                return seen;
            }
            assert!(begun.elapsed() < PATIENCE, "it never came: {seen:#}");
        }
    }

    pub(crate) async fn order(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask(Method::POST, path, Some(body)).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    pub(crate) async fn query(&self, more: Value) -> (StatusCode, Value) {
        let now = jiff::Timestamp::now();
        let from = now - jiff::SignedDuration::from_hours(24 * 10);
        let to = now + jiff::SignedDuration::from_hours(1);
        let mut query = json!({ "interval": format!("{from}/{to}") });
        let members = query.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        let path = "/api/v2/analytics/conversations/details/query";
        self.ask(Method::POST, path, Some(&query)).await
    }
}

/// The participants of one purpose.
pub(crate) fn parties<'a>(conversation: &'a Value, purpose: &str) -> Vec<&'a Value> {
    let all = conversation["participants"].as_array().unwrap();
    all.iter().filter(|one| one["purpose"] == purpose).collect()
}

/// The states of all legs of one purpose.
pub(crate) fn states<'a>(conversation: &'a Value, purpose: &str) -> Vec<&'a str> {
    let legs = parties(conversation, purpose);
    let legs = legs
        .iter()
        .flat_map(|one| one["messages"].as_array().unwrap());
    legs.map(|leg| leg["state"].as_str().unwrap()).collect()
}

/// The path of the first participant of a purpose, and its id.
pub(crate) fn participant_path(conversation: &Value, purpose: &str) -> String {
    let id = conversation["id"].as_str().unwrap();
    let party = parties(conversation, purpose)[0]["id"].as_str().unwrap();
    format!("/api/v2/conversations/messages/{id}/participants/{party}")
}

/// The body of every ending.
pub(crate) fn disconnected() -> Value {
    json!({ "state": "disconnected" })
}
