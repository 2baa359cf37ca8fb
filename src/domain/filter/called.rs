//! Does a name fit? The party counts that is shown (`domain/shown`): of its sort the newest that is there, else the newest that was. What
//! fits only another, one who left too, is unknown: so a guard holds, and neither a filter nor a rule acts on where a chat no longer is.
//! People, queues, flows, divisions and deployments are known by their ids, and by their names once those are known. As long as one has an
//! id and no name, or a name that was read too long ago, nobody knows that none fits.

use super::matches::{Subject, Surroundings, Truth};
use super::pattern::{How, Pattern};
use super::vocabulary::Field;
use crate::domain::conversation::{Participant, Purpose};
use crate::domain::names::NameKind;
use crate::domain::recorded::RecordedLeg;
use crate::domain::shown;
use crate::domain::text::Text;

/// A party, a division or a deployment, as far as it is known what it is called.
#[derive(Clone, Copy)]
pub(super) struct Titled<'a> {
    id: Option<&'a Text>,
    name: Option<&'a Text>,
    /// It may be called otherwise.
    is_doubtful: bool,
}

impl Titled<'_> {
    fn fits(&self, how: How, pattern: &Pattern) -> bool {
        self.id.is_some_and(|id| pattern.is_id(how, id.as_str()))
            || self
                .name
                .is_some_and(|name| pattern.fits(how, name.as_str()))
    }
}

/// It is of the sort that is asked for.
fn is_of(field: Field, purpose: &Purpose) -> bool {
    match field {
        Field::Agent => purpose.is_staff(),
        Field::Queue => *purpose == Purpose::Queue,
        Field::Bot => purpose.is_automaton(),
        _ => purpose.is_customer(),
    }
}

