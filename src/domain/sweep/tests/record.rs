//! What earlier sweeps did decides what the next one may do.

use std::sync::Arc;

use super::*;
use FinalState::{Cancelled, Ended, EndedElsewhere, Escalate, Held, Unresolved, WrapUpOwed};

use crate::domain::aside::Aside;
use crate::domain::evidence::Evidence;
use crate::domain::fact::{Class, FinalState, HaltCause, ItemEvent, RunEvent, RunFact, Settled};
use crate::domain::failure::Receipt;
use crate::domain::ids::RunId;
use crate::domain::item::Timings;
use crate::domain::plan::{Plan, PlanItem, Scope};
use crate::domain::run::{Run, RunHeader};
use crate::domain::step::Action;

/// What became of a chat in a run.
#[derive(Clone, Copy)]
enum Came {
    /// Sent to, and then this.
    Sent(FinalState),
    /// Looked at, and then this.
    Looked(FinalState),
    /// Sent to; the program was killed.
    Killed,
    /// Not begun.
    Nothing,
}

fn evidence(row: &Row) -> Evidence {
    Evidence::of(&row.reading.as_ref().unwrap().conversation)
}

/// A sweep's run of these, that long ago.
fn run(number: u32, before: &str, rows: &[(&Row, Came)]) -> Run {
    let scope = Scope {
        org_id: "org".to_owned(),
        api_host: "host".to_owned(),
        client_id: "client".to_owned(),
        profile: "acme".to_owned(),
    };
    let at = ago(before);
    let items = rows.iter().map(|(row, _)| PlanItem {
        id: row.listed.id,
        kind: row.kind(NOW),
        read_at: at,
        evidence: evidence(row),
        deployment: None,
    });
    let plan = Plan::freeze(&scope, &Choices::default(), at, items.collect(), Vec::new());
    let header = RunHeader {
        id: RunId(number),
        plan: Arc::new(plan.of_sweep("policy")),
        operator: "o".to_owned(),
        label: "TEST".to_owned(),
        note: None,
        api_url: "url".to_owned(),
        created: at,
    };
    let mut run = Run::new(header, Timings::default());
    let mut tell = |event| assert!(run.apply(&RunFact { at, event }));
    tell(RunEvent::Confirmed);
    for (row, came) in rows {
        let conversation = row.listed.id;
        let mut item = |what| tell(RunEvent::Item { conversation, what });
        if matches!(came, Came::Nothing) {
            continue;
        }
        item(ItemEvent::Observed {
            read_at: at,
            evidence: evidence(row),
            aside: Aside::default(),
            ended: false,
            receipt: Receipt::default(),
        });
        if matches!(came, Came::Sent(_) | Came::Killed) {
            let action = Action::Close;
            item(ItemEvent::Intended { action, attempt: 1 });
        }
        if let Came::Sent(_) = came {
            item(ItemEvent::Answered {
                class: Class::Accepted,
                receipt: None,
                failure: None,
            });
        }
        if let Came::Sent(state) | Came::Looked(state) = came {
            item(ItemEvent::Settled(Settled::new(*state, "why".to_owned())));
        }
    }
    if run.open_items().next().is_none() {
        run.apply(&RunFact {
            at,
            event: RunEvent::Finished,
        });
    }
    run
}

fn swept(number: u128) -> Row {
    under(orphan(number), allowing())
}

/// Why the next round leaves it, after these runs.
fn after_runs(row: &Row, runs: &[Run]) -> Option<Left> {
    let past = Past::of(runs, None, NOW);
    let selection = taken(std::slice::from_ref(row), ROOMY, &past);
    selection.left.first().map(|(_, left)| *left)
}

#[test]
fn what_a_sweep_left_open_is_left_alone_for_a_day_unless_it_changed() {
    let row = swept(1);
    let open = [Escalate, Held, Unresolved, WrapUpOwed].map(Came::Sent);
    for came in open
        .into_iter()
        .chain([Came::Looked(Held), Came::Killed, Came::Sent(Cancelled)])
    {
        let tried = |before| after_runs(&row, &[run(1, before, &[(&row, came)])]);
        assert_eq!(tried("23h"), Some(Left::Tried));
        assert_eq!(tried("25h"), None);
        let changed = under(orphan(1).wrote(Side::Customer, "2h"), allowing());
        assert_eq!(after_runs(&changed, &[run(1, "5h", &[(&row, came)])]), None);
    }
    // Nothing was tried, or it was over then.
    for came in [
        Came::Nothing,
        Came::Looked(Cancelled),
        Came::Sent(Ended),
        Came::Looked(EndedElsewhere),
    ] {
        assert_eq!(after_runs(&row, &[run(1, "5h", &[(&row, came)])]), None);
    }
}

