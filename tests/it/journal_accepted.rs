//! What runs on record had accepted: which run's word counts, and that neither a run that sent nothing, nor another organisation's, nor one
//! that cannot be read takes away what is known.

use std::path::Path;

use unstick::domain::beside::Accepted;
use unstick::domain::fact::{FinalState, ItemEvent, RunEvent};
use unstick::domain::ids::{ConversationId, RunId};
use unstick::domain::item::Timings;
use unstick::domain::step::{Action, Rung};
use unstick::engine::ports::Recorder;
use unstick::journal::History;

use super::journal_damage::tamper;
use super::journal_stage::*;

/// A finished run of one chat, in which these were accepted, to this final state.
async fn run(path: &Path, org: &str, id: ConversationId, sends: i64, state: FinalState) -> RunId {
    let (journal, run) = confirmed(path, plan_in(org, Rung::Close, vec![(id, crowd())])).await;
    for send in 0..sends {
        let from = 1000 + send * 2000;
        let seen = observed(from, crowd());
        journal
            .record(run, item_fact(from + 100, id, seen))
            .await
            .unwrap();
        let intent = ItemEvent::Intended {
            action: Action::Close,
            attempt: u32::try_from(send + 1).unwrap(),
        };
        journal
            .intend(run, item_fact(from + 200, id, intent))
            .await
            .unwrap();
        journal
            .record(run, item_fact(from + 300, id, accepted()))
            .await
            .unwrap();
    }
    let what = [
        item_fact(8000, id, observed(7900, crowd())),
        item_fact(8100, id, settled(state)),
        fact(9000, RunEvent::Finished),
    ];
    for fact in what {
        journal.record(run, fact).await.unwrap();
    }
    run
}

fn known(path: &Path, id: ConversationId, at_most: usize) -> Vec<Accepted> {
    let history = History::at(path, Timings::default());
    let mut accepted = history.accepted("org", at_most).unwrap();
    accepted.remove(&id).unwrap_or_default()
}

#[tokio::test]
async fn a_later_run_that_sent_nothing_leaves_known_what_was_accepted_and_one_that_ended_it_does_not()
 {
    let (scratch, id) = (Scratch::new(), conversation(1));
    let path = scratch.journal();
    run(&path, "org", id, 1, FinalState::Escalate).await;
    let first = known(&path, id, 50);
    assert_eq!(first.len(), 1);
    run(&path, "org", id, 0, FinalState::Held).await;
    assert_eq!(known(&path, id, 50), first);
    let (journal, last) = confirmed(&path, plan(Rung::Close, vec![(id, crowd())])).await;
    end_one(&journal, last, id, 1000).await;
    assert_eq!(known(&path, id, 50), []);
}

#[tokio::test]
async fn runs_of_another_organisation_do_not_push_ours_out_of_the_newest() {
    let (scratch, id) = (Scratch::new(), conversation(1));
    let path = scratch.journal();
    run(&path, "org", id, 1, FinalState::Escalate).await;
    for _ in 0..3 {
        run(&path, "elsewhere", id, 1, FinalState::Escalate).await;
    }
    assert_eq!(known(&path, id, 1).len(), 1);
    run(&path, "org", conversation(2), 0, FinalState::Held).await;
    assert_eq!(known(&path, id, 1), [], "our own are counted");
}

#[tokio::test]
async fn a_run_that_cannot_be_read_hides_nothing_of_the_others() {
    let (scratch, id) = (Scratch::new(), conversation(1));
    let path = scratch.journal();
    run(&path, "org", id, 1, FinalState::Escalate).await;
    let damaged = run(&path, "org", conversation(2), 1, FinalState::Escalate).await;
    tamper(
        &path,
        &format!(
            "UPDATE fact SET fact='{{' WHERE run_id={} AND seq=2",
            damaged.0
        ),
    );
    assert_eq!(known(&path, id, 50).len(), 1);
    assert_eq!(known(&path, conversation(2), 50), []);
}
