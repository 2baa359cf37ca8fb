//! What each thing that can be asked of a long list costs the loop: the longest that it is busy at once, and when the list is in view.

use std::time::{Duration, Instant};

use jiff::SignedDuration;
use unstick::app::{Key, KeyCode, Msg};
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::filter::{FIELDS, GRAMMAR};
use unstick::domain::sorting::SortKey;

use crate::desk::{Cost, Desk, read};
use crate::made::{Made, page};
use crate::report::{Report, p50, p99, span};

/// One frame at 60 a second.
const FRAME: Duration = Duration::from_millis(16);
/// No row of the table is tried for longer, once it was tried at all.
const ENOUGH: Duration = Duration::from_secs(12);

/// Costs under one name, and which of them was the worst.
#[derive(Default)]
struct Costs {
    all: Vec<(String, Cost)>,
}

impl Costs {
    fn add(&mut self, name: &str, cost: Cost) {
        self.all.push((name.to_owned(), cost));
    }

    fn tell(&self, report: &mut Report, what: &str) {
        let of = |part: fn(&Cost) -> Duration| -> Vec<Duration> {
            self.all.iter().map(|(_, cost)| part(cost)).collect()
        };
        let whole = p99(&of(|cost| cost.whole));
        let worst = self.all.iter().max_by_key(|(_, cost)| cost.longest);
        let worst = worst.map(|(name, _)| name.as_str()).unwrap_or_default();
        let worst = if worst.is_empty() {
            String::new()
        } else {
            format!("; worst: {worst}")
        };
        let longest = of(|cost| cost.longest);
        let note = format!(
            ", half in {}; in view after {}{worst}",
            span(p50(&longest)),
            span(whole)
        );
        report.at_most(
            &format!("{what} (longest turn, p99)"),
            p99(&longest),
            &note,
            FRAME,
        );
    }
}

/// The longest of several steps of one thing, and until the last of them was in view.
fn together(costs: &[Cost]) -> Cost {
    let longest = costs.iter().map(|cost| cost.longest).max();
    let whole = costs.iter().map(|cost| cost.whole).max();
    Cost {
        longest: longest.unwrap_or_default(),
        whole: whole.unwrap_or_default(),
    }
}

pub(crate) async fn turns(desk: &mut Desk, report: &mut Report, times: usize) {
    filters(desk, report, times).await;
    typed(desk, report, times).await;
    sorts(desk, report, times).await;
    marks(desk, report, times).await;
    pages(desk, report, times).await;
    reads(desk, report, times).await;
    screens(desk, report).await;
    ticks(desk, report).await;
}

/// Every kind of atom of the language, by the examples of its manual; at least once each.
async fn filters(desk: &mut Desk, report: &mut Report, times: usize) {
    let began = Instant::now();
    let (mut put, mut taken) = (Costs::default(), Costs::default());
    for round in 0..times.div_ceil(20) {
        if round > 0 && began.elapsed() > ENOUGH {
            break;
        }
        for (example, _) in FIELDS.iter().chain(&GRAMMAR) {
            let steps = [
                desk.char('/').await,
                desk.tell(Msg::Paste((*example).to_owned())).await,
                desk.enter().await,
            ];
            if desk.app().chats.filter.text() != *example {
                // The last of the grammar's rows name operators and are no filter.
                desk.press(Key::plain(KeyCode::Esc)).await;
                continue;
            }
            put.add(example, together(&steps));
            taken.add(example, desk.press(Key::plain(KeyCode::Esc)).await);
            assert!(desk.app().chats.filter.text().is_empty());
        }
    }
    put.tell(report, "filter, each kind of atom");
    taken.tell(report, "filter taken away");
}

/// Text that looks at ids, names and queues, letter by letter.
async fn typed(desk: &mut Desk, report: &mut Report, times: usize) {
    let began = Instant::now();
    let mut costs = Costs::default();
    for _ in 0..times.div_ceil(8) {
        desk.char('/').await;
        for letter in "moreau".chars() {
            costs.add("", desk.char(letter).await);
        }
        desk.press(Key::plain(KeyCode::Esc)).await;
        if began.elapsed() > ENOUGH {
            break;
        }
    }
    costs.tell(report, "text looked for, each letter");
}

