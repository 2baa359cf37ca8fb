//! F41 on the screens: every screen of the console with every payload in every place that somebody else writes, at three widths,
//! through the real backend. Only our own sequences leave; a terminal shows what was drawn; and beside the words themselves not a cell
//! differs from the same screen with harmless words of the same width.

use std::collections::BTreeSet;
use std::num::NonZero;

use ratatui::backend::CrosstermBackend;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::{Terminal, TerminalOptions, Viewport};
use unicode_segmentation::UnicodeSegmentation;
use unstick::domain::text::{Text, cells, whole};
use unstick::ui;

use super::oracle::{Licence, expect_clean, shown_to_vt100};
use super::payloads;
use super::stages::{Asks, Stage, stages};
use crate::console_desk::{Desk, text_of};
use crate::console_forms::Sink;
use crate::console_world::{disguise, slot};

/// A letter that no screen has, another one for each slot.
fn marker(slot: usize) -> char {
    char::from_u32(0x13a0 + u32::try_from(slot).unwrap()).unwrap()
}

fn is_marker(symbol: &str) -> Option<usize> {
    let letter = u32::from(symbol.chars().next()?);
    let slot = usize::try_from(letter.checked_sub(0x13a0)?).unwrap();
    (slot < slot::ALL).then_some(slot)
}

/// Draws one desk and then the other into one terminal; the bytes of the second frame, both frames, and what a terminal shows then.
struct Drawn {
    bytes: Vec<u8>,
    calm: Buffer,
    hostile: Buffer,
    shown: vt100::Parser,
}

fn drawn_over(calm: &Desk, hostile: &Desk, width: u16, height: u16) -> Drawn {
    let sink = Sink::default();
    let viewport = Viewport::Fixed(Rect::new(0, 0, width, height));
    let backend = CrosstermBackend::new(sink.clone());
    let mut terminal = Terminal::with_options(backend, TerminalOptions { viewport }).unwrap();
    let size = |cells: u16| NonZero::new(cells).unwrap();
    let mut shown = vt100::Parser::new(size(height), size(width), 0);
    let mut frame_of = |desk: &Desk| {
        let mut buffer = Buffer::default();
        terminal
            .draw(|frame| {
                ui::draw(frame, &desk.app, &desk.look, desk.now);
                buffer = frame.buffer_mut().clone();
            })
            .unwrap();
        let bytes = sink.take();
        process(&mut shown, &bytes);
        (buffer, bytes)
    };
    let (calm, _) = frame_of(calm);
    let (hostile, bytes) = frame_of(hostile);
    Drawn {
        bytes,
        calm,
        hostile,
        shown,
    }
}

fn process(shown: &mut vt100::Parser, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    shown.process(shown_to_vt100(&text).as_bytes());
}

/// A terminal shows cell for cell what was drawn.
fn check_terminal(buffer: &Buffer, shown: &vt100::Screen, what: &str) {
    for y in 0..buffer.area.height {
        let mut covered = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            let is_plain = symbol.len() == 1
                && shown
                    .cell(y, x)
                    .is_some_and(|cell| cell.contents() == symbol);
            if x < covered || is_plain {
                continue;
            }
            let wanted = shown_to_vt100(symbol);
            covered = x + u16::try_from(cells(&wanted)).unwrap();
            // A terminal may take a group of letters that we draw as one for several.
            let there: String = (x..covered)
                .filter_map(|x| shown.cell(y, x))
                .map(vt100::Cell::contents)
                .collect();
            let is_same = there == wanted || wanted == " " && there.is_empty();
            assert!(
                is_same,
                "{what}: at {x},{y} a terminal shows {there:?} for {wanted:?}\n{}",
                shown.contents()
            );
        }
    }
}

/// Beside the words of others, not a cell differs. How many bytes would be copied differs with them: between its frames, a row
/// that says so is not compared.
fn check_layout(hostile: &Buffer, calm: &Buffer, what: &str) {
    for y in 0..calm.area.height {
        let row: String = (0..calm.area.width)
            .map(|x| calm[(x, y)].symbol())
            .collect();
        let is_counted = what.starts_with("copy menu") && row.contains(" bytes");
        let mut is_theirs = false;
        for x in 0..calm.area.width {
            let (wanted, there) = (&calm[(x, y)], &hostile[(x, y)]);
            let is_marked = is_marker(wanted.symbol()).is_some()
                || is_counted && !matches!(wanted.symbol(), "│" | "║");
            // An ellipsis, or blanks where a wide character did not fit, end what was cut; blanks part their words.
            is_theirs = is_marked || is_theirs && matches!(wanted.symbol(), "…" | " ");
            let look = |cell: &Cell| (cell.fg, cell.bg, cell.modifier);
            let is_same = wanted.symbol() == there.symbol() && look(wanted) == look(there);
            assert!(
                is_same || is_theirs,
                "{what}: at {x},{y} there is {there:?} for {wanted:?}\n{}\n{}",
                text_of(calm),
                text_of(hostile)
            );
        }
    }
}

/// The slots whose words are to be seen.
fn slots_in(calm: &Buffer) -> BTreeSet<usize> {
    let cells = calm.content.iter();
    cells.filter_map(|cell| is_marker(cell.symbol())).collect()
}

/// A payload that leaves something to be seen: as it is sent but for blanks around it, which only some places keep; and where it has
/// words, as cells, and where blanks.
struct Shown {
    name: String,
    raw: &'static str,
    said: Text,
    cells: Vec<(bool, usize)>,
}

