//! What may still happen to a chat that a run has let go of: a request of ours whose effect was never seen may take effect late
//! (`threats.md` T37). An open console looks at such chats for a while; nothing is ever sent for them.

use super::aside::Aside;
use super::evidence::{Evidence, OpenLeg, who};
use super::fact::{Class, FinalState};
use super::item::{Item, Sent};
use super::roster::Reading;
use super::step::Action;

/// It was let go while a leg was open that a request of ours may yet close.
pub fn is_loose(item: &Item) -> bool {
    let is_let_go = item.settled.as_ref().is_some_and(|(settled, _)| {
        matches!(settled.state, FinalState::Held | FinalState::Unresolved)
            && settled.incident.is_none()
    });
    is_let_go && within_reach(item).next().is_some()
}

/// What a later read shows to have been closed since the item was let go; in words, for people.
pub fn late_effect(item: &Item, reading: &Reading) -> Option<String> {
    let now = Evidence::of(&reading.conversation);
    let aside = Aside::of(&reading.conversation, &item.plan);
    let is_closed = |leg: &&OpenLeg| !now.legs.iter().any(|open| open.is_same_communication(leg));
    let closed = within_reach(item).filter(is_closed);
    // Who came after the newest read of the run and is gone again was never seen there.
    let seen = item.last_seen.as_ref()?;
    let known = || {
        let planned = &item.plan.evidence.legs;
        planned
            .iter()
            .chain(&seen.evidence.legs)
            .chain(&seen.aside.closed)
    };
    let came = aside.closed.iter().filter(|leg| {
        leg.purpose.is_human() && !known().any(|other| other.is_same_communication(leg))
    });
    let gone: Vec<&str> = closed.chain(came).map(|leg| who(&leg.purpose)).collect();
    (!gone.is_empty()).then(|| {
        format!(
            "closed after it was let go: {}. A request of ours may have taken effect late",
            gone.join(", ")
        )
    })
}

/// People's legs that were open in the newest read and that a request of ours, accepted or of unknown outcome, may yet close.
fn within_reach(item: &Item) -> impl Iterator<Item = &OpenLeg> {
    let shown = item.last_seen.as_ref().map(|seen| &seen.evidence);
    let legs = shown.into_iter().flat_map(Evidence::message_legs);
    legs.filter(|leg| leg.purpose.is_human() && item.sends.iter().any(|sent| may_close(sent, leg)))
}

fn may_close(sent: &Sent, leg: &OpenLeg) -> bool {
    let answer = sent.answer.as_ref();
    if answer.is_some_and(|answer| answer.class == Class::NotApplied) {
        return false;
    }
    match &sent.action {
        Action::Legs { participant } => *participant == leg.participant,
        Action::Recipe(sending) => sending.participant.is_none_or(|who| who == leg.participant),
        Action::Close | Action::Teardown => true,
        Action::WrapUp { .. } => false,
    }
}
