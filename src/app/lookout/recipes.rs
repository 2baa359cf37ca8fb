//! The recipes: sequences that forums propose, each with what it is worth, and what each really does, side by side. They are compared on
//! sandboxes that are started for it and are gone with it: whatever organisation is open here is neither asked nor told anything, so this
//! can be done on every profile, and where nothing may be ended.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Lookout, pointed};
use crate::app::action::{Action, Mode};
use crate::app::extent::{Class, Extent};
use crate::app::scroll::follow;
use crate::app::sheet::{Paragraph, Sheet};
use crate::app::tone::{Tone, Words, folded};
use crate::app::update::step_of;
use crate::app::{App, Effect, Overlay};
use crate::domain::recipe::{COLUMNS, Compared, Recipe, lessons};
use crate::domain::text::{Text, fit as padded};

/// What is wanted outside of the screen.
#[derive(Debug, Clone)]
pub enum RecipeWish {
    /// Which recipes there are; the answer is [`RecipeNews::Known`].
    List,
    /// Carry these out on sandboxes of their own; the answers are rows as they come, and [`RecipeNews::Over`].
    Compare(Vec<Arc<Recipe>>),
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum RecipeNews {
    /// These there are; and what is wrong with files that are not taken.
    Known(Vec<Arc<Recipe>>, Vec<String>),
    /// What one of them did.
    Row(Box<Compared>),
    /// One of them, by its name, could not be carried out, and why.
    Without(String, String),
    /// The comparison is over; or could not be made, and why.
    Over(Result<(), String>),
}

/// What is known of recipes. It outlives the screen.
#[derive(Debug, Default)]
pub struct RecipeBook {
    /// Those there are, in the order of the list.
    pub known: Vec<Arc<Recipe>>,
    /// What is wrong with files that are not taken.
    wrong: Vec<String>,
    /// What each did, by name, or why it could not be carried out.
    tried: BTreeMap<String, Result<Compared, String>>,
    /// So many are being compared.
    pub under_way: Option<usize>,
}

impl RecipeBook {
    /// What was compared, in the order of the list.
    fn rows(&self) -> Vec<&Compared> {
        let known = self.known.iter();
        let rows = known.filter_map(|recipe| self.tried.get(&recipe.name)?.as_ref().ok());
        rows.collect()
    }

    fn is_compared(&self) -> bool {
        self.under_way.is_some() || !self.tried.is_empty()
    }
}

/// The screen's own state.
#[derive(Debug, Default)]
pub struct Recipes {
    /// The cursor.
    pub at: usize,
    /// The first line on screen.
    pub top: usize,
    /// It shows what they did, and not what they are.
    pub shows_deeds: bool,
}

/// Rows at the foot: a rule and what is to be said of the one under the cursor.
pub fn foot(extent: Extent) -> usize {
    match extent.class() {
        Class::Wide => 7,
        Class::Normal | Class::Compact => 4,
        Class::Mini | Class::TooSmall => 0,
    }
}

fn rows(extent: Extent) -> usize {
    let rows = extent.page_rows().saturating_sub(1 + foot(extent));
    rows.max(1)
}

impl Recipes {
    /// What was compared before is shown at once.
    pub(super) fn of(app: &App) -> Self {
        Self {
            shows_deeds: app.recipes.is_compared(),
            ..Self::default()
        }
    }

    pub(super) fn fit(&mut self, count: usize, extent: Extent) {
        self.at = self.at.min(count.saturating_sub(1));
        self.top = follow(self.top, self.at, rows(extent), count);
    }

    /// What the cursor is on.
    pub fn chosen<'a>(&self, app: &'a App) -> Option<&'a Arc<Recipe>> {
        app.recipes.known.get(self.at)
    }
}

/// The screen came into view: which recipes there are is asked for, as their files may have changed.
pub(super) fn opened(app: &App) -> Vec<Effect> {
    if app.recipes.under_way.is_some() {
        return Vec::new();
    }
    vec![Effect::Recipes(RecipeWish::List)]
}

/// Something came of a wish.
pub(crate) fn told(app: &mut App, news: RecipeNews, now: Timestamp) -> Vec<Effect> {
    let book = &mut app.recipes;
    match news {
        RecipeNews::Known(known, wrong) => {
            if let Some(first) = wrong.first() {
                let more = match wrong.len() {
                    1 => String::new(),
                    count => format!("; and {} more", count - 1),
                };
                let words = format!("a recipe is not taken: {first}{more}");
                app.notices.warn(words, now);
            }
            book.known = known;
            book.wrong = wrong;
        }
        RecipeNews::Row(row) => {
            book.tried.insert(row.recipe.clone(), Ok(*row));
        }
        RecipeNews::Without(name, why) => {
            book.tried.insert(name, Err(Text::clean(&why).into()));
        }
        RecipeNews::Over(how) => {
            book.under_way = None;
            if let Err(why) = how {
                let why = Text::clean(&why);
                app.notices.warn(format!("not compared: {why}"), now);
            }
        }
    }
    super::fit(app);
    Vec::new()
}

