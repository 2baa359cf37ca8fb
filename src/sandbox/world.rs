//! The world: guests, bots, queues, agents and their conversations. The only truth there is.
//!
//! Pure: the time comes in, nothing goes out. It never heard of HTTP. REST and analytics are
//! projections of it, and only `tick` and what is due in it change a conversation.

pub(super) mod conversation;
pub(super) mod directory;
mod ending;
mod guest;
pub(super) mod happening;
mod life;
mod staging;
mod straying;
#[cfg(test)]
mod tests;

use super::random::Random;
use super::scenario::{Life, Scenario};
use super::truth::{Actor, Cause, Change, Framed, Truth};
use conversation::{Conversation, Disconnect, Leg, Participant, Purpose};
use directory::Directory;
use happening::Happening;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

pub(super) use ending::{Applying, WrapUpWish};
pub(super) use guest::Words;

/// Who makes a change, and by which request.
#[derive(Clone, Debug)]
pub(super) struct By {
    pub(super) who: Actor,
    pub(super) request: Option<Cause>,
}

impl By {
    pub(super) fn nobody(who: Actor) -> Self {
        Self { who, request: None }
    }
}

/// What is due at a time.
#[derive(Clone, Debug)]
enum Due {
    EndLeg(usize, Uuid, Disconnect, By),
    EndEverything(usize, Disconnect, By, Option<WrapUpWish>),
    SettleWrapUp(usize, Uuid, WrapUpWish, By),
    Write(usize),
    TimeOut(usize),
    Arrive,
    Advance(usize, life::Stage),
    Happen(usize, Happening),
    Type(usize),
    Answer(usize),
}

/// A pretend organisation's people and conversations.
#[derive(Debug)]
pub(super) struct World {
    pub(super) directory: Directory,
    pub(super) conversations: Vec<Conversation>,
    /// When the world began: what is older was staged.
    pub(super) began: Timestamp,
    by_id: HashMap<Uuid, usize>,
    by_label: HashMap<String, usize>,
    by_start: BTreeSet<(Timestamp, usize)>,
    agenda: BTreeMap<(Timestamp, u64), Due>,
    appointments: u64,
    truth: Vec<Truth>,
    /// When which conversation changed, in the order of the changes.
    touched: Vec<(Timestamp, usize)>,
    life: Life,
    /// Conversations whose guest speaks for itself, and what is under way for each.
    company: BTreeMap<usize, guest::Company>,
    /// Conversations in which an agent began to type since this was asked last.
    typing: Vec<usize>,
    threading: SignedDuration,
    apply_ms: (u32, u32),
    delays: Random,
    chance: Random,
}

impl World {
    /// Stages a scenario at a time, filled up to `chats` in the demo's mix.
    pub(super) fn new(
        scenario: &Scenario,
        seed: u64,
        chats: Option<usize>,
        now: Timestamp,
    ) -> Self {
        let mut directory_ids = Random::stream(seed, "directory");
        let mut world = Self {
            directory: Directory::new(scenario, &mut directory_ids, now),
            conversations: Vec::new(),
            began: now,
            by_id: HashMap::new(),
            by_label: HashMap::new(),
            by_start: BTreeSet::new(),
            agenda: BTreeMap::new(),
            appointments: 0,
            truth: Vec::new(),
            touched: Vec::new(),
            life: scenario.life.clone(),
            company: BTreeMap::new(),
            typing: Vec::new(),
            threading: SignedDuration::from_mins(scenario.platform.threading_minutes.into()),
            apply_ms: scenario.platform.apply_ms,
            delays: Random::stream(seed, "delays"),
            chance: Random::stream(seed, "life"),
        };
        world.stage(&scenario.chats, chats, seed, now);
        world.begin_life(now);
        world
    }

    /// Lets everything happen that is due by `now`, each thing at its own time.
    pub(super) fn tick(&mut self, now: Timestamp) {
        while let Some(first) = self.agenda.first_entry() {
            let at = first.key().0;
            if at > now {
                return;
            }
            match first.remove() {
                Due::EndLeg(index, leg, how, by) => self.end_leg(index, leg, how, &by, at),
                Due::EndEverything(index, how, by, wish) => {
                    self.end_everything(index, how, &by, wish.as_ref(), at);
                }
                Due::SettleWrapUp(index, participant, wish, by) => {
                    self.settle_wrap_up(index, participant, &wish, &by, at);
                }
                Due::Write(index) => self.write_again(index, at),
                Due::TimeOut(index) => self.time_out(index, at),
                Due::Arrive => self.arrive(at),
                Due::Advance(index, stage) => self.advance(index, stage, at),
                Due::Happen(index, happening) => self.happen(index, happening, at),
                Due::Type(index) => self.type_something(index),
                Due::Answer(index) => self.answer_guest(index, at),
            }
        }
    }

