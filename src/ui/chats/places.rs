//! Where the columns of the list stand: the one home of their widths.

use crate::app::App;
use crate::app::chats::Column;
use crate::app::extent::{Class, Extent};
use crate::domain::sorting::SortKey;

/// A column with its width in cells, the blank behind it included.
pub(super) type Place = (Column, usize);

/// Cursor and mark, before every column.
pub(super) const MARGIN: usize = 4;
/// How wide the preview beside a wide list is, with its line.
pub(super) const PREVIEW: u16 = 47;
/// The least that a column of names has.
const LEAST: usize = 8;

/// How wide the list is.
pub(super) fn list_width(extent: Extent) -> u16 {
    if extent.class() == Class::Wide {
        extent.width.saturating_sub(PREVIEW)
    } else {
        extent.width
    }
}

/// The columns that the list shows now.
pub(crate) fn shown_columns(app: &App) -> Vec<Column> {
    let width = usize::from(list_width(app.extent));
    if app.extent.class() <= Class::Compact {
        let places = narrow_places(width);
        return places.into_iter().map(|(column, _)| column).collect();
    }
    let places = places(width, &app.chats.columns);
    places.into_iter().map(|(column, _)| column).collect()
}

/// The columns of a list of this width: those that were chosen, else all that the room allows. The names share what the others leave;
/// what does not fit any more goes whole, from the right.
pub(super) fn places(width: usize, chosen: &[Column]) -> Vec<Place> {
    let all = if chosen.is_empty() {
        &Column::USUAL[..]
    } else {
        chosen
    };
    let is_usual = chosen.is_empty();
    let fixed = |column: &Column| fixed(column, is_usual);
    let taken =
        |columns: &[&Column]| -> usize { columns.iter().filter_map(|one| fixed(one)).sum() };
    let least = |columns: &[&Column]| -> usize {
        let each = columns.iter().map(|one| fixed(one).unwrap_or(LEAST));
        MARGIN + each.sum::<usize>()
    };
    let all: Vec<&Column> = all.iter().collect();
    let free = width.saturating_sub(MARGIN + taken(&all) + 1);
    // By itself the customer's name comes where there is room for three.
    let is_left_out =
        |column: &Column| is_usual && free < 36 && *column == Column::Key(SortKey::Customer);
    let mut shown: Vec<&Column> = all;
    shown.retain(|column| !is_left_out(column));
    // The blank behind the last may be cut off.
    while least(&shown) > width + 1 {
        shown.pop();
    }
    let free = width.saturating_sub(MARGIN + taken(&shown) + 1);
    let names = shown.iter().filter(|column| fixed(column).is_none());
    let each = free / names.count().max(1);
    let sized = shown.into_iter().map(|column| {
        let wide = fixed(column).unwrap_or_else(|| name(column, each));
        (column.clone(), wide)
    });
    sized.collect()
}

/// The width of a column that is always as wide; nothing for names.
fn fixed(column: &Column, is_usual: bool) -> Option<usize> {
    match column {
        // An age behind it begins with a blank; other columns need one before them.
        Column::Key(SortKey::Severity) => Some(if is_usual { 4 } else { 5 }),
        Column::Key(SortKey::Age | SortKey::Idle | SortKey::Wait) | Column::Last => Some(7),
        Column::Parties | Column::Key(SortKey::Kind) => Some(10),
        // The blank behind an id may be cut off: it is the last column mostly.
        Column::Key(SortKey::Id) => Some(9),
        // With the day before it, where it was not today.
        Column::Started => Some(13),
        Column::Key(SortKey::Queue | SortKey::Agent | SortKey::Customer) | Column::Attribute(_) => {
            None
        }
    }
}

/// The width of a column of names of which each may have so much.
fn name(column: &Column, each: usize) -> usize {
    match column {
        Column::Key(SortKey::Queue) => (each + 1).min(20),
        Column::Key(SortKey::Agent) => each.min(18),
        _ => each.min(20),
    }
}

/// The width of the queue's name where there is room for five columns only.
pub(super) fn narrow_queue(width: usize) -> usize {
    width.saturating_sub(43).clamp(8, 13)
}

/// The columns where there is room for five only.
pub(super) fn narrow_places(width: usize) -> [Place; 6] {
    [
        (Column::Key(SortKey::Severity), 4),
        (Column::Key(SortKey::Age), 6),
        (Column::Parties, 10),
        (Column::Key(SortKey::Queue), narrow_queue(width)),
        (Column::Key(SortKey::Kind), 10),
        (Column::Key(SortKey::Id), 9),
    ]
}