impl<'a> Subject<'a> {
    /// Something whose id is known, if it is, with the name that was told with it, else the one that was looked up.
    fn titled(&self, kind: NameKind, id: Option<&'a Text>, told: Option<&'a Text>) -> Titled<'a> {
        let names = &self.row.names;
        let looked_up = || names.name(kind, id?);
        Titled {
            id,
            name: told.or_else(looked_up),
            is_doubtful: told.is_none()
                && id.is_some_and(|id| {
                    let Surroundings { now, horizon, .. } = self.around;
                    !names.is_certain(kind, id, *now, horizon)
                }),
        }
    }

    /// A queue or one of its people, who is always somebody: one of whom nothing is told may be anybody.
    fn one(&self, kind: NameKind, id: Option<&'a Text>, told: Option<&'a Text>) -> Titled<'a> {
        let is_nobody = id.is_none() && told.is_none();
        let titled = self.titled(kind, id, told);
        Titled {
            is_doubtful: titled.is_doubtful || is_nobody,
            ..titled
        }
    }

    /// The party of this sort that is shown, if one is.
    fn shown(&self, field: Field) -> Option<Titled<'a>> {
        let row = self.row;
        let (kind, (id, told)) = match field {
            Field::Queue => (NameKind::Queue, shown::queue_of(row)?),
            Field::Agent => (NameKind::User, shown::agent_of(row)?),
            Field::Bot => (NameKind::Flow, (shown::flow_id(row), shown::bot(row))),
            _ => (NameKind::User, (None, shown::customer(row))),
        };
        Some(self.titled(kind, id, told))
    }

    /// What it is called, as far as that is known.
    pub(super) fn name_shown(&self, field: Field) -> Option<&'a Text> {
        self.shown(field)?.name
    }

    /// Every party of this sort, newest first.
    fn parties(&self, field: Field) -> Vec<Titled<'a>> {
        let listed = match field {
            Field::Agent => self.row.listed.agent.as_ref(),
            Field::Cust => self.row.listed.customer.as_ref(),
            _ => None,
        };
        let listed = listed.map(|name| self.titled(NameKind::User, None, Some(name)));
        let records = self.row.listed.recorded.iter();
        let legs = records.flat_map(|one| one.legs.iter().rev());
        let recorded = legs.filter_map(|leg| self.recorded(field, leg));
        let Some(conversation) = self.conversation() else {
            return listed.into_iter().chain(recorded).collect();
        };
        let parties = conversation.participants.iter().rev();
        let mut all: Vec<Titled<'a>> = parties
            .filter_map(|party| self.read(field, party))
            .collect();
        match field {
            // The list tells what a read has no name for.
            Field::Cust => all.extend(listed),
            // A read tells no flow's id; a flow that is named by the read may be named anew by the list.
            Field::Bot => {
                let has_nameless = all.is_empty() || all.iter().any(|party| party.name.is_none());
                all.extend(recorded.map(|bot| Titled {
                    is_doubtful: bot.is_doubtful && has_nameless,
                    ..bot
                }));
            }
            _ => {}
        }
        all
    }

    /// A party of a read.
    fn read(&self, field: Field, party: &'a Participant) -> Option<Titled<'a>> {
        let is_it = is_of(field, &party.purpose);
        let own = party.name.as_ref();
        match field {
            Field::Queue => {
                let named = shown::queue_named_by(party)
                    .filter(|_| is_it || party.purpose.is_staff())
                    .or(is_it.then_some((None, None)));
                named.map(|(id, told)| self.one(NameKind::Queue, id, told))
            }
            Field::Agent => is_it.then(|| self.one(NameKind::User, party.user.as_ref(), own)),
            _ => is_it.then(|| self.titled(NameKind::Flow, None, own)),
        }
    }

    /// A party of the list.
    fn recorded(&self, field: Field, leg: &'a RecordedLeg) -> Option<Titled<'a>> {
        let is_it = is_of(field, &leg.purpose);
        let own = leg.name.as_ref();
        match field {
            Field::Queue => {
                let id = leg.queue.as_ref();
                let is_through = leg.purpose.is_staff();
                (id.is_some() && (is_it || is_through))
                    .then(|| self.titled(NameKind::Queue, id, None))
            }
            Field::Agent => is_it.then(|| self.one(NameKind::User, leg.user.as_ref(), own)),
            Field::Bot => is_it.then(|| {
                let flow = leg.flow.as_ref();
                let told = flow.and_then(|flow| flow.name.as_ref()).or(own);
                self.titled(NameKind::Flow, flow.and_then(|flow| flow.id.as_ref()), told)
            }),
            _ => is_it.then(|| self.titled(NameKind::User, None, own)),
        }
    }

    /// What the parties of a sort are called, the one that is shown first, then the newest; each name once.
    pub(super) fn names_by(&self, field: Field) -> Vec<&'a Text> {
        let mut names: Vec<&Text> = Vec::new();
        for party in self.shown(field).into_iter().chain(self.parties(field)) {
            names.extend(party.name.filter(|name| !names.contains(name)));
        }
        names
    }

    /// Whether a party of the sort may be called otherwise.
    pub(super) fn is_doubtful(&self, field: Field) -> bool {
        self.parties(field).iter().any(|party| party.is_doubtful)
    }

    /// Whether the party that is shown goes by this; unknown where only another does.
    pub(super) fn goes_by(&self, field: Field, how: How, pattern: &Pattern) -> Truth {
        if self
            .shown(field)
            .is_some_and(|shown| shown.fits(how, pattern))
        {
            return Truth::True;
        }
        let parties = self.parties(field);
        // Names of the list that do not fit are an answer, too; before a read no name at all is none.
        let has_answer =
            self.conversation().is_some() || parties.iter().any(|party| party.name.is_some());
        let may_fit = |party: &Titled<'_>| party.is_doubtful || party.fits(how, pattern);
        if !has_answer || parties.iter().any(may_fit) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    /// Its divisions or its deployment; nothing where not even the ids are known.
    fn places(&self, field: Field) -> Vec<Titled<'a>> {
        if field == Field::Division {
            let ids = shown::divisions(self.row).iter();
            return ids
                .map(|id| self.titled(NameKind::Division, Some(id), None))
                .collect();
        }
        let address = shown::address(self.row).into_iter();
        address
            .map(|id| self.titled(NameKind::Deployment, Some(id), None))
            .collect()
    }

    /// The names of its divisions or of its deployment, as far as they are known.
    pub(super) fn names_of(&self, field: Field) -> Vec<&'a Text> {
        let all = self.places(field).into_iter();
        all.filter_map(|one| one.name).collect()
    }

    /// Whether one of its divisions, or its deployment, goes by one of these.
    pub(super) fn is_called(&self, field: Field, how: How, any: &[Pattern]) -> Truth {
        let known = self.places(field);
        let fits = |one: &Titled<'_>| any.iter().any(|pattern| one.fits(how, pattern));
        if known.iter().any(fits) {
            Truth::True
        } else if known.is_empty() || known.iter().any(|one| one.is_doubtful) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }
}
