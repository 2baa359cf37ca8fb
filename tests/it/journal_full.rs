//! A disk that fills up after any number of facts: what was sent was recorded before.

use std::collections::BTreeMap;
use std::time::Duration;

use unstick::domain::fact::{ItemEvent, RunEvent};
use unstick::domain::plan::Choices;
use unstick::domain::run::Pace;

use crate::model::*;

#[tokio::test(start_paused = true)]
async fn i18_nothing_is_sent_without_a_commit_wherever_the_disk_fills_up() {
    let pace = Pace {
        canary: 1,
        max_parallel: 4,
    };
    for facts in 0..200 {
        let model = Model::new();
        let ids = [1, 2, 3].map(|bits| model.orphan(bits));
        let journal = MemoryJournal::full_after(facts);
        let mut carried = engine_over(&model, &journal, pace);
        let plan = plan_for(&model, &ids, &Choices::default());
        carried.carry_out(plan).await;
        // What was in flight lands.
        tokio::time::sleep(Duration::from_secs(60)).await;
        let mut intended = BTreeMap::new();
        for fact in journal.facts() {
            if let RunEvent::Item {
                conversation,
                what: ItemEvent::Intended { .. },
            } = fact.event
            {
                *intended.entry(conversation).or_insert(0) += 1;
            }
        }
        for id in ids {
            let sent = sends(&model)
                .iter()
                .filter(|request| request.conversation == id)
                .count();
            let intended = intended.get(&id).copied().unwrap_or(0);
            assert!(
                sent <= intended,
                "{facts}: {sent} sent, {intended} intended"
            );
        }
        if carried.refused.is_none() {
            assert!(facts > 15, "the disk never filled up");
            return;
        }
    }
    panic!("no run ever came to its end");
}
