//! A name for a view, and what the view would keep.

use super::pen::Pen;
use crate::app::chats::{Column, head};
use crate::app::tone::Tone;
use crate::app::view_name::{self, Naming, Purpose};
use crate::app::{App, Key, KeyCode};
use crate::domain::text::Text;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, naming: &Naming) {
    let enter = pen.look.spelled(Key::plain(KeyCode::Enter));
    let (title, does, tall) = match &naming.purpose {
        Purpose::Save => ("Save view".to_owned(), "save", 10),
        Purpose::Rename(name) => (format!("Rename view {name}"), "rename", 6),
    };
    let foot = format!("{enter} {does}   Esc cancel");
    let mut inside = pen.dialog(60, tall, false, &title, &foot);
    let x = inside.line(1, 0, "name     ", Tone::Dim);
    let room = usize::from(inside.width().saturating_sub(x + 2));
    inside.typed(x, 0, room, &naming.typed);
    let mut y = 2;
    if naming.purpose == Purpose::Save {
        for (label, words) in rows(app, naming) {
            let x = inside.line(1, y, label, Tone::Dim);
            inside.line(x, y, &words, Tone::Plain);
            y += 1;
        }
        y += 1;
    }
    match &naming.said {
        Some(said) => inside.line(1, y, said, Tone::Warn),
        None => inside.line(
            1,
            y,
            "kept in state.toml; config.toml is not touched",
            Tone::Dim,
        ),
    };
}

/// What is kept.
fn rows(app: &App, naming: &Naming) -> [(&'static str, String); 4] {
    let view = view_name::in_force(app, Text::clean(naming.typed.value()));
    let filter = match view.filter.as_str() {
        "" => "none: every chat".to_owned(),
        filter => filter.to_owned(),
    };
    let sort = app.chats.sort;
    let sort = format!(
        "{}{}",
        head(sort.key),
        if sort.is_reversed { " reversed" } else { "" }
    );
    let columns: Vec<&str> = view.columns.iter().map(Column::head).collect();
    let columns = if columns.is_empty() {
        "those of every view".to_owned()
    } else {
        columns.join(" ")
    };
    let key = view_name::key_for(app, &view.name).unwrap_or_else(|| "none is free".to_owned());
    [
        ("filter   ", filter),
        ("sort     ", sort),
        ("columns  ", columns),
        ("key      ", key),
    ]
}
