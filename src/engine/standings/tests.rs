//! Whom it depends on, how often they are asked about, and what a refusal does.

use super::*;
use crate::domain::conversation::{Conversation, Leg, LegState, Participant, Purpose};
use crate::domain::failure::Receipt;
use crate::domain::ids::{CommunicationId, ConversationId, ParticipantId};

const NOW: Timestamp = Timestamp::constant(1_790_000_000, 0);

fn id(bits: u128) -> ConversationId {
    ConversationId::from_u128(bits)
}

fn later(seconds: i64) -> Timestamp {
    after(NOW, SignedDuration::from_secs(seconds))
}

/// Both sides up, quiet for so many seconds, with this agent.
fn reading(agent: &str, quiet: i64) -> Reading {
    let party = |bits: u128, purpose, user: Option<&str>| Participant {
        user: user.map(Text::clean),
        legs: vec![Leg::new(
            CommunicationId::from_u128(bits),
            LegState::Connected,
        )],
        ..Participant::new(ParticipantId::from_u128(bits), purpose)
    };
    Reading {
        conversation: Conversation {
            participants: vec![
                party(1, Purpose::Customer, None),
                party(2, Purpose::Agent, Some(agent)),
            ],
            ..Conversation::new(id(1), later(-quiet))
        },
        read_at: NOW,
        arrived: NOW,
        receipt: Receipt::default(),
    }
}

fn refusal(kind: FailureKind) -> Failure {
    Failure::local(kind, "no")
}

#[test]
fn only_agents_of_quiet_chats_are_asked_about_and_each_once_a_minute() {
    let mut asking = Questions::default();
    asking.note(&reading("ada", 3600), NOW);
    asking.note(&reading("ada", 3600), NOW);
    asking.note(&reading("bob", 60), NOW);
    let asked = asking.next(NOW).unwrap();
    assert_eq!(asked, [Text::clean("ada")]);
    assert_eq!(asking.next(later(600)), None, "the answer is awaited");
    let told = asking.came(asked, Ok(Vec::new()), NOW);
    assert_eq!((told.found.len(), told.failure), (0, None));
    assert_eq!(asking.next(later(59)), None);
    assert!(asking.next(later(60)).is_some());
}

#[test]
fn who_comes_into_question_is_asked_about_within_ten_seconds_and_who_is_not_any_more_no_longer_than_ten_minutes()
 {
    let mut asking = Questions::default();
    asking.note(&reading("ada", 3600), NOW);
    let asked = asking.next(NOW).unwrap();
    asking.came(asked, Ok(Vec::new()), NOW);
    asking.note(&reading("bob", 3600), NOW);
    assert_eq!(asking.next(later(9)), None);
    assert_eq!(asking.next(later(10)).unwrap(), [Text::clean("bob")]);
    asking.came(Vec::new(), Ok(Vec::new()), later(10));
    asking.note(&reading("ada", 5), later(70));
    let asked = asking.next(later(600)).unwrap();
    assert_eq!(asked, ["ada", "bob"].map(Text::clean));
    asking.came(asked, Ok(Vec::new()), later(600));
    asking.note(&reading("bob", 3600), later(660));
    assert_eq!(asking.next(later(660)).unwrap(), [Text::clean("bob")]);
}

#[test]
fn a_hundred_at_a_time_and_who_was_never_asked_about_first() {
    let mut asking = Questions::default();
    for bits in 0..150 {
        let agent = format!("agent {bits:03}");
        asking.note(&reading(&agent, 3600), NOW);
    }
    let first = asking.next(NOW).unwrap();
    assert_eq!(first.len(), 100);
    asking.came(first, Ok(Vec::new()), NOW);
    let second = asking.next(later(61)).unwrap();
    assert!(second.contains(&Text::clean("agent 149")));
}

#[test]
fn a_missing_permission_is_told_and_not_asked_for_every_minute() {
    let mut asking = Questions::default();
    asking.note(&reading("ada", 3600), NOW);
    let asked = asking.next(NOW).unwrap();
    let told = asking.came(asked, Err(refusal(FailureKind::Forbidden)), NOW);
    assert!(told.failure.is_some());
    assert_eq!(asking.next(later(599)), None);
    asking.note(&reading("ada", 3600), later(590));
    let asked = asking.next(later(600)).unwrap();
    asking.came(asked, Err(refusal(FailureKind::TimedOut)), later(600));
    assert!(
        asking.next(later(660)).is_some(),
        "what passes is asked again"
    );
}

#[test]
fn how_long_what_has_ended_can_come_back_is_asked_once_and_only_where_something_ended() {
    let mut asking = Questions::default();
    asking.note(&reading("ada", 60), NOW);
    assert!(!asking.wants_threading());
    let mut over = reading("ada", 60);
    over.conversation.ended = Some(NOW);
    asking.note(&over, NOW);
    assert!(asking.wants_threading());
    asking.note(&over, NOW);
    assert!(!asking.wants_threading());
}
