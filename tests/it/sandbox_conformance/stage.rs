//! A sandbox with something of everything, and the ids of what is in it by names in angle brackets.

use super::published::{OPERATIONS, Operation};
use crate::sandbox_support::Bench;
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// The longest wait for something that must come.
const PATIENCE: Duration = Duration::from_secs(10);

/// One chat of each sort that some operation needs.
const SCENARIO: &str = r#"
[platform]
rate_limit = 1000000
lake_lag_ms = 0
job_ms = [0, 0]
[[chat]]
kind = "live"
label = "live"
[[chat]]
kind = "serving"
label = "serving"
wrap_up = true
[[chat]]
kind = "wrap-up"
label = "wrap-up"
[[chat]]
kind = "parked"
label = "parked"
[[chat]]
kind = "bot-loop"
label = "bot-loop"
[[chat]]
kind = "ringing"
label = "ringing"
[[chat]]
kind = "waiting"
label = "waiting"
"#;

/// What stands for a parameter of a path where a row says nothing else.
const PLACES: [(&str, &str); 10] = [
    ("conversationId", "<live>"),
    ("participantId", "<live.agent>"),
    ("communicationId", "<live.agent.leg>"),
    ("messageId", "<live.message>"),
    ("jobId", "<job>"),
    ("channelId", "<channel>"),
    ("queueId", "<queue>"),
    ("codeId", "<code>"),
    ("userId", "<user>"),
    ("namespaceName", "platform.api"),
];

/// A sandbox, and what was looked up in it.
pub(crate) struct Stage {
    pub(crate) bench: Bench,
    /// What was looked up already.
    known: Mutex<BTreeMap<String, String>>,
}

impl Stage {
    pub(crate) async fn new() -> Self {
        let bench = Bench::of(SCENARIO).await;
        let all = OPERATIONS.values().flat_map(Operation::permissions);
        let all: Vec<&str> = all.collect();
        let given = json!({ "restore_permissions": all });
        bench.order("/sandbox/faults", &given).await;
        Self {
            bench,
            known: Mutex::default(),
        }
    }

    /// The path of an operation, its parameters filled from `name=value` pairs or else as usual.
    pub(crate) async fn path(&self, path: &str, places: &str) -> String {
        let mut filled = path.to_owned();
        for pair in places.split_whitespace() {
            let (name, value) = pair.split_once('=').unwrap();
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        for (name, value) in PLACES {
            filled = filled.replace(&format!("{{{name}}}"), value);
        }
        let deployment = self.bench.sandbox.welcome().deployment_id.to_string();
        filled = filled.replace("{deploymentId}", &deployment);
        self.filled(&filled).await
    }

    /// A text with ids in the place of the names in angle brackets.
    pub(crate) async fn filled(&self, text: &str) -> String {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            let (name, after) = after.split_once('>').unwrap();
            filled.push_str(before);
            filled.push_str(&self.known(name).await);
            rest = after;
        }
        filled + rest
    }

    async fn known(&self, name: &str) -> String {
        let known = self.known.lock().unwrap().get(name).cloned();
        if let Some(known) = known {
            return known;
        }
        let found = self.looked_up(name).await;
        let mut known = self.known.lock().unwrap();
        known.insert(name.to_owned(), found.clone());
        found
    }

    async fn looked_up(&self, name: &str) -> String {
        let bench = &self.bench;
        match name {
            "interval" => {
                let now = jiff::Timestamp::now();
                let from = now - jiff::SignedDuration::from_hours(24 * 10);
                format!("{from}/{}", now + jiff::SignedDuration::from_hours(1))
            }
            "queue" => self.first("/api/v2/routing/queues").await,
            "code" => self.first("/api/v2/routing/wrapupcodes").await,
            "user" => self.first("/api/v2/users").await,
            "division" => self.first("/api/v2/authorization/divisions").await,
            "flow" => self.first("/api/v2/flows/divisionviews").await,
            "channel" => {
                let path = "/api/v2/notifications/channels";
                self.made(path, None, "id").await
            }
            "job" => {
                let interval = Box::pin(self.looked_up("interval")).await;
                let body = json!({ "interval": interval });
                let path = "/api/v2/analytics/conversations/details/jobs";
                let job = self.made(path, Some(&body), "jobId").await;
                self.fulfilled(&format!("{path}/{job}")).await;
                job
            }
            _ => {
                let (label, part) = name.split_once('.').unwrap_or((name, ""));
                let seen = bench.read(label).await;
                part_of(&seen, part).unwrap_or_else(|| panic!("nothing is called <{name}>"))
            }
        }
    }

    /// Waits for a job to have its results.
    async fn fulfilled(&self, path: &str) {
        let begun = Instant::now();
        let mut turns = tokio::time::interval(Duration::from_millis(10));
        while self.bench.get(path).await["state"] != "FULFILLED" {
            assert!(begun.elapsed() < PATIENCE, "the job is never done");
            turns.tick().await;
        }
    }

    /// The id of the first of a listing; of nothing where there is no such listing yet.
    async fn first(&self, path: &str) -> String {
        let (_, body) = self.bench.ask(Method::GET, path, None).await;
        named(&body["entities"][0]["id"])
    }

    async fn made(&self, path: &str, body: Option<&Value>, member: &str) -> String {
        let (_, answer) = self.bench.ask(Method::POST, path, body).await;
        named(&answer[member])
    }
}

fn named(id: &Value) -> String {
    id.as_str().unwrap_or("nothing-there-yet").to_owned()
}

/// Of a conversation: itself, `message`, a participant by purpose, or such a one's last `leg`.
fn part_of(conversation: &Value, part: &str) -> Option<String> {
    let purpose = part.strip_suffix(".leg").unwrap_or(part);
    let all = conversation["participants"].as_array()?;
    let found = match part {
        "" => &conversation["id"],
        "message" => &all.first()?["messages"][0]["messages"][0]["messageId"],
        _ => {
            let party = all.iter().rfind(|one| one["purpose"] == purpose)?;
            let leg = party["messages"].as_array()?.last()?;
            if part == purpose {
                &party["id"]
            } else {
                &leg["id"]
            }
        }
    };
    found.as_str().map(str::to_owned)
}
