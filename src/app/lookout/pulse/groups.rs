//! Chats by their queue or by their agent: each group with its chats, its stuck ones, and the filter that shows the same chats. A chat that
//! was in no queue yet stands with the bot that holds it.

use std::collections::BTreeMap;

use super::Bar;
use crate::app::privacy::Privacy;
use crate::domain::names::NameKind;
use crate::domain::roster::Row;
use crate::domain::shown::{
    agent, agent_of, bot, bot_words, flow_id, queue, queue_id, queue_words,
};
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

    /// Whose chat it is.
    fn whose(self, row: &Row) -> Option<Whose<'_>> {
        if self == Self::Agent {
            let id = agent_of(row).and_then(|(id, _)| id);
            let name = agent(row);
            let by_id = || Some(row.names.words(NameKind::User, id?));
            return Some(Whose {
                part: Part::Agent,
                words: name.map(ToString::to_string).or_else(by_id)?,
                id,
                is_named: name.is_some(),
            });
        }
        if let Some(words) = queue_words(row) {
            return Some(Whose {
                part: Part::Queue,
                words,
                id: queue_id(row),
                is_named: queue(row).is_some(),
            });
        }
        Some(Whose {
            part: Part::Bot,
            words: bot_words(row)?,
            // A chat that was read names no flow, and one that was not does: the same bot goes by its name.
            id: flow_id(row).filter(|_| bot(row).is_none()),
            is_named: bot(row).is_some(),
        })
    }
}

/// What a group is the chats of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Queue,
    Bot,
    Agent,
}

impl Part {
    /// What a filter asks for it by, and what else it must say.
    fn asked_by(self) -> (&'static str, &'static str) {
        match self {
            Self::Queue => ("queue", ""),
            Self::Bot => ("bot", " queue:none"),
            Self::Agent => ("agent", ""),
        }
    }

    /// Its name on the screen.
    fn shown(self, words: String) -> String {
        match self {
            Self::Bot => format!("(bot) {words}"),
            Self::Queue | Self::Agent => words,
        }
    }
}

/// Whose a chat is.
struct Whose<'a> {
    part: Part,
    /// The name, else the beginning of the id.
    words: String,
    id: Option<&'a Text>,
    is_named: bool,
}

/// The chats of a queue, a bot or an agent.
#[derive(Debug)]
struct Group {
    part: Part,
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
    fn filter(&self) -> Option<String> {
        let (field, more) = self.part.asked_by();
        if self.is_named && !self.words.contains('"') {
            return Some(format!("{field}=\"{}\"{more}", self.words));
        }
        let id = self.id.as_ref();
        id.map(|id| format!("{field}:{id}{more}"))
    }
}

/// Groups by their ids, for the beginnings of two ids may be alike; by their names where no id is known.
#[derive(Debug)]
pub(super) struct Groups {
    by: GroupBy,
    groups: BTreeMap<(Part, String), Group>,
}

impl Groups {
    pub(super) fn new(by: GroupBy) -> Self {
        Self {
            by,
            groups: BTreeMap::new(),
        }
    }

    pub(super) fn count(&mut self, row: &Row, is_stuck: bool) {
        let Some(whose) = self.by.whose(row) else {
            return;
        };
        let Whose {
            part,
            words,
            id,
            is_named,
        } = whose;
        let key = id.map_or_else(|| words.clone(), ToString::to_string);
        let entry = self.groups.entry((part, key)).or_insert_with(|| Group {
            part,
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
        let bar = |group: Group| Bar {
            filter: group.filter().filter(|_| !is_masked),
            name: if is_masked {
                privacy.name(&group.words)
            } else {
                group.part.shown(group.words)
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
