//! One media leg: when it rang, when it was answered, when it was set aside, and how it came down.

use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

/// One media leg.
#[derive(Clone, Debug)]
pub(in crate::sandbox) struct Leg {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) medium: Medium,
    pub(in crate::sandbox) alerting: Option<Timestamp>,
    pub(in crate::sandbox) connected: Option<Timestamp>,
    /// Parked since, and until. Kept once it is resumed.
    pub(in crate::sandbox) parked: Option<(Timestamp, Timestamp)>,
    /// When it was taken up again after it was parked.
    pub(in crate::sandbox) resumed: Option<Timestamp>,
    pub(in crate::sandbox) ended: Option<(Timestamp, Disconnect)>,
    /// It is in error: the platform shows an `errorInfo`.
    pub(in crate::sandbox) broken: bool,
    /// It came down because its guest cleared the chat.
    pub(in crate::sandbox) cleared: bool,
}

/// What a leg carries. Only `Message` legs belong to web messaging; the others share the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sandbox) enum Medium {
    Message,
    Callback,
    Call,
}

/// How a leg came down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum Disconnect {
    Client,
    Endpoint,
    Peer,
    System,
    Expired,
    Inactivity,
    Transfer,
    NoAnswer,
    NotAvailable,
    TransportFailure,
    Error,
    Takeover,
    Spam,
    Other,
}

impl Leg {
    pub(in crate::sandbox) fn connected(id: Uuid, at: Timestamp) -> Self {
        Self {
            id,
            medium: Medium::Message,
            alerting: None,
            connected: Some(at),
            parked: None,
            resumed: None,
            ended: None,
            broken: false,
            cleared: false,
        }
    }

    /// It rings, and nobody has answered yet.
    pub(in crate::sandbox) fn alerting(id: Uuid, at: Timestamp) -> Self {
        Self {
            alerting: Some(at),
            connected: None,
            ..Self::connected(id, at)
        }
    }

    pub(in crate::sandbox) fn is_open(&self) -> bool {
        self.ended.is_none()
    }

    /// Open, and of the message medium.
    pub(in crate::sandbox) fn is_open_message(&self) -> bool {
        self.is_open() && self.medium == Medium::Message
    }

    pub(in crate::sandbox) fn is_alerting(&self) -> bool {
        self.is_open() && self.connected.is_none()
    }

    /// Set aside, and not taken up again.
    pub(in crate::sandbox) fn is_parked(&self) -> bool {
        self.is_open() && self.parked.is_some() && self.resumed.is_none()
    }

    /// Open, answered and not set aside.
    pub(in crate::sandbox) fn is_connected(&self) -> bool {
        self.is_open() && self.connected.is_some() && !self.is_parked()
    }

    /// When it came up, connected or not.
    pub(in crate::sandbox) fn began(&self) -> Option<Timestamp> {
        self.alerting.or(self.connected)
    }

    /// The state in the words of `Message.state`.
    pub(in crate::sandbox) fn state(&self) -> &'static str {
        if self.ended.is_some() {
            "disconnected"
        } else if self.is_parked() {
            "parked"
        } else if self.connected.is_some() {
            "connected"
        } else {
            "alerting"
        }
    }
}

impl Medium {
    /// As analytics spells it.
    pub(in crate::sandbox) fn analytics_word(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Callback => "callback",
            Self::Call => "voice",
        }
    }
}

impl Disconnect {
    /// As the conversation service spells it.
    pub(in crate::sandbox) fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Endpoint => "endpoint",
            Self::Peer => "peer",
            Self::System => "system",
            Self::Expired => "session.expired",
            Self::Inactivity => "inactivity",
            Self::Transfer => "transfer",
            Self::NoAnswer => "transfer.noanswer",
            Self::NotAvailable => "transfer.notavailable",
            Self::TransportFailure => "transport.failure",
            Self::Error => "error",
            Self::Takeover => "takeover",
            Self::Spam => "spam",
            Self::Other => "other",
        }
    }

    /// As analytics spells it.
    pub(in crate::sandbox) fn analytics_word(self) -> &'static str {
        match self {
            Self::Expired => "sessionExpired",
            Self::NoAnswer => "noAnswerTransfer",
            Self::NotAvailable => "notAvailableTransfer",
            Self::TransportFailure => "transportFailure",
            other => other.word(),
        }
    }
}
