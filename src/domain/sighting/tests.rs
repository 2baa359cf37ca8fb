use super::*;
use crate::domain::conversation::{LegState, Medium};
use crate::domain::ids::CommunicationId;
use crate::domain::text::Text;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + second).unwrap()
}

fn leg(party: u128, purpose: Purpose, since: i64) -> OpenLeg {
    OpenLeg {
        participant: ParticipantId::from_u128(party),
        communication: CommunicationId::from_u128(party + 100),
        purpose,
        state: LegState::Connected,
        since: Some(at(since)),
        medium: Medium::WebMessaging,
    }
}

fn shows(legs: &[OpenLeg], customer: Option<Message>) -> Evidence {
    Evidence {
        legs: legs.to_vec(),
        customer,
        agent: None,
        wrap_up: Vec::new(),
    }
}

fn message(id: &str, second: i64) -> Message {
    Message {
        id: Text::clean(id),
        at: at(second),
        from: Side::Customer,
    }
}

fn person(party: u128, purpose: Purpose, since: i64) -> Person {
    Person {
        participant: ParticipantId::from_u128(party),
        purpose,
        since: Some(at(since)),
    }
}

fn sighting(people: Vec<Person>, written: Vec<Message>) -> Sighting {
    Sighting {
        heard: at(1000),
        people,
        written,
    }
}

#[test]
fn what_the_plan_shows_is_no_news_however_late_it_is_told() {
    let planned = shows(&[leg(1, Purpose::Agent, 0)], Some(message("m2", 50)));
    let same = sighting(vec![person(1, Purpose::Agent, 0)], vec![message("m2", 50)]);
    assert_eq!(same.beyond(&planned), None);
    // Dated a second apart, or the connection before this one, or the message before the newest: shuffled, not new.
    let older = sighting(
        vec![
            person(1, Purpose::Agent, 1),
            person(1, Purpose::Agent, -500),
        ],
        vec![message("m1", 20)],
    );
    assert_eq!(older.beyond(&planned), None);
    let ringing = Person {
        since: None,
        ..person(1, Purpose::Agent, 0)
    };
    assert_eq!(sighting(vec![ringing], vec![]).beyond(&planned), None);
}

#[test]
fn somebody_whom_neither_the_plan_nor_the_read_shows_is_named() {
    let planned = shows(&[leg(1, Purpose::Agent, 0)], None);
    let joined = sighting(vec![person(2, Purpose::Agent, 900)], vec![]);
    let change = joined.unexplained(&planned, &planned, &Aside::default());
    assert_eq!(change.unwrap().words(), "agent joined");
    let back = sighting(vec![person(1, Purpose::Agent, 900)], vec![]);
    let change = back.unexplained(&planned, &planned, &Aside::default());
    assert_eq!(change.unwrap().words(), "agent came back on another leg");
    let wrote = sighting(vec![], vec![message("m1", 990)]);
    let change = wrote.unexplained(&planned, &planned, &Aside::default());
    assert_eq!(change.unwrap().words(), "customer wrote");
}

#[test]
fn a_read_that_shows_their_leg_closed_knows_more_than_the_event() {
    let planned = shows(&[leg(1, Purpose::Agent, 0)], None);
    let came = sighting(vec![person(2, Purpose::Customer, 900)], vec![]);
    let gone = Aside {
        closed: vec![leg(2, Purpose::Customer, 900)],
        ..Aside::default()
    };
    assert_eq!(came.unexplained(&planned, &planned, &gone), None);
    // It shows an older connection closed, not the one that was seen.
    let older = Aside {
        closed: vec![leg(2, Purpose::Customer, 100)],
        ..Aside::default()
    };
    assert!(came.unexplained(&planned, &planned, &older).is_some());
}

#[test]
fn a_sighting_holds_for_a_minute_and_across_a_clock_that_was_set_back() {
    let seen = sighting(vec![], vec![]);
    assert!(seen.holds(at(1060)));
    assert!(!seen.holds(at(1061)));
    assert!(seen.holds(at(0)));
}
