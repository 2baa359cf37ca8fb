//! What a start costs: `cargo bench --bench start`. From the start of the process to the first bytes of its first frame, in a terminal of its
//! own, fifty times each: on the built-in sandbox, as a profile whose organisation runs elsewhere, with runs on record, and as one whose
//! platform takes connections and never answers. Beside it what a process costs that does nothing, what one costs that only reads its
//! arguments, and when the first chats are there, which is what comes after the first frame: a pretend organisation staged, certificates
//! read, the sign-in, who we are, the journal, the first page. Then what the program weighs. `-- --quick` starts fifteen times; `-- --build`
//! builds it from nothing as well, into a folder that is removed again.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]

mod promise;
mod served;

use std::collections::HashSet;
use std::io::Read;
use std::net::TcpListener;
use std::num::NonZeroU16;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use promise::{head, promised, reported};
use served::{BINARY, Home, Served};

/// Nothing measured here takes longer.
const LIMIT: Duration = Duration::from_secs(30);
/// Starts that come first and do not count: they fill the system's caches.
const WARMING: usize = 3;
/// Chats that are stuck in two ways, on a sandbox that lets starts follow each other.
const SCENARIO: &str = r#"
description = "for many starts"
[platform]
rate_limit = 30000
[[chat]]
kind = "orphan"
count = 30
[[chat]]
kind = "bot-loop"
count = 2
[[chat]]
kind = "ringing"
"#;
/// Runs on record, as filter and phrase.
const RUNS: [(&str, &str); 2] = [
    ("kind:bot-loop", "sandbox 2"),
    ("kind:ringing", "sandbox 1"),
];

fn main() {
    let has = |flag: &str| std::env::args().any(|word| word == flag);
    let starts = if has("--quick") { 15 } else { 50 };
    head();
    let home = Home::new("start");
    let program = |binary, arguments| Program {
        home: &home,
        binary,
        arguments,
        secret: String::new(),
    };
    let nothing = program("/bin/true", &[]);
    told("/bin/true to its end", &nothing.timed(starts, |_| false));
    let version = program(BINARY, &["--version"]);
    told(
        "unstick --version to its end",
        &version.timed(starts, |_| false),
    );
    let built_in = program(BINARY, &["--sandbox"]);
    kept(
        "first frame, built-in sandbox",
        &built_in.timed(starts, is_drawn),
    );
    let served = with_runs(&home);
    let dead = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    profiles(&home, &served, &dead);
    let of = |name| Program {
        secret: served.word("client_secret"),
        ..program(BINARY, name)
    };
    let (near, far) = (of(&["--profile", "near"]), of(&["--profile", "far"]));
    kept(
        "first frame, profile, 2 runs on record",
        &near.timed(starts, is_drawn),
    );
    kept(
        "first frame, profile, a platform that never answers",
        &far.timed(starts, is_drawn),
    );
    told(
        "first chats, built-in sandbox",
        &built_in.timed(starts, has_chats),
    );
    told(
        "first chats, profile, 2 runs on record",
        &near.timed(starts, has_chats),
    );
    weight();
    if has("--build") {
        built();
    } else {
        println!("clean build: not asked for (-- --build)");
    }
}

/// Sorted times.
type Times = Vec<Duration>;

fn told(what: &str, times: &Times) {
    reported(what, &figures(times).0);
}

fn kept(what: &str, times: &Times) {
    let (said, p95) = figures(times);
    let most = Duration::from_millis(20);
    promised(what, &said, "at most 20 ms", p95 <= most);
}

/// In words, and the 95th percentile.
fn figures(times: &[Duration]) -> (String, Duration) {
    let (median, p95) = (times[times.len() / 2], times[times.len() * 95 / 100]);
    (format!("{median:.1?}, p95 {p95:.1?}"), p95)
}

fn is_drawn(screen: &str) -> bool {
    screen.contains("unstick")
}

fn has_chats(screen: &str) -> bool {
    screen.contains("orphan")
}

/// What is started.
struct Program<'a> {
    home: &'a Home,
    binary: &'a str,
    arguments: &'a [&'a str],
    /// Of the profile's client.
    secret: String,
}

