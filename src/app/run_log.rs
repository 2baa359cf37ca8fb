//! A run with its facts kept per chat: what the board, the trace and the report are made of. The run itself is folded by the domain.

use std::collections::HashMap;

use jiff::Timestamp;

use super::action::keymap::Keymap;
use super::msg::RunRecord;
use super::privacy::Privacy;

use crate::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact};
use crate::domain::ids::ConversationId;
use crate::domain::item::{Item, Timings};
use crate::domain::masking::initials;
use crate::domain::roster::{Roster, Row};
use crate::domain::run::{Run, RunState};
use crate::domain::shown::{agent, customer, place_words};
use crate::domain::text::Text;
use crate::domain::told::{self, Guest, Telling, Told};
use crate::domain::watch::is_loose;

/// Which run a screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The one of this console.
    Live,
    /// One from the journal.
    Past,
}

/// A run and everything that happened in it.
#[derive(Debug)]
pub struct RunLog {
    /// The run as folded so far.
    pub run: Run,
    /// This console carries it out, or did, and so looks for late effects.
    pub is_live: bool,
    /// The operator asked it to stop.
    pub is_stopping: bool,
    /// The engine left it before it was done: nothing more happens in it.
    pub(crate) is_left: bool,
    /// When it was begun or taken up last, and how many chats were final by then: what its pace is reckoned from.
    pub began: Option<(Timestamp, usize)>,
    facts: HashMap<ConversationId, Vec<RunFact>>,
    events: Vec<(Timestamp, String)>,
    /// Their names, and what is shown of them where names are masked.
    customers: HashMap<ConversationId, (String, String)>,
    /// Where its chats were.
    places: HashMap<ConversationId, Place>,
    /// What was known of its guests when it was begun.
    guests: HashMap<ConversationId, Guest>,
    /// Names are masked.
    pub(crate) privacy: Privacy,
    /// Which key does what, for its words.
    pub(crate) keys: Keymap,
}

/// Where a chat was when the run was begun, as far as the list knew.
#[derive(Debug)]
struct Place {
    queue: String,
    /// The agent, and what is shown of the name where names are masked.
    agent: (String, String),
    started: Timestamp,
}

impl Place {
    fn of(row: &Row) -> Self {
        let agent = agent(row).map_or("", Text::as_str);
        Self {
            queue: place_words(row).unwrap_or_default(),
            agent: (agent.to_owned(), initials(agent)),
            started: row.listed.started,
        }
    }
}

impl RunLog {
    /// A run; customers' names are taken from the roster while it still has them.
    pub(crate) fn new(run: Run, roster: &Roster) -> Self {
        let customers = run
            .header
            .plan
            .items
            .iter()
            .filter_map(|item| {
                let row = roster.row(item.id)?;
                let name = customer(&row)?.as_str();
                Some((item.id, (name.to_owned(), initials(name))))
            })
            .collect();
        let items = run.header.plan.items.iter();
        let guests =
            items.filter_map(|item| Some((item.id, Guest::of(Some(&roster.row(item.id)?)))));
        let guests = guests.collect();
        let items = run.header.plan.items.iter();
        let places = items.filter_map(|item| Some((item.id, Place::of(&roster.row(item.id)?))));
        let places = places.collect();
        Self {
            run,
            places,
            guests,
            is_live: true,
            is_stopping: false,
            is_left: false,
            began: None,
            facts: HashMap::new(),
            events: Vec::new(),
            customers,
            privacy: Privacy::default(),
            keys: Keymap::default(),
        }
    }

    /// What is known to the guests of the chats that it ended, as their deployments were set: nobody saw what they were sent.
    pub fn guests(&self) -> Vec<Telling> {
        let unknown = Guest::of(None);
        let items = self.run.items.iter();
        let told = items.filter_map(|item| {
            let guest = self.guests.get(&item.plan.id).unwrap_or(&unknown);
            told::done(item, guest, None)
        });
        told.collect()
    }

    /// The same in words.
    pub fn guest_words(&self) -> String {
        let told = self.guests();
        if told.is_empty() {
            return "their windows stay open".to_owned();
        }
        let counts = told::in_words(&told, Told::words);
        format!("their windows stay open; {counts}")
    }

    /// How many guests know what, for one short line while the run goes on; nothing before the first end.
    pub fn guest_counts(&self) -> Option<String> {
        let told = self.guests();
        let counts = told::counted(&told, Told::short_words);
        (!told.is_empty()).then(|| format!("guests: {counts} (predicted)"))
    }

    /// A run of the journal, from its facts.
    pub(crate) fn of_record(record: RunRecord, roster: &Roster) -> Self {
        let mut log = Self::new(Run::new(record.header, Timings::default()), roster);
        record.facts.iter().for_each(|fact| log.apply(fact));
        log.is_live = false;
        log
    }

    /// The same run, folded anew by whoever goes on with it.
    pub(crate) fn taken_up(self, run: Run) -> Self {
        Self {
            run,
            is_live: true,
            is_left: false,
            ..self
        }
    }

    /// Folds one fact.
    pub(crate) fn apply(&mut self, fact: &RunFact) {
        if !self.run.apply(fact) {
            return;
        }
        if let RunEvent::Item { conversation, .. } = &fact.event {
            let facts = self.facts.entry(*conversation).or_default();
            facts.push(fact.clone());
        }
        if matches!(fact.event, RunEvent::Confirmed | RunEvent::Recovered) {
            self.began = Some((fact.at, self.run.tally().finals()));
        }
        if let Some(words) = Self::news(fact) {
            self.events.push((fact.at, words));
        }
    }

