//! What narrows the request log and past runs down (`/`): words that a line must have, `-word` for one that it must not. It applies while
//! it is typed. Chats have a filter language of their own.

use tui_input::Input;

use super::action::Action;
use super::lookout::Lookout;
use super::{App, Screen};

/// The most characters of it.
pub(crate) const LONGEST: usize = 120;

/// The words.
#[derive(Debug, Default)]
pub struct Narrowing {
    kept: String,
    typing: Option<Input>,
}

impl Narrowing {
    /// What is typed, while it is.
    pub fn typing(&self) -> Option<&Input> {
        self.typing.as_ref()
    }

    /// What is typed, as words: where there is no row for it on the screen.
    pub fn typed_words(&self) -> Option<String> {
        let typed = self.typing.as_ref()?;
        Some(format!("/ {}", typed.value()))
    }

    /// What applies.
    pub fn text(&self) -> &str {
        let typed = self.typing.as_ref().map(Input::value);
        typed.unwrap_or(&self.kept).trim()
    }

    /// Something may be left out.
    pub fn is_on(&self) -> bool {
        !self.text().is_empty()
    }

    /// A line of these words is shown, whatever the case.
    pub fn fits(&self, line: &str) -> bool {
        let line = line.to_lowercase();
        self.text()
            .to_lowercase()
            .split_whitespace()
            .all(|word| match word.strip_prefix('-') {
                Some(unwanted) if !unwanted.is_empty() => !line.contains(unwanted),
                _ => line.contains(word),
            })
    }

    /// Begins to be typed, with what there is.
    pub(crate) fn begin(&mut self) {
        self.typing = Some(Input::new(self.kept.clone()));
    }

    /// Shows everything again; says whether anything was left out.
    pub(crate) fn clear(&mut self) -> bool {
        let was_on = self.is_on();
        *self = Self::default();
        was_on
    }
}

/// That of the screen in view, where it has one.
pub(crate) fn in_view(app: &mut App) -> Option<&mut Narrowing> {
    match app.screens.last_mut()? {
        Screen::Runs(screen) => Some(&mut screen.narrowing),
        Screen::Lookout(Lookout::Requests(screen)) => Some(&mut screen.narrowing),
        _ => None,
    }
}

/// Keeps what is typed, or gives it up.
pub(crate) fn press(app: &mut App, action: Action) {
    if let Some(narrowing) = in_view(app)
        && let Some(typed) = narrowing.typing.take()
        && action == Action::Accept
    {
        typed.value().trim().clone_into(&mut narrowing.kept);
    }
    fit(app);
}

/// What is typed changes.
pub(crate) fn typed(app: &mut App, edit: impl FnOnce(&mut Input) -> bool) {
    if let Some(input) = in_view(app).and_then(|narrowing| narrowing.typing.as_mut()) {
        edit(input);
    }
    fit(app);
}

fn fit(app: &mut App) {
    super::lookout::fit(app);
    super::history::fit(app);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_must_be_there_and_none_that_is_unwanted() {
        let narrowing = |text: &str| Narrowing {
            kept: text.to_owned(),
            typing: None,
        };
        let line = "GET /conversations/3f2a 429 poll";
        for (text, fits) in [
            ("", true),
            ("get 429", true),
            ("3F2A", true),
            ("get 200", false),
            ("429 -poll", false),
            ("429 -run", true),
            // A lone dash is looked for as it stands.
            ("-", false),
        ] {
            assert_eq!(narrowing(text).fits(line), fits, "{text}");
        }
    }
}
