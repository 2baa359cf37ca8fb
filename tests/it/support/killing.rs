//! Random kills: runs of the real binary against a served sandbox, killed at random moments, resumed and killed again until they are done.
//! Shared by the ordinary tests and by the long program under `tests/bench/`.

use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::process::{ChildStdout, ExitStatus};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use unstick::domain::fact::FinalState;
use unstick::domain::ids::ConversationId;
use unstick::domain::run::Run;

use super::Home;
use super::dice::Dice;
use super::ledger::{Broken, Ledger, reckon};
use super::served::Served;

/// Chats of a run.
const CHATS: usize = 12;
/// Whatever was under way when a program died must be settled so long after its last resume.
const RECONCILED: SignedDuration = SignedDuration::from_secs(60);
/// No program may go on for longer.
const PATIENCE: Duration = Duration::from_secs(180);
/// The latest moment for a kill that does not wait for a line, in milliseconds.
const LATEST: u64 = 1500;
/// How long a line is waited for before a kill.
const LATEST_LINE: Duration = Duration::from_secs(3);
/// How often a run is resumed that leaves something unresolved, at most.
const AGAIN: u32 = 5;

/// What is staged: chats of the kinds that may be ended in bulk. What was accepted is applied before anybody can look, so that only a
/// request can change anything more, and the rate does not count the living together with the dead.
const SCENARIO: &str = "
description = \"twelve chats\"
[platform]
apply_ms = [0, 0]
rate_limit = 100000
[[chat]]
kind = \"orphan\"
count = 7
[[chat]]
kind = \"bot-loop\"
count = 2
[[chat]]
kind = \"wrap-up\"
count = 3
";

/// One request in ten goes wrong in one of these ways.
const TROUBLE: [&str; 8] = [
    "when = \"before\"\ndrop = true",
    "when = \"after\"\ndrop = true",
    "status = 503",
    "when = \"after\"\nstatus = 500",
    "status = 429\nretry_after = 1",
    "truncate_after = 0",
    "accepted_but_open = true\nmethod = \"PATCH\"",
    "delay_ms = 700",
];

/// What was done, and what broke.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    kills: usize,
    resumes: usize,
    runs: usize,
    conversations: usize,
    pub(crate) broken: Broken,
}

impl Figures {
    fn add(&mut self, other: Self) {
        self.kills += other.kills;
        self.resumes += other.resumes;
        self.runs += other.runs;
        self.conversations += other.conversations;
        self.broken.add(other.broken);
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            kills,
            resumes,
            runs,
            conversations,
            broken,
        } = self;
        write!(
            f,
            "{kills} kills, {resumes} resumes, {runs} runs, {conversations} conversations: {} lost, {} twice, {} unreconciled, {} damaged",
            broken.lost.len(),
            broken.twice.len(),
            broken.unreconciled.len(),
            broken.damaged.len()
        )
    }
}

/// Kills so often, in so many lanes at a time: every second lane has trouble as well. The same seed draws the same moments.
pub(crate) fn kill_at_random(kills: usize, lanes: u64, seed: u64) -> Figures {
    let left = AtomicUsize::new(kills);
    let mut all = Figures::default();
    thread::scope(|scope| {
        let started: Vec<_> = (0..lanes)
            .map(|lane| {
                let left = &left;
                scope.spawn(move || {
                    let mut dice = Dice::new(seed ^ (lane << 48));
                    let mut figures = Figures::default();
                    while left.load(Ordering::Relaxed) > 0 {
                        figures.add(one_run(&mut dice, left, lane % 2 == 1));
                    }
                    figures
                })
            })
            .collect();
        for lane in started {
            all.add(lane.join().unwrap());
        }
    });
    all
}

