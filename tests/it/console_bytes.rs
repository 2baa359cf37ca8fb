//! What a frame costs on the way to a terminal, in bytes, over the real backend: people look at this over slow links for hours.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ratatui::Viewport;
use ratatui::layout::Rect;
use unstick::app::extent::Extent;
use unstick::app::{Key, KeyCode, Msg};
use unstick::domain::feed::Fact;
use unstick::domain::ids::ConversationId;
use unstick::tui::Canvas;

use crate::console_desk::Desk;
use crate::console_forms::{Sink, canvas};
use crate::console_world::{Chat, chats, settings};

/// Something that happens to a console.
type Happen = fn(&mut Desk);

/// What an age tick may write.
const TICK: usize = 2048;

/// A list that has more chats than rows, all of them younger than a minute: each age runs on with every second.
fn crowd(count: u16) -> Vec<Chat> {
    let story = chats().into_iter().cycle();
    let numbered = story.zip(0..count);
    let rows = numbered.map(|(chat, number)| Chat {
        id: ConversationId::from_u128((u128::from(number) + 1) << 96),
        age: i64::from(number % 50) + 1,
        quiet: i64::from(number % 40) + 1,
        ..chat
    });
    rows.collect()
}

fn full(width: u16, height: u16) -> Desk {
    let mut desk = Desk::new(settings("PROD", true), width, height);
    desk.list(&crowd(60));
    desk.pass(1000);
    desk
}

/// How many bytes the newest state of the console costs after what was drawn before.
fn cost(desk: &mut Desk, canvas: &mut Canvas<Sink>, sink: &Sink) -> usize {
    canvas.draw(&desk.app, &desk.look, desk.now).unwrap();
    desk.tell(Msg::Drawn);
    sink.take().len()
}

#[test]
fn an_age_tick_on_a_full_wide_list_writes_less_than_two_kilobytes() {
    let mut desk = full(140, 40);
    let (mut canvas, sink) = canvas(desk.app.extent);
    let whole = cost(&mut desk, &mut canvas, &sink);
    let ticks: Vec<usize> = (0..180)
        .map(|_| {
            desk.pass(1000);
            cost(&mut desk, &mut canvas, &sink)
        })
        .collect();
    let most = ticks.iter().max().unwrap();
    let mean = ticks.iter().sum::<usize>() / ticks.len();
    println!("140x40: whole {whole} bytes, a tick {mean} on average, {most} at most");
    assert!(*most < TICK, "{most}");
    assert!(
        ticks.iter().all(|bytes| *bytes > 0),
        "a second changed nothing"
    );
}

#[test]
fn of_ten_thousand_chats_a_frame_costs_as_much_as_of_sixty() {
    let costs = [60, 10_000].map(|count| {
        let mut desk = Desk::new(settings("PROD", true), 140, 40);
        let rows = crowd(count).iter().map(Chat::listed).collect();
        desk.list_unread(rows);
        desk.pass(5000);
        let (mut canvas, sink) = canvas(desk.app.extent);
        let whole = cost(&mut desk, &mut canvas, &sink);
        desk.pass(1000);
        [whole, cost(&mut desk, &mut canvas, &sink)]
    });
    println!("[whole, tick] of 60 and of 10,000: {costs:?} bytes");
    let [few, many] = costs;
    for (few, many) in few.into_iter().zip(many) {
        assert!(many < few + few / 4 + 200, "{costs:?}");
    }
}

/// How long a key may take to the screen, and the first frame to come: far more than a built program takes on a quiet machine, and far less
/// than what looks at every chat for each of them.
const KEY: Duration = Duration::from_millis(500);
const FIRST: Duration = Duration::from_secs(5);

#[test]
fn of_ten_thousand_chats_the_first_frame_and_each_key_are_on_the_screen_in_a_moment() {
    let mut desk = Desk::new(settings("PROD", true), 140, 40);
    let rows = crowd(10_000).iter().map(Chat::listed).collect();
    let (mut canvas, sink) = canvas(desk.app.extent);
    let since = Instant::now();
    desk.list_unread(rows);
    assert!(cost(&mut desk, &mut canvas, &sink) > 0);
    let first = since.elapsed();
    assert_eq!(desk.app.chats.shown().len(), 10_000);
    let mut pressed = |key: Key| {
        // Of five, the quickest: what else the machine does is no matter.
        let times = (0..5).map(|_| {
            let since = Instant::now();
            desk.tell(Msg::Key(key));
            cost(&mut desk, &mut canvas, &sink);
            since.elapsed()
        });
        times.min().unwrap()
    };
    let keys = [
        Key::char('j'),
        Key::char(' '),
        Key::plain(KeyCode::PageDown),
    ];
    let times = keys.map(&mut pressed);
    println!("of 10,000: the first frame in {first:?}, keys in {times:?}");
    assert!(first < FIRST, "{first:?}");
    assert!(times.iter().all(|time| *time < KEY), "{times:?}");
}

