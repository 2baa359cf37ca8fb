//! Does a conversation match? Three-valued: what is not known is unknown, `not` keeps it so, and only what is true matches.

use std::cell::OnceCell;
use std::ops::Not;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::length::Length;
use super::pattern::How;
use super::query::{Clause, Expression, PartyValue, Query};
use super::vocabulary::{Field, Op, Trait};
use crate::domain::conversation::Conversation;
use crate::domain::diagnosis::{self, Diagnosis};
use crate::domain::horizon::Horizon;
use crate::domain::ids::ConversationId;
use crate::domain::kind::{Kind, Severity};
use crate::domain::moment::since;
use crate::domain::parties::{Parties, Presence};
use crate::domain::roster::Row;
use crate::domain::text::Text;

/// What is known of a question. The order makes `and` the least and `or` the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Truth {
    /// It is not so.
    False,
    /// Nobody knows.
    Unknown,
    /// It is so.
    True,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

/// What a filter needs to know beside the conversation.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// The time now.
    pub now: Timestamp,
    /// The time zone that clocks in the filter are meant in.
    pub zone: &'a TimeZone,
    /// Is it marked? (`is:marked`)
    pub is_marked: &'a dyn Fn(ConversationId) -> bool,
    /// Did it change since the operator last looked? (`is:changed`)
    pub is_changed: &'a dyn Fn(ConversationId) -> bool,
    /// Until when what it answers of the time stands.
    pub horizon: &'a Horizon,
}

impl Query {
    /// What is known of it for this row.
    pub fn truth(&self, row: &Row, around: &Surroundings<'_>) -> Truth {
        let subject = Subject::new(row, around);
        self.root
            .as_ref()
            .map_or(Truth::True, |root| root.truth(&subject))
    }

    /// The same for a row that was judged already, of this kind and so grave: many queries can be asked for the price of one diagnosis.
    pub fn truth_of_judged(
        &self,
        row: &Row,
        kind: Kind,
        severity: Severity,
        around: &Surroundings<'_>,
    ) -> Truth {
        let subject = Subject {
            kind: OnceCell::from(kind),
            severity: OnceCell::from(severity),
            ..Subject::new(row, around)
        };
        self.root
            .as_ref()
            .map_or(Truth::True, |root| root.truth(&subject))
    }

    /// The same by the kinds alone, as rules are asked: the severities that rules give do not count.
    pub fn truth_by_kind(&self, row: &Row, around: &Surroundings<'_>) -> Truth {
        let subject = Subject {
            is_by_kind: true,
            ..Subject::new(row, around)
        };
        self.root
            .as_ref()
            .map_or(Truth::True, |root| root.truth(&subject))
    }

    /// Only what is true matches.
    pub fn matches(&self, row: &Row, around: &Surroundings<'_>) -> bool {
        self.truth(row, around) == Truth::True
    }
}

impl Expression {
    pub(super) fn truth(&self, subject: &Subject<'_>) -> Truth {
        match self {
            Self::All(parts) => {
                let least = parts.iter().map(|part| part.truth(subject)).min();
                least.unwrap_or(Truth::True)
            }
            Self::Any(parts) => {
                let greatest = parts.iter().map(|part| part.truth(subject)).max();
                greatest.unwrap_or(Truth::False)
            }
            Self::Not(inner) => !inner.truth(subject),
            Self::Clause(clause) => subject.truth(clause),
        }
    }
}

/// How long something has been so.
pub(super) enum Lasting {
    /// So long.
    For(SignedDuration),
    /// It is not so: nothing waits that is not in queue.
    NotAtAll,
    /// Nobody knows.
    Unknown,
}

/// A row under question.
pub(super) struct Subject<'a> {
    pub(super) row: &'a Row,
    pub(super) around: &'a Surroundings<'a>,
    diagnosis: OnceCell<Diagnosis>,
    kind: OnceCell<Kind>,
    severity: OnceCell<Severity>,
    /// Rules are left out of it.
    pub(super) is_by_kind: bool,
}

impl<'a> Subject<'a> {
    pub(super) fn new(row: &'a Row, around: &'a Surroundings<'a>) -> Self {
        Self {
            row,
            around,
            diagnosis: OnceCell::new(),
            kind: OnceCell::new(),
            severity: OnceCell::new(),
            is_by_kind: false,
        }
    }

    pub(super) fn diagnosis(&self) -> &Diagnosis {
        self.diagnosis
            .get_or_init(|| diagnosis::noting(self.row, self.around.now, self.around.horizon))
    }

    /// Its kind, without the words for it.
    pub(super) fn kind(&self) -> Kind {
        *self.kind.get_or_init(|| self.diagnosis().kind)
    }

