//! Frames on their way to a terminal: whole, in one write, between the marks that keep it from showing half of one; and not a byte where
//! nothing changed.

use std::io::{self, BufWriter, Write};
use std::mem::ManuallyDrop;

use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, SetTitle};
use crossterm::{execute, queue};
use jiff::Timestamp;
use ratatui::backend::{Backend, CrosstermBackend};
use ratatui::buffer::Buffer;
use ratatui::{Frame, TerminalOptions, Viewport};

use super::differences::differences;
use crate::app::App;
use crate::app::opening::Opening;
use crate::domain::text::Text;
use crate::ui::{self, Look, Spots};

/// A whole frame fits, so that it leaves in one write.
const FRAME: usize = 64 * 1024;

type Inner<W> = ratatui::Terminal<CrosstermBackend<BufWriter<W>>>;

/// What a terminal shows, and the way there.
#[derive(Debug)]
pub struct Canvas<W: Write> {
    /// Never dropped: dropping it shows the cursor, which the terminal's guard does, and prints where that fails, which panics without a
    /// terminal.
    inner: ManuallyDrop<Inner<W>>,
    /// The frame that the terminal shows, where that is known.
    shown: Option<Buffer>,
    /// The paper for the next frame.
    blank: Option<Buffer>,
    /// What it shows is to be wiped before the next frame.
    is_unknown: bool,
    /// A frame was begun and not ended: a terminal that waits for the end shows nothing.
    is_begun: bool,
    title: String,
    spots: Spots,
}

impl<W: Write> Canvas<W> {
    /// A terminal at the other end of `output`, which is blank: all of it, or a part of this place and size.
    pub fn new(output: W, viewport: Viewport) -> io::Result<Self> {
        let backend = CrosstermBackend::new(BufWriter::with_capacity(FRAME, output));
        let inner = Inner::with_options(backend, TerminalOptions { viewport })?;
        Ok(Self {
            inner: ManuallyDrop::new(inner),
            shown: None,
            blank: None,
            is_unknown: false,
            is_begun: false,
            title: String::new(),
            spots: Spots::default(),
        })
    }

    /// Draws one frame. Where it is the one that is shown already, nothing is written.
    pub fn draw(&mut self, app: &App, look: &Look, now: Timestamp) -> io::Result<()> {
        let paint = |frame: &mut Frame<'_>| ui::draw_noting(frame, app, look, now);
        self.show(app.title(), paint)
    }

    /// The same of a console that is being opened.
    pub fn draw_opening(
        &mut self,
        opening: &Opening,
        look: &Look,
        now: Timestamp,
    ) -> io::Result<()> {
        let paint = |frame: &mut Frame<'_>| {
            ui::draw_opening(frame, opening, look, now);
            Spots::default()
        };
        self.show(None, paint)
    }

    fn show(
        &mut self,
        title: Option<String>,
        paint: impl FnOnce(&mut Frame<'_>) -> Spots,
    ) -> io::Result<()> {
        let drawn = self.frame(title, paint);
        // Ended on the way of an error too.
        if std::mem::take(&mut self.is_begun) {
            execute!(self.inner.backend_mut(), EndSynchronizedUpdate)?;
        }
        drawn
    }

    fn frame(
        &mut self,
        title: Option<String>,
        paint: impl FnOnce(&mut Frame<'_>) -> Spots,
    ) -> io::Result<()> {
        if self.is_unknown {
            self.begin()?;
            let size = self.inner.size()?;
            self.inner.resize(size.into())?;
            self.shown = None;
            self.is_unknown = false;
        }
        self.inner.autoresize()?;
        self.spots = paint(&mut self.inner.get_frame());
        let title = title.filter(|title| *title != self.title);
        let area = self.inner.current_buffer_mut().area;
        let fitting = |buffer: Option<Buffer>| {
            let buffer = buffer.filter(|buffer| buffer.area == area);
            buffer.unwrap_or_else(|| Buffer::empty(area))
        };
        let blank = fitting(self.blank.take());
        let drawn = std::mem::replace(self.inner.current_buffer_mut(), blank);
        let mut before = fitting(self.shown.take());
        let mut news = differences(&before, &drawn).peekable();
        if title.is_some() || news.peek().is_some() {
            self.begin()?;
            if let Some(title) = title {
                self.name(title)?;
            }
            self.inner.backend_mut().draw(news)?;
        }
        before.reset();
        self.blank = Some(before);
        self.shown = Some(drawn);
        Ok(())
    }

    /// From here on the terminal waits for the end before it shows anything.
    fn begin(&mut self) -> io::Result<()> {
        if !std::mem::replace(&mut self.is_begun, true) {
            queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        }
        Ok(())
    }

    fn name(&mut self, title: String) -> io::Result<()> {
        // Profile names come from files: what a title may not hold is taken out here as everywhere.
        let clean = Text::clean(&title);
        self.title = title;
        queue!(self.inner.backend_mut(), SetTitle(clean.as_str()))
    }

    /// Forgets what is shown: the next frame is drawn whole, on a wiped screen.
    pub fn clear(&mut self) {
        // ratatui's own clearing asks the terminal where its cursor is, and the keyboard would take the answer. Wiped with the frame, so
        // that nobody sees an empty screen between them.
        self.is_unknown = true;
        self.spots = Spots::default();
    }

    /// Somebody else had the terminal meanwhile, and its title.
    pub fn forget(&mut self) {
        self.title.clear();
        self.clear();
    }

    /// What stands where in the newest frame.
    pub fn spots(&self) -> &Spots {
        &self.spots
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        self.inner.size().map(|size| (size.width, size.height))
    }

    /// Where bytes beside frames go.
    pub fn output(&mut self) -> &mut impl Write {
        self.inner.backend_mut()
    }
}
