//! Draws the console. Knows places and looks; changes nothing and decides nothing: scrolling, order and words come from `app`.

mod board;
mod chats;
mod columns;
mod confirm;
mod dialogs;
mod empty;
mod exporting;
mod footer;
mod header;
mod help;
mod inspect;
mod look;
mod lookout;
mod messages;
mod opening;
mod pages;
mod palette;
mod pen;
mod plan;
mod preview;
mod runs;
mod sheet;
mod spots;
mod svg;
mod theme;
mod view_name;

pub use look::{Glyphs, Look};
pub use spots::Spots;
pub use theme::Theme;

use jiff::Timestamp;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::app::extent::{Class, Extent};
use crate::app::opening::Opening;
use crate::app::tone::Tone;
use crate::app::{App, Overlay, Screen};
use pen::Pen;
use svg::Paper;

/// Draws one frame of the console as it is at `now`.
pub fn draw(frame: &mut Frame<'_>, app: &App, look: &Look, now: Timestamp) {
    let _ = draw_noting(frame, app, look, now);
}

/// Draws one frame, and says what stands where in it.
pub fn draw_noting(frame: &mut Frame<'_>, app: &App, look: &Look, now: Timestamp) -> Spots {
    paint(frame.buffer_mut(), app, look, now)
}

/// Draws one frame of a console that is being opened.
pub fn draw_opening(frame: &mut Frame<'_>, opening: &Opening, look: &Look, now: Timestamp) {
    on(frame.buffer_mut(), look, |pen, here| {
        if here.class() == Class::TooSmall {
            let who = (&*opening.label, &*opening.profile);
            too_small(pen, who, "opening", here);
        } else {
            opening::draw(pen, opening, here, now);
        }
    });
}

/// The frame that is on the screen at `now`, as a picture: an SVG on the paper that the theme was made for, with the same characters and
/// styles, and whatever is masked there.
pub fn picture(app: &App, look: &Look, now: Timestamp) -> String {
    let mut frame = Buffer::empty(Rect::new(0, 0, app.extent.width, app.extent.height));
    let _ = paint(&mut frame, app, look, now);
    let settings = &app.settings;
    let title = format!(
        "unstick, {} {}, {}",
        settings.label,
        settings.scope.profile,
        now.strftime("%Y-%m-%d %H:%M:%S UTC")
    );
    svg::picture(&frame, &Paper::of(&look.theme), &title)
}

fn paint(buffer: &mut Buffer, app: &App, look: &Look, now: Timestamp) -> Spots {
    on(buffer, look, |pen, here| {
        // Between a resize and its message the room may be another than the one that was reckoned with.
        if here.class() == Class::TooSmall || app.extent.class() == Class::TooSmall {
            let settings = &app.settings;
            let news = if app.is_running() {
                "a run is under way".to_owned()
            } else {
                format!("{} stuck", app.chats.counts.stuck)
            };
            let who = (&*settings.label, &*settings.scope.profile);
            too_small(pen, who, &news, here);
        } else {
            screen(pen, app, now);
            overlay(pen, app, now);
        }
    })
}

/// Draws on all of the buffer, in the characters of the look; what stands where in it.
fn on(buffer: &mut Buffer, look: &Look, draw: impl FnOnce(&mut Pen<'_>, Extent)) -> Spots {
    let area = buffer.area;
    let mut spots = Spots::default();
    let mut pen = Pen {
        buffer,
        look,
        area,
        spots: &mut spots,
    };
    let here = Extent {
        width: area.width,
        height: area.height,
    };
    draw(&mut pen, here);
    look.translate(buffer);
    spots
}

fn screen(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    match app.screens.last() {
        None => chats::draw(pen, app, now),
        Some(Screen::Inspect(screen)) => inspect::draw(pen, app, screen, now),
        Some(Screen::Plan(planning)) => plan::draw(pen, app, planning, now),
        Some(Screen::Board(board)) => board::draw(pen, app, board, now),
        Some(Screen::Trace(trace)) => pages::trace(pen, app, trace, now),
        Some(Screen::Report(report)) => pages::report(pen, app, report, now),
        Some(Screen::Runs(screen)) => runs::draw(pen, app, screen, now),
        Some(Screen::Lookout(lookout)) => lookout::draw(pen, app, lookout, now),
        Some(Screen::Messages(screen)) => messages::draw(pen, app, screen, now),
    }
}

fn overlay(pen: &mut Pen<'_>, app: &App, now: Timestamp) {
    match &app.overlay {
        None => {}
        Some(Overlay::Help(help)) => help::draw(pen, app, help, now),
        Some(Overlay::Confirm(confirm)) => confirm::draw(pen, app, confirm, now),
        Some(Overlay::Sort(line)) => dialogs::sort(pen, app, *line),
        Some(Overlay::Quit) => dialogs::quit(pen, app),
        Some(Overlay::Copy) => dialogs::copy(pen, app, now),
        Some(Overlay::Palette(palette)) => palette::draw(pen, app, palette, now),
        Some(Overlay::Explain(explain)) => palette::explain(pen, app, explain),
        Some(Overlay::Columns(chooser)) => columns::draw(pen, app, chooser),
        Some(Overlay::ViewName(naming)) => view_name::draw(pen, app, naming),
        Some(Overlay::Codes(menu)) => plan::codes::draw(pen, app, menu),
        Some(Overlay::Recipe(menu)) => plan::recipes::draw(pen, app, *menu),
        Some(Overlay::Sheet(sheet)) => sheet::draw(pen, app, sheet),
        Some(Overlay::Export(dialog)) => exporting::draw(pen, app, dialog),
    }
}

fn too_small(pen: &mut Pen<'_>, (label, profile): (&str, &str), news: &str, here: Extent) {
    let lines = [
        format!("{label} {profile}"),
        news.to_owned(),
        format!("{}x{} too small", here.width, here.height),
        "need 36x8".to_owned(),
        "q quit".to_owned(),
    ];
    for (y, line) in (0..).zip(lines) {
        pen.line(0, y, &line, Tone::Plain);
    }
}
