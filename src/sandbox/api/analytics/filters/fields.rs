//! The dimensions and metrics of a details query that this world can answer, and where they are read.

use super::super::metrics::Metric;
use super::super::sight::{Seen, Segment};
use super::{Field, Found};
use crate::sandbox::world::conversation::{Disconnect, Medium};

/// What a conversation filter can ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum ConversationField {
    End,
    Id,
    Initiator,
    Start,
    CustomerParticipation,
    Division,
    Direction,
    Metric(Metric),
    Never,
}

/// What a segment filter can ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) enum SegmentField {
    AddressFrom,
    AddressTo,
    Authenticated,
    Cleared,
    Conference,
    Direction,
    DisconnectType,
    ErrorCode,
    ExitReason,
    FlowId,
    FlowName,
    MediaType,
    MessageType,
    MonitoredParticipant,
    ParticipantName,
    Provider,
    Purpose,
    QueueId,
    SegmentEnd,
    SegmentType,
    TransferTargetAddress,
    TransferTargetName,
    TransferType,
    UserId,
    WrapUpCode,
    WrapUpNote,
    /// The metric `tSegmentDuration`, in milliseconds.
    Duration,
    Never,
}

/// What evaluations, surveys and resolutions can be asked: this world has none of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in super::super) struct Never;

const CONVERSATION: [(&str, ConversationField); 7] = [
    ("conversationEnd", ConversationField::End),
    ("conversationId", ConversationField::Id),
    ("conversationInitiator", ConversationField::Initiator),
    ("conversationStart", ConversationField::Start),
    (
        "customerParticipation",
        ConversationField::CustomerParticipation,
    ),
    ("divisionId", ConversationField::Division),
    ("originatingDirection", ConversationField::Direction),
];

const SEGMENT: [(&str, SegmentField); 26] = [
    ("addressFrom", SegmentField::AddressFrom),
    ("addressTo", SegmentField::AddressTo),
    ("authenticated", SegmentField::Authenticated),
    ("cleared", SegmentField::Cleared),
    ("conference", SegmentField::Conference),
    ("direction", SegmentField::Direction),
    ("disconnectType", SegmentField::DisconnectType),
    ("errorCode", SegmentField::ErrorCode),
    ("exitReason", SegmentField::ExitReason),
    ("flowId", SegmentField::FlowId),
    ("flowName", SegmentField::FlowName),
    ("mediaType", SegmentField::MediaType),
    ("messageType", SegmentField::MessageType),
    ("monitoredParticipantId", SegmentField::MonitoredParticipant),
    ("participantName", SegmentField::ParticipantName),
    ("provider", SegmentField::Provider),
    ("purpose", SegmentField::Purpose),
    ("queueId", SegmentField::QueueId),
    ("segmentEnd", SegmentField::SegmentEnd),
    ("segmentType", SegmentField::SegmentType),
    ("transferTargetAddress", SegmentField::TransferTargetAddress),
    ("transferTargetName", SegmentField::TransferTargetName),
    ("transferType", SegmentField::TransferType),
    ("userId", SegmentField::UserId),
    ("wrapUpCode", SegmentField::WrapUpCode),
    ("wrapUpNote", SegmentField::WrapUpNote),
];

fn named<F: Copy>(table: &[(&str, F)], word: &str) -> Option<F> {
    let mut all = table.iter();
    all.find(|(name, _)| *name == word).map(|(_, field)| *field)
}

impl Field for ConversationField {
    fn dimension(word: &str) -> Self {
        named(&CONVERSATION, word).unwrap_or(Self::Never)
    }

    fn metric(word: &str) -> Self {
        Metric::named(word).map_or(Self::Never, Self::Metric)
    }

    fn property() -> Self {
        Self::Never
    }
}

impl Field for SegmentField {
    fn dimension(word: &str) -> Self {
        named(&SEGMENT, word).unwrap_or(Self::Never)
    }

    fn metric(word: &str) -> Self {
        if word == "tSegmentDuration" {
            Self::Duration
        } else {
            Self::Never
        }
    }

