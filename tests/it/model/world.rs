//! The scripted organisation: conversations that change when they are told to, some later than they say, and requests that fail as a
//! test asks.

use super::*;
use crate::support::parties::{self, close, party};

/// How late analytics learns of an end.
const ANALYTICS_LAG: SignedDuration = SignedDuration::from_secs(3);

/// One thing the organisation was asked.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) at: Timestamp,
    pub(crate) conversation: ConversationId,
    /// Absent for a read.
    pub(crate) action: Option<Action>,
}

/// What happens to the world, sooner or later.
#[derive(Debug, Clone)]
pub(crate) enum Effect {
    /// Disconnect a party's legs.
    Disconnect(ConversationId, ParticipantId),
    /// Disconnect everybody.
    DisconnectAll(ConversationId),
    /// An agent connects.
    AgentJoins(ConversationId),
    /// The customer writes.
    CustomerWrites(ConversationId),
    /// The customer's leg is replaced by another.
    Reborn(ConversationId),
    /// After-call work is done.
    WrapUpDone(ConversationId),
    /// Reads say from now on that it is not there.
    Vanishes(ConversationId),
}

impl Effect {
    fn conversation(&self) -> ConversationId {
        let (Self::Disconnect(id, _)
        | Self::DisconnectAll(id)
        | Self::AgentJoins(id)
        | Self::CustomerWrites(id)
        | Self::Reborn(id)
        | Self::WrapUpDone(id)
        | Self::Vanishes(id)) = self;
        *id
    }
}

/// How one request goes wrong.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    /// Which step it hits; absent for reads.
    pub(crate) step: Option<Step>,
    /// Whether, and how late, the request takes effect all the same.
    pub(crate) applied_after: Option<Duration>,
    /// How long the answer takes.
    pub(crate) takes: Duration,
    /// What is answered.
    pub(crate) answer: Result<u16, Failure>,
}

/// The organisation.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) clock: TestClock,
    inner: Arc<Mutex<World>>,
}

#[derive(Debug, Default)]
struct World {
    conversations: HashMap<ConversationId, Conversation>,
    /// What is to happen, when, and by when a request of ours that causes it was answered.
    pending: Vec<(Timestamp, Effect, Option<Timestamp>)>,
    /// People's legs that a request of ours closed and that were up when it was answered.
    hits: Vec<(ConversationId, CommunicationId, Timestamp)>,
    faults: VecDeque<Fault>,
    requests: Vec<Request>,
    org_id: Option<String>,
    agents_wrap_up: bool,
    machines_stay: bool,
    list_failures: VecDeque<Failure>,
    /// How long it takes to be told who one is.
    identity_takes: Duration,
    /// How often a token was fetched.
    sign_ins: u64,
    /// The next request of each of these steps panics; absent for a read.
    falls: Vec<Option<Step>>,
    vanished: HashSet<ConversationId>,
    /// When analytics was asked for which end.
    seeks: Vec<(Timestamp, ConversationId)>,
    end_failures: VecDeque<Failure>,
    /// Whoever listens for events.
    ears: Vec<mpsc::Sender<Heard>>,
}

impl Model {
    pub(crate) fn new() -> Self {
        Self {
            clock: TestClock::start(),
            inner: Arc::default(),
        }
    }

