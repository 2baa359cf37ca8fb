//! The script that people write today beside `unstick`, each on a fresh sandbox of the same scenario. What was really so afterwards is
//! the sandbox's word, never theirs.

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::organisation::trouble;
use super::python::Python;
use super::report::Row;
use super::support::Home;
use super::support::ledger::{Broken, Ledger, reckon};
use super::support::served::Served;
use super::support::waiting::{wait_for, wait_until};
use super::ways::{Said, Way};

/// Accepted changes are applied within 0.8 s.
const APPLIED: Duration = Duration::from_secs(1);
/// How often a run is resumed that leaves something unknown.
const AGAIN: usize = 5;
/// What goes wrong, goes wrong with requests about a conversation, for every way alike.
const TROUBLED: &str = "/api/v2/conversations/";
/// The first of a killed program's changes that is held back: some were answered before.
const HELD_FROM: usize = 6;
/// Chats that a killed program is to end.
const TO_KILL: usize = 20;

/// What became of one way.
struct Outcome {
    took: Duration,
    requests: usize,
    staged: usize,
    ended: usize,
    /// Ended although somebody came after the look.
    wrongly: usize,
    /// Said to be ended and open, or the other way round.
    falsely: usize,
    /// Said to be not known.
    unknown: usize,
    /// After a kill: a request had left, and nothing says what became of it.
    lost: usize,
}

/// Every way, without trouble and with one request in ten going wrong, both at once on sandboxes of their own; ours last.
pub(crate) fn side_by_side(python: Option<&Python>, is_quick: bool) -> Vec<Row> {
    let scripts = python.into_iter();
    let scripts = scripts.flat_map(|python| [1, 8].map(|threads| Way::Script(python, threads)));
    let both = |way: Way<'_>| {
        std::thread::scope(|scope| {
            let row = |is_troubled| scope.spawn(move || row(way, is_troubled, is_quick));
            [false, true].map(row).map(|row| row.join().unwrap())
        })
    };
    scripts.chain([Way::Ours]).flat_map(both).collect()
}

fn row(way: Way<'_>, is_troubled: bool, is_quick: bool) -> Row {
    let outcome = Outcome {
        lost: lost(way, is_troubled),
        ..ended(way, is_troubled, is_quick)
    };
    outcome.row(way, is_troubled)
}

impl Outcome {
    fn row(&self, way: Way<'_>, is_troubled: bool) -> Row {
        let Self {
            took,
            requests,
            staged,
            ended,
            wrongly,
            falsely,
            unknown,
            lost,
        } = self;
        let trouble = if is_troubled {
            "10 % trouble"
        } else {
            "no trouble"
        };
        let what = format!("{}, {trouble}", way.name());
        let unknown = match unknown {
            0 => String::new(),
            unknown => format!(", {unknown} said to be unknown"),
        };
        let took = took.as_secs_f64();
        let measured = format!(
            "{took:.0} s, {requests} requests, {ended} of {staged} ended{unknown}; {wrongly} wrongly, {falsely} falsely said, {lost} lost"
        );
        match way {
            Way::Ours => {
                let is_kept = wrongly + falsely + lost == 0 && *ended > 0;
                Row::promise(&what, measured, "0 wrongly, falsely, lost", is_kept)
            }
            Way::Script(..) => Row::beside(&what, measured),
        }
    }
}

/// Ends everything that is old. Whoever has come back comes with the first request that changes anything: after every look.
fn ended(way: Way<'_>, is_troubled: bool, is_quick: bool) -> Outcome {
    let (home, served) = sandbox(&coming_back(is_quick), is_troubled);
    let began = Instant::now();
    let words = way.carry_out(&home, &served);
    let took = began.elapsed();
    let settled = Instant::now();
    wait_until(|| settled.elapsed() > APPLIED, String::new);
    let staged = served.told("staged");
    let is_open: HashMap<String, bool> = served
        .told("standing")
        .iter()
        .map(|one| (id(&one["conversation"]), one["ended"].is_null()))
        .collect();
    let of = |said: Said| words.values().filter(|one| **one == said).count();
    let falsely = words.iter().filter(|(id, said)| match said {
        Said::Ended => is_open[*id],
        Said::Open => !is_open[*id],
        Said::Unknown => false,
    });
    Outcome {
        took,
        requests: served.told("requests").len(),
        staged: staged.len(),
        ended: is_open.values().filter(|is_open| !**is_open).count(),
        wrongly: wrongly(&served, &staged),
        falsely: falsely.count(),
        unknown: of(Said::Unknown),
        lost: 0,
    }
}

/// Chats of those who came back of which a client then ended something.
fn wrongly(served: &Served, staged: &[Value]) -> usize {
    let truth = served.told("truth");
    let came = |change: &&Value| {
        change["request"].is_null()
            && (change["what"] == "message-written" && change["who"] == "guest"
                || change["what"] == "leg-connected" && change["who"] == "agent")
    };
    let was_hit = |chat: &&Value| {
        let of_it = || {
            truth
                .iter()
                .filter(|one| one["conversation"] == chat["conversation"])
        };
        let mut after = of_it().skip_while(|change| !came(change));
        after.any(|change| change["what"] == "leg-ended" && change["request"].is_object())
    };
    let returned = staged.iter().filter(|chat| {
        let label = chat["label"].as_str().unwrap_or_default();
        label.starts_with("writes") || label.starts_with("joined")
    });
    returned.filter(was_hit).count()
}

