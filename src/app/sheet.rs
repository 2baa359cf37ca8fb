//! A page in a box, read and closed again: one request, what a run would hold. What it says is settled when it opens.

use super::action::Action;
use super::extent::{Class, Extent};
use super::page::scroll;
use super::tone::{Tone, Words, folded};
use super::{App, Effect, Overlay};

/// A paragraph: a label, and what stands beside it in as many lines as it takes.
#[derive(Debug, Clone)]
pub struct Paragraph {
    /// The label.
    pub label: Words,
    /// What it says; without words the label stands alone.
    pub text: String,
    /// In which role.
    pub tone: Tone,
}

/// The page.
#[derive(Debug)]
pub struct Sheet {
    /// What it is about.
    pub title: String,
    /// The first line on screen.
    pub top: usize,
    paragraphs: Vec<Paragraph>,
}

impl Paragraph {
    /// A label of this width in dim letters, and its text.
    pub(crate) fn of(label: &str, text: impl Into<String>, tone: Tone) -> Self {
        Self {
            label: Words::new(Tone::Dim, format!(" {label:<12}")),
            text: text.into(),
            tone,
        }
    }

    /// A line alone.
    pub(crate) fn line(words: Words) -> Self {
        Self {
            label: words,
            text: String::new(),
            tone: Tone::Plain,
        }
    }
}

impl Sheet {
    /// A page, at its beginning.
    pub(crate) fn new(title: impl Into<String>, paragraphs: Vec<Paragraph>) -> Self {
        Self {
            title: title.into(),
            top: 0,
            paragraphs,
        }
    }

    /// Its lines, for a box of so many cells.
    pub fn lines(&self, width: usize) -> Vec<Words> {
        let lines = self.paragraphs.iter().flat_map(|one| {
            if one.text.is_empty() {
                return vec![one.label.clone()];
            }
            folded(one.label.clone(), &one.text, one.tone, width)
        });
        lines.collect()
    }

    /// All of it as text, for a ticket.
    fn text(&self) -> String {
        let lines = self.paragraphs.iter().map(|one| {
            let line = format!("{}{}", one.label.text(), one.text);
            line.trim().to_owned()
        });
        let mut text = self.title.clone();
        for line in lines {
            text.push('\n');
            text.push_str(&line);
        }
        text
    }
}

/// How wide and high the box is, with its border.
pub fn size(extent: Extent) -> (u16, u16) {
    match extent.class() {
        Class::Wide => (100, extent.height.saturating_sub(12).min(26)),
        Class::Normal => (76, extent.height.saturating_sub(4)),
        _ => (extent.width, extent.height.saturating_sub(2)),
    }
}

/// How many lines there is room for, and how many cells each has.
pub fn room(extent: Extent) -> (usize, usize) {
    let (width, height) = size(extent);
    (
        usize::from(height).saturating_sub(2).max(1),
        usize::from(width).saturating_sub(3),
    )
}

/// Does an action of the page.
pub(crate) fn press(app: &mut App, action: Action) -> Vec<Effect> {
    let (rows, width) = room(app.extent);
    let Some(Overlay::Sheet(sheet)) = &mut app.overlay else {
        return Vec::new();
    };
    match action {
        Action::Copy => return vec![Effect::Copy("the page", sheet.text())],
        Action::Back => app.overlay = None,
        action => sheet.top = scroll(sheet.top, action, rows, sheet.lines(width).len()),
    }
    Vec::new()
}

/// Keeps it scrolled to what there is.
pub(crate) fn fit(app: &mut App) {
    let (rows, width) = room(app.extent);
    if let Some(Overlay::Sheet(sheet)) = &mut app.overlay {
        let lowest = sheet.lines(width).len().saturating_sub(rows);
        sheet.top = sheet.top.min(lowest);
    }
}
