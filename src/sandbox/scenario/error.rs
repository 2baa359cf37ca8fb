//! What is wrong with a scenario or fault file: which file, which line, which field, and the mend.

use std::path::Path;
use thiserror::Error;

/// Why a scenario cannot be used. Nothing of it was applied.
#[derive(Debug, Error)]
pub enum ScenarioError {
    /// No built-in scenario has this name.
    #[error("there is no scenario `{name}`{}; there are: {known}", suggestion(nearest.as_deref()))]
    UnknownName {
        /// The name that was asked for.
        name: String,
        /// The known name that looks most like it.
        nearest: Option<String>,
        /// All known names.
        known: String,
    },
    /// The file cannot be read.
    #[error("{file}: cannot be read: {cause}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The text is not what a scenario may hold.
    #[error("{file}:{line}: {field}: {problem}")]
    Invalid {
        /// The file.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// The field, or the text that stands there.
        field: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!(", did you mean `{name}`?"))
}

/// The text of a file, and its name for the words of errors.
pub(in crate::sandbox) fn read(path: &Path) -> Result<(String, String), ScenarioError> {
    let file = path.display().to_string();
    match std::fs::read_to_string(path) {
        Ok(text) => Ok((text, file)),
        Err(cause) => Err(ScenarioError::Unreadable { file, cause }),
    }
}

/// The line of a byte offset, counted from 1.
pub(in crate::sandbox) fn line_of(text: &str, offset: usize) -> usize {
    let before = text.get(..offset).unwrap_or(text);
    before.matches('\n').count() + 1
}

/// The parser's complaint with file, line, field and the nearest word that would have been right.
pub(in crate::sandbox) fn located(
    cause: &toml::de::Error,
    text: &str,
    file: &str,
) -> ScenarioError {
    let line = cause.span().map_or(1, |span| line_of(text, span.start));
    let written = text.lines().nth(line - 1).unwrap_or("").trim();
    let message = cause.message().trim();
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let expects = message.contains("expected");
    let nearest = match quoted.split_first() {
        Some((wrong, right)) if expects => nearest(wrong, right),
        _ => None,
    };
    let field = match quoted.first() {
        Some(name) if message.starts_with("unknown field") || message.starts_with("missing") => {
            name
        }
        _ => written.split('=').next().unwrap_or(written).trim(),
    };
    ScenarioError::Invalid {
        file: file.to_owned(),
        line,
        field: field.to_owned(),
        problem: format!("{message}{}", suggestion(nearest)),
    }
}

/// The word that takes the fewest changes to reach, where any is near enough to be meant.
pub(in crate::sandbox) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (distance(word, candidate), *candidate))
        .min()
        .filter(|(changes, candidate)| *changes <= candidate.len().max(word.len()) / 2)
        .map(|(_, candidate)| candidate)
}

/// How many letters must be changed, added or taken away.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.chars().enumerate() {
        let mut next = vec![index + 1];
        for (column, (other, pair)) in right.iter().zip(row.windows(2)).enumerate() {
            let &[diagonal, above] = pair else { continue };
            let left_cell = next.get(column).copied().unwrap_or(usize::MAX - 1);
            let replaced = diagonal + usize::from(letter != *other);
            next.push(replaced.min(above + 1).min(left_cell + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}
