//! What becomes of each character of a text from outside: kept, a blank, gone without a trace, or shown as a `�`. By the general
//! categories of Unicode, so that what Unicode adds later is not let through before somebody has looked at it.

use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_width::UnicodeWidthChar;

/// Combining marks that are kept on one letter. No name in use today needs more; thirty of them overdraw the lines above.
const MARKS: u8 = 2;

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It stays.
    Kept,
    /// A line end or a tab: a blank.
    Blank,
    /// Writing needs it and nobody sees it: it goes.
    Gone,
    /// It moves cursors, reorders, hides or stands for nothing: it is shown as a `�`.
    Shown,
}

/// Walks through a text, and remembers how many marks the last letter has.
#[derive(Debug, Default)]
pub(super) struct Letters {
    has_letter: bool,
    marks: u8,
}

impl Letters {
    /// What becomes of the next character.
    pub(super) fn fate(&mut self, character: char) -> Fate {
        match sort(character) {
            Sort::Plain => self.letter(!character.is_whitespace(), Fate::Kept),
            Sort::LineEnd => self.letter(false, Fate::Blank),
            Sort::Hostile => self.letter(true, Fate::Shown),
            Sort::Joiner => Fate::Gone,
            Sort::Mark => self.mark(),
        }
    }

    fn letter(&mut self, can_have_marks: bool, fate: Fate) -> Fate {
        self.has_letter = can_have_marks;
        self.marks = 0;
        fate
    }

    /// Too many marks are shown as one `�`, and so are marks on nothing, which would fall on whatever stands before the text.
    fn mark(&mut self) -> Fate {
        if !std::mem::replace(&mut self.has_letter, true) {
            self.marks = MARKS + 1;
            return Fate::Shown;
        }
        self.marks = self.marks.saturating_add(1);
        match self.marks {
            0..=MARKS => Fate::Kept,
            _ if self.marks == MARKS + 1 => Fate::Shown,
            _ => Fate::Gone,
        }
    }
}

/// How a character that stays is written. Two marks of halfwidth Japanese are put on their letters: the tables of the screen and those of
/// terminals disagree about the cells that they take beside them.
pub(super) fn written(character: char) -> char {
    match character {
        '\u{ff9e}' => '\u{3099}',
        '\u{ff9f}' => '\u{309a}',
        other => other,
    }
}

/// What a character is.
enum Sort {
    Plain,
    LineEnd,
    Joiner,
    Mark,
    Hostile,
}

fn sort(character: char) -> Sort {
    use GeneralCategory as Is;
    match character {
        ' '..='~' => return Sort::Plain,
        '\t' | '\n' | '\r' => return Sort::LineEnd,
        '\u{ff9e}' | '\u{ff9f}' => return Sort::Mark,
        _ if is_joiner(character) => return Sort::Joiner,
        _ if is_unfit(character) => return Sort::Hostile,
        _ => {}
    }
    match get_general_category(character) {
        Is::LineSeparator | Is::ParagraphSeparator => Sort::LineEnd,
        Is::NonspacingMark | Is::SpacingMark | Is::EnclosingMark => Sort::Mark,
        Is::Control | Is::Format | Is::PrivateUse | Is::Surrogate | Is::Unassigned => Sort::Hostile,
        // Vowels and ends of Korean syllables: letters without room of their own.
        _ if character.width() == Some(0) => Sort::Mark,
        _ => Sort::Plain,
    }
}

/// Joiners, marks of direction (which reorder nothing by themselves), variation selectors and skin tones: names are written with them
/// every day, terminals disagree about how wide they make what stands beside them, and without them everything can still be read.
fn is_joiner(character: char) -> bool {
    matches!(character, '\u{34f}' | '\u{61c}' | '\u{17d2}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{200c}'..='\u{200f}' | '\u{2d7f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0100}'..='\u{e01ef}')
}

/// Letters, marks and symbols of which nothing is to be seen (fillers, inherent vowels, an empty pattern of Braille, an empty note), and a
/// few of which nobody can say how wide a terminal draws them.
fn is_unfit(character: char) -> bool {
    matches!(
        character,
        '\u{d4e}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17a4}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{16d63}'
            | '\u{16d67}'..='\u{16d6a}' | '\u{1d159}'
    ) || character.width() > Some(2)
}
