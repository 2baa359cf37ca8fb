//! What a console is drawn on: the program's own way to a terminal, whose far end counts what comes out of it.

use std::cell::{Cell, RefCell};
use std::io::{self, Write};
use std::rc::Rc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use ratatui::Viewport;
use ratatui::layout::Rect;
use unstick::app::App;
use unstick::domain::ids::ConversationId;
use unstick::tui::{Canvas, Screen, Slow};
use unstick::ui::Look;

pub(crate) const WIDTH: u16 = 200;
pub(crate) const HEIGHT: u16 = 50;

/// The far end.
#[derive(Debug, Clone, Default)]
pub(crate) struct Count(Rc<Cell<(usize, usize)>>);

impl Count {
    /// Writes and bytes since it was asked last.
    pub(crate) fn take(&self) -> (usize, usize) {
        self.0.take()
    }
}

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (writes, sum) = self.0.get();
        self.0.set((writes + 1, sum + bytes.len()));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What of the console somebody at the keyboard sees change.
type Seen = (Option<u128>, Option<String>, usize, String);

/// The screen.
#[derive(Debug)]
pub(crate) struct Paper {
    canvas: Canvas<Count>,
    pub(crate) count: Count,
    /// The most writes of one frame since this was asked last.
    pub(crate) most_writes: Cell<usize>,
    /// How long drawing took since it was asked last.
    drawn: Cell<Duration>,
    /// When the newest frame that differs was out.
    pub(crate) out_at: Cell<Instant>,
    seen: Seen,
    /// Who is told when a frame is out that shows what a key changed.
    answers: RefCell<Option<Sender<Instant>>>,
}

impl Paper {
    pub(crate) fn new() -> Self {
        let count = Count::default();
        Self {
            canvas: canvas(count.clone()),
            count,
            most_writes: Cell::default(),
            drawn: Cell::default(),
            out_at: Cell::new(Instant::now()),
            seen: Seen::default(),
            answers: RefCell::default(),
        }
    }

    /// From now on this is told when a frame is out that shows what a key changed.
    pub(crate) fn answer_to(&self, answers: Sender<Instant>) {
        self.answers.replace(Some(answers));
    }

    /// How long drawing took since this was asked last.
    pub(crate) fn take_drawn(&self) -> Duration {
        self.drawn.take()
    }
}

pub(crate) fn canvas(count: Count) -> Canvas<Count> {
    let area = Rect::new(0, 0, WIDTH, HEIGHT);
    Canvas::new(count, Viewport::Fixed(area)).unwrap()
}

impl Screen for Paper {
    fn draw(&mut self, app: &App, look: &Look, now: Timestamp) -> io::Result<()> {
        let began = Instant::now();
        let (writes, _) = self.count.0.get();
        self.canvas.draw(app, look, now)?;
        let out = Instant::now();
        self.drawn.set(self.drawn.get() + (out - began));
        let written = self.count.0.get().0 - writes;
        self.most_writes.set(self.most_writes.get().max(written));
        if written > 0 {
            self.out_at.set(out);
        }
        let seen = (
            app.chats.cursor.map(ConversationId::as_u128),
            app.chats
                .filter
                .typing
                .as_ref()
                .map(|input| input.value().to_owned()),
            app.chats.marks.len(),
            app.chats.filter.text().to_owned(),
        );
        if seen != self.seen {
            self.seen = seen;
            if let Some(answers) = &*self.answers.borrow() {
                let _ = answers.send(out);
            }
        }
        Ok(())
    }

    fn size(&self) -> io::Result<(u16, u16)> {
        Ok((WIDTH, HEIGHT))
    }

    fn clear(&mut self) -> io::Result<()> {
        // The canvas would ask a real terminal for its size.
        self.canvas = canvas(self.count.clone());
        Ok(())
    }

    fn suspend(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn copy(&mut self, _: &'static str, _: &str) -> io::Result<Slow> {
        Ok(Box::new(String::new))
    }

    fn is_there(&self) -> bool {
        true
    }

    fn is_given_back(&self) -> bool {
        false
    }
}