/// How many nobody knows of, after a kill while requests are under way.
fn lost(way: Way<'_>, is_troubled: bool) -> usize {
    let (home, served) = sandbox(&held(), is_troubled);
    let mut child = way.start(&home, &served);
    let all_held = || served.told("held").len() == way.in_flight();
    wait_until(all_held, || format!("held: {:?}", served.told("held")));
    child.kill().unwrap();
    let printed = child.wait_with_output().unwrap();
    // What was under way is carried out after all.
    served.order(&json!({ "clear": true, "release": true }));
    if is_troubled {
        served.order(&toml::from_str(&trouble(TROUBLED)).unwrap());
    }
    wait_for(|| served.told("held").is_empty().then_some(()), String::new);
    let released = Instant::now();
    wait_until(|| released.elapsed() > APPLIED, String::new);
    if matches!(way, Way::Ours) {
        resume(&home, &served);
    }
    let words = way.words(&home, &String::from_utf8_lossy(&printed.stdout));
    let is_known = |id: &&String| words.get(*id).is_some_and(|said| *said != Said::Unknown);
    let asked = asked_to_end(&served);
    let unknown = asked.iter().filter(|id| !is_known(id)).count();
    unknown
        + if matches!(way, Way::Ours) {
            misjudged(&home, &served)
        } else {
            0
        }
}

/// Conversations of which a request would have ended something.
fn asked_to_end(served: &Served) -> HashSet<String> {
    let requests = served.told("requests");
    let changes = requests.iter().filter(|one| one["method"] != "GET");
    let paths = changes.filter_map(|one| one["path"].as_str()?.strip_prefix(TROUBLED));
    let ids = paths.filter_map(|rest| rest.split('/').find(|piece| piece.len() == 36));
    ids.map(str::to_owned).collect()
}

/// Goes on with the run that was killed, until nothing more is to be done.
fn resume(home: &Home, served: &Served) {
    for _ in 0..AGAIN {
        let Some(run) = Ledger::of(home).newest() else {
            return;
        };
        if run.finished.is_some() && !run.has_more_to_do() {
            return;
        }
        let (number, open) = (run.header.id.0.to_string(), run.open_items().count());
        let phrase = format!("sandbox {open}");
        home.run(&[
            "runs",
            "resume",
            &number,
            &served.flag(),
            "--confirm",
            &phrase,
        ]);
    }
}

/// What the journal says otherwise than it was.
fn misjudged(home: &Home, served: &Served) -> usize {
    let mut broken = Broken::default();
    if let Some(run) = Ledger::of(home).newest() {
        reckon(&run, &served.told("truth"), &mut broken);
    }
    broken.twice.len() + broken.unreconciled.len()
}

fn sandbox(scenario: &str, is_troubled: bool) -> (Home, Served) {
    let home = Home::new();
    let more = if is_troubled {
        trouble(TROUBLED)
    } else {
        String::new()
    };
    let file = home.write("old.toml", &format!("{scenario}{more}"));
    let served = Served::start(&home, &[file.to_str().unwrap()]);
    (home, served)
}

fn id(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Chats that nobody is in any more; some of them are of the kind that takes every request and stays. The youngest, whose turn is last,
/// are those to which somebody comes back: the guest writes, or an agent joins.
fn coming_back(is_quick: bool) -> String {
    let times = if is_quick { 1 } else { 4 };
    let chats = |kind: &str, label: &str, count: usize, age: &str| {
        let count = count * times;
        format!(
            "[[chat]]\nkind = \"{kind}\"\nlabel = \"{label}\"\ncount = {count}\nage = \"{age}\"\nidle = \"24h\"\n"
        )
    };
    let mut events = Vec::new();
    for (what, label, count) in [
        ("customer-writes", "writes", 3),
        ("agent-joins", "joined", 2),
    ] {
        for number in 1..=count * times {
            let label = match number {
                1 => label.to_owned(),
                number => format!("{label}-{number}"),
            };
            events.push(format!(
                "{{ event = \"{what}\", conversation = \"{label}\" }}"
            ));
        }
    }
    let come = events.join(", ");
    let first = ["method = \"PATCH\"", "step = \"teardown\""]
        .map(|request| format!("[[fault]]\n{request}\nthen = {{ event = [{come}] }}\n"));
    format!(
        "description = \"old chats, to some of which somebody comes back\"\n{}{}{}{}{}",
        chats("orphan", "gone", 9, "40h"),
        chats("stubborn", "stays", 2, "36h"),
        chats("idle", "writes", 3, "30h"),
        chats("bot-loop", "joined", 2, "28h"),
        first.concat()
    )
}

/// Chats of which the first few are ended, and every later request stands still.
fn held() -> String {
    let rules = ["method = \"PATCH\"", "step = \"teardown\""].map(|request| {
        format!("[[fault]]\n{request}\nnth = {HELD_FROM}\ntimes = 0\nhold = true\n")
    });
    format!(
        "description = \"old chats\"\n[[chat]]\nkind = \"orphan\"\ncount = {TO_KILL}\nage = \"40h\"\nidle = \"24h\"\n{}",
        rules.concat()
    )
}
