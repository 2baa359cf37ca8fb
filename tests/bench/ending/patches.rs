//! Small PATCH requests a second on one and the same sandbox, in a process of its own and with its limit lifted: our client alone, `wrk`,
//! and the vendor's Python SDK. On chats that take every end and never end, so that each request costs the same.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use unstick::clock::WallClock;
use unstick::domain::ids::{ConversationId, ParticipantId};
use unstick::domain::step::Action;
use unstick::engine::ports::{Lane, Limiter, Org as _, SendPermit, Terminator as _};
use unstick::genesys::{Access, Client, Grant, Timeouts, WritingClient};
use unstick::settings::region::Addresses;

use super::python::{Python, word};
use super::report::{Report, Row};
use super::support::Home;
use super::support::served::Served;

/// In flight at once, whoever sends.
const IN_FLIGHT: usize = 8;
/// A rate that nobody waits for.
const LIFTED: u32 = 100_000_000;
const SCENARIO: &str = "
description = \"what never ends\"
[platform]
rate_limit = 100000000
[[chat]]
kind = \"stubborn\"
count = 60
";

/// A leg that can be ended for ever.
type Target = (ConversationId, ParticipantId);

/// Rounds in which each sends for the same time, one after the other; what is said is the middle one of the ratios.
pub(crate) fn a_second(report: &mut Report, python: Result<&Python, &String>, is_quick: bool) {
    let (rounds, seconds) = if is_quick { (3, 3) } else { (5, 6) };
    let home = Home::new();
    let file = home.write("patches.toml", SCENARIO);
    let served = Served::start(&home, &[file.to_str().unwrap()]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ours = Ours::new(&served);
    let targets = runtime.block_on(ours.targets(&served));
    let wrk = has_wrk().then(|| Wrk::new(&home, &served, &runtime, &targets));
    let (mut own, mut of_wrk, mut of_sdk) = (Vec::new(), Vec::new(), Vec::new());
    // How far anybody can come who shares the cores with this server.
    let mut wrk_of_sdk = Vec::new();
    for _ in 0..rounds {
        let made = runtime.block_on(ours.patches(&targets, Duration::from_secs(seconds)));
        own.push(made);
        let by_wrk = wrk.as_ref().map(|wrk| wrk.patches(seconds));
        of_wrk.extend(by_wrk.map(|by_wrk| made / by_wrk));
        if let Ok(python) = python {
            let by_sdk = sdk(python, &home, &served, &targets, seconds);
            of_sdk.push(made / by_sdk);
            wrk_of_sdk.extend(by_wrk.map(|by_wrk| by_wrk / by_sdk));
        }
    }
    let what = format!("PATCH a second, {IN_FLIGHT} in flight, no journal");
    let made = format!("{:.0}", middle(&mut own));
    report.rows(&[Row::beside(&format!("{what}: our client"), made)]);
    let to_wrk = format!("{what}: our client to wrk");
    if wrk.is_some() {
        let ratio = middle(&mut of_wrk);
        let said = format!("{ratio:.2} ({})", each(&of_wrk));
        report.rows(&[Row::promise(&to_wrk, said, "at least 0.5", ratio >= 0.5)]);
    } else {
        report.skipped(
            &to_wrk,
            "`wrk` is not on the PATH (Debian: apt-get install wrk)",
        );
    }
    let to_sdk = format!("{what}: our client to the SDK");
    match python {
        Ok(_) => {
            let ratio = middle(&mut of_sdk);
            let said = format!("{ratio:.1} ({})", each(&of_sdk));
            report.rows(&[Row::promise(&to_sdk, said, "at least 10", ratio >= 10.0)]);
        }
        Err(why) => report.skipped(&to_sdk, why),
    }
    if !wrk_of_sdk.is_empty() {
        let said = format!("{:.1} ({})", middle(&mut wrk_of_sdk), each(&wrk_of_sdk));
        report.rows(&[Row::beside(&format!("{what}: wrk to the SDK"), said)]);
    }
}

fn middle(figures: &mut [f64]) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// All of them, from the smallest to the largest.
fn each(sorted: &[f64]) -> String {
    let words: Vec<String> = sorted.iter().map(|one| format!("{one:.2}")).collect();
    words.join(", ")
}

/// The product's client, with neither engine nor journal.
struct Ours {
    client: WritingClient,
    limiter: Limiter,
}

impl Ours {
    fn new(served: &Served) -> Self {
        let (limiter, clock) = (Limiter::new(LIFTED), WallClock::start());
        let access = Access {
            profile: "sandbox".to_owned(),
            addresses: Addresses::of_loopback(&served.url, &served.url).unwrap(),
            client_id: word(served, "client_id").to_owned(),
            grant: Grant::ClientCredentials(word(served, "client_secret").to_owned().into()),
            certificate: None,
            proxy: None,
        };
        let client = Client::new(access, Timeouts::default(), limiter.clone(), clock).unwrap();
        Self {
            client: WritingClient::new(client),
            limiter,
        }
    }

    /// An open leg of each chat, read as ever, which also signs in.
    async fn targets(&self, served: &Served) -> Vec<Target> {
        let mut targets = Vec::new();
        for staged in served.told("staged") {
            let id: ConversationId = staged["conversation"].as_str().unwrap().parse().unwrap();
            let pass = self.limiter.acquire(Lane::Read, 1).await;
            let read = self.client.read(id, pass).await.unwrap();
            let (party, _) = read.conversation.open_legs().next().unwrap();
            targets.push((id, party.id));
        }
        targets
    }

    /// How many a second were accepted.
    async fn patches(&self, targets: &[Target], time: Duration) -> f64 {
        let made = Arc::new(AtomicU64::new(0));
        let mut sending = JoinSet::new();
        let began = Instant::now();
        for first in 0..IN_FLIGHT {
            let (client, limiter) = (self.client.clone(), self.limiter.clone());
            let (made, targets) = (Arc::clone(&made), targets.to_vec());
            sending.spawn(async move {
                let mut turn = targets.iter().cycle().skip(first);
                while began.elapsed() < time {
                    let (conversation, participant) = *turn.next().unwrap();
                    let permit = SendPermit::granted(conversation, Action::Legs { participant });
                    let pass = limiter.acquire(Lane::Act, 1).await;
                    client.send(permit, pass).await.unwrap();
                    made.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        sending.join_all().await;
        per_second(made.load(Ordering::Relaxed), began.elapsed())
    }
}

#[expect(clippy::cast_precision_loss, reason = "a count of some seconds")]
fn per_second(made: u64, took: Duration) -> f64 {
    made as f64 / took.as_secs_f64()
}

fn has_wrk() -> bool {
    // It has no flag that does nothing, and says what it is where one is not known.
    let said = Command::new("wrk").arg("--version").output();
    said.is_ok()
}

/// `wrk` with a script that sends exactly our requests.
struct Wrk {
    script: std::path::PathBuf,
    url: String,
}

impl Wrk {
    fn new(
        home: &Home,
        served: &Served,
        runtime: &tokio::runtime::Runtime,
        targets: &[Target],
    ) -> Self {
        let token = runtime.block_on(token(served));
        let paths: Vec<String> = targets
            .iter()
            .map(|(conversation, participant)| {
                let action = Action::Legs {
                    participant: *participant,
                };
                format!("\"{}\"", action.path(*conversation))
            })
            .collect();
        let script = format!(
            "local paths = {{{}}}
local requests, turn = {{}}, 0
init = function()
  wrk.body = '{{\"state\":\"disconnected\"}}'
  wrk.headers['Authorization'] = 'Bearer {token}'
  wrk.headers['Content-Type'] = 'application/json'
  wrk.headers['Accept'] = 'application/json'
  for number, path in ipairs(paths) do requests[number] = wrk.format('PATCH', path) end
end
request = function()
  turn = turn % #requests + 1
  return requests[turn]
end
",
            paths.join(",")
        );
        Self {
            script: home.write("patches.lua", &script),
            url: served.url.clone(),
        }
    }

    fn patches(&self, seconds: u64) -> f64 {
        let output = Command::new("wrk")
            .args(["-t2", &format!("-c{IN_FLIGHT}"), &format!("-d{seconds}s")])
            .arg("-s")
            .arg(&self.script)
            .arg(&self.url)
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(!said.contains("Non-2xx"), "{said}");
        let line = said
            .lines()
            .find_map(|one| one.strip_prefix("Requests/sec:"));
        line.unwrap_or_else(|| panic!("{said}"))
            .trim()
            .parse()
            .unwrap()
    }
}

async fn token(served: &Served) -> String {
    let asked = reqwest::Client::new()
        .post(format!("{}/oauth/token", served.url))
        .basic_auth(
            word(served, "client_id"),
            Some(word(served, "client_secret")),
        )
        .header("content-type", "application/x-www-form-urlencoded")
        .body("grant_type=client_credentials");
    let answer: serde_json::Value = asked.send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// The vendor's SDK with as many threads.
fn sdk(python: &Python, home: &Home, served: &Served, targets: &[Target], seconds: u64) -> f64 {
    let mut child = python
        .command("patches.py", home, served)
        .args([seconds.to_string(), IN_FLIGHT.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for (conversation, participant) in targets {
        writeln!(stdin, "{conversation} {participant}").unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "patches.py failed");
    let said = String::from_utf8(output.stdout).unwrap();
    said.trim().parse().unwrap()
}
