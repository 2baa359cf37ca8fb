//! Hundreds of random runs over the scripted organisation: every kind of trouble, people who come and write at the wrong moment, kills,
//! resumes, pauses and stops. After each the three promises are held against what really happened.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::SignedDuration;
use unstick::domain::conversation::Purpose;
use unstick::domain::evidence::OpenLeg;
use unstick::domain::fact::{Class, FinalState, ItemEvent, RunEvent, RunFact};
use unstick::domain::failure::FailureKind;
use unstick::domain::feed::{Command, Fact};
use unstick::domain::ids::{ConversationId, RunId};
use unstick::domain::plan::{Choices, Plan};
use unstick::domain::rulings::Case;
use unstick::domain::run::{Pace, Run, RunState};
use unstick::domain::step::{Action, Rung, Step};
use unstick::engine::ports::{Recorder as _, RunDraft};
use unstick::journal::{Journal, JournalOptions};

use crate::model::*;
use crate::support::dice::Dice;

const SEEDS: u64 = 300;
/// Fewer, as each fact is made durable.
const WALL_SEEDS: u64 = 12;

fn trouble() -> Vec<FailureKind> {
    vec![
        FailureKind::NotSent,
        FailureKind::GrewOld,
        FailureKind::TokenRenewed,
        FailureKind::Unreachable,
        FailureKind::Untrusted,
        FailureKind::Broken,
        FailureKind::TimedOut,
        FailureKind::Redirected,
        FailureKind::Refused,
        FailureKind::SignInRefused,
        FailureKind::NotPermitted {
            permissions: Vec::new(),
        },
        FailureKind::Forbidden,
        FailureKind::NotYourLeg,
        FailureKind::Intercepted,
        FailureKind::NotFound,
        FailureKind::WrongRoute,
        FailureKind::Conflict,
        FailureKind::RateLimited {
            retry_after: Some(3),
        },
        FailureKind::RateLimited {
            retry_after: Some(900),
        },
        FailureKind::ServiceFault,
        FailureKind::GatewayGaveUp,
        FailureKind::Unavailable { retry_after: None },
        FailureKind::Unreadable,
        FailureKind::Garbled,
        FailureKind::TooLarge,
        FailureKind::Odd,
    ]
}

/// One request goes wrong. Only what is not known to have been refused may take effect all the same.
fn ill(dice: &mut Dice) -> Fault {
    let step = dice.of(&[
        None,
        Some(Step::Legs),
        Some(Step::Legs),
        Some(Step::Close),
        Some(Step::WrapUp),
    ]);
    let takes = Duration::from_millis(dice.of(&[5, 50, 400, 1900, 2600, 9000]));
    let effect = [None, Some(10), Some(900), Some(4000), Some(12_000)];
    let (answer, may_apply) = if dice.in_ten(3) {
        (Ok(202), true)
    } else {
        let kind = dice.of(&trouble());
        let failure = failure(kind, None);
        let class = step.map(|_| Case::of(&failure.kind).rule().class);
        (Err(failure), class == Some(Class::Ambiguous))
    };
    let applied_after = if may_apply && step.is_some() {
        dice.of(&effect).map(Duration::from_millis)
    } else {
        None
    };
    Fault {
        step,
        applied_after,
        takes,
        answer,
    }
}

/// The organisation of a seed, and a plan over part of it.
fn stage(dice: &mut Dice) -> (Model, Plan) {
    let model = Model::new();
    let shapes: [&[(Purpose, bool)]; 6] = [
        &[(Purpose::Customer, false), (Purpose::Agent, true)],
        &[(Purpose::Customer, true), (Purpose::Agent, true)],
        &[(Purpose::Customer, true), (Purpose::Bot, true)],
        &[(Purpose::Customer, true)],
        &[(Purpose::Customer, false), (Purpose::Bot, true)],
        &[
            (Purpose::Customer, true),
            (Purpose::Agent, true),
            (Purpose::Queue, true),
        ],
    ];
    let rung = dice.of(&[Rung::Close, Rung::Close, Rung::Legs, Rung::Teardown]);
    let count = if rung == Rung::Teardown {
        1
    } else {
        1 + dice.below(6)
    };
    let ids: Vec<ConversationId> = (1..=count)
        .map(|bits| model.chat(u128::from(bits), dice.of(&shapes)))
        .collect();
    model.chat(99, shapes[1]);
    if dice.in_ten(3) {
        model.agents_owe_wrap_up();
    }
    if dice.in_ten(4) {
        model.machines_stay();
    }
    let wrap_up = dice.in_ten(5).then(|| "code".to_owned());
    let choices = Choices {
        rung,
        wrap_up,
        ..Choices::default()
    };
    let plan = plan_for(&model, &ids, &choices);
    for _ in 0..dice.below(8) {
        model.fault(ill(dice));
    }
    for _ in 0..dice.below(5) {
        let id = dice.of(&ids);
        let effect = match dice.below(10) {
            0..3 => Effect::AgentJoins(id),
            3..6 => Effect::CustomerWrites(id),
            6 | 7 => Effect::Reborn(id),
            8 => Effect::DisconnectAll(id),
            _ => Effect::WrapUpDone(id),
        };
        let limit = dice.of(&[300, 3000, 20_000]);
        model.later(SignedDuration::from_millis(dice.ms(limit)), effect);
    }
    (model, plan)
}

