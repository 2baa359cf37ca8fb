//! The dialog of an export: its forms by their letters, whether names are in it, and where it goes.

use super::pen::Pen;
use crate::app::App;
use crate::app::action::{Action, Mode};
use crate::app::exporting::Dialog;
use crate::app::mouse::Spot;
use crate::app::tone::{Tone, Words, wrap};

/// How wide the box is where there is room, with its border.
const WIDE: u16 = 66;

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, app: &App, dialog: &Dialog) {
    let room = usize::from(WIDE.min(pen.width())).saturating_sub(4);
    let about = about(app, dialog);
    let place = format!(
        "A new file that only you can read, in {}",
        app.settings.exports
    );
    let place = folded(&place, room);
    let offers = dialog.what.offers();
    let rows = offers.len() + about.len() + place.len() + 3;
    let rows = u16::try_from(rows).unwrap_or(u16::MAX);
    // Where rows are few, the blank ones go first. The border takes two, the row that says where one is stays.
    let is_tight = pen.height() < rows.saturating_add(3);
    let height = if is_tight { rows - 2 } else { rows };
    let look = *pen.look;
    let title = dialog.what.title();
    let foot = "a letter writes it   Esc close";
    let mut inside = pen.dialog(WIDE, height.saturating_add(2), false, &title, foot);
    let mut y = 0;
    let letter = |action| {
        let key = app.settings.configured.keys.first(Mode::Export, action);
        key.map_or_else(String::new, |key| look.spelled(key))
    };
    for offer in offers {
        let line = Words::new(Tone::Strong, format!(" {}  ", letter(offer.action)))
            .and(Tone::Plain, offer.words);
        inside.words(y, &line);
        inside.spot(y, Spot::Does(offer.action));
        y += 1;
    }
    let line = Words::new(
        Tone::Strong,
        format!(" {}  ", letter(Action::ExportPicture)),
    )
    .and(Tone::Plain, of_the_screen(app));
    inside.words(y, &line);
    inside.spot(y, Spot::Does(Action::ExportPicture));
    y += 1;
    y += u16::from(!is_tight);
    for (first, words) in about.iter().enumerate() {
        if dialog.what.has_names() && first == 0 {
            let key = letter(Action::ExportNames);
            let line = Words::new(Tone::Strong, format!(" {key}  ")).and(Tone::Plain, words);
            inside.words(y, &line);
            inside.spot(y, Spot::Does(Action::ExportNames));
        } else {
            inside.line(1, y, words, Tone::Plain);
        }
        y += 1;
    }
    y += u16::from(!is_tight);
    for words in place {
        inside.line(1, y, &words, Tone::Dim);
        y += 1;
    }
}

/// The picture, which can be had of whatever the screen is about.
fn of_the_screen(app: &App) -> &'static str {
    if app.privacy.is_on {
        "SVG, screen picture, names masked"
    } else {
        "SVG, screen picture, names shown"
    }
}

/// What of people is in it.
fn about(app: &App, dialog: &Dialog) -> Vec<String> {
    let room = usize::from(WIDE.min(app.extent.width)).saturating_sub(4);
    if !dialog.what.has_names() {
        return wrap(dialog.what.about(), room);
    }
    let names = match (dialog.with_names, app.privacy.is_on) {
        (_, true) => "privacy is on: people are initials",
        (false, false) => "people are initials; this puts names in",
        (true, false) => "NAMES ARE IN IT: personal data",
    };
    vec![names.to_owned()]
}

/// A sentence in lines; what is longer than a line, as a path is, goes on in the next one.
fn folded(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in wrap(text, room) {
        let letters: Vec<char> = line.chars().collect();
        let parts = letters.chunks(room.max(1));
        lines.extend(parts.map(|part| part.iter().collect::<String>()));
    }
    lines
}