impl Shown {
    fn all() -> Vec<Self> {
        payloads()
            .into_iter()
            .filter(|payload| !Text::clean(&payload.raw()).as_str().is_empty())
            .map(|payload| {
                let raw: &'static str = Box::leak(payload.raw().trim().into());
                let cells = whole(raw)
                    .graphemes(true)
                    .map(|group| (group.chars().all(char::is_whitespace), cells(group)))
                    .collect();
                Self {
                    name: payload.name,
                    raw,
                    said: Text::clean(raw),
                    cells,
                }
            })
            .collect()
    }

    /// Harmless words of the same width, blanks in the same places.
    fn calm(&self, slot: usize) -> &'static str {
        let letter = marker(slot).to_string();
        let text: String = self
            .cells
            .iter()
            .map(|(is_blank, cells)| if *is_blank { " " } else { letter.as_str() }.repeat(*cells))
            .collect();
        Box::leak(text.into())
    }
}

/// One screen at one size, staged until every payload was seen on it.
struct Trial<'a> {
    stage: &'a Stage,
    size: (u16, u16),
    all: &'a [Shown],
    /// What was seen, as it is once it is safe: behind the sanitiser nothing can tell two payloads apart that have become the same.
    seen: BTreeSet<Text>,
    /// Slots that can be seen here.
    slots: BTreeSet<usize>,
}

impl Trial<'_> {
    /// Stages it with this payload in slot 0, the next one in slot 1, and so on.
    fn stage(&mut self, offset: usize) {
        let in_slot = |slot: usize| (offset + slot) % self.all.len();
        let what = format!(
            "{} at {:?} from payload {} on",
            self.stage.name, self.size, self.all[offset].name
        );
        let (width, height) = self.size;
        // Names that are the same once they are safe must be the same here: screens count them.
        let namesake = |slot: usize| {
            let said = &self.all[in_slot(slot)].said;
            (0..slot).find(|other| self.all[in_slot(*other)].said == *said)
        };
        let calm = |slot: usize| self.all[in_slot(slot)].calm(namesake(slot).unwrap_or(slot));
        disguise((0..slot::ALL).map(calm).collect());
        let calm = self.stage.desk(width, height);
        disguise(
            (0..slot::ALL)
                .map(|slot| self.all[in_slot(slot)].raw)
                .collect(),
        );
        let hostile = self.stage.desk(width, height);
        let drawn = drawn_over(&calm, &hostile, width, height);
        expect_clean(&drawn.bytes, Licence::Frames, &what);
        check_terminal(&drawn.hostile, drawn.shown.screen(), &what);
        if self.stage.asks != Asks::Bytes {
            check_layout(&drawn.hostile, &drawn.calm, &what);
        }
        let slots = slots_in(&drawn.calm);
        let seen = slots
            .iter()
            .map(|slot| self.all[in_slot(*slot)].said.clone());
        self.seen.extend(seen);
        self.slots.extend(slots.into_iter().filter(|slot| {
            let namesakes = (0..slot::ALL).filter(|other| namesake(*other) == Some(*slot));
            namesakes.count() == 0
        }));
    }

    /// Stages it until every payload was seen, each tried in a few slots that show something.
    fn run(&mut self, wanted: &[usize]) -> Option<String> {
        self.stage(0);
        if self.stage.asks != Asks::Everything {
            (0..self.all.len())
                .step_by(SPREAD)
                .for_each(|offset| self.stage(offset));
            return None;
        }
        for payload in wanted {
            let slots: Vec<usize> = self.slots.iter().copied().take(TRIES).collect();
            for slot in slots {
                if self.seen.contains(&self.all[*payload].said) {
                    break;
                }
                self.stage((payload + self.all.len() - slot) % self.all.len());
            }
        }
        let missed: Vec<&str> = wanted
            .iter()
            .filter(|index| !self.seen.contains(&self.all[**index].said))
            .map(|index| self.all[*index].name.as_str())
            .collect();
        let (name, size) = (self.stage.name, self.size);
        let has_room = size.0 >= 80;
        (has_room && !missed.is_empty())
            .then(|| format!("{name} at {size:?} never showed {missed:?}"))
    }
}

/// In how many slots a payload is tried on a screen that does not show it in the first.
const TRIES: usize = 3;
/// How far apart the stagings of a screen are that is not asked for every payload: each is then in one of so many slots.
const SPREAD: usize = 60;

/// The ordinary run takes all payloads through the screens that show many at once, and every ninth through the others, another ninth at
/// each size; with `UNSTICK_LONG_TESTS` set, all of them through all.
fn every_screen_at(third: usize, width: u16, height: u16) {
    let is_long = std::env::var_os("UNSTICK_LONG_TESTS").is_some();
    let all = Shown::all();
    let wanted: Vec<usize> = (0..all.len())
        .filter(|index| is_long || index % 9 == 3 * third)
        .collect();
    let mut missed = Vec::new();
    for stage in &stages() {
        let mut trial = Trial {
            stage,
            size: (width, height),
            all: &all,
            seen: BTreeSet::new(),
            slots: BTreeSet::new(),
        };
        missed.extend(trial.run(&wanted));
    }
    assert!(missed.is_empty(), "{missed:#?}");
}

#[test]
fn f41_no_screen_of_80_columns_sends_what_somebody_else_wrote_or_moves_a_cell() {
    every_screen_at(0, 80, 24);
}

#[test]
fn f41_no_screen_of_140_columns_sends_what_somebody_else_wrote_or_moves_a_cell() {
    every_screen_at(1, 140, 40);
}

#[test]
fn f41_no_screen_of_60_columns_sends_what_somebody_else_wrote_or_moves_a_cell() {
    every_screen_at(2, 60, 14);
}
