//! A console with its clock and its screen, for the console's tests: keys in, screens out, no terminal.

use std::fmt::Write as _;

use jiff::{SignedDuration, Timestamp};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use crate::console_world::{Chat, Scene, chats, settings, start};
use unstick::app::mouse::{Mouse, Stroke};
use unstick::app::{App, AppSettings, Effect, Key, KeyCode, Msg, update};
use unstick::domain::feed::{Fact, Gauge, Listing};
use unstick::domain::ids::ConversationId;
use unstick::domain::roster::Listed;
use unstick::ui::{Look, draw, draw_noting};

/// A console with its clock and its screen.
pub(crate) struct Desk {
    pub(crate) app: App,
    pub(crate) now: Timestamp,
    pub(crate) effects: Vec<Effect>,
    pub(crate) look: Look,
    /// Keys are pressed without drawing what they bring: many screens are staged, and only the last frame is looked at.
    pub(crate) is_blind: bool,
}

impl Desk {
    /// An empty console of this size.
    pub(crate) fn new(settings: AppSettings, width: u16, height: u16) -> Self {
        let mut desk = Self {
            app: App::new(settings),
            now: start(),
            effects: Vec::new(),
            look: Look::default(),
            is_blind: false,
        };
        desk.tell(Msg::Resized { width, height });
        desk
    }

    /// A console whose list is there and read.
    pub(crate) fn full(width: u16, height: u16) -> Self {
        let mut desk = Self::new(settings("PROD", true), width, height);
        desk.fill();
        desk
    }

    /// The same console, spoken as lines.
    pub(crate) fn aloud(mut self) -> Self {
        self.app = self.app.aloud();
        self
    }

    /// Types a line, where the console is spoken, and gives what is said from then on.
    pub(crate) fn line(&mut self, line: &str) -> String {
        let before = self.said();
        self.tell(Msg::Line(line.to_owned(), self.now));
        self.tell(Msg::Drawn);
        self.said_since(before)
    }

    /// How many lines were said.
    pub(crate) fn said(&self) -> u64 {
        self.app.spoken.as_ref().unwrap().count()
    }

    /// What was said after the first so many lines.
    pub(crate) fn said_since(&self, before: u64) -> String {
        let spoken = self.app.spoken.as_ref().unwrap();
        spoken.after(before).collect::<Vec<_>>().join("\n")
    }

    /// Lists and reads all chats of the story.
    pub(crate) fn fill(&mut self) {
        self.list(&chats());
        self.tell(Msg::Fact(Fact::Gauge(Gauge {
            used: 82,
            allowed: 90,
            shut_until: None,
            clock_ahead: None,
        })));
        self.pass(3000);
    }

    /// Lists these chats and reads those that are not unread.
    pub(crate) fn list(&mut self, chats: &[Chat]) {
        let rows: Vec<Listed> = chats.iter().map(Chat::listed).collect();
        self.first_page(rows, chats.len());
        let ids = self.app.roster.rows().map(|row| row.listed.id);
        let is_gone = |id: &ConversationId| chats.iter().all(|chat| chat.listed().id != *id);
        let ids = ids.filter(is_gone).collect();
        self.fact(Fact::Listing(Listing::Gone { ids, at: self.now }));
        self.fact(Fact::Listing(Listing::Done { at: self.now }));
        for chat in chats {
            if !matches!(chat.scene, Scene::Unread) {
                self.fact(chat.read(self.now));
            }
        }
    }

    /// A listing begins, and this is its first page of so many rows in all.
    pub(crate) fn first_page(&mut self, rows: Vec<Listed>, total: usize) {
        self.fact(Fact::Listing(Listing::Started));
        self.fact(Fact::Listing(Listing::Page {
            rows,
            page: 1,
            total: u32::try_from(total).unwrap(),
        }));
    }

    /// These are all rows there are, and none of them is read.
    pub(crate) fn list_unread(&mut self, rows: Vec<Listed>) {
        let total = rows.len();
        self.first_page(rows, total);
        self.fact(Fact::Listing(Listing::Done { at: self.now }));
    }

    /// What was copied, in its order.
    pub(crate) fn copied(&self) -> Vec<&str> {
        let texts = self.effects.iter().filter_map(|effect| match effect {
            Effect::Copy(_, text) => Some(text.as_str()),
            _ => None,
        });
        texts.collect()
    }

    /// Tells the console something, and lets it do what there is time for then, as the shell does.
    pub(crate) fn tell(&mut self, msg: Msg) {
        let is_tick = matches!(msg, Msg::Tick);
        let effects = update(&mut self.app, msg, self.now);
        self.effects.extend(effects);
        while self.app.has_spare_work() {
            let effects = update(&mut self.app, Msg::Spare, self.now);
            self.effects.extend(effects);
        }
        if is_tick {
            self.is_judged_rightly();
        }
    }

    /// Once a second every chat is what its row says it is, and counted as that: nothing that was told of it was kept from the list.
    fn is_judged_rightly(&self) {
        let Self { app, now, .. } = self;
        let counts = app.chats.counts;
        let open = app.roster.rows().filter(|row| row.over_since.is_none());
        assert_eq!((counts.rows, counts.open), (app.roster.len(), open.count()));
        for id in app.roster.ids() {
            let row = app.roster.row(id).unwrap();
            let kind = row.kind(*now);
            let said = (app.chats.kind(id), app.chats.severity(id));
            assert_eq!(said, (Some(kind), row.severity_of(kind, *now)), "{id}");
        }
    }