    fn world(&self) -> MutexGuard<'_, World> {
        let mut world = self.inner.lock().unwrap();
        world.tick(self.clock.now());
        world
    }

    /// An orphan: the customer has left, an agent's leg is up.
    pub(crate) fn orphan(&self, bits: u128) -> ConversationId {
        self.chat(bits, &[(Purpose::Customer, false), (Purpose::Agent, true)])
    }

    /// A chat with these parties, open or not.
    pub(crate) fn chat(&self, bits: u128, parties: &[(Purpose, bool)]) -> ConversationId {
        let id = ConversationId::from_u128(bits << 32);
        let started = self.clock.now() - SignedDuration::from_hours(6);
        let participants = parties
            .iter()
            .enumerate()
            .map(|(index, (purpose, is_open))| nth(bits, index, purpose, *is_open, started))
            .collect();
        let conversation = parties::conversation(id, started, participants);
        self.world().conversations.insert(id, conversation);
        id
    }

    pub(crate) fn conversation(&self, id: ConversationId) -> Conversation {
        self.world().conversations[&id].clone()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.world().requests.clone()
    }

    /// People's legs that a request of ours closed and that were up when it was answered.
    pub(crate) fn hits(&self) -> Vec<(ConversationId, CommunicationId, Timestamp)> {
        self.world().hits.clone()
    }

    pub(crate) fn is_open(&self, id: ConversationId) -> bool {
        self.conversation(id).open_legs().next().is_some()
    }

    pub(crate) fn fault(&self, fault: Fault) {
        self.world().faults.push_back(fault);
    }

    /// The next request of this step is answered with a failure and does nothing.
    pub(crate) fn refuse(&self, step: Option<Step>, failure: Failure) {
        self.fault(Fault {
            step,
            applied_after: None,
            takes: Duration::from_millis(50),
            answer: Err(failure),
        });
    }

    /// The next request of this step panics.
    pub(crate) fn fall_over(&self, step: Option<Step>) {
        self.world().falls.push(step);
    }

    /// Changes what the service says of a conversation, now.
    pub(crate) fn rewrite(&self, id: ConversationId, how: impl FnOnce(&mut Conversation)) {
        self.world().conversations.get_mut(&id).map(how).unwrap();
    }

    /// Something happens this long from now.
    pub(crate) fn later(&self, wait: SignedDuration, effect: Effect) {
        let at = self.clock.now() + wait;
        self.world().pending.push((at, effect, None));
    }

    /// The next listing fails.
    pub(crate) fn refuse_list(&self, failure: Failure) {
        self.world().list_failures.push_back(failure);
    }

    /// Analytics fails the next time that it is asked for an end.
    pub(crate) fn refuse_end(&self, failure: Failure) {
        self.world().end_failures.push_back(failure);
    }

    /// Tells whoever listens; waits until somebody does.
    pub(crate) async fn tell(&self, heard: Heard) {
        let ears = loop {
            let ears = self.world().ears.clone();
            if !ears.is_empty() {
                break ears;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        };
        for ear in ears {
            // An engine that has ended hears nothing.
            let _ = ear.send(heard.clone()).await;
        }
    }

    /// When analytics was asked for the end of which conversation.
    pub(crate) fn seeks(&self) -> Vec<(Timestamp, ConversationId)> {
        self.world().seeks.clone()
    }

    /// The token stands for another organisation.
    pub(crate) fn become_org(&self, org_id: &str) {
        self.world().org_id = Some(org_id.to_owned());
    }

    /// Being told who one is takes so long.
    pub(crate) fn slow_identity(&self, takes: Duration) {
        self.world().identity_takes = takes;
    }

    /// There is a new token.
    pub(crate) fn sign_in_again(&self) {
        self.world().sign_ins += 1;
    }

    pub(crate) fn agents_owe_wrap_up(&self) {
        self.world().agents_wrap_up = true;
    }

    pub(crate) fn machines_stay(&self) {
        self.world().machines_stay = true;
    }

    async fn answer(
        &self,
        conversation: ConversationId,
        action: Option<Action>,
    ) -> Result<Receipt, Failure> {
        let falls = {
            let mut world = self.world();
            let step = action.as_ref().map(Action::step);
            let place = world.falls.iter().position(|falls| *falls == step);
            place.map(|place| world.falls.remove(place))
        };
        assert!(falls.is_none(), "as scripted");
        let (fault, step) = {
            let mut world = self.world();
            let at = self.clock.now();
            let step = action.as_ref().map(Action::step);
            world.requests.push(Request {
                at,
                conversation,
                action: action.clone(),
            });
            let index = world.faults.iter().position(|fault| fault.step == step);
            let fault = index.and_then(|index| world.faults.remove(index));
            let applied = fault
                .as_ref()
                .map_or(Some(Duration::from_millis(500)), |fault| {
                    fault.applied_after
                });
            if let (Some(action), Some(wait)) = (&action, applied) {
                let due = at + SignedDuration::try_from(wait).unwrap();
                let takes = fault
                    .as_ref()
                    .map_or(Duration::from_millis(50), |fault| fault.takes);
                let answered = at + SignedDuration::try_from(takes).unwrap();
                world
                    .pending
                    .push((due, effect_of(conversation, action), Some(answered)));
            }
            (fault, step)
        };
        let takes = fault
            .as_ref()
            .map_or(Duration::from_millis(50), |fault| fault.takes);
        tokio::time::sleep(takes).await;
        let status = match fault.map(|fault| fault.answer) {
            Some(Err(failure)) => return Err(failure),
            Some(Ok(status)) => status,
            None => {
                if step.is_some() {
                    202
                } else {
                    200
                }
            }
        };
        let took_ms = u64::try_from(takes.as_millis()).unwrap();
        Ok(Receipt {
            status: Some(status),
            took_ms,
            correlation: Some("corr".into()),
            date: Some(self.clock.now()),
        })
    }
}

