//! What the rules look at: one read at one moment, asked in their own terms (who is up, who left when, how long it has been quiet).

use jiff::{SignedDuration, Timestamp};

use super::Thresholds;
use crate::domain::conversation::{Conversation, Leg, LegState, Participant, Purpose, WrapUp};
use crate::domain::moment::since;

/// One read at one moment.
pub(super) struct Scene<'a> {
    /// What was read.
    pub(super) conversation: &'a Conversation,
    /// Whether the customer ever took part, as the list says.
    pub(super) took_part: Option<bool>,
    /// The figures to go by.
    pub(super) thresholds: &'a Thresholds,
    now: Timestamp,
}

impl<'a> Scene<'a> {
    /// A read at a moment.
    pub(super) fn new(
        conversation: &'a Conversation,
        took_part: Option<bool>,
        now: Timestamp,
        thresholds: &'a Thresholds,
    ) -> Self {
        Self {
            conversation,
            took_part,
            thresholds,
            now,
        }
    }

    /// How long ago something was; negative when it lies ahead.
    pub(super) fn since(&self, then: Timestamp) -> SignedDuration {
        since(then, self.now)
    }

    /// How long nobody has written.
    pub(super) fn quiet(&self) -> SignedDuration {
        self.since(self.conversation.quiet_since())
    }

    /// The first leg that is up: open and not parked.
    pub(super) fn up(&self, fits: fn(&Purpose) -> bool) -> Option<(&'a Participant, &'a Leg)> {
        self.conversation
            .open_legs()
            .find(|(party, leg)| fits(&party.purpose) && leg.state != LegState::Parked)
    }

    /// A customer's leg is up.
    pub(super) fn has_customer(&self) -> bool {
        self.up(Purpose::is_customer).is_some()
    }

    /// An agent's leg is up: connected or ringing.
    pub(super) fn has_staff(&self) -> bool {
        self.up(Purpose::is_staff).is_some()
    }

    /// The conversation's queue leg, if it is open: it is really in queue.
    pub(super) fn queue(&self) -> Option<(&'a Participant, &'a Leg)> {
        self.up(|purpose| *purpose == Purpose::Queue)
    }

    /// When the last customer left, if there was one and all are gone. A leg without an end proves no time, so it proves nothing.
    pub(super) fn customer_left(&self) -> Option<Timestamp> {
        self.conversation
            .legs()
            .filter(|(party, _)| party.purpose.is_customer())
            .map(|(_, leg)| if leg.is_open() { None } else { leg.ended })
            .collect::<Option<Vec<Timestamp>>>()?
            .into_iter()
            .max()
    }

    /// A party still owes after-call work.
    pub(super) fn owes_wrap_up(&self) -> bool {
        self.conversation
            .participants
            .iter()
            .any(|party| matches!(party.wrap_up, WrapUp::Owed { .. }))
    }

    /// By how much the latest after-call work is over its time, if it is; with how long it has been owed.
    pub(super) fn late_wrap_up(&self) -> Option<SignedDuration> {
        self.conversation
            .participants
            .iter()
            .filter_map(|party| {
                let WrapUp::Owed {
                    since: began,
                    timeout,
                } = party.wrap_up
                else {
                    return None;
                };
                let left = party.legs.iter().filter_map(|leg| leg.ended).max();
                let owed_for = self.since(began.or(left)?);
                (owed_for > timeout.max(self.thresholds.wrap_up)).then_some(owed_for)
            })
            .max()
    }
}
