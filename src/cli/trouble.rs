//! Why a command ends without having done its work: the words for a person, what to do next, and the exit code for a script.

use std::fmt::Write as _;
use std::io;

use super::exit::Exit;
use crate::domain::failure::Failure;

/// Why a command ends early.
#[derive(Debug)]
pub(super) struct Trouble {
    /// The exit code.
    pub(super) exit: Exit,
    /// What happened, with its causes; nothing where all was said or nobody listens any more.
    pub(super) error: Option<anyhow::Error>,
    /// What to do next.
    pub(super) hint: Option<String>,
}

impl Trouble {
    /// Something went wrong.
    pub(super) fn new(exit: Exit, error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit,
            error: Some(error.into()),
            hint: None,
        }
    }

    /// Something went wrong, in words.
    pub(super) fn said(exit: Exit, words: impl Into<String>) -> Self {
        Self::new(exit, anyhow::Error::msg(words.into()))
    }

    /// Bad usage or settings.
    pub(super) fn usage(words: impl Into<String>) -> Self {
        Self::said(Exit::Usage, words)
    }

    /// A request failed without which nothing can be done.
    pub(super) fn of_failure(what: &str, failure: &Failure) -> Self {
        let said = if failure.said.as_str().is_empty() {
            failure.short()
        } else {
            format!("{}: {}", failure.short(), failure.said)
        };
        let correlation = failure
            .receipt
            .correlation
            .as_ref()
            .map(|id| format!(" (correlation {id})"))
            .unwrap_or_default();
        Self::new(
            Exit::of_failure(failure),
            anyhow::Error::msg(format!("{said}{correlation}")).context(what.to_owned()),
        )
        .hint(failure.remedy())
    }

    /// Ends with a code and without a word: all was said already, or the reader of our output has gone.
    pub(super) fn silent(exit: Exit) -> Self {
        Self {
            exit,
            error: None,
            hint: None,
        }
    }

    /// Says what to do next.
    pub(super) fn hint(mut self, words: impl Into<String>) -> Self {
        self.hint = Some(words.into());
        self
    }

    /// What happened, why, and what to do, on one line for a screen.
    pub(super) fn on_a_line(&self) -> String {
        let causes = self.error.iter().flat_map(anyhow::Error::chain);
        let causes: Vec<String> = causes.map(ToString::to_string).collect();
        let hint = self.hint.as_ref().map(|hint| format!(". Next: {hint}"));
        let words = format!("{}{}", causes.join(": "), hint.unwrap_or_default());
        words.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// `error: …`, causes indented, a blank line, `hint: …`.
    pub(super) fn words(&self) -> Option<String> {
        let error = self.error.as_ref()?;
        let mut words = format!("error: {error}");
        for cause in error.chain().skip(1) {
            // Writing to a string cannot fail.
            let _ = write!(words, "\n  {cause}");
        }
        if let Some(hint) = &self.hint {
            let _ = write!(words, "\n\nhint: {hint}");
        }
        Some(words)
    }
}

/// Output that cannot be written: a reader that has gone ends the program quietly.
impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::silent(Exit::Done)
        } else {
            Self::new(
                Exit::Internal,
                anyhow::Error::new(error).context("the output cannot be written"),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_has_its_causes_indented_and_a_hint_below() {
        let cause = anyhow::Error::msg("refused").context("cannot list");
        let trouble = Trouble::new(Exit::Unreachable, cause).hint("check the network");
        assert_eq!(
            trouble.words().unwrap(),
            "error: cannot list\n  refused\n\nhint: check the network"
        );
    }

    #[test]
    fn a_reader_that_has_gone_is_no_error() {
        let trouble = Trouble::from(io::Error::from(io::ErrorKind::BrokenPipe));
        assert_eq!(trouble.exit, Exit::Done);
        assert_eq!(trouble.words(), None);
    }
}
