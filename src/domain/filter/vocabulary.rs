//! The words of the language: fields, operators and the words that are values. Tables as data; parsing, printing and completion read
//! the same ones.

use crate::domain::conversation::Side;
use crate::domain::kind::Severity;
use crate::domain::parties::Presence;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$line:meta])* $variant:ident $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub(super) enum $name { $($(#[$line])* $variant,)* }

        impl $name {
            pub(super) const ALL: &'static [Self] = &[$(Self::$variant,)*];

            pub(super) fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }
        }
    };
}

words! {
    /// What may be asked about.
    Field {
        Is "is", Age "age", Idle "idle", Wait "wait", For "for", Cust "cust", Agent "agent", Queue "queue", Bot "bot", State "state",
        Why "why", Kind "kind", Rule "rule", Messages "msgs", Last "last", Id "id", Name "name", Attribute "attr", Division "division",
        Deployment "deployment",
    }
}

/// The one that is called so; case does not count.
pub(super) fn named<T: Copy>(all: &[T], word: fn(T) -> &'static str, said: &str) -> Option<T> {
    let mut all = all.iter().copied();
    all.find(|one| word(*one).eq_ignore_ascii_case(said))
}

impl Field {
    pub(super) fn named(word: &str) -> Option<Self> {
        named(Self::ALL, Self::word, word)
    }

    /// Its values are names of people.
    pub(super) fn names_people(self) -> bool {
        matches!(self, Self::Cust | Self::Agent | Self::Name)
    }

    /// Something that works, for mends.
    pub(super) fn example(self) -> &'static str {
        match self {
            Self::Is => "is:stuck",
            Self::Age => "age>2h",
            Self::Idle => "idle>45m",
            Self::Wait => "wait>10m",
            Self::For => "for>10m",
            Self::Cust => "cust:off",
            Self::Agent => "agent:on",
            Self::Queue => "queue:\"Billing EU\"",
            Self::Bot => "bot:on",
            Self::State => "state:parked",
            Self::Why => "why:customer",
            Self::Kind => "kind:orphan",
            Self::Rule => "rule:night-desk",
            Self::Messages => "msgs<2",
            Self::Last => "last:cust",
            Self::Id => "id:3f2a",
            Self::Name => "name:Okafor",
            Self::Attribute => "attr.caseId:5513",
            Self::Division => "division:Home",
            Self::Deployment => "deployment:shop-eu",
        }
    }
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Op {
    NotEqual,
    AtLeast,
    AtMost,
    Above,
    Below,
    Has,
    Equal,
    Like,
}

impl Op {
    /// Every operator, those of two letters first.
    pub(super) const ALL: [Self; 8] = [
        Self::NotEqual,
        Self::AtLeast,
        Self::AtMost,
        Self::Above,
        Self::Below,
        Self::Has,
        Self::Equal,
        Self::Like,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::NotEqual => "!=",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::Below => "<",
            Self::Has => ":",
            Self::Equal => "=",
            Self::Like => "~",
        }
    }

    /// It asks whether something is so, not how much of it there is.
    pub(super) fn is_equality(self) -> bool {
        matches!(self, Self::Has | Self::Equal | Self::NotEqual)
    }
}

words! {
    /// What a conversation may be.
    Trait { Stuck "stuck", Stale "stale", Watch "watch", Fresh "fresh", Marked "marked", Mine "mine", Changed "changed", }
}

impl Trait {
    /// The severity it stands for.
    pub(super) fn severity(self) -> Option<Severity> {
        match self {
            Self::Stuck => Some(Severity::Stuck),
            Self::Stale => Some(Severity::Stale),
            Self::Watch => Some(Severity::Watch),
            Self::Fresh => Some(Severity::Fresh),
            Self::Marked | Self::Mine | Self::Changed => None,
        }
    }
}

words! {
    /// How a party stands. `on` is the code's `+`, `off` its `-` and `w`, `none` its `.`.
    Stands { On "on", Off "off", Never "none", Alerting "alerting", Parked "parked", Held "held", WrapUp "wrapup", }
}

impl Stands {
    pub(super) fn named(word: &str) -> Option<Self> {
        named(Self::ALL, Self::word, word)
    }

    /// Does a party that stands so fit?
    pub(super) fn fits(self, presence: Presence) -> bool {
        match self {
            Self::On => presence == Presence::Open,
            Self::Off => matches!(presence, Presence::Left | Presence::WrapUp),
            Self::Never => presence == Presence::Never,
            Self::Alerting => presence == Presence::Ringing,
            Self::Parked | Self::Held => presence == Presence::Parked,
            Self::WrapUp => presence == Presence::WrapUp,
        }
    }
}

words! {
    /// Who wrote last.
    Writer { Cust "cust", Agent "agent", Nobody "none", }
}

impl Writer {
    /// Is it this side?
    pub(super) fn is(self, side: Option<Side>) -> bool {
        side == match self {
            Self::Cust => Some(Side::Customer),
            Self::Agent => Some(Side::Agent),
            Self::Nobody => None,
        }
    }
}

/// Words that join clauses; as plain text they need quotes.
pub(super) const KEYWORDS: [&str; 4] = ["and", "or", "not", "like"];
