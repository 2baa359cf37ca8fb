//! Writes into the buffer and nowhere beyond its edges: text is cut by its width in cells, with an ellipsis. Every text on the screen
//! comes through here and is made safe: what came from the service was so already, but not what came from a journal or a file.

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use tui_input::Input;

use super::look::Look;
use super::spots::Spots;
use crate::app::mouse::Spot;
use crate::app::tone::{Tone, Words};
use crate::domain::text::{cells, cut, even};

/// A pen for one area.
pub(crate) struct Pen<'a> {
    pub(crate) buffer: &'a mut Buffer,
    pub(crate) look: &'a Look,
    pub(crate) area: Rect,
    /// What stands where, for the mouse.
    pub(crate) spots: &'a mut Spots,
}

impl Pen<'_> {
    /// A pen for a part of the area; `x` and `y` count from its corner.
    pub(crate) fn part(&mut self, x: u16, y: u16, width: u16, height: u16) -> Pen<'_> {
        let wanted = Rect::new(
            self.area.x.saturating_add(x),
            self.area.y.saturating_add(y),
            width,
            height,
        );
        Pen {
            area: wanted.intersection(self.area),
            buffer: self.buffer,
            look: self.look,
            spots: self.spots,
        }
    }

    /// The row is a place for the mouse.
    pub(crate) fn spot(&mut self, y: u16, spot: Spot) {
        self.spot_at(0, y, self.area.width, spot);
    }

    /// A part of a row is.
    pub(crate) fn spot_at(&mut self, x: u16, y: u16, width: u16, spot: Spot) {
        let wanted = Rect::new(
            self.area.x.saturating_add(x),
            self.area.y.saturating_add(y),
            width,
            1,
        );
        self.spots.note(wanted.intersection(self.area), spot);
    }

    /// How many columns there are.
    pub(crate) fn width(&self) -> u16 {
        self.area.width
    }

    /// How many rows there are.
    pub(crate) fn height(&self) -> u16 {
        self.area.height
    }

    /// Writes at most `room` cells at a place, and says where the text ended.
    pub(crate) fn put(&mut self, x: u16, y: u16, room: usize, text: &str, tone: Tone) -> u16 {
        let style = self.look.style(tone);
        self.put_styled(x, y, room, text, style)
    }

    /// As [`Self::put`], in a style.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where text goes into the buffer"
    )]
    pub(crate) fn put_styled(
        &mut self,
        x: u16,
        y: u16,
        room: usize,
        text: &str,
        style: Style,
    ) -> u16 {
        if x >= self.area.width || y >= self.area.height {
            return x;
        }
        let room = room.min(usize::from(self.area.width - x));
        let (left, row) = (self.area.x + x, self.area.y + y);
        if let Some(cells) = even(text).filter(|cells| *cells <= room) {
            // Nearly every text: a letter a cell, and no group of letters to be looked for.
            for (letter, cell) in text.chars().zip(from(self.buffer, left, row)) {
                cell.set_char(letter).set_style(style);
            }
            return x.saturating_add(u16::try_from(cells).unwrap_or(u16::MAX));
        }
        let cut = cut(text, room);
        let (end, _) = self.buffer.set_stringn(left, row, cut, room, style);
        end.saturating_sub(self.area.x)
    }

    /// Writes to the end of the row.
    pub(crate) fn line(&mut self, x: u16, y: u16, text: &str, tone: Tone) -> u16 {
        self.put(x, y, usize::MAX, text, tone)
    }

    /// Writes a line of pieces; the row of a chosen one is turned around.
    pub(crate) fn words(&mut self, y: u16, words: &Words) {
        let mut x = 0;
        for piece in &words.pieces {
            x = self.line(x, y, &piece.text, piece.tone);
        }
        if words.is_chosen {
            self.choose(y);
        }
    }

    /// A line of text that is typed, with its cursor, in at most `room` cells; says where the text ended.
    pub(crate) fn typed(&mut self, x: u16, y: u16, room: usize, input: &Input) -> u16 {
        let from = input.visual_scroll(room);
        let visible: String = input.value().chars().skip(from).collect();
        let end = self.put(x, y, room, &visible, Tone::Plain);
        let at = u16::try_from(input.visual_cursor().saturating_sub(from)).unwrap_or(0);
        let under = input.value().chars().nth(input.cursor()).unwrap_or(' ');
        let style = Style::new().add_modifier(Modifier::REVERSED);
        self.put_styled((x + at).min(end), y, 1, &under.to_string(), style);
        end
    }

    /// Writes lines from the top on, as many as fit, from the line `first` on.
    pub(crate) fn page(&mut self, lines: &[Words], first: usize) {
        for (y, words) in (0..self.area.height).zip(lines.iter().skip(first)) {
            self.words(y, words);
        }
    }

    /// Writes at the right end of a row, over what is there, with a blank before it.
    pub(crate) fn right(&mut self, y: u16, text: &str, tone: Tone) {
        let wide = u16::try_from(cells(text)).unwrap_or(u16::MAX);
        let x = self.area.width.saturating_sub(wide.saturating_add(1));
        let x = if x > 0 {
            self.put(x - 1, y, 1, " ", Tone::Plain)
        } else {
            x
        };
        self.line(x, y, text, tone);
    }

    /// A rule across.
    pub(crate) fn rule(&mut self, y: u16) {
        let text = "─".repeat(usize::from(self.area.width));
        self.line(0, y, &text, Tone::Dim);
    }

    /// Lays the cursor's style over a row.
    pub(crate) fn choose(&mut self, y: u16) {
        let style = self.look.chosen();
        self.over(y, style);
    }

    /// Lays a style over a row.
    pub(crate) fn over(&mut self, y: u16, style: Style) {
        if y < self.area.height {
            let row = Rect::new(self.area.x, self.area.y + y, self.area.width, 1);
            self.buffer.set_style(row, style);
        }
    }

    /// Underlines a row: column heads.
    pub(crate) fn underline(&mut self, y: u16) {
        self.over(y, Style::new().add_modifier(Modifier::UNDERLINED));
    }

    /// Writes in the middle of a row.
    pub(crate) fn centre(&mut self, y: u16, text: &str, tone: Tone) {
        let wide = u16::try_from(cells(text)).unwrap_or(u16::MAX);
        let x = self.area.width.saturating_sub(wide) / 2;
        self.line(x, y, text, tone);
    }

    /// A box in the middle, emptied: single lines for choices, double ones for danger. The pen for its inside.
    pub(crate) fn dialog(
        &mut self,
        width: u16,
        height: u16,
        is_danger: bool,
        title: &str,
        foot: &str,
    ) -> Pen<'_> {
        // The screen's first row says where one is, whatever lies above the others.
        let top = u16::from(self.area.y == 0).min(self.area.height);
        let (width, height) = (
            width.min(self.area.width),
            height.min(self.area.height - top),
        );
        let x = (self.area.width - width) / 2;
        let y = ((self.area.height - height) / 2).max(top);
        let mut frame = self.part(x, y, width, height);
        frame.spots.cover(frame.area);
        frame.buffer.set_style(frame.area, Style::reset());
        let [across, down, tl, tr, bl, br] = if is_danger {
            ["═", "║", "╔", "╗", "╚", "╝"]
        } else {
            ["─", "│", "┌", "┐", "└", "┘"]
        };
        let (last, inner) = (
            height.saturating_sub(1),
            usize::from(width.saturating_sub(2)),
        );
        let blank = " ".repeat(inner);
        for row in 0..height {
            frame.line(0, row, down, Tone::Plain);
            frame.line(1, row, &blank, Tone::Plain);
            frame.line(width.saturating_sub(1), row, down, Tone::Plain);
        }
        let bar = across.repeat(inner);
        frame.line(0, 0, &format!("{tl}{bar}{tr}"), Tone::Plain);
        frame.line(0, last, &format!("{bl}{bar}{br}"), Tone::Plain);
        let tone = if is_danger { Tone::Bad } else { Tone::Strong };
        frame.put(2, 0, inner.saturating_sub(2), &format!(" {title} "), tone);
        if !foot.is_empty() {
            frame.put(
                2,
                last,
                inner.saturating_sub(2),
                &format!(" {foot} "),
                Tone::Dim,
            );
        }
        let inside = Rect::new(
            frame.area.x + 1.min(width),
            frame.area.y + 1.min(height),
            width.saturating_sub(2),
            height.saturating_sub(2),
        );
        Pen {
            area: inside.intersection(self.area),
            buffer: self.buffer,
            look: self.look,
            spots: self.spots,
        }
    }
}

/// The cells from a place to the end of its row; none where the place is not in the buffer.
fn from(buffer: &mut Buffer, x: u16, y: u16) -> &mut [Cell] {
    let area = buffer.area;
    if !area.contains(Position { x, y }) {
        return &mut [];
    }
    let begin = buffer.index_of(x, y);
    let end = begin + usize::from(area.right() - x);
    buffer.content.get_mut(begin..end).unwrap_or_default()
}