/// One run from its start to its end, killed at random while there are kills left.
fn one_run(dice: &mut Dice, left: &AtomicUsize, has_trouble: bool) -> Figures {
    let home = Home::new();
    let scenario = format!("seed = {}\n{SCENARIO}", dice.below(1 << 30));
    let scenario = home.write("twelve.toml", &scenario);
    let faults = if has_trouble {
        trouble(dice)
    } else {
        String::new()
    };
    let faults = home.write("faults.toml", &faults);
    let files = [&scenario, &faults].map(|file| file.to_str().unwrap());
    let served = Served::start(&home, &[files[0], "--faults", files[1]]);
    let mut one = OneRun {
        home: &home,
        served: &served,
        ledger: Ledger::of(&home),
        figures: Figures {
            runs: 1,
            conversations: CHATS,
            ..Figures::default()
        },
    };
    while one.is_to_go_on() {
        let moment = take_one(left).then(|| Moment::draw(dice));
        let was_killed = one.go_on(moment.as_ref());
        if moment.is_some() && !was_killed {
            // It had come to its end before.
            left.fetch_add(1, Ordering::Relaxed);
        }
    }
    one.judge();
    one.figures
}

/// Takes one of the kills that are left.
fn take_one(left: &AtomicUsize) -> bool {
    let taken = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(1)
    });
    taken.is_ok()
}

/// Rules for one request in ten, reads as well as those that end something.
fn trouble(dice: &mut Dice) -> String {
    let share = 0.1 / 4.0;
    let rule = |effect: &str, step: &str, seed: u64| {
        format!(
            "[[fault]]\npath = \"/conversations/\"\nstep = \"{step}\"\nprobability = {share}\nseed = {seed}\n{effect}\n"
        )
    };
    let mut rules = String::new();
    for step in ["read", "legs", "close", "wrap-up"] {
        for _ in 0..4 {
            let effect = dice.of(&TROUBLE);
            if step == "read" && effect.contains("accepted_but_open") {
                continue;
            }
            rules += &rule(effect, step, dice.below(1 << 30));
        }
    }
    rules
}

/// When a program is killed.
#[derive(Debug)]
enum Moment {
    /// So many milliseconds after its start.
    At(u64),
    /// So many milliseconds after it printed so many lines with this in them, or at the latest.
    After(&'static str, u64, u64),
}

impl Moment {
    fn draw(dice: &mut Dice) -> Self {
        match dice.below(6) {
            0 => Self::At(dice.below(LATEST)),
            1 | 2 => Self::After("", 1 + dice.below(14), dice.below(40)),
            _ => Self::After("\"intended\"", 1 + dice.below(3), dice.below(20)),
        }
    }
}

struct OneRun<'a> {
    home: &'a Home,
    served: &'a Served,
    ledger: Ledger,
    figures: Figures,
}

impl OneRun<'_> {
    fn confirmed(&self) -> Option<Run> {
        let newest = self.ledger.newest();
        newest.filter(|run| run.confirmed.is_some())
    }

    /// It is not done, or something of it is not known and may still become known.
    fn is_to_go_on(&self) -> bool {
        let Some(run) = self.confirmed() else {
            return true;
        };
        let resumed = u32::try_from(self.figures.resumes).unwrap();
        run.finished.is_none() || (run.has_more_to_do() && resumed < AGAIN)
    }

    /// Starts or resumes the run, kills it at its moment, and looks what is left of it. Answers whether it was killed.
    fn go_on(&mut self, moment: Option<&Moment>) -> bool {
        let since = Timestamp::now();
        let before = self.confirmed();
        let flag = self.served.flag();
        let arguments: Vec<String> = if let Some(run) = &before {
            self.figures.resumes += 1;
            let phrase = format!("sandbox {}", run.open_items().count());
            let number = run.header.id.0.to_string();
            [
                "runs",
                "resume",
                &number,
                &flag,
                "--json",
                "--confirm",
                &phrase,
            ]
            .map(str::to_owned)
            .to_vec()
        } else {
            let phrase = format!("sandbox {CHATS}");
            let ids = self.staged();
            [
                "terminate",
                &flag,
                "--json",
                "--ids",
                &ids,
                "--confirm",
                &phrase,
            ]
            .map(str::to_owned)
            .to_vec()
        };
        let mut child = self.home.start(&arguments);
        let heard = Heard::start(child.stdout.take().unwrap());
        if let Some(moment) = moment {
            heard.wait_for(moment);
            child.kill().unwrap();
        }
        let (printed, status) = heard.end(&mut child);
        let was_killed = status.code().is_none();
        self.figures.kills += usize::from(was_killed);
        let broken = &mut self.figures.broken;
        self.ledger.keeps(&printed, broken);
        self.ledger.verify(broken);
        if let Some(before) = before.filter(|_| !was_killed) {
            self.reconciled(&before, since);
        }
        was_killed
    }

    /// What was under way before a resume that was not killed is settled in time.
    fn reconciled(&mut self, before: &Run, since: Timestamp) {
        let after = self.ledger.run(before.header.id);
        for item in before.open_items().filter(|item| item.is_begun()) {
            let settled = after
                .item(item.plan.id)
                .and_then(|item| item.settled.as_ref());
            let took = settled.map(|(_, at)| at.duration_since(since));
            if took.is_none_or(|took| took > RECONCILED) {
                let id = item.plan.id;
                let late = format!("{id}: settled after {took:?}");
                self.figures.broken.unreconciled.push(late);
            }
        }
    }

    fn staged(&self) -> String {
        let staged = self.served.told("staged");
        let ids = staged
            .iter()
            .map(|chat| chat["conversation"].as_str().unwrap());
        ids.collect::<Vec<_>>().join(",")
    }

    /// Holds what is on record against what happened.
    fn judge(&mut self) {
        let run = self.confirmed().unwrap();
        let truth = self.served.told("truth");
        let broken = &mut self.figures.broken;
        reckon(&run, &truth, broken);
        let planned = |id: &ConversationId| run.item(*id).is_some();
        for change in truth.iter().filter(|change| change["request"].is_object()) {
            let id: ConversationId = change["conversation"].as_str().unwrap().parse().unwrap();
            if !planned(&id) {
                broken.twice.push(format!("{id}: outside the plan"));
            }
        }
        let tally = run.tally();
        let done = FinalState::ALL.iter().map(|state| tally.of(*state));
        if run.items.len() != CHATS || done.sum::<usize>() != CHATS {
            broken.unreconciled.push(format!("{tally:?}"));
        }
    }
}

