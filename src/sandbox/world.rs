//! The world: guests, bots, queues, agents and their conversations. The only truth there is.
//!
//! Pure: the time comes in, nothing goes out. It never heard of HTTP. REST and analytics are
//! projections of it, and only `tick` and what is due in it change a conversation.
//!
//! | question | where |
//! |---|---|
//! | what a conversation, a leg, after-call work, a transfer is | `conversation.rs`, `leg.rs`, `after_call_work.rs`, `transfer.rs` |
//! | how legs and conversations come down, what a teardown does | `ending.rs` |
//! | what else follows an ending in the forum's dialect | `aftermath.rs` |
//! | what else an accepted request changes | `changing.rs` |
//! | the way of a guest: bot, queue, alert, agent | `journey.rs`; by a socket: `guest.rs` |
//! | what happens by itself, and at a time | `life.rs`, `timers.rs`, `parking.rs` |
//! | what can be ordered | `happening.rs` |
//! | who writes | `writing.rs` |
//! | how analytics gets a conversation wrong | `straying.rs` |
//! | who and what there is beside conversations | `directory.rs` |
//! | how everything begins | `staging.rs` |

mod after_call_work;
mod aftermath;
mod changing;
pub(super) mod conversation;
pub(super) mod directory;
mod ending;
mod guest;
pub(super) mod happening;
mod journey;
mod leg;
mod life;
mod parking;
mod staging;
mod straying;
#[cfg(test)]
mod tests;
mod timers;
mod transfer;
mod writing;

use super::random::Random;
use super::scenario::{Life, Scenario};
use super::truth::{Actor, Cause, Change, Framed, Truth};
use conversation::{Conversation, Disconnect, Leg, Participant, Purpose};
use directory::Directory;
use happening::{Details, Happening};
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

pub(super) use aftermath::Aftermath;
pub(super) use changing::Changing;
pub(super) use ending::{Applying, Ending, Whose, WrapUpWish};
pub(super) use writing::Words;

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
    EndEverything(usize, Box<Ending>, By),
    SettleWrapUp(usize, Uuid, Box<WrapUpWish>, By),
    WrapUpTimeOut(usize, Uuid),
    Apply(usize, Box<Changing>, By),
    Write(usize),
    Warn(usize, Timestamp),
    TimeOut(usize),
    Resume(usize, Uuid),
    Arrive,
    Advance(usize, journey::Stage),
    Answer(usize, Uuid),
    AlertTimeOut(usize, Uuid),
    TransferDone(usize, Uuid),
    Happen(usize, Happening, Box<Details>),
    Type(usize),
    AnswerGuest(usize),
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
    typing: Vec<(usize, Timestamp)>,
    apply_ms: (u32, u32),
    threading: SignedDuration,
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
        let mut ids = Random::stream(seed, "directory");
        let mut world = Self {
            directory: Directory::new(scenario, &mut ids, now),
            conversations: Vec::new(),
            began: now,
            by_id: HashMap::new(),
            by_label: HashMap::new(),
            by_start: BTreeSet::new(),
            agenda: BTreeMap::new(),
            appointments: 0,
            truth: Vec::new(),
            touched: Vec::new(),
            company: BTreeMap::new(),
            typing: Vec::new(),
            life: scenario.life.clone(),
            apply_ms: scenario.platform.apply_ms,
            threading: SignedDuration::from_mins(scenario.platform.threading_minutes.into()),
            delays: Random::stream(seed, "delays"),
            chance: Random::stream(seed, "life"),
        };
        let up_to = chats.unwrap_or(scenario.fill);
        world.stage(&scenario.chats, up_to, seed, now);
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
            let due = first.remove();
            self.carry_out(due, at);
        }
    }

    fn carry_out(&mut self, due: Due, at: Timestamp) {
        match due {
            Due::EndLeg(index, leg, how, by) => self.end_leg(index, leg, how, &by, at),
            Due::EndEverything(index, ending, by) => {
                self.end_everything(index, &ending, &by, at);
            }
            Due::SettleWrapUp(index, participant, wish, by) => {
                self.settle_wrap_up(index, participant, &wish, &by, at);
            }
            Due::WrapUpTimeOut(index, participant) => self.wrap_up_time_out(index, participant, at),
            Due::Apply(index, change, by) => self.apply(index, *change, &by, at),
            Due::Write(index) => self.write_again(index, at),
            Due::Warn(index, deadline) => self.warn(index, deadline, at),
            Due::TimeOut(index) => self.time_out(index, at),
            Due::Resume(index, leg) => self.resume_at_its_time(index, leg, at),
            Due::Arrive => self.arrive_and_expect_more(at),
            Due::Advance(index, stage) => self.advance(index, stage, at),
            Due::Answer(index, leg) => self.answer(index, leg, &By::nobody(Actor::Agent), at),
            Due::AlertTimeOut(index, leg) => self.alert_time_out(index, leg, at),
            Due::TransferDone(index, transfer) => self.finish_transfer(index, transfer, at),
            Due::Happen(index, what, details) => self.happen(index, what, &details, at),
            Due::Type(index) => self.type_something(index, at),
            Due::AnswerGuest(index) => self.answer_guest(index, at),
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

    /// A message and the conversation it belongs to, the newest conversations first.
    pub(super) fn find_message(&self, id: Uuid) -> Option<(&Conversation, &conversation::Message)> {
        self.conversations.iter().rev().find_map(|one| {
            let mut messages = one.messages.iter();
            let message = messages.find(|message| message.id == id)?;
            Some((one, message))
        })
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

    /// Adds a participant with one leg, connected or alerting, and says which.
    fn join(
        &mut self,
        index: usize,
        mut participant: Participant,
        leg: fn(Uuid, Timestamp) -> Leg,
        by: &By,
        at: Timestamp,
    ) -> Uuid {
        let id = participant.id;
        let leg = leg(self.chance.uuid(), at);
        let (leg_id, alerts) = (leg.id, leg.is_alerting());
        participant.legs.push(leg);
        if let Some(conversation) = self.conversations.get_mut(index) {
            conversation.participants.push(participant);
            let what = if alerts {
                Change::LegAlerting
            } else {
                Change::LegConnected
            };
            self.record(index, what, Some((id, Some(leg_id))), by, at);
        }
        leg_id
    }

    /// Gives a participant another leg, connected.
    fn add_leg(
        &mut self,
        index: usize,
        participant: Uuid,
        medium: conversation::Medium,
        by: &By,
        at: Timestamp,
    ) {
        let id = self.chance.uuid();
        let conversation = self.conversations.get_mut(index);
        if let Some(party) = conversation.and_then(|one| one.participant_mut(participant)) {
            party.legs.push(Leg {
                medium,
                ..Leg::connected(id, at)
            });
            let party = Some((participant, Some(id)));
            self.record(index, Change::LegConnected, party, by, at);
        }
    }

    /// A participant of the world's, without a leg yet.
    fn party(&mut self, purpose: Purpose, name: &str, at: Timestamp) -> Participant {
        Participant::new(self.chance.uuid(), purpose, name, at)
    }
}

/// A time some milliseconds later; the same time at the calendar's edge.
fn later(at: Timestamp, milliseconds: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_millis(milliseconds))
        .unwrap_or(at)
}
