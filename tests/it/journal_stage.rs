//! What the journal's tests share: a folder that goes away, a small plan, and facts in few words.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use unstick::domain::conversation::{LegState, Medium, Purpose};
use unstick::domain::evidence::{Evidence, OpenLeg, OwedWrapUp};
use unstick::domain::fact::{Class, FinalState, ItemEvent, RunEvent, RunFact, Settled};
use unstick::domain::failure::Receipt;
use unstick::domain::ids::{CommunicationId, ConversationId, ParticipantId, RunId};
use unstick::domain::kind::Kind;
use unstick::domain::plan::{Choices, Plan, PlanItem, Scope};
use unstick::domain::step::{Action, Rung};
use unstick::engine::ports::{Recorder, RunDraft};
use unstick::journal::{Journal, JournalOptions};

/// The wrap-up code of the plans.
pub(crate) const CODE: &str = "7fb334b0-0e9e-11e4-9191-0800200c9a66";

/// A folder of its own that is removed in the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!(
            "unstick-journal-{}-{count}-{}",
            std::process::id(),
            uuid::Uuid::new_v4().simple()
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir(&path).unwrap();
        Self(path)
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.0.join("data").join("journal.db")
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn open(path: &Path) -> Journal {
    Journal::open_at(path, JournalOptions::default()).unwrap()
}

/// A connection that obeys the rules of the journal, and writes to it behind its back.
pub(crate) fn behind(path: &Path) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000;")
        .unwrap();
    connection
}

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + millis).unwrap()
}

pub(crate) fn conversation(number: u128) -> ConversationId {
    ConversationId::from_u128(0xc0 << 100 | number)
}

pub(crate) fn participant(number: u128) -> ParticipantId {
    ParticipantId::from_u128(0xa0 << 100 | number)
}

pub(crate) fn communication(number: u128) -> CommunicationId {
    CommunicationId::from_u128(0xb0 << 100 | number)
}

pub(crate) fn leg(purpose: Purpose, number: u128) -> OpenLeg {
    OpenLeg {
        participant: participant(number),
        communication: communication(number),
        purpose,
        state: LegState::Connected,
        since: Some(at(-3_600_000)),
        medium: Medium::WebMessaging,
    }
}

/// Evidence of these legs; nobody wrote, nothing is owed.
pub(crate) fn evidence(legs: Vec<OpenLeg>) -> Evidence {
    Evidence {
        legs,
        customer: None,
        agent: None,
        wrap_up: Vec::new(),
    }
}

/// An agent (1), a customer (2) and a queue (3).
pub(crate) fn crowd() -> Evidence {
    evidence(vec![
        leg(Purpose::Agent, 1),
        leg(Purpose::Customer, 2),
        leg(Purpose::Queue, 3),
    ])
}

/// Nobody there, and an agent (1) who owes wrap-up.
pub(crate) fn owing() -> Evidence {
    Evidence {
        wrap_up: vec![OwedWrapUp {
            participant: participant(1),
            communication: communication(1),
        }],
        ..evidence(Vec::new())
    }
}

pub(crate) fn plan(rung: Rung, items: Vec<(ConversationId, Evidence)>) -> Plan {
    plan_in("org", rung, items)
}

/// The same, for this organisation.
pub(crate) fn plan_in(org_id: &str, rung: Rung, items: Vec<(ConversationId, Evidence)>) -> Plan {
    let scope = Scope {
        org_id: org_id.to_owned(),
        api_host: "api.example.com".to_owned(),
        client_id: "client".to_owned(),
        profile: "acme".to_owned(),
    };
    let choices = Choices {
        filter: None,
        rung,
        wrap_up: (rung == Rung::Close).then(|| CODE.to_owned()),
        allow_live: false,
        recipe: unstick::domain::recipe::Way::default(),
    };
    let items = items
        .into_iter()
        .map(|(id, evidence)| PlanItem {
            id,
            kind: Kind::Orphan,
            read_at: at(-1000),
            evidence,
            deployment: None,
        })
        .collect();
    Plan::freeze(&scope, &choices, at(-500), items, Vec::new())
}

pub(crate) fn draft(plan: Plan) -> RunDraft {
    RunDraft {
        plan: Arc::new(plan),
        operator: "pat".to_owned(),
        label: "TEST".to_owned(),
        note: Some("=clean-up".to_owned()),
        api_url: "https://api.example.com".to_owned(),
    }
}

pub(crate) fn fact(millis: i64, event: RunEvent) -> RunFact {
    RunFact {
        at: at(millis),
        event,
    }
}

pub(crate) fn item_fact(millis: i64, id: ConversationId, what: ItemEvent) -> RunFact {
    fact(
        millis,
        RunEvent::Item {
            conversation: id,
            what,
        },
    )
}

pub(crate) fn observed(read_millis: i64, evidence: Evidence) -> ItemEvent {
    ItemEvent::Observed {
        read_at: at(read_millis),
        aside: unstick::domain::aside::Aside::default(),
        evidence,
        ended: false,
        receipt: receipt(200),
    }
}

pub(crate) fn receipt(status: u16) -> Receipt {
    Receipt {
        status: Some(status),
        took_ms: 12,
        correlation: Some("corr-1".into()),
        date: None,
    }
}

pub(crate) fn accepted() -> ItemEvent {
    ItemEvent::Answered {
        class: Class::Accepted,
        receipt: Some(receipt(202)),
        failure: None,
    }
}

pub(crate) fn settled(state: FinalState) -> ItemEvent {
    ItemEvent::Settled(Settled::new(state, "because"))
}

/// A journal with one confirmed run.
pub(crate) async fn confirmed(path: &Path, plan: Plan) -> (Journal, RunId) {
    let journal = open(path);
    let run = journal
        .open(draft(plan), at(0))
        .await
        .expect("a new run")
        .id;
    journal
        .record(run, fact(1, RunEvent::Confirmed))
        .await
        .expect("a confirmation");
    (journal, run)
}

/// Records the whole way of one conversation whose agent leg is closed first, and then everything: reads, sends, answers, final state.
pub(crate) async fn end_one(journal: &Journal, run: RunId, id: ConversationId, from: i64) {
    let legs = Action::Legs {
        participant: participant(1),
    };
    let gap = SignedDuration::from_secs(3);
    let steps = [
        (100, observed(from, crowd())),
        (
            200,
            ItemEvent::Intended {
                action: legs,
                attempt: 1,
            },
        ),
        (300, accepted()),
        (
            1400,
            observed(
                from + 1300,
                evidence(vec![leg(Purpose::Customer, 2), leg(Purpose::Queue, 3)]),
            ),
        ),
        (
            1500,
            ItemEvent::Intended {
                action: Action::Close,
                attempt: 1,
            },
        ),
        (1600, accepted()),
        (2700, observed(from + 2600, evidence(Vec::new()))),
        (
            2800 + gap.as_secs() * 1000,
            observed(from + 2700 + gap.as_secs() * 1000, evidence(Vec::new())),
        ),
        (6000, settled(FinalState::Ended)),
    ];
    for (after, what) in steps {
        let is_intent = matches!(what, ItemEvent::Intended { .. });
        let fact = item_fact(from + after, id, what);
        if is_intent {
            let permit = journal.intend(run, fact).await.expect("a legal intent");
            assert_eq!(permit.conversation(), id);
        } else {
            journal.record(run, fact).await.expect("a legal fact");
        }
    }
}