/// A program's output, as it comes.
struct Heard {
    lines: Receiver<String>,
    all: thread::JoinHandle<String>,
}

impl Heard {
    fn start(stdout: ChildStdout) -> Self {
        let (told, lines) = channel();
        let all = thread::spawn(move || {
            let mut stdout = BufReader::new(stdout);
            let mut all = String::new();
            let mut line = String::new();
            while stdout.read_line(&mut line).unwrap() > 0 {
                all += &line;
                // Nobody counts them any more once the moment has come.
                let _ = told.send(std::mem::take(&mut line));
            }
            all
        });
        Self { lines, all }
    }

    fn wait_for(&self, moment: &Moment) {
        let pause = match moment {
            Moment::At(pause) => *pause,
            Moment::After(words, count, pause) => {
                let deadline = Instant::now() + LATEST_LINE;
                let mut left = *count;
                while left > 0 {
                    let patience = deadline.saturating_duration_since(Instant::now());
                    match self.lines.recv_timeout(patience) {
                        Ok(line) => left -= u64::from(line.contains(words)),
                        Err(_) => return,
                    }
                }
                *pause
            }
        };
        // It is the moment that was drawn: nothing is waited for.
        thread::sleep(Duration::from_millis(pause));
    }

    /// Waits for the program to end, and gives everything that it printed.
    fn end(self, child: &mut std::process::Child) -> (String, ExitStatus) {
        let deadline = Instant::now() + PATIENCE;
        let printed = loop {
            match self
                .lines
                .recv_timeout(deadline.saturating_duration_since(Instant::now()))
            {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break self.all.join().unwrap(),
                Err(RecvTimeoutError::Timeout) => {
                    child.kill().unwrap();
                    panic!("it does not end: {}", self.all.join().unwrap());
                }
            }
        };
        let mut words = String::new();
        let stderr = child.stderr.take();
        stderr.map(|mut stderr| stderr.read_to_string(&mut words));
        let status = child.wait().unwrap();
        // 5: a chat could not be read while it was planned, so the phrase counts one too many. It is tried again.
        assert!(
            matches!(status.code(), None | Some(0 | 1 | 4 | 5)),
            "{status}: {words}"
        );
        (printed, status)
    }
}

/// The seed that is asked for, or one of its own.
pub(crate) fn seed() -> u64 {
    std::env::var("UNSTICK_KILLS_SEED").map_or_else(
        |_| Dice::new(uuid::Uuid::new_v4().as_u64_pair().0).below(u64::MAX),
        |text| text.parse().unwrap(),
    )
}
