//! Texts of a limited set (queues, users, flows, words of the service), each kept once and named by a number. Every number counts its
//! uses, so that the table holds no text that no row has.

use std::collections::HashMap;

use super::shapes::Shapes;
use crate::domain::text::Text;

/// The texts in use.
#[derive(Debug, Clone, Default)]
pub(super) struct Symbols {
    known: Vec<(Text, u32)>,
    numbers: HashMap<Text, u32>,
    free: Vec<u32>,
    pub(super) shapes: Shapes,
}

impl Symbols {
    /// The text's number, used once more; absent where there are too many.
    pub(super) fn take(&mut self, text: &Text) -> Option<u32> {
        if let Some(number) = self.numbers.get(text) {
            let (_, uses) = self.known.get_mut(*number as usize)?;
            *uses = uses.checked_add(1)?;
            return Some(*number);
        }
        let entry = (text.clone(), 1);
        let number = if let Some(number) = self.free.pop() {
            *self.known.get_mut(number as usize)? = entry;
            number
        } else {
            let number = u32::try_from(self.known.len()).ok()?;
            self.known.push(entry);
            number
        };
        self.numbers.insert(text.clone(), number);
        Some(number)
    }

    /// The text of a number.
    pub(super) fn text(&self, number: u32) -> Option<&Text> {
        self.known.get(number as usize).map(|(text, _)| text)
    }

    /// A use of this number is over.
    pub(super) fn release(&mut self, number: u32) {
        let Some((text, uses)) = self.known.get_mut(number as usize) else {
            return;
        };
        *uses = uses.saturating_sub(1);
        if *uses == 0 {
            self.numbers.remove(text);
            *text = Text::again("");
            self.free.push(number);
        }
    }

    /// How many texts there are.
    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.numbers.len()
    }

    /// How many numbers were ever given at once.
    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.known.len()
    }
}
