//! One conversation as analytics recorded it: late by seconds to minutes, organisation-wide, and never enough to judge or to act by. It
//! stands beside the read, so that a difference between the two can be seen and named.

use jiff::Timestamp;

use super::conversation::Purpose;
use super::text::Text;

/// What analytics recorded of one conversation, in one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// When the request left, by this machine's clock.
    pub asked_at: Timestamp,
    /// When it ended (`conversationEnd`); absent while analytics knows of no end.
    pub ended: Option<Timestamp>,
    /// Whether the customer ever took part (`customerParticipation`), if analytics says.
    pub took_part: Option<bool>,
    /// When the queue's inactivity timer will end it, if one runs.
    pub inactivity_timeout: Option<Timestamp>,
    /// The divisions it belongs to, by id.
    pub divisions: Vec<Text>,
    /// To whom the customer wrote (`addressTo`): on web messaging probably the deployment's id, which nobody has verified.
    pub address_to: Option<Text>,
    /// Every session of every party, in the platform's order.
    pub legs: Vec<RecordedLeg>,
}

/// One session of one party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedLeg {
    /// The session's id; the conversation service's `communicationId` as far as is known, which nobody has verified.
    pub id: Option<Text>,
    /// What the party is there for. Rules key on this, never on the type of a segment.
    pub purpose: Purpose,
    /// The name it goes by.
    pub name: Option<Text>,
    /// The agent's user id.
    pub user: Option<Text>,
    /// The queue its segments name, by id: of the open one, else of the last.
    pub queue: Option<Text>,
    /// The flow that held it.
    pub flow: Option<RecordedFlow>,
    /// When its first segment began.
    pub since: Option<Timestamp>,
    /// When its last segment ended; absent while any of them is open (no `segmentEnd`).
    pub ended: Option<Timestamp>,
    /// How it ended, in the conversation service's word.
    pub disconnect: Option<Text>,
    /// The open segment, or the last one, is after-call work (`wrapup`).
    pub is_wrap_up: bool,
    /// What went wrong with it: a segment's `errorCode`, or the metric `nStateTransitionError`.
    pub error: Option<Text>,
}

/// A flow as analytics names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedFlow {
    /// Its id.
    pub id: Option<Text>,
    /// Its name.
    pub name: Option<Text>,
    /// Its version.
    pub version: Option<Text>,
    /// Its type, in the service's word (`INBOUNDSHORTMESSAGE`).
    pub kind: Option<Text>,
}

impl Recorded {
    /// An answer in which nothing else was said.
    pub fn new(asked_at: Timestamp) -> Self {
        Self {
            asked_at,
            ended: None,
            took_part: None,
            inactivity_timeout: None,
            divisions: Vec::new(),
            address_to: None,
            legs: Vec::new(),
        }
    }

    /// The sessions that keep it open for analytics.
    pub fn open_legs(&self) -> impl Iterator<Item = &RecordedLeg> {
        self.legs
            .iter()
            .filter(|leg| self.ended.is_none() && leg.is_open())
    }

    /// The queue session that is open, if one is.
    pub fn open_queue(&self) -> Option<&RecordedLeg> {
        self.open_legs().find(|leg| leg.purpose == Purpose::Queue)
    }

    /// The newest flow that held it.
    pub fn newest_flow(&self) -> Option<&RecordedFlow> {
        self.legs.iter().rev().find_map(|leg| leg.flow.as_ref())
    }
}

impl RecordedLeg {
    /// A session of which only this is known.
    pub fn new(purpose: Purpose, since: Option<Timestamp>) -> Self {
        Self {
            id: None,
            purpose,
            name: None,
            user: None,
            queue: None,
            flow: None,
            since,
            ended: None,
            disconnect: None,
            is_wrap_up: false,
            error: None,
        }
    }

    /// A segment of it is open, so that it keeps the conversation open for analytics.
    pub fn is_open(&self) -> bool {
        self.ended.is_none()
    }
}
