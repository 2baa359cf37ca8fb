//! Chats by their queue or by their agent: each group with its chats, its stuck ones, and the filter that shows the same chats.

use std::collections::BTreeMap;

use super::Bar;
use crate::app::privacy::Privacy;
use crate::domain::names::NameKind;
use crate::domain::roster::Row;
use crate::domain::shown::{agent, agent_of, queue, queue_id, queue_words};
use crate::domain::text::Text;

/// What the groups beside the kinds are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum GroupBy {
    /// Queues.
    #[default]
    Queue,
    /// Agents.
    Agent,
}

impl GroupBy {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Queue => Self::Agent,
            Self::Agent => Self::Queue,
        }
    }

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Agent => "agent",
        }
    }

    /// Its name for a row, else the beginning of its id.
    fn words(self, row: &Row) -> Option<String> {
        match self {
            Self::Queue => queue_words(row),
            Self::Agent => {
                let name = agent(row).map(ToString::to_string);
                name.or_else(|| Some(row.names.words(NameKind::User, self.id(row)?)))
            }
        }
    }

    fn id(self, row: &Row) -> Option<&Text> {
        match self {
            Self::Queue => queue_id(row),
            Self::Agent => agent_of(row)?.0,
        }
    }

    fn is_named(self, row: &Row) -> bool {
        match self {
            Self::Queue => queue(row).is_some(),
            Self::Agent => agent(row).is_some(),
        }
    }
}

/// The chats of a queue or an agent.
struct Group {
    /// Its name, else the beginning of its id.
    words: String,
    id: Option<Text>,
    /// What each of its chats is found by is its name.
    is_named: bool,
    stuck: usize,
    all: usize,
}

impl Group {
    /// What shows its chats and no others. A quotation mark cannot be written in a filter.
    fn filter(&self, field: &str) -> Option<String> {
        if self.is_named && !self.words.contains('"') {
            return Some(format!("{field}=\"{}\"", self.words));
        }
        self.id.as_ref().map(|id| format!("{field}:{id}"))
    }
}

/// Groups by their ids, for the beginnings of two ids may be alike; by their names where no id is known.
pub(super) struct Groups {
    by: GroupBy,
    groups: BTreeMap<String, Group>,
}

impl Groups {
    pub(super) fn new(by: GroupBy) -> Self {
        Self {
            by,
            groups: BTreeMap::new(),
        }
    }

    pub(super) fn count(&mut self, row: &Row, is_stuck: bool) {
        let Some(words) = self.by.words(row) else {
            return;
        };
        let (id, is_named) = (self.by.id(row), self.by.is_named(row));
        let key = id.map_or_else(|| words.clone(), ToString::to_string);
        let entry = self.groups.entry(key).or_insert_with(|| Group {
            words: words.clone(),
            id: id.cloned(),
            is_named,
            stuck: 0,
            all: 0,
        });
        if is_named {
            entry.words = words;
        }
        entry.is_named &= is_named;
        entry.stuck += usize::from(is_stuck);
        entry.all += 1;
    }

    /// Those with the most stuck chats first. While names are masked an agent goes by initials, and no filter writes the name.
    pub(super) fn bars(self, privacy: Privacy) -> Vec<Bar> {
        let is_masked = self.by == GroupBy::Agent && privacy.is_on;
        let field = self.by.word();
        let bar = |group: Group| Bar {
            filter: group.filter(field).filter(|_| !is_masked),
            name: if is_masked {
                privacy.name(&group.words)
            } else {
                group.words
            },
            severity: None,
            count: group.stuck,
            of: group.all,
        };
        let mut bars: Vec<Bar> = self.groups.into_values().map(bar).collect();
        bars.sort_by(|one, other| {
            let most = (other.count, other.of).cmp(&(one.count, one.of));
            most.then_with(|| one.name.cmp(&other.name))
        });
        bars
    }
}
