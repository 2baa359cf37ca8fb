//! What the roster learns from other sources than list and reads: our own runs, agents' standings, analytics by id, the organisation's
//! settings. It is kept beside the rows, and every row is made with it.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::ghosts::has_ended;
use super::{Listed, Reading, Roster, Row};
use crate::domain::beside::{Accepted, AgentStanding, Learned, Standings};
use crate::domain::conversation::{Conversation, LegState};
use crate::domain::diagnosis::Thresholds;
use crate::domain::ids::ConversationId;
use crate::domain::moment::since;
use crate::domain::names::Names;
use crate::domain::recorded::Recorded;
use crate::domain::rules::Rules;
use crate::domain::skew;
use crate::domain::text::Text;

/// What is known beside list and reads, whatever rows there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    /// What ids are called.
    pub(super) names: Arc<Names>,
    /// The operator's rules and guards.
    pub(super) rules: Option<Arc<Rules>>,
    thresholds: Arc<Thresholds>,
    accepted: HashMap<ConversationId, Vec<Accepted>>,
    standings: HashMap<Text, AgentStanding>,
    no_standing: Option<String>,
    threading: Option<SignedDuration>,
}

impl Sources {
    /// A row of this list and read.
    pub(super) fn row(&self, listed: Listed, reading: Option<Arc<Reading>>) -> Row {
        let mut row = Row::new(listed).under(self.rules.clone());
        row.names = Arc::clone(&self.names);
        row.thresholds = self.thresholds.clone();
        row.beside.accepted = self
            .accepted
            .get(&row.listed.id)
            .cloned()
            .unwrap_or_default();
        row.beside.threading = self.threading;
        if let Some(reading) = &reading {
            row.beside.agent = self.standing(&reading.conversation);
            row.beside.no_standing.clone_from(&self.no_standing);
        }
        row.reading = reading;
        row
    }

    /// Where the agent stands on whom it depends: of the agents whose legs are up the one who is most there. Whoever is not known may be
    /// there.
    fn standing(&self, conversation: &Conversation) -> Option<AgentStanding> {
        let standings: Option<Vec<&AgentStanding>> = agents(conversation)
            .map(|user| self.standings.get(user?))
            .collect();
        let standings = standings?;
        let present = standings.iter().find(|standing| standing.away().is_none());
        present.or(standings.last()).copied().cloned()
    }
}

/// The agents whose legs are up, by user id; absent where the service did not say who it is.
fn agents(conversation: &Conversation) -> impl Iterator<Item = Option<&Text>> {
    conversation
        .open_legs()
        .filter(|(party, leg)| party.purpose.is_staff() && leg.state != LegState::Parked)
        .map(|(party, _)| party.user.as_ref())
}

/// The agents on whose standing it depends whether a conversation is `away`: both sides are up, and it has been quiet for over `away`.
pub fn agents_in_question(reading: &Reading, now: Timestamp, away: SignedDuration) -> Vec<Text> {
    let conversation = &reading.conversation;
    let now = skew::platform_time(reading.receipt.date, reading.arrived, now);
    let has_customer = conversation
        .open_legs()
        .any(|(party, _)| party.purpose.is_customer());
    if !has_customer || since(conversation.quiet_since(), now) <= away {
        return Vec::new();
    }
    agents(conversation).flatten().cloned().collect()
}

impl Row {
    /// The newest answer to a read shows no conversation that could be judged: it is not there, or cannot be understood.
    pub fn is_unreadable(&self) -> bool {
        let failed = self.failed_read.as_ref();
        let shows_nothing = failed.is_some_and(|failed| failed.failure.kind.shows_nothing());
        shows_nothing || self.beside.missing_since.is_some()
    }
}

impl Roster {
    /// An empty roster whose rows are judged by these figures.
    pub fn judging_by(thresholds: Thresholds) -> Self {
        let mut roster = Self::default();
        roster.known.change().sources.thresholds = Arc::new(thresholds);
        roster
    }

    /// Other figures from now on.
    pub fn judge_by(&mut self, thresholds: Thresholds) {
        self.known.change().sources.thresholds = Arc::new(thresholds);
    }

    /// The organisation has said how long an ended conversation can be brought back.
    pub fn knows_threading(&self) -> bool {
        self.known.sources.threading.is_some()
    }

    /// The figures that rows are judged by.
    pub fn thresholds(&self) -> &Thresholds {
        &self.known.sources.thresholds
    }

    /// Requests of our own runs to end a conversation were accepted; it replaces what was known of them.
    pub fn accept(&mut self, id: ConversationId, accepted: Vec<Accepted>) {
        let sources = &mut self.known.change().sources;
        if accepted.is_empty() {
            sources.accepted.remove(&id);
        } else {
            sources.accepted.insert(id, accepted);
        }
    }

    /// Another source said something.
    pub fn learn(&mut self, learned: &Learned) {
        match learned {
            Learned::Standings(standings) => self.absorb_standings(standings),
            Learned::Threading(window) => self.set_threading(*window),
        }
    }

    /// Agents' standings were asked for. Of those who were asked about and are not in the answer nothing is known any more.
    fn absorb_standings(&mut self, standings: &Standings) {
        let sources = &mut self.known.change().sources;
        sources.no_standing.clone_from(&standings.failure);
        for user in &standings.asked {
            sources.standings.remove(user);
        }
        for standing in &standings.found {
            let user = standing.user.clone();
            sources.standings.insert(user, standing.clone());
        }
    }

    /// Analytics was asked about a conversation by its id.
    pub fn absorb_record(&mut self, came: Listed) {
        let id = came.id;
        let known = self.known.change();
        let Some((mut listed, reading)) = known.packed.get(id) else {
            known.packed.put(&came, None);
            return;
        };
        let has_end = came
            .recorded
            .as_ref()
            .is_some_and(|record| record.ended.is_some());
        listed.took_part = came.took_part.or(listed.took_part);
        listed.recorded = newer(listed.recorded.take(), came.recorded);
        // A record that knows of the end names nothing as open.
        if !has_end {
            listed.seen_at = came.seen_at.max(listed.seen_at);
            if !has_ended(&listed, reading.as_ref()) {
                known.over.remove(&id);
            }
        }
        known.packed.put(&listed, reading.as_ref());
    }

    /// How long after its end a message of the customer brings a conversation back.
    fn set_threading(&mut self, window: SignedDuration) {
        self.known.change().sources.threading = Some(window);
    }
}

/// The later of two records.
fn newer(known: Option<Arc<Recorded>>, came: Option<Arc<Recorded>>) -> Option<Arc<Recorded>> {
    match (known, came) {
        (Some(known), Some(came)) if known.asked_at > came.asked_at => Some(known),
        (known, came) => came.or(known),
    }
}
