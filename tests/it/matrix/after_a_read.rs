//! What a read means: every row of the table, on every rung, before and after a request of ours; and the table that the docs print.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use jiff::Timestamp;
use unstick::domain::conversation::{LegState, Medium, Message, Purpose, Side};
use unstick::domain::decide::{READINGS, reading_of};
use unstick::domain::evidence::{Evidence, OpenLeg};
use unstick::domain::fact::{ItemEvent, RunEvent};
use unstick::domain::run::machine::Todo;
use unstick::domain::sighting::{Person, Sighting};
use unstick::domain::step::Rung;

use super::bench::Bench;
use super::is_printed;
use crate::journal_stage::{
    at, communication, conversation, crowd, evidence, leg, owing, participant,
};

/// What a read shows of a conversation that was planned with an agent, a customer and a queue.
struct World {
    name: &'static str,
    shows: fn() -> Evidence,
    /// The service no longer mentions what is closed.
    forgets: bool,
    /// By which row it is judged, and what follows on `legs`, `close` and `teardown`, nothing sent yet.
    fresh: (usize, [&'static str; 3]),
    /// The same once a first request was accepted.
    acted: (usize, [&'static str; 3]),
}

fn wrote(side: Side, millis: i64) -> Message {
    Message {
        id: "m-new".into(),
        at: at(millis),
        from: side,
    }
}

/// Longer after the start than anything of these runs lasts.
const LATE: i64 = 3_600_000;

fn with(extra: OpenLeg) -> Evidence {
    let mut legs = crowd().legs;
    legs.push(extra);
    evidence(legs)
}

fn without(number: u128) -> Evidence {
    let gone = communication(number);
    let legs = crowd().legs.into_iter();
    evidence(legs.filter(|leg| leg.communication != gone).collect())
}

const WORLDS: &[World] = &[
    World {
        name: "an unknown purpose",
        shows: || with(leg(Purpose::Other("warden".into()), 8)),
        forgets: false,
        fresh: (0, ["held"; 3]),
        acted: (0, ["held"; 3]),
    },
    World {
        name: "an unknown state",
        shows: || {
            let mut shown = crowd();
            shown.legs[0].state = LegState::Other("levitating".into());
            shown
        },
        forgets: false,
        fresh: (0, ["held"; 3]),
        acted: (0, ["held"; 3]),
    },
    World {
        name: "everything closed",
        shows: || evidence(Vec::new()),
        forgets: false,
        fresh: (1, ["ended-elsewhere"; 3]),
        acted: (8, ["ended"; 3]),
    },
    World {
        name: "everything closed, and no longer mentioned",
        shows: || evidence(Vec::new()),
        forgets: true,
        fresh: (1, ["held"; 3]),
        acted: (8, ["held"; 3]),
    },
    World {
        name: "an agent joined",
        shows: || with(leg(Purpose::Agent, 9)),
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (6, ["held, incident"; 3]),
    },
    World {
        name: "an agent joined later",
        shows: || {
            with(OpenLeg {
                since: Some(at(LATE)),
                ..leg(Purpose::Agent, 9)
            })
        },
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (6, ["held"; 3]),
    },
    World {
        name: "a bot joined",
        shows: || with(leg(Purpose::Bot, 9)),
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (6, ["held"; 3]),
    },
    World {
        name: "another medium",
        shows: || {
            with(OpenLeg {
                medium: Medium::from("call".to_owned()),
                ..leg(Purpose::Customer, 9)
            })
        },
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (6, ["held, incident"; 3]),
    },
    World {
        name: "the customer wrote",
        shows: || Evidence {
            customer: Some(wrote(Side::Customer, LATE)),
            ..crowd()
        },
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (6, ["held"; 3]),
    },
    World {
        name: "an agent wrote",
        shows: || Evidence {
            agent: Some(wrote(Side::Agent, LATE)),
            ..crowd()
        },
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (6, ["held"; 3]),
    },
    World {
        name: "the customer wrote after everything had closed",
        shows: || Evidence {
            customer: Some(wrote(Side::Customer, LATE)),
            ..evidence(Vec::new())
        },
        forgets: false,
        fresh: (1, ["ended-elsewhere"; 3]),
        acted: (4, ["ended, reopened"; 3]),
    },
    World {
        name: "the customer came back and wrote, the planned legs closed",
        shows: || Evidence {
            customer: Some(wrote(Side::Customer, LATE)),
            ..evidence(vec![OpenLeg {
                since: Some(at(LATE)),
                ..leg(Purpose::Customer, 9)
            }])
        },
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (4, ["ended, reopened"; 3]),
    },
    World {
        name: "an agent wrote, everything closed",
        shows: || Evidence {
            agent: Some(wrote(Side::Agent, 0)),
            ..evidence(Vec::new())
        },
        forgets: false,
        fresh: (1, ["ended-elsewhere"; 3]),
        acted: (5, ["ended, incident"; 3]),
    },
    World {
        name: "the customer's leg connected anew",
        shows: || {
            let mut shown = crowd();
            shown.legs[1].since = Some(at(-1));
            shown
        },
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (6, ["held, incident"; 3]),
    },
    World {
        name: "the customer's leg in another state",
        shows: || {
            let mut shown = crowd();
            shown.legs[1].state = LegState::Alerting;
            shown
        },
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (12, ["legs", "legs", "escalate"]),
    },
    World {
        name: "the agent's leg closed",
        shows: || without(1),
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (12, ["legs", "legs", "escalate"]),
    },
    World {
        name: "only the queue open",
        shows: || evidence(vec![leg(Purpose::Queue, 3)]),
        forgets: false,
        fresh: (2, ["held"; 3]),
        acted: (12, ["escalate", "close", "escalate"]),
    },
    World {
        name: "as planned",
        shows: crowd,
        forgets: false,
        fresh: (12, ["legs", "legs", "teardown"]),
        acted: (12, ["legs", "legs", "escalate"]),
    },
    World {
        name: "no leg open, wrap-up owed",
        shows: owing,
        forgets: false,
        fresh: (1, ["wrap-up-owed"; 3]),
        acted: (8, ["wrap-up-owed", "wrap-up", "wrap-up-owed"]),
    },
];

const RUNGS: [Rung; 3] = [Rung::Legs, Rung::Close, Rung::Teardown];

/// What follows in a world that stays so.
fn outcome(bench: &mut Bench) -> String {
    match bench.read_on() {
        Todo::Send { action, .. } => action.step().word().to_owned(),
        Todo::Record(RunEvent::Item {
            what: ItemEvent::Settled(settled),
            ..
        }) => {
            let mut words = settled.state.word().to_owned();
            if settled.reopened {
                words.push_str(", reopened");
            }
            if settled.incident.is_some() {
                words.push_str(", incident");
            }
            words
        }
        todo => panic!("{todo:?}"),
    }
}

/// The row by which the first read in this world is judged, and what follows while it stays so.
fn judged(world: &World, rung: Rung, acted: bool) -> (usize, String) {
    let mut bench = Bench::with(rung, &crowd(), 1);
    let id = conversation(1);
    if acted {
        bench.send();
        bench.accept(id);
    }
    bench.shown = (world.shows)();
    bench.forgets = world.forgets;
    assert!(matches!(bench.next(), Todo::Read { .. }));
    bench.see(id);
    let run = bench.machine.run();
    let row = reading_of(run.item(id).unwrap(), &run.situation(bench.now)).expect("a row");
    let index = READINGS.iter().position(|other| other.shows == row.shows);
    (index.unwrap(), outcome(&mut bench))
}

#[test]
fn every_read_is_judged_by_its_row_on_every_rung_before_and_after_a_request() {
    let mut reached = BTreeSet::new();
    let mut wrong = String::new();
    for world in WORLDS {
        for (acted, (row, expected)) in [(false, &world.fresh), (true, &world.acted)] {
            for (rung, expected) in RUNGS.into_iter().zip(expected) {
                // The one exception by rung: a code in the plan makes a request of what is owed.
                let row = if *expected == "wrap-up" { 7 } else { *row };
                let name = format!("{} {rung:?} acted={acted}", world.name);
                let judged = judged(world, rung, acted);
                if judged != (row, (*expected).to_owned()) {
                    let _ = writeln!(wrong, "{name}: {judged:?}, not {:?}", (row, expected));
                }
                let only = READINGS[row].acted;
                assert!(only.is_none_or(|only| only == acted), "{name}");
                reached.insert(row);
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let rest: BTreeSet<usize> = (0..READINGS.len())
        .filter(|row| !reached.contains(row))
        .collect();
    // All below, as they need more than one read, or a notification.
    assert_eq!(rest, BTreeSet::from([3, 9, 10, 11]));
}

#[test]
fn somebody_cut_off_holds_what_is_still_open_even_when_nothing_is_new_any_more() {
    for rung in RUNGS {
        let mut bench = Bench::with(rung, &crowd(), 1);
        let id = conversation(1);
        bench.send();
        bench.accept(id);
        // An agent had joined before the request took effect, and is gone again at the read.
        let mut seen = crate::journal_stage::observed(0, crowd());
        if let ItemEvent::Observed { read_at, aside, .. } = &mut seen {
            *read_at = bench.now;
            aside.closed.push(leg(Purpose::Agent, 9));
        }
        assert!(matches!(bench.next(), Todo::Read { .. }));
        bench.item(id, seen);
        let run = bench.machine.run();
        let row = reading_of(run.item(id).unwrap(), &run.situation(bench.now)).unwrap();
        assert_eq!(row.shows, READINGS[9].shows);
        assert_eq!(outcome(&mut bench), "held, incident", "{rung:?}");
    }
}

/// An agent whom a notification shows, connected and heard at this time.
fn heard(at: Timestamp) -> ItemEvent {
    let seen = Person {
        participant: participant(9),
        purpose: Purpose::Agent,
        since: Some(at),
    };
    ItemEvent::Sighted(Sighting {
        heard: at,
        people: vec![seen],
        written: Vec::new(),
    })
}

#[test]
fn somebody_whom_only_a_notification_shows_holds_it_on_every_rung_before_a_request() {
    for rung in RUNGS {
        let mut bench = Bench::with(rung, &crowd(), 1);
        let id = conversation(1);
        let event = heard(bench.now);
        bench.item(id, event);
        assert!(matches!(bench.next(), Todo::Read { .. }));
        bench.see(id);
        let run = bench.machine.run();
        let row = reading_of(run.item(id).unwrap(), &run.situation(bench.now)).unwrap();
        assert_eq!(row.shows, READINGS[3].shows);
        assert_eq!(outcome(&mut bench), "held", "{rung:?}");
    }
}

/// On a rung that sends no more, nobody is cut off, and it comes to what it comes to without.
#[test]
fn somebody_whom_only_a_notification_shows_holds_what_would_be_sent_after_a_request() {
    for (rung, expected) in RUNGS.into_iter().zip(["escalate", "held", "escalate"]) {
        let mut bench = Bench::with(rung, &crowd(), 1);
        let id = conversation(1);
        bench.send();
        bench.accept(id);
        // The request is given its time, and bots theirs, before the next is due.
        bench.shown = evidence(vec![leg(Purpose::Queue, 3)]);
        let event = heard(bench.now);
        bench.item(id, event);
        let mut rows = BTreeSet::new();
        let settled = loop {
            match bench.next() {
                Todo::Read { id, .. } => {
                    bench.see(id);
                    let run = bench.machine.run();
                    let situation = run.situation(bench.now);
                    let row = reading_of(run.item(id).unwrap(), &situation).unwrap();
                    rows.insert(READINGS.iter().position(|other| other.shows == row.shows));
                }
                Todo::Record(RunEvent::Item {
                    what: ItemEvent::Settled(settled),
                    ..
                }) => break settled,
                todo => panic!("{todo:?}"),
            }
        };
        assert_eq!(settled.state.word(), expected, "{rung:?}");
        assert_eq!(rows.contains(&Some(11)), expected == "held", "{rung:?}");
    }
}

#[test]
fn an_unresolved_item_is_read_and_never_sent_to() {
    for rung in RUNGS {
        let mut bench = Bench::with(rung, &crowd(), 1);
        let id = conversation(1);
        bench.item(
            id,
            ItemEvent::Settled(unstick::domain::fact::Settled::new(
                unstick::domain::fact::FinalState::Unresolved,
                "as told",
            )),
        );
        bench.fold(RunEvent::Recovered);
        assert!(matches!(bench.next(), Todo::Read { .. }));
        bench.see(id);
        let run = bench.machine.run();
        let row = reading_of(run.item(id).unwrap(), &run.situation(bench.now)).unwrap();
        assert_eq!(row.shows, READINGS[10].shows);
        assert_eq!(outcome(&mut bench), "unresolved", "{rung:?}");
    }
}

#[test]
fn the_table_of_the_docs_of_reads_is_what_the_constant_prints() {
    let mut out = "\
<!-- Printed from READINGS by `BLESS=1 cargo test --test it the_table_of_the_docs`; not written by hand. -->

*News* is a leg, of another medium too, or a human message that the plan does not show. The first row that fits decides. What reads that
fail mean is in `rulings`.

| a request of ours had effect | the read shows | what follows |
| --- | --- | --- |
"
    .to_owned();
    for row in READINGS {
        let acted = match row.acted {
            None => "either way",
            Some(false) => "no",
            Some(true) => "yes, or it may have",
        };
        let _ = writeln!(out, "| {acted} | {} | {} |", row.shows, row.so);
    }
    is_printed("src/domain/decide/readings.md", &out);
}