async fn sorts(desk: &mut Desk, report: &mut Report, times: usize) {
    let began = Instant::now();
    let (mut costs, mut turned) = (Costs::default(), Costs::default());
    for round in 0..times.div_ceil(10) {
        if round > 0 && began.elapsed() > ENOUGH {
            break;
        }
        for (line, key) in SortKey::ALL.iter().enumerate() {
            desk.char('s').await;
            for _ in SortKey::ALL {
                desk.press(Key::plain(KeyCode::Up)).await;
            }
            for _ in 0..line {
                desk.press(Key::plain(KeyCode::Down)).await;
            }
            let cost = desk.enter().await;
            assert_eq!(desk.app().chats.sort.key, *key);
            costs.add(key.word(), cost);
            turned.add(key.word(), desk.char('S').await);
            desk.char('S').await;
        }
    }
    costs.tell(report, "sort by each column");
    turned.tell(report, "order turned round");
}

async fn marks(desk: &mut Desk, report: &mut Report, times: usize) {
    let began = Instant::now();
    let (mut marked, mut cleared) = (Costs::default(), Costs::default());
    for _ in 0..times.div_ceil(5) {
        marked.add("", desk.char('*').await);
        assert_eq!(desk.app().chats.marks.len(), desk.app().chats.shown().len());
        cleared.add("", desk.char('U').await);
        if began.elapsed() > ENOUGH {
            break;
        }
    }
    marked.tell(report, "mark all shown");
    cleared.tell(report, "clear all marks");
}

/// A page of chats that are known, and one of others, ten seconds apart.
async fn pages(desk: &mut Desk, report: &mut Report, times: usize) {
    let (mut known, mut fresh) = (Costs::default(), Costs::default());
    let count = u64::try_from(desk.app().roster.len()).unwrap();
    let began = Instant::now();
    for round in 0..u64::try_from(times).unwrap() {
        for (costs, from) in [(&mut known, round * 100 % count), (&mut fresh, count)] {
            desk.watch.skip(SignedDuration::from_secs(10));
            let now = desk.watch.time();
            let chats: Vec<Made> = (from..from + 100)
                .map(|number| {
                    if from == count {
                        Made::aged(count + round * 100 + number, 30, 10, now)
                    } else {
                        Made::of_list(number, desk.watch.base())
                    }
                })
                .collect();
            let page = Listing::Page {
                rows: page(&chats, now),
                page: 1,
                total: 100,
            };
            costs.add("", desk.fact(Fact::Listing(page)).await);
        }
        if began.elapsed() > ENOUGH {
            break;
        }
    }
    known.tell(report, "a page of known chats absorbed");
    fresh.tell(report, "a page of new chats absorbed");
}

async fn reads(desk: &mut Desk, report: &mut Report, times: usize) {
    let began = Instant::now();
    let mut costs = Costs::default();
    for number in 0..u64::try_from(times).unwrap() {
        desk.watch.skip(SignedDuration::from_millis(250));
        let now = desk.watch.time();
        let chat = Made::of_list(number, desk.watch.base());
        costs.add("", desk.fact(read(&chat, now)).await);
        if began.elapsed() > ENOUGH {
            break;
        }
    }
    costs.tell(report, "a read absorbed");
}

/// Screens that count every chat: opened, and a minute later counted again.
async fn screens(desk: &mut Desk, report: &mut Report) {
    for (key, what) in [('P', "the pulse opened"), ('W', "the rules opened")] {
        let (mut opened, mut again) = (Costs::default(), Costs::default());
        for _ in 0..5 {
            opened.add("", desk.char(key).await);
            desk.watch.skip(SignedDuration::from_secs(60));
            again.add("", desk.tell(Msg::Tick).await);
            desk.press(Key::plain(KeyCode::Esc)).await;
        }
        opened.tell(report, what);
        again.tell(report, &format!("{what}, and counted again"));
    }
}

/// Seconds going by, among them those in which everything is judged again.
async fn ticks(desk: &mut Desk, report: &mut Report) {
    let mut costs = Costs::default();
    for _ in 0..120 {
        desk.watch.skip(SignedDuration::from_secs(1));
        costs.add("", desk.tell(Msg::Tick).await);
    }
    costs.tell(report, "a second going by");
}
