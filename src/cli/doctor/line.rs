//! One check's outcome, and how all of them are printed.

use serde::Serialize;
use serde_json::Value;

use crate::cli::exit::Exit;
use crate::domain::text::fit;
use crate::ui::Glyphs;

/// How a check came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Word {
    /// As it should be.
    Ok,
    /// Worth knowing; everything works.
    Warn,
    /// Something does not work.
    Bad,
    /// Not found out.
    Unknown,
}

impl Word {
    /// Every word, in the order in which they are counted.
    pub(super) const ALL: [Self; 4] = [Self::Ok, Self::Warn, Self::Bad, Self::Unknown];

    /// As it is printed.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Bad => "bad",
            Self::Unknown => "unknown",
        }
    }

    fn glyph(self, glyphs: Glyphs) -> &'static str {
        match (self, glyphs) {
            (Self::Ok, Glyphs::Unicode) => "✓",
            (Self::Ok, Glyphs::Ascii) => "+",
            (Self::Warn, Glyphs::Unicode) => "▴",
            (Self::Warn, Glyphs::Ascii) => "!",
            (Self::Bad, Glyphs::Unicode) => "✗",
            (Self::Bad, Glyphs::Ascii) => "X",
            (Self::Unknown, _) => "?",
        }
    }
}

/// What checks belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Group {
    /// Files that people write, and what they choose.
    Settings,
    /// The token, and whose it is.
    SignIn,
    /// What the roles allow.
    Permissions,
    /// How the platform answers.
    Platform,
    /// The record of runs.
    Journal,
    /// This machine.
    Machine,
    /// The terminal.
    Terminal,
}

/// One check's outcome.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Line {
    pub(super) group: Group,
    /// What was looked at.
    pub(super) check: String,
    pub(super) word: Word,
    /// What was found.
    pub(super) what: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) mend: Option<String>,
    /// Values for support: ids whole, never a secret.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) detail: Option<Value>,
    /// With which code the command leaves because of it.
    #[serde(skip)]
    pub(super) exit: Option<Exit>,
}

impl Line {
    fn new(group: Group, check: impl Into<String>, word: Word, what: impl Into<String>) -> Self {
        Self {
            group,
            check: check.into(),
            word,
            what: what.into(),
            mend: None,
            detail: None,
            exit: None,
        }
    }

    pub(super) fn ok(group: Group, check: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(group, check, Word::Ok, what)
    }

    pub(super) fn warn(group: Group, check: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(group, check, Word::Warn, what)
    }

    pub(super) fn unknown(group: Group, check: impl Into<String>, what: impl Into<String>) -> Self {
        Self::new(group, check, Word::Unknown, what)
    }

    /// Something does not work, and the command says so with this code.
    pub(super) fn bad(
        group: Group,
        check: impl Into<String>,
        what: impl Into<String>,
        exit: Exit,
    ) -> Self {
        Self {
            exit: Some(exit),
            ..Self::new(group, check, Word::Bad, what)
        }
    }

    pub(super) fn mend(mut self, words: impl Into<String>) -> Self {
        self.mend = Some(words.into());
        self
    }

    pub(super) fn detail(mut self, detail: Value) -> Self {
        self.detail = Some(detail);
        self
    }

    fn text(&self, glyphs: Glyphs) -> String {
        let glyph = self.word.glyph(glyphs);
        let word = fit(self.word.as_str(), 7);
        let check = fit(&self.check, CHECK.max(self.check.chars().count()));
        let mend = self.mend.as_ref().map_or_else(String::new, |mend| {
            let arrow = match glyphs {
                Glyphs::Unicode => "→",
                Glyphs::Ascii => "->",
            };
            format!(" {arrow} {mend}")
        });
        format!("{glyph} {word}  {check}  {}{mend}", self.what)
    }
}

/// How wide the names of checks are.
const CHECK: usize = 18;

/// Every line, groups apart, and how many came out how.
pub(super) fn page(lines: &[Line], glyphs: Glyphs) -> String {
    let mut page = String::new();
    let mut last = None;
    for line in lines {
        if last.is_some_and(|group| group != line.group) {
            page.push('\n');
        }
        last = Some(line.group);
        page.push_str(&line.text(glyphs));
        page.push('\n');
    }
    let counts = Word::ALL.map(|word| {
        let count = lines.iter().filter(|line| line.word == word).count();
        format!("{count} {}", word.as_str())
    });
    format!("{page}\n{}\n", counts.join(", "))
}

/// An id in text: its beginning is enough to tell it from others.
pub(super) fn shortened(id: &str) -> String {
    id.chars().take(8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_glyph_word_check_finding_and_mend_in_either_set_of_characters() {
        let line = Line::bad(Group::SignIn, "token", "refused", Exit::SignIn).mend("sign in");
        assert_eq!(
            line.text(Glyphs::Unicode),
            "✗ bad      token               refused → sign in"
        );
        let plain = line.text(Glyphs::Ascii);
        assert!(plain.is_ascii(), "{plain}");
        let known = Line::ok(Group::Terminal, "size", "80x24");
        let page = page(&[line, known], Glyphs::Ascii);
        assert!(
            page.ends_with("\n\n1 ok, 0 warn, 1 bad, 0 unknown\n"),
            "{page}"
        );
        assert_eq!(page.lines().count(), 5, "groups apart: {page}");
    }
}