#[test]
fn a_key_costs_no_more_than_what_it_changes() {
    for (width, height) in [(80, 24), (140, 40)] {
        let mut desk = full(width, height);
        let (mut canvas, sink) = canvas(desk.app.extent);
        let whole = cost(&mut desk, &mut canvas, &sink);
        let mut pressed = |key: Key| {
            desk.tell(Msg::Key(key));
            cost(&mut desk, &mut canvas, &sink)
        };
        let down = pressed(Key::char('j'));
        let mark = pressed(Key::char(' '));
        let palette = pressed(Key::char(':'));
        let close = pressed(Key::plain(KeyCode::Esc));
        println!(
            "{width}x{height}: whole {whole}, j {down}, mark {mark}, : {palette}, Esc {close} bytes"
        );
        assert!(down < whole / 2 && down < 3 * 1024, "{down} of {whole}");
        assert!(mark < whole / 2 && mark < 3 * 1024, "{mark} of {whole}");
        assert!(palette < whole * 3 / 4, "{palette} of {whole}");
        assert!(close < whole * 3 / 4, "{close} of {whole}");
    }
}

#[test]
fn where_nothing_changed_not_a_byte_is_written() {
    for (width, height) in [(80, 24), (140, 40), (60, 14), (40, 10), (20, 5)] {
        let mut desk = Desk::full(width, height);
        let (mut canvas, sink) = canvas(desk.app.extent);
        assert!(cost(&mut desk, &mut canvas, &sink) > 0);
        let same: [(&str, Happen); 6] = [
            ("drawn again", |_| {}),
            ("a tick within the second", |desk| desk.tell(Msg::Tick)),
            ("a key that does nothing there", |desk| {
                desk.tell(Msg::Key(Key::char('k')));
            }),
            ("what was known", |desk| {
                let gauge = desk.app.link.gauge.clone();
                desk.fact(Fact::Gauge(gauge));
            }),
            ("a read that shows the same", |desk| {
                let read = chats()[0].read(desk.now);
                desk.fact(read);
                desk.tell(Msg::Tick);
            }),
            ("somebody looks elsewhere", |desk| {
                desk.tell(Msg::Focus(false));
            }),
        ];
        for (what, happen) in same {
            if what.contains("read") {
                // It is new that it was read just now; that it is again is not.
                happen(&mut desk);
                cost(&mut desk, &mut canvas, &sink);
            }
            happen(&mut desk);
            let bytes = cost(&mut desk, &mut canvas, &sink);
            assert_eq!(bytes, 0, "{what} at {width}x{height}");
        }
        desk.pass(1000);
        let ticked = cost(&mut desk, &mut canvas, &sink);
        assert!(ticked > 0 || height == 5, "{width}x{height}");
    }
}

/// A terminal's end that counts what it takes, and refuses once.
#[derive(Clone, Default)]
struct Balky(Arc<Mutex<(Vec<Vec<u8>>, bool)>>);

impl Balky {
    fn takes(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.0.lock().unwrap().0)
    }

    fn refuse_once(&self) {
        self.0.lock().unwrap().1 = true;
    }
}

impl Write for Balky {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut end = self.0.lock().unwrap();
        if std::mem::take(&mut end.1) {
            return Err(io::Error::other("not now"));
        }
        end.0.push(bytes.to_vec());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

const BEGIN: &[u8] = b"\x1b[?2026h";
const END: &[u8] = b"\x1b[?2026l";

#[test]
fn a_frame_leaves_in_one_write_between_its_marks() {
    let mut desk = full(140, 40);
    let end = Balky::default();
    let area = Rect::new(0, 0, 140, 40);
    let mut canvas = Canvas::new(end.clone(), Viewport::Fixed(area)).unwrap();
    for keys in ["", "j", ":", "\u{1b}", "?", "\u{1b}", "\r"] {
        desk.keys(keys);
        canvas.draw(&desk.app, &desk.look, desk.now).unwrap();
        let takes = end.takes();
        let [frame] = &takes[..] else {
            panic!("{} writes for one frame", takes.len());
        };
        assert!(frame.starts_with(BEGIN) && frame.ends_with(END), "{keys:?}");
    }
}

#[test]
fn a_frame_that_could_not_be_written_is_ended_all_the_same() {
    // So large that it does not leave in one write, of which the first is refused.
    let (width, height) = (250, 1000);
    let mut desk = Desk::new(settings("PROD", true), width, height);
    desk.list(&crowd(250));
    desk.app.extent = Extent { width, height };
    let end = Balky::default();
    let area = Rect::new(0, 0, width, height);
    let mut canvas = Canvas::new(end.clone(), Viewport::Fixed(area)).unwrap();
    end.refuse_once();
    let drawn = canvas.draw(&desk.app, &desk.look, desk.now);
    assert_eq!(drawn.unwrap_err().to_string(), "not now");
    let bytes = end.takes().concat();
    assert!(bytes.starts_with(BEGIN) && bytes.ends_with(END));
}
