//! The list of recipes: each by its name and what it does, and below them what there is to say of the chosen one.

use super::codes::keys;
use crate::app::App;
use crate::app::planning::recipes::{self, RecipeMenu};
use crate::app::tone::{Tone, glyph};
use crate::domain::recipe::Recipe;
use crate::domain::text::{cells, cut, fit};
use crate::ui::pen::Pen;

/// Draws it.
pub(crate) fn draw(pen: &mut Pen<'_>, app: &App, menu: RecipeMenu) {
    let (width, height) = recipes::size(app.extent);
    let foot = keys(pen);
    let known = app.settings.recipes.known();
    let title = format!("Recipe of the plan: {}", app.settings.recipes.words());
    let mut inside = pen.dialog(width, height, false, &title, &foot);
    let rows = recipes::room(app.extent);
    let name = known.iter().map(|recipe| cells(&recipe.name)).max();
    let name = name.unwrap_or_default().min(30);
    let now = app
        .planning()
        .map(|planning| planning.choices.recipe.name());
    let shown = known.iter().enumerate().skip(menu.top).take(rows);
    for (y, (line, recipe)) in (0..).zip(shown) {
        let is_now = now == Some(recipe.name.as_str());
        entry(&mut inside, y, recipe, name, is_now, line == menu.line);
    }
    let below = u16::try_from(rows).unwrap_or(u16::MAX);
    let (wide, tall) = (inside.width(), inside.height());
    if let Some(chosen) = known.get(menu.line).filter(|_| below + 1 < tall) {
        inside.rule(below);
        let room = tall.saturating_sub(below + 1);
        let lines = recipes::about(app, chosen, usize::from(wide), usize::from(room));
        let mut part = inside.part(0, below + 1, wide, room);
        part.page(&lines, 0);
    }
}

fn entry(pen: &mut Pen<'_>, y: u16, recipe: &Recipe, name: usize, is_now: bool, is_chosen: bool) {
    let cursor = if is_chosen { glyph::CURSOR } else { " " };
    let now = if is_now { glyph::DONE } else { " " };
    let line = format!(" {cursor} {now} {}", fit(&recipe.name, name));
    let x = pen.line(0, y, &line, Tone::Plain);
    let room = usize::from(pen.width().saturating_sub(x + 3));
    if room > 8 {
        pen.line(x + 2, y, &cut(&recipe.title, room), Tone::Dim);
    }
    if is_chosen {
        pen.choose(y);
    }
}