    /// Tells it a fact.
    pub(crate) fn fact(&mut self, fact: Fact) {
        self.tell(Msg::Fact(fact));
    }

    /// Draws, as the shell does after every message, and says so.
    pub(crate) fn draw(&mut self) -> Buffer {
        let buffer = self.seen_in(&self.look);
        self.tell(Msg::Drawn);
        buffer
    }

    /// The screen as another look has it; the console is not told.
    pub(crate) fn seen_in(&self, look: &Look) -> Buffer {
        let extent = self.app.extent;
        let mut terminal = Terminal::new(TestBackend::new(extent.width, extent.height)).unwrap();
        terminal
            .draw(|frame| draw(frame, &self.app, look, self.now))
            .unwrap();
        terminal.backend().buffer().clone()
    }

    /// Presses a key and draws.
    pub(crate) fn press(&mut self, key: Key) {
        self.tell(Msg::Key(key));
        if self.is_blind {
            self.tell(Msg::Drawn);
        } else {
            self.draw();
        }
    }

    /// Types a text, a key at a time.
    pub(crate) fn keys(&mut self, text: &str) {
        for character in text.chars() {
            let key = match character {
                '\r' => Key::plain(KeyCode::Enter),
                '\u{1b}' => Key::plain(KeyCode::Esc),
                character => Key::char(character),
            };
            self.press(key);
        }
    }

    /// Does something with the mouse at a place of the newest frame, as the shell tells it.
    pub(crate) fn mouse(&mut self, what: Stroke, x: u16, y: u16) {
        let extent = self.app.extent;
        let mut terminal = Terminal::new(TestBackend::new(extent.width, extent.height)).unwrap();
        let mut on = None;
        terminal
            .draw(|frame| {
                on = draw_noting(frame, &self.app, &self.look, self.now).at(x, y);
            })
            .unwrap();
        self.tell(Msg::Mouse(Mouse { what, x, y, on }));
        self.tell(Msg::Drawn);
    }

    /// The same, on these words.
    pub(crate) fn mouse_on(&mut self, what: Stroke, words: &str) {
        self.mouse_in_row(what, words, words);
    }

    /// The same, on these words of the first row that has those.
    pub(crate) fn mouse_in_row(&mut self, what: Stroke, row: &str, words: &str) {
        let text = self.text();
        let mut rows = text
            .lines()
            .enumerate()
            .filter(|(_, line)| line.contains(row));
        let found = rows.find_map(|(y, row)| Some((y, row[..row.find(words)?].chars().count())));
        let (y, x) = found.unwrap_or_else(|| panic!("{words} is not there:\n{text}"));
        self.mouse(what, u16::try_from(x).unwrap(), u16::try_from(y).unwrap());
    }

    /// Lets time go by, with its ticks.
    pub(crate) fn pass(&mut self, milliseconds: i64) {
        let mut left = milliseconds;
        while left > 0 {
            let step = left.min(1000);
            self.now += SignedDuration::from_millis(step);
            left -= step;
            self.tell(Msg::Tick);
        }
    }

    /// Lets a minute go by, at whose end the list is there anew.
    pub(crate) fn minute(&mut self) {
        self.now += SignedDuration::from_mins(1);
        self.fact(Fact::Listing(Listing::Done { at: self.now }));
        self.tell(Msg::Tick);
    }

    /// The screen as text.
    pub(crate) fn text(&mut self) -> String {
        text_of(&self.draw())
    }

    /// The screen as text with its runs of style.
    pub(crate) fn styled(&mut self) -> String {
        styled(&self.draw())
    }
}

/// The first line of a screen that holds this word.
#[track_caller]
pub(crate) fn line_with<'a>(text: &'a str, word: &str) -> &'a str {
    let found = text.lines().find(|line| line.contains(word));
    found.unwrap_or_else(|| panic!("no {word} in\n{text}"))
}

/// A buffer as text with its runs of style.
pub(crate) fn styled(buffer: &Buffer) -> String {
    format!("{}\n{}", text_of(buffer), styles_of(buffer))
}

/// The rows of a buffer without trailing blanks.
pub(crate) fn text_of(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut row = String::new();
        let mut hidden = 0;
        for x in 0..buffer.area.width {
            let symbol = buffer[(x, y)].symbol();
            if hidden > 0 {
                hidden -= 1;
                continue;
            }
            hidden = unicode_width::UnicodeWidthStr::width(symbol).saturating_sub(1);
            row.push_str(symbol);
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

/// Runs of cells with a style of their own: `y:from-to colour modifiers`.
pub(crate) fn styles_of(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in 0..buffer.area.height {
        let mut from = 0;
        while from < buffer.area.width {
            let style = |x: u16| {
                let cell = &buffer[(x, y)];
                (cell.fg, cell.bg, cell.modifier)
            };
            let here = style(from);
            let mut to = from;
            while to + 1 < buffer.area.width && style(to + 1) == here {
                to += 1;
            }
            if here != (Color::Reset, Color::Reset, Modifier::empty()) {
                let colour = if here.0 == Color::Reset {
                    String::new()
                } else {
                    format!(" {}", here.0)
                };
                let ground = if here.1 == Color::Reset {
                    String::new()
                } else {
                    format!(" on {}", here.1)
                };
                let modifiers = format!("{:?}", here.2)
                    .replace("Modifier(", "")
                    .replace(')', "");
                let modifiers = if here.2.is_empty() {
                    String::new()
                } else {
                    format!(" {modifiers}")
                };
                let _ = writeln!(out, "{y}:{from}-{to}{colour}{ground}{modifiers}");
            }
            from = to + 1;
        }
    }
    out
}
