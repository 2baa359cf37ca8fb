//! Does a name fit? Every party of the sort that is asked for counts, those who left too. People, queues, flows, divisions and deployments
//! are known by their ids, and by their names once those are known. As long as one has an id and no name, or a name that was read too long
//! ago, nobody knows that none fits: so a guard holds, and a rule does not.

use super::matches::{Subject, Truth};
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
                && id.is_some_and(|id| !names.is_certain(kind, id, self.around.now)),
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

    /// Every party of this sort, newest first.
    fn parties(&self, field: Field) -> Vec<Titled<'a>> {
        let listed = match field {
            Field::Agent => self.row.listed.agent.as_ref(),
            Field::Cust => self.row.listed.customer.as_ref(),
            _ => None,
        };
        let listed = listed.map(|name| self.titled(NameKind::User, None, Some(name)));
        let Some(conversation) = self.conversation() else {
            let legs = self
                .row
                .listed
                .recorded
                .iter()
                .flat_map(|one| one.legs.iter().rev());
            let recorded = legs.filter_map(|leg| self.recorded(field, leg));
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
                let legs = self
                    .row
                    .listed
                    .recorded
                    .iter()
                    .flat_map(|one| one.legs.iter().rev());
                let recorded = legs.filter_map(|leg| self.recorded(field, leg));
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
                // Where the platform names no queue, its id stands for it.
                let id = party.queue_id.as_ref();
                let name = party.queue.as_ref().filter(|name| Some(*name) != id);
                let is_through = party.purpose.is_staff() && (id.is_some() || name.is_some());
                let told = name.or_else(|| own.filter(|_| is_it));
                (is_it || is_through).then(|| self.one(NameKind::Queue, id, told))
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

    /// What the parties of a sort are called, newest first, each name once; and whether one may be called otherwise.
    pub(super) fn names_and_doubt(&self, field: Field) -> (Vec<&'a Text>, bool) {
        let parties = self.parties(field);
        let mut names: Vec<&Text> = Vec::new();
        for name in parties.iter().filter_map(|party| party.name) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (names, parties.iter().any(|party| party.is_doubtful))
    }

    /// Whether a party goes by this.
    pub(super) fn goes_by(&self, field: Field, how: How, pattern: &Pattern) -> Truth {
        let parties = self.parties(field);
        if parties.iter().any(|party| party.fits(how, pattern)) {
            return Truth::True;
        }
        // Names of the list that do not fit are an answer, too; before a read no name at all is none.
        let has_answer =
            self.conversation().is_some() || parties.iter().any(|party| party.name.is_some());
        if !has_answer || parties.iter().any(|party| party.is_doubtful) {
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