    pub(super) fn conversation(&self) -> Option<&'a Conversation> {
        self.row
            .reading
            .as_ref()
            .map(|reading| &reading.conversation)
    }

    pub(super) fn truth(&self, clause: &Clause) -> Truth {
        match clause {
            Clause::Is { is_negated, any } => {
                negated(*is_negated, any_of(any, |one| self.is(*one)))
            }
            Clause::Kind { is_negated, any } => {
                negated(*is_negated, any_of(any, |one| self.is_kind(*one)))
            }
            Clause::Last { is_negated, any } => {
                let last = self.conversation().map(|c| c.newest_of_all());
                let truth = any_of(any, |one| {
                    last.map_or(Truth::Unknown, |last| one.is(last.map(|m| m.from)).into())
                });
                negated(*is_negated, truth)
            }
            Clause::Length { field, op, any } => {
                any_of(any, |length| self.is_so_long(*field, *op, *length))
            }
            Clause::Messages { op, any } => {
                let count = self.conversation().map(|c| c.messages.len());
                let truth = any_of(any, |wanted| {
                    count.map_or(Truth::Unknown, |count| {
                        let count = u32::try_from(count).unwrap_or(u32::MAX);
                        compared(&count, positive(*op), wanted).into()
                    })
                });
                negated(*op == Op::NotEqual, truth)
            }
            Clause::Party { field, how, any } => {
                let truth = any_of(any, |value| self.party(*field, *how, value));
                negated(*how == How::IsNot, truth)
            }
            Clause::Words {
                field: Field::Attribute,
                key,
                how,
                any,
            } => negated(
                *how == How::IsNot,
                self.attribute(key.as_deref(), *how, any),
            ),
            Clause::Words {
                field, how, any, ..
            } => negated(*how == How::IsNot, self.words(*field, *how, any)),
            Clause::Text(pattern) => {
                let id = self.row.listed.id.to_string();
                let queues = self.names_by(Field::Queue);
                let names = self.names().into_iter().chain(queues);
                let texts = names.map(Text::as_str).chain([id.as_str()]);
                let truth = self.found(texts, How::Has, std::slice::from_ref(pattern));
                self.unless_doubtful(truth, &[Field::Agent, Field::Queue])
            }
        }
    }

    fn is(&self, wanted: Trait) -> Truth {
        let id = self.row.listed.id;
        let Some(severity) = wanted.severity() else {
            return match wanted {
                Trait::Marked => (self.around.is_marked)(id).into(),
                Trait::Changed => (self.around.is_changed)(id).into(),
                _ => Truth::Unknown,
            };
        };
        let known = self.severity();
        match self.kind() {
            // Nothing is graver than the gravest: what a rule says of that is known without a read.
            Kind::Unread | Kind::Unknown if known < Severity::Stuck && known <= severity => {
                Truth::Unknown
            }
            _ => (known == severity).into(),
        }
    }

    /// How grave it is, as far as it is known.
    pub(super) fn severity(&self) -> Severity {
        *self.severity.get_or_init(|| {
            if self.is_by_kind {
                self.kind().severity()
            } else {
                let Surroundings { now, horizon, .. } = self.around;
                self.row.severity_noting(self.kind(), *now, horizon)
            }
        })
    }

    fn is_kind(&self, wanted: Kind) -> Truth {
        match self.kind() {
            Kind::Unread => Truth::Unknown,
            Kind::Unknown if wanted != Kind::Unknown => Truth::Unknown,
            kind => (kind == wanted).into(),
        }
    }

    fn is_so_long(&self, field: Field, op: Op, wanted: Length) -> Truth {
        let now = self.around.now;
        match (self.length(field), wanted.at(now, self.around.zone)) {
            (Lasting::For(length), Some(is)) => {
                if let Some(at) = wanted.turns(length, now) {
                    self.around.horizon.note(at);
                }
                compared(&length, op, &is).into()
            }
            (Lasting::NotAtAll, Some(_)) => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// How long something has been so.
    pub(super) fn length(&self, field: Field) -> Lasting {
        let now = self.around.now;
        if field == Field::Age {
            return Lasting::For(self.row.age(now));
        }
        let Some(conversation) = self.conversation() else {
            return Lasting::Unknown;
        };
        let began = match field {
            Field::Idle => Some(conversation.quiet_since()),
            Field::Wait => match conversation.queue_leg() {
                Some(leg) => leg.since,
                None => return Lasting::NotAtAll,
            },
            // Since a leg last came, rang or went: how long the parties have been as they are.
            _ => conversation
                .legs()
                .flat_map(|(_, leg)| [leg.since, leg.alerting_since, leg.ended])
                .flatten()
                .max(),
        };
        began.map_or(Lasting::Unknown, |began| Lasting::For(since(began, now)))
    }

    fn party(&self, field: Field, how: How, value: &PartyValue) -> Truth {
        match value {
            PartyValue::Stands(stands) => {
                self.presence(field)
                    .map_or(Truth::Unknown, |presence| match presence {
                        Presence::Unknown => Truth::Unknown,
                        known => stands.fits(known).into(),
                    })
            }
            PartyValue::Name(pattern) => self.goes_by(field, how, pattern),
        }
    }

    /// How a party stands, if it was read.
    pub(super) fn presence(&self, field: Field) -> Option<Presence> {
        let parties = Parties::of(self.conversation()?);
        Some(match field {
            Field::Agent => parties.agent,
            Field::Queue => parties.queue,
            Field::Bot => parties.bot,
            _ => parties.customer.max(parties.external),
        })
    }
}

fn any_of<T>(values: &[T], truth: impl FnMut(&T) -> Truth) -> Truth {
    values.iter().map(truth).max().unwrap_or(Truth::Unknown)
}

fn negated(is_negated: bool, truth: Truth) -> Truth {
    if is_negated { !truth } else { truth }
}

/// `!=` with several values is none of them: it is asked as `=`, and turned round once.
fn positive(op: Op) -> Op {
    if op == Op::NotEqual { Op::Equal } else { op }
}

fn compared<T: PartialOrd>(left: &T, op: Op, right: &T) -> bool {
    match op {
        Op::Above => left > right,
        Op::AtLeast => left >= right,
        Op::Below => left < right,
        Op::AtMost => left <= right,
        Op::Has | Op::Equal | Op::Like => left == right,
        Op::NotEqual => left != right,
    }
}
