//! What holds for every screen in every form: whichever theme, whichever glyphs, whatever size. Asked of each screen that has a snapshot,
//! so that one snapshot in colours says what the others look like.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use ratatui::Viewport;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};
use unstick::app::action::Mode;
use unstick::app::extent::{Class, Extent};
use unstick::app::keeping::Keep;
use unstick::app::{Effect, Msg};
use unstick::domain::feed::Command;
use unstick::tui::Canvas;
use unstick::ui::{Glyphs, Look, Theme};

use crate::console_desk::{Desk, text_of};

/// The snapshots that show each mode. A new screen or dialog gets a `shoot` and a row here.
pub(crate) const WALL: &[(Mode, &str)] = &[
    // Before there is a console, and a mode.
    (Mode::Chats, "opening"),
    (Mode::Chats, "chats"),
    (Mode::Chats, "chats_marked"),
    (Mode::Chats, "chats_offer"),
    (Mode::Chats, "chats_offline"),
    (Mode::Chats, "chats_private"),
    (Mode::Chats, "chats_read_only"),
    (Mode::Chats, "chats_running"),
    (Mode::Chats, "state_connecting"),
    (Mode::Chats, "state_empty"),
    (Mode::Chats, "state_loading"),
    (Mode::Chats, "state_no_match"),
    (Mode::Chats, "state_not_permitted"),
    (Mode::Chats, "state_offline"),
    (Mode::Chats, "state_rate_limited"),
    (Mode::Chats, "state_signed_out"),
    (Mode::Filter, "filter_error"),
    (Mode::Filter, "filter_offers"),
    (Mode::Sort, "sort"),
    (Mode::Copy, "copy"),
    (Mode::Copy, "inspect_copy"),
    (Mode::Export, "export_chats"),
    (Mode::Export, "export_names"),
    (Mode::Export, "export_run"),
    (Mode::Palette, "palette"),
    (Mode::Palette, "palette_typed"),
    (Mode::Explain, "explain"),
    (Mode::Help, "help"),
    (Mode::Help, "help_search"),
    (Mode::Help, "help_syntax"),
    (Mode::Inspect, "inspect"),
    (Mode::Inspect, "inspect_analytics"),
    (Mode::Inspect, "inspect_attributes"),
    (Mode::Inspect, "inspect_json"),
    (Mode::Inspect, "inspect_json_changed"),
    (Mode::Inspect, "inspect_requests"),
    (Mode::Inspect, "inspect_transcript"),
    (Mode::Inspect, "inspect_transcript_masked"),
    (Mode::Inspect, "inspect_unread"),
    (Mode::Find, "inspect_find"),
    (Mode::Plan, "plan"),
    (Mode::Plan, "plan_reading"),
    (Mode::Note, "plan_note"),
    (Mode::Confirm, "confirm"),
    (Mode::Confirm, "resume"),
    (Mode::Starting, "starting"),
    (Mode::Board, "board"),
    (Mode::Board, "board_paused"),
    (Mode::Board, "board_stopping"),
    (Mode::Trace, "trace"),
    (Mode::Quit, "quit"),
    (Mode::Report, "report"),
    (Mode::Report, "report_halted"),
    (Mode::Runs, "runs"),
    (Mode::Runs, "runs_none"),
    (Mode::Requests, "requests"),
    (Mode::Requests, "requests_none"),
    (Mode::Pulse, "pulse"),
    (Mode::Recipes, "recipes"),
    (Mode::Recipes, "recipes_compared"),
    (Mode::Recipes, "recipes_under_way"),
    (Mode::Sheet, "recipe_whole"),
    (Mode::Profiles, "profiles"),
    (Mode::Profiles, "profiles_not_now"),
    (Mode::Profiles, "profiles_opening"),
    (Mode::Profiles, "profiles_refused"),
    (Mode::Profiles, "profiles_signed_in"),
    (Mode::Rules, "rules"),
    (Mode::Welcome, "welcome"),
    (Mode::Messages, "messages"),
    (Mode::Messages, "messages_none"),
    (Mode::Codes, "plan_codes"),
    (Mode::Sheet, "plan_dry_run"),
    (Mode::Sheet, "request_detail"),
    (Mode::Narrow, "requests_filter"),
    (Mode::Narrow, "runs_filter"),
    (Mode::Columns, "columns"),
    (Mode::Attribute, "columns_attribute"),
    (Mode::ViewName, "view_save"),
    (Mode::ViewName, "view_taken"),
    (Mode::Confirm, "confirm_live"),
    (Mode::Sheet, "plan_dry_run_clean"),
    (Mode::Report, "report_clean"),
    (Mode::Recipe, "plan_recipes"),
    (Mode::Plan, "plan_by_recipe"),
    (Mode::Confirm, "confirm_recipe"),
];

