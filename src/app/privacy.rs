//! The privacy mask (`z`): names to initials, texts to their length, on every screen and in every copy, for a screen that others see.

use crate::domain::masking::initials;

/// Whether names and texts are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Privacy {
    /// They are.
    pub is_on: bool,
}

impl Privacy {
    /// A person's name, or its initials.
    pub fn name(self, name: &str) -> String {
        if self.is_on {
            initials(name)
        } else {
            name.to_owned()
        }
    }

    /// Turns it around, and says what that means; the key is the one that does so.
    pub(crate) fn turn(&mut self, key: &str) -> String {
        self.is_on = !self.is_on;
        if self.is_on {
            format!("privacy on: names are initials, texts are lengths; {key} takes it away")
        } else {
            "privacy off: names are shown".to_owned()
        }
    }
}