/// Why an action of the screen cannot be done now.
pub(crate) fn why_not(app: &App, action: Action) -> Option<String> {
    let book = &app.recipes;
    match action {
        Action::Open if book.known.is_empty() => Some("there is none yet".to_owned()),
        Action::Compare if book.under_way.is_some() => {
            Some("they are being compared: it takes about half a minute".to_owned())
        }
        Action::Compare if book.known.is_empty() => Some("there is none yet".to_owned()),
        Action::NextTab | Action::Copy if !book.is_compared() => {
            let key = app.key(Mode::Recipes, Action::Compare);
            Some(format!("nothing is compared yet: {key} does that"))
        }
        _ => None,
    }
}

/// The columns of what they did that there is room for.
fn deeds(extent: Extent) -> impl Iterator<Item = (usize, &'static str, usize)> {
    let wanted: &[&str] = match extent.class() {
        Class::Wide | Class::Normal => &[],
        Class::Compact => &["ENDED", "PROVED", "LEFT", "TOLD", "WRAP"],
        Class::Mini | Class::TooSmall => &["ENDED", "LEFT"],
    };
    let all = COLUMNS.into_iter().enumerate();
    all.filter(|(_, (head, _))| wanted.is_empty() || wanted.contains(head))
        .map(|(place, (head, width))| (place, head, width))
}

/// The width of the names beside columns that take so much.
fn name_room(extent: Extent, taken: usize) -> usize {
    let rest = usize::from(extent.width).saturating_sub(3 + taken);
    rest.min(28)
}

/// The heads of its columns.
pub fn head(extent: Extent, screen: &Recipes) -> String {
    if screen.shows_deeds {
        let columns = deeds(extent).map(|(_, head, width)| (head.to_owned(), width));
        line_of(extent, "RECIPE", columns.collect())
    } else {
        let cells = ["THREAD", "STEPS", "PUBLISHED", "WHAT IT DOES"];
        line_of(extent, "RECIPE", facts(extent, cells.map(str::to_owned)))
    }
}

/// The cells of what a recipe is that there is room for.
fn facts(extent: Extent, cells: [String; 4]) -> Vec<(String, usize)> {
    let [thread, steps, published, title] = cells;
    let width = usize::from(extent.width);
    match extent.class() {
        Class::Mini | Class::TooSmall => vec![(published, 9)],
        Class::Compact => vec![(thread, 6), (steps, 5), (published, 9)],
        Class::Normal | Class::Wide => {
            let title_room = width.saturating_sub(3 + 28 + 7 + 6 + 10 + 1);
            vec![(thread, 6), (steps, 5), (published, 9), (title, title_room)]
        }
    }
}

fn line_of(extent: Extent, name: &str, cells: Vec<(String, usize)>) -> String {
    let taken: usize = cells.iter().map(|(_, width)| width + 1).sum();
    let mut line = format!("   {}", padded(name, name_room(extent, taken)));
    for (cell, width) in cells {
        line.push(' ');
        line.push_str(&padded(&cell, width));
    }
    line
}

/// Its lines.
pub fn lines(app: &App, screen: &Recipes) -> Vec<Words> {
    let known = app.recipes.known.iter().enumerate();
    known
        .map(|(at, recipe)| {
            let words = if screen.shows_deeds {
                deed_line(app, recipe)
            } else {
                let thread = recipe
                    .thread
                    .map_or_else(|| "-".to_owned(), |one| one.to_string());
                let cells = [
                    thread,
                    recipe.steps.len().to_string(),
                    recipe.published_words(),
                    recipe.title.clone(),
                ];
                let line = line_of(app.extent, &recipe.name, facts(app.extent, cells));
                Words::plain(line)
            };
            pointed(words.chosen(at == screen.at), 1)
        })
        .collect()
}

fn deed_line(app: &App, recipe: &Recipe) -> Words {
    let extent = app.extent;
    let taken: usize = deeds(extent).map(|(_, _, width)| width + 1).sum();
    let name = format!("   {}", padded(&recipe.name, name_room(extent, taken)));
    let row = match app.recipes.tried.get(&recipe.name) {
        Some(Ok(row)) => row,
        Some(Err(why)) => {
            return Words::plain(name)
                .and(Tone::Warn, padded(&format!(" not compared: {why}"), taken));
        }
        None if app.recipes.under_way.is_some() => {
            return Words::plain(name).and(Tone::Dim, " under way");
        }
        None => return Words::plain(name).and(Tone::Dim, " not compared yet"),
    };
    let cells = row.cells();
    deeds(extent).fold(Words::plain(name), |words, (place, head, width)| {
        let cell = cells.get(place).map_or("", String::as_str);
        let tone = match (head, cell) {
            (_, "FALSE") => Tone::Bad,
            ("ENDED" | "PROVED", "yes") => Tone::Good,
            ("WRAP", "owed") | ("FIRST REFUSAL", _) if cell != "-" => Tone::Warn,
            _ => Tone::Plain,
        };
        words.and(tone, format!(" {}", padded(cell, width)))
    })
}

