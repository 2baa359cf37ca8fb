//! A scripted organisation, a journal in memory and a clock that follows tokio's paused one: the engine's tests need no socket, no
//! disk and no waiting.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::time::Instant;
use unstick::domain::conversation::{
    Conversation, LegState, Message, Participant, Purpose, Side, WrapUp,
};
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::failure::{Failure, FailureKind, Receipt};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::ids::{CommunicationId, ConversationId, ParticipantId, RunId};
use unstick::domain::item::Timings;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan, PlanItem, Scope};
use unstick::domain::roster::{Ending, Listed, Reading};
use unstick::domain::run::{Pace, Run, RunHeader};
use unstick::domain::step::{Action, Step};
use unstick::domain::text::Text;
use unstick::engine::ports::{
    Clock, Ears, Heard, Limiter, ListedPage, Org, PageWanted, Pass, RecordFailure, Recorder,
    RunDraft, SendPermit, Terminator,
};
use unstick::engine::{Engine, Parts};

mod world;

pub(crate) use world::{Effect, Fault, Model, Request};

/// A clock that moves with tokio's, which tests pause.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TestClock {
    base: Timestamp,
    start: Instant,
    /// How far it has jumped ahead, in milliseconds; for all copies.
    ahead: &'static AtomicI64,
}

impl TestClock {
    pub(crate) fn start() -> Self {
        Self {
            base: "2026-03-02T14:00:00Z".parse().unwrap(),
            start: Instant::now(),
            ahead: Box::leak(Box::default()),
        }
    }
}

impl TestClock {
    /// When it started.
    pub(crate) fn base(&self) -> Timestamp {
        self.base
    }

    /// Jumps ahead, while timers go on as before.
    pub(crate) fn jump(&self, by: SignedDuration) {
        let millis = i64::try_from(by.as_millis()).unwrap();
        self.ahead.fetch_add(millis, Ordering::SeqCst);
    }

    pub(crate) fn set_back(&mut self, by: SignedDuration) {
        self.base -= by;
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead.load(Ordering::SeqCst));
        self.base + SignedDuration::try_from(self.start.elapsed()).unwrap() + ahead
    }
}

/// A journal in memory. It can be told to stop taking things.
#[derive(Debug, Clone, Default)]
pub(crate) struct MemoryJournal {
    inner: Arc<Mutex<Kept>>,
}

#[derive(Debug, Default)]
struct Kept {
    header: Option<RunHeader>,
    facts: Vec<RunFact>,
    /// Nothing is taken once this many facts are kept.
    full_at: Option<usize>,
    is_locked: bool,
    /// How long each record takes.
    takes: Duration,
    /// The machine sleeps this long, once, right after a read was recorded.
    sleeps_once: Option<Duration>,
    /// The first intent takes so long to be recorded.
    slow_intent: Option<Duration>,
}

impl MemoryJournal {
    /// The machine is suspended for so long right after the first read.
    pub(crate) fn suspend_after_a_read(&self, sleep: Duration) {
        self.kept().sleeps_once = Some(sleep);
    }

    /// The first intent takes so long to be recorded.
    pub(crate) fn slow_down_an_intent(&self, takes: Duration) {
        self.kept().slow_intent = Some(takes);
    }

    /// Each record takes this long.
    pub(crate) fn delay(&self, takes: Duration) {
        self.kept().takes = takes;
    }

    pub(crate) fn full_after(facts: usize) -> Self {
        let journal = Self::default();
        journal.kept().full_at = Some(facts);
        journal
    }

    pub(crate) fn facts(&self) -> Vec<RunFact> {
        self.kept().facts.clone()
    }

    /// What a crash leaves: the facts recorded so far, and no lock.
    pub(crate) fn after_crash(&self, facts: usize) -> Self {
        let kept = self.kept();
        let inner = Kept {
            header: kept.header.clone(),
            facts: kept.facts[..facts].to_vec(),
            full_at: None,
            is_locked: false,
            takes: kept.takes,
            sleeps_once: None,
            slow_intent: None,
        };
        Self {
            inner: Arc::new(Mutex::new(inner)),
        }
    }

