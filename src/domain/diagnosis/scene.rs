//! What the rules look at: one read at one moment, asked in their own terms (who is up, who left when, how long it has been quiet).

use jiff::{SignedDuration, Timestamp};

use super::Thresholds;
use crate::domain::beside::{AgentStanding, Beside};
use crate::domain::conversation::{Conversation, Leg, LegState, Participant, Purpose, WrapUp};
use crate::domain::horizon::Horizon;
use crate::domain::moment::{after, since};
use crate::domain::recorded::Recorded;
use crate::domain::roster::Row;

/// How old what was read of an agent's standing may be: it is asked for again every minute, budget permitting.
const STANDING_OLD: SignedDuration = SignedDuration::from_mins(10);

/// One read at one moment, and what stands beside it.
pub(super) struct Scene<'a> {
    /// What was read.
    pub(super) conversation: &'a Conversation,
    /// Whether the customer ever took part, as the list says.
    pub(super) took_part: Option<bool>,
    /// What analytics recorded.
    pub(super) record: Option<&'a Recorded>,
    /// What other sources say.
    pub(super) beside: &'a Beside,
    /// The figures to go by.
    pub(super) thresholds: &'a Thresholds,
    /// By the platform's clock.
    now: Timestamp,
    /// By this machine's.
    here: Timestamp,
    /// Until when what is answered stands.
    horizon: &'a Horizon,
}

impl<'a> Scene<'a> {
    /// A row's read at a moment of this machine's clock.
    pub(super) fn new(
        row: &'a Row,
        conversation: &'a Conversation,
        here: Timestamp,
        thresholds: &'a Thresholds,
        horizon: &'a Horizon,
    ) -> Self {
        Self {
            conversation,
            took_part: row.listed.took_part,
            record: row.listed.recorded.as_deref(),
            beside: &row.beside,
            thresholds,
            now: row.platform_time(here),
            here,
            horizon,
        }
    }

    /// A time of this machine's clock by the platform's.
    pub(super) fn platform_time_of(&self, here: Timestamp) -> Timestamp {
        after(here, since(self.here, self.now))
    }

    /// Where the one agent stands on whom it depends whether somebody is there; nothing where that is not known, or was read too long ago.
    pub(super) fn standing(&self) -> Option<&'a AgentStanding> {
        let standing = self.beside.agent.as_ref()?;
        let is_fresh = since(standing.read_at, self.here) <= STANDING_OLD;
        is_fresh.then(|| {
            self.horizon.note(after(standing.read_at, STANDING_OLD));
            standing
        })
    }

    /// More than `limit` has gone by since then. What a kind rests on is compared here and in [`Self::is_within`] alone.
    pub(super) fn is_over(&self, then: Timestamp, limit: SignedDuration) -> bool {
        let is_over = self.since(then) > limit;
        if !is_over {
            self.turns_at(after(then, limit));
        }
        is_over
    }

    /// Less than `limit` has gone by since then.
    pub(super) fn is_within(&self, then: Timestamp, limit: SignedDuration) -> bool {
        let is_within = self.since(then) < limit;
        if is_within {
            self.turns_at(after(then, limit));
        }
        is_within
    }

    /// At this time of the platform's clock an answer comes out otherwise.
    fn turns_at(&self, at: Timestamp) {
        self.horizon.note(after(self.here, since(self.now, at)));
    }

    /// How long ago something was, for words; negative when it lies ahead.
    pub(super) fn since(&self, then: Timestamp) -> SignedDuration {
        since(then, self.now)
    }

    /// How long nobody has written.
    pub(super) fn quiet(&self) -> SignedDuration {
        self.since(self.conversation.quiet_since())
    }

    /// Somebody wrote less than so long ago.
    pub(super) fn is_quiet_within(&self, limit: SignedDuration) -> bool {
        self.is_within(self.conversation.quiet_since(), limit)
    }

    /// Nobody has written for longer than this.
    pub(super) fn is_quiet_over(&self, limit: SignedDuration) -> bool {
        self.is_over(self.conversation.quiet_since(), limit)
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
                let owed_since = began.or(left)?;
                self.is_over(owed_since, timeout.max(self.thresholds.wrap_up))
                    .then(|| self.since(owed_since))
            })
            .max()
    }
}
