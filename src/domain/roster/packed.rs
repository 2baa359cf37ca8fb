//! Rows as they are kept: some hundred bytes each, which say all that list, analytics and reads said, and nothing that other rows say
//! too. A row is made of them when somebody looks at it. What is written here is read back here alone, by the same program.

mod bytes;
mod leg;
mod moments;
mod read;
mod recorded_leg;
mod shapes;
mod spelled;
mod symbols;

use super::{Listed, Reading};
use crate::domain::ids::{ByConversation, ConversationId};
use bytes::{Reader, Writer};
use symbols::Symbols;

/// The rows, packed.
#[derive(Debug, Clone, Default)]
pub(super) struct Packed {
    rows: ByConversation<Box<[u8]>>,
    symbols: Symbols,
    /// Where rows are written: what is kept of one is cut to its length, so that none leaves a gap behind it.
    desk: Vec<u8>,
}

impl Packed {
    /// What is known of one.
    pub(super) fn get(&self, id: ConversationId) -> Option<(Listed, Option<Reading>)> {
        let bytes = self.rows.get(&id)?;
        row(&mut Reader::new(bytes, &self.symbols), id)
    }

    /// This is known of one now.
    pub(super) fn put(&mut self, listed: &Listed, reading: Option<&Reading>) {
        self.desk.clear();
        let mut writer = Writer::new(&mut self.desk, &mut self.symbols);
        read::put_listed(&mut writer, listed, reading.is_some());
        if let Some(reading) = reading {
            read::put_reading(&mut writer, reading, listed);
        }
        let bytes = self.desk.as_slice().into();
        let before = self.rows.insert(listed.id, bytes);
        self.release(listed.id, before.as_deref());
    }

    /// Forgets one.
    pub(super) fn remove(&mut self, id: ConversationId) {
        let before = self.rows.remove(&id);
        self.release(id, before.as_deref());
        // A wave that has gone leaves no room behind.
        if self.rows.capacity() > 4 * self.rows.len().max(1024) {
            self.rows.shrink_to(2 * self.rows.len());
        }
    }

    /// The texts that these bytes name are used once less.
    fn release(&mut self, id: ConversationId, bytes: Option<&[u8]>) {
        let Some(bytes) = bytes else { return };
        let mut reader = Reader::new(bytes, &self.symbols);
        reader.used = Some(Vec::new());
        row(&mut reader, id);
        for number in reader.used.unwrap_or_default() {
            self.symbols.release(number);
        }
    }

    /// It is known.
    pub(super) fn has(&self, id: ConversationId) -> bool {
        self.rows.contains_key(&id)
    }

    /// Of which something is known.
    pub(super) fn ids(&self) -> impl ExactSizeIterator<Item = ConversationId> + Clone {
        self.rows.keys().copied()
    }
}

/// Nothing where the bytes are damaged, which they never are.
fn row(reader: &mut Reader<'_>, id: ConversationId) -> Option<(Listed, Option<Reading>)> {
    let (listed, is_read) = read::listed(reader, id)?;
    let reading = if is_read {
        Some(read::reading(reader, &listed)?)
    } else {
        None
    };
    Some((listed, reading))
}

#[cfg(test)]
mod tests;
