//! One line of text that is typed: the filter, the note, the phrase. The editing is `tui-input`'s; here keys become its requests.

use tui_input::{Input, InputRequest};

use super::msg::{Key, KeyCode};
use crate::domain::text::{Text, may_be_typed};

/// Does what a key does to a line of text; says whether the text changed. Never more than `limit` characters.
pub(crate) fn edit(input: &mut Input, key: Key, limit: usize) -> bool {
    use InputRequest as Ask;
    if key.alt {
        return false;
    }
    let ask = match (key.code, key.ctrl) {
        (KeyCode::Char(character), false) if may_be_typed(character) => {
            if input.value().chars().count() >= limit {
                return false;
            }
            Ask::InsertChar(character)
        }
        (KeyCode::Backspace, _) | (KeyCode::Char('h'), true) => Ask::DeletePrevChar,
        (KeyCode::Delete, _) => Ask::DeleteNextChar,
        (KeyCode::Left, false) => Ask::GoToPrevChar,
        (KeyCode::Right, false) => Ask::GoToNextChar,
        (KeyCode::Left, true) => Ask::GoToPrevWord,
        (KeyCode::Right, true) => Ask::GoToNextWord,
        (KeyCode::Home, _) | (KeyCode::Char('a'), true) => Ask::GoToStart,
        (KeyCode::End, _) | (KeyCode::Char('e'), true) => Ask::GoToEnd,
        (KeyCode::Char('w'), true) => Ask::DeletePrevWord,
        (KeyCode::Char('u'), true) => Ask::DeleteFromStart,
        (KeyCode::Char('k'), true) => Ask::DeleteTillEnd,
        _ => return false,
    };
    input.handle(ask).is_some_and(|changed| changed.value)
}

/// Puts pasted text in at the cursor: one line, no control characters.
pub(crate) fn insert(input: &mut Input, text: &str, limit: usize) {
    for character in Text::clean(text).as_str().chars() {
        edit(input, Key::char(character), limit);
    }
}
