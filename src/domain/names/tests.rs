//! What is known of ids, when they are asked for again, and what is shown meanwhile.

use super::*;
use crate::domain::moment::after;

const ID: &str = "3f2a91c4-77b0-4d8e-9a51-0e6c2f6b1d20";
const OTHER: &str = "0b0b0b0b-77b0-4d8e-9a51-0e6c2f6b1d20";

fn id(said: &str) -> Text {
    Text::clean(said)
}

fn named(said: &str, name: &str) -> Named {
    Named {
        id: id(said),
        name: name.into(),
        on_disconnect: None,
    }
}

fn later(hours: i64) -> Timestamp {
    after(
        Timestamp::UNIX_EPOCH,
        SignedDuration::from_hours(hours) + SignedDuration::from_secs(1),
    )
}

#[test]
fn what_is_not_known_is_shown_as_the_beginning_of_its_id() {
    let mut names = Names::default();
    let kind = NameKind::Queue;
    assert_eq!(names.words(kind, &id(ID)), "queue 3f2a91");
    names.learn(
        kind,
        &[id(ID), id(OTHER)],
        vec![named(ID, "Claims")],
        later(0),
    );
    assert_eq!(names.words(kind, &id(ID)), "Claims");
    assert_eq!(names.words(kind, &id(OTHER)), "queue 0b0b0b");
    let nobody = names.known(kind, &id(OTHER)).unwrap();
    assert_eq!(nobody.called, Called::Nobody);
}

#[test]
fn a_name_is_asked_for_once_a_day_and_what_nobody_knew_once_an_hour() {
    let mut names = Names::default();
    let kind = NameKind::Queue;
    assert!(names.is_wanted(kind, &id(ID), later(0)));
    names.learn(
        kind,
        &[id(ID), id(OTHER)],
        vec![named(ID, "Claims")],
        later(0),
    );
    for (hours, name, nobody) in [(0, false, false), (2, false, true), (25, true, true)] {
        assert_eq!(
            names.is_wanted(kind, &id(ID), later(hours)),
            name,
            "{hours}"
        );
        let again = names.is_wanted(kind, &id(OTHER), later(hours));
        assert_eq!(again, nobody, "{hours}");
    }
    assert!(
        !names.is_wanted(kind, &id("+49 30 1234"), later(0)),
        "no id"
    );
}

#[test]
fn what_is_not_permitted_says_so_and_takes_no_name_away() {
    let mut names = Names::default();
    let kind = NameKind::Queue;
    names.learn(kind, &[id(ID)], vec![named(ID, "Claims")], later(0));
    let permission = Text::clean("routing:queue:view");
    names.close(kind, &[id(ID), id(OTHER)], Some(&permission), later(25));
    assert_eq!(names.words(kind, &id(ID)), "Claims");
    let closed = &names.known(kind, &id(OTHER)).unwrap().called;
    assert_eq!(*closed, Called::Closed(Some(permission)));
    assert!(!names.is_wanted(kind, &id(OTHER), later(25)));
    assert!(names.is_wanted(kind, &id(OTHER), later(26)));
}

#[test]
fn what_was_kept_is_taken_unless_something_newer_is_known() {
    let mut names = Names::default();
    let kind = NameKind::Division;
    names.take(kind, id(ID), "Old".into(), later(1));
    names.learn(kind, &[id(ID)], vec![named(ID, "New")], later(2));
    names.take(kind, id(ID), "Old".into(), later(1));
    assert_eq!(names.words(kind, &id(ID)), "New");
    assert_eq!(
        names.oldest(kind, later(3)),
        Some(SignedDuration::from_hours(1))
    );
}

#[test]
fn a_deployment_whose_setting_is_not_known_is_asked_for_though_its_name_is() {
    let mut names = Names::default();
    let kind = NameKind::Deployment;
    names.take(kind, id(ID), "Shop".into(), later(0));
    assert!(names.is_wanted(kind, &id(ID), later(1)));
    let answered = Named {
        on_disconnect: Some(OnDisconnect::Send),
        ..named(ID, "Shop")
    };
    names.learn(kind, &[id(ID)], vec![answered], later(1));
    assert!(!names.is_wanted(kind, &id(ID), later(2)));
}
