//! Names in bulk: which question tells the names of which ids, as a table; and the question. Limits and permissions: `genesys-api.md` 5.

mod deployments;

use super::client::Client;
use super::send::Question;
use super::{parse, wire};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::names::{NameKind, Named};
use crate::domain::text::Text;
use crate::engine::ports::{NAMES_AT_ONCE, NamesPage, NamesWanted, Pass};

/// One way to ask for names by id, in the order in which the ways are tried.
struct Way {
    /// The path.
    path: &'static str,
    /// What else the query says.
    more: &'static [(&'static str, &'static str)],
    /// The permission that it needs, if it needs one.
    permission: Option<&'static str>,
}

const fn way(
    path: &'static str,
    more: &'static [(&'static str, &'static str)],
    permission: Option<&'static str>,
) -> Way {
    Way {
        path,
        more,
        permission,
    }
}

const QUEUES: [Way; 2] = [
    way("/api/v2/routing/queues", &[], Some("routing:queue:view")),
    way(
        "/api/v2/routing/queues/divisionviews",
        &[],
        Some("routing:queue:search"),
    ),
];
const CODES: [Way; 2] = [
    way(
        "/api/v2/routing/wrapupcodes",
        &[],
        Some("routing:wrapupCode:view"),
    ),
    // A code that was deleted is still on old conversations.
    way(
        "/api/v2/routing/wrapupcodes/divisionviews",
        &[("includeState", "ActiveAndDeleted")],
        Some("routing:wrapupCode:search"),
    ),
];
const FLOWS: [Way; 2] = [
    way("/api/v2/flows/lookup", &[], Some("architect:flow:view")),
    way(
        "/api/v2/flows/divisionviews",
        &[],
        Some("architect:flow:search"),
    ),
];
const DIVISIONS: [Way; 1] = [way("/api/v2/authorization/divisions", &[], None)];
// Without a state those who have left are hidden.
const USERS: [Way; 1] = [way("/api/v2/users", &[("state", "any")], None)];

/// The ways to ask for names of this sort by id; deployments are listed whole instead.
fn ways(kind: NameKind) -> &'static [Way] {
    match kind {
        NameKind::Queue => &QUEUES,
        NameKind::WrapUpCode => &CODES,
        NameKind::Flow => &FLOWS,
        NameKind::Division => &DIVISIONS,
        NameKind::User => &USERS,
        NameKind::Deployment => &[],
    }
}

impl Way {
    fn question(&self, ids: &[Text]) -> Question {
        let size = ("pageSize", NAMES_AT_ONCE.to_string());
        let more = self
            .more
            .iter()
            .map(|(key, said)| (*key, (*said).to_owned()));
        let ids = ids.iter().map(|id| ("id", id.as_str().to_owned()));
        let query = std::iter::once(size).chain(more).chain(ids);
        Question::Get(self.path.to_owned(), query.collect())
    }

    /// A refusal that names no permission gets the published one.
    fn with_permission(&self, mut failure: Failure) -> Failure {
        if let FailureKind::NotPermitted { permissions } = &mut failure.kind
            && permissions.is_empty()
        {
            permissions.extend(self.permission.map(Text::clean));
        }
        failure
    }
}

impl Client {
    /// The names of these, by the way that is wanted.
    pub(super) async fn named(
        &self,
        wanted: NamesWanted,
        pass: Pass,
    ) -> Result<NamesPage, Failure> {
        let NamesWanted {
            kind,
            mut ids,
            is_second_way,
            after,
        } = wanted;
        if kind == NameKind::Deployment {
            return self.deployments(after, pass).await;
        }
        let Some(way) = ways(kind).get(usize::from(is_second_way)) else {
            let why = format!("there is no other way to ask for a {}'s name", kind.word());
            return Err(Failure::local(FailureKind::NotSent, &why));
        };
        ids.truncate(NAMES_AT_ONCE);
        let answer = self.funnel.ask(&way.question(&ids), pass).await?;
        let said: wire::Entities<wire::Named> = answer
            .content()
            .map_err(|failure| way.with_permission(failure))?;
        let named = said.entities.into_iter().flatten().filter_map(named);
        Ok(NamesPage {
            named: named.collect(),
            next: None,
        })
    }
}

fn named(said: wire::Named) -> Option<Named> {
    Some(Named {
        id: parse::text(said.id)?,
        name: parse::text(said.name)?,
        on_disconnect: None,
    })
}
