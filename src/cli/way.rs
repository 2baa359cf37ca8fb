//! `--recipe`: in which way a plan ends its chats. The ladder, everywhere; a recipe of the forum on a sandbox that speaks its dialect, and
//! nowhere else: a real organisation is shown what the platform publishes instead, before anything is sent. The same holds for a plan from
//! a file, and for a run that is taken up again: each holds its recipe whole.

use std::sync::Arc;

use serde::Deserialize;

use super::connect::Connection;
use super::exit::Exit;
use super::pretend;
use super::recipes::named;
use super::trouble::Trouble;
use crate::app::planning::recipes::Recipes;
use crate::domain::recipe::{Dialect, ONLY_STANDARD, Recipe, STANDARD, Way};
use crate::domain::step::Rung;
use crate::settings::{Chosen, Paths, Settings, recipes};

/// The way of this name, if it may be gone at all on what the settings open: known before anybody signs in anywhere.
pub(super) fn chosen(
    name: Option<&str>,
    rung: Rung,
    settings: &Settings,
    paths: &Paths,
) -> Result<Way, Trouble> {
    let Some(name) = name.filter(|name| *name != STANDARD) else {
        return Ok(Way::Standard);
    };
    let recipe = named(name, &paths.recipes()).map_err(|trouble| Trouble {
        exit: Exit::Usage,
        ..trouble
    })?;
    let way = Way::Recipe(Arc::new(recipe));
    may_be_here(&way, settings)?;
    if rung != Rung::Close {
        let words = format!("the recipe `{name}` says itself what is sent: it takes no `--rung`");
        return Err(Trouble::usage(words));
    }
    Ok(way)
}

/// Refuses a recipe where a real organisation would be opened, with what is published instead.
pub(super) fn may_be_here(way: &Way, settings: &Settings) -> Result<(), Trouble> {
    match (way.recipe(), &settings.chosen) {
        (Some(recipe), Chosen::Profile(profile)) if !profile.is_pretend() => {
            Err(not_on(recipe, &profile.name))
        }
        _ => Ok(()),
    }
}

/// Refuses a recipe on an organisation that is not its own: another host, a sandbox without its dialect, what is no sandbox at all.
pub(super) async fn may_be_gone(
    way: &Way,
    connection: &Connection,
    paths: &Paths,
) -> Result<(), Trouble> {
    let Some(recipe) = way.recipe() else {
        return Ok(());
    };
    if !connection.profile.is_pretend() {
        return Err(not_on(recipe, &connection.profile.name));
    }
    let name = &recipe.name;
    let here = &connection.scope.api_host;
    if let Some(host) = recipe.host.as_ref().filter(|host| *host != here) {
        let words = format!("the recipe `{name}` is for the host `{host}`, and this is `{here}`");
        return Err(
            Trouble::said(Exit::Refused, words).hint("take its `host` out, or open that one")
        );
    }
    // An address of this machine can lead elsewhere: only what says that it is a sandbox is taken for one.
    let Some(dialect) = dialect_of(connection, paths).await else {
        let words = format!(
            "`{here}` does not say that it is a sandbox, and the recipe `{name}` is for sandboxes alone"
        );
        return Err(Trouble::said(Exit::Refused, words).hint(FORUM));
    };
    if recipe.dialect == Dialect::Forum && dialect != "forum" {
        let words = format!("{NO_FORUM}, which the recipe `{name}` needs");
        return Err(Trouble::said(Exit::Refused, words).hint(FORUM));
    }
    Ok(())
}

/// The recipes that the plans of a console can take here, by the same rules.
pub(super) async fn here(connection: &Connection, paths: &Paths) -> Recipes {
    if !connection.profile.is_pretend() {
        return Recipes::none(ONLY_STANDARD);
    }
    let Some(dialect) = dialect_of(connection, paths).await else {
        let here = &connection.scope.api_host;
        return Recipes::none(format!("{here} does not say that it is a sandbox"));
    };
    let is_for_here = |recipe: &Recipe| {
        let host = recipe.host.as_ref();
        let is_host = host.is_none_or(|host| *host == connection.scope.api_host);
        is_host && (recipe.dialect == Dialect::Platform || dialect == "forum")
    };
    let (known, wrong): (Vec<_>, Vec<_>) = recipes::all(&paths.recipes())
        .into_iter()
        .map(|source| source.read)
        .partition(Result::is_ok);
    let known = known.into_iter().flatten().filter(is_for_here);
    let known: Vec<Arc<Recipe>> = known.map(Arc::new).collect();
    // The ladder alone is no choice.
    if known.iter().all(|recipe| recipe.name == STANDARD) {
        return Recipes::none(format!("{NO_FORUM}: --sandbox=forum does"));
    }
    Recipes::of(known, wrong.len())
}

/// What a sandbox is like that cannot be shown what the threads name.
const NO_FORUM: &str = "this sandbox does not speak the forum's dialect";

/// Where recipes of the forum are carried out.
const FORUM: &str = "nothing was sent but reads; unstick sandbox serve forum, or --sandbox=forum";

/// Why a real organisation is not shown it, and what to do there.
fn not_on(recipe: &Recipe, profile: &str) -> Trouble {
    Trouble::said(Exit::Refused, recipe.not_on(&format!("`{profile}`")))
        .hint("leave `--recipe` out: the ladder sends what is published, step by step")
}

/// What a sandbox says of itself.
#[derive(Deserialize)]
struct Spoken {
    dialect: String,
}

async fn dialect_of(connection: &Connection, paths: &Paths) -> Option<String> {
    let url = connection.profile.api_url().as_str();
    let said = pretend::get(url, "/sandbox/dialect", paths).await.ok()?;
    let spoken: Spoken = serde_json::from_str(&said).ok()?;
    Some(spoken.dialect)
}