/// The sizes of a snapshot: normal, wide, compact, mini.
pub(crate) const SIZES: [(u16, u16); 4] = [(80, 24), (140, 40), (60, 14), (40, 10)];

/// Sizes at which something begins or ends, the least and the greatest among them.
pub(crate) const EDGES: [(u16, u16); 12] = [
    (200, 60),
    (120, 30),
    (119, 30),
    (120, 29),
    (80, 20),
    (79, 20),
    (60, 12),
    (59, 12),
    (36, 8),
    (36, 7),
    (20, 5),
    (1, 1),
];

/// What people of the pretend organisation are called beside ASCII.
pub(crate) const FOREIGN: &str = "日本太郎";

/// Keys that have a sign, and in ASCII a word, which is longer: a row with one of them is laid out anew.
const SPELLED: [&str; 4] = ["Enter", "Space", "Up", "Down"];

/// Draws a screen in every form, and finally at every size: it is of no use afterwards.
pub(crate) fn check_every_form(name: &str, desk: &mut Desk) {
    check_mode(name, desk);
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        let in_theme = |theme| desk.seen_in(&Look { theme, glyphs });
        let auto = in_theme(Theme::default());
        check_paint(name, "auto", &auto);
        for theme in Theme::names() {
            let painted = in_theme(Theme::shipped(theme).unwrap());
            check_paint(name, theme, &painted);
            check_against_auto(name, theme, &painted, &auto);
        }
    }
    check_ascii(name, desk);
    check_first_row(name, desk);
    check_bytes_without_colours(name, desk);
    for (width, height) in EDGES {
        desk.tell(Msg::Resized { width, height });
        let text = desk.text();
        if (Extent { width, height }).class() == Class::TooSmall {
            check_too_small(name, &text, desk);
        }
    }
}

/// Whatever is open, Enter alone starts, stops and ends nothing, takes nothing away and leaves nothing.
pub(crate) fn check_enter(name: &str, desk: &mut Desk) {
    let before = desk.effects.len();
    desk.keys("\r");
    // Where a start was called off by it, nothing may begin afterwards either.
    desk.pass(4000);
    let harm = desk.effects.iter().skip(before).find(|effect| {
        matches!(
            effect,
            Effect::Quit
                | Effect::Keep(Keep::Remove(_))
                | Effect::Engine(
                    Command::Start { .. }
                        | Command::Resume(_)
                        | Command::PauseRun(_)
                        | Command::StopRun { .. }
                        | Command::Shutdown
                )
        )
    });
    assert!(harm.is_none(), "{name}: {harm:?}");
}

fn check_mode(name: &str, desk: &Desk) {
    let rows = WALL.iter().filter(|(_, shot)| *shot == name);
    for (mode, _) in rows {
        // Where a plan could not be read its box closes.
        if desk.app.extent.class() >= Class::Compact {
            assert_eq!(desk.app.mode(), *mode, "{name}");
        }
    }
}

/// No colour that would not be seen; nothing dim where it is turned around; no ground of ours.
pub(crate) fn check_paint(name: &str, theme: &str, buffer: &Buffer) {
    for (at, cell) in buffer.content.iter().enumerate() {
        let what = || format!("{name} in {theme}: {cell:?} at {:?}", buffer.pos_of(at));
        assert_eq!(cell.bg, Color::Reset, "{}", what());
        let is_hidden = matches!(
            cell.fg,
            Color::Black | Color::DarkGray | Color::Indexed(0 | 8)
        );
        assert!(!is_hidden, "{}", what());
        let is_blot = cell.modifier.contains(Modifier::REVERSED | Modifier::DIM);
        assert!(!is_blot, "{}", what());
        let is_for_eyes_alone = cell.symbol().contains(|c| {
            // Braille is noise to whoever reads with the fingers; private characters need a font of their own.
            matches!(c, '\u{2800}'..='\u{28ff}' | '\u{e000}'..='\u{f8ff}')
        });
        assert!(!is_for_eyes_alone, "{}", what());
        let is_colourless = theme == "mono" || theme == "high-contrast";
        assert!(!is_colourless || cell.fg == Color::Reset, "{}", what());
    }
}

/// A theme changes colours and nothing else; one that has none says by modifiers what the others say by both.
fn check_against_auto(name: &str, theme: &str, painted: &Buffer, auto: &Buffer) {
    for (at, (cell, of_auto)) in painted.content.iter().zip(&auto.content).enumerate() {
        let what = || format!("{name} in {theme} at {:?}", painted.pos_of(at));
        assert_eq!(cell.symbol(), of_auto.symbol(), "{}", what());
        let wanted = of_auto.modifier;
        if theme == "high-contrast" {
            assert!(!cell.modifier.contains(Modifier::DIM), "{}", what());
            let kept = wanted - Modifier::DIM;
            assert!(cell.modifier.contains(kept), "{}", what());
        } else {
            assert_eq!(cell.modifier, wanted, "{}", what());
        }
    }
}

