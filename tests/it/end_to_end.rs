//! The real client, engine and journal against the sandbox over HTTP. After every run an oracle compares what really happened with what
//! the journal says.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use unstick::clock::WallClock;
use unstick::domain::diagnosis;
use unstick::domain::draft::draft;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent};
use unstick::domain::feed::{Command, Fact};
use unstick::domain::guard::Terms;
use unstick::domain::ids::ConversationId;
use unstick::domain::item::Timings;
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan, Scope};
use unstick::domain::roster::Roster;
use unstick::domain::run::{Pace, Run, RunState};
use unstick::engine::gather::{Gather, gather};
use unstick::engine::ports::{Clock, Lane, Limiter, Terminator};
use unstick::engine::{Engine, Parts};
use unstick::genesys::{Access, Client, Timeouts, WritingClient};
use unstick::journal::{Journal, JournalOptions};
use unstick::sandbox::{Kind as StagedKind, Options, Sandbox, Scenario, Truth};
use unstick::settings::region::Addresses;

/// An organisation, a client of it and a journal, all real, all of this test alone.
struct Place {
    sandbox: Sandbox,
    client: WritingClient,
    limiter: Limiter,
    clock: WallClock,
    scope: Scope,
    journal: Journal,
    folder: PathBuf,
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl Place {
    async fn with(scenario: &str, name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("unstick-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let sandbox = Sandbox::start(Options::new(Scenario::named(scenario).unwrap()), listener)
            .await
            .unwrap();
        let welcome = sandbox.welcome().clone();
        let (limiter, clock) = (Limiter::new(270), WallClock::start());
        let access = Access {
            profile: "sandbox".to_owned(),
            addresses: Addresses::of_loopback(&welcome.url, &welcome.login_url).unwrap(),
            client_id: welcome.client_id.clone(),
            client_secret: welcome.client_secret.clone().into(),
            certificate: None,
        };
        let reader = Client::new(access, Timeouts::default(), limiter.clone(), clock).unwrap();
        let client = WritingClient::new(reader);
        let scope = client
            .identity(limiter.acquire(Lane::Act, 1).await)
            .await
            .unwrap();
        assert_eq!(scope.org_id, welcome.org_id.to_string());
        let journal =
            Journal::open_at(&folder.join("journal.db"), JournalOptions::default()).unwrap();
        Self {
            sandbox,
            client,
            limiter,
            clock,
            scope,
            journal,
            folder,
        }
    }

    async fn order_trouble(&self, faults: serde_json::Value) {
        self.order("faults", &faults).await;
    }

    /// Something happens in the world now.
    async fn let_happen(&self, event: &str, id: ConversationId) {
        let order = serde_json::json!({ "event": event, "conversation": id.to_string() });
        self.order("events", &order).await;
    }

    async fn order(&self, what: &str, order: &serde_json::Value) {
        let url = format!("{}/sandbox/{what}", self.sandbox.welcome().url);
        let sent = reqwest::Client::new().post(url).json(order).send();
        let answer = sent.await.unwrap();
        let status = answer.status();
        assert!(status.is_success(), "{}", answer.text().await.unwrap());
    }

    async fn roster(&self) -> Roster {
        let wanted = Gather {
            read_for: Duration::from_secs(60),
            only: None,
            known: Roster::default(),
        };
        gather(&self.client, &self.clock, &self.limiter, wanted, |_| {})
            .await
            .unwrap()
    }

    /// The conversations of these kinds, with a plan of them.
    async fn plan(&self, wanted: impl Fn(Kind) -> bool, choices: &Choices) -> Plan {
        let roster = self.roster().await;
        let now = self.clock.now();
        let mut ids: Vec<ConversationId> = roster
            .rows()
            .filter(|row| wanted(row.kind(now)))
            .map(|row| row.listed.id)
            .collect();
        ids.sort();
        let terms = Terms {
            choices,
            from_filter: false,
            max_batch: 500,
            allow_teardown: true,
            escalated: &[],
            now,
            max_read_age: None,
            still_matches: None,
        };
        draft(&ids, &roster, &self.scope, &terms).unwrap()
    }

    /// Carries a plan out with the real engine; pauses are answered with a stop, as commands without a screen do.
    async fn carry_out(&self, plan: Plan) -> Run {
        let (sender, mut facts) = mpsc::channel(256);
        let parts = Parts {
            org: self.client.clone(),
            recorder: self.journal.clone(),
            clock: self.clock,
            limiter: self.limiter.clone(),
            scope: self.scope.clone(),
            pace: Pace {
                canary: 1,
                max_parallel: 4,
            },
            max_batch: 500,
            operator: "tester".to_owned(),
            label: "SANDBOX".to_owned(),
            api_url: self.sandbox.welcome().url.clone(),
            timings: Timings::default(),
            polls: false,
        };
        let (engine, _task) = Engine::spawn(parts, sender);
        engine.send(Command::Start {
            plan: Arc::new(plan),
            note: None,
        });
        let mut run: Option<Run> = None;
        loop {
            let fact = tokio::time::timeout(Duration::from_secs(90), facts.recv())
                .await
                .expect("the run hangs")
                .unwrap();
            match fact {
                Fact::RunOpened(opened) => run = Some(*opened),
                Fact::RunRefused { why } => panic!("{why}"),
                Fact::Run(_, fact) => {
                    let run = run.as_mut().unwrap();
                    assert!(run.apply(&fact), "{fact:?}");
                    if matches!(run.state, RunState::Paused(_)) {
                        engine.send(Command::StopRun {
                            by: "no screen".to_owned(),
                        });
                    }
                    if run.finished.is_some() {
                        return run.clone();
                    }
                }
                _ => {}
            }
        }
    }

    /// What really happened agrees with what the journal says.
    fn check_truth(&self, run: &Run) {
        let planned: HashSet<ConversationId> =
            run.header.plan.items.iter().map(|item| item.id).collect();
        let us = &self.sandbox.welcome().client_id;
        let truth: Vec<Truth> = self.sandbox.truth();
        let kept = self.journal.history().load(run.header.id).unwrap();
        let mut intents: HashMap<(String, String), u32> = HashMap::new();
        for item in &kept.items {
            for sent in &item.sends {
                *intents
                    .entry((
                        sent.action.method().to_owned(),
                        sent.action.path(item.plan.id),
                    ))
                    .or_default() += 1;
            }
        }
        let mut ended_legs = HashSet::new();
        for change in truth
            .iter()
            .filter(|change| format!("{:?}", change.who).contains(us.as_str()))
        {
            let id: ConversationId = change.conversation.to_string().parse().unwrap();
            assert!(
                planned.contains(&id),
                "applied outside the plan: {change:?}"
            );
            let cause = change.request.as_ref().unwrap();
            assert!(
                intents.contains_key(&(cause.method.clone(), cause.path.clone())),
                "no intent for {cause:?}"
            );
            if let Some(leg) = change.communication {
                assert!(
                    ended_legs.insert((leg, format!("{:?}", change.what))),
                    "applied twice: {change:?}"
                );
            }
        }
        let over: HashSet<ConversationId> = truth
            .iter()
            .filter(|change| format!("{:?}", change.what) == "ConversationEnded")
            .map(|change| change.conversation.to_string().parse().unwrap())
            .collect();
        for (live, kept) in run.items.iter().zip(&kept.items) {
            let settled = &kept
                .settled
                .as_ref()
                .expect("no final state in the journal")
                .0;
            assert_eq!(
                Some(settled),
                live.settled.as_ref().map(|(settled, _)| settled)
            );
            if settled.state.is_done() {
                assert!(
                    over.contains(&kept.plan.id),
                    "said to be {} and is open",
                    settled.state.word()
                );
            }
            if matches!(settled.state, FinalState::Cancelled) {
                assert!(kept.sends.is_empty());
            }
        }
        let verdict = self.journal.history().verify().unwrap();
        assert!(verdict.faults.is_empty(), "{verdict:?}");
    }
}

/// The staged kinds whose rule is not written yet, and what the client makes of them meanwhile:
/// `stubborn` needs the record of own runs, `desync` and `ghost` analytics' legs beside the live ones
/// (a `ghost` that cannot be read stays unread), `away` the agent's presence.
const WITHOUT_A_RULE: [(StagedKind, Kind); 4] = [
    (StagedKind::Stubborn, Kind::Orphan),
    (StagedKind::Desync, Kind::Reopen),
    (StagedKind::Ghost, Kind::Unread),
    (StagedKind::Away, Kind::Serving),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_staged_kind_is_diagnosed_as_what_it_was_staged_as() {
    for scenario in ["kinds", "demo"] {
        let place = Place::with(scenario, &format!("kinds-{scenario}")).await;
        let roster = place.roster().await;
        for staged in place.sandbox.staged() {
            let id: ConversationId = staged.conversation.to_string().parse().unwrap();
            if staged.kind == StagedKind::Reopen {
                assert!(roster.row(id).is_none(), "what is over is not listed");
                continue;
            }
            let row = roster
                .row(id)
                .unwrap_or_else(|| panic!("{staged:?} is not listed"));
            let found = diagnosis::of(row, place.clock.now());
            let mut exceptions = WITHOUT_A_RULE.iter();
            let exception = exceptions.find(|(kind, _)| *kind == staged.kind);
            let expected = exception.map_or(format!("{:?}", staged.kind), |(_, kind)| {
                format!("{kind:?}")
            });
            assert_eq!(
                format!("{:?}", found.kind),
                expected,
                "{scenario} {staged:?}: {}",
                found.why
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_nine_stuck_chats_of_the_demo_are_ended_and_the_truth_agrees() {
    let place = Place::with("demo", "nine").await;
    let pass = place.limiter.acquire(Lane::Read, 1).await;
    let codes = place
        .client
        .reader()
        .wrap_up_codes(1, pass)
        .await
        .unwrap()
        .codes;
    let choices = Choices {
        wrap_up: codes.first().map(|code| code.id.clone()),
        ..Choices::default()
    };
    let is_stuck = |kind: Kind| {
        kind.severity() == unstick::domain::kind::Severity::Stuck && kind != Kind::Alone
    };
    let plan = place.plan(is_stuck, &choices).await;
    assert_eq!(plan.items.len(), 9, "{:?}", plan.skipped);
    let run = place.carry_out(plan).await;
    place.check_truth(&run);
    let tally = run.tally();
    let reasons: Vec<_> = run
        .items
        .iter()
        .map(|item| (item.plan.kind, item.settled.clone().unwrap().0.reason))
        .collect();
    assert_eq!(tally.of(FinalState::Ended), 9, "{reasons:?}");
    for item in &run.items {
        let bound = item.plan.request_bound(&run.header.plan);
        assert!(
            usize::try_from(item.requests).unwrap() <= bound,
            "{:?} took {} of {bound} requests",
            item.plan.kind,
            item.requests
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trouble_on_the_way_changes_nothing_about_the_truth() {
    let place = Place::with("demo", "trouble").await;
    let plan = place
        .plan(|kind| kind == Kind::Orphan, &Choices::default())
        .await;
    assert_eq!(plan.items.len(), 4);
    place
        .order_trouble(serde_json::json!({ "fault": [
            { "step": "legs", "conversation": "orphan-1", "status": 500, "when": "after" },
            { "step": "legs", "conversation": "orphan-2", "drop": true, "when": "before" },
            { "step": "legs", "conversation": "orphan-3", "status": 429, "retry_after": 2 },
            { "step": "read", "conversation": "orphan-4", "nth": 2, "status": 503 },
        ]}))
        .await;
    let run = place.carry_out(plan).await;
    place.check_truth(&run);
    let reasons: Vec<_> = run
        .items
        .iter()
        .map(|item| item.settled.clone().unwrap().0)
        .collect();
    assert_eq!(run.tally().of(FinalState::Ended), 4, "{reasons:?}");
    let sends: u32 = run
        .items
        .iter()
        .map(|item| u32::try_from(item.sends.len()).unwrap())
        .sum();
    assert_eq!(
        sends, 6,
        "the dropped and the limited one are sent again, the applied one is not"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_joins_or_writes_after_the_plan_holds_the_chat() {
    let place = Place::with("demo", "joins").await;
    let plan = place
        .plan(|kind| kind == Kind::Orphan, &Choices::default())
        .await;
    let (joined, written) = (plan.items[1].id, plan.items[2].id);
    place.let_happen("agent-joins", joined).await;
    place.let_happen("customer-writes", written).await;
    let run = place.carry_out(plan).await;
    place.check_truth(&run);
    // The customer of an orphan had left: to write is to come back.
    for (id, reason) in [(joined, "agent joined"), (written, "customer joined")] {
        let item = run.item(id).unwrap();
        let settled = &item.settled.as_ref().unwrap().0;
        assert_eq!(settled.state, FinalState::Held);
        assert!(settled.reason.contains(reason), "{}", settled.reason);
        assert!(item.sends.is_empty());
    }
    assert_eq!(run.tally().of(FinalState::Ended), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_permission_stops_the_run_after_one_request() {
    let place = Place::with("demo", "permission").await;
    let plan = place
        .plan(|kind| kind == Kind::Orphan, &Choices::default())
        .await;
    place.order_trouble(serde_json::json!({ "remove_permissions": ["conversation:communication:disconnect", "conversation:participant:wrapup", "conversation:call:record"] })).await;
    let run = place.carry_out(plan).await;
    place.check_truth(&run);
    let Some(RunState::Halted(_, why)) = &run.cut_short else {
        panic!("{:?}", run.cut_short)
    };
    assert!(
        why.contains("conversation:communication:disconnect"),
        "{why}"
    );
    let facts = run.items.iter().flat_map(|item| &item.sends).count();
    assert_eq!(facts, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_polite_liar_is_never_believed() {
    let place = Place::with("demo", "liar").await;
    let plan = place
        .plan(|kind| kind == Kind::NoShow, &Choices::default())
        .await;
    place.order_trouble(serde_json::json!({ "fault": [{ "step": "legs", "times": 1, "accepted_but_open": true }] })).await;
    let run = place.carry_out(plan).await;
    place.check_truth(&run);
    assert_eq!(
        run.items[0].sends.len(),
        2,
        "accepted, not true after fifteen seconds, sent once more"
    );
    assert_eq!(run.tally().of(FinalState::Ended), 1);
    let kept = self::facts_of(&place, &run);
    assert!(kept.iter().any(|event| matches!(
        event,
        RunEvent::Item {
            what: ItemEvent::Intended { attempt: 2, .. },
            ..
        }
    )));
}

fn facts_of(place: &Place, run: &Run) -> Vec<RunEvent> {
    let lines = place.journal.history().export_json(run.header.id).unwrap();
    lines
        .lines()
        .filter_map(|line| serde_json::from_str::<unstick::domain::fact::RunFact>(line).ok())
        .map(|fact| fact.event)
        .collect()
}
