//! The figures that are promised, measured on the real binary in a terminal: `cargo bench --bench figures`. Prints what it measured beside
//! what is promised; judging is left to the reader, because machines differ.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measuring program says what it finds and stops where it cannot"
)]

mod journal_commits;

use std::io::{BufRead, BufReader, Read, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};

const BINARY: &str = env!("CARGO_BIN_EXE_unstick");
/// Nothing measured here takes longer.
const LIMIT: Duration = Duration::from_secs(120);

fn main() {
    start_to_first_frame();
    ten_thousand_chats();
    nine_stuck_chats();
    journal_commits();
}

/// A folder of its own for each process, removed at the end.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Self {
        let path =
            std::env::temp_dir().join(format!("unstick-bench-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The console in a terminal of its own.
struct Terminal {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: Box<dyn Write + Send>,
    bytes: Receiver<(Instant, Vec<u8>)>,
    screen: vt100::Parser,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn open(home: &Home, arguments: &[&str]) -> (Self, Instant) {
        let size = PtySize {
            rows: 40,
            cols: 140,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(BINARY);
        command.args(arguments);
        command.env("UNSTICK_HOME", &home.0);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let started = Instant::now();
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, bytes) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(read @ 1..) = reader.read(&mut buffer) {
                if sender
                    .send((Instant::now(), buffer[..read].to_vec()))
                    .is_err()
                {
                    return;
                }
            }
        });
        let screen = vt100::Parser::new(
            NonZeroU16::new(40).unwrap(),
            NonZeroU16::new(140).unwrap(),
            0,
        );
        let keys = pair.master.take_writer().unwrap();
        (
            Self {
                child,
                keys,
                bytes,
                screen,
                _master: pair.master,
            },
            started,
        )
    }

    /// Reads until the screen shows what is wanted; when the last byte of it came.
    fn until(&mut self, mut shown: impl FnMut(&str) -> bool) -> Instant {
        let deadline = Instant::now() + LIMIT;
        loop {
            let (at, bytes) = self
                .bytes
                .recv_timeout(deadline - Instant::now())
                .expect("the screen never showed it");
            self.screen.process(&bytes);
            if shown(&self.screen.screen().contents()) {
                return at;
            }
        }
    }

    /// Sends a key; how long until the first byte that answers it.
    fn key(&mut self, key: &str) -> Duration {
        while let Ok((_, bytes)) = self.bytes.try_recv() {
            self.screen.process(&bytes);
        }
        let sent = Instant::now();
        self.keys.write_all(key.as_bytes()).unwrap();
        self.keys.flush().unwrap();
        let (at, bytes) = self
            .bytes
            .recv_timeout(LIMIT)
            .expect("a key was not answered");
        self.screen.process(&bytes);
        at - sent
    }

    /// Processor time used so far.
    fn cpu(&self) -> Duration {
        let pid = self.child.process_id().unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let ticks: u64 = [11, 12]
            .iter()
            .filter_map(|index| fields.get(*index)?.parse::<u64>().ok())
            .sum();
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A sandbox in a process of its own.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut child = Command::new(BINARY)
            .args(["sandbox", "serve"])
            .args(arguments)
            .env("UNSTICK_HOME", &home.0)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let welcome: serde_json::Value = serde_json::from_str(&line).unwrap();
        Self {
            child,
            url: welcome["url"].as_str().unwrap().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn percentile(sorted: &[Duration], percent: usize) -> Duration {
    sorted[(sorted.len() - 1) * percent / 100]
}

fn start_to_first_frame() {
    let mut frames = Vec::new();
    let mut pages = Vec::new();
    for _ in 0..7 {
        let home = Home::new("start");
        let (mut terminal, started) = Terminal::open(&home, &["--sandbox"]);
        frames.push(terminal.until(|screen| screen.contains("unstick")) - started);
        pages.push(
            terminal.until(|screen| screen.contains("orphan") || screen.contains("unread"))
                - started,
        );
    }
    frames.sort();
    pages.sort();
    println!(
        "process start to first frame        median {:>7.1?}   worst {:>7.1?}   promised under 100 ms",
        frames[3], frames[6]
    );
    println!(
        "process start to first page         median {:>7.1?}   worst {:>7.1?}   promised under 1 s",
        pages[3], pages[6]
    );
}

fn ten_thousand_chats() {
    let home = Home::new("ten-thousand");
    let server = Server::start(&home, &["--chats", "10000"]);
    let (mut terminal, started) = Terminal::open(&home, &[&format!("--sandbox={}", server.url)]);
    let first =
        terminal.until(|screen| screen.contains("unread") || screen.contains("orphan")) - started;
    println!("10,000 chats: start to first page   {first:>14.1?}");
    let whole = terminal
        .until(|screen| screen.contains("All 10000") || screen.contains("All 10,000"))
        - started;
    println!("10,000 chats: start to whole list   {whole:>14.1?}");
    let mut keys: Vec<Duration> = (0..300)
        .map(|index| terminal.key(if index % 50 < 40 { "j" } else { "k" }))
        .collect();
    keys.sort();
    println!(
        "10,000 chats: key to frame          median {:>7.1?}   p99   {:>7.1?}   promised p99 under 30 ms",
        percentile(&keys, 50),
        percentile(&keys, 99)
    );
    for (what, key) in [("polling", ""), ("paused", "p")] {
        if !key.is_empty() {
            terminal.key(key);
        }
        let (before, at) = (terminal.cpu(), Instant::now());
        while at.elapsed() < Duration::from_secs(10) {
            let _ = terminal.bytes.recv_timeout(Duration::from_millis(100));
        }
        let share = terminal.cpu().saturating_sub(before).as_secs_f64()
            / at.elapsed().as_secs_f64()
            * 100.0;
        println!(
            "10,000 chats: idle CPU, {what:<8}    {share:>13.2}%   promised under 2 % of a core"
        );
    }
}

fn nine_stuck_chats() {
    let home = Home::new("nine");
    let server = Server::start(&home, &[]);
    let started = Instant::now();
    let output = Command::new(BINARY)
        .args([
            "terminate",
            "--filter",
            "is:stuck",
            "--confirm",
            "sandbox 9",
            "--json",
            &format!("--sandbox={}", server.url),
        ])
        .env("UNSTICK_HOME", &home.0)
        .output()
        .unwrap();
    let took = started.elapsed();
    let facts = String::from_utf8_lossy(&output.stdout);
    let ended = facts.matches("\"state\":\"ended\"").count();
    println!(
        "nine stuck chats ended and verified {took:>14.1?}   promised under 30 s; exit {:?}, {ended} settled as ended",
        output.status.code()
    );
    if !output.status.success() {
        println!("{}", String::from_utf8_lossy(&output.stderr));
    }
}

fn journal_commits() {
    let cost = journal_commits::measure(BINARY.as_ref());
    println!(
        "one durable commit                  median {:>7.1?}   p99   {:>7.1?}   promised p99 under 25 ms",
        cost.median, cost.p99
    );
    println!(
        "commits of one chat                 {:>3} facts in {:>7.1?}   {:>5.2}%   promised under 5 % of its time",
        cost.facts, cost.span, cost.share
    );
}
