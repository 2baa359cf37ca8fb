//! Does a name fit? Queues, flows, divisions and deployments are known by their ids, and by their names once those are known. As long as
//! a name is not known that could fit, nobody knows.

use super::matches::{Subject, Truth};
use super::pattern::{How, Pattern};
use super::vocabulary::Field;
use crate::domain::names::NameKind;
use crate::domain::shown;
use crate::domain::text::Text;

impl<'a> Subject<'a> {
    /// What a party is called.
    pub(super) fn name_of(&self, field: Field) -> Option<&'a Text> {
        match field {
            Field::Agent => shown::agent(self.row),
            Field::Queue => shown::queue(self.row),
            Field::Bot => shown::bot(self.row),
            _ => shown::customer(self.row),
        }
    }

    /// The id of what a party is, where its name is looked up by it.
    fn id_of(&self, field: Field) -> Option<&'a Text> {
        match field {
            Field::Queue => shown::queue_id(self.row),
            Field::Bot => shown::flow_id(self.row),
            _ => None,
        }
    }

    /// Whether a party goes by this.
    pub(super) fn goes_by(&self, field: Field, how: How, pattern: &Pattern) -> Truth {
        let name = self.name_of(field);
        let id = self.id_of(field);
        if id.is_some_and(|id| pattern.is_id(how, id.as_str())) {
            return Truth::True;
        }
        let one = std::slice::from_ref(pattern);
        match self.found(name.into_iter().map(Text::as_str), how, one) {
            // A name that is known and does not fit is an answer, from the list too.
            Truth::Unknown if name.is_some() => Truth::False,
            // An id whose name is not known may be called anything.
            Truth::False if name.is_none() && id.is_some() => Truth::Unknown,
            truth => truth,
        }
    }

    /// The ids of its divisions or of its deployment, each with the name where that is known; nothing where not even the ids are.
    fn named_ids(&self, field: Field) -> Vec<(&'a Text, Option<&'a Text>)> {
        let row = self.row;
        if field == Field::Division {
            let ids = shown::divisions(row).iter();
            return ids
                .map(|id| (id, row.names.name(NameKind::Division, id)))
                .collect();
        }
        let address = shown::address(row).into_iter();
        address.map(|id| (id, shown::deployment(row))).collect()
    }

    /// The names of its divisions or of its deployment, as far as they are known.
    pub(super) fn names_of(&self, field: Field) -> Vec<&'a Text> {
        let all = self.named_ids(field).into_iter();
        all.filter_map(|(_, name)| name).collect()
    }

    /// Whether one of its divisions, or its deployment, goes by one of these.
    pub(super) fn is_called(&self, field: Field, how: How, any: &[Pattern]) -> Truth {
        let known = self.named_ids(field);
        let fits = |(id, name): &(&Text, Option<&Text>)| {
            any.iter().any(|pattern| {
                pattern.is_id(how, id.as_str())
                    || name.is_some_and(|name| pattern.fits(how, name.as_str()))
            })
        };
        if known.iter().any(fits) {
            Truth::True
        } else if known.is_empty() || known.iter().any(|(_, name)| name.is_none()) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }
}