/// Carries the plan out through kills, pauses and stops, until the run is finished; gives it with the journal.
async fn live(dice: &mut Dice, model: &Model, plan: &Plan) -> (Run, MemoryJournal) {
    let pace = Pace {
        canary: 1,
        max_parallel: 3,
    };
    let mut journal = MemoryJournal::default();
    let mut kills = dice.below(3);
    let mut start = Command::Start {
        plan: Arc::new(plan.clone()),
        note: None,
    };
    loop {
        let mut carried = engine_over(model, &journal, pace);
        carried.engine.send(start);
        let last_words = (kills > 0).then(|| 2 + dice.below(25));
        let left = serve(dice, &mut carried, last_words).await;
        let run = carried.run.take().expect("the run was not opened");
        if run.finished.is_some() {
            return (run, journal);
        }
        // Killed, or left by a second stop: what is recorded is all there is.
        journal.kill();
        journal = journal.after_crash(journal.facts().len());
        kills = kills.saturating_sub(u64::from(!left));
        let asleep = dice.of(&[0, 1, 20, 45 * 60]);
        tokio::time::sleep(Duration::from_secs(asleep)).await;
        start = Command::Resume(RunId(1));
    }
}

/// An operator who pauses, goes on and stops at random. Answers whether the engine left the run by itself.
async fn serve(dice: &mut Dice, carried: &mut Carried, last_words: Option<u64>) -> bool {
    let mut facts = 0;
    let mut patience = 4;
    loop {
        let fact = tokio::time::timeout(Duration::from_secs(7200), carried.facts.recv()).await;
        match fact.expect("the run hangs").expect("the engine ended") {
            Fact::RunOpened(run) => carried.run = Some(*run),
            Fact::RunRefused { why } if carried.run.is_some() => {
                assert!(why.contains("resume"), "it says how to go on: {why}");
                return true;
            }
            Fact::RunRefused { why } => panic!("refused: {why}"),
            Fact::Run(_, fact) => {
                let run = carried.run.as_mut().expect("a fact before its run");
                assert!(run.apply(&fact), "a fact that cannot follow: {fact:?}");
                facts += 1;
                if run.finished.is_some() || last_words == Some(facts) {
                    return false;
                }
                let is_paused = matches!(run.state, RunState::Paused(_));
                if is_paused && patience > 0 {
                    patience -= 1;
                    carried.engine.send(Command::PauseRun(false));
                } else if is_paused || dice.below(60) == 0 {
                    let by = "operator".to_owned();
                    carried.engine.send(Command::StopRun { by });
                } else if dice.below(40) == 0 {
                    carried.engine.send(Command::PauseRun(true));
                }
            }
            _ => {}
        }
    }
}

/// What the journal tells of each conversation, in order.
fn trails(facts: &[RunFact]) -> HashMap<ConversationId, Vec<&ItemEvent>> {
    let mut trails: HashMap<ConversationId, Vec<&ItemEvent>> = HashMap::new();
    for fact in facts {
        if let RunEvent::Item { conversation, what } = &fact.event {
            trails.entry(*conversation).or_default().push(what);
        }
    }
    trails
}

