//! What a frame costs, ours and the obvious way's, and how long a key takes to the screen.

use std::borrow::Borrow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Rect};
use ratatui::widgets::{Row as Line, StatefulWidget, Table, TableState};
use tokio::sync::{mpsc, oneshot};
use unstick::app::{App, Key, KeyCode, Msg};
use unstick::domain::feed::{Fact, Listing};
use unstick::domain::moment::short;
use unstick::domain::roster::Row;
use unstick::domain::shown::{agent, customer, place_words};
use unstick::domain::text::Text;
use unstick::ui::{self, Look};

use crate::desk::Desk;
use crate::made::{Made, mixed, page_body, rows};
use crate::paper::{Count, HEIGHT, WIDTH, canvas};
use crate::report::{Report, p50, p99, span};

/// A frame may take this part of what the obvious way takes with a hundred thousand chats: half a millisecond where that takes 290.
const SHARE: u32 = 580;
const HUNDRED_THOUSAND: f64 = 100_000.0;
const KEY: Duration = Duration::from_millis(8);
/// Each of two threads tells a page so often: together five facts a second, as 300 requests a minute would.
const PAGE_EVERY: Duration = Duration::from_millis(400);

/// The same list drawn by making every row, and frames behind moves beside it.
pub(crate) async fn frames(desk: &mut Desk, report: &mut Report, count: usize) {
    let naive: Vec<Duration> = (0..10).map(|_| every_row(desk)).collect();
    let naive = naive.iter().min().copied().unwrap_or_default();
    let chats = u32::try_from(desk.app().roster.len()).unwrap();
    let most = naive.mul_f64(HUNDRED_THOUSAND / f64::from(chats)) / SHARE;
    Report::told(
        "the obvious way: a Table of every row (best of 10)",
        &format!("{}, of {chats} chats", span(naive)),
    );
    let (moves, made) = frames_behind(desk, count, &LIST_KEYS).await;
    report.at_most(
        "frame, moving in the list (p99)",
        p99(&moves),
        &middle(&moves),
        most,
    );
    Report::told(
        "  of that, making it, without the way to the terminal",
        &format!("{}{}", span(p99(&made)), middle(&made)),
    );
    desk.char('*').await;
    let (marked, _) = frames_behind(desk, count / 4, &LIST_KEYS[..4]).await;
    report.at_most(
        "frame, everything marked (p99)",
        p99(&marked),
        &middle(&marked),
        most,
    );
    desk.char('U').await;
    let typing = [
        Key::char('/'),
        Key::char('a'),
        Key::char('d'),
        Key::plain(KeyCode::Esc),
    ];
    // Of fewer, the longest of all would count, and with it whatever else the machine does.
    let (typed, _) = frames_behind(desk, count / 5, &typing).await;
    report.at_most(
        "frame, typing a filter (p99)",
        p99(&typed),
        &middle(&typed),
        most,
    );
}

const LIST_KEYS: [Key; 10] = [
    Key::char('j'),
    Key::char('j'),
    Key::plain(KeyCode::PageDown),
    Key::char('k'),
    Key::char('G'),
    Key::char('k'),
    Key::plain(KeyCode::PageUp),
    Key::char('g'),
    Key::char('j'),
    Key::char(' '),
];

/// Draws one frame behind each of these keys, again and again, on a terminal that shows the frame before; how long each took, and how long
/// only to make.
async fn frames_behind(
    desk: &mut Desk,
    count: usize,
    keys: &[Key],
) -> (Vec<Duration>, Vec<Duration>) {
    let look = Look::default();
    let mut canvas = canvas(Count::default());
    let mut blank = Terminal::new(TestBackend::new(WIDTH, HEIGHT)).unwrap();
    let (mut spans, mut made) = (Vec::new(), Vec::new());
    // Whole rounds, so that what was begun is ended.
    for key in keys.iter().cycle().take(count.next_multiple_of(keys.len())) {
        desk.press(*key).await;
        let began = Instant::now();
        canvas.draw(desk.app(), &look, desk.watch.time()).unwrap();
        spans.push(began.elapsed());
        let began = Instant::now();
        ui::draw(&mut blank.get_frame(), desk.app(), &look, desk.watch.time());
        made.push(began.elapsed());
        blank.current_buffer_mut().reset();
    }
    desk.char('U').await;
    (spans, made)
}

/// The frame as most programs make it: a row of words for each chat, in a `Table` that shows those that fit.
fn every_row(desk: &Desk) -> Duration {
    let (app, now) = (desk.app(), desk.watch.time());
    let area = Rect::new(0, 0, WIDTH, HEIGHT);
    let mut buffer = Buffer::empty(area);
    let began = Instant::now();
    let lines: Vec<Line<'_>> = app
        .chats
        .shown()
        .iter()
        .filter_map(|id| app.roster.row(*id))
        .map(|row| Line::new(words(app, row, now)))
        .collect();
    let widths = [3, 7, 7, 28, 20, 24, 9].map(Constraint::Length);
    let mut state = TableState::default().with_selected(Some(app.chats.line()));
    StatefulWidget::render(Table::new(lines, widths), area, &mut buffer, &mut state);
    began.elapsed()
}

