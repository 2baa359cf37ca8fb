//! The pages of one chat.

/// A page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tab {
    /// Who, why, when.
    #[default]
    Overview,
    /// What was said, fetched when it is opened.
    Transcript,
    /// What exactly the newest read was answered.
    Json,
    /// Every request about this chat.
    Requests,
    /// What flows and programs noted down about its parties.
    Attributes,
    /// Live against analytics, and the flow.
    Analytics,
}

impl Tab {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 6] = [
        Self::Overview,
        Self::Transcript,
        Self::Json,
        Self::Requests,
        Self::Attributes,
        Self::Analytics,
    ];

    /// Its place, from 0.
    pub fn index(self) -> usize {
        Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0)
    }

    /// Its name.
    pub fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Transcript => "Transcript",
            Self::Json => "JSON",
            Self::Requests => "Requests",
            Self::Attributes => "Attributes",
            Self::Analytics => "Analytics",
        }
    }

    /// The one beside it, around the ends.
    pub(crate) fn beside(self, forward: bool) -> Self {
        let count = Self::ALL.len();
        let step = if forward { 1 } else { count - 1 };
        let to = (self.index() + step) % count;
        Self::ALL.get(to).copied().unwrap_or_default()
    }
}
