//! A sandbox of a hundred thousand open chats, measured on the real binary: `cargo bench --bench sandbox_size`.
//!
//! Prints what was measured beside what is promised, and says PASS or FAIL; where a figure depends on the
//! machine, it is told as a multiple of the same figure of a small sandbox in the same run too.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

const BINARY: &str = env!("CARGO_BIN_EXE_unstick");
const CHATS: usize = 100_000;
const PAGE: usize = 100;
const START_PROMISED: Duration = Duration::from_secs(3);
const MEMORY_PROMISED_MIB: u64 = 1024;
const PAGE_PROMISED: Duration = Duration::from_millis(20);
/// How long the world is disturbed while random pages are asked for.
const SPELL: Duration = Duration::from_secs(15);
const QUERY: &str = "/api/v2/analytics/conversations/details/query";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let small = Served::start("small", 30);
    let mut starts: Vec<Duration> = (0..2).map(|_| Served::start("large", CHATS).took).collect();
    let large = Served::start("large", CHATS);
    starts.push(large.took);
    let worst = starts.iter().max().copied().unwrap_or_default();
    let mut judge = Judge { failed: false };
    judge.say(
        "start, spawned to its first line, worst of 3",
        &format!("{worst:.2?}"),
        &format!(
            "under {START_PROMISED:?}; a small one takes {:.2?}",
            small.took
        ),
        worst < START_PROMISED,
    );
    let before = large.memory_mib("VmRSS");
    let small = Client::of(&small).await;
    let client = Arc::new(Client::of(&large).await);
    let cold = client.page(1).await;
    println!(
        "the first page, for which every chat is asked: {:.2?} for {} chats",
        cold.took, cold.hits
    );
    let quiet: Vec<Duration> = small.pages(1..=200, |_| 1).await;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!(
        "load of this machine, with this program's own: {}",
        load.trim()
    );
    let stop = Arc::new(AtomicBool::new(false));
    let changes = Arc::new(AtomicU64::new(0));
    let trouble = disturb(client.clone(), stop.clone(), changes.clone());
    let pages = CHATS / PAGE;
    let sequence = client.pages(1..=pages, |page| page).await;
    judge.pages("pages of 100 in sequence", &sequence, &quiet);
    let (begun, used) = (Instant::now(), large.processor_time());
    let mut random = Random(7);
    let mut anywhere = Vec::new();
    while begun.elapsed() < SPELL {
        anywhere.push(client.page(1 + random.below(pages - 2)).await.took);
    }
    judge.pages("pages of 100 at random", &anywhere, &quiet);
    let used = large.processor_time().saturating_sub(used);
    println!(
        "processor time of the sandbox meanwhile, all it did, by page: {:.2?}",
        used.checked_div(u32::try_from(anywhere.len()).unwrap())
            .unwrap_or_default()
    );
    let mut reads = Vec::new();
    for _ in 0..500 {
        let id = client.ids[random.below(client.ids.len())].clone();
        reads.push(client.read(&id).await);
    }
    let mut small_reads = Vec::new();
    for _ in 0..200 {
        small_reads.push(small.read(&small.ids[0]).await);
    }
    judge.pages("one chat read by its id", &reads, &small_reads);
    stop.store(true, Ordering::Relaxed);
    trouble.await.unwrap();
    let end = client.page(1).await;
    println!(
        "meanwhile {} chats were ended or written to; {} are open now",
        changes.load(Ordering::Relaxed),
        end.hits
    );
    let most = large.memory_mib("VmHWM");
    judge.say(
        "resident, at its highest",
        &format!("{most} MiB ({before} MiB after the start)"),
        &format!("under {MEMORY_PROMISED_MIB} MiB"),
        most < MEMORY_PROMISED_MIB,
    );
    if judge.failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

/// Says each figure with its promise.
struct Judge {
    failed: bool,
}

impl Judge {
    fn say(&mut self, what: &str, measured: &str, promised: &str, kept: bool) {
        self.failed |= !kept;
        let verdict = if kept { "PASS" } else { "FAIL" };
        println!("{verdict}  {what}: {measured}   promised {promised}");
    }

    fn pages(&mut self, what: &str, took: &[Duration], of_small: &[Duration]) {
        let (mut took, mut of_small) = (took.to_vec(), of_small.to_vec());
        took.sort();
        of_small.sort();
        let (p50, p99) = (percentile(&took, 50), percentile(&took, 99));
        let ratio = p50.as_secs_f64() / percentile(&of_small, 50).as_secs_f64();
        self.say(
            what,
            &format!(
                "p50 {p50:.2?}, p99 {p99:.2?}, worst {:.2?} of {}, p50 {ratio:.1} times a small sandbox's",
                took.last().copied().unwrap_or_default(),
                took.len()
            ),
            &format!("p99 under {PAGE_PROMISED:?}"),
            p99 < PAGE_PROMISED,
        );
    }
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    let last = sorted.len().saturating_sub(1);
    sorted
        .get((last * percent).div_ceil(100))
        .copied()
        .unwrap_or_default()
}

/// A sandbox in a process of its own, with a folder of its own.
struct Served {
    child: Child,
    home: PathBuf,
    welcome: Value,
    took: Duration,
}

