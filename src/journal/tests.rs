//! A journal that can no longer be written gives no permit and forgets nothing.

use std::path::PathBuf;
use std::sync::Arc;

mod spilling;

use super::*;
use crate::domain::conversation::{LegState, Medium, Purpose};
use crate::domain::evidence::{Evidence, OpenLeg};
use crate::domain::failure::Receipt;
use crate::domain::ids::{CommunicationId, ConversationId, ParticipantId};
use crate::domain::kind::Kind;
use crate::domain::plan::{Choices, Plan, PlanItem, Scope};
use crate::domain::step::Action;

struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("unstick-journal-unit-{}", uuid::Uuid::new_v4())))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const CHAT: ConversationId = ConversationId::from_u128(1);

fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
}

fn evidence() -> Evidence {
    let leg = OpenLeg {
        participant: ParticipantId::from_u128(2),
        communication: CommunicationId::from_u128(3),
        purpose: Purpose::Customer,
        state: LegState::Connected,
        since: None,
        medium: Medium::WebMessaging,
    };
    Evidence {
        legs: vec![leg],
        customer: None,
        agent: None,
        wrap_up: Vec::new(),
    }
}

fn item(millis: i64, what: ItemEvent) -> RunFact {
    RunFact {
        at: at(millis),
        event: RunEvent::Item {
            conversation: CHAT,
            what,
        },
    }
}

fn observed(millis: i64) -> RunFact {
    item(
        millis + 10,
        ItemEvent::Observed {
            read_at: at(millis),
            aside: crate::domain::aside::Aside::default(),
            evidence: evidence(),
            ended: false,
            receipt: Receipt::default(),
        },
    )
}

fn close(millis: i64) -> RunFact {
    item(
        millis,
        ItemEvent::Intended {
            action: Action::Close,
            attempt: 1,
        },
    )
}

/// A journal with one confirmed run of one chat.
async fn journal(folder: &Folder) -> (Journal, RunId) {
    let options = JournalOptions {
        spill: Some(folder.0.join("state")),
        ..JournalOptions::default()
    };
    let journal = Journal::open_at(&folder.0.join("journal.db"), options).unwrap();
    let scope = Scope {
        org_id: String::new(),
        api_host: String::new(),
        client_id: String::new(),
        profile: String::new(),
    };
    let items = vec![PlanItem {
        id: CHAT,
        kind: Kind::Alone,
        read_at: at(0),
        evidence: evidence(),
        deployment: None,
    }];
    let plan = Arc::new(Plan::freeze(
        &scope,
        &Choices::default(),
        at(0),
        items,
        Vec::new(),
    ));
    let draft = RunDraft {
        plan,
        operator: String::new(),
        label: String::new(),
        note: None,
        api_url: String::new(),
    };
    let run = journal.open(draft, at(0)).await.unwrap().id;
    journal
        .record(
            run,
            RunFact {
                at: at(1),
                event: RunEvent::Confirmed,
            },
        )
        .await
        .unwrap();
    (journal, run)
}

async fn tell(journal: &Journal, statement: &'static str) {
    journal
        .ask(move |writer| {
            writer.connection.execute_batch(statement).unwrap();
            Ok(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_journal_that_cannot_be_written_gives_no_permit() {
    let folder = Folder::new();
    let (journal, run) = journal(&folder).await;
    journal.record(run, observed(100)).await.unwrap();
    tell(&journal, "PRAGMA query_only=ON").await;
    let refused = journal.intend(run, close(200)).await.unwrap_err();
    assert!(matches!(refused, RecordFailure::Unwritable(_)), "{refused}");
    assert!(
        journal.history().load(run).unwrap().items[0]
            .sends
            .is_empty()
    );

    tell(&journal, "PRAGMA query_only=OFF").await;
    assert_eq!(
        journal.intend(run, close(300)).await.unwrap().action(),
        &Action::Close
    );
    assert_eq!(journal.history().load(run).unwrap().items[0].sends.len(), 1);
}

#[tokio::test]
async fn a_full_disk_stops_recording_and_what_was_recorded_stays() {
    let folder = Folder::new();
    let (journal, run) = journal(&folder).await;
    tell(&journal, "PRAGMA max_page_count=1").await;
    let mut taken = 1;
    let refused = loop {
        match journal.record(run, observed(100 * taken)).await {
            Ok(()) => taken += 1,
            Err(refused) => break refused,
        }
        assert!(taken < 1000, "the disk is full at some time");
    };
    assert!(
        matches!(&refused, RecordFailure::Unwritable(why) if why.contains("full")),
        "{refused}"
    );
    let verdict = journal.history().verify().unwrap();
    assert_eq!(
        (i64::try_from(verdict.facts).unwrap(), verdict.faults),
        (taken, Vec::new())
    );

    tell(&journal, "PRAGMA max_page_count=100000").await;
    journal.record(run, observed(100 * taken)).await.unwrap();
    assert_eq!(
        journal.history().load(run).unwrap().items[0].requests,
        u32::try_from(taken).unwrap()
    );
}

#[tokio::test]
async fn a_commit_survives_a_loss_of_power() {
    let folder = Folder::new();
    let (journal, _) = journal(&folder).await;
    let settings = journal
        .ask(|writer| {
            let names = [
                "journal_mode",
                "synchronous",
                "fullfsync",
                "checkpoint_fullfsync",
                "foreign_keys",
                "trusted_schema",
                "cell_size_check",
                "secure_delete",
                "busy_timeout",
            ];
            let ask = |name: &str| {
                writer
                    .connection
                    .query_row(&format!("PRAGMA {name}"), [], |row| {
                        row.get::<_, rusqlite::types::Value>(0)
                    })
                    .unwrap()
            };
            Ok(names.map(ask))
        })
        .await
        .unwrap();
    let expected = [2, 1, 1, 1, 0, 1, 1, 5000].map(rusqlite::types::Value::Integer);
    assert_eq!(settings[0], rusqlite::types::Value::Text("wal".to_owned()));
    assert_eq!(settings[1..], expected);
}
