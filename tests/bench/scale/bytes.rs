//! What is written to the terminal.

use jiff::SignedDuration;
use unstick::app::action::Mode;
use unstick::app::{Key, KeyCode, Msg};

use crate::desk::Desk;
use crate::made::Made;
use crate::paper::HEIGHT;
use crate::report::Report;

/// What an age tick may write, in bytes.
const TICK: usize = 1024;

/// Bytes of all frames behind something, and the most writes of one frame.
#[derive(Default)]
struct Written {
    bytes: Vec<usize>,
    most_writes: usize,
}

impl Written {
    fn add(&mut self, desk: &Desk) {
        let (_, bytes) = desk.paper().count.take();
        self.bytes.push(bytes);
        self.most_writes = self.most_writes.max(desk.paper().most_writes.take());
    }

    fn most(&self) -> usize {
        self.bytes.iter().max().copied().unwrap_or_default()
    }

    fn words(&self) -> String {
        let mean = self.bytes.iter().sum::<usize>() / self.bytes.len().max(1);
        format!("{} bytes at most, {mean} on average", self.most())
    }
}

pub(crate) async fn bytes(desk: &mut Desk, report: &mut Report) {
    assert_eq!(desk.app().mode(), Mode::Chats);
    desk.char('g').await;
    let long = ticks(desk, 180).await;
    tick(report, "an age tick, the long list", &long);
    // Every age and every silence in view runs on with every second.
    let mut young = Desk::open();
    let now = young.watch.time();
    let chats =
        (0..u64::from(HEIGHT)).map(|number| Made::aged(number, number % 10, number % 8, now));
    young.fill_at_once(chats).await;
    // Reads that are more than ten seconds old are told with more words, once: that is no age.
    ticks(&mut young, 15).await;
    let busy = ticks(&mut young, 30).await;
    tick(
        report,
        "an age tick, every age in view below a minute",
        &busy,
    );

    desk.press(Key::plain(KeyCode::PageDown)).await;
    let line = behind(desk, 20, Key::char('j')).await;
    let page = behind(desk, 20, Key::plain(KeyCode::PageDown)).await;
    let whole = behind(desk, 5, Key::ctrl('l')).await;
    Report::told("a line further down", &line.words());
    Report::told("a page further down", &page.words());
    Report::told("the whole screen anew", &whole.words());

    let all = [&long, &busy, &line, &page, &whole];
    let writes = all
        .iter()
        .map(|one| one.most_writes)
        .max()
        .unwrap_or_default();
    report.judged(
        "writes for one frame",
        &format!("{writes} at most"),
        "1",
        writes == 1,
    );
    desk.char('g').await;
    desk.paper().count.take();
    let mut nothing = Written::default();
    for _ in 0..20 {
        desk.tell(Msg::Tick).await;
        nothing.add(desk);
        desk.char('k').await;
        nothing.add(desk);
    }
    report.judged(
        "bytes where nothing changed",
        &format!("{} at most", nothing.most()),
        "0",
        nothing.most() == 0,
    );
}

fn tick(report: &mut Report, what: &str, written: &Written) {
    let promised = format!("at most {TICK}");
    report.judged(what, &written.words(), &promised, written.most() <= TICK);
}

/// So many seconds going by.
async fn ticks(desk: &mut Desk, seconds: u32) -> Written {
    let mut written = Written::default();
    desk.paper().count.take();
    for _ in 0..seconds {
        desk.watch.skip(SignedDuration::from_secs(1));
        desk.tell(Msg::Tick).await;
        written.add(desk);
    }
    written
}

async fn behind(desk: &mut Desk, times: usize, key: Key) -> Written {
    let mut written = Written::default();
    for _ in 0..times {
        desk.press(key).await;
        desk.paper().count.take();
        desk.press(key).await;
        written.add(desk);
    }
    written
}
