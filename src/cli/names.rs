//! Names for commands and the console: what was kept, one pass of questions before anything is printed, and what is kept for the next time.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::connect::Connection;
use crate::domain::names::{NameKey, NameKind, Names, seen_in_list, seen_in_read};
use crate::domain::roster::Roster;
use crate::domain::text::Text;
use crate::engine::names::resolve;
use crate::engine::ports::Clock;
use crate::settings::kept_names;

/// How long a command waits for names at most; what is not known by then goes by its id.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was kept of this organisation's names.
pub(super) fn kept(connection: &Connection) -> Arc<Names> {
    let paths = connection.keeps_names_in.as_ref();
    paths.map_or_else(Arc::default, |paths| {
        kept_names::load(paths, &connection.scope.org_id, connection.clock.now())
    })
}

/// Keeps names for the next start. A cache that cannot be written is no trouble of the operator's: the log says it.
pub(super) fn keep(connection: &Connection, names: &Names) {
    let Some(paths) = &connection.keeps_names_in else {
        return;
    };
    if let Err(error) = kept_names::save(paths, &connection.scope.org_id, names) {
        tracing::warn!(%error, "names could not be kept");
    }
}

/// The wrap-up code of a plan by name, else by its id.
pub(super) async fn code_words(connection: &Connection, id: &str) -> String {
    let id = Text::clean(id);
    let wanted = [(NameKind::WrapUpCode, id.clone())];
    let before = kept(connection);
    let names = asked(connection, before, &wanted).await;
    names.words(NameKind::WrapUpCode, &id)
}

/// Asks for what is not known yet, and keeps what is learnt.
async fn asked(connection: &Connection, before: Arc<Names>, wanted: &[NameKey]) -> Arc<Names> {
    let names = resolve(
        &connection.client,
        &connection.clock,
        &connection.limiter,
        Arc::clone(&before),
        wanted,
        PATIENCE,
    )
    .await;
    if names != before {
        keep(connection, &names);
    }
    names
}

/// Looks up what the rows show by id alone.
pub(super) async fn look_up(connection: &Connection, roster: &mut Roster) {
    let before = if **roster.names() == Names::default() {
        kept(connection)
    } else {
        Arc::clone(roster.names())
    };
    let now = connection.clock.now();
    let mut wanted: BTreeSet<NameKey> = BTreeSet::new();
    for row in roster.rows() {
        let read = row.reading.iter();
        let read = read.flat_map(|reading| seen_in_read(&reading.conversation));
        let seen = seen_in_list(&row.listed).chain(read);
        let asked_for = seen.filter(|(kind, id)| before.is_wanted(*kind, id, now));
        wanted.extend(asked_for.map(|(kind, id)| (kind, id.clone())));
    }
    let wanted: Vec<NameKey> = wanted.into_iter().collect();
    roster.absorb_names(&asked(connection, before, &wanted).await);
}