    /// What of a fact is worth a line among the events.
    fn news(fact: &RunFact) -> Option<String> {
        Some(match &fact.event {
            RunEvent::Item { conversation, what } => {
                let id = conversation.short();
                match what {
                    ItemEvent::Settled(settled) if settled.incident.is_some() => {
                        format!(
                            "{id} INCIDENT: {}",
                            settled.incident.as_deref().unwrap_or("")
                        )
                    }
                    ItemEvent::Settled(settled) if settled.state == FinalState::Ended => {
                        return None;
                    }
                    ItemEvent::Settled(settled) => {
                        format!("{id} {}: {}", settled.state.word(), settled.reason)
                    }
                    ItemEvent::LateEffect { incident, .. } => format!("{id} INCIDENT: {incident}"),
                    ItemEvent::Sighted(sighting) => {
                        format!("{id} a notification says: {}", sighting.words())
                    }
                    ItemEvent::ReadFailed { failure } => format!("{id} read: {}", failure.words()),
                    ItemEvent::EndSought {
                        failure: Some(failure),
                        ..
                    } => format!("{id} analytics: {}", failure.words()),
                    ItemEvent::EndSought { ended: None, .. } => {
                        format!("{id} cannot be found, and analytics knows of no end yet")
                    }
                    ItemEvent::Answered {
                        failure: Some(failure),
                        ..
                    } => format!("{id} {}", failure.words()),
                    _ => return None,
                }
            }
            RunEvent::Paused { why } => format!("paused: {why}"),
            RunEvent::Resumed => "went on".to_owned(),
            RunEvent::Stopped { by } => format!("stopped by {by}: nothing new is started"),
            RunEvent::Halted { why, .. } => format!("halted: {why}"),
            RunEvent::Recovered => "taken up again from the journal".to_owned(),
            RunEvent::Confirmed | RunEvent::Finished => return None,
        })
    }

    /// How many chats of a finished run are looked at for late effects.
    pub fn watched(&self) -> usize {
        let loose = self.run.items.iter().filter(|item| is_loose(item));
        if self.is_live && self.run.finished.is_some() {
            loose.count()
        } else {
            0
        }
    }

    /// Not every item is final, and it goes on.
    pub fn is_active(&self) -> bool {
        self.run.state != RunState::Finished && !self.is_left
    }

    /// What happened to one chat, oldest first.
    pub fn facts(&self, id: ConversationId) -> &[RunFact] {
        self.facts.get(&id).map_or(&[], Vec::as_slice)
    }

    /// What was worth saying, oldest first.
    pub fn events(&self) -> &[(Timestamp, String)] {
        &self.events
    }

    /// The customer's name, or its initials; the journal keeps none.
    pub fn customer(&self, id: ConversationId) -> &str {
        let names = self.customers.get(&id);
        names.map_or(
            "",
            |(name, initials)| {
                if self.privacy.is_on { initials } else { name }
            },
        )
    }

    /// The queue that a chat was in, or the bot that held it, as far as the list knew.
    pub fn queue(&self, id: ConversationId) -> &str {
        self.places.get(&id).map_or("", |place| &place.queue)
    }

    /// Its agent's name, or its initials.
    pub fn agent(&self, id: ConversationId) -> &str {
        let Some(Place { agent, .. }) = self.places.get(&id) else {
            return "";
        };
        if self.privacy.is_on {
            &agent.1
        } else {
            &agent.0
        }
    }

    /// When it began.
    pub fn started(&self, id: ConversationId) -> Option<Timestamp> {
        self.places.get(&id).map(|place| place.started)
    }

    /// Items that somebody should look at: incidents first, then what was refused for good, what was never begun last; within that in
    /// the order of the plan, but what came out alike together.
    pub fn needs_you(&self) -> Vec<&Item> {
        let needy = self.run.items.iter().filter(|item| needs_eye(item));
        let mut first: HashMap<_, usize> = HashMap::new();
        let mut items: Vec<_> = needy
            .enumerate()
            .map(|(place, item)| {
                let group = alike(item).map_or(place, |alike| *first.entry(alike).or_insert(place));
                ((urgency(item), group, place), item)
            })
            .collect();
        items.sort_by_key(|(rank, _)| *rank);
        items.into_iter().map(|(_, item)| item).collect()
    }
}

/// How soon somebody should see it.
fn urgency(item: &Item) -> u8 {
    let settled = item.settled.as_ref().map(|(settled, _)| settled);
    let is_refused = item
        .refused()
        .is_some_and(|(_, failure)| !failure.is_passing());
    match settled {
        Some(settled) if settled.incident.is_some() => 0,
        Some(settled) if settled.state == FinalState::Cancelled => 3,
        _ if is_refused => 1,
        _ => 2,
    }
}

/// What chats that came out alike have in common; one with an incident is like no other.
pub(crate) fn alike(item: &Item) -> Option<(&'static str, String, bool)> {
    let (settled, _) = item.settled.as_ref()?;
    let is_alone = settled.incident.is_some();
    (!is_alone).then(|| (settled.state.word(), item.why(settled), item.is_seen_open()))
}

/// It is final and not simply done.
pub fn needs_eye(item: &Item) -> bool {
    item.settled
        .as_ref()
        .is_some_and(|(settled, _)| !settled.state.is_done() || settled.incident.is_some())
}
