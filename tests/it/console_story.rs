//! A run in facts, as an engine would tell it, for the console's tests.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::console_desk::Desk;
use crate::console_world::{called, chats, id, receipt, slot};
use unstick::app::{Effect, Msg, PastPlan, PastRun, RunRecord, RunsFound};
use unstick::domain::conversation::{Conversation, LegState, Message, Side};
use unstick::domain::evidence::Evidence;
use unstick::domain::fact::{Class, FinalState, ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::failure::{Failure, FailureKind};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::ids::{ConversationId, RunId};
use unstick::domain::item::Timings;
use unstick::domain::kind::Kind;
use unstick::domain::plan::Plan;
use unstick::domain::run::{Run, RunHeader};
use unstick::domain::step::{Action, Rung};
use unstick::domain::tally::Tally;
use unstick::domain::text::Text;

/// The run of the story.
pub(crate) const RUN: RunId = RunId(142);

fn conversation_of(id: ConversationId) -> Conversation {
    let chat = chats().into_iter().find(|chat| chat.id == id).unwrap();
    chat.conversation()
}

/// The evidence once every leg is closed.
fn over(id: ConversationId) -> Evidence {
    let mut conversation = conversation_of(id);
    for leg in conversation
        .participants
        .iter_mut()
        .flat_map(|party| &mut party.legs)
    {
        leg.state = LegState::Disconnected;
    }
    Evidence::of(&conversation)
}

/// The evidence once the customer wrote.
fn written(id: ConversationId, at: Timestamp) -> Evidence {
    let mut conversation = conversation_of(id);
    conversation.messages.push(Message {
        id: Text::clean("new"),
        at,
        from: Side::Customer,
    });
    Evidence::of(&conversation)
}

impl Desk {
    /// Marks what may be ended together, and two chats that may not.
    pub(crate) fn mark_stuck(&mut self) {
        let wanted = [
            "3f2a9c41", "b81e07d2", "9e41b3f0", "5d90f1c8", "e2264b7f", "c05be6a7", "6a1f3d88",
            "2b9c44e6", "0c7d55aa", "4c18ae90",
        ];
        for short in wanted {
            self.app.chats.marks.mark(id(short));
        }
    }

    /// Answers the plan's reads, `count` of them.
    pub(crate) fn reread(&mut self, count: usize) {
        let asked = self.app.planning().unwrap().asked.clone();
        for id in asked.into_iter().take(count) {
            let chat = chats().into_iter().find(|chat| chat.id == id).unwrap();
            self.fact(chat.read(self.now));
        }
    }

    /// Opens the plan for what is stuck, with a note.
    pub(crate) fn plan(&mut self) {
        self.mark_stuck();
        self.keys("x");
        self.reread(usize::MAX);
        if self.app.screens.is_empty() {
            return;
        }
        self.keys("n");
        self.keys("INC-4821 flow publish left legs open\r");
    }

    /// Types the phrase of the plan.
    pub(crate) fn confirm(&mut self) {
        self.plan();
        self.keys("T");
        self.pass(500);
        let phrase = self
            .app
            .planning()
            .and_then(|planning| planning.plan.clone())
            .map_or_else(String::new, |plan| plan.phrase());
        self.keys(&format!("{phrase}\r"));
    }

    /// The plan that the engine was asked to start.
    pub(crate) fn started(&self) -> Option<(Arc<Plan>, Option<String>)> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Engine(Command::Start { plan, note }) => Some((plan.clone(), note.clone())),
            _ => None,
        })
    }

    pub(crate) fn run_fact(&mut self, event: RunEvent) {
        let at = self.now;
        self.fact(Fact::Run(RUN, RunFact { at, event }));
    }

    pub(crate) fn item(&mut self, short: &str, what: ItemEvent) {
        self.run_fact(RunEvent::Item {
            conversation: id(short),
            what,
        });
    }

    fn observe(&mut self, short: &str, evidence: Evidence) {
        let read_at = self.now - SignedDuration::from_millis(212);
        let ended = evidence.is_clear();
        self.item(
            short,
            ItemEvent::Observed {
                read_at,
                evidence,
                aside: unstick::domain::aside::Aside::default(),
                ended,
                receipt: receipt(200, 212),
            },
        );
    }

    pub(crate) fn send(&mut self, short: &str, action: Action, class: Class, status: u16) {
        self.item(short, ItemEvent::Intended { action, attempt: 1 });
        self.pass(400);
        let failure = (class != Class::Accepted).then(|| Failure {
            kind: FailureKind::RateLimited {
                retry_after: Some(4),
            },
            code: None,
            said: Text::clean(called(
                slot::SAID,
                "Rate limit exceeded. Retry the request in [4] seconds",
            )),
            receipt: receipt(status, 61),
        });
        self.item(
            short,
            ItemEvent::Answered {
                class,
                receipt: failure.is_none().then(|| receipt(status, 388)),
                failure,
            },
        );
    }

    pub(crate) fn legs(&self, short: &str) -> Action {
        let plan = &self.app.live.as_ref().unwrap().run.header.plan;
        let item = plan.items.iter().find(|item| item.id == id(short)).unwrap();
        Action::Legs {
            participant: *item.leg_targets().first().unwrap(),
        }
    }

    pub(crate) fn check(&mut self, short: &str) {
        let evidence = Evidence::of(&conversation_of(id(short)));
        self.observe(short, evidence);
    }

    pub(crate) fn end(&mut self, short: &str) {
        let legs = self.legs(short);
        self.end_by(short, legs);
    }

    /// Ends it with one request.
    fn end_by(&mut self, short: &str, request: Action) {
        self.check(short);
        self.send(short, request, Class::Accepted, 202);
        self.pass(1000);
        self.observe(short, over(id(short)));
        self.pass(2100);
        self.observe(short, over(id(short)));
        self.settle(short, FinalState::Ended, "two reads show no open leg");
    }

    pub(crate) fn settle(&mut self, short: &str, state: FinalState, reason: &'static str) {
        let reason = called(slot::REASON, reason);
        self.item(short, ItemEvent::Settled(Settled::new(state, reason)));
    }

    /// Starts the run, as far as three chats ended, one held, one waiting after 429 and one in flight.
    pub(crate) fn run_half(&mut self) {
        self.confirm();
        self.pass(3100);
        self.carry_half();
    }

    /// The same from where the engine was asked to start it.
    pub(crate) fn carry_half(&mut self) {
        if !self.open_run() {
            return;
        }
        for short in ["3f2a9c41", "b81e07d2", "e2264b7f"] {
            self.end(short);
        }
        let at = self.now;
        self.observe("2b9c44e6", written(id("2b9c44e6"), at));
        self.settle("2b9c44e6", FinalState::Held, "customer wrote");
        self.check("6a1f3d88");
        let legs = self.legs("6a1f3d88");
        self.send("6a1f3d88", legs, Class::NotApplied, 429);
        self.check("c05be6a7");
        let legs = self.legs("c05be6a7");
        self.send("c05be6a7", legs, Class::Accepted, 202);
        self.keys("gjjjjjj");
    }

    /// The engine opens the run that it was asked to start, if it was.
    pub(crate) fn open_run(&mut self) -> bool {
        let Some((plan, note)) = self.started() else {
            return false;
        };
        let header = RunHeader {
            id: RUN,
            plan,
            operator: called(slot::OPERATOR, "sam").to_owned(),
            label: "PROD".to_owned(),
            note,
            api_url: "https://api.example.test".to_owned(),
            created: self.now,
        };
        let run = Run::new(header, Timings::default());
        self.fact(Fact::RunOpened(Box::new(run)));
        self.run_fact(RunEvent::Confirmed);
        true
    }

    /// A run that ends every chat that was planned.
    pub(crate) fn run_clean(&mut self) {
        self.confirm();
        self.pass(3100);
        self.open_run();
        let plan = self.app.live.as_ref().unwrap().run.header.plan.clone();
        for item in &plan.items {
            let legs = item.leg_targets().first().copied();
            let request = legs.map_or(Action::Close, |participant| Action::Legs { participant });
            self.end_by(&item.id.short(), request);
        }
        self.run_fact(RunEvent::Finished);
    }

    /// Takes the run to its end: one chat escalates, one is held, one owes wrap-up.
    pub(crate) fn run_whole(&mut self) {
        self.run_half();
        self.carry_on();
    }

    /// The same from where half of it is done.
    pub(crate) fn carry_on(&mut self) {
        if self.app.live.is_none() {
            return;
        }
        self.pass(4000);
        self.end("6a1f3d88");
        self.settle(
            "c05be6a7",
            FinalState::Escalate,
            "every request was accepted and a leg is still open: agent",
        );
        self.check("9e41b3f0");
        self.settle(
            "9e41b3f0",
            FinalState::WrapUpOwed,
            "no leg is open; an agent still owes wrap-up",
        );
        self.check("5d90f1c8");
        self.send("5d90f1c8", Action::Close, Class::Accepted, 202);
        self.pass(1000);
        self.observe("5d90f1c8", over(id("5d90f1c8")));
        self.pass(2100);
        self.observe("5d90f1c8", over(id("5d90f1c8")));
        let mut settled = Settled::new(FinalState::Ended, "two reads show no open leg");
        settled.incident = Some(
            "customer wrote before the request took effect, and the check had not shown it"
                .to_owned(),
        );
        self.item("5d90f1c8", ItemEvent::Settled(settled));
        self.run_fact(RunEvent::Finished);
    }

    /// The engine pauses the run.
    pub(crate) fn pause(&mut self, why: &'static str) {
        let why = called(slot::PAUSE, why).to_owned();
        self.run_fact(RunEvent::Paused { why });
    }

    /// The engine heard the stop.
    pub(crate) fn stopped(&mut self) {
        let by = "operator".to_owned();
        self.run_fact(RunEvent::Stopped { by });
    }

    /// The journal answers with these runs, and there are no others.
    pub(crate) fn runs_are(&mut self, runs: Vec<PastRun>) {
        self.runs_found(RunsFound {
            runs,
            ..RunsFound::default()
        });
    }

    /// The journal answers the newest look.
    pub(crate) fn runs_found(&mut self, found: RunsFound) {
        let look = self.app.history.newest_look();
        self.tell(Msg::History(look, Ok(found)));
    }

    /// The journal tells the newest runs first.
    pub(crate) fn newest_runs_are(&mut self, runs: Vec<PastRun>) {
        let look = self.app.history.newest_look();
        self.tell(Msg::NewestRuns(look, runs));
    }

    /// The journal answers with three runs, the newest of which was cut short.
    pub(crate) fn history(&mut self) {
        let run = |number: u32,
                   hours: i64,
                   ended: usize,
                   planned: usize,
                   is_cut: bool,
                   note: &'static str| {
            let created = self.now - SignedDuration::from_hours(hours);
            let mut tally = Tally {
                planned,
                ..Tally::default()
            };
            tally.settled[0] = ended;
            if !is_cut {
                tally.settled[3] = planned - ended;
            }
            PastRun {
                id: RunId(number),
                org_id: "org-1".to_owned(),
                profile: "acme-prod".to_owned(),
                operator: called(slot::OPERATOR, "sam").to_owned(),
                note: Some(called(slot::NOTE, note).to_owned()),
                created,
                finished: (!is_cut).then(|| created + SignedDuration::from_secs(51)),
                tally,
                plan: PastPlan {
                    rung: Rung::Close,
                    recipe: None,
                    filter: Some("is:stuck".to_owned()),
                    wrap_up: Some("code-1".to_owned()),
                    hash: "7be1c4aa".to_owned(),
                    kinds: vec![(Kind::Orphan, planned - 1), (Kind::BotLoop, 1)],
                },
            }
        };
        let runs = vec![
            run(142, 1, 6, 9, true, "INC-4821 flow publish left legs open"),
            run(141, 5, 3, 3, false, "orphans after lunch"),
            run(140, 20, 12, 14, false, "single chat, then more"),
            run(139, 100, 25, 25, false, "load test clean-up"),
        ];
        self.runs_are(runs);
    }

    /// Asks to resume the run that was cut short; the journal gives it.
    pub(crate) fn resume(&mut self) {
        let confirmed = RunFact {
            at: self.now,
            event: RunEvent::Confirmed,
        };
        let record = self.recorded(vec![confirmed]);
        self.load(record);
    }

    /// Asks to resume a run that finished with one chat whose state is not known.
    pub(crate) fn past_with_unresolved(&mut self) {
        let record = self.with_unresolved();
        self.load(record);
    }

    /// The list with the journal's runs known, and what the journal answers where that run is asked for.
    pub(crate) fn with_unresolved(&mut self) -> Msg {
        let mut facts = self.settled(FinalState::Unresolved);
        facts.push(RunFact {
            at: self.now,
            event: RunEvent::Finished,
        });
        self.recorded(facts)
    }

    /// Asks to resume a run that was killed before its end was on record, with nothing left to do.
    pub(crate) fn past_without_its_end(&mut self) {
        let facts = self.settled(FinalState::Held);
        let record = self.recorded(facts);
        self.load(record);
    }

    /// A run whose chats are all settled, the first one so.
    fn settled(&self, first: FinalState) -> Vec<RunFact> {
        let at = self.now;
        let all = [
            "3f2a9c41", "b81e07d2", "9e41b3f0", "5d90f1c8", "e2264b7f", "c05be6a7", "6a1f3d88",
            "2b9c44e6",
        ];
        let mut facts = vec![RunEvent::Confirmed];
        facts.extend(all.iter().enumerate().map(|(place, short)| {
            let state = if place == 0 {
                first
            } else {
                FinalState::Cancelled
            };
            RunEvent::Item {
                conversation: id(short),
                what: ItemEvent::Settled(Settled::new(state, "no answer was read")),
            }
        }));
        let facts = facts.into_iter();
        facts.map(|event| RunFact { at, event }).collect()
    }

    fn load(&mut self, record: Msg) {
        self.keys("R");
        self.tell(record);
        self.draw();
        self.pass(500);
    }

    /// The list with the journal's runs known, and what the journal answers where the run that was cut short is asked for.
    pub(crate) fn cut_short(&mut self) -> Msg {
        let confirmed = RunFact {
            at: self.now,
            event: RunEvent::Confirmed,
        };
        self.recorded(vec![confirmed])
    }

    fn recorded(&mut self, facts: Vec<RunFact>) -> Msg {
        self.plan();
        let planning = self.app.planning();
        let plan = planning.and_then(|planning| planning.plan.clone());
        self.keys("\u{1b}");
        self.history();
        let header = RunHeader {
            id: RUN,
            plan: plan.unwrap(),
            operator: called(slot::OPERATOR, "sam").to_owned(),
            label: "PROD".to_owned(),
            note: None,
            api_url: "https://api.example.test".to_owned(),
            created: self.now,
        };
        Msg::Loaded(RUN, Ok(Box::new(RunRecord { header, facts })))
    }
}