impl Served {
    fn start(name: &str, chats: usize) -> Self {
        let home = std::env::temp_dir().join(format!("unstick-size-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&home).unwrap();
        let begun = Instant::now();
        let mut child = Command::new(BINARY)
            .args(["sandbox", "serve", "--chats", &chats.to_string()])
            .env("UNSTICK_HOME", &home)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        Self {
            took: begun.elapsed(),
            welcome: serde_json::from_str(&line).unwrap(),
            child,
            home,
        }
    }

    /// Used so far; nothing where the system does not say.
    fn processor_time(&self) -> Duration {
        let path = format!("/proc/{}/stat", self.child.id());
        let stat = std::fs::read_to_string(path).unwrap_or_default();
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        let ticks = [11, 12]
            .iter()
            .filter_map(|at| fields.get(*at)?.parse::<u64>().ok());
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// A line of the process's status; 0 where the system has none.
    fn memory_mib(&self, name: &str) -> u64 {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).unwrap_or_default();
        let mut lines = status.lines();
        let line = lines.find(|line| line.starts_with(name));
        let figure = line.and_then(|line| line.split_whitespace().nth(1));
        figure
            .and_then(|text| text.parse::<u64>().ok())
            .unwrap_or(0)
            / 1024
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

/// Somebody who is signed in, and knows the chats of the first pages.
struct Client {
    http: reqwest::Client,
    url: String,
    token: String,
    interval: String,
    ids: Vec<String>,
}

/// One page of open chats.
struct Page {
    took: Duration,
    hits: u64,
    ids: Vec<String>,
}

impl Client {
    async fn of(served: &Served) -> Self {
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let word = |name: &str| served.welcome[name].as_str().unwrap().to_owned();
        let url = word("url");
        let answer = http
            .post(format!("{url}/oauth/token"))
            .basic_auth(word("client_id"), Some(word("client_secret")))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials")
            .send();
        let answer: Value = answer.await.unwrap().json().await.unwrap();
        let now = jiff::Timestamp::now();
        let from = now - jiff::SignedDuration::from_hours(24 * 20);
        let mut client = Self {
            http,
            url,
            token: answer["access_token"].as_str().unwrap().to_owned(),
            interval: format!("{from}/{now}"),
            ids: Vec::new(),
        };
        let order = json!({ "rate_limit": 100_000_000 });
        client.post("/sandbox/faults", &order).await;
        client.ids = client.page(1).await.ids;
        client
    }

    async fn post(&self, path: &str, body: &Value) -> (u16, Vec<u8>) {
        let request = self.http.post(format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.token).json(body);
        let answer = request.send().await.unwrap();
        (
            answer.status().as_u16(),
            answer.bytes().await.unwrap().to_vec(),
        )
    }

    /// A page, timed until its last byte.
    async fn page(&self, number: usize) -> Page {
        let query = json!({
            "interval": self.interval,
            "paging": { "pageSize": PAGE, "pageNumber": number },
            "conversationFilters": [{ "type": "and", "predicates": [
                { "type": "dimension", "dimension": "conversationEnd", "operator": "notExists" } ] }],
            "segmentFilters": [{ "type": "and", "predicates": [
                { "type": "dimension", "dimension": "mediaType", "value": "message" },
                { "type": "dimension", "dimension": "messageType", "value": "webmessaging" } ] }],
        });
        let begun = Instant::now();
        let (status, bytes) = self.post(QUERY, &query).await;
        let took = begun.elapsed();
        assert_eq!(status, 200, "{}", String::from_utf8_lossy(&bytes));
        // Not read as JSON: that would take as long as the page itself, on the same thread.
        let text = String::from_utf8(bytes).unwrap();
        let after = |piece: &'_ str| piece.split('"').next().unwrap_or_default().to_owned();
        let hits = text.rsplit("\"totalHits\":").next().unwrap();
        Page {
            took,
            hits: hits.trim_end_matches('}').parse().unwrap(),
            ids: text
                .split("\"conversationId\":\"")
                .skip(1)
                .map(after)
                .collect(),
        }
    }

    async fn pages(
        &self,
        turns: impl IntoIterator<Item = usize>,
        number: impl Fn(usize) -> usize,
    ) -> Vec<Duration> {
        let mut took = Vec::new();
        for turn in turns {
            took.push(self.page(number(turn)).await.took);
        }
        took
    }

    async fn read(&self, id: &str) -> Duration {
        let request = self
            .http
            .get(format!("{}/api/v2/conversations/{id}", self.url));
        let begun = Instant::now();
        let answer = request.bearer_auth(&self.token).send().await.unwrap();
        let status = answer.status();
        answer.bytes().await.unwrap();
        assert_eq!(status, 200);
        begun.elapsed()
    }
}

/// Ends chats through the API, and lets guests write, forty times a second, all over the list.
fn disturb(
    client: Arc<Client>,
    stop: Arc<AtomicBool>,
    changes: Arc<AtomicU64>,
) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let mut random = Random(11);
        let mut turns = tokio::time::interval(Duration::from_millis(25));
        let mut ids = client.ids.clone();
        while !stop.load(Ordering::Relaxed) {
            turns.tick().await;
            if random.below(40) == 0 {
                ids = client.page(1 + random.below(900)).await.ids;
            }
            let id = &ids[random.below(ids.len())];
            if random.below(2) == 0 {
                let path = format!("{}/api/v2/conversations/messages/{id}", client.url);
                let request = client.http.patch(path).bearer_auth(&client.token);
                let request = request.json(&json!({ "state": "disconnected" }));
                assert_eq!(request.send().await.unwrap().status(), 200);
            } else {
                let event = json!({ "event": "customer-writes", "conversation": id });
                assert_eq!(client.post("/sandbox/events", &event).await.0, 200);
            }
            changes.fetch_add(1, Ordering::Relaxed);
        }
    })
}

/// A small generator: the same pages are asked for in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % count.max(1)
    }
}