/// What stands at the foot, below a rule.
pub fn foot_lines(app: &App, screen: &Recipes) -> Vec<Words> {
    let Some(recipe) = screen.chosen(app) else {
        return Vec::new();
    };
    let room = usize::from(app.extent.width);
    let tried = app.recipes.tried.get(&recipe.name);
    let (label, text, tone) = match tried.filter(|_| screen.shows_deeds) {
        Some(Ok(row)) if !row.differs.is_empty() => (" wrong  ", row.differs.join("; "), Tone::Bad),
        Some(Ok(row)) => {
            let words = format!("{}: {}", row.said.state.word(), row.said.reason);
            (" said   ", words, Tone::Plain)
        }
        Some(Err(why)) => (" why    ", why.clone(), Tone::Warn),
        None => (" worth  ", recipe.verdict.clone(), Tone::Plain),
    };
    let mut lines = folded(Words::new(Tone::Dim, label), &text, tone, room);
    let rows = foot(app.extent).saturating_sub(1);
    if lines.len() > rows {
        lines.truncate(rows);
        // The whole of it is in the recipe's own page.
        if let Some(last) = lines.last_mut() {
            *last = std::mem::take(last).and(Tone::Dim, " …");
        }
    }
    lines
}

/// Where it is done, whichever organisation is open.
pub fn place(app: &App) -> String {
    let here = match app.settings.scope.profile.as_str() {
        "sandbox" => "this one",
        profile => profile,
    };
    format!("runs on a sandbox of its own, not on {here}")
}

/// What the status row says.
pub fn said(app: &App) -> (Tone, String) {
    let book = &app.recipes;
    let rows = book.rows();
    let differing = rows.iter().any(|row| !row.differs.is_empty());
    let words = match book.under_way {
        Some(count) => format!("{} of {count} are there.", book.tried.len()),
        None if rows.is_empty() => {
            let key = app.key(Mode::Recipes, Action::Compare);
            format!("{key} compares them on a sandbox of its own: nothing here is asked or ended.")
        }
        None => lessons(&rows).swap_remove(0) + ".",
    };
    let tone = if differing { Tone::Bad } else { Tone::Dim };
    (tone, words)
}

/// The whole of one: its claim, its steps, the published way.
fn whole(recipe: &Recipe) -> Sheet {
    let paragraph = |(label, text): (&'static str, String)| Paragraph::of(label, text, Tone::Plain);
    let mut paragraphs = vec![Paragraph::of("Does", recipe.title.clone(), Tone::Strong)];
    paragraphs.extend(recipe.facts().into_iter().map(paragraph));
    for (place, step) in recipe.steps.iter().enumerate() {
        paragraphs.push(Paragraph::line(Words::blank()));
        let head = Words::new(Tone::Strong, format!(" {}. {}  ", place + 1, step.name));
        paragraphs.push(Paragraph::line(head.and(Tone::Plain, step.does.clone())));
        paragraphs.extend(step.facts().into_iter().map(paragraph));
    }
    Sheet::new(recipe.name.clone(), paragraphs)
}

/// The table as text, for a ticket.
fn as_text(book: &RecipeBook) -> String {
    let rows = book.rows();
    let mut lines = vec![
        std::iter::once("RECIPE")
            .chain(COLUMNS.map(|(head, _)| head))
            .collect::<Vec<_>>()
            .join("\t"),
    ];
    lines.extend(rows.iter().map(|row| {
        let mut cells = vec![row.recipe.clone()];
        cells.extend(row.cells());
        cells.join("\t")
    }));
    lines.push(format!("{}.", lessons(&rows).join("; ")));
    lines.join("\n")
}

/// Does an action of the screen.
pub(super) fn press(app: &mut App, action: Action) -> Vec<Effect> {
    let rows = rows(app.extent);
    let known = app.recipes.known.clone();
    let Some(Lookout::Recipes(screen)) = super::in_view(app) else {
        return Vec::new();
    };
    if let Some(step) = step_of(action) {
        screen.at = step.from(screen.at, rows, known.len());
        return Vec::new();
    }
    match action {
        Action::NextTab => screen.shows_deeds = !screen.shows_deeds,
        Action::Open => {
            if let Some(recipe) = known.get(screen.at) {
                app.overlay = Some(Overlay::Sheet(Box::new(whole(recipe))));
            }
        }
        Action::Copy => return vec![Effect::Copy("the comparison", as_text(&app.recipes))],
        Action::Compare => {
            screen.shows_deeds = true;
            app.recipes.tried.clear();
            app.recipes.under_way = Some(known.len());
            return vec![Effect::Recipes(RecipeWish::Compare(known))];
        }
        _ => {}
    }
    Vec::new()
}
