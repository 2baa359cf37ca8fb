//! Conversations as the domain has them, built and taken apart in one way: for the scripted organisation, the simulator and the strings of
//! events alike.

use jiff::{SignedDuration, Timestamp};
use unstick::domain::conversation::{
    Conversation, Leg, LegState, Message, Participant, Purpose, Side, WrapUp,
};
use unstick::domain::ids::{CommunicationId, ConversationId, ParticipantId};

/// A conversation of these parties, in which the customer has written once.
pub(crate) fn conversation(
    id: ConversationId,
    started: Timestamp,
    participants: Vec<Participant>,
) -> Conversation {
    Conversation {
        participants,
        messages: vec![Message {
            id: "m1".into(),
            at: started,
            from: Side::Customer,
        }],
        ..Conversation::new(id, started)
    }
}

/// A party with one leg; both ids follow from the key.
pub(crate) fn party(key: u128, purpose: &Purpose, is_open: bool, since: Timestamp) -> Participant {
    Participant {
        legs: vec![leg(key, is_open, since)],
        ..Participant::new(ParticipantId::from_u128(key), purpose.clone())
    }
}

/// A web messaging leg.
pub(crate) fn leg(key: u128, is_open: bool, since: Timestamp) -> Leg {
    let state = if is_open {
        LegState::Connected
    } else {
        LegState::Disconnected
    };
    Leg {
        since: Some(since),
        ended: (!is_open).then_some(since),
        ..Leg::new(CommunicationId::from_u128(key << 64), state)
    }
}

/// Closes legs; staff owe wrap-up afterwards, if they owe any. Answers which legs, and whether each was a person's.
pub(crate) fn close(
    conversation: &mut Conversation,
    at: Timestamp,
    owes: bool,
    which: impl Fn(&Participant, &Leg) -> bool,
) -> Vec<(CommunicationId, bool)> {
    let mut closed = Vec::new();
    for party in &mut conversation.participants {
        let open = party.legs.iter().enumerate();
        let places: Vec<usize> = open
            .filter(|(_, leg)| leg.is_open() && which(party, leg))
            .map(|(place, _)| place)
            .collect();
        let is_human = party.purpose.is_human();
        if owes && party.purpose.is_staff() && !places.is_empty() {
            party.wrap_up = WrapUp::Owed {
                since: Some(at),
                timeout: SignedDuration::ZERO,
            };
        }
        for place in places {
            let leg = &mut party.legs[place];
            leg.state = LegState::Disconnected;
            leg.ended = Some(at);
            closed.push((leg.id, is_human));
        }
    }
    closed
}