#[test]
fn what_changes_all_the_time_is_tried_three_times_a_day() {
    let held = Came::Looked(FinalState::Held);
    let forms =
        ["9h", "8h", "7h"].map(|wrote| under(orphan(1).wrote(Side::Customer, wrote), allowing()));
    let runs: Vec<Run> = forms
        .iter()
        .zip(1..)
        .map(|(row, number)| run(number, "6h", &[(row, held)]))
        .collect();
    let now = under(orphan(1).wrote(Side::Customer, "2h"), allowing());
    assert_eq!(after_runs(&now, &runs[..2]), None);
    assert_eq!(after_runs(&now, &runs), Some(Left::Tried));
    assert_eq!(after_runs(&swept(2), &runs), None);
}

#[test]
fn the_hour_counts_what_was_sent_to_in_it_be_it_ended_or_not() {
    let rows: Vec<Row> = (1..=4).map(swept).collect();
    let run_of = |before| {
        run(
            1,
            before,
            &[
                (&rows[0], Came::Sent(FinalState::Ended)),
                (&rows[1], Came::Killed),
                (&rows[2], Came::Looked(FinalState::EndedElsewhere)),
                (&rows[3], Came::Nothing),
            ],
        )
    };
    let lately = |before| Past::of(&[run_of(before)], None, NOW).lately;
    assert_eq!(lately("59m"), 2);
    assert_eq!(lately("61m"), 0);
    // A clock that was set back makes nothing forgotten.
    assert_eq!(lately("-5m"), 2);
    assert_eq!(Past::of(&[run_of("5m")], None, NOW).cut_off, [RunId(1)]);
}

#[test]
fn after_what_the_next_round_would_repeat_somebody_must_look() {
    let rows: Vec<Row> = (1..=6).map(swept).collect();
    let bad = Came::Sent(FinalState::Escalate);
    let stops = |runs: &[Run], seen| Past::of(runs, seen, NOW).halted.map(|(run, _)| run.0);
    let fine = |number| run(number, "3h", &[(&rows[0], Came::Sent(FinalState::Ended))]);
    assert_eq!(stops(&[fine(1)], None), None);
    let cut = |number, event| {
        let mut run = run(number, "2h", &[(&rows[1], bad), (&rows[2], Came::Nothing)]);
        assert!(run.apply(&RunFact {
            at: ago("2h"),
            event
        }));
        run
    };
    let halt = |cause| RunEvent::Halted {
        cause,
        why: "w".to_owned(),
    };
    assert_eq!(
        stops(&[fine(1), cut(2, halt(HaltCause::Contract))], None),
        Some(2)
    );
    assert_eq!(
        stops(&[fine(1), cut(2, halt(HaltCause::Offline))], None),
        None
    );
    let stopped = || {
        cut(
            2,
            RunEvent::Stopped {
                by: "paused".to_owned(),
            },
        )
    };
    assert_eq!(stops(&[fine(1), stopped()], None), Some(2));
    assert_eq!(stops(&[fine(1), stopped()], Some(RunId(2))), None);
    assert_eq!(stops(&[fine(1), stopped()], Some(RunId(1))), Some(2));
    // An incident counts whenever it was found, in whichever run.
    let mut hit = fine(1);
    let late = ItemEvent::LateEffect {
        incident: "agent joined".to_owned(),
        receipt: Receipt::default(),
    };
    let event = RunEvent::Item {
        conversation: rows[0].listed.id,
        what: late,
    };
    assert!(hit.apply(&RunFact {
        at: ago("1h"),
        event
    }));
    assert_eq!(stops(&[hit.clone(), fine(2)], None), Some(1));
    assert_eq!(stops(&[hit, fine(2)], Some(RunId(1))), None);
    // One by one, in rounds of one.
    let one_by_one: Vec<Run> = rows
        .iter()
        .zip(1..)
        .map(|(row, number)| run(number, "2h", &[(row, bad)]))
        .collect();
    assert_eq!(stops(&one_by_one[..4], None), None);
    assert_eq!(stops(&one_by_one[..5], None), Some(5));
    assert_eq!(stops(&one_by_one, Some(RunId(5))), None);
}
