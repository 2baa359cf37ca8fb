//! Every string of twelve events for one conversation. Strings that lead to the same state go on as one: a state is everything the
//! machine knows, with times as distances from now, and everything that is true and was shown.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use unstick::domain::conversation::Purpose;
use unstick::domain::plan::Plan;
use unstick::domain::run::Pace;
use unstick::domain::run::machine::Wish;
use unstick::domain::step::Rung;

use super::{BEGIN, Deed, Flight, Ill, ReadEnd, SendEnd, Shape, Stage, essence, essence_of_scene};

/// What may happen in the strings of a family.
#[derive(Debug, Clone, Copy)]
struct Family {
    /// How many events a string has.
    depth: usize,
    /// What a read may come to beside showing what is true.
    reads: &'static [ReadEnd],
    /// What a request may come to.
    sends: &'static [SendEnd],
    /// What people do in one string, at most.
    deeds: u32,
    /// How often the process is killed, and the run stopped, at most.
    kills: u32,
    stops: u32,
}

/// Answers of every kind, and nobody else does anything.
const ANSWERS: Family = Family {
    depth: 12,
    reads: &[],
    sends: &[
        SendEnd::Accepted,
        SendEnd::Fails(Ill::TimedOut),
        SendEnd::Fails(Ill::Broken),
        SendEnd::Fails(Ill::Conflict),
        SendEnd::Fails(Ill::NotYourLeg),
        SendEnd::Fails(Ill::Refused),
    ],
    deeds: 0,
    kills: 0,
    stops: 0,
};

/// Reads fail, are late, or find nothing, at any place.
const READS: Family = Family {
    reads: &[
        ReadEnd::ShownLate,
        ReadEnd::Fails(Ill::Fault),
        ReadEnd::Fails(Ill::NotFound),
    ],
    sends: &[SendEnd::Accepted],
    ..ANSWERS
};

/// The process is killed at any place.
const KILLS: Family = Family {
    sends: &[
        SendEnd::Accepted,
        SendEnd::Fails(Ill::TimedOut),
        SendEnd::Fails(Ill::Conflict),
    ],
    kills: 1,
    ..ANSWERS
};

/// People come, write, leave and come back at any place.
const PEOPLE: Family = Family {
    sends: &[SendEnd::Accepted, SendEnd::Fails(Ill::TimedOut)],
    deeds: 1,
    ..ANSWERS
};

/// The run is stopped at any place.
const STOPS: Family = Family { stops: 1, ..KILLS };

/// Everything at once, in shorter strings.
const EVERYTHING: Family = Family {
    depth: 5,
    reads: &[
        ReadEnd::ShownLate,
        ReadEnd::Fails(Ill::Fault),
        ReadEnd::Fails(Ill::NotFound),
        ReadEnd::Fails(Ill::NotPermitted),
    ],
    sends: &[
        SendEnd::Accepted,
        SendEnd::Fails(Ill::TimedOut),
        SendEnd::Fails(Ill::Broken),
        SendEnd::Fails(Ill::Conflict),
        SendEnd::Fails(Ill::NotYourLeg),
        SendEnd::Fails(Ill::Refused),
        SendEnd::Fails(Ill::NotFound),
        SendEnd::Fails(Ill::SignInRefused),
        SendEnd::Fails(Ill::NotPermitted),
    ],
    deeds: 2,
    kills: 1,
    stops: 1,
};

const ALONE: Pace = Pace {
    canary: 0,
    max_parallel: 1,
};

/// One event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Event {
    Read(ReadEnd),
    /// Something happens in the world, and the read shows it.
    After(Deed),
    Send(SendEnd),
    Told(bool),
    Time,
    Kill,
    Wish(bool),
}

#[derive(Clone)]
struct Node {
    stage: Stage,
    kills: u32,
    stops: u32,
}

impl Node {
    /// What may come next.
    fn events(&self, family: &Family) -> Vec<Event> {
        if self.stage.is_finished() {
            return Vec::new();
        }
        let mut events = match self.stage.flights.first() {
            Some(Flight::Read(index, _)) => {
                let scene = &self.stage.scenes[*index];
                let mut events = vec![Event::Read(ReadEnd::Shown)];
                events.extend(family.reads.iter().copied().map(Event::Read));
                if !scene.loose.is_empty() {
                    events.push(Event::After(Deed::Effect));
                }
                if scene.deeds < family.deeds {
                    events.extend([
                        Event::After(Deed::StrangerJoins),
                        Event::After(Deed::CustomerWrites),
                        Event::After(Deed::Reborn),
                        Event::After(Deed::EndedElsewhere),
                    ]);
                }
                events
            }
            Some(Flight::Send(..)) => family.sends.iter().copied().map(Event::Send).collect(),
            Some(Flight::Seek(_)) => vec![Event::Told(true), Event::Told(false)],
            None if self.stage.is_paused() => vec![Event::Wish(true)],
            None => vec![Event::Time],
        };
        if self.kills < family.kills {
            events.push(Event::Kill);
        }
        if self.stops < family.stops {
            events.push(Event::Wish(false));
        }
        events
    }