    /// Participant data is not reached this way on the platform either.
    fn property() -> Self {
        Self::Never
    }
}

impl Field for Never {
    fn dimension(_: &str) -> Self {
        Self
    }

    fn metric(_: &str) -> Self {
        Self
    }

    fn property() -> Self {
        Self
    }
}

impl ConversationField {
    /// What it holds for a conversation.
    pub(in super::super) fn of(self, seen: Seen<'_>) -> Found<'_> {
        match self {
            Self::End => Found::maybe(seen.ended(), Found::Time),
            Self::Id => Found::Id(seen.one.id),
            Self::Initiator => Found::Text(seen.initiator()),
            Self::Start => Found::Time(seen.one.started),
            Self::CustomerParticipation => Found::Flag(seen.customer_took_part()),
            Self::Division => Found::Id(seen.division()),
            Self::Direction => Found::Text("inbound"),
            Self::Metric(metric) => Found::maybe(seen.total(metric), Found::Number),
            Self::Never => Found::Nothing,
        }
    }
}

impl SegmentField {
    /// What it holds for one segment of a conversation.
    pub(in super::super) fn of<'a>(self, seen: Seen<'a>, segment: &Segment<'a>) -> Found<'a> {
        let party = segment.party;
        match self {
            Self::AddressFrom => {
                let guest = seen.one.participants.first();
                Found::maybe(guest, |guest| Found::Id(guest.id))
            }
            Self::AddressTo => Found::Id(seen.one.deployment),
            Self::Authenticated | Self::Conference => Found::Flag(false),
            Self::Direction => Found::Text("inbound"),
            Self::DisconnectType => {
                let word = segment.how.map(Disconnect::analytics_word);
                Found::maybe(word, Found::Text)
            }
            Self::Cleared => Found::Flag(seen.cleared(segment.leg)),
            Self::ErrorCode => Found::maybe(segment.error_code(), Found::Text),
            Self::MonitoredParticipant => Found::maybe(party.monitors, Found::Id),
            Self::ExitReason => Found::maybe(seen.exit_reason(party, segment.leg), Found::Text),
            Self::FlowId => Found::maybe(party.flow, Found::Id),
            Self::FlowName => Found::maybe(party.flow, |_| Found::Text(&party.name)),
            Self::MediaType => Found::Text(segment.leg.medium.analytics_word()),
            Self::MessageType if segment.leg.medium == Medium::Message => {
                Found::Text(seen.one.message_type.word())
            }
            Self::ParticipantName => Found::Text(&party.name),
            Self::Provider => Found::Text(&seen.directory.provider),
            Self::Purpose => Found::Text(party.purpose.word()),
            Self::QueueId => Found::maybe(seen.queue(party), |queue| Found::Id(queue.id)),
            Self::SegmentEnd => Found::maybe(segment.end, Found::Time),
            Self::SegmentType => Found::Text(segment.kind),
            Self::TransferTargetAddress => {
                let target = seen.transfer_target(party, segment.leg);
                Found::maybe(target, |queue| Found::Id(queue.id))
            }
            Self::TransferTargetName => {
                let target = seen.transfer_target(party, segment.leg);
                Found::maybe(target, |queue| Found::Text(&queue.name))
            }
            Self::TransferType => {
                let target = seen.transfer_target(party, segment.leg);
                Found::maybe(target, |_| Found::Text("ACD"))
            }
            Self::UserId => Found::maybe(party.user, Found::Id),
            Self::WrapUpCode => Found::maybe(segment.wrap_up_code(), |code| Found::Text(&code.id)),
            Self::WrapUpNote => {
                let notes = segment
                    .wrap_up_code()
                    .and_then(|code| code.notes.as_deref());
                Found::maybe(notes, Found::Text)
            }
            Self::Duration => Found::maybe(segment.lasted(), Found::Number),
            Self::MessageType | Self::Never => Found::Nothing,
        }
    }
}
