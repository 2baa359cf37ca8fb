//! The columns of the list: their names, their heads, what each means, and by what it sorts.

use crate::domain::sorting::SortKey;
use crate::domain::text::Text;

/// What the name of a column begins with that shows an attribute.
const ATTRIBUTE: &str = "attr.";

/// A column of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// One that the list can be sorted by.
    Key(SortKey),
    /// Who is there and who has left.
    Parties,
    /// Who wrote last. Texts are not kept for a list.
    Last,
    /// When it started, by the clock.
    Started,
    /// What flows and programs noted down under this key.
    Attribute(Text),
}

impl Column {
    /// Those that stand where nothing says otherwise, in that order.
    pub const USUAL: [Self; 9] = [
        Self::Key(SortKey::Severity),
        Self::Key(SortKey::Age),
        Self::Key(SortKey::Idle),
        Self::Parties,
        Self::Key(SortKey::Queue),
        Self::Key(SortKey::Agent),
        Self::Key(SortKey::Customer),
        Self::Key(SortKey::Kind),
        Self::Key(SortKey::Id),
    ];

    /// Those that can be chosen beside them; attributes are named one by one.
    pub const OTHERS: [Self; 3] = [Self::Key(SortKey::Wait), Self::Last, Self::Started];

    /// Its name in files.
    pub fn word(&self) -> String {
        match self {
            Self::Key(key) => key.word().to_owned(),
            Self::Parties => "parties".to_owned(),
            Self::Last => "last".to_owned(),
            Self::Started => "started".to_owned(),
            Self::Attribute(key) => format!("{ATTRIBUTE}{key}"),
        }
    }

    /// The columns of these names, each once; what is none is left out.
    pub fn named<'w>(words: impl Iterator<Item = &'w str>) -> Vec<Self> {
        let mut columns: Vec<Self> = Vec::new();
        for column in words.filter_map(Self::of_word) {
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns
    }

    fn of_word(word: &str) -> Option<Self> {
        if let Some(key) = word.strip_prefix(ATTRIBUTE) {
            return Self::attribute(key);
        }
        let known = Self::USUAL.into_iter().chain(Self::OTHERS);
        known.into_iter().find(|column| column.word() == word)
    }

    /// The column of an attribute; none without a key.
    pub fn attribute(key: &str) -> Option<Self> {
        let key = Text::clean(key);
        (!key.as_str().is_empty()).then_some(Self::Attribute(key))
    }

    /// What stands above it.
    pub fn head(&self) -> &str {
        match self {
            Self::Key(key) => head(*key),
            Self::Parties => "PARTIES",
            Self::Last => "LAST",
            Self::Started => "STARTED",
            Self::Attribute(key) => key.as_str(),
        }
    }

    /// What it shows, in words.
    pub fn means(&self) -> &'static str {
        match self {
            Self::Key(SortKey::Severity) => "severity, always first",
            Self::Key(SortKey::Age) => "time since the chat started",
            Self::Key(SortKey::Idle) => "time since the last message",
            Self::Key(SortKey::Kind) => "why it is still open",
            Self::Key(SortKey::Queue) => "its queue, else its bot",
            Self::Key(SortKey::Agent) => "the agent, or the last one",
            Self::Key(SortKey::Customer) => "initials in privacy mode",
            Self::Key(SortKey::Id) => "first 8 characters",
            Self::Key(SortKey::Wait) => "time in queue",
            Self::Parties => "who is connected",
            Self::Last => "who wrote last",
            Self::Started => "clock time of the start",
            Self::Attribute(_) => "its length in privacy mode",
        }
    }

    /// By what the list is sorted when it is sorted by this column; nothing where it has no order.
    pub fn key(&self) -> Option<SortKey> {
        match self {
            Self::Key(key) => Some(*key),
            Self::Started => Some(SortKey::Age),
            Self::Parties | Self::Last | Self::Attribute(_) => None,
        }
    }
}

/// The head of the column that a key sorts by.
pub fn head(key: SortKey) -> &'static str {
    match key {
        SortKey::Severity => "SEV",
        SortKey::Age => "AGE",
        SortKey::Idle => "IDLE",
        SortKey::Kind => "WHY",
        SortKey::Queue => "QUEUE",
        SortKey::Agent => "AGENT",
        SortKey::Customer => "CUSTOMER",
        SortKey::Id => "ID",
        SortKey::Wait => "WAIT",
    }
}