    /// The process is killed now: nothing more is recorded, so nothing more is sent.
    pub(crate) fn kill(&self) {
        let mut kept = self.kept();
        kept.full_at = Some(kept.facts.len());
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.inner.lock().unwrap()
    }

    fn push(&self, fact: RunFact) -> Result<(), RecordFailure> {
        let mut kept = self.kept();
        if kept.full_at.is_some_and(|full| kept.facts.len() >= full) {
            return Err(RecordFailure::Unwritable("disk full".to_owned()));
        }
        kept.facts.push(fact);
        Ok(())
    }
}

impl Recorder for MemoryJournal {
    async fn open(&self, draft: RunDraft, at: Timestamp) -> Result<RunHeader, RecordFailure> {
        let mut kept = self.kept();
        if kept.is_locked {
            return Err(RecordFailure::Locked("pid 1".to_owned()));
        }
        kept.is_locked = true;
        let header = RunHeader {
            id: RunId(1),
            plan: draft.plan,
            operator: draft.operator,
            label: draft.label,
            note: draft.note,
            api_url: draft.api_url,
            created: at,
        };
        kept.header = Some(header.clone());
        Ok(header)
    }

    async fn reopen(&self, run: RunId) -> Result<Run, RecordFailure> {
        let mut kept = self.kept();
        kept.is_locked = true;
        let header = kept.header.clone().ok_or(RecordFailure::NoSuchRun(run))?;
        let mut folded = Run::new(header, Timings::default());
        for fact in &kept.facts {
            folded.apply(fact);
        }
        Ok(folded)
    }

    async fn record(&self, _run: RunId, fact: RunFact) -> Result<(), RecordFailure> {
        let takes = self.kept().takes;
        let is_read = matches!(
            &fact.event,
            RunEvent::Item {
                what: ItemEvent::Observed { .. },
                ..
            }
        );
        let sleeps = is_read.then(|| self.kept().sleeps_once.take()).flatten();
        let wait = takes + sleeps.unwrap_or_default();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        self.push(fact)
    }

    async fn intend(&self, _run: RunId, fact: RunFact) -> Result<SendPermit, RecordFailure> {
        let RunEvent::Item {
            conversation,
            what: ItemEvent::Intended { action, .. },
        } = &fact.event
        else {
            return Err(RecordFailure::Refused("not an intent".to_owned()));
        };
        let permit = SendPermit::granted(*conversation, action.clone());
        let slow = self.kept().slow_intent.take();
        if let Some(takes) = slow {
            tokio::time::sleep(takes).await;
        }
        self.push(fact)?;
        Ok(permit)
    }

    async fn record_after(&self, _run: RunId, fact: RunFact) -> Result<(), RecordFailure> {
        self.push(fact)
    }

    async fn release(&self) {
        self.kept().is_locked = false;
    }
}

/// The scope that the model stands for.
pub(crate) fn scope() -> Scope {
    Scope {
        org_id: "org".to_owned(),
        api_host: "127.0.0.1".to_owned(),
        client_id: "client".to_owned(),
        profile: "sandbox".to_owned(),
    }
}

/// A plan over what the model shows now.
pub(crate) fn plan_for(model: &Model, ids: &[ConversationId], choices: &Choices) -> Plan {
    let items = ids
        .iter()
        .map(|id| PlanItem {
            id: *id,
            kind: Kind::Orphan,
            read_at: model.clock.now(),
            evidence: Evidence::of(&model.conversation(*id)),
            deployment: None,
        })
        .collect();
    Plan::freeze(&scope(), choices, model.clock.now(), items, Vec::new())
}

/// A run being carried out by the real engine.
pub(crate) struct Carried {
    pub(crate) engine: Engine,
    pub(crate) facts: mpsc::Receiver<Fact>,
    pub(crate) journal: MemoryJournal,
    pub(crate) run: Option<Run>,
    pub(crate) refused: Option<String>,
}

