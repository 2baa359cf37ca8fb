//! The texts that a row has to be looked through: names, states, reasons, attributes, rules.

use super::matches::{Subject, Truth};
use super::pattern::{How, Pattern};
use super::vocabulary::Field;
use crate::domain::kind::Kind;
use crate::domain::text::Text;

impl<'a> Subject<'a> {
    pub(super) fn words(&self, field: Field, how: How, any: &[Pattern]) -> Truth {
        match field {
            Field::Division | Field::Deployment => self.is_called(field, how, any),
            Field::Id => {
                let id = self.row.listed.id.to_string();
                let fits = any.iter().any(|pattern| pattern.fits(how, &id));
                fits.into()
            }
            Field::Name => {
                let truth = self.found(self.names().into_iter().map(Text::as_str), how, any);
                self.unless_doubtful(truth, &[Field::Agent])
            }
            Field::State => {
                let states = self.states();
                self.found(states.into_iter(), how, any)
            }
            Field::Why => {
                let diagnosis = self.diagnosis();
                // Its words tell ages.
                self.around.horizon.note(self.around.now);
                let texts = [diagnosis.kind.word(), diagnosis.why.as_str()];
                match diagnosis.kind {
                    Kind::Unread => Truth::Unknown,
                    _ => self.found(texts.into_iter(), how, any),
                }
            }
            Field::Rule if !self.is_by_kind => self.rules(how, any),
            _ => Truth::Unknown,
        }
    }

    /// What flows and programs noted down under this key; case does not count in keys.
    pub(super) fn attribute(&self, key: Option<&str>, how: How, any: &[Pattern]) -> Truth {
        let key = key.unwrap_or_default();
        let parties = self
            .conversation()
            .into_iter()
            .flat_map(|c| &c.participants);
        let values = parties
            .flat_map(|party| &party.attributes)
            .filter(|(known, _)| known.as_str().eq_ignore_ascii_case(key))
            .map(|(_, value)| value.as_str());
        self.found(values, how, any)
    }

    /// Is one of these rules known to fit? Before a read, one that does not may fit yet.
    fn rules(&self, how: How, any: &[Pattern]) -> Truth {
        let caught = self.row.caught_noting(self.around.now, self.around.horizon);
        self.found(caught.iter().map(|rule| rule.name.as_str()), how, any)
    }

    /// Every name on the conversation, those known by an agent's id too; before it is read, those that the list told.
    pub(super) fn names(&self) -> Vec<&'a Text> {
        let listed = [&self.row.listed.customer, &self.row.listed.agent];
        let parties = self
            .conversation()
            .into_iter()
            .flat_map(|c| &c.participants);
        parties
            .filter_map(|party| party.name.as_ref())
            .chain(listed.into_iter().flatten())
            .chain(self.names_by(Field::Agent))
            .collect()
    }

    /// That nothing fits is not known where a party of these sorts may be called otherwise.
    pub(super) fn unless_doubtful(&self, truth: Truth, fields: &[Field]) -> Truth {
        if truth == Truth::False && fields.iter().any(|field| self.is_doubtful(*field)) {
            Truth::Unknown
        } else {
            truth
        }
    }

    /// The state of every party: of its open legs, else `disconnected`.
    pub(super) fn states(&self) -> Vec<&'a str> {
        let parties = self
            .conversation()
            .into_iter()
            .flat_map(|c| &c.participants);
        parties
            .flat_map(|party| {
                let open: Vec<&str> = party
                    .legs
                    .iter()
                    .filter(|leg| leg.is_open())
                    .map(|leg| leg.state.word())
                    .collect();
                if open.is_empty() {
                    vec!["disconnected"]
                } else {
                    open
                }
            })
            .collect()
    }

    /// Does one of the texts fit? If not, it is unknown before a read: there may be more texts than these.
    pub(super) fn found<'t>(
        &self,
        mut texts: impl Iterator<Item = &'t str>,
        how: How,
        any: &[Pattern],
    ) -> Truth {
        let fits = texts.any(|text| any.iter().any(|pattern| pattern.fits(how, text)));
        match (fits, self.conversation()) {
            (true, _) => Truth::True,
            (false, Some(_)) => Truth::False,
            (false, None) => Truth::Unknown,
        }
    }
}