    fn after(&self, event: Event) -> Self {
        let mut next = self.clone();
        let stage = &mut next.stage;
        match event {
            Event::Read(end) => stage.land_read(0, end),
            Event::After(deed) => {
                stage.happen(0, deed);
                stage.land_read(0, ReadEnd::Shown);
            }
            Event::Send(end) => stage.land_send(0, end),
            Event::Told(is_told) => stage.land_seek(0, is_told),
            Event::Time => assert!(stage.pass_time(), "it hangs"),
            Event::Kill => {
                next.kills += 1;
                stage.kill();
            }
            Event::Wish(true) => stage.wish(Wish::GoOn),
            Event::Wish(false) => {
                next.stops += 1;
                stage.wish(Wish::Stop("operator".to_owned()));
            }
        }
        next
    }

    /// Everything that decides how it goes on.
    fn key(&self) -> u64 {
        let stage = &self.stage;
        let mut run = stage.run().clone();
        let items = run.items.iter().map(|item| essence(item, stage.now));
        run.items = items.collect();
        let scenes: Vec<_> = stage.scenes.iter().map(essence_of_scene).collect();
        run.header.plan = std::sync::Arc::new(Plan {
            items: Vec::new(),
            ..(*run.header.plan).clone()
        });
        run.confirmed = None;
        let text = format!(
            "{run:?} {scenes:?} {:?} {:?} {} {}",
            stage.flights, stage.wake, self.kills, self.stops
        );
        let mut hasher = DefaultHasher::new();
        relative(&text, stage.now).hash(&mut hasher);
        hasher.finish()
    }
}

/// A text in which every time of this string is its distance from now.
fn relative(text: &str, now: i64) -> String {
    let mark = "2026-03-02T1";
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(place) = rest.find(mark) {
        told.push_str(&rest[..place]);
        let length = rest[place..].find('Z').unwrap() + 1;
        let time: jiff::Timestamp = rest[place..place + length].parse().unwrap();
        told.push_str(&(time.as_millisecond() - now).to_string());
        rest = &rest[place + length..];
    }
    told.push_str(rest);
    // Milliseconds of this string that stand alone.
    let begin = (BEGIN / 10_000_000).to_string();
    let mut out = String::with_capacity(told.len());
    let mut rest = told.as_str();
    while let Some(place) = rest.find(&begin) {
        out.push_str(&rest[..place]);
        let digits = rest[place..].bytes().take_while(u8::is_ascii_digit).count();
        let time: i64 = rest[place..place + digits].parse().unwrap();
        out.push_str(&(time - now).to_string());
        rest = &rest[place + digits..];
    }
    out.push_str(rest);
    out
}

/// Goes through every string of a family; answers to how many states they lead.
fn every_string(shape: &Shape, rung: Rung, family: &Family) -> usize {
    let first = Node {
        stage: Stage::new(&[shape], rung, None, ALONE),
        kills: 0,
        stops: 0,
    };
    let mut known = HashSet::from([first.key()]);
    let mut edge = vec![first];
    for _ in 0..family.depth {
        let mut next = Vec::new();
        for node in &edge {
            for event in node.events(family) {
                let after = node.after(event);
                if known.insert(after.key()) {
                    next.push(after);
                }
            }
        }
        edge = next;
    }
    // Wherever a string leads, what comes after it comes to an end.
    for node in edge {
        node.stage.calm_down();
    }
    known.len()
}

const BOTH: &Shape = &[(Purpose::Customer, true), (Purpose::Agent, true)];
const ORPHAN: &Shape = &[(Purpose::Customer, false), (Purpose::Agent, true)];
const WITH_BOT: &Shape = &[(Purpose::Customer, true), (Purpose::Bot, true)];

#[test]
fn every_string_of_twelve_answers_keeps_every_promise() {
    assert!(every_string(BOTH, Rung::Close, &ANSWERS) > 300);
    assert!(every_string(ORPHAN, Rung::Legs, &ANSWERS) > 300);
    assert!(every_string(WITH_BOT, Rung::Close, &ANSWERS) > 300);
}

#[test]
fn every_string_of_twelve_events_with_reads_that_fail_keeps_every_promise() {
    assert!(every_string(ORPHAN, Rung::Legs, &READS) > 300);
}

#[test]
fn every_string_of_twelve_events_with_a_kill_keeps_every_promise() {
    assert!(every_string(ORPHAN, Rung::Close, &KILLS) > 300);
    assert!(every_string(WITH_BOT, Rung::Close, &KILLS) > 300);
}

#[test]
fn every_string_of_twelve_events_with_people_keeps_every_promise() {
    assert!(every_string(BOTH, Rung::Close, &PEOPLE) > 300);
    assert!(every_string(WITH_BOT, Rung::Close, &PEOPLE) > 300);
}

#[test]
fn every_string_of_twelve_events_with_a_stop_keeps_every_promise() {
    assert!(every_string(ORPHAN, Rung::Close, &STOPS) > 300);
}

#[test]
fn every_short_string_of_anything_keeps_every_promise() {
    assert!(every_string(BOTH, Rung::Close, &EVERYTHING) > 300);
    assert!(every_string(ORPHAN, Rung::Teardown, &EVERYTHING) > 300);
}