/// In ASCII nothing is shown but ASCII, names aside; and each sign stands where its character stands, but in rows that spell a key.
fn check_ascii(name: &str, desk: &Desk) {
    let ascii = Look {
        theme: Theme::default(),
        glyphs: Glyphs::Ascii,
    };
    let shown = desk.seen_in(&ascii);
    let text = text_of(&shown);
    let odd: String = text
        .chars()
        .filter(|c| !c.is_ascii() && !FOREIGN.contains(*c))
        .collect();
    assert_eq!(odd, "", "{name}\n{text}");
    let mut translated = desk.seen_in(&Look::default());
    ascii.translate(&mut translated);
    let wanted = text_of(&translated);
    for (row, wanted) in text.lines().zip(wanted.lines()) {
        let is_laid_out_anew = SPELLED.iter().any(|word| row.contains(word));
        assert!(row == wanted || is_laid_out_anew, "{name}\n{wanted}\n{row}");
    }
}

/// Whatever lies above it, row 0 says in words where one is; beside it, whether anything may be ended there.
fn check_first_row(name: &str, desk: &Desk) {
    let text = text_of(&desk.seen_in(&Look::default()));
    let row = text.lines().next().unwrap();
    let settings = &desk.app.settings;
    let place = format!("[{} {}]", settings.label, settings.scope.profile);
    assert!(row.contains(&place), "{name}\n{text}");
    let words = if settings.writes {
        ["READ-WRITE", "RW"]
    } else {
        ["READ-ONLY", "RO"]
    };
    let is_told = words.iter().any(|word| row.contains(word));
    assert!(
        is_told || desk.app.extent.class() < Class::Compact,
        "{name}\n{text}"
    );
}

/// What goes to a terminal without colours has no command for one, and no bare reset, which would end a reversed row.
fn check_bytes_without_colours(name: &str, desk: &Desk) {
    let look = Look {
        theme: Theme::mono(),
        glyphs: Glyphs::Unicode,
    };
    let (mut canvas, sink) = canvas(desk.app.extent);
    canvas.draw(&desk.app, &look, desk.now).unwrap();
    let bytes = sink.take();
    let styles = styles_in(&bytes);
    let (styles, last) = styles.split_at(styles.len().saturating_sub(4));
    // Those at the end put everything back before the next frame.
    assert_eq!(last, ["39", "49", "59", "0"], "{name}");
    for style in styles {
        let is_modifier = style.split(';').all(|part| {
            matches!(
                part,
                "1" | "2" | "3" | "4" | "7" | "22" | "23" | "24" | "27"
            )
        });
        assert!(is_modifier, "{name}: {style:?}");
    }
}

/// The parameters of every `ESC[…m`.
pub(crate) fn styles_in(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let commands = text.split("\x1b[").skip(1);
    let styles = commands.filter_map(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit() && c != ';')?;
        rest[end..].starts_with('m').then(|| rest[..end].to_owned())
    });
    styles.collect()
}

/// Five lines, cut where there is no room: profile, count or run, size, needed size, key.
fn check_too_small(name: &str, text: &str, desk: &Desk) {
    let (settings, extent) = (&desk.app.settings, desk.app.extent);
    let place = format!("{} {}", settings.label, settings.scope.profile);
    let count = if desk.app.is_running() {
        "a run is under way".to_owned()
    } else {
        format!("{} stuck", desk.app.chats.counts.stuck)
    };
    let size = format!("{}x{} too small", extent.width, extent.height);
    let whole = [
        place,
        count,
        size,
        "need 36x8".to_owned(),
        "q quit".to_owned(),
    ];
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!(rows.len(), usize::from(extent.height), "{name}\n{text}");
    for (row, whole) in rows.iter().zip(&whole) {
        let room = usize::from(extent.width);
        let is_whole = row == whole && whole.chars().count() <= room;
        let cut = row.strip_suffix('…');
        let is_cut =
            cut.is_some_and(|cut| cut.chars().count() + 1 == room && whole.starts_with(cut));
        assert!(
            is_whole || is_cut,
            "{name}: {row:?} is not {whole:?}\n{text}"
        );
    }
    assert!(
        rows.iter().skip(5).all(|row| row.is_empty()),
        "{name}\n{text}"
    );
}

/// A writer whose bytes can be taken away.
#[derive(Clone, Default)]
pub(crate) struct Sink(Arc<Mutex<Vec<u8>>>);

impl Sink {
    pub(crate) fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The way to a real terminal of this size, which ends in a sink.
pub(crate) fn canvas(extent: Extent) -> (Canvas<Sink>, Sink) {
    let sink = Sink::default();
    let area = Rect::new(0, 0, extent.width, extent.height);
    let canvas = Canvas::new(sink.clone(), Viewport::Fixed(area)).unwrap();
    (canvas, sink)
}
