//! What the console uses while nothing happens but time.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use jiff::SignedDuration;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use unstick::app::Msg;

use crate::desk::Desk;
use crate::paper::{HEIGHT, WIDTH};
use crate::process::processor_time;
use crate::report::Report;
use crate::served::{BINARY, Home, Served};

/// Of one core, in percent.
const MOST: f64 = 0.1;
/// Seconds that go by, one tick each.
const TICKS: u32 = 300;
/// Longer than anything waits that is to be worked out from a long list.
const TO_REST: SignedDuration = SignedDuration::from_secs(60);
const REAL: Duration = Duration::from_secs(60);

/// Seconds going by in the loop, as the only thing that happens, once the list rests: what was done before it leaves a long list to be put
/// in order up to a minute later, which is told apart. Finding out that it rests is counted, too.
pub(crate) async fn ticks(desk: &mut Desk, report: &mut Report) {
    let chats = desk.app().roster.len();
    desk.quiet().await;
    let before = processor_time("self");
    desk.watch.skip(TO_REST);
    desk.tell(Msg::Tick).await;
    let settled = processor_time("self").saturating_sub(before);
    Report::told(
        "what keys before left to be put in order, once",
        &format!("{} ms of a core, {chats} chats", settled.as_millis()),
    );
    let before = processor_time("self");
    for _ in 0..TICKS {
        desk.watch.skip(SignedDuration::from_secs(1));
        desk.tell(Msg::Tick).await;
    }
    let used = processor_time("self").saturating_sub(before);
    let percent = 100.0 * used.as_secs_f64() / f64::from(TICKS);
    judge(
        report,
        &format!("idle, {chats} chats, a tick a second"),
        percent,
        "",
    );
}

fn judge(report: &mut Report, what: &str, percent: f64, note: &str) {
    report.judged(
        what,
        &format!("{percent:.3} % of a core{note}"),
        &format!("at most {MOST} %"),
        percent <= MOST,
    );
}

/// The real program in a terminal, in front of a sandbox of thirty chats in a process of its own: as it stands; when updates were paused,
/// and the requests of the minute before are counted down on screen; and idle, when nothing happens but time.
pub(crate) fn program(report: &mut Report) {
    let served = Served::start(Home::new("scale-sandbox"), &[]);
    let home = Home::new("scale");
    let terminal = Terminal::open(&served.word("url"), &home);
    // Found and read: seven seconds' worth of requests.
    std::thread::sleep(Duration::from_secs(20));
    let (polling, polled) = terminal.used();
    Report::told(
        "the program, 30 chats, polling",
        &format!("{polling:.3} % of a core, {polled} bytes a second"),
    );
    terminal.keys("p");
    std::thread::sleep(Duration::from_secs(3));
    let (paused, bytes) = terminal.used();
    Report::told(
        "the program, 30 chats, updates just paused",
        &format!("{paused:.3} % of a core, {bytes} bytes a second"),
    );
    let (idle, bytes) = terminal.used();
    let note = format!(", {bytes} bytes a second");
    judge(report, "the program, 30 chats, idle", idle, &note);
}

/// The console in a terminal of its own.
struct Terminal {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    keys: std::sync::Mutex<Box<dyn Write + Send>>,
    bytes: Arc<AtomicUsize>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Terminal {
    fn open(url: &str, home: &Home) -> Self {
        let size = PtySize {
            rows: HEIGHT,
            cols: WIDTH,
            pixel_width: 0,
            pixel_height: 0,
        };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(BINARY);
        command.arg(format!("--sandbox={url}"));
        command.env("UNSTICK_HOME", &home.0);
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let bytes = Arc::new(AtomicUsize::new(0));
        let read = Arc::clone(&bytes);
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                read.fetch_add(count, Ordering::SeqCst);
            }
        });
        Self {
            child,
            keys: pair.master.take_writer().unwrap().into(),
            bytes,
            _master: pair.master,
        }
    }

    fn keys(&self, keys: &str) {
        let mut to = self.keys.lock().unwrap();
        to.write_all(keys.as_bytes()).unwrap();
        to.flush().unwrap();
    }

    /// The share of a core that it uses over a minute, in percent, and the bytes that it writes in a second.
    fn used(&self) -> (f64, usize) {
        let process = self.child.process_id().unwrap().to_string();
        let began = Instant::now();
        let (before, written) = (processor_time(&process), self.bytes.load(Ordering::SeqCst));
        std::thread::sleep(REAL);
        let used = processor_time(&process).saturating_sub(before);
        let bytes = self.bytes.load(Ordering::SeqCst) - written;
        assert!(used > Duration::ZERO, "the system does not say");
        let share = used.as_secs_f64() / began.elapsed().as_secs_f64();
        (
            100.0 * share,
            bytes / usize::try_from(REAL.as_secs()).unwrap(),
        )
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