/// What is wrong with how a run came out; nothing if all promises were kept.
fn broken_promises(model: &Model, plan: &Plan, run: &Run, facts: &[RunFact]) -> String {
    let mut wrong = String::new();
    let planned: HashSet<ConversationId> = plan.items.iter().map(|item| item.id).collect();
    for sent in sends(model) {
        let item = plan.items.iter().find(|item| item.id == sent.conversation);
        let is_planned = item.is_some_and(|item| match sent.action.as_ref() {
            Some(Action::Legs { participant }) => item.leg_targets().contains(participant),
            Some(Action::Teardown) => plan.rung == Rung::Teardown,
            Some(Action::Recipe(_)) => false,
            Some(Action::Close | Action::WrapUp { .. }) => plan.rung == Rung::Close,
            None => true,
        });
        if !is_planned {
            let _ = writeln!(wrong, "outside the plan: {sent:?}");
        }
    }
    for (id, trail) in trails(facts) {
        let mut has_read = false;
        let mut is_final = false;
        for event in trail {
            match event {
                ItemEvent::Observed { .. } => has_read = true,
                ItemEvent::Intended { .. } => {
                    if !has_read || is_final {
                        let _ = writeln!(wrong, "{id}: sent without a read, or after its end");
                    }
                    has_read = false;
                }
                ItemEvent::Settled(_) => is_final = true,
                ItemEvent::ReadFailed { .. }
                | ItemEvent::EndSought { .. }
                | ItemEvent::LateEffect { .. }
                | ItemEvent::Sighted(_)
                | ItemEvent::Answered { .. } => {}
            }
        }
    }
    if run.items.len() != planned.len() {
        let _ = writeln!(wrong, "an item was lost");
    }
    let hits = model.hits();
    for item in &run.items {
        let id = item.plan.id;
        let Some((settled, settled_at)) = &item.settled else {
            let _ = writeln!(wrong, "{id}: has no final state");
            continue;
        };
        let is_same = |leg: &OpenLeg, id| leg.communication == id;
        let conversation = model.conversation(id);
        let is_open = conversation.open_legs().any(|(party, leg)| {
            let mut legs = item.plan.evidence.legs.iter();
            legs.any(|planned| planned.participant == party.id && is_same(planned, leg.id))
        });
        let says_over = settled.state.is_done() || settled.state == FinalState::WrapUpOwed;
        if says_over && is_open {
            let _ = writeln!(
                wrong,
                "{id}: a planned leg is open, and it says {settled:?}"
            );
        }
        for sent in &item.sends {
            let (applied, refused) = item.sends_at(&sent.action);
            let most = if plan.rung == Rung::Teardown { 1 } else { 2 };
            if applied > most || refused > 5 {
                let _ = writeln!(wrong, "{id}: {applied} and {refused} sends at one target");
            }
        }
        // What takes effect later than the last read can be seen by nobody who no longer looks.
        let was_hit = hits.iter().any(|(hit, leg, at)| {
            *hit == id
                && at < settled_at
                && !item
                    .plan
                    .evidence
                    .legs
                    .iter()
                    .any(|planned| is_same(planned, *leg))
        });
        let is_known = settled.state != FinalState::Unresolved;
        if was_hit && is_known && settled.incident.is_none() {
            let _ = writeln!(wrong, "{id}: somebody was cut off, and it says {settled:?}");
        }
    }
    wrong
}

/// What is wrong with these facts for the journal on disk, whose tables are a second wall.
fn refused_by_the_wall(path: &Path, run: &Run, facts: &[RunFact]) -> Option<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let journal = Journal::open_at(path, JournalOptions::default()).unwrap();
        let draft = RunDraft {
            plan: Arc::clone(&run.header.plan),
            operator: run.header.operator.clone(),
            label: run.header.label.clone(),
            note: None,
            api_url: run.header.api_url.clone(),
        };
        let header = journal.open(draft, run.header.created).await.unwrap();
        for fact in facts {
            let is_intent = matches!(
                &fact.event,
                RunEvent::Item {
                    what: ItemEvent::Intended { .. },
                    ..
                }
            );
            let taken = if is_intent {
                journal.intend(header.id, fact.clone()).await.map(drop)
            } else {
                journal.record(header.id, fact.clone()).await
            };
            if let Err(why) = taken {
                return Some(format!("{why}: {fact:?}"));
            }
        }
        journal.release().await;
        None
    })
}

#[test]
fn the_second_wall_lets_everything_pass_that_the_engine_decides() {
    let folder = std::env::temp_dir().join(format!("unstick-simulation-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut refused = Vec::new();
    for seed in 0..WALL_SEEDS {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .start_paused(true)
            .build()
            .unwrap();
        let (run, journal) = runtime.block_on(async {
            let mut dice = Dice::new(seed);
            let (model, plan) = stage(&mut dice);
            live(&mut dice, &model, &plan).await
        });
        let path = folder.join(format!("{seed}.db"));
        if let Some(why) = refused_by_the_wall(&path, &run, &journal.facts()) {
            refused.push(format!("seed {seed}: {why}"));
        }
    }
    let _ = std::fs::remove_dir_all(&folder);
    assert!(
        refused.is_empty(),
        "{} refused:\n{}",
        refused.len(),
        refused.join("\n")
    );
}

#[tokio::test(start_paused = true)]
async fn whatever_happens_the_three_promises_are_kept() {
    let mut broken = Vec::new();
    for seed in 0..SEEDS {
        let mut dice = Dice::new(seed);
        let (model, plan) = stage(&mut dice);
        let (run, journal) = live(&mut dice, &model, &plan).await;
        let wrong = broken_promises(&model, &plan, &run, &journal.facts());
        if !wrong.is_empty() {
            broken.push(format!("seed {seed} ({:?}):\n{wrong}", plan.rung));
        }
    }
    assert!(
        broken.is_empty(),
        "{} broken:\n{}",
        broken.len(),
        broken.join("\n")
    );
}
