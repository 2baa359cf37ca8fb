//! The metrics of a session: what analytics counts and times, each known once its moment has passed.
//!
//! Those of them that follow from what the world knows; the rest of the platform's are never there.

use super::sight::Seen;
use crate::sandbox::world::conversation::{Disconnect, Leg, Participant, Purpose};
use jiff::Timestamp;

/// A metric: `n…` counts, `t…` is milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Metric {
    AlertExpired,
    StateTransitionError,
    Connected,
    Flow,
    Offered,
    Transferred,
    Abandon,
    Acd,
    AfterCallWork,
    Alert,
    Answered,
    FlowTime,
    FlowDisconnect,
    FlowOut,
    Handle,
    NotResponding,
    Park,
    Talk,
    TalkComplete,
}

const NAMES: [(&str, Metric); 19] = [
    ("nAlertExpired", Metric::AlertExpired),
    ("nConnected", Metric::Connected),
    ("nFlow", Metric::Flow),
    ("nOffered", Metric::Offered),
    ("nStateTransitionError", Metric::StateTransitionError),
    ("nTransferred", Metric::Transferred),
    ("tAbandon", Metric::Abandon),
    ("tAcd", Metric::Acd),
    ("tAcw", Metric::AfterCallWork),
    ("tAlert", Metric::Alert),
    ("tAnswered", Metric::Answered),
    ("tFlow", Metric::FlowTime),
    ("tFlowDisconnect", Metric::FlowDisconnect),
    ("tFlowOut", Metric::FlowOut),
    ("tHandle", Metric::Handle),
    ("tNotResponding", Metric::NotResponding),
    ("tPark", Metric::Park),
    ("tTalk", Metric::Talk),
    ("tTalkComplete", Metric::TalkComplete),
];

/// One metric of one session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) metric: Metric,
    /// When it was known.
    pub(super) at: Timestamp,
    pub(super) value: i64,
}

impl Metric {
    pub(super) fn named(word: &str) -> Option<Self> {
        let mut all = NAMES.iter();
        all.find(|(name, _)| *name == word).map(|(_, one)| *one)
    }

    pub(super) fn word(self) -> &'static str {
        let mut all = NAMES.iter();
        all.find(|(_, one)| *one == self)
            .map_or("", |(name, _)| name)
    }
}

/// The measures of one session, as they are found.
#[derive(Default)]
struct Measures(Vec<Measure>);

impl Measures {
    fn count(&mut self, metric: Metric, at: Timestamp) {
        let value = 1;
        self.0.push(Measure { metric, at, value });
    }

    fn time(&mut self, metric: Metric, at: Timestamp, value: i64) {
        self.0.push(Measure { metric, at, value });
    }
}

impl<'a> Seen<'a> {
    /// The metrics of one session.
    pub(super) fn measures(self, party: &'a Participant, leg: &'a Leg) -> Vec<Measure> {
        let mut measures = Measures::default();
        let Some(began) = leg.began() else {
            return measures.0;
        };
        let end = self.end_of(leg);
        let end = end.map(|(at, how)| (at, how, milliseconds(began, at)));
        match party.purpose {
            Purpose::Customer => measures.count(Metric::Connected, began),
            Purpose::Workflow | Purpose::Botflow => {
                measures.count(Metric::Flow, began);
                if let Some((at, how, lasted)) = end {
                    let way = if how == Disconnect::Transfer {
                        Metric::FlowOut
                    } else {
                        Metric::FlowDisconnect
                    };
                    measures.time(Metric::FlowTime, at, lasted);
                    measures.time(way, at, lasted);
                }
            }
            Purpose::Acd => {
                measures.count(Metric::Offered, began);
                if let Some((at, how, lasted)) = end {
                    let way = if how == Disconnect::Transfer {
                        Metric::Answered
                    } else {
                        Metric::Abandon
                    };
                    measures.time(Metric::Acd, at, lasted);
                    measures.time(way, at, lasted);
                }
            }
            Purpose::Agent => self.of_agent(party, leg, &mut measures),
            Purpose::User => {}
        }
        measures.0
    }

    fn of_agent(self, party: &'a Participant, leg: &'a Leg, measures: &mut Measures) {
        if let Some(began) = leg.began().filter(|_| leg.broken) {
            measures.count(Metric::StateTransitionError, began);
        }
        let (mut talk, mut handled, mut owed) = (0, None, false);
        for segment in self.of_leg(party, leg) {
            let Some(at) = segment.end else {
                owed |= segment.kind == "wrapup";
                continue;
            };
            let lasted = milliseconds(segment.start, at);
            match segment.kind {
                "alert" => {
                    measures.time(Metric::Alert, at, lasted);
                    if segment.how == Some(Disconnect::NoAnswer) {
                        measures.count(Metric::AlertExpired, at);
                        measures.time(Metric::NotResponding, at, lasted);
                    }
                }
                "interact" => {
                    measures.time(Metric::Talk, at, lasted);
                    talk += lasted;
                    handled = Some((at, talk));
                }
                "parked" => measures.time(Metric::Park, at, lasted),
                _ => {
                    measures.time(Metric::AfterCallWork, at, lasted);
                    handled = Some((at, talk + lasted));
                }
            }
        }
        let Some((at, how)) = self.end_of(leg) else {
            return;
        };
        if let Some((handled_at, handled)) = handled {
            measures.time(Metric::TalkComplete, at, talk);
            if !owed {
                measures.time(Metric::Handle, handled_at.max(at), handled);
            }
        }
        if how == Disconnect::Transfer {
            measures.count(Metric::Transferred, at);
        }
    }

    /// A metric over the whole conversation; nothing where no session has it.
    pub(super) fn total(self, metric: Metric) -> Option<f64> {
        let legs = self
            .participants()
            .flat_map(move |party| self.legs(party).map(move |leg| (party, leg)));
        let measures = legs.flat_map(|(party, leg)| self.measures(party, leg));
        let values = measures.filter(|measure| measure.metric == metric);
        values
            .map(|measure| exact(measure.value))
            .reduce(|sum, value| sum + value)
    }
}

/// Between two moments; none of a session lasts longer than a `u32` of seconds.
fn milliseconds(from: Timestamp, to: Timestamp) -> i64 {
    to.as_millisecond().saturating_sub(from.as_millisecond())
}

/// As JSON has numbers.
pub(super) fn exact(value: i64) -> f64 {
    serde_json::Number::from(value).as_f64().unwrap_or(f64::MAX)
}