fn effect_of(conversation: ConversationId, action: &Action) -> Effect {
    match action {
        Action::Legs { participant } => Effect::Disconnect(conversation, *participant),
        Action::Close | Action::Teardown => Effect::DisconnectAll(conversation),
        Action::WrapUp { .. } => Effect::WrapUpDone(conversation),
        Action::Recipe(sending) => sending
            .participant
            .map_or(Effect::DisconnectAll(conversation), |participant| {
                Effect::Disconnect(conversation, participant)
            }),
    }
}

/// The n-th party of the conversation of these bits.
fn nth(
    bits: u128,
    index: usize,
    purpose: &Purpose,
    is_open: bool,
    since: Timestamp,
) -> Participant {
    let key = (bits << 32) + u128::try_from(index).unwrap() + 1;
    party(key, purpose, is_open, since)
}

impl World {
    fn tick(&mut self, now: Timestamp) {
        let (due, rest) = std::mem::take(&mut self.pending)
            .into_iter()
            .partition(|(at, ..)| *at <= now);
        self.pending = rest;
        let mut due: Vec<(Timestamp, Effect, Option<Timestamp>)> = due;
        due.sort_by_key(|(at, ..)| *at);
        for (at, effect, answered) in due {
            let before = self.people(&effect, answered);
            self.apply(at, &effect);
            let after = self.people(&effect, answered);
            let cut_off = before.into_iter().filter(|leg| !after.contains(leg));
            self.hits
                .extend(cut_off.map(|(conversation, leg)| (conversation, leg, at)));
        }
    }

    /// People's open legs that were up when our request was answered.
    fn people(
        &self,
        effect: &Effect,
        answered: Option<Timestamp>,
    ) -> Vec<(ConversationId, CommunicationId)> {
        let (Some(answered), Some(conversation)) =
            (answered, self.conversations.get(&effect.conversation()))
        else {
            return Vec::new();
        };
        conversation
            .open_legs()
            .filter(|(party, leg)| party.purpose.is_human() && leg.since <= Some(answered))
            .map(|(_, leg)| (conversation.id, leg.id))
            .collect()
    }

    fn apply(&mut self, at: Timestamp, effect: &Effect) {
        let owes = self.agents_wrap_up;
        let stay = self.machines_stay;
        let id = effect.conversation();
        let Some(conversation) = self.conversations.get_mut(&id) else {
            return;
        };
        let fresh = conversation.participants.len() + conversation.messages.len();
        match effect {
            Effect::Disconnect(_, participant) => {
                close(conversation, at, owes, |party, _| party.id == *participant);
                let customer_left = !conversation
                    .open_legs()
                    .any(|(party, _)| party.purpose.is_human());
                if customer_left && !stay {
                    close(conversation, at, false, |party, _| {
                        !party.purpose.is_human()
                    });
                }
            }
            Effect::DisconnectAll(_) => {
                close(conversation, at, owes, |_, _| true);
            }
            Effect::AgentJoins(_) => {
                let bits = id.as_u128() >> 32;
                conversation
                    .participants
                    .push(nth(bits, fresh + 100, &Purpose::Agent, true, at));
            }
            Effect::CustomerWrites(_) => {
                let message = Message {
                    id: format!("m{fresh}").as_str().into(),
                    at,
                    from: Side::Customer,
                };
                conversation.messages.push(message);
            }
            Effect::Reborn(_) => {
                close(conversation, at, false, |party, _| {
                    party.purpose.is_customer()
                });
                let customers = conversation.participants.iter_mut();
                for party in customers.filter(|party| party.purpose.is_customer()) {
                    let count = party.legs.len() as u128;
                    let Some(mut leg) = party.legs.last().cloned() else {
                        continue;
                    };
                    leg.id = CommunicationId::from_u128(leg.id.as_u128() + count);
                    leg.since = Some(at);
                    leg.state = LegState::Connected;
                    leg.ended = None;
                    party.legs.push(leg);
                }
            }
            Effect::Vanishes(_) => {
                self.vanished.insert(id);
                return;
            }
            Effect::WrapUpDone(_) => conversation
                .participants
                .iter_mut()
                .for_each(|party| party.wrap_up = WrapUp::NotOwed),
        }
        if conversation.open_legs().next().is_none() {
            conversation.ended = Some(at);
        }
    }
}

