//! The PARTIES code of a row (`C- A+ Q-`): who is there, in plain ASCII that reads, greps and speaks. It only shows; nothing is
//! decided by it.

use std::fmt;

use super::conversation::{Conversation, Leg, LegState, Purpose, WrapUp};

/// Who.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// `C`, the customer.
    Customer,
    /// `A`, an agent.
    Agent,
    /// `Q`, the queue.
    Queue,
    /// `B`, a bot, flow, menu or program.
    Bot,
    /// `E`, somebody else from outside.
    External,
    /// `?`, a party whose purpose this program does not know.
    Unknown,
}

impl Party {
    /// The letter.
    pub fn letter(self) -> char {
        match self {
            Self::Customer => 'C',
            Self::Agent => 'A',
            Self::Queue => 'Q',
            Self::Bot => 'B',
            Self::External => 'E',
            Self::Unknown => '?',
        }
    }

    fn of(purpose: &Purpose) -> Self {
        match purpose {
            Purpose::Customer => Self::Customer,
            Purpose::External => Self::External,
            Purpose::Agent | Purpose::User => Self::Agent,
            Purpose::Queue => Self::Queue,
            Purpose::Bot | Purpose::Flow | Purpose::Ivr | Purpose::Api => Self::Bot,
            Purpose::Other(_) => Self::Unknown,
        }
    }
}

/// How a party stands; of several legs the one that is most there. The order is that of being there, least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Presence {
    /// `.`, never there.
    #[default]
    Never,
    /// `-`, left.
    Left,
    /// `w`, left, and wrap-up is owed.
    WrapUp,
    /// `~`, parked or held.
    Parked,
    /// `!`, ringing.
    Ringing,
    /// `+`, open.
    Open,
    /// `?`, not read, or in a state that this program does not know.
    Unknown,
}

impl Presence {
    /// The sign.
    pub fn sign(self) -> char {
        match self {
            Self::Never => '.',
            Self::Left => '-',
            Self::WrapUp => 'w',
            Self::Parked => '~',
            Self::Ringing => '!',
            Self::Open => '+',
            Self::Unknown => '?',
        }
    }

    /// Some leg of the party is open, in whatever state.
    pub fn is_open(self) -> bool {
        self > Self::WrapUp
    }

    fn of(leg: &Leg) -> Self {
        match leg.state {
            LegState::Disconnected | LegState::Terminated => Self::Left,
            LegState::Parked => Self::Parked,
            LegState::Alerting => Self::Ringing,
            LegState::Connected | LegState::Contacting => Self::Open,
            LegState::Other(_) => Self::Unknown,
        }
    }
}

/// How every kind of party stands in one conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Parties {
    /// The customer.
    pub customer: Presence,
    /// Agents.
    pub agent: Presence,
    /// The queue.
    pub queue: Presence,
    /// Bots, flows, menus and programs.
    pub bot: Presence,
    /// Others from outside.
    pub external: Presence,
    /// Parties of an unknown purpose.
    pub unknown: Presence,
}

impl Parties {
    /// What a conversation shows before it is read.
    pub const UNREAD: Self = Self {
        customer: Presence::Unknown,
        agent: Presence::Unknown,
        queue: Presence::Unknown,
        bot: Presence::Unknown,
        external: Presence::Never,
        unknown: Presence::Never,
    };

    /// Nobody was ever there.
    const NOBODY: Self = Self {
        customer: Presence::Never,
        agent: Presence::Never,
        queue: Presence::Never,
        bot: Presence::Never,
        external: Presence::Never,
        unknown: Presence::Never,
    };

    /// The parties of a conversation.
    pub fn of(conversation: &Conversation) -> Self {
        let mut parties = Self::NOBODY;
        for participant in &conversation.participants {
            let is_owing = matches!(participant.wrap_up, WrapUp::Owed { .. });
            let wrap_up = is_owing.then_some(Presence::WrapUp);
            let all = participant.legs.iter().map(Presence::of).chain(wrap_up);
            let stands = match Party::of(&participant.purpose) {
                Party::Customer => &mut parties.customer,
                Party::Agent => &mut parties.agent,
                Party::Queue => &mut parties.queue,
                Party::Bot => &mut parties.bot,
                Party::External => &mut parties.external,
                Party::Unknown => &mut parties.unknown,
            };
            *stands = all.fold(*stands, Presence::max);
        }
        parties
    }

    /// The three that a row has room for: customer, agent, and of the others the one that matters most: what is open before what
    /// left, people before the queue, the queue before bots.
    pub fn shown(&self) -> [(Party, Presence); 3] {
        let others = [
            (Party::Unknown, self.unknown),
            (Party::External, self.external),
            (Party::Queue, self.queue),
            (Party::Bot, self.bot),
        ];
        let third = others
            .into_iter()
            .find(|(_, presence)| presence.is_open())
            .or_else(|| {
                others
                    .into_iter()
                    .rev()
                    .max_by_key(|(party, presence)| (*presence, *party == Party::Queue))
                    .filter(|(_, presence)| *presence != Presence::Never)
            })
            .unwrap_or((Party::Queue, self.queue));
        [
            (Party::Customer, self.customer),
            (Party::Agent, self.agent),
            third,
        ]
    }
}

impl fmt::Display for Parties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self
            .shown()
            .map(|(party, presence)| format!("{}{}", party.letter(), presence.sign()));
        f.pad(&format!("{a} {b} {c}"))
    }
}

#[cfg(test)]
mod tests;