fn words(app: &App, row: impl Borrow<Row>, now: Timestamp) -> [String; 7] {
    let row: &Row = row.borrow();
    let named = |name: Option<&Text>| name.map_or_else(String::new, Text::to_string);
    [
        format!("{:?}", app.chats.severity(row.listed.id)),
        short(row.age(now)),
        row.idle(now).map_or_else(String::new, short),
        place_words(row).unwrap_or_default(),
        named(agent(row)),
        named(customer(row)),
        row.listed.id.short(),
    ]
}

/// Half were no longer than this: what a busy machine puts on top is not in it.
fn middle(spans: &[Duration]) -> String {
    format!(", half of them in {}", span(p50(spans)))
}

/// From a key to its frame, while two threads of the program's own runtime parse pages and tell them.
pub(crate) async fn keys(desk: &mut Desk, report: &mut Report, count: usize) {
    let typing: Vec<Key> = "/id:3a"
        .chars()
        .map(Key::char)
        .chain([Key::plain(KeyCode::Esc)])
        .collect();
    let rows: [(&str, &[Key], usize); 2] = [
        ("key to screen, moving in the list (p99)", &LIST_KEYS, count),
        ("key to screen, typing a filter (p99)", &typing, count / 4),
    ];
    desk.watch.go(true);
    for (what, keys, count) in rows {
        let (spans, pages) = pressed(desk, keys, count).await;
        let longest = spans.iter().max().copied().unwrap_or_default();
        let note = format!(
            "{}, longest {}, {pages} pages parsed",
            middle(&spans),
            span(longest)
        );
        report.at_most(what, p99(&spans), &note, KEY);
        desk.char('U').await;
    }
    desk.watch.go(false);
}

/// Presses so many keys, each when the frame of the one before was out; how long each took, and how many pages were parsed meanwhile.
async fn pressed(desk: &mut Desk, keys: &[Key], count: usize) -> (Vec<Duration>, u32) {
    desk.quiet().await;
    let (told, answers) = channel();
    desk.paper().answer_to(told);
    let is_over = Arc::new(AtomicBool::new(false));
    let pages = Arc::new(AtomicU32::new(0));
    let base = desk.watch.base();
    let parsers: Vec<_> = (0..2)
        .map(|half| {
            let (is_over, pages) = (Arc::clone(&is_over), Arc::clone(&pages));
            let (facts, watch) = (desk.facts.clone(), desk.watch.clone());
            let chats: Vec<Made> = (0..100)
                .map(|number| Made::of_list(number * 2 + half, base))
                .collect();
            tokio::task::spawn_blocking(move || {
                let body = page_body(&chats);
                let mut told_at = Instant::now();
                while !is_over.load(Ordering::SeqCst) {
                    let rows = rows(body.clone().into_bytes(), watch.time());
                    pages.fetch_add(1, Ordering::SeqCst);
                    if told_at.elapsed() >= PAGE_EVERY {
                        told_at = Instant::now();
                        let page = Listing::Page {
                            rows,
                            page: 1,
                            total: 100,
                        };
                        let _ = facts.try_send(Fact::Listing(page));
                    }
                }
            })
        })
        .collect();
    let hand = {
        let (to, keys) = (desk.keys.clone(), keys.to_vec());
        let (done, spans) = oneshot::channel();
        // Somebody's fingers stand behind nobody.
        thread::spawn(move || done.send(hand(&to, &answers, &keys, count)));
        spans
    };
    let spans = tokio::select! {
        () = desk.go_on() => Vec::new(),
        spans = hand => spans.unwrap(),
    };
    is_over.store(true, Ordering::SeqCst);
    for parser in parsers {
        parser.await.unwrap();
    }
    desk.quiet().await;
    (spans, pages.load(Ordering::SeqCst))
}

/// Somebody at the keyboard.
fn hand(
    to: &mpsc::Sender<Msg>,
    answers: &Receiver<Instant>,
    keys: &[Key],
    count: usize,
) -> Vec<Duration> {
    let mut spans = Vec::new();
    let count = count.next_multiple_of(keys.len());
    for (number, key) in (0..).zip(keys.iter().cycle().take(count)) {
        thread::sleep(Duration::from_millis(3 + mixed(number) % 12));
        while answers.try_recv().is_ok() {}
        let pressed = Instant::now();
        to.blocking_send(Msg::Key(*key)).unwrap();
        let answered = answers.recv_timeout(Duration::from_secs(30));
        spans.push(
            answered
                .expect("a key changes nothing")
                .duration_since(pressed),
        );
    }
    spans
}