impl Program<'_> {
    /// How long each start took until the bytes came that made this true of the screen, or until the terminal was closed.
    fn timed(&self, starts: usize, is_so: impl Fn(&str) -> bool) -> Times {
        let starts = (0..starts + WARMING).map(|_| self.start(&is_so));
        let mut times: Times = starts.skip(WARMING).collect();
        times.sort();
        times
    }

    fn start(&self, is_so: &impl Fn(&str) -> bool) -> Duration {
        let size = PtySize {
            rows: 40,
            cols: 140,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(self.binary);
        command.args(self.arguments);
        command.env("UNSTICK_HOME", &self.home.0);
        command.env("UNSTICK_CLIENT_SECRET", &self.secret);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                let piece = (Instant::now(), buffer[..read].to_vec());
                if sender.send(piece).is_err() {
                    return;
                }
            }
        });
        let started = Instant::now();
        let mut child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let cells = |count| NonZeroU16::new(count).unwrap();
        let mut screen = vt100::Parser::new(cells(40), cells(140), 0);
        let deadline = started + LIMIT;
        let at = loop {
            match bytes.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok((at, piece)) => {
                    screen.process(&piece);
                    if is_so(&screen.screen().contents()) {
                        break at;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break Instant::now(),
                Err(RecvTimeoutError::Timeout) => panic!("the screen never showed it"),
            }
        };
        let _ = child.kill();
        child.wait().unwrap();
        at - started
    }
}

/// A sandbox in a process of its own, with runs in this folder's journal.
fn with_runs(home: &Home) -> Served {
    let file = home.0.join("starts.toml");
    std::fs::write(&file, SCENARIO).unwrap();
    let served = Served::start(Home::new("start-served"), &[file.to_str().unwrap()]);
    for (filter, phrase) in RUNS {
        let sandbox = format!("--sandbox={}", served.word("url"));
        let done = Command::new(BINARY)
            .args([
                "terminate",
                "--filter",
                filter,
                "--confirm",
                phrase,
                &sandbox,
            ])
            .env("UNSTICK_HOME", &home.0)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{filter}: {said}");
    }
    served
}

/// Sets profiles up as real ones are, pinned to their organisation: one that answers, and one that does not.
fn profiles(home: &Home, served: &Served, dead: &TcpListener) {
    let folder = home.0.join("config");
    std::fs::create_dir_all(&folder).unwrap();
    let word = |name: &str| served.word(name);
    let (client, organisation) = (word("client_id"), word("org_id"));
    let profile = |name: &str, api: &str, login: &str| {
        format!(
            "[profiles.{name}]\napi_url = \"{api}\"\nlogin_url = \"{login}\"\nclient_id = \"{client}\"\norg_id = \"{organisation}\"\nwrite = true\n"
        )
    };
    let nowhere = format!("http://{}", dead.local_addr().unwrap());
    let near = profile("near", &word("url"), &word("login_url"));
    let far = profile("far", &nowhere, &nowhere);
    std::fs::write(folder.join("config.toml"), near + &far).unwrap();
}

fn weight() {
    let bytes = std::fs::metadata(BINARY).unwrap().len();
    let tenths = bytes.div_ceil(100_000);
    promised(
        "the program, stripped",
        &format!("{}.{} MB", tenths / 10, tenths % 10),
        "at most 14 MB",
        tenths <= 140,
    );
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--prefix", "none"])
        .args(["--edges", "normal,build", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let tree = String::from_utf8_lossy(&tree.stdout);
    let crates: HashSet<&str> = tree
        .lines()
        .filter_map(|line| line.split(" (").next())
        .collect();
    reported(
        "crates that it is made of, its own included",
        &crates.len().to_string(),
    );
}

/// Builds the program from nothing, in a folder of its own.
fn built() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("clean");
    let _ = std::fs::remove_dir_all(&folder);
    let begun = Instant::now();
    let done = Command::new(env!("CARGO"))
        .args([
            "build",
            "--release",
            "--locked",
            "--bin",
            "unstick",
            "--target-dir",
        ])
        .arg(&folder)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    let took = begun.elapsed();
    let _ = std::fs::remove_dir_all(&folder);
    assert!(done.success(), "the build failed");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    reported(
        &format!("clean release build, {cores} cores"),
        &format!("{took:.0?}"),
    );
}
