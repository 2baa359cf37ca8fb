//! How analytics' index gets a conversation wrong, and how it is brought back in line.

use super::World;
use super::conversation::{Stray, Straying};
use jiff::Timestamp;

impl World {
    /// From a time on nothing about a conversation reaches the index, which shows it as it was, or as over.
    /// It goes astray once.
    pub(super) fn lead_astray(&mut self, index: usize, how: Straying, since: Timestamp) {
        if let Some(conversation) = self.conversations.get_mut(index)
            && conversation.stray.is_none()
        {
            conversation.stray = Some(Stray {
                how,
                since,
                mended: None,
            });
            self.touched.push((since, index));
        }
    }

    /// A teardown makes every part of the platform agree again; the index learns of it as late as of anything.
    pub(super) fn mend(&mut self, index: usize, at: Timestamp) {
        let conversation = self.conversations.get_mut(index);
        if let Some(stray) = conversation.and_then(|one| one.stray.as_mut())
            && stray.mended.is_none()
        {
            stray.mended = Some(at);
            self.touched.push((at, index));
        }
    }
}