impl Org for Model {
    async fn list(&self, page: PageWanted, _pass: Pass) -> Result<ListedPage, Failure> {
        let refused = self.world().list_failures.pop_front();
        tokio::time::sleep(Duration::from_millis(50)).await;
        if let Some(failure) = refused {
            return Err(failure);
        }
        let world = self.world();
        let within = |at: Timestamp| page.from <= at && at < page.to;
        let mut rows: Vec<Listed> = world
            .conversations
            .values()
            .filter(|conversation| conversation.ended.is_none() && within(conversation.started))
            .map(|conversation| Listed::new(conversation.id, conversation.started))
            .collect();
        rows.sort_by_key(|listed| (listed.started, listed.id));
        let total = u32::try_from(rows.len()).unwrap();
        let skip = usize::try_from((page.number - 1) * page.size).unwrap();
        let rows = rows
            .into_iter()
            .skip(skip)
            .take(usize::try_from(page.size).unwrap())
            .collect();
        Ok(ListedPage::new(rows, total))
    }

    async fn read(&self, id: ConversationId, _pass: Pass) -> Result<Reading, Failure> {
        let read_at = self.clock.now();
        // What the service answers is what was true when it was asked.
        let conversation = {
            let world = self.world();
            let found = world.conversations.get(&id).cloned();
            found.filter(|_| !world.vanished.contains(&id))
        };
        let receipt = self.answer(id, None).await?;
        let missing = || failure(FailureKind::NotFound, Some(404));
        let conversation = conversation.ok_or_else(missing)?;
        Ok(Reading {
            conversation,
            read_at,
            arrived: self.clock.now(),
            receipt,
        })
    }

    async fn listen(&self, ears: Ears) {
        self.world().ears.push(ears.heard);
        std::future::pending::<()>().await;
    }

    async fn end_of(&self, id: ConversationId, _pass: Pass) -> Result<Ending, Failure> {
        let refused = {
            let mut world = self.world();
            world.seeks.push((self.clock.now(), id));
            world.end_failures.pop_front()
        };
        let asked_at = self.clock.now();
        tokio::time::sleep(Duration::from_millis(50)).await;
        if let Some(failure) = refused {
            return Err(failure);
        }
        let now = self.clock.now();
        let world = self.world();
        let ended = world.conversations[&id].ended;
        Ok(Ending {
            asked_at,
            ended: ended.filter(|at| *at + ANALYTICS_LAG <= now),
            receipt: Receipt {
                status: Some(200),
                ..Receipt::default()
            },
        })
    }
}

impl Terminator for Model {
    async fn send(&self, permit: SendPermit, _pass: Pass) -> Result<Receipt, Failure> {
        self.answer(permit.conversation(), Some(permit.action().clone()))
            .await
    }

    fn sign_ins(&self) -> u64 {
        self.world().sign_ins
    }

    async fn identity(&self, _pass: Pass) -> Result<Scope, Failure> {
        let takes = self.world().identity_takes;
        if !takes.is_zero() {
            tokio::time::sleep(takes).await;
        }
        let mut here = scope();
        here.org_id = self.world().org_id.clone().unwrap_or(here.org_id);
        Ok(here)
    }
}