/// Starts an engine over a model, as a command without a screen does.
pub(crate) fn engine_over(model: &Model, journal: &MemoryJournal, pace: Pace) -> Carried {
    engine_of(model, journal, pace, false)
}

/// Starts an engine over a model, as the console does.
pub(crate) fn console_engine_over(model: &Model, journal: &MemoryJournal, pace: Pace) -> Carried {
    engine_of(model, journal, pace, true)
}

fn engine_of(model: &Model, journal: &MemoryJournal, pace: Pace, polls: bool) -> Carried {
    let (sender, facts) = mpsc::channel(256);
    let parts = Parts {
        org: model.clone(),
        recorder: journal.clone(),
        clock: model.clock,
        limiter: Limiter::new(270),
        scope: scope(),
        pace,
        max_batch: 500,
        operator: "tester".to_owned(),
        label: "SANDBOX".to_owned(),
        api_url: "http://127.0.0.1".to_owned(),
        timings: Timings::default(),
        polls,
        rules: None,
        horizon_days: 93,
    };
    let (engine, _task) = Engine::spawn(parts, sender);
    Carried {
        engine,
        facts,
        journal: journal.clone(),
        run: None,
        refused: None,
    }
}

impl Carried {
    /// Folds facts until the run is over, refused or (with a condition) far enough.
    pub(crate) async fn until(&mut self, mut enough: impl FnMut(&Run) -> bool) {
        while self.refused.is_none() {
            let fact = tokio::time::timeout(Duration::from_secs(3600), self.facts.recv()).await;
            match fact.expect("the run hangs").expect("the engine ended") {
                Fact::RunOpened(run) => self.run = Some(*run),
                Fact::RunRefused { why } => self.refused = Some(why),
                Fact::Run(_, fact) => {
                    let run = self.run.as_mut().unwrap();
                    assert!(run.apply(&fact), "a fact that cannot follow: {fact:?}");
                    if run.finished.is_some() || enough(run) {
                        return;
                    }
                }
                _ => {}
            }
        }
    }

    /// Carries a plan out to its end and gives the settled items by conversation.
    pub(crate) async fn carry_out(&mut self, plan: Plan) -> HashMap<ConversationId, Settled> {
        self.engine.send(Command::Start {
            plan: Arc::new(plan),
            note: None,
        });
        self.until(|_| false).await;
        self.finals()
    }

    pub(crate) fn finals(&self) -> HashMap<ConversationId, Settled> {
        let items = self.run.iter().flat_map(|run| run.items.iter());
        items
            .filter_map(|item| Some((item.plan.id, item.settled.clone()?.0)))
            .collect()
    }
}

/// One conversation, carried out alone over a model with these faults.
pub(crate) async fn carry_one(model: &Model, id: ConversationId) -> (Settled, Carried) {
    let mut carried = engine_over(
        model,
        &MemoryJournal::default(),
        Pace {
            canary: 1,
            max_parallel: 4,
        },
    );
    let plan = plan_for(model, &[id], &Choices::default());
    let finals = carried.carry_out(plan).await;
    let settled = finals.get(&id).cloned();
    let refused = carried.refused.clone();
    (
        settled.unwrap_or_else(|| panic!("not settled: {refused:?}")),
        carried,
    )
}

/// How many requests that change something reached the model.
pub(crate) fn sends(model: &Model) -> Vec<Request> {
    model
        .requests()
        .into_iter()
        .filter(|request| request.action.is_some())
        .collect()
}

/// A failure as the client would report it.
pub(crate) fn failure(kind: FailureKind, status: Option<u16>) -> Failure {
    Failure {
        kind,
        code: None,
        said: Text::clean("as scripted"),
        receipt: Receipt {
            status,
            ..Receipt::default()
        },
    }
}

/// Shorthand for a final state's word in assertions.
pub(crate) fn word(settled: &Settled) -> &'static str {
    FinalState::word(settled.state)
}