    /// When something happens next by itself.
    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.agenda.first_key_value().map(|((at, _), _)| *at)
    }

    /// Where a conversation stands in the list.
    pub(super) fn find(&self, id: &str) -> Option<usize> {
        self.by_id.get(&Uuid::try_parse(id).ok()?).copied()
    }

    /// The same by id or by the label it was staged with.
    pub(super) fn find_by_name(&self, name: &str) -> Option<usize> {
        self.by_label.get(name).copied().or_else(|| self.find(name))
    }

    /// Conversations that started in a span of time, oldest first, and where they stand.
    pub(super) fn started_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> impl Iterator<Item = (usize, &Conversation)> {
        let range = if from <= to {
            (from, 0)..(to, 0)
        } else {
            (from, 0)..(from, 0)
        };
        self.by_start
            .range(range)
            .filter_map(|(_, index)| Some((*index, self.conversations.get(*index)?)))
    }

    /// Everything that was applied so far, oldest first.
    pub(super) fn truth(&self) -> &[Truth] {
        &self.truth
    }

    /// When which conversation changed, in the order in which it was applied. What was staged is not in it.
    pub(super) fn touched(&self) -> &[(Timestamp, usize)] {
        &self.touched
    }

    fn due(&mut self, at: Timestamp, what: Due) {
        self.appointments += 1;
        self.agenda.insert((at, self.appointments), what);
    }

    fn add(&mut self, conversation: Conversation) -> usize {
        let index = self.conversations.len();
        self.by_id.insert(conversation.id, index);
        if let Some(label) = &conversation.label {
            self.by_label.insert(label.clone(), index);
        }
        self.by_start.insert((conversation.started, index));
        self.conversations.push(conversation);
        index
    }

    fn record(
        &mut self,
        index: usize,
        what: Change,
        party: Option<(Uuid, Option<Uuid>)>,
        by: &By,
        at: Timestamp,
    ) {
        let Some(conversation) = self.conversations.get(index).map(|one| one.id) else {
            return;
        };
        self.touched.push((at, index));
        self.truth.push(Truth {
            at,
            who: by.who.clone(),
            what,
            conversation,
            participant: party.map(|(participant, _)| participant),
            communication: party.and_then(|(_, leg)| leg),
            message: None,
            frame: None,
            request: by.request.clone(),
        });
    }

    /// Puts on record that a guest was sent a frame about a conversation. Nothing changes by it.
    pub(super) fn witness(&mut self, conversation: Uuid, frame: Framed, at: Timestamp) {
        self.truth.push(Truth {
            at,
            who: Actor::World,
            what: Change::FrameWritten,
            conversation,
            participant: None,
            communication: None,
            message: None,
            frame: Some(frame),
            request: None,
        });
    }

    /// Adds a participant with one connected leg.
    fn join(&mut self, index: usize, mut participant: Participant, by: &By, at: Timestamp) {
        let id = participant.id;
        let leg = self.chance.uuid();
        participant.legs.push(Leg::connected(leg, at));
        if let Some(conversation) = self.conversations.get_mut(index) {
            conversation.participants.push(participant);
            self.record(index, Change::LegConnected, Some((id, Some(leg))), by, at);
        }
    }

    /// A participant of the world's, without a leg yet.
    fn party(&mut self, purpose: Purpose, name: &str, at: Timestamp) -> Participant {
        Participant {
            id: self.chance.uuid(),
            purpose,
            name: name.to_owned(),
            user: None,
            queue: None,
            flow: None,
            joined: at,
            legs: Vec::new(),
            wrap_up: conversation::WrapUp::default(),
        }
    }
}

/// A time some milliseconds later; the same time at the calendar's edge.
fn later(at: Timestamp, milliseconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_millis(milliseconds))
        .unwrap_or(at)
}
