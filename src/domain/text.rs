//! Text that came from outside, made safe once. Customers choose their names and words, and a terminal obeys what it is sent;
//! so everything the service says passes through [`Text::clean`] before any other layer sees it.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A short text without control characters, direction overrides or invisible characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Text(Arc<str>);

impl Text {
    /// The longest text that is kept, in characters.
    pub const MAX: usize = 400;

    /// Makes a text safe: whatever could move a cursor, reorder or hide text becomes `\u{fffd}` or goes; the rest stays.
    pub fn clean(raw: &str) -> Self {
        Self(cleaned(raw, Self::MAX).trim().into())
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The same for a text of any length, where it is shown whole.
pub fn whole(raw: &str) -> String {
    cleaned(raw, usize::MAX)
}

fn cleaned(raw: &str, longest: usize) -> String {
    let mut out = String::with_capacity(raw.len().min(longest));
    let mut marks = 0;
    for (taken, character) in raw.chars().enumerate() {
        if taken >= longest {
            out.push('…');
            break;
        }
        if is_mark(character) {
            marks += 1;
            if marks > 2 {
                continue;
            }
        } else {
            marks = 0;
        }
        match character {
            '\t' | '\n' | '\r' => out.push(' '),
            _ if is_invisible(character) => {}
            _ if character.is_control() => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

/// Combining marks beyond two on one letter only serve to overdraw the lines above.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}'
        | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Direction overrides, zero-width characters, fillers, variation selectors and tags.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

impl From<String> for Text {
    fn from(raw: String) -> Self {
        Self::clean(&raw)
    }
}

impl From<&str> for Text {
    fn from(raw: &str) -> Self {
        Self::clean(raw)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0.as_ref().to_owned()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Text;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_and_overrides_lose_their_power() {
        assert_eq!(Text::clean("a\u{1b}[2Jb").as_str(), "a\u{fffd}[2Jb");
        assert_eq!(Text::clean("x\u{202e}txt\u{200b}").as_str(), "xtxt");
        assert_eq!(Text::clean("two\nlines\r\n").as_str(), "two lines");
        assert_eq!(
            Text::clean(&"é\u{301}".repeat(3)).as_str(),
            "é\u{301}é\u{301}é\u{301}"
        );
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let text = Text::clean(&"a".repeat(5000));
        assert_eq!(text.as_str().chars().count(), Text::MAX + 1);
        assert!(text.as_str().ends_with('…'));
    }

    proptest! {
        #[test]
        fn nothing_that_controls_a_terminal_survives(raw in any::<String>()) {
            let text = Text::clean(&raw);
            prop_assert!(!text.as_str().chars().any(|c| c.is_control() || super::is_invisible(c)));
            prop_assert!(!super::whole(&raw).chars().any(|c| c.is_control() || super::is_invisible(c)));
            prop_assert_eq!(Text::clean(text.as_str()).as_str().chars().count().min(Text::MAX), text.as_str().chars().count().min(Text::MAX));
        }
    }
}
